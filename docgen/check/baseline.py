"""What is known already: a file of fingerprints, so that only what is new counts.

A fingerprint is made of rule, element and values, never of the sentence that tells of it. Rule and element stand in
the file for whoever reviews it, and nothing else looks at them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from docgen.errors import UsageError
from docgen.rules.change import Change

BASELINE_VERSION = 1
"""The version of the file's layout."""

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def baseline_text(changes: Iterable[Change]) -> str:
    """A baseline that knows these changes: JSON, sorted, one line each."""
    found = sorted({(change.delta.id, change.rule.id, change.fingerprint) for change in changes})
    entries = [{"fingerprint": fingerprint, "rule": rule, "id": id} for id, rule, fingerprint in found]
    lines = ",".join(f"\n    {json.dumps(entry, ensure_ascii=False)}" for entry in entries)
    return f'{{\n  "baseline": {BASELINE_VERSION},\n  "changes": [{lines}\n  ]\n}}\n'


def parse_baseline(text: str, location: str) -> frozenset[str]:
    """The fingerprints of a baseline; raises `UsageError` naming `place` if it is none."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{location}: not JSON: {error}") from None
    if not isinstance(content, dict) or content.get("baseline") != BASELINE_VERSION:
        raise UsageError(f"{location}: not a baseline of docgen (make one with --write-baseline FILE)")
    entries = content.get("changes")
    if not isinstance(entries, list):
        raise UsageError(f"{location}: no list of 'changes'")
    return frozenset(
        _entry_fingerprint(entry, f"{location}: change {number}") for number, entry in enumerate(entries, 1)
    )


def _entry_fingerprint(entry: Any, location: str) -> str:
    value = entry.get("fingerprint") if isinstance(entry, dict) else None
    if isinstance(value, str) and _FINGERPRINT.fullmatch(value):
        return value
    raise UsageError(f"{location}: no 'fingerprint' of 64 hexadecimal digits")
