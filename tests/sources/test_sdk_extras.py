"""Extras of SDKs: merged wherever models are read, and found by the pointers of changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from docgen.check.run import compare_releases
from docgen.check.validate import validate_paths
from docgen.compare.model_reader import ModelReader
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.since import since
from docgen.locate import open_source
from docgen.model.parse import parse
from docgen.rules.change import Change
from docgen.rules.rule import Severity
from docgen.sources.copy import copy_releases
from docgen.sources.release import File
from docgen.sources.sdk_extras import MergedFile

MEMBER = {"shape": "String", "documentation": "Where it comes from."}


def service(expiry: str = "timestamp") -> dict[str, Any]:
    """Return a model with an operation that extras extend."""
    return {
        "metadata": {
            "apiVersion": "2020-01-01",
            "endpointPrefix": "yard",
            "protocol": "json",
            "serviceFullName": "Yard",
            "uid": "yard",
        },
        "operations": {
            "Move": {
                "name": "Move",
                "http": {"method": "POST", "requestUri": "/"},
                "input": {"shape": "MoveRequest"},
                "output": {"shape": "MoveResult"},
            }
        },
        "shapes": {
            "String": {"type": "string"},
            "Expiry": {"type": expiry},
            "MoveRequest": {"type": "structure", "members": {"Crate": {"shape": "String"}}},
            "MoveResult": {"type": "structure", "members": {"Expiry": {"shape": "Expiry"}}},
        },
    }


def extras(**shapes: Any) -> dict[str, Any]:
    return {"version": 1.0, "merge": {"shapes": {"Expiry": {"type": "timestamp"}, **shapes}}}


ORIGIN = {"MoveRequest": {"members": {"Origin": MEMBER}}}


def release(root: Path, name: str, **files: Any) -> None:
    folder = root / name / "yard" / "2020-01-01"
    folder.mkdir(parents=True)
    for file, content in files.items():
        (folder / f"{FILES[file]}.json").write_text(json.dumps(content))


FILES = {
    "model": "service-2",
    "extras": "service-2.sdk-extras",
    "pages": "paginators-1",
    "more_pages": "paginators-1.sdk-extras",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "models"
    release(root, "1.0.0", model=service(), extras=extras(**ORIGIN))
    release(root, "1.0.1", model=service("string"), extras=extras(**ORIGIN))
    return root


def changes(root: Path) -> list[Change]:
    old, new = open_source(str(root)).releases()
    return [change for each in compare_releases(old, new) for change in each.changes]


def test_a_model_has_what_its_extras_add_and_replace(root: Path) -> None:
    file = open_source(str(root)).releases()[1].files[0]
    model = parse(file.read(), file.location)
    assert list(model.shapes["MoveRequest"].members) == ["Crate", "Origin"]
    assert model.shapes["Expiry"].type == "timestamp"


def test_a_value_that_extras_replace_is_no_break(root: Path) -> None:
    (change,) = changes(root)
    assert (change.rule.id, change.rule.severity) == ("replaced-value-changed", Severity.SAFE)
    assert change.delta.new_pointer == "/shapes/Expiry/type"  # in service-2.json
    assert change.message == (
        "in the model file, the value of Expiry changed from timestamp to string; botocore replaces it with its own"
    )


def test_pointers_name_the_file_with_the_extras(tmp_path: Path) -> None:
    release(tmp_path, "1.0.0", model=service(), extras=extras())
    release(tmp_path, "1.0.1", model=service(), extras=extras(**ORIGIN))
    (change,) = changes(tmp_path)
    assert change.delta.id == "yard#MoveRequest$Origin"
    assert change.delta.new_pointer == "service-2.sdk-extras.json#/merge/shapes/MoveRequest/members/Origin"


def test_paginators_are_merged_with_their_extras(tmp_path: Path) -> None:
    pages = {"pagination": {"Move": {"result_key": "Expiry"}}}
    more = {"merge": {"pagination": {"Move": {"non_aggregate_keys": ["Crate"]}}}}
    release(tmp_path, "1.0.0", model=service(), pages=pages)
    release(tmp_path, "1.0.1", model=service(), pages=pages, more_pages=more)
    (change,) = changes(tmp_path)
    assert (change.delta.id, change.delta.trait) == ("yard#paginator:Move", "non_aggregate_keys")
    assert change.delta.new_pointer == ("paginators-1.sdk-extras.json#/merge/pagination/Move/non_aggregate_keys")


def test_extras_of_a_file_that_is_not_there_mean_nothing(tmp_path: Path) -> None:
    release(tmp_path, "1.0.0", model=service())
    release(tmp_path, "1.0.1", model=service(), more_pages={"merge": {"pagination": {"Move": {}}}})
    assert changes(tmp_path) == []


def test_a_history_answers_with_extras(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    update_history(open_source(str(root)), path)
    (answer,) = since(History(path), "yard", ["Move", "Origin"])
    assert answer.spans == ((1, 3),)
    old, new = open_source(str(path)).releases()
    delta = ModelReader().compare(old.files[0], new.files[0])
    assert delta is not None
    assert [each.trait for each in delta] == ["replacedBySdkExtras.type"]


def test_copies_keep_the_files_apart(root: Path, tmp_path: Path) -> None:
    copy_releases(open_source(str(root)).releases(), tmp_path / "copy")
    for path in root.rglob("*.json"):
        assert (tmp_path / "copy" / path.relative_to(root)).read_bytes() == path.read_bytes()


def test_a_problem_in_extras_is_located_there(tmp_path: Path) -> None:
    lost = {"MoveRequest": {"members": {"Origin": {"shape": "Lost"}}}}
    release(tmp_path, "1.0.0", model=service(), extras=extras(**lost))
    (problem,) = validate_paths([str(tmp_path)])
    assert problem.location.endswith("service-2.sdk-extras.json")
    assert problem.pointer == "/merge/shapes/MoveRequest/members/Origin/shape"


def test_extras_that_are_not_json_are_one_line(tmp_path: Path) -> None:
    release(tmp_path, "1.0.0", model=service(), extras=extras())
    path = tmp_path / "1.0.0" / "yard" / "2020-01-01" / "service-2.sdk-extras.json"
    path.write_text("{")
    (problem,) = validate_paths([str(tmp_path)])
    assert str(problem).startswith(f"{path}:1:2: not JSON")


class Given(File):
    """A file with given content."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @property
    def location(self) -> str:
        return "given.json"

    def read(self) -> bytes:
        return self.data

    def digest(self) -> str:
        return "0" * 40


