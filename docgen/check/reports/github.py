"""For a pull request on GitHub: a workflow command for each finding, which Actions shows at its line.

Findings that fail the check are errors, other dangerous ones are warnings, the rest are notices. Actions shows ten of
each in one step, the worst first, and keeps the others in the log.
"""

from __future__ import annotations

from docgen.check.reports import sentences
from docgen.check.verdict import CheckReport, Finding
from docgen.printable import annotation_property, annotation_text, visible_line
from docgen.rules.rule import Severity


def render(report: CheckReport) -> str:
    """Render the findings as workflow commands; counts, notes and verdict follow as plain lines of the log."""
    lines = [_workflow_command(finding) for finding in report.shown]
    lines += [
        f"{sentences.counts_text(report)}.",
        *sentences.note_sentences(report),
        sentences.verdict_sentence(report),
    ]
    return "\n".join(lines) + "\n"


def _workflow_command(finding: Finding) -> str:
    properties = {"title": visible_line(f"{finding.rule.id} {finding.id}")}
    if finding.location:
        properties = {"file": finding.location.file, "line": str(finding.location.line or 1), **properties}
    lines = [visible_line(finding.change.message), finding.rule.why, finding.rule.fix]
    if code := sentences.code_text(finding):
        lines.append(f"Used in {code}.")
    if affected := sentences.operations_text(finding):
        lines.insert(1, f"In {affected}. {sentences.other_verdicts_text(finding)}".rstrip())
    pairs = ",".join(f"{name}={annotation_property(value)}" for name, value in properties.items())
    return f"::{_annotation_level(finding)} {pairs}::{annotation_text(chr(10).join(lines))}"


def _annotation_level(finding: Finding) -> str:
    if finding.fails:
        return "error"
    return "warning" if finding.severity >= Severity.DANGEROUS else "notice"
