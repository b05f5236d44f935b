"""An operation as a page shows it: what it gained, its description and syntax, its lists as trees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from docgen.changes import Cause
from docgen.literal import Additions, literal
from docgen.model import Operation, Service
from docgen.syntax import OperationSyntax, Row, operation_syntax, see_also

LONG = 60
"""Lines of a block, or entries of a list, from which HTML folds it."""

HUGE = 2_000
"""Rows from which a list for people says a shape's members once and refers to them later (9 operations have 54,000)."""

_LEVELS = re.compile(r"\[\]|\{key\}|\{value\}")


class Entry(NamedTuple):
    """A row as people read it; `same_as` is the row that has the members which are not said again here."""

    row: Row
    same_as: Row | None


@dataclass(frozen=True, slots=True)
class Node:
    """An entry with the entries below it: the list as a tree. `anchor` and `same_as` are ids on the page, or empty."""

    row: Row
    anchor: str
    same_as: str
    nodes: tuple[Node, ...]
    size: int


@dataclass(frozen=True, slots=True)
class ChangeBlock:
    """The documented `Changes (request|response|both)` block: what each side gained, as printed Python values."""

    sides: str
    literals: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OperationView:
    """One operation: what it gained (None when nothing is compared), its description, syntax and lists.

    `causes` are the changes that affect it alone, `shared` those that it shares with others and that stand elsewhere.
    `since` is the release that brought it, where a history says so and it is not the first one there.
    """

    name: str
    status: str
    changes: ChangeBlock | None
    documentation: str
    deprecated: bool
    see_also: str | None
    syntax: OperationSyntax
    causes: tuple[Cause, ...] = ()
    shared: tuple[Cause, ...] = ()
    since: str = ""

    @property
    def parameters(self) -> tuple[Node, ...]:
        """The parameter list as a tree."""
        return tree(entries(self.syntax.parameters), "request")

    @property
    def response(self) -> tuple[Node, ...]:
        """The response structure as a tree, without its root, which is no member."""
        return tree(entries(self.syntax.response[1:]), "response", depth=1)

    @property
    def parameter_entries(self) -> list[Entry]:
        """The parameter list."""
        return entries(self.syntax.parameters)

    @property
    def response_entries(self) -> list[Entry]:
        """The response structure, its root first."""
        return entries(self.syntax.response)


def operation_view(
    service: Service, operation: Operation, *, status: str = "", gained: Additions | None = None
) -> OperationView:
    """One operation as the documented page shows it."""
    return OperationView(
        name=operation.name,
        status=status,
        changes=change_block(gained) if gained else None,
        documentation=operation.documentation,
        deprecated=operation.deprecated,
        see_also=see_also(service, operation),
        syntax=operation_syntax(service, operation),
    )


def change_block(gained: Additions) -> ChangeBlock:
    """The documented block: `both` where request and response gained the same."""
    if gained.request is not None and gained.request == gained.response:
        return ChangeBlock("both", (("", literal(gained.request)),))
    sides = {"request": gained.request, "response": gained.response}
    present = {side: literal(value) for side, value in sides.items() if value is not None}
    titles = [side.capitalize() if len(present) > 1 else "" for side in present]
    return ChangeBlock(", ".join(present), tuple(zip(titles, present.values(), strict=True)))


def entries(rows: Sequence[Row]) -> list[Entry]:
    """Rows for people: each with all its members, or in a huge list only where its shape comes first."""
    if len(rows) < HUGE:
        return [Entry(row, None) for row in rows]
    found: list[Entry] = []
    first: dict[str, Row] = {}
    hidden = len(rows)  # the depth below which rows are left out
    for row, after in zip(rows, (*rows[1:], None), strict=True):
        if row.depth > hidden:
            continue
        hidden = len(rows)
        said = None
        if after is not None and after.depth > row.depth and not row.path.endswith("{key}"):
            said = first.setdefault(row.shape, row)
        if said is None or said is row:
            found.append(Entry(row, None))
        else:
            found.append(Entry(row, said))
            hidden = row.depth
    return found


def tree(listed: Sequence[Entry], side: str, depth: int = 0) -> tuple[Node, ...]:
    """Entries, depth first, as a tree whose top level has `depth`; anchors are `request.VpcConfig.SubnetIds`."""
    level: list[list[Node]] = [[]]
    # From the last entry to the first: all that lies below an entry is complete when the entry comes.
    for entry in reversed(listed):
        row = entry.row
        at = row.depth - depth
        while len(level) <= at + 1:
            level.append([])
        below = tuple(reversed(level[at + 1]))
        level[at + 1] = []
        anchor = anchor_of(side, row.path) if row.name is not None else ""
        same_as = anchor_of(side, entry.same_as.path) if entry.same_as else ""
        level[at].append(Node(row, anchor, same_as, below, len(below) + sum(node.size for node in below)))
    return tuple(reversed(level[0]))


def anchor_of(side: str, path: str) -> str:
    """The id of a row. List and map levels add nothing: an item shares the id of the list that holds it."""
    name = _LEVELS.sub("", path)
    return f"{side}.{name}" if name else side
