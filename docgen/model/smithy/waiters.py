"""Waiters, as in a `waiters-2.json`, but without `maxAttempts`: in Smithy the caller sets a limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from docgen.model.smithy.ast import Ast, AstShape, Keys, local_name
from docgen.model.smithy.traits import kept, object_of

_TRAIT = "smithy.waiters#waitable"
_COMPARATORS = {
    "stringEquals": "path",
    "booleanEquals": "path",
    "allStringEquals": "pathAll",
    "anyStringEquals": "pathAny",
}
_DELAY = 2
"""Seconds between two attempts by default."""


def waiters(ast: Ast, operations: Iterable[AstShape]) -> dict[str, Any]:
    """Return the content of the file."""
    found: dict[str, Any] = {}
    for shape in operations:
        at = (*shape.at, "traits", _TRAIT)
        for name, value in (object_of(ast, shape.traits, _TRAIT, shape.at) or {}).items():
            found[name] = _waiter(ast, shape, ast.object(value, (*at, name)), (*at, name))
    return {"version": 2, "waiters": dict(sorted(found.items()))}


def _waiter(ast: Ast, shape: AstShape, said: dict[str, Any], at: Keys) -> dict[str, Any]:
    found: dict[str, Any] = {
        "delay": kept(said.get("minDelay", _DELAY)),
        "operation": shape.name,
        "acceptors": list(_acceptors(ast, said, at)),
    }
    if said.get("deprecated"):
        found["deprecated"] = True
    if "documentation" in said:
        found["description"] = ast.text(said["documentation"], (*at, "documentation"))
    return found


def _acceptors(ast: Ast, said: dict[str, Any], at: Keys) -> Iterator[dict[str, Any]]:
    for index, value in enumerate(ast.array(said.get("acceptors", []), (*at, "acceptors"))):
        where = (*at, "acceptors", index)
        acceptor = ast.object(value, where)
        matcher = ast.object(acceptor.get("matcher"), (*where, "matcher"))
        yield {"state": kept(acceptor.get("state")), **_matcher(ast, matcher, (*where, "matcher"))}


def _matcher(ast: Ast, said: dict[str, Any], at: Keys) -> dict[str, Any]:
    match said:
        case {"success": bool() as success}:
            return {"matcher": "status", "expected": 200} if success else {"matcher": "error", "expected": True}
        case {"errorType": str() as error}:
            return {"matcher": "error", "expected": local_name(error)}
    kind = "output" if "output" in said else "inputOutput"
    if kind not in said:
        ast.fail(at, "expected a matcher: output, inputOutput, success or errorType")
    details = ast.object(said[kind], (*at, kind))
    path, comparator, expected = (
        ast.text(details.get(key), (*at, kind, key)) for key in ("path", "comparator", "expected")
    )
    matcher = _COMPARATORS.get(comparator, comparator) if kind == "output" else kind
    is_flag = comparator == "booleanEquals"
    return {"matcher": matcher, "argument": path, "expected": expected == "true" if is_flag else expected}
