"""The walk that finds the facts.

Shapes form a graph, recursive and shared by hundreds of operations, so neither names nor paths are compared but
*pairs*: an old and a new shape that stand in the same place. The walk starts at the operations that both versions have,
queues the pairs that it meets and compares each once. A renamed shape is compared in place, and the cost
is that of the two models, not of the paths through them. What no operation of both reaches is compared by name.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from docgen.diff.effective import CONTAINER_TYPES, EffectiveValues, default_wire_name, effective_enum, is_unset
from docgen.diff.facts import Delta, Kind, ServiceDelta, ShapePair, added_delta, make_delta, removed_delta
from docgen.diff.json_values import Leaf, differing_leaves, entry_differences, json_equal, reordered_span
from docgen.diff.sibling_files import compare_siblings
from docgen.model.service import Member, Operation, Service, Shape, json_pointer

PointerPair = tuple[str, str]
"""Where an element stands that both files have: a pointer into each."""


def find_deltas(
    old: Service,
    new: Service,
    service: str = "",
    *,
    old_siblings: Mapping[str, Any] | None = None,
    new_siblings: Mapping[str, Any] | None = None,
) -> ServiceDelta:
    """Compare two versions of a service; `service` is its SDK name, which opens every id (`appstream#Shape$Member`).

    The siblings are the decoded files that lie beside each model, by canonical name (`paginators-1.json`); without them
    nothing is said of them.
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
        of_operations, start = self.compare_operations()
        inner: dict[ShapePair, tuple[ShapePair, ...]] = {}
        of_pairs = self.compare_pairs(start, inner)
        self.effects.mark_ineffective(of_pairs, inner, self.root_member_pairs())
        return ServiceDelta(
            service=self.service,
            old=self.old,
            new=self.new,
            operation_deltas=of_operations,
            pair_deltas=of_pairs,
            contained_pairs=inner,
            service_deltas=tuple(self.service_deltas()),
            shape_deltas=(*self.shape_name_deltas(inner), *self.unreached_shape_deltas(inner)),
            sibling_deltas=siblings,
        )

    def compare_pairs(
        self, start: Iterable[ShapePair], contained_pairs: dict[ShapePair, tuple[ShapePair, ...]]
    ) -> dict[ShapePair, tuple[Delta, ...]]:
        """Compare the pairs and all that they contain, each once; `inner` receives what each contains."""
        found: dict[ShapePair, tuple[Delta, ...]] = {}
        waiting = list(start)
        old, new = self.old.shapes, self.new.shapes
        while waiting:
            pair = waiting.pop()
            if pair in contained_pairs:
                continue
            before, after = old[pair[0]], new[pair[1]]
            if before is after:
                contained = contained_pairs[pair] = after.identity_pairs
                if contained:
                    waiting.extend(contained)
                continue
            met: dict[ShapePair, None] = {}
            deltas = self.shape_deltas(before, after, met)
            contained_pairs[pair] = tuple(met)
            if deltas:
                found[pair] = tuple(deltas)
            waiting.extend(met)
        return found

    def unreached_shape_deltas(self, compared: Container[ShapePair]) -> Iterator[Delta]:
        """What differs in shapes of the same name that no operation reaches, or not in the same place."""
        for name, shape in self.new.shapes.items():
            before = self.old.shapes.get(name)
            if before is not None and before is not shape and (name, name) not in compared:
                yield from self.shape_deltas(before, shape, {})

    # --- the service ---

    def service_deltas(self) -> Iterator[Delta]:
        for leaf in differing_leaves(self.old.metadata, self.new.metadata):
            yield self.key_delta("metadata", leaf._replace(keys=("metadata", *leaf.keys)))
        old, new = (_traits_without_documentation(service) for service in (self.old, self.new))
        for leaf in differing_leaves(old, new):
            yield self.key_delta("service", leaf)
        yield from _documentation_deltas(f"{self.service}#service", self.old, self.new, "", "", "service")
        yield from self.name_order_deltas("operations", self.old.operations, self.new.operations)
        yield from self.name_order_deltas("shapes", self.old.shapes, self.new.shapes)

    def key_delta(self, element: str, leaf: Leaf) -> Delta:
        effective = not (is_unset(leaf.old) and is_unset(leaf.new))
        at = leaf.pointers("", "")
        return make_delta(
            f"{self.service}#{element}",
            Kind.SERVICE,
            leaf.values(),
            at,
            leaf.trait,
            effective=effective,
            carrier="service",
        )

    def name_order_deltas(self, section: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Delta]:
        at = json_pointer(section)
        yield from _order_deltas(f"{self.service}#{section}", section, old, new, (at, at), "service")

    def shape_name_deltas(self, pairs: Iterable[ShapePair]) -> Iterator[Delta]:
        """Names of shapes that came, went, or gave way to one other name in each place."""
        renamed = self.renamed_shapes(pairs)
        taken = set(renamed.values())
        for name in self.new.shapes:
            if name not in self.old.shapes and name not in taken:
                yield added_delta(
                    f"{self.service}#{name}", Kind.SHAPE, name, json_pointer("shapes", name), carrier="shape"
                )
        for name in self.old.shapes:
            if name in renamed:
                names = name, renamed[name]
                at = json_pointer("shapes", names[0]), json_pointer("shapes", names[1])
                yield make_delta(f"{self.service}#{names[1]}", Kind.SHAPE, names, at, carrier="shape")
            elif name not in self.new.shapes:
                yield removed_delta(
                    f"{self.service}#{name}", Kind.SHAPE, name, json_pointer("shapes", name), carrier="shape"
                )

    def renamed_shapes(self, pairs: Iterable[ShapePair]) -> dict[str, str]:
        """Old names and the only new names that stand in their places, both unknown to the other version."""
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
        """The facts of each operation, and the pairs of shapes that those of both versions open."""
        found: dict[str, tuple[Delta, ...]] = {}
        start: dict[ShapePair, None] = {}
        for name, operation in self.new.operations.items():
            before = self.old.operations.get(name)
            if before is None:
                at = json_pointer("operations", name)
                found[name] = (added_delta(f"{self.service}#{name}()", Kind.OPERATION, name, at, carrier="operation"),)
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
                    removed_delta(f"{self.service}#{name}()", Kind.OPERATION, name, at, carrier="operation"),
                )
        return found, start

    def root_member_pairs(self) -> Iterator[tuple[Member, Member]]:
        """The inputs, outputs and errors that operations of both versions have in the same place."""
        for name, operation in self.new.operations.items():
            if name in self.old.operations:
                yield from _root_member_pairs(self.old.operations[name], operation)

    def operation_deltas(self, old: Operation, new: Operation) -> Iterator[Delta]:
        at = json_pointer("operations", new.name)
        id = f"{self.service}#{new.name}()"
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
        self, id: str, kind: Kind, old: Member | None, new: Member | None, member_pointer: str
    ) -> Iterator[Delta]:
        if old is not None and new is not None:
            yield from self.reference_deltas(id, old, new, (member_pointer, member_pointer), kind.value)
        elif old is not None:
            yield removed_delta(id, kind, old.target, member_pointer, carrier=kind.value)
        elif new is not None:
            yield added_delta(id, kind, new.target, member_pointer, carrier=kind.value)

    def error_deltas(
        self, id: str, old: tuple[Member, ...], new: tuple[Member, ...], errors_pointer: str
    ) -> Iterator[Delta]:
        """A list of references that is a set: each is known by its target, and by how often that came before."""
        before, after = _by_target_and_occurrence(old), _by_target_and_occurrence(new)
        for (name, times), (index, member) in after.items():
            there = before.get((name, times))
            if there is None:
                yield added_delta(
                    f"{id}${name}", Kind.ERROR, name, f"{errors_pointer}/{index}", effective=not times, carrier="error"
                )
            else:
                places = f"{errors_pointer}/{there[0]}", f"{errors_pointer}/{index}"
                yield from self.reference_deltas(f"{id}${name}", there[1], member, places, "error")
        for (name, times), (index, _) in before.items():
            if (name, times) not in after:
                yield removed_delta(
                    f"{id}${name}", Kind.ERROR, name, f"{errors_pointer}/{index}", effective=not times, carrier="error"
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
        """The facts of one pair; the pairs that it contains are added to `contained`."""
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
                        f"{self.service}#{new.name}${name}",
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
                id, wire = f"{self.service}#{new.name}${name}", default_wire_name(old, new, name)
                found += self.reference_deltas(id, earlier, member, at, _member_carrier(new, name), wire)
        if before is not new.members and [*before] != [*new.members]:
            found += self.removed_member_deltas(old, new)
        return found

    def type_delta(self, old: Shape, new: Shape) -> Delta:
        """A scalar that changed its type keeps its traits; what became or was a container is another thing."""
        whole = old.type in CONTAINER_TYPES or new.type in CONTAINER_TYPES
        key = () if whole else ("type",)
        at = json_pointer("shapes", old.name, *key), json_pointer("shapes", new.name, *key)
        return make_delta(f"{self.service}#{new.name}", Kind.TYPE, (old.type, new.type), at, carrier="shape")

    def removed_member_deltas(self, old: Shape, new: Shape) -> Iterator[Delta]:
        """Members that went, and another order of those that stayed."""
        for name in old.members:
            if name not in new.members:
                yield removed_delta(
                    f"{self.service}#{new.name}${name}", Kind.MEMBER, name, _member_pointer(old, name), carrier="member"
                )
        at = json_pointer("shapes", old.name, "members"), json_pointer("shapes", new.name, "members")
        yield from _order_deltas(f"{self.service}#{new.name}", "members", old.members, new.members, at, "shape")

    def own_deltas(self, old: Shape, new: Shape) -> Iterator[Delta]:
        """What the shapes say of themselves."""
        id = f"{self.service}#{new.name}"
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
        self, id: str, old: Shape, new: Shape, before: list[str] | None, after: list[str] | None, pointers: PointerPair
    ) -> Iterator[Delta]:
        """Members that both have became required or optional; other names are told too, without effect."""
        pointers = f"{pointers[0]}/required", f"{pointers[1]}/required"
        if before is None or after is None:
            if not before and not after and before is not after:
                sides = None if before is None else pointers[0], None if after is None else pointers[1]
                yield make_delta(
                    id, Kind.REQUIRED, (before, after), sides, "required", effective=False, carrier="shape"
                )
            before, after = before or [], after or []
        for value, was, is_, extra in entry_differences(before, after):
            effective = value in old.members and value in new.members and not extra
            made, where = (
                (added_delta, f"{pointers[1]}/{is_}") if was is None else (removed_delta, f"{pointers[0]}/{was}")
            )
            yield made(f"{id}${value}", Kind.REQUIRED, True, where, "required", effective=effective, carrier="member")
        yield from _order_deltas(id, "required", before, after, pointers, "shape")

    def reference_deltas(
        self, id: str, old: Member, new: Member, pointers: PointerPair, carrier: str, wire_name: str | None = None
    ) -> Iterator[Delta]:
        """What two references say that stand in the same place. That they are required is told by their shapes.

        `wire` is the name that they have on the wire if nothing else is said.
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
        self, id: str, old: Member, new: Member, pointers: PointerPair, carrier: str
    ) -> Iterator[Delta]:
        """An enum on the reference itself. If it moved to or from the target, only the values that it gained count."""
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
            for value, was, is_, extra in entry_differences(sets[0] or (), sets[1] or ()):
                made, where = (
                    (added_delta, f"{places[1]}/{is_}") if was is None else (removed_delta, f"{places[0]}/{was}")
                )
                yield made(f"{id}${value}", Kind.ENUM_VALUE, value, where, "enum", effective=not extra, carrier=carrier)


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
    """The traits but the documentation, which is there if it is empty."""
    return {key: value for key, value in element.traits.items() if key != "documentation"}


def _member_pointer(shape: Shape, name: str) -> str:
    keys = ("members", name) if shape.type == "structure" else (name,)
    return json_pointer("shapes", shape.name, *keys)


def _member_carrier(shape: Shape, name: str) -> str:
    return "member" if shape.type == "structure" else "item" if shape.type == "list" else name


def _trait_delta(id: str, leaf: Leaf, pointers: PointerPair, carrier: str, effective: bool) -> Delta:
    return make_delta(
        id, Kind.TRAIT, leaf.values(), leaf.pointers(*pointers), leaf.trait, effective=effective, carrier=carrier
    )


def _delta_of_present_values(
    id: str,
    kind: Kind,
    values: tuple[Any, Any],
    pointers: PointerPair,
    trait: str = "",
    *,
    effective: bool = True,
    carrier: str = "",
) -> Delta:
    """A fact whose pointers lead only to the values that are there."""
    sides = None if values[0] is None else pointers[0], None if values[1] is None else pointers[1]
    return make_delta(id, kind, values, sides, trait, effective=effective, carrier=carrier)


def _documentation_deltas(
    id: str,
    old: Service | Operation | Shape,
    new: Service | Operation | Shape,
    old_pointer: str,
    new_pointer: str,
    carrier: str,
) -> Iterator[Delta]:
    """An empty text and none differ, but say the same."""
    before, after = (element.documentation or element.traits.get("documentation") for element in (old, new))
    if before != after:
        places = f"{old_pointer}/documentation", f"{new_pointer}/documentation"
        yield _delta_of_present_values(
            id, Kind.DOCUMENTATION, (before, after), places, effective=bool(before or after), carrier=carrier
        )


def _enum_deltas(
    id: str, old: list[str] | None, new: list[str] | None, pointers: PointerPair, carrier: str
) -> Iterator[Delta]:
    """Values that came or went. An enum that came or went as a whole is another matter: the set was open before."""
    pointers = f"{pointers[0]}/enum", f"{pointers[1]}/enum"
    if old is None or new is None:
        if old is not new:
            yield _delta_of_present_values(id, Kind.ENUM, (old, new), pointers, "enum", carrier=carrier)
        return
    if old == new:
        return
    for value, was, is_, extra in entry_differences(old, new):
        made, where = (added_delta, f"{pointers[1]}/{is_}") if was is None else (removed_delta, f"{pointers[0]}/{was}")
        yield made(f"{id}${value}", Kind.ENUM_VALUE, value, where, "enum", effective=not extra, carrier=carrier)
    yield from _order_deltas(id, "enum", old, new, pointers, carrier)


def _order_deltas(
    id: str, list_name: str, old: Iterable[str], new: Iterable[str], pointers: PointerPair, carrier: str
) -> Iterator[Delta]:
    """What both have stands in another order."""
    stretch = reordered_span(old, new)
    if stretch is not None:
        yield make_delta(id, Kind.ORDER, stretch, pointers, list_name, carrier=carrier)
