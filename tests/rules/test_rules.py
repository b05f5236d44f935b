"""The table of rules: its rows, its interpreter, and what every rule says about every case."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from cases.rules import CASES
from rule_support import Case, ReleaseCase, ref, struct
from rule_support import model as raw
from rule_support import op as call
from rule_support import read as parsed

import docgen.rules
from docgen.diff.compare import find_deltas
from docgen.diff.delta import Delta, Kind
from docgen.errors import UsageError
from docgen.model.service import Service
from docgen.model.usage import Direction
from docgen.rules import classify as classifying
from docgen.rules.catalog import format_rules
from docgen.rules.change import fingerprint
from docgen.rules.classify import RULES, classify, find_rule
from docgen.rules.comparison import ComparisonContext
from docgen.rules.context import DeltaInContext, action_of
from docgen.rules.messages import ARGUMENTS, format_values
from docgen.rules.predicates import PREDICATES
from docgen.rules.profiles import MARKED_PROFILES, PROFILES
from docgen.rules.rule import ACTIONS, GROUPS, RULESET_VERSION, RuleError, Severity, read_rules


def small(**parts: Any) -> Service:
    """Return a small model."""
    return parsed(raw(**parts))


# --- cases ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_a_case_fires_its_rules_and_no_other(name: str) -> None:
    assert sorted(change.rule.id for change in CASES[name].changes()) == list(CASES[name].expected)


@pytest.mark.parametrize("name", CASES)
def test_a_case_compared_with_itself_is_silent(name: str) -> None:
    assert CASES[name].changes_to_itself() == ()


@pytest.mark.parametrize("name", CASES)
def test_a_change_reads_as_a_sentence_about_what_it_affects(name: str) -> None:
    for change in CASES[name].changes():
        assert change.message
        assert "\n" not in change.message
        assert set(change.paths) <= set(change.operations)
        assert re.fullmatch("[0-9a-f]{64}", change.fingerprint)


@pytest.mark.parametrize("name", CASES)
def test_a_message_begins_with_a_capital_letter_or_a_name(name: str) -> None:
    for change in CASES[name].changes():
        assert not re.match(r"(the|a|what|how|whether|where|which|whose|request|endpoint) ", change.message)


def test_every_rule_has_a_case_that_is_named_after_it() -> None:
    named = {name.partition(":")[0] for name, case in CASES.items() if name.partition(":")[0] in case.expected}
    assert sorted(set(RULES) - named) == []


# --- the table --------------------------------------------------------------------------------------------------------


def test_ids_are_kebab_case_and_hold_no_data() -> None:
    for id, rule in RULES.items():
        assert re.fullmatch(r"[a-z]+[0-9]?(-[a-z0-9]+)+", id)
        assert id == rule.id


def test_rows_say_everything_in_plain_sentences() -> None:
    for rule in RULES.values():
        assert rule.message
        assert rule.why.endswith(".")
        assert rule.fix.endswith(".")
        assert rule.matches
        assert 1 <= rule.since_ruleset <= RULESET_VERSION


def test_messages_and_predicates_name_what_there_is() -> None:
    for rule in RULES.values():
        assert set(re.findall(r"{(\w*)}", rule.message)) <= set(ARGUMENTS), rule.id
        assert {name for match in rule.matches for name in match.when} <= set(PREDICATES), rule.id
    used = {name for rule in RULES.values() for match in rule.matches for name in match.when}
    assert used == set(PREDICATES)


def test_a_row_names_kinds_that_there_are() -> None:
    kinds = {kind.value for kind in Kind}
    assert {kind for rule in RULES.values() for match in rule.matches for kind in match.kind} <= kinds


def test_noise_is_never_an_alarm() -> None:
    for rule in RULES.values():
        if rule.suppressed:
            assert rule.severity <= Severity.SAFE, rule.id
            assert rule.severity_in("boto3") <= Severity.SAFE, rule.id


def test_a_row_that_is_mistyped_is_named() -> None:
    good = '[a-b]\ndirection = "both"\nseverity = "safe"\nprofiles = { wire = "-", typed = "-", boto3 = "-" }\n'
    good += 'match = [{ kind = "trait" }]\nmessage = "m"\nwhy = "w"\nfix = "f"\nopposite = "none of it"\n'
    assert [rule.id for rule in read_rules(good, "trait")] == ["a-b"]
    for wrong in (
        good.replace("safe", "harmless"),
        good.replace("direction", "directoin"),
        good.replace('wire = "-"', 'wire = "X"'),
        good.replace('kind = "trait"', 'knid = "trait"'),
        good.replace('kind = "trait"', 'action = "exploded"'),
    ):
        with pytest.raises(RuleError, match="rule 'a-b'"):
            list(read_rules(wrong, "trait"))


# --- opposites --------------------------------------------------------------------------------------------------------

OPPOSITES = (
    ("added", "removed"),
    ("increased", "decreased"),
    ("became-required", "became-optional"),
    ("deprecated", "undeprecated"),
    ("widened", "narrowed"),
)

ONE_WAY = {
    "request-member-added-required-auto": "what a response holds, the service fills in",
    "request-member-became-required-auto": "what a response holds, the service fills in",
    "request-label-became-required": "a response has no path",
    "request-label-filled": "a response has no path",
    "response-page-token-max-increased": "request-max-increased tells this too",
    "request-size-min-added": "boto3 measures what it sends, not what it gets",
    "request-size-min-increased": "boto3 measures what it sends, not what it gets",
    "request-min-added": "response-constraint-tightened tells all that narrows",
    "request-min-increased": "response-constraint-tightened tells all that narrows",
    "request-max-added": "response-constraint-tightened tells all that narrows",
    "request-max-decreased": "response-constraint-tightened tells all that narrows",
    "request-min-removed": "response-min-decreased tells this too",
    "request-max-removed": "response-max-increased tells this too",
    "request-pattern-added": "response-pattern-changed tells all of patterns",
    "request-pattern-removed": "response-pattern-changed tells all of patterns",
    "request-pattern-loosened": "response-pattern-changed tells all of patterns",
    "response-structure-became-union": "structure-became-union is the request's",
    "response-constraint-tightened": "a request has a rule for each end",
}
"""Rules of one direction without a counterpart in the other, and why."""


def test_every_rule_names_its_opposite_or_says_why_there_is_none() -> None:
    for rule in RULES.values():
        if " " in rule.opposite:
            counterparts = {
                rule.id.replace(a, b) for pair in OPPOSITES for a, b in (pair, pair[::-1]) if a in rule.id.split("-")
            }
            assert not counterparts & (set(RULES) - {rule.id}), f"{rule.id} has an opposite: its waiver is stale"
        else:
            assert rule.opposite in RULES, rule.id


def test_a_rule_of_one_direction_has_its_twin_or_a_waiver() -> None:
    lonely = set()
    for id in RULES:
        direction, _, rest = id.partition("-")
        if direction in ("request", "response"):
            twin = f"{'response' if direction == 'request' else 'request'}-{rest}"
            if twin not in RULES:
                lonely.add(id)
    assert lonely == set(ONE_WAY), "a twin is missing, or a waiver is stale"


def test_of_two_twins_the_worse_is_at_least_as_bad_for_everyone() -> None:
    for id, rule in RULES.items():
        twin = RULES.get(id.replace("request-", "response-", 1)) if id.startswith("request-") else None
        if twin is not None and rule.severity != twin.severity:
            worse, better = (rule, twin) if rule.severity > twin.severity else (twin, rule)
            assert all(worse.severity_in(name) >= better.severity_in(name) for name in MARKED_PROFILES), id


def test_every_fact_finds_a_rule() -> None:
    around = ComparisonContext(find_deltas(small(Ping={}), small(Ping={}), "zoo"))
    values = {"added": (None, 1), "removed": (1, None), "increased": (1, 2), "decreased": (2, 1), "changed": ("a", "b")}
    sides = (Direction.REQUEST, Direction.RESPONSE, None)
    carriers = ("service", "operation", "input", "output", "error", "member", "item", "shape", "paginator", "waiter")
    for kind, action, at, trait, side in itertools.product(
        Kind, sorted(ACTIONS - {"renamed"}), carriers, ("", "min", "newTrait"), sides
    ):
        delta = Delta("zoo#Ping", kind, *values[action], None, None, trait, carrier=at)
        rule = find_rule(DeltaInContext(delta, action, around), side)
        if trait == "newTrait" and kind in (Kind.TRAIT, Kind.SERVICE) and at != "error":
            assert rule.id == ("service-unknown-key-changed" if kind is Kind.SERVICE else "unknown-trait-changed")


# --- the interpreter --------------------------------------------------------------------------------------------------


def test_a_shape_that_is_reached_both_ways_is_one_change_with_the_worse_rule() -> None:
    old, new = (
        small(
            Get=call({}, {"X": "T"}), Put=call({"X": "T"}), Copy=call({"Y": "T"}, {"Z": "T"}), shapes={"T": struct(m)}
        )
        for m in ({"Name": "String"}, {"Name!": "String"})
    )
    (change,) = classify(find_deltas(old, new, "zoo"))
    assert change.rule.id == "request-member-became-required"
    assert change.direction is Direction.REQUEST
    assert change.operations == ("Put", "Copy")
    assert dict(change.paths) == {"Put": "X.Name", "Copy": "Y.Name"}
    assert [(other.rule.id, other.operations) for other in change.others] == [
        ("response-member-became-required", ("Get",))
    ]
    assert change.message == "T.Name is now required"


def test_a_type_change_has_the_id_of_the_member_and_is_the_only_finding() -> None:
    texts = {"Description": {"type": "string", "min": 1, "pattern": "[a-z]*"}, "Flag": {"type": "boolean"}}
    old, new = (
        small(Ping=call({}, {"Stack": "Stack"}), shapes={"Stack": struct({"Description": target}), **texts})
        for target in ("Description", "Flag")
    )
    (change,) = [change for change in classify(find_deltas(old, new, "zoo")) if change.delta.kind is not Kind.SHAPE]
    assert (change.rule.id, change.delta.id) == ("response-member-type-changed", "zoo#Stack$Description")
    assert change.message == "The type of Stack.Description changed from string to boolean"
    assert change.paths["Ping"] == "Stack.Description"
    assert [fact.kind for fact in change.facts] == [Kind.TYPE, Kind.TARGET]


def test_limits_of_a_string_and_a_number_are_not_compared() -> None:
    old, new = (
        small(Ping=call({"A": "T"}), shapes={"T": shape})
        for shape in ({"type": "string", "min": 1, "max": 5}, {"type": "integer", "min": 3})
    )
    (change,) = classify(find_deltas(old, new, "zoo"))
    assert change.rule.id == "request-member-type-changed"


def test_changes_come_worst_first_and_then_in_the_order_of_the_model() -> None:
    old = small(Ping=call({"B": "String", "A": "String"}), Pong=call())
    new = small(Ping=call({"B!": "String", "A!": "String"}), Pong=call(readonly=True), Peng=call())
    found = [(change.rule.severity.label, change.message) for change in classify(find_deltas(old, new, "zoo"))]
    assert found == [
        ("breaking", "PingRequest.B is now required"),
        ("breaking", "PingRequest.A is now required"),
        ("safe", "Pong (pong) is now declared read-only"),
        ("safe", "Peng (peng) was added"),
    ]


def test_a_rename_shows_both_names_and_how_sure_it_is_and_breaks() -> None:
    old = small(Ping={"Identifier": ref("String", documentation="The asset.")})
    new = small(Ping={"AssetIdentifier": ref("String", documentation="The asset.")})
    (change,) = classify(find_deltas(old, new, "zoo"))
    assert change.message == "Identifier of PingRequest is now called AssetIdentifier"
    assert (change.delta.old, change.related[0].new) == ("Identifier", "AssetIdentifier")
    assert 0.7 < change.confidence < 1
    assert change.severity_in() is Severity.BREAKING


def test_operations_whose_http_is_no_object_are_compared_all_the_same() -> None:
    old, new = (small(**{name: call(raw={"http": "POST /"})}) for name in ("ListThing", "ListThingz"))
    found = [change.rule.id for change in classify(find_deltas(old, new, "zoo"))]
    assert "operation-renamed" in found


def test_profiles_have_different_severities() -> None:
    rule = RULES["request-max-added"]
    assert [rule.severity_in(name).label for name in PROFILES] == [
        "breaking",
        "breaking",
        "safe",
        "dangerous",
    ]
    assert RULES["documentation-changed"].severity_in("wire") is Severity.DOCS


def test_a_fingerprint_does_not_depend_on_order_or_words() -> None:
    rule = RULES["operation-auth-scheme-changed"]
    one = Delta("zoo#Ping()", Kind.TRAIT, ["a", "b"], {"x": 1, "y": 2}, None, None, "auth")
    other = Delta("zoo#Ping()", Kind.TRAIT, ["b", "a"], {"y": 2, "x": 1}, "/elsewhere", None, "auth")
    assert fingerprint(rule, "zoo", one) == fingerprint(rule, "zoo", other)
    assert fingerprint(rule, "zoo", one) != fingerprint(rule, "park", one)
    assert fingerprint(rule, "zoo", one) != fingerprint(RULES["unknown-trait-changed"], "zoo", one)


def test_the_action_follows_from_flags_and_numbers() -> None:
    def action(old: object, new: object, trait: str = "min") -> str:
        return action_of(Delta("zoo#S", Kind.TRAIT, old, new, None, None, trait))

    assert action(None, True) == action(False, True) == "added"
    assert action(True, False) == "removed"
    assert action(1, "2") == "increased"
    assert action("3", 2) == "decreased"
    assert action("1", 1) == "changed"
    assert action(1, 2, "pattern") == "changed"


# --- examples ---------------------------------------------------------------------------------------------------------

EXAMPLES = Path(docgen.rules.__file__).parent / "examples.json"


def example_of(case: Case | ReleaseCase) -> dict[str, Any]:
    """Return the parts of a case's two sides that differ."""
    if isinstance(case, ReleaseCase):
        return {"before": dict(case.old), "after": dict(case.new)}
    before, after = differing({**case.old, **case.old_siblings}, {**case.new, **case.new_siblings}, levels=2)
    return {"before": before, "after": after}


