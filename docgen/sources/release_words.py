"""What the maintainers say about a release: our `release.json`, or a file of botocore's own `.changes` folder.

Wheels carry no change log, so the words come from a file beside them (`--release-notes`), or not at all.
"""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from docgen.errors import SourceError
from docgen.sources.limits import error_reason, open_regular
from docgen.sources.release import File, LazySummaries, Release

MAX_INTRODUCTION_BYTES = 64 << 10
"""Bytes of an introduction: half of what a release on GitHub may say."""

_RELEASE_JSON_KEYS = ("package", "release", "date", "summaries")
_DOTTED_VERSION = re.compile(r"[0-9]+(\.[0-9]+)+")


def read_release_json(file: File) -> Release:
    """A release without models from a `release.json`; raises `SourceError`."""
    return _release_from_json(_load_json_file(file), file.location)


def apply_release_notes(path: Path, release: Release) -> Release:
    """`release` with the words from `path`: a `release.json`, or a list of change entries as botocore keeps them.

    The words replace those that the release had; the date and the package do if the file has them. Of a list, only
    the entries of type `api-change` count; a second entry for a service is appended after a space (none of
    botocore's 11,381 entries is a second one). Raises `SourceError`, also where the file is about another release.
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
    """The Markdown of a file, without blank lines around it; raises `SourceError`, also where it is long."""
    with open_regular(path, str(path)) as stream:
        try:
            data = stream.read(MAX_INTRODUCTION_BYTES + 1)
        except OSError as error:
            raise SourceError(f"{path}: {error_reason(error)}") from None
    return parse_introduction(data, str(path))


def parse_introduction(data: bytes, location: str) -> str:
    """The Markdown in `data`, without blank lines around it; raises `SourceError`, also where it is long."""
    if len(data) > MAX_INTRODUCTION_BYTES:
        raise SourceError(f"{location}: longer than {MAX_INTRODUCTION_BYTES >> 10} KiB, which is no introduction")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{location}: not UTF-8 at byte {error.start}") from None
    return text.replace("\r\n", "\n").strip("\n").rstrip()


def parse_changes_file(data: bytes, location: str) -> dict[str, str]:
    """The words of a file of botocore's `.changes`, by service; raises `SourceError`."""
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
    day = _require_string(value, "date", location)
    try:
        if date.fromisoformat(day).isoformat() == day:
            return day
    except ValueError:
        pass
    raise SourceError(f"{location}: 'date' is {value!r}, not a day written as YYYY-MM-DD")


def _parse_summaries(value: Any, location: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise SourceError(f"{location}: 'summaries' is not an object from service names to strings")
    return dict(sorted(value.items()))


def _summaries_from_changes(entries: list[Any], location: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict) or not all(
            isinstance(entry.get(key), str) for key in ("category", "description", "type")
        ):
            raise SourceError(
                f"{location}: entry {number} has no 'category', 'description' and 'type' that are strings"
            )
        if entry["type"] == "api-change":
            service = entry["category"].strip("` ")
            found[service] = " ".join(filter(None, (found.get(service), entry["description"].strip())))
    return dict(sorted(found.items()))


def _check_same_release(name: str, release: Release, location: str) -> None:
    if name != release.name and _DOTTED_VERSION.fullmatch(name) and _DOTTED_VERSION.fullmatch(release.name):
        raise SourceError(f"{location}: notes of release {name}, but {release.location} is release {release.name}")


def has_summaries(release: Release) -> bool:
    """Whether it is known what the maintainers say in `release`, and where they say nothing."""
    said = release.summaries
    return said.are_known if isinstance(said, LazySummaries) else said is not None


def service_summary(release: Release, service: str) -> str:
    """What the maintainers say of `service` in `release`; empty if nothing. Ask only if more than metadata changed.

    Where botocore's notes are not at hand, its habit stands in: from 1.5.13, the first release with entries of type
    api-change, to 1.20.26, all 3,222 of them read alike. In these 885 releases the operations, shapes or documentation
    of 3,194 services changed or were added, and 3,190 of them (99.9 %) have the entry; of the 86 whose
    file changed otherwise (a `serviceId`, white space, removal) only 16 do.
    """
    if release.summaries is not None and has_summaries(release):
        return release.summaries.get(service, "")
    if release.package != "botocore":
        return ""
    numbers = tuple(int(part) for part in release.name.split(".")) if _DOTTED_VERSION.fullmatch(release.name) else ()
    return f"Update {service} client to latest version" if (1, 5, 13) <= numbers <= (1, 20, 26) else ""
