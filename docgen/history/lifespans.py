"""When the elements of a service appeared, were deprecated and were removed: plain values, without a history file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class DatedRelease(NamedTuple):
    """A release and its date (ISO 8601). Both are empty if the release is unknown."""

    release: str = ""
    date: str = ""


class Deprecation(NamedTuple):
    """A deprecated operation, or a deprecated member at a path of an operation.

    Attributes:
        operation: The name of the operation.
        path: The path of the member, such as `request.Tags[].Key`; empty for the operation itself.
        message: What the model says about the deprecation, or empty.
        since: The first release in which it is deprecated without a gap.

    """

    operation: str
    path: str
    message: str
    since: DatedRelease


class Removal(NamedTuple):
    """A removed operation or service: its name, the last release that had it, and the first that did not."""

    name: str
    last_release: DatedRelease
    removed_in: DatedRelease


@dataclass(frozen=True, slots=True)
class ServiceLifespan:
    """The deprecations and removals of a service.

    Attributes:
        deprecated_since: By id without the service (`Ping`, `Shape$Member`), the release that deprecated it.
        removals: The removed operations.

    """

    deprecated_since: Mapping[str, DatedRelease] = field(default_factory=dict)
    removals: tuple[Removal, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """The first releases, by number, of an operation and of its rows in order; 0 if the history does not have it."""

    operation: int
    request: tuple[int, ...]
    response: tuple[int, ...]
