"""A rule: which deltas it matches, how severe they are, and what readers learn. The table is TOML, one file a group.

It is TOML because a row is mostly sentences: TOML needs no imports, trailing commas or escapes, every editor highlights
it, and other programs can read it. What Python would check (a mistyped key, severity, mark or predicate) is checked
when the table is loaded, with the name of the row in the message.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from fnmatch import fnmatchcase
from importlib import resources
from types import MappingProxyType
from typing import Any

from docgen.errors import DocgenError
from docgen.model.usage import Direction
from docgen.rules.profiles import MARKED_PROFILES

RULESET_VERSION = 3
"""The version of the table, which grows when a rule is added or changes its meaning, or a group its name."""

GROUPS = (
    "no-effect",
    "service",
    "operation",
    "member",
    "enum",
    "constraint",
    "wire",
    "trait",
    "shape",
    "file",
    "unknown",
)
"""The files of the table, in the order in which rules are tried. The first match wins, and the catch-alls come last."""

MARK_MEANINGS = {
    "B": "breaks",
    "D": "dangerous",
    "-": "no effect",
    "+": "new capability",
    "d": "documentation only",
}
"""The marks that rules have for profiles, and what they mean."""

ACTIONS = frozenset({"added", "removed", "changed", "increased", "decreased", "renamed"})

_RULE_KEYS = {
    "direction",
    "severity",
    "profiles",
    "match",
    "message",
    "why",
    "fix",
    "opposite",
    "suppressed",
    "since_ruleset",
}
_MATCH_KEYS = {"kind", "carrier", "trait", "action", "when"}


class Severity(IntEnum):
    """How severe a change is; larger is worse."""

    DOCS = 0
    SAFE = 1
    DANGEROUS = 2
    BREAKING = 3

    @property
    def label(self) -> str:
        """The name in output and options, such as `breaking`."""
        return self.name.lower()


_SEVERITY_OF_MARK = {
    "B": Severity.BREAKING,
    "D": Severity.DANGEROUS,
    "d": Severity.DOCS,
    "-": Severity.SAFE,
    "+": Severity.SAFE,
}


@dataclass(frozen=True, slots=True)
class Match:
    """The deltas that a rule matches. An empty tuple matches everything.

    Attributes:
        kind: The kinds of deltas.
        carrier: What the element belongs to.
        trait: Traits, which may end in `*`.
        action: Actions. `changed` includes `increased` and `decreased`.
        when: The predicates that must all hold.
    """

    kind: tuple[str, ...] = ()
    carrier: tuple[str, ...] = ()
    trait: tuple[str, ...] = ()
    action: tuple[str, ...] = ()
    when: tuple[str, ...] = ()

    def may_match(self, kind: str, carrier: str, trait: str, action: str) -> bool:
        """Return whether a delta may match. The predicates are not evaluated."""
        return (
            (not self.kind or kind in self.kind)
            and (not self.carrier or carrier in self.carrier)
            and (not self.trait or any(fnmatchcase(trait, pattern) for pattern in self.trait))
            and (not self.action or action in self.action or ("changed" in self.action and action in _NUMERIC_ACTIONS))
        )


_NUMERIC_ACTIONS = ("increased", "decreased")


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table.

    Attributes:
        id: The id, such as `member-removed`.
        group: The group, which is a file of the table.
        direction: The direction in which the rule applies; `both` means any.
        severity: The severity for any caller of the API, which is the profile `api`.
        profiles: The mark for each of the other profiles (`MARK_MEANINGS`).
        matches: What the rule matches; one match suffices.
        message: The sentence, with arguments in braces (`docgen.rules.messages.ARGUMENTS`).
        why: The reason for the severity.
        fix: What a caller can do.
        opposite: The rule for the opposite change, or in words why there is none.
        suppressed: Whether pages hide the change; JSON always has it.
        since_ruleset: The version of the table in which the rule appeared or got its present meaning.
    """

    id: str
    group: str
    direction: Direction
    severity: Severity
    profiles: Mapping[str, str]
    matches: tuple[Match, ...]
    message: str
    why: str
    fix: str
    opposite: str
    suppressed: bool = False
    since_ruleset: int = 1

    def severity_in(self, profile: str = "api") -> Severity:
        """Return the severity in a profile; `api` is that of the table."""
        if profile == "api":
            return self.severity
        mark = self.profiles[profile]
        return min(_SEVERITY_OF_MARK[mark], self.severity) if mark in "-+" else _SEVERITY_OF_MARK[mark]


class RuleError(DocgenError):
    """A row of the table is invalid."""


def load_rules() -> Mapping[str, Rule]:
    """Load the table: every rule by its id, in the order in which rules are tried.

    Raises:
        RuleError: A row is invalid, or two rows have the same id.
    """
    found: dict[str, Rule] = {}
    for group in GROUPS:
        text = resources.files(__name__.rpartition(".")[0]).joinpath("table", f"{group}.toml").read_text("utf-8")
        for rule in read_rules(text, group):
            if rule.id in found:
                raise RuleError(f"rule {rule.id!r}: is in {found[rule.id].group} and in {group}")
            found[rule.id] = rule
    return MappingProxyType(found)


def read_rules(text: str, group: str) -> Iterator[Rule]:
    """Parse one file of the table.

    Args:
        text: The TOML.
        group: The name of the file without its suffix.

    Raises:
        RuleError: A row is invalid. The message names it.
    """
    try:
        rows = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{group}.toml: {error}") from None
    for id, row in rows.items():
        try:
            yield _parse_rule(id, group, row)
        except (KeyError, TypeError, ValueError) as error:
            raise RuleError(f"{group}.toml: rule {id!r}: {error}") from None


def _parse_rule(id: str, group: str, row: Mapping[str, Any]) -> Rule:
    _check_keys(row, _RULE_KEYS)
    profiles = dict(row["profiles"])
    if tuple(profiles) != MARKED_PROFILES or not set(profiles.values()) <= set(MARK_MEANINGS):
        raise ValueError(f"profiles are {', '.join(MARKED_PROFILES)}, each one of {' '.join(MARK_MEANINGS)}")
    return Rule(
        id=id,
        group=group,
        direction=Direction(row["direction"]),
        severity=Severity[row["severity"].upper()],
        profiles=MappingProxyType(profiles),
        matches=tuple(map(_parse_match, row["match"])),
        message=row["message"],
        why=row["why"],
        fix=row["fix"],
        opposite=row["opposite"],
        suppressed=row.get("suppressed", False),
        since_ruleset=row.get("since_ruleset", 1),
    )


def _parse_match(row: Mapping[str, Any]) -> Match:
    _check_keys(row, _MATCH_KEYS)
    match = Match(**{key: (value,) if isinstance(value, str) else tuple(value) for key, value in row.items()})
    if not set(match.action) <= ACTIONS:
        raise ValueError(f"actions are {', '.join(sorted(ACTIONS))}")
    return match


def _check_keys(row: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(row) - known)
    if unknown:
        raise ValueError(f"unknown key {unknown[0]!r} (known: {', '.join(sorted(known))})")
