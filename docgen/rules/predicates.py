"""What a row of the table cannot say as data: small questions about one fact, each with a name that rows use in `when`.

A question about a fact that lacks what it asks for is answered with no, never with an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from docgen.diff.facts import Delta, Kind
from docgen.model.service import Operation, Service, Shape, http_of
from docgen.model.usage import Direction
from docgen.rules.context import SIZED_TYPES, DeltaInContext, action_of, to_number, wire_name
from docgen.rules.regex_widening import MATCH_ALL_PATTERNS, is_looser

Predicate = Callable[[DeltaInContext], bool]

PREDICATES: dict[str, Predicate] = {}
"""Every predicate by the name that rows use."""

_URI_LABEL = re.compile(r"\{[^{}]*\}")
_URI_LABEL_NAME = re.compile(r"\{[^{}+]*(\+?)\}")
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
_TYPE_LIMITS = {"integer": (-(2**31), 2**31 - 1), "long": (-(2**63), 2**63 - 1)}
_PROTOCOL_PRIORITY = ("json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor", "query", "ec2")  # botocore.model, 1.44.5
_XML_PROTOCOLS = {"rest-xml", "query", "ec2", "None"}
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
_NO_AUTH = "smithy.api#noAuth"


def _predicate(name: str) -> Callable[[Predicate], Predicate]:
    def register(function: Predicate) -> Predicate:
        PREDICATES[name] = function
        return function

    return register


# --- the fact itself --------------------------------------------------------------------------------------------------


@_predicate("unreached")
def unreached(context: DeltaInContext) -> bool:
    """No operation of both versions reaches the shape. What `client.exceptions` shows of an exception counts still."""
    if context.reached or context.kind is Kind.SHAPE:
        return False
    return not (context.delta.trait in ("exception", "error.code") and is_exception(context))


@_predicate("same-meaning")
def same_meaning(context: DeltaInContext) -> bool:
    """The files differ, the meaning does not."""
    delta = context.delta
    if not delta.effective or _is_unset_in_both(delta):
        return True
    question = _SAME_MEANING.get((delta.carrier, delta.trait)) or _SAME_MEANING.get(("", delta.trait))
    if question is not None and question(context):
        return True
    return (
        any(fnmatchcase(delta.trait, trait) for trait in _XML_TRAITS)
        and not _protocols_of_both(context) & _XML_PROTOCOLS
    )


def _is_unset_in_both(delta: Delta) -> bool:
    """Whether a flag is off or not there, a file beside the model without entries or not there."""
    empty = delta.kind in _SIBLING_KINDS
    return all(value is None or value is False or (empty and value == {}) for value in (delta.old, delta.new))


def _protocols_of_both(context: DeltaInContext) -> set[str]:
    """Every protocol that either version speaks."""
    found: set[str] = set()
    for service in (context.comparison.service_delta.old, context.comparison.service_delta.new):
        found |= {str(service.metadata.get("protocol")), *map(str, _list_entries(service.metadata.get("protocols")))}
    return found


def _same_response_code(context: DeltaInContext) -> bool:
    return (context.delta.old or 200) == (context.delta.new or 200)


def _speaks_no_json(context: DeltaInContext) -> bool:
    return not _protocols_of_both(context) & {"json", "None"}


def _speaks_no_rpc(context: DeltaInContext) -> bool:
    return not _protocols_of_both(context) & {"json", "smithy-rpc-v2-cbor", "None"}


def _same_wire_location(context: DeltaInContext) -> bool:
    """Headers are known by their names in any case, labels of a path by their position."""
    old, new = context.old_member, context.new_member
    if old is None or new is None:
        return False
    sides = (context.comparison.service_delta.old, old), (context.comparison.service_delta.new, new)
    where = {str(service.trait(member, "location")) for service, member in sides}
    if where == {"uri"}:
        return all(_same_uri_label(context, name) for name in context.operations())
    if not where <= {"header", "headers"}:
        return False
    return len({wire_name(member, service).casefold() for service, member in sides}) == 1


def _same_uri_label(context: DeltaInContext, operation: str) -> bool:
    """Whether the member's label stands in the same place of the operation's path under both of its names."""
    of = context.comparison.service_delta
    paths = _request_uri(of.old.operations[operation]), _request_uri(of.new.operations[operation])
    labels = [[label.strip("{}+") for label in _URI_LABEL.findall(path)] for path in paths]
    names = [str(value or context.member_name) for value in (context.delta.old, context.delta.new)]
    if any(name not in each for name, each in zip(names, labels, strict=True)):
        return False
    same = _URI_LABEL_NAME.sub(r"{\1}", paths[0]) == _URI_LABEL_NAME.sub(r"{\1}", paths[1])
    return same and labels[0].index(names[0]) == labels[1].index(names[1])


def _has_no_wire_name(context: DeltaInContext) -> bool:
    """Whether items, keys and values go without names on the wire: everywhere but in XML, and in EC2's requests."""
    if context.delta.carrier == "shape" and any(not place.endswith(("]", "}")) for place in context.occurrences):
        return False
    spoken = _protocols_of_both(context)
    return not spoken & _XML_PROTOCOLS or (spoken == {"ec2"} and context.directions == (Direction.REQUEST,))


