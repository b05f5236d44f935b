"""For programs: every detail of each finding, as JSON."""

from __future__ import annotations

import json
from typing import Any

from docgen.check.reports.sentences import fail_on_label
from docgen.check.suppressions import Ignore
from docgen.check.verdict import CheckReport, CodeSummary, FileLocation, Finding, IgnoredFinding
from docgen.diff.delta import Delta
from docgen.model.names import method_name
from docgen.printable import json_text
from docgen.rules.change import Verdict
from docgen.rules.code_lines import code_line_data
from docgen.rules.rule import RULESET_VERSION, Severity


def render(report: CheckReport) -> str:
    """Render the report as JSON with the schema `docgen/schema/check.schema.json`."""
    return json_text(json.dumps(report_data(report), ensure_ascii=False, indent=2)) + "\n"


def report_data(report: CheckReport) -> dict[str, Any]:
    """Return the report as plain values."""
    return {
        "ruleset": RULESET_VERSION,
        "old": report.old,
        "new": report.new,
        "profile": report.policy.profile,
        "fail_on": fail_on_label(report),
        "verdict": report.verdict,
        "failures": report.failures,
        "severity_counts": {severity.label: number for severity, number in report.severity_counts.items()},
        "services": list(report.services),
        "findings": [_finding_data(finding) for finding in report.findings],
        "unlisted": len(report.unlisted),
        "ignored": [_ignored_data(ignored) for ignored in report.ignored],
        "in_baseline": len(report.in_baseline),
        "stale_baseline_entries": report.stale_baseline_entries,
        "unused_ignores": [_ignore_data(ignore) for ignore in report.unused_ignores],
        "expired_ignores": [_ignore_data(ignore) for ignore in report.expired_ignores],
        "uncompared": list(report.uncompared),
        "changed_policy_files": list(report.changed_policy_files),
        "suggested_bump": report.bump,
        **({"code": _code_data(report, report.code)} if report.code else {}),
    }


def _code_data(report: CheckReport, code: CodeSummary) -> dict[str, Any]:
    return {
        "title": code.title,
        "total": code.total,
        "reaching": len(report.findings) + len(report.unlisted),
        "breaking": report.failures,
        "capabilities": [_finding_data(finding) for finding in code.capabilities],
        "notes": list(code.notes),
    }


def _finding_data(finding: Finding) -> dict[str, Any]:
    change = finding.change
    return {
        "rule": finding.rule.id,
        "id": finding.id,
        "service": finding.service,
        "api_version": finding.api_version,
        "severity": finding.severity.label,
        "fails": finding.fails,
        "direction": change.direction,
        "message": change.message,
        "why": finding.rule.why,
        "fix": finding.rule.fix,
        "operations": _operations_data(change.verdict),
        "other_verdicts": [_verdict_data(severity, verdict) for severity, verdict in finding.other_verdicts],
        **_delta_values(change.delta),
        "related_facts": [{"id": delta.id, **_delta_values(delta)} for delta in change.facts[1:]],
        "confidence": change.confidence,
        "fingerprint": change.fingerprint,
        "location": _location_data(finding.location),
        **({"code": [code_line_data(line) for line in change.code]} if change.code else {}),
    }


def _operations_data(verdict: Verdict) -> list[dict[str, Any]]:
    return [
        {"operation": name, "method": method_name(name), "path": verdict.paths.get(name)} for name in verdict.operations
    ]


def _verdict_data(severity: Severity, verdict: Verdict) -> dict[str, Any]:
    return {
        "rule": verdict.rule.id,
        "severity": severity.label,
        "direction": verdict.direction,
        "message": verdict.message,
        "operations": _operations_data(verdict),
    }


def _location_data(location: FileLocation | None) -> dict[str, Any] | None:
    return None if location is None else {"file": location.file, "line": location.line or None}


def _delta_values(delta: Delta) -> dict[str, Any]:
    return {
        "old": delta.old,
        "new": delta.new,
        "old_pointer": delta.old_pointer,
        "new_pointer": delta.new_pointer,
    }


def _ignored_data(ignored: IgnoredFinding) -> dict[str, Any]:
    finding = ignored.finding
    return {
        "rule": finding.rule.id,
        "id": finding.id,
        "service": finding.service,
        "api_version": finding.api_version,
        "severity": finding.severity.label,
        "fingerprint": finding.change.fingerprint,
        "reason": ignored.ignore.reason,
    }


def _ignore_data(ignore: Ignore) -> dict[str, Any]:
    return {"rule": ignore.rule, "id": ignore.id, "reason": ignore.reason, "expires": ignore.expires or None}
