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

from docgen.diff.facts import ServiceDelta
from docgen.history.as_source import IndexedFile
from docgen.history.first_seen import Ages
from docgen.history.history import History
from docgen.model.service import MAX_NESTING_BESIDE, Service, load_json, parse
from docgen.pages import page as page_module
from docgen.pages.index.lifecycle import Gone, Lived, lifecycle, lifecycle_line, removed_operations
from docgen.pages.index.records import Mention, as_json, mention, reworded
from docgen.pages.index.release import operation_page
from docgen.pages.index.removed import GonePage
from docgen.pages.index.service import service_index
from docgen.pages.index.timeline import history_pages
from docgen.pages.notes.service_notes import ServiceNotes, service_notes
from docgen.pages.operation.extras import FILES, beside
from docgen.pages.page import Page, gone_page, lifecycle_page, service_page, timeline_page
from docgen.pages.search.entries import Entries, search_entries
from docgen.pages.split_pages import notes_pages, reference_pages
from docgen.render.addresses import folder_of
from docgen.render.formats import FORMATS, render
from docgen.site.model_reader import Series
from docgen.sources.release import ModelFile

File = tuple[str, bytes]

_LEVEL = 3  # of zlib


@dataclass(frozen=True, slots=True)
class Look:
    """How pages are laid out: formats, the address of the site or nothing, templates that stand in for ours."""

    formats: tuple[str, ...]
    url: str = ""
    templates: Path | None = None

    def files(self, page: Page) -> Iterator[File]:
        """A page in every format."""
        formats = page.among(self.formats)
        for name in formats:
            text = render(page, name, twins=formats, url=self.url, templates=self.templates)
            yield page.path + FORMATS[name].extension, text.encode()


@dataclass(frozen=True, slots=True)
class Step:
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
    previous: str
    date: str
    summary: str
    summaries_known: bool
    previous_page: str
    next_page: str
    linked: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class NotesJob:
    """Steps of one service, oldest first."""

    steps: tuple[Step, ...]
    look: Look

    @property
    def weight(self) -> int:
        """How much work it is, to begin with the most."""
        return len(self.steps)


@dataclass(frozen=True, slots=True)
class ReferenceJob:
    """The reference of a service: its newest model, its lines in the notes (oldest first), where its history is.

    `changes` is how many releases changed it, as far as is known.
    """

    key: str
    fingerprint: str
    file: ModelFile
    api_versions: tuple[str, ...]
    mentions: tuple[tuple[Mention, frozenset[str]], ...]
    history: Path | None
    number: int
    changes: int
    look: Look

    @property
    def weight(self) -> int:
        """How much work it is: what changed often is large."""
        return len(self.mentions)


@dataclass(frozen=True, slots=True)
class IndexJob:
    """A page that is made of records alone: `kind` is that of `pages.<kind>_page`, `view` what it shows."""

    key: str
    fingerprint: str
    kind: str
    view: Any
    path: str
    look: Look
    weight: int = 1


Job = NotesJob | ReferenceJob | IndexJob


class Made(NamedTuple):
    """A part: its key and fingerprint, its files, and what is told of it, as JSON could carry it."""

    key: str
    fingerprint: str
    files: list[File]
    told: dict[str, Any] | None


def make(job: Job) -> list[Made]:
    """Make the parts of a job; raises `ModelError`, `SourceError` and `UsageError`."""
    match job:
        case NotesJob():
            return list(_tidied(_notes(job)))
        case ReferenceJob():
            return list(_tidied([_reference(job)]))
    page: Page = getattr(page_module, f"{job.kind}_page")(job.view, job.path)
    return [Made(job.key, job.fingerprint, list(job.look.files(page)), {"date": page.date})]


def _tidied(parts: Iterable[Made]) -> Iterator[Made]:
    """The parts, letting go of what made them. A rendered template holds its page in a cycle: Jinja's macros do."""
    for part in parts:
        yield part
        gc.collect(0)


def _notes(job: NotesJob) -> Iterator[Made]:
    series = Series()
    for step in job.steps:
        delta = series.delta(step.old, step.new)
        notes = _notes_of(step, delta) if delta is not None else None
        if notes is None or not notes.is_told:
            words = reworded(notes) if notes else None
            yield Made(step.key, step.fingerprint, [], {"reworded": list(words), "date": ""} if words else None)
            continue
        told = {
            "mention": as_json(mention(notes, step.path)),
            "operations": [view.name for view in notes.operations],
            "date": step.date,
        }
        files = [file for page in notes_pages(notes, step.path) for file in job.look.files(page)]
        yield Made(step.key, step.fingerprint, files, told)


