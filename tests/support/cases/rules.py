"""The cases of the rules: each has a pair of small models, and the ids of all rules that fire on them.

The name of a case starts with the rule under test; after a colon, it says how this case differs. The name of a near
miss is a phrase: a change that looks breaking and is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rule_support import Case, Members, ReleaseCase, model, op, ref, struct

CASES: dict[str, Case | ReleaseCase] = {}


def case(name: str, old: Any, new: Any, *expected: str, siblings: tuple[Any, Any] = ({}, {})) -> None:
    """Add a case. By default, only the rule in its name is expected to fire."""
    assert name not in CASES, name
    ids = tuple(sorted(expected or (name.partition(":")[0],)))
    CASES[name] = Case(ids, old, new, *siblings)


def two(versions: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the old and the new version."""
    old, new = versions
    return old, new


def release(name: str, old: dict[str, Any], new: dict[str, Any], *expected: str, **models: Any) -> None:
    """Add a case of two releases."""
    assert name not in CASES, name
    CASES[name] = ReleaseCase(tuple(sorted(expected or (name.partition(":")[0],))), old, new, **models)


def metadata(name: str, old: dict[str, Any], new: dict[str, Any], *expected: str) -> None:
    """Add a case of two models that differ only in their metadata."""
    case(name, model(metadata=old), model(metadata=new), *expected)


def top(name: str, old: dict[str, Any], new: dict[str, Any], *expected: str) -> None:
    """Add a case of two models that differ only at the top level."""
    case(name, model(top=old), model(top=new), *expected)


def operation(name: str, old: dict[str, Any], new: dict[str, Any], *expected: str) -> None:
    """Add a case in which the traits of an operation change."""
    case(name, model(Ping=op(**old)), model(Ping=op(**new)), *expected)


def request(name: str, old: Members, new: Members, *expected: str, **shapes: Any) -> None:
    """Add a case in which the input changes."""
    case(name, model(Ping=op(old), shapes=shapes), model(Ping=op(new), shapes=shapes), *expected)


def response(name: str, old: Members, new: Members, *expected: str, **shapes: Any) -> None:
    """Add a case in which the output changes."""
    case(name, model(Ping=op({}, old), shapes=shapes), model(Ping=op({}, new), shapes=shapes), *expected)


def shape(name: str, old: Any, new: Any, *expected: str, slot: str = "", **more: Any) -> None:
    """Add a case in which a shape changes; the input or the output has it as the member X."""
    slot = slot or ("output" if name.startswith("response") else "input")
    carrier = op({}, {"X": "T"}) if slot == "output" else op({"X": "T"})
    case(name, *two(model(Ping=carrier, shapes={"T": each, **more}) for each in (old, new)), *expected)


def error(name: str, old: dict[str, Any], new: dict[str, Any], *expected: str) -> None:
    """Add a case in which an exception changes."""
    sides = (model(Ping=op(errors=["Oops"]), shapes={"Oops": struct(exception=True, **each)}) for each in (old, new))
    case(name, *two(sides), *expected)


def sibling(name: str, file: str, old: Any, new: Any, *expected: str) -> None:
    """Add a case in which a sibling file of the model changes."""
    sides = tuple({} if each is None else {file: each} for each in (old, new))
    case(name, model(Ping={}), model(Ping={}), *expected, siblings=(sides[0], sides[1]))


def paginator(name: str, old: Any, new: Any, *expected: str) -> None:
    """Add a case in which a paginator changes."""
    before, after = ({"pagination": {} if each is None else {"Ping": each}} for each in (old, new))
    sibling(name, "paginators-1.json", before, after, *expected)


def waiter(name: str, old: Any, new: Any, *expected: str) -> None:
    """Add a case in which a waiter changes."""
    before, after = ({"version": 2, "waiters": {} if each is None else {"Ready": each}} for each in (old, new))
    sibling(name, "waiters-2.json", before, after, *expected)


STRING = {"type": "string"}


def string(**traits: Any) -> dict[str, Any]:
    """Return a string shape."""
    return {"type": "string", **traits}


def list_of(item: str, **traits: Any) -> dict[str, Any]:
    """Return a list shape."""
    return {"type": "list", "member": {"shape": item}, **traits}


def map_of(key: str, value: str, **traits: Any) -> dict[str, Any]:
    """Return a map shape."""
    return {"type": "map", "key": {"shape": key}, "value": {"shape": value}, **traits}


# --- no-effect --------------------------------------------------------------------------------------------------------

