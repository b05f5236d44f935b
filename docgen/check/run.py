"""Compares two releases for `docgen check`.

A check sees more than change notes do: removed services and API versions, and the sibling files of models. Each API
version is compared with itself, because each is a contract of its own; adding or removing one is a separate change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from docgen.check.verdict import CheckedService
from docgen.compare.model_reader import ModelReader
from docgen.compare.models import pair_single_model, service_additions_and_removals
from docgen.diff.delta import ServiceDelta
from docgen.history.as_source import IndexedFile
from docgen.model.parse import require_model
from docgen.model.service import EMPTY_SERVICE
from docgen.rules.change import Change
from docgen.rules.classify import classify
from docgen.rules.service_changes import ChangeSelector
from docgen.sources.release import ModelFile, Release
from docgen.terminal.progress import track

ModelKey = tuple[str, str]
"""A service and an API version."""


def compare_releases(old: Release, new: Release, services: Collection[str] = ()) -> tuple[CheckedService, ...]:
    """Compare the services of two releases.

    If one release is a single file, only its service is compared, without sibling files. Two files that have several
    services each, as Smithy models may, are compared like any releases.

    Args:
        old: The older release.
        new: The newer release.
        services: The services to compare; empty for all.

    Returns:
        One result for each service and API version, in alphabetical order.

    Raises:
        ModelError: If a model is not valid.
        SourceError: If a file cannot be read.
        UsageError: If the releases have nothing in common.

    """
    reader = ModelReader(strict=True)
    have_several = len(old.files) > 1 and len(new.files) > 1  # two Smithy models may have several services each
    if (old.is_single_file or new.is_single_file) and not (old.is_single_file and new.is_single_file and have_several):
        old_model, new_model = pair_single_model(old, new, services)
        changes = _model_changes(reader, old_model, new_model, with_siblings=False)
        return (CheckedService(*_model_key(new_model), changes, new_model),)
    before, after = ({_model_key(file): file for file in _selected_models(release, services)} for release in (old, new))
    keys = sorted({*before, *after})
    of_release = _group_by_model(service_additions_and_removals(old, new, services), keys)
    checked = []
    for key in track(keys, "models"):
        inside = _model_changes(reader, before.get(key), after.get(key))
        checked.append(CheckedService(*key, (*of_release.get(key, ()), *inside), after.get(key)))
    return tuple(checked)


def compare_default_models(
    old: Release, new: Release, services: Collection[str], select: ChangeSelector
) -> tuple[CheckedService, ...]:
    """Compare what SDKs use by default: the newest API version of each service, with that of the other release.

    Args:
        old: The older release.
        new: The newer release.
        services: The services to compare; empty for all.
        select: Chooses among the changes of each service; it gets all changes of a service at once.

    Returns:
        One result for each service with selected changes, in alphabetical order.

    Raises:
        ModelError: If a model is not valid.
        SourceError: If a file cannot be read.
        UsageError: If the releases have nothing in common.

    """
    reader, single = ModelReader(strict=True), old.is_single_file or new.is_single_file
    checked = {}
    if not single:
        whole: dict[str, list[Change]] = {}
        for change in service_additions_and_removals(old, new, services):
            if change.delta.element_id.owner is None:  # API versions are compared with each other below
                whole.setdefault(change.delta.element_id.service, []).append(change)
        for service, changes in whole.items():
            delta = ServiceDelta(service, EMPTY_SERVICE, EMPTY_SERVICE, {}, {}, {})
            checked[service] = CheckedService(service, "", select(delta, tuple(changes)))
    pairs = [pair_single_model(old, new, services)] if single else _default_pairs(old, new, services)
    for before, after in pairs:
        delta_ = reader.compare(before, after, with_siblings=not single)
        if delta_ is not None:
            changes_ = select(delta_, classify(delta_))
            checked[after.service] = CheckedService(after.service, after.api_version, changes_, after)
    return tuple(checked[service] for service in sorted(checked) if checked[service].changes)


def _default_pairs(old: Release, new: Release, services: Collection[str]) -> Iterator[tuple[ModelFile, ModelFile]]:
    for after in new.latest_models():
        before = old.latest_model(after.service)
        if before is not None and (not services or after.service in services):
            yield before, after


def _selected_models(release: Release, services: Collection[str]) -> Iterator[ModelFile]:
    return (file for file in release.files if not services or file.service in services)


def _model_key(file: ModelFile) -> ModelKey:
    return file.service, file.api_version


def _model_changes(
    reader: ModelReader, old: ModelFile | None, new: ModelFile | None, *, with_siblings: bool = True
) -> tuple[Change, ...]:
    """Return what changed inside a model.

    A model that is added, removed or unchanged is only read, to reject a file that is not a model.
    """
    delta = reader.compare(old, new, with_siblings=with_siblings) if old is not None and new is not None else None
    if delta is not None:
        return classify(delta)
    require_models(file for file in (old, new) if file is not None)
    return ()


def require_models(files: Iterable[ModelFile]) -> None:
    """Raise `ModelError` or `SourceError` for the first file that is no service model."""
    for file in files:
        if not isinstance(file.file, IndexedFile):  # a history has read it already
            require_model(file.read(), file.location)


def _group_by_model(changes: Iterable[Change], keys: Iterable[ModelKey]) -> dict[ModelKey, list[Change]]:
    """Group added and removed services and API versions; a whole service belongs to its newest API version."""
    newest = dict(sorted(keys))
    groups: dict[ModelKey, list[Change]] = {}
    for change in changes:
        id = change.delta.element_id
        groups.setdefault((id.service, id.owner or newest[id.service]), []).append(change)
    return groups
