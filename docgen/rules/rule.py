"""A rule: which facts it catches, how much they hurt, and what the reader is told. The rows are TOML, one file a group.

TOML, because a row is mostly sentences: it needs no import, no comma after the last line and no escaping, every editor
colours it, and any other program can read it. What Python would have checked (a mistyped key, severity, mark or
predicate) is checked here, once, with the name of the row.
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

RULESET_VERSION = 1
"""The version of the table. It grows when a rule is added or starts to mean something else; see `since_ruleset`."""

GROUPS = (
    "unfelt",
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
"""The files of the table, in the order in which rules are tried: the first match wins, the catch-alls come last."""

PROFILES = ("wire", "typed", "boto3")
"""Who looks: a deployed client with the old model; whoever compiles against a typed SDK; whoever upgrades boto3."""

MARK_MEANINGS = {
    "B": "breaks",
    "D": "dangerous",
    "-": "not felt",
    "+": "new capability",
    "d": "documentation only",
}
"""What a mark in the profiles of a rule means."""

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
    """How much a change hurts; the larger, the worse."""

    DOCS = 0
    SAFE = 1
    DANGEROUS = 2
    BREAKING = 3

    @property
    def label(self) -> str:
        """The name that people read and write: `breaking`."""
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
    """Which facts a row catches. An empty tuple lets everything pass; `when` names the predicates that must all hold.

    A trait may end in `*`. The action `changed` includes `increased` and `decreased`.
    """

    kind: tuple[str, ...] = ()
    carrier: tuple[str, ...] = ()
    trait: tuple[str, ...] = ()
    action: tuple[str, ...] = ()
    when: tuple[str, ...] = ()

    def may_match(self, kind: str, carrier: str, trait: str, action: str) -> bool:
        """Whether a fact of this kind may match; the predicates are not asked."""
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

    `direction` says in which direction it applies (`both`: in any), `profiles` how it feels to whom, `opposite` which
    rule tells the opposite (or, in words, why none does). `suppressed` rules are noise: JSON has them, pages hide them.
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
        """The severity for one kind of reader; `api` is the table's own verdict."""
        if profile == "api":
            return self.severity
        mark = self.profiles[profile]
        return min(_SEVERITY_OF_MARK[mark], self.severity) if mark in "-+" else _SEVERITY_OF_MARK[mark]


class RuleError(DocgenError):
    """A row of the table cannot be read."""


def load_rules() -> Mapping[str, Rule]:
    """Every rule by its id, in the order in which they are tried."""
    found: dict[str, Rule] = {}
    for group in GROUPS:
        text = resources.files(__name__.rpartition(".")[0]).joinpath("table", f"{group}.toml").read_text("utf-8")
        for rule in read_rules(text, group):
            if rule.id in found:
                raise RuleError(f"rule {rule.id!r}: in {found[rule.id].group} and in {group}")
            found[rule.id] = rule
    return MappingProxyType(found)


def read_rules(text: str, group: str) -> Iterator[Rule]:
    """The rules of one file of the table. Raises `RuleError` with the row and what is wrong with it."""
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
    if tuple(profiles) != PROFILES or not set(profiles.values()) <= set(MARK_MEANINGS):
        raise ValueError(f"profiles are {', '.join(PROFILES)}, each one of {' '.join(MARK_MEANINGS)}")
    return Rule(
        id=id,
        group=group,
        direction=Direction(row["direction"]),
        severity=Severity[row["severity"].upper()],
        profiles=MappingProxyType(profiles),
        matches=tuple(_parse_match(each) for each in row["match"]),
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
        raise ValueError(f"unknown key {unknown[0]!r} (there are {', '.join(sorted(known))})")
