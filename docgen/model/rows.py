"""The parameter list and the response structure of an operation, row by row (`botocore.docs.params`)."""

from __future__ import annotations

from collections.abc import Container, Mapping
from html import escape
from math import inf
from typing import NamedTuple

from docgen.model.operation_walk import DOCUMENT_PLACEHOLDER, MAX_DEPTH, MAX_ROWS, RECURSIVE_PLACEHOLDER, OperationWalk
from docgen.model.paths import CONTAINER_SEGMENTS, ITEM, KEY, VALUE
from docgen.model.row_details import RowDetails, row_details
from docgen.model.service import CONTAINER_TYPES, Member, Operation, Service, Shape
from docgen.model.walk_cache import walk_cache

ALWAYS_LISTED_ROWS = 2
"""Rows below an unchanged row up to which a comparison still lists them."""

# What botocore writes, reStructuredText roles included, because the documented page shows it.
DOCUMENT_TYPE = ":ref:`document<document>`"
STREAMING_TYPE = ":class:`.StreamingBody`"
EVENT_STREAM_TYPE = ":class:`.EventStream`"

_IDEMPOTENCY_TOKEN_NOTE = "<p>This field is autopopulated if not provided.</p>"  # noqa: S105 - an idempotency token, no secret
_UNION_REQUEST_NOTE = (
    "<note><p>This is a Tagged Union structure. Only one of the following top level keys can be set: {keys}.</p></note>"
)
_UNION_RESPONSE_NOTE = (
    "<note><p>This is a Tagged Union structure. Only one of the following top level keys will be set: {keys}. If a "
    "client receives an unknown member it will set <code>SDK_UNKNOWN_MEMBER</code> as the top level key, which maps "
    "to the name or tag of the unknown member. The structure of <code>SDK_UNKNOWN_MEMBER</code> is as follows:</p>"
    "<pre>'SDK_UNKNOWN_MEMBER': {{'name': 'UnknownMemberName'}}</pre></note>"
)

# botocore.docs.utils.py_type_name
_TYPE_NAMES = {
    "blob": "bytes",
    "character": "string",
    "double": "float",
    "long": "integer",
    "map": "dict",
    "structure": "dict",
    "timestamp": "datetime",
}

BRACKETS = {"{": "}", "[": "]", "EventStream({": "})"}
"""The opening brackets of rows that have rows below them, with the closing ones."""


class Row(NamedTuple):
    """One row of a parameter list or of a response structure, depth first. A tuple, because a release has a million.

    Attributes:
        path: `A.B`, `A[]` (list item), `A{key}`, `A{value}`. The first row of a response is the whole, with the path
            "".
        name: The member's name; None for items, keys, values and the whole response.
        type: The documented type name.
        required: Whether a request must have it.
        depth: 0 for a top-level parameter and for the whole response. A map's value is one level below its key.
        recursive: Whether the row is a shape inside itself, without its members.
        documentation: In the model's HTML dialect, including the format's own notes on unions and tokens.
        shape: The name of the shape that the row targets.
        placeholder: What a syntax block shows for the row: all of it, or the opening bracket from `BRACKETS`. Empty for
            a parameter that is not part of the call (`PythonCall.unwritten`).
        deprecated: The model's message on the deprecation, which may be empty; None if the row is not deprecated.
        since: Empty here; pages fill it in from a history.
        omits_children: Whether the rows below are left out, because two compared versions have the same ones.
        details: Limits, values and so on, or None.
        deprecated_since: Empty here; pages fill it in from a history.
        model_name: The name of a parameter in the model, where Python calls it otherwise, else empty.
        required_since: Empty here; pages fill it in from a history for a row that was optional before.
    """

    path: str
    name: str | None
    type: str
    required: bool
    depth: int
    recursive: bool
    documentation: str
    shape: str
    placeholder: str
    deprecated: str | None = None
    since: str = ""
    omits_children: bool = False
    details: RowDetails | None = None
    deprecated_since: str = ""
    model_name: str = ""
    required_since: str = ""

    @property
    def segment(self) -> str:
        """The last segment of the path: the member's name, `[]`, `{key}` or `{value}`."""
        return self.name if self.name is not None else next(s for s in CONTAINER_SEGMENTS if self.path.endswith(s))

    @property
    def parent_path(self) -> str:
        """The path without its last segment. The segment is known from the name, because names may contain dots."""
        parent = self.path.removesuffix(self.segment)
        return parent if self.name is None else parent.removesuffix(".")


