"""Updating a history file: several processes read the new releases of a source, and this one writes them.

Transactions end between releases. If a run is killed, the file has complete releases only, and the next run continues
from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from docgen.errors import SourceError
from docgen.history.as_source import HistorySource, close_reader
from docgen.history.database import is_database
from docgen.history.index_job import RevisionJob, index_revisions
from docgen.history.queries import StoredRelease
from docgen.history.reader import HistoryReader
from docgen.history.writer import HistoryWriter
from docgen.sources.release import File, ModelFile, Release, Source, has_summaries, service_summary, sort_releases
from docgen.workers import WorkerPool, gc_paused, worker_pool

MAX_SERIAL_REVISIONS = 12
"""The most revisions that are read without worker processes, whose start would cost more. Most releases have four."""

BATCH_REVISIONS = 7_000
"""Revisions in one transaction: 40 s of work for one processor, the most that is lost if a run is killed."""

EMPTY_FILE_BYTES = 4096
"""The size of a new SQLite file without tables: one page."""

ApiKey = tuple[str, str]
"""Service and API version."""


@dataclass(frozen=True, slots=True)
class IndexResult:
    """What a run added.

    Attributes:
        releases: The number of releases.
        revisions: The number of revisions.
        first: The oldest release that was added, or empty.
        newest: The newest release that was added, or empty.
        reindexed: How many of the releases replaced ones that the file had.

    """

    releases: int = 0
    revisions: int = 0
    first: str = ""
    newest: str = ""
    reindexed: int = 0


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How many releases a run has done, of how many in total."""

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
    """Add the new releases of a source to a history file, which is created if it does not exist.

    If a release of the source belongs before the newest one of the file, or differs from the indexed one, all releases
    from there on are indexed again.

    Args:
        source: The releases.
        path: The history file.
        workers: How many processes read models.
        executor: Reads models instead of `workers` processes.
        progress: Called after each part of the work.
        on_wait: Called once if another process is writing and this one has to wait.

    Raises:
        SourceError: The source cannot be read, or the file is damaged or not a history.
        ModelError: A model is invalid. Releases that were added before are kept.

    """
    releases = [release for release in sort_releases(source.releases()) if not release.is_single_file]
    if not releases:
        raise SourceError(f"{source.location}: a single model belongs to no release (use a folder or a package)")
    if _is_up_to_date(path, releases):
        return IndexResult()
    with (
        _removed_if_empty(path),
        gc_paused(),
        HistoryWriter(path) as writer,
        worker_pool(workers, executor) as pool,
    ):
        run = _IndexRun(writer, pool, releases, progress)
        try:
            while run.add_batch(on_wait):
                pass
        finally:
            close_reader(path)  # the models before the new ones were read from it
        return run.result


@contextmanager
def _removed_if_empty(path: Path) -> Iterator[None]:
    """Remove a file that the block created if it fails before anything is in it."""
    is_new = not path.exists()
    try:
        yield
    except BaseException:
        with suppress(OSError):
            if is_new and path.stat().st_size <= EMPTY_FILE_BYTES:
                path.unlink()
        raise


def _is_up_to_date(path: Path, releases: Sequence[Release]) -> bool:
    """Return whether there is nothing to write. A left-over write-ahead log must be folded in, so it counts as work."""
    if not is_database(path) or path.with_name(f"{path.name}-wal").exists():
        return False
    try:
        with HistoryReader(path) as reader:
            stored = reader.releases()
            new = _plan_index(stored, releases).releases
            return not new and not _new_introductions(reader, stored, releases)
    except SourceError:  # an incomplete new file can be written; the writer reports all other problems
        return False


def rebuild_history(source: Source, path: Path, **options: Any) -> IndexResult:
    """Index a source into a new file, then replace the one at `path`. For the rest, see `update_history`."""
    if path.exists() and path.stat().st_size and not is_database(path):
        raise SourceError(f"{path}: not a history of docgen (remove it, or name another file)")
    fresh = path.with_name(f"{path.name}.new")
    _remove_logs(fresh)
    fresh.unlink(missing_ok=True)
    result = update_history(source, fresh, **options)
    _remove_logs(path)  # SQLite would apply them to the new file
    fresh.replace(path)
    return result


def _remove_logs(path: Path) -> None:
    """Remove the files that a killed run left next to a history file."""
    for suffix in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


