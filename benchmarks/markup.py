"""Measure the microseconds per documentation string for each output of the markup package.

    python benchmarks/markup.py [botocore-X.Y.Z.whl]

Without a wheel, the installed botocore is read. The floor is `html.parser.HTMLParser`, which walks the same strings
with handlers that do nothing. All numbers are CPU time of one run over all distinct strings; nothing is cached between
them.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

from docgen.render.markup import parser
from docgen.render.markup.html import to_html
from docgen.render.markup.markdown import to_markdown
from docgen.render.markup.text import to_text


def models(wheel: str | None) -> Iterator[bytes]:
    """Yield the content of every `service-2.json` in a wheel or in the installed botocore."""
    if wheel:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if "/service-2.json" in name:
                    yield unpacked(name, archive.read(name))
        return
    spec = find_spec("botocore")
    if spec is None or spec.origin is None:
        sys.exit("botocore is not installed; give a wheel")
    for path in Path(spec.origin).parent.glob("data/*/*/service-2.json*"):
        yield unpacked(path.name, path.read_bytes())


def unpacked(name: str, content: bytes) -> bytes:
    """Return the content of a model file, decompressed if necessary."""
    return gzip.decompress(content) if name.endswith(".gz") else content


def strings_of(model: object) -> Iterator[str]:
    """Yield every documentation string of a model."""
    rest = [model]
    while rest:
        part = rest.pop()
        if isinstance(part, dict):
            if isinstance(documentation := part.get("documentation"), str) and documentation:
                yield documentation
            rest.extend(part.values())
        elif isinstance(part, list):
            rest.extend(part)


def walk(documentation: str) -> None:
    """Parse a string with the standard library's parser and handlers that do nothing: the floor."""
    walker = HTMLParser()
    walker.feed(documentation)
    walker.close()


def seconds(do: Callable[[str], object], strings: list[str]) -> float:
    """Return the CPU time of calling `do` with every string."""
    parser.parse_documentation.cache_clear()
    started = time.process_time()
    for string in strings:
        do(string)
    return time.process_time() - started


def main() -> None:
    """Read the strings and print the table."""
    wheel = sys.argv[1] if len(sys.argv) > 1 else None
    found = {string for content in models(wheel) for string in strings_of(json.loads(content))}
    strings = sorted(found)
    print(f"{len(strings)} distinct strings, {sum(map(len, strings)):,} characters")
    floor = seconds(walk, strings)
    for name, do in (("floor", walk), ("text", to_text), ("html", to_html), ("markdown", to_markdown)):
        taken = floor if do is walk else seconds(do, strings)
        print(f"{name:9} {taken:7.2f} s {taken / len(strings) * 1e6:7.1f} µs/string {taken / floor:6.2f} × floor")


if __name__ == "__main__":
    main()
