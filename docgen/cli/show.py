"""`docgen show`."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.cli.arguments import (
    SOURCE_HELP,
    add_format_option,
    add_source_option,
    open_source_or_examples,
    read_options,
    set_runner,
    unknown_name_error,
)
from docgen.cli.output import print_json_line, print_pages

if TYPE_CHECKING:
    from docgen.model.service import Operation, Service
    from docgen.render.page import Page


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """The options of `docgen show`; without an `operation` it shows all."""

    service: str
    operation: str | None
    source: str | None
    format: str

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> ShowOptions:
        """Make the options."""
        return read_options(cls, namespace)


def add_show_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen show`."""
    parser.epilog = SOURCE_HELP
    parser.add_argument("service", metavar="SERVICE", help="SDK name, such as appstream")
    parser.add_argument(
        "operation",
        metavar="OPERATION",
        nargs="?",
        help="operation name, such as CreateFleet or create_fleet (default: all, as JSON lines)",
    )
    add_source_option(parser)
    add_format_option(parser)
    set_runner(parser, ShowOptions.parse, run_show)


def run_show(options: ShowOptions) -> int:
    """Print the reference of an operation in the newest release of the source."""
    from docgen.model.parse import parse

    release = open_source_or_examples(options.source).releases()[-1]
    file = release.latest_model(options.service)
    if file is None:
        problem = f"{release.location}: no service {options.service!r}"
        raise unknown_name_error(options.service, release.services(), problem)
    service = parse(file.read(), file.location)
    if options.operation is None:
        for operation in service.operations.values():
            print_json_line(_reference_page(options.service, service, operation, release.package).data())
    else:
        operation = _find_operation(options.service, service, options.operation)
        print_pages([_reference_page(options.service, service, operation, release.package)], options.format)
    return 0


def _find_operation(service_name: str, service: Service, name: str) -> Operation:
    from docgen.model.names import find_operation

    found = find_operation(name, service.operations)
    if found is None:
        raise unknown_name_error(name, service.operations, f"{service_name}: no operation {name!r}")
    return service.operations[found]


def _reference_page(service_name: str, service: Service, operation: Operation, package: str) -> Page:
    from docgen.pages.operation.reference import operation_reference
    from docgen.pages.registry import page_of

    return page_of(operation_reference(service, operation, service_name, package=package), operation.name)
