"""Builds a site: reuses the parts that are unchanged, builds the others, and publishes all of them."""

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
from docgen.history.lifespans import Removal
from docgen.model.customizations import customizations
from docgen.pages.index.lifecycle import LifecycleLine, removed_services
from docgen.pages.index.navigation import NAVIGATION_FILE
from docgen.pages.index.records import (
    DocumentationOnly,
    NotesVerdict,
    ReleaseRecord,
    notes_summary_from_json,
    record_to_json,
)
from docgen.pages.index.service_catalog import ServiceLine
from docgen.pages.index.site_pages import SiteRecords, all_site_pages
from docgen.pages.search.files import list_files, search_groups, shard_files
from docgen.render.addresses import release_path
from docgen.render.branding import DEFAULT_BRANDING, Branding
from docgen.render.formats import FORMATS
from docgen.render.pictures.spark_line import LifePoint
from docgen.render.templates import clear_template_cache
from docgen.site.build_record import build_record
from docgen.site.fingerprints import Fingerprints
from docgen.site.jobs import BuiltPart, IndexJob, NotesEntry, NotesJob, ReferenceJob, SiteJob, run_site_job
from docgen.site.operation_addresses import OperationAddresses
from docgen.site.output_options import OutputOptions
from docgen.site.plan import NotesTask, ReleasePair, SitePlan
from docgen.site.publish.manifest import SiteRun
from docgen.site.publish.parts import ReusableParts
from docgen.site.publish.publication import Publication, PublishResult, open_publication
from docgen.site.publish.unchanged import find_unchanged_site
from docgen.site.site_files import common_files
from docgen.sources.release import ModelFile, Release, Source
from docgen.sources.selection import ReleaseSelection
from docgen.terminal.progress import progress_of
from docgen.wording import counted
from docgen.workers import WorkerPool, gc_paused, worker_pool

MIN_PARALLEL_JOBS = 2
"""With fewer jobs, starting worker processes costs more than it saves."""

MAX_TASKS_PER_JOB = 40
"""Notes of one job: enough to share what revisions have in common, few enough to keep their pages in memory."""


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """The progress of a build: how many parts are done, of how many known so far."""

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
    branding: Branding | None = None,
    progress: Callable[[BuildProgress], None] = lambda _: None,
) -> str:
    """Build a site: the change notes of releases, and the reference of the latest of them.

    Args:
        source: Where the releases come from.
        output: The folder of the site. It is created if needed. Pages of an earlier build are updated in place.
        formats: Names of output formats: `markdown`, `html`, `json`, `text`.
        selection: The releases to include (default: all).
        history: A history of the same releases. With it, the reference shows since when each element exists.
        url: The public URL of the site, ending with a slash. It adds canonical links and a sitemap.
        templates: A folder of templates that override those of docgen.
        services: The SDK names of the services to include (default: all).
        shard: Build one shard of the services only: `(2, 4)` is the second of four.
        reuse_from: Folders of other sites. Parts that would be built the same are copied from them.
        max_workers: How many processes to use.
        executor: Runs the work instead of these processes.
        into_existing: Allow an output folder that has other files and no site.
        branding: Title, colour, logo and texts of the site (default: docgen's own).
        progress: Called after each part.

    Returns:
        One line that says what was done.

    Raises:
        ModelError: If a model is malformed.
        SourceError: If a release cannot be read.
        UsageError: If the selection, a service or a template does not exist.
        OutputError: If the site cannot be written.
    """
    if templates is not None:
        clear_template_cache()
    options = OutputOptions(
        tuple(name for name in FORMATS if name in formats), url, templates, branding or DEFAULT_BRANDING
    )
    fingerprints = Fingerprints(options)
    run_fingerprint = fingerprints.of_run(source, history, selection or ReleaseSelection(), services, shard)
    if run_fingerprint and (same := find_unchanged_site(output, run_fingerprint)):
        return f"{output}: {same.built}; 0 files written, {same.page_count} unchanged"
    previous, selected = (selection or ReleaseSelection()).select(source.releases())
    reusable_parts = ReusableParts(reuse_from)
    with (
        gc_paused(),
        open_publication(output, empty_or_ours=not into_existing) as publication,
        worker_pool(max_workers, executor) as pool,  # ends first, because its workers write into the stage
    ):
        site = _SiteBuild(
            previous, selected, services, options, fingerprints, history, publication, reusable_parts, pool, progress
        )
        site.build(shard)
        built = site.summary()
        publication.run = SiteRun(run_fingerprint, built) if run_fingerprint else None
    return _result_line(output, built, publication.result)


def _result_line(output: Path, built: str, result: PublishResult) -> str:
    line = f"{output}: {built}; {counted(result.written, 'file')} written, {result.unchanged} unchanged"
    line += f", {result.removed} removed" if result.removed else ""
    edited = f"; kept, because edited by hand: {', '.join(result.kept_edited)}" if result.kept_edited else ""
    return line + edited


