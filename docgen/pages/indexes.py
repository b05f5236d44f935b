"""The pages around the notes: the reference of an operation, releases, services, rules, and the first page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from docgen.changes import Cause
from docgen.model import Operation, Service
from docgen.names import method_name
from docgen.pages.notes import ServiceNotes
from docgen.pages.operations import OperationView, operation_view
from docgen.pages.since import Addition, Age, additions_over_time, with_since
from docgen.rules import PROFILES, Change, Rule, example


@dataclass(frozen=True, slots=True)
class OperationPage:
    """The reference of one operation, with the releases that changed it, and what it gained over time if known."""

    service: str
    api_version: str
    title: str
    operation: OperationView
    http: str
    errors: tuple[tuple[str, str], ...]
    siblings: frozenset[str]
    history: tuple[Mention, ...] = ()
    additions: tuple[Addition, ...] = ()
    root: str = ""

    def link(self, operation: str) -> str | None:
        """Where a mention of another operation of the service leads, on a site; nowhere in a single page."""
        known = self.root and operation in self.siblings and operation != self.operation.name
        return f"../{operation}/index.html" if known else None


@dataclass(frozen=True, slots=True)
class Mention:
    """A line of an index: a service in a release, with the counts of its notes."""

    release: str
    date: str
    service: str
    title: str
    counts: str
    summary: str
    path: str


@dataclass(frozen=True, slots=True)
class ReleaseIndex:
    """All notes of one release, and the services and API versions that came or went with it."""

    package: str
    release: str
    previous: str
    date: str
    notes: tuple[Mention, ...]
    changes: tuple[Change, ...] = ()
    root: str = ""

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What happened to whole services, worst first."""
        return tuple(Cause((change,)) for change in self.changes if not change.rule.suppressed)


@dataclass(frozen=True, slots=True)
class ServiceIndex:
    """A service's operations, A to Z, and the releases of the source that changed it."""

    service: str
    api_version: str
    title: str
    documentation: str
    operations: tuple[tuple[str, str], ...]
    history: tuple[Mention, ...]
    root: str = ""

    def link(self, operation: str) -> str | None:
        """Where a mention of an operation leads."""
        return f"{operation}/index.html" if any(operation == name for name, _ in self.operations) else None


@dataclass(frozen=True, slots=True)
class SiteIndex:
    """The first page: releases, newest first, and the services of the reference."""

    package: str
    newest: str
    releases: tuple[ReleaseIndex, ...]
    services: tuple[ServiceIndex, ...]
    root: str = ""


@dataclass(frozen=True, slots=True)
class RulesIndex:
    """The table of rules, in the order in which they are tried."""

    rules: tuple[Rule, ...]
    root: str = "../"


@dataclass(frozen=True, slots=True)
class RulePage:
    """One rule: what it catches, how much that hurts whom, why, and what to do."""

    rule: Rule
    root: str = "../../"

    @property
    def feels(self) -> tuple[tuple[str, str], ...]:
        """How it feels to each kind of reader: (`a deployed client`, `breaking`)."""
        return tuple((READERS[profile], self.rule.severity_in(profile).word) for profile in PROFILES)

    @property
    def example(self) -> tuple[tuple[str, str], ...]:
        """A change that the rule catches: (`before`, JSON) and (`after`, JSON)."""
        return tuple(
            (side, json.dumps(value, indent=2, ensure_ascii=False)) for side, value in example(self.rule).items()
        )


READERS = {"wire": "a deployed client", "typed": "typed code", "boto3": "boto3"}
"""Who stands behind each profile, in words."""


def operation_page(
    service: Service,
    operation: Operation,
    name: str,
    history: Iterable[Mention] = (),
    age: Callable[[OperationView], Age] | None = None,
    releases: Sequence[tuple[str, str]] = (),
) -> OperationPage:
    """The reference of one operation; `name` is the service's SDK name.

    With `age`, which says since when everything in it is there, and name and date of the `releases` that it speaks of,
    the page has marks and a list of what came when.
    """
    view = operation_view(service, operation)
    if age is not None:
        view = with_since(view, age(view), releases)
    http = operation.traits.get("http")
    http = http if isinstance(http, Mapping) else {}
    return OperationPage(
        service=name,
        api_version=service.api_version,
        title=service.full_name or name,
        operation=view,
        http=f"{http.get('method', '')} {http.get('requestUri', '')}".strip(),
        errors=tuple({e.target: service.documentation_of(e) for e in operation.errors}.items()),  # some are there twice
        siblings=frozenset(service.operations),
        history=tuple(history),
        additions=additions_over_time(view, releases) if age is not None else (),
    )


def service_index(service: Service, name: str, history: Iterable[Mention] = ()) -> ServiceIndex:
    """The page of one service."""
    return ServiceIndex(
        service=name,
        api_version=service.api_version,
        title=service.full_name or name,
        documentation=service.documentation,
        operations=tuple((o, method_name(o)) for o in sorted(service.operations)),
        history=tuple(history),
    )


def mention(notes: ServiceNotes, path: str) -> Mention:
    """The line of an index that leads to `notes`."""
    return Mention(notes.release, notes.date, notes.service, notes.title, notes.counts, notes.summary, path)
