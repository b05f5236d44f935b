"""Pairs the releases of a checkout with those of a git revision, for `docgen check --against`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from docgen.errors import SourceError, UsageError
from docgen.files import open_regular, read_bounded
from docgen.locate import open_path
from docgen.sources.folder import DiskFile, DiskFolder, folder_layout, is_inside
from docgen.sources.git.checkout import file_at_revision, folder_at_revision, releases_at_revision, top_folder
from docgen.sources.layouts import VERSIONS_FOLDER, is_model_file
from docgen.sources.limits import MAX_JSON_BYTES
from docgen.sources.release import MODEL_FILENAME, Release, sort_releases
from docgen.sources.sdk_layouts import API_FILENAME, is_normal_file
from docgen.sources.smithy_files import find_services, in_earlier_file, origin


def pairs_against_revision(path: str, revision: str) -> list[tuple[Release | None, Release]]:
    """Pair a file or folder of a checkout with what a git revision has.

    A file is compared with the same path in the revision. In a folder, every release is compared with the one of its
    name; a new release with the one before it, which its users upgrade from. If the newest release of the revision was
    removed, it is compared with the newest one of the checkout.

    Args:
        path: A file or folder of a git checkout.
        revision: A commit, branch or tag.

    Returns:
        The release in the revision, or None if it has none, and the release in the checkout.

    Raises:
        SourceError: If the path or the revision does not exist.
        UsageError: If the models are not files in git, if the folder is laid out in another way than in the revision,
            or if it has a model that is in no release: a pull request could move a model away from the check.

    """
    if not os.path.exists(path):
        raise SourceError(f"{path}: no such file or folder (to check its removal, give the folder around it)")
    releases = open_path(path).releases()
    if not all(isinstance(origin(file.file), DiskFile) for file in releases[-1].files):
        raise UsageError(f"{path}: --against compares models that are files in git (for others, give OLD and NEW)")
    _refuse_links(Path(path), releases)
    if releases[0].is_single_file:
        earlier = file_at_revision(Path(path), revision)
        files = () if earlier is None else tuple(in_earlier_file(file, earlier) for file in releases[0].files)
        old = replace(releases[0], files=files) if files else None
        return [(old, releases[0])]
    _check_layout(path, revision)
    _check_all_models_found(path, releases)
    return _pair_by_name(releases_at_revision(Path(path), revision) or (), releases)


def _refuse_links(path: Path, releases: Sequence[Release]) -> None:
    """Raise `SourceError` if the path or a file that was found below it is a link, or is reached through one.

    git has no content behind a link, so a revision and a checkout with links cannot be compared. The
    same holds for a repository inside the checkout, such as a submodule.
    """
    top = os.path.realpath(top_folder(path if path.is_dir() else path.parent))
    found = [path]
    for file in (
        file for release in releases for model in release.files for file in (model.file, *model.siblings.values())
    ):
        inner = origin(file)
        found += [inner.path] if isinstance(inner, DiskFile) else []
    checked: set[Path] = set()
    for each in found:
        for part in (each, *each.parents):
            if part in checked:
                break  # and so are its parents
            checked.add(part)
            if _is_link_inside(part, top):
                raise SourceError(f"{part}: a link, which --against does not follow (give its target instead)")
            if (
                os.path.lexists(part / ".git")
                and os.path.realpath(part) != top
                and is_inside(os.path.realpath(part), top)
            ):
                raise SourceError(
                    f"{part}: a repository of its own, which --against does not compare (run docgen there)"
                )


def _is_link_inside(path: Path, top: str) -> bool:
    return path.is_symlink() and is_inside(os.path.realpath(path.parent), top)


def differs_from_revision(file: str, revision: str) -> bool:
    """Return whether a file of a checkout differs from the revision, which may not have it.

    What cannot be compared differs: a change may have put a link or a submodule in the place of the file. Files outside
    a repository are not part of a change. Raises `SourceError` if the file cannot be read.
    """
    path = Path(file)
    place = Path(os.path.realpath(os.curdir), path)
    try:
        top = os.path.realpath(top_folder(Path()))
        in_checkout = is_inside(os.path.normpath(place), top)
    except SourceError:
        in_checkout = False
    if in_checkout and any(_is_link_inside(part, top) for part in (place, *place.parents)):
        return True
    try:
        earlier = file_at_revision(path, revision)
    except SourceError:
        return in_checkout
    with open_regular(path, file) as stream:
        return earlier is None or earlier.read() != read_bounded(stream, file, MAX_JSON_BYTES)


def _check_layout(path: str, revision: str) -> None:
    """Refuse a folder that is laid out in another way than in the revision: the author of a change controls it."""
    old_folder = folder_at_revision(Path(path), revision)
    old, new = (None if folder is None else folder_layout(folder) for folder in (old_folder, DiskFolder(Path(path))))
    if old is not None and new is not None and old is not new:
        raise UsageError(f"{path}: laid out as {new}, but in {revision} as {old} (keep the layout, or compare OLD NEW)")


def _check_all_models_found(path: str, releases: Sequence[Release]) -> None:
    found = {os.path.abspath(origin(file.file).location) for release in releases for file in release.files}
    for folder, names, files in os.walk(path):
        names[:] = [name for name in names if not name.startswith(".")]
        for name in files:
            file = os.path.join(folder, name)
            if _is_model(Path(file)) and os.path.abspath(file) not in found:
                raise UsageError(f"{file}: a model in none of the releases of {path} (move it, or give its folder)")


def _is_model(path: Path) -> bool:
    """Return whether a file is a model by its name, or by its content: Smithy models can have any name."""
    parents = [parent.name for parent in path.absolute().parents[:3]]
    name = path.name.removesuffix(".gz")
    if name in (MODEL_FILENAME, API_FILENAME) or is_normal_file(name):
        return True
    service = parents[2] if len(parents) > 2 and parents[1] == VERSIONS_FOLDER else parents[min(1, len(parents) - 1)]
    if not is_model_file(service, parents[0], path.name) or not path.is_file():
        return False
    return find_services(DiskFile(path).read(), "") is not None


def _pair_by_name(olds: Sequence[Release], news: Sequence[Release]) -> list[tuple[Release | None, Release]]:
    if len(olds) == len(news) == 1:  # a single release, whatever its name
        return [(olds[0], news[0])]
    by_name = {release.name: release for release in olds}
    pairs = [(by_name.get(new.name) or _preceding_release(new, olds), new) for new in news]
    if olds and olds[-1].name not in {old.name for old, _ in pairs if old}:
        pairs.append((olds[-1], news[-1]))
    return pairs


def _preceding_release(new: Release, olds: Sequence[Release]) -> Release | None:
    """Return the newest of the old releases that precede `new`."""
    order = sort_releases([*olds, new])
    index = order.index(new)
    return order[index - 1] if index else None
