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


class TypeChange(NamedTuple):
    """What a release changed in a type.

    Attributes:
        when: The release.
        event: `added`, `removed` or `returned` for the type itself, else empty.
        added: Names of added members or values.
        removed: Names of removed members or values.
        changed: What else changed, in words.
    """

    when: DatedRelease
    event: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


class YearOfChanges(NamedTuple):
    """How many operations and members of a service appeared and disappeared in a year."""

    year: str
    operations_added: int
    operations_removed: int
    members_added: int
    members_removed: int


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
    """The first releases, by number, of an operation and of its rows in order; 0 if the history does not have it.

    Attributes:
        operation: The first release of the operation.
        request: Those of the rows of the request.
        response: Those of the rows of the response.
        request_deprecated: The first release in which each row of the request is deprecated; 0 if it is not.
        response_deprecated: The same for the response.
        request_required: The first release in which each row of the request is required, if that is later than its
            first one; else 0.
        response_required: The same for the response.
        values: By the name of an enum, the first release of each value that is younger than the enum.
    """

    operation: int
    request: tuple[int, ...]
    response: tuple[int, ...]
    request_deprecated: tuple[int, ...] = ()
    response_deprecated: tuple[int, ...] = ()
    request_required: tuple[int, ...] = ()
    response_required: tuple[int, ...] = ()
    values: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
