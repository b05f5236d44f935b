"""Deltas of single elements: of shapes, of references, and of the keys that every element can have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from docgen.diff.delta import Delta, Kind, ShapePair, added_delta, make_delta, removed_delta
from docgen.diff.effective import EffectiveValues, default_wire_name, effective_enum
from docgen.diff.json_values import (
    EntryDifference,
    Leaf,
    differing_leaves,
    entry_differences,
    json_equal,
    reordered_span,
)
from docgen.model.element_id import ElementId
from docgen.model.service import Member, Operation, Service, Shape
from docgen.model.strict_json import json_pointer

PointerPair = tuple[str, str]
"""The JSON pointers of an element in the old and in the new file."""

NUMERIC_TYPES = frozenset(("byte", "short", "integer", "long", "float", "double", "bigInteger", "bigDecimal"))
"""Types whose traits mean the same, so that they are compared even if one became the other."""


class ElementComparison:
    """Compares the shapes and references of two versions of a service, each by itself."""

    def __init__(self, old: Service, new: Service, service: str) -> None:
        self.old = old
        self.new = new
        self.service = service
        self.effects = EffectiveValues(old, new)

    def element(self, owner: str) -> ElementId:
        """Return the id of a shape or of a section of the model."""
        return ElementId(self.service, owner)

    def shape_deltas(self, old: Shape, new: Shape, contained_pairs: dict[ShapePair, None]) -> list[Delta]:
        """Return the deltas of one pair; the pairs that it contains are added to `contained_pairs`."""
        found: list[Delta] = []
        if old.type != new.type:
            if old.name == new.name:  # the type of another target is that of the reference, which has its own delta
                found.append(self.type_delta(self.element(new.name), old, new, "shape"))
            if not are_alike(old.type, new.type):
                return found
        if old.documentation != new.documentation or not (
            old.traits is new.traits or json_equal(old.traits, new.traits)
        ):
            found += self.own_deltas(old, new)
        before = old.members
        for name, member in new.members.items():
            earlier = before.get(name)
            if earlier is None:
                found.append(
                    added_delta(
                        self.element(new.name).child(name),
                        Kind.MEMBER,
                        name,
                        _member_pointer(new, name),
                        carrier="member",
                    )
                )
                continue
            contained_pairs[earlier.target, member.target] = None
            if (
                earlier.target != member.target
                or earlier.documentation != member.documentation
                or not (earlier.traits is member.traits or json_equal(earlier.traits, member.traits))
            ):
                pointers = _member_pointer(old, name), _member_pointer(new, name)
                id, wire = self.element(new.name).child(name), default_wire_name(old, new, name)
                found += self.reference_deltas(id, earlier, member, pointers, _member_carrier(new, name), wire)
        if before is not new.members and [*before] != [*new.members]:
            found += self.removed_member_deltas(old, new)
        return found

    def type_delta(self, id: ElementId, old: Shape, new: Shape, carrier: str) -> Delta:
        """Return the delta of a type. It covers all of the shape if the traits of the types mean different things."""
        key = ("type",) if are_alike(old.type, new.type) else ()
        pointers = json_pointer("shapes", old.name, *key), json_pointer("shapes", new.name, *key)
        return make_delta(id, Kind.TYPE, (old.type, new.type), pointers, carrier=carrier)

    def removed_member_deltas(self, old: Shape, new: Shape) -> Iterator[Delta]:
        """Yield the deltas of removed members, and of the order of those that remain."""
        for name in old.members:
            if name not in new.members:
                yield removed_delta(
                    self.element(new.name).child(name), Kind.MEMBER, name, _member_pointer(old, name), carrier="member"
                )
        pointers = json_pointer("shapes", old.name, "members"), json_pointer("shapes", new.name, "members")
        yield from order_deltas(self.element(new.name), "members", old.members, new.members, pointers, "shape")

    def own_deltas(self, old: Shape, new: Shape) -> Iterator[Delta]:
        """Yield the deltas of the traits of the shapes themselves."""
        id = self.element(new.name)
        pointers = json_pointer("shapes", old.name), json_pointer("shapes", new.name)
        yield from documentation_deltas(id, old, new, *pointers, "shape")
        before, after = traits_without_documentation(old), traits_without_documentation(new)
        if "enum" in before or "enum" in after:
            yield from _enum_deltas(id, before.pop("enum", None), after.pop("enum", None), pointers, "shape")
        if new.type == "structure":
            yield from self.required_deltas(
                id, old, new, before.pop("required", None), after.pop("required", None), pointers
            )
            if old.members or new.members:
                before.pop("members", None)
                after.pop("members", None)
        for leaf in differing_leaves(before, after):
            yield trait_delta(id, leaf, pointers, "shape", leaf.keys != ("members",))

    def required_deltas(
        self,
        id: ElementId,
        old: Shape,
        new: Shape,
        before: list[str] | None,
        after: list[str] | None,
        pointers: PointerPair,
    ) -> Iterator[Delta]:
        """Yield the deltas of members that became required or optional; only common members have an effect."""
        pointers = f"{pointers[0]}/required", f"{pointers[1]}/required"
        if before is None or after is None:
            if not before and not after and before is not after:
                sides = None if before is None else pointers[0], None if after is None else pointers[1]
                yield make_delta(
                    id, Kind.REQUIRED, (before, after), sides, "required", effective=False, carrier="shape"
                )
            before, after = before or [], after or []
        for entry in entry_differences(before, after):
            effective = entry.value in old.members and entry.value in new.members and not entry.repeated
            delta = _entry_delta(id, Kind.REQUIRED, entry, pointers, "required", "member")
            was, is_ = None if delta.old is None else True, None if delta.new is None else True
            yield replace(delta, old=was, new=is_, effective=effective)
        yield from order_deltas(id, "required", before, after, pointers, "shape")

    def reference_deltas(
        self, id: ElementId, old: Member, new: Member, pointers: PointerPair, carrier: str, wire_name: str | None = None
    ) -> Iterator[Delta]:
        """Yield the deltas of two references in the same position, except for `required`, which their shapes list.

        `wire_name` is their name on the wire where no trait gives another.
        """
        if old.target != new.target:
            shapes = f"{pointers[0]}/shape", f"{pointers[1]}/shape"
            yield make_delta(id, Kind.TARGET, (old.target, new.target), shapes, "shape", carrier=carrier)
            targets = self.old.shape(old), self.new.shape(new)
            if targets[0].type != targets[1].type:
                yield self.type_delta(id, *targets, carrier)
        if old.documentation != new.documentation:
            values = old.documentation, new.documentation
            effective = self.old.documentation_of(old) != self.new.documentation_of(new)
            texts = f"{pointers[0]}/documentation", f"{pointers[1]}/documentation"
            yield _delta_of_present_values(id, Kind.DOCUMENTATION, values, texts, effective=effective, carrier=carrier)
        if old.traits is new.traits:
            return
        before, after = ({k: v for k, v in m.traits.items() if k != "required"} for m in (old, new))
        if "enum" in before or "enum" in after:
            yield from self.reference_enum_deltas(id, old, new, pointers, carrier)
            before.pop("enum", None)
            after.pop("enum", None)
        for leaf in differing_leaves(before, after):
            effective = self.effects.differs(leaf.keys[0], old, new, wire_name)
            yield trait_delta(id, leaf, pointers, carrier, effective)

    def reference_enum_deltas(
        self, id: ElementId, old: Member, new: Member, pointers: PointerPair, carrier: str
    ) -> Iterator[Delta]:
        """Yield the deltas of a reference's own enum. If it moved to or from the target, only differences count."""
        before, after = old.traits.get("enum"), new.traits.get("enum")
        sets = effective_enum(self.old, old), effective_enum(self.new, new)
        closed = None not in sets
        for delta in _enum_deltas(id, before, after, pointers, carrier):
            yield replace(delta, effective=not closed) if delta.kind is Kind.ENUM else delta
        if (before is None) != (after is None) and closed:
            enum_pointers = (
                f"{pointers[0]}/enum" if before is not None else json_pointer("shapes", old.target, "enum"),
                f"{pointers[1]}/enum" if after is not None else json_pointer("shapes", new.target, "enum"),
            )
            for entry in entry_differences(sets[0] or (), sets[1] or ()):
                yield _entry_delta(id, Kind.ENUM_VALUE, entry, enum_pointers, "enum", carrier)


