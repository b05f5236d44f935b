"""The files from which the script of a site makes the syntax of an operation in any release, and compares two.

Each is a script that hands one JSON value to the function `docgenSearch`, as the files of the search do, in the folder
of the page that compares:

| file            | value                                                                                              |
|-----------------|----------------------------------------------------------------------------------------------------|
| `c.js`          | `[releases, operations, verdicts]`                                                                 |
| `c-FOLDER.js`   | the versions of an operation, oldest first                                                         |

A release is `[name, date]`. An operation is `[name, folder, version, ...]`; a version is the index of its release, or
-1 minus that index if the operation is missing from there on. A verdict is
`[index, severity, message, link to the notes, operation, ...]`.

In the file of an operation, a version is `[index]` if it is missing, `[index, 0]` if it is too large, or `[index,
edits of the request, edits of the response]`. Edits change the pieces of the version before: `[start, count, text,
...]`, the last edit first. A piece ends with a line or with a `|` between values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import orjson

from docgen.pages.operation.side_by_side import line_opcodes
from docgen.printable import json_text

_PIECE = re.compile(r"[^\n|]*[\n|]")

Blocks = tuple[str, str]
"""The syntax of the request and of the response, which is empty if there is none."""


class OperationVersions:
    """The versions of an operation, added from the oldest to the newest."""

    def __init__(self) -> None:
        self.records: list[list[Any]] = []
        self._last: Blocks | None = None

    def add(self, index: int, blocks: Blocks | None, *, is_large: bool = False) -> None:
        """Add the version of a release, unless nothing changed.

        Args:
            index: The index of the release.
            blocks: The syntax, or None if the release does not have the operation.
            is_large: Whether the operation is too large to be compared; `blocks` do not count then.
        """
        if is_large:
            if not self.records or self.records[-1][1:] != [0]:
                self.records.append([index, 0])
            self._last = None
        elif blocks is None:
            if self.records and len(self.records[-1]) > 1:
                self.records.append([index])
            self._last = None
        elif blocks != self._last:
            edits = [block_edits(old, new) for old, new in zip(self._last or ("", ""), blocks, strict=True)]
            self.records.append([index, *edits])
            self._last = blocks

    @property
    def signed_indexes(self) -> list[int]:
        """The index of each version, or -1 minus the index where the operation is missing."""
        return [record[0] if len(record) > 1 else -1 - record[0] for record in self.records]


def split_into_pieces(block: str) -> list[str]:
    """Return the pieces of a syntax block, which edits count."""
    return _PIECE.findall(f"{block}\n") if block else []


def block_edits(old: str, new: str) -> list[int | str]:
    """Return the edits that lead from one syntax block to another, the last edit first.

    What both have at their beginning and at their end, usually most of it, is neither split nor matched.
    """
    if old == new:
        return []
    before, after = (f"{block}\n" if block else "" for block in (old, new))
    start = _common_start(before, after)
    end = _common_end(before[start:], after[start:])
    first = before.count("\n", 0, start) + before.count("|", 0, start)
    edits: list[int | str] = []
    for at, count, text in _matched_edits(before[start : len(before) - end], after[start : len(after) - end]):
        edits += (first + at, count, text)
    return edits


@lru_cache(maxsize=256)
def _matched_edits(old: str, new: str) -> tuple[tuple[int, int, str], ...]:
    """Return edits of pieces that differ. Operations that share a shape differ in the same pieces."""
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    if not before or not after:
        return ((0, len(before), new),)
    return tuple(
        (start, end - start, "".join(after[new_start:new_end]))
        for kind, start, end, new_start, new_end in reversed(list(line_opcodes(before, after)))
        if kind != "equal"
    )


def _common_start(old: str, new: str) -> int:
    """Return the length of the equal pieces with which two texts begin."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return max(old.rfind("\n", 0, low), old.rfind("|", 0, low)) + 1


def _common_end(old: str, new: str) -> int:
    """Return the length of the equal pieces with which two texts end, which do not begin with the same piece."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle - 1
    if all(len(text) == low or text[len(text) - low - 1] in "\n|" for text in (old, new)):
        return low
    inside = _PIECE.match(old, len(old) - low)  # the end of a piece whose beginnings differ
    return low - (inside.end() - inside.start() if inside else 0)


def apply_versions(records: Iterable[Sequence[Any]], index: int) -> Blocks | None:
    """Return the syntax in a release as the script does; None if it is missing or too large."""
    pieces: list[list[str]] = [[], []]
    is_there = False
    for number, *edits in records:
        if number > index:
            break
        is_there = len(edits) == 2
        if not is_there:
            pieces = [[], []]
            continue
        for side, changes in zip(pieces, edits, strict=True):
            for start, count, text in zip(changes[::3], changes[1::3], changes[2::3], strict=True):
                side[start : start + count] = _PIECE.findall(text)
    return ("".join(pieces[0])[:-1], "".join(pieces[1])[:-1]) if is_there else None


def version_script(name: str, value: Any) -> bytes:
    """Return the content of the file with a name, without extension."""
    return json_text(f"docgenSearch({orjson.dumps(name).decode()},{orjson.dumps(value).decode()})\n").encode()
