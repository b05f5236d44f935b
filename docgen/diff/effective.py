"""What references and their targets say together, and so which differences have an effect.

A reference's own keys go before its target's; a slot without a `locationName` has its own name on the wire. So a
trait may move between the two, and a name may be said or not, and nothing has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from docgen.diff.facts import Delta, Kind, ShapePair
from docgen.diff.json_values import ABSENT, json_equal
from docgen.model.service import Member, Service, Shape

CONTAINER_TYPES = frozenset(("structure", "list", "map"))

_SHAPE_ONLY_TRAITS = frozenset(("exception", "error", "fault", "retryable"))
"""Traits that SDKs read from an error's shape, whatever the references repeat of them."""
_OVERRIDABLE_KINDS = frozenset((Kind.TRAIT, Kind.ENUM, Kind.ENUM_VALUE, Kind.DOCUMENTATION))


def enum_of(shape: Shape) -> tuple[str, ...] | None:
    """The values that a string shape allows; None where it allows any."""
    enum = shape.traits.get("enum")
    return None if enum is None else tuple(enum)


def effective_enum(service: Service, member: Member) -> tuple[str, ...] | None:
    """The values that `member` allows: its own enum, else its target's."""
    enum = service.trait(member, "enum")
    return None if enum is None else tuple(enum)


def is_unset(value: Any) -> bool:
    """Whether a trait is not there, or a flag that is off, or a list of nothing."""
    return value is ABSENT or value is None or value is False or value == []


class EffectiveValues:
    """Decides which differences between two services have an effect."""

    def __init__(self, old: Service, new: Service) -> None:
        self.old = old
        self.new = new

    def differs(self, key: str, old: Member, new: Member, wire_name: str | None) -> bool:
        """Whether a trait of two references that stand in the same place differs, together with their targets.

        `wire` is the name that they have on the wire if nothing else is said.
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
        """Mark what differs in shapes without an effect: wherever they stand, the references make up for it.

        `places` has the references outside all shapes: the operations' inputs, outputs and errors.
        """
        open_ = {}
        for pair, deltas in pair_deltas.items():
            keys = {key for delta in deltas if (key := _trait_key(delta)) and key not in _SHAPE_ONLY_TRAITS}
            if keys:
                open_[pair] = keys
        if not open_:
            return
        for old, new in root_member_pairs:
            self.discard_differing(open_, (old.target, new.target), old, new, None)
        for pair, contained in contained_pairs.items():
            if not open_.keys().isdisjoint(contained):
                self.discard_differing_inside(open_, pair)
        for pair, keys in open_.items():
            pair_deltas[pair] = tuple(
                replace(delta, effective=False) if _trait_key(delta) in keys else delta for delta in pair_deltas[pair]
            )

    def discard_differing_inside(self, candidates: dict[ShapePair, set[str]], pair: ShapePair) -> None:
        """Strike what the members of a pair show to differ."""
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
        """Forget the traits of a pair that this place shows to differ."""
        keys = candidates.get(pair)
        if keys is None:
            return
        for key in [key for key in keys if self.differs(key, old, new, wire_name)]:
            keys.discard(key)
        if not keys:
            del candidates[pair]


def _trait_key(delta: Delta) -> str:
    """The trait of a shape that a delta is about; "" if it is about another thing."""
    if delta.carrier != "shape" or delta.kind not in _OVERRIDABLE_KINDS:
        return ""
    return "documentation" if delta.kind is Kind.DOCUMENTATION else delta.trait.partition(".")[0]


def default_wire_name(old: Shape, new: Shape, name: str) -> str | None:
    """The name of a slot on the wire if nothing else is said; None for items that stand without a list around them."""
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
    """Whether a slot without a `locationName` has its own name on the wire: headers with a common prefix do not.

    EC2 writes a `locationName` in requests with a capital, and a member's own name as it is.
    """
    if service.trait(member, "location") == "headers":
        return False
    return service.metadata.get("protocol") != "ec2" or not member.name[:1].islower()
