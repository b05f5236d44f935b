"""Facts between two versions of a model, compared with a brute-force comparison of the raw JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import FULL, newest_models_in

from docgen.diff.additions import Additions, format_literal, operation_additions
from docgen.diff.compare import find_deltas
from docgen.diff.delta import Delta, Kind
from docgen.model.parse import parse
from docgen.model.service import Service

STRING = {"type": "string"}


def service(shapes: dict[str, Any], *, output: str | None = None, operations: tuple[str, ...] = ("Ping",)) -> Service:
    """Return a model whose operations have the input `In`, if that shape exists."""
    operation: dict[str, Any] = {"input": {"shape": "In"}} if "In" in shapes else {}
    if output:
        operation["output"] = {"shape": output}
    raw = {"metadata": {}, "operations": dict.fromkeys(operations, operation), "shapes": shapes}
    return parse(json.dumps(raw).encode())


def structure(*required: str, **members: str) -> dict[str, Any]:
    return {
        "type": "structure",
        "required": list(required),
        "members": {name: {"shape": target} for name, target in members.items()},
    }


def facts(old: Service, new: Service) -> list[tuple[str, str, Any, Any]]:
    return [(d.id, d.kind.value, d.old, d.new) for d in find_deltas(old, new, "zoo")]


def test_a_new_member_is_one_fact_with_a_pointer_into_the_new_file() -> None:
    old = service({"In": structure(A="S"), "S": STRING})
    new = service({"In": structure(A="S", B="S"), "S": STRING})
    assert list(find_deltas(old, new, "zoo")) == [
        Delta("zoo#In$B", Kind.MEMBER, None, "B", None, "/shapes/In/members/B", carrier="member"),
    ]


def test_operations_are_added_and_removed_with_their_contents() -> None:
    old = service({"In": structure(A="S"), "S": STRING}, operations=("Ping", "Old"))
    new = service({"In": structure(A="S"), "S": STRING}, operations=("New", "Ping"))
    assert facts(old, new) == [
        ("zoo#New()", "operation", None, "New"),
        ("zoo#Old()", "operation", "Old", None),
    ]


def test_a_shape_that_many_members_share_is_compared_once() -> None:
    old = service({"In": structure(A="T", B="T", C="T"), "T": structure(X="S"), "S": STRING})
    new = service({"In": structure(A="T", B="T", C="T"), "T": structure(X="S", Y="S"), "S": STRING})
    assert facts(old, new) == [("zoo#T$Y", "member", None, "Y")]


def test_a_renamed_shape_is_compared_in_place() -> None:
    old = service({"In": structure(A="Before"), "Before": structure(X="S"), "S": STRING})
    new = service({"In": structure(A="After"), "After": structure(X="S", Y="S"), "S": STRING})
    assert facts(old, new) == [
        ("zoo#In$A", "target", "Before", "After"),
        ("zoo#After$Y", "member", None, "Y"),
        ("zoo#After", "shape", "Before", "After"),
    ]


def test_enum_values_are_added_and_removed_and_their_order_is_only_order() -> None:
    old = service({"In": structure(A="E"), "E": {"type": "string", "enum": ["a", "b"]}})
    new = service({"In": structure(A="E"), "E": {"type": "string", "enum": ["c", "b"]}})
    assert facts(old, new) == [("zoo#E$c", "enum-value", None, "c"), ("zoo#E$a", "enum-value", "a", None)]
    turned = service({"In": structure(A="E"), "E": {"type": "string", "enum": ["b", "a"]}})
    assert facts(old, turned) == [("zoo#E", "order", ["a", "b"], ["b", "a"])]


def test_an_enum_on_a_reference_belongs_to_the_member() -> None:
    shapes: dict[str, Any] = {"In": structure(A="E"), "E": STRING}
    shapes["In"]["members"]["A"]["enum"] = ["a"]
    old = service(shapes)
    shapes["In"]["members"]["A"]["enum"] = ["a", "b"]
    new = service(shapes)
    assert facts(old, new) == [("zoo#In$A$b", "enum-value", None, "b")]
    assert operation_additions(find_deltas(old, new)) == {"Ping": Additions(request={"A": {"b"}})}


def test_a_changed_type_is_one_fact_and_nothing_inside_it_is_compared() -> None:
    old = service({"In": structure(A="T"), "T": structure(X="S"), "S": STRING})
    new = service({"In": structure(A="T"), "T": {"type": "list", "member": {"shape": "S"}}, "S": STRING})
    assert facts(old, new) == [("zoo#T", "type", "structure", "list")]


def test_inputs_and_outputs_are_added_and_removed() -> None:
    bare = service({"Out": structure(X="S"), "S": STRING})
    full = service({"Out": structure(X="S"), "S": STRING}, output="Out")
    assert facts(bare, full) == [("zoo#Ping()", "output", None, "Out")]
    assert facts(full, bare) == [("zoo#Ping()", "output", "Out", None)]
    assert operation_additions(find_deltas(bare, full)) == {"Ping": Additions(response={"X": "string"})}


LITERALS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "a map of strings": (
        {"In": structure()},
        {"In": structure(Tags="M"), "M": {"type": "map", "key": {"shape": "S"}, "value": {"shape": "S"}}, "S": STRING},
        "{'Tags': {'string': 'string'}}",
    ),
    "a list of structures, with scalars by their type": (
        {"In": structure()},
        {
            "In": structure(L="L"),
            "L": {"type": "list", "member": {"shape": "T"}},
            "T": structure(When="W", Much="D", Kind="E", Nothing="Z"),
            "W": {"type": "timestamp"},
            "D": {"type": "double"},
            "E": {"type": "string", "enum": ["A", "B"]},
            "Z": structure(),
        },
        "{'L': [{'Kind': 'A | B', 'Much': 'double', 'Nothing': {}, 'When': 'timestamp'}]}",
    ),
    "a shape inside itself": (
        {"In": structure()},
        {"In": structure(T="T"), "T": structure(Left="T", Name="S"), "S": STRING},
        "{'T': {'Left': (), 'Name': 'string'}}",
    ),
    "members of existing structures, lists and maps, under the names that lead there": (
        {
            "In": structure(A="T", L="L", M="M"),
            "T": structure(X="S"),
            "L": {"type": "list", "member": {"shape": "T"}},
            "M": {"type": "map", "key": {"shape": "S"}, "value": {"shape": "T"}},
            "S": STRING,
        },
        {
            "In": structure(A="T", L="L", M="M"),
            "T": structure(X="S", Y="S"),
            "L": {"type": "list", "member": {"shape": "T"}},
            "M": {"type": "map", "key": {"shape": "S"}, "value": {"shape": "T"}},
            "S": STRING,
        },
        "{'A': {'Y': 'string'}, 'L': {'Y': 'string'}, 'M': {'Y': 'string'}}",
    ),
    "enum values as a set, sorted": (
        {"In": structure(E="E"), "E": {"type": "string", "enum": ["b"]}},
        {"In": structure(E="E"), "E": {"type": "string", "enum": ["c", "b", "a"]}},
        "{'E': {'a', 'c'}}",
    ),
    "values of a map's keys and of its values": (
        {
            "In": structure(M="M"),
            "M": {"type": "map", "key": {"shape": "E"}, "value": {"shape": "E"}},
            "E": {"type": "string", "enum": ["a"]},
        },
        {
            "In": structure(M="M"),
            "M": {"type": "map", "key": {"shape": "E"}, "value": {"shape": "E"}},
            "E": {"type": "string", "enum": ["a", "b"]},
        },
        "{'M': {'key': {'b'}, 'value': {'b'}}}",
    ),
    "a recursive structure that gained a member, once per path": (
        {"In": structure(T="T"), "T": structure(Left="T", X="S"), "S": STRING},
        {"In": structure(T="T"), "T": structure(Left="T", X="S", Y="S"), "S": STRING},
        "{'T': {'Y': 'string'}}",
    ),
}


@pytest.mark.parametrize("case", LITERALS)
def test_the_literal_shows(case: str) -> None:
    old, new, expected = LITERALS[case]
    gained = operation_additions(find_deltas(service(old), service(new)))["Ping"]
    assert format_literal(gained.request) == expected
    assert gained.response is None


def test_what_is_no_addition_makes_no_literal() -> None:
    old = {"In": structure(A="S", B="E", C="T"), "S": STRING, "E": STRING, "T": STRING}
    new = {
        "In": structure("A", A="S", B="E", C="T"),
        "S": STRING,
        "E": {"type": "string", "enum": ["x"]},
        "T": structure(),
    }
    assert operation_additions(find_deltas(service(old), service(new))) == {}


def test_comparing_is_linear_where_paths_explode() -> None:
    def layered(extra: str) -> Service:
        shapes: dict[str, Any] = {f"L{i}": structure(**{f"M{j}": f"L{i + 1}" for j in range(20)}) for i in range(60)}
        return service({"In": structure(A="L0"), **shapes, "L60": structure(X="S", **{extra: "S"}), "S": STRING})

    delta = find_deltas(layered("Y"), layered("Z"))
    assert len(delta.contained_pairs) == 63
    assert [d.id for d in delta] == ["#L60$Z", "#L60$Y"]
    (additions,) = operation_additions(delta).values()
    assert format_literal(additions.request).count("'Z': 'string'") == 1, "each shape is written once"


# --- real models ---

PAIRS = [("1.12.82", "1.12.83"), ("1.43.67", "1.44.5")]
if FULL:
    PAIRS += [
        ("1.0.0", "1.5.0"),
        ("1.5.0", "1.8.0"),
        ("1.12.83", "1.13.45"),
        ("1.20.0", "1.23.0"),
        ("1.31.0", "1.34.90"),
    ]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_real_additions_are_those_of_a_brute_force_comparison(
    before: str, after: str, botocore_wheel: Callable[[str], Path]
) -> None:
    old, new = (newest_models_in(botocore_wheel(release)) for release in (before, after))
    compared = 0
    for name in sorted(set(old) & set(new)):
        if old[name] == new[name] or (name == "quicksight" and not FULL):
            continue
        delta = find_deltas(parse(old[name], name), parse(new[name], name), name)
        ours = {operation: (gain.request, gain.response) for operation, gain in operation_additions(delta).items()}
        assert ours == BruteForce(json.loads(old[name]), json.loads(new[name])).additions(), name
        mirror = find_deltas(delta.new, delta.old, name)
        assert kinds(delta) == sorted((kind, new, old) for kind, old, new in kinds(mirror)), name
        assert not list(find_deltas(delta.new, delta.new, name)), name
        check_pointers(delta, json.loads(old[name]), json.loads(new[name]))
        compared += 1
    assert compared >= 4


def kinds(deltas: Any) -> list[tuple[str, bool, bool]]:
    return sorted((d.kind.value, d.old is None, d.new is None) for d in deltas)


def check_pointers(deltas: Any, old: Any, new: Any) -> None:
    """Check that each pointer leads to the element in its file."""
    for delta in deltas:
        for pointer, file, value in ((delta.old_pointer, old, delta.old), (delta.new_pointer, new, delta.new)):
            if pointer is None:
                assert value is None
                continue
            found = file
            for key in pointer.split("/")[1:]:
                key = key.replace("~1", "/").replace("~0", "~")
                found = found[int(key)] if isinstance(found, list) else found[key]
            if delta.kind is Kind.TYPE:
                assert value == (found["type"] if isinstance(found, dict) else found)
            else:
                assert found == value if delta.kind is Kind.ENUM_VALUE else found is not None


class BruteForce:
    """What each operation gained, found by walking every path of the raw JSON. Shares no code with docgen."""

    def __init__(self, old: Any, new: Any) -> None:
        self.old, self.new = old, new

    def additions(self) -> dict[str, tuple[Any, Any]]:
        found = {}
        for name, operation in self.new["operations"].items():
            if name in self.old["operations"]:
                before = self.old["operations"][name]
                sides = tuple(
                    self.compare_reference(before.get(side), operation.get(side)) for side in ("input", "output")
                )
                if sides != (None, None):
                    found[name] = sides
        return found

    def compare_reference(self, old: Any, new: Any) -> Any:
        if new is None:
            return None
        return self.everything_at(new, ()) if old is None else self.additions_between(old, new, ())

    def additions_between(self, old: Any, new: Any, inside: tuple[tuple[str, str], ...]) -> Any:
        pair = old["shape"], new["shape"]
        before, after = self.old["shapes"][pair[0]], self.new["shapes"][pair[1]]
        if before["type"] != after["type"] or pair in inside:
            return None
        inside = (*inside, pair)
        match after["type"]:
            case "structure":
                members = before.get("members", {})
                found = {
                    name: self.additions_between(members[name], member, inside)
                    if name in members
                    else self.everything_at(member, ())
                    for name, member in after.get("members", {}).items()
                }
                return {name: value for name, value in found.items() if value is not None} or None
            case "list":
                return self.additions_between(before["member"], after["member"], inside)
            case "map":
                key = self.additions_between(before["key"], after["key"], inside)
                value = self.additions_between(before["value"], after["value"], inside)
                return {"key": key, "value": value} if key and value else key or value
            case _:
                values, grown = {**before, **old}.get("enum"), {**after, **new}.get("enum")
                return None if values is None or grown is None else set(grown) - set(values) or None

    def everything_at(self, member: Any, inside: tuple[str, ...]) -> Any:
        name = member["shape"]
        shape = self.new["shapes"][name]
        if name in inside:
            return ()
        inside = (*inside, name)
        match shape["type"]:
            case "structure":
                return {slot: self.everything_at(inner, inside) for slot, inner in shape.get("members", {}).items()}
            case "list":
                return [self.everything_at(shape["member"], inside)]
            case "map":
                return {self.everything_at(shape["key"], inside): self.everything_at(shape["value"], inside)}
            case _:
                return " | ".join({**shape, **member}.get("enum", ())) or shape["type"]
