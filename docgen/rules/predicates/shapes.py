"""Predicates about shapes and their constraints."""

from __future__ import annotations

from docgen.rules.context import DeltaInContext
from docgen.rules.predicates.registry import predicate
from docgen.rules.regex_widening import is_looser


@predicate
def map_or_blob(context: DeltaInContext) -> bool:
    """The constrained value is a map or a blob, whose size boto3 does not check."""
    return context.value_type in ("map", "blob")


@predicate
def pattern_loosened(context: DeltaInContext) -> bool:
    """The new pattern certainly matches everything that the old one matches."""
    return is_looser(str(context.delta.old), str(context.delta.new))


@predicate
def is_exception(context: DeltaInContext) -> bool:
    """The shape is one of `client.exceptions`."""
    name = context.delta.element_id.owner or ""
    shape = context.old_service.shapes.get(name) or context.new_service.shapes.get(name)
    return shape is not None and bool(shape.traits.get("exception"))
