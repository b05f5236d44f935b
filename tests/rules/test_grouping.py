"""Changes grouped for readers: each cause appears once, in the right group."""

from __future__ import annotations

import json
from typing import Any

import pytest
from change_support import changes, model, structure
from rule_support import model as rule_model
from rule_support import op, struct

from docgen.rules.grouping import (
    count_by_severity,
    group_by_operation,
    group_changes,
    is_shown_as_addition,
    only_use,
    use_label,
    with_joined_errors,
)

REMOVED = changes(model(Out=structure(A="S", B="S")), model(Out=structure(A="S")))
ADDED = changes(model(), model(In=structure(A="S")))


def test_a_change_that_operations_share_is_listed_once() -> None:
    arranged = group_by_operation(REMOVED)
    (cause,) = arranged.shared
    assert (cause.severity, cause.change.operations, cause.example_path) == ("breaking", ("Ping", "Pong"), "B")
    assert not arranged.service_wide
    assert not arranged.by_operation
    (own,) = arranged.shared_by("Pong")
    assert (own.message, own.change.operations) == (cause.message, ("Pong",))


def test_a_change_that_affects_one_operation_is_listed_with_it() -> None:
    old, new = model(("Ping",), Out=structure(A="S", B="S")), model(("Ping",), Out=structure(A="S"))
    arranged = group_by_operation(changes(old, new))
    assert [cause.severity for cause in arranged.by_operation["Ping"]] == ["breaking"]
    assert not arranged.shared


def test_an_addition_is_left_to_the_documented_block() -> None:
    assert any(is_shown_as_addition(change) for change in ADDED)
    arranged = group_by_operation(ADDED)
    assert (arranged.service_wide, arranged.shared, dict(arranged.by_operation)) == ((), (), {})


def test_values_added_to_one_enum_are_listed_together() -> None:
    def allowed(*values: str) -> bytes:
        return model(Out=structure(E="E"), E={"type": "string", "enum": list(values)})

    (cause,) = group_changes(changes(allowed("a"), allowed("a", "b", "c")))
    assert len(cause.changes) == 2
    assert cause.message == "2 values were added to E: b, c"


def test_an_error_that_several_operations_gained_or_lost_is_listed_once() -> None:
    def raising(*errors: str) -> bytes:
        names = [f"Do{letter}" for letter in "ABCDEFGH"]
        shapes = {"Busy": struct(exception=True), "Late": struct(exception=True)}
        return json.dumps(rule_model(shapes, **{name: op({}, {}, errors=errors) for name in names})).encode()

    def messages(old: bytes, new: bytes) -> list[tuple[str, int, str]]:
        groups = with_joined_errors(group_changes(changes(old, new)))
        return [(group.severity, len(group.operations), group.message) for group in groups]

    assert messages(raising(), raising("Busy")) == [
        ("safe", 8, "8 operations can now raise Busy: DoA, DoB, DoC, DoD, DoE, DoF and 2 more")
    ]
    assert [message for *_, message in messages(raising("Busy"), raising("Late"))] == [
        "8 operations can now raise Late: DoA, DoB, DoC, DoD, DoE, DoF and 2 more",
        "8 operations no longer list Busy among their errors: DoA, DoB, DoC, DoD, DoE, DoF and 2 more",
    ]


def test_values_of_one_enum_name_the_release_of_each() -> None:
    def allowed(*values: str) -> bytes:
        return model(Out=structure(E="E"), E={"type": "string", "enum": list(values)})

    (cause,) = group_changes(changes(allowed("a"), allowed("a", "b", "c", "d")))
    marks = [change.fingerprint for change in cause.changes]
    assert (
        cause.releases_text(dict(zip(marks, (("1.9",), ("1.10",), ("1.9",)), strict=True))) == "b, d in 1.9; c in 1.10"
    )
    assert cause.releases_text(dict.fromkeys(marks, ("1.9",))) == "in 1.9"
    assert cause.releases_text({}) == ""


def test_counts_leave_noise_out_and_put_the_worst_first() -> None:
    assert list(count_by_severity(REMOVED)) == ["breaking", "dangerous", "safe", "docs"]
    assert count_by_severity(REMOVED)["breaking"] == 1


LIST = {"type": "list", "member": {"shape": "Inner"}}
KIND = {"type": "string", "enum": ["a"]}


@pytest.mark.parametrize(
    ("operations", "old", "new", "use", "label"),
    [
        (("Ping",), {"In": structure()}, {"In": structure(A="S")}, ("Ping", "request"), "Ping"),
        (("Ping",), {"Out": structure()}, {"Out": structure(A="S")}, ("Ping", "response"), "Ping response"),
        (
            ("Ping",),
            {"Out": structure(Found="Inners"), "Inners": LIST, "Inner": structure()},
            {"Out": structure(Found="Inners"), "Inners": LIST, "Inner": structure(A="S")},
            ("Ping", "response.Found[]"),
            "Ping response.Found[]",
        ),
        (
            ("Ping",),
            {"In": structure(Kind="Kind"), "Kind": KIND},
            {"In": structure(Kind="Kind"), "Kind": {**KIND, "enum": ["a", "b"]}},
            ("Ping", "request.Kind"),
            "Ping request.Kind",
        ),
        (("Ping", "Pong"), {"In": structure()}, {"In": structure(A="S")}, ("", ""), ""),  # both use it
        (
            ("Ping",),
            {"In": structure(Box="Inner"), "Out": structure(Box="Inner"), "Inner": structure()},
            {"In": structure(Box="Inner"), "Out": structure(Box="Inner"), "Inner": structure(A="S")},
            ("", ""),  # in the request and in the response
            "",
        ),
    ],
)
def test_a_shape_that_one_operation_uses_once_is_named_by_that_use(
    operations: tuple[str, ...], old: dict[str, Any], new: dict[str, Any], use: tuple[str, str], label: str
) -> None:
    (change,) = changes(model(operations, **old), model(operations, **new))
    assert only_use(change) == use
    assert use_label(*use) == label
