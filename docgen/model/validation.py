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
from docgen.model.service import load_json, pointer
from docgen.sources.folder import DiskFile
from docgen.sources.release import MODEL, File

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

MAX_PROBLEMS = 50
"""Lines for one file; what one mistake breaks in a thousand places is counted beyond that."""

FILES = (MODEL, f"{MODEL}.gz")

Keys = tuple[str | int, ...]
Found = tuple[Keys, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the file, the JSON pointer (RFC 6901, empty for the whole file), what is wrong and was expected."""

    place: str
    pointer: str
    message: str

    def __str__(self) -> str:
        # Names and values come from hostile files: an error's own escaping keeps the line a line.
        return str(DocgenError(": ".join(filter(None, (self.place, self.pointer, self.message)))))


def problems(model: Mapping[str, Any], place: str) -> Iterator[Problem]:
    """Everything that is wrong with a decoded service model, in the order of its pointers.

    `place` names the file. After `MAX_PROBLEMS` lines the last one says how many more there are.
    """
    found = sorted({*_violations("service-2", model), *_contradictions(model)}, key=_order)
    for keys, message in found[:MAX_PROBLEMS]:
        yield Problem(place, pointer(*keys), message)
    if len(found) > MAX_PROBLEMS:
        yield Problem(place, "", f"… and {len(found) - MAX_PROBLEMS} more")


def validate_paths(paths: Sequence[str]) -> Iterator[Problem]:
    """Everything that is wrong with the service models in files, directories, wheels, sdists and `package:NAME`.

    What cannot be read is a problem like any other, and so is a path without a model; the rest is still checked.
    """
    for path in paths:
        count = 0
        try:
            for file in _files(path):
                count += 1
                yield from _problems_of_file(file)
        except SourceError as error:
            yield _problem_of_error(path, error)
        else:
            if not count:
                yield Problem(path, "", f"no service model here, expected files called {' or '.join(FILES)}")


def _problems_of_file(file: File) -> Iterator[Problem]:
    try:
        model = load_json(file.read(), file.place)
    except (SourceError, ModelError) as error:
        yield _problem_of_error(file.place, error)
    else:
        yield from problems(model, file.place)


def _problem_of_error(place: str, error: DocgenError) -> Problem:
    """The error's line as a problem of `place`; a line and column that follow the place stay with it."""
    line = str(error.args[0])
    where, _, message = line.removeprefix(place).partition(": ")
    return Problem(place + where, "", message) if line.startswith(place) else Problem(place, "", line)


def _files(path: str) -> Iterator[File]:
    """Every model at or below `path`."""
    local = Path(path)
    if local.is_dir():
        yield from map(DiskFile, sorted(file for name in FILES for file in local.rglob(name)))
    elif local.name.endswith((".json", ".json.gz")):
        yield DiskFile(local)
    else:
        yield from (file for release in open_source(path).releases() for file in release.files)


def _order(found: Found) -> tuple[list[tuple[bool, str | int]], str]:
    """Sorts as pointers read, but the tenth item of a list after the second."""
    keys, message = found
    return [(isinstance(key, str), key) for key in keys], message


# What the schema says


def _violations(name: str, value: object) -> Iterator[Found]:
    # jsonschema reports each missing key by itself, with nothing but a sentence to tell them apart; `_message`
    # names them all, and equal findings fall together in the caller's set.
    for error in _validator(name).iter_errors(value):
        yield tuple(error.absolute_path), _message(error)


@cache
def _validator(name: str) -> Draft202012Validator:
    # Imported here because it takes as long as everything else that docgen imports, and one command needs it.
    from jsonschema import Draft202012Validator

    whole = schema.load(name)
    return Draft202012Validator(_inlined(whole, whole.get("$defs", {})))


def _inlined(node: Any, definitions: Mapping[str, Any]) -> Any:
    """`node` with every `$ref` replaced by what it refers to.

    jsonschema looks a reference up anew for each value that it meets, which is two fifths of its time on a large
    model. Our schemas are not recursive, so this ends.
    """
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inlined(definitions[node["$ref"].removeprefix("#/$defs/")], definitions)
    return {key: _inlined(value, definitions) for key, value in node.items() if key != "$defs"}


def _message(error: ValidationError) -> str:
    expected = _expected(error.schema)
    match error.validator:
        case "required":
            missing = [key for key in error.validator_value if key not in error.instance]
            return f"no {', '.join(map(repr, missing))}, expected {expected}"
        case "uniqueItems":
            return f"{_twice(error.instance)} is there twice, expected {expected}"
        case _:
            return f"found {_quote(error.instance)}, expected {expected}"


def _expected(rule: Mapping[str, Any]) -> str:
    """What a schema asks for, in its own words: its title, else its type, and an example or the choice."""
    kinds = {"array": "list"}
    what = rule.get("title") or kinds.get(rule["type"], rule["type"])
    words = f"{'an' if what[0] in 'aeiou' else 'a'} {what}"
    if "enum" in rule:
        return f"{words}: {', '.join(map(_quote, rule['enum']))}"
    if "examples" in rule:
        return f"{words} such as {json.dumps(rule['examples'][0])}"
    return words


def _quote(value: object) -> str:
    """A value as JSON, cut short; objects and lists only by what they are."""
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case _:
            text = json.dumps(value, ensure_ascii=False)
            return text if len(text) <= 80 else f"{text[:79]}…"


def _twice(items: Sequence[object]) -> str:
    return _quote(next(item for index, item in enumerate(items) if item in items[:index]))


# What it cannot say


def _contradictions(model: Mapping[str, Any]) -> Iterator[Found]:
    """Names that refer to nothing. Passes over whatever the schema has objected to already."""
    shapes = _object(model.get("shapes"))
    yield from _references(model, shapes)
    for name, shape in shapes.items():
        if _object(shape).get("type") == "structure":
            yield from _member_names(("shapes", name), shape)
    yield from _endless(shapes)


def _references(model: Mapping[str, Any], shapes: Mapping[str, Any]) -> Iterator[Found]:
    for keys, reference in _references_of_shapes(shapes):
        yield from _target(keys, reference, shapes)
    for keys, reference in _references_of_operations(_object(model.get("operations"))):
        yield from _target(keys, reference, shapes, wanted="structure")


def _references_of_shapes(shapes: Mapping[str, Any]) -> Iterator[tuple[Keys, Any]]:
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


def _references_of_operations(operations: Mapping[str, Any]) -> Iterator[tuple[Keys, Any]]:
    for name, value in operations.items():
        operation = _object(value)
        for slot in ("input", "output"):
            yield ("operations", name, slot), operation.get(slot)
        for index, reference in enumerate(_list(operation.get("errors"))):
            yield ("operations", name, "errors", index), reference


def _target(keys: Keys, reference: object, shapes: Mapping[str, Any], wanted: str = "") -> Iterator[Found]:
    name = _object(reference).get("shape")
    if not isinstance(name, str):
        return
    if name not in shapes:
        yield (*keys, "shape"), f"no shape is called {_quote(name)}, expected one of /shapes"
        return
    kind = _object(shapes[name]).get("type")
    if wanted and isinstance(kind, str) and kind != wanted:
        yield (*keys, "shape"), f"{_quote(name)} is of type {_quote(kind)}, expected a {wanted}"


def _member_names(at: Keys, shape: Mapping[str, Any]) -> Iterator[Found]:
    """`required` and `payload` name members."""
    members = _object(shape.get("members"))
    named: list[tuple[Keys, object]] = [((*at, "payload"), shape.get("payload"))]
    named += (((*at, "required", i), name) for i, name in enumerate(_list(shape.get("required"))))
    for keys, name in named:
        if isinstance(name, str) and name not in members:
            yield keys, f"no member is called {_quote(name)}, expected one of {pointer(*at, 'members')}"


def _endless(shapes: Mapping[str, Any]) -> Iterator[Found]:
    """Lists that hold only each other can hold no value; a list of itself has a documented form."""
    finished: set[str] = set()
    for start in shapes:
        trail: dict[str, None] = {}
        name: str | None = start
        while name is not None and name not in finished and name not in trail:
            trail[name] = None
            name = _item(shapes, name)
        if name in trail and name is not None:
            yield ("shapes", name), "lists that contain only each other, expected an end"
        finished.update(trail)


def _item(shapes: Mapping[str, Any], name: str) -> str | None:
    """The other shape that a list consists of."""
    shape = _object(shapes.get(name))
    target = _object(shape.get("member")).get("shape") if shape.get("type") == "list" else None
    return target if isinstance(target, str) and target != name else None


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
