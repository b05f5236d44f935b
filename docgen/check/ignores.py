"""Excuses: changes that a team has looked at and lets pass, each with its reason, perhaps only until a day.

[[ignore]]
rule = "response-member-removed"
id = "appstream#Fleet$*"
reason = "Nobody reads it; the field was never filled."
expires = 2027-01-31
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from docgen.check.patterns import check_rule_pattern, matches_pattern
from docgen.errors import UsageError

_REQUIRED_KEYS = ("rule", "id", "reason")
_KEYS = (*_REQUIRED_KEYS, "expires")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Ignore:
    """One excuse: patterns for rule and element, the reason, the last day on which it holds (`YYYY-MM-DD`, or "")."""

    rule: str
    id: str
    reason: str
    expires: str = ""

    def covers(self, rule: str, id: str) -> bool:
        """Whether a change by `rule` of the element `id` is meant."""
        return matches_pattern(rule, self.rule) and matches_pattern(id, self.id)

    def is_expired(self, today: str) -> bool:
        """Whether it holds no longer: its last day is before `today`."""
        return bool(self.expires) and self.expires < today


def parse_ignores(text: str, location: str, rules: Collection[str]) -> tuple[Ignore, ...]:
    """The excuses in a TOML text, in its order; `rules` are the rule ids that there are.

    Raises `UsageError` with `place` and the number of the entry for whatever is not as it has to be: an excuse
    that silently means nothing would be found out when it is too late.
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
            raise UsageError(f"{location}: unknown key {key!r} (there are {', '.join(_KEYS)})")
    rule, id, reason = (_required_text(entry, key, location) for key in _REQUIRED_KEYS)
    check_rule_pattern(rule, rules, location)
    return Ignore(rule, id, reason, _expiry_day(entry, location))


def _required_text(entry: Mapping[str, Any], key: str, location: str) -> str:
    value = entry.get(key)
    if isinstance(value, str) and value.strip():
        return value.strip()
    why = 'write "*" for any' if key != "reason" else "say why it may pass"
    raise UsageError(f"{location}: no {key!r} ({why})")


def _expiry_day(entry: Mapping[str, Any], location: str) -> str:
    value = entry.get("expires", "")
    if value == "":
        return ""
    day = str(value)
    if isinstance(value, str) or not _DAY.fullmatch(day):
        raise UsageError(f"{location}: 'expires' is not a day (write expires = 2027-01-31, without quotes)")
    return day
