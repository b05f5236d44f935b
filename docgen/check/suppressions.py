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
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from docgen.check.patterns import check_rule_pattern, is_wildcard, matches_pattern
from docgen.errors import UsageError
from docgen.files import parse_toml, toml_problem
from docgen.rules.change import Change
from docgen.wording import wildcard_regex

BASELINE_VERSION = 1
"""The version of the layout of a baseline, the value of its key `baseline`."""

_MAX_WILDCARDS = 1_000
"""The most entries with wildcards in their `id`: each is compared with each change."""

_REQUIRED_KEYS = ("rule", "id", "reason")
_KEYS = (*_REQUIRED_KEYS, "expires")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ENTRY_HEADER = re.compile(r"\s*\[\[\s*(?:ignore|\"ignore\"|'ignore')\s*\]\]")
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

    def is_expired(self, today: str) -> bool:
        """Return whether the last valid day is before `today` (`YYYY-MM-DD`)."""
        return bool(self.expires) and self.expires < today


class IgnoreMatcher:
    """Finds the ignores that accept a change.

    An ignore that names its element in full is found by a lookup. Those with wildcards are tried only if one expression
    that joins all of them for the rule matches.
    """

    def __init__(self, ignores: Sequence[Ignore]) -> None:
        self.ignores = ignores
        self._of_element: dict[str, list[int]] = {}
        for number, ignore in enumerate(ignores):
            self._of_element.setdefault(ignore.id, []).append(number)
        self._wildcards = {
            number: wildcard_regex(each.id) for number, each in enumerate(ignores) if is_wildcard(each.id)
        }
        self._of_rule: dict[str, tuple[re.Pattern[str], list[int]]] = {}

    def numbers(self, rule: str, id: str) -> Iterator[int]:
        """Yield the indices of all ignores that cover a change of the element `id`, found by `rule`."""
        for number in self._of_element.get(id, ()):
            if matches_pattern(rule, self.ignores[number].rule):
                yield number
        any_of_rule, numbers = self._wildcards_of(rule)
        if any_of_rule.match(id):
            yield from (number for number in numbers if self._wildcards[number].match(id))

    def first(self, rule: str, id: str) -> Ignore | None:
        """Return the first ignore that covers a change of the element `id`, found by `rule`."""
        first = min(self.numbers(rule, id), default=None)
        return None if first is None else self.ignores[first]

    def _wildcards_of(self, rule: str) -> tuple[re.Pattern[str], list[int]]:
        """Return a pattern for all elements that the wildcard ignores of a rule match, and their indices."""
        if rule not in self._of_rule:
            numbers = [number for number in self._wildcards if matches_pattern(rule, self.ignores[number].rule)]
            alternatives = "|".join(self._wildcards[number].pattern for number in numbers)
            self._of_rule[rule] = re.compile(alternatives or "(?!)"), numbers
        return self._of_rule[rule]


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
        content = parse_toml(text)
    except ValueError as error:
        raise UsageError(toml_problem(location, str(error))) from None
    entries = content.pop("ignore", [])
    if content or not isinstance(entries, list):
        unknown = next(iter(content), "ignore")
        raise UsageError(f"{location}: unexpected {unknown!r} (the file is a list of [[ignore]] entries)")
    places = _entry_places(text, location, len(entries))
    ignores = tuple(_parse_ignore(entry, place, rules) for entry, place in zip(entries, places, strict=True))
    if sum(is_wildcard(ignore.id) for ignore in ignores) > _MAX_WILDCARDS:
        raise UsageError(f"{location}: more than {_MAX_WILDCARDS:,} entries with wildcards in 'id' (use a baseline)")
    return ignores


@dataclass(frozen=True, slots=True)
class _EntryPlace:
    """Where an entry is: the name of the file, its number, and its lines, none if they are not known."""

    location: str
    number: int
    first_line: int = 0
    lines: tuple[str, ...] = ()

    def of(self, key: str = "") -> str:
        """Return the location of a key for messages, `ignores.toml:7: entry 2`; that of the entry without the key."""
        named = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
        line = next((at for at, line in enumerate(self.lines) if key and named.match(line)), 0)
        where = f":{self.first_line + line}" if self.lines else ""
        return f"{self.location}{where}: entry {self.number}"


def _entry_places(text: str, location: str, count: int) -> Iterator[_EntryPlace]:
    """Yield the location of each entry. An entry without its own header, in a list in brackets, has no lines."""
    lines = text.split("\n")
    starts = [at for at, line in enumerate(lines) if _ENTRY_HEADER.match(line)]
    if len(starts) != count:
        yield from (_EntryPlace(location, number) for number in range(1, count + 1))
        return
    for number, (start, end) in enumerate(pairwise((*starts, len(lines))), start=1):
        yield _EntryPlace(location, number, start + 1, tuple(lines[start:end]))


def _parse_ignore(entry: Any, place: _EntryPlace, rules: Collection[str]) -> Ignore:
    if not isinstance(entry, dict):
        raise UsageError(f"{place.of()}: not a table (write [[ignore]] above it)")
    for key in entry:
        if key not in _KEYS:
            raise UsageError(f"{place.of(key)}: unknown key {key!r} (choose from {', '.join(_KEYS)})")
    rule, id, reason = (_required_text(entry, key, place) for key in _REQUIRED_KEYS)
    if rule != "*":
        check_rule_pattern(rule, rules, place.of("rule"))
    return Ignore(rule, id, reason, _expiry_day(entry, place))


def _required_text(entry: Mapping[str, Any], key: str, place: _EntryPlace) -> str:
    value = entry.get(key)
    if isinstance(value, str) and value.strip():
        return value.strip()
    hint = 'write "*" for any' if key != "reason" else "give the reason"
    raise UsageError(f"{place.of(key)}: no {key!r} ({hint})")


def _expiry_day(entry: Mapping[str, Any], place: _EntryPlace) -> str:
    value = entry.get("expires", "")
    if value == "":
        return ""
    day = str(value)
    if isinstance(value, str) or not _DAY.fullmatch(day):
        problem = "'expires' is not a day (write expires = 2027-01-31, without quotes)"
        raise UsageError(f"{place.of('expires')}: {problem}")
    return day


def baseline_text(changes: Iterable[Change]) -> str:
    """Return the text of a baseline of these changes: sorted JSON, one line for each change."""
    found = sorted({(change.delta.id, change.rule.id, change.fingerprint) for change in changes})
    entries = [{"fingerprint": fingerprint, "rule": rule, "id": id} for id, rule, fingerprint in found]
    lines = ",".join(f"\n    {json.dumps(entry, ensure_ascii=False)}" for entry in entries)
    return f'{{\n  "baseline": {BASELINE_VERSION},\n  "changes": [{lines}\n  ]\n}}\n'


def parse_baseline(text: str, location: str) -> frozenset[str]:
    """Return the fingerprints in a baseline.

    Raises:
        UsageError: The baseline is not valid; the message names `location`.
    """
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
