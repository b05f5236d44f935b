"""Each kind of fact, and the differences that are not facts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from docgen.diff.compare import find_deltas
from docgen.diff.delta import Delta, Kind, ServiceDelta
from docgen.model.parse import parse

STRING = {"type": "string"}


def model(shapes: dict[str, Any] | None = None, **operation: Any) -> dict[str, Any]:
    """Return a model with one operation.

    It has the input `In`, the output `Out` and the error `Err`, if these exist.
    """
    found = {"In": structure(A="S"), "S": STRING, **(shapes or {})}
    ping: dict[str, Any] = {"name": "Ping", "input": {"shape": "In"}}
    if "Out" in found:
        ping["output"] = {"shape": "Out"}
    if "Err" in found:
        ping["errors"] = [{"shape": "Err"}]
    return {"metadata": {"protocol": "json"}, "operations": {"Ping": {**ping, **operation}}, "shapes": found}


def structure(**members: Any) -> dict[str, Any]:
    """Return a structure. The value of a member is a target or a whole reference."""
    references = {name: {"shape": m} if isinstance(m, str) else m for name, m in members.items()}
    return {"type": "structure", "members": references}


def compare(old: dict[str, Any], new: dict[str, Any]) -> ServiceDelta:
    before, after = (parse(json.dumps(each).encode()) for each in (old, new))
    return find_deltas(before, after, "zoo")


def only(old: dict[str, Any], new: dict[str, Any]) -> Delta:
    """Return the only fact between two models."""
    found = list(compare(old, new))
    assert len(found) == 1, found
    return found[0]


def test_a_key_of_the_metadata_is_a_fact_of_the_service() -> None:
    new = {**model(), "metadata": {"protocol": "query"}}
    assert only(model(), new) == Delta(
        "zoo#metadata", Kind.SERVICE, "json", "query", "/metadata/protocol", "/metadata/protocol",
        "metadata.protocol", carrier="service",
    )  # fmt: skip


def test_an_added_client_parameter_is_one_fact() -> None:
    new = {**model(), "clientContextParams": {"UseArn": {"type": "boolean", "documentation": "d"}}}
    found = only(model(), new)
    assert (found.trait, found.old, found.new_pointer) == (
        "clientContextParams.UseArn", None, "/clientContextParams/UseArn"
    )  # fmt: skip


def test_a_leaf_inside_a_trait_has_a_dotted_name() -> None:
    old = model(http={"method": "PUT", "requestUri": "/"})
    new = model(http={"method": "PATCH", "requestUri": "/"})
    assert only(old, new) == Delta(
        "zoo#Ping()", Kind.TRAIT, "PUT", "PATCH", "/operations/Ping/http/method", "/operations/Ping/http/method",
        "http.method", carrier="operation",
    )  # fmt: skip


def test_an_added_trait_with_keys_is_a_fact_for_each_key() -> None:
    new = model(httpChecksum={"requestAlgorithmMember": "A", "responseAlgorithms": ["CRC32"]})
    assert [(d.trait, d.old, d.new) for d in compare(model(), new)] == [
        ("httpChecksum.requestAlgorithmMember", None, "A"),
        ("httpChecksum.responseAlgorithms", None, ["CRC32"]),
    ]


def test_a_fact_of_a_reference_names_its_carrier() -> None:
    shapes = {
        "In": structure(L="L", M="M"),
        "Out": structure(),
        "Err": structure(),
        "L": {"type": "list", "member": {"shape": "S"}},
        "M": {"type": "map", "key": {"shape": "S"}, "value": {"shape": "S"}},
    }
    old, new = model(shapes), model(json.loads(json.dumps(shapes)))
    operation, inner = new["operations"]["Ping"], new["shapes"]
    for reference in (
        operation["input"], operation["output"], operation["errors"][0], inner["In"]["members"]["L"],
        inner["L"]["member"], inner["M"]["key"], inner["M"]["value"],
    ):  # fmt: skip
        reference["documentation"] = "d"
    found = {(d.carrier, d.id, d.new_pointer) for d in compare(old, new)}
    assert found == {
        ("input", "zoo#Ping()", "/operations/Ping/input/documentation"),
        ("output", "zoo#Ping()", "/operations/Ping/output/documentation"),
        ("error", "zoo#Ping()$Err", "/operations/Ping/errors/0/documentation"),
        ("member", "zoo#In$L", "/shapes/In/members/L/documentation"),
        ("item", "zoo#L$member", "/shapes/L/member/documentation"),
        ("key", "zoo#M$key", "/shapes/M/key/documentation"),
        ("value", "zoo#M$value", "/shapes/M/value/documentation"),
    }


def test_a_member_becomes_required() -> None:
    new = model({"In": {**structure(A="S"), "required": ["A"]}})
    assert only(model(), new) == Delta(
        "zoo#In$A", Kind.REQUIRED, None, True, None, "/shapes/In/required/0", "required", carrier="member"
    )


def test_a_new_operation_does_not_list_its_insides_but_its_shapes_are_named() -> None:
    new = model({"Other": structure(X="S")})
    new["operations"]["New"] = {"name": "New", "input": {"shape": "Other"}, "documentation": "d"}
    assert [(d.kind, d.id) for d in compare(model(), new)] == [
        (Kind.OPERATION, "zoo#New()"),
        (Kind.SHAPE, "zoo#Other"),
    ]


def test_a_scalar_that_changed_its_type_keeps_its_traits_and_what_was_a_container_does_not() -> None:
    old = model({"In": structure(A="N", B="T"), "N": {"type": "integer", "max": 1}, "T": structure(X="S")})
    new = model({"In": structure(A="N", B="T"), "N": {"type": "long", "max": 2}, "T": STRING})
    assert {(d.id, d.kind, d.old, d.new, d.old_pointer) for d in compare(old, new)} == {
        ("zoo#N", Kind.TYPE, "integer", "long", "/shapes/N/type"),
        ("zoo#N", Kind.TRAIT, 1, 2, "/shapes/N/max"),
        ("zoo#T", Kind.TYPE, "structure", "string", "/shapes/T"),
    }


def test_a_shape_that_no_operation_reaches_is_compared_by_its_name() -> None:
    old, new = model({"Lost": {"type": "string", "max": 1}}), model({"Lost": {"type": "string", "max": 2}})
    delta = compare(old, new)
    assert [d.id for d in delta.shape_deltas] == ["zoo#Lost"]
    assert not delta.pair_deltas


def test_true_is_not_one() -> None:
    old, new = model({"S": {"type": "string", "odd": True}}), model({"S": {"type": "string", "odd": 1}})
    assert (only(old, new).old, only(old, new).new) == (True, 1)


def test_a_new_required_member_is_one_fact_and_its_entry_has_no_effect() -> None:
    new = model({"In": {**structure(A="S", B="S"), "required": ["B"]}})
    assert [(d.kind, d.effective) for d in compare(model(), new)] == [(Kind.REQUIRED, False), (Kind.MEMBER, True)]


# --- differences without facts ---

PLAIN = structure(A="S")


def member(**traits: Any) -> dict[str, Any]:
    return {"In": structure(A={"shape": "S", **traits})}


QUIET: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a locationName equal to the member's name": (model(), model(member(locationName="A"))),
    "a trait that moved from the reference to its target": (
        model(member(pattern="x")),
        model({**member(), "S": {"type": "string", "pattern": "x"}}),
    ),
    "a trait of a shape that all references override": (
        model({**member(min=3), "S": {"type": "string", "min": 1}}),
        model({**member(min=3), "S": {"type": "string", "min": 2}}),
    ),
    "an enum that moved": (
        model(member(enum=["a"])),
        model({**member(), "S": {"type": "string", "enum": ["a"]}}),
    ),
    "a required name that is no member": (model(), model({"In": {**PLAIN, "required": ["Gone"]}})),
    "a list of nothing that is required": (model(), model({"In": {**PLAIN, "required": []}})),
    "a flag that is off": (model(), model(member(idempotencyToken=False))),
    "an empty text": (model(), model({"S": {"type": "string", "documentation": ""}})),
    "a list of no errors": (model(), model(errors=[])),
    "an error's documentation that the shape had": (
        model({"Err": {**structure(), "documentation": "d"}}),
        model({"Err": {**structure(), "documentation": "d"}}, errors=[{"shape": "Err", "documentation": "d"}]),
    ),
}


@pytest.mark.parametrize("case", QUIET)
def test_it_is_a_fact_without_effect(case: str) -> None:
    for old, new in (QUIET[case], QUIET[case][::-1]):
        found = list(compare(old, new))
        assert found
        assert not [d for d in found if d.effective], found


LOUD: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "another name on the wire": (model(member(locationName="A")), model(member(locationName="a"))),
    "a trait of a shape that one reference does not override": (
        model({"In": structure(A={"shape": "S", "min": 3}, B="S"), "S": {"type": "string", "min": 1}}),
        model({"In": structure(A={"shape": "S", "min": 3}, B="S"), "S": {"type": "string", "min": 2}}),
    ),
    "a prefix of headers": (
        model(member(location="headers")),
        model(member(location="headers", locationName="A")),
    ),
    "a reference that overrides its target": (
        model({**member(), "S": {"type": "string", "min": 1}}),
        model({**member(min=2), "S": {"type": "string", "min": 1}}),
    ),
    "an exception that becomes a structure": (
        model({"Err": {**structure(), "exception": True}}),
        model({"Err": structure()}),
    ),
}


@pytest.mark.parametrize("case", LOUD)
def test_it_is_a_fact_with_an_effect(case: str) -> None:
    for old, new in (LOUD[case], LOUD[case][::-1]):
        assert [d.effective for d in compare(old, new)] == [True]


def test_an_enum_that_moved_and_grew_has_facts_for_the_new_values() -> None:
    old = model(member(enum=["a"]))
    new = model({**member(), "S": {"type": "string", "enum": ["a", "b"]}})
    values = [(d.kind, d.new, d.new_pointer) for d in compare(old, new) if d.effective and d.kind is Kind.ENUM_VALUE]
    assert values == [(Kind.ENUM_VALUE, "b", "/shapes/S/enum/1")]


# --- sibling files ---


def beside(name: str, old: Any, new: Any) -> list[tuple[str, str, str, Any, Any, bool]]:
    same = parse(json.dumps(model()).encode())
    sides = ({name: each} if each is not None else {} for each in (old, new))
    before, after = sides
    found = find_deltas(same, same, "zoo", old_siblings=before, new_siblings=after)
    return [(d.id, d.kind.value, d.trait, d.old, d.new, d.effective) for d in found]


def waiters(**waiter: Any) -> dict[str, Any]:
    return {"version": 2, "waiters": {"Up": {"operation": "Ping", "delay": 5, "acceptors": [], **waiter}}}


def test_a_waiter_is_compared_key_by_key_and_its_acceptors_one_by_one() -> None:
    yes, no = {"state": "success", "expected": 1}, {"state": "failure", "expected": 2}
    name = "waiters-2.json"
    assert beside(name, waiters(), waiters(delay=9)) == [("zoo#waiter:Up", "waiter", "delay", 5, 9, True)]
    assert beside(name, waiters(acceptors=[yes]), waiters(acceptors=[no])) == [
        ("zoo#waiter:Up", "waiter", "acceptors", None, no, True),
        ("zoo#waiter:Up", "waiter", "acceptors", yes, None, True),
    ]
    assert beside(name, waiters(acceptors=[yes, no]), waiters(acceptors=[no, yes])) == [
        ("zoo#waiter:Up", "order", "acceptors", [yes, no], [no, yes], True),
    ]


def test_an_added_file_is_a_fact_for_each_of_its_entries() -> None:
    assert beside("waiters-2.json", None, waiters()) == [
        ("zoo#waiter:Up", "waiter", "", None, "Up", True),
        ("zoo#waiters", "waiter", "version", None, 2, False),
    ]


def test_a_paginator_says_the_same_by_a_name_and_by_a_list_of_one() -> None:
    def pages(key: Any) -> Any:
        return {"pagination": {"Ping": {"result_key": key}}}

    name = "paginators-1.json"
    assert beside(name, pages("A"), pages(["A"])) == [
        ("zoo#paginator:Ping", "paginator", "result_key", "A", ["A"], False)
    ]
    assert beside(name, pages("A"), pages(["A", "B"]))[0][-1] is True


def endpoints(url: str, *, fips: str = "", **parameters: Any) -> dict[str, Any]:
    conditions = [{"fn": "booleanEquals", "argv": [{"ref": "UseFIPS"}, True]}]
    special = [{"type": "endpoint", "conditions": conditions, "endpoint": {"url": fips}}] if fips else []
    general = {"type": "endpoint", "conditions": [], "endpoint": {"url": url}}
    settings = {"Region": {"type": "string"}, "UseFIPS": {"type": "boolean", "default": False}, **parameters}
    return {"parameters": settings, "rules": [{"type": "tree", "conditions": [], "rules": [*special, general]}]}


def test_endpoint_rules_are_one_fact_with_the_urls_that_differ() -> None:
    old, new = endpoints("https://{Region}", A={"type": "string"}), endpoints("https://{Region}", fips="https://f")
    (found,) = beside("endpoint-rule-set-1.json", old, new)
    assert found[:3] == ("zoo#endpoints", "endpoints", "endpoint-rule-set-1.json")
    assert {key: found[3][key] for key in ("parameters", "rules", "urls", "settings")} == {
        **{"parameters": 3, "rules": 2},
        **{"urls": [], "settings": ["A"]},
    }
    assert found[4]["urls"] == ["https://f"]
    assert found[3]["endpoints"]["us-gov-west-1 with FIPS"] == "https://us-gov-west-1"
    assert found[4]["endpoints"]["us-gov-west-1 with FIPS and dual stack"] == "https://f"
    assert all("FIPS" in situation for situation in found[4]["endpoints"])


def doubled() -> dict[str, Any]:
    """Return endpoint rules whose URL doubles forty times."""
    calls = [{"fn": "uriEncode", "argv": [f"{{A{n}}}{{A{n}}}"], "assign": f"A{n + 1}"} for n in range(40)]
    named = json.loads(json.dumps(calls).translate(str.maketrans("0123456789", "abcdefghij")))
    first = {"fn": "uriEncode", "argv": ["aaaa"], "assign": "Aa"}
    return {"parameters": {}, "rules": [{"type": "endpoint", "conditions": [first, *named], "endpoint": {"url": "a"}}]}


@pytest.mark.parametrize(
    "rules", [{"parameters": {}, "rules": [{"type": "other"}]}, {"rules": 1}, {"rules": [[]]}, doubled()]
)
def test_endpoint_rules_that_cannot_be_run_are_compared_by_their_content(rules: Any) -> None:
    (found,) = beside("endpoint-rule-set-1.json", endpoints("a"), rules)
    assert "endpoints" not in found[3]
    assert found[3]["digest"] != found[4]["digest"]


def test_examples_are_one_fact_for_each_operation() -> None:
    old, new = ({"version": "1.0", "examples": {"Ping": [{"title": t}]}} for t in "ab")
    assert beside("examples-1.json", old, new) == [
        ("zoo#example:Ping", "example", "", [{"title": "a"}], [{"title": "b"}], True)
    ]


def test_extras_of_sdks_have_no_facts_of_their_own() -> None:
    old, new = ({"merge": {"shapes": {"Expires": {"type": t}}}} for t in ("string", "timestamp"))
    assert beside("service-2.sdk-extras.json", old, new) == []  # they are merged into the model, which is compared
