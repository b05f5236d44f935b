"""Joins the steps of `docgen check`: two releases in, what changed in each service out.

It sees more than change notes do: services and API versions that went, and the files beside the models. A model
is compared with itself in the same API version; another API version is a promise of its own, and its coming is
a change of its own.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from docgen.check.json_lines import find_lines
from docgen.check.verdict import CheckedService, FileLocation, Finding
from docgen.compare.models import compare_models, pair_models, service_additions_and_removals
from docgen.errors import SourceError, UsageError
from docgen.locate import open_source
from docgen.rules.change import Change
from docgen.rules.classify import classify
from docgen.sources.folder import DiskFile
from docgen.sources.git.checkout import file_at_revision, releases_at_revision
from docgen.sources.release import File, ModelFile, Release, sort_releases

ModelKey = tuple[str, str]
"""A service and an API version."""


@dataclass(frozen=True, slots=True)
class ReleaseComparison:
    """What was compared, and the files of the new version."""

    services: tuple[CheckedService, ...]
    new_models: Mapping[ModelKey, ModelFile]

    def own_findings(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those of the findings that come of this comparison."""
        changes = {id(change) for each in self.services for change in each.changes}
        return [finding for finding in findings if id(finding.change) in changes]

    def locations(self, findings: Iterable[Finding]) -> dict[int, FileLocation]:
        """The place of each finding, by its `id()`: a line in the new version's file, where that is a file on disk.

        What was removed is shown where it used to be: at the nearest element around it that is still there.
        """
        wanted: dict[DiskFile, list[tuple[int, str]]] = {}
        for finding in findings:
            file, pointer = self._file_and_pointer(finding)
            if isinstance(file, DiskFile) and file.path.suffix != ".gz":
                wanted.setdefault(file, []).append((id(finding), pointer))
        found: dict[int, FileLocation] = {}
        for file, pointers in wanted.items():
            lines = find_lines(file.read().decode("utf-8-sig"), {pointer for _, pointer in pointers})
            found.update((key, FileLocation(_display_path(file.path), lines[pointer])) for key, pointer in pointers)
        return found

    def _file_and_pointer(self, finding: Finding) -> tuple[File | None, str]:
        delta = finding.change.delta
        model = self.new_models.get((finding.service, finding.api_version))
        pointer = delta.new_pointer if delta.new_pointer is not None else delta.old_pointer
        if model is None or pointer is None:
            return None if model is None else model.file, ""
        beside, mark, inside = pointer.partition("#")
        if mark and not beside.startswith("/"):
            return model.siblings.get(beside), inside
        return model.file, pointer


def pairs_against_revision(path: str, revision: str) -> list[tuple[Release | None, Release]]:
    """What a file or folder of a checkout is compared with: pairs of what a git revision has, or None, and what is now.

    A file is compared with the same path in `rev`. Of a folder every release is compared with the one of its name
    there; a new one with that which came before it, which is what its users come from. Where the newest release there
    is gone, it is compared with the newest now. Raises `SourceError` and `UsageError`.
    """
    if not os.path.exists(path):
        raise SourceError(f"{path}: no such file or folder (name the folder around it to see what its removal does)")
    releases = open_source(path).releases()
    if not all(isinstance(file.file, DiskFile) for file in releases[-1].files):
        raise UsageError(f"{path}: --against compares models that are files in git (say OLD and NEW for others)")
    if releases[0].is_single_file:
        (file,) = releases[0].files
        earlier = file_at_revision(Path(path), revision)
        old = None if earlier is None else replace(releases[0], files=(replace(file, file=earlier),))
        return [(old, releases[0])]
    return _pair_by_name(releases_at_revision(Path(path), revision) or (), releases)


def _pair_by_name(olds: Sequence[Release], news: Sequence[Release]) -> list[tuple[Release | None, Release]]:
    if len(olds) == len(news) == 1:  # one release, wherever its name comes from
        return [(olds[0], news[0])]
    named = {release.name: release for release in olds}
    pairs = [(named.get(new.name) or _preceding_release(new, olds), new) for new in news]
    if olds and olds[-1].name not in {old.name for old, _ in pairs if old}:
        pairs.append((olds[-1], news[-1]))
    return pairs


def _preceding_release(new: Release, olds: Sequence[Release]) -> Release | None:
    """The newest of the old releases that came before a new one."""
    order = sort_releases([*olds, new])
    at = order.index(new)
    return order[at - 1] if at else None


def compare_releases(old: Release, new: Release, services: Collection[str] = ()) -> ReleaseComparison:
    """Compare all services of two releases, or those named.

    Where one side is a file given by itself, only its service is compared, and nothing is said of the files
    beside models. Raises `ModelError`, `SourceError`, and `UsageError` where the two sides have nothing in common.
    """
    if old.is_single_file or new.is_single_file:
        before_alone, alone = pair_models(old, new, services)
        key = _model_key(alone)
        return ReleaseComparison(
            (CheckedService(*key, _model_changes(before_alone, alone, with_siblings=False)),), {key: alone}
        )
    before, after = ({_model_key(file): file for file in _selected_models(release, services)} for release in (old, new))
    whole = _group_by_model(service_additions_and_removals(old, new, services), {*before, *after})
    examined = []
    for key in sorted({*before, *after}):
        inside = _model_changes(before[key], after[key]) if key in before and key in after else ()
        examined.append(CheckedService(*key, (*whole.get(key, ()), *inside)))
    return ReleaseComparison(tuple(examined), after)


def _selected_models(release: Release, services: Collection[str]) -> Iterator[ModelFile]:
    return (file for file in release.files if not services or file.service in services)


def _model_key(file: ModelFile) -> ModelKey:
    return file.service, file.api_version


def _model_changes(old: ModelFile, new: ModelFile, *, with_siblings: bool = True) -> tuple[Change, ...]:
    """What changed in one service, and in the files beside its model."""
    delta = compare_models(old, new, with_siblings=with_siblings)
    return () if delta is None else classify(delta)


def _group_by_model(changes: Iterable[Change], keys: Collection[ModelKey]) -> dict[ModelKey, list[Change]]:
    """Services and API versions that came or went, by what they are of: a service as a whole by its newest version."""
    newest = dict(sorted(keys))
    found: dict[ModelKey, list[Change]] = {}
    for change in changes:
        id = change.delta.element_id
        found.setdefault((id.service, id.owner or newest[id.service]), []).append(change)
    return found


def _display_path(path: Path) -> str:
    """The path from here where it lies below, as reports name files; else as it is."""
    absolute, here = Path(os.path.abspath(path)), Path.cwd()
    return (absolute.relative_to(here) if absolute.is_relative_to(here) else absolute).as_posix()
