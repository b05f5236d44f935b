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
from docgen.rules.context import SIZED, Fact, action_of, number, wire_name
from docgen.rules.regex_widening import ANYTHING, looser

Predicate = Callable[[Fact], bool]

PREDICATES: dict[str, Predicate] = {}
"""Every predicate by the name that rows use."""

_WHOLE_LABEL = re.compile(r"\{[^{}]*\}")
_LABEL = re.compile(r"\{[^{}+]*(\+?)\}")
_WIDER = {
    "byte": ("short", "integer", "long", "float", "double", "bigInteger", "bigDecimal"),
    "short": ("integer", "long", "float", "double", "bigInteger", "bigDecimal"),
    "integer": ("long", "float", "double", "bigInteger", "bigDecimal"),
    "long": ("double", "bigInteger", "bigDecimal"),
    "float": ("double", "bigDecimal"),
    "double": ("bigDecimal",),
    "bigInteger": ("bigDecimal",),
    "character": ("string",),
}
_LIMITS = {"integer": (-(2**31), 2**31 - 1), "long": (-(2**63), 2**63 - 1)}
_PRIORITY = ("json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor", "query", "ec2")  # botocore.model, 1.44.5
_XML_PROTOCOLS = {"rest-xml", "query", "ec2", "None"}
_XML = (
    "metadata.xmlNamespace*",
    "xmlNamespace*",
    "xmlAttribute",
    "xmlOrder",
    "flattened",
    "queryName",
    "resultWrapper",
)
_FILES = (Kind.PAGINATOR, Kind.WAITER, Kind.EXAMPLE)
_NO_AUTH = "smithy.api#noAuth"


def _predicate(name: str) -> Callable[[Predicate], Predicate]:
    def register(function: Predicate) -> Predicate:
        PREDICATES[name] = function
        return function

    return register


# --- the fact itself --------------------------------------------------------------------------------------------------


@_predicate("unreached")
def unreached(fact: Fact) -> bool:
    """No operation of both versions reaches the shape. What `client.exceptions` shows of an exception counts still."""
    if fact.reached or fact.kind is Kind.SHAPE:
        return False
    return not (fact.delta.trait in ("exception", "error.code") and exception(fact))


@_predicate("says-nothing-new")
def says_nothing_new(fact: Fact) -> bool:
    """The files differ, the meaning does not."""
    delta = fact.delta
    if not delta.effective or _both_nothing(delta):
        return True
    question = _SAME.get((delta.at, delta.trait)) or _SAME.get(("", delta.trait))
    if question is not None and question(fact):
        return True
    return any(fnmatchcase(delta.trait, trait) for trait in _XML) and not _spoken(fact) & _XML_PROTOCOLS


def _both_nothing(delta: Delta) -> bool:
    """Whether a flag is off or not there, a file beside the model without entries or not there."""
    empty = delta.kind in _FILES
    return all(value is None or value is False or (empty and value == {}) for value in (delta.old, delta.new))


def _spoken(fact: Fact) -> set[str]:
    """Every protocol that either version speaks."""
    found: set[str] = set()
    for service in (fact.around.of.old, fact.around.of.new):
        found |= {str(service.metadata.get("protocol")), *map(str, _entries(service.metadata.get("protocols")))}
    return found


def _default_status(fact: Fact) -> bool:
    return (fact.delta.old or 200) == (fact.delta.new or 200)


def _no_json_rpc(fact: Fact) -> bool:
    return not _spoken(fact) & {"json", "None"}


def _no_rpc(fact: Fact) -> bool:
    return not _spoken(fact) & {"json", "smithy-rpc-v2-cbor", "None"}


def _same_place(fact: Fact) -> bool:
    """Headers are known by their names in any case, labels of a path by their position."""
    old, new = fact.old_member, fact.new_member
    if old is None or new is None:
        return False
    sides = (fact.around.of.old, old), (fact.around.of.new, new)
    where = {str(service.trait(member, "location")) for service, member in sides}
    if where == {"uri"}:
        return all(_same_label(fact, name) for name in fact.operations())
    if not where <= {"header", "headers"}:
        return False
    return len({wire_name(member, service).casefold() for service, member in sides}) == 1


