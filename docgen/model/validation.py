"""Validation of a decoded service model: all faults at once, one line each.

`docgen.model.parse` stops at the first fault; this reports every one, and is stricter. A JSON Schema says what the
value of a key may be, and Python checks what the schema cannot: that names refer to something. The descriptions of what
was expected come from the titles and examples of the schema, so that a new key needs no new message.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from docgen import schema
from docgen.errors import DocgenError
from docgen.model.minified import MINIFIED, is_minified
from docgen.model.service import endless_lists
from docgen.model.smithy.ast import is_ast
from docgen.model.smithy.validation import contradictions, unreadable
from docgen.model.strict_json import json_pointer

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

MAX_PROBLEMS = 50
"""Lines for one file. Further faults are only counted, because one mistake can cause a thousand."""

Keys = tuple[str | int, ...]
"""The keys and list indexes that lead to a value."""

Fault = tuple[Keys, str]
"""Where a fault is, and what is wrong."""


@dataclass(frozen=True, slots=True)
class ModelProblem:
    """One fault of a file. `str()` gives the whole line.

    Attributes:
        location: The name of the file.
        pointer: The JSON pointer (RFC 6901) of the value; empty for the whole file.
        message: What is wrong, and what was expected.
    """

    location: str
    pointer: str
    message: str

    def __str__(self) -> str:
        # Names and values come from untrusted files; DocgenError escapes what would break the line.
        return str(DocgenError(": ".join(filter(None, (self.location, self.pointer, self.message)))))


def model_problems(model: Mapping[str, Any], location: str) -> Iterator[ModelProblem]:
    """Validate a decoded service model.

    Args:
        model: The JSON object of a `service-2.json`, or of a Smithy model.
        location: The name of the file in messages.

    Yields:
        The faults, in the order of their pointers. After `MAX_PROBLEMS` lines the last one counts the rest.
    """
    if is_minified(model):
        yield ModelProblem(location, "", MINIFIED)
        return
    found = sorted(_faults(model), key=_pointer_order)
    if is_ast(model) and not found:
        yield from (_problem_of_line(location, line) for line in unreadable(model))
    for keys, message in found[:MAX_PROBLEMS]:
        yield ModelProblem(location, json_pointer(*keys), message)
    if len(found) > MAX_PROBLEMS:
        yield ModelProblem(location, "", f"… and {len(found) - MAX_PROBLEMS} more")


def _faults(model: Mapping[str, Any]) -> set[Fault]:
    if is_ast(model):
        return {*_schema_faults("smithy-ast", model), *contradictions(model)}
    return {*_schema_faults("service-2", model), *_semantic_faults(model)}


def _problem_of_line(location: str, line: str) -> ModelProblem:
    """Return the problem in a line of the Smithy reader, which begins with a JSON pointer."""
    pointer, _, message = line.removeprefix(": ").partition(": ")
    return ModelProblem(location, pointer, message)


def _pointer_order(fault: Fault) -> tuple[list[tuple[bool, str | int]], str]:
    """Return a sort key: by pointer, with the indices of lists in numerical order."""
    keys, message = fault
    return [(isinstance(key, str), key) for key in keys], message


# --- faults that the schema finds ---


def _schema_faults(schema_name: str, value: object) -> Iterator[Fault]:
    # jsonschema reports each missing key separately, but without naming it. `_schema_message` names all of them, and
    # the caller's set removes the duplicates.
    for error in _schema_validator(schema_name).iter_errors(value):
        yield tuple(error.absolute_path), _schema_message(error)


@cache
def _schema_validator(schema_name: str) -> Draft202012Validator:
    # Imported here because it takes as long as all other imports of docgen, and only one command needs it.
    from jsonschema import Draft202012Validator

    whole = schema.load_schema(schema_name)
    return Draft202012Validator(_inline_references(whole, whole.get("$defs", {})))


def _inline_references(node: Any, definitions: Mapping[str, Any]) -> Any:
    """Return `node` with every `$ref` replaced by the definition that it refers to.

    jsonschema resolves a reference again for each value, which takes two fifths of its time on a large model. These
    schemas are not recursive, so the replacement ends.
    """
    if isinstance(node, list):
        return [_inline_references(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inline_references(definitions[node["$ref"].removeprefix("#/$defs/")], definitions)
    return {key: _inline_references(value, definitions) for key, value in node.items() if key != "$defs"}


def _schema_message(error: ValidationError) -> str:
    expected = _expectation(error.schema)
    match error.validator:
        case "required":
            missing = [key for key in error.validator_value if key not in error.instance]
            return f"no {', '.join(map(repr, missing))}, expected {expected}"
        case "uniqueItems":
            return f"{_first_duplicate(error.instance)} is listed twice, expected {expected}"
        case _:
            return f"found {_quote_value(error.instance)}, expected {expected}"


def _expectation(subschema: Mapping[str, Any]) -> str:
    """Describe what a schema expects: its title or else its type, and the allowed values or an example."""
    type_names = {"array": "list"}
    noun = subschema.get("title") or type_names.get(subschema["type"], subschema["type"])
    phrase = f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
    if "enum" in subschema:
        return f"{phrase}: {', '.join(map(_quote_value, subschema['enum']))}"
    if "examples" in subschema:
        return f"{phrase} such as {json.dumps(subschema['examples'][0])}"
    return phrase


def _quote_value(value: object) -> str:
    """Return a value as JSON, at most 80 characters long; `an object` and `a list` for those."""
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case _:
            text = json.dumps(value, ensure_ascii=False)
            return text if len(text) <= 80 else f"{text[:79]}…"


def _first_duplicate(items: Sequence[object]) -> str:
    return _quote_value(next(item for index, item in enumerate(items) if item in items[:index]))


# --- faults that the schema cannot express ---


def _semantic_faults(model: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the names that refer to nothing. Skips whatever the schema reports already."""
    shapes = _object_or_empty(model.get("shapes"))
    yield from _reference_faults(model, shapes)
    for name, shape in shapes.items():
        if _object_or_empty(shape).get("type") == "structure":
            yield from _member_name_faults(("shapes", name), shape)
    yield from _endless_list_faults(shapes)


