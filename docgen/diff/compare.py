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

from docgen.diff.across_formats import Versions, have_two_formats, reduced
from docgen.diff.delta import Delta, Kind, ServiceDelta, ShapePair, added_delta, make_delta, removed_delta
from docgen.diff.effective import is_unset
from docgen.diff.element_deltas import (
    ElementComparison,
    documentation_deltas,
    order_deltas,
    trait_delta,
    traits_without_documentation,
)
from docgen.diff.json_values import Leaf, differing_leaves
from docgen.diff.sibling_files import compare_siblings
from docgen.model.element_id import ElementId
from docgen.model.referrers import AffectedElements
from docgen.model.service import Member, Operation, Service
from docgen.model.strict_json import json_pointer


def find_deltas(
    old: Service,
    new: Service,
    service: str = "",
    *,
    old_siblings: Mapping[str, Any] | None = None,
    new_siblings: Mapping[str, Any] | None = None,
) -> ServiceDelta:
    """Compare two versions of a service.

    If one version comes from a Smithy model and the other does not, only what both formats can say is compared.

    Args:
        old: The old model.
        new: The new model.
        service: The SDK's name of the service, with which every element id starts (`appstream#Shape$Member`).
        old_siblings: The decoded sibling files of the old model, by canonical name (`paginators-1.json`).
        new_siblings: The decoded sibling files of the new model. Without siblings the result has no deltas of them.

    Returns:
        The deltas. They state what differs, never whether that is bad; see `classify`.
    """
    return _find_deltas(Versions(old, new, old_siblings or {}, new_siblings or {}), service, None)


def find_affected_deltas(
    old: Service,
    new: Service,
    service: str,
    affected: AffectedElements,
    siblings: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {}),
) -> ServiceDelta:
    """Find the same deltas as `find_deltas`, at the cost of what differs instead of that of the models.

    Args:
        old: The old model.
        new: The new model. What does not differ is the same object in both.
        service: The SDK's name of the service.
        affected: All elements that differ, and all elements that lead to one of them.
        siblings: The decoded sibling files of the old and of the new model.
    """
    return _find_deltas(Versions(old, new, *siblings), service, affected)


def _find_deltas(versions: Versions, service: str, affected: AffectedElements | None) -> ServiceDelta:
    old, new = versions.old, versions.new
    compared = versions
    if have_two_formats(old, new):
        compared, affected = reduced(versions), None
    siblings = tuple(compare_siblings(service, compared.old_siblings, compared.new_siblings))
    found = _DeltaFinder(compared.old, compared.new, service, affected).service_delta(siblings)
    return found if compared is versions else replace(found, old=old, new=new)


