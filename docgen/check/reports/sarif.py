"""For code scanning: SARIF 2.1.0 (OASIS standard), with a result for each finding and the rules that found them."""

from __future__ import annotations

import json
import os
import re
from typing import Any
from urllib.parse import quote

from docgen import __version__
from docgen.check.reports import sentences
from docgen.check.verdict import CheckReport, FileLocation, Finding
from docgen.printable import json_text, visible_line
from docgen.rules.code_lines import code_line_data
from docgen.rules.rule import Rule, Severity

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LINK_START = re.compile(r"\[(?=[^\]]*\]\()")
_FINGERPRINT_KEY = "docgenChange/v1"


def render(report: CheckReport) -> str:
    """Render the report as a SARIF log of one run."""
    return json_text(json.dumps(_log(report), ensure_ascii=False, indent=2)) + "\n"


def _log(report: CheckReport) -> dict[str, Any]:
    rules = list(dict.fromkeys(finding.rule.id for finding in report.shown))
    index = {id: number for number, id in enumerate(rules)}
    first = {finding.rule.id: finding for finding in reversed(report.shown)}
    driver = {"name": "docgen", "version": __version__, "rules": [_rule_descriptor(first[id]) for id in rules]}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, index[finding.rule.id]) for finding in report.shown],
                "properties": _run_properties(report),
            }
        ],
    }


def _rule_descriptor(finding: Finding) -> dict[str, Any]:
    rule: Rule = finding.rule
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.id.replace("-", " ")},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.fix},
        "defaultConfiguration": {"level": _level(rule.severity, fails=rule.severity is Severity.BREAKING)},
        "properties": {"group": rule.group, "severity": rule.severity.label},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    change = finding.change
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": finding.id}]}
    if finding.location:
        location["physicalLocation"] = _physical_location(finding.location)
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": index,
        "level": _level(finding.severity, finding.fails),
        "message": {"text": _LINK_START.sub(r"\\[", visible_line(change.message))},
        "locations": [location],
        "partialFingerprints": {_FINGERPRINT_KEY: change.fingerprint},
        "properties": {
            "service": finding.service,
            "apiVersion": finding.api_version,
            "severity": finding.severity.label,
            "direction": change.direction,
            "operations": list(change.operations),
            **({"code": [code_line_data(line) for line in change.code]} if change.code else {}),
            "otherVerdicts": [
                {"ruleId": verdict.rule.id, "severity": severity.label, "operations": list(verdict.operations)}
                for severity, verdict in finding.other_verdicts
            ],
        },
    }


def _physical_location(location: FileLocation) -> dict[str, Any]:
    path = quote(os.fsencode(location.file), safe="/")  # a path need not be UTF-8
    physical: dict[str, Any] = {"artifactLocation": {"uri": f"file://{path}" if path.startswith("/") else path}}
    if location.line:
        physical["region"] = {"startLine": location.line}
    return physical


def _level(severity: Severity, fails: bool) -> str:
    if fails:
        return "error"
    return "warning" if severity >= Severity.DANGEROUS else "note"


def _run_properties(report: CheckReport) -> dict[str, Any]:
    return {
        "verdict": report.verdict,
        "profile": report.policy.profile,
        "failOn": sentences.fail_on_label(report),
        "severityCounts": {severity.label: number for severity, number in report.severity_counts.items()},
        "notes": list(sentences.note_sentences(report)),
    }
