"""A forged history file with valid checksums: values of other types, hostile names, gaps.

The input is a list of changes of four bytes each: table, row, column and the new value.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from itertools import count, pairwise
from typing import Any

from docgen.history.changelog import element_changelogs
from docgen.history.checksums import API_TABLES, RELEASE_TABLES, Checksums, update_checksums
from docgen.history.explain.explain import explain_report
from docgen.history.export import export_history
from docgen.history.history import History
from docgen.history.reader import HistoryReader
from docgen.history.since import since
from docgen.history.since_output import answer_data
from docgen.locate import open_source
from docgen.model.parse import parse
from fuzz import value_or_line
from fuzz.scratch import folder
from fuzz.target_history import QUESTIONS, REPORT, whole_history

_NUMBERS = count()
_TABLES = (*RELEASE_TABLES, *API_TABLES)
_VALUES: tuple[Any, ...] = (
    None,
    b"",
    b"\xff\x00",
    0,
    -1,
    1,
    3,
    2**63 - 1,
    -(2**63),
    1.5,
    "",
    "../../x",
    "/etc/x",
    "9" * 10_000,
    "a\x1b]0;x\x07\r\n\u202e",
    "{}",
    "[]",
    "null",
    '{"type":"structure","members":{"A":{"shape":"Gone"}}}',
    '{"type":"list"}',
    '{"type":"structure","members":[]}',
    '{"type":7,"enum":{}}',
    '{"input":{"shape":"Gone"},"errors":[{"shape":"Gone"}]}',
    '{"input":[],"errors":{}}',
    '{"metadata":7}',
    "[" * 500 + "]" * 500,
    "operation",
    "shape",
    "member",
    "service",
    "2030-01-01",
    "x" * 300,
)


MAX_CHANGES = 100
"""The most changes of one input: more would take longer than docgen's answers."""


def seeds() -> list[bytes]:
    """Return one change in each column of each table."""
    return [bytes([table, 1, column, column * 7 % 32]) for table in range(len(_TABLES)) for column in range(8)]


def target(data: bytes) -> None:
    """Query everything in the file."""
    path = folder() / f"rows-{next(_NUMBERS)}.db"
    path.write_bytes(whole_history())
    try:
        if _change_rows(path, data):
            _ask(path)
    finally:
        path.unlink()


def _change_rows(path: Any, data: bytes) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        for at in range(0, min(len(data), MAX_CHANGES * 4) - 3, 4):
            table = _TABLES[data[at] % len(_TABLES)]
            rows = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own names
            names = [column[0] for column in rows.description]
            found = rows.fetchall()
            if not found:
                continue
            row = found[data[at + 1] * 7 % len(found)]
            column = names[data[at + 2] % len(names)]
            where = " AND ".join(f"{name} IS ?" for name in names)
            try:
                connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (_VALUES[data[at + 3] % 32], *row))  # noqa: S608
            except sqlite3.Error:
                continue  # a value that the table cannot have
        sums = Checksums()
        for table in _TABLES:
            update_checksums(sums, table, connection.execute(f"SELECT * FROM {table}"))  # noqa: S608
        connection.execute("DELETE FROM checksum")
        try:
            connection.executemany("INSERT INTO checksum VALUES (?, ?, ?)", [(*key, sums[key]) for key in sums])
        except (sqlite3.Error, OverflowError):
            return False
        connection.commit()
    return True


def _ask(path: Any) -> None:
    with value_or_line(), HistoryReader(path) as reader:
        reader.check_integrity()
    with value_or_line():
        releases = open_source(str(path)).releases()
        for old, new in pairwise(releases):
            dict(new.summaries or {})
            for file in new.files:
                earlier = old.find_model(file.service, file.api_version)
                with value_or_line():
                    if earlier is not None and earlier != file:
                        parse(earlier.read(), earlier.location)
                        parse(file.read(), file.location)
    with value_or_line():
        history = History(path)
        with closing(history.reader):
            for service, *elements in QUESTIONS:
                with value_or_line():
                    for answer in since(history, service, elements):
                        json.dumps(answer_data(history, answer))
                        with value_or_line():
                            element_changelogs(history, [answer], with_documentation=True)
            with value_or_line():
                explain_report(history, REPORT)
            with value_or_line():
                for _ in export_history(history):
                    pass
