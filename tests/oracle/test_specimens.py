"""Known answers: real transitions between two releases of botocore, and the changes that must or must not be reported.

A few of them always run. `DOCGEN_FULL=1` runs all, which downloads forty wheels of five to sixteen megabytes.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import FULL
from releases import changed, changes_of, release_changes

from docgen.model.usage import Direction
from docgen.rules.change import Change
from docgen.rules.rule import Severity

GOLDEN = Path(__file__).parent.parent / "golden" / "hits.json"


class Specimen(NamedTuple):
    """A transition: the releases, the service, and the rule, direction and element of each expected change."""

    old: str
    new: str
    service: str
    expected: tuple[tuple[str, str, str], ...]
    always: bool = False


SPECIMENS = [
    Specimen("1.12.82", "1.12.83", "appstream", tuple(
        ("request-member-added", "request", f"appstream#Create{what}Request$Tags")
        for what in ("Fleet", "ImageBuilder", "Stack")), always=True),
    Specimen("1.15.12", "1.15.13", "ec2", (
        ("idempotency-token-removed", "request", "ec2#RunInstancesRequest$ClientToken"),), always=True),
    Specimen("1.17.30", "1.17.31", "resource-groups", (
        ("operation-http-method-changed", "request", "resource-groups#DeleteGroup()"),), always=True),
    Specimen("1.20.28", "1.20.29", "mediatailor", (
        ("operation-removed", "service", "mediatailor#ListPrograms()"),
        ("paginator-follows-operation", "service", "mediatailor#paginator:ListPrograms")), always=True),
    Specimen("1.22.8", "1.22.9", "connect", (
        ("response-member-removed", "response", "connect#Dimensions$RoutingProfile"),
        ("request-member-removed", "request", "connect#Filters$RoutingProfiles"),
        ("request-max-decreased", "request", "connect#InstanceId")), always=True),
    Specimen("1.27.14", "1.27.15", "pricing", (
        ("request-member-became-required", "request", "pricing#GetProductsRequest$ServiceCode"),
        ("response-member-became-required", "response", "pricing#Service$ServiceCode"))),
    Specimen("1.29.126", "1.29.127", "sqs", (
        ("service-protocol-changed", "service", "sqs#metadata"),)),
    Specimen("1.29.127", "1.29.128", "sqs", (
        ("service-protocol-changed", "service", "sqs#metadata"),
        ("exception-removed", "error", "sqs#KmsDisabled"))),
    Specimen("1.29.133", "1.29.134", "kafka", (
        ("request-label-became-required", "request", "kafka#ListClientVpcConnectionsRequest$ClusterArn"),
        ("request-label-became-required", "request", "kafka#RejectClientVpcConnectionRequest$ClusterArn"))),
    Specimen("1.29.142", "1.29.143", "securitylake", (
        ("operation-renamed", "service", "securitylake#CreateDatalake()"),
        ("operation-renamed", "service", "securitylake#UpdateDatalake()"),
        ("operation-removed", "service", "securitylake#GetDatalakeStatus()"))),
    Specimen("1.31.80", "1.31.81", "sqs", (
        ("service-protocol-changed", "service", "sqs#metadata"),)),
    Specimen("1.34.39", "1.34.40", "cloudwatch", (
        ("operation-request-compression-changed", "request", "cloudwatch#PutMetricData()"),)),
    Specimen("1.34.89", "1.34.90", "sqs", (
        ("service-protocol-changed", "service", "sqs#metadata"),)),
    Specimen("1.35.27", "1.35.28", "lambda", (
        ("operation-removed", "service", "lambda#GetResourcePolicy()"),
        ("exception-removed", "error", "lambda#PublicPolicyException"))),
    Specimen("1.40.25", "1.40.26", "s3", (
        ("replaced-value-changed", "both", "s3#Expires"),)),
    Specimen("1.42.6", "1.42.7", "cloudwatch", (
        ("service-protocol-changed", "service", "cloudwatch#metadata"),
        ("service-protocols-changed", "service", "cloudwatch#metadata"))),
    Specimen("1.42.59", "1.42.60", "bedrock-agentcore-control", (
        ("operation-http-method-changed", "request", "bedrock-agentcore-control#UpdatePolicy()"),
        ("request-member-type-changed", "request", "bedrock-agentcore-control#UpdatedDescription"))),
    Specimen("1.43.30", "1.43.31", "s3", (
        ("replaced-value-changed", "both", "s3#Expires"),)),
    Specimen("1.43.33", "1.43.34", "glue", (
        ("operation-renamed", "service", "glue#Search()"),
        ("member-renamed", "request", "glue#AssociateGlossaryTermsRequest$Identifier"))),
    Specimen("1.43.41", "1.43.42", "route53globalresolver", (
        ("member-location-changed", "request",
         "route53globalresolver#ListHostedZoneAssociationsInput$resourceArn"),)),
    Specimen("1.43.48", "1.43.49", "healthlake", (
        ("waiter-timeout-decreased", "service", "healthlake#waiter:FHIRDatastoreDeleted"),)),
    Specimen("1.43.49", "1.43.50", "chime-sdk-voice", (
        ("response-member-type-changed", "response", "chime-sdk-voice#String"),)),
]  # fmt: skip


def found(changes: tuple[Change, ...]) -> set[tuple[str, str, str]]:
    return {(change.rule.id, change.direction.value, change.delta.id) for change in changes}


def skip_unless_selected(specimen: Specimen) -> None:
    if not (FULL or specimen.always):
        pytest.skip("one of many wheels: DOCGEN_FULL=1 runs it")


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda each: f"{each.service}-{each.new}")
def test_a_known_transition_comes_out_right(specimen: Specimen) -> None:
    skip_unless_selected(specimen)
    assert set(specimen.expected) <= found(changes_of(specimen.service, specimen.old, specimen.new))


def alarms(service: str, old: str, new: str) -> list[Change]:
    return [change for change in changes_of(service, old, new) if change.severity_in() >= Severity.DANGEROUS]


def test_the_documented_release_of_appstream_is_no_alarm() -> None:
    assert alarms("appstream", "1.12.82", "1.12.83") == []


def test_a_location_name_that_is_the_name_of_its_member_is_no_change() -> None:
    changes = changes_of("resource-groups", "1.17.30", "1.17.31")
    names = {change.rule.id for change in changes if change.delta.trait == "locationName" and change.delta.new is None}
    assert names == {"redundant-trait-changed", "member-location-name-changed"}
    assert [c.delta.id for c in changes if c.rule.id == "member-location-name-changed"] == [
        "resource-groups#ListGroupResourcesInput$MaxResults",
        "resource-groups#ListGroupResourcesInput$NextToken",
    ]


def test_a_required_member_of_an_output_is_no_alarm() -> None:
    skip_unless_selected(SPECIMENS[5])
    assert all("response" not in each.rule.id for each in alarms("pricing", "1.27.14", "1.27.15"))


def test_a_new_protocol_is_one_change_and_not_one_for_each_name_on_the_wire() -> None:
    skip_unless_selected(SPECIMENS[6])
    found = {change.rule.id for change in alarms("sqs", "1.31.80", "1.31.81")}
    assert found - {"service-endpoint-rules-changed"} == {"service-protocol-changed"}


# --- all hits over many real pairs ------------------------------------------------------------------------------------

STEPS = [("1.12.82", "1.12.83"), ("1.12.83", "1.13.45"), ("1.43.67", "1.44.5")]
PER_STEP = {"1.12.82": 99, "1.12.83": 30, "1.43.67": 40}
"""The number of services counted in each step, taken from all over the alphabet."""


def counted(old: str, new: str) -> dict[str, dict[str, int]]:
    services = changed(old, new)
    some = services[:: max(1, -(-len(services) // PER_STEP[old]))]
    return {
        service: dict(sorted(Counter(c.rule.id for c in changes_of(service, old, new)).items())) for service in some
    }


def test_the_hits_over_real_pairs_are_those_that_were_reviewed(update_golden: bool) -> None:
    actual = {f"{old}..{new}": counted(old, new) for old, new in STEPS}
    assert sum(map(len, actual.values())) >= 60
    if update_golden:
        lines = json.dumps(actual, indent=1)
        GOLDEN.write_text(lines + "\n", encoding="utf-8")
    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == actual


def test_services_and_api_versions_are_added_and_removed_between_real_releases() -> None:
    rules = {(change.rule.id, change.delta.id) for change in release_changes("1.12.83", "1.13.45")}
    assert ("service-api-version-added", "cloudfront#2019-03-26") in rules
    assert any(rule == "service-added" for rule, _ in rules)
    assert all(change.direction is Direction.SERVICE for change in release_changes("1.12.83", "1.13.45"))