def _same_label(fact: Fact, operation: str) -> bool:
    """Whether the member's label stands in the same place of the operation's path under both of its names."""
    of = fact.around.of
    paths = _path(of.old.operations[operation]), _path(of.new.operations[operation])
    labels = [[label.strip("{}+") for label in _WHOLE_LABEL.findall(path)] for path in paths]
    names = [str(value or fact.slot) for value in (fact.delta.old, fact.delta.new)]
    if any(name not in each for name, each in zip(names, labels, strict=True)):
        return False
    same = _LABEL.sub(r"{\1}", paths[0]) == _LABEL.sub(r"{\1}", paths[1])
    return same and labels[0].index(names[0]) == labels[1].index(names[1])


def _element_unnamed(fact: Fact) -> bool:
    """Whether items, keys and values go without names on the wire: everywhere but in XML, and in EC2's requests."""
    if fact.delta.at == "shape" and any(not place.endswith(("]", "}")) for place in fact.places):
        return False
    spoken = _spoken(fact)
    return not spoken & _XML_PROTOCOLS or (spoken == {"ec2"} and fact.ways == (Direction.REQUEST,))


def _same_pattern(fact: Fact) -> bool:
    return all(value is None or str(value) in ANYTHING for value in (fact.delta.old, fact.delta.new))


def _same_code(fact: Fact) -> bool:
    return (fact.delta.old or _carrier(fact)) == (fact.delta.new or _carrier(fact))


def _carrier(fact: Fact) -> str:
    return fact.new_shape.name if fact.new_shape else ""


def _vacuous(fact: Fact) -> bool:
    """Whether a bound says no more than the other: 0 for a length, what the type cannot exceed, what an enum keeps."""
    old, new = _bound(fact, fact.delta.old), _bound(fact, fact.delta.new)
    if old == new:
        return True
    values = _closed_values(fact)
    return bool(values) and all(_keeps(fact.delta.trait, bound, values) for bound in (old, new))


def _bound(fact: Fact, value: object) -> float | None:
    bound = number(value)
    if bound is None:
        return None
    if fact.delta.trait == "min" and fact.type in SIZED and bound <= 0:
        return None
    low, high = _LIMITS.get(fact.type, (float("-inf"), float("inf")))
    return None if (bound <= low if fact.delta.trait == "min" else bound >= high) else bound


def _closed_values(fact: Fact) -> list[str]:
    old, new = fact.old_shape, fact.new_shape
    if old is None or new is None or "enum" not in old.traits or "enum" not in new.traits:
        return []
    return [*old.traits["enum"], *new.traits["enum"]]


def _keeps(trait: str, bound: float | None, values: list[str]) -> bool:
    return bound is None or all(len(v) >= bound if trait == "min" else len(v) <= bound for v in values)


def _spelled_default(fact: Fact) -> bool:
    """Whether a timestamp format came or went that the protocol takes anyway, or with a type that needed it."""
    old, new = fact.around.of.old, fact.around.of.new
    if fact.old_member is not None and fact.new_member is not None:
        if {old.shape(fact.old_member).type, new.shape(fact.new_member).type} != {"timestamp"}:
            return True
        before = _timestamp_format(old, fact.old_member.traits, old.shape(fact.old_member), fact.delta.old)
        after = _timestamp_format(new, fact.new_member.traits, new.shape(fact.new_member), fact.delta.new)
        return before == after
    if fact.old_shape is None or fact.new_shape is None or {fact.old_shape.type, fact.new_shape.type} != {"timestamp"}:
        return True
    if fact.delta.old is not None and fact.delta.new is not None:
        return False
    # A format on the shape itself is overruled by a header's or a query's own: those members are asked one by one.
    return (fact.delta.old or fact.delta.new) == _body_format(new) and _body_format(old) == _body_format(new)


def _timestamp_format(service: Service, traits: Mapping[str, Any], shape: Shape, written: object) -> str:
    own = written or shape.traits.get("timestampFormat")
    location = traits.get("location")
    default = "rfc822" if location in ("header", "headers") else "iso8601" if location == "querystring" else ""
    return str(own or default or _body_format(service))