request("redundant-trait-changed", {"Name": ref("String", locationName="Name")}, {"Name": "String"})
shape(
    "replaced-value-changed",
    {"type": "timestamp", "replacedBySdkExtras": {"type": "timestamp"}},
    {"type": "timestamp", "replacedBySdkExtras": {"type": "string"}},
)
metadata(
    "replaced-value-changed: of the service",
    {"replacedBySdkExtras": {"serviceId": "A"}},
    {"replacedBySdkExtras": {"serviceId": "B"}},
)
shape("redundant-trait-changed: a minimum length of 0", string(), string(min=0))
shape("redundant-trait-changed: numbers as strings", string(min="1"), string(min=1))
shape(
    "redundant-trait-changed: what the type cannot exceed", {"type": "integer"}, {"type": "integer", "max": 2**31 - 1}
)
shape(
    "redundant-trait-changed: what the enum keeps",
    string(enum=["ab"]),
    string(enum=["ab"], min=1, max=9),
    "redundant-trait-changed",
    "redundant-trait-changed",
)
shape("redundant-trait-changed: a flag that is off", STRING, string(sensitive=False))
shape("redundant-trait-changed: a pattern that takes anything", STRING, string(pattern=r"[\s\S]*"))
shape("redundant-trait-changed: XML in a protocol without XML", list_of("String"), list_of("String", flattened=True))
error("redundant-trait-changed: the code that it had", {}, {"error": {"code": "Oops"}})
operation(
    "redundant-trait-changed: the status that is the default",
    {},
    {"http": {"method": "POST", "requestUri": "/", "responseCode": 200}},
)
operation(
    "redundant-trait-changed: still without credentials",
    {"authtype": "none"},
    {"authtype": "none", "auth": ["smithy.api#noAuth"]},
)
metadata("redundant-trait-changed: a version that the protocol does not send", {}, {"jsonVersion": "1.1"})
shape(
    "redundant-trait-changed: the format that a body has anyway",
    {"type": "timestamp"},
    {"type": "timestamp", "timestampFormat": "unixTimestamp"},
)
case(
    "protocol-binding-changed",
    model(Ping=op({"A": ref("String", locationName="a")}), metadata={"protocol": "query"}),
    model(Ping=op({"A": "String"}), metadata={"protocol": "json", "targetPrefix": "Zoo"}),
    "protocol-binding-changed",
    "protocol-binding-changed",
    "service-protocol-changed",
)
case(
    "protocol-binding-changed: codes of errors that stay",
    *two(
        model(
            Ping=op(errors=["Oops"]),
            shapes={"Oops": struct(exception=True, **more)},
            metadata={"protocol": protocol, **extra},
        )
        for protocol, more, extra in (
            ("query", {"error": {"code": "Zoo.Oops"}}, dict[str, Any]()),
            ("json", {}, {"awsQueryCompatible": {}}),
        )
    ),
    "protocol-binding-changed",
    "protocol-binding-changed",
    "service-protocol-changed",
)
request(
    "redundant-trait-changed: the format of what is no longer a timestamp",
    {"A": ref("Timestamp", timestampFormat="iso8601")},
    {"A": "String"},
    "redundant-trait-changed",
    "request-member-type-changed",
    "shape-renamed",
)
case(
    "api-version-binding-changed",
    model(Ping=op(http={"method": "GET", "requestUri": "/2018-01-01/"}), metadata={"apiVersion": "2018-01-01"}),
    model(Ping=op(http={"method": "GET", "requestUri": "/2019-01-01/"}), metadata={"apiVersion": "2019-01-01"}),
    "api-version-binding-changed",
    "service-api-version-changed",
)
metadata("redundant-trait-changed: a prefix that the protocol does not send", {"targetPrefix": "Zoo"}, {})
case(
    "unreached-shape-changed",
    model(Ping={}, shapes={"Lonely": STRING}),
    model(Ping={}, shapes={"Lonely": string(min=3)}),
)

# --- services ---------------------------------------------------------------------------------------------------------

release("service-added", {}, {"zoo": ["2020-01-01"]})
release("service-removed", {"zoo": ["2020-01-01"]}, {})
release(
    "service-removed-after-deprecation",
    {"zoo": ["2020-01-01"]},
    {},
    old_models={"zoo": model(top={"deprecated": True})},
)
release("service-renamed", {"runtime.zoo": ["2020-01-01"]}, {"zoo-runtime": ["2020-01-01"]})
release(
    "service-renamed: the same service id and operations",
    {"zoo": ["2020-01-01"]},
    {"park": ["2020-01-01"]},
    old_models={"zoo": model(metadata={"serviceId": "Zoo"}, Ping={})},
    new_models={"park": model(metadata={"serviceId": "Zoo"}, Ping={})},
)
release(
    "a service that came as another one went",
    {"zoo": ["2020-01-01"]},
    {"park": ["2020-01-01"]},
    "service-added",
    "service-removed",
    old_models={"zoo": model(metadata={"serviceId": "Zoo"}, Ping={})},
    new_models={"park": model(metadata={"serviceId": "Park"}, Ping={})},
)
release("service-api-version-added", {"zoo": ["2020-01-01"]}, {"zoo": ["2020-01-01", "2021-01-01"]})
release("service-api-version-removed", {"zoo": ["2020-01-01", "2021-01-01"]}, {"zoo": ["2021-01-01"]})
top("service-deprecated", {}, {"deprecated": True})
top("service-undeprecated", {"deprecated": True}, {})
top("service-deprecation-message-changed", {"deprecated": True}, {"deprecated": True, "deprecatedMessage": "Old."})
metadata("service-api-version-changed", {}, {"apiVersion": "2021-01-01"})
metadata("service-endpoint-prefix-changed", {"endpointPrefix": "zoo"}, {"endpointPrefix": "park"})
metadata("service-global-endpoint-changed", {}, {"globalEndpoint": "zoo.example.com"})
metadata("service-signing-name-changed", {}, {"signingName": "park"})
metadata("service-signature-version-changed", {"signatureVersion": "v2"}, {"signatureVersion": "v4"})
metadata("service-auth-scheme-added", {}, {"auth": ["aws.auth#sigv4"]})
metadata(
    "service-auth-scheme-removed",
    {"auth": ["aws.auth#sigv4", "smithy.api#httpBearerAuth"]},
    {"auth": ["aws.auth#sigv4"]},
)
metadata(
    "service-auth-scheme-order-changed", {"auth": ["aws.auth#sigv4"]}, {"auth": ["aws.auth#sigv4a", "aws.auth#sigv4"]}
)
metadata("service-protocol-changed", {"protocol": "query"}, {"protocol": "json"})
metadata("service-protocols-added", {"protocol": "query"}, {"protocol": "query", "protocols": ["json", "query"]})
metadata("service-protocols-changed", {"protocols": ["json", "query"]}, {"protocols": ["query"]})
metadata(
    "service-protocol-preference-changed",
    {"protocol": "json", "protocols": ["json"]},
    {"protocol": "smithy-rpc-v2-cbor", "protocols": ["smithy-rpc-v2-cbor", "json"]},
    "service-protocol-preference-changed",
    "service-protocol-preference-changed",
)
metadata(
    "service-json-version-changed",
    {"protocol": "json", "jsonVersion": "1.0"},
    {"protocol": "json", "jsonVersion": "1.1"},
)
metadata(
    "service-target-prefix-changed",
    {"protocol": "json", "targetPrefix": "Zoo"},
    {"protocol": "json", "targetPrefix": "Park"},
)
metadata(
    "service-xml-namespace-changed",
    {"protocol": "rest-xml", "xmlNamespace": "a"},
    {"protocol": "rest-xml", "xmlNamespace": "b"},
)
metadata("service-protocol-settings-changed", {}, {"protocolSettings": {"h2": "eventstream"}})
metadata("service-query-compatible-changed", {}, {"awsQueryCompatible": {}})
metadata("service-timestamp-format-changed", {}, {"timestampFormat": "iso8601"})
metadata("service-checksum-format-changed", {}, {"checksumFormat": "md5"})
top("service-client-context-param-added", {}, {"clientContextParams": {"Fast": {"type": "boolean"}}})
top("service-client-context-param-removed", {"clientContextParams": {"Fast": {"type": "boolean"}}}, {})
metadata("service-id-changed", {"serviceId": "Zoo"}, {"serviceId": "Park"})
metadata("service-id-added", {}, {"serviceId": "Zoo"})
metadata("service-full-name-changed", {"serviceFullName": "Zoo"}, {"serviceFullName": "Park"})
metadata("service-uid-changed", {"uid": "zoo-1"}, {"uid": "zoo-2"})
RULE_SET = "endpoint-rule-set-1.json"