def _both_match_anything(context: DeltaInContext) -> bool:
    return all(value is None or str(value) in MATCH_ALL_PATTERNS for value in (context.delta.old, context.delta.new))


def _same_error_code(context: DeltaInContext) -> bool:
    return (context.delta.old or _new_shape_name(context)) == (context.delta.new or _new_shape_name(context))


def _new_shape_name(context: DeltaInContext) -> str:
    return context.new_shape.name if context.new_shape else ""


def _same_effective_bound(context: DeltaInContext) -> bool:
    """Whether a bound says no more than the other: 0 for a length, what the type cannot exceed, what an enum keeps."""
    old, new = _effective_bound(context, context.delta.old), _effective_bound(context, context.delta.new)
    if old == new:
        return True
    values = _enum_values_of_both(context)
    return bool(values) and all(_all_within_bound(context.delta.trait, bound, values) for bound in (old, new))


def _effective_bound(context: DeltaInContext, value: object) -> float | None:
    bound = to_number(value)
    if bound is None:
        return None
    if context.delta.trait == "min" and context.value_type in SIZED_TYPES and bound <= 0:
        return None
    low, high = _TYPE_LIMITS.get(context.value_type, (float("-inf"), float("inf")))
    return None if (bound <= low if context.delta.trait == "min" else bound >= high) else bound


def _enum_values_of_both(context: DeltaInContext) -> list[str]:
    old, new = context.old_shape, context.new_shape
    if old is None or new is None or "enum" not in old.traits or "enum" not in new.traits:
        return []
    return [*old.traits["enum"], *new.traits["enum"]]


def _all_within_bound(trait: str, bound: float | None, values: list[str]) -> bool:
    return bound is None or all(len(v) >= bound if trait == "min" else len(v) <= bound for v in values)


def _same_timestamp_format(context: DeltaInContext) -> bool:
    """Whether a timestamp format came or went that the protocol takes anyway, or with a type that needed it."""
    old, new = context.comparison.service_delta.old, context.comparison.service_delta.new
    if context.old_member is not None and context.new_member is not None:
        if {old.shape(context.old_member).type, new.shape(context.new_member).type} != {"timestamp"}:
            return True
        before = _timestamp_format(old, context.old_member.traits, old.shape(context.old_member), context.delta.old)
        after = _timestamp_format(new, context.new_member.traits, new.shape(context.new_member), context.delta.new)
        return before == after
    if (
        context.old_shape is None
        or context.new_shape is None
        or {context.old_shape.type, context.new_shape.type} != {"timestamp"}
    ):
        return True
    if context.delta.old is not None and context.delta.new is not None:
        return False
    # A format on the shape itself is overruled by a header's or a query's own: those members are asked one by one.
    return (context.delta.old or context.delta.new) == _default_timestamp_format(new) and _default_timestamp_format(
        old
    ) == _default_timestamp_format(new)


def _timestamp_format(service: Service, traits: Mapping[str, Any], shape: Shape, stated: object) -> str:
    own = stated or shape.traits.get("timestampFormat")
    location = traits.get("location")
    default = "rfc822" if location in ("header", "headers") else "iso8601" if location == "querystring" else ""
    return str(own or default or _default_timestamp_format(service))


def _default_timestamp_format(service: Service) -> str:
    declared = service.metadata.get("timestampFormat")
    return str(declared or ("unixTimestamp" if "json" in str(service.metadata.get("protocol")) else "iso8601"))


def boto3_protocol(service: Service) -> str:
    """The protocol that botocore chooses: by its own priority among several, else the one that is named."""
    offered = _list_entries(service.metadata.get("protocols"))
    return next((name for name in _PROTOCOL_PRIORITY if name in offered), str(service.metadata.get("protocol")))


