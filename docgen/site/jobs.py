"""Builds the pages of one service, or one other page, as a job.

A job and its result are plain values that can be sent to another process. A job does not know which parts are reused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from docgen.compare.model_reader import ModelReader
from docgen.diff.delta import ServiceDelta
from docgen.history.as_source import IndexedFile
from docgen.model.parse import parse
from docgen.model.service import Service
from docgen.pages.index.records import (
    NotesSummary,
    NotesVerdict,
    documentation_only,
    notes_verdicts,
    record_to_json,
    summarize_notes,
)
from docgen.pages.notes.operation_notes import notes_pages
from docgen.pages.notes.service_notes import ServiceNotes, service_notes
from docgen.pages.registry import page_of
from docgen.render.addresses import relative_root
from docgen.render.page import Page
from docgen.site.output_options import OutputFile, OutputOptions
from docgen.site.plan import NotesTask
from docgen.site.publish.staging import Stage, StagedPage
from docgen.site.service_reference import ServiceReference
from docgen.sources.release import ModelFile


class NotesEntry(NamedTuple):
    """The summary of the notes of a service in a release, the operations that they mention, and the worst changes."""

    summary: NotesSummary
    operations: frozenset[str]
    verdicts: tuple[NotesVerdict, ...] = ()


@dataclass(frozen=True, slots=True)
class NotesJob:
    """Notes of one service to build, oldest first, and the stage that gets the pages, as in `ReferenceJob`."""

    tasks: tuple[NotesTask, ...]
    output_options: OutputOptions
    stage: Stage | None = None

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
        model_digest: The digest of that model.
        api_versions: All API versions of the service.
        notes_entries: The notes of the service on this site, oldest first.
        history_path: The history file, or None.
        latest_number: The number of the latest release in the history.
        changed_release_count: How many releases changed the service, as far as known.
        earlier_release_count: How many releases before those of the site changed the service, as far as known.
        first_release: The first release that is known to have the service, or empty.
        output_options: How pages are rendered.
        package: Name of the package with the model.
        release: Name of the latest release.
        folders: Folders of operations whose names differ only by case.
        stage: Where the pages are written; without it they come with the result.
    """

    key: str
    fingerprint: str
    file: ModelFile
    model_digest: str
    api_versions: tuple[str, ...]
    notes_entries: tuple[NotesEntry, ...]
    history_path: Path | None
    latest_number: int
    changed_release_count: int
    earlier_release_count: int
    first_release: str
    output_options: OutputOptions
    package: str
    folders: Mapping[str, str]
    release: str
    stage: Stage | None = None

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
    stage: Stage | None = None
    weight: int = 1


SiteJob = NotesJob | ReferenceJob | IndexJob


class BuiltPart(NamedTuple):
    """A part of the site that was built.

    Attributes:
        key: Its key.
        fingerprint: Its fingerprint.
        pages: Its pages in a stage.
        files: Its pages, if the job has no stage.
        metadata: What other pages show of it, as plain JSON.
    """

    key: str
    fingerprint: str
    pages: list[StagedPage]
    files: list[OutputFile]
    metadata: dict[str, Any] | None


def run_site_job(job: SiteJob) -> list[BuiltPart]:
    """Build the parts of a job; raise `ModelError`, `SourceError`, `UsageError` or `OutputError`."""
    match job:
        case NotesJob():
            return list(_build_notes(job))
        case ReferenceJob():
            return [_build_reference(job)]
    page = page_of(job.view, job.path)
    return [_built_part(job, job.key, job.fingerprint, [page], {"date": page.date})]


def _built_part(
    job: SiteJob,
    key: str,
    fingerprint: str,
    pages: Iterable[Page],
    metadata: dict[str, Any] | None,
    other_files: Iterable[OutputFile] = (),
) -> BuiltPart:
    """Return a part with its pages, which are rendered one at a time and written into the stage if the job has one."""
    rendered = (file for page in pages for file in job.output_options.render_files(page))
    files = chain(rendered, other_files)
    if job.stage is None:
        return BuiltPart(key, fingerprint, [], list(files), metadata)
    return BuiltPart(key, fingerprint, [job.stage.write(*file) for file in files], [], metadata)


def _build_notes(job: NotesJob) -> Iterator[BuiltPart]:
    reader = ModelReader()
    for task in job.tasks:
        delta = reader.compare(task.old, task.new)
        notes = _task_notes(task, delta) if delta is not None else None
        if notes is None or not notes.has_content:
            yield _built_part(job, task.key, task.fingerprint, (), _documentation_metadata(notes))
            continue
        metadata = {
            "notes_summary": record_to_json(summarize_notes(notes, task.path)),
            "operations": [view.name for view in notes.operations],
            "verdicts": record_to_json(notes_verdicts(notes)),
            "date": task.context.date,
        }
        yield _built_part(job, task.key, task.fingerprint, notes_pages(notes, task.path), metadata)


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
        folders=task.folders,
    )


def _build_reference(job: ReferenceJob) -> BuiltPart:
    reference = ServiceReference(job, _read_latest_model(job.file))
    other_files = chain(reference.version_files(), reference.search_file())
    return _built_part(job, job.key, job.fingerprint, reference.pages(), reference.metadata(), other_files)


def _read_latest_model(file: ModelFile) -> Service:
    """Read a model strictly. One from a history cannot be: it was checked, more leniently, when it was indexed."""
    if isinstance(file.file, IndexedFile):
        return ModelReader().read_service(file)
    return parse(file.read(), file.location)
