"""The history as a file for other programs: a reader of its schema gets the same answers as `docgen since`."""

from __future__ import annotations

import copy
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from commands import docgen
from first_seen_releases import put
from jsonschema import Draft202012Validator

from docgen import schema
from docgen.history.export import export_history
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.since import since
from docgen.locate import open_source
from docgen.model.parse import parse
from docgen.model.syntax import operation_syntax


class Exported:
    """Reads the file as its schema describes, release by release."""

    def __init__(self, content: dict[str, Any], service: str) -> None:
        self.content = content
        self.apis = content["services"][service]
        self.count = len(content["releases"])

    def numbers(self, span: list[int]) -> range:
        return range(span[0], span[1] if len(span) == 2 else self.count)

    def slots_in(self, slots: list[list[Any]], number: int) -> list[list[Any]]:
        """Return the entries whose span contains a release."""
        return [slot for slot in slots if number in self.numbers([n for n in slot if isinstance(n, int)])]

    def api(self, number: int) -> dict[str, Any]:
        having = [version for version, api in self.apis.items() if self.slots_in(api["spans"], number)]
        return self.apis[max(having)] if having else {}

    def path(self, operation: str, direction: str, steps: list[str]) -> list[int]:
        """Return the releases in which a path exists."""
        return [
            number
            for number in range(self.count)
            if self.has_path(self.api(number), number, operation, direction, steps)
        ]

    def has_path(self, api: dict[str, Any], number: int, operation: str, direction: str, steps: list[str]) -> bool:
        slots = api.get("operations", {}).get(operation, {}).get(direction, [])
        for step in steps:
            found = self.slots_in(slots, number)
            slots = api["shapes"][found[0][0]].get("members", {}).get(step, []) if found else []
        return bool(self.slots_in(slots, number))


def steps_of(path: str) -> list[str]:
    return path.replace("[]", ".[]").replace("{", ".{").split(".") if path else []


def test_a_reader_of_the_file_finds_every_path_when_docgen_since_does(
    releases: Path,
    tmp_path: Path,
) -> None:
    update_history(open_source(str(releases)), tmp_path / "h.db")
    history = History(tmp_path / "h.db")
    content = json.loads(b"".join(export_history(history)))
    Draft202012Validator(schema.load_schema("since")).validate(content)
    reader = Exported(content, "appstream")
    compared: set[tuple[str, str, str]] = set()
    for file in (release.files[0] for release in open_source(str(releases)).releases()):
        service = parse(file.read())
        for operation in service.operations.values():
            syntax = operation_syntax(service, operation)
            for direction, slot, rows in (
                ("request", "input", syntax.parameters),
                ("response", "output", syntax.response),
            ):
                for path in {
                    row.path for row in rows if row.path and (operation.name, direction, row.path) not in compared
                }:
                    answer, *_ = since(history, "appstream", [operation.name, direction, path])
                    there = [number - 1 for start, end in answer.spans for number in range(start, end)]
                    assert reader.path(operation.name, slot, steps_of(path)) == there, (operation.name, path)
                    compared.add((operation.name, direction, path))
    assert len(compared) > 100


def test_names_come_and_go_in_the_file_as_in_the_history(tmp_path: Path) -> None:
    model: dict[str, Any] = {
        "metadata": {"apiVersion": "2016-12-01"},
        "operations": {"Ping": {"name": "Ping", "http": {}, "errors": [{"shape": "Lost"}]}},
        "shapes": {"Lost": {"type": "structure", "members": {}}, "State": {"type": "string", "enum": ["UP"]}},
    }
    put(tmp_path / "m", "1.0.0", model)
    beside = tmp_path / "m" / "1.0.0" / "appstream" / "2016-12-01" / "waiters-2.json"
    beside.write_text('{"version": 2, "waiters": {"PingDone": {}}}')
    later = copy.deepcopy(model)
    later["shapes"]["State"]["enum"] = ["UP", "<b>{{ x }}</b>\u202e"]
    del later["operations"]["Ping"]["errors"]
    put(tmp_path / "m", "1.1.0", later)
    update_history(open_source(str(tmp_path / "m")), tmp_path / "h.db")
    content = json.loads(b"".join(export_history(History(tmp_path / "h.db"))))
    assert content == {
        "format": 1,
        "package": "",
        "newest": "1.1.0",
        "releases": [["1.0.0", None], ["1.1.0", None]],
        "services": {
            "appstream": {
                "2016-12-01": {
                    "spans": [[0]],
                    "operations": {"Ping": {"spans": [[0]], "errors": {"Lost": [[0, 1]]}}},
                    "shapes": {
                        "Lost": {"spans": [[0]]},
                        "State": {"spans": [[0]], "values": {"UP": [[0]], "<b>{{ x }}</b>\u202e": [[1]]}},
                    },
                    "waiters": {"PingDone": [[0, 1]]},
                }
            }
        },
    }


def test_the_file_is_the_same_bytes_each_time_packed_or_not(tmp_path: Path) -> None:
    names = ("a.json", "b.json", "a.json.gz", "b.json.gz")
    done = docgen("index", "models", "-o", str(tmp_path / "h.db"), "--export", str(tmp_path / names[0]))
    assert done.returncode == 0, done.stderr
    for name in names[1:]:
        done = docgen("index", "--history", str(tmp_path / "h.db"), "--export", str(tmp_path / name))
        assert done.stdout == f"{tmp_path / name}: 1 service in 2 releases\n"
    plain, again, packed, repacked = ((tmp_path / name).read_bytes() for name in names)
    assert plain == again == gzip.decompress(packed)
    assert packed == repacked
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*names, "h.db"])


def test_a_problem_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    kept = tmp_path / "since.json"
    kept.write_text("before")
    (tmp_path / "h.db").write_bytes(b"SQLite format 3\0 and nothing else")
    done = docgen("index", "--history", str(tmp_path / "h.db"), "--export", str(kept))
    assert (done.returncode, done.stdout) == (2, "")
    assert kept.read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "SOURCE: missing"),
        (("--rebuild", "--export", "x.json"), "SOURCE: missing"),
        (("--export", "x.txt"), "x.txt: --export writes .json or .json.gz"),
        (("models", "-o", "{h}", "--export", "{h}/no/x.json"), "x.json: Not a directory"),
    ],
)
def test_what_cannot_be_exported_is_said_in_one_line(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    done = docgen("index", *(each.format(h=tmp_path / "h.db") for each in arguments))
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
