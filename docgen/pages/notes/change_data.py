"""A change as JSON, in the form that all documents share."""

from __future__ import annotations

from typing import Any

from docgen.diff.delta import Delta
from docgen.model.names import method_name
from docgen.rules.change import Change, Verdict
from docgen.rules.code_lines import code_line_data
from docgen.rules.profiles import MARKED_PROFILES
from docgen.sources.official_notes import SdkNote


def change_data(change: Change) -> dict[str, Any]:
    """Return a change as JSON, with its rule and the facts behind it."""
    rule = change.rule
    return {
        "rule": rule.id,
        "severity": rule.severity.label,
        "profiles": {profile: rule.severity_in(profile).label for profile in MARKED_PROFILES},
        "suppressed": rule.suppressed,
        "direction": change.direction.value,
        "message": change.message,
        "why": rule.why,
        "fix": rule.fix,
        "operations": operations_data(change.verdict),
        "other_verdicts": [verdict_data(verdict) for verdict in change.others],
        "confidence": change.confidence,
        "fingerprint": change.fingerprint,
        "facts": [_delta_data(fact) for fact in change.facts],
        **({"code": [code_line_data(line) for line in change.code]} if change.code else {}),
    }


def operations_data(verdict: Verdict) -> list[dict[str, Any]]:
    """Return the operations of a verdict as JSON, each with the path of the element."""
    return [
        {"operation": name, "method": method_name(name), "path": verdict.paths.get(name)} for name in verdict.operations
    ]


def verdict_data(verdict: Verdict) -> dict[str, Any]:
    """Return the verdict of some operations as JSON."""
    return {
        "rule": verdict.rule.id,
        "severity": verdict.rule.severity.label,
        "direction": verdict.direction.value,
        "message": verdict.message,
        "operations": operations_data(verdict),
    }


def _delta_data(delta: Delta) -> dict[str, Any]:
    return {
        "id": delta.id,
        "kind": delta.kind.value,
        "trait": delta.trait or None,
        "old": delta.old,
        "new": delta.new,
        "old_pointer": delta.old_pointer,
        "new_pointer": delta.new_pointer,
    }


def sdk_note_data(note: SdkNote) -> dict[str, str | None]:
    """Return a note on the SDK itself as JSON."""
    return {"topic": note.topic, "type": note.type or None, "text": note.text}
