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

from docgen.check.patterns import check_rule, matches
from docgen.errors import UsageError

_REQUIRED = ("rule", "id", "reason")
_KEYS = (*_REQUIRED, "expires")
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
        return matches(rule, self.rule) and matches(id, self.id)

    def expired(self, today: str) -> bool:
        """Whether it holds no longer: its last day is before `today`."""
        return bool(self.expires) and self.expires < today


def parse_ignores(text: str, place: str, rules: Collection[str]) -> tuple[Ignore, ...]:
    """The excuses in a TOML text, in its order; `rules` are the rule ids that there are.

    Raises `UsageError` with `place` and the number of the entry for whatever is not as it has to be: an excuse
    that silently means nothing would be found out when it is too late.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{place}: not TOML: {error}") from None
    entries = content.pop("ignore", [])
    if content or not isinstance(entries, list):
        unknown = next(iter(content), "ignore")
        raise UsageError(f"{place}: unexpected {unknown!r} (the file is a list of [[ignore]] entries)")
    return tuple(_ignore(entry, f"{place}: entry {number}", rules) for number, entry in enumerate(entries, 1))


def _ignore(entry: Any, place: str, rules: Collection[str]) -> Ignore:
    if not isinstance(entry, dict):
        raise UsageError(f"{place}: not a table (write [[ignore]] above it)")
    for key in entry:
        if key not in _KEYS:
            raise UsageError(f"{place}: unknown key {key!r} (there are {', '.join(_KEYS)})")
    rule, id, reason = (_text(entry, key, place) for key in _REQUIRED)
    check_rule(rule, rules, place)
    return Ignore(rule, id, reason, _day(entry, place))


def _text(entry: Mapping[str, Any], key: str, place: str) -> str:
    value = entry.get(key)
    if isinstance(value, str) and value.strip():
        return value.strip()
    why = 'write "*" for any' if key != "reason" else "say why it may pass"
    raise UsageError(f"{place}: no {key!r} ({why})")


def _day(entry: Mapping[str, Any], place: str) -> str:
    value = entry.get("expires", "")
    if value == "":
        return ""
    day = str(value)
    if isinstance(value, str) or not _DAY.fullmatch(day):
        raise UsageError(f"{place}: 'expires' is not a day (write expires = 2027-01-31, without quotes)")
    return day
