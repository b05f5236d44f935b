"""Paginators, waiters and examples from the siblings of a model.

These files have no schema, so malformed entries are skipped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from docgen.model.names import client_call, keyword_argument, method_name

PAGINATORS_FILE, WAITERS_FILE, EXAMPLES_FILE = "paginators-1.json", "waiters-2.json", "examples-1.json"
SIBLING_FILES = (PAGINATORS_FILE, WAITERS_FILE, EXAMPLES_FILE)
"""Names of the files that are read."""


@dataclass(frozen=True, slots=True)
class Paginator:
    """A paginator: its name, its tokens and keys as (label, value), and the key of its results, which may be empty."""

    name: str
    properties: tuple[tuple[str, str], ...]
    result_key: str = ""

    @property
    def method(self) -> str:
        """Name in Python."""
        return method_name(self.name)

    @property
    def code(self) -> str:
        """Code that creates it."""
        return f"client.get_paginator({self.method!r})"


@dataclass(frozen=True, slots=True)
class Waiter:
    """A waiter: how often it polls, and what makes it succeed, fail or retry."""

    name: str
    operation: str
    delay: str
    max_attempts: str
    acceptors: tuple[tuple[str, str], ...]

    @property
    def polling(self) -> str:
        """How often it polls, in words."""
        every = "every second" if self.delay == "1" else f"every {self.delay} seconds"
        return f"{every}, up to {self.max_attempts} times" if self.max_attempts else every

    @property
    def method(self) -> str:
        """Name in Python."""
        return method_name(self.name)

    @property
    def code(self) -> str:
        """Code that creates it."""
        return f"client.get_waiter({self.method!r})"


@dataclass(frozen=True, slots=True)
class Example:
    """A request and its response, as Python code."""

    title: str
    description: str
    request: str
    response: str


@dataclass(frozen=True, slots=True)
class SiblingInfo:
    """Paginators and examples by operation, and waiters, each in the order of its file."""

    paginators: Mapping[str, Paginator] = field(default_factory=dict)
    waiters: tuple[Waiter, ...] = ()
    examples: Mapping[str, tuple[Example, ...]] = field(default_factory=dict)

    def waiters_of(self, operation: str) -> tuple[Waiter, ...]:
        """Return the waiters that call an operation."""
        return tuple(waiter for waiter in self.waiters if waiter.operation == operation)


def read_sibling_info(files: Mapping[str, Any]) -> SiblingInfo:
    """Return the contents of decoded sibling files, given by file name."""
    examples = _mapping_in(files.get(EXAMPLES_FILE), "examples")
    return SiblingInfo(
        paginators={
            name: _read_paginator(name, each)
            for name, each in _mapping_items_in(files.get(PAGINATORS_FILE), "pagination")
        },
        waiters=tuple(_read_waiter(name, each) for name, each in _mapping_items_in(files.get(WAITERS_FILE), "waiters")),
        examples={name: tuple(_read_examples(name, each)) for name, each in examples.items() if isinstance(each, list)},
    )


def _mapping_in(value: Any, key: str) -> Mapping[str, Any]:
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _mapping_items_in(value: Any, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((name, each) for name, each in _mapping_in(value, key).items() if isinstance(each, Mapping))


def _read_paginator(name: str, definition: Mapping[str, Any]) -> Paginator:
    words = (("result_key", "results"), ("input_token", "input token"), ("output_token", "output token"))
    facts = [
        (label, _join_values(definition[key]))
        for key, label in (*words, ("limit_key", "page size"))
        if definition.get(key)
    ]
    keys = definition.get("result_key")
    first = keys[0] if isinstance(keys, list) and keys else keys
    return Paginator(name, tuple(facts), first if isinstance(first, str) else "")


def _join_values(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _read_waiter(name: str, definition: Mapping[str, Any]) -> Waiter:
    acceptors = definition.get("acceptors")
    found = [each for each in acceptors if isinstance(each, Mapping)] if isinstance(acceptors, list) else []
    operation, delay, attempts = (str(definition.get(key, "")) for key in ("operation", "delay", "maxAttempts"))
    return Waiter(name, operation, delay, attempts, tuple(map(_describe_acceptor, found)))


def _describe_acceptor(acceptor: Mapping[str, Any]) -> tuple[str, str]:
    expected = json.dumps(acceptor.get("expected"), ensure_ascii=False)
    match acceptor.get("matcher"):
        case "path" | "pathAll" | "pathAny" as matcher:
            every = {"path": "", "pathAll": "every ", "pathAny": "any "}[matcher]
            what = f"{every}{acceptor.get('argument')} is {expected}"
        case "status":
            what = f"the HTTP status is {expected}"
        case "error":
            which = {"true": "any error", "false": "no error"}.get(expected, f"the error {expected}")
            what = f"{which} occurs"
        case other:
            what = f"{other} is {expected}"
    return str(acceptor.get("state", "")), what


def _read_examples(operation: str, definitions: list[Any]) -> Iterator[Example]:
    for each in definitions:
        if not isinstance(each, Mapping):
            continue
        comments = each.get("comments")
        by_side = comments if isinstance(comments, Mapping) else {}
        request, response = each.get("input"), each.get("output")
        yield Example(
            title=str(each.get("title", "")),
            description=str(each.get("description", "")),
            request=_request_code(method_name(operation), request, _comments_of_side(by_side, "input")),
            response="\n".join(_python_lines(response, _comments_of_side(by_side, "output"), "", ""))
            if response
            else "",
        )


def _comments_of_side(comments: Mapping[str, Any], side: str) -> Mapping[str, Any]:
    found = comments.get(side)
    return found if isinstance(found, Mapping) else {}


def _request_code(method: str, request: Any, comments: Mapping[str, Any]) -> str:
    if not isinstance(request, Mapping) or not request:
        return f"{client_call(method)}()"
    lines = [f"{client_call(method)}("]
    for name, value in request.items():
        comment = _trailing_comment(comments, name)
        first, *rest = _python_lines(value, comments, name, "    ")
        before, after = keyword_argument(name)
        lines += [f"    {before}{first}", *rest]
        lines[-1] += f"{after},{comment}"
    return "\n".join([*lines, ")"])


def _python_lines(value: Any, comments: Mapping[str, Any], path: str, indent: str) -> list[str]:
    """Return a JSON value as lines of Python. The first line has no indent; comments follow what they describe."""
    inner = indent + "    "
    if isinstance(value, Mapping) and value:
        items = [(f"{key!r}: ", each, f"{path}.{key}" if path else str(key)) for key, each in value.items()]
        opening, closing = "{}"
    elif isinstance(value, list) and value:
        items = [("", each, f"{path}[{index}]") for index, each in enumerate(value)]
        opening, closing = "[]"
    else:
        return [repr(dict(value)) if isinstance(value, Mapping) else repr(value)]
    lines = [opening]
    for name, each, below in items:
        first, *rest = _python_lines(each, comments, below, inner)
        lines += [f"{inner}{name}{first}", *rest]
        lines[-1] += f",{_trailing_comment(comments, below)}"
    return [*lines, indent + closing]


def _trailing_comment(comments: Mapping[str, Any], path: str) -> str:
    comment = comments.get(path)
    return "  # " + re.sub(r"\s+", " ", comment).strip() if isinstance(comment, str) and comment.strip() else ""
