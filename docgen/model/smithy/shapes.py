"""The shapes that operations use, as in a `service-2.json`.

First all shapes are found, then each gets its name, and then they are written: a name may be taken by a shape that is
found later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from docgen.model.service import endless_lists
from docgen.model.smithy.ast import PRELUDE, STRUCTURES, AstMember, AstShape, Keys
from docgen.model.smithy.members import reference
from docgen.model.smithy.mixins import Shapes
from docgen.model.smithy.protocols import Protocol
from docgen.model.smithy.traits import (
    API,
    CONSTRAINTS,
    TIMESTAMP_FORMATS,
    common_traits,
    documentation_of,
    kept,
    object_of,
    text_of,
)
from docgen.model.strict_json import quote

_TYPES = {
    **{"byte": "integer", "short": "integer", "intEnum": "integer", "bigInteger": "integer", "bigDecimal": "double"},
    **{"enum": "string", "set": "list", "union": "structure", "document": "structure"},
}
"""Types that a `service-2.json` does not have."""


class ShapeWriter:
    """Finds, names and writes the shapes that operations use."""

    def __init__(self, shapes: Shapes, service: AstShape, protocol: Protocol) -> None:
        self.shapes = shapes
        self.ast = shapes.ast
        self.service = service
        self.protocol = protocol
        self.namespace = object_of(self.ast, service.traits, f"{API}xmlNamespace", service.at)
        self.found: dict[str, AstShape] = {}
        self.events: set[str] = set()
        self.names: dict[str, str] = {}
        self.taken: frozenset[str] = frozenset()
        self.synthetic: dict[str, tuple[str, dict[str, Any]]] = {}

    # --- finding ---

    def find(self, starts: Iterable[tuple[str, Keys]]) -> None:
        """Find every shape that these shapes and their members refer to, and name all of them."""
        waiting = list(starts)
        while waiting:
            shape_id, at = waiting.pop()
            if shape_id in self.found:
                continue
            shape = self.found[shape_id] = self.shapes.data(shape_id, at)
            if shape.type in ("enum", "intEnum"):
                continue
            if shape.type == "union" and f"{API}streaming" in shape.traits:
                self.events.update(member.target for member in shape.members.values())
            waiting += ((member.target, (*member.at, "target")) for member in shape.members.values())
        self._refuse_endless_lists()
        self._name()

    def _refuse_endless_lists(self) -> None:
        items = {s.id: s.members["member"].target for s in self.found.values() if s.type in ("list", "set")}
        for shape_id in endless_lists(items):
            self.ast.fail(("shapes", shape_id), "lists that contain only each other, without an end")

    # --- naming ---

    def _name(self) -> None:
        renamed = self.ast.object(self.service.properties.get("rename", {}), (*self.service.at, "rename"))
        taken: dict[str, str] = {}
        for shape_id, shape in sorted(self.found.items()):
            if shape_id.startswith(PRELUDE):
                continue
            name = self.ast.text(renamed.get(shape_id, shape.name), (*self.service.at, "rename", shape_id))
            other = taken.setdefault(name, shape_id)
            if other != shape_id and self.ast.shapes[other] != self.ast.shapes[shape_id]:
                self.ast.fail(shape.at, f"{quote(other)} has the same name (rename one in the service's 'rename')")
            self.names[shape_id] = name
        for shape_id, shape in self.found.items():
            if shape_id.startswith(PRELUDE):
                self.names[shape_id] = self._name_of_prelude(shape, taken.get(shape.name))
        self.taken = frozenset(self.names.values())

    def _name_of_prelude(self, shape: AstShape, other: str | None) -> str:
        """Return the name of a shape of the prelude; another name if the model uses it for a different shape."""
        if other is None:
            return shape.name
        own = self.found[other]
        return shape.name if (own.type, own.traits) == (shape.type, {}) else f"Smithy{shape.name}"

    # --- writing ---

    def write(self) -> dict[str, dict[str, Any]]:
        """Return all shapes by name, sorted."""
        written = {self.names[shape_id]: self._shape(shape) for shape_id, shape in self.found.items()}
        for name, (target, keys) in self.synthetic.items():
            written[name] = {**written[self.names[target]], **keys} if target else keys
        return dict(sorted(written.items()))

    def _shape(self, shape: AstShape) -> dict[str, Any]:
        found: dict[str, Any] = {"type": _TYPES.get(shape.type, shape.type)}
        if shape.type in STRUCTURES:
            found.update(self._structure(shape))
        elif shape.type in ("list", "set", "map"):
            found.update({name: self._reference(shape, member) for name, member in shape.members.items()})
        elif shape.type == "document":
            found.update({"members": {}, "document": True})
        found.update(self._values(shape))
        found.update(common_traits(self.ast, shape.traits, shape.at))
        if shape.type == "union" and found.pop("streaming", False):
            found["eventstream"] = True
            found.pop("union")
        if shape.type == "timestamp":
            found.update(self._format(shape.traits, shape.at))
        documentation = documentation_of(self.ast, shape.traits, shape.at)
        return {**found, "documentation": documentation} if documentation else found

    def _structure(self, shape: AstShape) -> dict[str, Any]:
        members = shape.members.values()
        found: dict[str, Any] = {}
        required = [member.name for member in members if f"{API}required" in member.traits]
        if required:
            found["required"] = required
        found["members"] = {member.name: self._reference(shape, member) for member in members}
        payload = next((member for member in members if f"{API}httpPayload" in member.traits), None)
        if payload is not None and self.protocol.has_http_bindings:
            found["payload"] = payload.name
            is_xml = self.protocol.name == "rest-xml" and self.found[payload.target].type in STRUCTURES
            if is_xml and self.namespace is not None:
                found["members"][payload.name].setdefault("xmlNamespace", self.namespace)
        if shape.type == "union":
            found["union"] = True
        if self.protocol.name == "rest-xml" and f"{API}xmlName" in shape.traits:
            found["locationName"] = text_of(self.ast, shape.traits, f"{API}xmlName", shape.at)
        if f"{API}error" in shape.traits:
            found.update(self._error(shape))
        elif shape.id in self.events:
            found["event"] = True
        return found

    def _error(self, shape: AstShape) -> dict[str, Any]:
        is_server = shape.traits[f"{API}error"] == "server"
        query = object_of(self.ast, shape.traits, "aws.protocols#awsQueryError", shape.at)
        has_status = query is not None or self.protocol.name != "json"
        status = (query or {}).get("httpResponseCode", shape.traits.get(f"{API}httpError"))
        error: dict[str, Any] = {}
        if query is not None and "code" in query:
            error["code"] = kept(query["code"])
        if has_status and status is not None:
            error["httpStatusCode"] = kept(status)
        if query is not None and not is_server:
            error["senderFault"] = True
        found: dict[str, Any] = {"exception": True}
        if error:
            found["error"] = error
        return {**found, "fault": True} if is_server else found

    def _values(self, shape: AstShape) -> dict[str, Any]:
        """Return the values of an enum or of a string with the `enum` trait."""
        if shape.type == "enum":
            return {"enum": [self._enum_value(member) for member in shape.members.values()]}
        if shape.type == "intEnum":
            values = (member.traits.get(f"{API}enumValue") for member in shape.members.values())
            return {"intEnum": [value for value in values if isinstance(value, int)]}
        trait = f"{API}enum"
        if shape.type != "string" or trait not in shape.traits:
            return {}
        at = (*shape.at, "traits", trait)
        entries = self.ast.array(shape.traits[trait], at)
        objects = [(self.ast.object(entry, (*at, index)), (*at, index)) for index, entry in enumerate(entries)]
        return {"enum": [self.ast.text(entry.get("value"), (*where, "value")) for entry, where in objects]}

    def _enum_value(self, member: AstMember) -> str:
        value = text_of(self.ast, member.traits, f"{API}enumValue", member.at)
        return member.name if value is None else value

    # --- references ---

    def _reference(self, owner: AstShape, member: AstMember) -> dict[str, Any]:
        target = self.found[member.target]
        found = reference(self.ast, member, target, self.protocol)
        return {"shape": self._constrained(owner, member, target), **found}

    def _constrained(self, owner: AstShape, member: AstMember, target: AstShape) -> str:
        """Return the name of the shape for a member: its target, or a copy of it with the constraints of the member.

        botocore's references have no constraints, so there such a member has a shape of its own.
        """
        if target.type == "timestamp" and f"{API}timestampFormat" in member.traits:
            format_ = str(member.traits[f"{API}timestampFormat"])
            content = "", {"type": "timestamp", **self._format(member.traits, member.at)}
            return self._synthetic(f"SyntheticTimestamp_{format_.replace('-', '_')}", content)
        constraints = {trait: member.traits[trait] for trait in CONSTRAINTS if trait in member.traits}
        if not constraints:
            return self.names[target.id]
        kind = _TYPES.get(target.type, target.type)
        name = f"{self.names[owner.id]}{_capitalised(member.name)}{_capitalised(kind)}"
        return self._synthetic(name, (target.id, common_traits(self.ast, constraints, member.at)))

    def _synthetic(self, name: str, content: tuple[str, dict[str, Any]]) -> str:
        while name in self.taken or self.synthetic.get(name, content) != content:
            name += "_"
        self.synthetic[name] = content
        return name

    def _format(self, traits: Mapping[str, Any], at: Keys) -> dict[str, Any]:
        format_ = text_of(self.ast, traits, f"{API}timestampFormat", at)
        return {} if format_ is None else {"timestampFormat": TIMESTAMP_FORMATS.get(format_, format_)}


def _capitalised(name: str) -> str:
    return name[:1].upper() + name[1:]