def url_rule(url: str, *conditions: Any) -> dict[str, Any]:
    """Return an endpoint rule."""
    return {"type": "endpoint", "conditions": list(conditions), "endpoint": {"url": url}}


def is_equal(name: str, value: Any) -> dict[str, Any]:
    """Return a condition of an endpoint rule: a parameter has a value."""
    return {"fn": "stringEquals" if isinstance(value, str) else "booleanEquals", "argv": [{"ref": name}, value]}


def rule_set(*rules: Any, **parameters: Any) -> dict[str, Any]:
    """Return endpoint rules with the parameters that almost all rule sets have."""
    basic: dict[str, Any] = {name: {"type": "boolean", "default": False} for name in ("UseFIPS", "UseDualStack")}
    return {"parameters": {"Region": {"type": "string"}, **basic, **parameters}, "rules": list(rules)}


ZOO_URL = url_rule("https://zoo.{Region}.example.com")
FIPS_URL = url_rule("https://zoo-fips.{Region}.example.com", is_equal("UseFIPS", True))
REFUSED_FIPS = {"type": "error", "conditions": [is_equal("UseFIPS", True)], "error": "no FIPS"}
sibling("service-endpoint-rules-changed", RULE_SET, rule_set(ZOO_URL), rule_set(FIPS_URL, ZOO_URL))
sibling(
    "service-endpoint-rules-changed: a URL that is gone", RULE_SET, rule_set(ZOO_URL), rule_set(REFUSED_FIPS, ZOO_URL)
)
sibling(
    "service-endpoint-rules-changed: rules that docgen cannot run",
    RULE_SET,
    rule_set(ZOO_URL),
    rule_set({**ZOO_URL, "conditions": [{"fn": "isMonday", "argv": []}]}),
)
ONE_REGION_URL = url_rule(
    "https://zoo.{PartitionResult#implicitGlobalRegion}.example.com",
    {"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": "PartitionResult"},
)
sibling(
    "service-endpoint-rules-changed: one region for all", RULE_SET, rule_set(ZOO_URL), rule_set(ONE_REGION_URL, ZOO_URL)
)
ACCOUNT: dict[str, Any] = {"AccountId": {"type": "string"}}
ACCOUNT_URL = url_rule(
    "https://{AccountId}.zoo.{Region}.example.com",
    is_equal("UseDualStack", True),
    {"fn": "isSet", "argv": [{"ref": "AccountId"}]},
)
sibling(
    "service-endpoint-rules-changed: for dual stack with an account",
    RULE_SET,
    rule_set(ZOO_URL, **ACCOUNT),
    rule_set(ACCOUNT_URL, ZOO_URL, **ACCOUNT),
)
sibling("service-endpoint-added", RULE_SET, rule_set(REFUSED_FIPS, ZOO_URL), rule_set(FIPS_URL, ZOO_URL))
sibling("service-endpoint-rules-rewritten", RULE_SET, rule_set(ZOO_URL), rule_set(ZOO_URL, ZOO_URL))
sibling("service-endpoint-settings-changed", RULE_SET, rule_set(ZOO_URL), rule_set(ZOO_URL, Fast={"type": "boolean"}))
sibling("service-endpoint-rules-added", RULE_SET, None, rule_set(ZOO_URL))
sibling("service-region-list-changed", "partitions.json", {"partitions": []}, {"partitions": [{}]})
sibling("service-examples-changed", "examples-1.json", {"examples": {}}, {"examples": {"Ping": [{}]}})
top("service-documentation-changed", {"documentation": "a"}, {"documentation": "b"})
top(
    "service-documentation-changed: of a client setting",
    {"clientContextParams": {"Fast": {"type": "boolean", "documentation": "a"}}},
    {"clientContextParams": {"Fast": {"type": "boolean", "documentation": "b"}}},
)
top("service-format-version-changed", {"version": "1.0"}, {"version": "2.0"})
top("service-unknown-key-changed", {}, {"authorizers": {"a": 1}})
metadata("service-unknown-key-changed: in the metadata", {}, {"ripServiceName": "zoo"})

# --- operations -------------------------------------------------------------------------------------------------------

HTTP: dict[str, Any] = {"http": {"method": "GET", "requestUri": "/animals/{Id}"}}

