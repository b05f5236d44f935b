"""Reading models one after the other: what two revisions share is read once, and is the same object in both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docgen.diff.compare import diff
from docgen.diff.facts import ServiceDelta
from docgen.errors import SourceError
from docgen.history.as_source import IndexedFile
from docgen.history.history import History
from docgen.history.snapshots import Tape
from docgen.model.incremental import Revision, read_next
from docgen.model.service import MAX_NESTING_BESIDE, Service, load_json
from docgen.sources.release import ModelFile

_RECENT = 2
"""Revisions that are remembered: what was new in one comparison is old in the next."""


class Series:
    """Reads the models of one service. A history builds them from what it keeps once; other files are decoded."""

    def __init__(self) -> None:
        self._recent: list[tuple[ModelFile, Revision]] = []
        self._tapes: dict[tuple[Path, int], tuple[Tape, dict[int, str]]] = {}
        self._histories: dict[Path, History] = {}

    def service(self, file: ModelFile) -> Service:
        """The model in a file; raises `ModelError` and `SourceError`."""
        if isinstance(file.file, IndexedFile):
            tape, digests = self._tape(file.file)
            if digests.get(file.file.number) != file.file.content_name:
                raise SourceError(f"{file.place}: not as it was (do not replace a history while it is read)")
            return tape.service(file.file.number)
        for known, revision in self._recent:
            if known.file is file.file:
                return revision.service
        before = self._recent[-1][1] if self._recent else None
        revision = read_next(file.read(), file.place, before)
        self._recent = [*self._recent[1 - _RECENT :], (file, revision)]
        return revision.service

    def delta(self, old: ModelFile | None, new: ModelFile) -> ServiceDelta | None:
        """What differs between two models and beside them; None where the files are the same.

        Without an old one everything is new. Raises `ModelError` and `SourceError`.
        """
        if old is not None and old.digests() == new.digests():
            return None
        before = self.service(old) if old is not None else None
        after = self.service(new)
        beside = _beside(old, new), _beside(new, old)
        return diff(
            before if before is not None else Service(after.metadata, {}, {}),
            after,
            new.service,
            old_siblings=beside[0],
            new_siblings=beside[1],
        )

    def _tape(self, file: IndexedFile) -> tuple[Tape, dict[int, str]]:
        """The models of an API, and the digest of each by the number of its release."""
        key = file.history, file.api
        if key not in self._tapes:
            if file.history not in self._histories:
                self._histories[file.history] = History(file.history)
            history = self._histories[file.history]
            digests = {span.since: digest for _, span, digest in history.reader.revisions(file.api)}
            self._tapes = {key: (Tape(history, file.api), digests)}  # one at a time: they are large
        return self._tapes[key]


def _beside(file: ModelFile | None, other: ModelFile | None) -> dict[str, Any]:
    """The decoded files beside a model, but for those that the other one has alike."""
    if file is None:
        return {}
    alike = other.siblings if other is not None else {}
    return {
        name: load_json(each.read(), each.place, MAX_NESTING_BESIDE)
        for name, each in sorted(file.siblings.items())
        if name not in alike or alike[name].digest() != each.digest()
    }
