"""Witnesses of breaking changes: calls and responses that botocore accepts with one model and not with the other.

Nothing here knows docgen's rules. Two versions of an operation, as botocore's models, are walked side by side. At every
position a few values are tried: in requests, values that botocore's validator accepts with the old model; in responses,
values that a service with the new model can send.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from botocore.handlers import generate_idempotent_uuid
from botocore.model import OperationModel, Shape
from botocore.validate import ParamValidator, ValidationErrors

MAX_ITEMS = 2_000
"""The most items of a list that is built in full.

A list of one item that reports its length stands for a longer one.
"""

MAX_LENGTH = 2**12
"""The longest text or blob that is built in full. A short one that reports its length stands for a longer one."""

_SEGMENT = re.compile(r"\[\]|\{key\}|\{value\}|[^.\[{]+")


class LongText(str):
    """A text that validators take for a longer one."""

    length: int

    def __len__(self) -> int:
        return self.length


class LongBlob(bytes):
    """A blob that validators take for a longer one."""

    length: int

    def __len__(self) -> int:
        return self.length


class LongList(list[Any]):
    """A list that validators take for a longer one."""

    length: int

    def __len__(self) -> int:
        return self.length


def text_of(length: int) -> str:
    """Return a text that has, or claims to have, a length."""
    if length <= MAX_LENGTH:
        return "a" * length
    text = LongText("aaaa")
    text.length = length
    return text


def blob_of(length: int) -> bytes:
    """Return a blob that has, or claims to have, a length."""
    if length <= MAX_LENGTH:
        return bytes(length)
    blob = LongBlob(4)
    blob.length = length
    return blob


def list_of(item: Any, length: int) -> list[Any]:
    """Return a list that has, or claims to have, a length."""
    if length <= MAX_ITEMS:
        return [item] * length
    items = LongList([item])
    items.length = length
    return items


class ServiceValidator(ParamValidator):  # type: ignore[misc]
    """Refuses what botocore refuses, and values outside an enum, a maximum or a size, as services do."""

    def _validate(self, params: Any, shape: Shape, errors: ValidationErrors, name: str) -> None:
        super()._validate(params, shape, errors, name)
        metadata = shape.metadata
        if metadata.get("enum") and isinstance(params, str) and params not in metadata["enum"]:
            errors.report(name, "enum")
        size = params if isinstance(params, (int, float)) and not isinstance(params, bool) else None
        if size is None and isinstance(params, (str, bytes, list, dict)) and shape.type_name != "timestamp":
            size = len(params)
        if size is not None and shape.type_name not in ("structure", "boolean", "timestamp"):
            if "max" in metadata and size > float(metadata["max"]):
                errors.report(name, "max")
            if "min" in metadata and size < float(metadata["min"]):
                errors.report(name, "min")

    def _validate_list(self, param: Any, shape: Shape, errors: ValidationErrors, name: str) -> None:
        super()._validate_list(param, shape, errors, name)
        if isinstance(param, (list, tuple)):
            for index, item in enumerate(param):
                self._validate(item, shape.member, errors, f"{name}[{index}]")


CLIENT, SERVICE = ParamValidator(), ServiceValidator()
"""The validators of a call: botocore's, which runs before anything is sent, and the service's."""


def refuses(validator: ParamValidator, operation: OperationModel, call: dict[str, Any]) -> bool:
    """Return whether a call is refused. botocore first fills in idempotency tokens, and needs the labels of a path."""
    shape = operation.input_shape
    params = dict(call)
    generate_idempotent_uuid(params, operation)
    if shape is None:
        return validator is SERVICE and bool(params)
    if validator.validate(params, shape).has_errors():
        return True
    labels = re.findall(r"{(\w+)", operation.http.get("requestUri", ""))
    sent = {
        each.serialization.get("name", name)
        for name, each in shape.members.items()
        if name in params and each.serialization.get("location") == "uri"
    }
    return bool(set(labels) & _uri_names(shape) - sent)


def _uri_names(shape: Shape) -> set[str]:
    return {
        each.serialization.get("name", name)
        for name, each in shape.members.items()
        if each.serialization.get("location") == "uri"
    }


# --- values -----------------------------------------------------------------------------------------------------------


_SMALLEST: dict[int, tuple[Shape, Any]] = {}
"""Smallest values by the id of their shapes, which are kept alive so that no other object gets the same id."""


def smallest(shape: Shape, inside: tuple[str, ...] = ()) -> Any:
    """Return the smallest value that a shape allows."""
    if shape.name in inside:
        return {} if shape.type_name in ("structure", "map") else [] if shape.type_name == "list" else ""
    if id(shape) not in _SMALLEST:
        _SMALLEST[id(shape)] = shape, _smallest(shape, (*inside, shape.name))
    return _SMALLEST[id(shape)][1]


def forget_values() -> None:
    """Forget the values of the models compared so far."""
    _SMALLEST.clear()


def _smallest(shape: Shape, inside: tuple[str, ...]) -> Any:
    count = int(min(_bound(shape, "min", 0), MAX_ITEMS))
    match shape.type_name:
        case "structure" if getattr(shape, "is_document_type", False):
            return {}
        case "structure":
            names = list(shape.required_members)
            if getattr(shape, "is_tagged_union", False):
                names = names or list(shape.members)[:1]
            return {name: smallest(shape.members[name], inside) for name in names if name in shape.members}
        case "list":
            return [smallest(shape.member, inside)] * count
        case "map":
            return _map_of(shape, smallest(shape.value, inside), count)
    return values(shape)[0]


def values(shape: Shape, other: Shape | None = None) -> list[Any]:
    """Return values of a shape that contains no other shape, at its own limits and at those of the `other` version."""
    metadata = shape.metadata
    if metadata.get("enum"):
        return list(metadata["enum"])
    sizes = _sizes(shape, other)
    match shape.type_name:
        case "string" if shape.serialization.get("jsonvalue") and shape.serialization.get("location") == "header":
            return [{"a": 1}, *map(text_of, sizes)]
        case "string" if shape.serialization.get("location") == "uri":  # a slash shows whether a label is greedy
            first, *rest = map(text_of, sizes)
            return [first, "a/a", *rest]
        case "string":
            return [*map(text_of, sizes), *(other.metadata.get("enum", ())[:1] if other is not None else ())] or [""]
        case "blob":
            return [*map(blob_of, sizes)] or [b""]
        case "integer" | "long":
            return sizes
        case "float" | "double":
            return sizes
        case "boolean":
            return [True]
        case "timestamp":
            return ["2020-01-01T00:00:00Z"]
    return [smallest(shape)]


def _bound(shape: Shape, trait: str, default: float) -> float:
    try:
        return float(shape.metadata.get(trait, default))
    except (TypeError, ValueError):
        return default


def _sizes(shape: Shape, other: Shape | None) -> list[Any]:
    """Return sizes that a shape allows, or numbers: its smallest, and those just outside the other version's limits."""
    is_number = shape.type_name in ("integer", "long", "float", "double")
    low = _bound(shape, "min", -(2**31) if is_number else 0)
    high = _bound(shape, "max", 2**31 - 1)
    found = [low if "min" in shape.metadata else max(low, min(1, high)), high, low]
    if other is not None:
        found += [_bound(other, "min", 0) - 1, _bound(other, "max", 0) + 1]
    type_ = float if shape.type_name in ("float", "double") else int
    return [type_(size) for size in dict.fromkeys(found) if low <= size <= high]


