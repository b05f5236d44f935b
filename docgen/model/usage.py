"""Which operations reach a shape, as what, and by which path. A direction belongs to the path, not to the shape.

One pass per service: shapes that contain each other form a group (a strongly connected component), groups have an
order, and each group hands the operations that reach it, one bit each, to the groups that it contains.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from docgen.model.service import Member, Operation, Service, Shape

_KEPT = 256


class Direction(StrEnum):
    """Where a value travels: in a request, a response, an error; `BOTH` ways, or a matter of the whole service."""

    REQUEST = "request"
    RESPONSE = "response"
    ERROR = "error"
    BOTH = "both"
    SERVICE = "service"


WAYS = (Direction.REQUEST, Direction.RESPONSE, Direction.ERROR)
"""The directions that a path can have."""


def usage(service: Service) -> Usage:
    """Work out the usage of every shape of `service`."""
    return Usage(service)


def step(path: str, shape: Shape, slot: str) -> str:
    """The path of a slot of `shape`, which stands at `path`: `A.B`, `A[]`, `A{key}`, `A{value}`."""
    if shape.type == "list":
        return f"{path}[]"
    if shape.type == "map":
        return f"{path}{{{slot}}}"
    return f"{path}.{slot}" if path else slot


class Usage:
    """Who uses which shape. Ask; nothing here changes."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._names = tuple(service.operations)
        self._inner = {name: shape.targets for name, shape in service.shapes.items()}
        self._outer: dict[str, list[str]] = {}
        self._distances: dict[str, Mapping[str, int]] = {}
        self._reach = self._reached()

    def directions(self, shape: str) -> frozenset[Direction]:
        """How operations reach `shape`: any of request, response and error; empty if none does."""
        return frozenset(way for way in WAYS if self._reach[way].get(shape))

    def operations(self, shape: str, direction: Direction) -> tuple[str, ...]:
        """The operations that reach `shape` in this direction, in model order; `BOTH` means any direction."""
        ways = (direction,) if direction in self._reach else WAYS
        bits = 0
        for way in ways:
            bits |= self._reach[way].get(shape, 0)
        return tuple(self._named(bits))

    def path(self, operation: str, shape: str, direction: Direction | None = None) -> str | None:
        """A shortest path from an operation to `shape`, the first in model order; None if there is none.

        It is "" for the input and the output themselves, and opens with the name of the error in an error. Without a
        direction the request goes before the response, and that before the errors.
        """
        distances = self._distances_to(shape)
        for way in (direction,) if direction in self._reach else WAYS:
            starts = [
                (distances[m.target], m)
                for m in roots(self._service.operations[operation], way)
                if m.target in distances
            ]
            if starts:
                root = min(starts, key=lambda start: start[0])[1].target
                return self._walk(root, distances, root if way is Direction.ERROR else "")
        return None

    def _named(self, bits: int) -> Iterator[str]:
        while bits:
            lowest = bits & -bits
            yield self._names[lowest.bit_length() - 1]
            bits ^= lowest

    def _walk(self, name: str, distances: Mapping[str, int], path: str) -> str:
        while left := distances[name]:
            shape = self._service.shapes[name]
            slot = next(m for m in shape.members.values() if distances.get(m.target, left) < left)
            path, name = step(path, shape, slot.name), slot.target
        return path

    def _distances_to(self, shape: str) -> Mapping[str, int]:
        """How far each shape that contains `shape` is from it: level by level over the reversed graph."""
        if shape in self._distances:
            return self._distances[shape]
        if not self._outer:
            for name, targets in self._inner.items():
                for target in targets:
                    self._outer.setdefault(target, []).append(name)
        found = {shape: 0}
        level = [shape]
        while level:
            far = found[level[0]] + 1
            level = [name for inner in level for name in self._outer.get(inner, ()) if name not in found]
            found.update(dict.fromkeys(level, far))
            level = list(dict.fromkeys(level))
        if len(self._distances) >= _KEPT:
            self._distances.clear()
        self._distances[shape] = found
        return found

    def _reached(self) -> dict[Direction, dict[str, int]]:
        """For each direction the operations that reach each shape, one bit each."""
        found: dict[Direction, dict[str, int]] = {way: {} for way in WAYS}
        for index, operation in enumerate(self._service.operations.values()):
            for way, reach in found.items():
                for member in roots(operation, way):
                    reach[member.target] = reach.get(member.target, 0) | 1 << index
        groups = _groups(self._inner)
        for reach in found.values():
            for group in groups:
                self._hand_on(group, reach)
        return found

    def _hand_on(self, group: tuple[str, ...], reach: dict[str, int]) -> None:
        bits = 0
        for name in group:
            bits |= reach.get(name, 0)
        if bits:
            for name in group:
                reach[name] = bits
                for inner in self._inner[name]:
                    reach[inner] = reach.get(inner, 0) | bits


def roots(operation: Operation, way: Direction) -> tuple[Member, ...]:
    """The references with which an operation opens one direction."""
    if way is Direction.ERROR:
        return operation.errors
    member = operation.input if way is Direction.REQUEST else operation.output
    return () if member is None else (member,)


def _groups(inner: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Shapes that contain each other, outermost group first (Tarjan's algorithm, without recursion)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: dict[str, None] = {}
    found: list[tuple[str, ...]] = []
    for start in inner:
        if start in order:
            continue
        order[start] = low[start] = len(order)
        open_[start] = None
        trail = [(start, iter(inner[start]))]
        while trail:
            name, rest = trail[-1]
            for target in rest:
                if target not in order:
                    order[target] = low[target] = len(order)
                    open_[target] = None
                    trail.append((target, iter(inner[target])))
                    break
                if target in open_:
                    low[name] = min(low[name], order[target])
            else:
                trail.pop()
                if trail:
                    low[trail[-1][0]] = min(low[trail[-1][0]], low[name])
                if low[name] == order[name]:
                    group: list[str] = []
                    while not group or group[-1] != name:
                        group.append(open_.popitem()[0])
                    found.append(tuple(group))
    found.reverse()
    return found