class _IndexRun:
    """One run, which adds batches of releases until none are left."""

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
        """Add the next releases in one transaction. Returns False if none are left."""
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
        """Return the models that the file has at release `number`. Those that were just read are reused."""
        if number < 1:
            return {}
        models = {}
        for file in HistorySource(self.writer.path, reader).model_files(number):
            key = file.service, file.api_version
            known = self.source_models.get(key)
            models[key] = known if known is not None and known.digests() == file.digests() else file
        return models

    def write_batch(self, plan: _IndexPlan, batch: _Batch) -> None:
        """Run the jobs of a batch, and write their rows and then its releases."""
        api_ids = [self.writer.find_or_add_api(job.service, job.api_version) for job in batch.jobs]
        results = self.workers.map_ordered(
            index_revisions, batch.jobs, in_process=batch.revision_count <= MAX_SERIAL_REVISIONS
        )
        revisions, before, total = 0, self.result.releases, self.result.releases + len(plan.releases)
        for api_id, job, rows in zip(api_ids, batch.jobs, results, strict=True):
            self.writer.add_rows(api_id, rows)
            revisions += len(job.revisions)
            self.progress(IndexProgress(before + len(batch.releases) * revisions // batch.revision_count, total))
        changed: dict[int, set[str]] = {}
        for job in batch.jobs:
            for number, _ in job.revisions:
                changed.setdefault(number, set()).add(job.service)
        for number, release in enumerate(batch.releases, start=plan.first_number):
            _write_release(self.writer, number, release, changed.get(number, ()))


@dataclass(frozen=True, slots=True)
class _IndexPlan:
    """The releases to add, the number of the first one, and how many releases of the file must be deleted before."""

    releases: tuple[Release, ...]
    first_number: int
    reindexed: int


def _plan_index(stored: Sequence[StoredRelease], releases: Sequence[Release]) -> _IndexPlan:
    """Compare the releases of a file and a source. Each may lack releases of the other, as long as the order is clear.

    Raises `SourceError` if releases would have to be indexed again that the source does not have.
    """
    known = {release.name: release for release in stored}
    fresh = [r for r in releases if r.name not in known or _has_other_identity(known[r.name], r)]
    if not fresh:
        return _IndexPlan((), 0, 0)
    names = {release.name for release in fresh} | known.keys()
    order = [release.name for release in sort_releases(Release(name, "") for name in names)]
    position = {name: index for index, name in enumerate(order)}
    start = position[fresh[0].name]
    outdated = [release for release in stored if position[release.name] >= start]
    new = tuple(release for release in releases if position[release.name] >= start)
    new_names = {release.name for release in new}
    missing = next((release for release in outdated if release.name not in new_names), None)
    if missing is not None:
        raise SourceError(
            f"{fresh[0].location}: release {fresh[0].name} belongs before {missing.name}, which this source does not "
            "have (index a source that has both)"
        )
    return _IndexPlan(new, len(stored) - len(outdated) + 1, len(outdated))


def _has_other_identity(stored: StoredRelease, release: Release) -> bool:
    return bool(stored.identity and release.state_id and stored.identity != release.state_id)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Releases, the jobs that index them, largest first, and the models after the last release."""

    releases: tuple[Release, ...]
    jobs: tuple[RevisionJob, ...]
    models_after: dict[ApiKey, ModelFile]

    @property
    def revision_count(self) -> int:
        """How many revisions the jobs read."""
        return sum(len(job.revisions) for job in self.jobs)


def _next_batch(plan: _IndexPlan, models: Mapping[ApiKey, ModelFile]) -> _Batch:
    """Return the first releases of a plan, until they have `BATCH_REVISIONS` revisions."""
    current: dict[ApiKey, ModelFile] = dict(models)
    revisions: dict[ApiKey, list[tuple[int, ModelFile | None]]] = {}
    count = 0
    for number, release in enumerate(plan.releases, start=plan.first_number):
        for key, file in list(_changed_apis(current, release)):
            revisions.setdefault(key, []).append((number, _with_known_digests(file) if file else None))
            count += 1
            if file is None:
                del current[key]
            else:
                current[key] = file
        if count >= BATCH_REVISIONS:
            break
    jobs = [RevisionJob(*key, tuple(found), models.get(key)) for key, found in sorted(revisions.items())]
    jobs.sort(key=lambda job: -len(job.revisions))
    return _Batch(plan.releases[: number - plan.first_number + 1], tuple(jobs), current)


def _changed_apis(models: Mapping[ApiKey, ModelFile], release: Release) -> Iterator[tuple[ApiKey, ModelFile | None]]:
    """Yield the APIs that a release changes, with their new files, or None if it removes them."""
    files = {(file.service, file.api_version): file for file in release.files}
    for key, file in files.items():
        previous = models.get(key)
        if previous is file or (previous is not None and previous.digests() == file.digests()):
            continue
        yield key, file
    for key in models:
        if key not in files:
            yield key, None


@dataclass(frozen=True, slots=True)
class _FileWithDigest(File):
    """A file with its digest, which is expensive to compute."""

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
    known = {name: _FileWithDigest(file.siblings[name], sibling_digest) for name, sibling_digest in siblings.items()}
    return replace(file, file=_FileWithDigest(file.file, digest), siblings=known)


def _new_introductions(
    reader: HistoryReader, stored: Sequence[StoredRelease], releases: Sequence[Release]
) -> dict[int, str]:
    """Return the introductions of indexed releases that the file does not have, by release number.

    They are often written after a release was indexed. A source without introductions removes none: repositories and
    packages have no introductions, and may be indexed after a folder that has them.
    """
    numbers = {release.name: release.number for release in stored}
    introductions = {numbers[release.name]: release.introduction for release in releases if release.introduction}
    known = reader.introductions()
    return {number: text for number, text in introductions.items() if known.get(number) != text}


def _write_release(writer: HistoryWriter, number: int, release: Release, changed_services: Iterable[str]) -> None:
    summaries = dict(release.summaries or {})
    if not summaries:
        summaries = {service: text for service in changed_services if (text := service_summary(release, service))}
    known = has_summaries(release)
    stored = StoredRelease(number, release.name, release.package, release.date, release.state_id, known)
    writer.add_release(stored, dict(sorted(summaries.items())))
