"""Paginators, as in a `paginators-1.json`: for operations that name the member with the items."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from docgen.model.smithy.ast import Ast, AstShape
from docgen.model.smithy.traits import API, object_of

_TRAIT = f"{API}paginated"
_KEYS = (
    ("inputToken", "input_token"),
    ("outputToken", "output_token"),
    ("pageSize", "limit_key"),
    ("items", "result_key"),
)


def paginators(ast: Ast, service: AstShape, operations: Iterable[AstShape]) -> dict[str, Any]:
    """Return the content of the file. Operations inherit the settings of their service."""
    common = object_of(ast, service.traits, _TRAIT, service.at) or {}
    found = {shape.name: _paginator(ast, shape, common) for shape in operations if _TRAIT in shape.traits}
    return {"pagination": {name: each for name, each in sorted(found.items()) if "result_key" in each}}


def _paginator(ast: Ast, shape: AstShape, common: dict[str, Any]) -> dict[str, Any]:
    own = object_of(ast, shape.traits, _TRAIT, shape.at) or {}
    said = {**common, **own}
    at = (*shape.at, "traits", _TRAIT)
    return {name: ast.text(said[key], (*at, key)) for key, name in _KEYS if key in said}