class _Description(NamedTuple):
    """What is the same in all rows of a member in requests, or in responses.

    Attributes:
        member: The member.
        type: The documented type name.
        documentation: In the model's HTML dialect, with the format's own notes.
        shape: The name of the shape.
        placeholder: What a syntax block shows, unless the row is recursive.
        deprecated: The message on the deprecation, or None.
        details: Limits, values and so on, or None.
        is_leaf: Whether the shape has no members.
        is_opaque: Whether its members are not listed.
        required: Whether the structure that contains it requires it.
    """

    member: Member
    type: str
    documentation: str
    shape: str
    placeholder: str
    deprecated: str | None
    details: RowDetails | None
    is_leaf: bool
    is_opaque: bool
    required: bool


_new_row = tuple.__new__  # `Row` itself takes three times as long, because it reads names and defaults of arguments
_ROW_END = tuple(Row._field_defaults[name] for name in Row._fields[Row._fields.index("details") + 1 :])


class OtherVersion:
    """The other of two compared versions: its shapes, where its walk starts, and which shapes are unchanged."""

    def __init__(self, service: Service, root: Member | None, same_shapes: Container[str]) -> None:
        self.shapes = service.shapes
        self.root = root
        self.same_shapes = same_shapes
        self.open_shapes: list[str] = []

    def enter(self, counterpart: Member | None, shape: Shape) -> Mapping[str, Member]:
        """Open the counterpart of a member and return its members; empty if it is not like `shape`."""
        name = counterpart.target if counterpart is not None else ""
        members = self.shapes[name].members if counterpart is not None and self.shapes[name].type == shape.type else {}
        found = {} if name in self.open_shapes else members
        self.open_shapes.append(name)
        return found

    def leave(self) -> None:
        """Close the shape that was entered last."""
        self.open_shapes.pop()

    def is_unchanged(self, counterpart: Member, shape: Shape) -> bool:
        """Return whether the counterpart of a member has the same shape, the same at every depth."""
        return (
            counterpart.target == shape.name and shape.name in self.same_shapes and shape.name not in self.open_shapes
        )


class _RowLimitError(Exception):
    """There are more rows than the caller wants to count."""


