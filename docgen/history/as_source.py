"""A history file as a source of releases: every model at every release, built from the rows of the file."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import get_ident

from docgen.history.database import reporting_corruption
from docgen.history.queries import Api, StoredRelease
from docgen.history.reader import HistoryReader
from docgen.sources.release import MODEL_FILENAME, File, LazyModelFiles, LazySummaries, ModelFile, Release


@dataclass(frozen=True, slots=True)
class IndexedFile(File):
    """A model or a sibling file in a history, as one release brought it. `stamp` identifies the history's state."""

    history_path: Path
    stamp: tuple[int, int]
    api_id: int
    release_number: int
    sibling_name: str
    content_digest: str
    release_path: str

    @property
    def location(self) -> str:
        """History, release and element, such as `history.db@1.12.83:appstream/2016-12-01/service-2.json`."""
        return f"{self.history_path}@{self.release_path}"

    def read(self) -> bytes:
        """Return the JSON bytes. A model has the indexed values in another layout.

        Raises:
            SourceError: The history is damaged or has changed.
        """
        reader = _open_reader(self.history_path, self.stamp)
        return (
            reader.sibling_file(self.api_id, self.sibling_name, self.release_number)
            if self.sibling_name
            else reader.model(self.api_id, self.release_number)
        )

    def digest(self) -> str:
        """Return the content name of the bytes that were indexed."""
        return self.content_digest


def history_releases(path: Path) -> tuple[Release, ...]:
    """Return every release in the history file `path`; raises `SourceError`."""
    return HistorySource(path).releases()


class HistorySource:
    """The contents of a history file by release. Model files are shared by all releases in which they are the same."""

    def __init__(self, path: Path, reader: HistoryReader | None = None) -> None:
        self.path = path
        status = path.stat()
        self.stamp = status.st_mtime_ns, status.st_size
        self.reader = reader or HistoryReader(path)
        self.stored_releases = self.reader.releases()

    def releases(self) -> tuple[Release, ...]:
        """Return every release, oldest first."""
        return tuple(map(self.release, self.stored_releases))

    def release(self, stored: StoredRelease) -> Release:
        """Return one release; its files are looked up when they are needed."""
        return Release(
            name=stored.name,
            location=f"{self.path}@{stored.name}",
            date=stored.date,
            package=stored.package,
            summaries=LazySummaries(lambda: self.reader.summaries(stored.number)) if stored.has_summaries else None,
            files=LazyModelFiles(lambda: tuple(self.model_files(stored.number)), lambda: self.services(stored.number)),
            introduction=self._introductions.get(stored.number, ""),
        )

    def model_files(self, release_number: int) -> Iterator[ModelFile]:
        """Yield the model files of a release, sorted by service and API version."""
        with reporting_corruption(self.path):
            spans = self._revisions
        for key in spans:
            if (found := self.model_file(*key, release_number)) is not None:
                yield found

    def services(self, release_number: int) -> tuple[str, ...]:
        """Return the services of a release, sorted. The files are not looked up."""
        found: dict[str, None] = {}
        for service, starts, ends in self._spans:
            at = bisect_right(starts, release_number) - 1
            if at >= 0 and ((until := ends[at]) is None or release_number < until):
                found[service] = None
        return tuple(found)

    @cached_property
    def _spans(self) -> Sequence[tuple[str, list[int], list[int | None]]]:
        """The service of each API, and where its revisions start and end; sorted by service and API version."""
        spans: dict[int, tuple[list[int], list[int | None]]] = {api.id: ([], []) for api in self.reader.apis()}
        with reporting_corruption(self.path):
            for api_id, (since, until), _ in self.reader.revisions():
                spans[api_id][0].append(since)
                spans[api_id][1].append(until)
        return [(api.service, *spans[api.id]) for api in self.reader.apis()]

    def model_file(self, service: str, api_version: str, release_number: int) -> ModelFile | None:
        """Return the model of an API at a release, the same object for all releases in which it is the same."""
        starts, files = self._revisions.get((service, api_version), ((), ()))
        at = bisect_right(starts, release_number) - 1
        if at < 0:
            return None
        until, file = files[at]
        return file if until is None or release_number < until else None

    @cached_property
    def _introductions(self) -> Mapping[int, str]:
        return self.reader.introductions()

    @cached_property
    def _revisions(self) -> Mapping[tuple[str, str], tuple[list[int], list[tuple[int | None, ModelFile]]]]:
        """The revisions of each API: where each starts, and where it ends with its file."""
        beside = defaultdict(list)
        for api_id, name, span, digest in self.reader.sibling_files():
            beside[api_id].append((span, name, digest))
        apis = {api.id: api for api in self.reader.apis()}
        found: dict[tuple[str, str], tuple[list[int], list[tuple[int | None, ModelFile]]]] = {
            (api.service, api.api_version): ([], []) for api in apis.values()
        }
        for api_id, (since, until), digest in self.reader.revisions():
            api = apis[api_id]
            siblings = {
                name: self.indexed_file(api, span.since, name, content_name)
                for span, name, content_name in beside[api_id]
                if span.since <= since and (span.until is None or span.until > since)
            }
            file = ModelFile(api.service, api.api_version, self.indexed_file(api, since, "", digest), siblings)
            starts, files = found[api.service, api.api_version]
            starts.append(since)
            files.append((until, file))
        return found

    def indexed_file(self, api: Api, release_number: int, sibling_name: str, digest: str) -> IndexedFile:
        """Return a file as release `release_number` added or changed it."""
        release = self.stored_releases[release_number - 1].name
        where = f"{release}:{api.service}/{api.api_version}/{sibling_name or MODEL_FILENAME}"
        return IndexedFile(self.path, self.stamp, api.id, release_number, sibling_name, digest, where)


_OPEN_READERS: dict[tuple[int, Path], tuple[tuple[int, int], HistoryReader]] = {}


def _open_reader(path: Path, stamp: tuple[int, int]) -> HistoryReader:
    """Return a reader, opened once per thread and `stamp`: a worker that was sent an `IndexedFile` opens it again."""
    key = get_ident(), path
    if key not in _OPEN_READERS or _OPEN_READERS[key][0] != stamp:
        close_reader(path)
        _OPEN_READERS[key] = stamp, HistoryReader(path)
    return _OPEN_READERS[key][1]


def close_reader(path: Path) -> None:
    """Close the history file if this thread read models from it, so that its writer can leave a single file."""
    _, reader = _OPEN_READERS.pop((get_ident(), path), (None, None))
    if reader is not None:
        reader.close()
