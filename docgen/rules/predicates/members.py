"""Predicates about members, the types of their values, and where their shapes are used."""

from __future__ import annotations

from docgen.model.paths import ITEM, KEY, VALUE, child_path
from docgen.model.protocol import request_name, request_uri, wire_name
from docgen.model.service import Member
from docgen.model.usage import Direction
from docgen.rules.context import DeltaInContext
from docgen.rules.predicates.registry import predicate

_WIDER_TYPES = {
    "byte": ("short", "integer", "long", "float", "double", "bigInteger", "bigDecimal"),
    "short": ("integer", "long", "float", "double", "bigInteger", "bigDecimal"),
    "integer": ("long", "float", "double", "bigInteger", "bigDecimal"),
    "long": ("double", "bigInteger", "bigDecimal"),
    "float": ("double", "bigDecimal"),
    "double": ("bigDecimal",),
    "bigInteger": ("bigDecimal",),
    "character": ("string",),
}


@predicate
def required(context: DeltaInContext) -> bool:
    """Return whether the added member is required."""
    return context.new_member is not None and context.new_member.required


@predicate
def filled_in_by_sdk(context: DeltaInContext) -> bool:
    """Return whether the SDK generates an omitted value: the member is an idempotency token directly in an input."""
    if context.new_member is None or not _is_in_input(context):
        return False
    return bool(context.new_service.trait(context.new_member, "idempotencyToken"))


@predicate
def in_uri(context: DeltaInContext) -> bool:
    """Return whether the member is a part of the path of requests in both versions."""
    old, new = context.old_member, context.new_member
    if old is None or new is None or not _is_in_input(context):
        return False
    if not old.traits.get("location") == new.traits.get("location") == "uri":
        return False
    name = wire_name(old, context.old_service)
    paths = [request_uri(context.old_service.operations[operation]) for operation in context.operations()]
    return all(f"{{{name}}}" in path or f"{{{name}+}}" in path for path in paths)


@predicate
def fills_label(context: DeltaInContext) -> bool:
    """Return whether the member fills a part of the path that no member filled, so no old request could be sent."""
    old, new = context.old_shape, context.new_member
    if old is None or new is None or not _is_in_input(context) or new.traits.get("location") != "uri":
        return False
    label = wire_name(new, context.new_service)
    filled = {wire_name(each, context.old_service) for each in old.members.values() if _is_part_of_path(each)}
    paths = [request_uri(context.old_service.operations[operation]) for operation in context.operations()]
    return label not in filled and all(f"{{{label}}}" in path or f"{{{label}+}}" in path for path in paths)


def _is_part_of_path(member: Member) -> bool:
    return member.traits.get("location") == "uri"


def _is_in_input(context: DeltaInContext) -> bool:
    return context.is_root and context.side is Direction.REQUEST


@predicate
def in_union(context: DeltaInContext) -> bool:
    """Return whether the member belongs to a union."""
    return _shape_has_trait(context, "union")


@predicate
def in_event_stream(context: DeltaInContext) -> bool:
    """Return whether the member is an event of an event stream."""
    return _shape_has_trait(context, "eventstream")


def _shape_has_trait(context: DeltaInContext, trait: str) -> bool:
    shape = context.old_shape if context.action == "removed" else context.new_shape
    return shape is not None and bool(shape.traits.get(trait))


@predicate
def same_wire_name(context: DeltaInContext) -> bool:
    """Return whether both members of a rename have the same name on the wire, in the direction that is judged."""
    old, new = context.old_member, context.new_member
    if old is None or new is None:
        return False
    names = {Direction.REQUEST: (request_name,), Direction.RESPONSE: (wire_name,)}
    return all(
        name(old, context.old_service) == name(new, context.new_service)
        for name in names.get(context.side or Direction.SERVICE, (request_name, wire_name))
    )


@predicate
def type_widened(context: DeltaInContext) -> bool:
    """Return whether every value of the old type is a value of the new type."""
    return context.delta.new in _WIDER_TYPES.get(str(context.delta.old), ())


@predicate
def type_narrowed(context: DeltaInContext) -> bool:
    """Return whether every value of the new type is a value of the old type."""
    return context.delta.old in _WIDER_TYPES.get(str(context.delta.new), ())


@predicate
def used_only_as_item(context: DeltaInContext) -> bool:
    """Return whether the shape is used only as the item of lists."""
    return _used_only_as(context, ITEM)


@predicate
def used_only_as_key(context: DeltaInContext) -> bool:
    """Return whether the shape is used only as the key of maps."""
    return _used_only_as(context, KEY)


@predicate
def used_only_as_value(context: DeltaInContext) -> bool:
    """Return whether the shape is used only as the value of maps."""
    return _used_only_as(context, VALUE)


def _used_only_as(context: DeltaInContext, segment: str) -> bool:
    if context.delta.carrier != "shape":
        return child_path("", context.new_shape, context.member_name) == segment if context.new_shape else False
    return bool(context.occurrences) and all(path.endswith(segment) for path in context.occurrences)


@predicate
def structure_differs(context: DeltaInContext) -> bool:
    """Return whether the old and the new target differ in more than their names."""
    return (str(context.delta.old), str(context.delta.new)) in context.comparison.differing_pairs
