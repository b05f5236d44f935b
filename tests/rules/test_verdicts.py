"""The verdict on an operation depends on the direction that it uses, and is the same in every command and page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from cases.rules import CASES
from rule_support import Case, model, op, read

from docgen.check.reports.json import report_data
from docgen.check.verdict import CheckedService, CheckPolicy, evaluate
from docgen.diff.compare import find_deltas
from docgen.diff.delta import ServiceDelta
from docgen.model.service import Service
from docgen.pages.notes.change_data import change_data
from docgen.rules.change import Change, ExamplePaths
from docgen.rules.classify import RULES, classify
from docgen.rules.grouping import group_by_operation
from docgen.rules.profiles import PROFILES
from docgen.rules.rule import Severity
from docgen.rules.watchlist import Watchlist, parse_watchlist

Verdicts = dict[str, set[tuple[str, str]]]
"""For each operation its verdicts: the element and the rule."""


def secrets(minimum: int, pattern: str = ".*") -> Service:
    """Return a service with an operation that takes a secret, one that returns it, and one that does both."""
    return read(
        model(
            PutSecret=op({"Secret": "SecretType"}),
            DescribeSecret=op({}, {"Value": "SecretType"}),
            RotateSecret=op({"Old": "SecretType"}, {"New": "SecretType"}),
            shapes={"SecretType": {"type": "string", "min": minimum, "pattern": pattern}},
        )
    )


def deltas_of_secrets() -> ServiceDelta:
    return find_deltas(secrets(1), secrets(24), "zoo")


def test_a_change_breaks_the_operations_that_send_the_value_and_not_those_that_receive_it() -> None:
    (change,) = classify(deltas_of_secrets())
    assert (change.rule.id, change.operations) == ("request-min-increased", ("PutSecret", "RotateSecret"))
    assert change.paths["RotateSecret"] == "Old"
    (other,) = change.others
    assert (other.rule.id, other.operations) == ("response-constraint-tightened", ("DescribeSecret",))
    assert dict(other.paths) == {"DescribeSecret": "Value"}


def test_a_looser_limit_is_dangerous_for_those_that_receive_the_value() -> None:
    (change,) = classify(find_deltas(secrets(24), secrets(1), "zoo"))
    assert (change.rule.id, change.operations) == ("response-min-decreased", ("DescribeSecret", "RotateSecret"))
    assert change.paths["RotateSecret"] == "New"
    assert [(other.rule.id, other.operations) for other in change.others] == [("request-min-decreased", ("PutSecret",))]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("zoo DescribeSecret", "response-constraint-tightened"),
        ("zoo describe_secret Value", "response-constraint-tightened"),
        ("zoo RotateSecret", "request-min-increased"),
        ("zoo RotateSecret request Old", "request-min-increased"),
        ("zoo RotateSecret response New", "response-constraint-tightened"),
        ("zoo RotateSecret New", "response-constraint-tightened"),
        ("zoo DescribeSecret\nzoo RotateSecret response New", "response-constraint-tightened"),
        ("zoo DescribeSecret\nzoo PutSecret", "request-min-increased"),
        ("zoo", "request-min-increased"),
    ],
)
def test_a_watchlist_selects_the_verdict_of_what_it_names(line: str, rule: str) -> None:
    delta = deltas_of_secrets()
    (change,) = Watchlist(parse_watchlist(line, "watch.txt")).select(delta, classify(delta))
    assert change.rule.id == rule
    assert set(change.paths) == set(change.operations)


def test_pages_name_each_operation_with_its_own_verdict() -> None:
    arranged = group_by_operation(classify(deltas_of_secrets()))
    (group,) = arranged.shared
    assert group.severity == "breaking"
    assert group.others_text == "Safe for DescribeSecret."
    assert [each.severity for each in arranged.shared_by("DescribeSecret")] == ["safe"]
    assert [each.severity for each in arranged.shared_by("RotateSecret")] == ["breaking"]


def test_a_profile_chooses_the_worst_verdict_itself() -> None:
    (change,) = classify(find_deltas(secrets(24), secrets(1), "zoo"))
    ranked = {profile: change.ranked(profile).operations for profile in PROFILES}
    assert ranked["wire"] == ranked["boto3"] == ("DescribeSecret", "RotateSecret")


def test_every_pointer_of_a_cause_is_in_json() -> None:
    def tokens(pattern: str, target: str) -> Service:
        text = {"Token": {"type": "string", "pattern": pattern}, "OtherToken": {"type": "string", "pattern": "[a-z]+"}}
        operations = {name: op({"Token": each}) for name, each in (("PutB", target), ("PutA", "Token"))}
        return read(model(**operations, PutC=op({"Token": "OtherToken"}), shapes=text))

    changes = classify(find_deltas(tokens("[a-z]+", "OtherToken"), tokens("[a-y]+", "Token"), "zoo"))
    (change,) = [change for change in changes if not change.rule.suppressed and change.delta.trait == "pattern"]
    assert change.operations == ("PutB", "PutA")
    assert [(fact.old_pointer, fact.new_pointer) for fact in change.facts] == [
        ("/shapes/Token/pattern", "/shapes/Token/pattern"),
        ("/shapes/OtherToken/pattern", "/shapes/Token/pattern"),
    ]
    assert len(change_data(change)["facts"]) == 2
    report = report_data(evaluate([CheckedService("zoo", "2020-01-01", [change])], CheckPolicy()))
    (finding,) = report["findings"]
    assert [fact["old_pointer"] for fact in finding["related_facts"]] == ["/shapes/OtherToken/pattern"]


# --- one verdict for an operation, in every output --------------------------------------------------------------------


def verdicts_by_operation(changes: tuple[Change, ...]) -> Verdicts:
    """Return the verdicts that changes have for each operation."""
    found: Verdicts = {}
    for change in changes:
        for verdict in change.verdicts:
            for name in verdict.operations:
                found.setdefault(name, set()).add((change.delta.id, verdict.rule.id))
    return found


def watched(delta: ServiceDelta, changes: tuple[Change, ...], operation: str) -> set[tuple[str, str]]:
    """Return what a watchlist with one operation selects."""
    selected = Watchlist(parse_watchlist(f"{delta.service} {operation}", "watch.txt")).select(delta, changes)
    return {(change.delta.id, change.rule.id) for change in selected if change.all_operations}


def alone(service: Service, operation: str) -> Service:
    """Return the service reduced to one operation."""
    return replace(service, operations={operation: service.operations[operation]})


def compared_alone(delta: ServiceDelta, operation: str) -> set[tuple[str, str]]:
    """Return the differences between the two models reduced to one operation, like the history of that operation."""
    changes = classify(find_deltas(alone(delta.old, operation), alone(delta.new, operation), delta.service))
    return verdicts_by_operation(changes).get(operation, set())


def checked(changes: tuple[Change, ...]) -> Verdicts:
    """Return the verdicts in the JSON report of `check`."""
    policy = CheckPolicy(fail_on=None, min_severity=Severity.DOCS)
    report = report_data(evaluate([CheckedService("zoo", "2020-01-01", changes)], policy))
    found: Verdicts = {}
    for finding in report["findings"]:
        for verdict in (finding, *finding["other_verdicts"]):
            for each in verdict["operations"]:
                found.setdefault(each["operation"], set()).add((finding["id"], verdict["rule"]))
    return found


def on_pages(changes: tuple[Change, ...]) -> Verdicts:
    """Return the verdicts in the JSON of notes, changelogs and sites."""
    found: Verdicts = {}
    for data in map(change_data, changes):
        for verdict in (data, *data["other_verdicts"]):
            for each in verdict["operations"]:
                found.setdefault(each["operation"], set()).add((data["facts"][0]["id"], verdict["rule"]))
    return found


SHOWN = {id for id, rule in RULES.items() if not rule.suppressed}


def mirrored(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the model with a second operation for each one, with input and output exchanged."""
    operations = dict(raw["operations"])
    for name, operation in raw["operations"].items():
        slots = {"input": operation.get("output"), "output": operation.get("input")}
        rest = {key: value for key, value in operation.items() if key not in slots}
        operations[f"{name}Mirror"] = {**rest, **{slot: each for slot, each in slots.items() if each}}
    return {**raw, "operations": operations}


