"""The additions to an operation's request and response, as the Python literal that change notes print.

`{'Tags': {'string': 'string'}}` means that the request has a new member Tags, a map of strings. A new structure is a
dict of its members, a list `[item]`, a map `{key: value}`, an enum `'A | B'`, any other scalar the name of its type; a
shape inside itself is `()`. New enum values are a set. Additions inside existing structures, lists and maps appear
under the members that lead to them. (The notation is that of awsapichanges.info.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pprint import PrettyPrinter
from typing import Any

from docgen.diff.delta import Kind, ServiceDelta, ShapePair
from docgen.diff.effective import effective_enum
from docgen.model.operation_walk import MAX_DEPTH, MAX_ROWS
from docgen.model.service import Member, Operation, Service, Shape


@dataclass(frozen=True, slots=True)
class Additions:
    """The additions to one operation. A side is None if nothing was added to it."""

    request: Any = None
    response: Any = None

    def __bool__(self) -> bool:
        return self.request is not None or self.response is not None


def operation_additions(delta: ServiceDelta) -> dict[str, Additions]:
    """Return the additions to the operations of both versions, in model order; without operations that have none."""
    walk = _AdditionFinder(delta)
    found = {}
    for name, operation in delta.new.operations.items():
        before = delta.old.operations.get(name)
        if before is not None and (additions := walk.compare_operation(before, operation)):
            found[name] = additions
    return found


def format_literal(value: Any) -> str:
    """Print a literal as change notes do: sorted, 80 columns wide."""
    return _LiteralPrinter().pformat(value)


class _LiteralPrinter(PrettyPrinter):
    """A printer that sorts every set; Python's own sorts only those that it breaks over lines.

    Python's own also formats a value on one line again at every level around it. Here each is formatted once.
    """

    def __init__(self) -> None:
        super().__init__(width=80)
        self.formatted: dict[int, tuple[str, bool, bool]] = {}  # by the identity of the value

    def format(self, object: object, context: dict[int, int], maxlevels: int, level: int) -> tuple[str, bool, bool]:
        if isinstance(object, set) and object:
            return "{" + ", ".join(map(repr, sorted(object))) + "}", True, False
        if not isinstance(object, (dict, list)):
            return super().format(object, context, maxlevels, level)
        found = self.formatted.get(id(object))
        if found is None:
            found = self.formatted[id(object)] = super().format(object, context, maxlevels, level)
        return found


class _LiteralBuilder:
    """Builds the literal of a new member; `open_shapes` are the shapes around it.

    With `once`, each shape is written only where it occurs first, and none below `MAX_DEPTH`.
    """

    def __init__(self, service: Service, *, once: bool = False) -> None:
        self.service = service
        self.once = once
        self.open_shapes: set[str] = set()
        self.member_count = 0

    def build(self, member: Member, depth: int = 0) -> Any:
        shape = self.service.shapes[member.target]
        if shape.name in self.open_shapes or (self.once and depth > MAX_DEPTH):
            return ()
        if not shape.members:
            enum = effective_enum(self.service, member)
            return {} if shape.type == "structure" else " | ".join(enum) if enum else shape.type
        self.check_size(shape, depth)
        self.open_shapes.add(shape.name)
        inner = {name: self.build(slot, depth + 1) for name, slot in shape.members.items()}
        if not self.once:
            self.open_shapes.discard(shape.name)
        match shape.type:
            case "list":
                return [inner["member"]]
            case "map":
                return {inner["key"]: inner["value"]}
            case _:
                return inner

    def check_size(self, shape: Shape, depth: int) -> None:
        self.member_count += len(shape.members)
        if depth > MAX_DEPTH or (self.member_count > MAX_ROWS and not self.once):
            raise _TooLargeError(shape.name)


class _TooLargeError(Exception):
    """The literal of a shape would be unreadably large."""


class _AdditionFinder:
    """Walks two versions of an operation in parallel, only into shapes that lead to an addition."""

    def __init__(self, delta: ServiceDelta) -> None:
        self.old, self.new = delta.old, delta.new
        grown = (
            pair
            for pair, deltas in delta.pair_deltas.items()
            if any(d.old is None and d.kind in (Kind.MEMBER, Kind.ENUM_VALUE) for d in deltas)
        )
        self.leading_pairs = delta.pairs_containing(grown)
        self.open_pairs: set[ShapePair] = set()
        self.member_count = 0
        self.once = False

    def compare_operation(self, old: Operation, new: Operation) -> Additions:
        """Return what an operation gained. If that is too large to write out, each shape is compared only once."""
        for self.once in (False, True):
            self.member_count = 0
            self.open_pairs.clear()
            try:
                return Additions(self.compare_root(old.input, new.input), self.compare_root(old.output, new.output))
            except _TooLargeError:
                continue
        return Additions(None, None)

    def compare_root(self, old: Member | None, new: Member | None) -> Any:
        if new is None:
            return None
        if old is None:
            return self.literal(new)
        return self.compare_member(old, new, 0)

    def literal(self, member: Member) -> Any:
        return _LiteralBuilder(self.new, once=self.once).build(member)

    def compare_member(self, old: Member, new: Member, depth: int) -> Any:
        """Return the literal of everything that was added to a member; None if nothing was."""
        pair = old.target, new.target
        if pair not in self.leading_pairs and not ("enum" in old.traits or "enum" in new.traits):
            return None
        before, after = self.old.shapes[old.target], self.new.shapes[new.target]
        if before.type != after.type or pair in self.open_pairs or (self.once and depth > MAX_DEPTH):
            return None
        if not after.members:
            return self.compare_enum(old, new)
        self.member_count += len(after.members)
        if not self.once and (depth > MAX_DEPTH or self.member_count > MAX_ROWS):
            raise _TooLargeError(after.name)
        self.open_pairs.add(pair)
        added = {}
        for name, member in after.members.items():
            earlier = before.members.get(name)
            value = self.literal(member) if earlier is None else self.compare_member(earlier, member, depth + 1)
            if value is not None:
                added[name] = value
        if not self.once:
            self.open_pairs.discard(pair)
        return _unwrap(after.type, added)

    def compare_enum(self, old: Member, new: Member) -> set[str] | None:
        before, after = effective_enum(self.old, old), effective_enum(self.new, new)
        if before is None or after is None:
            return None
        return set(after).difference(before) or None


def _unwrap(shape_type: str, added: Mapping[str, Any]) -> Any:
    """Return the additions without the level of an existing list or map, unless keys and values of a map have some."""
    if not added:
        return None
    if shape_type in ("list", "map") and len(added) == 1:
        return next(iter(added.values()))
    return dict(added)