case("operation-added", model(), model(Ping=op()))
case("operation-removed", model(Ping=op()), model())
case("operation-removed-after-deprecation", model(Ping=op(deprecated=True)), model())
case("operation-renamed", model(GetAnimal=op(**HTTP)), model(FetchBeast=op(**HTTP)))
case("operation-renamed: by its letters", model(CreateDatalake=op()), model(CreateDataLake=op()))
case(
    "operation-renamed: by its members",
    model(Search=op({"A": "String", "B": "String"})),
    model(SearchAssets=op({"A": "String", "B": "String"})),
    "operation-renamed",
    "shape-added",
    "shape-removed",
)
case(
    "an operation that came as another one went",
    model(CreateCage=op()),
    model(ListAnimals=op()),
    "operation-added",
    "operation-removed",
)
operation("operation-wire-name-changed", {"name": "Ping"}, {"name": "Pong"})
operation("operation-deprecated", {}, {"deprecated": True})
operation("operation-undeprecated", {"deprecated": True}, {})
operation(
    "operation-deprecation-message-changed", {"deprecated": True}, {"deprecated": True, "deprecatedMessage": "Old."}
)
operation("operation-http-method-changed", HTTP, {"http": {"method": "PUT", "requestUri": "/animals/{Id}"}})
operation("operation-http-uri-changed", HTTP, {"http": {"method": "GET", "requestUri": "/beasts/{Id}"}})
operation("operation-http-uri-slash-changed", HTTP, {"http": {"method": "GET", "requestUri": "/animals/{Id}/"}})
case(
    "redundant-trait-changed: a label and its member renamed together",
    *two(
        model(
            Ping=op(
                {"A": ref("String", location="uri", locationName=name)},
                http={"method": "GET", "requestUri": f"/a/{{{name}}}"},
            )
        )
        for name in ("animalId", "AnimalId")
    ),
    "operation-http-uri-label-renamed",
    "redundant-trait-changed",
)
case(
    "member-location-name-changed: a label that changed its place",
    *two(
        model(
            Ping=op(
                {
                    "A": ref("String", location="uri", locationName=name),
                    "B": ref("String", location="uri", locationName=other),
                },
                http={"method": "GET", "requestUri": "/{a}/{b}"},
            )
        )
        for name, other in (("a", "b"), ("b", "a"))
    ),
    "member-location-name-changed",
    "member-location-name-changed",
)
case(
    "operation-http-base-path-moved",
    model(Ping=op(**HTTP)),
    model(Ping=op(http={"method": "GET", "requestUri": "/v2/animals/{Id}"})),
    "operation-http-base-path-moved",
    "service-endpoint-rules-rewritten",
    siblings=({RULE_SET: rule_set(ZOO_URL)}, {RULE_SET: rule_set(ZOO_URL, ZOO_URL)}),
)
operation(
    "operation-http-uri-changed: a longer path and the same endpoint",
    HTTP,
    {"http": {"method": "GET", "requestUri": "/v2/animals/{Id}"}},
)
operation("operation-http-uri-label-renamed", HTTP, {"http": {"method": "GET", "requestUri": "/animals/{Name}"}})
operation(
    "operation-http-uri-changed: a label became greedy",
    HTTP,
    {"http": {"method": "GET", "requestUri": "/animals/{Id+}"}},
)
operation(
    "operation-http-status-code-changed",
    {"http": {"method": "GET", "requestUri": "/", "responseCode": 200}},
    {"http": {"method": "GET", "requestUri": "/", "responseCode": 202}},
)
operation(
    "operation-input-added", {}, {"input": {"Name": "String"}}, "operation-input-added", "shape-added", "shape-added"
)
operation(
    "operation-input-removed",
    {"input": {"Name": "String"}},
    {},
    "operation-input-removed",
    "shape-removed",
    "shape-removed",
)
operation(
    "request-member-added-required: in an input that came",
    {},
    {"input": {"Name!": "String"}},
    "request-member-added-required",
    "shape-added",
    "shape-added",
)
operation(
    "operation-input-shape-renamed: an empty input that went",
    {"input": {}},
    {},
    "operation-input-shape-renamed",
    "shape-removed",
)
operation(
    "operation-output-shape-renamed: an empty output that went",
    {"output": {}},
    {},
    "operation-output-shape-renamed",
    "shape-removed",
)
operation(
    "operation-output-added", {}, {"output": {"Name": "String"}}, "operation-output-added", "shape-added", "shape-added"
)
operation(
    "operation-output-removed",
    {"output": {"Name": "String"}},
    {},
    "operation-output-removed",
    "shape-removed",
    "shape-removed",
)
operation("operation-error-added", {}, {"errors": ["String"]}, "operation-error-added", "shape-added")
operation("operation-error-removed", {"errors": ["String"]}, {}, "operation-error-removed", "shape-removed")
operation("operation-idempotent-added", {}, {"idempotent": True})
operation("operation-idempotent-removed", {"idempotent": True}, {})
operation("operation-readonly-added", {}, {"readonly": True})
operation("operation-readonly-removed", {"readonly": True}, {})
operation("operation-unauthenticated-added", {}, {"authtype": "none"})
operation("operation-unauthenticated-removed", {"auth": ["smithy.api#noAuth"]}, {})
operation("operation-auth-scheme-changed", {}, {"auth": ["aws.auth#sigv4"]})
operation("operation-unsigned-payload-changed", {}, {"unsignedPayload": True})
operation("operation-host-prefix-added", {}, {"endpoint": {"hostPrefix": "api."}})
operation("operation-host-prefix-removed", {"endpoint": {"hostPrefix": "api."}}, {})
operation("operation-host-prefix-changed", {"endpoint": {"hostPrefix": "api."}}, {"endpoint": {"hostPrefix": "b."}})
operation("operation-checksum-required-changed", {}, {"httpChecksumRequired": True})
operation("operation-checksum-changed", {}, {"httpChecksum": {"requestChecksumRequired": True}})
operation("operation-request-compression-changed", {}, {"requestcompression": {"encodings": ["gzip"]}})
operation(
    "redundant-trait-changed: a checksum is required by another key",
    {"httpChecksumRequired": True},
    {"httpChecksum": {"requestChecksumRequired": True}},
    "redundant-trait-changed",
    "redundant-trait-changed",
)
operation("operation-endpoint-discovery-changed", {}, {"endpointdiscovery": {"required": True}})
operation("operation-endpoint-params-changed", {}, {"staticContextParams": {"A": {"value": True}}})
operation("operation-documentation-changed", {"documentation": "a"}, {"documentation": "b"})
operation("operation-documentation-changed: its address", {}, {"documentationUrl": "https://example.com"})
operation("unknown-trait-changed", {}, {"alias": "Pong"})
case("operation-order-changed", model(Ping=op(), Pong=op()), model(Pong=op(), Ping=op()))


