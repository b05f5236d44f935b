"""For a terminal: one paragraph for each finding, then the counts, the notes and, last, the verdict."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from docgen.check.reports import sentences
from docgen.check.verdict import CheckReport, Finding
from docgen.printable import visible_line
from docgen.rules.rule import Severity

_COLOURS = {Severity.BREAKING: "1;31", Severity.DANGEROUS: "33", Severity.SAFE: "32", Severity.DOCS: "2"}
_INDENT = "  "


def render(report: CheckReport, width: int = 80, colour: bool = False) -> str:
    """The report with lines of at most `width` characters; longer names stay whole, so that they can be searched."""
    parts = ["\n".join(_finding_lines(finding, width, colour)) for finding in report.findings]
    parts.append("\n".join(_summary_lines(report, width, colour)))
    return "\n\n".join(parts) + "\n"


def _finding_lines(finding: Finding, width: int, colour: bool) -> Iterator[str]:
    severity = _coloured(finding.severity.label, _COLOURS[finding.severity], colour)
    yield f"{severity}  {finding.rule.id}  {visible_line(finding.id)}"
    paragraphs = {
        "": visible_line(finding.change.message),
        "In: ": sentences.operations_text(finding),
        "Elsewhere: ": sentences.other_verdicts_text(finding),
        "Why: ": finding.rule.why,
        "Do: ": finding.rule.fix,
        "At: ": sentences.location_text(finding),
    }
    for label, text in paragraphs.items():
        if text:
            yield from _wrap(f"{label}{text}", width, _INDENT, _INDENT + " " * len(label))


def _summary_lines(report: CheckReport, width: int, colour: bool) -> Iterator[str]:
    for sentence in (f"{sentences.counts_text(report)}.", *sentences.note_sentences(report)):
        yield from _wrap(sentence, width)
    for line in _wrap(sentences.verdict_sentence(report), width):
        yield _coloured(line, "1;31" if report.failures else "1;32", colour)


def _wrap(text: str, width: int, first_indent: str = "", next_indent: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first_indent,
        subsequent_indent=next_indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _coloured(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
