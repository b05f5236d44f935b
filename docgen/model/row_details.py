"""What a model says of a value beyond its type: limits, pattern, values, default, and how it is sent."""

from __future__ import annotations

from typing import Any, NamedTuple

from docgen.model.service import Member, Shape


class RowDetails(NamedTuple):
    """What a row says beyond its type.

    Attributes:
        kind: Type of the shape, which says what a limit counts.
        minimum: Lowest value, or fewest characters, bytes, items or entries.
        maximum: Highest value, or most characters, bytes, items or entries.
        pattern: Regular expression that a string matches, or empty.
        values: The values of an enum.
        default: The default as text, or None.
        is_union: Whether exactly one member is set.
        is_streaming: Whether the value is read or sent as a stream.
        is_token: Whether SDKs fill it in.
        is_sensitive: Whether logs leave it out.
        values_since: Empty here; pages fill in the release that added each value, if it is younger than its shape.
    """

    kind: str
    minimum: Any = None
    maximum: Any = None
    pattern: str = ""
    values: tuple[str, ...] = ()
    default: Any = None
    is_union: bool = False
    is_streaming: bool = False
    is_token: bool = False
    is_sensitive: bool = False
    values_since: tuple[str, ...] = ()

    @property
    def dated_values(self) -> tuple[tuple[str, str], ...]:
        """The values, each with the release that added it, or an empty text."""
        return tuple(zip(self.values, self.values_since or ("",) * len(self.values), strict=True))


def row_details(member: Member, shape: Shape, *, is_streaming: bool = False) -> RowDetails | None:
    """Return what a model says of a member beyond its type, or None if it says nothing more."""
    traits = {**shape.traits, **member.traits} if member.traits else shape.traits
    if _DETAIL_TRAITS.isdisjoint(traits) and not is_streaming:
        return None
    trait = traits.get
    values = trait("enum")
    details = RowDetails(
        kind=shape.type,
        minimum=_limit(trait("min")),
        maximum=_limit(trait("max")),
        pattern=_pattern_text(trait("pattern")),
        values=tuple(map(str, values)) if isinstance(values, (list, tuple)) and shape.type == "string" else (),
        default=_scalar(trait("default")),
        is_union=shape.type == "structure" and bool(trait("union")),
        is_streaming=is_streaming or bool(trait("streaming")) or bool(trait("eventstream")),
        is_token="idempotencyToken" in traits,
        is_sensitive=bool(trait("sensitive")),
    )
    return details if details[1:] != _NOTHING else None


_DETAIL_TRAITS = frozenset(
    "enum min max pattern default union streaming eventstream idempotencyToken sensitive".split()
)
"""The traits that details are made from. Most members have none of them."""

_NOTHING = RowDetails("")[1:]


def _limit(value: Any) -> Any:
    """Return a limit; a malformed one counts as none."""
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _pattern_text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _scalar(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool)) else None