def raw_slots(name: str, old: dict[str, Any], new: dict[str, Any], *expected: str, **shapes: Any) -> None:
    """Add a case in which the references to an operation's input, output or errors have traits of their own, in XML."""
    shapes = shapes or {"In": struct({"Name": "String"}), "Oops": struct(exception=True)}
    sides = (model(Ping=op(**each), shapes=shapes, metadata={"protocol": "rest-xml"}) for each in (old, new))
    case(name, *two(sides), *expected)


IN: dict[str, Any] = {"raw": {"input": {"shape": "In"}}}
raw_slots("operation-input-xml-root-changed", IN, {"raw": {"input": {"shape": "In", "locationName": "Root"}}})
raw_slots(
    "operation-output-wrapper-changed",
    {"raw": {"output": {"shape": "In"}}},
    {"raw": {"output": {"shape": "In", "resultWrapper": "PingResult"}}},
)
raw_slots(
    "operation-output-wrapper-flag-changed",
    {"raw": {"output": {"shape": "In"}}},
    {"raw": {"output": {"shape": "In", "wrapper": True}}},
)
raw_slots(
    "operation-error-info-changed",
    {"raw": {"errors": [{"shape": "Oops", "fault": True}]}},
    {"raw": {"errors": [{"shape": "Oops"}]}},
)
raw_slots(
    "operation-error-documentation-changed",
    {"raw": {"errors": [{"shape": "Oops", "documentation": "a"}]}},
    {"raw": {"errors": [{"shape": "Oops", "documentation": "b"}]}},
)
raw_slots("operation-error-order-changed", {"errors": ["A", "B"]}, {"errors": ["B", "A"]}, A=struct(), B=struct())
raw_slots(
    "operation-input-shape-renamed",
    IN,
    {"raw": {"input": {"shape": "Other"}}},
    "operation-input-shape-renamed",
    In=struct(),
    Other=struct(),
)
raw_slots(
    "operation-output-shape-renamed",
    {"raw": {"output": {"shape": "In"}}},
    {"raw": {"output": {"shape": "Other"}}},
    In=struct(),
    Other=struct(),
)

# --- members ----------------------------------------------------------------------------------------------------------

request("request-member-added", {"A": "String"}, {"A": "String", "B": "String"})
request(
    "request-member-added-required",
    {"A": "String"},
    {"A": "String", "B!": "String"},
    "request-member-added-required",
    "redundant-trait-changed",
)
request(
    "request-member-added-required-auto",
    {},
    {"Token!": ref("String", idempotencyToken=True)},
    "request-member-added-required-auto",
    "redundant-trait-changed",
    "shape-added",
)
shape(
    "request-member-added-required: a token deeper than an SDK fills in",
    struct({"A": "String"}),
    struct({"A": "String", "Token!": ref("String", idempotencyToken=True)}),
    "request-member-added-required",
    "redundant-trait-changed",
)
request(
    "request-member-removed",
    {"A": "String", "B": "Integer"},
    {"A": "String"},
    "request-member-removed",
    "shape-removed",
)
request(
    "request-member-removed-after-deprecation", {"A": "String", "B": ref("String", deprecated=True)}, {"A": "String"}
)
response("response-member-added", {"A": "String"}, {"A": "String", "B": "String"})
response(
    "response-member-added-required",
    {"A": "String"},
    {"A": "String", "B!": "String"},
    "response-member-added-required",
    "redundant-trait-changed",
)
response("response-member-removed", {"A": "String", "B": "String"}, {"A": "String"})
response(
    "response-member-removed-after-deprecation", {"A": "String", "B": ref("String", deprecated=True)}, {"A": "String"}
)
request("member-renamed", {"Identifier": "String"}, {"AssetIdentifier": "String"})
response("member-renamed: in a response", {"Identifier": "String"}, {"AssetIdentifier": "String"})
request(
    "member-renamed-wire-compatible",
    {"Id": ref("String", locationName="id")},
    {"Name": ref("String", locationName="id")},
)
request(
    "a member that came as another one went",
    {"Colour": "String"},
    {"Weight": "String"},
    "request-member-added",
    "request-member-removed",
)
request(
    "a member of the same name but another target",
    {"Kind": "String"},
    {"Kinds": "Integer"},
    "request-member-added",
    "request-member-removed",
    "shape-added",
    "shape-removed",
)
request("request-member-became-required", {"A": "String"}, {"A!": "String"})
request(
    "request-member-became-required-auto",
    {"A": ref("String", idempotencyToken=True)},
    {"A!": ref("String", idempotencyToken=True)},
)
for name, path in {
    "request-label-became-required": "/{a}",
    "request-member-became-required: a label that is not in the path": "/",
}.items():
    case(
        name,
        *two(
            model(
                Ping=op(
                    {slot: ref("String", location="uri", locationName="a")}, http={"method": "GET", "requestUri": path}
                )
            )
            for slot in ("A", "A!")
        ),
    )
request(
    "request-member-became-required: a member that moves into the path as well",
    {"A": "String"},
    {"A!": ref("String", location="uri", locationName="A")},
    "request-member-became-required",
    "member-location-changed",
    "redundant-trait-changed",
)
NAMED = ref("String", location="uri", locationName="A")
for name, path, old, *expected in (
    ("request-label-filled", "/{A}", "String", "request-label-filled", "redundant-trait-changed"),
    ("request-label-filled: another name", "/{A}", ref("String", location="uri", locationName="a")),
    (
        *("member-location-changed: with the path", "/", "String"),
        *("member-location-changed", "redundant-trait-changed", "operation-http-uri-changed"),
    ),
):
    case(
        str(name),
        *two(
            model(Ping=op({"A!": member}, http={"method": "GET", "requestUri": uri}))
            for uri, member in ((path, old), ("/{A}", NAMED))
        ),
        *map(str, expected),
    )
