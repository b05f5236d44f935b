"""Which notes there are: for each release the services that differ from the release before it."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from docgen.errors import UsageError
from docgen.site.fingerprints import Fingerprints
from docgen.site.jobs import NotesTask
from docgen.site.model_reader import ModelReader
from docgen.sources.release import ModelFile, Release
from docgen.sources.release_words import has_summaries, service_summary


@dataclass(frozen=True, slots=True)
class ReleasePair:
    """A release and the one before it, with those that have pages around it, and the notes that may be made."""

    old: Release | None
    new: Release
    previous_page: str
    next_page: str
    tasks: tuple[NotesTask, ...]


def services_of_shard(number: int, count: int, task_counts: Mapping[str, int]) -> frozenset[str]:
    """The services of a portion, `number` 1 to `count`; given how many steps each service has, all have about as many.

    Raises `UsageError` where none is left for it.
    """
    portions = [(0, place, list[str]()) for place in range(1, count + 1)]
    for service, weight in sorted(task_counts.items(), key=lambda each: (-each[1], each[0])):
        least, place, services = heapq.heappop(portions)
        heapq.heappush(portions, (least + weight, place, [*services, service]))
    (found,) = (services for _, place, services in portions if place == number)
    if not found:
        raise UsageError(f"--shard {number}/{count}: there are only {len(task_counts)} services")
    return frozenset(found)


class SitePlan:
    """The turns of a site: `releases` have pages, `before` is what the first of them is compared with."""

    def __init__(
        self,
        previous: Release | None,
        releases: Sequence[Release],
        services: Collection[str],
        fingerprints: Fingerprints,
    ) -> None:
        self.previous = previous
        self.releases = releases
        self.services = services
        self.latest = releases[-1]
        self.fingerprints = fingerprints
        self._linked_cache: dict[tuple[str, str], frozenset[str] | None] = {}

    def release_pairs(self) -> Iterator[ReleasePair]:
        """Every release, oldest first."""
        names = [release.name for release in self.releases]
        pairs = zip((self.previous, *self.releases), self.releases, ("", *names), (*names[1:], ""), strict=False)
        for old, new, previous_page, next_page in pairs:
            steps = () if old is None else tuple(self._notes_tasks(old, new, previous_page, next_page))
            yield ReleasePair(old, new, previous_page, next_page, steps)

    def includes(self, service: str) -> bool:
        """Whether a service is one of those that were asked for."""
        return not self.services or service in self.services

    def restrict_to_shard(self, pairs: Sequence[ReleasePair], number: int, count: int) -> list[ReleasePair]:
        """Leave only a portion of the services; returns what is left of the turns."""
        steps = Counter(step.new.service for turn in pairs for step in turn.tasks)
        reference = Counter(filter(self.includes, self.latest.services()))
        self.services = services_of_shard(number, count, steps + reference)
        return [
            replace(turn, tasks=tuple(step for step in turn.tasks if self.includes(step.new.service))) for turn in pairs
        ]

    def _notes_tasks(self, old: Release, new: Release, previous_page: str, next_page: str) -> Iterator[NotesTask]:
        name = self.fingerprints
        for file in new.files:
            if not self.includes(file.service):
                continue
            before = old.find_model(file.service, file.api_version) or old.latest_model(file.service)
            if before is file or (before is not None and name.file_digests(before) == name.file_digests(file)):
                continue
            path, summary = notes_path(new, file), service_summary(new, file.service)
            known, linked = bool(summary) or has_summaries(new), self._linked_operations(file)
            said = (new.package, new.name, old.name, new.date or "", summary, known, previous_page, next_page)
            from_what = (
                name.file_digests(before),
                name.file_digests(file),
                path,
                said,
                None if linked is None else sorted(linked),
            )
            yield NotesTask(f"notes:{path}", name.of_values(*from_what), path, before, file, *said, linked)

    def _linked_operations(self, file: ModelFile) -> frozenset[str] | None:
        """The operations that have a page in the reference; None where all that the model has have one.

        An operation that is gone has a page that says so. A model of an API version that is not the newest has others.
        """
        key = file.service, file.api_version
        if key not in self._linked_cache:
            newest = self.latest.latest_model(file.service)
            if newest is None:
                self._linked_cache[key] = frozenset()
            elif newest.api_version == file.api_version:
                self._linked_cache[key] = None
            else:
                self._linked_cache[key] = frozenset(ModelReader().read_service(newest).operations)
        return self._linked_cache[key]


def notes_path(release: Release, file: ModelFile) -> str:
    """The path of the notes of a service; of an API version that is not the newest one, it stands in a folder more."""
    newest = release.latest_model(file.service)
    inner = "" if newest is None or newest.api_version == file.api_version else f"{file.api_version}/"
    return f"releases/{release.name}/{file.service}/{inner}index"
