"""For any CI server: JUnit XML with a suite for each service and a case for each finding.

Python's XML writer escapes reserved characters, but not those that XML forbids; `visible_line` removes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from docgen.check.reports import sentences
from docgen.check.verdict import CheckReport, Finding
from docgen.printable import visible_line


def render(report: CheckReport) -> str:
    """Render the report as JUnit XML."""
    root = ET.Element("testsuites", {"name": "docgen check", **_count_attributes(report.findings)})
    suites: dict[str, list[Finding]] = {}
    for finding in report.findings:
        suites.setdefault(finding.service, []).append(finding)
    for service, findings in suites.items():
        suite = ET.SubElement(root, "testsuite", {"name": visible_line(service), **_count_attributes(findings)})
        for finding in findings:
            _add_test_case(suite, finding)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _count_attributes(findings: Sequence[Finding]) -> dict[str, str]:
    failures = sum(finding.fails for finding in findings)
    return {"tests": str(len(findings)), "failures": str(failures), "errors": "0", "skipped": "0"}


def _add_test_case(suite: ET.Element, finding: Finding) -> None:
    case = ET.SubElement(suite, "testcase", classname=finding.rule.id, name=visible_line(finding.id))
    message = visible_line(finding.change.message)
    if finding.fails:
        element = ET.SubElement(case, "failure", type=finding.severity.label, message=message)
    else:
        element = ET.SubElement(case, "system-out")
    lines = [f"{finding.severity.label}: {message}", finding.rule.why, finding.rule.fix]
    if affected := sentences.operations_text(finding):
        lines.insert(1, f"In {affected}. {sentences.other_verdicts_text(finding)}".rstrip())
    if code := sentences.code_text(finding):
        lines.append(f"Used in {code}")
    elif location := sentences.location_text(finding):
        lines.append(f"At {location}")
    element.text = "\n".join(lines)
