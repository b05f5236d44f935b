"""The documented request and response format of one operation.

The format is that of `botocore.docs`: `example.py` for the syntax blocks, `params.py` for the lists, `shape.py`
for how both walk the shapes. Nothing is ever cut (botocore drops sections beyond a number of lines). Cost
is linear in what comes out: every shape on a path is visited once for its line, with no search and no copy of the path.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from html import escape
from math import inf
from typing import NamedTuple

from docgen.errors import ModelError
from docgen.model.names import method_name
from docgen.model.service import Member, Operation, Service, Shape

MAX_DEPTH = 100
"""Levels of nested members on one page. The deepest of any botocore release has 22."""
ALWAYS_LISTED_ROWS = 2
"""Rows below a row that are listed whether or not they differ."""
MAX_ROWS = 250_000
"""Members of one request or response. The largest of any botocore release has 54,000."""

RECURSIVE_PLACEHOLDER = "{'... recursive ...'}"
DOCUMENT_PLACEHOLDER = "{...}|[...]|123|123.4|'string'|True|None"

# What botocore writes, reStructuredText roles included: it is what the documented page shows.
DOCUMENT_TYPE = ":ref:`document<document>`"
STREAMING_TYPE = ":class:`.StreamingBody`"
EVENT_STREAM_TYPE = ":class:`.EventStream`"

EVENT_STREAM_NOTE = (
    f"The response of this operation contains an {EVENT_STREAM_TYPE} member. When iterated the {EVENT_STREAM_TYPE} "
    "will yield events based on the structure below, where only one of the top level keys will be present for any "
    "given event."
)
DEPRECATED_NOTE = (
    "This operation is deprecated and may not function as expected. This operation should not be used going forward "
    "and is only kept for the purpose of backwards compatiblity."  # sic: the documented page has this spelling
)
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

# botocore.docs.utils.py_default; `float` is not in it, and so is "..." like any type that nobody knows.
_PLACEHOLDERS = {
    "double": "123.0",
    "long": "123",
    "integer": "123",
    "string": "'string'",
    "blob": "b'bytes'",
    "boolean": "True|False",
    "list": "[...]",
    "map": "{...}",
    "structure": "{...}",
    "timestamp": "datetime(2015, 1, 1)",
}
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

_CONTAINER_TYPES = frozenset(("structure", "list", "map"))
BRACKETS = {"{": "}", "[": "]", "EventStream({": "})"}
"""What opens a row that has rows below it, and what closes it."""

_NEWLINES = tuple("\n" + " " * 4 * level for level in range(MAX_DEPTH + 3))


class Row(NamedTuple):
    """One entry of a parameter list or of a response structure, depth first (a tuple: a release has a million).

    `path` is `A.B`, `A[]` (list item), `A{key}`, `A{value}`; a response's first row is the whole, with the path ""
    and no name. `type` is the documented type name. `documentation` is in the model's HTML dialect, with the
    format's own notes (unions, tokens) in the same dialect. A top-level parameter has depth 0, the whole response too;
    a map's value stands one level below its key. A `recursive` row is a shape inside itself, without its members.
    `shape` names the shape that the row targets. `placeholder` is what stands for the row in a syntax block: all of it,
    or the bracket of `BRACKETS` that opens it. `deprecated` is what the model says of that, perhaps nothing, or None
    where the row is not deprecated. `since` is for pages that know a history: empty here. What is below a `closed`
    row is not listed: in two versions that are compared it is the same.
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


@dataclass(frozen=True, slots=True)
class OperationSyntax:
    """Everything that the documented page says of an operation's request and response.

    `response_syntax` is None, and `response` empty, where the operation has no output.
    """

    method: str
    request_syntax: str
    parameters: tuple[Row, ...]
    response_syntax: str | None
    response: tuple[Row, ...]
    event_stream: bool


