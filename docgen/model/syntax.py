"""The documented request and response format of one operation.

The format is that of `botocore.docs`: `example.py` for the syntax blocks, `params.py` for the lists (in
`docgen.model.rows`), `shape.py` for the walk of both. Nothing is ever cut, while botocore drops sections that have too
many lines.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from docgen.errors import ModelError
from docgen.model.names import client_call, keyword_argument, method_name
from docgen.model.operation_walk import DOCUMENT_PLACEHOLDER, MAX_DEPTH, MAX_ROWS, RECURSIVE_PLACEHOLDER, OperationWalk
from docgen.model.rows import EVENT_STREAM_TYPE, OtherVersion, Row, RowWalk, count_rows
from docgen.model.service import CONTAINER_TYPES, Member, Operation, Service, Shape

# What botocore writes, because the documented page shows it.
EVENT_STREAM_NOTE = (
    f"The response of this operation contains an {EVENT_STREAM_TYPE} member. When iterated the {EVENT_STREAM_TYPE} "
    "will yield events based on the structure below, where only one of the top level keys will be present for any "
    "given event."
)
DEPRECATED_NOTE = (
    "This operation is deprecated and may not function as expected. This operation should not be used going forward "
    "and is only kept for the purpose of backwards compatiblity."  # sic: the documented page has this spelling
)

_NEWLINES = tuple("\n" + " " * 4 * level for level in range(MAX_DEPTH + 3))


@dataclass(frozen=True, slots=True)
class OperationSyntax:
    """What the documented page shows of an operation's request and response.

    Attributes:
        method: The Python method, such as `create_fleet`.
        request_syntax: The syntax block of the request.
        parameters: The rows of the request.
        response_syntax: The syntax block of the response; None if the operation has no output.
        response: The rows of the response, starting with the whole; empty if the operation has no output.
        event_stream: Whether the response contains an event stream.
        is_shortened: Whether each shape is listed only where it occurs first, because there would be too many members.
        is_folded: Whether rows with `omits_children` have the same rows below them as an earlier row of their shape.
    """

    method: str
    request_syntax: str
    parameters: tuple[Row, ...]
    response_syntax: str | None
    response: tuple[Row, ...]
    event_stream: bool
    is_shortened: bool = False
    is_folded: bool = False


def operation_syntax(service: Service, operation: Operation) -> OperationSyntax:
    """Build the documented syntax and lists of `operation`, an operation of `service`.

    Where shapes nest deeper than `MAX_DEPTH`, or a list would have more than `MAX_ROWS` rows, each shape is listed only
    where it occurs first. No operation of any botocore release is that large.
    """
    try:
        return _operation_syntax(service, operation, once=False)
    except ModelError:
        return _operation_syntax(service, operation, once=True)


def syntax_blocks(service: Service, operation: Operation) -> tuple[str, str]:
    """Return the documented syntax blocks of the request and of the response, which is empty if there is none.

    Raises:
        ModelError: The operation is too large. `operation_syntax` shortens its blocks.
    """
    request = _BlockWriter(service, operation, operation.input, is_request=True)
    response = _BlockWriter(service, operation, operation.output, is_request=False)
    head = client_call(method_name(operation.name))
    return head + (request.syntax_block() or "()"), response.syntax_block() or ""


def _operation_syntax(service: Service, operation: Operation, *, once: bool) -> OperationSyntax:
    request = _BlockWriter(service, operation, operation.input, is_request=True, once=once)
    response = _BlockWriter(service, operation, operation.output, is_request=False, once=once)
    return OperationSyntax(
        method=method_name(operation.name),
        request_syntax=client_call(method_name(operation.name)) + (request.syntax_block() or "()"),
        parameters=tuple(RowWalk(service, operation, operation.input, is_request=True, once=once).rows()),
        response_syntax=response.syntax_block(),
        response=tuple(RowWalk(service, operation, operation.output, is_request=False, once=once).rows()),
        event_stream=response.event_stream is not None,
        is_shortened=once,
    )


def rows_for_comparison(
    old: tuple[Service, Operation], new: tuple[Service, Operation], same_shapes: Container[str], max_rows: int
) -> tuple[OperationSyntax, OperationSyntax] | None:
    """Build the lists of two versions of an operation, without the rows below members that did not change.

    The cost is that of the differences, not that of the operation.

    Args:
        old: The service and the operation before.
        new: The service and the operation now.
        same_shapes: The names of the shapes that differ in nothing but documentation, at any depth.
        max_rows: How many rows can be listed in full.

    Returns:
        Both versions without syntax blocks, or None if the new one has at most `max_rows` rows, so that all can be
        listed, or if even the differences are too large.
    """
    try:
        if count_rows(*new, max_rows) <= max_rows:
            return None
        return _rows_only_syntax(*old, new, same_shapes), _rows_only_syntax(*new, old, same_shapes)
    except ModelError:
        return None


def _rows_only_syntax(
    service: Service, operation: Operation, other_version: tuple[Service, Operation], same_shapes: Container[str]
) -> OperationSyntax:
    other_service, other = other_version
    other_input = OtherVersion(other_service, other.input, same_shapes)
    other_output = OtherVersion(other_service, other.output, same_shapes)
    request = RowWalk(service, operation, operation.input, is_request=True, other_version=other_input)
    response = RowWalk(service, operation, operation.output, is_request=False, other_version=other_output)
    return OperationSyntax(
        method=method_name(operation.name),
        request_syntax="",
        parameters=tuple(request.rows()),
        response_syntax=None if operation.output is None else "",
        response=tuple(response.rows()),
        event_stream=response.event_stream is not None,
    )


AWS_PACKAGES = frozenset({"", "aws-cli", "aws-sdk", "aws-sdk-go", "aws-sdk-php", "awscli", "boto3", "botocore"})
"""The packages with models of AWS. A model without a package counts as one of AWS."""


def see_also_url(service: Service, operation: Operation, package: str = "") -> str | None:
    """Return the URL of the operation in the AWS documentation; None for other vendors and models without `uid`."""
    uid = service.metadata.get("uid")
    is_documented = bool(uid) and package in AWS_PACKAGES
    return f"https://docs.aws.amazon.com/goto/WebAPI/{uid}/{operation.name}" if is_documented else None


class _BlockWriter(OperationWalk):
    """The walk that writes a syntax block (`botocore.docs.example`)."""

    def __init__(
        self, service: Service, operation: Operation, root: Member | None, *, is_request: bool, once: bool = False
    ) -> None:
        super().__init__(service, operation, root, is_request=is_request, once=once)
        self.block_parts: list[str] = []

    def syntax_block(self) -> str | None:
        """Return the block without the method name; None if the operation has no input or output."""
        if self.root is None:
            return None
        shape = self.shapes[self.root.target]
        if not shape.members:
            return "()" if self.is_request else "{}"
        self.block_parts.clear()
        self.open_shapes.add(shape.name)
        if self.is_request:
            self.write_arguments(shape)
        else:
            self.write_structure(shape, 0, "{", "}")
        self.close(shape)
        return "".join(self.block_parts).rstrip()

    def write_arguments(self, shape: Shape) -> None:
        """Write the parameters of a call. One that is unwritten leaves the comma before it, as in botocore."""
        parts = self.block_parts
        parts.append("(" + _NEWLINES[1])
        last = list(shape.members)[-1]
        for name, member in shape.members.items():
            if name not in self.operation.call.unwritten:
                before, after = keyword_argument(name)
                parts.append(before)
                self.write_value(member, 1)
                parts.append(after if name == last else f"{after},{_NEWLINES[1]}")
        parts.append(_NEWLINES[0] + ")")

    def write_structure(self, shape: Shape, level: int, start: str, end: str) -> None:
        """Write the members of a structure between `start` and `end`."""
        parts = self.block_parts
        inner = _NEWLINES[level + 1]
        parts.append(start)
        lead = f"{inner}'"
        for name, member in shape.members.items():
            parts.append(f"{lead}{name}': ")
            self.write_value(member, level + 1)
            lead = f",{inner}'"
        parts.append(_NEWLINES[level] + end)

    def write_value(self, member: Member, level: int) -> None:
        """Write the example value of `member`, on a line that is indented by `level`."""
        shape = self.shapes[member.target]
        if shape.type not in CONTAINER_TYPES:
            found = self.placeholders.get(id(member))
            self.block_parts.append(found[1] if found else self.scalar_placeholder(member, shape))
        elif self.is_closed_to(shape, level):
            self.block_parts.append(RECURSIVE_PLACEHOLDER)
        else:
            self.open_shape(shape, level)
            self.write_container(member, shape, level)
            self.close(shape)

    def write_container(self, member: Member, shape: Shape, level: int) -> None:
        """Write a list, a map or a structure."""
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
        """Write a structure inside another shape: an event stream, an empty one, or its members."""
        event_stream = self.trait(member, "eventstream")
        if event_stream and self.is_request:
            self.block_parts.append("{...}")
        elif not shape.members:
            # A request's empty structure is followed by a line break at its own indentation (`_end_structure`).
            empty = "{}" + _NEWLINES[level] if self.is_request else "{}"
            self.block_parts.append(f"EventStream({empty})" if event_stream else empty)
        elif event_stream:
            self.write_structure(shape, level, "EventStream({", "})")
        else:
            self.write_structure(shape, level, "{", "}")

    def open_shape(self, shape: Shape, level: int) -> None:
        """Add a shape to the current path. Raises `ModelError` beyond `MAX_DEPTH` and `MAX_ROWS`."""
        if level > MAX_DEPTH:
            raise self.error(f"members nest deeper than {MAX_DEPTH} levels at shape {shape.name!r}")
        if len(self.block_parts) > 8 * MAX_ROWS:
            raise self.error(f"more than {MAX_ROWS:,} members to show")
        self.open_shapes.add(shape.name)