def are_alike(old_type: str, new_type: str) -> bool:
    """Return whether the traits of two types can be compared: a minimum limits numbers, or the length of strings."""
    return old_type == new_type or {old_type, new_type} <= NUMERIC_TYPES


def traits_without_documentation(element: Service | Operation | Shape) -> dict[str, Any]:
    """Return the traits without the documentation, which is among them if it is empty."""
    return {key: value for key, value in element.traits.items() if key != "documentation"}


def _member_pointer(shape: Shape, name: str) -> str:
    keys = ("members", name) if shape.type == "structure" else (name,)
    return json_pointer("shapes", shape.name, *keys)


def _member_carrier(shape: Shape, name: str) -> str:
    return "member" if shape.type == "structure" else "item" if shape.type == "list" else name


def trait_delta(id: ElementId, leaf: Leaf, pointers: PointerPair, carrier: str, effective: bool) -> Delta:
    """Return the delta of a key; `pointers` are those of the objects that contain the leaf."""
    return make_delta(
        id, Kind.TRAIT, leaf.values(), leaf.pointers(*pointers), leaf.trait, effective=effective, carrier=carrier
    )


def _delta_of_present_values(
    id: ElementId,
    kind: Kind,
    values: tuple[Any, Any],
    pointers: PointerPair,
    trait: str = "",
    *,
    effective: bool = True,
    carrier: str = "",
) -> Delta:
    """Return a delta that has no pointer for a value that is None."""
    sides = None if values[0] is None else pointers[0], None if values[1] is None else pointers[1]
    return make_delta(id, kind, values, sides, trait, effective=effective, carrier=carrier)


