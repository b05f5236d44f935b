"""Endpoint rules compared with botocore's own EndpointProvider: every URL, and the changes between two versions.

By default a tenth of the services is compared, with `DOCGEN_FULL=1` all, and rules that changed between real releases.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError
from conftest import FULL, wheel
from releases import changes_of, newest

from docgen.diff.delta import Kind
from docgen.diff.endpoint_rules import EndpointRules

RULES_FILE = "endpoint-rule-set-1.json"
ALWAYS = ("dynamodb", "s3", "sts", "iam", "route53", "cloudfront-keyvaluestore")
PAIRS = [("1.34.90", "1.38.0"), ("1.38.0", "1.41.0"), ("1.42.1", "1.43.67"), ("1.43.67", "1.44.8")]
FURTHER: dict[str, Any] = {
    "Bucket": "a-bucket",
    "AccountId": "123456789012",
    "AccountIdEndpointMode": "preferred",
    "UseGlobalEndpoint": True,
    "Accelerate": True,
}

SAME = {"service-endpoint-rules-rewritten", "service-endpoint-settings-changed"}
"""Rules that say that no URL changes."""


def rule_sets(release: str) -> dict[str, Any]:
    return {service: json.loads(files[RULES_FILE]) for service, files in newest(release).items() if RULES_FILE in files}


def partitions(release: str) -> Any:
    with zipfile.ZipFile(wheel(release)) as archive:
        return json.loads(archive.read("botocore/data/partitions.json"))


def situations(rules: Any, data: Any) -> Iterator[dict[str, Any]]:
    """Yield every region, with and without FIPS and dual stack, and a few other settings."""
    regions = [name for partition in data["partitions"] for name in partition["regions"]]
    for region in [*regions, "xx-new-1", None]:
        for fips in (False, True):
            for dual in (False, True):
                for further in ({}, FURTHER) if FURTHER.keys() & rules["parameters"].keys() else ({},):
                    given = {"Region": region, "UseFIPS": fips, "UseDualStack": dual, **further}
                    yield {k: v for k, v in given.items() if k in rules["parameters"] and v is not None}


def auth_schemes(properties: Any, region: str | None) -> list[tuple[Any, Any]]:
    """Return the schemes with their regions, but without signing names, which default to that of the service."""
    schemes = properties.get("authSchemes", [{"name": "sigv4"}])
    return [(each["name"], each.get("signingRegion", each.get("signingRegionSet", region))) for each in schemes]


def botocore_endpoint(provider: EndpointProvider, settings: dict[str, Any]) -> tuple[str, Any] | None:
    """Return botocore's endpoint, or None if it refuses or fails because the URL needs a missing setting."""
    known = {name: value for name, value in settings.items() if name in provider.ruleset.parameters}
    try:
        found = provider.ruleset.evaluate(known)
    except (EndpointProviderError, KeyError):
        return None
    return None if found is None else (found.url, found.properties)


def test_rules_lead_to_the_urls_of_botocore() -> None:
    data = partitions("1.44.8")
    counts: Counter[str] = Counter()
    for service, rules in rule_sets("1.44.8").items():
        if not (FULL or service in ALWAYS or zlib.crc32(service.encode()) % 10 == 0):
            continue
        provider, ours = EndpointProvider(rules, data), EndpointRules(rules)
        counts["rule sets"] += 1
        for settings in situations(rules, data):
            theirs = botocore_endpoint(provider, dict(settings))
            assert ours.endpoint(settings) == theirs, (service, settings)
            counts["URLs" if theirs else "refusals"] += 1
    print(f"\n{dict(counts)}")
    assert counts["URLs"] > 5_000
    assert counts["refusals"] > 50


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_the_claim_about_changed_rules_is_what_botocore_finds(old: str, new: str) -> None:
    if not FULL and (old, new) != PAIRS[-1]:
        pytest.skip("more wheels: DOCGEN_FULL=1 compares them")
    before, after, data = rule_sets(old), rule_sets(new), partitions(new)
    counts: Counter[str] = Counter()
    for service in sorted(before.keys() & after.keys()):
        if before[service] == after[service]:
            continue
        changes = [change for change in changes_of(service, old, new) if change.delta.kind is Kind.ENDPOINTS]
        providers = EndpointProvider(before[service], data), EndpointProvider(after[service], data)
        pairs = []
        for settings in situations(after[service], data):
            found = [botocore_endpoint(provider, dict(settings)) for provider in providers]
            region = settings.get("Region")
            pairs.append([each and (each[0], auth_schemes(each[1], region)) for each in found])
        differing = [pair for pair in pairs if pair[0] != pair[1]]
        (rule,) = {change.rule.id for change in changes}
        counts[rule] += 1
        if rule in SAME:
            assert not differing, (service, differing[0])
        elif rule == "service-endpoint-added":
            assert all(one is None for one, _ in differing), (service, differing)
        else:
            assert rule == "service-endpoint-rules-changed"
            situation = {**changes[0].delta.old["endpoints"]}
            assert any(one is not None for one, _ in differing) or any(url for url in situation.values()), service
    print(f"\n{old} to {new}: {dict(counts)}")
    assert counts
