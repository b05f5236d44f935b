"""Changes and findings for tests of the report."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from docgen.check.verdict import CheckedService, CheckPolicy, CheckReport, FileLocation, Finding, evaluate
from docgen.diff.delta import Delta, Kind
from docgen.model.usage import Direction
from docgen.rules.change import Change
from docgen.rules.classify import RULES
from docgen.rules.rule import Severity

RULE_BY_SEVERITY = {
    Severity.BREAKING: "operation-removed",
    Severity.DANGEROUS: "response-member-became-optional",
    Severity.SAFE: "operation-added",
    Severity.DOCS: "documentation-changed",
}


def change(rule: str, id: str, message: str = "something changed", fingerprint: str = "") -> Change:
    """Return a change as `classify` makes it; only the arguments tell it from others."""
    return Change(
        rule=RULES[rule],
        delta=Delta(id, Kind.MEMBER, "a", None, "/shapes/A/members/a", None, carrier="member"),
        related=(),
        direction=Direction.REQUEST,
        operations=("Ping",),
        paths={"Ping": "A.a"},
        message=message,
        fingerprint=fingerprint or hashlib.sha256(f"{rule} {id}".encode()).hexdigest(),
    )


def one_of_each(service: str = "zoo") -> CheckedService:
    """Return a service with one change of every severity, the worst first."""
    return CheckedService(
        service, "2020-01-01", [change(rule, f"{service}#{rule}") for rule in RULE_BY_SEVERITY.values()]
    )


def report(*examined: CheckedService, **options: Any) -> CheckReport:
    return evaluate(examined or (one_of_each(),), CheckPolicy(**options))


def locate(report: CheckReport, location: Callable[[Finding], FileLocation]) -> CheckReport:
    """Return the report with a location for every listed finding."""
    return replace(report, findings=tuple(replace(each, location=location(each)) for each in report.findings))
