"""For a comment on a pull request: the verdict in one line, a table, worst first, and what the rules say, once each.

The table is that of GitHub's Markdown. What a pipe or an `@` in a name would do there (end the cell, call a person)
is avoided by the way the name is written.
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.gate import Finding, Report
from docgen.markup import code_span, plain_text
from docgen.reports import words

_HEAD = ("| severity | change | element | rule |", "| --- | --- | --- | --- |")


def lay_out(report: Report) -> str:
    """The report as GitHub's Markdown."""
    lines = [f"**{words.verdict(report)}** {_capital(words.counts(report))}."]
    if report.findings:
        lines += ["", *_HEAD, *map(_row, report.findings), "", *_rules(report)]
    if notes := [f"- {_text(note)}" for note in words.notes(report)]:
        lines += ["", *notes]
    return "\n".join(lines) + "\n"


def _row(finding: Finding) -> str:
    severity = f"**{finding.severity.word}**" if finding.fails else finding.severity.word
    told = [_text(words.visible(finding.change.message))]
    if affected := words.operations(finding):
        told.append(f"In {_text(affected)}.")
    if at := words.place(finding):
        told.append(f"At {_code(at)}.")
    cells = severity, ". ".join([told[0].rstrip("."), *told[1:]]), _code(words.visible(finding.id)), finding.rule.id
    return f"| {' | '.join(cells)} |"


def _rules(report: Report) -> Iterator[str]:
    for rule in dict.fromkeys(finding.rule.id for finding in report.findings):
        found = next(finding.rule for finding in report.findings if finding.rule.id == rule)
        yield f"- {rule}: {_text(found.why)} {_text(found.fix)}".rstrip()


def _text(text: str) -> str:
    """Plain text in a cell. GitHub looks for people behind an `@` everywhere but in code."""
    if "@" in text and "|" not in text:
        return code_span(text)
    return _no_pipe(plain_text(text)).replace("@", "@\u2060")


def _code(text: str) -> str:
    """A name as code; with a pipe in it as text, because readers disagree on how code in a cell may hold one."""
    return code_span(text) if "|" not in text else _text(text)


def _no_pipe(text: str) -> str:
    return text.replace("\\|", "|").replace("|", "&#124;")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
