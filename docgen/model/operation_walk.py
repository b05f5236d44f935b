"""What the two walks over an operation's shapes share: the syntax block and the list of parameters.

Cost is linear in what comes out: every shape on a path is visited once for its line, with no search and no copy of the
path.
"""

from __future__ import annotations

from docgen.errors import ModelError
from docgen.model.service import DescribedShape, Member, Operation, Service, Shape
from docgen.model.walk_cache import walk_cache

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
        self.streaming, self.event_stream = self._streams(root) if root is not None else (None, None)
        self.has_stream = self.streaming is not None or self.event_stream is not None
        # Examples by the identity of the member, which is kept with them, so that no other one ever gets its identity.
        self.placeholders: dict[int, tuple[Member, str]] = (
            {} if self.has_stream else walk_cache(service, "placeholders", is_request=is_request)
        )

    def _streams(self, root: Member) -> tuple[Member | None, Member | None]:
        """Return the member that is read or sent as a stream, and that with a stream of events in a response."""
        known = walk_cache(self.service, "streams", is_request=self.is_request)
        if id(root) not in known:
            members = self.shapes[root.target].members
            payload = self.trait(root, "payload")
            streaming = members.get(payload) if isinstance(payload, str) else None
            if streaming is not None and self.shapes[streaming.target].type != "blob":
                streaming = None
            events = (
                None if self.is_request else next((m for m in members.values() if self.trait(m, "eventstream")), None)
            )
            known[id(root)] = root, streaming, events
        _, streaming, events = known[id(root)]
        return streaming, events

    def close(self, shape: Shape) -> None:
        """Leave a shape: from now on it may be entered again."""
        if not self.once:
            self.open_shapes.discard(shape.name)

    def is_closed_to(self, shape: Shape, depth: int) -> bool:
        """Return whether the walk does not enter a shape at a depth."""
        return shape.name in self.open_shapes or (self.once and depth >= MAX_DEPTH)

    def is_opaque_structure(self, member: Member, shape: Shape) -> bool:
        """Return whether a structure is a document or the event stream of a request, whose members are not listed."""
        return shape.type == "structure" and (
            bool(self.trait(member, "document")) or (self.is_request and bool(self.trait(member, "eventstream")))
        )

    def error(self, problem: str) -> ModelError:
        """Return the error to raise for a model that is too large to show."""
        return ModelError(f"operation {self.operation.name}: {problem}")

    def scalar_placeholder(self, member: Member, shape: Shape) -> str:
        """Return the example value of a member that is neither structure, list nor map."""
        found = self.placeholders.get(id(member))
        if found is None:
            found = self.placeholders[id(member)] = member, self._scalar_placeholder(member, shape)
        return found[1]

    def _scalar_placeholder(self, member: Member, shape: Shape) -> str:
        traits = member.traits
        enum = traits["enum"] if "enum" in traits else shape.traits.get("enum")
        if enum and shape.type == "string":
            text = "|".join([f"'{value}'" for value in enum])
            is_plain = "\\" not in text and text.count("'") == 2 * len(enum)
            return text if is_plain else "|".join([repr(str(value)) for value in enum])
        if self.is_json_header(member, shape):
            return DOCUMENT_PLACEHOLDER
        if member is self.streaming:
            return "b'bytes'|file" if self.is_request else "StreamingBody()"
        if isinstance(shape, DescribedShape):
            return shape.example
        return _PLACEHOLDERS.get(shape.type, "...")

    def is_json_header(self, member: Member, shape: Shape) -> bool:
        """Return whether the value is sent as JSON in a header (`botocore.utils.is_json_value_header`)."""
        return (
            shape.type == "string"
            and bool(self.trait(member, "jsonvalue"))
            and self.trait(member, "location") == "header"
        )
