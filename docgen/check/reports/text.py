"""For a terminal: one paragraph for each finding, then the counts, the notes and, last, the verdict."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from docgen.check.reports import sentences
from docgen.check.verdict import Finding, Report
from docgen.rules.rule import Severity

_COLOURS = {Severity.BREAKING: "1;31", Severity.DANGEROUS: "33", Severity.SAFE: "32", Severity.DOCS: "2"}
_MARGIN = "  "


def lay_out(report: Report, width: int = 80, colour: bool = False) -> str:
    """The report with lines of at most `width` characters; a longer name stays whole, so that it can be searched."""
    parts = ["\n".join(_finding(finding, width, colour)) for finding in report.findings]
    parts.append("\n".join(_summary(report, width, colour)))
    return "\n\n".join(parts) + "\n"


def _finding(finding: Finding, width: int, colour: bool) -> Iterator[str]:
    severity = _coloured(finding.severity.word, _COLOURS[finding.severity], colour)
    yield f"{severity}  {finding.rule.id}  {sentences.visible(finding.id)}"
    told = {
        "": sentences.visible(finding.change.message),
        "In: ": sentences.operations(finding),
        "Why: ": finding.rule.why,
        "Do: ": finding.rule.fix,
        "At: ": sentences.place(finding),
    }
    for label, text in told.items():
        if text:
            yield from _wrapped(f"{label}{text}", width, _MARGIN, _MARGIN + " " * len(label))


def _summary(report: Report, width: int, colour: bool) -> Iterator[str]:
    for sentence in (f"{sentences.counts(report)}.", *sentences.notes(report)):
        yield from _wrapped(sentence, width)
    for line in _wrapped(sentences.verdict(report), width):
        yield _coloured(line, "1;31" if report.failing else "1;32", colour)


def _wrapped(text: str, width: int, first: str = "", others: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _coloured(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
