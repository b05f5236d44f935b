"""A request in JavaScript: the client, the command and its input, as the AWS SDK for JavaScript (version 3) shows it.

The placeholders are those of the SDK's own reference. Unlike it, a structure is written in full wherever it occurs,
unless it is inside itself.
"""

from __future__ import annotations

import re

from docgen.model.notations.layout import double_quoted, new_line
from docgen.model.operation_walk import MAX_DEPTH, MAX_ROWS, OperationWalk
from docgen.model.service import CONTAINER_TYPES, Member, Operation, Service, Shape
from docgen.printable import visible_line

_NUMBERS = {"integer": "int", "long": "long", "float": "float", "double": "double"}
_BLOB = 'new Uint8Array(), // e.g. Buffer.from("") or new TextEncoder().encode("")'
_STREAM = '"MULTIPLE_TYPES_ACCEPTED", // a stream, a Buffer, a Blob or a string'
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


def javascript_call(service_name: str, service: Service, operation: Operation) -> str:
    """Return JavaScript that calls an operation.

    Args:
        service_name: The SDK name of the service, which is used where the model names no `serviceId`.
        service: The service.
        operation: One of its operations.

    Raises:
        ModelError: The input is too large to show.
    """
    identity = str(service.metadata.get("serviceId") or service_name)
    client, command = f"{_pascal_case(identity)}Client", f"{_capitalized(visible_line(operation.name))}Command"
    package = re.sub(r"[^a-z0-9]+", "-", identity.lower()).strip("-")
    value = _InputWriter(service, operation, operation.input, is_request=True).write()
    return "\n".join(
        (
            f'import {{ {client}, {command} }} from "@aws-sdk/client-{package}";',
            f"const client = new {client}({{}});",
            f"const input = {value};",
            f"const response = await client.send(new {command}(input));",
        )
    )


def _pascal_case(identity: str) -> str:
    return "".join(_capitalized(word) for word in re.split(r"[^A-Za-z0-9]+", identity))


def _capitalized(word: str) -> str:
    return word[:1].upper() + word[1:]


class _InputWriter(OperationWalk):
    """Writes the object with the input of an operation."""

    def __init__(self, service: Service, operation: Operation, root: Member | None, *, is_request: bool) -> None:
        super().__init__(service, operation, root, is_request=is_request)
        self.parts: list[str] = []

    def write(self) -> str:
        """Return the object."""
        if self.root is None or not self.shapes[self.root.target].members:
            return "{}"
        self.structure(self.root, self.shapes[self.root.target], 0, "")
        return "".join(self.parts)

    def value(self, member: Member, level: int, comment: str) -> None:
        """Write a value with the comma and the comment after it."""
        shape = self.shapes[member.target]
        if shape.type not in CONTAINER_TYPES or (shape.type == "structure" and self.trait(member, "document")):
            self.parts.append(self.scalar(member, shape, comment))
        elif not shape.members:
            self.parts.append(f"{{}},{comment}")
        elif shape.name in self.open_shapes:
            self.parts.append(f"{double_quoted(f'<{shape.name}>')},{comment}")
        elif level > MAX_DEPTH or len(self.parts) > MAX_ROWS:
            raise self.error("too large to show")
        else:
            writers = {"structure": self.structure, "list": self.list_value, "map": self.map_value}
            writers[shape.type](member, shape, level, comment)
            self.parts.append(",")

    def structure(self, member: Member, shape: Shape, level: int, comment: str) -> None:
        """Write an object with the members of a structure."""
        union = " Union: only one key present" if self.trait(member, "union") else ""
        self.open(shape, "{", union, comment)
        for inner in shape.members.values():
            self.parts.append(new_line(level + 1) + _key(inner.name) + ": ")
            self.value(inner, level + 1, " // required" if inner.required else "")
        self.close_container(shape, level, "}")

    def list_value(self, _member: Member, shape: Shape, level: int, comment: str) -> None:
        """Write an array of one item."""
        self.open(shape, "[", "", comment)
        self.parts.append(new_line(level + 1))
        self.value(shape.members["member"], level + 1, "")
        self.close_container(shape, level, "]")

    def map_value(self, _member: Member, shape: Shape, level: int, comment: str) -> None:
        """Write an object with one key."""
        self.open(shape, "{", "", comment)
        self.parts.append(new_line(level + 1) + '"<keys>": ')
        self.value(shape.members["value"], level + 1, "")
        self.close_container(shape, level, "}")

    def open(self, shape: Shape, bracket: str, note: str, comment: str) -> None:
        """Open a bracket, with the name of the shape as a comment."""
        self.open_shapes.add(shape.name)
        self.parts.append(f"{bracket} // {visible_line(shape.name)}{note}{comment}")

    def close_container(self, shape: Shape, level: int, bracket: str) -> None:
        """Close a bracket."""
        self.parts.append(new_line(level) + bracket)
        self.close(shape)

    def scalar(self, member: Member, shape: Shape, comment: str) -> str:
        """Return the placeholder of a value without members, with the comma and the comment after it."""
        if shape.type == "blob" and self.trait(member, "streaming"):
            return _STREAM + comment.replace(" //", ",")
        if shape.type == "blob":
            return _BLOB + comment.replace(" //", ",")
        return f"{self.placeholder(member, shape)},{comment}"

    def placeholder(self, member: Member, shape: Shape) -> str:
        """Return the placeholder of a value without members that fits on one line."""
        if shape.type in CONTAINER_TYPES:
            return '"DOCUMENT_VALUE"'
        if shape.type == "string":
            enum = self.trait(member, "enum")
            return " || ".join(double_quoted(value) for value in enum) if enum else '"STRING_VALUE"'
        if shape.type == "boolean":
            return "true || false"
        if shape.type == "timestamp":
            return 'new Date("TIMESTAMP")'
        return f"Number({double_quoted(_NUMBERS.get(shape.type, shape.type))})"


def _key(name: str) -> str:
    return name if _IDENTIFIER.fullmatch(name) else double_quoted(name)
