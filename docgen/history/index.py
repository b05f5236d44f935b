"""Keeping the history file up to date: what is new in a source, read by several processes, kept release by release.

A transaction ends between two releases, so whenever a run is killed, the file has all of some releases and nothing of
the next, and the next run goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from docgen.errors import SourceError
from docgen.history.as_source import HistorySource, close_reader
from docgen.history.database import is_database
from docgen.history.index_job import RevisionJob, index_revisions
from docgen.history.reader import HistoryReader, StoredRelease
from docgen.history.writer import HistoryWriter
from docgen.sources.release import File, ModelFile, Release, Source, has_summaries, service_summary, sort_releases
from docgen.workers import WorkerPool, gc_paused
from docgen.workers import worker_pool as started

MAX_SERIAL_REVISIONS = 12
"""Revisions up to which starting processes costs more than they save. The median release has four."""

BATCH_REVISIONS = 7_000
"""Revisions in one transaction: 40 s of work for one processor, which is what a kill can cost."""

ApiKey = tuple[str, str]
"""A service and an API version."""


@dataclass(frozen=True, slots=True)
class IndexResult:
    """What a run did: how many releases and revisions it added, from the release `first` to `newest`."""

    releases: int = 0
    revisions: int = 0
    first: str = ""
    newest: str = ""
    reindexed: int = 0


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far a run is: releases done, and those to do in all."""

    done: int
    total: int


def update_history(
    source: Source,
    path: Path,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Callable[[IndexProgress], None] = lambda _: None,
    on_wait: Callable[[], None] = lambda: None,
) -> IndexResult:
    """Bring the history file at `path` up to date with `source`, making it if it is not there.

    Work is spread over `executor`, or over `workers` processes. Where the source has a release that belongs before
    the newest one of the file, or one that is not what it was, the file forgets what it has from there on and
    reads it again. Calls `waiting` if another run is writing, and waits for it.

    Raises `SourceError` and `ModelError`; what was done until then is kept.
    """
    releases = [release for release in sort_releases(source.releases()) if not release.is_single_file]
    if not releases:
        raise SourceError(f"{source.location}: a model by itself is of no release (take a folder or a package)")
    if _is_up_to_date(path, releases):
        return IndexResult()
    with gc_paused(), HistoryWriter(path) as writer, started(workers, executor) as pool:
        run = _IndexRun(writer, pool, releases, progress)
        try:
            while run.add_batch(on_wait):
                pass
        finally:
            close_reader(path)  # models before the new ones were read out of it
        return run.result


def _is_up_to_date(path: Path, releases: Sequence[Release]) -> bool:
    """Whether the file need not even be opened to be written; one that was left half put away is."""
    if not is_database(path) or path.with_name(f"{path.name}-wal").exists():
        return False
    try:
        with HistoryReader(path) as reader:
            stored = reader.releases()
            new = _plan_index(stored, releases).releases
            return reader.has_checksums and not new and not _new_introductions(reader, stored, releases)
    except SourceError:  # a file whose making was cut short can be written; what is wrong with others the writer tells
        return False


def rebuild_history(source: Source, path: Path, **options: Any) -> IndexResult:
    """Make the history file at `path` anew, whatever is there; it is replaced when the new one is whole."""
    if path.exists() and path.stat().st_size and not is_database(path):
        raise SourceError(f"{path}: not a history of docgen (remove it, or name another file)")
    fresh = path.with_name(f"{path.name}.new")
    _remove_database(fresh)
    done = update_history(source, fresh, **options)
    _remove_database(path)
    fresh.replace(path)
    return done


def _remove_database(path: Path) -> None:
    """Remove a history file, and what a run that was killed left beside it."""
    for end in ("-wal", "-shm", "-journal", ""):
        path.with_name(path.name + end).unlink(missing_ok=True)


