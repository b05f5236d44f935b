"""The documented delta literal: what an operation's request or response gained, as a Python value.

`{'Tags': {'string': 'string'}}` says that the request gained the member Tags, a map of strings. A new structure is
a dict of its members, a list `[item]`, a map `{key: value}`, an enum `'A | B'`, any other scalar the name of its
type; a shape inside itself is `()`. New enum values are a set. What lies inside existing structures, lists and maps
is shown under the members that lead there. (The notation is that of awsapichanges.info.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pprint import PrettyPrinter
from typing import Any

from docgen.diff.effective import effective_enum
from docgen.diff.facts import Kind, ServiceDelta, ShapePair
from docgen.errors import ModelError
from docgen.model.service import Member, Operation, Service, Shape
from docgen.model.syntax import MAX_DEPTH, MAX_ROWS


@dataclass(frozen=True, slots=True)
class Additions:
    """What one operation gained; None for a side that gained nothing."""

    request: Any = None
    response: Any = None

    def __bool__(self) -> bool:
        return self.request is not None or self.response is not None


def operation_additions(delta: ServiceDelta) -> dict[str, Additions]:
    """The additions of every operation that both versions have and that gained something, in model order."""
    walk = _AdditionFinder(delta)
    found = {}
    for name, operation in delta.new.operations.items():
        before = delta.old.operations.get(name)
        if before is not None and (gained := walk.compare_operation(before, operation)):
            found[name] = gained
    return found


def format_literal(value: Any) -> str:
    """The value as the documented page prints it: sorted, 80 columns."""
    return _LiteralPrinter(width=80).pformat(value)


class _LiteralPrinter(PrettyPrinter):
    """Python's own, which sorts a set only where it breaks it over lines."""

    def format(self, object: object, context: dict[int, int], maxlevels: int, level: int) -> tuple[str, bool, bool]:
        if isinstance(object, set) and object:
            return "{" + ", ".join(map(repr, sorted(object))) + "}", True, False
        return super().format(object, context, maxlevels, level)


class _LiteralBuilder:
    """Writes what a member may hold; `open` are the shapes that it is inside."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.open_shapes: set[str] = set()
        self.member_count = 0

    def build(self, member: Member) -> Any:
        shape = self.service.shapes[member.target]
        if shape.name in self.open_shapes:
            return ()
        if not shape.members:
            enum = effective_enum(self.service, member)
            return {} if shape.type == "structure" else " | ".join(enum) if enum else shape.type
        self.check_size(shape)
        self.open_shapes.add(shape.name)
        inner = {name: self.build(slot) for name, slot in shape.members.items()}
        self.open_shapes.discard(shape.name)
        match shape.type:
            case "list":
                return [inner["member"]]
            case "map":
                return {inner["key"]: inner["value"]}
            case _:
                return inner

    def check_size(self, shape: Shape) -> None:
        self.member_count += len(shape.members)
        if len(self.open_shapes) > MAX_DEPTH or self.member_count > MAX_ROWS:
            raise too_large_error(shape)


def too_large_error(shape: Shape) -> ModelError:
    """The error for a shape that nobody could read the whole of."""
    limit = f"deeper than {MAX_DEPTH} levels or more than {MAX_ROWS:,} members"
    return ModelError(f"shape {shape.name!r}: too large to write out ({limit})")


class _AdditionFinder:
    """Walks two operations side by side, only where an addition can be reached."""

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

    def compare_operation(self, old: Operation, new: Operation) -> Additions:
        self.member_count = 0
        return Additions(self.compare_root(old.input, new.input), self.compare_root(old.output, new.output))

    def compare_root(self, old: Member | None, new: Member | None) -> Any:
        if new is None:
            return None
        if old is None:
            return _LiteralBuilder(self.new).build(new)
        return self.compare_member(old, new)

    def compare_member(self, old: Member, new: Member) -> Any:
        """What stands for everything gained in this place; None for nothing."""
        pair = old.target, new.target
        if pair not in self.leading_pairs and not ("enum" in old.traits or "enum" in new.traits):
            return None
        before, after = self.old.shapes[old.target], self.new.shapes[new.target]
        if before.type != after.type or pair in self.open_pairs:
            return None
        if not after.members:
            return self.compare_enum(old, new)
        self.member_count += len(after.members)
        if len(self.open_pairs) > MAX_DEPTH or self.member_count > MAX_ROWS:
            raise too_large_error(after)
        self.open_pairs.add(pair)
        gained = {}
        for name, member in after.members.items():
            earlier = before.members.get(name)
            value = _LiteralBuilder(self.new).build(member) if earlier is None else self.compare_member(earlier, member)
            if value is not None:
                gained[name] = value
        self.open_pairs.discard(pair)
        return _unwrap(after.type, gained)

    def compare_enum(self, old: Member, new: Member) -> set[str] | None:
        before, after = effective_enum(self.old, old), effective_enum(self.new, new)
        if before is None or after is None:
            return None
        return set(after).difference(before) or None


def _unwrap(type_: str, gained: Mapping[str, Any]) -> Any:
    """An existing list or map adds no level of its own, unless both a map's keys and its values gained something."""
    if not gained:
        return None
    if type_ in ("list", "map") and len(gained) == 1:
        return next(iter(gained.values()))
    return dict(gained)
