"""Which operations reach a shape, in which direction, and by which path. Directions belong to paths, not to shapes.

One pass per service: shapes that contain each other form a strongly connected component, components have an order, and
each one passes the operations that reach it, one bit each, to the components that it contains.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from docgen.model.paths import child_path
from docgen.model.service import Member, Operation, Service

_MAX_CACHED_DISTANCES = 256


class Direction(StrEnum):
    """Where a value is sent: in a request, a response or an error, or both ways. `SERVICE` means the whole service."""

    REQUEST = "request"
    RESPONSE = "response"
    ERROR = "error"
    BOTH = "both"
    SERVICE = "service"


DIRECTIONS = (Direction.REQUEST, Direction.RESPONSE, Direction.ERROR)
"""The directions that a path from an operation can have, in the order in which they are tried."""


class ShapeUsage:
    """The operations that reach each shape of a service, and the paths by which they do. Immutable."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._operation_names = tuple(service.operations)
        self._targets = {name: shape.targets for name, shape in service.shapes.items()}
        self._containers: dict[str, list[str]] = {}
        self._distances: dict[str, Mapping[str, int]] = {}
        self._components = _connected_components(self._targets)
        self._operation_bits = self._find_operation_bits()

    def directions(self, shape: str) -> frozenset[Direction]:
        """Return the directions in which operations reach the shape named `shape`; empty if none does."""
        return frozenset(d for d in DIRECTIONS if self._operation_bits[d].get(shape))

    def operations(self, shape: str, direction: Direction) -> tuple[str, ...]:
        """Return the names of the operations that reach `shape`, in model order. `Direction.BOTH` means any."""
        directions = (direction,) if direction in self._operation_bits else DIRECTIONS
        bits = 0
        for each in directions:
            bits |= self._operation_bits[each].get(shape, 0)
        return tuple(self._operations_of_bits(bits))

    @property
    def components(self) -> list[tuple[str, ...]]:
        """Groups of shapes that contain each other, outermost first; most have one shape."""
        return self._components

    def operation_count(self, shape: str) -> int:
        """Return the number of operations that reach `shape` in any direction."""
        bits = 0
        for each in DIRECTIONS:
            bits |= self._operation_bits[each].get(shape, 0)
        return bits.bit_count()

    def path(self, operation: str, shape: str, direction: Direction | None = None) -> str | None:
        """Return a shortest path from an operation to a shape, the first one in model order.

        Args:
            operation: The name of the operation.
            shape: The name of the shape.
            direction: Where to look; None or `BOTH` tries the request, then the response, then the errors.

        Returns:
            The path; "" for the input and the output themselves; in an error it starts with the error's name. None if
            the operation does not reach the shape.
        """
        distances = self._distances_to(shape)
        for each in (direction,) if direction in self._operation_bits else DIRECTIONS:
            starts = [
                (distances[m.target], m)
                for m in root_members(self._service.operations[operation], each)
                if m.target in distances
            ]
            if starts:
                root = min(starts, key=lambda start: start[0])[1].target
                return self._descend(root, distances, root if each is Direction.ERROR else "")
        return None

    def _operations_of_bits(self, bits: int) -> Iterator[str]:
        while bits:
            lowest = bits & -bits
            yield self._operation_names[lowest.bit_length() - 1]
            bits ^= lowest

    def _descend(self, name: str, distances: Mapping[str, int], path: str) -> str:
        while left := distances[name]:
            shape = self._service.shapes[name]
            slot = next(m for m in shape.members.values() if distances.get(m.target, left) < left)
            path, name = child_path(path, shape, slot.name), slot.target
        return path

    def _distances_to(self, shape: str) -> Mapping[str, int]:
        """Return the distance to `shape` of every shape that contains it, level by level over the reversed graph."""
        if shape in self._distances:
            return self._distances[shape]
        if not self._containers:
            for name, targets in self._targets.items():
                for target in targets:
                    self._containers.setdefault(target, []).append(name)
        found = {shape: 0}
        level = [shape]
        while level:
            far = found[level[0]] + 1
            level = [name for inner in level for name in self._containers.get(inner, ()) if name not in found]
            found.update(dict.fromkeys(level, far))
            level = list(dict.fromkeys(level))
        if len(self._distances) >= _MAX_CACHED_DISTANCES:
            self._distances.clear()
        self._distances[shape] = found
        return found

    def _find_operation_bits(self) -> dict[Direction, dict[str, int]]:
        """Return the operations that reach each shape in each direction, one bit each."""
        found: dict[Direction, dict[str, int]] = {direction: {} for direction in DIRECTIONS}
        for index, operation in enumerate(self._service.operations.values()):
            for direction, bits in found.items():
                for member in root_members(operation, direction):
                    bits[member.target] = bits.get(member.target, 0) | 1 << index
        for bits in found.values():
            for component in self._components:
                self._propagate(component, bits)
        return found

    def _propagate(self, component: tuple[str, ...], operation_bits: dict[str, int]) -> None:
        bits = 0
        for name in component:
            bits |= operation_bits.get(name, 0)
        if bits:
            for name in component:
                operation_bits[name] = bits
                for inner in self._targets[name]:
                    operation_bits[inner] = operation_bits.get(inner, 0) | bits


def root_members(operation: Operation, direction: Direction) -> tuple[Member, ...]:
    """Return the references of an operation in one direction: its input, its output or its errors."""
    if direction is Direction.ERROR:
        return operation.errors
    member = operation.input if direction is Direction.REQUEST else operation.output
    return () if member is None else (member,)


def _connected_components(targets: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return groups of shapes that contain each other, outermost first (Tarjan's algorithm, without recursion)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: dict[str, None] = {}
    found: list[tuple[str, ...]] = []
    for start in targets:
        if start in order:
            continue
        order[start] = low[start] = len(order)
        open_[start] = None
        trail = [(start, iter(targets[start]))]
        while trail:
            name, rest = trail[-1]
            for target in rest:
                if target not in order:
                    order[target] = low[target] = len(order)
                    open_[target] = None
                    trail.append((target, iter(targets[target])))
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