def _map_of(shape: Shape, value: Any, count: int) -> dict[Any, Any]:
    keys = list(shape.key.metadata.get("enum", ()))[:count]
    low = int(_bound(shape.key, "min", 1))
    keys += [f"{index:0{max(low, 1)}}" for index in range(count - len(keys))]
    return dict.fromkeys(keys, value)


# --- positions --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Position:
    """A position in two versions of a structure, and what must surround a value there.

    Attributes:
        path: The path, such as `Tags[].Key`.
        old: The shape in the old model.
        new: The shape in the new model, or None.
        wrap: Returns the whole value with a given value in this position; the rest is only what is required.
        parent: The enclosing position; None for the whole.
    """

    path: str
    old: Shape
    new: Shape | None
    wrap: Callable[[Any], Any]
    parent: Position | None = None

    def inner(self) -> Iterator[Position]:
        """Yield the positions directly below."""
        match self.old.type_name:
            case "structure":
                for name in self.old.members:
                    yield self.member(name)
            case "list":
                yield self.item()
            case "map":
                yield from (self.entry("key"), self.entry("value"))

    def member(self, name: str) -> Position:
        """Return the position of a member of a structure."""
        shape, old = self.old.members[name], self.old
        around = {} if getattr(old, "is_tagged_union", False) else smallest(old)
        new = self.new.members.get(name) if self.new is not None and self.new.type_name == "structure" else None
        path = f"{self.path}.{name}" if self.path else name
        return Position(path, shape, new, lambda value: self.wrap({**around, name: value}), self)

    def item(self) -> Position:
        """Return the position of the items of a list."""
        count = max(1, int(min(_bound(self.old, "min", 1), MAX_ITEMS)))
        new = self.new.member if self.new is not None and self.new.type_name == "list" else None
        return Position(f"{self.path}[]", self.old.member, new, lambda value: self.wrap([value] * count), self)

    def entry(self, slot: str) -> Position:
        """Return the position of the keys (`key`) or the values (`value`) of a map."""
        count = max(1, int(min(_bound(self.old, "min", 1), MAX_ITEMS)))
        new = getattr(self.new, slot) if self.new is not None and self.new.type_name == "map" else None
        wrap = (
            (lambda key: self.wrap({key: smallest(self.old.value)}))
            if slot == "key"
            else (lambda value: self.wrap(_map_of(self.old, value, count)))
        )
        return Position(f"{self.path}{{{slot}}}", getattr(self.old, slot), new, wrap, self)

    def examples(self) -> Iterator[Any]:
        """Yield whole values, each with an example at this position."""
        old, new = self.old, self.new
        match old.type_name:
            case "structure":
                yield self.wrap(smallest(old))
                if getattr(old, "is_tagged_union", False):
                    yield from (self.wrap({name: smallest(shape)}) for name, shape in old.members.items())
                    return
                yield self.wrap({})
                yield self.wrap({**smallest(old), **{name: smallest(shape) for name, shape in old.members.items()}})
            case "list":
                item = smallest(old.member)
                yield from (self.wrap(list_of(item, size)) for size in _sizes(old, new))
            case "map":
                value = smallest(old.value)
                yield from (self.wrap(_map_of(old, value, size)) for size in _sizes(old, new) if size <= MAX_ITEMS)
            case _:
                yield from map(self.wrap, values(old, new))


