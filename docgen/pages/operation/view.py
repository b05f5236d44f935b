"""An operation as a page shows it: what it gained, its description and syntax, its lists as trees."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from docgen.diff.additions import Additions, literal
from docgen.model.service import Operation, Service
from docgen.model.syntax import OperationSyntax, compared_lists, operation_syntax, see_also
from docgen.pages.operation.rows import WHOLE, Entry, Listing, Run, gathered, listing
from docgen.pages.operation.split import Place, is_large, split
from docgen.pages.operation.syntax_block import Block, block, request_lines, response_lines
from docgen.rules.grouping import Cause

LONG = 60
"""Lines of a block, or entries of a list, from which HTML folds it."""


BRIEF = 4_000
"""Characters of a change block up to which it stands among others, where the operations have pages of their own."""

SEVERAL = 40
"""Shared changes that an operation lists; it counts the others, each of which lists its operations."""

TELLING = 60_000
"""Characters of a change block from which such a page leaves it to the marks in its syntax and lists."""


@dataclass(frozen=True, slots=True)
class Node:
    """An entry with the entries below it: the list as a tree. `size` counts these at any depth.

    `mark` is the entry's, but nothing where all that is around it has it too. `marks` counts the marks below. `run` are
    quiet siblings that are told in one line, the entry being the first of them.
    """

    entry: Entry
    mark: str
    nodes: tuple[Node, ...]
    size: int
    marks: int
    run: Run = ()


@dataclass(frozen=True, slots=True)
class ChangeBlock:
    """The documented `Changes (request|response|both)` block: what each side gained, as printed Python values."""

    sides: str
    literals: tuple[tuple[str, str], ...]

    @property
    def size(self) -> int:
        """How many characters it prints."""
        return sum(len(literal) for _, literal in self.literals)


@dataclass(frozen=True)  # no slots: what it lists is worked out once, when a page first asks for it
class OperationView:
    """One operation: what it gained (None when nothing is compared), its description, syntax and lists.

    `before` is the syntax that the operation had, where that is compared: blocks and lists then have marks. Where the
    operation is large, both have only what differs; `whole` has everything.
    `with_parts` says that there may be further pages for what would make one page too large.

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
    before: OperationSyntax | None = None
    with_parts: bool = False
    closed_from: tuple[Service, Operation] | None = None

    @cached_property
    def whole(self) -> OperationSyntax:
        """The syntax and lists with everything in them."""
        return operation_syntax(*self.closed_from) if self.closed_from else self.syntax

    @cached_property
    def listing(self) -> Listing:
        """Both lists, as pages show them."""
        is_closed = self.closed_from is not None
        found = listing(self.syntax, self.before, is_closed=is_closed)
        if not self.with_parts or not is_large(found):
            return found
        return split(listing(self.syntax, self.before, is_closed=is_closed, with_pairs=True))

    def place(self, prefix: str = "", part: str = "") -> Place:
        """One of the operation's pages, to link from."""
        return Place(prefix, part, self.listing.where)

    def told(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Run]]:
        """A list of the operation as a flat page has it: entries, each with the run of quiet ones that it opens."""
        return gathered(entries)

    @cached_property
    def request_block(self) -> Block:
        """The request's syntax, as pages show it."""
        if self.listing.is_plain:
            return block((), self.syntax.request_syntax)
        return block(request_lines(self.listing.parameters, self.syntax.method))

    @cached_property
    def response_block(self) -> Block | None:
        """The response's syntax, as pages show it; None where there is and was no response."""
        if not self.listing.response:
            return None
        if self.listing.is_plain:
            return block((), self.syntax.response_syntax or "")
        return block(response_lines(self.listing.response))

    @property
    def parameters(self) -> tuple[Node, ...]:
        """The parameter list as a tree."""
        return tree(self.listing.parameters)

    @property
    def response(self) -> tuple[Node, ...]:
        """The response structure as a tree, without its root, which is no member."""
        return tree(self.listing.response[1:], depth=1)


def operation_view(
    service: Service, operation: Operation, *, status: str = "", syntax: OperationSyntax | None = None
) -> OperationView:
    """One operation as the documented page shows it. Its `syntax` is worked out where it is not given."""
    return OperationView(
        name=operation.name,
        status=status,
        changes=None,
        documentation=operation.documentation,
        deprecated=operation.deprecated,
        see_also=see_also(service, operation),
        syntax=syntax or operation_syntax(service, operation),
    )


def updated_view(
    old: tuple[Service, Operation],
    new: tuple[Service, Operation],
    same: Container[str] = frozenset(),
    gained: Additions | None = None,
) -> OperationView:
    """An operation with marks for what differs from what it was.

    `same` names the shapes that do not differ, nor anything that they contain, in more than words: where an operation
    is large, they are only named.
    """
    lists = compared_lists(old, new, same, WHOLE)
    before, syntax = lists or (operation_syntax(*old), operation_syntax(*new))
    return replace(
        operation_view(*new, status="updated", syntax=syntax),
        changes=change_block(gained) if gained else None,
        before=before,
        closed_from=new if lists else None,
    )


def change_block(gained: Additions) -> ChangeBlock:
    """The documented block: `both` where request and response gained the same."""
    if gained.request is not None and gained.request == gained.response:
        return ChangeBlock("both", (("", literal(gained.request)),))
    sides = {"request": gained.request, "response": gained.response}
    present = {side: literal(value) for side, value in sides.items() if value is not None}
    titles = [side.capitalize() if len(present) > 1 else "" for side in present]
    return ChangeBlock(", ".join(present), tuple(zip(titles, present.values(), strict=True)))


def tree(listed: Iterable[Entry], depth: int = 0) -> tuple[Node, ...]:
    """Entries, depth first, as a tree whose top level has `depth`; quiet ones in runs."""
    level: list[list[Node]] = [[]]
    # From the last entry to the first: all that lies below an entry is complete when the entry comes.
    for entry, run in reversed(list(gathered(listed))):
        at = entry.row.depth - depth
        while len(level) <= at + 1:
            level.append([])
        below = tuple(reversed(level[at + 1]))
        level[at + 1] = []
        if entry.mark in ("added", "removed") and below:
            below = tuple([_unmarked(node, entry.mark) for node in below])
        size = len(below) + sum([node.size for node in below])
        marks = sum([node.marks + (node.mark != "") for node in below])
        level[at].append(Node(entry, entry.mark, below, size, marks, run))
    return tuple(reversed(level[0]))


def _unmarked(node: Node, mark: str) -> Node:
    return replace(node, mark="") if node.mark == mark else node
