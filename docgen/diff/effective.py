"""Effective values: what a reference and its target mean together, and which differences have an effect.

The keys of a reference override those of its target, and a member without a `locationName` has its own name on the
wire. So a trait can move between the two, or a default be written out, and nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from docgen.diff.delta import Delta, Kind, ShapePair
from docgen.diff.json_values import ABSENT, json_equal
from docgen.model.service import Member, Service, Shape

_SHAPE_ONLY_TRAITS = frozenset(("exception", "error", "fault", "retryable"))
"""Traits that SDKs read from an error's shape only, even if references repeat them."""
_OVERRIDABLE_KINDS = frozenset((Kind.TRAIT, Kind.ENUM, Kind.ENUM_VALUE, Kind.DOCUMENTATION))


def enum_of(shape: Shape) -> tuple[str, ...] | None:
    """Return the values that a shape allows; None if it allows any."""
    enum = shape.traits.get("enum")
    return None if enum is None else tuple(enum)


def effective_enum(service: Service, member: Member) -> tuple[str, ...] | None:
    """Return the values that a member allows: its own enum, else its target's; None if it allows any."""
    enum = service.trait(member, "enum")
    return None if enum is None else tuple(enum)


def is_unset(value: Any) -> bool:
    """Return whether the value of a trait means the same as its absence: null, false or an empty list."""
    return value is ABSENT or value is None or value is False or value == []


class EffectiveValues:
    """Decides which differences between two services have an effect."""

    def __init__(self, old: Service, new: Service) -> None:
        self.old = old
        self.new = new

    def differs(self, key: str, old: Member, new: Member, wire_name: str | None) -> bool:
        """Return whether the effective values of a trait differ between two references in the same position.

        `wire_name` is their name on the wire where no trait gives another; None if they have none.
        """
        return not json_equal(
            _effective_value(self.old, key, old, wire_name), _effective_value(self.new, key, new, wire_name)
        )

    def mark_ineffective(
        self,
        pair_deltas: dict[ShapePair, tuple[Delta, ...]],
        contained_pairs: Mapping[ShapePair, tuple[ShapePair, ...]],
        root_member_pairs: Iterable[tuple[Member, Member]],
    ) -> None:
        """Mark the deltas of shapes that have no effect because every reference to the shape overrides them.

        Args:
            pair_deltas: The deltas of each pair of shapes, which are replaced where they have no effect.
            contained_pairs: The pairs that each pair contains.
            root_member_pairs: The references outside shapes: inputs, outputs and errors of operations.
        """
        candidates: dict[ShapePair, set[str]] = {}
        for pair, deltas in pair_deltas.items():
            keys = {key for delta in deltas if (key := _trait_key(delta)) and key not in _SHAPE_ONLY_TRAITS}
            if keys:
                candidates[pair] = keys
        if not candidates:
            return
        for old, new in root_member_pairs:
            self.discard_differing(candidates, (old.target, new.target), old, new, None)
        for pair, contained in contained_pairs.items():
            if not candidates.keys().isdisjoint(contained):
                self.discard_differing_inside(candidates, pair)
        for pair, keys in candidates.items():
            pair_deltas[pair] = tuple(
                replace(delta, effective=False) if _trait_key(delta) in keys else delta for delta in pair_deltas[pair]
            )

    def discard_differing_inside(self, candidates: dict[ShapePair, set[str]], pair: ShapePair) -> None:
        """Drop the candidates that differ for a member of a pair."""
        old, new = self.old.shapes[pair[0]], self.new.shapes[pair[1]]
        for name, member in new.members.items():
            earlier = old.members.get(name)
            if earlier is not None and (earlier.target, member.target) in candidates:
                self.discard_differing(
                    candidates, (earlier.target, member.target), earlier, member, default_wire_name(old, new, name)
                )

    def discard_differing(
        self, candidates: dict[ShapePair, set[str]], pair: ShapePair, old: Member, new: Member, wire_name: str | None
    ) -> None:
        """Drop the candidate traits of a pair that differ for this reference."""
        keys = candidates.get(pair)
        if keys is None:
            return
        for key in [key for key in keys if self.differs(key, old, new, wire_name)]:
            keys.discard(key)
        if not keys:
            del candidates[pair]


def _trait_key(delta: Delta) -> str:
    """Return the trait of a shape that a delta is about; "" if it is about something else."""
    if delta.carrier != "shape" or delta.kind not in _OVERRIDABLE_KINDS:
        return ""
    return "documentation" if delta.kind is Kind.DOCUMENTATION else delta.trait.partition(".")[0]


def default_wire_name(old: Shape, new: Shape, name: str) -> str | None:
    """Return the name of a member on the wire where no trait gives another; None for the items of a flattened list."""
    flat = "flattened" in old.traits or "flattened" in new.traits
    return None if flat and new.type != "structure" else name


def _effective_value(service: Service, key: str, member: Member, wire_name: str | None) -> Any:
    if key == "documentation":
        return service.documentation_of(member)
    value = service.trait(member, key)
    if key == "locationName" and value is None and wire_name is not None:
        return wire_name if _has_own_wire_name(service, member) else None
    return None if value is False and key != "default" else value


def _has_own_wire_name(service: Service, member: Member) -> bool:
    """Return whether a member without a `locationName` has its own name on the wire.

    Headers with a common prefix do not. EC2 capitalizes a `locationName` in requests, but not the name of a member.
    """
    if service.trait(member, "location") == "headers":
        return False
    return service.metadata.get("protocol") != "ec2" or not member.name[:1].islower()