request("request-member-became-optional", {"A!": "String"}, {"A": "String"})
response("response-member-became-required", {"A": "String"}, {"A!": "String"})
response("response-member-became-optional", {"A!": "String"}, {"A": "String"})
case(
    "request-member-became-required: reached both ways",
    *two(model(Ping=op({"X": "T"}, {"X": "T"}), shapes={"T": struct({name: "String"})}) for name in ("A", "A!")),
)
for direction in ("request", "response"):
    shape(f"{direction}-member-type-widened", {"type": "integer"}, {"type": "long"})
    shape(f"{direction}-member-type-narrowed", {"type": "long"}, {"type": "integer"})
    shape(f"{direction}-member-type-changed", {"type": "timestamp"}, STRING)
    shape(
        f"{direction}-union-member-added",
        struct({"A": "String"}, union=True),
        struct({"A": "String", "B": "String"}, union=True),
    )
    shape(
        f"{direction}-union-member-removed",
        struct({"A": "String", "B": "String"}, union=True),
        struct({"A": "String"}, union=True),
    )
    shape(
        f"{direction}-event-added",
        struct({"A": "Nothing"}, eventstream=True),
        struct({"A": "Nothing", "B": "Nothing"}, eventstream=True),
        Nothing=struct(),
    )
shape(
    "event-removed",
    struct({"A": "Nothing", "B": "Nothing"}, eventstream=True),
    struct({"A": "Nothing"}, eventstream=True),
    Nothing=struct(),
)
request(
    "request-member-type-changed: by another target",
    {"A": "String"},
    {"A": "Integer"},
    "request-member-type-changed",
    "shape-renamed",
)
shape(
    "list-member-type-changed",
    list_of("String"),
    list_of("Integer"),
    "list-member-type-changed",
    String=STRING,
    Integer={"type": "integer"},
)
shape(
    "map-key-type-changed",
    map_of("String", "Blob"),
    map_of("Integer", "Blob"),
    "map-key-type-changed",
    String=STRING,
    Integer={"type": "integer"},
    Blob={"type": "blob"},
)
shape(
    "map-value-type-changed",
    map_of("String", "Blob"),
    map_of("String", "Integer"),
    "map-value-type-changed",
    String=STRING,
    Integer={"type": "integer"},
    Blob={"type": "blob"},
)
request("member-target-renamed", {"A": "One"}, {"A": "Two"}, One=struct({"B": "X"}), Two=struct({"B": "X"}), X=STRING)
request(
    "member-target-changed",
    {"A": "One"},
    {"A": "Two"},
    "member-target-changed",
    "request-member-added",
    One=struct({"B": "X"}),
    Two=struct({"B": "X", "C": "X"}),
    X=STRING,
)
shape("structure-became-union", struct({"A": "String"}), struct({"A": "String"}, union=True))
shape("response-structure-became-union", struct({"A": "String"}), struct({"A": "String"}, union=True), slot="output")
shape("union-became-structure", struct({"A": "String"}, union=True), struct({"A": "String"}))
shape("structure-became-document", struct(), struct(document=True))
shape("document-became-structure", struct(document=True), struct())
shape("member-order-changed", struct({"A": "String", "B": "String"}), struct({"B": "String", "A": "String"}))
case(
    "xml-order-changed",
    *two(
        model(
            Ping=op({"X": "T"}),
            shapes={"T": struct({"A": "String", "B": "String"}, **more)},
            metadata={"protocol": "rest-xml"},
        )
        for more in ({}, {"xmlOrder": ["B", "A"]})
    ),
)

# --- enums ------------------------------------------------------------------------------------------------------------

for direction in ("request", "response"):
    shape(f"{direction}-enum-value-added", string(enum=["a"]), string(enum=["a", "b"]))
    shape(f"{direction}-enum-value-removed", string(enum=["a", "b"]), string(enum=["a"]))
    shape(f"{direction}-enum-constraint-added", STRING, string(enum=["a"]))
    shape(f"{direction}-enum-constraint-removed", string(enum=["a"]), STRING)
shape("enum-value-renamed", string(enum=["Ok"]), string(enum=["OK"]))
shape("enum-value-renamed: another separator", string(enum=["deleted-running"]), string(enum=["deleted_running"]))
shape(
    "another value is not another spelling",
    string(enum=["Okay"]),
    string(enum=["OK"]),
    "request-enum-value-added",
    "request-enum-value-removed",
)
shape("enum-order-changed", string(enum=["a", "b"]), string(enum=["b", "a"]))
case(
    "request-enum-value-removed: reached both ways",
    *two(model(Ping=op({"X": "T"}, {"X": "T"}), shapes={"T": string(enum=values)}) for values in (["a", "b"], ["a"])),
)
case(
    "response-enum-value-added: reached both ways",
    *two(model(Ping=op({"X": "T"}, {"X": "T"}), shapes={"T": string(enum=values)}) for values in (["a"], ["a", "b"])),
)

# --- constraints ------------------------------------------------------------------------------------------------------

