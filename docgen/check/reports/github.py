"""For a pull request on GitHub: a workflow command for each finding, which Actions shows at its line.

What fails the check is an error, what else is dangerous a warning, the rest notices. Actions shows ten of each in one
step and keeps the others in the log; the worst come first.
"""

from __future__ import annotations

from docgen.check.reports import sentences
from docgen.check.verdict import CheckReport, Finding
from docgen.rules.rule import Severity


def render(report: CheckReport) -> str:
    """The report as workflow commands, and below them, as plain lines of the log, counts, notes and verdict."""
    lines = [_workflow_command(finding) for finding in report.findings]
    lines += [
        f"{sentences.counts_text(report)}.",
        *sentences.note_sentences(report),
        sentences.verdict_sentence(report),
    ]
    return "\n".join(lines) + "\n"


def _workflow_command(finding: Finding) -> str:
    properties = {"title": sentences.escape_unprintable(f"{finding.rule.id} {finding.id}")}
    if finding.location:
        properties = {"file": finding.location.file, "line": str(finding.location.line or 1), **properties}
    told = [sentences.escape_unprintable(finding.change.message), finding.rule.why, finding.rule.fix]
    if affected := sentences.operations_text(finding):
        told.insert(1, f"In {affected}.")
    written = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
    return f"::{_annotation_level(finding)} {written}::{_escape_data(chr(10).join(told))}"


def _annotation_level(finding: Finding) -> str:
    if finding.fails:
        return "error"
    return "warning" if finding.severity >= Severity.DANGEROUS else "notice"


def _escape_data(text: str) -> str:
    """The message of a command: a bare line break would end it, and open the next one."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    """A property of a command, which a colon or a comma would end too."""
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
