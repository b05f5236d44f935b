"""For programs: all that is known of each finding, as JSON."""

from __future__ import annotations

import json
from typing import Any

from docgen.check.ignores import Ignore
from docgen.check.reports.sentences import fail_on_word
from docgen.check.verdict import CheckReport, Finding, IgnoredFinding
from docgen.diff.delta import Delta
from docgen.rules.rule import RULESET_VERSION


def render(report: CheckReport) -> str:
    """The report as JSON that obeys `docgen/schema/check.schema.json`."""
    return json.dumps(report_data(report), ensure_ascii=False, indent=2) + "\n"


def report_data(report: CheckReport) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "ruleset": RULESET_VERSION,
        "old": report.old,
        "new": report.new,
        "profile": report.options.profile,
        "fail_on": fail_on_word(report),
        "verdict": report.verdict,
        "failing": report.failures,
        "counts": {severity.label: number for severity, number in report.counts.items()},
        "services": list(report.services),
        "findings": [_finding_data(finding) for finding in report.findings],
        "unlisted": len(report.unlisted),
        "ignored": [_ignored_data(excused) for excused in report.ignored],
        "known": len(report.in_baseline),
        "gone": report.stale_baseline_entries,
        "unused_ignores": [_ignore_data(ignore) for ignore in report.unused_ignores],
        "expired_ignores": [_ignore_data(ignore) for ignore in report.expired_ignores],
        "uncompared": list(report.uncompared),
        "suggested_bump": report.bump,
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
        "operations": [{"name": name, "path": change.paths.get(name)} for name in change.operations],
        **_delta_values(change.delta),
        "also": [{"id": delta.id, **_delta_values(delta)} for delta in change.related],
        "confidence": change.confidence,
        "fingerprint": change.fingerprint,
        "place": {"file": finding.location.file, "line": finding.location.line or None} if finding.location else None,
    }


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
        "severity": finding.severity.label,
        "fingerprint": finding.change.fingerprint,
        "reason": ignored.ignore.reason,
    }


def _ignore_data(ignore: Ignore) -> dict[str, Any]:
    return {"rule": ignore.rule, "id": ignore.id, "reason": ignore.reason, "expires": ignore.expires or None}