def _body_format(service: Service) -> str:
    declared = service.metadata.get("timestampFormat")
    return str(declared or ("unixTimestamp" if "json" in str(service.metadata.get("protocol")) else "iso8601"))


def spoken_by_boto3(service: Service) -> str:
    """The protocol that botocore chooses: by its own priority among several, else the one that is named."""
    offered = _entries(service.metadata.get("protocols"))
    return next((name for name in _PRIORITY if name in offered), str(service.metadata.get("protocol")))


@_predicate("keeps-query-codes")
def keeps_query_codes(fact: Fact) -> bool:
    """Errors keep the codes of the query protocol: one version speaks it, the other is compatible with it."""
    old, new = fact.around.of.old, fact.around.of.new
    sides = (old, new), (new, old)
    return any(
        "awsQueryCompatible" in one.metadata and spoken_by_boto3(other) == "query" and protocol_changed(fact)
        for one, other in sides
    )


@_predicate("same-protocol-chosen")
def same_protocol_chosen(fact: Fact) -> bool:
    """boto3 goes on to speak the protocol that it spoke."""
    return spoken_by_boto3(fact.around.of.old) == spoken_by_boto3(fact.around.of.new)


@_predicate("api-version-changed")
def api_version_changed(fact: Fact) -> bool:
    """The two models are of different API versions, of which the old one goes on."""
    return fact.around.of.old.api_version != fact.around.of.new.api_version


@_predicate("protocol-changed")
def protocol_changed(fact: Fact) -> bool:
    """The service speaks another protocol than before, by name and for boto3."""
    old, new = fact.around.of.old, fact.around.of.new
    return old.metadata.get("protocol") != new.metadata.get("protocol") and not same_protocol_chosen(fact)


# --- operations -------------------------------------------------------------------------------------------------------


@_predicate("was-deprecated")
def was_deprecated(fact: Fact) -> bool:
    """What went had been marked as deprecated."""
    old = fact.around.of.old
    match fact.kind:
        case Kind.SERVICE:
            return bool(old.traits.get("deprecated") or old.metadata.get("deprecated"))
        case Kind.OPERATION:
            return fact.old_operation is not None and fact.old_operation.deprecated
        case Kind.MEMBER:
            return fact.old_member is not None and bool(old.trait(fact.old_member, "deprecated"))
    return False


@_predicate("labels-only")
def labels_only(fact: Fact) -> bool:
    """Two paths differ by the names of their labels alone."""
    old, new = str(fact.delta.old), str(fact.delta.new)
    return _LABEL.sub(r"{\1}", old) == _LABEL.sub(r"{\1}", new)


@_predicate("slash-only")
def slash_only(fact: Fact) -> bool:
    """Two paths differ by a slash at the end, and by the names of labels, alone."""
    old, new = (_LABEL.sub(r"{\1}", str(value)).rstrip("/") for value in (fact.delta.old, fact.delta.new))
    return old == new


@_predicate("base-path-moved")
def base_path_moved(fact: Fact) -> bool:
    """Every path gained or lost the same beginning, while the endpoint rules changed."""
    of = fact.around.of
    if not any(delta.kind is Kind.ENDPOINTS for delta in of.of_siblings):
        return False
    old, new = str(fact.delta.old), str(fact.delta.new)
    shorter, longer = sorted((old, new), key=len)
    base = longer.removesuffix(shorter)
    if base == longer or not base.strip("/"):
        return False
    gained = longer == new
    return all(
        _path(after) == base + _path(before) if gained else _path(before) == base + _path(after)
        for name, after in of.new.operations.items()
        if (before := of.old.operations.get(name)) is not None
    )


def _path(operation: Operation) -> str:
    return str(http_of(operation).get("requestUri", ""))


@_predicate("demands")
def demands(fact: Fact) -> bool:
    """An input that came requires something that the SDK does not fill in."""
    shape = fact.around.of.new.shapes.get(str(fact.delta.new))
    return shape is not None and any(
        member.required and not fact.around.of.new.trait(member, "idempotencyToken")
        for member in shape.members.values()
    )


@_predicate("demands-nothing")
def demands_nothing(fact: Fact) -> bool:
    """An input that came can be left empty."""
    return not demands(fact)


