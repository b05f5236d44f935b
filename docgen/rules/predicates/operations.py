"""Predicates about operations, their paths, their inputs and outputs."""

from __future__ import annotations

import re

from docgen.diff.delta import Kind, ShapePair
from docgen.model.protocol import is_anonymous, request_uri
from docgen.rules.context import DeltaInContext
from docgen.rules.predicates.registry import predicate

_URI_LABEL_NAME = re.compile(r"\{[^{}+]*(\+?)\}")


def without_label_names(uri: str) -> str:
    """Return a `requestUri` with its labels but not their names: `/b/{Bucket}/{Key+}` is `/b/{}/{+}`."""
    return _URI_LABEL_NAME.sub(r"{\1}", uri)


@predicate
def was_deprecated(context: DeltaInContext) -> bool:
    """Return whether the removed element had been deprecated."""
    old = context.old_service
    match context.kind:
        case Kind.SERVICE:
            return bool(old.traits.get("deprecated") or old.metadata.get("deprecated"))
        case Kind.OPERATION:
            return context.old_operation is not None and context.old_operation.deprecated
        case Kind.MEMBER:
            return context.old_member is not None and bool(old.trait(context.old_member, "deprecated"))
    return False


@predicate
def only_labels_differ(context: DeltaInContext) -> bool:
    """Return whether two paths differ only in the names of their labels."""
    return without_label_names(str(context.delta.old)) == without_label_names(str(context.delta.new))


@predicate
def only_trailing_slash_differs(context: DeltaInContext) -> bool:
    """Return whether two paths differ only in a trailing slash and in the names of labels."""
    old, new = (without_label_names(str(value)).rstrip("/") for value in (context.delta.old, context.delta.new))
    return old == new


@predicate
def base_path_changed(context: DeltaInContext) -> bool:
    """Return whether every path gained or lost the same prefix, and the endpoint rules changed too."""
    if not any(delta.kind is Kind.ENDPOINTS for delta in context.comparison.service_delta.sibling_deltas):
        return False
    old, new = str(context.delta.old), str(context.delta.new)
    shorter, longer = sorted((old, new), key=len)
    prefix = longer.removesuffix(shorter)
    if prefix == longer or not prefix.strip("/"):
        return False
    is_added = longer == new
    return all(
        request_uri(after) == prefix + request_uri(before)
        if is_added
        else request_uri(before) == prefix + request_uri(after)
        for name, after in context.new_service.operations.items()
        if (before := context.old_service.operations.get(name)) is not None
    )


@predicate
def has_required_members(context: DeltaInContext) -> bool:
    """Return whether an added input requires a member that the SDK does not fill in."""
    shape = context.new_service.shapes.get(str(context.delta.new))
    return shape is not None and any(
        member.required and not context.new_service.trait(member, "idempotencyToken")
        for member in shape.members.values()
    )


@predicate
def has_no_required_members(context: DeltaInContext) -> bool:
    """Return whether an added input can be left empty."""
    return not has_required_members(context)


@predicate
def has_no_members(context: DeltaInContext) -> bool:
    """Return whether an added or removed input or output has no members."""
    new, old = context.new_service.shapes, context.old_service.shapes
    shape = new.get(str(context.delta.new)) or old.get(str(context.delta.old))
    return shape is not None and not shape.members


@predicate
def became_anonymous(context: DeltaInContext) -> bool:
    """Return whether the operation needed credentials and no longer does."""
    return not is_anonymous(context.old_operation) and is_anonymous(context.new_operation)


@predicate
def was_anonymous(context: DeltaInContext) -> bool:
    """Return whether the operation needed no credentials and now does."""
    return is_anonymous(context.old_operation) and not is_anonymous(context.new_operation)


@predicate
def directly_in_input(context: DeltaInContext) -> bool:
    """Return whether the element is directly in the input of an operation."""
    return _is_directly_in(context, context.comparison.input_pairs)


@predicate
def directly_in_output(context: DeltaInContext) -> bool:
    """Return whether the element is directly in the output of an operation."""
    return _is_directly_in(context, context.comparison.output_pairs)


def _is_directly_in(context: DeltaInContext, root_pairs: frozenset[ShapePair]) -> bool:
    pairs = root_pairs if context.member_name else context.comparison.directly_contained(root_pairs)
    return not pairs.isdisjoint(context.pairs)
