"""What `docgen show SERVICE` prints: the operations of a service, one line each."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.model.names import method_name
from docgen.model.service import Operation, Service
from docgen.pages.sentences import first_sentence
from docgen.terminal.styled import Screen, Styled, styled, styled_line
from docgen.terminal.wrapping import columns, cropped
from docgen.wording import counted

_MAX_NAME_COLUMNS = 40
"""The widest column of names. Longer names push their sentence to the right."""


def operation_lines(service_name: str, service: Service, screen: Screen) -> Iterator[Styled]:
    """Yield the name and the first sentence of each operation, below a heading.

    Operations of services with a Python client have the names of their methods. On a terminal, each takes one line;
    elsewhere nothing is cut.
    """
    heading = f"{service_name}, API version {service.api_version}: {counted(len(service.operations), 'operation')}"
    yield styled_line((styled(service.full_name or service_name, "title"), styled(f" ({heading})")))
    yield styled("")
    names = {_shown_name(service, operation): operation for operation in service.operations.values()}
    width = max((columns(name) for name in names if columns(name) <= _MAX_NAME_COLUMNS), default=0)
    for name, operation in sorted(names.items()):
        padding = " " * max(width - columns(name), 0)
        deprecated = "(deprecated) " if operation.deprecated else ""
        sentence = first_sentence(operation.documentation)
        line = styled_line((styled(name, "name"), styled(f"{padding}  {deprecated}{sentence}".rstrip())))
        yield cropped(line, screen.width) if screen.is_terminal else line


def _shown_name(service: Service, operation: Operation) -> str:
    return method_name(operation.name) if service.has_python_client else operation.name
