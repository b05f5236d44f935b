"""An operation as a page shows it: additions, description, syntax, and rows as trees."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from docgen.diff.additions import Additions, format_literal
from docgen.model.folded_rows import folded_syntax
from docgen.model.service import Operation, Service
from docgen.model.syntax import OperationSyntax, operation_syntax, rows_for_comparison, see_also_url
from docgen.pages.operation.brief import brief_changes
from docgen.pages.operation.rows import (
    MAX_COMPARED_ROWS,
    MAX_FULL_ROWS,
    MIN_OMITTED_ROWS,
    OperationRows,
    RowEntry,
    TypePage,
    UnchangedRun,
    group_unchanged,
    operation_rows,
    rows_data,
)
from docgen.pages.operation.samples import lacks_required_rows, required_arguments
from docgen.pages.operation.split import PageLinks, estimated_html_bytes, needs_split, split_rows
from docgen.pages.operation.syntax_block import SyntaxBlock, build_syntax_block, request_lines, response_lines
from docgen.pages.sentences import first_sentence
from docgen.render.markup.text import to_text
from docgen.rules.grouping import ChangeGroup

MAX_CHANGE_BLOCK_IN_NOTES = 4_000
"""Longest change block on a page of notes whose operations have their own pages, in characters."""

MAX_SHARED_CHANGES = 40
"""Most shared changes that an operation lists; it counts the others."""

MAX_CHANGE_BLOCK = 60_000
"""Longest change block on the page of an operation, in characters. Marks in the rows say the same."""


MAX_BRIEF_SENTENCE = 110
"""Longest sentence of a new operation in a list, in characters."""


class RowNode(NamedTuple):
    """A row with its children. A tuple, because a release has half a million.

    Attributes:
        entry: The row.
        mark: Mark of the row, or empty if a parent has the same mark.
        children: The rows below it.
        descendant_count: Number of rows below it, at any depth.
        marked_count: Number of marks below it.
        unchanged_run: Unchanged siblings shown in one line, beginning with this row.
    """

    entry: RowEntry
    mark: str
    children: tuple[RowNode, ...]
    descendant_count: int
    marked_count: int
    unchanged_run: UnchangedRun = ()


@dataclass(frozen=True, slots=True)
class ChangeBlock:
    """The documented `Changes (request|response|both)` block: additions of each side as printed Python values."""

    sides: str
    literals: tuple[tuple[str, str], ...]

    @property
    def character_count(self) -> int:
        """Number of characters of the block."""
        return sum(len(literal) for _, literal in self.literals)


_SHORTENED_NOTE = (
    "<note><p>This operation has more members than fit on a page. Each structure is listed only where it occurs first; "
    "everywhere else it is shown as recursive, without its members.</p></note>"
)
"""What a page says of an operation that is shortened, in the HTML dialect of models."""


@dataclass(frozen=True)  # no slots: what it lists is worked out once, when a page first asks for it
class OperationView:
    """An operation on a page.

    Attributes:
        name: Name of the operation.
        status: `new` or `updated` in change notes, else empty.
        change_block: The documented additions, or None.
        documentation: Documentation string.
        deprecated: Whether the operation is deprecated.
        see_also_url: URL of the AWS documentation, or None.
        syntax: Syntax and rows. Of a large updated operation they have only what changed.
        change_groups: Changes that affect only this operation.
        shared_change_groups: Changes that it shares with other operations.
        since: The release that added it, if a history knows it and it is not the first release in it.
        old_syntax: Syntax before the change; blocks and rows then have marks.
        life: Where the releases of its marks are between its first release and the newest, for `life_strip`.
        may_split: Whether rows may move to further pages if one would be too large.
        full_syntax_source: The model from which `full_syntax` is made, if `syntax` does not have all rows.
        type_pages: The types that have a page, by the name of a shape.
    """

    name: str
    status: str
    change_block: ChangeBlock | None
    documentation: str
    deprecated: bool
    see_also_url: str | None
    syntax: OperationSyntax
    change_groups: tuple[ChangeGroup, ...] = ()
    shared_change_groups: tuple[ChangeGroup, ...] = ()
    since: str = ""
    old_syntax: OperationSyntax | None = None
    life: Mapping[str, int] = field(default_factory=dict)
    may_split: bool = False
    full_syntax_source: tuple[Service, Operation] | None = None
    type_pages: Mapping[str, TypePage] = field(default_factory=dict)

    @cached_property
    def full_syntax(self) -> OperationSyntax:
        """The syntax and rows without any shortening."""
        return operation_syntax(*self.full_syntax_source) if self.full_syntax_source else self.syntax

    @cached_property
    def rows(self) -> OperationRows:
        """The rows of request and response."""
        is_closed = self.old_syntax is not None and self.full_syntax_source is not None
        found = operation_rows(self.syntax, self.old_syntax, changes_only=is_closed)
        if not self.may_split or not needs_split(found):
            return found
        return split_rows(operation_rows(self.syntax, self.old_syntax, changes_only=is_closed, with_pairs=True))

    @cached_property
    def brief(self) -> str:
        """What changed, in a few words; of a new operation, what it does."""
        if self.status == "new":
            return first_sentence(self.documentation, MAX_BRIEF_SENTENCE)
        groups = self.change_groups or self.shared_change_groups
        return brief_changes(self.rows) or (groups[0].message if groups else "")

    @cached_property
    def required_arguments(self) -> tuple[str, ...]:
        """The required arguments of a call, a line each, for all samples."""
        is_partial = self.syntax.is_folded and lacks_required_rows(self.syntax.parameters)
        return required_arguments((self.full_syntax if is_partial else self.syntax).parameters)

    @cached_property
    def html_size_estimate(self) -> int:
        """Roughly how many bytes of HTML the operation takes in change notes."""
        additions = self.change_block.character_count if self.change_block else 0
        lists = estimated_html_bytes(self.rows.parameters) + estimated_html_bytes(self.rows.response)
        return lists + len(self.documentation) + additions

    @property
    def listed_shared_groups(self) -> tuple[ChangeGroup, ...]:
        """The shared changes that notes list."""
        return self.shared_change_groups[:MAX_SHARED_CHANGES]

    @property
    def more_shared_groups(self) -> int:
        """How many more shared changes there are."""
        return len(self.shared_change_groups[MAX_SHARED_CHANGES:])

    def page_links(self, id_prefix: str = "", part: str = "") -> PageLinks:
        """Return the links from one page of the operation."""
        return PageLinks(
            id_prefix,
            part,
            self.rows.part_by_anchor,
            has_lines=self.old_syntax is None,
            type_pages=self.type_pages,
            life=self.life,
        )

    def flat_entries(self, entries: Iterable[RowEntry]) -> Iterator[tuple[RowEntry, UnchangedRun]]:
        """Yield entries as a flat list: each with the run of unchanged rows that begins with it."""
        return group_unchanged(entries)

    @cached_property
    def request_block(self) -> SyntaxBlock:
        """Syntax block of the request."""
        if self.rows.is_plain:
            return build_syntax_block((), self.syntax.request_syntax)
        return build_syntax_block(request_lines(self.rows.parameters, self.syntax.method))

    @cached_property
    def response_block(self) -> SyntaxBlock | None:
        """Syntax block of the response; None if there is and was none."""
        if not self.rows.response:
            return None
        if self.rows.is_plain:
            return build_syntax_block((), self.syntax.response_syntax or "")
        return build_syntax_block(response_lines(self.rows.response))

    @property
    def parameter_tree(self) -> tuple[RowNode, ...]:
        """The parameters as a tree."""
        return row_tree(self.rows.parameters)

    @property
    def response_tree(self) -> tuple[RowNode, ...]:
        """The members of the response as a tree."""
        return row_tree(self.rows.response[1:], depth=1)


def operation_view(
    service: Service,
    operation: Operation,
    *,
    status: str = "",
    syntax: OperationSyntax | None = None,
    package: str = "",
    with_all_rows: bool = False,
) -> OperationView:
    """Return an operation of a package as the documented page shows it.

    `syntax` is computed if not given, of a large operation without the rows that its page does not list, unless
    `with_all_rows`.
    """
    folded = None
    if syntax is None and not with_all_rows:
        folded = folded_syntax(service, operation, MAX_FULL_ROWS, MIN_OMITTED_ROWS)
    shown = syntax or folded or operation_syntax(service, operation)
    return OperationView(
        name=operation.name,
        status=status,
        change_block=None,
        documentation=operation.documentation + (_SHORTENED_NOTE if shown.is_shortened else ""),
        deprecated=operation.deprecated,
        see_also_url=see_also_url(service, operation, package),
        syntax=shown,
        full_syntax_source=(service, operation) if folded else None,
    )


def updated_operation_view(
    old: tuple[Service, Operation],
    new: tuple[Service, Operation],
    same_shapes: Container[str] = frozenset(),
    additions: Additions | None = None,
) -> OperationView:
    """Return an operation with marks for its changes.

    Args:
        old: The old model and the operation in it.
        new: The new model and the operation in it.
        same_shapes: Names of shapes in which nothing changed but documentation. Large operations only name them.
        additions: What request and response gained.
    """
    lists = rows_for_comparison(old, new, same_shapes, MAX_COMPARED_ROWS)
    before, syntax = lists or (operation_syntax(*old), operation_syntax(*new))
    return replace(
        operation_view(*new, status="updated", syntax=syntax),
        change_block=build_change_block(_in_python_names(additions, *new)) if additions else None,
        old_syntax=before,
        full_syntax_source=new if lists else None,
    )


def _in_python_names(additions: Additions, service: Service, operation: Operation) -> Additions:
    """Return additions with the names that botocore gives request parameters in a `docgen.model.python_view`."""
    if not isinstance(additions.request, dict) or operation.input is None:
        return additions
    names = {member.name: name for name, member in service.shape(operation.input).members.items()}
    request = {names.get(name, name): value for name, value in additions.request.items()}
    return replace(additions, request=request)


def build_change_block(additions: Additions) -> ChangeBlock:
    """Return the documented block: `both` if request and response gained the same."""
    if additions.request is not None and additions.request == additions.response:
        return ChangeBlock("both", (("", format_literal(additions.request)),))
    sides = {"request": additions.request, "response": additions.response}
    present = {side: format_literal(value) for side, value in sides.items() if value is not None}
    titles = [side.capitalize() if len(present) > 1 else "" for side in present]
    return ChangeBlock(", ".join(present), tuple(zip(titles, present.values(), strict=True)))


def row_tree(entries: Iterable[RowEntry], depth: int = 0) -> tuple[RowNode, ...]:
    """Return entries as a tree with its top level at `depth`; unchanged siblings are one node."""
    level: list[list[RowNode]] = [[]]
    # From the last entry to the first: the children of an entry are complete when it is reached.
    for entry, run in reversed(list(group_unchanged(entries))):
        at = entry.row.depth - depth
        while len(level) <= at + 1:
            level.append([])
        if not level[at + 1]:
            level[at].append(RowNode(entry, entry.mark, (), 0, 0, run))
            continue
        below = tuple(reversed(level[at + 1]))
        level[at + 1] = []
        if entry.mark in ("added", "removed"):
            below = tuple([_without_mark(node, entry.mark) for node in below])
        size = len(below) + sum([node.descendant_count for node in below])
        marks = sum([node.marked_count + (node.mark != "") for node in below])
        level[at].append(RowNode(entry, entry.mark, below, size, marks, run))
    return tuple(reversed(level[0]))


def _without_mark(node: RowNode, mark: str) -> RowNode:
    return node._replace(mark="") if node.mark == mark else node


def operation_head_data(view: OperationView) -> dict[str, Any]:
    """Return the description of an operation as JSON."""
    return {
        "operation": view.name,
        "method": view.syntax.method,
        "documentation": to_text(view.documentation),
        "deprecated": view.deprecated,
        "since": view.since or None,
        "see_also_url": view.see_also_url,
    }


def syntax_and_rows_data(view: OperationView) -> dict[str, Any]:
    """Return the syntax and the lists of an operation as JSON, shortened as on its page."""
    return {
        "request_syntax": view.request_block.current_text,
        "response_syntax": view.response_block.current_text if view.syntax.response and view.response_block else None,
        "parameters": list(rows_data(view.rows.parameters, view.type_pages)),
        "response": list(rows_data(view.rows.response, view.type_pages)),
    }
