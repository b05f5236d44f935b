"""Facts: what differs between two versions of a service model. No opinions, nothing about how it is shown.

Shapes form a graph, recursive and shared by hundreds of operations, so neither names nor paths are compared but
*pairs*: an old and a new shape that stand in the same place. The walk starts at the operations that both versions have,
queues the pairs that it meets and compares each once. A renamed shape is compared in place, and the cost
is that of the two models, not of the paths through them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from docgen.diff.facts import Delta, Kind, Pair, ServiceDelta
from docgen.model import Member, Operation, Service, Shape, pointer


def diff(
    old: Service,
    new: Service,
    service: str = "",
    *,
    old_siblings: Mapping[str, Any] | None = None,
    new_siblings: Mapping[str, Any] | None = None,
) -> ServiceDelta:
    """Compare two versions of a service; `service` is its SDK name, which opens every id (`appstream#Shape$Member`).

    The siblings are the decoded files that lie beside each model, by canonical name (`paginators-1.json`).
    """
    return _Diff(old, new, service).run()


class _Diff:
    def __init__(self, old: Service, new: Service, service: str) -> None:
        self.old = old
        self.new = new
        self.service = service
        self.of_pairs: dict[Pair, tuple[Delta, ...]] = {}
        self.inner: dict[Pair, tuple[Pair, ...]] = {}

    def run(self) -> ServiceDelta:
        of_operations: dict[str, tuple[Delta, ...]] = {}
        start: dict[Pair, None] = {}
        for name, operation in self.new.operations.items():
            before = self.old.operations.get(name)
            if before is None:
                deltas: tuple[Delta, ...] = (self.operation(None, operation),)
            else:
                deltas = tuple(self.slots(before, operation))
                start.update(dict.fromkeys(_common_pairs(before, operation)))
            if deltas:
                of_operations[name] = deltas
        for name, operation in self.old.operations.items():
            if name not in self.new.operations:
                of_operations[name] = (self.operation(operation, None),)
        self.compare_all(start)
        return ServiceDelta(self.service, self.old, self.new, of_operations, self.of_pairs, self.inner)

    def compare_all(self, start: Iterable[Pair]) -> None:
        """Compare the pairs and all that they contain, each once."""
        waiting = list(start)
        while waiting:
            pair = waiting.pop()
            if pair in self.inner:
                continue
            old, new = self.old.shapes[pair[0]], self.new.shapes[pair[1]]
            contained: list[Pair] = []
            deltas = tuple(self.shapes(old, new, contained))
            self.inner[pair] = tuple(dict.fromkeys(contained))
            if deltas:
                self.of_pairs[pair] = deltas
            waiting.extend(contained)

    def operation(self, old: Operation | None, new: Operation | None) -> Delta:
        name = (new or old).name  # type: ignore[union-attr]  # one of the two is there
        at = pointer("operations", name)
        return Delta(
            f"{self.service}#{name}()",
            Kind.OPERATION,
            name if old else None,
            name if new else None,
            at if old else None,
            at if new else None,
        )

    def slots(self, old: Operation, new: Operation) -> Iterator[Delta]:
        for kind, before, after in ((Kind.INPUT, old.input, new.input), (Kind.OUTPUT, old.output, new.output)):
            if (before is None) != (after is None):
                at = pointer("operations", new.name, kind.value)
                yield Delta(
                    f"{self.service}#{new.name}()",
                    kind,
                    before.target if before else None,
                    after.target if after else None,
                    at if before else None,
                    at if after else None,
                )

    def shapes(self, old: Shape, new: Shape, contained: list[Pair]) -> Iterator[Delta]:
        """The facts of one pair; the pairs that it contains are added to `contained`."""
        id = f"{self.service}#{new.name}"
        at = pointer("shapes", old.name), pointer("shapes", new.name)
        if old.type != new.type:
            yield Delta(id, Kind.TYPE, old.type, new.type, f"{at[0]}/type", f"{at[1]}/type")
            return
        yield from _enum_values(id, enum_of(old), enum_of(new), at)
        for name, member in new.members.items():
            before = old.members.get(name)
            if before is None:
                yield Delta(f"{id}${name}", Kind.MEMBER, None, name, None, _slot(new, name))
            else:
                contained.append((before.target, member.target))
                slots = _slot(old, name), _slot(new, name)
                yield from self.member_enum(f"{id}${name}", before, member, slots)
        for name in old.members:
            if name not in new.members:
                yield Delta(f"{id}${name}", Kind.MEMBER, name, None, _slot(old, name), None)

    def member_enum(self, id: str, old: Member, new: Member, at: tuple[str, str]) -> Iterator[Delta]:
        """Values of an enum that stands on the reference; one on the target is a fact of that pair."""
        if "enum" in old.traits or "enum" in new.traits:
            yield from _enum_values(id, effective_enum(self.old, old), effective_enum(self.new, new), at)


def _common_pairs(old: Operation, new: Operation) -> Iterator[Pair]:
    for before, after in ((old.input, new.input), (old.output, new.output)):
        if before is not None and after is not None:
            yield before.target, after.target


def _slot(shape: Shape, name: str) -> str:
    keys = ("members", name) if shape.type == "structure" else (name,)
    return pointer("shapes", shape.name, *keys)


def _enum_values(
    id: str, old: tuple[str, ...] | None, new: tuple[str, ...] | None, at: tuple[str, str]
) -> Iterator[Delta]:
    """Values that came or went. An enum that came or went as a whole is another matter: the set was open before."""
    if old is None or new is None or old == new:
        return
    before, after = set(old), set(new)
    for index, value in enumerate(new):
        if value not in before:
            yield Delta(f"{id}${value}", Kind.ENUM_VALUE, None, value, None, f"{at[1]}/enum/{index}")
    for index, value in enumerate(old):
        if value not in after:
            yield Delta(f"{id}${value}", Kind.ENUM_VALUE, value, None, f"{at[0]}/enum/{index}", None)


def enum_of(shape: Shape) -> tuple[str, ...] | None:
    """The values that a string shape allows; None where it allows any."""
    enum = shape.traits.get("enum")
    return None if enum is None else tuple(enum)


def effective_enum(service: Service, member: Member) -> tuple[str, ...] | None:
    """The values that `member` allows: its own enum, else its target's."""
    enum = service.trait(member, "enum")
    return None if enum is None else tuple(enum)
