"""The pages around the notes: the reference of an operation, a release, and the rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from docgen.model.service import Operation, Service, http_of
from docgen.pages.index.records import Mention, ReleaseRecord, Reworded, event, worst_first
from docgen.pages.operation.extras import Beside, Example, Paginator, Waiter
from docgen.pages.operation.since_marks import Addition, Age, additions_over_time, with_since
from docgen.pages.operation.view import OperationView, operation_view
from docgen.render.addresses import folder_of
from docgen.rules.catalog import example
from docgen.rules.classify import Change
from docgen.rules.grouping import Cause
from docgen.rules.rule import PROFILES, Rule


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
    paginator: Paginator | None = None
    waiters: tuple[Waiter, ...] = ()
    examples: tuple[Example, ...] = ()
    root: str = ""

    def link(self, operation: str) -> str | None:
        """Where a mention of another operation of the service leads, on a site; nowhere in a single page."""
        known = self.root and operation in self.siblings and operation != self.operation.name
        return f"../{folder_of(operation)}/index.html" if known else None


@dataclass(frozen=True, slots=True)
class ReleaseIndex:
    """All notes of one release, and the services and API versions that came or went with it.

    `previous_page` and `next_page` are the releases before and after it, where they have pages; `introduction` is what
    its publisher says of it, in Markdown; `reworded` are the services in which nothing but documentation changed.
    """

    package: str
    release: str
    previous: str
    date: str
    notes: tuple[Mention, ...]
    changes: tuple[Change, ...] = ()
    previous_page: str = ""
    next_page: str = ""
    root: str = ""
    introduction: str = ""
    reworded: tuple[Reworded, ...] = ()

    @property
    def worst_first(self) -> tuple[Mention, ...]:
        """The lines that lead to the notes, what needs attention first."""
        return worst_first(self.notes)

    @property
    def record(self) -> ReleaseRecord:
        """What other pages say of the release."""
        events = tuple(event(change) for change in self.changes if not change.rule.suppressed)
        said = self.worst_first, events, self.introduction, self.reworded
        return ReleaseRecord(self.release, self.previous, self.date, *said)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What happened to whole services, worst first."""
        return tuple(Cause((change,)) for change in self.changes if not change.rule.suppressed)


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
    beside: Beside | None = None,
) -> OperationPage:
    """The reference of one operation; `name` is the service's SDK name, `beside` what lies beside its model.

    With `age`, which says since when everything in it is there, and name and date of the `releases` that it speaks of,
    the page has marks and a list of what came when.
    """
    view = operation_view(service, operation)
    if age is not None:
        view = with_since(view, age(view), releases)
    http = http_of(operation)
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
        paginator=beside.paginators.get(operation.name) if beside else None,
        waiters=beside.waiters_of(operation.name) if beside else (),
        examples=beside.examples.get(operation.name, ()) if beside else (),
    )
