"""Reading models one after the other: what two revisions share is read once, and is the same object in both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docgen.diff.compare import find_deltas
from docgen.diff.delta import ServiceDelta
from docgen.errors import SourceError
from docgen.history.as_source import IndexedFile
from docgen.history.history import History
from docgen.history.snapshots import ModelSnapshots
from docgen.model.incremental import Revision, read_revision
from docgen.model.service import Service
from docgen.model.strict_json import MAX_SIBLING_NESTING, load_json
from docgen.sources.release import ModelFile

_MAX_RECENT_REVISIONS = 2
"""Revisions that are remembered: what was new in one comparison is old in the next."""


class ModelReader:
    """Reads the models of one service. A history builds them from what it keeps once; other files are decoded."""

    def __init__(self) -> None:
        self._recent: list[tuple[ModelFile, Revision]] = []
        self._snapshots: dict[tuple[Path, int], tuple[ModelSnapshots, dict[int, str]]] = {}
        self._histories: dict[Path, History] = {}

    def read_service(self, file: ModelFile) -> Service:
        """The model in a file; raises `ModelError` and `SourceError`."""
        if isinstance(file.file, IndexedFile):
            tape, digests = self._snapshots_of(file.file)
            if digests.get(file.file.release_number) != file.file.content_digest:
                raise SourceError(f"{file.location}: not as it was (do not replace a history while it is read)")
            return tape.model_at(file.file.release_number)
        for known, revision in self._recent:
            if known.file is file.file:
                return revision.service
        before = self._recent[-1][1] if self._recent else None
        revision = read_revision(file.read(), file.location, before)
        self._recent = [*self._recent[1 - _MAX_RECENT_REVISIONS :], (file, revision)]
        return revision.service

    def compare(self, old: ModelFile | None, new: ModelFile) -> ServiceDelta | None:
        """What differs between two models and beside them; None where the files are the same.

        Without an old one everything is new. Raises `ModelError` and `SourceError`.
        """
        if old is not None and old.digests() == new.digests():
            return None
        before = self.read_service(old) if old is not None else None
        after = self.read_service(new)
        beside = _differing_siblings(old, new), _differing_siblings(new, old)
        return find_deltas(
            before if before is not None else Service(after.metadata, {}, {}),
            after,
            new.service,
            old_siblings=beside[0],
            new_siblings=beside[1],
        )

    def _snapshots_of(self, file: IndexedFile) -> tuple[ModelSnapshots, dict[int, str]]:
        """The models of an API, and the digest of each by the number of its release."""
        key = file.history_path, file.api_id
        if key not in self._snapshots:
            if file.history_path not in self._histories:
                self._histories[file.history_path] = History(file.history_path)
            history = self._histories[file.history_path]
            digests = {span.since: digest for _, span, digest in history.reader.revisions(file.api_id)}
            self._snapshots = {key: (ModelSnapshots(history, file.api_id), digests)}  # one at a time: they are large
        return self._snapshots[key]


def _differing_siblings(file: ModelFile | None, other: ModelFile | None) -> dict[str, Any]:
    """The decoded files beside a model, but for those that the other one has alike."""
    if file is None:
        return {}
    alike = other.siblings if other is not None else {}
    return {
        name: load_json(each.read(), each.location, MAX_SIBLING_NESTING)
        for name, each in sorted(file.siblings.items())
        if name not in alike or alike[name].digest() != each.digest()
    }
