"""What code uses of the API, and since when that exists."""

from __future__ import annotations

from dataclasses import dataclass

from docgen.requires.terms import Guard

KINDS = ("service", "operation", "parameter", "value", "response", "paginator", "waiter", "exception")


@dataclass(frozen=True, slots=True)
class Found:
    """A use as it is found: where, what, and under which guards. `path` has the steps of a path, or one name."""

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


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A call that several services could answer, so that it counts for none."""

    file: str
    line: int
    cell: int
    column: int
    method: str
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """One written name of the API: a keyword, a key of a dict, a method. Releases are numbers; 0 is no release."""

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

    @property
    def forces(self) -> bool:
        """Whether the code does not work without it."""
        return self.certain and not self.guarded

    @property
    def is_name(self) -> bool:
        """Whether botocore itself rejects it where it does not exist; values and responses it does not check."""
        return self.kind not in ("value", "response")

    @property
    def place(self) -> tuple[str, int, int, int]:
        """What uses are sorted by."""
        return self.file, self.cell, self.line, self.column
