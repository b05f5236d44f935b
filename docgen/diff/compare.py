"""The comparison of two service models.

Shapes form a graph, recursive and shared by hundreds of operations, so the comparison follows neither names nor paths
but *pairs*: an old and a new shape in the same place. It starts at the operations that both versions have, and compares
each pair that it meets once. So a renamed shape is compared with its old self, and the cost is that of the two models,
not of the paths through them. Shapes that no operation of both versions reaches are compared by name.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from docgen.diff.delta import Delta, Kind, ServiceDelta, ShapePair, added_delta, make_delta, removed_delta
from docgen.diff.effective import EffectiveValues, default_wire_name, effective_enum, is_unset
from docgen.diff.json_values import Leaf, differing_leaves, entry_differences, json_equal, reordered_span
from docgen.diff.sibling_files import compare_siblings
from docgen.model.element_id import ElementId
from docgen.model.service import CONTAINER_TYPES, Member, Operation, Service, Shape
from docgen.model.strict_json import json_pointer

PointerPair = tuple[str, str]
"""The JSON pointers of an element in the old and in the new file."""


def find_deltas(
    old: Service,
    new: Service,
    service: str = "",
    *,
    old_siblings: Mapping[str, Any] | None = None,
    new_siblings: Mapping[str, Any] | None = None,
) -> ServiceDelta:
    """Compare two versions of a service.

    Args:
        old: The old model.
        new: The new model.
        service: The SDK's name of the service, with which every element id starts (`appstream#Shape$Member`).
        old_siblings: The decoded sibling files of the old model, by canonical name (`paginators-1.json`).
        new_siblings: The decoded sibling files of the new model. Without siblings the result has no deltas of them.

    Returns:
        The deltas. They state what differs, never whether that is bad; see `classify`.
    """
    siblings = tuple(compare_siblings(service, old_siblings or {}, new_siblings or {}))
    return _DeltaFinder(old, new, service).service_delta(siblings)


class _DeltaFinder:
    def __init__(self, old: Service, new: Service, service: str) -> None:
        self.old = old
        self.new = new
        self.service = service
        self.effects = EffectiveValues(old, new)

    def service_delta(self, siblings: tuple[Delta, ...]) -> ServiceDelta:
        operation_deltas, root_pairs = self.compare_operations()
        contained_pairs: dict[ShapePair, tuple[ShapePair, ...]] = {}
        pair_deltas = self.compare_pairs(root_pairs, contained_pairs)
        self.effects.mark_ineffective(pair_deltas, contained_pairs, self.root_member_pairs())
        return ServiceDelta(
            service=self.service,
            old=self.old,
            new=self.new,
            operation_deltas=operation_deltas,
            pair_deltas=pair_deltas,
            contained_pairs=contained_pairs,
            service_deltas=tuple(self.service_deltas()),
            shape_deltas=(*self.shape_name_deltas(contained_pairs), *self.unreached_shape_deltas(contained_pairs)),
            sibling_deltas=siblings,
        )

    def compare_pairs(
        self, start: Iterable[ShapePair], contained_pairs: dict[ShapePair, tuple[ShapePair, ...]]
    ) -> dict[ShapePair, tuple[Delta, ...]]:
        """Compare pairs and all pairs that they contain, each once; `contained_pairs` receives what each contains."""
        found: dict[ShapePair, tuple[Delta, ...]] = {}
        pending = list(start)
        old, new = self.old.shapes, self.new.shapes
        while pending:
            pair = pending.pop()
            if pair in contained_pairs:
                continue
            before, after = old[pair[0]], new[pair[1]]
            if before is after:
                contained = contained_pairs[pair] = after.identity_pairs
                if contained:
                    pending.extend(contained)
                continue
            inner: dict[ShapePair, None] = {}
            deltas = self.shape_deltas(before, after, inner)
            contained_pairs[pair] = tuple(inner)
            if deltas:
                found[pair] = tuple(deltas)
            pending.extend(inner)
        return found

    def unreached_shape_deltas(self, compared: Container[ShapePair]) -> Iterator[Delta]:
        """Deltas of shapes with the same name that no operation of both versions reaches in the same place."""
        for name, shape in self.new.shapes.items():
            before = self.old.shapes.get(name)
            if before is not None and before is not shape and (name, name) not in compared:
                yield from self.shape_deltas(before, shape, {})

    # --- the service ---

    def element(self, owner: str) -> ElementId:
        return ElementId(self.service, owner)

    def service_deltas(self) -> Iterator[Delta]:
        for leaf in differing_leaves(self.old.metadata, self.new.metadata):
            yield self.key_delta("metadata", leaf._replace(keys=("metadata", *leaf.keys)))
        old, new = (_traits_without_documentation(service) for service in (self.old, self.new))
        for leaf in differing_leaves(old, new):
            yield self.key_delta("service", leaf)
        yield from _documentation_deltas(self.element("service"), self.old, self.new, "", "", "service")
        yield from self.name_order_deltas("operations", self.old.operations, self.new.operations)
        yield from self.name_order_deltas("shapes", self.old.shapes, self.new.shapes)

    def key_delta(self, section: str, leaf: Leaf) -> Delta:
        effective = not (is_unset(leaf.old) and is_unset(leaf.new))
        at = leaf.pointers("", "")
        return make_delta(
            self.element(section), Kind.SERVICE, leaf.values(), at, leaf.trait, effective=effective, carrier="service"
        )

    def name_order_deltas(self, section: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Delta]:
        at = json_pointer(section)
        yield from _order_deltas(self.element(section), section, old, new, (at, at), "service")

    def shape_name_deltas(self, pairs: Iterable[ShapePair]) -> Iterator[Delta]:
        """Names of shapes that were added, removed, or replaced by one other name in every place."""
        renamed = self.renamed_shapes(pairs)
        taken = set(renamed.values())
        for name in self.new.shapes:
            if name not in self.old.shapes and name not in taken:
                yield added_delta(self.element(name), Kind.SHAPE, name, json_pointer("shapes", name), carrier="shape")
        for name in self.old.shapes:
            if name in renamed:
                names = name, renamed[name]
                at = json_pointer("shapes", names[0]), json_pointer("shapes", names[1])
                yield make_delta(self.element(names[1]), Kind.SHAPE, names, at, carrier="shape")
            elif name not in self.new.shapes:
                yield removed_delta(self.element(name), Kind.SHAPE, name, json_pointer("shapes", name), carrier="shape")

    def renamed_shapes(self, pairs: Iterable[ShapePair]) -> dict[str, str]:
        """Old names with the one new name that replaces each; neither is known to the other version."""
        after: dict[str, set[str]] = {}
        before: dict[str, set[str]] = {}
        for old, new in pairs:
            if old != new and old not in self.new.shapes and new not in self.old.shapes:
                after.setdefault(old, set()).add(new)
                before.setdefault(new, set()).add(old)
        only = ((old, *names) for old, names in after.items() if len(names) == 1)
        return {old: new for old, new in only if len(before[new]) == 1}

    # --- operations ---

    def compare_operations(self) -> tuple[dict[str, tuple[Delta, ...]], dict[ShapePair, None]]:
        """The deltas of each operation, and the pairs of shapes with which operations of both versions start."""
        found: dict[str, tuple[Delta, ...]] = {}
        start: dict[ShapePair, None] = {}
        for name, operation in self.new.operations.items():
            before = self.old.operations.get(name)
            if before is None:
                at = json_pointer("operations", name)
                found[name] = (
                    added_delta(
                        ElementId.of_operation(self.service, name), Kind.OPERATION, name, at, carrier="operation"
                    ),
                )
                continue
            for earlier, later in _root_member_pairs(before, operation):
                start[earlier.target, later.target] = None
            if before is operation:
                continue
            deltas = tuple(self.operation_deltas(before, operation))
            if deltas:
                found[name] = deltas
        for name in self.old.operations:
            if name not in self.new.operations:
                at = json_pointer("operations", name)
                found[name] = (
                    removed_delta(
                        ElementId.of_operation(self.service, name), Kind.OPERATION, name, at, carrier="operation"
                    ),
                )
        return found, start

    def root_member_pairs(self) -> Iterator[tuple[Member, Member]]:
        """The inputs, outputs and errors that both versions of an operation have."""
        for name, operation in self.new.operations.items():
            if name in self.old.operations:
                yield from _root_member_pairs(self.old.operations[name], operation)

    def operation_deltas(self, old: Operation, new: Operation) -> Iterator[Delta]:
        at = json_pointer("operations", new.name)
        id = ElementId.of_operation(self.service, new.name)
        yield from _documentation_deltas(id, old, new, at, at, "operation")
        before, after = _traits_without_documentation(old), _traits_without_documentation(new)
        if old.errors or new.errors:
            before.pop("errors", None)
            after.pop("errors", None)
        for leaf in differing_leaves(before, after):
            yield _trait_delta(id, leaf, (at, at), "operation", not (is_unset(leaf.old) and is_unset(leaf.new)))
        yield from self.root_deltas(id, Kind.INPUT, old.input, new.input, f"{at}/input")
        yield from self.root_deltas(id, Kind.OUTPUT, old.output, new.output, f"{at}/output")
        if old.errors or new.errors:
            yield from self.error_deltas(id, old.errors, new.errors, f"{at}/errors")

    def root_deltas(
        self, id: ElementId, kind: Kind, old: Member | None, new: Member | None, member_pointer: str
    ) -> Iterator[Delta]:
        if old is not None and new is not None:
            yield from self.reference_deltas(id, old, new, (member_pointer, member_pointer), kind.value)
        elif old is not None:
            yield removed_delta(id, kind, old.target, member_pointer, carrier=kind.value)
        elif new is not None:
            yield added_delta(id, kind, new.target, member_pointer, carrier=kind.value)

    def error_deltas(
        self, id: ElementId, old: tuple[Member, ...], new: tuple[Member, ...], errors_pointer: str
    ) -> Iterator[Delta]:
        """Deltas of the errors, which are a set. They are matched by their targets, and equal targets by occurrence."""
        before, after = _by_target_and_occurrence(old), _by_target_and_occurrence(new)
        for (name, times), (index, member) in after.items():
            earlier = before.get((name, times))
            if earlier is None:
                yield added_delta(
                    id.child(name), Kind.ERROR, name, f"{errors_pointer}/{index}", effective=not times, carrier="error"
                )
            else:
                places = f"{errors_pointer}/{earlier[0]}", f"{errors_pointer}/{index}"
                yield from self.reference_deltas(id.child(name), earlier[1], member, places, "error")
        for (name, times), (index, _) in before.items():
            if (name, times) not in after:
                yield removed_delta(
                    id.child(name), Kind.ERROR, name, f"{errors_pointer}/{index}", effective=not times, carrier="error"
                )
        yield from _order_deltas(
            id,
            "errors",
            [e.target for e in old],
            [e.target for e in new],
            (errors_pointer, errors_pointer),
            "operation",
        )

    # --- shapes ---

    def shape_deltas(self, old: Shape, new: Shape, contained_pairs: dict[ShapePair, None]) -> list[Delta]:
        """The deltas of one pair; the pairs that it contains are added to `contained_pairs`."""
        found: list[Delta] = []
        if old.type != new.type:
            found.append(self.type_delta(old, new))
            if old.type in CONTAINER_TYPES or new.type in CONTAINER_TYPES:
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
                at = _member_pointer(old, name), _member_pointer(new, name)
                id, wire = self.element(new.name).child(name), default_wire_name(old, new, name)
                found += self.reference_deltas(id, earlier, member, at, _member_carrier(new, name), wire)
        if before is not new.members and [*before] != [*new.members]:
            found += self.removed_member_deltas(old, new)
        return found

    def type_delta(self, old: Shape, new: Shape) -> Delta:
        """The delta of a type. Scalars of different types are still compared; a container is replaced as a whole."""
        whole = old.type in CONTAINER_TYPES or new.type in CONTAINER_TYPES
        key = () if whole else ("type",)
        at = json_pointer("shapes", old.name, *key), json_pointer("shapes", new.name, *key)
        return make_delta(self.element(new.name), Kind.TYPE, (old.type, new.type), at, carrier="shape")

    def removed_member_deltas(self, old: Shape, new: Shape) -> Iterator[Delta]:
        """Members that were removed, and another order of those that remain."""
        for name in old.members:
            if name not in new.members:
                yield removed_delta(
                    self.element(new.name).child(name), Kind.MEMBER, name, _member_pointer(old, name), carrier="member"
                )
        at = json_pointer("shapes", old.name, "members"), json_pointer("shapes", new.name, "members")
        yield from _order_deltas(self.element(new.name), "members", old.members, new.members, at, "shape")

    def own_deltas(self, old: Shape, new: Shape) -> Iterator[Delta]:
        """Deltas of the traits of the shapes themselves."""
        id = self.element(new.name)
        at = json_pointer("shapes", old.name), json_pointer("shapes", new.name)
        yield from _documentation_deltas(id, old, new, *at, "shape")
        before, after = _traits_without_documentation(old), _traits_without_documentation(new)
        if "enum" in before or "enum" in after:
            yield from _enum_deltas(id, before.pop("enum", None), after.pop("enum", None), at, "shape")
        if new.type == "structure":
            yield from self.required_deltas(id, old, new, before.pop("required", None), after.pop("required", None), at)
            if old.members or new.members:
                before.pop("members", None)
                after.pop("members", None)
        for leaf in differing_leaves(before, after):
            yield _trait_delta(id, leaf, at, "shape", leaf.keys != ("members",))

    def required_deltas(
        self,
        id: ElementId,
        old: Shape,
        new: Shape,
        before: list[str] | None,
        after: list[str] | None,
        pointers: PointerPair,
    ) -> Iterator[Delta]:
        """Members that became required or optional; names that are not members of both have no effect."""
        pointers = f"{pointers[0]}/required", f"{pointers[1]}/required"
        if before is None or after is None:
            if not before and not after and before is not after:
                sides = None if before is None else pointers[0], None if after is None else pointers[1]
                yield make_delta(
                    id, Kind.REQUIRED, (before, after), sides, "required", effective=False, carrier="shape"
                )
            before, after = before or [], after or []
        for value, old_index, new_index, repeated in entry_differences(before, after):
            effective = value in old.members and value in new.members and not repeated
            make, pointer = (
                (added_delta, f"{pointers[1]}/{new_index}")
                if old_index is None
                else (removed_delta, f"{pointers[0]}/{old_index}")
            )
            yield make(id.child(value), Kind.REQUIRED, True, pointer, "required", effective=effective, carrier="member")
        yield from _order_deltas(id, "required", before, after, pointers, "shape")

    def reference_deltas(
        self, id: ElementId, old: Member, new: Member, pointers: PointerPair, carrier: str, wire_name: str | None = None
    ) -> Iterator[Delta]:
        """Deltas of two references in the same place, except for `required`, which their shapes list.

        `wire_name` is their name on the wire where no trait gives another.
        """
        if old.target != new.target:
            places = f"{pointers[0]}/shape", f"{pointers[1]}/shape"
            yield make_delta(id, Kind.TARGET, (old.target, new.target), places, "shape", carrier=carrier)
        if old.documentation != new.documentation:
            values = old.documentation, new.documentation
            effective = self.old.documentation_of(old) != self.new.documentation_of(new)
            places = f"{pointers[0]}/documentation", f"{pointers[1]}/documentation"
            yield _delta_of_present_values(id, Kind.DOCUMENTATION, values, places, effective=effective, carrier=carrier)
        if old.traits is new.traits:
            return
        before, after = ({k: v for k, v in m.traits.items() if k != "required"} for m in (old, new))
        if "enum" in before or "enum" in after:
            yield from self.reference_enum_deltas(id, old, new, pointers, carrier)
            before.pop("enum", None)
            after.pop("enum", None)
        for leaf in differing_leaves(before, after):
            effective = self.effects.differs(leaf.keys[0], old, new, wire_name)
            yield _trait_delta(id, leaf, pointers, carrier, effective)

    def reference_enum_deltas(
        self, id: ElementId, old: Member, new: Member, pointers: PointerPair, carrier: str
    ) -> Iterator[Delta]:
        """Deltas of a reference's own enum. If it moved to or from the target, only values that differ count."""
        before, after = old.traits.get("enum"), new.traits.get("enum")
        sets = effective_enum(self.old, old), effective_enum(self.new, new)
        closed = None not in sets
        for delta in _enum_deltas(id, before, after, pointers, carrier):
            yield replace(delta, effective=not closed) if delta.kind is Kind.ENUM else delta
        if (before is None) != (after is None) and closed:
            places = (
                f"{pointers[0]}/enum" if before is not None else json_pointer("shapes", old.target, "enum"),
                f"{pointers[1]}/enum" if after is not None else json_pointer("shapes", new.target, "enum"),
            )
            for value, old_index, new_index, repeated in entry_differences(sets[0] or (), sets[1] or ()):
                make, pointer = (
                    (added_delta, f"{places[1]}/{new_index}")
                    if old_index is None
                    else (removed_delta, f"{places[0]}/{old_index}")
                )
                yield make(
                    id.child(value), Kind.ENUM_VALUE, value, pointer, "enum", effective=not repeated, carrier=carrier
                )


