"""The oracle for the laws of facts: compares two JSON files leaf by leaf. Shares no code with docgen.

A leaf is (side, path): side 0 is the old file, side 1 the new one, and a path is a tuple of keys. Some lists are sets:
equal entries match wherever they are. All other lists are compared index by index.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

Path = tuple[Any, ...]
ABSENT = object()


def leaves(old: Any, new: Any, path: Path = (), other: Path | None = None) -> Iterator[tuple[int, Path]]:
    """Yield every leaf in which two values differ. `other` is the path in the new file, if it differs from `path`."""
    other = path if other is None else other
    if old is ABSENT or new is ABSENT:
        side, value, at = (1, new, other) if old is ABSENT else (0, old, path)
        yield from ((side, leaf) for leaf in leaf_paths(value, at))
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from leaves(old.get(key, ABSENT), new.get(key, ABSENT), (*path, key), (*other, key))
    elif isinstance(old, list) and isinstance(new, list) and is_set(path):
        yield from entries(old, new, path, other)
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            before, after = (value[index] if index < len(value) else ABSENT for value in (old, new))
            yield from leaves(before, after, (*path, index), (*other, index))
    elif not is_same_scalar(old, new):
        yield from leaves(old, ABSENT, path)
        yield from leaves(ABSENT, new, path, other)


def leaf_paths(value: Any, path: Path) -> Iterator[Path]:
    """Yield the path of every leaf of a value."""
    if isinstance(value, (dict, list)) and value:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            yield from leaf_paths(inner, (*path, key))
    else:
        yield path


def entries(old: list[Any], new: list[Any], path: Path, other: Path) -> Iterator[tuple[int, Path]]:
    """Yield the differing leaves of two lists that are sets. Errors match by shape, all other entries by value."""
    sides = []
    for value in (old, new):
        seen: Counter[str] = Counter()
        found = {}
        for index, entry in enumerate(value):
            name = entry["shape"] if path[-1] == "errors" else json.dumps(entry, sort_keys=True)
            found[name, seen[name]] = index
            seen[name] += 1
        sides.append(found)
    for key in {**sides[0], **sides[1]}:
        before, after = (side.get(key) for side in sides)
        yield from leaves(
            ABSENT if before is None else old[before],
            ABSENT if after is None else new[after],
            (*path, before),
            (*other, after),
        )


def is_set(path: Path) -> bool:
    """Return whether the list at `path` is a set."""
    match path:
        case ("operations", _, "errors") | ("shapes", _, "required" | "enum") | ("waiters", _, "acceptors"):
            return True
        case ("shapes", _, "member" | "key" | "value", "enum") | ("shapes", _, "members", _, "enum"):
            return True
        case ("operations", _, "input" | "output", "enum") | ("operations", _, "errors", _, "enum"):
            return True
        case _:
            return False


def is_same_scalar(old: Any, new: Any) -> bool:
    """Return whether two values are the same JSON value: true is not 1. At most one of them is a container."""
    return old == new and isinstance(old, bool) == isinstance(new, bool)


def differ(old: Any, new: Any) -> bool:
    """Return whether two values differ; the order of keys does not count."""
    return next(leaves(old, new), None) is not None


def resolve(file: Any, path: Path) -> Any:
    """Return the value at a path, or ABSENT."""
    for key in path:
        if isinstance(file, dict) and key in file:
            file = file[key]
        elif isinstance(file, list) and str(key).isdecimal() and int(key) < len(file):
            file = file[int(key)]
        else:
            return ABSENT
    return file


def path_of(pointer: str) -> Path:
    """Return the path of a JSON pointer (RFC 6901)."""
    return tuple(key.replace("~1", "/").replace("~0", "~") for key in pointer.split("/")[1:])