class RowWalk(OperationWalk):
    """The walk that lists rows; with another version, it leaves out what is below unchanged rows."""

    def __init__(
        self,
        service: Service,
        operation: Operation,
        root: Member | None,
        *,
        is_request: bool,
        other_version: OtherVersion | None = None,
        max_rows: float = inf,
        once: bool = False,
    ) -> None:
        super().__init__(service, operation, root, is_request=is_request, once=once)
        self.other_version = other_version
        self.max_rows = max_rows
        self.row_limit = min(max_rows, MAX_ROWS)
        self.listed_rows: list[Row] = []
        # By the identity of the member: an entry has the member, so that no other one ever gets its identity. A stream
        # is one for some operations only, so those share nothing.
        self.descriptions: dict[int, _Description] = (
            {} if self.has_stream else walk_cache(service, "rows", is_request=is_request)
        )
        self.union_texts: dict[tuple[str, str], str] = walk_cache(service, "union notes", is_request=is_request)

    def rows(self) -> list[Row]:
        """Return the rows of the list, in the order of the page."""
        if self.root is None:
            return []
        self.listed_rows.clear()
        shape = self.shapes[self.root.target]
        if self.is_request:
            self.open_shapes.add(shape.name)
            other = self.other_version
            self.add_member_rows(shape, "", 0, other.enter(other.root, shape) if other else {})
            self.close(shape)
            self.adapt_parameters(shape)
        else:
            self.add_rows(self.root, None, "", 0, self.other_version.root if self.other_version else None)
        return self.listed_rows

    def adapt_parameters(self, shape: Shape) -> None:
        """Mark what a `docgen.model.python_view` leaves out of the call, or calls otherwise than the model."""
        unwritten = self.operation.call.unwritten
        renamed = {name: member.name for name, member in shape.members.items() if member.name != name}
        for index, row in enumerate(self.listed_rows) if unwritten or renamed else ():
            if row.depth == 0 and row.name in unwritten:
                self.listed_rows[index] = row._replace(placeholder="")
            elif row.depth == 0 and row.name in renamed:
                self.listed_rows[index] = row._replace(model_name=renamed[row.name])

    def add_member_rows(self, shape: Shape, path: str, depth: int, counterparts: Mapping[str, Member]) -> None:
        """Add the rows of all members of a structure at `path`."""
        prefix = f"{path}." if path else ""
        for name, member in shape.members.items():
            self.add_rows(member, name, prefix + name, depth, counterparts.get(name))

    def add_rows(
        self, member: Member, name: str | None, path: str, depth: int, counterpart: Member | None = None
    ) -> None:
        """Add the row of `member` and the rows below it; `counterpart` is the same member of the other version."""
        described = self.descriptions.get(id(member)) or self.describe(member)
        if described.is_leaf:
            self.add_row(described, name, path, depth, self.is_request and described.required)
            return
        shape = self.shapes[member.target]
        if self.is_closed_to(shape, depth):
            self.add_row(described, name, path, depth, False, recursive=True)
            return
        omits_children = not described.is_opaque and self.leaves_out_children(shape, path, counterpart)
        self.add_row(described, name, path, depth, self.is_request and described.required, omits_children)
        if described.is_opaque or omits_children:
            return
        if depth >= MAX_DEPTH:
            raise self.error(f"members nest deeper than {MAX_DEPTH} levels at {path}")
        self.open_shapes.add(shape.name)
        counterparts = self.other_version.enter(counterpart, shape) if self.other_version else {}
        if shape.type == "list":
            self.add_rows(shape.members["member"], None, path + ITEM, depth + 1, counterparts.get("member"))
        elif shape.type == "map":
            key = shape.members["key"]
            described = self.descriptions.get(id(key)) or self.describe(key)
            self.add_row(described, None, path + KEY, depth + 1, False)
            self.add_rows(shape.members["value"], None, path + VALUE, depth + 2, counterparts.get("value"))
        else:
            self.add_member_rows(shape, path, depth + 1, counterparts)
        self.close(shape)
        if self.other_version:
            self.other_version.leave()

    def leaves_out_children(self, shape: Shape, path: str, counterpart: Member | None) -> bool:
        """Return whether the rows below are the same in the other version, and too many to list them anyway."""
        other = self.other_version
        return (
            counterpart is not None
            and path != ""
            and other is not None
            and other.is_unchanged(counterpart, shape)
            and self.count_below(shape, 0) > ALWAYS_LISTED_ROWS
        )

    def count_below(self, shape: Shape, count: int) -> int:
        """Return `count` plus the rows below a shape; counting stops beyond `ALWAYS_LISTED_ROWS`."""
        count += len(shape.members)
        for inner in shape.targets:
            if count > ALWAYS_LISTED_ROWS:
                break
            count = self.count_below(self.shapes[inner], count)
        return count

    def add_row(
        self,
        described: _Description,
        name: str | None,
        path: str,
        depth: int,
        required: bool,
        omits_children: bool = False,
        *,
        recursive: bool = False,
    ) -> None:
        """Add one row. Raises `ModelError` beyond `MAX_ROWS`."""
        rows = self.listed_rows
        if len(rows) >= self.row_limit:
            if len(rows) >= self.max_rows:
                raise _RowLimitError
            raise self.error(f"more than {MAX_ROWS:,} members to show")
        _, type_, documentation, shape, placeholder, deprecated, details, _, _, _ = described
        if recursive:
            placeholder = RECURSIVE_PLACEHOLDER
        fields = (path, name, type_, required, depth, recursive, documentation, shape, placeholder, deprecated)
        rows.append(_new_row(Row, (*fields, "", omits_children, details, *_ROW_END)))

    def describe(self, member: Member) -> _Description:
        """Return what is the same in every row of a member, and keep it."""
        shape = self.shapes[member.target]
        deprecated = None
        if self.trait(member, "deprecated"):
            deprecated = str(self.trait(member, "deprecatedMessage") or "")
        found = self.descriptions[id(member)] = _Description(
            member,
            self.type_name(member, shape),
            self.row_documentation(member, shape),
            shape.name,
            self.placeholder(member, shape),
            deprecated,
            row_details(member, shape, is_streaming=member is self.streaming),
            not shape.members,
            self.is_opaque_structure(member, shape),
            member.traits.get("required") is True,
        )
        return found

    def placeholder(self, member: Member, shape: Shape) -> str:
        """Return what a syntax block shows for `member`: all of it, or its opening bracket."""
        if shape.type not in CONTAINER_TYPES:
            return self.scalar_placeholder(member, shape)
        if shape.type == "list":
            return "["
        if shape.type == "map":
            return "{"
        if self.trait(member, "document"):
            return DOCUMENT_PLACEHOLDER
        event_stream = self.trait(member, "eventstream")
        if event_stream and self.is_request:
            return "{...}"
        brackets = "{" if shape.members else "{}"
        if event_stream:
            return "EventStream(" + brackets + ("" if shape.members else ")")
        return brackets

    def row_documentation(self, member: Member, shape: Shape) -> str:
        """Return the documentation of a row with the format's notes, which only documented members get."""
        documentation = self.service.documentation_of(member)
        return self.with_notes(member, shape, documentation) if documentation else ""

    def type_name(self, member: Member, shape: Shape) -> str:
        """Return the documented type of a member (`botocore.docs.utils.py_type_name`)."""
        if self.is_json_header(member, shape):
            return "JSON serializable"
        if shape.type == "structure":
            if self.trait(member, "document"):
                return DOCUMENT_TYPE
            if member is self.event_stream:
                return EVENT_STREAM_TYPE
            return "dict"
        if member is self.streaming:
            return "bytes or seekable file-like object" if self.is_request else STREAMING_TYPE
        return _TYPE_NAMES.get(shape.type, shape.type)

    def with_notes(self, member: Member, shape: Shape, documentation: str) -> str:
        """Add the format's notes on idempotency tokens and unions."""
        if self.is_request and ("idempotencyToken" in member.traits or "idempotencyToken" in shape.traits):
            documentation += _IDEMPOTENCY_TOKEN_NOTE
        if shape.type == "structure" and self.trait(member, "union"):
            note = self.union_texts.get((shape.name, documentation))
            if note is None:
                note = documentation + union_note(shape.members, is_request=self.is_request)
                self.union_texts[shape.name, documentation] = note
            return note
        return documentation


def count_rows(service: Service, operation: Operation, max_rows: int) -> int:
    """Return how many rows the request and response of an operation have; `max_rows` + 1 if there are more."""
    count = 0
    for root, is_request in ((operation.input, True), (operation.output, False)):
        try:
            count += len(RowWalk(service, operation, root, is_request=is_request, max_rows=max_rows - count).rows())
        except _RowLimitError:
            return max_rows + 1
    return count


def union_note(members: Mapping[str, Member], *, is_request: bool) -> str:
    """Return the format's note on a tagged union, in the model's HTML dialect."""
    keys = ", ".join(f"<code>{escape(name)}</code>" for name in members)
    return (_UNION_REQUEST_NOTE if is_request else _UNION_RESPONSE_NOTE).format(keys=keys)