def operation_syntax(service: Service, operation: Operation) -> OperationSyntax:
    """Work out the documented syntax and lists of `operation`.

    Raises `ModelError` where shapes nest deeper than `MAX_DEPTH` or a list would have more than `MAX_ROWS` entries.
    """
    request = _SyntaxWalk(service, operation, operation.input, is_request=True)
    response = _SyntaxWalk(service, operation, operation.output, is_request=False)
    return OperationSyntax(
        method=method_name(operation.name),
        request_syntax=f"client.{method_name(operation.name)}{request.syntax_block() or '()'}",
        parameters=tuple(request.rows()),
        response_syntax=response.syntax_block(),
        response=tuple(response.rows()),
        event_stream=response.event_stream is not None,
    )


def rows_for_comparison(
    old: tuple[Service, Operation], new: tuple[Service, Operation], same_shapes: Container[str], max_rows: int
) -> tuple[OperationSyntax, OperationSyntax] | None:
    """Two versions of an operation with their lists alone, without what is below a shape that both have in its place.

    `same` names the shapes that do not differ, nor anything that they contain, in more than words. The cost is that of
    what differs. None where the new version has no more than `most` rows: they can all be listed.
    """
    if _SyntaxWalk.count_rows(*new, max_rows) <= max_rows:
        return None
    return _rows_only_syntax(*old, new, same_shapes), _rows_only_syntax(*new, old, same_shapes)


def _rows_only_syntax(
    service: Service, operation: Operation, other_version: tuple[Service, Operation], same_shapes: Container[str]
) -> OperationSyntax:
    other = other_version[1]
    request = _SyntaxWalk(
        service,
        operation,
        operation.input,
        is_request=True,
        other_version=_OtherVersion(other_version[0], other.input, same_shapes),
    )
    response = _SyntaxWalk(
        service,
        operation,
        operation.output,
        is_request=False,
        other_version=_OtherVersion(other_version[0], other.output, same_shapes),
    )
    return OperationSyntax(
        method=method_name(operation.name),
        request_syntax="",
        parameters=tuple(request.rows()),
        response_syntax=None if operation.output is None else "",
        response=tuple(response.rows()),
        event_stream=response.event_stream is not None,
    )


def see_also_url(service: Service, operation: Operation) -> str | None:
    """The address of the operation's page in the AWS documentation; None where the model has no `uid`."""
    uid = service.metadata.get("uid")
    return f"https://docs.aws.amazon.com/goto/WebAPI/{uid}/{operation.name}" if uid else None


class _OtherVersion:
    """The other of two versions that are compared: its shapes, where its walk starts, the shapes that are the same."""

    def __init__(self, service: Service, root: Member | None, same_shapes: Container[str]) -> None:
        self.shapes = service.shapes
        self.root = root
        self.same_shapes = same_shapes
        self.open_shapes: list[str] = []

    def enter(self, counterpart: Member | None, shape: Shape) -> Mapping[str, Member]:
        """What the twin of a slot has where `shape` has its members; it is open until it is left."""
        name = counterpart.target if counterpart is not None else ""
        found = self.shapes[name].members if counterpart is not None and self.shapes[name].type == shape.type else {}
        inside = {} if name in self.open_shapes else found
        self.open_shapes.append(name)
        return inside

    def leave(self) -> None:
        """Close what was entered last."""
        self.open_shapes.pop()

    def is_unchanged(self, counterpart: Member, shape: Shape) -> bool:
        """Whether the twin of a slot is the same all the way down."""
        return (
            counterpart.target == shape.name and shape.name in self.same_shapes and shape.name not in self.open_shapes
        )


class _RowLimitError(Exception):
    """There are more rows than anybody wants to count."""