@_predicate("keeps-query-error-codes")
def keeps_query_error_codes(context: DeltaInContext) -> bool:
    """Errors keep the codes of the query protocol: one version speaks it, the other is compatible with it."""
    old, new = context.comparison.service_delta.old, context.comparison.service_delta.new
    sides = (old, new), (new, old)
    return any(
        "awsQueryCompatible" in one.metadata and boto3_protocol(other) == "query" and protocol_changed(context)
        for one, other in sides
    )


@_predicate("same-protocol-chosen")
def same_boto3_protocol(context: DeltaInContext) -> bool:
    """boto3 goes on to speak the protocol that it spoke."""
    return boto3_protocol(context.comparison.service_delta.old) == boto3_protocol(context.comparison.service_delta.new)


@_predicate("api-version-changed")
def api_version_changed(context: DeltaInContext) -> bool:
    """The two models are of different API versions, of which the old one goes on."""
    return context.comparison.service_delta.old.api_version != context.comparison.service_delta.new.api_version


@_predicate("protocol-changed")
def protocol_changed(context: DeltaInContext) -> bool:
    """The service speaks another protocol than before, by name and for boto3."""
    old, new = context.comparison.service_delta.old, context.comparison.service_delta.new
    return old.metadata.get("protocol") != new.metadata.get("protocol") and not same_boto3_protocol(context)


# --- operations -------------------------------------------------------------------------------------------------------


@_predicate("was-deprecated")
def was_deprecated(context: DeltaInContext) -> bool:
    """What went had been marked as deprecated."""
    old = context.comparison.service_delta.old
    match context.kind:
        case Kind.SERVICE:
            return bool(old.traits.get("deprecated") or old.metadata.get("deprecated"))
        case Kind.OPERATION:
            return context.old_operation is not None and context.old_operation.deprecated
        case Kind.MEMBER:
            return context.old_member is not None and bool(old.trait(context.old_member, "deprecated"))
    return False


@_predicate("only-labels-differ")
def only_labels_differ(context: DeltaInContext) -> bool:
    """Two paths differ by the names of their labels alone."""
    old, new = str(context.delta.old), str(context.delta.new)
    return _URI_LABEL_NAME.sub(r"{\1}", old) == _URI_LABEL_NAME.sub(r"{\1}", new)


@_predicate("only-trailing-slash-differs")
def only_trailing_slash_differs(context: DeltaInContext) -> bool:
    """Two paths differ by a slash at the end, and by the names of labels, alone."""
    old, new = (
        _URI_LABEL_NAME.sub(r"{\1}", str(value)).rstrip("/") for value in (context.delta.old, context.delta.new)
    )
    return old == new


@_predicate("base-path-changed")
def base_path_changed(context: DeltaInContext) -> bool:
    """Every path gained or lost the same beginning, while the endpoint rules changed."""
    of = context.comparison.service_delta
    if not any(delta.kind is Kind.ENDPOINTS for delta in of.sibling_deltas):
        return False
    old, new = str(context.delta.old), str(context.delta.new)
    shorter, longer = sorted((old, new), key=len)
    base = longer.removesuffix(shorter)
    if base == longer or not base.strip("/"):
        return False
    gained = longer == new
    return all(
        _request_uri(after) == base + _request_uri(before)
        if gained
        else _request_uri(before) == base + _request_uri(after)
        for name, after in of.new.operations.items()
        if (before := of.old.operations.get(name)) is not None
    )


def _request_uri(operation: Operation) -> str:
    return str(http_of(operation).get("requestUri", ""))


@_predicate("has-required-members")
def has_required_members(context: DeltaInContext) -> bool:
    """An input that came requires something that the SDK does not fill in."""
    shape = context.comparison.service_delta.new.shapes.get(str(context.delta.new))
    return shape is not None and any(
        member.required and not context.comparison.service_delta.new.trait(member, "idempotencyToken")
        for member in shape.members.values()
    )


@_predicate("has-no-required-members")
def has_no_required_members(context: DeltaInContext) -> bool:
    """An input that came can be left empty."""
    return not has_required_members(context)


@_predicate("has-no-members")
def has_no_members(context: DeltaInContext) -> bool:
    """An input or output that came or went has no members."""
    of = context.comparison.service_delta
    shape = of.new.shapes.get(str(context.delta.new)) or of.old.shapes.get(str(context.delta.old))
    return shape is not None and not shape.members


