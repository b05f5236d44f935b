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
from docgen.sources.limits import open_regular, reason
from docgen.sources.release import File, LaterSummaries, Release

MAX_INTRODUCTION = 64 << 10
"""Bytes of an introduction: half of what a release on GitHub may say."""

_KEYS = ("package", "release", "date", "summaries")
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)+")


def read_release_json(file: File) -> Release:
    """A release without models from a `release.json`; raises `SourceError`."""
    return _from_release_json(_load(file), file.place)


def load_notes(path: Path, release: Release) -> Release:
    """`release` with the words from `path`: a `release.json`, or a list of change entries as botocore keeps them.

    The words replace those that the release had; the date and the package do if the file has them. Of a list, only
    the entries of type `api-change` count; a second entry for a service is appended after a space (none of
    botocore's 11,381 entries is a second one). Raises `SourceError`, also where the file is about another release.
    """
    from docgen.sources.folder import DiskFile

    file = DiskFile(path)
    content = _load(file)
    if isinstance(content, list):
        _same_release(path.name.removesuffix(".gz").removesuffix(".json"), release, file.place)
        return dataclasses.replace(release, summaries=_from_changes(content, file.place))
    notes = _from_release_json(content, file.place)
    _same_release(notes.name, release, file.place)
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
            data = stream.read(MAX_INTRODUCTION + 1)
        except OSError as error:
            raise SourceError(f"{path}: {reason(error)}") from None
    return introduction_in(data, str(path))


def introduction_in(data: bytes, place: str) -> str:
    """The Markdown in `data`, without blank lines around it; raises `SourceError`, also where it is long."""
    if len(data) > MAX_INTRODUCTION:
        raise SourceError(f"{place}: longer than {MAX_INTRODUCTION >> 10} KiB, which is no introduction")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{place}: not UTF-8 at byte {error.start}") from None
    return text.replace("\r\n", "\n").strip("\n").rstrip()


def changes_summaries(data: bytes, place: str) -> dict[str, str]:
    """The words of a file of botocore's `.changes`, by service; raises `SourceError`."""
    content = _decoded(data, place)
    if not isinstance(content, list):
        raise SourceError(f"{place}: not a list of changes")
    return _from_changes(content, place)


def _load(file: File) -> Any:
    return _decoded(file.read(), file.place)


def _decoded(data: bytes, place: str) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SourceError(f"{place}: not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise SourceError(f"{place}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
    except (RecursionError, ValueError):
        raise SourceError(f"{place}: not JSON that docgen can read") from None


def _from_release_json(content: Any, place: str) -> Release:
    if not isinstance(content, dict):
        raise SourceError(f"{place}: expected a JSON object with {', '.join(_KEYS)}")
    for key in content:
        if key not in _KEYS:
            raise SourceError(f"{place}: unknown key {key!r} (known: {', '.join(_KEYS)})")
    if "release" not in content:
        raise SourceError(f"{place}: no 'release' (the name of the release, such as \"1.12.83\")")
    return Release(
        name=_text(content["release"], "release", place),
        place=place,
        date=_date(content.get("date"), place),
        package=_text(content.get("package", ""), "package", place),
        summaries=_summaries(content["summaries"], place) if "summaries" in content else None,
    )


def _text(value: Any, key: str, place: str) -> str:
    if not isinstance(value, str):
        raise SourceError(f"{place}: {key!r} is not a string")
    return value


def _date(value: Any, place: str) -> str | None:
    if value is None:
        return None
    day = _text(value, "date", place)
    try:
        if date.fromisoformat(day).isoformat() == day:
            return day
    except ValueError:
        pass
    raise SourceError(f"{place}: 'date' is {value!r}, not a day written as YYYY-MM-DD")


def _summaries(value: Any, place: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise SourceError(f"{place}: 'summaries' is not an object from service names to strings")
    return dict(sorted(value.items()))


def _from_changes(entries: list[Any], place: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict) or not all(
            isinstance(entry.get(key), str) for key in ("category", "description", "type")
        ):
            raise SourceError(f"{place}: entry {number} has no 'category', 'description' and 'type' that are strings")
        if entry["type"] == "api-change":
            service = entry["category"].strip("` ")
            found[service] = " ".join(filter(None, (found.get(service), entry["description"].strip())))
    return dict(sorted(found.items()))


def _same_release(name: str, release: Release, place: str) -> None:
    if name != release.name and _VERSION.fullmatch(name) and _VERSION.fullmatch(release.name):
        raise SourceError(f"{place}: notes of release {name}, but {release.place} is release {release.name}")


def has_summaries(release: Release) -> bool:
    """Whether it is known what the maintainers say in `release`, and where they say nothing."""
    said = release.summaries
    return said.are_known if isinstance(said, LaterSummaries) else said is not None


def summary_of(release: Release, service: str) -> str:
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
    numbers = tuple(int(part) for part in release.name.split(".")) if _VERSION.fullmatch(release.name) else ()
    return f"Update {service} client to latest version" if (1, 5, 13) <= numbers <= (1, 20, 26) else ""