class _SyntaxWalk:
    """One walk over the shapes that an operation's input or output reaches.

    `open` holds the names of the shapes on the current path: a member whose shape is open is a recursion and is not
    descended into (`ShapeDocumenter.traverse_and_document_shape`).
    """

    def __init__(
        self,
        service: Service,
        operation: Operation,
        root: Member | None,
        *,
        is_request: bool,
        other_version: _OtherVersion | None = None,
    ) -> None:
        self.service = service
        self.other_version = other_version
        self.max_rows: float = inf
        self.operation = operation
        self.shapes = service.shapes
        self.trait = service.trait
        self.root = root
        self.is_request = is_request
        self.open_shapes: set[str] = set()
        self.block_parts: list[str] = []
        self.listed_rows: list[Row] = []
        self.union_texts: dict[tuple[str, str], str] = {}
        self.row_texts: dict[int, tuple[str, str, str, str | None]] = {}  # by the identity of the member
        self.streaming = self.event_stream = None
        if root is not None:
            members = self.shapes[root.target].members
            payload = self.trait(root, "payload")
            self.streaming = members.get(payload) if isinstance(payload, str) else None
            if self.streaming is not None and self.shapes[self.streaming.target].type != "blob":
                self.streaming = None
            if not is_request:
                self.event_stream = next((m for m in members.values() if self.trait(m, "eventstream")), None)

    @classmethod
    def count_rows(cls, service: Service, operation: Operation, max_rows: int) -> int:
        """How many rows an operation has, or `most` + 1 where it has more."""
        found = 0
        for top, is_request in ((operation.input, True), (operation.output, False)):
            walk = cls(service, operation, top, is_request=is_request)
            walk.max_rows = max_rows - found
            try:
                found += len(walk.rows())
            except _RowLimitError:
                return max_rows + 1
        return found

    def error(self, problem: str) -> ModelError:
        return ModelError(f"operation {self.operation.name}: {problem}")

    # --- syntax blocks (botocore.docs.example) ---

    def syntax_block(self) -> str | None:
        """The block, without the method name; None where there is nothing to show."""
        if self.root is None:
            return None
        shape = self.shapes[self.root.target]
        if not shape.members:
            return "()" if self.is_request else "{}"
        self.block_parts.clear()
        self.open_shapes.add(shape.name)
        if self.is_request:
            self.write_structure(shape, 0, "(", "=", ")")
        else:
            self.write_structure(shape, 0, "{", "': ", "}")
        self.open_shapes.discard(shape.name)
        return "".join(self.block_parts).rstrip()

    def write_structure(self, shape: Shape, level: int, start: str, operator: str, end: str) -> None:
        parts = self.block_parts
        inner = _NEWLINES[level + 1]
        quote = "" if operator == "=" else "'"
        parts.append(start)
        lead = inner + quote
        for name, member in shape.members.items():
            parts.append(f"{lead}{name}{operator}")
            self.write_value(member, level + 1)
            lead = f",{inner}{quote}"
        parts.append(_NEWLINES[level] + end)

    def write_value(self, member: Member, level: int) -> None:
        """Write what stands for `member`, whose line is indented by `level`."""
        shape = self.shapes[member.target]
        if shape.type not in _CONTAINER_TYPES:
            self.block_parts.append(self.scalar_placeholder(member, shape))
        elif shape.name in self.open_shapes:
            self.block_parts.append(RECURSIVE_PLACEHOLDER)
        else:
            self.open_shape(shape, level)
            self.write_container(member, shape, level)
            self.open_shapes.discard(shape.name)

    def write_container(self, member: Member, shape: Shape, level: int) -> None:
        if shape.type == "list":
            self.block_parts.append("[" + _NEWLINES[level + 1])
            self.write_value(shape.members["member"], level + 1)
            self.block_parts.append("," + _NEWLINES[level] + "]")
        elif shape.type == "map":
            self.block_parts.append("{" + _NEWLINES[level + 1] + "'string': ")
            self.write_value(shape.members["value"], level + 1)
            self.block_parts.append(_NEWLINES[level] + "}")
        elif self.trait(member, "document"):
            self.block_parts.append(DOCUMENT_PLACEHOLDER)
        else:
            self.write_nested_structure(member, shape, level)

    def write_nested_structure(self, member: Member, shape: Shape, level: int) -> None:
        event_stream = self.trait(member, "eventstream")
        if event_stream and self.is_request:
            self.block_parts.append("{...}")
        elif not shape.members:
            # A request's empty structure is followed by a line break at its own indentation (`_end_structure`).
            empty = "{}" + _NEWLINES[level] if self.is_request else "{}"
            self.block_parts.append(f"EventStream({empty})" if event_stream else empty)
        elif event_stream:
            self.write_structure(shape, level, "EventStream({", "': ", "})")
        else:
            self.write_structure(shape, level, "{", "': ", "}")

    def scalar_placeholder(self, member: Member, shape: Shape) -> str:
        traits = member.traits
        enum = traits["enum"] if "enum" in traits else shape.traits.get("enum")
        if enum is not None and shape.type == "string":
            return "|".join(f"'{value}'" for value in enum)
        if self.is_json_header(member, shape):
            return DOCUMENT_PLACEHOLDER
        if member is self.streaming:
            return "b'bytes'|file" if self.is_request else "StreamingBody()"
        return _PLACEHOLDERS.get(shape.type, "...")

    def is_json_header(self, member: Member, shape: Shape) -> bool:
        """Whether the value travels as JSON in a header (`botocore.utils.is_json_value_header`)."""
        return (
            shape.type == "string"
            and bool(self.trait(member, "jsonvalue"))
            and self.trait(member, "location") == "header"
        )

    def open_shape(self, shape: Shape, level: int) -> None:
        if level > MAX_DEPTH:
            raise self.error(f"members nest deeper than {MAX_DEPTH} levels at shape {shape.name!r}")
        if len(self.block_parts) > 8 * MAX_ROWS:
            raise self.error(f"more than {MAX_ROWS:,} members to show")
        self.open_shapes.add(shape.name)

    # --- lists (botocore.docs.params) ---

    def rows(self) -> list[Row]:
        """The entries of the list, in the order of the page."""
        if self.root is None:
            return []
        self.listed_rows.clear()
        shape = self.shapes[self.root.target]
        if self.is_request:
            self.open_shapes.add(shape.name)
            self.add_member_rows(
                shape, "", 0, self.other_version.enter(self.other_version.root, shape) if self.other_version else {}
            )
            self.open_shapes.discard(shape.name)
        else:
            self.add_rows(self.root, None, "", 0, self.other_version.root if self.other_version else None)
        return self.listed_rows

    def add_member_rows(self, shape: Shape, path: str, depth: int, counterparts: Mapping[str, Member]) -> None:
        prefix = f"{path}." if path else ""
        for name, member in shape.members.items():
            self.add_rows(member, name, prefix + name, depth, counterparts.get(name))

    def add_rows(
        self, member: Member, name: str | None, path: str, depth: int, counterpart: Member | None = None
    ) -> None:
        """Add the row of `member` and those below it; `twin` is what another version has in its place."""
        shape = self.shapes[member.target]
        recursive = shape.name in self.open_shapes
        required = self.is_request and not recursive and member.traits.get("required") is True
        is_leaf = recursive or not shape.members or (shape.type == "structure" and self.is_opaque(member))
        closed = counterpart is not None and not is_leaf and path != "" and self.can_omit_children(shape, counterpart)
        self.add_row(member, shape, name, path, depth, required, recursive, closed)
        if is_leaf or closed:
            return
        if depth >= MAX_DEPTH:
            raise self.error(f"members nest deeper than {MAX_DEPTH} levels at {path}")
        self.open_shapes.add(shape.name)
        twins = self.other_version.enter(counterpart, shape) if self.other_version else {}
        if shape.type == "list":
            self.add_rows(shape.members["member"], None, path + "[]", depth + 1, twins.get("member"))
        elif shape.type == "map":
            key = shape.members["key"]
            self.add_row(key, self.shapes[key.target], None, path + "{key}", depth + 1)
            self.add_rows(shape.members["value"], None, path + "{value}", depth + 2, twins.get("value"))
        else:
            self.add_member_rows(shape, path, depth + 1, twins)
        self.open_shapes.discard(shape.name)
        if self.other_version:
            self.other_version.leave()

    def can_omit_children(self, shape: Shape, counterpart: Member) -> bool:
        """Whether what is below is the same in the other version, and more than is told in a line or two."""
        return (
            self.other_version is not None
            and self.other_version.is_unchanged(counterpart, shape)
            and self.count_below(shape, 0) > ALWAYS_LISTED_ROWS
        )

    def count_below(self, shape: Shape, count: int) -> int:
        """`found` and how many rows are below a shape, as far as that matters."""
        count += len(shape.members)
        for inner in shape.targets:
            if count > ALWAYS_LISTED_ROWS:
                break
            count = self.count_below(self.shapes[inner], count)
        return count

    def is_opaque(self, member: Member) -> bool:
        """Whether the structure's members are not listed: a document, or an event stream that is sent."""
        return bool(self.trait(member, "document")) or (self.is_request and bool(self.trait(member, "eventstream")))

    def add_row(
        self,
        member: Member,
        shape: Shape,
        name: str | None,
        path: str,
        depth: int,
        required: bool = False,
        recursive: bool = False,
        omits_children: bool = False,
    ) -> None:
        if len(self.listed_rows) >= self.max_rows:
            raise _RowLimitError
        if len(self.listed_rows) >= MAX_ROWS:
            raise self.error(f"more than {MAX_ROWS:,} members to show")
        said = self.row_texts.get(id(member))
        if said is None:
            said = self.row_texts[id(member)] = self.describe(member, shape)
        type_, documentation, placeholder, deprecated = said
        if recursive:
            placeholder = RECURSIVE_PLACEHOLDER
        found = (path, name, type_, required, depth, recursive, documentation, shape.name, placeholder, deprecated)
        self.listed_rows.append(Row(*found, "", omits_children))

    def describe(self, member: Member, shape: Shape) -> tuple[str, str, str, str | None]:
        """What a row says of `member` wherever it stands: type, documentation, placeholder, deprecation."""
        deprecated = None
        if self.trait(member, "deprecated"):
            deprecated = str(self.trait(member, "deprecatedMessage") or "")
        return (
            self.type_name(member, shape),
            self.row_documentation(member, shape),
            self.placeholder(member, shape),
            deprecated,
        )

    def placeholder(self, member: Member, shape: Shape) -> str:
        """What stands for `member` in a syntax block, as `value` writes it, or the bracket that opens it."""
        if shape.type not in _CONTAINER_TYPES:
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
        """The documentation of a row, with the format's notes; only a member with documentation gets any."""
        documentation = self.service.documentation_of(member)
        return self.with_notes(member, shape, documentation) if documentation else ""

    def type_name(self, member: Member, shape: Shape) -> str:
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
        """Add what the format says of tokens and unions."""
        if self.is_request and ("idempotencyToken" in member.traits or "idempotencyToken" in shape.traits):
            documentation += _IDEMPOTENCY_TOKEN_NOTE
        if shape.type == "structure" and self.trait(member, "union"):
            note = self.union_texts.get((shape.name, documentation))
            if note is None:
                note = documentation + union_note(shape.members, is_request=self.is_request)
                self.union_texts[shape.name, documentation] = note
            return note
        return documentation


def union_note(members: Mapping[str, Member], *, is_request: bool) -> str:
    """What the format says below a tagged union, in the model's HTML dialect."""
    keys = ", ".join(f"<code>{escape(name)}</code>" for name in members)
    return (_UNION_REQUEST_NOTE if is_request else _UNION_RESPONSE_NOTE).format(keys=keys)
