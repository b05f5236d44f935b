"""`docgen diff`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from docgen.cli.common import (
    SEVERITIES,
    SEVERITY_HELP,
    add_command,
    add_format_option,
    positive_int,
    print_pages,
    with_release_notes,
)
from docgen.cli.range import ChangeFilter, ComparedReleases, create_filter, resolve_releases
from docgen.errors import UsageError

if TYPE_CHECKING:
    from docgen.cli.common import Commands
    from docgen.pages.notes.reversals import ReversalSummary
    from docgen.pages.notes.rollup import Rollup
    from docgen.pages.notes.service_notes import ServiceNotes
    from docgen.render.page import Page
    from docgen.rules.grouping import ServiceChanges
    from docgen.sources.release import Release

GROUPINGS = ("release", "day", "week", "month", "minor", "service")


def add_diff_command(commands: Commands) -> None:
    """Declare the command."""
    diff = add_command(
        commands, "diff", _run_diff, "print the change notes between two releases, or of a range of them"
    )
    diff.add_argument("old", metavar="OLD", nargs="?", help="a release of --source, or a source of its own; or A..B")
    diff.add_argument("new", metavar="NEW", nargs="?", help="likewise")
    diff.add_argument("--last", metavar="N", type=positive_int, help="what the newest N releases changed")
    diff.add_argument("--service", metavar="NAME", action="append", default=[], help="only this service (repeatable)")
    diff.add_argument("--severity", metavar="LEVEL", choices=SEVERITIES, help=SEVERITY_HELP)
    diff.add_argument("--watch", metavar="FILE", help="only what FILE lists: SERVICE [OPERATION [PATH]] a line")
    diff.add_argument(
        "--by",
        metavar="PERIOD",
        choices=GROUPINGS,
        help=f"a compact list, with a heading for each {', '.join(GROUPINGS)}",
    )
    diff.add_argument("--source", metavar="SRC", help="where releases are looked up (default: the example models)")
    diff.add_argument("--operation", metavar="OP", help="only this one, in full, both sides (with one --service)")
    diff.add_argument("--documentation", action="store_true", help="show in text how documentation was reworded")
    diff.add_argument("--release-notes", metavar="FILE", help="what the release says of itself: its date and summaries")
    add_format_option(diff)
    diff.set_defaults(further=_accept_new_release)


def _accept_new_release(options: argparse.Namespace, extra: list[str]) -> bool:
    if options.old is None or options.new is not None or len(extra) != 1:
        return False
    (options.new,) = extra
    return True


def _run_diff(options: argparse.Namespace) -> int:
    from dataclasses import replace

    chosen = resolve_releases(options)
    chosen = replace(chosen, new=with_release_notes(chosen.new, options.release_notes))
    if options.operation is not None:
        return _print_comparison(options, chosen.old, chosen.new)
    told, services = create_filter(options, chosen)
    if options.by or options.severity in ("breaking", "dangerous"):
        return _print_rollup(options, chosen, told, services)
    return _print_notes(options, chosen, told, services)


# --- the documented pages ---


def _print_notes(
    options: argparse.Namespace, compared: ComparedReleases, change_filter: ChangeFilter, services: tuple[str, ...]
) -> int:
    import json

    from docgen.compare.notes import diff_data
    from docgen.pages.notes.reversals import reversal_data

    if options.format == "json":
        data = diff_data(
            compared.old, compared.new, services, _filtered_notes(options, compared, change_filter, services)
        )
        flips = (
            [reversal_data(each) for each in _reversals(compared, services, change_filter)]
            if compared.has_releases_between
            else []
        )
        data |= {"reversals": flips, "omission_note": change_filter.omission_note or None}
        print(json.dumps(data, ensure_ascii=False, indent=2))
        return 0
    if not print_pages(_diff_pages(options, compared, change_filter, services), options.format):
        print(
            f"docgen: nothing but documentation changed from {compared.old.name} to {compared.new.name}",
            file=sys.stderr,
        )
    return 0


def _print_comparison(options: argparse.Namespace, old: Release, new: Release) -> int:
    from docgen.compare.notes import compare_operation_between
    from docgen.pages.registry import page_of

    if len(options.service) != 1:
        raise UsageError("--operation: needs the service that it is of (say --service NAME once)")
    comparison = compare_operation_between(old, new, options.service[0], options.operation)
    print_pages([page_of(comparison, "compare")], options.format)
    return 0


def _diff_pages(
    options: argparse.Namespace, compared: ComparedReleases, change_filter: ChangeFilter, services: tuple[str, ...]
) -> Iterator[Page]:
    from docgen.compare.notes import release_index
    from docgen.pages.index.release import SERVICE_EVENTS_PAGE
    from docgen.pages.notes.changelog import severity_counts_text
    from docgen.pages.notes.rollup import Rollup
    from docgen.pages.registry import page_of

    index = release_index(compared.old, compared.new, services=services)
    if index.change_groups:
        yield SERVICE_EVENTS_PAGE.page(index, "services")
    changes, number = list(index.changes), 0
    for notes in _filtered_notes(options, compared, change_filter, services):
        changes += notes.changes
        number += 1
        yield page_of(notes, "notes")
    flips = _reversals(compared, services, change_filter) if compared.has_releases_between else ()
    if flips or change_filter.omission_note or (compared.has_releases_between and number):
        counted = (
            f"{severity_counts_text(changes)} in {number} {'service' if number == 1 else 'services'}"
            if changes
            else "no changes"
        )
        ends = compared.new.package, compared.old.name, compared.new.name
        yield page_of(Rollup(*ends, "", (), change_filter.omission_note, flips, counted), "summary")


def _filtered_notes(
    options: argparse.Namespace, compared: ComparedReleases, change_filter: ChangeFilter, services: tuple[str, ...]
) -> Iterator[ServiceNotes]:
    from dataclasses import replace

    from docgen.compare.notes import release_notes
    from docgen.compare.releases import with_change_releases

    select = change_filter if change_filter.watchlist or change_filter.min_severity else None
    for notes in release_notes(compared.old, compared.new, services, select):
        dated = (
            with_change_releases(notes, compared.history, *compared.release_numbers)
            if compared.history and compared.has_releases_between
            else notes
        )
        yield _only_watched(replace(dated, with_documentation_diffs=options.documentation), change_filter)


def _only_watched(notes: ServiceNotes, change_filter: ChangeFilter) -> ServiceNotes:
    """The notes with the operations that the reader follows."""
    from dataclasses import replace

    watch = change_filter.watchlist
    if watch is None:
        return notes
    operations = tuple(view for view in notes.operations if watch.matches_operation(notes.service, view.name))
    removed = tuple(each for each in notes.removed if watch.matches_operation(notes.service, each[0]))
    return replace(notes, operations=operations, removed=removed)


def _reversals(
    compared: ComparedReleases, services: tuple[str, ...], change_filter: ChangeFilter
) -> tuple[ReversalSummary, ...]:
    """What came and went in between. What is left out of it was counted already, or is counted nowhere."""
    from docgen.compare.releases import changed_services, reversals_between

    assert compared.history is not None  # noqa: S101 - a long range has one
    select = ChangeFilter(change_filter.min_severity, change_filter.watchlist)
    return tuple(
        flip
        for service in changed_services(compared.history, *compared.release_numbers)
        if not services or service in services
        for flip in reversals_between(compared.history, service, *compared.release_numbers, select)
    )


# --- compact lists ---


def _print_rollup(
    options: argparse.Namespace, compared: ComparedReleases, change_filter: ChangeFilter, services: tuple[str, ...]
) -> int:
    from docgen.pages.registry import page_of

    print_pages([page_of(_rollup_page(options, compared, change_filter, services), "rollup")], options.format)
    return 0


def _rollup_page(
    options: argparse.Namespace, compared: ComparedReleases, change_filter: ChangeFilter, services: tuple[str, ...]
) -> Rollup:
    from docgen.compare.releases import period_of_changes
    from docgen.pages.notes.rollup import Rollup, rollup_periods

    by = options.by or ""
    found = _compared_changes(compared, change_filter, services, by)
    periods = rollup_periods(found, by, lambda moment: period_of_changes(moment, by))
    flips = _reversals(compared, services, change_filter) if compared.has_releases_between else ()
    return Rollup(
        compared.new.package, compared.old.name, compared.new.name, by, periods, change_filter.omission_note, flips
    )


def _compared_changes(
    compared: ComparedReleases, change_filter: ChangeFilter, services: tuple[str, ...], by: str
) -> list[ServiceChanges]:
    from docgen.compare.releases import changes_between_releases, changes_from_history

    if not by:
        return list(changes_between_releases((compared.old, compared.new), services, change_filter))
    if compared.history:
        return changes_from_history(compared.history, *compared.release_numbers, services, change_filter)
    return list(changes_between_releases((*compared.releases[:-1], compared.new), services, change_filter))
