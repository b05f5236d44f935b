"""For a comment on a pull request: the verdict in one line, a table with the worst first, and each rule once.

Tables are an extension of GitHub's Markdown; CommonMark has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docgen.check.reports import sentences
from docgen.check.verdict import CheckReport, Finding
from docgen.printable import visible_line
from docgen.render.comment import fitting_comment
from docgen.render.markup.plain import code_span, escape_markdown
from docgen.wording import counted

_PIPE = "\ue000"  # a placeholder while the text is escaped; it is not printable, so the text has none
_TABLE_HEAD = ("| severity | change | element | rule |", "| --- | --- | --- | --- |")


MAX_CAPABILITIES = 30
"""How many additions are listed; the others are counted."""


def render(report: CheckReport) -> str:
    """Render the report as GitHub's Markdown, short enough for a comment: what does not fit is counted."""
    notes = [f"- {_cell_text(note)}" for note in sentences.note_sentences(report)]
    if new := sentences.capability_lines(report, MAX_CAPABILITIES):
        notes += ["", "New in the operations that your code calls:", "", *(f"- {_cell_text(line)}" for line in new)]

    def compose(notes_shown: int, rows: int) -> str:
        more = len(notes) - notes_shown
        return _compose(report, rows, [*notes[:notes_shown], *([f"- {counted(more, 'more note')}."] if more else [])])

    return fitting_comment(compose, len(notes), len(report.findings))


def _compose(report: CheckReport, rows: int, notes: Sequence[str]) -> str:
    """Return the report with its first `rows` findings."""
    lines = [f"**{sentences.verdict_sentence(report)}** {_capitalized(sentences.counts_text(report))}."]
    findings, more = report.findings[:rows], len(report.findings) - rows
    if findings:
        lines += ["", *_TABLE_HEAD, *map(_table_row, findings), "", *_rule_list(findings)]
    if more:
        lines += [
            "",
            f"Not shown: {counted(more, 'more change')} (GitHub limits comments; --format json has all).",
        ]
    if notes:
        lines += ["", *notes]
    return "\n".join(lines) + "\n"


def _table_row(finding: Finding) -> str:
    severity = f"**{finding.severity.label}**" if finding.fails else finding.severity.label
    parts = [_cell_text(visible_line(finding.change.message))]
    if affected := sentences.operations_text(finding):
        parts.append(f"In {_cell_text(affected)}")
    if others := sentences.other_verdicts_text(finding):
        parts.append(_cell_text(others.removesuffix(".")))
    if code := sentences.code_text(finding):
        parts.append(f"Used in {_cell_text(code)}")
    elif location := sentences.location_text(finding):
        parts.append(f"At {_cell_code(location)}")
    cells = severity, ". ".join(parts), _cell_code(visible_line(finding.id)), finding.rule.id
    return f"| {' | '.join(cells)} |"


def _rule_list(findings: Sequence[Finding]) -> Iterator[str]:
    for id, rule in {finding.rule.id: finding.rule for finding in findings}.items():
        yield f"- {id}: {_cell_text(rule.why)} {_cell_text(rule.fix)}"


def _cell_text(text: str) -> str:
    """Escape plain text for a cell, which a pipe would end."""
    return escape_markdown(text.replace("|", _PIPE)).replace(_PIPE, "&#124;")


def _cell_code(text: str) -> str:
    """Return a name as code; as text if it has a pipe, because renderers disagree on pipes in the code of a cell."""
    return code_span(text) if "|" not in text else _cell_text(text)


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
