"""Joins the steps: releases in, a site out. Parts that are as before are kept, the others are made and published."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from docgen.compare.notes import release_index
from docgen.errors import OutputError
from docgen.history.first_seen import gone_services
from docgen.history.history import History
from docgen.pages.index.lifecycle import Gone, LifecycleLine, removed_services
from docgen.pages.index.records import Mention, ReleaseRecord, Reworded, as_json, mention_from_json
from docgen.pages.index.timeline import ServiceLine
from docgen.pages.search.files import search_files
from docgen.pages.sentences import counted
from docgen.render.formats import FORMATS, forget_templates
from docgen.site.fingerprints import Fingerprints
from docgen.site.index_pages import index_jobs, said_of
from docgen.site.jobs import IndexJob, Job, Look, Made, NotesJob, ReferenceJob, make, unpacked
from docgen.site.plan import Plan, Turn
from docgen.site.publish.parts import Parts
from docgen.site.publish.publication import Publication, Published, publication
from docgen.site.site_files import around
from docgen.sources.release import ModelFile, Release, Source
from docgen.sources.selection import Chosen
from docgen.workers import Workers, without_looking_for_cycles, workers

FEW = 2
"""Jobs up to which starting processes costs more than they save."""

CHAIN = 40
"""Steps of one job: enough to share what revisions have alike, few enough to hold their pages in memory."""

Told = tuple[Mention, frozenset[str]]
"""A line of an index, and the operations that its notes tell of."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: parts that are there, of how many known so far."""

    done: int
    total: int