def root(old: Shape, new: Shape | None) -> Position:
    """Return the position of a whole request or response."""
    return Position("", old, new, lambda value: value)


class Differences(NamedTuple):
    """The shapes of two models that differ in more than documentation, and all shapes that contain one of them."""

    changed: frozenset[str]
    containing: frozenset[str]


def positions(start: Position, differences: Differences) -> Iterator[Position]:
    """Yield the positions from `start` at which the two versions differ; visit each pair of structures once."""
    waiting, seen = [start], set()
    while waiting:
        found = waiting.pop()
        old, new = found.old, found.new
        is_changed = new is None or old.name != new.name or old.name in differences.changed
        if new is None or is_changed or old.metadata != new.metadata or old.serialization != new.serialization:
            yield found
        elif old.name not in differences.containing:
            continue
        if new is not None and (old.type_name != "structure" or (old.name, new.name) not in seen):
            seen.add((old.name, new.name))
            waiting += found.inner()


def differing_shapes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Differences:
    """Return the differences between two models, given as JSON."""
    shapes = [_undocumented(raw["shapes"]) for raw in (old, new)]
    changed = {name for name in shapes[0] | shapes[1] if shapes[0].get(name) != shapes[1].get(name)}
    targets = {name: set(_targets(shape)) for name, shape in (shapes[0] | shapes[1]).items()}
    containing, count = set(changed), -1
    while count != len(containing):
        count = len(containing)
        containing |= {name for name, inner in targets.items() if not containing.isdisjoint(inner)}
    return Differences(frozenset(changed), frozenset(containing))


def _undocumented(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _undocumented(inner)
            for key, inner in value.items()
            if not isinstance(inner, str) or key != "documentation"
        }
    return [_undocumented(inner) for inner in value] if isinstance(value, list) else value


def _targets(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("shape"), str):
            yield value["shape"]
        for inner in value.values():
            yield from _targets(inner)


def position_at(start: Position, path: str) -> Position | None:
    """Return the position at a path such as `Tags[].Key`, or None if the old model lacks it."""
    found = start
    for segment in _SEGMENT.findall(path):
        kind = found.old.type_name
        if segment == "[]" and kind == "list":
            found = found.item()
        elif segment in ("{key}", "{value}") and kind == "map":
            found = found.entry(segment.strip("{}"))
        elif kind == "structure" and segment in found.old.members:
            found = found.member(segment)
        else:
            return None
    return found


# --- requests ---------------------------------------------------------------------------------------------------------


def refused_call(
    old: OperationModel, new: OperationModel, validator: ParamValidator, position: Position, reason: str = ""
) -> dict[str, Any] | None:
    """Return a call with a value at a position that passes with the old model and not with the new one, or None.

    Args:
        old: The old model of the operation.
        new: The new one.
        validator: The validator that refuses the call.
        position: Where values are tried.
        reason: The kind of error that must occur, `min`, `max` or `enum`, or "" for any.
    """
    for call in position.examples():
        if isinstance(call, dict) and not refuses(validator, old, call) and refuses(validator, new, call):
            found = SERVICE.validate(call, new.input_shape)._errors if reason and new.input_shape else ()
            if not reason or any(each[0] == reason for each in found):
                return call
    return None


def request_root(old: OperationModel, new: OperationModel) -> Position | None:
    """Return the position of a whole request, or None if the old operation has no input."""
    return root(old.input_shape, new.input_shape) if old.input_shape is not None else None


def response_root(old: OperationModel, new: OperationModel) -> Position | None:
    """Return the position of a whole response, or None if the old operation has no output."""
    return root(old.output_shape, new.output_shape) if old.output_shape is not None else None
