"""Predicates about the delta itself: whether an operation reaches it, and whether the difference has a meaning."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from math import inf

from docgen.diff.delta import Delta, Kind
from docgen.model.protocol import (
    XML_PROTOCOLS,
    body_timestamp_format,
    capitalized,
    is_anonymous,
    offered_protocols,
    request_name,
    request_uri,
    timestamp_format,
    to_number,
    wire_name,
)
from docgen.model.service import URI_LABEL, Operation
from docgen.model.usage import Direction
from docgen.rules.context import SIZED_TYPES, DeltaInContext
from docgen.rules.pattern_length import limits_length_only, matched_lengths
from docgen.rules.predicates.operations import without_label_names
from docgen.rules.predicates.registry import Predicate, predicate
from docgen.rules.predicates.shapes import is_exception
from docgen.rules.regex_widening import MATCH_ALL_PATTERNS

_TYPE_LIMITS = {"integer": (-(2**31), 2**31 - 1), "long": (-(2**63), 2**63 - 1)}
_NO_LIMIT = 2**31 - 1
_XML_TRAITS = (
    "metadata.xmlNamespace*",
    "xmlNamespace*",
    "xmlAttribute",
    "xmlOrder",
    "flattened",
    "queryName",
    "resultWrapper",
)
_SIBLING_KINDS = (Kind.PAGINATOR, Kind.WAITER, Kind.EXAMPLE)


@predicate
def unreached(context: DeltaInContext) -> bool:
    """Return whether no operation of both versions reaches the shape, nor does `client.exceptions` show it."""
    if context.reached or context.kind is Kind.SHAPE:
        return False
    return not (context.delta.trait in ("exception", "error.code") and is_exception(context))


@predicate
def same_meaning(context: DeltaInContext) -> bool:
    """Return whether the files differ, but their meaning does not."""
    delta = context.delta
    if not delta.effective or _is_unset_in_both(delta):
        return True
    is_same = _SAME_MEANING.get((delta.carrier, delta.trait)) or _SAME_MEANING.get(("", delta.trait))
    if is_same is not None and is_same(context):
        return True
    return _is_xml_trait(delta.trait) and not _protocols_of_both(context) & XML_PROTOCOLS


@lru_cache(maxsize=1000)
def _is_xml_trait(trait: str) -> bool:
    return any(fnmatchcase(trait, pattern) for pattern in _XML_TRAITS)


def _is_unset_in_both(delta: Delta) -> bool:
    """Return whether a flag is false or absent in both versions, or a sibling file empty or absent."""
    may_be_empty = delta.kind in _SIBLING_KINDS
    return all(value is None or value is False or (may_be_empty and value == {}) for value in (delta.old, delta.new))


def _protocols_of_both(context: DeltaInContext) -> set[str]:
    return offered_protocols(context.old_service) | offered_protocols(context.new_service)


def _same_response_code(context: DeltaInContext) -> bool:
    return (context.delta.old or 200) == (context.delta.new or 200)


def _speaks_no_json(context: DeltaInContext) -> bool:
    return not _protocols_of_both(context) & {"json", "None"}


def _speaks_no_rpc(context: DeltaInContext) -> bool:
    return not _protocols_of_both(context) & {"json", "smithy-rpc-v2-cbor", "None"}


def _is_ec2_request(context: DeltaInContext) -> bool:
    """Return whether only requests of EC2's protocol reach the element."""
    return _protocols_of_both(context) == {"ec2"} and context.directions == (Direction.REQUEST,)


def _same_query_name(context: DeltaInContext) -> bool:
    """Return whether requests have the same names. Only requests of EC2's protocol use a `queryName`."""
    old, new = context.old_member, context.new_member
    if "ec2" not in _protocols_of_both(context) or not {*context.directions} & {Direction.REQUEST}:
        return True
    if not _is_ec2_request(context) or old is None or new is None:
        return False
    return request_name(old, context.old_service) == request_name(new, context.new_service)