def _root_member_pairs(old: Operation, new: Operation) -> Iterator[tuple[Member, Member]]:
    if old.input is not None and new.input is not None:
        yield old.input, new.input
    if old.output is not None and new.output is not None:
        yield old.output, new.output
    if old.errors is new.errors:
        yield from zip(old.errors, new.errors, strict=True)
    elif old.errors and new.errors:
        errors = _by_target_and_occurrence(old.errors)
        yield from (
            (errors[key][1], error)
            for key, (_, error) in _by_target_and_occurrence(new.errors).items()
            if key in errors
        )


def _by_target_and_occurrence(members: tuple[Member, ...]) -> dict[tuple[str, int], tuple[int, Member]]:
    found: dict[tuple[str, int], tuple[int, Member]] = {}
    seen: dict[str, int] = {}
    for index, member in enumerate(members):
        times = seen.get(member.target, 0)
        seen[member.target] = times + 1
        found[member.target, times] = index, member
    return found


def _traits_without_documentation(element: Service | Operation | Shape) -> dict[str, Any]:
    """The traits without the documentation, which is among them if it is empty."""
    return {key: value for key, value in element.traits.items() if key != "documentation"}


def _member_pointer(shape: Shape, name: str) -> str:
    keys = ("members", name) if shape.type == "structure" else (name,)
    return json_pointer("shapes", shape.name, *keys)


