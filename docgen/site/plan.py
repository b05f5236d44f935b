"""Plans which notes a site has: for each release, the services that differ from the release before it."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace

from docgen.compare.model_reader import ModelReader
from docgen.errors import UsageError
from docgen.pages.notes.service_notes import NotesContext
from docgen.render.addresses import notes_path
from docgen.site.fingerprints import Fingerprints
from docgen.site.operation_addresses import OperationAddresses
from docgen.sources.release import ModelFile, Release


@dataclass(frozen=True, slots=True)
class NotesTask:
    """The notes of a service in a release, before they are built: what to compare, and what else the page shows.

    `linked_operations` are the operations that have a page in the reference, or None if all of the model have one.
    `folders` are those of operations whose names differ only by case.
    """

    key: str
    fingerprint: str
    path: str
    old: ModelFile | None
    new: ModelFile
    context: NotesContext
    previous_page: str
    next_page: str
    linked_operations: frozenset[str] | None = None
    folders: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReleasePair:
    """A release and the one before it, the releases whose pages come before and after its own, and its notes."""

    old: Release | None
    new: Release
    previous_page: str
    next_page: str
    tasks: tuple[NotesTask, ...]


def services_of_shard(number: int, count: int, task_counts: Mapping[str, int]) -> frozenset[str]:
    """Return the services of one shard. All shards get about the same number of tasks.

    Args:
        number: Which shard, from 1 to `count`.
        count: How many shards there are.
        task_counts: How many tasks each service has.

    Raises:
        UsageError: If there are fewer services than shards.
    """
    shards = [(0, index, list[str]()) for index in range(1, count + 1)]
    for service, weight in sorted(task_counts.items(), key=lambda item: (-item[1], item[0])):
        total, index, services = heapq.heappop(shards)
        heapq.heappush(shards, (total + weight, index, [*services, service]))
    (selected,) = (services for _, index, services in shards if index == number)
    if not selected:
        raise UsageError(f"--shard {number}/{count}: there are only {len(task_counts)} services")
    return frozenset(selected)


class SitePlan:
    """The notes of a site.

    Args:
        previous: The release that the first one is compared with, or None.
        releases: The releases that have pages, oldest first.
        services: The services to include; empty for all.
        fingerprints: Computes the fingerprints of parts.
        addresses: Knows the folders of operations.
    """

    def __init__(
        self,
        previous: Release | None,
        releases: Sequence[Release],
        services: Collection[str],
        fingerprints: Fingerprints,
        addresses: OperationAddresses,
    ) -> None:
        self.previous = previous
        self.releases = releases
        self.services = services
        self.latest = releases[-1]
        self.fingerprints = fingerprints
        self.addresses = addresses
        self._linked_cache: dict[tuple[str, str], frozenset[str] | None] = {}

    def release_pairs(self) -> Iterator[ReleasePair]:
        """Yield every release with the one before it, oldest first."""
        names = [release.name for release in self.releases]
        pairs = zip((self.previous, *self.releases), self.releases, ("", *names), (*names[1:], ""), strict=False)
        for old, new, previous_page, next_page in pairs:
            tasks = () if old is None else tuple(self._notes_tasks(old, new, previous_page, next_page))
            yield ReleasePair(old, new, previous_page, next_page, tasks)

    def includes(self, service: str) -> bool:
        """Return whether the site includes a service."""
        return not self.services or service in self.services

    def restrict_to_shard(self, pairs: Sequence[ReleasePair], number: int, count: int) -> list[ReleasePair]:
        """Restrict the site to one shard of its services, and return the pairs with only the tasks of that shard."""
        task_counts = Counter(task.new.service for pair in pairs for task in pair.tasks)
        reference_counts = Counter(filter(self.includes, self.latest.services()))
        self.services = services_of_shard(number, count, task_counts + reference_counts)
        return [
            replace(pair, tasks=tuple(task for task in pair.tasks if self.includes(task.new.service))) for pair in pairs
        ]

    def _notes_tasks(self, old: Release, new: Release, previous_page: str, next_page: str) -> Iterator[NotesTask]:
        for file in new.files:
            if not self.includes(file.service):
                continue
            previous = old.counterpart(file)
            if previous is file:
                continue
            digests, previous_digests = self.fingerprints.file_digests(file), self.fingerprints.file_digests(previous)
            if previous_digests == digests:
                continue
            context, linked = NotesContext.of_service(file.service, old, new), self._linked_operations(file)
            path = notes_path(new.name, file.service, _version_folder(new, file))
            shown = astuple(context), previous_page, next_page, None if linked is None else sorted(linked)
            folders = dict(self.addresses.folders(file.service))
            fingerprint = self.fingerprints.of_values(previous_digests, digests, path, shown, folders)
            yield NotesTask(
                f"notes:{path}", fingerprint, path, previous, file, context, previous_page, next_page, linked, folders
            )

    def _linked_operations(self, file: ModelFile) -> frozenset[str] | None:
        """Return the operations that have a page in the reference, or None if all of the model have one.

        A removed operation has a page that says so. The reference is of the latest API version, so the operations of a
        model of another version may have none.
        """
        key = file.service, file.api_version
        if key not in self._linked_cache:
            latest = self.latest.latest_model(file.service)
            if latest is None:
                self._linked_cache[key] = frozenset()
            elif latest.api_version == file.api_version:
                self._linked_cache[key] = None
            else:
                self._linked_cache[key] = frozenset(ModelReader().read_service(latest).operations)
        return self._linked_cache[key]


def _version_folder(release: Release, file: ModelFile) -> str:
    """Return the API version of a model if the release has a later one, or an empty string."""
    latest = release.latest_model(file.service)
    return "" if latest is None or latest.api_version == file.api_version else file.api_version
