"""A request as HTTP: method, URI, headers and body, as the protocol of the service encodes it.

The rules are those of botocore's serializers (`botocore.serialize`). Each list has one item and each map one key.
The values are those of the documented Python call, encoded: `datetime(2015, 1, 1)`, `123`, `b'bytes'`. Headers that
sign a request or describe its body's length are left out, because no model contains them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from docgen.model.notations.layout import double_quoted
from docgen.model.operation_walk import MAX_DEPTH, MAX_ROWS, OperationWalk
from docgen.model.protocol import boto3_protocol, request_name, request_uri, timestamp_format, wire_name
from docgen.model.service import CONTAINER_TYPES, Member, Operation, Service, Shape, http_of
from docgen.printable import visible_line

_TIMESTAMPS = {
    "iso8601": "2015-01-01T00:00:00Z",
    "rfc822": "Thu, 01 Jan 2015 00:00:00 GMT",
    "unixTimestamp": "1420070400",
}
_NUMBERS = {"integer": "123", "long": "123", "float": "123.0", "double": "123.0"}
_BASE64 = "Ynl0ZXM="
_BASE64_JSON = "InN0cmluZyI="
_RECURSIVE = "..."


def http_request(service: Service, operation: Operation) -> str:
    """Return the HTTP request that calls an operation.

    Args:
        service: The service.
        operation: One of its operations.

    Raises:
        ModelError: The input is too large to show.
    """
    protocol = boto3_protocol(service)
    writer = _WRITERS.get(protocol, _RestJsonWriter)(service, operation, operation.input, is_request=True)
    return writer.request()


class _RequestWriter(OperationWalk):
    """What the protocols share: the request line, headers, and example values."""

    def __init__(self, service: Service, operation: Operation, root: Member | None, *, is_request: bool) -> None:
        super().__init__(service, operation, root, is_request=is_request)
        self.part_count = 0

    def members(self) -> Iterator[Member]:
        """Yield the members of the input."""
        yield from () if self.root is None else self.shapes[self.root.target].members.values()

    def located(self, location: str) -> Iterator[Member]:
        """Return the members of the input that are sent in a part of the request."""
        return (member for member in self.members() if self.trait(member, "location") == location)

    def method(self) -> str:
        """Return the HTTP method."""
        return str(http_of(self.operation).get("method", "POST"))

    def request(self) -> str:
        """Return the whole request."""
        body = self.body()
        lines = [visible_line(line) for line in (f"{self.method()} {self.uri()} HTTP/1.1", *self.headers())]
        return "\n".join((*lines, "", body) if body else lines)

    def uri(self) -> str:
        """Return the path and the query string; labels keep their braces."""
        return request_uri(self.operation) or "/"

    def headers(self) -> Iterator[str]:
        """Yield the header lines."""
        yield from ()

    def body(self) -> str:
        """Return the body; empty if there is none."""
        raise NotImplementedError

    def is_recursive(self, shape: Shape, level: int) -> bool:
        """Return whether a shape is inside itself.

        Raises:
            ModelError: The request is too large to show.
        """
        self.part_count += 1
        if level > MAX_DEPTH or self.part_count > MAX_ROWS:
            raise self.error("too large to show")
        return shape.name in self.open_shapes

    def plain(self, member: Member) -> str:
        """Return the example of a value without members, as text; alternatives are separated by `|`."""
        shape = self.shapes[member.target]
        if shape.type == "string":
            enum = self.trait(member, "enum")
            return "|".join(str(value) for value in enum) if enum else "string"
        if shape.type == "timestamp":
            own = member.traits.get("timestampFormat")
            return _TIMESTAMPS.get(timestamp_format(self.service, member.traits, shape, own), _TIMESTAMPS["iso8601"])
        if shape.type == "boolean":
            return "true|false"
        return _BASE64 if shape.type == "blob" else visible_line(_NUMBERS.get(shape.type, shape.type))


class _JsonBodyWriter(_RequestWriter):
    """Writes values as JSON."""

    def json_members(self, members: Iterator[Member], level: int) -> str:
        """Write an object of members, at a level of indentation."""
        service = self.service
        inner = [f"{double_quoted(wire_name(m, service))}: {self.json(m, level + 1)}" for m in members]
        return _braced("{", inner, "}", level)

    def json(self, member: Member, level: int) -> str:
        """Write the value of a member."""
        shape = self.shapes[member.target]
        if shape.type not in CONTAINER_TYPES:
            return self.json_scalar(member, shape)
        if self.trait(member, "document"):
            return "{...}"
        if self.is_recursive(shape, level):
            return f"[{_RECURSIVE}]" if shape.type == "list" else f"{{{_RECURSIVE}}}"
        self.open_shapes.add(shape.name)
        if shape.type == "structure":
            text = self.json_members(iter(shape.members.values()), level)
        elif shape.type == "list":
            text = _braced("[", [self.json(shape.members["member"], level + 1)], "]", level)
        else:
            key = self.json_scalar(shape.members["key"], self.shapes[shape.members["key"].target])
            text = _braced("{", [f"{key}: {self.json(shape.members['value'], level + 1)}"], "}", level)
        self.close(shape)
        return text

    def json_scalar(self, member: Member, shape: Shape) -> str:
        """Write the value of a member without members."""
        if shape.type == "string":
            values = self.trait(member, "enum")
            return "|".join([double_quoted(value) for value in values]) if values else '"string"'
        text = self.plain(member)
        is_quoted = shape.type == "blob" or (shape.type == "timestamp" and not text.isdigit())
        return double_quoted(text) if is_quoted else text


class _JsonWriter(_JsonBodyWriter):
    """The protocol `json`."""

    def headers(self) -> Iterator[str]:
        """Yield the headers for the name of the operation and the type of the body."""
        metadata = self.service.metadata
        name = self.operation.traits.get("name", self.operation.name)
        yield f"X-Amz-Target: {metadata.get('targetPrefix', '')}.{name}"
        yield f"Content-Type: application/x-amz-json-{metadata.get('jsonVersion', '1.0')}"
        yield from self.query_mode()

    def query_mode(self) -> Iterator[str]:
        """Yield the header that asks for the error codes of the query protocol, which the service used before."""
        if "awsQueryCompatible" in self.service.metadata:
            yield "x-amzn-query-mode: true"

    def body(self) -> str:
        """Return an object, even if the operation has no input."""
        return self.json_members(self.members(), 0) if self.root is not None else "{}"


class _CborWriter(_JsonWriter):
    """The protocol `smithy-rpc-v2-cbor`, with the body in the diagnostic notation of CBOR (RFC 8949)."""

    def uri(self) -> str:
        """Return the path, which names the service and the operation."""
        return f"/service/{self.service.metadata.get('targetPrefix', '')}/operation/{self.operation.name}"

    def method(self) -> str:
        """Return POST, the only method of the protocol."""
        return "POST"

    def headers(self) -> Iterator[str]:
        """Yield the headers for the protocol and the types of both bodies."""
        yield "smithy-protocol: rpc-v2-cbor"
        yield "Content-Type: application/cbor"
        yield "Accept: application/cbor"
        yield from self.query_mode()

    def json_scalar(self, member: Member, shape: Shape) -> str:
        """Write a value that JSON does not have in CBOR's notation."""
        if shape.type == "blob":
            return "h'6279746573'"
        return "1(1420070400)" if shape.type == "timestamp" else super().json_scalar(member, shape)