@_predicate("holds-nothing")
def holds_nothing(fact: Fact) -> bool:
    """An input or output that came or went has no members."""
    of = fact.around.of
    shape = of.new.shapes.get(str(fact.delta.new)) or of.old.shapes.get(str(fact.delta.old))
    return shape is not None and not shape.members


@_predicate("became-anonymous")
def became_anonymous(fact: Fact) -> bool:
    """The operation needed credentials and no longer does."""
    return not _anonymous(fact.old_operation) and _anonymous(fact.new_operation)


@_predicate("was-anonymous")
def was_anonymous(fact: Fact) -> bool:
    """The operation needed no credentials and now does."""
    return _anonymous(fact.old_operation) and not _anonymous(fact.new_operation)


def _same_anonymity(fact: Fact) -> bool:
    return _anonymous(fact.old_operation) and _anonymous(fact.new_operation)


def _anonymous(operation: Operation | None) -> bool:
    if operation is None:
        return False
    return operation.traits.get("authtype") == "none" or _NO_AUTH in _entries(operation.traits.get("auth"))


@_predicate("body-of-request")
def body_of_request(fact: Fact) -> bool:
    """It stands directly in the input of an operation."""
    return _at_top(fact, fact.around.inputs)


@_predicate("body-of-response")
def body_of_response(fact: Fact) -> bool:
    """It stands directly in the output of an operation."""
    return _at_top(fact, fact.around.outputs)


def _at_top(fact: Fact, top: frozenset[tuple[str, str]]) -> bool:
    pairs = set(fact.pairs)
    return bool(pairs & top) if fact.slot else bool(pairs & fact.around.within(top))


# --- members ----------------------------------------------------------------------------------------------------------


@_predicate("required")
def required(fact: Fact) -> bool:
    """The member that came is required."""
    return fact.new_member is not None and fact.new_member.required


@_predicate("filled-in")
def filled_in(fact: Fact) -> bool:
    """The SDK makes the value up where it is left out: an idempotency token directly in an input."""
    if fact.new_member is None or not set(fact.pairs) <= fact.around.inputs:
        return False
    return bool(fact.around.of.new.trait(fact.new_member, "idempotencyToken"))


@_predicate("in-uri")
def in_uri(fact: Fact) -> bool:
    """The member was and is a part of the path of a request."""
    if fact.old_member is None or fact.new_member is None or not set(fact.pairs) <= fact.around.inputs:
        return False
    if not fact.old_member.traits.get("location") == fact.new_member.traits.get("location") == "uri":
        return False
    name = wire_name(fact.old_member, fact.around.of.old)
    paths = [_path(fact.around.of.old.operations[operation]) for operation in fact.operations()]
    return all(f"{{{name}}}" in path or f"{{{name}+}}" in path for path in paths)


@_predicate("in-union")
def in_union(fact: Fact) -> bool:
    """The member stands in a union."""
    return _carrier_says(fact, "union")


@_predicate("in-event-stream")
def in_event_stream(fact: Fact) -> bool:
    """The member is an event of a stream."""
    return _carrier_says(fact, "eventstream")


def _carrier_says(fact: Fact, trait: str) -> bool:
    shape = fact.old_shape if fact.action == "removed" else fact.new_shape
    return shape is not None and bool(shape.traits.get(trait))


@_predicate("same-wire-name")
def same_wire_name(fact: Fact) -> bool:
    """Both members of a rename have one name on the wire."""
    old, new = fact.old_member, fact.new_member
    if old is None or new is None:
        return False
    return wire_name(old, fact.around.of.old) == wire_name(new, fact.around.of.new)


@_predicate("widened")
def widened(fact: Fact) -> bool:
    """Every value of the old type is one of the new type."""
    return fact.delta.new in _WIDER.get(str(fact.delta.old), ())


@_predicate("narrowed")
def narrowed(fact: Fact) -> bool:
    """Every value of the new type is one of the old type."""
    return fact.delta.old in _WIDER.get(str(fact.delta.new), ())


@_predicate("as-item")
def as_item(fact: Fact) -> bool:
    """Its shape stands in lists alone."""
    return _stands(fact, "[]")


@_predicate("as-key")
def as_key(fact: Fact) -> bool:
    """Its shape stands in keys of maps alone."""
    return _stands(fact, "{key}")


