"""The pages of one service, as jobs: plain values in, files and what other pages say of them out.

A job can be sent to another process; so can what it brings. Nothing here knows which parts were kept.
"""

from __future__ import annotations

import gc
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from docgen.diff.delta import ServiceDelta
from docgen.history.as_source import IndexedFile
from docgen.history.first_seen import FirstSeenIndex
from docgen.history.history import History
from docgen.model.parse import parse
from docgen.model.service import Service
from docgen.model.strict_json import MAX_SIBLING_NESTING, load_json
from docgen.pages import page as page_module
from docgen.pages.index.lifecycle import Removal, ServiceLifespan, lifecycle_line, removed_operations, service_lifecycle
from docgen.pages.index.records import NotesSummary, documentation_only, record_to_json, summarize_notes
from docgen.pages.index.release import operation_reference
from docgen.pages.index.removed import RemovalNotice
from docgen.pages.index.service import service_index
from docgen.pages.index.timeline import service_timelines
from docgen.pages.notes.service_notes import ServiceNotes, service_notes
from docgen.pages.operation.extras import SIBLING_FILES, read_sibling_info
from docgen.pages.page import Page, lifecycle_page, removed_page, service_page, timeline_page
from docgen.pages.search.entries import SearchEntries, search_entries
from docgen.pages.split_pages import notes_pages, reference_pages
from docgen.render.addresses import operation_folder
from docgen.render.formats import FORMATS, render_page
from docgen.site.model_reader import ModelReader
from docgen.sources.release import ModelFile

OutputFile = tuple[str, bytes]

_COMPRESSION_LEVEL = 3  # of zlib


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """How pages are laid out: formats, the address of the site or nothing, templates that stand in for ours."""

    formats: tuple[str, ...]
    url: str = ""
    templates: Path | None = None

    def render_files(self, page: Page) -> Iterator[OutputFile]:
        """A page in every format."""
        formats = page.available_formats(self.formats)
        for name in formats:
            text = render_page(page, name, available_formats=formats, base_url=self.url, templates=self.templates)
            yield page.path + FORMATS[name].extension, text.encode()


@dataclass(frozen=True, slots=True)
class NotesTask:
    """The notes of a service in a release, before they are made: what is compared, and what the page says of itself.

    `linked` are the operations that have a page in the reference; None stands for all that the model has.
    """

    key: str
    fingerprint: str
    path: str
    old: ModelFile | None
    new: ModelFile
    package: str
    release: str
    previous_release: str
    date: str
    summary: str
    summaries_known: bool
    previous_page: str
    next_page: str
    linked_operations: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class NotesJob:
    """Steps of one service, oldest first."""

    tasks: tuple[NotesTask, ...]
    output_options: OutputOptions

    @property
    def weight(self) -> int:
        """How much work it is, to begin with the most."""
        return len(self.tasks)


@dataclass(frozen=True, slots=True)
class ReferenceJob:
    """The reference of a service: its newest model, its lines in the notes (oldest first), where its history is.

    `changes` is how many releases changed it, as far as is known.
    """

    key: str
    fingerprint: str
    file: ModelFile
    api_versions: tuple[str, ...]
    notes_entries: tuple[tuple[NotesSummary, frozenset[str]], ...]
    history_path: Path | None
    latest_number: int
    changed_release_count: int
    output_options: OutputOptions

    @property
    def weight(self) -> int:
        """How much work it is: what changed often is large."""
        return len(self.notes_entries)


@dataclass(frozen=True, slots=True)
class IndexJob:
    """A page that is made of records alone: `kind` is that of `pages.<kind>_page`, `view` what it shows."""

    key: str
    fingerprint: str
    page_kind: str
    view: Any
    path: str
    output_options: OutputOptions
    weight: int = 1


SiteJob = NotesJob | ReferenceJob | IndexJob


class BuiltPart(NamedTuple):
    """A part: its key and fingerprint, its files, and what is told of it, as JSON could carry it."""

    key: str
    fingerprint: str
    files: list[OutputFile]
    metadata: dict[str, Any] | None


def run_site_job(job: SiteJob) -> list[BuiltPart]:
    """Make the parts of a job; raises `ModelError`, `SourceError` and `UsageError`."""
    match job:
        case NotesJob():
            return list(_collecting_garbage(_build_notes(job)))
        case ReferenceJob():
            return list(_collecting_garbage([_build_reference(job)]))
    page: Page = getattr(page_module, f"{job.page_kind}_page")(job.view, job.path)
    return [BuiltPart(job.key, job.fingerprint, list(job.output_options.render_files(page)), {"date": page.date})]


def _collecting_garbage(parts: Iterable[BuiltPart]) -> Iterator[BuiltPart]:
    """The parts, letting go of what made them. A rendered template holds its page in a cycle: Jinja's macros do."""
    for part in parts:
        yield part
        gc.collect(0)


def _build_notes(job: NotesJob) -> Iterator[BuiltPart]:
    series = ModelReader()
    for step in job.tasks:
        delta = series.compare(step.old, step.new)
        notes = _task_notes(step, delta) if delta is not None else None
        if notes is None or not notes.has_content:
            words = documentation_only(notes) if notes else None
            yield BuiltPart(step.key, step.fingerprint, [], {"reworded": list(words), "date": ""} if words else None)
            continue
        told = {
            "mention": record_to_json(summarize_notes(notes, step.path)),
            "operations": [view.name for view in notes.operations],
            "date": step.date,
        }
        files = [file for page in notes_pages(notes, step.path) for file in job.output_options.render_files(page)]
        yield BuiltPart(step.key, step.fingerprint, files, told)