def _notes_of(step: Step, delta: ServiceDelta) -> ServiceNotes:
    """The notes of a step, with what a site adds to them."""
    notes = service_notes(
        delta,
        release=step.release,
        previous=step.previous,
        package=step.package,
        date=step.date,
        summary=step.summary,
        summaries_known=step.summaries_known,
    )
    return replace(
        notes,
        root=root_of(step.path),
        reference=frozenset(delta.new.operations) if step.linked is None else step.linked,
        previous_page=step.previous_page,
        next_page=step.next_page,
    )


def _reference(job: ReferenceJob) -> Made:
    reference = _Reference(job, _newest(job.file))
    files = [file for page in reference.pages() for file in job.look.files(page)]
    return Made(job.key, job.fingerprint, files, reference.told())


def _newest(file: ModelFile) -> Service:
    """The model in a file, which must be without fault; a history was lenient when it took it."""
    if isinstance(file.file, IndexedFile):
        return Series().service(file)
    return parse(file.read(), file.place)


class _Reference:
    """The pages of a service: itself, its operations, its history, what is deprecated in it and gone from it."""

    def __init__(self, job: ReferenceJob, service: Service) -> None:
        self.job = job
        self.service = service
        self.name = job.file.service
        self.mentions = [mention for mention, _ in job.mentions]
        history = History(job.history) if job.history is not None else None
        self.dated = tuple((release.name, release.date or "") for release in history.releases) if history else ()
        self.ages = Ages(history, self.name, job.number) if history else None
        self.beside = beside(_siblings(job.file))
        lived = self.ages.lived() if self.ages else Lived()
        life = lifecycle(service, self.name, lived, removed_operations(self.mentions))
        self.life = self.ages.by_place(life) if self.ages else life
        self.index = service_index(
            service,
            self.name,
            reversed(self.mentions),
            api_versions=job.api_versions,
            beside=self.beside,
            lifecycle=self.life,
            since=self.since(),
        )

    def since(self) -> dict[str, str]:
        if self.ages is None:
            return {}
        return {name: self.dated[number - 1][0] for name, number in self.ages.since().items() if number > 1}

    def pages(self) -> Iterator[Page]:
        name = self.name
        yield service_page(replace(self.index, root="../../"), f"services/{name}/index")
        yield from self.operations()
        if self.mentions:
            for path, timeline in history_pages(name, self.index.title, self.index.history):
                yield timeline_page(timeline, path)
        if self.life.is_told:
            yield lifecycle_page(replace(self.life, root="../../"), f"lifecycle/{name}/index")
        there = {operation.casefold() for operation in self.service.operations}
        for gone in reversed(self.life.gone):
            folded = gone.name.casefold()
            if folded not in there:  # what was only respelt has its page, and some disks do not tell case
                there.add(folded)
                yield removed_operation_page(gone, name, self.index.title, self.mentions)

    def operations(self) -> Iterator[Page]:
        age = self.ages.of_view if self.ages else None
        told: dict[str, list[Mention]] = {}
        for each, operations in self.job.mentions:
            for name in operations:
                told.setdefault(name, []).append(each)
        for operation in self.service.operations.values():
            path = f"services/{self.name}/{folder_of(operation.name)}/index"
            mentions = reversed(told.get(operation.name, ()))
            page = operation_page(self.service, operation, self.name, mentions, age, self.dated, self.beside)
            yield from reference_pages(replace(page, root=root_of(path)), path)

    def told(self) -> dict[str, Any]:
        found = search_entries(self.service, self.name) if "html" in self.job.look.formats else None
        return {
            "entries": None if found is None else packed(found),
            "line": [self.index.title, self.index.api_version, len(self.service.operations)],
            "life": list(lifecycle_line(self.life)) if self.life.is_told else None,
            "date": "",
        }


def removed_operation_page(gone: Gone, service: str, title: str, mentions: Sequence[Mention]) -> Page:
    """The page in the place of an operation that is no more; addresses of a site do not die."""
    path = f"services/{service}/{folder_of(gone.name)}/index"
    notes = next((each.path for each in mentions if each.release == gone.until.release), "")
    return gone_page(GonePage(service, title, gone.name, gone, notes, root_of(path)), path)


def packed(entries: Entries) -> str:
    """What can be found in a service as text that is small enough to be kept for each of them."""
    return b64encode(zlib.compress(orjson.dumps(entries, default=list), _LEVEL)).decode()


def unpacked(text: str) -> Entries:
    """The entries that were packed."""
    found: Entries = orjson.loads(zlib.decompress(b64decode(text)))
    return found


def root_of(path: str) -> str:
    """How a page leads to the root of the site."""
    return "../" * path.count("/")


def _siblings(file: ModelFile) -> dict[str, Any]:
    """The files beside a model that its pages tell of, decoded."""
    found: Iterable[tuple[str, Any]] = ((name, file.siblings[name]) for name in FILES if name in file.siblings)
    return {name: load_json(each.read(), each.place, MAX_NESTING_BESIDE) for name, each in found}
