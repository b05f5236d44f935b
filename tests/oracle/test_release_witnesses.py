"""Verdicts of real releases, operation by operation, compared with botocore's validator, serializers and parsers.

A few services always run. `DOCGEN_FULL=1` checks every service that changed between ten pairs of releases, which takes
an hour.
"""

from __future__ import annotations

import pytest
from conftest import FULL
from release_witnesses import NO_WITNESS, Witnesses, witness_service
from releases import changed

from docgen.rules.classify import RULES
from docgen.rules.rule import Severity

ALWAYS = [
    ("1.12.83", "1.13.45", ("appmesh", "iot1click-devices", "pinpoint-email")),
    ("1.22.8", "1.22.9", ("connect",)),
    ("1.43.67", "1.44.8", ("geo-maps", "partnercentral-revenue-measurement")),
]
PAIRS = [
    ("1.12.83", "1.13.45"),
    ("1.16.0", "1.17.0"),
    ("1.19.0", "1.20.0"),
    ("1.22.0", "1.23.0"),
    ("1.26.0", "1.27.0"),
    ("1.29.0", "1.30.0"),
    ("1.31.0", "1.32.0"),
    ("1.34.90", "1.35.0"),
    ("1.40.0", "1.41.0"),
    ("1.43.67", "1.44.8"),
]


def check(found: Witnesses) -> None:
    assert not found.missing, "a breaking change names operations that it does not break"
    assert not found.unnamed, "operations break, and no change says so"


@pytest.mark.parametrize(("old", "new", "services"), ALWAYS)
def test_operations_that_break_are_those_that_changes_name(old: str, new: str, services: tuple[str, ...]) -> None:
    found = [witness_service(service, old, new) for service in services]
    for each in found:
        check(each)
    assert sum(each.confirmed.total() for each in found) > 10


@pytest.mark.skipif(not FULL, reason="takes an hour: DOCGEN_FULL=1 runs it")
@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_all_operations_that_break_are_those_that_changes_name(old: str, new: str) -> None:
    found = Witnesses()
    for service in changed(old, new):
        each = witness_service(service, old, new)
        found.confirmed += each.confirmed
        found.missing += each.missing
        found.unnamed += each.unnamed
    print(f"\n{old} to {new}: {found.confirmed.total():,} operations of breaking changes")
    for (rule, kind), number in sorted(found.confirmed.items()):
        print(f"{number:6,} {rule}: {kind or 'no witness'}")
    for line in (*found.missing, *found.unnamed):
        print(line)
    check(found)
    assert found.confirmed


@pytest.mark.parametrize("rule", NO_WITNESS)
def test_a_rule_without_witnesses_is_one_that_breaks_callers(rule: str) -> None:
    assert Severity.BREAKING in {
        RULES[rule].severity,
        RULES[rule].severity_in("boto3"),
        RULES[rule].severity_in("typed"),
    }