def _member_carrier(shape: Shape, name: str) -> str:
    return "member" if shape.type == "structure" else "item" if shape.type == "list" else name


def _trait_delta(id: ElementId, leaf: Leaf, pointers: PointerPair, carrier: str, effective: bool) -> Delta:
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
    """A delta without pointers for the values that are None."""
    sides = None if values[0] is None else pointers[0], None if values[1] is None else pointers[1]
    return make_delta(id, kind, values, sides, trait, effective=effective, carrier=carrier)


def _documentation_deltas(
    id: ElementId,
    old: Service | Operation | Shape,
    new: Service | Operation | Shape,
    old_pointer: str,
    new_pointer: str,
    carrier: str,
) -> Iterator[Delta]:
    """The delta of the documentation. Empty documentation and none differ without effect."""
    before, after = (element.documentation or element.traits.get("documentation") for element in (old, new))
    if before != after:
        places = f"{old_pointer}/documentation", f"{new_pointer}/documentation"
        yield _delta_of_present_values(
            id, Kind.DOCUMENTATION, (before, after), places, effective=bool(before or after), carrier=carrier
        )


def _enum_deltas(
    id: ElementId, old: list[str] | None, new: list[str] | None, pointers: PointerPair, carrier: str
) -> Iterator[Delta]:
    """Deltas of enum values, or of the enum as a whole where only one side has one and the other allows any value."""
    pointers = f"{pointers[0]}/enum", f"{pointers[1]}/enum"
    if old is None or new is None:
        if old is not new:
            yield _delta_of_present_values(id, Kind.ENUM, (old, new), pointers, "enum", carrier=carrier)
        return
    if old == new:
        return
    for value, old_index, new_index, repeated in entry_differences(old, new):
        make, pointer = (
            (added_delta, f"{pointers[1]}/{new_index}")
            if old_index is None
            else (removed_delta, f"{pointers[0]}/{old_index}")
        )
        yield make(id.child(value), Kind.ENUM_VALUE, value, pointer, "enum", effective=not repeated, carrier=carrier)
    yield from _order_deltas(id, "enum", old, new, pointers, carrier)


def _order_deltas(
    id: ElementId, list_name: str, old: Iterable[str], new: Iterable[str], pointers: PointerPair, carrier: str
) -> Iterator[Delta]:
    """The delta of an order, if the names that both have are in different orders."""
    span = reordered_span(old, new)
    if span is not None:
        yield make_delta(id, Kind.ORDER, span, pointers, list_name, carrier=carrier)