def differing(old: dict[str, Any], new: dict[str, Any], levels: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the entries in which two objects differ, recursively; all entries if their order differs."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for key in dict.fromkeys((*new, *old)):
        one, other = old.get(key), new.get(key)
        if json.dumps(one) == json.dumps(other):
            continue
        if levels > 1 and isinstance(one, dict) and isinstance(other, dict) and one != other:
            one, other = differing(one, other, levels - 1)
        before.update({key: one} if key in old else {})
        after.update({key: other} if key in new else {})
    return before, after


def test_the_example_of_a_rule_is_its_first_case(update_golden: bool) -> None:
    actual = {}
    for id in RULES:
        first = next(case for name, case in CASES.items() if name.partition(":")[0] == id and id in case.expected)
        actual[id] = example_of(first)
    if update_golden:
        rows = ",\n".join(f"{json.dumps(id)}: {json.dumps(each)}" for id, each in actual.items())
        EXAMPLES.write_text(f"{{\n{rows}\n}}\n", encoding="utf-8")
    assert json.loads(EXAMPLES.read_text(encoding="utf-8")) == actual


# --- the published table ----------------------------------------------------------------------------------------------


def test_the_table_is_printed_in_every_format() -> None:
    assert format_rules().count("\n") == len(RULES) + 2
    assert format_rules(format_="markdown").count("\n") == len(RULES) + 2
    for format_ in ("text", "markdown"):
        assert "is now required" in format_rules("request-member-became-required", format_)


def test_an_unknown_rule_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="request-min-added"):
        format_rules("request-min-add")


def test_groups_are_the_files_of_the_table() -> None:
    assert tuple(dict.fromkeys(rule.group for rule in RULES.values())) == GROUPS
    assert isinstance(next(iter(CASES.values())), Case)


def test_keys_that_no_rule_names_share_their_candidates() -> None:
    before = len(classifying._CANDIDATES)
    old, new = (parsed(raw(top={f"key{number}": number for number in range(count)})) for count in (0, 500))
    assert len(classify(find_deltas(old, new, "zoo"))) == 500
    assert len(classifying._CANDIDATES) <= before + 2


def test_long_values_are_cut_so_that_their_difference_is_seen() -> None:
    same = "a" * 300
    old, new = format_values(f"{same}x", f"{same}yz")
    assert (old, new) == (f"…{'a' * 40}x", f"…{'a' * 40}yz")
    assert format_values("a", f"{same}") == ("a", "a" * 119 + "…")
    old, new = format_values(f"b{same}", f"c{same}")
    assert (old[0], new[0], len(old), old[-1]) == ("b", "c", 120, "…")
