"""A decoded Smithy AST: shapes by id. References are checked when they are followed.

Only what is followed is checked, so a file may hold fragments of other models. Every error names the file and a JSON
pointer (RFC 6901) into it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from docgen.errors import ModelError
from docgen.model.parse import MAX_NAME_LENGTH
from docgen.model.strict_json import MAX_SIBLING_NESTING, json_pointer, json_type_name, load_json, quote

Keys = tuple[str | int, ...]
"""The keys that lead to a value in the file."""

PRELUDE = "smithy.api#"
UNIT = "smithy.api#Unit"

SCALARS = (
    *("blob", "boolean", "string", "byte", "short", "integer", "long", "float", "double"),
    *("bigInteger", "bigDecimal", "timestamp", "document", "enum", "intEnum"),
)
STRUCTURES = ("structure", "union")
MEMBERS = {"list": ("member",), "set": ("member",), "map": ("key", "value")}
"""Types whose members are next to `type`, not under `members`."""

NAMED_MEMBERS = (*STRUCTURES, "enum", "intEnum")
DATA_TYPES = (*SCALARS, *STRUCTURES, *MEMBERS)
TYPES = (*DATA_TYPES, "service", "resource", "operation", "apply")

PRELUDE_TYPES: Mapping[str, str] = {
    **{name[0].upper() + name[1:]: name for name in SCALARS if not name.lower().endswith("enum")},
    **{f"Primitive{name.title()}": name for name in ("boolean", "byte", "short", "integer", "long", "float", "double")},
    "Unit": "structure",
}

_VERSION = re.compile(r"1|1\.0|2|2\.[0-9]+")


@dataclass(frozen=True, slots=True)
class AstMember:
    """A member: the id of its target, its traits, and its location in the file."""

    name: str
    target: str
    traits: Mapping[str, Any]
    at: Keys


@dataclass(frozen=True, slots=True)
class AstShape:
    """A shape with its mixins applied. `properties` are its own keys, such as the `input` of an operation."""

    id: str
    type: str
    members: Mapping[str, AstMember] = field(default_factory=dict)
    traits: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the id without its namespace."""
        return local_name(self.id)

    @property
    def at(self) -> Keys:
        """Return the keys that lead to it in the file."""
        return ("shapes", self.id)


def is_ast(document: Mapping[str, Any]) -> bool:
    """Return whether a decoded JSON file is a Smithy AST of any version."""
    return isinstance(document.get("smithy"), str)


def local_name(shape_id: str) -> str:
    """Return the name in a shape id: `Parcel` for `example.depot#Parcel`."""
    return shape_id.rpartition("#")[2]


def read_ast(data: bytes, location: str) -> Ast:
    """Decode a Smithy AST; raise `ModelError` for other files and for unknown versions."""
    return Ast(load_json(data, location, MAX_SIBLING_NESTING), location)


class Ast:
    """A decoded file. Errors contain the `location` of the file and a JSON pointer."""

    def __init__(self, document: Mapping[str, Any], location: str) -> None:
        self.location = location
        version = document.get("smithy")
        if version is None:
            self.fail((), "no 'smithy': this is not a Smithy JSON AST")
        if not isinstance(version, str) or not _VERSION.fullmatch(version):
            self.fail(("smithy",), f"version {quote(str(version))} of Smithy, expected 1, 1.0, 2 or 2.x")
        self.version = version
        self.shapes = self.object(document.get("shapes", {}), ("shapes",))

    def fail(self, at: Keys, problem: str) -> NoReturn:
        """Raise `ModelError` for the value at `at`."""
        where = f"{self.location}: {json_pointer(*at)}" if at else self.location
        raise ModelError(f"{where}: {problem}")

    def object(self, value: Any, at: Keys) -> dict[str, Any]:
        """Return `value`; raise `ModelError` if it is not an object."""
        if not isinstance(value, dict):
            self.fail(at, f"expected an object, found {json_type_name(value)}")
        return value

    def array(self, value: Any, at: Keys) -> list[Any]:
        """Return `value`; raise `ModelError` if it is not a list."""
        if not isinstance(value, list):
            self.fail(at, f"expected a list, found {json_type_name(value)}")
        return value

    def text(self, value: Any, at: Keys) -> str:
        """Return `value`; raise `ModelError` if it is not a string."""
        if not isinstance(value, str):
            self.fail(at, f"expected a string, found {json_type_name(value)}")
        return value

    def services(self) -> list[str]:
        """Return the ids of the services, in the order of the file."""
        return [name for name, raw in self.shapes.items() if isinstance(raw, dict) and raw.get("type") == "service"]

    def raw(self, shape_id: str, at: Keys) -> dict[str, Any]:
        """Return the JSON object of the shape that the value at `at` refers to."""
        if shape_id not in self.shapes:
            self.fail(at, f"no shape is called {quote(shape_id)}")
        where = ("shapes", shape_id)
        if len(shape_id) > MAX_NAME_LENGTH:
            self.fail(where, f"a name longer than {MAX_NAME_LENGTH:,} characters")
        raw = self.object(self.shapes[shape_id], where)
        kind = self.text(raw.get("type"), (*where, "type")) if "type" in raw else self.fail(where, "no 'type'")
        if kind not in TYPES:
            self.fail((*where, "type"), f"unknown type {quote(kind)}, expected one of {', '.join(TYPES)}")
        return raw

    def target(self, value: Any, at: Keys) -> str:
        """Return the shape id in a reference (`{"target": …}`)."""
        if isinstance(value, str):
            self.fail(at, f'expected a reference such as {{"target": {quote(value)}}}, found a string')
        reference = self.object(value, at)
        if "target" not in reference:
            self.fail(at, "a reference without a 'target'")
        return self.text(reference["target"], (*at, "target"))

    def targets(self, value: Any, at: Keys) -> list[tuple[str, Keys]]:
        """Return the shape ids in a list of references, each with its keys."""
        found = self.array(value, at)
        return [(self.target(each, (*at, index)), (*at, index, "target")) for index, each in enumerate(found)]

    def traits(self, raw: Mapping[str, Any], at: Keys) -> dict[str, Any]:
        """Return the traits of a shape or a member by id."""
        if "traits" not in raw:
            return {}
        found = self.object(raw["traits"], (*at, "traits"))
        for trait in found:
            if "#" not in trait:  # it would be taken for a key of a service-2.json
                self.fail((*at, "traits", trait), "expected the id of a trait, such as smithy.api#required")
        return found
