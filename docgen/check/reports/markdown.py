"""For a comment on a pull request: the verdict in one line, a table, worst first, and what the rules say, once each.

The table is that of GitHub's Markdown, which CommonMark does not have.
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.check.reports import sentences
from docgen.check.verdict import Finding, Report
from docgen.render.markup.plain import code_span, plain_text

_PIPE = "\ue000"  # stands in while the text is escaped; never in what is shown, because it is not printable
_HEAD = ("| severity | change | element | rule |", "| --- | --- | --- | --- |")


def lay_out(report: Report) -> str:
    """The report as GitHub's Markdown."""
    lines = [f"**{sentences.verdict(report)}** {_capital(sentences.counts(report))}."]
    if report.findings:
        lines += ["", *_HEAD, *map(_row, report.findings), "", *_rules(report)]
    if notes := [f"- {_text(note)}" for note in sentences.notes(report)]:
        lines += ["", *notes]
    return "\n".join(lines) + "\n"


def _row(finding: Finding) -> str:
    severity = f"**{finding.severity.word}**" if finding.fails else finding.severity.word
    told = [_text(sentences.visible(finding.change.message))]
    if affected := sentences.operations(finding):
        told.append(f"In {_text(affected)}")
    if at := sentences.place(finding):
        told.append(f"At {_code(at)}")
    cells = severity, ". ".join(told), _code(sentences.visible(finding.id)), finding.rule.id
    return f"| {' | '.join(cells)} |"


def _rules(report: Report) -> Iterator[str]:
    for id, rule in {finding.rule.id: finding.rule for finding in report.findings}.items():
        yield f"- {id}: {_text(rule.why)} {_text(rule.fix)}"


def _text(text: str) -> str:
    """Plain text in a cell, which a pipe would end; what would call a person `plain_text` knows."""
    return plain_text(text.replace("|", _PIPE)).replace(_PIPE, "&#124;")


def _code(text: str) -> str:
    """A name as code; with a pipe in it as text, because readers disagree on how code in a cell may hold one."""
    return code_span(text) if "|" not in text else _text(text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