class _RestWriter(_RequestWriter):
    """What the REST protocols share: values in the path, the query string and headers, and a payload."""

    def uri(self) -> str:
        """Return the path with its labels, and the query string."""
        path = request_uri(self.operation) or "/"
        parameters = [self.query_parameter(member) for member in self.located("querystring")]
        return path + ("&" if "?" in path else "?") * bool(parameters) + "&".join(parameters)

    def query_parameter(self, member: Member) -> str:
        """Return a parameter in the query string; the keys of a map are names of parameters."""
        shape = self.shapes[member.target]
        if shape.type == "map":
            value = shape.members["value"]
            value = self.shapes[value.target].members["member"] if self.shapes[value.target].type == "list" else value
            return f"string={self.plain(value)}"
        item = shape.members["member"] if shape.type == "list" else member
        return f"{wire_name(member, self.service)}={self.plain(item)}"

    def headers(self) -> Iterator[str]:
        """Yield the header lines of the members that are sent in headers."""
        for member in self.located("header"):
            shape = self.shapes[member.target]
            item = shape.members["member"] if shape.type == "list" else member
            value = _BASE64_JSON if self.is_json_header(member, shape) else self.plain(item)
            yield f"{wire_name(member, self.service)}: {value}"
        for member in self.located("headers"):
            entry = self.shapes[member.target].members.get("value")
            if entry is not None:  # a model may send anything in headers, but only maps have names for them
                yield f"{wire_name(member, self.service)}string: {self.plain(entry)}"

    def payload(self) -> Member | None:
        """Return the member that is the whole body, or None."""
        name = self.trait(self.root, "payload") if self.root is not None else None
        return self.shapes[self.root.target].members.get(name) if self.root and isinstance(name, str) else None

    def body_members(self) -> list[Member]:
        """Return the members that are in the body if there is no payload."""
        places = ("uri", "querystring", "header", "headers")
        return [member for member in self.members() if self.trait(member, "location") not in places]

    def plain_payload(self, payload: Member) -> str:
        """Return the payload if it is not encoded: bytes or text."""
        return "bytes" if self.shapes[payload.target].type == "blob" else self.plain(payload)


