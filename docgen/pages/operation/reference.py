"""The reference page of an operation, and its JSON twin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docgen.history.lifespans import FirstSeen
from docgen.model.rows import Row
from docgen.model.service import Operation, Service, http_of
from docgen.pages.index.records import NotesSummary
from docgen.pages.operation.extras import Example, Paginator, SiblingInfo, Waiter
from docgen.pages.operation.part import part_pages
from docgen.pages.operation.since_marks import ReleaseAdditions, additions_over_time, with_since_marks
from docgen.pages.operation.view import OperationView, operation_head_data, operation_view, syntax_and_rows_data
from docgen.pages.registry import PageKind, register_page
from docgen.pages.sentences import first_sentence, page_description
from docgen.render.addresses import operation_folder
from docgen.render.page import Page


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
    """

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
        """Return the link to another operation of the service, or None."""
        known = self.root and operation in self.service_operations and operation != self.operation.name
        return f"../{operation_folder(operation)}/index.html" if known else None


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
    view = operation_view(service, operation, package=package)
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
        service_operations=frozenset(service.operations),
        history=tuple(history),
        additions_by_release=additions_over_time(view, releases) if first_seen_of is not None else (),
        paginator=sibling_info.paginators.get(operation.name) if sibling_info else None,
        waiters=sibling_info.waiters_of(operation.name) if sibling_info else (),
        examples=sibling_info.examples.get(operation.name, ()) if sibling_info else (),
    )


def reference_data(reference: OperationReference) -> dict[str, Any]:
    """Return an operation as JSON: rows in the order of the page, documentation as plain text."""
    return {
        "service": reference.service,
        "api_version": reference.api_version,
        **operation_head_data(reference.operation),
        **syntax_and_rows_data(reference.operation),
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
    """Yield the page of an operation at a path, and the pages of its parts if it is too large for one page."""
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