def build(
    source: Source,
    output: Path,
    formats: Sequence[str] = tuple(FORMATS),
    *,
    chosen: Chosen | None = None,
    history: History | None = None,
    url: str = "",
    templates: Path | None = None,
    services: Collection[str] = (),
    shard: tuple[int, int] | None = None,
    parts: Sequence[Path] = (),
    count: int = 1,
    executor: Executor | None = None,
    into_existing: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> str:
    """Write the change notes of the chosen releases of `source` and the reference of the newest of them below `output`.

    Without a choice these are all releases, and all services. A `history` adds to the reference since when everything
    is there. With the `url` of the site, which ends with a slash, pages say where they are and there is a sitemap.
    `templates` is a folder whose files stand in for docgen's own. The `shard` (2, 4) is the second of four portions of
    the services; `parts` are folders of sites from which what would be made just so is taken. `count` processes or an
    `executor` do the work.
    A folder that holds other things and no site is refused, unless it is `into_existing`.
    Returns one line that says what was done. Raises `ModelError`, `SourceError`, `UsageError` and `OutputError`.
    """
    if templates is not None:
        forget_templates()
    before, releases = (chosen or Chosen())(source.releases())
    others = Parts(parts)
    look = Look(tuple(name for name in FORMATS if name in formats), url, templates)
    with (
        without_looking_for_cycles(),
        workers(count, executor) as made,
        publication(output, alone=not into_existing) as run,
    ):
        site = _Site(before, releases, services, look, history, run, others, made, progress)
        site.make(shard)
    return _told(output, site, run.published)


def _told(output: Path, site: _Site, published: Published) -> str:
    made = ", ".join(
        (
            counted(len(site.plan.releases), "release"),
            counted(len([1 for told in site.notes.values() if told]), "page") + " of change notes",
            f"reference of {counted(site.operations, 'operation')}",
        )
    )
    line = f"{output}: {made}; {counted(published.written, 'file')} written, {published.unchanged} unchanged"
    line += f", {published.removed} removed" if published.removed else ""
    kept = f"; left alone, because edited by hand: {', '.join(published.kept)}" if published.kept else ""
    return line + kept


class _Site:
    """One build: notes first, then what is made of what they tell."""

    def __init__(
        self,
        before: Release | None,
        releases: Sequence[Release],
        services: Collection[str],
        look: Look,
        history: History | None,
        run: Publication,
        others: Parts,
        workers: Workers,
        progress: Callable[[Progress], None],
    ) -> None:
        self.look = look
        self.history = history
        self.run = run
        self.others = others
        self.workers = workers
        self.progress = progress
        self.name = Fingerprints(look)
        self.plan = Plan(before, releases, services, self.name)
        self.newest = releases[-1]
        self.number = history.find_release(self.newest.name).number if history else 0
        self.done = self.total = 0
        self.notes: dict[str, Told | None] = {}
        self.reworded: dict[str, Reworded] = {}
        self.operations = 0
        self.dates: dict[str, str] = {}

    def make(self, shard: tuple[int, int] | None) -> None:
        """Make everything, or a portion of it."""
        turns = list(self.plan.turns())
        if shard is not None:
            turns = self.plan.shard(turns, *shard)
        self.make_notes(turns)
        records = self.make_releases(turns)
        of_service: dict[str, list[Told]] = {}
        for turn in turns:
            for step in turn.steps:
                if (told := self.notes[step.key]) is not None:
                    of_service.setdefault(step.new.service, []).append(told)
        lines, lives = self.make_reference(of_service)
        gone = self.gone(records)
        jobs = index_jobs(self.newest, records, lines, lives, gone, has_history=self.history is not None)
        self.make_parts(
            IndexJob(path, self.name.of(kind, said_of(kind, view)), kind, view, path, self.look)
            for kind, path, view in jobs
        )
        for path, content in around(self.look, self.newest, records, lines, self.dates):
            self.run.put(path, content)

    # --- parts ---

    def make_parts(self, jobs: Iterable[Job]) -> dict[str, Any]:
        """Make the jobs, but for those whose parts can be kept; returns what is told of each part, by its key."""
        told: dict[str, Any] = {}
        waiting: list[Job] = []
        for job in jobs:
            if isinstance(job, NotesJob) or not self.is_kept(job.key, job.fingerprint, told):
                waiting.append(job)
        waiting.sort(key=lambda job: -job.weight)
        self.total += sum(len(job.steps) if isinstance(job, NotesJob) else 1 for job in waiting)
        # A page of an index takes no longer to make than to send for.
        here = all(isinstance(job, IndexJob) for job in waiting)
        for made in self.workers.as_done(make, waiting, few=here or len(waiting) < FEW):
            for each in made:
                self.put(each)
                told[each.key] = each.told
        return told

    def is_kept(self, key: str, fingerprint: str, told: dict[str, Any]) -> bool:
        """Whether a part of an earlier run, or of another site, is part of this one; `told` receives what it told."""
        part = self.run.kept(key, fingerprint)
        if part is None and (found := self.others.find(key, fingerprint)):
            part = found.part
            self.run.put_part(key, fingerprint, found.files, part.told)
        if part is None:
            return False
        told[key] = part.told
        self.note(part.pages, part.told)
        return True

    def put(self, made: Made) -> None:
        self.run.put_part(made.key, made.fingerprint, made.files, made.told)
        self.note((path for path, _ in made.files), made.told)
        self.done += 1
        self.progress(Progress(self.done, self.total))

    def note(self, paths: Iterable[str], told: Any) -> None:
        """Remember the date of each page, for the sitemap."""
        date = told["date"] if told else ""
        for path in paths:
            if path.endswith(".html"):
                self.dates[path.removesuffix(".html")] = date

    # --- notes ---

    def make_notes(self, turns: Sequence[Turn]) -> None:
        """The notes of every release; `notes` has afterwards what each step told, None where there was nothing.

        `reworded` has those of the latter in which documentation changed.
        """
        waiting: dict[str, list[Any]] = {}
        found: dict[str, Any] = {}
        for turn in turns:
            for step in turn.steps:
                if not self.is_kept(step.key, step.fingerprint, found):
                    waiting.setdefault(step.new.service, []).append(step)
        chains = (steps[at : at + CHAIN] for steps in waiting.values() for at in range(0, len(steps), CHAIN))
        found |= self.make_parts(NotesJob(tuple(steps), self.look) for steps in chains)
        for turn in turns:
            for step in turn.steps:
                self.notes[step.key], words = _mention(found[step.key])
                if words is not None:
                    self.reworded[step.key] = words

    def make_releases(self, turns: Sequence[Turn]) -> list[ReleaseRecord]:
        """The page of each release; returns what other pages say of them, oldest first."""
        jobs: list[IndexJob] = []
        records = []
        for turn in turns:
            mentions = [told[0] for step in turn.steps if (told := self.notes[step.key]) is not None]
            reworded = [self.reworded[step.key] for step in turn.steps if step.key in self.reworded]
            index = release_index(turn.old, turn.new, mentions, self.plan.services, reworded)
            index = replace(index, previous_page=turn.previous_page, next_page=turn.next_page)
            records.append(index.record)
            path = f"releases/{turn.new.name}/index"
            said = as_json(index.record), turn.previous_page, turn.next_page, index.package
            causes = [change.fingerprint for change in index.changes]
            jobs.append(IndexJob(path, self.name.of(path, said, causes), "release", index, path, self.look))
        self.make_parts(jobs)
        return records

    # --- reference ---

    def make_reference(self, of_service: dict[str, list[Told]]) -> tuple[list[ServiceLine], list[LifecycleLine]]:
        """The reference of every service; returns their lines, and those of what is deprecated and gone."""
        files = [file for file in self.newest.newest() if self.plan.is_wanted(file.service)]
        jobs = [self.reference_job(file, of_service.get(file.service, [])) for file in files]
        told = self.make_parts(jobs)
        lines, lives = [], []
        for file in files:
            said = told[f"reference:{file.service}"]
            title, api_version, operations = said["line"]
            mentions = [mention for mention, _ in of_service.get(file.service, [])]
            last, changes = mentions[-1] if mentions else None, len({each.release for each in mentions})
            lines.append(ServiceLine(file.service, title, api_version, operations, last, changes))
            if said["life"]:
                lives.append(LifecycleLine(*said["life"]))
            self.operations += operations
        if "html" in self.look.formats:
            self.make_search(jobs, told)
        return lines, lives

    def make_search(self, jobs: Sequence[ReferenceJob], told: dict[str, Any]) -> None:
        """The files of the search over all services; what changes most often comes first where much is found."""
        changed = {job.file.service: job.changes for job in jobs}
        fingerprint = self.name.of([job.fingerprint for job in jobs], changed)
        if self.run.kept("search", fingerprint) is None:
            entries = [unpacked(told[job.key]["entries"]) for job in jobs]
            self.run.put_part("search", fingerprint, search_files(entries, changed), {})

    def reference_job(self, file: ModelFile, told: Sequence[Told]) -> ReferenceJob:
        versions = tuple(each.api_version for each in self.newest.files if each.service == file.service)
        lived = list(self.lived(file.service))
        mentions = [(as_json(mention), sorted(operations)) for mention, operations in told]
        fingerprint = self.name.of(self.name.files(file), versions, mentions, lived)
        path = self.history.reader.path if self.history else None
        key = f"reference:{file.service}"
        changes = len({since for _, since, *_ in lived} or {mention.release for mention, _ in told})
        return ReferenceJob(key, fingerprint, file, versions, tuple(told), path, self.number, changes, self.look)

    def lived(self, service: str) -> Iterator[Any]:
        """What the history has of a service up to the newest release: what ages are worked out from."""
        if self.history is None:
            return
        releases = self.history.releases
        for api in self.history.reader.apis(service):
            for _, (since, until), digest in self.history.reader.revisions(api.id):
                if since <= self.number:
                    end = releases[until - 1].name if until is not None and until <= self.number else ""
                    yield api.api_version, releases[since - 1].name, releases[since - 1].date, end, digest

    def gone(self, records: Sequence[ReleaseRecord]) -> tuple[Gone, ...]:
        """The services that are no more."""
        if self.history:
            found = gone_services(self.history, self.number)
        else:
            found = removed_services(records, self.newest.services())
        return tuple(each for each in found if self.plan.is_wanted(each.name))


def _mention(told: Any) -> tuple[Told | None, Reworded | None]:
    """What a part of notes told, in this run or in an earlier one."""
    if told is None:
        return None, None
    try:
        if "reworded" in told:
            return None, Reworded(*told["reworded"])
        return (mention_from_json(told["mention"]), frozenset(told["operations"])), None
    except (KeyError, TypeError, ValueError):
        raise OutputError("the manifest of the site is damaged (remove it and the pages, and run again)") from None
