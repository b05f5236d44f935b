"""`docgen show`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NamedTuple

from docgen.cli.arguments import (
    SOURCE_HELP,
    add_format_option,
    add_source_option,
    announce_examples,
    open_source_or_examples,
    read_options,
    set_runner,
    unknown_name_error,
)
from docgen.cli.output import print_json, print_json_line, print_lines, print_pages, print_text
from docgen.cli.screen import output_screen
from docgen.errors import UsageError

if TYPE_CHECKING:
    from docgen.model.service import Operation, Service
    from docgen.render.page import Page


class ShowOptions(NamedTuple):
    """The options of `docgen show`; without an `operation` it lists all."""

    service: str
    operation: str | None
    source: str | None
    format: str
    notation: str | None

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
        help="operation name, such as CreateFleet or create_fleet (default: a list of all)",
    )
    parser.set_defaults(extra_dest="operation")
    add_source_option(parser)
    add_format_option(parser)
    parser.add_argument(
        "--notation",
        choices=("boto3", "cli", "js", "http"),
        help="print only the request: as a Python call, an AWS CLI command, JavaScript or HTTP",
    )
    set_runner(parser, ShowOptions.parse, run_show)


def run_show(options: ShowOptions) -> int:
    """Print the reference of an operation, or a list of all operations, in the newest release of the source."""
    from docgen.model.parse import parse
    from docgen.model.python_view import python_view

    release = open_source_or_examples(options.source).releases()[-1]
    file = release.latest_model(options.service)
    if file is None:
        location = release.location if options.source else "the example models (no --source)"
        problem = f"{location}: no service {options.service!r}"
        raise unknown_name_error(options.service, release.services(), problem)
    announce_examples(options.source, (release,))
    service = parse(file.read(), file.location)
    if options.notation in (None, "boto3"):
        service = python_view(service, options.service, release.package, release.name)
    if options.operation is None:
        _print_all_operations(options, service, release.package)
    elif options.notation is not None:
        operation = _find_operation(options.service, service, options.operation)
        _print_request(options, service, operation, release.package)
    else:
        operation = _find_operation(options.service, service, options.operation)
        print_pages([_reference_page(options.service, service, operation, release.package)], options.format)
    return 0


def _print_all_operations(options: ShowOptions, service: Service, package: str) -> None:
    from docgen.cli.operation_list import operation_lines

    if options.notation is not None:
        raise UsageError("--notation shows one operation (name it after the service)")
    if options.format == "text":
        print_lines(operation_lines(options.service, service, output_screen()))
    elif options.format == "json":
        for operation in service.operations.values():
            print_json_line(_reference_page(options.service, service, operation, package).data())
    else:
        raise UsageError(f"--format {options.format} shows one operation (name it after the service)")


def _print_request(options: ShowOptions, service: Service, operation: Operation, package: str) -> None:
    from docgen.model.notations.table import request_in_notation

    if options.format not in ("text", "json"):
        raise UsageError("--notation prints text or json (leave out --format, or --notation)")
    request = request_in_notation(str(options.notation), options.service, service, operation, package)
    if options.format == "text":
        print_text(request)
    else:
        names = {"service": options.service, "operation": operation.name, "notation": options.notation}
        print_json({**names, "request": request})


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
