"""An untrusted facts file: its documents are edited as the input says; then it is queried and used for an update.

The first byte of an input chooses a document and whether bytes or decoded JSON are edited.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from history_support import random_releases, write

from docgen.history.explain.explain import explain_report
from docgen.history.explain.messages import parse_report
from docgen.history.facts.archive import facts_of_history
from docgen.history.facts.found import renew_facts
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.since import since
from docgen.history.since_output import answer_data
from docgen.locate import open_source
from fuzz import value_or_line
from fuzz.scratch import folder

_NUMBERS = count()
REPORT = parse_report('Unknown parameter in input: "W1", must be one of: Name, Tree')
QUESTIONS = (("alpha",), ("alpha", "Get"), ("beta", "Get", "Tree"), ("alpha", "Get", "*"), ("alpha", "waiter", "*"))
STRANGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1.5,
    10**30,
    "",
    "\x1b[31m",
    [],
    [[]],
    {},
    {"shape": 1},
    [1, 2],
    [[1, None], [1, None]],
)


@cache
def documents() -> tuple[tuple[str, bytes], ...]:
    """Return the documents of a facts file of some releases."""
    home = folder() / "models-of-facts"
    for release, files in random_releases(3, 12):
        write(home, release, files)
    path = folder() / "facts-source.db"
    update_history(open_source(str(home)), path, workers=1)
    with zipfile.ZipFile(io.BytesIO(facts_of_history(History(path)))) as archive:
        return tuple((name, archive.read(name)) for name in archive.namelist())


def seeds() -> list[bytes]:
    """Return edits of each document, and an input without edits."""
    return [
        b"",
        *(bytes([number, place, strange]) for number in range(8) for place in (0, 3, 50) for strange in (0, 4, 9)),
    ]


def target(data: bytes) -> None:
    """Query the file, and use it as the facts in the cache."""
    path = folder() / f"{next(_NUMBERS)}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        chosen = data[0] % len(documents()) if data else -1
        for number, (name, content) in enumerate(documents()):
            archive.writestr(name, _edited(content, data[1:]) if number == chosen else content)
    os.environ["DOCGEN_CACHE"] = str(folder() / "cache-of-facts")
    try:
        with value_or_line():
            _ask(path)
        with value_or_line():
            renew_facts(str(path), open_source)
    finally:
        path.unlink()


def _ask(path: Path) -> None:
    history = History(path)
    for service, *elements in QUESTIONS:
        with value_or_line():
            for answer in since(history, service, elements):
                json.dumps(answer_data(history, answer))
    with value_or_line():
        explain_report(history, REPORT)
    with value_or_line():
        history.reader.operations()


def _edited(content: bytes, data: bytes) -> bytes:
    """Return the document with one value in a line replaced by an odd one, or with other bytes."""
    lines = content.split(b"\n")
    if len(data) < 2:
        return content + data
    if data[1] >= len(STRANGE):
        at = int.from_bytes(data[:2], "big") % max(len(content), 1)
        return content[:at] + data[2:] + content[at + max(len(data) - 2, 1) :]
    number = data[0] % max(len(lines) - 1, 1)
    head, tab, value = lines[number].rpartition(b"\t")
    try:
        decoded = json.loads(value)
    except ValueError:
        return content
    lines[number] = head + tab + json.dumps(_replaced(decoded, list(data[2:]), STRANGE[data[1]])).encode()
    return b"\n".join(lines)


def _replaced(value: Any, path: list[int], strange: Any) -> Any:
    """Return the value with the part at a path of numbers replaced."""
    if not path or not value or not isinstance(value, dict | list):
        return strange
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = keys[path[0] % len(keys)]
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[key] = _replaced(value[key], path[1:], strange)
    return changed
