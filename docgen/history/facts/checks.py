"""Checks of facts that somebody else wrote: every document has the types that the reader relies on.

A function here returns nothing, and raises `ValueError` with what is wrong, or `SourceError` for a name. The facts that
docgen carries are not checked.
"""

from __future__ import annotations

from typing import Any

from docgen.history.facts.document import ENTRY_KINDS
from docgen.sources.names import check_date, check_name

_REFERENCES = ("input", "output", "member", "key", "value")


def check_index_types(index: Any, location: str) -> None:
    """Check the index: the releases, and the names and spans of every service and API version.

    Args:
        index: The decoded document.
        location: The file, for errors about names.
    """
    releases, services = index.get("releases"), index.get("services")
    check_name("package", index.get("package"), location)
    _require(isinstance(releases, list) and bool(releases), "releases")
    for release in releases:
        _require(isinstance(release, list) and len(release) == 2, "release")
        check_name("release", release[0], location)
        check_date(release[1], location)
    _require(len({name for name, _ in releases}) == len(releases), "releases")
    _require(isinstance(services, dict), "services")
    for service, versions in services.items():
        check_name("service", service, location)
        _require(isinstance(versions, dict), "service")
        for version, spans in versions.items():
            check_name("API version", version, location)
            check_spans(spans, len(releases))


def check_spans(spans: Any, count: int) -> None:
    """Check spans: pairs of release numbers in their order. Only the last may be open."""
    _require(isinstance(spans, list), "spans")
    last = 0
    for span in spans:
        _require(isinstance(span, list) and len(span) == 2, "span")
        _check_span(span[0], span[1], last, count)
        last = count + 1 if span[1] is None else span[1]


def _check_span(since: Any, until: Any, last: int, count: int) -> None:
    _require(type(since) is int and 0 < since <= count and since >= last, "span")
    _require(until is None or (type(until) is int and since < until <= count), "span")


def check_api(entries: Any, count: int) -> None:
    """Check what an API version has besides elements: paginators and waiters."""
    _require(isinstance(entries, dict) and set(entries) == {*ENTRY_KINDS, "waits_for"}, "API version")
    for kind in ENTRY_KINDS:
        _require(isinstance(entries[kind], dict), kind)
        for spans in entries[kind].values():
            check_spans(spans, count)
    _require(_is_text_by_name(entries["waits_for"]), "waits_for")


def check_versions(kind: str, versions: Any, count: int) -> None:
    """Check the versions of an element: spans with contents."""
    _require(isinstance(versions, list), kind)
    last = 0
    for version in versions:
        _require(isinstance(version, list) and len(version) == 3, kind)
        _check_span(version[0], version[1], last, count)
        last = count + 1 if version[1] is None else version[1]
        _check_content(kind, version[2])


def _check_content(kind: str, content: Any) -> None:
    _require(isinstance(content, dict), kind)
    if kind == "service":
        _require(isinstance(content.get("metadata", {}), dict), "metadata")
        for value in content.get("metadata", {}).values():
            _require(isinstance(value, str | bool), "metadata")
        return
    for key in _REFERENCES:
        if key in content:
            _check_reference(content[key])
    for error in _list(content.get("errors", [])):
        _check_reference(error)
    members = content.get("members", {})
    _require(isinstance(members, dict), "members")
    for member in members.values():
        _check_reference(member)
    _check_enum(content)
    _require(all(isinstance(name, str) for name in _list(content.get("required", []))), "required")
    _require(isinstance(content.get("type", ""), str), "type")
    _require(isinstance(content.get("error", {}), dict), "error")


def _check_reference(reference: Any) -> None:
    _require(isinstance(reference, dict) and isinstance(reference.get("shape"), str), "reference")
    _check_enum(reference)


def _check_enum(content: Any) -> None:
    _require(all(isinstance(value, str) for value in _list(content.get("enum", []))), "enum")


def check_overview(overview: Any) -> None:
    """Check the names of all services."""
    _require(isinstance(overview, dict), "overview")
    for kind in ("operations", *ENTRY_KINDS):
        _require(isinstance(overview.get(kind), dict), kind)
        for names in overview[kind].values():
            _require(all(isinstance(name, str) for name in _list(names)), kind)
    for row in _list(overview.get("metadata")):
        _require(isinstance(row, list) and len(row) == 3, "metadata")
        _require(type(row[0]) is int and isinstance(row[1], str) and isinstance(row[2], dict), "metadata")
        _require(all(isinstance(value, str | bool) for value in row[2].values()), "metadata")


def _list(value: Any) -> list[Any]:
    _require(isinstance(value, list), "list")
    found: list[Any] = value
    return found


def _is_text_by_name(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(f"{what} is malformed")
