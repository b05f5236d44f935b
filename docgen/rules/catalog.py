"""The rule table for readers: what `docgen rules` prints, one line for each rule or one rule with its reasons."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from docgen.errors import UsageError
from docgen.rules.classify import RULES
from docgen.rules.profiles import MARKED_PROFILES
from docgen.rules.rule import MARK_MEANINGS, RULESET_VERSION, Rule
from docgen.wording import did_you_mean

RULE_FORMATS = ("text", "markdown", "json")


def format_rules(id: str | None = None, format_: str = "text") -> str:
    """Format the rule table, or one rule.

    Args:
        id: The id of a rule; None for the whole table.
        format_: One of `RULE_FORMATS`.

    Raises:
        UsageError: There is no such rule.
    """
    if id is None:
        chosen = tuple(RULES.values())
    elif id in RULES:
        chosen = (RULES[id],)
    else:
        raise UsageError(f"no rule {id!r} ({did_you_mean(id, RULES, '`docgen rules` lists them')})")
    if format_ == "json":
        return json.dumps({"ruleset": RULESET_VERSION, "rules": [rule_data(rule) for rule in chosen]}, indent=2) + "\n"
    if format_ == "markdown":
        return _rules_markdown_table(chosen) if id is None else _rule_markdown(chosen[0])
    return _rules_table(chosen) if id is None else _rule_text(chosen[0])


def rule_data(rule: Rule) -> dict[str, Any]:
    """Return a rule as plain JSON values, with its severity in every profile."""
    return {
        "id": rule.id,
        "group": rule.group,
        "direction": rule.direction.value,
        "severity": rule.severity.label,
        "profiles": {name: rule.severity_in(name).label for name in MARKED_PROFILES},
        "marks": dict(rule.profiles),
        "message": rule.message,
        "why": rule.why,
        "fix": rule.fix,
        "opposite": rule.opposite,
        "suppressed": rule.suppressed,
        "since_ruleset": rule.since_ruleset,
        "example": rule_example(rule),
    }


def rule_example(rule: Rule) -> Mapping[str, Any]:
    """Return an example: under `before` and `after`, the differing parts of two small models or lists of services."""
    found: Mapping[str, Any] = _load_examples()[rule.id]
    return found


@cache
def _load_examples() -> dict[str, Any]:
    text = resources.files(__name__.rpartition(".")[0]).joinpath("examples.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _rules_table(rules: Iterable[Rule]) -> str:
    rows = [(rule.id, rule.direction.value, rule.severity.label, "".join(rule.profiles.values())) for rule in rules]
    wide = max(len(row[0]) for row in rows)
    lines = [f"{id:{wide}}  {direction:8}  {severity:9}  {marks}" for id, direction, severity, marks in rows]
    legend = ", ".join(f"{mark} {meaning}" for mark, meaning in MARK_MEANINGS.items())
    return "\n".join([*lines, "", f"The last column: {', '.join(MARKED_PROFILES)}. {legend}.", ""])


def _rule_text(rule: Rule) -> str:
    shown = (f"\n{side}\n{_indented_json(value)}" for side, value in rule_example(rule).items())
    return "\n".join([rule.id, "", *(f"{name:10} {value}" for name, value in _rule_fields(rule)), *shown, ""])


def _rules_markdown_table(rules: Iterable[Rule]) -> str:
    head = f"| rule | direction | severity | {' | '.join(MARKED_PROFILES)} |\n|{'---|' * (3 + len(MARKED_PROFILES))}\n"
    return head + "".join(
        f"| `{rule.id}` | {rule.direction.value} | {rule.severity.label} | "
        + " | ".join(rule.severity_in(name).label for name in MARKED_PROFILES)
        + " |\n"
        for rule in rules
    )


def _rule_markdown(rule: Rule) -> str:
    rows = "".join(f"- **{name}:** {value}\n" for name, value in _rule_fields(rule))
    shown = (
        f"\n{side.capitalize()}:\n\n```json\n{json.dumps(value, indent=2)}\n```\n"
        for side, value in rule_example(rule).items()
    )
    return f"# `{rule.id}`\n\n{rows}" + "".join(shown)


def _indented_json(value: Any) -> str:
    return "\n".join("  " + line for line in json.dumps(value, indent=2).split("\n"))


def _rule_fields(rule: Rule) -> list[tuple[str, str]]:
    profiles = [f"{name} {MARK_MEANINGS[mark]}" for name, mark in rule.profiles.items()]
    return [
        ("severity", rule.severity.label),
        ("direction", rule.direction.value),
        ("profiles", ", ".join(profiles)),
        ("message", rule.message),
        ("why", rule.why),
        ("fix", rule.fix),
        ("opposite", rule.opposite),
        *([("suppressed", "pages do not show it, JSON does")] if rule.suppressed else []),
        ("since", f"rule set {rule.since_ruleset}"),
    ]
