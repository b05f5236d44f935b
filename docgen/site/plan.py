"""Which notes there are: for each release the services that differ from the release before it."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from docgen.errors import UsageError
from docgen.site.fingerprints import Fingerprints
from docgen.site.jobs import Step
from docgen.site.model_reader import Series
from docgen.sources.release import ModelFile, Release
from docgen.sources.release_words import has_summaries, summary_of


@dataclass(frozen=True, slots=True)
class Turn:
    """A release and the one before it, with those that have pages around it, and the notes that may be made."""

    old: Release | None
    new: Release
    previous_page: str
    next_page: str
    steps: tuple[Step, ...]


def portion(number: int, count: int, steps: Mapping[str, int]) -> frozenset[str]:
    """The services of a portion, `number` 1 to `count`; given how many steps each service has, all have about as many.

    Raises `UsageError` where none is left for it.
    """
    portions = [(0, place, list[str]()) for place in range(1, count + 1)]
    for service, weight in sorted(steps.items(), key=lambda each: (-each[1], each[0])):
        least, place, services = heapq.heappop(portions)
        heapq.heappush(portions, (least + weight, place, [*services, service]))
    (found,) = (services for _, place, services in portions if place == number)
    if not found:
        raise UsageError(f"--shard {number}/{count}: there are only {len(steps)} services")
    return frozenset(found)


class Plan:
    """The turns of a site: `releases` have pages, `before` is what the first of them is compared with."""

    def __init__(
        self,
        before: Release | None,
        releases: Sequence[Release],
        services: Collection[str],
        fingerprints: Fingerprints,
    ) -> None:
        self.before = before
        self.releases = releases
        self.services = services
        self.newest = releases[-1]
        self.fingerprints = fingerprints
        self._linked: dict[tuple[str, str], frozenset[str] | None] = {}

    def turns(self) -> Iterator[Turn]:
        """Every release, oldest first."""
        names = [release.name for release in self.releases]
        pairs = zip((self.before, *self.releases), self.releases, ("", *names), (*names[1:], ""), strict=False)
        for old, new, previous_page, next_page in pairs:
            steps = () if old is None else tuple(self._steps(old, new, previous_page, next_page))
            yield Turn(old, new, previous_page, next_page, steps)

    def is_wanted(self, service: str) -> bool:
        """Whether a service is one of those that were asked for."""
        return not self.services or service in self.services

    def shard(self, turns: Sequence[Turn], number: int, count: int) -> list[Turn]:
        """Leave only a portion of the services; returns what is left of the turns."""
        steps = Counter(step.new.service for turn in turns for step in turn.steps)
        reference = Counter(filter(self.is_wanted, self.newest.services()))
        self.services = portion(number, count, steps + reference)
        return [
            replace(turn, steps=tuple(step for step in turn.steps if self.is_wanted(step.new.service)))
            for turn in turns
        ]

    def _steps(self, old: Release, new: Release, previous_page: str, next_page: str) -> Iterator[Step]:
        name = self.fingerprints
        for file in new.files:
            if not self.is_wanted(file.service):
                continue
            before = old.find(file.service, file.api_version) or old.latest(file.service)
            if before is file or (before is not None and name.files(before) == name.files(file)):
                continue
            path, summary = path_of(new, file), summary_of(new, file.service)
            known, linked = bool(summary) or has_summaries(new), self._links(file)
            said = (new.package, new.name, old.name, new.date or "", summary, known, previous_page, next_page)
            from_what = name.files(before), name.files(file), path, said, None if linked is None else sorted(linked)
            yield Step(f"notes:{path}", name.of(*from_what), path, before, file, *said, linked)

    def _links(self, file: ModelFile) -> frozenset[str] | None:
        """The operations that have a page in the reference; None where all that the model has have one.

        An operation that is gone has a page that says so. A model of an API version that is not the newest has others.
        """
        key = file.service, file.api_version
        if key not in self._linked:
            newest = self.newest.latest(file.service)
            if newest is None:
                self._linked[key] = frozenset()
            elif newest.api_version == file.api_version:
                self._linked[key] = None
            else:
                self._linked[key] = frozenset(Series().service(newest).operations)
        return self._linked[key]


def path_of(release: Release, file: ModelFile) -> str:
    """The path of the notes of a service; of an API version that is not the newest one, it stands in a folder more."""
    newest = release.latest(file.service)
    inner = "" if newest is None or newest.api_version == file.api_version else f"{file.api_version}/"
    return f"releases/{release.name}/{file.service}/{inner}index"
