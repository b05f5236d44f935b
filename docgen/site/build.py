"""Joins the steps: releases in, a site out. Parts that are as before are kept, the others are made and published."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from docgen.compare.notes import release_index
from docgen.errors import OutputError
from docgen.history.first_seen import removed_services_at
from docgen.history.history import History
from docgen.pages.index.lifecycle import LifecycleLine, Removal, removed_services
from docgen.pages.index.records import (
    DocumentationOnly,
    NotesSummary,
    ReleaseRecord,
    notes_summary_from_json,
    record_to_json,
)
from docgen.pages.index.timeline import ServiceLine
from docgen.pages.search.files import search_files
from docgen.render.formats import FORMATS, clear_template_cache
from docgen.site.fingerprints import Fingerprints
from docgen.site.index_pages import fingerprint_data, index_views
from docgen.site.jobs import (
    BuiltPart,
    IndexJob,
    NotesJob,
    OutputOptions,
    ReferenceJob,
    SiteJob,
    decompress_entries,
    run_site_job,
)
from docgen.site.plan import ReleasePair, SitePlan
from docgen.site.publish.parts import ReusableParts
from docgen.site.publish.publication import Publication, PublishResult, open_publication
from docgen.site.site_files import common_files
from docgen.sources.release import ModelFile, Release, Source
from docgen.sources.selection import ReleaseSelection
from docgen.wording import counted
from docgen.workers import WorkerPool, gc_paused, worker_pool

MIN_PARALLEL_JOBS = 2
"""Jobs up to which starting processes costs more than they save."""

MAX_TASKS_PER_JOB = 40
"""Steps of one job: enough to share what revisions have alike, few enough to hold their pages in memory."""

NotesEntry = tuple[NotesSummary, frozenset[str]]
"""A line of an index, and the operations that its notes tell of."""


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """How far a build is: parts that are there, of how many known so far."""

    done: int
    total: int


def build_site(
    source: Source,
    output: Path,
    formats: Sequence[str] = tuple(FORMATS),
    *,
    selection: ReleaseSelection | None = None,
    history: History | None = None,
    url: str = "",
    templates: Path | None = None,
    services: Collection[str] = (),
    shard: tuple[int, int] | None = None,
    reuse_from: Sequence[Path] = (),
    max_workers: int = 1,
    executor: Executor | None = None,
    into_existing: bool = False,
    progress: Callable[[BuildProgress], None] = lambda _: None,
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
        clear_template_cache()
    before, releases = (selection or ReleaseSelection())(source.releases())
    others = ReusableParts(reuse_from)
    look = OutputOptions(tuple(name for name in FORMATS if name in formats), url, templates)
    with (
        gc_paused(),
        worker_pool(max_workers, executor) as made,
        open_publication(output, empty_or_ours=not into_existing) as run,
    ):
        site = _SiteBuild(before, releases, services, look, history, run, others, made, progress)
        site.build(shard)
    return _result_line(output, site, run.result)


def _result_line(output: Path, site: _SiteBuild, result: PublishResult) -> str:
    made = ", ".join(
        (
            counted(len(site.plan.releases), "release"),
            counted(len([1 for told in site.notes_entries.values() if told]), "page") + " of change notes",
            f"reference of {counted(site.operation_count, 'operation')}",
        )
    )
    line = f"{output}: {made}; {counted(result.written, 'file')} written, {result.unchanged} unchanged"
    line += f", {result.removed} removed" if result.removed else ""
    kept = f"; left alone, because edited by hand: {', '.join(result.kept_edited)}" if result.kept_edited else ""
    return line + kept


class _SiteBuild:
    """One build: notes first, then what is made of what they tell."""

    def __init__(
        self,
        previous: Release | None,
        releases: Sequence[Release],
        services: Collection[str],
        output_options: OutputOptions,
        history: History | None,
        publication: Publication,
        reusable_parts: ReusableParts,
        pool: WorkerPool,
        report_progress: Callable[[BuildProgress], None],
    ) -> None:
        self.output_options = output_options
        self.history = history
        self.publication = publication
        self.reusable_parts = reusable_parts
        self.pool = pool
        self.report_progress = report_progress
        self.fingerprints = Fingerprints(output_options)
        self.plan = SitePlan(previous, releases, services, self.fingerprints)
        self.latest = releases[-1]
        self.latest_number = history.find_release(self.latest.name).number if history else 0
        self.done = self.total = 0
        self.notes_entries: dict[str, NotesEntry | None] = {}
        self.documentation_only: dict[str, DocumentationOnly] = {}
        self.operation_count = 0
        self.page_dates: dict[str, str] = {}

    def build(self, shard: tuple[int, int] | None) -> None:
        """Make everything, or a portion of it."""
        turns = list(self.plan.release_pairs())
        if shard is not None:
            turns = self.plan.restrict_to_shard(turns, *shard)
        self.build_notes(turns)
        records = self.build_release_pages(turns)
        of_service: dict[str, list[NotesEntry]] = {}
        for turn in turns:
            for step in turn.tasks:
                if (told := self.notes_entries[step.key]) is not None:
                    of_service.setdefault(step.new.service, []).append(told)
        lines, lives = self.build_reference(of_service)
        gone = self.removed_services(records)
        jobs = index_views(self.latest, records, lines, lives, gone, has_history=self.history is not None)
        self.build_parts(
            IndexJob(
                path,
                self.fingerprints.of_values(kind, fingerprint_data(kind, view)),
                kind,
                view,
                path,
                self.output_options,
            )
            for kind, path, view in jobs
        )
        for path, content in common_files(self.output_options, self.latest, records, lines, self.page_dates):
            self.publication.add_page(path, content)

    # --- parts ---

    def build_parts(self, jobs: Iterable[SiteJob]) -> dict[str, Any]:
        """Make the jobs, but for those whose parts can be kept; returns what is told of each part, by its key."""
        told: dict[str, Any] = {}
        waiting: list[SiteJob] = []
        for job in jobs:
            if isinstance(job, NotesJob) or not self.reuse_part(job.key, job.fingerprint, told):
                waiting.append(job)
        waiting.sort(key=lambda job: -job.weight)
        self.total += sum(len(job.tasks) if isinstance(job, NotesJob) else 1 for job in waiting)
        # A page of an index takes no longer to make than to send for.
        here = all(isinstance(job, IndexJob) for job in waiting)
        for made in self.pool.map_unordered(run_site_job, waiting, in_process=here or len(waiting) < MIN_PARALLEL_JOBS):
            for each in made:
                self.add_part(each)
                told[each.key] = each.metadata
        return told

    def reuse_part(self, key: str, fingerprint: str, metadata_by_key: dict[str, Any]) -> bool:
        """Whether a part of an earlier run, or of another site, is part of this one; `told` receives what it told."""
        part = self.publication.reuse_part(key, fingerprint)
        if part is None and (found := self.reusable_parts.find(key, fingerprint)):
            part = found.part
            self.publication.add_part(key, fingerprint, found.files, part.metadata)
        if part is None:
            return False
        metadata_by_key[key] = part.metadata
        self.record_dates(part.page_sizes, part.metadata)
        return True

    def add_part(self, part: BuiltPart) -> None:
        self.publication.add_part(part.key, part.fingerprint, part.files, part.metadata)
        self.record_dates((path for path, _ in part.files), part.metadata)
        self.done += 1
        self.report_progress(BuildProgress(self.done, self.total))

    def record_dates(self, paths: Iterable[str], metadata: Any) -> None:
        """Remember the date of each page, for the sitemap."""
        date = metadata["date"] if metadata else ""
        for path in paths:
            if path.endswith(".html"):
                self.page_dates[path.removesuffix(".html")] = date

    # --- notes ---

    def build_notes(self, pairs: Sequence[ReleasePair]) -> None:
        """The notes of every release; `notes` has afterwards what each step told, None where there was nothing.

        `reworded` has those of the latter in which documentation changed.
        """
        waiting: dict[str, list[Any]] = {}
        found: dict[str, Any] = {}
        for turn in pairs:
            for step in turn.tasks:
                if not self.reuse_part(step.key, step.fingerprint, found):
                    waiting.setdefault(step.new.service, []).append(step)
        chains = (
            steps[at : at + MAX_TASKS_PER_JOB]
            for steps in waiting.values()
            for at in range(0, len(steps), MAX_TASKS_PER_JOB)
        )
        found |= self.build_parts(NotesJob(tuple(steps), self.output_options) for steps in chains)
        for turn in pairs:
            for step in turn.tasks:
                self.notes_entries[step.key], words = _parse_notes_metadata(found[step.key])
                if words is not None:
                    self.documentation_only[step.key] = words

    def build_release_pages(self, pairs: Sequence[ReleasePair]) -> list[ReleaseRecord]:
        """The page of each release; returns what other pages say of them, oldest first."""
        jobs: list[IndexJob] = []
        records = []
        for turn in pairs:
            mentions = [told[0] for step in turn.tasks if (told := self.notes_entries[step.key]) is not None]
            reworded = [self.documentation_only[step.key] for step in turn.tasks if step.key in self.documentation_only]
            index = release_index(turn.old, turn.new, mentions, self.plan.services, reworded)
            index = replace(index, previous_release_page=turn.previous_page, next_release_page=turn.next_page)
            records.append(index.record)
            path = f"releases/{turn.new.name}/index"
            said = record_to_json(index.record), turn.previous_page, turn.next_page, index.package
            causes = [change.fingerprint for change in index.changes]
            jobs.append(
                IndexJob(
                    path, self.fingerprints.of_values(path, said, causes), "release", index, path, self.output_options
                )
            )
        self.build_parts(jobs)
        return records

    # --- reference ---

    def build_reference(
        self, entries_by_service: dict[str, list[NotesEntry]]
    ) -> tuple[list[ServiceLine], list[LifecycleLine]]:
        """The reference of every service; returns their lines, and those of what is deprecated and gone."""
        files = [file for file in self.latest.latest_models() if self.plan.includes(file.service)]
        jobs = [self.reference_job(file, entries_by_service.get(file.service, [])) for file in files]
        told = self.build_parts(jobs)
        lines, lives = [], []
        for file in files:
            said = told[f"reference:{file.service}"]
            title, api_version, operations = said["line"]
            mentions = [mention for mention, _ in entries_by_service.get(file.service, [])]
            last, changes = mentions[-1] if mentions else None, len({each.release for each in mentions})
            lines.append(ServiceLine(file.service, title, api_version, operations, last, changes))
            if said["life"]:
                lives.append(LifecycleLine(*said["life"]))
            self.operation_count += operations
        if "html" in self.output_options.formats:
            self.build_search(jobs, told)
        return lines, lives

    def build_search(self, jobs: Sequence[ReferenceJob], metadata_by_key: dict[str, Any]) -> None:
        """The files of the search over all services; what changes most often comes first where much is found."""
        changed = {job.file.service: job.changed_release_count for job in jobs}
        fingerprint = self.fingerprints.of_values([job.fingerprint for job in jobs], changed)
        if self.publication.reuse_part("search", fingerprint) is None:
            entries = [decompress_entries(metadata_by_key[job.key]["entries"]) for job in jobs]
            self.publication.add_part("search", fingerprint, search_files(entries, changed), {})

    def reference_job(self, file: ModelFile, entries: Sequence[NotesEntry]) -> ReferenceJob:
        versions = tuple(each.api_version for each in self.latest.files if each.service == file.service)
        lived = list(self.revision_lifespans(file.service))
        mentions = [(record_to_json(mention), sorted(operations)) for mention, operations in entries]
        fingerprint = self.fingerprints.of_values(self.fingerprints.file_digests(file), versions, mentions, lived)
        path = self.history.reader.path if self.history else None
        key = f"reference:{file.service}"
        changes = len({since for _, since, *_ in lived} or {mention.release for mention, _ in entries})
        return ReferenceJob(
            key, fingerprint, file, versions, tuple(entries), path, self.latest_number, changes, self.output_options
        )

    def revision_lifespans(self, service: str) -> Iterator[Any]:
        """What the history has of a service up to the newest release: what ages are worked out from."""
        if self.history is None:
            return
        releases = self.history.releases
        for api in self.history.reader.apis(service):
            for _, (since, until), digest in self.history.reader.revisions(api.id):
                if since <= self.latest_number:
                    end = releases[until - 1].name if until is not None and until <= self.latest_number else ""
                    yield api.api_version, releases[since - 1].name, releases[since - 1].date, end, digest

    def removed_services(self, records: Sequence[ReleaseRecord]) -> tuple[Removal, ...]:
        """The services that are no more."""
        if self.history:
            found = removed_services_at(self.history, self.latest_number)
        else:
            found = removed_services(records, self.latest.services())
        return tuple(each for each in found if self.plan.includes(each.name))


def _parse_notes_metadata(metadata: Any) -> tuple[NotesEntry | None, DocumentationOnly | None]:
    """What a part of notes told, in this run or in an earlier one."""
    if metadata is None:
        return None, None
    try:
        if "reworded" in metadata:
            return None, DocumentationOnly(*metadata["reworded"])
        return (notes_summary_from_json(metadata["mention"]), frozenset(metadata["operations"])), None
    except (KeyError, TypeError, ValueError):
        raise OutputError("the manifest of the site is damaged (remove it and the pages, and run again)") from None
