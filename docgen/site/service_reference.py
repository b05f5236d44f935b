"""The reference of one service: its own page, and pages of its operations, its changes and its lifecycle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from docgen.history.first_seen import FirstSeenIndex
from docgen.history.history import History
from docgen.history.lifespans import ServiceLifespan
from docgen.model.service import Service
from docgen.model.strict_json import MAX_SIBLING_NESTING, load_json
from docgen.pages.index.lifecycle import lifecycle_line, removed_operations, service_lifecycle
from docgen.pages.index.records import NotesSummary
from docgen.pages.index.removed import removed_operation_page
from docgen.pages.index.service import service_index
from docgen.pages.index.timeline import service_timelines
from docgen.pages.operation.extras import SIBLING_FILES, read_sibling_info
from docgen.pages.operation.reference import operation_reference, reference_pages
from docgen.pages.registry import page_of
from docgen.pages.search.entries import search_entries
from docgen.pages.search.files import compress_entries
from docgen.render.addresses import operation_folder, relative_root
from docgen.render.page import Page
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
        self.notes_summaries = [summary for summary, _ in job.notes_entries]
        history = History(job.history_path) if job.history_path is not None else None
        self.dated_releases = (
            tuple((release.name, release.date or "") for release in history.releases) if history else ()
        )
        self.first_seen = FirstSeenIndex(history, self.service_name, job.latest_number) if history else None
        self.sibling_info = read_sibling_info(_load_siblings(job.file))
        lifespan = self.first_seen.lifespan() if self.first_seen else ServiceLifespan()
        lifecycle = service_lifecycle(service, self.service_name, lifespan, removed_operations(self.notes_summaries))
        if self.first_seen:
            members = self.first_seen.with_path_dates(lifecycle.deprecated_members)
            lifecycle = replace(lifecycle, deprecated_members=members)
        self.lifecycle = lifecycle
        self.index = service_index(
            service,
            self.service_name,
            reversed(self.notes_summaries),
            api_versions=job.api_versions,
            sibling_info=self.sibling_info,
            lifecycle=self.lifecycle,
            since=self.first_releases(),
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
        yield page_of(replace(self.index, root="../../"), f"services/{name}/index")
        yield from self.operation_pages()
        if self.notes_summaries:
            for path, timeline in service_timelines(name, self.index.title, self.index.history):
                yield page_of(timeline, path)
        if self.lifecycle.has_content:
            yield page_of(replace(self.lifecycle, root="../../"), f"lifecycle/{name}/index")
        # An operation whose name only changed case has a page already, and some file systems ignore case.
        taken = {operation.casefold() for operation in self.service.operations}
        for removal in reversed(self.lifecycle.removals):
            folded = removal.name.casefold()
            if folded not in taken:
                taken.add(folded)
                yield removed_operation_page(removal, name, self.index.title, self.notes_summaries)

    def operation_pages(self) -> Iterator[Page]:
        """Yield the pages of all operations."""
        first_seen = self.first_seen.of_rows if self.first_seen else None
        summaries: dict[str, list[NotesSummary]] = {}
        for summary, operations in self.job.notes_entries:
            for name in operations:
                summaries.setdefault(name, []).append(summary)
        for operation in self.service.operations.values():
            path = f"services/{self.service_name}/{operation_folder(operation.name)}/index"
            view = operation_reference(
                self.service,
                operation,
                self.service_name,
                reversed(summaries.get(operation.name, ())),
                first_seen,
                self.dated_releases,
                self.sibling_info,
                self.job.package,
            )
            yield from reference_pages(replace(view, root=relative_root(path)), path)

    def metadata(self) -> dict[str, Any]:
        """Return what other pages show of the service, as plain JSON."""
        with_search = "html" in self.job.output_options.formats
        return {
            "search_entries": compress_entries(search_entries(self.service, self.service_name))
            if with_search
            else None,
            "service_line": [self.index.title, self.index.api_version, len(self.service.operations)],
            "lifecycle": list(lifecycle_line(self.lifecycle)) if self.lifecycle.has_content else None,
            "date": "",
        }


def _load_siblings(file: ModelFile) -> dict[str, Any]:
    """Return the decoded siblings of a model that its pages show."""
    siblings: Iterable[tuple[str, Any]] = (
        (name, file.siblings[name]) for name in SIBLING_FILES if name in file.siblings
    )
    return {name: load_json(sibling.read(), sibling.location, MAX_SIBLING_NESTING) for name, sibling in siblings}
