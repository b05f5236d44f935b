"""What a team accepts: ignores, each with a reason, and a baseline of known changes.

Ignores are a TOML file that people write:

    [[ignore]]
    rule = "response-member-removed"
    id = "appstream#Fleet$*"
    reason = "Nobody reads it; the field was never filled."
    expires = 2027-01-31

A baseline is a JSON file that docgen writes: fingerprints of changes, so that a check reports only new ones. A
fingerprint is made from rule, element and values, not from the message. The file also has the rule and the element,
for reviewers only.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from docgen.check.patterns import check_rule_pattern, matches_pattern
from docgen.errors import UsageError
from docgen.rules.change import Change

BASELINE_VERSION = 1
"""The version of the layout of a baseline, the value of its key `baseline`."""

_REQUIRED_KEYS = ("rule", "id", "reason")
_KEYS = (*_REQUIRED_KEYS, "expires")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Ignore:
    """Changes that are accepted.

    Attributes:
        rule: A pattern for rule ids.
        id: A pattern for element ids.
        reason: Why the changes are accepted.
        expires: The last day on which the ignore is valid (`YYYY-MM-DD`); empty if it never expires.

    """

    rule: str
    id: str
    reason: str
    expires: str = ""

    def covers(self, rule: str, id: str) -> bool:
        """Whether a change of the element `id`, found by `rule`, is accepted."""
        return matches_pattern(rule, self.rule) and matches_pattern(id, self.id)

    def is_expired(self, today: str) -> bool:
        """Whether the last valid day is before `today` (`YYYY-MM-DD`)."""
        return bool(self.expires) and self.expires < today


def parse_ignores(text: str, location: str, rules: Collection[str]) -> tuple[Ignore, ...]:
    """Parse a file of ignores.

    Args:
        text: The TOML text.
        location: The name of the file, for messages.
        rules: All rule ids.

    Returns:
        The ignores in the order of the file.

    Raises:
        UsageError: For every mistake, with the number of the entry: an ignore that silently matches nothing would be
            noticed too late.

    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{location}: not TOML: {error}") from None
    entries = content.pop("ignore", [])
    if content or not isinstance(entries, list):
        unknown = next(iter(content), "ignore")
        raise UsageError(f"{location}: unexpected {unknown!r} (the file is a list of [[ignore]] entries)")
    return tuple(_parse_ignore(entry, f"{location}: entry {number}", rules) for number, entry in enumerate(entries, 1))


def _parse_ignore(entry: Any, location: str, rules: Collection[str]) -> Ignore:
    if not isinstance(entry, dict):
        raise UsageError(f"{location}: not a table (write [[ignore]] above it)")
    for key in entry:
        if key not in _KEYS:
            raise UsageError(f"{location}: unknown key {key!r} (choose from {', '.join(_KEYS)})")
    rule, id, reason = (_required_text(entry, key, location) for key in _REQUIRED_KEYS)
    check_rule_pattern(rule, rules, location)
    return Ignore(rule, id, reason, _expiry_day(entry, location))


def _required_text(entry: Mapping[str, Any], key: str, location: str) -> str:
    value = entry.get(key)
    if isinstance(value, str) and value.strip():
        return value.strip()
    hint = 'write "*" for any' if key != "reason" else "give the reason"
    raise UsageError(f"{location}: no {key!r} ({hint})")


def _expiry_day(entry: Mapping[str, Any], location: str) -> str:
    value = entry.get("expires", "")
    if value == "":
        return ""
    day = str(value)
    if isinstance(value, str) or not _DAY.fullmatch(day):
        raise UsageError(f"{location}: 'expires' is not a day (write expires = 2027-01-31, without quotes)")
    return day


def baseline_text(changes: Iterable[Change]) -> str:
    """The text of a baseline of these changes: sorted JSON, one line for each change."""
    found = sorted({(change.delta.id, change.rule.id, change.fingerprint) for change in changes})
    entries = [{"fingerprint": fingerprint, "rule": rule, "id": id} for id, rule, fingerprint in found]
    lines = ",".join(f"\n    {json.dumps(entry, ensure_ascii=False)}" for entry in entries)
    return f'{{\n  "baseline": {BASELINE_VERSION},\n  "changes": [{lines}\n  ]\n}}\n'


def parse_baseline(text: str, location: str) -> frozenset[str]:
    """The fingerprints in a baseline; raises `UsageError`, which names `location`, if it is not valid."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{location}: not JSON: {error}") from None
    if not isinstance(content, dict) or content.get("baseline") != BASELINE_VERSION:
        raise UsageError(f"{location}: not a baseline of docgen (create one with --write-baseline FILE)")
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
