"""Whether a service model is well formed: every fault at once, one line each.

`model.parse` stops at the first thing that it cannot read; this reports all that is wrong, and more strictly. The
JSON Schema says what a key may hold; plain Python says what it cannot: that names refer to something. Words for
what was expected come from the schema's own titles and examples, so a new key needs no new message here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen import schema
from docgen.errors import DocgenError, ModelError, SourceError
from docgen.locate import open_source
from docgen.model.service import json_pointer, load_json
from docgen.sources.folder import DiskFile
from docgen.sources.release import MODEL_FILENAME, File

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

MAX_PROBLEMS = 50
"""Lines for one file; what one mistake breaks in a thousand places is counted beyond that."""

MODEL_FILE_NAMES = (MODEL_FILENAME, f"{MODEL_FILENAME}.gz")

Keys = tuple[str | int, ...]
Fault = tuple[Keys, str]


@dataclass(frozen=True, slots=True)
class ModelProblem:
    """One fault: the file, the JSON pointer (RFC 6901, empty for the whole file), what is wrong and was expected."""

    location: str
    pointer: str
    message: str

    def __str__(self) -> str:
        # Names and values come from hostile files: an error's own escaping keeps the line a line.
        return str(DocgenError(": ".join(filter(None, (self.location, self.pointer, self.message)))))


def model_problems(model: Mapping[str, Any], location: str) -> Iterator[ModelProblem]:
    """Everything that is wrong with a decoded service model, in the order of its pointers.

    `place` names the file. After `MAX_PROBLEMS` lines the last one says how many more there are.
    """
    found = sorted({*_schema_faults("service-2", model), *_semantic_faults(model)}, key=_pointer_order)
    for keys, message in found[:MAX_PROBLEMS]:
        yield ModelProblem(location, json_pointer(*keys), message)
    if len(found) > MAX_PROBLEMS:
        yield ModelProblem(location, "", f"… and {len(found) - MAX_PROBLEMS} more")


def validate_paths(paths: Sequence[str]) -> Iterator[ModelProblem]:
    """Everything that is wrong with the service models in files, directories, wheels, sdists and `package:NAME`.

    What cannot be read is a problem like any other, and so is a path without a model; the rest is still checked.
    """
    for path in paths:
        count = 0
        try:
            for file in _model_files(path):
                count += 1
                yield from _problems_of_file(file)
        except SourceError as error:
            yield _problem_of_error(path, error)
        else:
            if not count:
                yield ModelProblem(
                    path, "", f"no service model here, expected files called {' or '.join(MODEL_FILE_NAMES)}"
                )


def _problems_of_file(file: File) -> Iterator[ModelProblem]:
    try:
        model = load_json(file.read(), file.location)
    except (SourceError, ModelError) as error:
        yield _problem_of_error(file.location, error)
    else:
        yield from model_problems(model, file.location)


def _problem_of_error(location: str, error: DocgenError) -> ModelProblem:
    """The error's line as a problem of `place`; a line and column that follow the place stay with it."""
    line = str(error.args[0])
    where, _, message = line.removeprefix(location).partition(": ")
    return (
        ModelProblem(location + where, "", message) if line.startswith(location) else ModelProblem(location, "", line)
    )


def _model_files(path: str) -> Iterator[File]:
    """Every model at or below `path`."""
    local = Path(path)
    if local.is_dir():
        yield from map(DiskFile, sorted(file for name in MODEL_FILE_NAMES for file in local.rglob(name)))
    elif local.name.endswith((".json", ".json.gz")):
        yield DiskFile(local)
    else:
        yield from (file for release in open_source(path).releases() for file in release.files)


def _pointer_order(fault: Fault) -> tuple[list[tuple[bool, str | int]], str]:
    """Sorts as pointers read, but the tenth item of a list after the second."""
    keys, message = fault
    return [(isinstance(key, str), key) for key in keys], message


# What the schema says


def _schema_faults(schema_name: str, value: object) -> Iterator[Fault]:
    # jsonschema reports each missing key by itself, with nothing but a sentence to tell them apart; `_message`
    # names them all, and equal findings fall together in the caller's set.
    for error in _schema_validator(schema_name).iter_errors(value):
        yield tuple(error.absolute_path), _schema_message(error)


@cache
def _schema_validator(schema_name: str) -> Draft202012Validator:
    # Imported here because it takes as long as everything else that docgen imports, and one command needs it.
    from jsonschema import Draft202012Validator

    whole = schema.load_schema(schema_name)
    return Draft202012Validator(_inline_references(whole, whole.get("$defs", {})))


def _inline_references(node: Any, definitions: Mapping[str, Any]) -> Any:
    """`node` with every `$ref` replaced by what it refers to.

    jsonschema looks a reference up anew for each value that it meets, which is two fifths of its time on a large
    model. Our schemas are not recursive, so this ends.
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
            return f"{_first_duplicate(error.instance)} is there twice, expected {expected}"
        case _:
            return f"found {_quote_value(error.instance)}, expected {expected}"


def _expectation(subschema: Mapping[str, Any]) -> str:
    """What a schema asks for, in its own words: its title, else its type, and an example or the choice."""
    kinds = {"array": "list"}
    what = subschema.get("title") or kinds.get(subschema["type"], subschema["type"])
    words = f"{'an' if what[0] in 'aeiou' else 'a'} {what}"
    if "enum" in subschema:
        return f"{words}: {', '.join(map(_quote_value, subschema['enum']))}"
    if "examples" in subschema:
        return f"{words} such as {json.dumps(subschema['examples'][0])}"
    return words


def _quote_value(value: object) -> str:
    """A value as JSON, cut short; objects and lists only by what they are."""
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


# What it cannot say


def _semantic_faults(model: Mapping[str, Any]) -> Iterator[Fault]:
    """Names that refer to nothing. Passes over whatever the schema has objected to already."""
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
    """`required` and `payload` name members."""
    members = _object_or_empty(shape.get("members"))
    named: list[tuple[Keys, object]] = [((*shape_keys, "payload"), shape.get("payload"))]
    named += (((*shape_keys, "required", i), name) for i, name in enumerate(_list_or_empty(shape.get("required"))))
    for keys, name in named:
        if isinstance(name, str) and name not in members:
            yield (
                keys,
                f"no member is called {_quote_value(name)}, expected one of {json_pointer(*shape_keys, 'members')}",
            )


def _endless_list_faults(shapes: Mapping[str, Any]) -> Iterator[Fault]:
    """Lists that hold only each other can hold no value; a list of itself has a documented form."""
    finished: set[str] = set()
    for start in shapes:
        trail: dict[str, None] = {}
        name: str | None = start
        while name is not None and name not in finished and name not in trail:
            trail[name] = None
            name = _item_shape_name(shapes, name)
        if name in trail and name is not None:
            yield ("shapes", name), "lists that contain only each other, expected an end"
        finished.update(trail)


def _item_shape_name(shapes: Mapping[str, Any], name: str) -> str | None:
    """The other shape that a list consists of."""
    shape = _object_or_empty(shapes.get(name))
    target = _object_or_empty(shape.get("member")).get("shape") if shape.get("type") == "list" else None
    return target if isinstance(target, str) and target != name else None


def _object_or_empty(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list_or_empty(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
