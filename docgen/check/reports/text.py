"""For a terminal: one paragraph for each finding, then the counts, the notes and, last, the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.check.reports import sentences
from docgen.check.verdict import CheckReport, Finding
from docgen.terminal.styled import Screen, Styled, screen_text, styled, styled_line
from docgen.terminal.wrapping import wrapped

_INDENT = "  "

MAX_CAPABILITIES = 30
"""How many additions are listed; the others are counted."""


def render(report: CheckReport, screen: Screen) -> str:
    """Render the report in lines that fit the screen."""
    lines: list[Styled] = []
    for finding in report.shown:
        lines += [*_finding_lines(finding, screen), Styled()]
    if new := sentences.capability_lines(report, MAX_CAPABILITIES):
        lines.append(styled("New in the operations that your code calls:"))
        lines += [line for each in new for line in wrapped(each, screen, _INDENT, _INDENT * 2)]
        lines.append(Styled())
    return screen_text([*lines, *_summary_lines(report, screen)], screen)


def _finding_lines(finding: Finding, screen: Screen) -> Iterator[Styled]:
    severity = finding.severity.label
    title = styled_line([styled(severity, severity), finding.rule.id, styled(finding.id, "title")], "  ")
    yield from wrapped(title, screen, next_indent=_INDENT) if screen.is_terminal else [title]
    paragraphs = {
        "": finding.change.message,
        "In: ": sentences.operations_text(finding),
        "Elsewhere: ": sentences.other_verdicts_text(finding),
        "Why: ": finding.rule.why,
        "Do: ": finding.rule.fix,
        "Used: ": sentences.code_text(finding),
        "At: ": "" if finding.change.code else sentences.location_text(finding),
    }
    for label, text in paragraphs.items():
        if text:
            yield from wrapped(styled(label, "dim") + text, screen, _INDENT, _INDENT + " " * len(label))


def _summary_lines(report: CheckReport, screen: Screen) -> Iterator[Styled]:
    counts = [] if report.code and not report.findings else [f"{sentences.counts_text(report)}."]
    for sentence in (*counts, *sentences.note_sentences(report)):
        yield from wrapped(sentence, screen, next_indent="")
    verdict = styled(sentences.verdict_sentence(report), "failed" if report.failures else "passed")
    yield from wrapped(verdict, screen, next_indent="")
