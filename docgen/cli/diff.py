"""`docgen diff`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from docgen.cli.arguments import (
    GROUPINGS,
    SOURCE_HELP,
    add_change_filter_options,
    add_format_option,
    add_service_option,
    add_source_option,
    positive_int,
    read_options,
    set_runner,
)
from docgen.cli.change_filter import CountingChangeFilter, create_filter
from docgen.cli.compared_releases import ComparedReleases, resolve_release_pair, resolve_release_range
from docgen.cli.output import print_json, print_lines, print_pages
from docgen.cli.screen import output_screen
from docgen.cli.streams import print_message
from docgen.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from docgen.pages.notes.reversals import ReversalSummary
    from docgen.pages.notes.rollup import Rollup, RollupPeriod
    from docgen.pages.notes.service_notes import ServiceNotes
    from docgen.render.page import Page
    from docgen.rules.service_changes import ServiceChanges
    from docgen.sources.official_notes import SdkNote


class DiffOptions(NamedTuple):
    """The options of `docgen diff`.

    `releases` is OLD and NEW, one range, or empty if `last` is the number of newest releases; 0 if it is not given.
    """

    releases: tuple[str, ...]
    last: int
    services: tuple[str, ...]
    severity: str
    watchlist: str | None
    used_by: tuple[Path, ...]
    group_by: str
    source: str | None
    operation: str | None
    documentation: bool
    release_notes: str | None
    full: bool
    format: str | None

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> DiffOptions:
        """Make the options; raises `UsageError`."""
        lists = {name: tuple(getattr(namespace, name)) for name in ("releases", "services", "used_by")}
        options = read_options(cls, namespace, **lists)
        releases = options.releases
        if options.last and releases:
            raise UsageError("--last cannot be combined with OLD, NEW or a range")
        if len(releases) > 2 or (len(releases) == 1 and ".." not in releases[0]) or not (releases or options.last):
            raise UsageError("expected OLD NEW, or A..B, A.., ..B, or --last N")
        if options.operation is not None and len(options.services) != 1:
            raise UsageError("--operation: needs the service of the operation (use --service NAME once)")
        return options

    @property
    def is_overview(self) -> bool:
        """Whether a terminal shows one screen: no option asks for more."""
        return not (self.full or self.format or self.group_by or self.documentation or self.used_by)

    @property
    def page_format(self) -> str:
        """The format of pages."""
        return self.format or "text"


def add_diff_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen diff`."""
    parser.epilog = SOURCE_HELP
    usages = ("OLD NEW", "A..B", "--last N")
    parser.usage = "\n       ".join(f"docgen diff [options] {usage}" for usage in usages)
    parser.add_argument(
        "releases",
        metavar="OLD NEW",
        nargs="*",
        help="each a release of --source, or another source; or one range A..B of --source",
    )
    parser.add_argument("--last", metavar="N", type=positive_int, default=0, help="changes in the newest N releases")
    add_service_option(parser)
    add_change_filter_options(parser)
    parser.add_argument(
        "--group-by",
        metavar="GROUP",
        choices=GROUPINGS,
        default="",
        help="print a compact list grouped by release, day, week, month, minor version or service",
    )
    add_source_option(parser, names_releases=True)
    parser.add_argument(
        "--operation", metavar="NAME", help="compare one operation side by side, in full (needs --service)"
    )
    parser.add_argument(
        "--documentation", action="store_true", help="show documentation changes word by word (text format)"
    )
    parser.add_argument(
        "--release-notes",
        metavar="FILE",
        help="official release notes of the newer release: release.json or botocore's .changes file",
    )
    parser.add_argument(
        "--full",
        action="store_true",
        help="print the documented pages on a terminal, as for a pipe (default: an overview)",
    )
    add_format_option(parser)
    parser.set_defaults(extra_dest="releases", format=None)
    set_runner(parser, DiffOptions.parse, run_diff)


def run_diff(options: DiffOptions) -> int:
    """Print what changed, as documented pages or as a compact list."""
    compared = _resolve_releases(options)
    if options.operation is not None:
        return _print_comparison(options, compared)
    change_filter = create_filter(compared, options.services, options.severity, options.watchlist, options.used_by)
    comparison = _Comparison(options, compared, change_filter)
    if options.is_overview and output_screen().is_terminal:
        return comparison.print_overview()
    if options.group_by or options.severity in ("breaking", "dangerous") or options.used_by:
        return comparison.print_rollup()
    return comparison.print_notes()


