"""For a comment on a pull request: the verdict in one line, a table with the worst first, and each rule once.

Tables are an extension of GitHub's Markdown; CommonMark has none.
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.check.reports import sentences
from docgen.check.verdict import CheckReport, Finding
from docgen.render.markup.plain import code_span, escape_markdown

_PIPE = "\ue000"  # a placeholder while the text is escaped; it is not printable, so the text has none
_TABLE_HEAD = ("| severity | change | element | rule |", "| --- | --- | --- | --- |")


def render(report: CheckReport) -> str:
    """The report as GitHub's Markdown."""
    lines = [f"**{sentences.verdict_sentence(report)}** {_capitalized(sentences.counts_text(report))}."]
    if report.findings:
        lines += ["", *_TABLE_HEAD, *map(_table_row, report.findings), "", *_rule_list(report)]
    if notes := [f"- {_cell_text(note)}" for note in sentences.note_sentences(report)]:
        lines += ["", *notes]
    return "\n".join(lines) + "\n"


def _table_row(finding: Finding) -> str:
    severity = f"**{finding.severity.label}**" if finding.fails else finding.severity.label
    parts = [_cell_text(sentences.escape_unprintable(finding.change.message))]
    if affected := sentences.operations_text(finding):
        parts.append(f"In {_cell_text(affected)}")
    if others := sentences.other_verdicts_text(finding):
        parts.append(_cell_text(others.removesuffix(".")))
    if location := sentences.location_text(finding):
        parts.append(f"At {_cell_code(location)}")
    cells = severity, ". ".join(parts), _cell_code(sentences.escape_unprintable(finding.id)), finding.rule.id
    return f"| {' | '.join(cells)} |"


def _rule_list(report: CheckReport) -> Iterator[str]:
    for id, rule in {finding.rule.id: finding.rule for finding in report.findings}.items():
        yield f"- {id}: {_cell_text(rule.why)} {_cell_text(rule.fix)}"


def _cell_text(text: str) -> str:
    """Escape plain text for a cell, which a pipe would end."""
    return escape_markdown(text.replace("|", _PIPE)).replace(_PIPE, "&#124;")


def _cell_code(text: str) -> str:
    """A name as code; as text if it has a pipe, because renderers disagree on pipes in the code of a cell."""
    return code_span(text) if "|" not in text else _cell_text(text)


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
