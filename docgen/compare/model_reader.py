"""The one way from two model files to facts: read both models, then compare them.

What two revisions of a service share is parsed once, and is the same object in both.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from docgen.diff.compare import find_deltas
from docgen.diff.delta import Delta, ServiceDelta
from docgen.errors import SourceError
from docgen.history.as_source import IndexedFile
from docgen.history.history import History
from docgen.history.snapshots import ModelSnapshots
from docgen.model.incremental import Revision, read_revision
from docgen.model.parse import parse
from docgen.model.service import Service
from docgen.model.strict_json import MAX_SIBLING_NESTING, load_json
from docgen.sources.release import ModelFile
from docgen.sources.sdk_extras import ExtrasPointers

_MAX_RECENT_REVISIONS = 2
"""Revisions to remember: the new one of a comparison is the old one of the next."""


class ModelReader:
    """Reads models, best one service after the other. Those from a history are built from stored elements.

    Args:
        strict: Refuse models with duplicate keys, as commands that compare two releases do. The builder of a site
            accepts what SDKs accept, and shares what two revisions have in common.

    """

    def __init__(self, *, strict: bool = False) -> None:
        self._strict = strict
        self._recent: list[tuple[ModelFile, Revision]] = []
        self._snapshots: dict[tuple[Path, int], tuple[ModelSnapshots, dict[int, str]]] = {}
        self._histories: dict[Path, History] = {}

    def read_service(self, file: ModelFile) -> Service:
        """Return the model in a file; raise `ModelError` or `SourceError`."""
        if isinstance(file.file, IndexedFile):
            snapshots, digests = self._snapshots_of(file.file)
            if digests.get(file.file.release_number) != file.file.content_digest:
                raise SourceError(
                    f"{file.location}: changed while docgen was reading it (do not replace a history in use)"
                )
            return snapshots.model_at(file.file.release_number)
        if self._strict:
            return parse(file.read(), file.location)
        for known, revision in self._recent:
            if known.file is file.file:
                return revision.service
        last = self._recent[-1] if self._recent else None
        previous = last[1] if last is not None and last[0].service == file.service else None
        revision = read_revision(file.read(), file.location, previous)
        self._recent = [*self._recent[1 - _MAX_RECENT_REVISIONS :], (file, revision)]
        return revision.service

    def compare(self, old: ModelFile | None, new: ModelFile, *, with_siblings: bool = True) -> ServiceDelta | None:
        """Compare two models.

        Args:
            old: The older model; None if everything is new.
            new: The newer model.
            with_siblings: Whether to compare the sibling files as well.

        Returns:
            What differs, or None if the files are the same.

        Raises:
            ModelError: If a model is not valid.
            SourceError: If a file cannot be read.

        """
        if old is new or (old is not None and _same_content(old, new, with_siblings=with_siblings)):
            return None
        old_service = self.read_service(old) if old is not None else None
        new_service = self.read_service(new)
        delta = find_deltas(
            old_service if old_service is not None else Service(new_service.metadata, {}, {}),
            new_service,
            new.service,
            old_siblings=_differing_siblings(old, new) if with_siblings else {},
            new_siblings=_differing_siblings(new, old) if with_siblings else {},
        )
        return _with_extras_pointers(delta, ExtrasPointers.of(old), ExtrasPointers.of(new))

    def _snapshots_of(self, file: IndexedFile) -> tuple[ModelSnapshots, dict[int, str]]:
        """Return the models of an API, and the digest of each by the number of its release."""
        key = file.history_path, file.api_id
        if key not in self._snapshots:
            if file.history_path not in self._histories:
                self._histories[file.history_path] = History(file.history_path)
            history = self._histories[file.history_path]
            digests = {span.since: digest for _, span, digest in history.reader.revisions(file.api_id)}
            self._snapshots = {key: (ModelSnapshots(history, file.api_id), digests)}  # one at a time: they are large
        return self._snapshots[key]


def _same_content(old: ModelFile, new: ModelFile, *, with_siblings: bool) -> bool:
    return old.digests() == new.digests() if with_siblings else old.digest() == new.digest()


def _with_extras_pointers(delta: ServiceDelta, old: ExtrasPointers, new: ExtrasPointers) -> ServiceDelta:
    """Return the deltas with pointers that name the file with the extras of SDKs, where it contains the value."""
    if not (old or new):
        return delta

    def translated(deltas: tuple[Delta, ...]) -> tuple[Delta, ...]:
        return tuple(
            replace(each, old_pointer=old.translate(each.old_pointer), new_pointer=new.translate(each.new_pointer))
            for each in deltas
        )

    return replace(
        delta,
        operation_deltas={name: translated(deltas) for name, deltas in delta.operation_deltas.items()},
        pair_deltas={pair: translated(deltas) for pair, deltas in delta.pair_deltas.items()},
        service_deltas=translated(delta.service_deltas),
        shape_deltas=translated(delta.shape_deltas),
        sibling_deltas=translated(delta.sibling_deltas),
    )


def _differing_siblings(file: ModelFile | None, other: ModelFile | None) -> dict[str, Any]:
    """Return the decoded siblings of a model, without those that the other model has with the same content."""
    if file is None:
        return {}
    others = other.siblings if other is not None else {}
    return {
        name: load_json(sibling.read(), sibling.location, MAX_SIBLING_NESTING)
        for name, sibling in sorted(file.siblings.items())
        if name not in others or others[name].digest() != sibling.digest()
    }
