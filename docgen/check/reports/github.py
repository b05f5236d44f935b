"""For a pull request on GitHub: a workflow command for each finding, which Actions shows at its line.

What fails the check is an error, what else is dangerous a warning, the rest notices. Actions shows ten of each in one
step and keeps the others in the log; the worst come first.
"""

from __future__ import annotations

from docgen.check.reports import sentences
from docgen.check.verdict import Finding, Report
from docgen.rules.rule import Severity


def lay_out(report: Report) -> str:
    """The report as workflow commands, and below them, as plain lines of the log, counts, notes and verdict."""
    lines = [_command(finding) for finding in report.findings]
    lines += [f"{sentences.counts(report)}.", *sentences.notes(report), sentences.verdict(report)]
    return "\n".join(lines) + "\n"


def _command(finding: Finding) -> str:
    properties = {"title": sentences.visible(f"{finding.rule.id} {finding.id}")}
    if finding.place:
        properties = {"file": finding.place.file, "line": str(finding.place.line or 1), **properties}
    told = [sentences.visible(finding.change.message), finding.rule.why, finding.rule.fix]
    if affected := sentences.operations(finding):
        told.insert(1, f"In {affected}.")
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_name(finding)} {written}::{_data(chr(10).join(told))}"


def _name(finding: Finding) -> str:
    if finding.fails:
        return "error"
    return "warning" if finding.severity >= Severity.DANGEROUS else "notice"


def _data(text: str) -> str:
    """The message of a command: a bare line break would end it, and open the next one."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property of a command, which a colon or a comma would end too."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
