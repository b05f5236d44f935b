"""For programs: all that is known of each finding, as JSON."""

from __future__ import annotations

import json
from typing import Any

from docgen.check.ignores import Ignore
from docgen.check.reports.sentences import level
from docgen.check.verdict import Excused, Finding, Report
from docgen.diff.facts import Delta
from docgen.rules.rule import RULESET


def lay_out(report: Report) -> str:
    """The report as JSON that obeys `docgen/schema/check.schema.json`."""
    return json.dumps(data(report), ensure_ascii=False, indent=2) + "\n"


def data(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "ruleset": RULESET,
        "old": report.old,
        "new": report.new,
        "profile": report.options.profile,
        "fail_on": level(report),
        "verdict": report.verdict,
        "failing": report.failing,
        "counts": {severity.word: number for severity, number in report.counts.items()},
        "services": list(report.services),
        "findings": [_finding(finding) for finding in report.findings],
        "unlisted": len(report.unlisted),
        "ignored": [_excused(excused) for excused in report.ignored],
        "known": len(report.known),
        "gone": report.gone,
        "unused_ignores": [_ignore(ignore) for ignore in report.unused_ignores],
        "expired_ignores": [_ignore(ignore) for ignore in report.expired_ignores],
        "uncompared": list(report.uncompared),
        "suggested_bump": report.bump,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    change = finding.change
    return {
        "rule": finding.rule.id,
        "id": finding.id,
        "service": finding.service,
        "api_version": finding.api_version,
        "severity": finding.severity.word,
        "fails": finding.fails,
        "direction": change.direction,
        "message": change.message,
        "why": finding.rule.why,
        "fix": finding.rule.fix,
        "operations": [{"name": name, "path": change.paths.get(name)} for name in change.operations],
        **_values(change.delta),
        "also": [{"id": delta.id, **_values(delta)} for delta in change.also],
        "confidence": change.confidence,
        "fingerprint": change.fingerprint,
        "place": {"file": finding.place.file, "line": finding.place.line or None} if finding.place else None,
    }


def _values(delta: Delta) -> dict[str, Any]:
    return {
        "old": delta.old,
        "new": delta.new,
        "old_pointer": delta.old_pointer,
        "new_pointer": delta.new_pointer,
    }


def _excused(excused: Excused) -> dict[str, Any]:
    finding = excused.finding
    return {
        "rule": finding.rule.id,
        "id": finding.id,
        "service": finding.service,
        "severity": finding.severity.word,
        "fingerprint": finding.change.fingerprint,
        "reason": excused.ignore.reason,
    }


def _ignore(ignore: Ignore) -> dict[str, Any]:
    return {"rule": ignore.rule, "id": ignore.id, "reason": ignore.reason, "expires": ignore.expires or None}
