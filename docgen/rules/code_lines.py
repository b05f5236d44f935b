"""Lines of code that use an element of an API, which changes carry where only what some code uses is reported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

MAX_NAMED_LINES = 3
"""How many lines a sentence names; it counts the others."""


@dataclass(frozen=True, slots=True, order=True)
class CodeLine:
    """A line of code that uses an element.

    Attributes:
        file: The path of the file, as messages show it.
        cell: The number of the cell in a notebook, from 1; 0 in other files.
        line: The line in the file, or in the cell.
        column: The column, from 1.
        certain: Whether the code shows which service the line uses; otherwise that is inferred.
        guarded: Whether the code handles that the element is missing.
        whole: Whether the line passes on, unseen, what is below the element.
        calls: The calls that the use belongs to.
        is_open: Whether such a call may pass more parameters than the code shows.
    """

    file: str
    cell: int
    line: int
    column: int
    certain: bool = True
    guarded: bool = False
    whole: bool = False
    calls: frozenset[object] = field(default=frozenset(), compare=False)
    is_open: bool = field(default=False, compare=False)

    @property
    def is_sure(self) -> bool:
        """Whether a breaking change of the element certainly breaks the line."""
        return self.certain and not self.guarded and not self.whole

    @property
    def label(self) -> str:
        """The place: `src/chat.py:42`, or the cell of a notebook and the line in it."""
        return f"{self.file}:cell {self.cell}:{self.line}" if self.cell else f"{self.file}:{self.line}"

    @property
    def remark(self) -> str:
        """Why a breaking change may not break the line: `inferred`, `guarded`, `passed on whole`; "" if it does."""
        if not self.certain:
            return "inferred"
        return "guarded" if self.guarded else "passed on whole" if self.whole else ""


def sure_lines_first(lines: Iterable[CodeLine]) -> tuple[CodeLine, ...]:
    """Return the lines, each place once; those that a breaking change certainly breaks come first."""
    best: dict[tuple[str, int, int], CodeLine] = {}
    for line in sorted(lines, key=lambda each: (not each.is_sure, each)):
        best.setdefault((line.file, line.cell, line.line), line)
    return tuple(best.values())


def code_lines_text(lines: Iterable[CodeLine], *, with_remarks: bool = True) -> str:
    """Return the first places and the number of the others; "" for none. Remarks say which may not be broken."""
    found = sure_lines_first(lines)
    shown = [
        f"{line.label} ({line.remark})" if with_remarks and line.remark else line.label
        for line in found[:MAX_NAMED_LINES]
    ]
    more = len(found) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def code_line_data(line: CodeLine) -> dict[str, Any]:
    """Return a line of code as plain values."""
    return {
        "file": line.file,
        "line": line.line,
        "column": line.column,
        "cell": line.cell or None,
        "certain": line.certain,
        "guarded": line.guarded,
        "whole": line.whole,
    }