class _IndexRun:
    """One run: batches of releases until there are no more."""

    def __init__(
        self,
        writer: HistoryWriter,
        workers: WorkerPool,
        releases: Sequence[Release],
        progress: Callable[[IndexProgress], None],
    ) -> None:
        self.writer = writer
        self.workers = workers
        self.releases = releases
        self.progress = progress
        self.result = IndexResult()
        self.source_models: dict[ApiKey, ModelFile] = {}

    def add_batch(self, on_wait: Callable[[], None]) -> bool:
        """Add the next releases in one transaction; False if there are none."""
        with self.writer.transaction(on_wait) as reader:
            stored = reader.releases()
            plan = _plan_index(stored, self.releases)
            if not plan.releases:
                self.writer.set_introductions(_new_introductions(reader, stored, self.releases))
                return False
            if plan.reindexed:
                self.writer.delete_releases_from(plan.first_number)
            batch = _next_batch(plan, self.models_at(reader, plan.first_number - 1))
            self.write_batch(plan, batch)
            self.source_models = batch.models_after
        self.result = IndexResult(
            self.result.releases + len(batch.releases),
            self.result.revisions + batch.revision_count,
            self.result.first or batch.releases[0].name,
            batch.releases[-1].name,
            self.result.reindexed + plan.reindexed,
        )
        return True

    def models_at(self, reader: HistoryReader, number: int) -> dict[ApiKey, ModelFile]:
        """The models that the file has at release `number`; read from the source if that had them a moment ago."""
        if number < 1:
            return {}
        state = {}
        for file in HistorySource(self.writer.path, reader).model_files(number):
            key = file.service, file.api_version
            carried = self.source_models.get(key)
            state[key] = carried if carried is not None and carried.digests() == file.digests() else file
        return state

    def write_batch(self, plan: _IndexPlan, batch: _Batch) -> None:
        """Write what the jobs of a batch bring, and then its releases."""
        apis = [self.writer.find_or_add_api(job.service, job.api_version) for job in batch.jobs]
        brought = self.workers.map_ordered(
            index_revisions, batch.jobs, in_process=batch.revision_count <= MAX_SERIAL_REVISIONS
        )
        steps, before, total = 0, self.result.releases, self.result.releases + len(plan.releases)
        for api, job, rows in zip(apis, batch.jobs, brought, strict=True):
            self.writer.add_rows(api, rows)
            steps += len(job.revisions)
            self.progress(IndexProgress(before + len(batch.releases) * steps // batch.revision_count, total))
        changed: dict[int, set[str]] = {}
        for job in batch.jobs:
            for number, _ in job.revisions:
                changed.setdefault(number, set()).add(job.service)
        for number, release in enumerate(batch.releases, start=plan.first_number):
            _write_release(self.writer, number, release, changed.get(number, ()))


@dataclass(frozen=True, slots=True)
class _IndexPlan:
    """The releases to add, the number of the first of them, and how many must be forgotten before."""

    releases: tuple[Release, ...]
    first_number: int
    reindexed: int


def _plan_index(stored: Sequence[StoredRelease], releases: Sequence[Release]) -> _IndexPlan:
    """What is to be done. The file's releases and the source's need not be the same, as long as they are in order."""
    known = {release.name: release for release in stored}
    fresh = [r for r in releases if r.name not in known or _has_other_identity(known[r.name], r)]
    if not fresh:
        return _IndexPlan((), 0, 0)
    names = {release.name for release in fresh} | known.keys()
    order = [release.name for release in sort_releases(Release(name, "") for name in names)]
    place = {name: at for at, name in enumerate(order)}
    start = place[fresh[0].name]
    later = [release for release in stored if place[release.name] >= start]
    new = tuple(release for release in releases if place[release.name] >= start)
    found = {release.name for release in new}
    lost = next((release for release in later if release.name not in found), None)
    if lost is not None:
        raise SourceError(
            f"{fresh[0].location}: release {fresh[0].name} belongs before {lost.name}, which this source does not have "
            "(index a source that has both)"
        )
    return _IndexPlan(new, len(stored) - len(later) + 1, len(later))


def _has_other_identity(stored: StoredRelease, release: Release) -> bool:
    return bool(stored.identity and release.state_id and stored.identity != release.state_id)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Releases, the work that they bring, most first, and the models that there are after them."""

    releases: tuple[Release, ...]
    jobs: tuple[RevisionJob, ...]
    models_after: dict[ApiKey, ModelFile]

    @property
    def revision_count(self) -> int:
        """How many revisions are to be read."""
        return sum(len(job.revisions) for job in self.jobs)


def _next_batch(plan: _IndexPlan, models: Mapping[ApiKey, ModelFile]) -> _Batch:
    """As many releases as make a batch."""
    now: dict[ApiKey, ModelFile] = dict(models)
    steps: dict[ApiKey, list[tuple[int, ModelFile | None]]] = {}
    count = 0
    for number, release in enumerate(plan.releases, start=plan.first_number):
        for key, file in list(_changed_apis(now, release)):
            steps.setdefault(key, []).append((number, _with_known_digests(file) if file else None))
            count += 1
            if file is None:
                del now[key]
            else:
                now[key] = file
        if count >= BATCH_REVISIONS:
            break
    jobs = [RevisionJob(*key, tuple(found), models.get(key)) for key, found in sorted(steps.items())]
    jobs.sort(key=lambda job: -len(job.revisions))
    return _Batch(plan.releases[: number - plan.first_number + 1], tuple(jobs), now)


def _changed_apis(models: Mapping[ApiKey, ModelFile], release: Release) -> Iterator[tuple[ApiKey, ModelFile | None]]:
    """The APIs that are not as they were: with their new files, or None where they are gone."""
    there = {(file.service, file.api_version): file for file in release.files}
    for key, file in there.items():
        before = models.get(key)
        if before is file or (before is not None and before.digests() == file.digests()):
            continue
        yield key, file
    for key in models:
        if key not in there:
            yield key, None


@dataclass(frozen=True, slots=True)
class _FileWithDigest(File):
    """A file whose content name has been worked out."""

    file: File
    known_digest: str

    @property
    def location(self) -> str:
        return self.file.location

    def read(self) -> bytes:
        return self.file.read()

    def digest(self) -> str:
        return self.known_digest


def _with_known_digests(file: ModelFile) -> ModelFile:
    digest, siblings = file.digests()
    known = {name: _FileWithDigest(file.siblings[name], content_name) for name, content_name in siblings.items()}
    return replace(file, file=_FileWithDigest(file.file, digest), siblings=known)


def _new_introductions(
    reader: HistoryReader, stored: Sequence[StoredRelease], releases: Sequence[Release]
) -> dict[int, str]:
    """What the source says of releases, all of which the file has, and the file does not say.

    Such words are often written when a release has been indexed. Who says nothing takes nothing back: a repository or
    a package has no such words, and may well be read after a folder that has.
    """
    numbers = {release.name: release.number for release in stored}
    said = {numbers[release.name]: release.introduction for release in releases if release.introduction}
    known = reader.introductions()
    return {number: text for number, text in said.items() if known.get(number) != text}


def _write_release(writer: HistoryWriter, number: int, release: Release, changed_services: Iterable[str]) -> None:
    summaries = dict(release.summaries or {})
    if not summaries:
        summaries = {service: text for service in changed_services if (text := service_summary(release, service))}
    known = has_summaries(release)
    stored = StoredRelease(number, release.name, release.package, release.date, release.state_id, known)
    writer.add_release(stored, dict(sorted(summaries.items())))
