"""What the files beside a model say of an operation: paginators, waiters and examples.

These files are checked by nobody: what has not the shape that it should have is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from docgen.model.names import method_name

PAGINATORS, WAITERS, EXAMPLES = "paginators-1.json", "waiters-2.json", "examples-1.json"
FILES = (PAGINATORS, WAITERS, EXAMPLES)
"""The files that are read."""


@dataclass(frozen=True, slots=True)
class Paginator:
    """How to get all of a list: the names of what goes in and comes out, as words."""

    name: str
    facts: tuple[tuple[str, str], ...]

    @property
    def method(self) -> str:
        """Its name in Python."""
        return method_name(self.name)

    @property
    def code(self) -> str:
        """How it is made."""
        return f"client.get_paginator({self.method!r})"


@dataclass(frozen=True, slots=True)
class Waiter:
    """What may be waited for: how often it looks, and what it takes for success, failure or reason to try again."""

    name: str
    operation: str
    delay: str
    attempts: str
    acceptors: tuple[tuple[str, str], ...]

    @property
    def rhythm(self) -> str:
        """How often it looks, in words."""
        every = "every second" if self.delay == "1" else f"every {self.delay} seconds"
        return f"{every}, up to {self.attempts} times"

    @property
    def method(self) -> str:
        """Its name in Python."""
        return method_name(self.name)

    @property
    def code(self) -> str:
        """How it is made."""
        return f"client.get_waiter({self.method!r})"


@dataclass(frozen=True, slots=True)
class Example:
    """A request and its response, as Python."""

    title: str
    description: str
    request: str
    response: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside a model, by operation where it is of one, each in the order of its file."""

    paginators: Mapping[str, Paginator] = field(default_factory=dict)
    waiters: tuple[Waiter, ...] = ()
    examples: Mapping[str, tuple[Example, ...]] = field(default_factory=dict)

    def waiters_of(self, operation: str) -> tuple[Waiter, ...]:
        """The waiters that call an operation."""
        return tuple(waiter for waiter in self.waiters if waiter.operation == operation)


def beside(files: Mapping[str, Any]) -> Beside:
    """What the decoded `files` beside a model say, by their names."""
    examples = _mapping(files.get(EXAMPLES), "examples")
    return Beside(
        paginators={name: _paginator(name, each) for name, each in _mappings(files.get(PAGINATORS), "pagination")},
        waiters=tuple(_waiter(name, each) for name, each in _mappings(files.get(WAITERS), "waiters")),
        examples={name: tuple(_examples(name, each)) for name, each in examples.items() if isinstance(each, list)},
    )


def _mapping(value: Any, key: str) -> Mapping[str, Any]:
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _mappings(value: Any, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((name, each) for name, each in _mapping(value, key).items() if isinstance(each, Mapping))


def _paginator(name: str, said: Mapping[str, Any]) -> Paginator:
    words = (("result_key", "results"), ("input_token", "goes on with"), ("output_token", "goes on from"))
    facts = [(label, _names(said[key])) for key, label in (*words, ("limit_key", "page size")) if said.get(key)]
    return Paginator(name, tuple(facts))


def _names(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _waiter(name: str, said: Mapping[str, Any]) -> Waiter:
    acceptors = said.get("acceptors")
    found = [each for each in acceptors if isinstance(each, Mapping)] if isinstance(acceptors, list) else []
    operation, delay, attempts = (str(said.get(key, "")) for key in ("operation", "delay", "maxAttempts"))
    return Waiter(name, operation, delay, attempts, tuple(map(_acceptor, found)))


def _acceptor(said: Mapping[str, Any]) -> tuple[str, str]:
    expected = json.dumps(said.get("expected"), ensure_ascii=False)
    match said.get("matcher"):
        case "path" | "pathAll" | "pathAny" as matcher:
            every = {"path": "", "pathAll": "every ", "pathAny": "any "}[matcher]
            what = f"{every}{said.get('argument')} is {expected}"
        case "status":
            what = f"the HTTP status is {expected}"
        case "error":
            which = {"true": "any error", "false": "no error"}.get(expected, f"the error {expected}")
            what = f"{which} occurs"
        case other:
            what = f"{other} is {expected}"
    return str(said.get("state", "")), what


def _examples(operation: str, found: list[Any]) -> Iterator[Example]:
    for each in found:
        if not isinstance(each, Mapping):
            continue
        comments = each.get("comments")
        said = comments if isinstance(comments, Mapping) else {}
        request, response = each.get("input"), each.get("output")
        yield Example(
            title=str(each.get("title", "")),
            description=str(each.get("description", "")),
            request=_call(method_name(operation), request, _comments(said, "input")),
            response="\n".join(_python(response, _comments(said, "output"), "", "")) if response else "",
        )


def _comments(said: Mapping[str, Any], side: str) -> Mapping[str, Any]:
    found = said.get(side)
    return found if isinstance(found, Mapping) else {}


def _call(method: str, request: Any, comments: Mapping[str, Any]) -> str:
    if not isinstance(request, Mapping) or not request:
        return f"client.{method}()"
    lines = [f"client.{method}("]
    for name, value in request.items():
        told = _told(comments, name)
        first, *rest = _python(value, comments, name, "    ")
        lines += [f"    {name}={first}", *rest]
        lines[-1] += f",{told}"
    return "\n".join([*lines, ")"])


def _python(value: Any, comments: Mapping[str, Any], path: str, indent: str) -> list[str]:
    """A JSON value as lines of Python; the first has no indent, and comments stand behind what they are of."""
    inner = indent + "    "
    if isinstance(value, Mapping) and value:
        items = [(f"{key!r}: ", each, f"{path}.{key}" if path else str(key)) for key, each in value.items()]
        opening, closing = "{}"
    elif isinstance(value, list) and value:
        items = [("", each, f"{path}[{at}]") for at, each in enumerate(value)]
        opening, closing = "[]"
    else:
        return [repr(dict(value)) if isinstance(value, Mapping) else repr(value)]
    lines = [opening]
    for name, each, below in items:
        first, *rest = _python(each, comments, below, inner)
        lines += [f"{inner}{name}{first}", *rest]
        lines[-1] += f",{_told(comments, below)}"
    return [*lines, indent + closing]


def _told(comments: Mapping[str, Any], path: str) -> str:
    told = comments.get(path)
    return "  # " + re.sub(r"\s+", " ", told).strip() if isinstance(told, str) and told.strip() else ""
