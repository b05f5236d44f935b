"""The metadata of a release: `release.json`, or a file of botocore's `.changes` folder.

Wheels contain no change notes, so these come from a separate file (`--release-notes`), or are missing.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from docgen.errors import SourceError, error_reason
from docgen.files import open_regular
from docgen.sources.names import check_date
from docgen.sources.official_notes import is_change_entry, summaries_from_entries
from docgen.sources.release import DOTTED_VERSION, File, Release

MAX_INTRODUCTION_BYTES = 64 << 10
"""The largest introduction: half of GitHub's limit for the text of a release."""

_RELEASE_JSON_KEYS = ("package", "release", "date", "summaries")


def read_release_json(file: File) -> Release:
    """Return a release without models from a `release.json`; raise `SourceError`."""
    return _release_from_json(_load_json_file(file), file.location)


def apply_release_notes(path: Path, release: Release) -> Release:
    """Return `release` with the change notes from `path`.

    Args:
        path: A `release.json`, or a list of change entries in the format of botocore's `.changes`.
        release: The release. Its notes are replaced, and its date and package as well if the file has them.

    Raises:
        SourceError: If the file cannot be read, or belongs to another release.
    """
    from docgen.sources.folder import DiskFile

    file = DiskFile(path)
    content = _load_json_file(file)
    if isinstance(content, list):
        _check_same_release(path.name.removesuffix(".gz").removesuffix(".json"), release, file.location)
        return dataclasses.replace(release, summaries=_summaries_from_changes(content, file.location))
    notes = _release_from_json(content, file.location)
    _check_same_release(notes.name, release, file.location)
    return dataclasses.replace(
        release,
        summaries=notes.summaries if notes.summaries is not None else release.summaries,
        date=notes.date or release.date,
        package=notes.package or release.package,
    )


def read_introduction(path: Path) -> str:
    """Return the Markdown of a file without blank lines around it; raise `SourceError`, also if it is too long."""
    with open_regular(path, str(path)) as stream:
        try:
            data = stream.read(MAX_INTRODUCTION_BYTES + 1)
        except OSError as error:
            raise SourceError(f"{path}: {error_reason(error)}") from None
    return parse_introduction(data, str(path))


def parse_introduction(data: bytes, location: str) -> str:
    """Return the Markdown in `data` without blank lines around it; raise `SourceError` if it is invalid or too long."""
    if len(data) > MAX_INTRODUCTION_BYTES:
        raise SourceError(f"{location}: longer than {MAX_INTRODUCTION_BYTES >> 10} KiB (too long for an introduction)")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{location}: not UTF-8 at byte {error.start}") from None
    return text.replace("\r\n", "\n").strip("\n").rstrip()


def parse_changes_file(data: bytes, location: str) -> dict[str, str]:
    """Return the change notes by topic from a file of botocore's `.changes`; raise `SourceError`."""
    content = _decode_json(data, location)
    if not isinstance(content, list):
        raise SourceError(f"{location}: not a list of changes")
    return _summaries_from_changes(content, location)


def _load_json_file(file: File) -> Any:
    return _decode_json(file.read(), file.location)


def _decode_json(data: bytes, location: str) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SourceError(f"{location}: not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise SourceError(f"{location}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
    except (RecursionError, ValueError):
        raise SourceError(f"{location}: not JSON that docgen can read") from None


def _release_from_json(content: Any, location: str) -> Release:
    if not isinstance(content, dict):
        raise SourceError(f"{location}: expected a JSON object with {', '.join(_RELEASE_JSON_KEYS)}")
    for key in content:
        if key not in _RELEASE_JSON_KEYS:
            raise SourceError(f"{location}: unknown key {key!r} (known: {', '.join(_RELEASE_JSON_KEYS)})")
    if "release" not in content:
        raise SourceError(f"{location}: no 'release' (the name of the release, such as \"1.12.83\")")
    return Release(
        name=_require_string(content["release"], "release", location),
        location=location,
        date=_parse_date(content.get("date"), location),
        package=_require_string(content.get("package", ""), "package", location),
        summaries=_parse_summaries(content["summaries"], location) if "summaries" in content else None,
    )


def _require_string(value: Any, key: str, location: str) -> str:
    if not isinstance(value, str):
        raise SourceError(f"{location}: {key!r} is not a string")
    return value


def _parse_date(value: Any, location: str) -> str | None:
    if value is None:
        return None
    text = _require_string(value, "date", location)
    check_date(text, location)
    return text


def _parse_summaries(value: Any, location: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise SourceError(f"{location}: 'summaries' is not an object of service names and strings")
    return dict(sorted(value.items()))


def _summaries_from_changes(entries: list[Any], location: str) -> dict[str, str]:
    for number, entry in enumerate(entries):
        if not is_change_entry(entry):
            raise SourceError(f"{location}: entry {number} needs the strings 'category', 'description' and 'type'")
    return summaries_from_entries(entries)


def _check_same_release(name: str, release: Release, location: str) -> None:
    if name != release.name and DOTTED_VERSION.fullmatch(name) and DOTTED_VERSION.fullmatch(release.name):
        raise SourceError(f"{location}: notes of release {name}, but {release.location} is release {release.name}")
