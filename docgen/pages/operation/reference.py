"""The reference page of an operation, and its JSON twin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup

from docgen.history.lifespans import FirstSeen
from docgen.model.rows import Row
from docgen.model.service import Operation, Service, http_of
from docgen.pages.index.records import NotesSummary
from docgen.pages.operation.extras import Example, Paginator, SiblingInfo, Waiter
from docgen.pages.operation.part import part_pages
from docgen.pages.operation.request_notations import RequestNotation, request_pages
from docgen.pages.operation.samples import error_handling, page_loop, wait_call
from docgen.pages.operation.since_marks import ReleaseAdditions, additions_over_time, with_since_marks
from docgen.pages.operation.view import OperationView, operation_head_data, operation_view, syntax_and_rows_data
from docgen.pages.registry import PageKind, register_page
from docgen.pages.sentences import first_sentence, page_description
from docgen.render.addresses import operation_folder
from docgen.render.page import Page
from docgen.render.pictures.time_line import Dot, time_line
from docgen.wording import counted


@dataclass(frozen=True, slots=True)
class OperationReference:
    """The reference of an operation.

    Attributes:
        service: SDK name of the service.
        api_version: API version of the model.
        title: Full name of the service.
        operation: The operation.
        http_request: Method and path of the request, or empty.
        errors: The errors, each with its documentation.
        service_operations: Names of all operations of the service.
        history: Change notes that list the operation, newest first.
        additions_by_release: What was added and when, if a history knows.
        paginator: The paginator, or None.
        waiters: Waiters that call the operation.
        examples: Examples of requests and responses.
        root: Relative link to the root of the site, or empty for a page without a site.
        folders: Folders of operations whose names differ only by case.
        previous_operation: The operation before it in the left pane, or empty.
        next_operation: The operation after it in the left pane, or empty.
        can_compare: Whether there are several versions of it to compare.
        notations: The request in each notation of the site, the first one first; empty for a page without a site.
        has_python_client: Whether botocore can call the service, so that samples in Python make sense.
    """

    service: str
    api_version: str
    title: str
    operation: OperationView
    http_request: str
    errors: tuple[tuple[str, str], ...]
    service_operations: Set[str]
    history: tuple[NotesSummary, ...] = ()
    additions_by_release: tuple[ReleaseAdditions, ...] = ()
    paginator: Paginator | None = None
    waiters: tuple[Waiter, ...] = ()
    examples: tuple[Example, ...] = ()
    root: str = ""
    folders: Mapping[str, str] = field(default_factory=dict)
    previous_operation: str = ""
    next_operation: str = ""
    can_compare: bool = False
    notations: tuple[RequestNotation, ...] = ()
    has_python_client: bool = True

    @property
    def time_line(self) -> Markup | None:
        """The picture of what was added and changed, or None if there is little to show."""
        added = (_addition_dot(addition) for addition in self.additions_by_release)
        changed = (_change_dot(summary, self.root) for summary in self.history)
        return time_line((*added, *changed))

    @property
    def paginator_sample(self) -> str:
        """A loop over all results, or an empty text."""
        if self.paginator is None or not self.has_python_client:
            return ""
        return page_loop(self.paginator, self.operation.required_arguments)

    @property
    def error_sample(self) -> str:
        """A call that catches the errors, or an empty text."""
        if not self.has_python_client:
            return ""
        return error_handling(
            self.operation.syntax.method, [name for name, _ in self.errors], self.operation.required_arguments
        )

    def waiter_sample(self, waiter: Waiter) -> str:
        """Return a call of a waiter, or an empty text."""
        return wait_call(waiter, self.operation.required_arguments) if self.has_python_client else ""

    def link(self, operation: str) -> str | None:
        """Return the link to another operation of the service, or None."""
        known = self.root and operation in self.service_operations and operation != self.operation.name
        return f"../{operation_folder(operation, self.folders)}/index.html" if known else None


def _addition_dot(addition: ReleaseAdditions) -> Dot:
    number = len(addition.rows) + addition.more
    what = "the operation" if addition.is_operation else counted(number, "member")
    title = f"{addition.date} {addition.release}: {what} added"
    return Dot(addition.date, addition.release, title, "p-add", "#additions")


def _change_dot(summary: NotesSummary, root: str) -> Dot:
    colour = {"breaking": "p-del", "dangerous": "p-chg"}.get(summary.worst_severity, "p-add")
    counts = ", ".join(f"{number} {word}" for word, number in summary.severities)
    title = f"{summary.date} {summary.release}: {counts}"
    return Dot(summary.date, summary.release, title, colour, f"{root}{summary.path}.html")


def operation_reference(
    service: Service,
    operation: Operation,
    service_name: str,
    history: Iterable[NotesSummary] = (),
    first_seen_of: Callable[[str, Sequence[Row], Sequence[Row]], FirstSeen] | None = None,
    releases: Sequence[tuple[str, str]] = (),
    sibling_info: SiblingInfo | None = None,
    package: str = "",
) -> OperationReference:
    """Return the reference of an operation.

    Args:
        service: The model.
        operation: The operation.
        service_name: SDK name of the service.
        history: Change notes that list the operation, newest first.
        first_seen_of: Returns the release that added each row; the page then has marks and a list of additions.
        releases: Name and date of each release of the history, oldest first.
        sibling_info: Paginators, waiters and examples.
        package: Name of the package with the model; only operations of AWS link to its documentation.
    """
    view = operation_view(service, operation, package=package, with_all_rows=first_seen_of is not None)
    if first_seen_of is not None:
        view = with_since_marks(view, first_seen_of(view.name, view.syntax.parameters, view.syntax.response), releases)
    http = http_of(operation)
    return OperationReference(
        service=service_name,
        api_version=service.api_version,
        title=service.full_name or service_name,
        operation=view,
        http_request=f"{http.get('method', '')} {http.get('requestUri', '')}".strip(),
        errors=tuple({e.target: service.documentation_of(e) for e in operation.errors}.items()),  # some are there twice
        service_operations=service.operations.keys(),
        history=tuple(history),
        additions_by_release=additions_over_time(view, releases) if first_seen_of is not None else (),
        paginator=sibling_info.paginators.get(operation.name) if sibling_info else None,
        waiters=sibling_info.waiters_of(operation.name) if sibling_info else (),
        examples=sibling_info.examples.get(operation.name, ()) if sibling_info else (),
        has_python_client=service.has_python_client,
    )


def reference_data(reference: OperationReference) -> dict[str, Any]:
    """Return an operation as JSON: rows in the order of the page, documentation as plain text."""
    others = [request.data() for request in reference.notations if not request.is_documented]
    return {
        "service": reference.service,
        "api_version": reference.api_version,
        **operation_head_data(reference.operation),
        **syntax_and_rows_data(reference.operation),
        **({"notations": others} if others else {}),
    }


def _reference_description(reference: OperationReference) -> str:
    operation = reference.operation
    return page_description(f"{reference.title}: {operation.name}.", first_sentence(operation.documentation))


REFERENCE_PAGE = register_page(
    PageKind(
        "operation",
        OperationReference,
        data=reference_data,
        description=_reference_description,
        link=OperationReference.link,
    )
)


def reference_pages(reference: OperationReference, path: str) -> Iterator[Page]:
    """Yield the page of an operation at a path, and the pages of what is too large for it."""
    if not reference.operation.may_split:
        reference = replace(reference, operation=replace(reference.operation, may_split=True))
    yield REFERENCE_PAGE.page(reference, path)
    yield from part_pages(
        reference.operation,
        reference.service,
        reference.title,
        f"API version {reference.api_version}",
        reference.root,
        path,
    )
    yield from request_pages(
        reference.notations,
        reference.service,
        reference.title,
        reference.api_version,
        reference.operation.name,
        reference.root,
        path,
    )