class _RestJsonWriter(_RestWriter, _JsonBodyWriter):
    """The protocol `rest-json`."""

    def headers(self) -> Iterator[str]:
        """Yield the members in headers, and the type of a JSON body unless a member gives it."""
        lines = list(super().headers())
        yield from lines
        payload = self.payload()
        is_json = bool(self.body_members()) if payload is None else self.shapes[payload.target].type in CONTAINER_TYPES
        if is_json and not any(line.lower().startswith("content-type:") for line in lines):
            yield "Content-Type: application/json"

    def body(self) -> str:
        """Return an object, the payload, or nothing."""
        payload = self.payload()
        if payload is None:
            members = self.body_members()
            return self.json_members(iter(members), 0) if members else ""
        if self.trait(payload, "eventstream"):
            return "(a stream of events)"
        return (
            self.json(payload, 0)
            if self.shapes[payload.target].type in CONTAINER_TYPES
            else self.plain_payload(payload)
        )


class _RestXmlWriter(_RestWriter):
    """The protocol `rest-xml`."""

    def body(self) -> str:
        """Return an XML document, the payload, or nothing."""
        payload = self.payload()
        if payload is None:
            members = self.body_members()
            if not members or self.root is None:
                return ""
            root_name = str(self.root.traits.get("locationName") or f"{self.root.target}")
            namespace = _namespace(self.root.traits.get("xmlNamespace"))
            return _document(_element(root_name, namespace, list(self.xml_members(members, 1)), 0))
        if self.trait(payload, "eventstream"):
            return "(a stream of events)"
        if self.shapes[payload.target].type not in CONTAINER_TYPES:
            return self.plain_payload(payload)
        return _document(self.xml(payload, wire_name(payload, self.service), 0))

    def xml_members(self, members: list[Member], level: int) -> Iterator[str]:
        """Write members as lines of elements; attributes are left to the element around them."""
        for member in members:
            if not self.trait(member, "xmlAttribute"):
                yield from self.xml(member, wire_name(member, self.service), level)

    def xml(self, member: Member, name: str, level: int) -> Iterator[str]:
        """Write the value of a member as an element with a name."""
        shape = self.shapes[member.target]
        attributes = _namespace(self.trait(member, "xmlNamespace"))
        if shape.type not in CONTAINER_TYPES:
            yield f"{_indented(level)}<{name}{attributes}>{escape(self.plain(member), quote=False)}</{name}>"
        elif self.is_recursive(shape, level):
            yield f"{_indented(level)}<{name}>{_RECURSIVE}</{name}>"
        else:
            self.open_shapes.add(shape.name)
            yield from self.xml_container(member, shape, name, attributes, level)
            self.close(shape)

    def xml_container(self, member: Member, shape: Shape, name: str, attributes: str, level: int) -> Iterator[str]:
        """Write a structure, a list or a map."""
        if shape.type == "structure":
            members = list(shape.members.values())
            own = [m for m in members if self.trait(m, "xmlAttribute")]
            attributes += "".join(f" {wire_name(m, self.service)}={_quoted(self.plain(m))}" for m in own)
            yield from _element(name, attributes, list(self.xml_members(members, level + 1)), level)
        elif shape.type == "list":
            item = shape.members["member"]
            if self.trait(member, "flattened"):
                yield from self.xml(item, name, level)
            else:
                item_name = str(self.trait(item, "locationName") or "member")
                yield from _element(name, attributes, list(self.xml(item, item_name, level + 1)), level)
        else:
            key, value = shape.members["key"], shape.members["value"]
            key_name = self.map_name(key, "key")
            inner = [
                f"{_indented(level + 2)}<{key_name}>{escape(self.plain(key), quote=False)}</{key_name}>",
                *self.xml(value, self.map_name(value, "value"), level + 2),
            ]
            yield from _element(name, attributes, list(_element("entry", "", inner, level + 1)), level)

    def map_name(self, member: Member, default: str) -> str:
        """Return the name of the element of a key or a value."""
        return str(self.trait(member, "locationName") or default)


