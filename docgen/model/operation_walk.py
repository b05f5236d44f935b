"""What the two walks over an operation's shapes share: the syntax block and the list of parameters.

Cost is linear in what comes out: every shape on a path is visited once for its line, with no search and no copy of the
path.
"""

from __future__ import annotations

from docgen.errors import ModelError
from docgen.model.service import Member, Operation, Service, Shape

MAX_DEPTH = 100
"""Levels of nested members on one page. The deepest of any botocore release has 22."""

MAX_ROWS = 250_000
"""Members of one request or response. The largest of any botocore release has 54,000."""

RECURSIVE_PLACEHOLDER = "{'... recursive ...'}"
DOCUMENT_PLACEHOLDER = "{...}|[...]|123|123.4|'string'|True|None"

# botocore.docs.utils.py_default. `float` is not in it: like every type that it does not list, it becomes "...".
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


class OperationWalk:
    """A walk over the shapes that an operation's input or output reaches.

    `open_shapes` holds the names of the shapes on the current path: a member whose shape is open is recursive, and the
    walk does not enter it (`ShapeDocumenter.traverse_and_document_shape`).

    Args:
        service: The service.
        operation: The operation.
        root: Its input or output.
        is_request: Whether `root` is the input.
        once: Enter each shape only where it occurs first, and none below `MAX_DEPTH`, as if all others were recursive.
            So the walk of any model ends soon.

    """

    def __init__(
        self, service: Service, operation: Operation, root: Member | None, *, is_request: bool, once: bool = False
    ) -> None:
        self.service = service
        self.operation = operation
        self.shapes = service.shapes
        self.trait = service.trait
        self.root = root
        self.is_request = is_request
        self.once = once
        self.open_shapes: set[str] = set()
        self.streaming = self.event_stream = None
        if root is not None:
            members = self.shapes[root.target].members
            payload = self.trait(root, "payload")
            self.streaming = members.get(payload) if isinstance(payload, str) else None
            if self.streaming is not None and self.shapes[self.streaming.target].type != "blob":
                self.streaming = None
            if not is_request:
                self.event_stream = next((m for m in members.values() if self.trait(m, "eventstream")), None)

    def close(self, shape: Shape) -> None:
        """Leave a shape: from now on it may be entered again."""
        if not self.once:
            self.open_shapes.discard(shape.name)

    def is_closed_to(self, shape: Shape, depth: int) -> bool:
        """Whether the walk does not enter a shape at a depth."""
        return shape.name in self.open_shapes or (self.once and depth >= MAX_DEPTH)

    def error(self, problem: str) -> ModelError:
        """The error to raise for a model that is too large to show."""
        return ModelError(f"operation {self.operation.name}: {problem}")

    def scalar_placeholder(self, member: Member, shape: Shape) -> str:
        """The example value of a member that is neither structure, list nor map."""
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
        """Whether the value is sent as JSON in a header (`botocore.utils.is_json_value_header`)."""
        return (
            shape.type == "string"
            and bool(self.trait(member, "jsonvalue"))
            and self.trait(member, "location") == "header"
        )
