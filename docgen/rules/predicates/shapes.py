"""Predicates about shapes and their constraints."""

from __future__ import annotations

import re

from docgen.model.paths import MemberPath
from docgen.rules.context import DeltaInContext
from docgen.rules.predicates.registry import predicate
from docgen.rules.regex_widening import is_looser

_PAGE_TOKEN = re.compile(
    r"(?:next|previous|page|pagination|continuation|starting|forward|backward)\w*token|(?:next)?(?:page)?marker",
    re.IGNORECASE,
)


@predicate
def map_or_blob(context: DeltaInContext) -> bool:
    """Return whether the constrained value is a map or a blob, whose size boto3 does not check."""
    return context.value_type in ("map", "blob")


@predicate
def page_token(context: DeltaInContext) -> bool:
    """Return whether the value is the token for the next page in every operation."""
    names = [str(MemberPath.parse(context.path(name))[-1]) for name in context.operations() if context.path(name)]
    return bool(names) and all(_PAGE_TOKEN.fullmatch(name) for name in names)


@predicate
def pattern_loosened(context: DeltaInContext) -> bool:
    """Return whether the new pattern certainly matches everything that the old one matches."""
    return is_looser(str(context.delta.old), str(context.delta.new))


@predicate
def is_exception(context: DeltaInContext) -> bool:
    """Return whether the shape is one of `client.exceptions`."""
    name = context.delta.element_id.owner or ""
    shape = context.old_service.shapes.get(name) or context.new_service.shapes.get(name)
    return shape is not None and bool(shape.traits.get("exception"))
