"""The operations of a service, including those of its nested resources."""

from __future__ import annotations

from docgen.model.smithy.ast import AstShape, Keys
from docgen.model.smithy.mixins import Shapes
from docgen.model.strict_json import quote

MAX_DEPTH = 100
"""Levels of nested resources. The models of AWS have three."""

_LIFECYCLE = ("create", "put", "read", "update", "delete", "list")
_LISTS = ("operations", "collectionOperations")


def operations_of(service: AstShape, shapes: Shapes) -> dict[str, AstShape]:
    """Return the operations of a service by id; raise `ModelError` if resources contain each other."""
    found: dict[str, AstShape] = {}
    _collect(service, shapes, found, set(), ())
    return found


def _collect(
    owner: AstShape, shapes: Shapes, found: dict[str, AstShape], done: set[str], path: tuple[str, ...]
) -> None:
    for target, at in _bound(owner, shapes):
        found[target] = shapes.of_type("operation", target, at)
    for target, at in shapes.ast.targets(owner.properties.get("resources", []), (*owner.at, "resources")):
        if target == owner.id or target in path:
            shapes.ast.fail(at, f"resources that contain each other: {quote(target)}")
        if len(path) > MAX_DEPTH:
            shapes.ast.fail(at, f"resources nested deeper than {MAX_DEPTH} levels")
        resource = shapes.of_type("resource", target, at)
        if target not in done:
            _collect(resource, shapes, found, done, (*path, owner.id))
    done.add(owner.id)


def _bound(owner: AstShape, shapes: Shapes) -> list[tuple[str, Keys]]:
    """Return the ids of the operations of a service or a resource, each with its keys."""
    properties, at = owner.properties, owner.at
    lifecycle = _LIFECYCLE if owner.type == "resource" else ()
    found = [
        (shapes.ast.target(properties[key], (*at, key)), (*at, key, "target")) for key in lifecycle if key in properties
    ]
    for key in _LISTS:
        found += shapes.ast.targets(properties.get(key, []), (*at, key))
    return found