def _reference_faults(model: Mapping[str, Any], shapes: Mapping[str, Any]) -> Iterator[Fault]:
    for keys, reference in _shape_references(shapes):
        yield from _target_faults(keys, reference, shapes)
    for keys, reference in _operation_references(_object_or_empty(model.get("operations"))):
        yield from _target_faults(keys, reference, shapes, expected_type="structure")


def _shape_references(shapes: Mapping[str, Any]) -> Iterator[tuple[Keys, Any]]:
    for name, shape in shapes.items():
        match shape:
            case {"type": "structure", "members": dict() as members}:
                for member, reference in members.items():
                    yield ("shapes", name, "members", member), reference
            case {"type": "list"}:
                yield ("shapes", name, "member"), shape.get("member")
            case {"type": "map"}:
                yield ("shapes", name, "key"), shape.get("key")
                yield ("shapes", name, "value"), shape.get("value")


def _operation_references(operations: Mapping[str, Any]) -> Iterator[tuple[Keys, Any]]:
    for name, value in operations.items():
        operation = _object_or_empty(value)
        for slot in ("input", "output"):
            yield ("operations", name, slot), operation.get(slot)
        for index, reference in enumerate(_list_or_empty(operation.get("errors"))):
            yield ("operations", name, "errors", index), reference


def _target_faults(
    keys: Keys, reference: object, shapes: Mapping[str, Any], expected_type: str = ""
) -> Iterator[Fault]:
    name = _object_or_empty(reference).get("shape")
    if not isinstance(name, str):
        return
    if name not in shapes:
        yield (*keys, "shape"), f"no shape is called {_quote_value(name)}, expected one of /shapes"
        return
    kind = _object_or_empty(shapes[name]).get("type")
    if expected_type and isinstance(kind, str) and kind != expected_type:
        yield (*keys, "shape"), f"{_quote_value(name)} is of type {_quote_value(kind)}, expected a {expected_type}"


def _member_name_faults(shape_keys: Keys, shape: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the names in `required` and `payload` that are not members."""
    members = _object_or_empty(shape.get("members"))
    references: list[tuple[Keys, object]] = [((*shape_keys, "payload"), shape.get("payload"))]
    references += (((*shape_keys, "required", i), name) for i, name in enumerate(_list_or_empty(shape.get("required"))))
    for keys, name in references:
        if isinstance(name, str) and name not in members:
            yield (
                keys,
                f"no member is called {_quote_value(name)}, expected one of {json_pointer(*shape_keys, 'members')}",
            )


def _endless_list_faults(shapes: Mapping[str, Any]) -> Iterator[Fault]:
    lists = (
        (name, _object_or_empty(shape))
        for name, shape in shapes.items()
        if _object_or_empty(shape).get("type") == "list"
    )
    items = ((name, _object_or_empty(shape.get("member")).get("shape")) for name, shape in lists)
    for name in endless_lists({name: item for name, item in items if isinstance(item, str)}):
        yield ("shapes", name), "lists that contain only each other, expected an end"


def _object_or_empty(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list_or_empty(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
