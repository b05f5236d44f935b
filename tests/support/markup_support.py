"""Support for tests of the markup package: botocore's documentation strings, and the words that readers of HTML see."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

BULLETS = {"•"}
_INLINE = frozenset(["a", "code", "em", "strong", "sub", "sup", "s"])


def strings_of(model: object) -> Iterator[str]:
    """Yield every documentation string of a service model, or of a part of one."""
    rest = [model]
    while rest:
        part = rest.pop()
        if isinstance(part, dict):
            if isinstance(documentation := part.get("documentation"), str) and documentation:
                yield documentation
            rest.extend(part.values())
        elif isinstance(part, list):
            rest.extend(part)


@cache
def documentation() -> tuple[str, ...]:
    """Return a fixed fortieth of the installed botocore's distinct documentation strings, or all with `DOCGEN_FULL`."""
    everything = os.environ.get("DOCGEN_FULL", "0") not in ("", "0")
    return tuple(string for string in all_documentation() if everything or _drawn(string))


@cache
def all_documentation() -> tuple[str, ...]:
    """Return the distinct documentation strings of the installed botocore, sorted."""
    spec = find_spec("botocore")
    assert spec is not None
    assert spec.origin is not None
    found: set[str] = set()
    for path in Path(spec.origin).parent.glob("data/*/*/service-2.json*"):
        content = path.read_bytes()
        model: Any = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
        found.update(strings_of(model))
    return tuple(sorted(found))


def _drawn(string: str) -> bool:
    return hashlib.sha256(string.encode()).digest()[0] % 40 == 0


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE:
            self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.handle_starttag(tag, [])

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def html_words(html: str) -> list[str]:
    """Return the words that a reader of well-formed HTML sees. Block elements separate words."""
    words = _Words()
    words.feed(html)
    words.close()
    return without_bullets("".join(words.text).split())


def without_bullets(words: list[str]) -> list[str]:
    """Return the words without bullets: `to_text` writes them; browsers and Markdown readers add their own."""
    return [word for word in words if word not in BULLETS]


@cache
def hostile() -> tuple[str, ...]:
    r"""Return the strings of `data/hostile.txt`, one per line.

    `##` is a comment; a line that starts with `\u` is escaped.
    """
    lines = (Path(__file__).parent.parent / "data" / "hostile.txt").read_text(encoding="utf-8").splitlines()
    return tuple(
        line.encode().decode("unicode_escape") if line.startswith("\\u") else line
        for line in lines
        if not line.startswith("## ")
    )