class _DeltaFinder:
    def __init__(self, old: Service, new: Service, service: str, affected: AffectedElements | None) -> None:
        self.old = old
        self.new = new
        self.service = service
        self.affected = affected
        self.elements = ElementComparison(old, new, service)

    def service_delta(self, siblings: tuple[Delta, ...]) -> ServiceDelta:
        operation_deltas, root_pairs = self.compare_operations()
        contained_pairs: dict[ShapePair, tuple[ShapePair, ...]] = {}
        pair_deltas = self.compare_pairs(root_pairs, contained_pairs)
        self.elements.effects.mark_ineffective(pair_deltas, contained_pairs, self.root_member_pairs())
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
        pending = list(self.pairs_to_compare(start))
        old, new = self.old.shapes, self.new.shapes
        while pending:
            pair = pending.pop()
            if pair in contained_pairs:
                continue
            before, after = old[pair[0]], new[pair[1]]
            if before is after:
                contained = contained_pairs[pair] = after.identity_pairs
                if contained:
                    pending.extend(self.pairs_to_compare(contained))
                continue
            inner: dict[ShapePair, None] = {}
            deltas = self.elements.shape_deltas(before, after, inner)
            contained_pairs[pair] = tuple(inner)
            if deltas:
                found[pair] = tuple(deltas)
            pending.extend(self.pairs_to_compare(inner))
        return found

    def pairs_to_compare(self, pairs: Iterable[ShapePair]) -> Iterable[ShapePair]:
        """Return the pairs that differ or may contain one that differs."""
        if self.affected is None:
            return pairs
        affected = self.affected.shapes
        return [pair for pair in pairs if pair[1] in affected or pair[0] != pair[1]]

    def unreached_shape_deltas(self, compared: Container[ShapePair]) -> Iterator[Delta]:
        """Yield the deltas of shapes with one name that no operation of both versions reaches in the same position."""
        for name in _wanted_names(self.new.shapes, self.affected.shapes if self.affected else None):
            before = self.old.shapes.get(name)
            if before is not None and before is not (shape := self.new.shapes[name]) and (name, name) not in compared:
                yield from self.elements.shape_deltas(before, shape, {})

    # --- the service ---

    def service_deltas(self) -> Iterator[Delta]:
        for leaf in differing_leaves(self.old.metadata, self.new.metadata):
            yield self.key_delta("metadata", leaf._replace(keys=("metadata", *leaf.keys)))
        old, new = (traits_without_documentation(service) for service in (self.old, self.new))
        for leaf in differing_leaves(old, new):
            yield self.key_delta("service", leaf)
        yield from documentation_deltas(self.elements.element("service"), self.old, self.new, "", "", "service")
        yield from self.name_order_deltas("operations", self.old.operations, self.new.operations)
        yield from self.name_order_deltas("shapes", self.old.shapes, self.new.shapes)

    def key_delta(self, section: str, leaf: Leaf) -> Delta:
        effective = not (is_unset(leaf.old) and is_unset(leaf.new))
        pointers = leaf.pointers("", "")
        return make_delta(
            self.elements.element(section),
            Kind.SERVICE,
            leaf.values(),
            pointers,
            leaf.trait,
            effective=effective,
            carrier="service",
        )

    def name_order_deltas(self, section: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Delta]:
        pointer = json_pointer(section)
        yield from order_deltas(self.elements.element(section), section, old, new, (pointer, pointer), "service")

    def shape_name_deltas(self, pairs: Iterable[ShapePair]) -> Iterator[Delta]:
        """Yield a delta for each shape name that was added, removed, or replaced everywhere by one other name."""
        renamed = self.renamed_shapes(pairs)
        unreported = {*renamed.values(), *(self.affected.omitted if self.affected else ())}
        for name in self.new.shapes:
            if name not in unreported and name not in self.old.shapes:
                pointer = json_pointer("shapes", name)
                yield added_delta(self.elements.element(name), Kind.SHAPE, name, pointer, carrier="shape")
        for name in self.old.shapes:
            if name in renamed:
                names = name, renamed[name]
                pointers = json_pointer("shapes", names[0]), json_pointer("shapes", names[1])
                yield make_delta(self.elements.element(names[1]), Kind.SHAPE, names, pointers, carrier="shape")
            elif name not in self.new.shapes:
                pointer = json_pointer("shapes", name)
                yield removed_delta(self.elements.element(name), Kind.SHAPE, name, pointer, carrier="shape")

    def renamed_shapes(self, pairs: Iterable[ShapePair]) -> dict[str, str]:
        """Return each old name with the one new name that replaces it; neither exists in the other version."""
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
        """Return the deltas of each operation, and the pairs of shapes with which operations of both versions start."""
        found: dict[str, tuple[Delta, ...]] = {}
        root_pairs: dict[ShapePair, None] = {}
        for name in _wanted_names(self.new.operations, self.affected.operations if self.affected else None):
            before, operation = self.old.operations.get(name), self.new.operations[name]
            if before is None:
                id, pointer = ElementId.of_operation(self.service, name), json_pointer("operations", name)
                found[name] = (added_delta(id, Kind.OPERATION, name, pointer, carrier="operation"),)
                continue
            for earlier, later in _root_member_pairs(before, operation):
                root_pairs[earlier.target, later.target] = None
            if before is operation:
                continue
            deltas = tuple(self.operation_deltas(before, operation))
            if deltas:
                found[name] = deltas
        for name in self.old.operations:
            if name not in self.new.operations:
                id, pointer = ElementId.of_operation(self.service, name), json_pointer("operations", name)
                found[name] = (removed_delta(id, Kind.OPERATION, name, pointer, carrier="operation"),)
        return found, root_pairs

    def root_member_pairs(self) -> Iterator[tuple[Member, Member]]:
        """Yield the pairs of inputs, outputs and errors that both versions of an operation have."""
        for name in _wanted_names(self.new.operations, self.affected.operations if self.affected else None):
            if name in self.old.operations:
                yield from _root_member_pairs(self.old.operations[name], self.new.operations[name])

    def operation_deltas(self, old: Operation, new: Operation) -> Iterator[Delta]:
        pointer = json_pointer("operations", new.name)
        id = ElementId.of_operation(self.service, new.name)
        yield from documentation_deltas(id, old, new, pointer, pointer, "operation")
        before, after = traits_without_documentation(old), traits_without_documentation(new)
        if old.errors or new.errors:
            before.pop("errors", None)
            after.pop("errors", None)
        for leaf in differing_leaves(before, after):
            yield trait_delta(
                id, leaf, (pointer, pointer), "operation", not (is_unset(leaf.old) and is_unset(leaf.new))
            )
        yield from self.root_deltas(id, Kind.INPUT, old.input, new.input, f"{pointer}/input")
        yield from self.root_deltas(id, Kind.OUTPUT, old.output, new.output, f"{pointer}/output")
        if old.errors or new.errors:
            yield from self.error_deltas(id, old.errors, new.errors, f"{pointer}/errors")

    def root_deltas(
        self, id: ElementId, kind: Kind, old: Member | None, new: Member | None, member_pointer: str
    ) -> Iterator[Delta]:
        if old is not None and new is not None:
            yield from self.elements.reference_deltas(id, old, new, (member_pointer, member_pointer), kind.value)
        elif old is not None:
            yield removed_delta(id, kind, old.target, member_pointer, carrier=kind.value)
        elif new is not None:
            yield added_delta(id, kind, new.target, member_pointer, carrier=kind.value)

    def error_deltas(
        self, id: ElementId, old: tuple[Member, ...], new: tuple[Member, ...], errors_pointer: str
    ) -> Iterator[Delta]:
        """Yield the deltas of the errors, which are a set: matched by target, and equal targets by occurrence."""
        before, after = _by_target_and_occurrence(old), _by_target_and_occurrence(new)
        for (name, times), (index, member) in after.items():
            earlier = before.get((name, times))
            if earlier is None:
                yield added_delta(
                    id.child(name), Kind.ERROR, name, f"{errors_pointer}/{index}", effective=not times, carrier="error"
                )
            else:
                pointers = f"{errors_pointer}/{earlier[0]}", f"{errors_pointer}/{index}"
                yield from self.elements.reference_deltas(id.child(name), earlier[1], member, pointers, "error")
        for (name, times), (index, _) in before.items():
            if (name, times) not in after:
                yield removed_delta(
                    id.child(name), Kind.ERROR, name, f"{errors_pointer}/{index}", effective=not times, carrier="error"
                )
        yield from order_deltas(
            id,
            "errors",
            [e.target for e in old],
            [e.target for e in new],
            (errors_pointer, errors_pointer),
            "operation",
        )


def _wanted_names(names: Iterable[str], wanted: Container[str] | None) -> Iterable[str]:
    """Return the wanted names in their order; all of them if `wanted` is None."""
    return names if wanted is None else [name for name in names if name in wanted]


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
