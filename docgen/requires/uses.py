"""Uses of the API in code, and the releases that have them."""

from __future__ import annotations

from dataclasses import dataclass

from docgen.requires.terms import Guard

Place = tuple[str, int, int]
"""A module, a line and a column: the position of a call."""

KINDS = ("service", "operation", "parameter", "value", "response", "paginator", "waiter", "exception")


@dataclass(frozen=True, slots=True)
class Found:
    """A use as it is found: position, element and guards. `path` has the steps of a path, or one name.

    `call` is the call that it belongs to. An operation `is_open` if the call may pass more than the code shows.
    """

    module: str
    line: int
    column: int
    service: str
    operation: str
    path: tuple[str, ...]
    kind: str
    certain: bool
    value: str = ""
    written: str = ""
    guards: tuple[Guard, ...] = ()
    call: Place | None = None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A call that several services could answer, so it counts for none."""

    file: str
    line: int
    cell: int
    column: int
    method: str
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """One written name of the API: a keyword, a key of a dict, a method. Releases are numbers; 0 is no release.

    `calls` are the calls that it belongs to. An operation `is_open` if one of them may pass more than the code shows.
    """

    file: str
    line: int
    cell: int
    column: int
    service: str
    operation: str
    path: str
    value: str
    kind: str
    written: str
    since: int
    until: int
    certain: bool
    guarded: bool
    calls: frozenset[Place] = frozenset()
    is_open: bool = False

    @property
    def forces(self) -> bool:
        """Whether the code fails without it."""
        return self.certain and not self.guarded

    @property
    def is_name(self) -> bool:
        """Whether botocore itself rejects a missing one; it does not check values and responses."""
        return self.kind not in ("value", "response")

    @property
    def place(self) -> tuple[str, int, int, int]:
        """The sort key of uses."""
        return self.file, self.cell, self.line, self.column
