"""The page of a type: its members or values, the operations that use it, and its history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from markupsafe import Markup

from docgen.history.lifespans import FirstSeen, TypeChange
from docgen.model.row_details import RowDetails, row_details
from docgen.model.rows import Row
from docgen.model.service import Member, Service, Shape
from docgen.model.type_rows import type_rows
from docgen.model.usage import Direction, ShapeUsage
from docgen.pages.operation.row_diff import RowPair
from docgen.pages.operation.rows import (
    RowEntry,
    RowLocations,
    TypePage,
    UnchangedRun,
    group_unchanged,
    row_anchor,
    rows_data,
)
from docgen.pages.operation.since_marks import positions_in_life, rows_with_marks
from docgen.pages.operation.split import PageLinks
from docgen.pages.operation.view import RowNode, row_tree
from docgen.pages.registry import PageKind, register_page
from docgen.pages.sentences import first_sentence, page_description
from docgen.render.addresses import html_id, operation_folder
from docgen.render.markup.text import to_text
from docgen.render.pictures.time_line import Dot, time_line
from docgen.render.row_words import MAX_INLINE_VALUES, details_data
from docgen.wording import counted

TYPE_FORMATS = ("html", "markdown", "json")
"""The formats of pages of types. The text format lists all members with the operations, as botocore does."""

MAX_LISTED_NAMES = 40
"""Most added or removed names that a line of the history lists; it counts the others."""

ROW_SIDE = "member"
"""Begins the HTML ids of rows, so that no member has the id of another part of the page."""

_NOT_COMPARED = RowPair(None, None)

_DIRECTIONS = ((Direction.REQUEST, "Requests"), (Direction.RESPONSE, "Responses"), (Direction.ERROR, "Errors"))


class TypeUse(NamedTuple):
    """An operation that uses a type: the path to its first use, the page with that row if not the first, and its id."""

    operation: str
    path: str
    part: str
    anchor: str

    @property
    def page(self) -> str:
        """The page with the row, from the folder of the operation."""
        return f"{self.part}/index.html" if self.part else "index.html"


class HistoryLine(NamedTuple):
    """A change in the history of a type, with the names that are listed and how many more there are."""

    change: TypeChange
    added: tuple[tuple[str, ...], int]
    removed: tuple[tuple[str, ...], int]

    @property
    def text(self) -> str:
        """The change in words."""
        words = [f"the type {self.change.event}"] if self.change.event else []
        for verb, (names, more) in (("added", self.added), ("removed", self.removed)):
            if names:
                words.append(f"{verb} {', '.join(names)}{f' and {more:,} more' if more else ''}")
        return "; ".join([*words, *self.change.changed])


@dataclass(frozen=True, slots=True)
class TypeReference:
    """A type.

    Attributes:
        service: SDK name of the service.
        api_version: API version of the model.
        title: Full name of the service.
        name: Name of the type.
        kind: `structure`, `union`, `error` or `enum`.
        documentation: Documentation string.
        entries: The rows of a structure, beginning with the whole.
        details: Values of an enum, or None.
        uses: The operations that use the type: the direction, its name in words, and the uses, A to Z.
        since: The release that added it, if a history knows it and it is not the first release in it.
        life: Where the releases of its marks are between its first release and the newest, for `life_strip`.
        history: The releases that changed it, newest first.
        notes_paths: Path of the change notes of a release, where the site has them.
        type_pages: The types that have a page, by the name of a shape.
        elsewhere: Links to the rows of operations that list what the page leaves out, by operation and row.
        root: Relative link to the root of the site.
        folders: Folders of operations whose names differ only by case.
        service_operations: Names of all operations of the service.
        previous_type: Name and folder of the type before it, or None.
        next_type: Name and folder of the type after it, or None.
    """

    service: str
    api_version: str
    title: str
    name: str
    kind: str
    documentation: str
    entries: tuple[RowEntry, ...]
    details: RowDetails | None
    uses: tuple[tuple[str, str, tuple[TypeUse, ...]], ...]
    since: str = ""
    life: Mapping[str, int] = field(default_factory=dict)
    history: tuple[TypeChange, ...] = ()
    notes_paths: Mapping[str, str] = field(default_factory=dict)
    type_pages: Mapping[str, TypePage] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    root: str = ""
    folders: Mapping[str, str] = field(default_factory=dict)
    service_operations: Set[str] = frozenset()
    previous_type: TypePage | None = None
    next_type: TypePage | None = None

    @property
    def size_text(self) -> str:
        """How many members or values it has, in words."""
        return size_text(self.kind, len(self.details.values) if self.details else len(self.nodes))

    @property
    def operation_count(self) -> int:
        """How many operations use it."""
        return len({use.operation for _, _, uses in self.uses for use in uses})

    @property
    def nodes(self) -> tuple[RowNode, ...]:
        """The members as a tree."""
        return row_tree(self.entries[1:], depth=1)

    @property
    def flat_entries(self) -> Iterator[tuple[RowEntry, UnchangedRun]]:
        """The members as a flat list."""
        return group_unchanged(self.entries[1:])

    @property
    def history_lines(self) -> tuple[HistoryLine, ...]:
        """The history with long lists of names shortened."""
        return tuple(
            HistoryLine(change, *(_first_names(names) for names in (change.added, change.removed)))
            for change in self.history
        )

    @property
    def page_links(self) -> PageLinks:
        """The links from the page."""
        return PageLinks(type_pages=self.type_pages, types_root="../", elsewhere=self.elsewhere, life=self.life)

    @property
    def time_line(self) -> Markup | None:
        """The picture of the history, or None if there is little to show."""
        return time_line(tuple(map(_history_dot, self.history)))

    def link(self, operation: str) -> str | None:
        """Return the link to an operation of the service, or None."""
        known = operation in self.service_operations
        return f"../../{operation_folder(operation, self.folders)}/index.html" if known else None


def _first_names(names: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    return names[:MAX_LISTED_NAMES], len(names[MAX_LISTED_NAMES:])


def size_text(kind: str, size: int) -> str:
    """Return the size of a type in words."""
    return counted(size, "value" if kind == "enum" else "member")


def type_kind(shape: Shape) -> str:
    """Return what a type is: `structure`, `union`, `error` or `enum`."""
    if shape.type != "structure":
        return "enum"
    if shape.traits.get("exception"):
        return "error"
    return "union" if shape.traits.get("union") else "structure"


def _history_dot(change: TypeChange) -> Dot:
    release, date = change.when
    severity = "p-del" if change.removed or change.event == "removed" else "p-chg" if change.changed else "p-add"
    words = [f"the type {change.event}"] if change.event else []
    words += [f"{len(names)} {verb}" for names, verb in ((change.added, "added"), (change.removed, "removed")) if names]
    words += [f"{len(change.changed)} changed"] if change.changed else []
    return Dot(date, release, f"{date} {release}: {', '.join(words)}", severity, "#history")


def type_reference(
    service: Service,
    shape: Shape,
    service_name: str,
    usage: ShapeUsage,
    type_pages: Mapping[str, TypePage],
    locations: Mapping[str, RowLocations],
    rows_below: Mapping[str, int],
    folders: Mapping[str, str],
    first_seen_of: Callable[[str, Sequence[Row]], FirstSeen] | None = None,
    releases: Sequence[tuple[str, str]] = (),
    history: Iterable[TypeChange] = (),
) -> TypeReference:
    """Return the page of a type.

    Args:
        service: The model.
        shape: The type, a structure or an enum.
        service_name: SDK name of the service.
        usage: Which operations use the shapes of the service.
        type_pages: The types that have a page, by the name of a shape.
        locations: Where the rows of each operation are.
        rows_below: The number of rows below each shape (`NotableShapes`).
        folders: Folders of operations whose names differ only by case.
        first_seen_of: Returns the releases that added a type and its rows; the page then has marks.
        releases: Name and date of each release of the history, oldest first.
        history: The releases that changed the type, newest first.
    """
    uses = tuple(_type_uses(usage, shape.name, locations))
    rows: list[Row] = []
    if shape.type == "structure":
        others = type_pages.keys() - {shape.name}
        is_request = any(direction == Direction.REQUEST for direction, _, _ in uses)
        rows = type_rows(service, shape.name, others, rows_below, is_request=is_request)
    listed = {row.shape for row in rows if not row.omits_children}
    left_out = [row.path for row in rows if row.omits_children and row.shape not in {*type_pages, *listed}]
    elsewhere = {path: _first_use(uses, path, locations, folders) for path in left_out}
    details = row_details(Member(shape.name, shape.name), shape) if not rows else None
    since = ""
    life: Mapping[str, int] = {}
    if first_seen_of is not None:
        first_seen = first_seen_of(shape.name, rows)
        rows = rows_with_marks(rows, first_seen, releases)
        life = positions_in_life(rows, first_seen.operation, releases)
        since = releases[first_seen.operation - 1][0] if first_seen.operation > 1 else ""
        if details is not None:
            ages = first_seen.values[shape.name]
            dated = tuple(releases[ages[value] - 1][0] if value in ages else "" for value in details.values)
            details = details._replace(values_since=dated)
    return TypeReference(
        service=service_name,
        api_version=service.api_version,
        title=service.full_name or service_name,
        name=shape.name,
        kind=type_kind(shape),
        documentation=shape.documentation,
        entries=tuple(_member_entries(rows, type_pages, elsewhere)),
        elsewhere=dict(elsewhere.values()),
        details=details,
        uses=uses,
        since=since,
        life=life,
        history=tuple(history),
        type_pages=type_pages,
        folders=folders,
        service_operations=service.operations.keys(),
    )


def _first_use(
    uses: Sequence[tuple[str, str, tuple[TypeUse, ...]]],
    path: str,
    locations: Mapping[str, RowLocations],
    folders: Mapping[str, str],
) -> tuple[str, str]:
    """Return the row of an operation that lists what is at a path of a type: in words, and a link to it."""
    direction, _, ((operation, start, part, anchor), *_) = uses[0]
    if direction != Direction.ERROR:
        anchor = row_anchor(direction, f"{start}.{path}" if start else path)
        part, anchor = locations[operation].nearest(anchor)
    page = f"{part}/index.html" if part else "index.html"
    return f"{operation} {anchor}", f"../../{operation_folder(operation, folders)}/{page}#{anchor}"


def _type_uses(
    usage: ShapeUsage, name: str, locations: Mapping[str, RowLocations]
) -> Iterable[tuple[str, str, tuple[TypeUse, ...]]]:
    for direction, label in _DIRECTIONS:
        uses = [
            _type_use(operation, usage.path(operation, name, direction) or "", direction, locations[operation])
            for operation in sorted(usage.operations(name, direction))
        ]
        if uses:
            yield direction.value, label, tuple(uses)


def _type_use(operation: str, path: str, direction: Direction, locations: RowLocations) -> TypeUse:
    if direction == Direction.ERROR:
        return TypeUse(operation, path, "", f"error.{html_id(path.partition('.')[0])}")
    return TypeUse(operation, path, *locations.nearest(row_anchor(direction.value, path)))


def _member_entries(
    rows: Sequence[Row], type_pages: Mapping[str, TypePage], elsewhere: Mapping[str, tuple[str, str]]
) -> Iterator[RowEntry]:
    """Yield rows with anchors; a row whose members another row or an operation lists refers to that."""
    anchors: set[str] = set()
    values: dict[str, str] = {}
    listed: dict[str, str] = {}
    for row in rows:
        anchor = row_anchor(ROW_SIDE, row.path)
        same_as = elsewhere[row.path][0] if row.path in elsewhere else ""
        if row.omits_children and row.shape not in type_pages:
            same_as = same_as or listed[row.shape]
        elif row.path and not row.recursive:
            listed.setdefault(row.shape, anchor)
        same_values = ""
        if row.details is not None and len(row.details.values) > MAX_INLINE_VALUES:
            same_values = values.setdefault(row.shape, anchor)
        yield RowEntry(
            row,
            _NOT_COMPARED,
            anchor="" if row.name is None or anchor in anchors else anchor,
            same_as=same_as,
            omits_children=row.omits_children,
            same_values="" if same_values == anchor else same_values,
        )
        anchors.add(anchor)


def type_data(page: TypeReference) -> dict[str, Any]:
    """Return a type as JSON."""
    data: dict[str, Any] = {
        "service": page.service,
        "api_version": page.api_version,
        "type": page.name,
        "kind": page.kind,
        "documentation": to_text(page.documentation),
        "since": page.since or None,
        "members": list(rows_data(page.entries[1:], page.type_pages)),
        "uses": [
            {"operation": use.operation, "direction": direction, "path": use.path}
            for direction, _, uses in page.uses
            for use in uses
        ],
        "history": [
            {
                "release": change.when.release,
                "date": change.when.date or None,
                "event": change.event or None,
                "added": list(change.added),
                "removed": list(change.removed),
                "changed": list(change.changed),
            }
            for change in page.history
        ],
    }
    return data | (details_data(page.details) if page.details else {})


def _type_description(page: TypeReference) -> str:
    return page_description(f"{page.title}: {page.name}, {page.kind}.", first_sentence(page.documentation))


TYPE_PAGE = register_page(
    PageKind(
        "type",
        TypeReference,
        data=type_data,
        description=_type_description,
        link=TypeReference.link,
        formats=TYPE_FORMATS,
    )
)
