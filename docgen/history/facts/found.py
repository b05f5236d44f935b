"""The facts on this machine: those that docgen carries, or newer ones in the cache."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from docgen.errors import SourceError, UsageError
from docgen.files import cache_folder, cache_path, open_regular, read_bounded, write_atomically
from docgen.history.database import is_archive, is_database
from docgen.history.facts.archive import (
    BUNDLED_FACTS as BUNDLED_FACTS,
)
from docgen.history.facts.archive import (
    INDEX_NAME,
    MAX_FILE_BYTES,
    FactsArchive,
    facts_of_history,
    open_archive,
)
from docgen.history.history import History

if TYPE_CHECKING:
    from packaging.version import Version

    from docgen.sources.release import Source

_FOLDER, _NAME = "facts", "facts.zip"


class FoundFacts(NamedTuple):
    """A facts file, and its newest release with the package, such as `botocore 1.44.8`."""

    path: Path
    newest: str


def newest_facts() -> FoundFacts | None:
    """Return the facts with the newest release: those in the cache, or those that docgen carries.

    Return None if there are none. Unreadable facts in the cache count as missing, because an older docgen may need
    others.
    """
    found = []
    for path in (BUNDLED_FACTS, *cached_facts()):
        if path.exists():
            try:
                found.append(_describe(path))
            except SourceError:
                if path == BUNDLED_FACTS:
                    raise
    return max(found, key=_version) if len(found) > 1 else next(iter(found), None)


def cached_facts() -> Iterator[Path]:
    """Yield the path of the facts in the cache, which may not exist. Nothing without a home folder."""
    with suppress(SourceError):  # there is no home folder
        yield cache_path(_FOLDER) / _NAME


def _describe(path: Path) -> FoundFacts:
    index = open_archive(path).index
    try:
        name = index["releases"][-1][0]
        return FoundFacts(path, f"{index['package']} {name}".strip())
    except (LookupError, TypeError) as error:
        raise SourceError(f"{path}: damaged: {error} (renew it: `docgen update --facts SOURCE`)") from None


def _version(facts: FoundFacts) -> Version:
    from packaging.version import InvalidVersion, Version  # takes long to import, and one file needs no comparison

    try:
        return Version(facts.newest.rpartition(" ")[2])
    except InvalidVersion as error:
        raise SourceError(f"{facts.path}: damaged: {error} (renew it: `docgen update --facts SOURCE`)") from None


def renew_facts(spec: str, open_source: Callable[[str], Source]) -> FoundFacts:
    """Put newer facts into the cache.

    Args:
        spec: A history, a facts file, or any other source, whose newer releases are added to the newest facts.
        open_source: Opens such a source.

    Returns:
        The facts that commands now use.

    Raises:
        UsageError: There are no facts to add releases to, or those of the source end at an older release.
        SourceError: The source cannot be read.
    """
    from docgen.history.facts.extend import extend_facts  # reads models, which takes long to import

    path = Path(spec)
    target = cache_folder(_FOLDER) / _NAME
    known = newest_facts()
    if is_database(path):
        history = History(path)
        for newest in history.releases[-1:]:
            _ensure_not_older(FoundFacts(path, f"{newest.package} {newest.name}".strip()), known)
        write_atomically(target, [facts_of_history(history)])
    elif is_archive(path) and _has_facts(path):
        data = _read_checked(path)
        _ensure_not_older(_describe(path), known)
        write_atomically(target, [data])
    else:
        if known is None:
            raise UsageError("no facts to add releases to (give a history as SOURCE)")
        extended = extend_facts(known.path, open_source(spec).releases())
        if extended is not None:
            write_atomically(target, [extended])
    renewed = newest_facts()
    assert renewed is not None  # noqa: S101 - written or found above
    return renewed


def _ensure_not_older(facts: FoundFacts, known: FoundFacts | None) -> None:
    if known is not None and _version(facts) < _version(known):
        raise UsageError(f"{facts.path}: ends at {facts.newest}, and {known.path} at {known.newest}: nothing to renew")


def _has_facts(path: Path) -> bool:
    """Return whether an archive is meant as facts, and not as a package; it may be damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            return INDEX_NAME in archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return False


def _read_checked(path: Path) -> bytes:
    """Return the bytes of a facts file from somebody else; raises `SourceError` if anything in it is malformed."""
    with open_regular(path, str(path)) as stream:
        data = read_bounded(stream, str(path), MAX_FILE_BYTES)
    FactsArchive(path, data).verify()
    history = History(path)
    _version(_describe(path))
    for _ in (history.releases, history.services):  # checks the names
        pass
    return data
