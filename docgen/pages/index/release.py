"""The pages around the notes: the reference of an operation, a release, and the rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from docgen.model.service import Operation, Service, http_of
from docgen.pages.index.records import DocumentationOnly, NotesSummary, ReleaseRecord, service_event, worst_notes_first
from docgen.pages.operation.extras import Example, Paginator, SiblingInfo, Waiter
from docgen.pages.operation.since_marks import FirstSeen, ReleaseAdditions, additions_over_time, with_since_marks
from docgen.pages.operation.view import OperationView, operation_view
from docgen.render.addresses import operation_folder
from docgen.rules.catalog import rule_example
from docgen.rules.change import Change
from docgen.rules.grouping import ChangeGroup
from docgen.rules.profiles import MARKED_PROFILES
from docgen.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class OperationReference:
    """The reference of one operation, with the releases that changed it, and what it gained over time if known."""

    service: str
    api_version: str
    title: str
    operation: OperationView
    http_request: str
    errors: tuple[tuple[str, str], ...]
    service_operations: frozenset[str]
    history: tuple[NotesSummary, ...] = ()
    additions_by_release: tuple[ReleaseAdditions, ...] = ()
    paginator: Paginator | None = None
    waiters: tuple[Waiter, ...] = ()
    examples: tuple[Example, ...] = ()
    root: str = ""

    def link(self, operation: str) -> str | None:
        """Where a mention of another operation of the service leads, on a site; nowhere in a single page."""
        known = self.root and operation in self.service_operations and operation != self.operation.name
        return f"../{operation_folder(operation)}/index.html" if known else None


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
    notes: tuple[NotesSummary, ...]
    changes: tuple[Change, ...] = ()
    previous_release_page: str = ""
    next_release_page: str = ""
    root: str = ""
    introduction: str = ""
    documentation_only: tuple[DocumentationOnly, ...] = ()

    @property
    def sorted_notes(self) -> tuple[NotesSummary, ...]:
        """The lines that lead to the notes, what needs attention first."""
        return worst_notes_first(self.notes)

    @property
    def record(self) -> ReleaseRecord:
        """What other pages say of the release."""
        events = tuple(service_event(change) for change in self.changes if not change.rule.suppressed)
        said = self.sorted_notes, events, self.introduction, self.documentation_only
        return ReleaseRecord(self.release, self.previous, self.date, *said)

    @property
    def change_groups(self) -> tuple[ChangeGroup, ...]:
        """What happened to whole services, worst first."""
        return tuple(ChangeGroup((change,)) for change in self.changes if not change.rule.suppressed)


@dataclass(frozen=True, slots=True)
class RuleIndex:
    """The table of rules, in the order in which they are tried."""

    rules: tuple[Rule, ...]
    root: str = "../"


@dataclass(frozen=True, slots=True)
class RuleReference:
    """One rule: what it catches, how much that hurts whom, why, and what to do."""

    rule: Rule
    root: str = "../../"

    @property
    def severity_by_reader(self) -> tuple[tuple[str, str], ...]:
        """How it feels to each kind of reader: (`a deployed client`, `breaking`)."""
        return tuple((PROFILE_READERS[profile], self.rule.severity_in(profile).label) for profile in MARKED_PROFILES)

    @property
    def example(self) -> tuple[tuple[str, str], ...]:
        """A change that the rule catches: (`before`, JSON) and (`after`, JSON)."""
        return tuple(
            (side, json.dumps(value, indent=2, ensure_ascii=False)) for side, value in rule_example(self.rule).items()
        )


PROFILE_READERS = {"wire": "a deployed client", "typed": "typed code", "boto3": "boto3"}
"""Who stands behind each profile, in words."""


def operation_reference(
    service: Service,
    operation: Operation,
    service_name: str,
    history: Iterable[NotesSummary] = (),
    first_seen_of: Callable[[OperationView], FirstSeen] | None = None,
    releases: Sequence[tuple[str, str]] = (),
    sibling_info: SiblingInfo | None = None,
) -> OperationReference:
    """The reference of one operation; `name` is the service's SDK name, `beside` what lies beside its model.

    With `age`, which says since when everything in it is there, and name and date of the `releases` that it speaks of,
    the page has marks and a list of what came when.
    """
    view = operation_view(service, operation)
    if first_seen_of is not None:
        view = with_since_marks(view, first_seen_of(view), releases)
    http = http_of(operation)
    return OperationReference(
        service=service_name,
        api_version=service.api_version,
        title=service.full_name or service_name,
        operation=view,
        http_request=f"{http.get('method', '')} {http.get('requestUri', '')}".strip(),
        errors=tuple({e.target: service.documentation_of(e) for e in operation.errors}.items()),  # some are there twice
        service_operations=frozenset(service.operations),
        history=tuple(history),
        additions_by_release=additions_over_time(view, releases) if first_seen_of is not None else (),
        paginator=sibling_info.paginators.get(operation.name) if sibling_info else None,
        waiters=sibling_info.waiters_of(operation.name) if sibling_info else (),
        examples=sibling_info.examples.get(operation.name, ()) if sibling_info else (),
    )
