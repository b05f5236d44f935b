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
from docgen.history.as_source import Indexed, let_go
from docgen.history.database import is_database
from docgen.history.index_job import Job, follow
from docgen.history.reader import Reader, Stored
from docgen.history.writer import Writer
from docgen.sources.release import File, ModelFile, Release, Source, in_order
from docgen.sources.release_words import has_summaries, summary_of
from docgen.workers import Workers, without_looking_for_cycles
from docgen.workers import workers as started

FEW = 12
"""Revisions up to which starting processes costs more than they save. The median release has four."""

BATCH = 7_000
"""Revisions in one transaction: 40 s of work for one processor, which is what a kill can cost."""

Key = tuple[str, str]
"""A service and an API version."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did: how many releases and revisions it added, from the release `first` to `newest`."""

    releases: int = 0
    revisions: int = 0
    first: str = ""
    newest: str = ""
    forgotten: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: releases done, and those to do in all."""

    done: int
    total: int


def index(
    source: Source,
    path: Path,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    waiting: Callable[[], None] = lambda: None,
) -> Done:
    """Bring the history file at `path` up to date with `source`, making it if it is not there.

    Work is spread over `executor`, or over `workers` processes. Where the source has a release that belongs before
    the newest one of the file, or one that is not what it was, the file forgets what it has from there on and
    reads it again. Calls `waiting` if another run is writing, and waits for it.

    Raises `SourceError` and `ModelError`; what was done until then is kept.
    """
    releases = [release for release in in_order(source.releases()) if not release.single]
    if not releases:
        raise SourceError(f"{source.place}: a model by itself is of no release (take a folder or a package)")
    if _is_up_to_date(path, releases):
        return Done()
    with without_looking_for_cycles(), Writer(path) as writer, started(workers, executor) as pool:
        run = _Run(writer, pool, releases, progress)
        try:
            while run.batch(waiting):
                pass
        finally:
            let_go(path)  # models before the new ones were read out of it
        return run.done


def _is_up_to_date(path: Path, releases: Sequence[Release]) -> bool:
    """Whether the file need not even be opened to be written; one that was left half put away is."""
    if not is_database(path) or path.with_name(f"{path.name}-wal").exists():
        return False
    try:
        with Reader(path) as reader:
            stored = reader.releases()
            new = _plan(stored, releases).new
            return reader.has_checksums and not new and not _introductions(reader, stored, releases)
    except SourceError:  # a file whose making was cut short can be written; what is wrong with others the writer tells
        return False


def rebuild(source: Source, path: Path, **options: Any) -> Done:
    """Make the history file at `path` anew, whatever is there; it is replaced when the new one is whole."""
    if path.exists() and path.stat().st_size and not is_database(path):
        raise SourceError(f"{path}: not a history of docgen (remove it, or name another file)")
    fresh = path.with_name(f"{path.name}.new")
    _remove(fresh)
    done = index(source, fresh, **options)
    _remove(path)
    fresh.replace(path)
    return done


def _remove(path: Path) -> None:
    """Remove a history file, and what a run that was killed left beside it."""
    for end in ("-wal", "-shm", "-journal", ""):
        path.with_name(path.name + end).unlink(missing_ok=True)


class _Run:
    """One run: batches of releases until there are no more."""

    def __init__(
        self, writer: Writer, pool: Workers, releases: Sequence[Release], progress: Callable[[Progress], None]
    ) -> None:
        self.writer = writer
        self.pool = pool
        self.releases = releases
        self.progress = progress
        self.done = Done()
        self.carried: dict[Key, ModelFile] = {}

    def batch(self, waiting: Callable[[], None]) -> bool:
        """Add the next releases in one transaction; False if there are none."""
        with self.writer.transaction(waiting) as reader:
            stored = reader.releases()
            plan = _plan(stored, self.releases)
            if not plan.new:
                self.writer.introduce(_introductions(reader, stored, self.releases))
                return False
            if plan.forgotten:
                self.writer.rewind(plan.start)
            batch = _next_batch(plan, self.state(reader, plan.start - 1))
            self.add(plan, batch)
            self.carried = batch.after
        self.done = Done(
            self.done.releases + len(batch.releases),
            self.done.revisions + batch.work,
            self.done.first or batch.releases[0].name,
            batch.releases[-1].name,
            self.done.forgotten + plan.forgotten,
        )
        return True

    def state(self, reader: Reader, number: int) -> dict[Key, ModelFile]:
        """The models that the file has at release `number`; read from the source if that had them a moment ago."""
        if number < 1:
            return {}
        state = {}
        for file in Indexed(self.writer.path, reader).files(number):
            key = file.service, file.api_version
            carried = self.carried.get(key)
            state[key] = carried if carried is not None and carried.digests() == file.digests() else file
        return state

    def add(self, plan: _Plan, batch: _Batch) -> None:
        """Write what the jobs of a batch bring, and then its releases."""
        apis = [self.writer.api(job.service, job.api_version) for job in batch.jobs]
        brought = self.pool.in_order(follow, batch.jobs, few=batch.work <= FEW)
        steps, before, total = 0, self.done.releases, self.done.releases + len(plan.new)
        for api, job, rows in zip(apis, batch.jobs, brought, strict=True):
            self.writer.add(api, rows)
            steps += len(job.revisions)
            self.progress(Progress(before + len(batch.releases) * steps // batch.work, total))
        changed: dict[int, set[str]] = {}
        for job in batch.jobs:
            for number, _ in job.revisions:
                changed.setdefault(number, set()).add(job.service)
        for number, release in enumerate(batch.releases, start=plan.start):
            _add_release(self.writer, number, release, changed.get(number, ()))


@dataclass(frozen=True, slots=True)
class _Plan:
    """The releases to add, the number of the first of them, and how many must be forgotten before."""

    new: tuple[Release, ...]
    start: int
    forgotten: int


def _plan(stored: Sequence[Stored], releases: Sequence[Release]) -> _Plan:
    """What is to be done. The file's releases and the source's need not be the same, as long as they are in order."""
    known = {release.name: release for release in stored}
    fresh = [r for r in releases if r.name not in known or _is_other(known[r.name], r)]
    if not fresh:
        return _Plan((), 0, 0)
    names = {release.name for release in fresh} | known.keys()
    order = [release.name for release in in_order(Release(name, "") for name in names)]
    place = {name: at for at, name in enumerate(order)}
    start = place[fresh[0].name]
    later = [release for release in stored if place[release.name] >= start]
    new = tuple(release for release in releases if place[release.name] >= start)
    found = {release.name for release in new}
    lost = next((release for release in later if release.name not in found), None)
    if lost is not None:
        raise SourceError(
            f"{fresh[0].place}: release {fresh[0].name} belongs before {lost.name}, which this source does not have "
            "(index a source that has both)"
        )
    return _Plan(new, len(stored) - len(later) + 1, len(later))


def _is_other(stored: Stored, release: Release) -> bool:
    return bool(stored.identity and release.identity and stored.identity != release.identity)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Releases, the work that they bring, most first, and the models that there are after them."""

    releases: tuple[Release, ...]
    jobs: tuple[Job, ...]
    after: dict[Key, ModelFile]

    @property
    def work(self) -> int:
        """How many revisions are to be read."""
        return sum(len(job.revisions) for job in self.jobs)