shape("request-min-added", STRING, string(min=1))
shape("request-min-increased", string(min=1), string(min=2))
shape("request-min-decreased", string(min=2), string(min=1))
shape("request-min-removed", string(min=2), STRING)
shape("request-size-min-added", map_of("String", "String"), map_of("String", "String", min=1))
shape("request-size-min-increased", {"type": "blob", "min": 1}, {"type": "blob", "min": 2})
shape("request-max-added", STRING, string(max=1))
shape("request-max-decreased", string(max=2), string(max=1))
shape("request-max-increased", string(max=1), string(max=2))
shape("request-max-removed", string(max=1), STRING)
shape("request-pattern-added", STRING, string(pattern="a"))
shape("request-pattern-changed", string(pattern="a"), string(pattern="b"))
shape("request-pattern-loosened", string(pattern="[a-z]{1,8}"), string(pattern="[a-z]{1,64}"))
shape("request-pattern-loosened: an alternative more", string(pattern="a"), string(pattern="a|b"))
shape("request-pattern-loosened: anchors alone", string(pattern="a+"), string(pattern="^a+$"))
shape("request-pattern-loosened: written in another way", string(pattern="a|b"), string(pattern="(?:b|a)"))
shape("request-pattern-changed: tighter", string(pattern="[a-z]{1,64}"), string(pattern="[a-z]{1,8}"))
shape("request-pattern-removed", string(pattern="a"), STRING)
shape("response-min-decreased", list_of("String", min=1), list_of("String"))
shape("response-max-increased", string(max=1), string(max=2))
shape("response-max-increased: removed", string(max=1), STRING)
for name, rule in {
    "NextToken": "response-page-token-max-increased",
    "nextPageToken": "response-page-token-max-increased",
    "NextMarker": "response-page-token-max-increased",
    "RefreshToken": "response-max-increased",
    "Bookmarker": "response-max-increased",
    "ClientToken": "response-max-increased",
}.items():
    case(
        f"{rule}: {name}",
        *two(model(Ping=op({}, {name: "T"}), shapes={"T": string(max=size)}) for size in (1024, 2048)),
    )
shape("request-max-added: of what may be a file", {"type": "blob"}, {"type": "blob", "max": 2**31 - 1})
shape("redundant-trait-changed: no text is so long", STRING, string(max=2**31 - 1))
shape("redundant-trait-changed: no list is so long", list_of("String"), list_of("String", max=2**31 - 1))
shape("request-max-decreased: to a length that was too long", string(max=2**31), string(max=2**31 - 2))
shape("response-constraint-tightened", STRING, string(min=1))
shape("response-pattern-changed", string(pattern="a"), string(pattern="b"))
shape("request-min-added: to numbers 0 says something", {"type": "integer"}, {"type": "integer", "min": 0})

# --- the wire ---------------------------------------------------------------------------------------------------------

request(
    "member-location-changed",
    {"A": ref("String", location="header", locationName="A")},
    {"A": "String"},
    "member-location-changed",
    "redundant-trait-changed",
)
request("member-location-name-changed", {"A": "String"}, {"A": ref("String", locationName="b")})
ELEMENTS = [{"type": "list", "member": {"shape": "String", "locationName": name}} for name in "ab"]
for name, protocol in {
    "list-location-name-changed": "rest-xml",
    "redundant-trait-changed: JSON has no names for items": "rest-json",
    "redundant-trait-changed: a request of EC2 has no names for items": "ec2",
}.items():
    case(name, *two(model(Ping=op({"X": "T"}), shapes={"T": t}, metadata={"protocol": protocol}) for t in ELEMENTS))
request(
    "redundant-trait-changed: a header in other letters",
    {"A": ref("String", location="header", locationName="content-type")},
    {"A": ref("String", location="header", locationName="Content-Type")},
)
EC2 = {"protocol": "ec2"}
for what, names in {
    "a capital": ({"locationName": "key"}, {}),
    "a capital in the model": ({"locationName": "addKey"}, {"locationName": "AddKey"}),
    "its query name": ({"locationName": "a", "queryName": "Q"}, {"locationName": "b", "queryName": "Q"}),
}.items():
    case(
        f"redundant-trait-changed: a request of EC2 sends {what}",
        *two(model(Ping=op({"Key": ref("String", **each)}), metadata=EC2) for each in names),
    )
case(
    "member-location-name-changed: a response of EC2 has the name as it is",
    *two(model(Ping=op({}, {"Key": ref("String", locationName=name)}), metadata=EC2) for name in ("key", "Key")),
)
ON_THE_WIRE: dict[str, dict[str, Any]] = {
    "flattened-changed": {"flattened": True},
    "member-xml-attribute-changed": {"xmlAttribute": True},
    "member-xml-namespace-changed": {"xmlNamespace": {"uri": "a"}},
    "member-query-name-changed": {"queryName": "b"},
}
for id, more in ON_THE_WIRE.items():
    case(id, *two(model(Ping=op({"A": ref("String", **each)}), metadata={"protocol": "ec2"}) for each in ({}, more)))
request("timestamp-format-changed", {"A": "Timestamp"}, {"A": ref("Timestamp", timestampFormat="iso8601")})
case(
    "payload-changed",
    *two(model(Ping=op({"X": "T"}), shapes={"T": struct({"A": "Blob"}, **each)}) for each in ({}, {"payload": "A"})),
)
shape("member-streaming-changed", struct({"A": "Blob"}), struct({"A": ref("Blob", streaming=True)}))
request("operation-streaming-input-changed", {"A": "Blob"}, {"A": ref("Blob", streaming=True)})
response("operation-streaming-output-changed", {"A": "Blob"}, {"A": ref("Blob", streaming=True)})
shape("operation-streaming-output-changed: a stream of events", struct(), struct(eventstream=True), slot="output")
shape("event-binding-changed", struct({"A": "String"}), struct({"A": ref("String", eventheader=True)}))
HEADER = {"location": "header", "locationName": "A"}
request("jsonvalue-changed", {"A": ref("String", **HEADER)}, {"A": ref("String", **HEADER, jsonvalue=True)})
request("jsonvalue-changed: no longer", {"A": ref("String", **HEADER, jsonvalue=True)}, {"A": ref("String", **HEADER)})
request("host-label-changed", {"A": "String"}, {"A": ref("String", hostLabel=True)})
request("context-param-changed", {"A": "String"}, {"A": ref("String", contextParam={"name": "A"})})
shape("sparse-changed", list_of("String"), list_of("String", sparse=True))

# --- traits -----------------------------------------------------------------------------------------------------------

