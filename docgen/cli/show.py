"""`docgen show`, `docgen validate` and `docgen rules`: one thing printed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from docgen.cli.common import add_command, add_format_option, open_source_or_examples, print_pages, unknown_name_error

if TYPE_CHECKING:
    from docgen.cli.common import Commands
    from docgen.model.service import Operation, Service
    from docgen.render.page import Page


def add_show_command(commands: Commands) -> None:
    """Declare the commands."""
    show = add_command(commands, "show", _run_show, "print one operation's page, or every operation as JSON lines")
    show.add_argument("service", metavar="SERVICE", help="SDK name, such as appstream")
    show.add_argument("operation", metavar="OPERATION", nargs="?", help="CreateFleet or create_fleet")
    show.add_argument("--source", metavar="SRC", help="where the models come from (default: the example models)")
    add_format_option(show)

    validate = add_command(commands, "validate", _run_validate, "check service models against the schema")
    validate.add_argument("paths", metavar="PATH", nargs="+", help="a file, a folder or any other source")

    rules = add_command(
        commands, "rules", _run_rules, "print the table of rules, or one with its reason and an example", ""
    )
    rules.add_argument("id", metavar="ID", nargs="?", help="such as request-member-became-required")
    rules.add_argument("--format", choices=("text", "markdown", "json"), default="text", help="default: text")


def _run_show(options: argparse.Namespace) -> int:
    from docgen.model.parse import parse

    release = open_source_or_examples(options.source).releases()[-1]
    file = release.latest_model(options.service)
    if file is None:
        raise unknown_name_error(
            options.service, release.services(), f"{release.location}: no service {options.service!r}"
        )
    service = parse(file.read(), file.location)
    if options.operation is None:
        return _print_all_operations(options.service, service)
    operation = _find_operation(service, options.operation, options.service)
    print_pages([_reference_page(options.service, service, operation)], options.format)
    return 0


def _print_all_operations(service_name: str, service: Service) -> int:
    import json

    for operation in service.operations.values():
        print(json.dumps(_reference_page(service_name, service, operation).data(), ensure_ascii=False))
    return 0


def _reference_page(service_name: str, service: Service, operation: Operation) -> Page:
    from docgen.pages.operation.reference import operation_reference
    from docgen.pages.registry import page_of

    return page_of(operation_reference(service, operation, service_name), operation.name)


def _run_rules(options: argparse.Namespace) -> int:
    from docgen.rules.catalog import format_rules

    print(format_rules(options.id, options.format), end="")
    return 0


def _run_validate(options: argparse.Namespace) -> int:
    from docgen.check.validate import validate_paths

    found = 0
    for problem in validate_paths(options.paths):
        print(problem)
        found += 1
    return 2 if found else 0


def _find_operation(service: Service, name: str, service_name: str) -> Operation:
    from docgen.model.names import find_operation

    found = find_operation(name, service.operations)
    if found is None:
        raise unknown_name_error(name, service.operations, f"{service_name}: no operation {name!r}")
    return service.operations[found]