def _next_batch(plan: _Plan, state: Mapping[Key, ModelFile]) -> _Batch:
    """As many releases as make a batch."""
    now: dict[Key, ModelFile] = dict(state)
    steps: dict[Key, list[tuple[int, ModelFile | None]]] = {}
    count = 0
    for number, release in enumerate(plan.new, start=plan.start):
        for key, file in list(_changes(now, release)):
            steps.setdefault(key, []).append((number, _known(file) if file else None))
            count += 1
            if file is None:
                del now[key]
            else:
                now[key] = file
        if count >= BATCH:
            break
    jobs = [Job(*key, tuple(found), state.get(key)) for key, found in sorted(steps.items())]
    jobs.sort(key=lambda job: -len(job.revisions))
    return _Batch(plan.new[: number - plan.start + 1], tuple(jobs), now)


def _changes(now: Mapping[Key, ModelFile], release: Release) -> Iterator[tuple[Key, ModelFile | None]]:
    """The APIs that are not as they were: with their new files, or None where they are gone."""
    there = {(file.service, file.api_version): file for file in release.files}
    for key, file in there.items():
        before = now.get(key)
        if before is file or (before is not None and before.digests() == file.digests()):
            continue
        yield key, file
    for key in now:
        if key not in there:
            yield key, None


@dataclass(frozen=True, slots=True)
class _KnownFile(File):
    """A file whose content name has been worked out."""

    file: File
    content_name: str

    @property
    def place(self) -> str:
        return self.file.place

    def read(self) -> bytes:
        return self.file.read()

    def digest(self) -> str:
        return self.content_name


def _known(file: ModelFile) -> ModelFile:
    digest, siblings = file.digests()
    known = {name: _KnownFile(file.siblings[name], content_name) for name, content_name in siblings.items()}
    return replace(file, file=_KnownFile(file.file, digest), siblings=known)


def _introductions(reader: Reader, stored: Sequence[Stored], releases: Sequence[Release]) -> dict[int, str]:
    """What the source says of releases, all of which the file has, and the file does not say.

    Such words are often written when a release has been indexed. Who says nothing takes nothing back: a repository or
    a package has no such words, and may well be read after a folder that has.
    """
    numbers = {release.name: release.number for release in stored}
    said = {numbers[release.name]: release.introduction for release in releases if release.introduction}
    known = reader.introductions()
    return {number: text for number, text in said.items() if known.get(number) != text}


def _add_release(writer: Writer, number: int, release: Release, changed: Iterable[str]) -> None:
    summaries = dict(release.summaries or {})
    if not summaries:
        summaries = {service: text for service in changed if (text := summary_of(release, service))}
    known = has_summaries(release)
    stored = Stored(number, release.name, release.package, release.date, release.identity, known)
    writer.add_release(stored, dict(sorted(summaries.items())))