def _resolve_releases(options: DiffOptions) -> ComparedReleases:
    if len(options.releases) == 2:
        old, new = options.releases
        compared = resolve_release_pair(old, new, options.source, options.services, needs_range=bool(options.group_by))
    else:
        compared = resolve_release_range("".join(options.releases), options.last, options.source, options.services)
    if options.release_notes is None:
        return compared
    from pathlib import Path

    from docgen.sources.release_metadata import apply_release_notes

    return replace(compared, new=apply_release_notes(Path(options.release_notes), compared.new))


def _print_comparison(options: DiffOptions, compared: ComparedReleases) -> int:
    from docgen.compare.notes import compare_operation_between
    from docgen.pages.registry import page_of

    assert options.operation is not None  # noqa: S101 - the caller checks
    comparison = compare_operation_between(compared.old, compared.new, options.services[0], options.operation)
    print_pages([page_of(comparison, "compare")], options.page_format)
    return 0


@dataclass(frozen=True, slots=True)
class _Comparison:
    """What is compared, and what of it is listed."""

    options: DiffOptions
    compared: ComparedReleases
    change_filter: CountingChangeFilter

    def print_overview(self) -> int:
        from docgen.cli.overview import OverviewInput, overview_lines
        from docgen.cli.screen import screen_height
        from docgen.compare.notes import compared_changes

        compared, change_filter = self.compared, self.change_filter
        select = change_filter if change_filter.watchlist or change_filter.min_severity else None
        changes = compared_changes(compared.old, compared.new, change_filter.services, select, compared.after_old)
        found = OverviewInput(compared.old, compared.new, tuple(changes), self.sdk_notes(), change_filter.omission_note)
        print_lines(overview_lines(found, output_screen(), screen_height()))
        return 0

    # --- the documented pages ---

    def print_notes(self) -> int:
        if self.options.format == "json":
            self.print_json()
        elif not print_pages(self.pages(), self.options.page_format):
            old, new = self.compared.old.name, self.compared.new.name
            print_message(f"only documentation changed between {old} and {new}")
        return 0

    def print_json(self) -> None:

        from docgen.compare.models import release_changes
        from docgen.compare.notes import diff_data
        from docgen.pages.notes.reversals import reversal_data
        from docgen.pages.notes.service_notes import notes_data

        old, new, change_filter = self.compared.old, self.compared.new, self.change_filter
        data = diff_data(
            old,
            new,
            release_changes(old, new, change_filter.services),
            [notes_data(notes) for notes in self.service_notes()],  # one at a time: notes hold whole models
            [reversal_data(reversal) for reversal in self.reversals()],
            change_filter.omission_note,
            self.sdk_notes(),
        )
        print_json(data)

    def pages(self) -> Iterator[Page]:
        from docgen.compare.notes import release_index
        from docgen.pages.index.release import SERVICE_EVENTS_PAGE
        from docgen.pages.notes.changelog import severity_counts_text
        from docgen.pages.notes.rollup import Rollup
        from docgen.pages.registry import page_of
        from docgen.wording import counted

        compared, change_filter = self.compared, self.change_filter
        sdk_notes = self.sdk_notes()
        index = release_index(compared.old, compared.new, services=change_filter.services, sdk_notes=sdk_notes)
        if index.change_groups or index.sdk_notes:
            yield SERVICE_EVENTS_PAGE.page(index, "services")
        changes, number = list(index.changes), 0
        for notes in self.service_notes():
            changes += notes.changes
            number += 1
            yield page_of(notes, "notes")
        reversals, note = self.reversals(), change_filter.omission_note
        if reversals or note or (compared.has_releases_between and number):
            counts = f"{severity_counts_text(changes)} in {counted(number, 'service')}" if changes else "no changes"
            yield page_of(Rollup(*compared.names, "", (), note, reversals, counts), "summary")

    def service_notes(self) -> Iterator[ServiceNotes]:
        from docgen.compare.notes import release_notes
        from docgen.compare.releases import with_change_releases

        compared, change_filter = self.compared, self.change_filter
        select = change_filter if change_filter.watchlist or change_filter.min_severity else None
        releases = compared.after_old
        for notes in release_notes(compared.old, compared.new, change_filter.services, select, releases):
            if compared.history and compared.has_releases_between:
                notes = with_change_releases(notes, compared.history, *compared.release_numbers)
            yield _only_watched(replace(notes, with_documentation_diffs=self.options.documentation), change_filter)

    def sdk_notes(self) -> tuple[SdkNote, ...]:
        """Return the official notes on the SDK itself; empty if a watchlist selects what is listed."""
        from docgen.compare.notes import sdk_notes_between

        compared, change_filter = self.compared, self.change_filter
        if change_filter.watchlist is not None:
            return ()
        return sdk_notes_between(compared.old, compared.new, compared.after_old, change_filter.services)

    def rollup_sdk_notes(self, periods: Iterable[RollupPeriod]) -> tuple[SdkNote, ...]:
        """Return the official notes that no entry of a compact list shows; empty with a watchlist."""
        from docgen.sources.release_summaries import range_sdk_notes

        if self.change_filter.watchlist is not None:
            return ()
        found = [entry.service_changes for period in periods for entry in period.entries]
        releases = self.compared.after_old
        shown: dict[str, set[str]] = {release.name: set() for release in releases}
        for changes in found:
            for name in (changes.release,) if self.options.group_by else shown:
                shown[name].add(changes.service)
        return range_sdk_notes(releases, shown, self.change_filter.services)

    def reversals(self) -> tuple[ReversalSummary, ...]:
        """Return what changed and changed back between the two releases; empty without a history."""
        from docgen.compare.releases import reversals_between

        compared, change_filter = self.compared, self.change_filter
        if compared.history is None or not compared.has_releases_between:
            return ()
        # A filter of its own, since the changes that it omits are counted already.
        select = CountingChangeFilter(change_filter.min_severity, change_filter.watchlist)
        numbers = compared.release_numbers
        return tuple(
            reversal
            for service in compared.history.changed_services(*numbers)
            if not change_filter.services or service in change_filter.services
            for reversal in reversals_between(compared.history, service, *numbers, select)
        )

    # --- compact lists ---

    def print_rollup(self) -> int:
        from docgen.pages.registry import page_of
        from docgen.workers import gc_paused

        with gc_paused():
            print_pages([page_of(self.rollup(), "rollup")], self.options.page_format)
        return 0

    def rollup(self) -> Rollup:
        from docgen.compare.releases import period_of_changes
        from docgen.pages.notes.rollup import Rollup, rollup_periods

        by = self.options.group_by
        periods = rollup_periods(self.service_changes(), by, lambda changes: period_of_changes(changes, by))
        reversals = self.reversals()
        return Rollup(
            *self.compared.names,
            by,
            periods,
            self.change_filter.omission_note,
            reversals,
            sdk_notes=self.rollup_sdk_notes(periods),
        )

    def service_changes(self) -> list[ServiceChanges]:
        from docgen.compare.releases import changes_between_releases, changes_from_history

        compared, change_filter = self.compared, self.change_filter
        services = change_filter.services
        if not self.options.group_by:
            found = changes_between_releases((compared.old, compared.new), services, change_filter)
            return [changes.with_range_summary(compared.after_old) for changes in found]
        if compared.history:
            return changes_from_history(compared.history, *compared.release_numbers, services, change_filter)
        releases = (*compared.releases[:-1], compared.new)
        return list(changes_between_releases(releases, services, change_filter))


def _only_watched(notes: ServiceNotes, change_filter: CountingChangeFilter) -> ServiceNotes:
    """Return the notes without the operations that are not on the watchlist."""
    watchlist = change_filter.watchlist
    if watchlist is None:
        return notes
    operations = tuple(view for view in notes.operations if watchlist.matches_operation(notes.service, view.name))
    removed = tuple(pair for pair in notes.removed if watchlist.matches_operation(notes.service, pair[0]))
    return replace(notes, operations=operations, removed=removed)
