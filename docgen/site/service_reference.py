"""The reference of one service: its own page, and pages of its operations, its changes and its lifecycle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from docgen.history.first_seen import FirstSeenIndex
from docgen.history.history import History
from docgen.history.lifespans import ServiceLifespan
from docgen.history.years import changes_by_year
from docgen.model.python_view import python_view
from docgen.model.service import Service
from docgen.model.strict_json import MAX_SIBLING_NESTING, load_json
from docgen.pages.index.lifecycle import lifecycle_line, removed_operations, service_lifecycle
from docgen.pages.index.navigation import NAVIGATION_FILE, service_navigation
from docgen.pages.index.records import NotesSummary
from docgen.pages.index.removed import removed_operation_page
from docgen.pages.index.service import service_index, service_life
from docgen.pages.index.timeline import service_timelines
from docgen.pages.operation.extras import SIBLING_FILES, read_sibling_info
from docgen.pages.operation.reference import operation_reference, reference_pages
from docgen.pages.operation.request_notations import RequestNotations
from docgen.pages.operation.rows import RowLocations
from docgen.pages.registry import page_of
from docgen.pages.search.entries import SearchEntries, search_entries
from docgen.pages.search.files import graph_file, pack_entries
from docgen.render.addresses import operation_folder, relative_root, service_path
from docgen.render.page import Page
from docgen.site.output_options import OutputFile
from docgen.site.service_types import ServiceTypes
from docgen.site.service_versions import ServiceVersions
from docgen.sources.release import ModelFile

if TYPE_CHECKING:
    from docgen.site.jobs import ReferenceJob


class ServiceReference:
    """The pages of a service.

    Args:
        job: What to build.
        service: The latest model of the service.
    """

    def __init__(self, job: ReferenceJob, service: Service) -> None:
        self.job = job
        self.service = service
        self.service_name = job.file.service
        self.python_view = python_view(service, self.service_name, job.package, job.release)
        self.row_locations: dict[str, RowLocations] = {}
        self.types = ServiceTypes(self.python_view, self.service_name, job.folders)
        self.notes_summaries = [entry.summary for entry in job.notes_entries]
        self.history = history = History(job.history_path) if job.history_path is not None else None
        self.dated_releases = (
            tuple((release.name, release.date or "") for release in history.releases[: job.latest_number])
            if history
            else ()
        )
        self.first_seen = FirstSeenIndex(history, self.service_name, job.latest_number) if history else None
        self.sibling_info = read_sibling_info(_load_siblings(job.file))
        lifespan = self.first_seen.lifespan() if self.first_seen else ServiceLifespan()
        lifecycle = service_lifecycle(service, self.service_name, lifespan, removed_operations(self.notes_summaries))
        if self.first_seen:
            members = self.first_seen.with_path_dates(lifecycle.deprecated_members)
            lifecycle = replace(lifecycle, deprecated_members=members)
        self.lifecycle = replace(lifecycle, folders=job.folders)
        self.versions = (
            ServiceVersions(
                history,
                self.service_name,
                job.package,
                job.latest_number,
                job.folders,
                {entry.summary.release for entry in job.notes_entries if entry.verdicts},
            )
            if history and "html" in job.output_options.formats
            else None
        )
        self.index = service_index(
            service,
            self.service_name,
            reversed(self.notes_summaries),
            api_versions=job.api_versions,
            sibling_info=self.sibling_info,
            lifecycle=self.lifecycle,
            since=self.first_releases(),
            type_count=len(self.types.shapes),
            changed_operations=self.versions.changed_operations if self.versions else frozenset(),
        )
        if history:
            years = changes_by_year(history, self.service_name, job.latest_number)
            self.index = replace(
                self.index,
                years=years,
                earlier_release_count=job.earlier_release_count,
                known_since=job.first_release,
            )

    def first_releases(self) -> dict[str, str]:
        """Return the first release of each operation that is newer than the history."""
        if self.first_seen is None:
            return {}
        numbers = self.first_seen.of_operations()
        return {name: self.dated_releases[number - 1][0] for name, number in numbers.items() if number > 1}

    def pages(self) -> Iterator[Page]:
        """Yield every page of the reference."""
        name = self.service_name
        index = replace(self.index, root="../../", folders=self.job.folders)
        yield page_of(index, service_path(name))
        yield page_of(service_navigation(index), service_path(name, inner=NAVIGATION_FILE))
        yield from self.operation_pages()
        yield from self.types.pages(self.row_locations, self.first_seen, self.dated_releases, self.notes_summaries)
        if self.versions and self.index.changed_operations:
            yield self.versions.page(self.index.title, self.index.history)
        if self.notes_summaries:
            for path, timeline in service_timelines(name, self.index.title, self.index.history):
                yield page_of(timeline, path)
        if self.lifecycle.has_content:
            yield page_of(replace(self.lifecycle, root="../../"), service_path(name, "lifecycle"))
        for removal in self.lifecycle.removals:
            yield removed_operation_page(removal, name, self.index.title, self.notes_summaries, self.job.folders)

    def version_files(self) -> Iterator[OutputFile]:
        """Yield the files from which the page that compares versions is made."""
        if self.versions and self.index.changed_operations:
            notes = [(entry.summary, verdict) for entry in self.job.notes_entries for verdict in entry.verdicts]
            yield from self.versions.files([(summary.release, summary.path, verdict) for summary, verdict in notes])

    def operation_pages(self) -> Iterator[Page]:
        """Yield the pages of all operations."""
        first_seen = self.first_seen.of_rows if self.first_seen else None
        summaries: dict[str, list[NotesSummary]] = {}
        for entry in self.job.notes_entries:
            for name in entry.operations:
                summaries.setdefault(name, []).append(entry.summary)
        names = [line.name for _, lines in self.index.groups for line in lines]
        chosen = self.job.output_options.branding.notations
        notations = RequestNotations(self.service_name, self.service, self.job.package, chosen)
        neighbours = dict(zip(names, zip(["", *names], [*names[1:], ""], strict=False), strict=True))
        for operation in self.python_view.operations.values():
            previous_operation, next_operation = neighbours[operation.name]
            folder = operation_folder(operation.name, self.job.folders)
            path = service_path(self.service_name, inner=f"{folder}/index")
            view = operation_reference(
                self.python_view,
                operation,
                self.service_name,
                reversed(summaries.get(operation.name, ())),
                first_seen,
                self.dated_releases,
                self.sibling_info,
                self.job.package,
            )
            view = replace(
                view,
                operation=replace(view.operation, type_pages=self.types.type_pages, may_split=True),
                root=relative_root(path),
                folders=self.job.folders,
                previous_operation=previous_operation,
                next_operation=next_operation,
                can_compare=operation.name in self.index.changed_operations,
                notations=notations.of(self.service.operations[operation.name]),
            )
            for page in reference_pages(view, path):
                if page.path == path:
                    self.row_locations[operation.name] = RowLocations(page.view.operation.rows)
                yield page

    def metadata(self) -> dict[str, Any]:
        """Return what other pages show of the service, as plain JSON."""
        entries = self.search_entries
        return {
            "search_entries": pack_entries(entries) if entries else None,
            "service_line": [self.index.title, self.index.api_version, len(self.service.operations)],
            "life": list(map(list, service_life(self.index))),
            "lifecycle": list(lifecycle_line(self.lifecycle)) if self.lifecycle.has_content else None,
            "date": "",
            "distinct_model": "" if self.job.folders else self.job.model_digest,
        }

    def search_file(self) -> Iterator[OutputFile]:
        """Yield the file of the search that is about this service alone."""
        if self.search_entries:
            yield graph_file(self.search_entries)

    @cached_property
    def search_entries(self) -> SearchEntries | None:
        """What the search finds in the service; None for a site without search."""
        if "html" not in self.job.output_options.formats:
            return None
        return search_entries(self.python_view, self.service_name, self.job.folders, self.types.search_names())


def _load_siblings(file: ModelFile) -> dict[str, Any]:
    """Return the decoded siblings of a model that its pages show."""
    siblings: Iterable[tuple[str, Any]] = (
        (name, file.siblings[name]) for name in SIBLING_FILES if name in file.siblings
    )
    return {name: load_json(sibling.read(), sibling.location, MAX_SIBLING_NESTING) for name, sibling in siblings}