request("idempotency-token-added", {"A": "String"}, {"A": ref("String", idempotencyToken=True)})
request("idempotency-token-removed", {"A": ref("String", idempotencyToken=True)}, {"A": "String"})
request(
    "idempotency-token-removed: of a required member", {"A!": ref("String", idempotencyToken=True)}, {"A!": "String"}
)
shape("box-changed", {"type": "integer"}, {"type": "integer", "box": True})
request("default-changed", {"A": "String"}, {"A": ref("String", default="a")})
shape("sensitive-changed", STRING, string(sensitive=True))
request("member-deprecated", {"A": "String"}, {"A": ref("String", deprecated=True)})
request("member-undeprecated", {"A": ref("String", deprecated=True)}, {"A": "String"})
request("member-deprecation-message-changed", {"A": "String"}, {"A": ref("String", deprecatedMessage="Old.")})
request("documentation-changed", {"A": "String"}, {"A": ref("String", documentation="a")})
request("unknown-trait-changed: of a member", {"A": "String"}, {"A": ref("String", tags=["a"])})

# --- shapes and exceptions --------------------------------------------------------------------------------------------

case("shape-added", model(Ping={}), model(Ping={}, shapes={"New": STRING}))
case("shape-removed", model(Ping={}, shapes={"New": STRING}), model(Ping={}))
case(
    "shape-renamed",
    model(Ping=op({"A": "One"}), shapes={"One": STRING}),
    model(Ping=op({"A": "Two"}), shapes={"Two": STRING}),
    "shape-renamed",
    "member-target-renamed",
)
case("exception-added", model(Ping={}), model(Ping={}, shapes={"Oops": struct(exception=True)}))
case(
    "exception-removed",
    model(Ping=op(errors=["Oops"]), shapes={"Oops": struct(exception=True)}),
    model(Ping=op()),
    "exception-removed",
    "operation-error-removed",
)
case(
    "exception-flag-removed",
    model(Ping=op(errors=["Oops"]), shapes={"Oops": struct(exception=True)}),
    model(Ping=op(errors=["Oops"]), shapes={"Oops": struct()}),
)
case(
    "exception-added: a structure became one",
    model(Ping=op(errors=["Oops"]), shapes={"Oops": struct()}),
    model(Ping=op(errors=["Oops"]), shapes={"Oops": struct(exception=True)}),
)
error("error-code-changed", {}, {"error": {"code": "Ouch"}})
case(
    "error-code-changed: of an exception that no operation lists",
    *two(model(Ping={}, shapes={"Oops": struct(exception=True, error={"code": code})}) for code in ("A", "B")),
)
error("error-http-status-annotated", {}, {"error": {"httpStatusCode": 400}})
error("error-http-status-changed", {"error": {"httpStatusCode": 400}}, {"error": {"httpStatusCode": 404}})
error("error-fault-changed", {}, {"fault": True})
error("error-retryable-changed", {}, {"retryable": {"throttling": True}})
case(
    "shape-order-changed",
    model(Ping={}, shapes={"A": STRING, "B": STRING}),
    model(Ping={}, shapes={"B": STRING, "A": STRING}),
)

# --- files beside the model -------------------------------------------------------------------------------------------

PAGES = {"input_token": "A", "output_token": "B", "result_key": "C", "limit_key": "D"}
paginator("paginator-added", None, PAGES)
paginator("paginator-removed", PAGES, None)
paginator("paginator-input-token-changed", PAGES, {**PAGES, "input_token": "X"})
paginator("paginator-output-token-changed", PAGES, {**PAGES, "output_token": "X"})
paginator("paginator-result-key-added", PAGES, {**PAGES, "result_key": ["C", "X"]})
paginator("paginator-result-key-changed", PAGES, {**PAGES, "result_key": ["X"]})
paginator("redundant-trait-changed: a list of one", PAGES, {**PAGES, "result_key": ["C"]})
paginator("paginator-limit-key-changed", PAGES, {**PAGES, "limit_key": "X"})
paginator("paginator-more-results-changed", PAGES, {**PAGES, "more_results": "X"})
paginator("paginator-non-aggregate-keys-changed", PAGES, {**PAGES, "non_aggregate_keys": ["X"]})
paginator("unknown-trait-changed: of a paginator", PAGES, {**PAGES, "py_result": "X"})
sibling("redundant-trait-changed: an empty file went", "paginators-1.json", {"pagination": {}}, None)
CONDITIONS = [
    {"state": "success", "matcher": "status", "expected": 200},
    {"state": "retry", "matcher": "status", "expected": 404},
]
case(
    "paginator-follows-operation",
    model(Ping=op()),
    model(),
    "paginator-follows-operation",
    "operation-removed",
    siblings=({"paginators-1.json": {"pagination": {"Ping": PAGES}}}, {"paginators-1.json": {"pagination": {}}}),
)
WAIT = {"operation": "Ping", "delay": 120, "maxAttempts": 360, "acceptors": CONDITIONS}
waiter("waiter-added", None, WAIT)
waiter("waiter-removed", WAIT, None)
waiter("waiter-timeout-decreased", WAIT, {**WAIT, "maxAttempts": 5})
waiter("waiter-timeout-increased", WAIT, {**WAIT, "maxAttempts": 400})
waiter("waiter-timeout-increased: as long, in other steps", WAIT, {**WAIT, "delay": 60, "maxAttempts": 720})
waiter("waiter-timeout-decreased: both", WAIT, {**WAIT, "delay": 240, "maxAttempts": 10})
waiter("waiter-operation-changed", WAIT, {**WAIT, "operation": "Pong"})
waiter("waiter-acceptor-added", {**WAIT, "acceptors": CONDITIONS[:1]}, WAIT)
waiter("waiter-acceptor-removed", WAIT, {**WAIT, "acceptors": CONDITIONS[:1]})
waiter("waiter-acceptor-order-changed", WAIT, {**WAIT, "acceptors": CONDITIONS[::-1]})
waiter("waiter-description-changed", WAIT, {**WAIT, "description": "Waits."})
sibling(
    "service-format-version-changed: of the waiters",
    "waiters-2.json",
    {"version": 2, "waiters": {}},
    {"version": 3, "waiters": {}},
)
