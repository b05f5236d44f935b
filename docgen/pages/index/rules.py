"""The pages of rules: a list of all, and one for each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from docgen.pages.index.site_pages import SiteRecords, site_pages
from docgen.pages.registry import PageKind, register_page
from docgen.pages.sentences import page_description
from docgen.rules.catalog import rule_data, rule_example
from docgen.rules.classify import RULES
from docgen.rules.profiles import MARKED_PROFILES
from docgen.rules.rule import RULESET_VERSION, Rule

PROFILE_READERS = {"wire": "a deployed client", "typed": "typed code", "boto3": "boto3"}
"""Whose view each profile takes, except `api`."""

GROUP_TITLES = {
    "service": "The service",
    "operation": "Operations",
    "member": "Members",
    "enum": "Enums",
    "constraint": "Constraints",
    "wire": "On the wire",
    "trait": "Traits",
    "shape": "Shapes",
    "file": "Other files",
    "unknown": "Unknown",
    "no-effect": "Without effect",
}
"""The groups of rules, in the order of the page, which those that matter least end."""


class RuleGroup(NamedTuple):
    """What some rules are about, as an id and as a title, and the rules: the most severe first, then A to Z."""

    id: str
    title: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class RuleIndex:
    """The list of rules."""

    root: str = "../"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, in the order in which they are tried."""
        return tuple(RULES.values())

    @property
    def groups(self) -> tuple[RuleGroup, ...]:
        """The rules by what they are about."""
        return tuple(
            RuleGroup(
                group,
                title,
                tuple(
                    sorted(
                        (rule for rule in RULES.values() if rule.group == group),
                        key=lambda rule: (-rule.severity, rule.id),
                    )
                ),
            )
            for group, title in GROUP_TITLES.items()
        )


@dataclass(frozen=True, slots=True)
class RuleReference:
    """One rule: what it matches, its severity for each profile, the reason and the fix."""

    rule_id: str
    root: str = "../../"

    @property
    def rule(self) -> Rule:
        """The rule."""
        return RULES[self.rule_id]

    @property
    def severity_by_reader(self) -> tuple[tuple[str, str], ...]:
        """Whom the change affects, and how much: (`a deployed client`, `breaking`)."""
        return tuple((PROFILE_READERS[profile], self.rule.severity_in(profile).label) for profile in MARKED_PROFILES)

    @property
    def example(self) -> tuple[tuple[str, str], ...]:
        """A change that the rule matches: (`before`, JSON) and (`after`, JSON)."""
        return tuple(
            (side, json.dumps(value, indent=2, ensure_ascii=False)) for side, value in rule_example(self.rule).items()
        )


def rule_index_data(index: RuleIndex) -> dict[str, Any]:
    """Return all rules as JSON."""
    return {"ruleset": RULESET_VERSION, "rules": [rule_data(rule) for rule in index.rules]}


def _rule_index_description(_: RuleIndex) -> str:
    return "What each kind of change means to callers."


def _rule_data(reference: RuleReference) -> dict[str, Any]:
    return rule_data(reference.rule)


def _rule_description(reference: RuleReference) -> str:
    return page_description(reference.rule.why, reference.rule.fix).replace("`", "")


RULE_INDEX_PAGE = register_page(
    PageKind("rule-index", RuleIndex, data=rule_index_data, description=_rule_index_description)
)

RULE_PAGE = register_page(PageKind("rule", RuleReference, data=_rule_data, description=_rule_description))


@site_pages
def _rule_pages(_: SiteRecords) -> Iterator[tuple[str, RuleIndex | RuleReference]]:
    yield "rules/index", RuleIndex()
    for rule_id in RULES:
        yield f"rules/{rule_id}/index", RuleReference(rule_id)
