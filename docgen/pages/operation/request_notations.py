"""The request of an operation in other notations than the documented one, and the pages of those that are long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from docgen.errors import ModelError
from docgen.model.folded_rows import request_row_count
from docgen.model.notations.aws_cli import has_cli_command
from docgen.model.notations.required import required_only
from docgen.model.notations.table import NOTATIONS, notation_title, notations_of
from docgen.model.service import Operation, Service
from docgen.pages.operation.part import SPLIT_FORMATS
from docgen.pages.registry import PageKind, register_page
from docgen.pages.sentences import page_description
from docgen.render.page import Page

MAX_INLINE = 2_000
"""Characters of a request that the page of its operation shows. 95 of 100 operations of botocore need fewer."""

MAX_PAGE = 250_000
"""Characters of a request that gets a page. Six operations of botocore have more: 4 million."""

MAX_ROWS = 20_000
"""Members of a request that is written at all. The six have 54,000, all others fewer than 5,000."""

DOCUMENTED = "boto3"
"""The notation of the documented page, whose block is made from rows."""


@dataclass(frozen=True, slots=True)
class RequestNotation:
    """A request in one notation.

    Attributes:
        name: Name of the notation, which is the folder of its page.
        title: What readers call the notation.
        language: Name of its language in Markdown.
        text: What the page of the operation shows: the request, or of a long one what is required. Empty for the
            documented notation, and for a request whose required members are too many.
        full_text: The whole request if it has a page of its own, else empty.
        is_complete: Whether `text` is the whole request.
        command: The command that prints the whole request.
    """

    name: str
    title: str
    language: str
    text: str = ""
    full_text: str = ""
    is_complete: bool = True
    command: str = ""

    @property
    def is_documented(self) -> bool:
        """Whether it is the notation of the documented page."""
        return self.name == DOCUMENTED

    def data(self) -> dict[str, Any]:
        """Return the request as JSON, as on the page of the operation."""
        file = {"file": f"{self.name}/index.json"} if self.full_text else {}
        return {"notation": self.name, "request": self.text, "is_complete": self.is_complete, **file}


class RequestNotations:
    """Writes the requests of a service in the notations of a site.

    Args:
        service_name: SDK name of the service.
        service: The model, without what Python changes in it.
        package: Name of the package with the model.
        chosen: The notations of the site, the first one first; empty means those that suit the service.
    """

    def __init__(self, service_name: str, service: Service, package: str, chosen: Sequence[str] = ()) -> None:
        self.service_name = service_name
        self.service = service
        suitable = notations_of(service, package)
        self.titles = {
            name: notation_title(name, service, package)
            for name in chosen or suitable
            if name in suitable or name == DOCUMENTED
        } or {DOCUMENTED: notation_title(DOCUMENTED, service, package)}

    def of(self, operation: Operation) -> tuple[RequestNotation, ...]:
        """Return the request of an operation in each notation; those that cannot show it are left out."""
        is_written = request_row_count(self.service, operation) <= MAX_ROWS
        found = [self._request(name, title, operation, is_written) for name, title in self.titles.items()]
        return tuple([request for request in found if request is not None])

    def _request(self, name: str, title: str, operation: Operation, is_written: bool) -> RequestNotation | None:
        language = NOTATIONS[name].language
        if name == DOCUMENTED:
            return RequestNotation(name, title, language)
        if name == "cli" and not has_cli_command(self.service_name, self.service, operation):
            return None
        full_text = self._text(name, self.service, operation, MAX_PAGE) if is_written else ""
        if full_text and len(full_text) <= MAX_INLINE:
            return RequestNotation(name, title, language, full_text)
        is_short = request_row_count(self._required_service, operation) <= MAX_ROWS
        short_text = self._text(name, self._required_service, operation, 2 * MAX_INLINE) if is_short else ""
        command = f"docgen show {self.service_name} {operation.name} --notation {name}"
        return RequestNotation(name, title, language, short_text, full_text, is_complete=False, command=command)

    def _text(self, name: str, service: Service, operation: Operation, most: int) -> str:
        """Return the request; empty if it has more than `most` characters."""
        try:
            text = NOTATIONS[name].write(self.service_name, service, operation)
        except ModelError:
            return ""
        return text if len(text) <= most else ""

    @cached_property
    def _required_service(self) -> Service:
        return required_only(self.service)


@dataclass(frozen=True, slots=True)
class RequestPage:
    """A long request in one notation.

    Attributes:
        service: SDK name of the service.
        title: Full name of the service.
        api_version: API version of the model.
        operation: Name of the operation.
        notation: The notation.
        root: Relative link to the root of the site.
    """

    service: str
    title: str
    api_version: str
    operation: str
    notation: RequestNotation
    root: str

    def data(self) -> dict[str, Any]:
        """Return the request as JSON, as `docgen show --notation` prints it."""
        return {
            "service": self.service,
            "operation": self.operation,
            "notation": self.notation.name,
            "request": self.notation.full_text,
        }


def _request_description(view: RequestPage) -> str:
    return page_description(f"{view.title}: the request of {view.operation} in {view.notation.title}.")


REQUEST_PAGE = register_page(
    PageKind(
        "operation-request",
        RequestPage,
        data=RequestPage.data,
        description=_request_description,
        formats=SPLIT_FORMATS,
    )
)


def request_pages(
    requests: Sequence[RequestNotation],
    service: str,
    title: str,
    api_version: str,
    operation: str,
    root: str,
    path: str,
) -> Iterator[Page]:
    """Yield the pages of the long requests of an operation.

    Args:
        requests: The request in each notation.
        service: SDK name of the service.
        title: Full name of the service.
        api_version: API version of the model.
        operation: Name of the operation.
        root: Relative link from the page of the operation to the root of the site.
        path: Path of the page of the operation.
    """
    for request in requests:
        if request.full_text:
            view = RequestPage(service, title, api_version, operation, request, f"../{root}")
            yield REQUEST_PAGE.page(view, f"{path.removesuffix('index')}{request.name}/index")