@_predicate("became-anonymous")
def became_anonymous(context: DeltaInContext) -> bool:
    """The operation needed credentials and no longer does."""
    return not _is_anonymous(context.old_operation) and _is_anonymous(context.new_operation)


@_predicate("was-anonymous")
def was_anonymous(context: DeltaInContext) -> bool:
    """The operation needed no credentials and now does."""
    return _is_anonymous(context.old_operation) and not _is_anonymous(context.new_operation)


def _anonymous_in_both(context: DeltaInContext) -> bool:
    return _is_anonymous(context.old_operation) and _is_anonymous(context.new_operation)


def _is_anonymous(operation: Operation | None) -> bool:
    if operation is None:
        return False
    return operation.traits.get("authtype") == "none" or _NO_AUTH in _list_entries(operation.traits.get("auth"))


@_predicate("directly-in-input")
def directly_in_input(context: DeltaInContext) -> bool:
    """It stands directly in the input of an operation."""
    return _is_directly_in(context, context.comparison.input_pairs)


@_predicate("directly-in-output")
def directly_in_output(context: DeltaInContext) -> bool:
    """It stands directly in the output of an operation."""
    return _is_directly_in(context, context.comparison.output_pairs)


def _is_directly_in(context: DeltaInContext, root_pairs: frozenset[tuple[str, str]]) -> bool:
    pairs = set(context.pairs)
    return (
        bool(pairs & root_pairs)
        if context.member_name
        else bool(pairs & context.comparison.directly_contained(root_pairs))
    )


# --- members ----------------------------------------------------------------------------------------------------------


@_predicate("required")
def required(context: DeltaInContext) -> bool:
    """The member that came is required."""
    return context.new_member is not None and context.new_member.required


@_predicate("filled-in-by-sdk")
def filled_in_by_sdk(context: DeltaInContext) -> bool:
    """The SDK makes the value up where it is left out: an idempotency token directly in an input."""
    if context.new_member is None or not set(context.pairs) <= context.comparison.input_pairs:
        return False
    return bool(context.comparison.service_delta.new.trait(context.new_member, "idempotencyToken"))


@_predicate("in-uri")
def in_uri(context: DeltaInContext) -> bool:
    """The member was and is a part of the path of a request."""
    if (
        context.old_member is None
        or context.new_member is None
        or not set(context.pairs) <= context.comparison.input_pairs
    ):
        return False
    if not context.old_member.traits.get("location") == context.new_member.traits.get("location") == "uri":
        return False
    name = wire_name(context.old_member, context.comparison.service_delta.old)
    paths = [
        _request_uri(context.comparison.service_delta.old.operations[operation]) for operation in context.operations()
    ]
    return all(f"{{{name}}}" in path or f"{{{name}+}}" in path for path in paths)


@_predicate("in-union")
def in_union(context: DeltaInContext) -> bool:
    """The member stands in a union."""
    return _shape_has_trait(context, "union")


@_predicate("in-event-stream")
def in_event_stream(context: DeltaInContext) -> bool:
    """The member is an event of a stream."""
    return _shape_has_trait(context, "eventstream")


def _shape_has_trait(context: DeltaInContext, trait: str) -> bool:
    shape = context.old_shape if context.action == "removed" else context.new_shape
    return shape is not None and bool(shape.traits.get(trait))


@_predicate("same-wire-name")
def same_wire_name(context: DeltaInContext) -> bool:
    """Both members of a rename have one name on the wire."""
    old, new = context.old_member, context.new_member
    if old is None or new is None:
        return False
    return wire_name(old, context.comparison.service_delta.old) == wire_name(new, context.comparison.service_delta.new)


@_predicate("type-widened")
def type_widened(context: DeltaInContext) -> bool:
    """Every value of the old type is one of the new type."""
    return context.delta.new in _WIDER_TYPES.get(str(context.delta.old), ())


@_predicate("type-narrowed")
def type_narrowed(context: DeltaInContext) -> bool:
    """Every value of the new type is one of the old type."""
    return context.delta.old in _WIDER_TYPES.get(str(context.delta.new), ())


@_predicate("used-only-as-item")
def used_only_as_item(context: DeltaInContext) -> bool:
    """Its shape stands in lists alone."""
    return _used_only_as(context, "[]")


@_predicate("used-only-as-key")
def used_only_as_key(context: DeltaInContext) -> bool:
    """Its shape stands in keys of maps alone."""
    return _used_only_as(context, "{key}")


