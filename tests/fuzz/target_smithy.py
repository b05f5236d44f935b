"""Smithy models that are almost right: each service is read in full, or refused in one line with a JSON pointer."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from docgen.diff.compare import find_deltas
from docgen.errors import ModelError
from docgen.model.parse import parse
from docgen.model.smithy import read_ast, read_documents
from docgen.model.smithy.reader import encode
from docgen.model.syntax import operation_syntax
from docgen.model.validation import model_problems
from docgen.rules.classify import classify
from docgen.sources.smithy_files import find_services
from fuzz import value_or_line
from fuzz.edits import Choices, edited

_DATA = Path(__file__).parent.parent / "data" / "smithy"
_TARGETS = ("smithy.api#String", "smithy.api#Unit", "smithy.api#Document", "smithy.api#Nothing", "example.bad#Nowhere")
_TRAITS = """
    smithy.api#required smithy.api#length smithy.api#range smithy.api#pattern smithy.api#enum smithy.api#enumValue
    smithy.api#streaming smithy.api#mixin smithy.api#http smithy.api#httpPayload smithy.api#httpLabel
    smithy.api#paginated smithy.api#deprecated smithy.api#documentation smithy.api#error smithy.api#httpError
    smithy.api#xmlNamespace smithy.api#xmlName smithy.api#timestampFormat smithy.api#auth smithy.api#endpoint
    smithy.waiters#waitable aws.api#service aws.auth#sigv4 aws.protocols#awsQuery aws.protocols#restXml
    aws.protocols#awsJson1_0 aws.protocols#awsQueryError smithy.rules#contextParam example.traits#any
""".split()
_TRAIT_VALUES: tuple[Any, ...] = ({}, [], "", "a", 0, 10**30, None, True, {"min": 1}, {"min": "x"}, [{"value": "x"}])


@cache
def _models() -> list[dict[str, Any]]:
    found = [json.loads(path.read_bytes()) for path in sorted(_DATA.rglob("*.json"))]
    return [each for each in found if "smithy" in each]  # a folder of releases has other files, too


def seeds() -> list[bytes]:
    """Return bytes that choose a model and its edits, and whole models, which begin with a brace."""
    number = len(_models())
    chosen = [bytes([number * 7 * step % 120, step, *range(step * 5, step * 5 + 40)]) for step in range(30)]
    return [*chosen, *(json.dumps(model).encode() for model in _models() if len(model["shapes"]) < 30)]


def target(data: bytes) -> None:
    """Read the bytes as a model, or let them choose a model and its edits."""
    original: dict[str, Any] | None = None
    if not data.startswith(b"{"):
        choices = Choices(data)
        original = choices.one(_models())
        model = edited(original, choices, 6)
        for _ in range(choices.number(6)):
            _edit(model, choices)
        data = json.dumps(model).encode()
    services = find_services(data, "stem")
    for service in services or ():
        with value_or_line():
            _read(data, service.id, original)
    if services is not None:
        _check_validation(data)


def _read(data: bytes, service: str, original: dict[str, Any] | None) -> None:
    documents = read_documents(data, "zoo.json", service)
    try:
        read = parse(encode(documents["service-2.json"]), "made.json")
    except ModelError as error:
        raise AssertionError("what was made of it is no service model") from error
    for operation in read.operations.values():
        operation_syntax(read, operation)
    if original is not None and service in original["shapes"]:
        before = read_documents(json.dumps(original).encode(), "before.json", service)["service-2.json"]
        del before["smithy"]
        classify(find_deltas(parse(encode(before)), read, "zoo"))


def _check_validation(data: bytes) -> None:
    """Check that a model without problems can be read."""
    try:
        ast = read_ast(data, "zoo.json")
    except ModelError:
        return
    found = list(model_problems(json.loads(data), "zoo.json"))
    assert all(str(problem).isprintable() for problem in found)
    for service in () if found else ast.services():
        read_documents(data, "zoo.json", service)


def _edit(model: Any, choices: Choices) -> None:
    """Set a trait, or redirect a reference."""
    shapes = model.get("shapes") if isinstance(model, dict) else None
    if not isinstance(shapes, dict) or not shapes:
        return
    shape = shapes[choices.one(list(shapes))]
    if not isinstance(shape, dict):
        return
    nodes = [shape, *(each for each in shape.values() if isinstance(each, dict))]
    members = shape.get("members")
    nodes += (each for each in (members.values() if isinstance(members, dict) else ()) if isinstance(each, dict))
    node = choices.one(nodes)
    if choices.number(2):
        held = node.setdefault("traits", {})
        if isinstance(held, dict):
            held[choices.one(_TRAITS)] = choices.one(_TRAIT_VALUES)
    elif choices.number(4):
        node["target"] = choices.one((*shapes, *_TARGETS))
    else:
        node["mixins"] = [{"target": choices.one(list(shapes))}]