def documentation_deltas(
    id: ElementId,
    old: Service | Operation | Shape,
    new: Service | Operation | Shape,
    old_pointer: str,
    new_pointer: str,
    carrier: str,
) -> Iterator[Delta]:
    """Yield the delta of the documentation; it has no effect if one side is empty and the other is absent."""
    before, after = (element.documentation or element.traits.get("documentation") for element in (old, new))
    if before != after:
        pointers = f"{old_pointer}/documentation", f"{new_pointer}/documentation"
        yield _delta_of_present_values(
            id, Kind.DOCUMENTATION, (before, after), pointers, effective=bool(before or after), carrier=carrier
        )


def _enum_deltas(
    id: ElementId, old: list[str] | None, new: list[str] | None, pointers: PointerPair, carrier: str
) -> Iterator[Delta]:
    """Yield the deltas of enum values, or of the enum as a whole if the other side has none and allows any value."""
    pointers = f"{pointers[0]}/enum", f"{pointers[1]}/enum"
    if old is None or new is None:
        if old is not new:
            yield _delta_of_present_values(id, Kind.ENUM, (old, new), pointers, "enum", carrier=carrier)
        return
    if old == new:
        return
    for entry in entry_differences(old, new):
        yield _entry_delta(id, Kind.ENUM_VALUE, entry, pointers, "enum", carrier)
    yield from order_deltas(id, "enum", old, new, pointers, carrier)


def _entry_delta(
    id: ElementId, kind: Kind, entry: EntryDifference, pointers: PointerPair, trait: str, carrier: str
) -> Delta:
    """Return the delta of an entry that was added to a list or removed; `pointers` are those of the lists."""
    value, effective = entry.value, not entry.repeated
    if entry.old_index is None:
        pointer = f"{pointers[1]}/{entry.new_index}"
        return added_delta(id.child(value), kind, value, pointer, trait, effective=effective, carrier=carrier)
    pointer = f"{pointers[0]}/{entry.old_index}"
    return removed_delta(id.child(value), kind, value, pointer, trait, effective=effective, carrier=carrier)


def order_deltas(
    id: ElementId, list_name: str, old: Iterable[str], new: Iterable[str], pointers: PointerPair, carrier: str
) -> Iterator[Delta]:
    """Yield the delta of an order, if the common names of both lists are in different orders."""
    span = reordered_span(old, new)
    if span is not None:
        yield make_delta(id, Kind.ORDER, span, pointers, list_name, carrier=carrier)
