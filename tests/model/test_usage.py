"""The operations that reach a shape, compared with a walk over the raw JSON that shares no code with docgen."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import FULL, newest_models_in

from docgen.model.parse import parse
from docgen.model.usage import DIRECTIONS, Direction, ShapeUsage


def build(shapes: dict[str, Any], **operations: Any) -> ShapeUsage:
    return ShapeUsage(parse(json.dumps({"metadata": {}, "operations": operations, "shapes": shapes}).encode()))


def structure(**members: str) -> dict[str, Any]:
    return {"type": "structure", "members": {name: {"shape": target} for name, target in members.items()}}


ZOO = {
    "In": structure(Filter="F", Tree="T"),
    "Out": structure(Items="L", Tags="M"),
    "Err": structure(Why="S"),
    "F": structure(Name="S"),
    "T": structure(Left="T", Far="D"),
    "D": structure(Deep="S"),
    "L": {"type": "list", "member": {"shape": "LL"}},
    "LL": {"type": "list", "member": {"shape": "F"}},
    "M": {"type": "map", "key": {"shape": "K"}, "value": {"shape": "F"}},
    "K": {"type": "string"},
    "S": {"type": "string"},
    "Lost": {"type": "string"},
}
FULL_PING = {"input": {"shape": "In"}, "output": {"shape": "Out"}, "errors": [{"shape": "Err"}]}


def test_a_shape_has_the_directions_of_the_paths_that_lead_to_it() -> None:
    found = build(ZOO, Ping=FULL_PING, Pong={"output": {"shape": "Out"}})
    assert found.directions("F") == {Direction.REQUEST, Direction.RESPONSE}
    assert found.directions("S") == {Direction.REQUEST, Direction.RESPONSE, Direction.ERROR}
    assert found.directions("T") == {Direction.REQUEST}
    assert found.directions("Lost") == found.directions("nothing") == frozenset()
    assert found.operations("F", Direction.REQUEST) == ("Ping",)
    assert found.operations("F", Direction.RESPONSE) == ("Ping", "Pong")
    assert found.operations("T", Direction.BOTH) == ("Ping",)
    assert found.operations("Lost", Direction.BOTH) == ()


@pytest.mark.parametrize(
    ("shape", "direction", "path"),
    [
        ("In", None, ""),
        ("S", None, "Filter.Name"),
        ("D", None, "Tree.Far"),
        ("T", None, "Tree"),
        ("F", Direction.RESPONSE, "Tags{value}"),
        ("LL", None, "Items[]"),
        ("K", None, "Tags{key}"),
        ("S", Direction.ERROR, "Err.Why"),
        ("Err", None, "Err"),
        ("Lost", None, None),
    ],
)
def test_a_path_is_a_shortest_one(shape: str, direction: Direction | None, path: str | None) -> None:
    assert build(ZOO, Ping=FULL_PING).path("Ping", shape, direction) == path


def test_lists_of_lists_have_a_bracket_each() -> None:
    shapes = {"Out": ZOO["Out"], **{name: ZOO[name] for name in ("L", "LL", "S", "K", "M")}, "F": structure(N="S")}
    shapes["M"] = {"type": "string"}
    assert build(shapes, Ping={"output": {"shape": "Out"}}).path("Ping", "S") == "Items[][].N"


SERVICES = ["ec2", "sagemaker", "dynamodb", "lambda", "s3"] if FULL else ["lambda", "s3", "lexv2-models"]


@pytest.mark.parametrize("service", SERVICES)
def test_usage_equals_a_walk_from_every_operation(service: str, botocore_wheel: Callable[[str], Path]) -> None:
    data = newest_models_in(botocore_wheel("1.44.5"))[service]
    raw, found = json.loads(data), ShapeUsage(parse(data))
    reached: dict[tuple[str, Direction], list[str]] = {}
    for name, operation in raw["operations"].items():
        for direction, start in zip(DIRECTIONS, starts(operation), strict=True):
            for shape, depth in walk(raw["shapes"], start).items():
                reached.setdefault((shape, direction), []).append(name)
                path = found.path(name, shape, direction)
                assert path is not None
                assert path.replace("[]", ".").replace("{", ".").replace("}", "").count(".") <= depth + path.count("[]")
                assert follow(raw["shapes"], start, path, direction) == shape
    for shape in raw["shapes"]:
        for direction in DIRECTIONS:
            assert found.operations(shape, direction) == tuple(reached.get((shape, direction), ())), (shape, direction)
        assert found.directions(shape) == {direction for direction in DIRECTIONS if (shape, direction) in reached}


def starts(operation: Any) -> tuple[list[str], list[str], list[str]]:
    slots = ([operation[slot]["shape"]] if slot in operation else [] for slot in ("input", "output"))
    return *slots, [error["shape"] for error in operation.get("errors", [])]  # type: ignore[return-value]


def slots_of(shape: Any) -> dict[str, str]:
    if shape["type"] == "structure":
        return {name: member["shape"] for name, member in shape.get("members", {}).items()}
    return {slot: shape[slot]["shape"] for slot in ("member", "key", "value") if slot in shape}


def walk(shapes: Any, start: list[str]) -> dict[str, int]:
    found = dict.fromkeys(start, 0)
    waiting = deque(found)
    while waiting:
        name = waiting.popleft()
        for inner in slots_of(shapes[name]).values():
            if inner not in found:
                found[inner] = found[name] + 1
                waiting.append(inner)
    return found


def follow(shapes: Any, start: list[str], path: str, direction: Direction) -> str:
    """Return the shape at the end of a path."""
    parts = path.replace("[]", ".member").replace("{", ".").replace("}", "").split(".") if path else []
    name = parts.pop(0) if direction is Direction.ERROR else start[0]
    for part in parts:
        name = slots_of(shapes[name])[part]
    return name
