"""Shapes with the members and traits of their mixins and of `apply` statements.

Members of mixins come first, depth first and in the order in which the mixins are listed; then a shape's own. Where a
trait is set more than once, the later mixin wins over the earlier, the shape over its mixins, and `apply` over all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docgen.model.smithy.ast import (
    DATA_TYPES,
    MEMBERS,
    NAMED_MEMBERS,
    PRELUDE,
    PRELUDE_TYPES,
    Ast,
    AstMember,
    AstShape,
    Keys,
    local_name,
)
from docgen.model.strict_json import quote

MAX_DEPTH = 50
"""Levels of nested mixins. The models of AWS have none."""

MAX_MEMBERS = 1_000_000
"""Members of all shapes of a file with mixins applied. EC2, the largest model of AWS, has 30,000."""

_MIXIN = "smithy.api#mixin"
_LISTS = ("errors", "operations", "resources", "collectionOperations")


class Shapes:
    """The shapes of a file by id. Mixins are applied on demand."""

    def __init__(self, ast: Ast) -> None:
        self.ast = ast
        self._known: dict[str, AstShape] = {}
        self._members = 0
        self._applied = dict(self._read_applied())
        self._check_applied()

    def get(self, shape_id: str, at: Keys) -> AstShape:
        """Return the shape that the value at `at` refers to."""
        return self._prelude(shape_id, at) or self._shape(shape_id, at, ())

    def data(self, shape_id: str, at: Keys) -> AstShape:
        """Return the shape; raise `ModelError` if a member cannot target it."""
        shape = self.get(shape_id, at)
        if shape.type not in DATA_TYPES:
            self.ast.fail(at, f"{quote(shape_id)} is of type {shape.type}, expected a type of data")
        return shape

    def of_type(self, kind: str, shape_id: str, at: Keys) -> AstShape:
        """Return the shape; raise `ModelError` if it has another type."""
        shape = self.get(shape_id, at)
        if shape.type != kind:
            self.ast.fail(at, f"{quote(shape_id)} is of type {shape.type}, expected {kind}")
        return shape

    def _prelude(self, shape_id: str, at: Keys) -> AstShape | None:
        if not shape_id.startswith(PRELUDE) or shape_id in self.ast.shapes:
            return None
        name = local_name(shape_id)
        if name not in PRELUDE_TYPES:
            self.ast.fail(at, f"no shape is called {quote(shape_id)} (Smithy's prelude has no {quote(name)})")
        return AstShape(shape_id, PRELUDE_TYPES[name])

    def _shape(self, shape_id: str, at: Keys, path: tuple[str, ...]) -> AstShape:
        if shape_id in self._known:
            return self._known[shape_id]
        if shape_id in path:
            self.ast.fail(at, f"mixins that contain each other: {quote(shape_id)}")
        if len(path) > MAX_DEPTH:
            self.ast.fail(at, f"mixins nested deeper than {MAX_DEPTH} levels")
        raw = self.ast.raw(shape_id, at)
        if raw["type"] == "apply":
            self.ast.fail(at, f"no shape is called {quote(shape_id)}, only traits are applied to it")
        shape = self._apply(self._merged(shape_id, raw, tuple(self._mixins(shape_id, raw, path))))
        self._members += len(shape.members)
        if self._members > MAX_MEMBERS:
            self.ast.fail(shape.at, f"more than {MAX_MEMBERS:,} members with those of mixins")
        self._known[shape_id] = shape
        return shape

    def _mixins(self, shape_id: str, raw: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[AstShape]:
        for target, at in self.ast.targets(raw.get("mixins", []), ("shapes", shape_id, "mixins")):
            mixin = self._shape(target, at, (*path, shape_id))
            if _MIXIN not in mixin.traits:
                self.ast.fail(at, f"{quote(target)} is not a mixin")
            if mixin.type != raw["type"]:
                self.ast.fail(at, f"{quote(target)} is of type {mixin.type}, expected {raw['type']}")
            yield mixin

    def _merged(self, shape_id: str, raw: Mapping[str, Any], mixins: tuple[AstShape, ...]) -> AstShape:
        members: dict[str, AstMember] = {}
        traits: dict[str, Any] = {}
        for mixin in mixins:
            members.update(_joined(members, mixin.members))
            local = {_MIXIN, *self._local_traits(mixin)}
            traits.update({key: value for key, value in mixin.traits.items() if key not in local})
        members.update(_joined(members, self._own_members(shape_id, raw)))
        traits.update(self.ast.traits(raw, ("shapes", shape_id)))
        properties = raw if not mixins else self._properties(shape_id, raw, mixins)
        return AstShape(shape_id, raw["type"], members, traits, properties)

    def _own_members(self, shape_id: str, raw: Mapping[str, Any]) -> dict[str, AstMember]:
        kind, at = raw["type"], ("shapes", shape_id)
        if kind in NAMED_MEMBERS:
            found = self.ast.object(raw.get("members", {}), (*at, "members"))
            return {name: self._member(name, value, (*at, "members", name)) for name, value in found.items()}
        names = MEMBERS.get(kind, ())
        for name in names:
            if name not in raw and not raw.get("mixins"):
                self.ast.fail(at, f"a {kind} without a {name!r}")
        return {name: self._member(name, raw[name], (*at, name)) for name in names if name in raw}

    def _member(self, name: str, value: Any, at: Keys) -> AstMember:
        return AstMember(name, self.ast.target(value, at), self.ast.traits(value, at), at)

    def _properties(self, shape_id: str, raw: Mapping[str, Any], mixins: tuple[AstShape, ...]) -> Mapping[str, Any]:
        """Return the keys of a service, a resource or an operation, with lists of references joined."""
        found: dict[str, Any] = {}
        for source in (*(mixin.properties for mixin in mixins), raw):
            for key, value in source.items():
                joins = key in _LISTS and key in found and isinstance(value, list)
                found[key] = [*found[key], *value] if joins else value
        for key in _LISTS:
            if key in found:
                self.ast.array(found[key], ("shapes", shape_id, key))
        return found

    def _local_traits(self, mixin: AstShape) -> list[str]:
        value = mixin.traits[_MIXIN]
        at = (*mixin.at, "traits", _MIXIN)
        local = self.ast.object(value, at).get("localTraits", [])
        return [self.ast.text(each, (*at, "localTraits")) for each in self.ast.array(local, (*at, "localTraits"))]

    # --- apply ---

    def _read_applied(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for shape_id, raw in self.ast.shapes.items():
            if isinstance(raw, dict) and raw.get("type") == "apply":
                yield shape_id, self.ast.traits(raw, ("shapes", shape_id))

    def _check_applied(self) -> None:
        for shape_id in self._applied:
            owner, dollar, member = shape_id.partition("$")
            if owner.startswith(PRELUDE):
                continue
            at = ("shapes", shape_id)
            # The key of a shape that exists is taken, so only a member of one can be here.
            if not dollar or owner not in self.ast.shapes or member not in self.get(owner, at).members:
                self.ast.fail(at, f"traits are applied to {quote(shape_id)}, which does not exist")

    def _apply(self, shape: AstShape) -> AstShape:
        if not self._applied:
            return shape
        members = {name: self._apply_to_member(shape.id, member) for name, member in shape.members.items()}
        return AstShape(shape.id, shape.type, members, shape.traits, shape.properties)

    def _apply_to_member(self, shape_id: str, member: AstMember) -> AstMember:
        applied = self._applied.get(f"{shape_id}${member.name}")
        if applied is None:
            return member
        return AstMember(member.name, member.target, {**member.traits, **applied}, member.at)


def _joined(before: Mapping[str, AstMember], after: Mapping[str, AstMember]) -> dict[str, AstMember]:
    """Return the members of `after`. A member of both keeps the traits of `before` unless `after` sets them again."""
    return {
        name: AstMember(name, member.target, {**before[name].traits, **member.traits}, member.at)
        if name in before
        else member
        for name, member in after.items()
    }