MODELS = {name: (case.old, case.new) for name, case in CASES.items() if isinstance(case, Case)}


def compared(name: str) -> ServiceDelta:
    old, new = MODELS[name]
    return find_deltas(read(mirrored(old)), read(mirrored(new)), "zoo")


@pytest.mark.parametrize("name", MODELS)
def test_every_command_has_the_same_verdict_on_an_operation(name: str) -> None:
    delta = compared(name)
    changes = classify(delta)
    expected = verdicts_by_operation(changes)
    assert on_pages(changes) == expected
    assert checked(changes) == {
        name: kept for name, each in expected.items() if (kept := {(id, rule) for id, rule in each if rule in SHOWN})
    }
    for operation, found in expected.items():
        assert watched(delta, changes, operation) == found
        if operation in delta.old.operations and operation in delta.new.operations:
            assert compared_alone(delta, operation) == found


def test_the_models_of_the_law_have_operations_with_different_verdicts() -> None:
    assert sum(any(change.others for change in classify(compared(name))) for name in MODELS) > 50


def test_asking_for_an_operation_finds_no_path() -> None:
    found: list[str] = []

    def path(operation: str) -> str:
        found.append(operation)
        return "Tags"

    paths = ExamplePaths(("CreateFleet", "DeleteFleet"), path)
    assert "CreateFleet" in paths
    assert "StartFleet" not in paths
    assert list(paths) == ["CreateFleet", "DeleteFleet"]
    assert not found
    assert paths["DeleteFleet"] == "Tags"
    assert found == ["DeleteFleet"]
