"""Reversals as a page shows them: what was added and removed, or changed and changed back, within a range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ReversalStep:
    """One step of a reversal: `went` in a release."""

    action: str
    release: str
    date: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class ReversalSummary:
    """Something that was added and removed, or changed and changed back. `initial_value` is its value before."""

    service: str
    severity: str
    subject: str
    ids: tuple[str, ...]
    kind: str
    trait: str
    initial_value: Any
    steps: tuple[ReversalStep, ...]

    @property
    def steps_text(self) -> str:
        """The steps in words: `Came in 1.29.127, went in 1.29.128`."""
        text = ", ".join(f"{turn.action} in {turn.release}" for turn in self.steps)
        return text[:1].upper() + text[1:]


def reversal_data(reversal: ReversalSummary) -> dict[str, Any]:
    """Return a reversal as JSON."""
    return {
        "service": reversal.service,
        "ids": list(reversal.ids),
        "kind": reversal.kind,
        "trait": reversal.trait or None,
        "severity": reversal.severity,
        "message": f"{reversal.subject}: {reversal.steps_text}",
        "initial_value": reversal.initial_value,
        "steps": [
            {"release": turn.release, "date": turn.date or None, "action": turn.action, "value": turn.value}
            for turn in reversal.steps
        ],
    }