def _task_notes(task: NotesTask, delta: ServiceDelta) -> ServiceNotes:
    """The notes of a step, with what a site adds to them."""
    notes = service_notes(
        delta,
        release=task.release,
        previous=task.previous_release,
        package=task.package,
        date=task.date,
        summary=task.summary,
        summaries_known=task.summaries_known,
    )
    return replace(
        notes,
        root=relative_root(task.path),
        referenced_operations=frozenset(delta.new.operations)
        if task.linked_operations is None
        else task.linked_operations,
        previous_release_page=task.previous_page,
        next_release_page=task.next_page,
    )


def _build_reference(job: ReferenceJob) -> BuiltPart:
    reference = _ServiceReference(job, _read_latest_model(job.file))
    files = [file for page in reference.pages() for file in job.output_options.render_files(page)]
    return BuiltPart(job.key, job.fingerprint, files, reference.metadata())


def _read_latest_model(file: ModelFile) -> Service:
    """The model in a file, which must be without fault; a history was lenient when it took it."""
    if isinstance(file.file, IndexedFile):
        return ModelReader().read_service(file)
    return parse(file.read(), file.location)


class _ServiceReference:
    """The pages of a service: itself, its operations, its history, what is deprecated in it and gone from it."""

    def __init__(self, job: ReferenceJob, service: Service) -> None:
        self.job = job
        self.service = service
        self.service_name = job.file.service
        self.notes_summaries = [mention for mention, _ in job.notes_entries]
        history = History(job.history_path) if job.history_path is not None else None
        self.dated_releases = (
            tuple((release.name, release.date or "") for release in history.releases) if history else ()
        )
        self.first_seen = FirstSeenIndex(history, self.service_name, job.latest_number) if history else None
        self.siblings = read_sibling_info(_load_siblings(job.file))
        lived = self.first_seen.lifespan() if self.first_seen else ServiceLifespan()
        life = service_lifecycle(service, self.service_name, lived, removed_operations(self.notes_summaries))
        self.lifecycle = self.first_seen.with_path_dates(life) if self.first_seen else life
        self.index = service_index(
            service,
            self.service_name,
            reversed(self.notes_summaries),
            api_versions=job.api_versions,
            sibling_info=self.siblings,
            lifecycle=self.lifecycle,
            since=self.first_releases(),
        )

    def first_releases(self) -> dict[str, str]:
        if self.first_seen is None:
            return {}
        return {
            name: self.dated_releases[number - 1][0]
            for name, number in self.first_seen.of_operations().items()
            if number > 1
        }

    def pages(self) -> Iterator[Page]:
        name = self.service_name
        yield service_page(replace(self.index, root="../../"), f"services/{name}/index")
        yield from self.operation_pages()
        if self.notes_summaries:
            for path, timeline in service_timelines(name, self.index.title, self.index.history):
                yield timeline_page(timeline, path)
        if self.lifecycle.has_content:
            yield lifecycle_page(replace(self.lifecycle, root="../../"), f"lifecycle/{name}/index")
        there = {operation.casefold() for operation in self.service.operations}
        for gone in reversed(self.lifecycle.removals):
            folded = gone.name.casefold()
            if folded not in there:  # what was only respelt has its page, and some disks do not tell case
                there.add(folded)
                yield removed_operation_page(gone, name, self.index.title, self.notes_summaries)

    def operation_pages(self) -> Iterator[Page]:
        age = self.first_seen.of_operation_view if self.first_seen else None
        told: dict[str, list[NotesSummary]] = {}
        for each, operations in self.job.notes_entries:
            for name in operations:
                told.setdefault(name, []).append(each)
        for operation in self.service.operations.values():
            path = f"services/{self.service_name}/{operation_folder(operation.name)}/index"
            mentions = reversed(told.get(operation.name, ()))
            page = operation_reference(
                self.service, operation, self.service_name, mentions, age, self.dated_releases, self.siblings
            )
            yield from reference_pages(replace(page, root=relative_root(path)), path)

    def metadata(self) -> dict[str, Any]:
        found = search_entries(self.service, self.service_name) if "html" in self.job.output_options.formats else None
        return {
            "entries": None if found is None else compress_entries(found),
            "line": [self.index.title, self.index.api_version, len(self.service.operations)],
            "life": list(lifecycle_line(self.lifecycle)) if self.lifecycle.has_content else None,
            "date": "",
        }


def removed_operation_page(gone: Removal, service: str, title: str, mentions: Sequence[NotesSummary]) -> Page:
    """The page in the place of an operation that is no more; addresses of a site do not die."""
    path = f"services/{service}/{operation_folder(gone.name)}/index"
    notes = next((each.path for each in mentions if each.release == gone.removed_in.release), "")
    return removed_page(RemovalNotice(service, title, gone.name, gone, notes, relative_root(path)), path)


def compress_entries(entries: SearchEntries) -> str:
    """What can be found in a service as text that is small enough to be kept for each of them."""
    return b64encode(zlib.compress(orjson.dumps(entries, default=list), _COMPRESSION_LEVEL)).decode()


def decompress_entries(text: str) -> SearchEntries:
    """The entries that were packed."""
    found: SearchEntries = orjson.loads(zlib.decompress(b64decode(text)))
    return found


def relative_root(path: str) -> str:
    """How a page leads to the root of the site."""
    return "../" * path.count("/")


def _load_siblings(file: ModelFile) -> dict[str, Any]:
    """The files beside a model that its pages tell of, decoded."""
    found: Iterable[tuple[str, Any]] = ((name, file.siblings[name]) for name in SIBLING_FILES if name in file.siblings)
    return {name: load_json(each.read(), each.location, MAX_SIBLING_NESTING) for name, each in found}
