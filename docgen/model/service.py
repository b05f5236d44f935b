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

MAX_SIBLING_NESTING = 256
"""Levels of JSON in a file beside a model. The deepest of any botocore release, rules for s3's endpoints, has 79."""

MAX_DOCUMENTATION_LENGTH = 300_000
"""Characters of one documentation string. The longest of any botocore release has 82,642."""

MAX_NAME_LENGTH = 1000
"""Characters of the name of an operation, a shape or a member. The longest of botocore 1.44.5 has 155."""

_NO_TRAITS: Mapping[str, Any] = MappingProxyType({})
_REQUIRED_ONLY: Mapping[str, Any] = MappingProxyType({"required": True})
_NO_MEMBERS: Mapping[str, Member] = MappingProxyType({})


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
    _identity_pairs: tuple[tuple[str, str], ...] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the shapes that its members target, each once. Worked out once: shapes outlive revisions."""
        if self._targets is None:
            found = tuple(dict.fromkeys([member.target for member in self.members.values()])) if self.members else ()
            object.__setattr__(self, "_targets", found)
            return found
        return self._targets

    @property
    def identity_pairs(self) -> tuple[tuple[str, str], ...]:
        """Each target twice: the pairs of shapes that two versions contain where both have this very shape."""
        if self._identity_pairs is None:
            found = tuple([(target, target) for target in self.targets])
            object.__setattr__(self, "_identity_pairs", found)
            return found
        return self._identity_pairs


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


def parse(data: bytes, location: str = "service model") -> Service:
    """Read the bytes of a `service-2.json`.

    Trusts nothing: every reference resolves, every name is a string, every object has the keys that
    docgen relies on. `place` names the file in messages. Raises `ModelError` with the file and a JSON pointer
    (RFC 6901).
    """
    return ModelParser(location).parse_service(load_json(data, location))


def load_json(data: bytes, location: str, max_nesting: int = MAX_NESTING) -> dict[str, Any]:
    """Decode a JSON object strictly: UTF-8, no duplicate keys, no NaN, bounded nesting, no lone surrogates.

    Raises `ModelError` naming `place`.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_reject_duplicate_keys,
            parse_constant=_reject_constant,
            parse_float=_parse_finite_float,
        )
    except UnicodeDecodeError as error:
        raise ModelError(f"{location}: not UTF-8 at byte {error.start} ({error.reason})") from None
    except json.JSONDecodeError as error:
        raise ModelError(f"{location}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise ModelError(f"{location}: nested deeper than {max_nesting} levels") from None
    except ValueError as error:  # duplicate keys, NaN, integers of thousands of digits
        raise ModelError(f"{location}: {error}") from None
    if not isinstance(value, dict):
        raise ModelError(f"{location}: expected a JSON object, found {_json_type_name(value)}")
    if _has_surrogate_escape(data) and not _is_utf8_encodable(value):
        raise ModelError(f"{location}: a string holds half of a surrogate pair, which UTF-8 cannot express")
    if _nests_deeper(value, max_nesting):
        raise ModelError(f"{location}: nested deeper than {max_nesting} levels")
    return value


def _reject_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        for name, value in pairs:
            # Released models repeat themselves: waf's `uid` in botocore 1.5.0, alike, and pinpoint's documentation
            # from 1.12.179 to 1.12.194, in two wordings, of which the last counts for every JSON reader.
            if value != found[name] and name != "documentation":
                raise ValueError(f"duplicate key {quote(name)} with different values in one object")
    return found


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _parse_finite_float(digits: str) -> float:
    value = float(digits)
    if isinf(value):  # it could never be written as JSON again
        raise ValueError(f"the number {digits[:40]} is too large")
    return value


def _has_surrogate_escape(data: bytes) -> bool:
    """Whether an escape stands for half of a pair; a regular expression would take longer than the decoder."""
    at = data.find(b"\\u")
    while at >= 0:
        if data[at + 2] in b"dD" and data[at + 3] in b"89abcdefABCDEF" and not _is_backslash_escaped(data, at):
            return True
        at = data.find(b"\\u", at + 2)
    return False


def _is_backslash_escaped(data: bytes, offset: int) -> bool:
    """Whether an odd number of backslashes stands before the one at `at`, as in patterns."""
    before = offset
    while before and data[before - 1] == ord("\\"):
        before -= 1
    return bool((offset - before) % 2)


def _is_utf8_encodable(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _nests_deeper(value: object, max_nesting: int) -> bool:
    """Whether containers nest more than `limit` levels, level by level: no recursion to exhaust."""
    level: list[Any] = [value]
    for _ in range(max_nesting):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if inner.__class__ is dict or inner.__class__ is list
        ]
        if not level:
            return False
    return True


def _json_type_name(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def quote(name: str) -> str:
    """A name from a file as messages show it."""
    return json.dumps(name if len(name) <= 80 else name[:77] + "...", ensure_ascii=False)


def json_pointer(*keys: str | int) -> str:
    """A JSON pointer (RFC 6901) from its reference tokens."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


class ModelParser:
    """Turns decoded JSON into a `Service`; knows the file's `place` so that every message can say where.

    Takes the objects apart: what is left of one becomes the traits. A key that says what its absence says
    (`"documentation": ""`, `"errors": []`, `"members": {}`) is left too, so that every key of a file is somewhere.
    """

    def __init__(self, location: str) -> None:
        self.location = location
        self.raw_shapes: Mapping[str, Any] = {}
        self.shapes: dict[str, Shape] = {}

    def fail(self, keys: tuple[str | int, ...], problem: str) -> NoReturn:
        """Raise `ModelError` for the place that the keys lead to."""
        where = f"{self.location}: {json_pointer(*keys)}" if keys else self.location
        raise ModelError(f"{where}: {problem}")

    def expect_object(self, value: Any, keys: tuple[str | int, ...]) -> dict[str, Any]:
        """`value`, if it is one."""
        if not isinstance(value, dict):
            self.fail(keys, f"expected an object, found {_json_type_name(value)}")
        return value

    def expect_string(self, value: Any, keys: tuple[str | int, ...]) -> str:
        """`value`, if it is a string."""
        if not isinstance(value, str):
            self.fail(keys, f"expected a string, found {_json_type_name(value)}")
        return value

    def parse_service(self, model: dict[str, Any]) -> Service:
        """The service that a decoded file describes; takes the file apart."""
        for key in ("metadata", "operations", "shapes"):
            if key not in model:
                self.fail((), f"no {key!r}: this is not a service model (service-2.json)")
        metadata = self.expect_object(model["metadata"], ("metadata",))
        for key in ("apiVersion", "serviceFullName", "uid"):
            if key in metadata:
                self.expect_string(metadata[key], ("metadata", key))
        self.raw_shapes = self.expect_object(model["shapes"], ("shapes",))
        self.shapes = self.parse_shapes()
        self.reject_endless_lists()
        operations = self.expect_object(model["operations"], ("operations",))
        return Service(
            metadata=metadata,
            operations={name: self.parse_operation(name, value) for name, value in operations.items()},
            shapes=self.shapes,
            documentation=self.pop_documentation(model, ()),
            traits=_without_keys(model, ("metadata", "operations", "shapes")),
        )

    def parse_operation(self, name: str, value: Any) -> Operation:
        """One operation."""
        at = ("operations", name)
        raw = self.expect_object(value, at)
        if not name:
            self.fail(at, "an operation without a name")
        self.check_name_lengths((name,), at)
        errors = raw.get("errors", [])
        if not isinstance(errors, list):
            self.fail((*at, "errors"), f"expected a list, found {_json_type_name(errors)}")
        read = {
            slot: self.parse_member(slot, raw[slot], at, slot) if slot in raw else None for slot in ("input", "output")
        }
        for slot, member in read.items():
            if member is not None:
                self.check_structure(member, (*at, slot))
        return Operation(
            name=name,
            input=read["input"],
            output=read["output"],
            errors=tuple(self.parse_member("error", e, at, "errors", i) for i, e in enumerate(errors)),
            documentation=self.pop_documentation(raw, at),
            traits=_without_keys(raw, ("input", "output", "errors") if errors else ("input", "output")),
        )

    def parse_shapes(self) -> dict[str, Shape]:
        """Every shape, in the order of the file."""
        return {name: self.parse_shape(name, value) for name, value in self.raw_shapes.items()}

    def check_structure(self, member: Member, keys: tuple[str, str, str]) -> None:
        """Refuse an input or an output that is none."""
        if self.shapes[member.target].type != "structure":
            self.fail(keys, f"{quote(member.target)} is not a structure")

    def parse_shape(self, name: str, value: Any) -> Shape:
        """One shape."""
        at = ("shapes", name)
        raw = self.expect_object(value, at)
        self.check_name_lengths((name,), at)
        kind = (
            self.expect_string(raw.pop("type"), (*at, "type"))
            if "type" in raw
            else self.fail(at, "a shape without a type")
        )
        members: Mapping[str, Member] = _NO_MEMBERS
        if kind == "structure":
            members = self.parse_members(raw, at)
        elif kind == "list":
            members = {"member": self.parse_slot(raw, kind, "member", at)}
        elif kind == "map":
            members = {slot: self.parse_slot(raw, kind, slot, at) for slot in ("key", "value")}
        if "enum" in raw and not _is_string_list(raw["enum"]):
            self.fail((*at, "enum"), "expected a list of strings")
        documentation = self.pop_documentation(raw, at)
        return Shape(name, kind, members, raw or _NO_TRAITS, documentation)

    def check_name_lengths(self, names: Iterable[str], keys: tuple[str | int, ...]) -> None:
        """Refuse names that no one could read; what is made of a name may cost the square of its length."""
        if max(map(len, names)) > MAX_NAME_LENGTH:
            self.fail(keys, f"a name longer than {MAX_NAME_LENGTH:,} characters")

    def parse_slot(self, raw: dict[str, Any], shape_type: str, slot: str, keys: tuple[str, str]) -> Member:
        """The one slot of a list, or one of the two of a map."""
        if slot not in raw:
            self.fail(keys, f"a {shape_type} without a {slot!r}")
        return self.parse_member(slot, raw.pop(slot), keys, slot)

    def parse_members(self, raw: dict[str, Any], keys: tuple[str, str]) -> Mapping[str, Member]:
        """The members of a structure."""
        required = raw.get("required", ())
        if required != () and not _is_string_list(required):
            self.fail((*keys, "required"), "expected a list of strings")
        found = self.expect_object(raw.get("members", {}), (*keys, "members"))
        if not found:
            return _NO_MEMBERS
        self.check_name_lengths(found, (*keys, "members"))
        del raw["members"]
        names, wanted = self.raw_shapes, frozenset(required)
        return {
            name: _try_parse_member(name, value, names, name in wanted)
            or self.reject_member(value, (*keys, "members", name))
            for name, value in found.items()
        }

    def parse_member(self, name: str, raw: Any, parent_keys: tuple[str, str], *keys: str | int) -> Member:
        """The reference `raw`, which stands under the keys in a place."""
        return _try_parse_member(name, raw, self.raw_shapes, False) or self.reject_member(raw, (*parent_keys, *keys))

    def reject_member(self, value: Any, keys: tuple[str | int, ...]) -> NoReturn:
        """Say what is wrong with a reference."""
        raw = self.expect_object(value, keys)
        target = raw.get("shape")
        if not isinstance(target, str):
            self.fail(keys, "a reference without a 'shape'" if target is None else "'shape' is not a string")
        if target not in self.raw_shapes:
            self.reject_target(target, keys)
        if "enum" in raw and not _is_string_list(raw["enum"]):
            self.fail((*keys, "enum"), "expected a list of strings")
        self.pop_documentation(raw, keys)
        raise AssertionError("a reference that is refused for no reason")

    def reject_target(self, target: str, keys: tuple[str | int, ...]) -> NoReturn:
        """Say that a reference leads nowhere."""
        self.fail((*keys, "shape"), f"no shape is called {quote(target)}")

    def pop_documentation(self, raw: dict[str, Any], keys: tuple[str | int, ...]) -> str:
        """Take the documentation of an element out of it."""
        if "documentation" not in raw:
            return ""
        documentation = self.expect_string(raw["documentation"], (*keys, "documentation"))
        if len(documentation) > MAX_DOCUMENTATION_LENGTH:
            self.fail((*keys, "documentation"), f"longer than {MAX_DOCUMENTATION_LENGTH:,} characters")
        if documentation:
            del raw["documentation"]
        return documentation

    def reject_endless_lists(self) -> None:
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


def _try_parse_member(name: str, raw: Any, known_shapes: Mapping[str, Any], required: bool) -> Member | None:
    """The member that a reference describes; None if anything is wrong with it. What is left of `raw` is its traits."""
    target = raw.get("shape") if raw.__class__ is dict else None
    if target.__class__ is not str or target not in known_shapes:
        return None
    size = len(raw)
    if size == 1:
        return Member(name, target, _REQUIRED_ONLY if required else _NO_TRAITS, None)
    documentation = raw.get("documentation")
    if documentation is None:
        if "documentation" in raw:
            return None
    elif documentation.__class__ is not str or len(documentation) > MAX_DOCUMENTATION_LENGTH:
        return None
    elif size == 2:
        return Member(name, target, _REQUIRED_ONLY if required else _NO_TRAITS, documentation)
    if "enum" in raw and not _is_string_list(raw["enum"]):
        return None
    del raw["shape"]
    raw.pop("documentation", None)
    raw.pop("required", None)
    if required:
        raw["required"] = True
    return Member(name, target, raw or _NO_TRAITS, documentation)


def _is_string_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _without_keys(raw: Mapping[str, Any], keys: Iterable[str]) -> Mapping[str, Any]:
    left = {key: value for key, value in raw.items() if key not in keys}
    return left or _NO_TRAITS
