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

from docgen.diff.effective import CONTAINERS, Effects, effective_enum, says_nothing, wire_name
from docgen.diff.facts import Delta, Kind, Pair, ServiceDelta, came, fact, went
from docgen.diff.json_values import Leaf, entries, leaves, moved, same
from docgen.diff.sibling_files import compare_siblings
from docgen.model.service import Member, Operation, Service, Shape, pointer

At = tuple[str, str]
"""Where an element stands that both files have: a pointer into each."""


def diff(
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
    return _Diff(old, new, service).run(siblings)


class _Diff:
    def __init__(self, old: Service, new: Service, service: str) -> None:
        self.old = old
        self.new = new
        self.service = service
        self.effects = Effects(old, new)

    def run(self, siblings: tuple[Delta, ...]) -> ServiceDelta:
        of_operations, start = self.operations()
        inner: dict[Pair, tuple[Pair, ...]] = {}
        of_pairs = self.compare_all(start, inner)
        self.effects.settle(of_pairs, inner, self.places())
        return ServiceDelta(
            service=self.service,
            old=self.old,
            new=self.new,
            of_operations=of_operations,
            of_pairs=of_pairs,
            inner=inner,
            of_service=tuple(self.of_service()),
            of_shapes=(*self.names(inner), *self.apart(inner)),
            of_siblings=siblings,
        )

    def compare_all(self, start: Iterable[Pair], inner: dict[Pair, tuple[Pair, ...]]) -> dict[Pair, tuple[Delta, ...]]:
        """Compare the pairs and all that they contain, each once; `inner` receives what each contains."""
        found: dict[Pair, tuple[Delta, ...]] = {}
        waiting = list(start)
        old, new = self.old.shapes, self.new.shapes
        while waiting:
            pair = waiting.pop()
            if pair in inner:
                continue
            before, after = old[pair[0]], new[pair[1]]
            if before is after:
                contained = inner[pair] = after.pairs
                if contained:
                    waiting.extend(contained)
                continue
            met: dict[Pair, None] = {}
            deltas = self.shapes(before, after, met)
            inner[pair] = tuple(met)
            if deltas:
                found[pair] = tuple(deltas)
            waiting.extend(met)
        return found

    def apart(self, walked: Container[Pair]) -> Iterator[Delta]:
        """What differs in shapes of the same name that no operation reaches, or not in the same place."""
        for name, shape in self.new.shapes.items():
            before = self.old.shapes.get(name)
            if before is not None and before is not shape and (name, name) not in walked:
                yield from self.shapes(before, shape, {})

    # --- the service ---

    def of_service(self) -> Iterator[Delta]:
        for leaf in leaves(self.old.metadata, self.new.metadata):
            yield self.of_key("metadata", leaf._replace(keys=("metadata", *leaf.keys)))
        old, new = (_stated(service) for service in (self.old, self.new))
        for leaf in leaves(old, new):
            yield self.of_key("service", leaf)
        yield from _documentation(f"{self.service}#service", self.old, self.new, "", "", "service")
        yield from self.order("operations", self.old.operations, self.new.operations)
        yield from self.order("shapes", self.old.shapes, self.new.shapes)

    def of_key(self, word: str, leaf: Leaf) -> Delta:
        effective = not (says_nothing(leaf.old) and says_nothing(leaf.new))
        at = leaf.pointers("", "")
        return fact(
            f"{self.service}#{word}", Kind.SERVICE, leaf.values(), at, leaf.trait, effective=effective, at="service"
        )

    def order(self, what: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Delta]:
        at = pointer(what)
        yield from _order(f"{self.service}#{what}", what, old, new, (at, at), "service")

    def names(self, pairs: Iterable[Pair]) -> Iterator[Delta]:
        """Names of shapes that came, went, or gave way to one other name in each place."""
        renamed = self.renamed(pairs)
        taken = set(renamed.values())
        for name in self.new.shapes:
            if name not in self.old.shapes and name not in taken:
                yield came(f"{self.service}#{name}", Kind.SHAPE, name, pointer("shapes", name), at="shape")
        for name in self.old.shapes:
            if name in renamed:
                names = name, renamed[name]
                at = pointer("shapes", names[0]), pointer("shapes", names[1])
                yield fact(f"{self.service}#{names[1]}", Kind.SHAPE, names, at, at="shape")
            elif name not in self.new.shapes:
                yield went(f"{self.service}#{name}", Kind.SHAPE, name, pointer("shapes", name), at="shape")

    def renamed(self, pairs: Iterable[Pair]) -> dict[str, str]:
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

    def operations(self) -> tuple[dict[str, tuple[Delta, ...]], dict[Pair, None]]:
        """The facts of each operation, and the pairs of shapes that those of both versions open."""
        found: dict[str, tuple[Delta, ...]] = {}
        start: dict[Pair, None] = {}
        for name, operation in self.new.operations.items():
            before = self.old.operations.get(name)
            if before is None:
                at = pointer("operations", name)
                found[name] = (came(f"{self.service}#{name}()", Kind.OPERATION, name, at, at="operation"),)
                continue
            for earlier, later in _places(before, operation):
                start[earlier.target, later.target] = None
            if before is operation:
                continue
            deltas = tuple(self.operations_of_both(before, operation))
            if deltas:
                found[name] = deltas
        for name in self.old.operations:
            if name not in self.new.operations:
                at = pointer("operations", name)
                found[name] = (went(f"{self.service}#{name}()", Kind.OPERATION, name, at, at="operation"),)
        return found, start

    def places(self) -> Iterator[tuple[Member, Member]]:
        """The inputs, outputs and errors that operations of both versions have in the same place."""
        for name, operation in self.new.operations.items():
            if name in self.old.operations:
                yield from _places(self.old.operations[name], operation)

    def operations_of_both(self, old: Operation, new: Operation) -> Iterator[Delta]:
        at = pointer("operations", new.name)
        id = f"{self.service}#{new.name}()"
        yield from _documentation(id, old, new, at, at, "operation")
        before, after = _stated(old), _stated(new)
        if old.errors or new.errors:
            before.pop("errors", None)
            after.pop("errors", None)
        for leaf in leaves(before, after):
            yield _trait(id, leaf, (at, at), "operation", not (says_nothing(leaf.old) and says_nothing(leaf.new)))
        yield from self.slot(id, Kind.INPUT, old.input, new.input, f"{at}/input")
        yield from self.slot(id, Kind.OUTPUT, old.output, new.output, f"{at}/output")
        if old.errors or new.errors:
            yield from self.errors(id, old.errors, new.errors, f"{at}/errors")

    def slot(self, id: str, kind: Kind, old: Member | None, new: Member | None, at: str) -> Iterator[Delta]:
        if old is not None and new is not None:
            yield from self.reference(id, old, new, (at, at), kind.value)
        elif old is not None:
            yield went(id, kind, old.target, at, at=kind.value)
        elif new is not None:
            yield came(id, kind, new.target, at, at=kind.value)

    def errors(self, id: str, old: tuple[Member, ...], new: tuple[Member, ...], at: str) -> Iterator[Delta]:
        """A list of references that is a set: each is known by its target, and by how often that came before."""
        before, after = _numbered(old), _numbered(new)
        for (name, times), (index, member) in after.items():
            there = before.get((name, times))
            if there is None:
                yield came(f"{id}${name}", Kind.ERROR, name, f"{at}/{index}", effective=not times, at="error")
            else:
                places = f"{at}/{there[0]}", f"{at}/{index}"
                yield from self.reference(f"{id}${name}", there[1], member, places, "error")
        for (name, times), (index, _) in before.items():
            if (name, times) not in after:
                yield went(f"{id}${name}", Kind.ERROR, name, f"{at}/{index}", effective=not times, at="error")
        yield from _order(id, "errors", [e.target for e in old], [e.target for e in new], (at, at), "operation")

    # --- shapes ---

    def shapes(self, old: Shape, new: Shape, contained: dict[Pair, None]) -> list[Delta]:
        """The facts of one pair; the pairs that it contains are added to `contained`."""
        found: list[Delta] = []
        if old.type != new.type:
            found.append(self.type(old, new))
            if old.type in CONTAINERS or new.type in CONTAINERS:
                return found
        if old.documentation != new.documentation or not (old.traits is new.traits or same(old.traits, new.traits)):
            found += self.own(old, new)
        before = old.members
        for name, member in new.members.items():
            earlier = before.get(name)
            if earlier is None:
                found.append(
                    came(f"{self.service}#{new.name}${name}", Kind.MEMBER, name, _slot(new, name), at="member")
                )
                continue
            contained[earlier.target, member.target] = None
            if (
                earlier.target != member.target
                or earlier.documentation != member.documentation
                or not (earlier.traits is member.traits or same(earlier.traits, member.traits))
            ):
                at = _slot(old, name), _slot(new, name)
                id, wire = f"{self.service}#{new.name}${name}", wire_name(old, new, name)
                found += self.reference(id, earlier, member, at, _carrier(new, name), wire)
        if before is not new.members and [*before] != [*new.members]:
            found += self.gone(old, new)
        return found

    def type(self, old: Shape, new: Shape) -> Delta:
        """A scalar that changed its type keeps its traits; what became or was a container is another thing."""
        whole = old.type in CONTAINERS or new.type in CONTAINERS
        key = () if whole else ("type",)
        at = pointer("shapes", old.name, *key), pointer("shapes", new.name, *key)
        return fact(f"{self.service}#{new.name}", Kind.TYPE, (old.type, new.type), at, at="shape")

    def gone(self, old: Shape, new: Shape) -> Iterator[Delta]:
        """Members that went, and another order of those that stayed."""
        for name in old.members:
            if name not in new.members:
                yield went(f"{self.service}#{new.name}${name}", Kind.MEMBER, name, _slot(old, name), at="member")
        at = pointer("shapes", old.name, "members"), pointer("shapes", new.name, "members")
        yield from _order(f"{self.service}#{new.name}", "members", old.members, new.members, at, "shape")

    def own(self, old: Shape, new: Shape) -> Iterator[Delta]:
        """What the shapes say of themselves."""
        id = f"{self.service}#{new.name}"
        at = pointer("shapes", old.name), pointer("shapes", new.name)
        yield from _documentation(id, old, new, *at, "shape")
        before, after = _stated(old), _stated(new)
        if "enum" in before or "enum" in after:
            yield from _enum(id, before.pop("enum", None), after.pop("enum", None), at, "shape")
        if new.type == "structure":
            yield from self.required(id, old, new, before.pop("required", None), after.pop("required", None), at)
            if old.members or new.members:
                before.pop("members", None)
                after.pop("members", None)
        for leaf in leaves(before, after):
            yield _trait(id, leaf, at, "shape", leaf.keys != ("members",))

    def required(
        self, id: str, old: Shape, new: Shape, before: list[str] | None, after: list[str] | None, at: At
    ) -> Iterator[Delta]:
        """Members that both have became required or optional; other names are told too, without effect."""
        at = f"{at[0]}/required", f"{at[1]}/required"
        if before is None or after is None:
            if not before and not after and before is not after:
                sides = None if before is None else at[0], None if after is None else at[1]
                yield fact(id, Kind.REQUIRED, (before, after), sides, "required", effective=False, at="shape")
            before, after = before or [], after or []
        for value, was, is_, extra in entries(before, after):
            effective = value in old.members and value in new.members and not extra
            made, where = (came, f"{at[1]}/{is_}") if was is None else (went, f"{at[0]}/{was}")
            yield made(f"{id}${value}", Kind.REQUIRED, True, where, "required", effective=effective, at="member")
        yield from _order(id, "required", before, after, at, "shape")

    def reference(
        self, id: str, old: Member, new: Member, at: At, carrier: str, wire: str | None = None
    ) -> Iterator[Delta]:
        """What two references say that stand in the same place. That they are required is told by their shapes.

        `wire` is the name that they have on the wire if nothing else is said.
        """
        if old.target != new.target:
            places = f"{at[0]}/shape", f"{at[1]}/shape"
            yield fact(id, Kind.TARGET, (old.target, new.target), places, "shape", at=carrier)
        if old.documentation != new.documentation:
            values = old.documentation, new.documentation
            effective = self.old.documentation_of(old) != self.new.documentation_of(new)
            places = f"{at[0]}/documentation", f"{at[1]}/documentation"
            yield _there(id, Kind.DOCUMENTATION, values, places, effective=effective, at_=carrier)
        if old.traits is new.traits:
            return
        before, after = ({k: v for k, v in m.traits.items() if k != "required"} for m in (old, new))
        if "enum" in before or "enum" in after:
            yield from self.reference_enum(id, old, new, at, carrier)
            before.pop("enum", None)
            after.pop("enum", None)
        for leaf in leaves(before, after):
            effective = self.effects.differs(leaf.keys[0], old, new, wire)
            yield _trait(id, leaf, at, carrier, effective)

    def reference_enum(self, id: str, old: Member, new: Member, at: At, carrier: str) -> Iterator[Delta]:
        """An enum on the reference itself. If it moved to or from the target, only the values that it gained count."""
        before, after = old.traits.get("enum"), new.traits.get("enum")
        sets = effective_enum(self.old, old), effective_enum(self.new, new)
        closed = None not in sets
        for delta in _enum(id, before, after, at, carrier):
            yield replace(delta, effective=not closed) if delta.kind is Kind.ENUM else delta
        if (before is None) != (after is None) and closed:
            places = (
                f"{at[0]}/enum" if before is not None else pointer("shapes", old.target, "enum"),
                f"{at[1]}/enum" if after is not None else pointer("shapes", new.target, "enum"),
            )
            for value, was, is_, extra in entries(sets[0] or (), sets[1] or ()):
                made, where = (came, f"{places[1]}/{is_}") if was is None else (went, f"{places[0]}/{was}")
                yield made(f"{id}${value}", Kind.ENUM_VALUE, value, where, "enum", effective=not extra, at=carrier)


def _places(old: Operation, new: Operation) -> Iterator[tuple[Member, Member]]:
    if old.input is not None and new.input is not None:
        yield old.input, new.input
    if old.output is not None and new.output is not None:
        yield old.output, new.output
    if old.errors is new.errors:
        yield from zip(old.errors, new.errors, strict=True)
    elif old.errors and new.errors:
        errors = _numbered(old.errors)
        yield from ((errors[key][1], error) for key, (_, error) in _numbered(new.errors).items() if key in errors)


def _numbered(members: tuple[Member, ...]) -> dict[tuple[str, int], tuple[int, Member]]:
    found: dict[tuple[str, int], tuple[int, Member]] = {}
    seen: dict[str, int] = {}
    for index, member in enumerate(members):
        times = seen.get(member.target, 0)
        seen[member.target] = times + 1
        found[member.target, times] = index, member
    return found


def _stated(element: Service | Operation | Shape) -> dict[str, Any]:
    """The traits but the documentation, which is there if it is empty."""
    return {key: value for key, value in element.traits.items() if key != "documentation"}


def _slot(shape: Shape, name: str) -> str:
    keys = ("members", name) if shape.type == "structure" else (name,)
    return pointer("shapes", shape.name, *keys)


def _carrier(shape: Shape, name: str) -> str:
    return "member" if shape.type == "structure" else "item" if shape.type == "list" else name


def _trait(id: str, leaf: Leaf, at: At, carrier: str, effective: bool) -> Delta:
    return fact(id, Kind.TRAIT, leaf.values(), leaf.pointers(*at), leaf.trait, effective=effective, at=carrier)


def _there(
    id: str, kind: Kind, values: tuple[Any, Any], at: At, trait: str = "", *, effective: bool = True, at_: str = ""
) -> Delta:
    """A fact whose pointers lead only to the values that are there."""
    sides = None if values[0] is None else at[0], None if values[1] is None else at[1]
    return fact(id, kind, values, sides, trait, effective=effective, at=at_)


def _documentation(
    id: str, old: Service | Operation | Shape, new: Service | Operation | Shape, at: str, to: str, carrier: str
) -> Iterator[Delta]:
    """An empty text and none differ, but say the same."""
    before, after = (element.documentation or element.traits.get("documentation") for element in (old, new))
    if before != after:
        places = f"{at}/documentation", f"{to}/documentation"
        yield _there(id, Kind.DOCUMENTATION, (before, after), places, effective=bool(before or after), at_=carrier)


def _enum(id: str, old: list[str] | None, new: list[str] | None, at: At, carrier: str) -> Iterator[Delta]:
    """Values that came or went. An enum that came or went as a whole is another matter: the set was open before."""
    at = f"{at[0]}/enum", f"{at[1]}/enum"
    if old is None or new is None:
        if old is not new:
            yield _there(id, Kind.ENUM, (old, new), at, "enum", at_=carrier)
        return
    if old == new:
        return
    for value, was, is_, extra in entries(old, new):
        made, where = (came, f"{at[1]}/{is_}") if was is None else (went, f"{at[0]}/{was}")
        yield made(f"{id}${value}", Kind.ENUM_VALUE, value, where, "enum", effective=not extra, at=carrier)
    yield from _order(id, "enum", old, new, at, carrier)


def _order(id: str, what: str, old: Iterable[str], new: Iterable[str], at: At, carrier: str) -> Iterator[Delta]:
    """What both have stands in another order."""
    stretch = moved(old, new)
    if stretch is not None:
        yield fact(id, Kind.ORDER, stretch, at, what, at=carrier)
