"""The service model as plain data: what an API is, with nothing about how it is shown.

Everything refers to shapes by name, never by pointer: a model is a graph with cycles, and names keep it
printable, comparable and cheap to build. A reference (`{"shape": N, ...}`) is always a `Member`, be it
a structure's member, a list's `member`, a map's `key` and `value`, or an operation's input, output and errors.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isinf
from types import MappingProxyType
from typing import Any, NoReturn

from docgen.errors import ModelError

MAX_NESTING = 64
"""Levels of JSON inside one model. The deepest of any botocore release has 12."""

MAX_NESTING_BESIDE = 256
"""Levels of JSON in a file beside a model. The deepest of any botocore release, rules for s3's endpoints, has 79."""

MAX_TEXT = 300_000
"""Characters of one documentation string. The longest of any botocore release has 82,642."""

MAX_NAME = 1000
"""Characters of the name of an operation, a shape or a member. The longest of botocore 1.44.5 has 155."""

_EMPTY: Mapping[str, Any] = MappingProxyType({})
_REQUIRED: Mapping[str, Any] = MappingProxyType({"required": True})
_NONE: Mapping[str, Member] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Member:
    """A slot and the shape it targets, with what the slot itself says.

    `traits` holds every key of the reference but `shape` and `documentation`, and `required: True` where the
    structure lists the member as required. `documentation` is None where the reference has none (the
    shape's own then counts); an empty string erases the shape's.
    """

    name: str
    target: str
    traits: Mapping[str, Any] = field(default_factory=dict)
    documentation: str | None = None

    @property
    def required(self) -> bool:
        """Whether the structure that holds this member requires it."""
        return self.traits.get("required") is True


@dataclass(frozen=True, slots=True)
class Shape:
    """A named type. A list has the member `member`, a map has `key` and `value`, a scalar has none."""

    name: str
    type: str
    members: Mapping[str, Member] = field(default_factory=dict)
    traits: Mapping[str, Any] = field(default_factory=dict)
    documentation: str = ""
    _targets: tuple[str, ...] | None = field(default=None, init=False, repr=False, compare=False)
    _pairs: tuple[tuple[str, str], ...] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the shapes that its members target, each once. Worked out once: shapes outlive revisions."""
        if self._targets is None:
            found = tuple(dict.fromkeys([member.target for member in self.members.values()])) if self.members else ()
            object.__setattr__(self, "_targets", found)
            return found
        return self._targets

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Each target twice: the pairs of shapes that two versions contain where both have this very shape."""
        if self._pairs is None:
            found = tuple([(target, target) for target in self.targets])
            object.__setattr__(self, "_pairs", found)
            return found
        return self._pairs


@dataclass(frozen=True, slots=True)
class Operation:
    """A call: `name` is its key in the model, the one that SDKs show; the wire name is in `traits["name"]`."""

    name: str
    input: Member | None
    output: Member | None
    errors: tuple[Member, ...] = ()
    traits: Mapping[str, Any] = field(default_factory=dict)
    documentation: str = ""

    @property
    def deprecated(self) -> bool:
        """Whether the model marks the operation as deprecated."""
        return bool(self.traits.get("deprecated"))


@dataclass(frozen=True, slots=True)
class Service:
    """One service at one API version: the content of a `service-2.json`."""

    metadata: Mapping[str, Any]
    operations: Mapping[str, Operation]
    shapes: Mapping[str, Shape]
    traits: Mapping[str, Any] = field(default_factory=dict)
    documentation: str = ""

    @property
    def api_version(self) -> str:
        """The date that names this version of the API, such as `2016-12-01`."""
        return str(self.metadata.get("apiVersion", ""))

    @property
    def full_name(self) -> str:
        """The name that people know the service by, such as `Amazon AppStream`."""
        return str(self.metadata.get("serviceFullName", ""))

    def shape(self, member: Member) -> Shape:
        """The shape that `member` targets."""
        return self.shapes[member.target]

    def documentation_of(self, member: Member) -> str:
        """What is said of `member`: its own documentation, else its target's (botocore's reference merge)."""
        if member.documentation is not None:
            return member.documentation
        return self.shapes[member.target].documentation

    def trait(self, member: Member, name: str) -> Any:
        """The effective trait of `member`: its own, else its target's, else None."""
        if name in member.traits:
            return member.traits[name]
        return self.shapes[member.target].traits.get(name)


