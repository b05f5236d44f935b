"""A damaged history file: bytes of an intact one are flipped where the input says; then it is queried.

The input is a list of offsets and values, four bytes each. If its length is odd, it is the file itself.
"""

from __future__ import annotations

import json
from contextlib import closing
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from history_support import random_releases, write

from docgen.history.as_source import HistorySource
from docgen.history.checksums import API_TABLES, RELEASE_TABLES
from docgen.history.explain.explain import explain_report
from docgen.history.explain.messages import parse_report
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.reader import HistoryReader
from docgen.history.since import since
from docgen.history.since_output import answer_data
from docgen.locate import open_source
from fuzz import value_or_line
from fuzz.scratch import folder

_NUMBERS = count()
REPORT = parse_report('Unknown parameter in input: "W1", must be one of: Name, Tree')
QUESTIONS = (("alpha",), ("alpha", "Get"), ("beta", "Get", "Tree"), ("alpha", "Get", "*"), ("gamma", "error", "*"))


@cache
def whole_history() -> bytes:
    """Return an intact history of some random releases."""
    home = folder() / "models"
    for release, files in random_releases(3, 12):
        write(home, release, files)
    path = folder() / "whole.db"
    update_history(open_source(str(home)), path, workers=1)
    return path.read_bytes()


@cache
def _whole_rows() -> list[Any]:
    """Return all its rows."""
    path = folder() / "whole.db"
    path.write_bytes(whole_history())
    with HistoryReader(path) as reader:
        return _rows(reader)


def _rows(reader: HistoryReader) -> list[Any]:
    return [reader.query(f"SELECT * FROM {table}") for table in (*RELEASE_TABLES, *API_TABLES)]  # noqa: S608 - our own names


def seeds() -> list[bytes]:
    """Return damage to the header, to the schema and to pages."""
    return [
        b"",
        b"\0\0\0\1",
        b"\0\0\x12\xff\0\0\x14\x01",
        b"\0\x20\0\0",
        b"\0\x40\0\xff\0\x50\0\xff",
        *(bytes([page >> 4, page << 4 & 255, 3, 77]) for page in range(0, 255, 9)),
    ]


def target(data: bytes) -> None:
    """Query everything in the file."""
    content = bytearray(whole_history())
    if len(data) % 2:
        content = bytearray(data)
    for at in range(0, len(data) - 3 if not len(data) % 2 else 0, 4):
        content[int.from_bytes(data[at : at + 3], "big") % len(content)] = data[at + 3]
    path = folder() / f"{next(_NUMBERS)}.db"
    path.write_bytes(content)
    try:
        with value_or_line():
            _ask(path)
    finally:
        path.unlink()


def _ask(path: Path) -> None:
    with HistoryReader(path) as reader:
        with value_or_line():
            reader.check_integrity()
            assert _rows(reader) == _whole_rows(), "other rows than were written, and the check finds nothing"
        with value_or_line():
            _read_models(path, reader)
    history = History(path)
    with closing(history.reader):
        for service, *elements in QUESTIONS:
            with value_or_line():
                for answer in since(history, service, elements):
                    json.dumps(answer_data(history, answer))
        with value_or_line():
            explain_report(history, REPORT)


def _read_models(path: Path, reader: HistoryReader) -> None:
    for release in HistorySource(path, reader).releases():
        for file in release.files[:3]:
            with value_or_line():
                file.digests()
                if file.file.api_id is not None:  # type: ignore[attr-defined]  # one of a history
                    reader.model(file.file.api_id, file.file.release_number)  # type: ignore[attr-defined]
        dict(release.summaries or {})
