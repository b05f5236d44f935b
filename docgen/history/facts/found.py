"""The facts on this machine: those that docgen carries, or newer ones in the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from docgen.errors import SourceError, UsageError
from docgen.files import cache_folder, cache_path, write_atomically
from docgen.history.database import is_archive, is_database
from docgen.history.facts.archive import FactsArchive, facts_of_history
from docgen.history.history import History
from docgen.sources.release import Source

BUNDLED_FACTS = Path(__file__).with_name("facts.zip")
"""The facts that docgen carries."""

_FOLDER, _NAME = "facts", "facts.zip"


@dataclass(frozen=True, slots=True)
class FoundFacts:
    """A facts file, and its newest release with the package, such as `botocore 1.44.8`."""

    path: Path
    newest: str
    version: Version


def newest_facts() -> FoundFacts | None:
    """The facts with the newest release: of the cache, if they go further than those that docgen carries.

    None if there are none. Unreadable facts in the cache count as missing, because an older docgen may need others.
    """
    found = []
    for path in (BUNDLED_FACTS, *_cached_facts()):
        if path.exists():
            try:
                found.append(_describe(path))
            except SourceError:
                if path == BUNDLED_FACTS:
                    raise
    return max(found, key=lambda facts: facts.version, default=None)


def _cached_facts() -> Iterator[Path]:
    with suppress(SourceError):  # there is no home folder
        yield cache_path(_FOLDER) / _NAME


def _describe(path: Path) -> FoundFacts:
    index = FactsArchive(path).index
    try:
        name = index["releases"][-1][0]
        return FoundFacts(path, f"{index['package']} {name}".strip(), Version(name))
    except (LookupError, TypeError, InvalidVersion) as error:
        raise SourceError(f"{path}: damaged: {error} (renew it: `docgen update --facts SOURCE`)") from None


def renew_facts(spec: str, open_source: Callable[[str], Source]) -> FoundFacts:
    """Put newer facts into the cache.

    Args:
        spec: A history, a facts file, or any other source, whose newer releases are added to the newest facts.
        open_source: Opens such a source.

    Returns:
        The facts that commands now use.

    Raises:
        UsageError: There are no facts to add releases to.
        SourceError: The source cannot be read.
    """
    from docgen.history.facts.extend import extend_facts  # reads models, which takes long to import

    path = Path(spec)
    target = cache_folder(_FOLDER) / _NAME
    if is_database(path):
        write_atomically(target, [facts_of_history(History(path))])
    elif is_archive(path) and path.suffix == ".zip" and _is_facts(path):
        _describe(path)
        write_atomically(target, [path.read_bytes()])
    else:
        known = newest_facts()
        if known is None:
            raise UsageError("no facts to add releases to (give a history as SOURCE)")
        data = extend_facts(known.path, open_source(spec).releases())
        if data is not None:
            write_atomically(target, [data])
    renewed = newest_facts()
    assert renewed is not None  # noqa: S101 - written or found above
    return renewed


def _is_facts(path: Path) -> bool:
    try:
        FactsArchive(path)
    except SourceError:
        return False
    return True