@_predicate("as-value")
def as_value(fact: Fact) -> bool:
    """Its shape stands in values of maps alone."""
    return _stands(fact, "{value}")


def _stands(fact: Fact, where: str) -> bool:
    return bool(fact.places) and all(place.endswith(where) for place in fact.places)


@_predicate("structure-differs")
def structure_differs(fact: Fact) -> bool:
    """The two targets differ in more than their names."""
    return (str(fact.delta.old), str(fact.delta.new)) in fact.around.differing


# --- traits and shapes ------------------------------------------------------------------------------------------------


@_predicate("map-or-blob")
def map_or_blob(fact: Fact) -> bool:
    """What is measured is a map or a blob, which boto3 does not measure."""
    return fact.type in ("map", "blob")


@_predicate("looser")
def looser_pattern(fact: Fact) -> bool:
    """The new pattern takes all that the old one took, plainly."""
    return looser(str(fact.delta.old), str(fact.delta.new))


@_predicate("exception")
def exception(fact: Fact) -> bool:
    """The shape is one of `client.exceptions`."""
    name = fact.delta.id.partition("#")[2].partition("$")[0]
    shape = fact.around.of.old.shapes.get(name) or fact.around.of.new.shapes.get(name)
    return shape is not None and bool(shape.traits.get("exception"))


# --- lists of values, waiters -----------------------------------------------------------------------------------------


@_predicate("entries-lost")
def entries_lost(fact: Fact) -> bool:
    """An entry of a list went."""
    return bool(_lost(fact))


@_predicate("first-entry-changed")
def first_entry_changed(fact: Fact) -> bool:
    """Both lists have a first entry, and not the same."""
    old, new = _entries(fact.delta.old), _entries(fact.delta.new)
    return bool(old) and bool(new) and old[0] != new[0]


@_predicate("only-gained")
def only_gained(fact: Fact) -> bool:
    """A list of keys has all that it had."""
    return bool(_entries(fact.delta.old)) and not _lost(fact)


@_predicate("acceptors-lost")
def acceptors_lost(fact: Fact) -> bool:
    """A condition of a waiter went."""
    return action_of(fact.delta) == "removed" or bool(_lost(fact))


@_predicate("operation-came-or-went")
def operation_came_or_went(fact: Fact) -> bool:
    """The paginator's operation is not in both versions."""
    return fact.old_operation is None or fact.new_operation is None


@_predicate("waits-shorter")
def waits_shorter(fact: Fact) -> bool:
    """A waiter gives up earlier than before."""
    ratio = 1.0
    for delta in (fact.delta, *fact.also):
        old, new = number(delta.old), number(delta.new)
        if not old or new is None:
            return False
        ratio *= new / old
    return ratio < 1


def _entries(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _lost(fact: Fact) -> list[Any]:
    new = _entries(fact.delta.new)
    return [entry for entry in _entries(fact.delta.old) if entry not in new]


def gained(fact: Fact) -> Iterator[Any]:
    """The entries of a list that came."""
    old = _entries(fact.delta.old)
    return (entry for entry in _entries(fact.delta.new) if entry not in old)


def lost(fact: Fact) -> Iterator[Any]:
    """The entries of a list that went."""
    return iter(_lost(fact))


_SAME: dict[tuple[str, str], Predicate] = {
    ("", "min"): _vacuous,
    ("", "max"): _vacuous,
    ("", "pattern"): _same_pattern,
    ("", "error.code"): _same_code,
    ("", "timestampFormat"): _spelled_default,
    ("", "http.responseCode"): _default_status,
    ("", "metadata.jsonVersion"): _no_json_rpc,
    ("", "metadata.targetPrefix"): _no_rpc,
    ("member", "locationName"): _same_place,
    ("item", "locationName"): _element_unnamed,
    ("key", "locationName"): _element_unnamed,
    ("value", "locationName"): _element_unnamed,
    ("shape", "locationName"): _element_unnamed,
    ("operation", "auth"): _same_anonymity,
    ("operation", "authtype"): _same_anonymity,
}
"""For a trait, and what carries it ("": anything): whether both sides say the same in other words."""
