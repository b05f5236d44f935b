"""Builds the pages of one service, or one other page, as a job.

A job and its result are plain values that can be sent to another process. A job does not know which parts are reused.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from docgen.compare.model_reader import ModelReader
from docgen.diff.delta import ServiceDelta
from docgen.history.as_source import IndexedFile
from docgen.model.parse import parse
from docgen.model.service import Service
from docgen.pages.index.records import NotesSummary, documentation_only, record_to_json, summarize_notes
from docgen.pages.notes.operation_notes import notes_pages
from docgen.pages.notes.service_notes import ServiceNotes, service_notes
from docgen.pages.registry import page_of
from docgen.render.addresses import relative_root
from docgen.site.output_options import OutputFile, OutputOptions
from docgen.site.plan import NotesTask
from docgen.site.service_reference import ServiceReference
from docgen.sources.release import ModelFile

NotesEntry = tuple[NotesSummary, frozenset[str]]
"""The summary of the notes of a service in a release, and the operations that they mention."""


@dataclass(frozen=True, slots=True)
class NotesJob:
    """Notes of one service to build, oldest first."""

    tasks: tuple[NotesTask, ...]
    output_options: OutputOptions

    @property
    def weight(self) -> int:
        """An estimate of how long the job takes. The longest jobs start first."""
        return len(self.tasks)


@dataclass(frozen=True, slots=True)
class ReferenceJob:
    """The reference of a service to build.

    Attributes:
        key: The key of the part.
        fingerprint: The fingerprint of the part.
        file: The latest model.
        api_versions: All API versions of the service.
        notes_entries: The notes of the service on this site, oldest first.
        history_path: The history file, or None.
        latest_number: The number of the latest release in the history.
        changed_release_count: How many releases changed the service, as far as known.
        output_options: How pages are rendered.
        package: Name of the package with the model.
    """

    key: str
    fingerprint: str
    file: ModelFile
    api_versions: tuple[str, ...]
    notes_entries: tuple[NotesEntry, ...]
    history_path: Path | None
    latest_number: int
    changed_release_count: int
    output_options: OutputOptions
    package: str

    @property
    def weight(self) -> int:
        """An estimate of how long the job takes: services that changed often are large."""
        return len(self.notes_entries)


@dataclass(frozen=True, slots=True)
class IndexJob:
    """A page to build that only needs records: its view and its path."""

    key: str
    fingerprint: str
    view: Any
    path: str
    output_options: OutputOptions
    weight: int = 1


SiteJob = NotesJob | ReferenceJob | IndexJob


class BuiltPart(NamedTuple):
    """A part of the site: its key and fingerprint, its files, and metadata for other pages, as plain JSON."""

    key: str
    fingerprint: str
    files: list[OutputFile]
    metadata: dict[str, Any] | None


def run_site_job(job: SiteJob) -> list[BuiltPart]:
    """Build the parts of a job; raise `ModelError`, `SourceError` or `UsageError`."""
    match job:
        case NotesJob():
            return list(_collecting_garbage(_build_notes(job)))
        case ReferenceJob():
            return list(_collecting_garbage([_build_reference(job)]))
    page = page_of(job.view, job.path)
    return [BuiltPart(job.key, job.fingerprint, list(job.output_options.render_files(page)), {"date": page.date})]


def _collecting_garbage(parts: Iterable[BuiltPart]) -> Iterator[BuiltPart]:
    """Yield parts, and free what built them. The macros of a rendered Jinja template keep its page in a cycle."""
    for part in parts:
        yield part
        gc.collect(0)


def _build_notes(job: NotesJob) -> Iterator[BuiltPart]:
    reader = ModelReader()
    for task in job.tasks:
        delta = reader.compare(task.old, task.new)
        notes = _task_notes(task, delta) if delta is not None else None
        if notes is None or not notes.has_content:
            yield BuiltPart(task.key, task.fingerprint, [], _documentation_metadata(notes))
            continue
        metadata = {
            "notes_summary": record_to_json(summarize_notes(notes, task.path)),
            "operations": [view.name for view in notes.operations],
            "date": task.context.date,
        }
        files = [file for page in notes_pages(notes, task.path) for file in job.output_options.render_files(page)]
        yield BuiltPart(task.key, task.fingerprint, files, metadata)


def _documentation_metadata(notes: ServiceNotes | None) -> dict[str, Any] | None:
    """Return the metadata of notes without a page: how much documentation changed, or None if nothing did."""
    counts = documentation_only(notes) if notes else None
    return {"documentation_only": list(counts), "date": ""} if counts else None


def _task_notes(task: NotesTask, delta: ServiceDelta) -> ServiceNotes:
    """Return the notes of a task, with the links that only a site has."""
    notes = service_notes(delta, task.context)
    linked = task.linked_operations
    return replace(
        notes,
        root=relative_root(task.path),
        referenced_operations=frozenset(delta.new.operations) if linked is None else linked,
        previous_release_page=task.previous_page,
        next_release_page=task.next_page,
    )


def _build_reference(job: ReferenceJob) -> BuiltPart:
    reference = ServiceReference(job, _read_latest_model(job.file))
    files = [file for page in reference.pages() for file in job.output_options.render_files(page)]
    return BuiltPart(job.key, job.fingerprint, files, reference.metadata())


def _read_latest_model(file: ModelFile) -> Service:
    """Read a model strictly. One from a history cannot be: it was checked, more leniently, when it was indexed."""
    if isinstance(file.file, IndexedFile):
        return ModelReader().read_service(file)
    return parse(file.read(), file.location)