@pytest.mark.parametrize(
    ("base", "is_quick"),
    [
        (b'{"a": 1, "b": {"c": "\\u00e9 \\u0001 \\/ \xc3\xa9 \\ud83d\\ude00"}, "a": [1.5, -0, true, null]}', True),
        (b'{"a": 9223372036854775807}', False),
        (b'{"a": 123456789012345678901234567890}', False),
        (b'{"a": "the number 123456789012345678901234567890"}', False),
        (b'{"a": NaN}', False),
        (b'{"a": "\\ud800"}', False),
        (b'{"a": "\xff"}', False),
        (b'\xef\xbb\xbf{"a": 1}', False),
        ('{"a": 1}'.encode("utf-16"), False),
        (b'{"a": ' + b"[" * 400 + b"]" * 400 + b"}", False),
        (b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}", False),
        (b"[]", False),
        (b"{", False),
    ],
)
def test_merging_quickly_is_merging(base: bytes, monkeypatch: pytest.MonkeyPatch, *, is_quick: bool) -> None:
    more = b'{"merge": {"a": {"x": "\\u00e9"}, "b": {"c": "new", "d": [1, 2.5, "\\u0007"]}}}'
    file = MergedFile(Given(base), Given(more), is_model=True)
    found = file.read()
    additions = json.loads(more)["merge"]
    assert (file._merge_quickly(base, additions) is not None) == is_quick
    monkeypatch.setattr(MergedFile, "_merge_quickly", lambda *_: None)
    assert found == file.read()
