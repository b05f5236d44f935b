"""The elements of a model's file by their place in it, and how to find those that a later file has changed.

The files of botocore are indented, and JSON strings contain no line breaks. So an element that starts on a line of its
own can be cut out as text. The layout of the next revision is found without reading it: both files are compared byte by
byte, and only where they differ are elements cut out again. Equal bytes have the same cuts, so the result is that of
cutting the whole file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

ElementKey = tuple[str, str]
"""The kind and the name of an element: `("shape", "Tags")`, `("operation", "CreateFleet")`, `("service", "")`."""

SECTIONS = ("operations", "shapes")
ELEMENT_KINDS = ("operation", "shape")
"""The kind of the elements of each section."""

_PLACEHOLDER_KEY = "\u0000"
_NAME_PREFIX = b'\n    "'
"""The bytes before the name of an element."""

_SEPARATOR = b"," + _NAME_PREFIX
_SECTION_END = b"\n  }"
_ELEMENT_END = re.compile(rb',\n    "|\n  \}')
_SECTION_KEY_PREFIX = b'\n  "'
_COMPARED_BYTES = 1 << 16
"""Bytes that are compared at once: their copy fits into the cache of a processor."""


class Section(NamedTuple):
    """The elements of a section of a file.

    Attributes:
        start: The offset of the line break before the first element.
        end: The offset of the line break after the last element.
        starts: The offset of the name of each element, without its quotation mark.
        keys: The key of each element.
    """

    start: int
    end: int
    starts: list[int]
    keys: list[ElementKey]

    def texts(self, data: bytes) -> Iterator[bytes]:
        """Yield the text of each element of this section of the file `data`."""
        ends = [start - len(_SEPARATOR) for start in self.starts[1:]]
        for start, end in zip(self.starts, (*ends, self.end), strict=True):
            yield data[start:end]


class FileLayout(NamedTuple):
    """A file, and where its operations and its shapes are."""

    data: bytes
    sections: tuple[Section, Section]

    def keys_by_text(self) -> dict[bytes, ElementKey]:
        """Return the key of each element by its text in the file."""
        return {
            text: key
            for section in self.sections
            for text, key in zip(section.texts(self.data), section.keys, strict=True)
        }


class SplitFile(NamedTuple):
    """A file that was split at its line breaks.

    Attributes:
        remainder: What is left of the file, decoded.
        bounds: Where each section starts and ends.
        texts: The text of each element of each section.
    """

    remainder: dict[str, Any]
    bounds: tuple[tuple[int, int], tuple[int, int]]
    texts: tuple[list[bytes], list[bytes]]

    def layout(self, data: bytes, keys: tuple[list[ElementKey], list[ElementKey]]) -> FileLayout:
        """Return the layout of the file, whose elements have these keys."""
        return FileLayout(data, (self._section(0, keys[0]), self._section(1, keys[1])))

    def _section(self, index: int, keys: list[ElementKey]) -> Section:
        start, end = self.bounds[index]
        starts, at = [], start + len(_NAME_PREFIX)
        for text in self.texts[index]:
            starts.append(at)
            at += len(text) + len(_SEPARATOR)
        return Section(start, end, starts, keys)


def split_file(data: bytes) -> SplitFile | None:
    """Split a file that is indented as botocore's are; None for any other layout.

    The cuts are verified: a placeholder in place of the elements must decode into the right object, and
    `decode_element_text` must decode each text by itself.
    """
    bounds = []
    for section in SECTIONS:
        start = _section_start(data, section)
        end = data.find(_SECTION_END, start)
        if start < 0 or end < 0:
            return None
        bounds.append((start, end))
    placeholder = b'"\\u0000":0'
    (a, b), (c, d) = bounds
    try:
        if b < c:
            remainder = orjson.loads(b"".join((data[:a], placeholder, data[b:c], placeholder, data[d:])))
        else:
            remainder = orjson.loads(b"".join((data[:c], placeholder, data[d:a], placeholder, data[b:])))
    except ValueError:
        return None
    if not isinstance(remainder, dict) or any(remainder.get(section) != {_PLACEHOLDER_KEY: 0} for section in SECTIONS):
        return None
    # The text between the first name and the end, split before each further name.
    operations, shapes = (data[start + len(_NAME_PREFIX) : end].split(_SEPARATOR) for start, end in bounds)
    return SplitFile(remainder, ((a, b), (c, d)), (operations, shapes))


def _section_start(data: bytes, section: str) -> int:
    """Return the offset of the first element of a section, including its line break; -1 if the layout is another."""
    key = data.find(b'\n  "%s":' % section.encode())
    start = data.find(b"{", key)
    return start + 1 if key >= 0 and data[start + 1 : start + 1 + len(_NAME_PREFIX)] == _NAME_PREFIX else -1


def decode_element_text(text: bytes) -> tuple[str, Any] | None:
    """Return the name and the value of an element that was cut out; None if the text is not one whole element."""
    try:
        ((name, value),) = orjson.loads(b'{"%s}' % text).items()
    except ValueError:
        return None
    return name, value


@dataclass(frozen=True, slots=True)
class LayoutChange:
    """How the elements of a file differ from those of the file before it.

    Attributes:
        layout: The layout of the new file.
        values: The decoded elements that are new or whose text differs, in file order, operations first.
        added: The keys of the elements that are new.
        removed: The keys of the elements that the new file does not have.
    """

    layout: FileLayout
    values: dict[ElementKey, Any]
    added: tuple[ElementKey, ...]
    removed: tuple[ElementKey, ...]


def layout_change(old: FileLayout, data: bytes, known: Container[ElementKey]) -> LayoutChange | None:
    """Find the elements that differ between a file and the next one, which is only read where they differ.

    Args:
        old: The file.
        data: The bytes of the next one.
        known: The keys of the elements of the file.

    Returns:
        What `split_file` and `decode_element_text` would find, compared with the old file; None if anything but
        elements differs, or the elements of both files are not in one order.
    """
    finder = _ChangeFinder(old, data, known)
    in_file_order = sorted(range(2), key=lambda index: old.sections[index].start)
    new: dict[int, Section] = {}
    old_at = new_at = 0
    for index in in_file_order:
        section = old.sections[index]
        outside = old.data[old_at : section.start + len(_NAME_PREFIX)]
        if not data.startswith(outside, new_at):
            return None
        found = finder.section_change(index, new_at + len(outside))
        if found is None:
            return None
        new[index] = found
        old_at, new_at = section.end, found.end
    if old.data[old_at:] != data[new_at:]:
        return None
    values = {**finder.values[0], **finder.values[1]}
    return LayoutChange(
        FileLayout(data, (new[0], new[1])), values, tuple(finder.added), (*finder.removed[0], *finder.removed[1])
    )


class _ChangeFinder:
    def __init__(self, old: FileLayout, data: bytes, known: Container[ElementKey]) -> None:
        self.old = old
        self.data = data
        self.known = known
        self.values: tuple[dict[ElementKey, Any], dict[ElementKey, Any]] = ({}, {})
        self.added: list[ElementKey] = []
        self.removed: tuple[list[ElementKey], list[ElementKey]] = ([], [])

    def section_change(self, index: int, first: int) -> Section | None:
        """Return a section of the new file whose first element starts at offset `first`."""
        section, data = self.old.sections[index], self.data
        kind, values, removed = ELEMENT_KINDS[index], self.values[index], self.removed[index]
        starts: list[int] = []
        keys: list[ElementKey] = []
        here, at = 0, first  # the next element of the old section, and the offset of the next one in the new file
        is_aligned = True
        while True:
            if is_aligned and here < len(section.keys):
                same = self.same_elements(section, here, at)
                shift = at - section.starts[here]
                starts += [start + shift for start in section.starts[here:same]]
                keys += section.keys[here:same]
                if same == len(section.keys):
                    return Section(first - len(_NAME_PREFIX), section.end + shift, starts, keys)
                here, at = same, section.starts[same] + shift
            end = _ELEMENT_END.search(data, at)
            if end is None:
                return None
            text = data[at : end.start()]
            element = None if _SECTION_KEY_PREFIX in text else decode_element_text(text)
            if element is None:
                return None
            key = kind, element[0]
            is_aligned = key in self.known
            if is_aligned:
                if (place := _index(section.keys, key, here)) < 0:
                    return None  # moved or repeated
                removed += section.keys[here:place]
                key, here = section.keys[place], place + 1
            else:
                if key in values:
                    return None  # repeated
                self.added.append(key)
            values[key] = element[1]
            starts.append(at)
            keys.append(key)
            at = end.end()
            if end[0] == _SECTION_END:
                removed += section.keys[here:]
                return Section(first - len(_NAME_PREFIX), end.start(), starts, keys)

    def same_elements(self, section: Section, here: int, at: int) -> int:
        """Return the index of the first old element, from `here`, that differs from the new file from offset `at`."""
        start = section.starts[here]
        whole = section.end + len(_SECTION_END) - start
        equal = _common_length(self.old.data, start, whole, self.data, at)
        return len(section.keys) if equal == whole else bisect_right(section.starts, start + equal, here) - 1


def _index(keys: list[ElementKey], key: ElementKey, first: int) -> int:
    try:
        return keys.index(key, first)
    except ValueError:
        return -1


def _common_length(one: bytes, start: int, length: int, other: bytes, other_start: int) -> int:
    """Return how many of the `length` bytes of `one` from `start` equal those of `other` from `other_start`."""
    found, step = 0, min(_COMPARED_BYTES, length)
    while step:
        if other.startswith(one[start + found : start + found + step], other_start + found):
            found += step
            step = min(step, length - found)
        else:
            step //= 2
    return found