class _QueryWriter(_RequestWriter):
    """The protocol `query`: one parameter on each line."""

    def uri(self) -> str:
        """Return the root: the operation is in the body."""
        return "/"

    def headers(self) -> Iterator[str]:
        """Yield the type of the body."""
        yield "Content-Type: application/x-www-form-urlencoded; charset=utf-8"

    def body(self) -> str:
        """Return the parameters, one on each line."""
        parameters = [f"Action={self.operation.traits.get('name', self.operation.name)}"]
        parameters.append(f"Version={self.service.api_version}")
        for member in self.members():
            parameters += self.parameters(member, self.name(member), 0)
        return "\n&".join(map(visible_line, parameters))

    def name(self, member: Member) -> str:
        """Return the name of the member of a structure."""
        return wire_name(member, self.service)

    def parameters(self, member: Member, prefix: str, level: int) -> Iterator[str]:
        """Yield the parameters that a value becomes."""
        shape = self.shapes[member.target]
        if shape.type not in CONTAINER_TYPES:
            yield f"{prefix}={self.plain(member)}"
        elif self.is_recursive(shape, level):
            yield f"{prefix}.{_RECURSIVE}"
        else:
            self.open_shapes.add(shape.name)
            yield from self.container_parameters(member, shape, prefix, level)
            self.close(shape)

    def container_parameters(self, member: Member, shape: Shape, prefix: str, level: int) -> Iterator[str]:
        """Yield the parameters of a structure, a list or a map."""
        if shape.type == "structure":
            for inner in shape.members.values():
                yield from self.parameters(inner, f"{prefix}.{self.name(inner)}", level + 1)
        elif shape.type == "list":
            item = shape.members["member"]
            yield from self.parameters(item, self.item_prefix(member, item, prefix), level + 1)
        else:
            start = prefix if self.trait(member, "flattened") else f"{prefix}.entry"
            key, value = shape.members["key"], shape.members["value"]
            yield f"{start}.1.{self.trait(key, 'locationName') or 'key'}={self.plain(key)}"
            yield from self.parameters(value, f"{start}.1.{self.trait(value, 'locationName') or 'value'}", level + 1)

    def item_prefix(self, member: Member, item: Member, prefix: str) -> str:
        """Return the name of the first item of a list. A flattened list is named after its items."""
        item_name = self.trait(item, "locationName")
        if not self.trait(member, "flattened"):
            return f"{prefix}.{item_name or 'member'}.1"
        parent, dot, _ = prefix.rpartition(".")
        return f"{parent}{dot}{item_name}.1" if item_name else f"{prefix}.1"


class _Ec2Writer(_QueryWriter):
    """The protocol `ec2`: names of its own, and all lists flattened."""

    def name(self, member: Member) -> str:
        """Return the name of the member of a structure."""
        return request_name(member, self.service)

    def item_prefix(self, member: Member, item: Member, prefix: str) -> str:
        """Return the name of the first item of a list."""
        return f"{prefix}.1"


_WRITERS: dict[str, type[_RequestWriter]] = {
    "json": _JsonWriter,
    "rest-json": _RestJsonWriter,
    "rest-xml": _RestXmlWriter,
    "smithy-rpc-v2-cbor": _CborWriter,
    "query": _QueryWriter,
    "ec2": _Ec2Writer,
}


def _braced(start: str, parts: list[str], end: str, level: int) -> str:
    if not parts:
        return start + end
    return start + f"\n{_indented(level + 1)}" + f",\n{_indented(level + 1)}".join(parts) + f"\n{_indented(level)}{end}"


def _element(name: str, attributes: str, inner: list[str], level: int) -> Iterator[str]:
    if not inner:
        yield f"{_indented(level)}<{name}{attributes} />"
        return
    yield f"{_indented(level)}<{name}{attributes}>"
    yield from inner
    yield f"{_indented(level)}</{name}>"


def _document(lines: Iterable[str]) -> str:
    return "\n".join(map(visible_line, lines))


def _namespace(value: Any) -> str:
    """Return the attribute that declares a namespace; empty if there is none."""
    if not isinstance(value, dict) or not isinstance(value.get("uri"), str):
        return ""
    prefix = value.get("prefix")
    return f" xmlns{f':{prefix}' if prefix else ''}={_quoted(value['uri'])}"


def _quoted(text: str) -> str:
    """Return a text as the value of an attribute in XML, in quotation marks.

    It is what `xml.sax.saxutils.quoteattr` returns, which imports a client for HTTP.
    """
    escaped = escape(text, quote=False).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
    if '"' in escaped and "'" not in escaped:
        return f"'{escaped}'"
    inner = escaped.replace('"', "&quot;")
    return f'"{inner}"'


def _indented(level: int) -> str:
    return "  " * level