def _same_wire_location(context: DeltaInContext) -> bool:
    """Return whether two names mean the same.

    Headers ignore case, the labels of a path are known by their position, and requests of EC2 begin with a capital.
    """
    old, new = context.old_member, context.new_member
    if old is None or new is None:
        return False
    if _is_ec2_request(context):
        return request_name(old, context.old_service) == request_name(new, context.new_service)
    versions = (context.old_service, old), (context.new_service, new)
    locations = {str(service.trait(member, "location")) for service, member in versions}
    if locations == {"uri"}:
        return all(_same_uri_label(context, name) for name in context.operations())
    if not locations <= {"header", "headers"}:
        return False
    return len({wire_name(member, service).casefold() for service, member in versions}) == 1


def _same_uri_label(context: DeltaInContext, operation: str) -> bool:
    """Return whether both names of the member are labels at the same position of the operation's path."""
    paths = [request_uri(service.operations[operation]) for service in (context.old_service, context.new_service)]
    labels = [[label.strip("{}+") for label in URI_LABEL.findall(path)] for path in paths]
    names = [str(value or context.member_name) for value in (context.delta.old, context.delta.new)]
    if any(name not in known for name, known in zip(names, labels, strict=True)):
        return False
    same = without_label_names(paths[0]) == without_label_names(paths[1])
    return same and labels[0].index(names[0]) == labels[1].index(names[1])


def _has_no_wire_name(context: DeltaInContext) -> bool:
    """Return whether items, keys and values have no names on the wire: only XML has them, except in EC2's requests."""
    if context.delta.carrier == "shape" and _is_ec2_request(context) and context.delta.old and context.delta.new:
        return capitalized(str(context.delta.old)) == capitalized(str(context.delta.new))
    if context.delta.carrier == "shape" and any(not path.endswith(("]", "}")) for path in context.occurrences):
        return False
    protocols = _protocols_of_both(context)
    return not protocols & XML_PROTOCOLS or (protocols == {"ec2"} and context.directions == (Direction.REQUEST,))


def _same_error_code(context: DeltaInContext) -> bool:
    default = context.new_shape.name if context.new_shape else ""
    return (context.delta.old or default) == (context.delta.new or default)


def _same_effective_bound(context: DeltaInContext) -> bool:
    """Return whether two bounds allow the same: neither excludes a value that the type and the enum allow."""
    old, new = _effective_bound(context, context.delta.old), _effective_bound(context, context.delta.new)
    if old == new or (old is not None and _pattern_keeps_bound(context, old, new)):
        return True
    values = _enum_values_of_both(context)
    return bool(values) and all(_all_within_bound(context.delta.trait, bound, values) for bound in (old, new))


def _effective_bound(context: DeltaInContext, value: object) -> float | None:
    """Return the number that a `min` or `max` states, or None if it excludes nothing.

    Models write "no limit" as the largest number of 32 bits. No client makes a text, list or map of that length, but a
    blob may be a file.
    """
    bound = to_number(value)
    if bound is None:
        return None
    if context.delta.trait == "min" and context.value_type in SIZED_TYPES and bound <= 0:
        return None
    if context.delta.trait == "max" and context.value_type in ("string", "list", "map") and bound >= _NO_LIMIT:
        return None
    low, high = _TYPE_LIMITS.get(context.value_type, (float("-inf"), float("inf")))
    return None if (bound <= low if context.delta.trait == "min" else bound >= high) else bound


def _pattern_keeps_bound(context: DeltaInContext, old: float, new: float | None) -> bool:
    """Return whether the new pattern still imposes a limit on the length that the model dropped or relaxed.

    Limits often move into the pattern: 1 to 120 characters become the pattern `.{1,120}`.
    """
    if context.value_type != "string":
        return False
    low, high = matched_lengths(_pattern(context))
    if context.delta.trait == "min":
        return (new is None or new < old) and low >= old
    return (new is None or new > old) and high <= old


def _pattern(context: DeltaInContext) -> str:
    """Return the pattern of the value in the new model; one that matches anything if there is none."""
    member, shape = context.new_member, context.new_shape
    value = context.new_service.trait(member, "pattern") if member else shape.traits.get("pattern") if shape else None
    return str(value) if value is not None else ".*"