def http_of(operation: Operation) -> Mapping[str, Any]:
    """The `method` and the `requestUri` of a call; empty where the model has no object there."""
    found = operation.traits.get("http")
    return found if isinstance(found, Mapping) else {}


def parse(data: bytes, place: str = "service model") -> Service:
    """Read the bytes of a `service-2.json`.

    Trusts nothing: every reference resolves, every name is a string, every object has the keys that
    docgen relies on. `place` names the file in messages. Raises `ModelError` with the file and a JSON pointer
    (RFC 6901).
    """
    return Reader(place).service(load_json(data, place))


def load_json(data: bytes, place: str, max_nesting: int = MAX_NESTING) -> dict[str, Any]:
    """Decode a JSON object strictly: UTF-8, no duplicate keys, no NaN, bounded nesting, no lone surrogates.

    Raises `ModelError` naming `place`.
    """
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_constant, parse_float=_finite
        )
    except UnicodeDecodeError as error:
        raise ModelError(f"{place}: not UTF-8 at byte {error.start} ({error.reason})") from None
    except json.JSONDecodeError as error:
        raise ModelError(f"{place}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise ModelError(f"{place}: nested deeper than {max_nesting} levels") from None
    except ValueError as error:  # duplicate keys, NaN, integers of thousands of digits
        raise ModelError(f"{place}: {error}") from None
    if not isinstance(value, dict):
        raise ModelError(f"{place}: expected a JSON object, found {_kind(value)}")
    if _surrogates(data) and not _encodable(value):
        raise ModelError(f"{place}: a string holds half of a surrogate pair, which UTF-8 cannot express")
    if _deeper(value, max_nesting):
        raise ModelError(f"{place}: nested deeper than {max_nesting} levels")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        for name, value in pairs:
            # Released models repeat themselves: waf's `uid` in botocore 1.5.0, alike, and pinpoint's documentation
            # from 1.12.179 to 1.12.194, in two wordings, of which the last counts for every JSON reader.
            if value != found[name] and name != "documentation":
                raise ValueError(f"duplicate key {quote(name)} with different values in one object")
    return found


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if isinf(value):  # it could never be written as JSON again
        raise ValueError(f"the number {digits[:40]} is too large")
    return value


def _surrogates(data: bytes) -> bool:
    """Whether an escape stands for half of a pair; a regular expression would take longer than the decoder."""
    at = data.find(b"\\u")
    while at >= 0:
        if data[at + 2] in b"dD" and data[at + 3] in b"89abcdefABCDEF" and not _escaped(data, at):
            return True
        at = data.find(b"\\u", at + 2)
    return False


def _escaped(data: bytes, at: int) -> bool:
    """Whether an odd number of backslashes stands before the one at `at`, as in patterns."""
    before = at
    while before and data[before - 1] == ord("\\"):
        before -= 1
    return bool((at - before) % 2)


def _encodable(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _deeper(value: object, limit: int) -> bool:
    """Whether containers nest more than `limit` levels, level by level: no recursion to exhaust."""
    level: list[Any] = [value]
    for _ in range(limit):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if inner.__class__ is dict or inner.__class__ is list
        ]
        if not level:
            return False
    return True


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def quote(name: str) -> str:
    """A name from a file as messages show it."""
    return json.dumps(name if len(name) <= 80 else name[:77] + "...", ensure_ascii=False)


def pointer(*keys: str | int) -> str:
    """A JSON pointer (RFC 6901) from its reference tokens."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


class Reader:
    """Turns decoded JSON into a `Service`; knows the file's `place` so that every message can say where.

    Takes the objects apart: what is left of one becomes the traits. A key that says what its absence says
    (`"documentation": ""`, `"errors": []`, `"members": {}`) is left too, so that every key of a file is somewhere.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self.names: Mapping[str, Any] = {}
        self.shapes: dict[str, Shape] = {}

    def fail(self, at: tuple[str | int, ...], problem: str) -> NoReturn:
        """Raise `ModelError` for the place that the keys lead to."""
        where = f"{self.place}: {pointer(*at)}" if at else self.place
        raise ModelError(f"{where}: {problem}")

    def object(self, value: Any, at: tuple[str | int, ...]) -> dict[str, Any]:
        """`value`, if it is one."""
        if not isinstance(value, dict):
            self.fail(at, f"expected an object, found {_kind(value)}")
        return value

    def text(self, value: Any, at: tuple[str | int, ...]) -> str:
        """`value`, if it is a string."""
        if not isinstance(value, str):
            self.fail(at, f"expected a string, found {_kind(value)}")
        return value

    def service(self, top: dict[str, Any]) -> Service:
        """The service that a decoded file describes; takes the file apart."""
        for key in ("metadata", "operations", "shapes"):
            if key not in top:
                self.fail((), f"no {key!r}: this is not a service model (service-2.json)")
        metadata = self.object(top["metadata"], ("metadata",))
        for key in ("apiVersion", "serviceFullName", "uid"):
            if key in metadata:
                self.text(metadata[key], ("metadata", key))
        self.names = self.object(top["shapes"], ("shapes",))
        self.shapes = self.read_shapes()
        self.refuse_endless_lists()
        operations = self.object(top["operations"], ("operations",))
        return Service(
            metadata=metadata,
            operations={name: self.operation(name, value) for name, value in operations.items()},
            shapes=self.shapes,
            documentation=self.take_documentation(top, ()),
            traits=_without(top, ("metadata", "operations", "shapes")),
        )

    def operation(self, name: str, value: Any) -> Operation:
        """One operation."""
        at = ("operations", name)
        raw = self.object(value, at)
        if not name:
            self.fail(at, "an operation without a name")
        self.check_length((name,), at)
        errors = raw.get("errors", [])
        if not isinstance(errors, list):
            self.fail((*at, "errors"), f"expected a list, found {_kind(errors)}")
        read = {slot: self.member(slot, raw[slot], at, slot) if slot in raw else None for slot in ("input", "output")}
        for slot, member in read.items():
            if member is not None:
                self.check_structure(member, (*at, slot))
        return Operation(
            name=name,
            input=read["input"],
            output=read["output"],
            errors=tuple(self.member("error", e, at, "errors", i) for i, e in enumerate(errors)),
            documentation=self.take_documentation(raw, at),
            traits=_without(raw, ("input", "output", "errors") if errors else ("input", "output")),
        )

    def read_shapes(self) -> dict[str, Shape]:
        """Every shape, in the order of the file."""
        return {name: self.shape(name, value) for name, value in self.names.items()}

    def check_structure(self, member: Member, at: tuple[str, str, str]) -> None:
        """Refuse an input or an output that is none."""
        if self.shapes[member.target].type != "structure":
            self.fail(at, f"{quote(member.target)} is not a structure")

    def shape(self, name: str, value: Any) -> Shape:
        """One shape."""
        at = ("shapes", name)
        raw = self.object(value, at)
        self.check_length((name,), at)
        kind = self.text(raw.pop("type"), (*at, "type")) if "type" in raw else self.fail(at, "a shape without a type")
        members: Mapping[str, Member] = _NONE
        if kind == "structure":
            members = self.members(raw, at)
        elif kind == "list":
            members = {"member": self.slot(raw, kind, "member", at)}
        elif kind == "map":
            members = {slot: self.slot(raw, kind, slot, at) for slot in ("key", "value")}
        if "enum" in raw and not _strings(raw["enum"]):
            self.fail((*at, "enum"), "expected a list of strings")
        documentation = self.take_documentation(raw, at)
        return Shape(name, kind, members, raw or _EMPTY, documentation)

    def check_length(self, names: Iterable[str], at: tuple[str | int, ...]) -> None:
        """Refuse names that no one could read; what is made of a name may cost the square of its length."""
        if max(map(len, names)) > MAX_NAME:
            self.fail(at, f"a name longer than {MAX_NAME:,} characters")

    def slot(self, raw: dict[str, Any], kind: str, slot: str, at: tuple[str, str]) -> Member:
        """The one slot of a list, or one of the two of a map."""
        if slot not in raw:
            self.fail(at, f"a {kind} without a {slot!r}")
        return self.member(slot, raw.pop(slot), at, slot)

    def members(self, raw: dict[str, Any], at: tuple[str, str]) -> Mapping[str, Member]:
        """The members of a structure."""
        required = raw.get("required", ())
        if required != () and not _strings(required):
            self.fail((*at, "required"), "expected a list of strings")
        found = self.object(raw.get("members", {}), (*at, "members"))
        if not found:
            return _NONE
        self.check_length(found, (*at, "members"))
        del raw["members"]
        names, wanted = self.names, frozenset(required)
        return {
            name: _reference(name, value, names, name in wanted) or self.refuse_member(value, (*at, "members", name))
            for name, value in found.items()
        }

    def member(self, name: str, raw: Any, place: tuple[str, str], *keys: str | int) -> Member:
        """The reference `raw`, which stands under the keys in a place."""
        return _reference(name, raw, self.names, False) or self.refuse_member(raw, (*place, *keys))

    def refuse_member(self, value: Any, at: tuple[str | int, ...]) -> NoReturn:
        """Say what is wrong with a reference."""
        raw = self.object(value, at)
        target = raw.get("shape")
        if not isinstance(target, str):
            self.fail(at, "a reference without a 'shape'" if target is None else "'shape' is not a string")
        if target not in self.names:
            self.refuse_target(target, at)
        if "enum" in raw and not _strings(raw["enum"]):
            self.fail((*at, "enum"), "expected a list of strings")
        self.take_documentation(raw, at)
        raise AssertionError("a reference that is refused for no reason")

    def refuse_target(self, target: str, at: tuple[str | int, ...]) -> NoReturn:
        """Say that a reference leads nowhere."""
        self.fail((*at, "shape"), f"no shape is called {quote(target)}")

    def take_documentation(self, raw: dict[str, Any], at: tuple[str | int, ...]) -> str:
        """Take the documentation of an element out of it."""
        if "documentation" not in raw:
            return ""
        documentation = self.text(raw["documentation"], (*at, "documentation"))
        if len(documentation) > MAX_TEXT:
            self.fail((*at, "documentation"), f"longer than {MAX_TEXT:,} characters")
        if documentation:
            del raw["documentation"]
        return documentation

    def refuse_endless_lists(self) -> None:
        """Lists that contain only each other can hold no value; a list of itself has a documented form."""
        items = {n: shape.members["member"].target for n, shape in self.shapes.items() if shape.type == "list"}
        finished: set[str] = set()
        for start in items:
            trail: dict[str, None] = {}
            name: str | None = start
            while name is not None and name not in finished and name not in trail:
                trail[name] = None
                item = items.get(name)
                name = item if item != name else None
            if name in trail:
                self.fail(("shapes", str(name)), "lists that contain only each other, without an end")
            finished.update(trail)


def _reference(name: str, raw: Any, names: Mapping[str, Any], required: bool) -> Member | None:
    """The member that a reference describes; None if anything is wrong with it. What is left of `raw` is its traits."""
    target = raw.get("shape") if raw.__class__ is dict else None
    if target.__class__ is not str or target not in names:
        return None
    size = len(raw)
    if size == 1:
        return Member(name, target, _REQUIRED if required else _EMPTY, None)
    documentation = raw.get("documentation")
    if documentation is None:
        if "documentation" in raw:
            return None
    elif documentation.__class__ is not str or len(documentation) > MAX_TEXT:
        return None
    elif size == 2:
        return Member(name, target, _REQUIRED if required else _EMPTY, documentation)
    if "enum" in raw and not _strings(raw["enum"]):
        return None
    del raw["shape"]
    raw.pop("documentation", None)
    raw.pop("required", None)
    if required:
        raw["required"] = True
    return Member(name, target, raw or _EMPTY, documentation)


def _strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _without(raw: Mapping[str, Any], keys: Iterable[str]) -> Mapping[str, Any]:
    left = {key: value for key, value in raw.items() if key not in keys}
    return left or _EMPTY
