"""The history of a type: which releases added, removed and changed its members or values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docgen.history.first_seen import FirstSeenIndex
from docgen.history.lifespans import DatedRelease, TypeChange


def type_history(index: FirstSeenIndex, name: str) -> tuple[TypeChange, ...]:
    """Return the releases that changed a type, newest first.

    The first release of the history is not one of them, because nothing is known before it.

    Args:
        index: The elements of the service.
        name: The name of a structure or an enum.
    """
    return tuple(reversed(list(_type_changes(index, name))))


def _type_changes(index: FirstSeenIndex, name: str) -> Iterator[TypeChange]:
    before: Mapping[str, Any] | None = None
    last_end = last_api = 0
    for start, end, api, content in index.type_versions(name):
        if before is None:
            if start > 1:
                yield TypeChange(_dated_change(index, start), event="added")
        elif start > last_end:
            yield TypeChange(_dated_change(index, last_end), event="removed")
            yield TypeChange(_dated_change(index, start), event="returned")
        else:
            added, removed, changed = _type_difference(index, before, content, (last_api, start - 1), (api, start))
            if added or removed or changed:
                yield TypeChange(_dated_change(index, start), "", added, removed, changed)
        before, last_end, last_api = content, end, api


def _dated_change(index: FirstSeenIndex, number: int) -> DatedRelease:
    release = index.history.release(number)
    return DatedRelease(release.name, release.date or "")


def _type_difference(
    index: FirstSeenIndex,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    old_position: tuple[int, int],
    new_position: tuple[int, int],
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return added names, removed names, and other changes in words; a position is an API and a release."""
    was, now = _member_names(old), _member_names(new)
    changed = []
    if old.get("type") != new.get("type"):
        changed.append(f"{old.get('type')} → {new.get('type')}")
    for member in now:
        if member not in was or not isinstance(was[member], Mapping):
            continue
        types = [
            index.base_type(api, str(reference.get("shape", "")), number)
            for (api, number), reference in ((old_position, was[member]), (new_position, now[member]))
        ]
        if types[0] != types[1] and all(types):
            changed.append(f"{member}: {types[0]} → {types[1]}")
        required = [member in _required_names(shape) for shape in (old, new)]
        if required[0] != required[1]:
            changed.append(f"{member}: {'required' if required[1] else 'optional'}")
        if now[member].get("deprecated") and not was[member].get("deprecated"):
            changed.append(f"{member}: deprecated")
    added = tuple(name for name in now if name not in was)
    removed = tuple(name for name in was if name not in now)
    return added, removed, tuple(changed)


def _member_names(shape: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a structure with their references, or the values of an enum."""
    if shape.get("type") == "structure":
        return dict(shape.get("members") or {})
    values = shape.get("enum")
    return {str(value): None for value in values} if isinstance(values, list) else {}


def _required_names(shape: Mapping[str, Any]) -> list[Any]:
    required = shape.get("required")
    return required if isinstance(required, list) else []
