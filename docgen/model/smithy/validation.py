"""Faults of a Smithy AST that a JSON Schema cannot express: wrong references and circles.

All faults are reported, also in shapes that no service uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from docgen.errors import ModelError
from docgen.model.smithy.ast import (
    DATA_TYPES,
    MEMBERS,
    NAMED_MEMBERS,
    PRELUDE,
    PRELUDE_TYPES,
    TYPES,
    UNIT,
    Ast,
    Keys,
    local_name,
)
from docgen.model.smithy.mixins import Shapes
from docgen.model.smithy.reader import documents_of
from docgen.model.strict_json import quote

Found = tuple[Keys, str]

MAX_MIXINS = 1000
"""Mixins of a shape and of its mixins."""

_LIFECYCLE = ("create", "put", "read", "update", "delete", "list")
_LISTS = {
    "operations": ("operation",),
    "collectionOperations": ("operation",),
    "resources": ("resource",),
    "errors": ("structure",),
}


def contradictions(document: Mapping[str, Any]) -> Iterator[Found]:
    """Yield the faults in the references of a decoded AST, except those that the schema reports."""
    shapes = {name: raw for name, raw in _object(document.get("shapes")).items() if isinstance(raw, dict)}
    if not isinstance(document.get("smithy"), str):
        return
    check = _References(shapes)
    for shape_id, raw in shapes.items():
        yield from check.of_shape(shape_id, raw)
    yield from check.of_applied()
    mixins = _cycles(shapes, lambda raw: _targets(raw.get("mixins")), "mixins")
    resources = _cycles(shapes, lambda raw: _targets(raw.get("resources")), "resources")
    lists = _cycles(shapes, _item, "lists", may_contain_itself=True)
    yield from (*mixins, *resources, *lists)


def unreadable(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield what prevents docgen from reading a service without other faults: a line with a JSON pointer each."""
    try:
        ast = Ast(document, "")
        shapes = Shapes(ast)
    except ModelError as error:
        yield str(error)
        return
    for service in ast.services():
        try:
            documents_of(shapes, service)
        except ModelError as error:
            yield str(error)


class _References:
    """Checks the references of shapes."""

    def __init__(self, shapes: Mapping[str, dict[str, Any]]) -> None:
        self.shapes = shapes

    def of_shape(self, shape_id: str, raw: dict[str, Any]) -> Iterator[Found]:
        """Yield the faults in the references of a shape."""
        kind, at = raw.get("type"), ("shapes", shape_id)
        if kind not in TYPES:
            return
        for index, target in enumerate(_list(raw.get("mixins"))):
            yield from self.of_target((*at, "mixins", index), target, (kind,))
        if kind in NAMED_MEMBERS:
            for name, member in _object(raw.get("members")).items():
                yield from self.of_target((*at, "members", name), member, DATA_TYPES)
        for name in MEMBERS.get(kind, ()):
            yield from self.of_target((*at, name), raw.get(name), DATA_TYPES)
        if kind in ("service", "resource", "operation"):
            yield from self.of_properties(at, kind, raw)

    def of_properties(self, at: Keys, kind: str, raw: dict[str, Any]) -> Iterator[Found]:
        """Yield the faults in the references of a service, a resource or an operation."""
        for key, types in _LISTS.items():
            for index, target in enumerate(_list(raw.get(key))):
                yield from self.of_target((*at, key, index), target, types)
        if kind == "operation":
            for key in ("input", "output"):
                yield from self.of_target((*at, key), raw.get(key), ("structure",))
        if kind == "resource":
            for key in _LIFECYCLE:
                yield from self.of_target((*at, key), raw.get(key), ("operation",))
            for key in ("identifiers", "properties"):
                for name, target in _object(raw.get(key)).items():
                    yield from self.of_target((*at, key, name), target, DATA_TYPES)

    def of_target(self, at: Keys, reference: Any, types: tuple[str, ...]) -> Iterator[Found]:
        """Yield the fault of a reference. Values of another kind are left to the schema."""
        target = _object(reference).get("target")
        if not isinstance(target, str):
            return
        kind = self.type_of(target)
        if kind is None:
            expected = "a type of Smithy's prelude" if target.startswith(PRELUDE) else "one of /shapes"
            yield (*at, "target"), f"no shape is called {quote(target)}, expected {expected}"
        elif isinstance(kind, str) and kind in TYPES and kind not in types and target != UNIT:
            expected = "a type of data" if types is DATA_TYPES else f"type {types[0]}"
            yield (*at, "target"), f"{quote(target)} is of type {kind}, expected {expected}"

    def type_of(self, target: str) -> Any:
        """Return the type of a shape, or None if it does not exist."""
        if target in self.shapes:
            kind = self.shapes[target].get("type", "")
            return None if kind == "apply" else kind
        return PRELUDE_TYPES.get(local_name(target)) if target.startswith(PRELUDE) else None

    def of_applied(self) -> Iterator[Found]:
        """Yield `apply` statements without a target."""
        for shape_id, raw in self.shapes.items():
            owner, _, member = shape_id.partition("$")
            if raw.get("type") != "apply" or owner.startswith(PRELUDE):
                continue
            members = self.members(owner) if member else set()
            if members is not None and member not in members:
                yield ("shapes", shape_id), f"traits are applied to {quote(shape_id)}, which does not exist"

    def members(self, shape_id: str) -> set[str] | None:
        """Return the names of the members of a shape, including those of its mixins; None for too many mixins."""
        seen: set[str] = set()
        found: set[str] = set()
        waiting = [shape_id]
        while waiting:
            raw = self.shapes.get(name := waiting.pop(), {})
            if name in seen:
                continue
            seen.add(name)
            if len(seen) > MAX_MIXINS:
                return None
            found.update(_object(raw.get("members")), MEMBERS.get(str(raw.get("type")), ()))
            waiting += _targets(raw.get("mixins"))
        return found


def _cycles(
    shapes: Mapping[str, dict[str, Any]],
    next_of: Callable[[dict[str, Any]], list[str]],
    what: str,
    *,
    may_contain_itself: bool = False,
) -> Iterator[Found]:
    """Yield shapes that contain each other, one for each circle. A list of itself has a documented form."""
    done: set[str] = set()
    for start in shapes:
        path: dict[str, list[str]] = {}
        waiting = [start]
        while waiting:
            name = waiting[-1]
            if name in done or name not in shapes:
                waiting.pop()
                continue
            left = path.setdefault(name, next_of(shapes[name])[::-1])
            if not left:
                done.add(name)
                path.pop(name)
                waiting.pop()
                continue
            inner = left.pop()
            if inner == name and may_contain_itself:
                continue
            if inner in path:
                yield ("shapes", inner), f"{what} that contain each other, expected an end"
            else:
                waiting.append(inner)


def _item(raw: dict[str, Any]) -> list[str]:
    """Return the id of the shape of the items of a list."""
    return _targets([raw.get("member")]) if raw.get("type") in ("list", "set") else []


def _targets(references: Any) -> list[str]:
    found = [_object(each).get("target") for each in _list(references)]
    return [each for each in found if isinstance(each, str)]


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
