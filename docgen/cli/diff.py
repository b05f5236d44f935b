"""`docgen diff`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from docgen.cli.common import FROM, SEVERITIES, add_format, command, positive, print_pages, with_notes
from docgen.cli.range import Filter, Range, read_filter, read_range
from docgen.errors import UsageError

if TYPE_CHECKING:
    from docgen.cli.common import Commands
    from docgen.pages.notes.rollup import Flips, RollupPage
    from docgen.pages.notes.service_notes import ServiceNotes
    from docgen.pages.page import Page
    from docgen.rules.grouping import Moment
    from docgen.sources.release import Release

PERIODS = ("release", "day", "week", "month", "minor", "service")


def add(commands: Commands) -> None:
    """Declare the command."""
    diff = command(commands, "diff", _diff, "print the change notes between two releases, or of a range of them")
    diff.add_argument("old", metavar="OLD", nargs="?", help="a release of --source, or a source of its own; or A..B")
    diff.add_argument("new", metavar="NEW", nargs="?", help="likewise")
    diff.add_argument("--last", metavar="N", type=positive, help="what the newest N releases changed")
    diff.add_argument("--service", metavar="NAME", action="append", default=[], help="only this service (repeatable)")
    diff.add_argument("--severity", metavar="LEVEL", choices=SEVERITIES, help=FROM)
    diff.add_argument("--watch", metavar="FILE", help="only what FILE lists: SERVICE [OPERATION [PATH]] a line")
    diff.add_argument(
        "--by", metavar="PERIOD", choices=PERIODS, help=f"a compact list, with a heading for each {', '.join(PERIODS)}"
    )
    diff.add_argument("--source", metavar="SRC", help="where releases are looked up (default: the example models)")
    diff.add_argument("--operation", metavar="OP", help="only this one, in full, both sides (with one --service)")
    diff.add_argument("--documentation", action="store_true", help="show in text how documentation was reworded")
    diff.add_argument("--release-notes", metavar="FILE", help="what the release says of itself: its date and summaries")
    add_format(diff)
    diff.set_defaults(further=_further)


def _further(options: argparse.Namespace, rest: list[str]) -> bool:
    if options.old is None or options.new is not None or len(rest) != 1:
        return False
    (options.new,) = rest
    return True


def _diff(options: argparse.Namespace) -> int:
    from dataclasses import replace

    chosen = read_range(options)
    chosen = replace(chosen, new=with_notes(chosen.new, options.release_notes))
    if options.operation is not None:
        return _compare(options, chosen.old, chosen.new)
    told, services = read_filter(options, chosen)
    if options.by or options.severity in ("breaking", "dangerous"):
        return _rollup(options, chosen, told, services)
    return _notes(options, chosen, told, services)


# --- the documented pages ---


def _notes(options: argparse.Namespace, chosen: Range, told: Filter, services: tuple[str, ...]) -> int:
    import json

    from docgen.compare.notes import diff_data
    from docgen.pages.notes.rollup import flips_data

    if options.format == "json":
        data = diff_data(chosen.old, chosen.new, services, _service_notes(options, chosen, told, services))
        flips = [flips_data(each) for each in _flips(chosen, services, told)] if chosen.is_long else []
        data |= {"flips": flips, "left_out": told.told or None}
        print(json.dumps(data, ensure_ascii=False, indent=2))
        return 0
    if not print_pages(_pages(options, chosen, told, services), options.format):
        print(f"docgen: nothing but documentation changed from {chosen.old.name} to {chosen.new.name}", file=sys.stderr)
    return 0


def _compare(options: argparse.Namespace, old: Release, new: Release) -> int:
    from docgen.compare.notes import compare_operation
    from docgen.pages.page import comparison_page

    if len(options.service) != 1:
        raise UsageError("--operation: needs the service that it is of (say --service NAME once)")
    comparison = compare_operation(old, new, options.service[0], options.operation)
    print_pages([comparison_page(comparison, "compare")], options.format)
    return 0


def _pages(options: argparse.Namespace, chosen: Range, told: Filter, services: tuple[str, ...]) -> Iterator[Page]:
    from docgen.compare.notes import release_index
    from docgen.pages.notes.rollup import RollupPage, tally
    from docgen.pages.page import notes_page, rollup_page, services_page

    index = release_index(chosen.old, chosen.new, services=services)
    if index.causes:
        yield services_page(index, "services")
    changes, number = list(index.changes), 0
    for notes in _service_notes(options, chosen, told, services):
        changes += notes.changes
        number += 1
        yield notes_page(notes, "notes")
    flips = _flips(chosen, services, told) if chosen.is_long else ()
    if flips or told.told or (chosen.is_long and number):
        counted = (
            f"{tally(changes)} in {number} {'service' if number == 1 else 'services'}" if changes else "nothing to tell"
        )
        ends = chosen.new.package, chosen.old.name, chosen.new.name
        yield rollup_page(RollupPage(*ends, "", (), told.told, flips, counted), "summary")


def _service_notes(
    options: argparse.Namespace, chosen: Range, told: Filter, services: tuple[str, ...]
) -> Iterator[ServiceNotes]:
    from dataclasses import replace

    from docgen.compare.notes import release_notes
    from docgen.compare.releases import with_dates

    select = told if told.watch or told.severity else None
    for notes in release_notes(chosen.old, chosen.new, services, select):
        dated = with_dates(notes, chosen.history, *chosen.numbers) if chosen.history and chosen.is_long else notes
        yield _watched(replace(dated, with_wordings=options.documentation), told)


def _watched(notes: ServiceNotes, told: Filter) -> ServiceNotes:
    """The notes with the operations that the reader follows."""
    from dataclasses import replace

    watch = told.watch
    if watch is None:
        return notes
    operations = tuple(view for view in notes.operations if watch.follows(notes.service, view.name))
    removed = tuple(each for each in notes.removed if watch.follows(notes.service, each[0]))
    return replace(notes, operations=operations, removed=removed)


def _flips(chosen: Range, services: tuple[str, ...], told: Filter) -> tuple[Flips, ...]:
    """What came and went in between. What is left out of it was counted already, or is counted nowhere."""
    from docgen.compare.releases import changed_services, flips_between

    assert chosen.history is not None  # noqa: S101 - a long range has one
    select = Filter(told.severity, told.watch)
    return tuple(
        flip
        for service in changed_services(chosen.history, *chosen.numbers)
        if not services or service in services
        for flip in flips_between(chosen.history, service, *chosen.numbers, select)
    )


# --- compact lists ---


def _rollup(options: argparse.Namespace, chosen: Range, told: Filter, services: tuple[str, ...]) -> int:
    from docgen.pages.page import rollup_page

    print_pages([rollup_page(_rollup_page(options, chosen, told, services), "rollup")], options.format)
    return 0


def _rollup_page(options: argparse.Namespace, chosen: Range, told: Filter, services: tuple[str, ...]) -> RollupPage:
    from docgen.compare.releases import period_of
    from docgen.pages.notes.rollup import RollupPage, rollup

    by = options.by or ""
    found = _moments(chosen, told, services, by)
    periods = rollup(found, by, lambda moment: period_of(moment, by))
    flips = _flips(chosen, services, told) if chosen.is_long else ()
    return RollupPage(chosen.new.package, chosen.old.name, chosen.new.name, by, periods, told.told, flips)


def _moments(chosen: Range, told: Filter, services: tuple[str, ...], by: str) -> list[Moment]:
    from docgen.compare.releases import historic_moments, moments

    if not by:
        return list(moments((chosen.old, chosen.new), services, told))
    if chosen.history:
        return historic_moments(chosen.history, *chosen.numbers, services, told)
    return list(moments((*chosen.releases[:-1], chosen.new), services, told))
