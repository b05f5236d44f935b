"""Releases in a history file (`docgen index`): every model at every release, rebuilt from what the file keeps once."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import get_ident

from docgen.history.database import fits_together
from docgen.history.reader import Api, Reader, Stored
from docgen.sources.release import MODEL, File, Later, LaterSummaries, ModelFile, Release


@dataclass(frozen=True, slots=True)
class IndexedFile(File):
    """A model, or with a `name` a file beside one, as release `number` brought it. `stamp` tells its state."""

    history: Path
    stamp: tuple[int, int]
    api: int
    number: int
    name: str
    content_name: str
    where: str

    @property
    def place(self) -> str:
        """History, release and element, such as `history.db@1.12.83:appstream/2016-12-01/service-2.json`."""
        return f"{self.history}@{self.where}"

    def read(self) -> bytes:
        """The JSON bytes; raises `SourceError`. A model has the same values, laid out otherwise."""
        reader = _opened(self.history, self.stamp)
        return reader.file(self.api, self.name, self.number) if self.name else reader.model(self.api, self.number)

    def digest(self) -> str:
        """The content name of the bytes that were indexed."""
        return self.content_name


def indexed_releases(path: Path) -> tuple[Release, ...]:
    """Every release in the history file `path`; raises `SourceError`."""
    return Indexed(path).releases()


class Indexed:
    """What a history file has, and when. Model files are shared by all releases in which they are the same."""

    def __init__(self, path: Path, reader: Reader | None = None) -> None:
        self.path = path
        status = path.stat()
        self.stamp = status.st_mtime_ns, status.st_size
        self.reader = reader or Reader(path)
        self.stored = self.reader.releases()

    def releases(self) -> tuple[Release, ...]:
        """Every release, oldest first."""
        return tuple(map(self.release, self.stored))

    def release(self, stored: Stored) -> Release:
        """One release; its files are looked up when they are asked for."""
        return Release(
            name=stored.name,
            place=f"{self.path}@{stored.name}",
            date=stored.date,
            package=stored.package,
            summaries=LaterSummaries(lambda: self.reader.summaries(stored.number)) if stored.has_summaries else None,
            files=Later(lambda: tuple(self.files(stored.number))),
            introduction=self._introductions.get(stored.number, ""),
        )

    def files(self, number: int) -> Iterator[ModelFile]:
        """The model files of a release, sorted by service and API version."""
        with fits_together(self.path):
            spans = self._spans
        for key in spans:
            if (found := self.model_file(*key, number)) is not None:
                yield found

    def model_file(self, service: str, api_version: str, number: int) -> ModelFile | None:
        """The model of an API at a release, the same object for all releases in which it is the same."""
        starts, files = self._spans.get((service, api_version), ((), ()))
        at = bisect_right(starts, number) - 1
        if at < 0:
            return None
        until, file = files[at]
        return file if until is None or number < until else None

    @cached_property
    def _introductions(self) -> Mapping[int, str]:
        return self.reader.introductions()

    @cached_property
    def _spans(self) -> Mapping[tuple[str, str], tuple[list[int], list[tuple[int | None, ModelFile]]]]:
        """The revisions of each API: where each starts, and where it ends with its file."""
        beside = defaultdict(list)
        for api_id, name, span, digest in self.reader.files():
            beside[api_id].append((span, name, digest))
        apis = {api.id: api for api in self.reader.apis()}
        found: dict[tuple[str, str], tuple[list[int], list[tuple[int | None, ModelFile]]]] = {
            (api.service, api.api_version): ([], []) for api in apis.values()
        }
        for api_id, (since, until), digest in self.reader.revisions():
            api = apis[api_id]
            siblings = {
                name: self.file(api, span.since, name, content_name)
                for span, name, content_name in beside[api_id]
                if span.since <= since and (span.until is None or span.until > since)
            }
            file = ModelFile(api.service, api.api_version, self.file(api, since, "", digest), siblings)
            starts, files = found[api.service, api.api_version]
            starts.append(since)
            files.append((until, file))
        return found

    def file(self, api: Api, number: int, name: str, digest: str) -> IndexedFile:
        """A file that release `number` brought."""
        where = f"{self.stored[number - 1].name}:{api.service}/{api.api_version}/{name or MODEL}"
        return IndexedFile(self.path, self.stamp, api.id, number, name, digest, where)


_OPEN: dict[tuple[int, Path], tuple[tuple[int, int], Reader]] = {}


def _opened(path: Path, stamp: tuple[int, int]) -> Reader:
    """The file, opened once per thread and `stamp`: a worker that was sent an `IndexedFile` opens it anew."""
    key = get_ident(), path
    if key not in _OPEN or _OPEN[key][0] != stamp:
        let_go(path)
        _OPEN[key] = stamp, Reader(path)
    return _OPEN[key][1]


def let_go(path: Path) -> None:
    """Close the history file `path` where this thread read models out of it: who wrote it is to leave one file."""
    _, reader = _OPEN.pop((get_ident(), path), (None, None))
    if reader is not None:
        reader.close()
