"""Copies releases into a folder in the layout of `models/`, all of them or none.

Everything is written to a hidden folder next to the destination first, which sources ignore, and moved when complete.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from docgen.errors import OutputError, UsageError, error_reason
from docgen.files import remove_litter, sha256_of_file
from docgen.sources.folder import INTRODUCTION_FILENAME, RELEASE_JSON_FILENAME
from docgen.sources.official_notes import keep_topics
from docgen.sources.release import MODEL_FILENAME, File, ModelFile, Release, has_summaries
from docgen.sources.sdk_extras import base_file
from docgen.terminal.progress import track
from docgen.wording import counted, with_suggestions


def copy_releases(releases: Sequence[Release], into: Path, services: Collection[str] = ()) -> tuple[str, ...]:
    """Copy releases to `into/<release>/`, all of them or none.

    Args:
        releases: The releases to copy.
        into: The destination. It is created if needed. A release that it already has is left alone.
        services: Copy only these services (default: all).

    Returns:
        One line about each release.

    Raises:
        OutputError: If a folder has other content or cannot be written.
        UsageError: If no release has one of the services, or a release occurs twice.
        SourceError: If a release cannot be read.
    """
    _check_request(releases, into, services)
    new_folders = [folder for folder in (into, *into.parents) if not folder.exists()]
    try:
        into.mkdir(parents=True, exist_ok=True)
        remove_litter(into, ".docgen-fetch", ".part")
        with TemporaryDirectory(prefix=".docgen-fetch-", suffix=f".{os.getpid()}.part", dir=into) as stage:
            return _stage_and_move(releases, into, Path(stage), services)
    except BaseException as error:
        for folder in new_folders:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        if isinstance(error, OSError):
            raise OutputError(f"{error.filename or into}: {error_reason(error)}") from None
        raise


def _check_request(releases: Sequence[Release], into: Path, services: Collection[str]) -> None:
    seen: set[str] = set()
    for release in releases:
        if release.is_single_file:
            raise UsageError(f"{release.location}: a single model has no release (use a folder or a package)")
        if release.name in seen:
            raise UsageError(f"{release.location}: release {release.name} occurs twice (fetch one of them)")
        seen.add(release.name)
    known = {name for release in releases for name in release.services()} if services else set()
    for name in services:
        if name not in known:
            raise UsageError(with_suggestions(name, known, f"no service {name!r} in {_describe_releases(releases)}"))


def _describe_releases(releases: Sequence[Release]) -> str:
    return releases[0].location if len(releases) == 1 else f"{releases[0].name} to {releases[-1].name}"


def _stage_and_move(releases: Sequence[Release], into: Path, stage: Path, services: Collection[str]) -> tuple[str, ...]:
    lines, new_names = [], []
    for release in track(releases, "releases"):
        files = [file for file in release.files if not services or file.service in services]
        number = _write_release_folder(release, files, stage / release.name, services)
        if not os.path.lexists(into / release.name):
            new_names.append(release.name)
            count = len({file.service for file in files})
            lines.append(f"{into / release.name}: {counted(count, 'service')}, {counted(number, 'file')}")
        elif _without_introduction(_digests_by_path(into / release.name)) == _without_introduction(
            _digests_by_path(stage / release.name)
        ):
            lines.append(f"{into / release.name}: up to date")
        else:
            raise OutputError(f"{into / release.name}: exists with other content (remove it, or choose another folder)")
    _move_all_or_none(new_names, stage, into)
    return tuple(lines)


def _move_all_or_none(names: Iterable[str], stage: Path, into: Path) -> None:
    """Move folders to their destination. If one fails, remove those that were moved."""
    moved: list[Path] = []
    try:
        for name in names:
            (stage / name).rename(into / name)
            moved.append(into / name)
    except BaseException:
        for folder in moved:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _write_release_folder(release: Release, files: Iterable[ModelFile], folder: Path, services: Collection[str]) -> int:
    """Write one release; return the number of its files."""
    folder.mkdir()
    text = json.dumps(_release_json(release, services), ensure_ascii=False, indent=2)
    (folder / RELEASE_JSON_FILENAME).write_text(f"{text}\n", encoding="utf-8", newline="\n")
    number = 1
    if release.introduction:
        (folder / INTRODUCTION_FILENAME).write_text(f"{release.introduction}\n", encoding="utf-8", newline="\n")
        number += 1
    for model in files:
        inner = folder / model.service / model.api_version
        inner.mkdir(parents=True)
        for name, file in _model_and_siblings(model):
            with (inner / name).open("xb") as stream:
                stream.write(file.read())
            number += 1
    return number


def _release_json(release: Release, services: Collection[str]) -> dict[str, Any]:
    """Return the content of `release.json`: everything known, but only about services that are copied."""
    content: dict[str, Any] = {"package": release.package} if release.package else {}
    content["release"] = release.name
    if release.date:
        content["date"] = release.date
    if release.summaries is not None and has_summaries(release):
        summaries = release.summaries
        topics = keep_topics(summaries, release.services(), services) if services else summaries
        content["summaries"] = {topic: summaries[topic] for topic in sorted(topics)}
    return content


def _model_and_siblings(model: ModelFile) -> Iterator[tuple[str, File]]:
    """Yield a model and its siblings with their names, each without the extras that are merged into it."""
    yield MODEL_FILENAME, base_file(model.file)
    yield from ((name, base_file(file)) for name, file in sorted(model.siblings.items()))


def _digests_by_path(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in a folder by path; empty for anything but a file."""
    digests: dict[str, str] = {}
    for parent, _, names in os.walk(folder, onerror=_reraise):
        for name in names:
            path = Path(parent, name)
            digests[path.relative_to(folder).as_posix()] = sha256_of_file(path) if path.is_file() else ""
    return digests


def _without_introduction(digests: dict[str, str]) -> dict[str, str]:
    """Return the digests without the introduction, which people write into the folder by hand."""
    return {path: digest for path, digest in digests.items() if path != INTRODUCTION_FILENAME}


def _reraise(error: OSError) -> None:
    raise error
