"""`docgen show`, `docgen validate` and `docgen rules`: one thing printed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from docgen.cli.common import add_format, command, print_pages, source, unknown

if TYPE_CHECKING:
    from docgen.cli.common import Commands
    from docgen.model.service import Operation, Service
    from docgen.pages.page import Page


def add(commands: Commands) -> None:
    """Declare the commands."""
    show = command(commands, "show", _show, "print one operation's page, or every operation as JSON lines")
    show.add_argument("service", metavar="SERVICE", help="SDK name, such as appstream")
    show.add_argument("operation", metavar="OPERATION", nargs="?", help="CreateFleet or create_fleet")
    show.add_argument("--source", metavar="SRC", help="where the models come from (default: the example models)")
    add_format(show)

    validate = command(commands, "validate", _validate, "check service models against the schema")
    validate.add_argument("paths", metavar="PATH", nargs="+", help="a file, a folder or any other source")

    rules = command(commands, "rules", _rules, "print the table of rules, or one with its reason and an example", "")
    rules.add_argument("id", metavar="ID", nargs="?", help="such as request-member-became-required")
    rules.add_argument("--format", choices=("text", "markdown", "json"), default="text", help="default: text")


def _show(options: argparse.Namespace) -> int:
    from docgen.model.service import parse

    release = source(options.source).releases()[-1]
    file = release.latest(options.service)
    if file is None:
        raise unknown(options.service, release.services(), f"{release.place}: no service {options.service!r}")
    service = parse(file.read(), file.place)
    if options.operation is None:
        return _show_all(options.service, service)
    operation = _operation(service, options.operation, options.service)
    print_pages([_reference(options.service, service, operation)], options.format)
    return 0


def _show_all(name: str, service: Service) -> int:
    import json

    for operation in service.operations.values():
        print(json.dumps(_reference(name, service, operation).data(), ensure_ascii=False))
    return 0


def _reference(name: str, service: Service, operation: Operation) -> Page:
    from docgen.pages.index.release import operation_page
    from docgen.pages.page import reference_page

    return reference_page(operation_page(service, operation, name), operation.name)


def _rules(options: argparse.Namespace) -> int:
    from docgen.rules.catalog import rules_text

    print(rules_text(options.id, options.format), end="")
    return 0


def _validate(options: argparse.Namespace) -> int:
    from docgen.model.validation import validate_paths

    found = 0
    for problem in validate_paths(options.paths):
        print(problem)
        found += 1
    return 2 if found else 0


def _operation(service: Service, name: str, of: str) -> Operation:
    from docgen.model.names import find_operation

    found = find_operation(name, service.operations)
    if found is None:
        raise unknown(name, service.operations, f"{of}: no operation {name!r}")
    return service.operations[found]