class _SiteBuild:
    """One build of a site. Notes come first, because all other pages use them."""

    def __init__(
        self,
        previous: Release | None,
        releases: Sequence[Release],
        services: Collection[str],
        output_options: OutputOptions,
        fingerprints: Fingerprints,
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
        self.fingerprints = fingerprints
        self.addresses = OperationAddresses(
            history, [*filter(None, [previous]), *releases], self._distinct_models(), self._model_digest
        )
        self.plan = SitePlan(previous, releases, services, self.fingerprints, self.addresses)
        self.latest = releases[-1]
        self.latest_number = history.find_release(self.latest.name).number if history else 0
        self.release_numbers = {each.name: number for number, each in enumerate(history.releases, 1)} if history else {}
        self.done = self.total = 0
        self.notes_entries: dict[str, NotesEntry | None] = {}
        self.documentation_only: dict[str, DocumentationOnly] = {}
        self.operation_count = 0
        self.page_dates: dict[str, str] = {}

    def _distinct_models(self) -> frozenset[str]:
        """Return the digests of models whose names of operations differ by more than case, as an earlier run found."""
        every = [part.metadata for part in self.publication.previous.parts.values()]
        found = {metadata.get("distinct_model") for metadata in every if isinstance(metadata, dict)}
        return frozenset(digest for digest in found if isinstance(digest, str) and digest)

    def _model_digest(self, file: ModelFile) -> str:
        return str((self.fingerprints.file_digests(file) or [""])[0])

    def build(self, shard: tuple[int, int] | None) -> None:
        """Build the site, or one shard of it."""
        pairs = list(self.plan.release_pairs())
        if shard is not None:
            pairs = self.plan.restrict_to_shard(pairs, *shard)
        self.build_notes(pairs)
        records = self.build_release_pages(pairs)
        entries_by_service: dict[str, list[NotesEntry]] = {}
        for task in _tasks(pairs):
            if (entry := self.notes_entries[task.key]) is not None:
                entries_by_service.setdefault(task.new.service, []).append(entry)
        service_lines, lifecycle_lines = self.build_reference(entries_by_service)
        removals = self.removed_services(records)
        site_records = SiteRecords(
            package=self.latest.package,
            latest_release=self.latest.name,
            releases=tuple(records),
            services=tuple(service_lines),
            lifecycles=tuple(lifecycle_lines),
            removed_services=tuple(removals),
            has_history=self.history is not None,
        )
        self.build_parts(self.index_job(path, view) for path, view in all_site_pages(site_records))
        files = common_files(self.output_options, self.latest, records, service_lines, self.page_dates)
        record = build_record(self.plan, self.output_options, has_history=self.history is not None)
        self.publication.add_part("common", "", [*files, record], {})

    def summary(self) -> str:
        """Return what was built, in words."""
        pages = sum(entry is not None for entry in self.notes_entries.values())
        return ", ".join(
            (
                counted(len(self.plan.releases), "release"),
                counted(pages, "page") + " of change notes",
                f"reference of {counted(self.operation_count, 'operation')}",
            )
        )

    def index_job(self, path: str, view: Any) -> IndexJob:
        """Return the job for a page that only needs records."""
        fingerprint = self.fingerprints.of_values(type(view).__name__, record_to_json(view))
        return IndexJob(path, fingerprint, view, path, self.output_options)

    # --- parts ---

    def build_parts(self, jobs: Iterable[SiteJob]) -> dict[str, Any]:
        """Run jobs, except those whose parts can be reused, and return the metadata of each part by its key."""
        metadata: dict[str, Any] = {}
        waiting: list[SiteJob] = []
        for job in jobs:
            if isinstance(job, NotesJob) or not self.reuse_part(job.key, job.fingerprint, metadata):
                waiting.append(job)
        waiting.sort(key=lambda job: -job.weight)
        reused = len(metadata)
        total = sum(len(job.tasks) if isinstance(job, NotesJob) else 1 for job in waiting)
        self.total += total
        # Building an index page takes no longer than sending its job to another process.
        if self.pool.sees_same_files:
            waiting = [replace(job, stage=self.publication.new_stage()) for job in waiting]
        in_process = len(waiting) < MIN_PARALLEL_JOBS or all(isinstance(job, IndexJob) for job in waiting)
        with progress_of(_part_name(waiting)) as advance:
            advance(0, total)
            for parts in self.pool.map_unordered(run_site_job, waiting, in_process=in_process):
                for part in parts:
                    self.add_part(part)
                    metadata[part.key] = part.metadata
                    advance(len(metadata) - reused, total)
        return metadata

    def reuse_part(self, key: str, fingerprint: str, metadata_by_key: dict[str, Any]) -> bool:
        """Return whether a part of an earlier build or of another site is reused; if so, record its metadata."""
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
        """Add the pages of a part that was built."""
        if part.files:
            self.publication.add_part(part.key, part.fingerprint, part.files, part.metadata)
        else:
            self.publication.add_staged_part(part.key, part.fingerprint, part.pages, part.metadata)
        self.record_dates((page[0] for page in part.pages or part.files), part.metadata)
        self.done += 1
        self.report_progress(BuildProgress(self.done, self.total))

    def record_dates(self, paths: Iterable[str], metadata: Any) -> None:
        """Record the date of each page for the sitemap."""
        date = metadata["date"] if metadata else ""
        for path in paths:
            if path.endswith(".html") and not path.endswith(f"/{NAVIGATION_FILE}.html"):
                self.page_dates[path.removesuffix(".html")] = date

    # --- notes ---

    def build_notes(self, pairs: Sequence[ReleasePair]) -> None:
        """Build the notes of every release.

        Afterwards, `notes_entries` has the entry of each task, None if it has no page, and `documentation_only` has the
        tasks without a page in which documentation changed.
        """
        waiting: dict[str, list[NotesTask]] = {}
        metadata: dict[str, Any] = {}
        for task in _tasks(pairs):
            if not self.reuse_part(task.key, task.fingerprint, metadata):
                waiting.setdefault(task.new.service, []).append(task)
        batches = (
            tasks[start : start + MAX_TASKS_PER_JOB]
            for tasks in waiting.values()
            for start in range(0, len(tasks), MAX_TASKS_PER_JOB)
        )
        metadata |= self.build_parts(NotesJob(tuple(batch), self.output_options) for batch in batches)
        for task in _tasks(pairs):
            self.notes_entries[task.key], counts = _parse_notes_metadata(metadata[task.key])
            if counts is not None:
                self.documentation_only[task.key] = counts

    def build_release_pages(self, pairs: Sequence[ReleasePair]) -> list[ReleaseRecord]:
        """Build the page of each release, and return what other pages show of them, oldest first."""
        jobs: list[IndexJob] = []
        records = []
        for pair in pairs:
            summaries = [entry[0] for task in pair.tasks if (entry := self.notes_entries[task.key]) is not None]
            counts = [self.documentation_only[task.key] for task in pair.tasks if task.key in self.documentation_only]
            index = release_index(pair.old, pair.new, summaries, self.plan.services, counts)
            index = replace(index, previous_release_page=pair.previous_page, next_release_page=pair.next_page)
            records.append(index.record)
            path = release_path(pair.new.name)
            shown = record_to_json(index.record), pair.previous_page, pair.next_page, index.package
            changes = [change.fingerprint for change in index.changes]
            said = [list(note) for note in index.sdk_notes]
            fingerprint = self.fingerprints.of_values(path, shown, changes, said)
            jobs.append(IndexJob(path, fingerprint, index, path, self.output_options))
        self.build_parts(jobs)
        return records

    # --- reference ---

    def build_reference(
        self, entries_by_service: dict[str, list[NotesEntry]]
    ) -> tuple[list[ServiceLine], list[LifecycleLine]]:
        """Build the reference of every service; return their lines, and those of deprecated and removed elements."""
        files = [file for file in self.latest.latest_models() if self.plan.includes(file.service)]
        jobs = [self.reference_job(file, entries_by_service.get(file.service, [])) for file in files]
        metadata_by_key = self.build_parts(jobs)
        service_lines, lifecycle_lines = [], []
        for file in files:
            metadata = metadata_by_key[f"reference:{file.service}"]
            title, api_version, operations = metadata["service_line"]
            summaries = [entry.summary for entry in entries_by_service.get(file.service, [])]
            service_lines.append(
                ServiceLine(
                    file.service,
                    title,
                    api_version,
                    operations,
                    last_change=summaries[-1] if summaries else None,
                    release_count=len({summary.release for summary in summaries}),
                    change_count=sum(summary.change_count for summary in summaries),
                    life=tuple(LifePoint(*point) for point in metadata["life"]),
                )
            )
            if metadata["lifecycle"]:
                lifecycle_lines.append(LifecycleLine(*metadata["lifecycle"]))
            self.operation_count += operations
        if "html" in self.output_options.formats:
            self.build_search(jobs, metadata_by_key)
        return service_lines, lifecycle_lines

    def build_search(self, jobs: Sequence[ReferenceJob], metadata_by_key: dict[str, Any]) -> None:
        """Build the search over all services. Services that change most often rank first among many results."""
        change_counts = {job.file.service: job.changed_release_count for job in jobs}
        in_order = sorted(jobs, key=lambda job: job.file.service)
        entries = [metadata_by_key[job.key]["search_entries"] for job in in_order]
        shards: list[str] = []
        for group in search_groups(entries):
            key = f"search:{group}"
            fingerprint = self.fingerprints.of_values(
                key, [(each["digests"].get(group) if group else sorted(each["digests"].items())) for each in entries]
            )
            part = self.publication.reuse_part(key, fingerprint)
            if part is None:
                files = dict(shard_files(entries, group))
                self.publication.add_part(key, fingerprint, files.values(), list(files))
            shards += part.metadata if part else files
        fingerprint = self.fingerprints.of_values([job.fingerprint for job in jobs], change_counts)
        if self.publication.reuse_part("search", fingerprint) is None:
            self.publication.add_part("search", fingerprint, list_files(entries, change_counts, shards), {})

    def reference_job(self, file: ModelFile, entries: Sequence[NotesEntry]) -> ReferenceJob:
        """Return the job for the reference of a service."""
        folders = dict(self.addresses.folders(file.service))
        versions = tuple(model.api_version for model in self.latest.files if model.service == file.service)
        lifespans = list(self.revision_lifespans(file.service))
        releases = sorted({since for _, since, *_ in lifespans}, key=self.release_numbers.__getitem__)
        earlier = self._earlier_release_count(releases)
        summaries = [
            (record_to_json(entry.summary), sorted(entry.operations), record_to_json(entry.verdicts))
            for entry in entries
        ]
        return ReferenceJob(
            key=f"reference:{file.service}",
            fingerprint=self.fingerprints.of_values(
                self.fingerprints.file_digests(file),
                versions,
                summaries,
                lifespans,
                earlier,
                self.latest.package,
                [row.since for row in customizations(file.service, self.latest.package, self.latest.name)],
                folders,
            ),
            file=file,
            model_digest=self._model_digest(file),
            api_versions=versions,
            notes_entries=tuple(entries),
            history_path=self.history.reader.path if self.history else None,
            latest_number=self.latest_number,
            changed_release_count=len(releases or {entry.summary.release for entry in entries}),
            earlier_release_count=earlier,
            first_release=releases[0] if releases else "",
            output_options=self.output_options,
            package=self.latest.package,
            folders=folders,
            release=self.latest.name,
        )

    def _earlier_release_count(self, releases: Sequence[str]) -> int:
        """Return how many releases changed a service before those of the site; the one that added it is not counted."""
        first_compared = self.release_numbers.get((self.plan.previous or self.plan.releases[0]).name, 0)
        return sum(self.release_numbers[name] <= first_compared for name in releases[1:])

    def revision_lifespans(self, service: str) -> Iterator[Any]:
        """Yield the revisions of a service in the history up to the latest release. They determine all its dates."""
        if self.history is None:
            return
        releases = self.history.releases
        for api in self.history.reader.apis(service):
            for _, (since, until), digest in self.history.reader.revisions(api.id):
                if since <= self.latest_number:
                    end = releases[until - 1].name if until is not None and until <= self.latest_number else ""
                    yield api.api_version, releases[since - 1].name, releases[since - 1].date, end, digest

    def removed_services(self, records: Sequence[ReleaseRecord]) -> tuple[Removal, ...]:
        """Return the services that were removed before the latest release."""
        if self.history:
            removals = removed_services_at(self.history, self.latest_number)
        else:
            removals = removed_services(records, self.latest.services())
        return tuple(removal for removal in removals if self.plan.includes(removal.name))


def _part_name(jobs: Sequence[SiteJob]) -> str:
    """Return what jobs of one kind build, for a progress bar."""
    if any(isinstance(job, NotesJob) for job in jobs):
        return "notes"
    return "services of the reference" if any(isinstance(job, ReferenceJob) for job in jobs) else "index pages"


def _tasks(pairs: Iterable[ReleasePair]) -> Iterator[NotesTask]:
    for pair in pairs:
        yield from pair.tasks


def _parse_notes_metadata(metadata: Any) -> tuple[NotesEntry | None, DocumentationOnly | None]:
    """Return the entry of notes, or how much documentation changed, from metadata of this or of an earlier build."""
    if metadata is None:
        return None, None
    try:
        if "documentation_only" in metadata:
            return None, DocumentationOnly(*metadata["documentation_only"])
        verdicts = tuple(
            NotesVerdict(severity, message, anchor, tuple(operations))
            for severity, message, anchor, operations in metadata["verdicts"]
        )
        summary = notes_summary_from_json(metadata["notes_summary"])
        return NotesEntry(summary, frozenset(metadata["operations"]), verdicts), None
    except (KeyError, TypeError, ValueError):
        raise OutputError("the manifest of the site is damaged (remove it and the pages, and run again)") from None