def _same_pattern(context: DeltaInContext) -> bool:
    """Return whether patterns match the same: anything, or any text of the lengths that were allowed before."""
    old, new = context.delta.old, context.delta.new
    if all(value is None or str(value) in MATCH_ALL_PATTERNS for value in (old, new)):
        return True
    shape, member, service = context.old_shape, context.old_member, context.old_service
    if old is not None or not limits_length_only(str(new)) or shape is None:
        return False
    limits = {trait: service.trait(member, trait) if member else shape.traits.get(trait) for trait in ("min", "max")}
    low, high = to_number(limits["min"]) or 0, to_number(limits["max"])
    allowed = matched_lengths(str(new))
    return allowed[0] <= low and (allowed[1] == inf if high is None else high <= allowed[1])


def _same_checksum_requirement(context: DeltaInContext) -> bool:
    """Return whether both or neither of the versions need a checksum. Two keys say so, an old and a newer one."""
    return _needs_checksum(context.old_operation) == _needs_checksum(context.new_operation)


def _needs_checksum(operation: Operation | None) -> bool:
    if operation is None:
        return False
    checksum = operation.traits.get("httpChecksum")
    stated = checksum.get("requestChecksumRequired") if isinstance(checksum, dict) else False
    return bool(operation.traits.get("httpChecksumRequired") or stated)


def _enum_values_of_both(context: DeltaInContext) -> list[str]:
    old, new = context.old_shape, context.new_shape
    if old is None or new is None or "enum" not in old.traits or "enum" not in new.traits:
        return []
    return [*old.traits["enum"], *new.traits["enum"]]


def _all_within_bound(trait: str, bound: float | None, values: list[str]) -> bool:
    return bound is None or all(len(v) >= bound if trait == "min" else len(v) <= bound for v in values)


def _same_timestamp_format(context: DeltaInContext) -> bool:
    """Return whether the effective format is the same, or the value was or is not a timestamp."""
    old, new = context.old_service, context.new_service
    if context.old_member is not None and context.new_member is not None:
        if {old.shape(context.old_member).type, new.shape(context.new_member).type} != {"timestamp"}:
            return True
        before = timestamp_format(old, context.old_member.traits, old.shape(context.old_member), context.delta.old)
        after = timestamp_format(new, context.new_member.traits, new.shape(context.new_member), context.delta.new)
        return before == after
    if context.old_shape is None or context.new_shape is None:
        return True
    if {context.old_shape.type, context.new_shape.type} != {"timestamp"}:
        return True
    if context.delta.old is not None and context.delta.new is not None:
        return False
    # Members in a header or a query string override the format of the shape, but they have deltas of their own.
    stated = context.delta.old or context.delta.new
    return stated == body_timestamp_format(new) and body_timestamp_format(old) == body_timestamp_format(new)


def _anonymous_in_both(context: DeltaInContext) -> bool:
    return is_anonymous(context.old_operation) and is_anonymous(context.new_operation)


_SAME_MEANING: dict[tuple[str, str], Predicate] = {
    ("", "min"): _same_effective_bound,
    ("", "max"): _same_effective_bound,
    ("", "pattern"): _same_pattern,
    ("", "error.code"): _same_error_code,
    ("", "queryName"): _same_query_name,
    ("", "timestampFormat"): _same_timestamp_format,
    ("", "http.responseCode"): _same_response_code,
    ("", "metadata.jsonVersion"): _speaks_no_json,
    ("", "metadata.targetPrefix"): _speaks_no_rpc,
    ("member", "locationName"): _same_wire_location,
    ("item", "locationName"): _has_no_wire_name,
    ("key", "locationName"): _has_no_wire_name,
    ("value", "locationName"): _has_no_wire_name,
    ("shape", "locationName"): _has_no_wire_name,
    ("operation", "httpChecksumRequired"): _same_checksum_requirement,
    ("operation", "httpChecksum.requestChecksumRequired"): _same_checksum_requirement,
    ("operation", "auth"): _anonymous_in_both,
    ("operation", "authtype"): _anonymous_in_both,
}
"""For a carrier ("" is any) and a trait, whether the old and the new value mean the same."""
