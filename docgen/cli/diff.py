"""`docgen diff`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from docgen.cli.common import add_format, command, print_pages, two_releases, with_notes
from docgen.errors import UsageError

if TYPE_CHECKING:
    from docgen.cli.common import Commands
    from docgen.sources import Release


def add(commands: Commands) -> None:
    """Declare the command."""
    diff = command(commands, "diff", _diff, "print the change notes between two releases")
    diff.add_argument("old", metavar="OLD", help="a release of --source, or a source of its own")
    diff.add_argument("new", metavar="NEW", help="likewise")
    diff.add_argument("--service", metavar="NAME", action="append", default=[], help="only this service (repeatable)")
    diff.add_argument("--source", metavar="SRC", help="where releases are looked up (default: the example models)")
    diff.add_argument("--operation", metavar="OP", help="only this one, in full, both sides (with one --service)")
    diff.add_argument("--documentation", action="store_true", help="show in text how documentation was reworded")
    diff.add_argument("--release-notes", metavar="FILE", help="what the release says of itself: its date and summaries")
    add_format(diff)


def _diff(options: argparse.Namespace) -> int:
    import json
    from dataclasses import replace
    from itertools import chain

    from docgen.build import diff_data, release_index, release_notes
    from docgen.pages import notes_page, services_page

    old, new = two_releases(options)
    new = with_notes(new, options.release_notes)
    if options.operation is not None:
        return _compare(options, old, new)
    if options.format == "json":
        print(json.dumps(diff_data(old, new, options.service), ensure_ascii=False, indent=2))
        return 0
    index = release_index(old, new, services=options.service)
    notes = (replace(each, with_wordings=options.documentation) for each in release_notes(old, new, options.service))
    pages = chain([services_page(index, "services")] if index.causes else [], (notes_page(n, "notes") for n in notes))
    if not print_pages(pages, options.format):
        print(f"docgen: nothing but documentation changed from {old.name} to {new.name}", file=sys.stderr)
    return 0


def _compare(options: argparse.Namespace, old: Release, new: Release) -> int:
    from docgen.build import compare_operation
    from docgen.pages import comparison_page

    if len(options.service) != 1:
        raise UsageError("--operation: needs the service that it is of (say --service NAME once)")
    comparison = compare_operation(old, new, options.service[0], options.operation)
    print_pages([comparison_page(comparison, "compare")], options.format)
    return 0