@_predicate("used-only-as-value")
def used_only_as_value(context: DeltaInContext) -> bool:
    """Its shape stands in values of maps alone."""
    return _used_only_as(context, "{value}")


def _used_only_as(context: DeltaInContext, path_suffix: str) -> bool:
    return bool(context.occurrences) and all(place.endswith(path_suffix) for place in context.occurrences)


@_predicate("structure-differs")
def structure_differs(context: DeltaInContext) -> bool:
    """The two targets differ in more than their names."""
    return (str(context.delta.old), str(context.delta.new)) in context.comparison.differing_pairs


# --- traits and shapes ------------------------------------------------------------------------------------------------


@_predicate("map-or-blob")
def map_or_blob(context: DeltaInContext) -> bool:
    """What is measured is a map or a blob, which boto3 does not measure."""
    return context.value_type in ("map", "blob")


@_predicate("pattern-loosened")
def pattern_loosened(context: DeltaInContext) -> bool:
    """The new pattern takes all that the old one took, plainly."""
    return is_looser(str(context.delta.old), str(context.delta.new))


@_predicate("is-exception")
def is_exception(context: DeltaInContext) -> bool:
    """The shape is one of `client.exceptions`."""
    name = context.delta.id.partition("#")[2].partition("$")[0]
    shape = context.comparison.service_delta.old.shapes.get(name) or context.comparison.service_delta.new.shapes.get(
        name
    )
    return shape is not None and bool(shape.traits.get("exception"))


# --- lists of values, waiters -----------------------------------------------------------------------------------------


@_predicate("entries-removed")
def entries_removed(context: DeltaInContext) -> bool:
    """An entry of a list went."""
    return bool(_removed_entries(context))


@_predicate("first-entry-changed")
def first_entry_changed(context: DeltaInContext) -> bool:
    """Both lists have a first entry, and not the same."""
    old, new = _list_entries(context.delta.old), _list_entries(context.delta.new)
    return bool(old) and bool(new) and old[0] != new[0]


@_predicate("only-entries-added")
def only_entries_added(context: DeltaInContext) -> bool:
    """A list of keys has all that it had."""
    return bool(_list_entries(context.delta.old)) and not _removed_entries(context)


@_predicate("acceptors-removed")
def acceptors_removed(context: DeltaInContext) -> bool:
    """A condition of a waiter went."""
    return action_of(context.delta) == "removed" or bool(_removed_entries(context))


@_predicate("operation-added-or-removed")
def operation_added_or_removed(context: DeltaInContext) -> bool:
    """The paginator's operation is not in both versions."""
    return context.old_operation is None or context.new_operation is None


@_predicate("wait-shortened")
def wait_shortened(context: DeltaInContext) -> bool:
    """A waiter gives up earlier than before."""
    ratio = 1.0
    for delta in (context.delta, *context.related):
        old, new = to_number(delta.old), to_number(delta.new)
        if not old or new is None:
            return False
        ratio *= new / old
    return ratio < 1


def _list_entries(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _removed_entries(context: DeltaInContext) -> list[Any]:
    new = _list_entries(context.delta.new)
    return [entry for entry in _list_entries(context.delta.old) if entry not in new]


def added_entries(context: DeltaInContext) -> Iterator[Any]:
    """The entries of a list that came."""
    old = _list_entries(context.delta.old)
    return (entry for entry in _list_entries(context.delta.new) if entry not in old)


def removed_entries(context: DeltaInContext) -> Iterator[Any]:
    """The entries of a list that went."""
    return iter(_removed_entries(context))


_SAME_MEANING: dict[tuple[str, str], Predicate] = {
    ("", "min"): _same_effective_bound,
    ("", "max"): _same_effective_bound,
    ("", "pattern"): _both_match_anything,
    ("", "error.code"): _same_error_code,
    ("", "timestampFormat"): _same_timestamp_format,
    ("", "http.responseCode"): _same_response_code,
    ("", "metadata.jsonVersion"): _speaks_no_json,
    ("", "metadata.targetPrefix"): _speaks_no_rpc,
    ("member", "locationName"): _same_wire_location,
    ("item", "locationName"): _has_no_wire_name,
    ("key", "locationName"): _has_no_wire_name,
    ("value", "locationName"): _has_no_wire_name,
    ("shape", "locationName"): _has_no_wire_name,
    ("operation", "auth"): _anonymous_in_both,
    ("operation", "authtype"): _anonymous_in_both,
}
"""For a trait, and what carries it ("": anything): whether both sides say the same in other words."""
