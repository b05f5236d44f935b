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
FEW = 2
"""Rows below a row that are listed whether or not they differ."""
MAX_ROWS = 250_000
"""Members of one request or response. The largest of any botocore release has 54,000."""

RECURSIVE = "{'... recursive ...'}"
DOCUMENT = "{...}|[...]|123|123.4|'string'|True|None"

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
_TOKEN_NOTE = "<p>This field is autopopulated if not provided.</p>"  # noqa: S105 - an idempotency token, no secret
_UNION_REQUEST = (
    "<note><p>This is a Tagged Union structure. Only one of the following top level keys can be set: {keys}.</p></note>"
)
_UNION_RESPONSE = (
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
_TYPES = {
    "blob": "bytes",
    "character": "string",
    "double": "float",
    "long": "integer",
    "map": "dict",
    "structure": "dict",
    "timestamp": "datetime",
}

_CONTAINERS = frozenset(("structure", "list", "map"))
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
    closed: bool = False


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
    request = _Walk(service, operation, operation.input, is_request=True)
    response = _Walk(service, operation, operation.output, is_request=False)
    return OperationSyntax(
        method=method_name(operation.name),
        request_syntax=f"client.{method_name(operation.name)}{request.syntax() or '()'}",
        parameters=tuple(request.rows()),
        response_syntax=response.syntax(),
        response=tuple(response.rows()),
        event_stream=response.event_stream is not None,
    )


def compared_lists(
    old: tuple[Service, Operation], new: tuple[Service, Operation], same: Container[str], most: int
) -> tuple[OperationSyntax, OperationSyntax] | None:
    """Two versions of an operation with their lists alone, without what is below a shape that both have in its place.

    `same` names the shapes that do not differ, nor anything that they contain, in more than words. The cost is that of
    what differs. None where the new version has no more than `most` rows: they can all be listed.
    """
    if _Walk.number(*new, most) <= most:
        return None
    return _lists(*old, new, same), _lists(*new, old, same)


def _lists(
    service: Service, operation: Operation, twin: tuple[Service, Operation], same: Container[str]
) -> OperationSyntax:
    other = twin[1]
    request = _Walk(service, operation, operation.input, is_request=True, twin=_Twin(twin[0], other.input, same))
    response = _Walk(service, operation, operation.output, is_request=False, twin=_Twin(twin[0], other.output, same))
    return OperationSyntax(
        method=method_name(operation.name),
        request_syntax="",
        parameters=tuple(request.rows()),
        response_syntax=None if operation.output is None else "",
        response=tuple(response.rows()),
        event_stream=response.event_stream is not None,
    )


def see_also(service: Service, operation: Operation) -> str | None:
    """The address of the operation's page in the AWS documentation; None where the model has no `uid`."""
    uid = service.metadata.get("uid")
    return f"https://docs.aws.amazon.com/goto/WebAPI/{uid}/{operation.name}" if uid else None


class _Twin:
    """The other of two versions that are compared: its shapes, where its walk starts, the shapes that are the same."""

    def __init__(self, service: Service, top: Member | None, same: Container[str]) -> None:
        self.shapes = service.shapes
        self.top = top
        self.same = same
        self.open: list[str] = []

    def enter(self, twin: Member | None, shape: Shape) -> Mapping[str, Member]:
        """What the twin of a slot has where `shape` has its members; it is open until it is left."""
        name = twin.target if twin is not None else ""
        found = self.shapes[name].members if twin is not None and self.shapes[name].type == shape.type else {}
        inside = {} if name in self.open else found
        self.open.append(name)
        return inside

    def leave(self) -> None:
        """Close what was entered last."""
        self.open.pop()

    def has(self, twin: Member, shape: Shape) -> bool:
        """Whether the twin of a slot is the same all the way down."""
        return twin.target == shape.name and shape.name in self.same and shape.name not in self.open


class _EnoughError(Exception):
    """There are more rows than anybody wants to count."""


class _Walk:
    """One walk over the shapes that an operation's input or output reaches.

    `open` holds the names of the shapes on the current path: a member whose shape is open is a recursion and is not
    descended into (`ShapeDocumenter.traverse_and_document_shape`).
    """

    def __init__(
        self,
        service: Service,
        operation: Operation,
        top: Member | None,
        *,
        is_request: bool,
        twin: _Twin | None = None,
    ) -> None:
        self.service = service
        self.twin = twin
        self.most: float = inf
        self.operation = operation
        self.shapes = service.shapes
        self.trait = service.trait
        self.top = top
        self.is_request = is_request
        self.open: set[str] = set()
        self.parts: list[str] = []
        self.found: list[Row] = []
        self.notes: dict[tuple[str, str], str] = {}
        self.said: dict[int, tuple[str, str, str, str | None]] = {}  # by the identity of the member
        self.streaming = self.event_stream = None
        if top is not None:
            members = self.shapes[top.target].members
            payload = self.trait(top, "payload")
            self.streaming = members.get(payload) if isinstance(payload, str) else None
            if self.streaming is not None and self.shapes[self.streaming.target].type != "blob":
                self.streaming = None
            if not is_request:
                self.event_stream = next((m for m in members.values() if self.trait(m, "eventstream")), None)

    @classmethod
    def number(cls, service: Service, operation: Operation, most: int) -> int:
        """How many rows an operation has, or `most` + 1 where it has more."""
        found = 0
        for top, is_request in ((operation.input, True), (operation.output, False)):
            walk = cls(service, operation, top, is_request=is_request)
            walk.most = most - found
            try:
                found += len(walk.rows())
            except _EnoughError:
                return most + 1
        return found

    def fail(self, problem: str) -> ModelError:
        return ModelError(f"operation {self.operation.name}: {problem}")

    # --- syntax blocks (botocore.docs.example) ---

    def syntax(self) -> str | None:
        """The block, without the method name; None where there is nothing to show."""
        if self.top is None:
            return None
        shape = self.shapes[self.top.target]
        if not shape.members:
            return "()" if self.is_request else "{}"
        self.parts.clear()
        self.open.add(shape.name)
        if self.is_request:
            self.structure(shape, 0, "(", "=", ")")
        else:
            self.structure(shape, 0, "{", "': ", "}")
        self.open.discard(shape.name)
        return "".join(self.parts).rstrip()

    def structure(self, shape: Shape, level: int, start: str, operator: str, end: str) -> None:
        parts = self.parts
        inner = _NEWLINES[level + 1]
        quote = "" if operator == "=" else "'"
        parts.append(start)
        lead = inner + quote
        for name, member in shape.members.items():
            parts.append(f"{lead}{name}{operator}")
            self.value(member, level + 1)
            lead = f",{inner}{quote}"
        parts.append(_NEWLINES[level] + end)

    def value(self, member: Member, level: int) -> None:
        """Write what stands for `member`, whose line is indented by `level`."""
        shape = self.shapes[member.target]
        if shape.type not in _CONTAINERS:
            self.parts.append(self.scalar(member, shape))
        elif shape.name in self.open:
            self.parts.append(RECURSIVE)
        else:
            self.enter(shape, level)
            self.container(member, shape, level)
            self.open.discard(shape.name)

    def container(self, member: Member, shape: Shape, level: int) -> None:
        if shape.type == "list":
            self.parts.append("[" + _NEWLINES[level + 1])
            self.value(shape.members["member"], level + 1)
            self.parts.append("," + _NEWLINES[level] + "]")
        elif shape.type == "map":
            self.parts.append("{" + _NEWLINES[level + 1] + "'string': ")
            self.value(shape.members["value"], level + 1)
            self.parts.append(_NEWLINES[level] + "}")
        elif self.trait(member, "document"):
            self.parts.append(DOCUMENT)
        else:
            self.nested_structure(member, shape, level)

    def nested_structure(self, member: Member, shape: Shape, level: int) -> None:
        event_stream = self.trait(member, "eventstream")
        if event_stream and self.is_request:
            self.parts.append("{...}")
        elif not shape.members:
            # A request's empty structure is followed by a line break at its own indentation (`_end_structure`).
            empty = "{}" + _NEWLINES[level] if self.is_request else "{}"
            self.parts.append(f"EventStream({empty})" if event_stream else empty)
        elif event_stream:
            self.structure(shape, level, "EventStream({", "': ", "})")
        else:
            self.structure(shape, level, "{", "': ", "}")

    def scalar(self, member: Member, shape: Shape) -> str:
        traits = member.traits
        enum = traits["enum"] if "enum" in traits else shape.traits.get("enum")
        if enum is not None and shape.type == "string":
            return "|".join(f"'{value}'" for value in enum)
        if self.is_json_header(member, shape):
            return DOCUMENT
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

    def enter(self, shape: Shape, level: int) -> None:
        if level > MAX_DEPTH:
            raise self.fail(f"members nest deeper than {MAX_DEPTH} levels at shape {shape.name!r}")
        if len(self.parts) > 8 * MAX_ROWS:
            raise self.fail(f"more than {MAX_ROWS:,} members to show")
        self.open.add(shape.name)

    # --- lists (botocore.docs.params) ---

    def rows(self) -> list[Row]:
        """The entries of the list, in the order of the page."""
        if self.top is None:
            return []
        self.found.clear()
        shape = self.shapes[self.top.target]
        if self.is_request:
            self.open.add(shape.name)
            self.member_rows(shape, "", 0, self.twin.enter(self.twin.top, shape) if self.twin else {})
            self.open.discard(shape.name)
        else:
            self.rows_of(self.top, None, "", 0, self.twin.top if self.twin else None)
        return self.found

    def member_rows(self, shape: Shape, path: str, depth: int, twins: Mapping[str, Member]) -> None:
        prefix = f"{path}." if path else ""
        for name, member in shape.members.items():
            self.rows_of(member, name, prefix + name, depth, twins.get(name))

    def rows_of(self, member: Member, name: str | None, path: str, depth: int, twin: Member | None = None) -> None:
        """Add the row of `member` and those below it; `twin` is what another version has in its place."""
        shape = self.shapes[member.target]
        recursive = shape.name in self.open
        required = self.is_request and not recursive and member.traits.get("required") is True
        is_leaf = recursive or not shape.members or (shape.type == "structure" and self.is_opaque(member))
        closed = twin is not None and not is_leaf and path != "" and self.is_closed(shape, twin)
        self.add(member, shape, name, path, depth, required, recursive, closed)
        if is_leaf or closed:
            return
        if depth >= MAX_DEPTH:
            raise self.fail(f"members nest deeper than {MAX_DEPTH} levels at {path}")
        self.open.add(shape.name)
        twins = self.twin.enter(twin, shape) if self.twin else {}
        if shape.type == "list":
            self.rows_of(shape.members["member"], None, path + "[]", depth + 1, twins.get("member"))
        elif shape.type == "map":
            key = shape.members["key"]
            self.add(key, self.shapes[key.target], None, path + "{key}", depth + 1)
            self.rows_of(shape.members["value"], None, path + "{value}", depth + 2, twins.get("value"))
        else:
            self.member_rows(shape, path, depth + 1, twins)
        self.open.discard(shape.name)
        if self.twin:
            self.twin.leave()

    def is_closed(self, shape: Shape, twin: Member) -> bool:
        """Whether what is below is the same in the other version, and more than is told in a line or two."""
        return self.twin is not None and self.twin.has(twin, shape) and self.below(shape, 0) > FEW

    def below(self, shape: Shape, found: int) -> int:
        """`found` and how many rows are below a shape, as far as that matters."""
        found += len(shape.members)
        for inner in shape.targets:
            if found > FEW:
                break
            found = self.below(self.shapes[inner], found)
        return found

    def is_opaque(self, member: Member) -> bool:
        """Whether the structure's members are not listed: a document, or an event stream that is sent."""
        return bool(self.trait(member, "document")) or (self.is_request and bool(self.trait(member, "eventstream")))

    def add(
        self,
        member: Member,
        shape: Shape,
        name: str | None,
        path: str,
        depth: int,
        required: bool = False,
        recursive: bool = False,
        closed: bool = False,
    ) -> None:
        if len(self.found) >= self.most:
            raise _EnoughError
        if len(self.found) >= MAX_ROWS:
            raise self.fail(f"more than {MAX_ROWS:,} members to show")
        said = self.said.get(id(member))
        if said is None:
            said = self.said[id(member)] = self.say(member, shape)
        type_, documentation, placeholder, deprecated = said
        if recursive:
            placeholder = RECURSIVE
        found = (path, name, type_, required, depth, recursive, documentation, shape.name, placeholder, deprecated)
        self.found.append(Row(*found, "", closed))

    def say(self, member: Member, shape: Shape) -> tuple[str, str, str, str | None]:
        """What a row says of `member` wherever it stands: type, documentation, placeholder, deprecation."""
        deprecated = None
        if self.trait(member, "deprecated"):
            deprecated = str(self.trait(member, "deprecatedMessage") or "")
        return self.type_of(member, shape), self.told(member, shape), self.placeholder(member, shape), deprecated

    def placeholder(self, member: Member, shape: Shape) -> str:
        """What stands for `member` in a syntax block, as `value` writes it, or the bracket that opens it."""
        if shape.type not in _CONTAINERS:
            return self.scalar(member, shape)
        if shape.type == "list":
            return "["
        if shape.type == "map":
            return "{"
        if self.trait(member, "document"):
            return DOCUMENT
        event_stream = self.trait(member, "eventstream")
        if event_stream and self.is_request:
            return "{...}"
        brackets = "{" if shape.members else "{}"
        if event_stream:
            return "EventStream(" + brackets + ("" if shape.members else ")")
        return brackets

    def told(self, member: Member, shape: Shape) -> str:
        """The documentation of a row, with the format's notes; only a member with documentation gets any."""
        documentation = self.service.documentation_of(member)
        return self.with_notes(member, shape, documentation) if documentation else ""

    def type_of(self, member: Member, shape: Shape) -> str:
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
        return _TYPES.get(shape.type, shape.type)

    def with_notes(self, member: Member, shape: Shape, documentation: str) -> str:
        """Add what the format says of tokens and unions."""
        if self.is_request and ("idempotencyToken" in member.traits or "idempotencyToken" in shape.traits):
            documentation += _TOKEN_NOTE
        if shape.type == "structure" and self.trait(member, "union"):
            note = self.notes.get((shape.name, documentation))
            if note is None:
                note = documentation + union_note(shape.members, is_request=self.is_request)
                self.notes[shape.name, documentation] = note
            return note
        return documentation


def union_note(members: Mapping[str, Member], *, is_request: bool) -> str:
    """What the format says below a tagged union, in the model's HTML dialect."""
    keys = ", ".join(f"<code>{escape(name)}</code>" for name in members)
    return (_UNION_REQUEST if is_request else _UNION_RESPONSE).format(keys=keys)
