"""Parsing a service model: from the bytes of a `service-2.json` to a `Service`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NoReturn

import orjson

from docgen.errors import ModelError
from docgen.model.minified import MINIFIED, is_minified
from docgen.model.service import Member, Operation, Service, Shape, endless_lists
from docgen.model.strict_json import json_pointer, json_type_name, load_json, quote
from docgen.wording import counted, listed

MAX_DOCUMENTATION_LENGTH = 300_000
"""Characters of one documentation string. The longest of any botocore release has 82,642."""

MAX_NAME_LENGTH = 1000
"""Characters of the name of an operation, a shape or a member. The longest of botocore 1.44.5 has 155."""

_LOGGER = logging.getLogger(__name__)
_NAMED_ERRORS = 3
"""Missing errors that a warning names."""

_SECTIONS = ("metadata", "operations", "shapes")
_NO_TRAITS: Mapping[str, Any] = MappingProxyType({})
_REQUIRED_ONLY: Mapping[str, Any] = MappingProxyType({"required": True})
_NO_MEMBERS: Mapping[str, Member] = MappingProxyType({})


def parse(data: bytes, location: str = "service model") -> Service:
    """Parse the bytes of a `service-2.json`.

    Nothing in the file is trusted: afterwards every reference resolves, every name is a string, and every object has
    the keys that docgen relies on.

    Args:
        data: The file's content, JSON in UTF-8.
        location: The name of the file in messages.

    Raises:
        ModelError: The file is not a service model. The message has the location and a JSON pointer (RFC 6901).
    """
    return ModelParser(location).parse_service(load_json(data, location))


def require_model(data: bytes, location: str = "service model") -> None:
    """Raise `ModelError` if the bytes are no service model at all.

    This only looks for the parts that every model has, which takes a fraction of the time of `parse`.
    """
    try:
        value = orjson.loads(data)
    except ValueError:
        value = None  # load_json reports the location, or accepts what orjson does not
    if not isinstance(value, dict) or not all(isinstance(value.get(key), dict) for key in _SECTIONS):
        parse(data, location)


class ModelParser:
    """Turns decoded JSON into a `Service`.

    It consumes the objects: the keys that are left over become the traits. Keys with an empty value (`"documentation":
    ""`, `"errors": []`, `"members": {}`) are left over too, so that no key of a file is lost.
    """

    def __init__(self, location: str) -> None:
        self.location = location
        self.raw_shapes: Mapping[str, Any] = {}
        self.shapes: dict[str, Shape] = {}
        self.missing_errors: dict[str, tuple[str, ...]] = {}

    def fail(self, keys: tuple[str | int, ...], problem: str) -> NoReturn:
        """Raise `ModelError` for the value that the keys lead to."""
        where = f"{self.location}: {json_pointer(*keys)}" if keys else self.location
        raise ModelError(f"{where}: {problem}")

    def expect_object(self, value: Any, keys: tuple[str | int, ...]) -> dict[str, Any]:
        """Return `value` if it is an object, else raise `ModelError`."""
        if not isinstance(value, dict):
            self.fail(keys, f"expected an object, found {json_type_name(value)}")
        return value

    def expect_string(self, value: Any, keys: tuple[str | int, ...]) -> str:
        """Return `value` if it is a string, else raise `ModelError`."""
        if not isinstance(value, str):
            self.fail(keys, f"expected a string, found {json_type_name(value)}")
        return value

    def parse_service(self, model: dict[str, Any]) -> Service:
        """Parse a decoded file, which is consumed."""
        for key in _SECTIONS:
            if key not in model:
                self.fail((), f"no {key!r}: this is not a service model (service-2.json)")
        if is_minified(model):
            self.fail((), MINIFIED)
        metadata = self.expect_object(model["metadata"], ("metadata",))
        for key in ("apiVersion", "serviceFullName", "uid"):
            if key in metadata:
                self.expect_string(metadata[key], ("metadata", key))
        self.raw_shapes = self.expect_object(model["shapes"], ("shapes",))
        self.shapes = self.parse_shapes()
        self.reject_endless_lists()
        raw_operations = self.expect_object(model["operations"], ("operations",))
        operations = {name: self.parse_operation(name, value) for name, value in raw_operations.items()}
        if self.missing_errors:
            _warn_of_missing_errors(
                self.location, frozenset(name for names in self.missing_errors.values() for name in names)
            )
        return Service(
            metadata=metadata,
            operations=operations,
            shapes=self.shapes,
            documentation=self.pop_documentation(model, ()),
            traits=_without_keys(model, _SECTIONS),
            missing_errors=self.missing_errors,
        )

    def parse_operation(self, name: str, value: Any) -> Operation:
        """Parse one operation."""
        keys = ("operations", name)
        raw = self.expect_object(value, keys)
        if not name:
            self.fail(keys, "an operation without a name")
        self.check_name_lengths((name,), keys)
        errors = raw.get("errors", [])
        if not isinstance(errors, list):
            self.fail((*keys, "errors"), f"expected a list, found {json_type_name(errors)}")
        roots = {
            slot: self.parse_member(slot, raw[slot], keys, slot) if slot in raw else None
            for slot in ("input", "output")
        }
        for slot, member in roots.items():
            if member is not None:
                self.check_structure(member, (*keys, slot))
        return Operation(
            name=name,
            input=roots["input"],
            output=roots["output"],
            errors=self.parse_errors(errors, keys),
            documentation=self.pop_documentation(raw, keys),
            traits=_without_keys(raw, ("input", "output", "errors") if errors else ("input", "output")),
        )

    def parse_errors(self, errors: list[Any], keys: tuple[str, str]) -> tuple[Member, ...]:
        """Parse the errors of an operation, except those whose shape is missing.

        The models of the AWS SDK for JavaScript have no shapes of errors, and SDKs load them all the same.
        """
        targets = [error.get("shape") if isinstance(error, dict) else None for error in errors]
        missing = tuple(target for target in targets if isinstance(target, str) and target not in self.raw_shapes)
        if missing:
            self.missing_errors[keys[1]] = missing
        return tuple(
            self.parse_member("error", error, keys, "errors", index)
            for index, (error, target) in enumerate(zip(errors, targets, strict=True))
            if target not in missing
        )

    def parse_shapes(self) -> dict[str, Shape]:
        """Parse every shape, in the order of the file."""
        return {name: self.parse_shape(name, value) for name, value in self.raw_shapes.items()}

    def check_structure(self, member: Member, keys: tuple[str, str, str]) -> None:
        """Reject an input or output that does not target a structure."""
        if self.shapes[member.target].type != "structure":
            self.fail(keys, f"{quote(member.target)} is not a structure")

    def parse_shape(self, name: str, value: Any) -> Shape:
        """Parse one shape."""
        keys = ("shapes", name)
        raw = self.expect_object(value, keys)
        self.check_name_lengths((name,), keys)
        shape_type = (
            self.expect_string(raw.pop("type"), (*keys, "type"))
            if "type" in raw
            else self.fail(keys, "a shape without a type")
        )
        members: Mapping[str, Member] = _NO_MEMBERS
        if shape_type == "structure":
            members = self.parse_members(raw, keys)
        elif shape_type == "list":
            members = {"member": self.parse_slot(raw, shape_type, "member", keys)}
        elif shape_type == "map":
            members = {slot: self.parse_slot(raw, shape_type, slot, keys) for slot in ("key", "value")}
        if "enum" in raw and not _is_string_list(raw["enum"]):
            self.fail((*keys, "enum"), "expected a list of strings")
        documentation = self.pop_documentation(raw, keys)
        return Shape(name, shape_type, members, raw or _NO_TRAITS, documentation)

    def check_name_lengths(self, names: Iterable[str], keys: tuple[str | int, ...]) -> None:
        """Reject overlong names: some work on names costs the square of their length."""
        if max(map(len, names)) > MAX_NAME_LENGTH:
            self.fail(keys, f"a name longer than {MAX_NAME_LENGTH:,} characters")

    def parse_slot(self, raw: dict[str, Any], shape_type: str, slot: str, keys: tuple[str, str]) -> Member:
        """Parse the `member` of a list, or the `key` or the `value` of a map."""
        if slot not in raw:
            self.fail(keys, f"a {shape_type} without a {slot!r}")
        return self.parse_member(slot, raw.pop(slot), keys, slot)

    def parse_members(self, raw: dict[str, Any], keys: tuple[str, str]) -> Mapping[str, Member]:
        """Parse the members of a structure."""
        required = raw.get("required", ())
        if required != () and not _is_string_list(required):
            self.fail((*keys, "required"), "expected a list of strings")
        found = self.expect_object(raw.get("members", {}), (*keys, "members"))
        if not found:
            return _NO_MEMBERS
        self.check_name_lengths(found, (*keys, "members"))
        del raw["members"]
        known_shapes, required_names = self.raw_shapes, frozenset(required)
        return {
            name: _try_parse_member(name, value, known_shapes, name in required_names)
            or self.reject_member(value, (*keys, "members", name))
            for name, value in found.items()
        }

    def parse_member(self, name: str, raw: Any, parent_keys: tuple[str, str], *keys: str | int) -> Member:
        """Parse the reference `raw`, which is under `keys` inside the element at `parent_keys`."""
        return _try_parse_member(name, raw, self.raw_shapes, False) or self.reject_member(raw, (*parent_keys, *keys))

    def reject_member(self, value: Any, keys: tuple[str | int, ...]) -> NoReturn:
        """Raise `ModelError` with what is wrong with a reference."""
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
        """Reject lists that contain only each other: the syntax of such a list would never end."""
        items = {name: shape.members["member"].target for name, shape in self.shapes.items() if shape.type == "list"}
        for name in endless_lists(items):
            self.fail(("shapes", name), "lists that contain only each other, without an end")


@cache
def _warn_of_missing_errors(location: str, names: frozenset[str]) -> None:
    """Warn once for each file that docgen leaves out errors."""
    shown = listed(sorted(names)[:_NAMED_ERRORS], max(len(names) - _NAMED_ERRORS, 0))
    problem = f"{location}: no shape for {counted(len(names), 'error')} ({shown}), which docgen leaves out"
    _LOGGER.warning("%s", ModelError(problem))


def _try_parse_member(name: str, raw: Any, known_shapes: Mapping[str, Any], required: bool) -> Member | None:
    """Return the member that a reference describes, or None if anything is wrong with it. Consumes `raw`."""
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
