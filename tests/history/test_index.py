"""The history file: what an index contains, that it does not depend on how it was made, and that it survives kills."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import FULL, wheel
from history_support import Files, content, put, random_releases, small_model, structure, tables, write
from memory_source import MemorySource
from waiting import PATIENCE, wait_until

from docgen.errors import DocgenError, ModelError, SourceError
from docgen.history import database
from docgen.history import index as index_module
from docgen.history.guarded_connection import GuardedConnection
from docgen.history.history import History
from docgen.history.index import IndexResult, rebuild_history, update_history
from docgen.history.queries import Api
from docgen.history.reader import HistoryReader
from docgen.history.since import since
from docgen.history.snapshots import ModelSnapshots
from docgen.history.writer import HistoryWriter
from docgen.locate import open_source
from docgen.model.parse import parse

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "h.db"


def indexed(folder: Path, path: Path) -> IndexResult:
    return update_history(open_source(str(folder)), path)


def lifetimes(path: Path) -> dict[tuple[str, str], list[tuple[int, int | None]]]:
    found: dict[tuple[str, str], list[tuple[int, int | None]]] = {}
    for _, id_, kind, start, end in sorted(tables(path)["lifetime"], key=lambda row: (row[1], row[3])):
        found.setdefault((kind, id_), []).append((start, end))
    return found


def models_of(path: Path) -> Iterator[tuple[str, str, str, bytes, dict[str, bytes]]]:
    """Yield every model of every release of a history: release, service, API version, bytes, sibling files."""
    for release in open_source(str(path)).releases():
        for file in release.files:
            beside = {name: each.read() for name, each in file.siblings.items()}
            yield release.name, file.service, file.api_version, file.read(), beside


# -- what an index contains


def test_an_index_has_releases_spans_lifetimes_and_facts(models: Path, path: Path) -> None:
    first = small_model(Request=structure("Name", Name="String"), Kind={"type": "string", "enum": ["a", "b"]})
    put(models, "1.0", first, paginators={"pagination": {"Call": {}}})
    second = small_model(Request=structure(Name="String", Tags="String"), Kind={"type": "string", "enum": ["b", "c"]})
    second["operations"]["Call"]["errors"] = [{"shape": "Oops"}]
    second["shapes"]["Oops"] = {"type": "structure", "members": {}, "exception": True}
    put(models, "1.1", second, waiters={"waiters": {"Done": {}}})
    put(models, "1.2", second, waiters={"waiters": {"Done": {}}})
    put(models, "1.3", first, paginators={"pagination": {"Call": {}}})
    assert indexed(models, path) == IndexResult(4, 3, "1.0", "1.3")
    rows = tables(path)
    assert [row[:3] for row in rows["release"]] == [(1, "1.0", ""), (2, "1.1", ""), (3, "1.2", ""), (4, "1.3", "")]
    assert [row[:3] for row in rows["revision"]] == [(1, 1, 2), (1, 2, 4), (1, 4, None)]
    assert [(row[1], row[2], row[3]) for row in rows["file"]] == [
        ("paginators-1.json", 1, 2),
        ("paginators-1.json", 4, None),
        ("waiters-2.json", 2, 4),
    ]
    assert lifetimes(path) == {
        ("operation", "Call()"): [(1, None)],
        ("error", "Call()$Oops"): [(2, 4)],
        ("shape", "Kind"): [(1, None)],
        ("enum-value", "Kind$a"): [(1, 2), (4, None)],
        ("enum-value", "Kind$b"): [(1, None)],
        ("enum-value", "Kind$c"): [(2, 4)],
        ("shape", "Oops"): [(2, 4)],
        ("shape", "Request"): [(1, None)],
        ("member", "Request$Name"): [(1, None)],
        ("member", "Request$Tags"): [(2, 4)],
        ("shape", "String"): [(1, None)],
        ("paginator", "paginator:Call"): [(1, 2), (4, None)],
        ("waiter", "waiter:Done"): [(2, 4)],
    }
    facts = {(row[1], row[3]) for row in rows["fact"] if row[4] != "documentation"}
    assert (2, "Request$Tags") in facts
    assert (4, "Request$Tags") in facts
    assert {number for number, _ in facts} == {2, 4}


def test_the_releases_of_a_file_are_read_once_while_it_is_the_same(
    models: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = []
    releases = HistoryReader.releases

    def counted(reader: HistoryReader) -> object:
        reads.append(reader.path)
        return releases(reader)

    monkeypatch.setattr(HistoryReader, "releases", counted)
    write(models, "1.0", {})
    indexed(models, path)
    reads.clear()
    assert [len(History(path).releases) for _ in range(2)] == [1, 1]
    assert len(reads) == 2  # it was just written
    os.utime(path, (1, 1))
    assert [len(History(path).releases) for _ in range(3)] == [1, 1, 1]
    assert len(reads) == 3
    write(models, "1.1", {})
    indexed(models, path)
    os.utime(path, (2, 2))
    assert [release.name for release in History(path).releases] == ["1.0", "1.1"]
    assert History(path).release(2).name == "1.1"


def test_the_views_for_people_have_names(models: Path, path: Path) -> None:
    put(models, "1.0", small_model())
    put(models, "1.1", small_model(Request=structure(Tags="String")))
    put(models, "1.2", small_model())
    indexed(models, path)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT since, until FROM since WHERE id = 'svc#Request$Tags'").fetchall() == [
        ("1.1", "1.2")
    ]
    revisions = connection.execute("SELECT since, until, digest, previous_digest FROM revisions").fetchall()
    assert [row[:2] for row in revisions] == [("1.0", "1.1"), ("1.1", "1.2"), ("1.2", None)]
    assert [row[3] for row in revisions] == [None, revisions[0][2], revisions[1][2]]
    facts = connection.execute("SELECT release, id, old_digest, new_digest FROM facts").fetchall()
    assert ("1.1", "svc#Request$Tags", revisions[0][2], revisions[1][2]) in facts
    connection.close()


def test_every_model_comes_out_as_it_went_in(tmp_path: Path, path: Path) -> None:
    releases = random_releases(1, 40)
    for name, files in releases:
        write(tmp_path / "models", name, files)
    indexed(tmp_path / "models", path)
    check_models(path, releases)


def test_every_model_of_real_packages_comes_out_as_it_went_in(tmp_path: Path, path: Path) -> None:
    chosen = ("appstream", "cloudfront", "dynamodb", "lambda", "runtime.sagemaker", "sagemaker-runtime", "sqs", "waf")
    releases = [(release, in_wheel(release, chosen)) for release in ("1.5.0", "1.8.0", "1.12.82", "1.12.83", "1.16.0")]
    for name, files in releases:
        write(tmp_path / "models", name, files)
    update_history(open_source(str(tmp_path / "models")), path)
    check_models(path, releases)


def in_wheel(release: str, services: tuple[str, ...]) -> Files:
    """Return the files of some services of a real release; cloudfront has many API versions at once."""
    found: Files = {}
    with zipfile.ZipFile(wheel(release)) as archive:
        for name in archive.namelist():
            parts = name.split("/")
            if parts[:2] == ["botocore", "data"] and len(parts) == 5 and parts[2] in services:
                found.setdefault((parts[2], parts[3]), {})[parts[4]] = archive.read(name)
    return found


def check_models(path: Path, releases: list[tuple[str, Files]]) -> None:
    """Compare the models of a history with the originals: parsed, with the order of names, and the sibling files."""
    out = {(release, *key): (data, beside) for release, *key, data, beside in models_of(path)}
    assert out.keys() == {(release, *key) for release, files in releases for key in files}
    history = History(path)
    tapes: dict[Api, ModelSnapshots] = {}
    for number, (release, files) in enumerate(releases, start=1):
        for api in history.reader.apis():
            tape = tapes.setdefault(api, ModelSnapshots(history, api.id))
            if (given := files.get((api.service, api.api_version))) is None:
                continue
            data, beside = out[release, api.service, api.api_version]
            expected = parse(given["service-2.json"])
            for found in (parse(data), tape.model_at(number)):
                assert found == expected, (release, api)
                for kind in ("operations", "shapes"):
                    assert list(getattr(found, kind)) == list(getattr(expected, kind))
                for name, shape in found.shapes.items():
                    assert list(shape.members) == list(expected.shapes[name].members)
            assert beside == {name: text for name, text in given.items() if name != "service-2.json"}
            assert tape.sibling_files(number) == {name: json.loads(text) for name, text in beside.items()}


# -- the same, however it was made


@pytest.mark.parametrize("seed", range(12 if FULL else 3))
def test_release_by_release_is_the_same_as_all_at_once(seed: int, tmp_path: Path, path: Path) -> None:
    releases = random_releases(seed, 25)
    folder = tmp_path / "models"
    for at, (name, files) in enumerate(releases):
        write(folder, name, files)
        if at % 3 == 0 or at > 18:
            indexed(folder, path)
    indexed(folder, path)
    indexed(folder, tmp_path / "whole.db")
    assert content(path) == content(tmp_path / "whole.db")
    before = path.read_bytes()
    assert indexed(folder, path) == IndexResult()
    assert path.read_bytes() == before, "an index that is up to date is not touched"


@pytest.mark.parametrize("seed", range(8 if FULL else 2))
def test_small_batches_are_the_same_as_large_ones(
    seed: int, tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all(tmp_path / "models", random_releases(seed, 30))
    indexed(tmp_path / "models", tmp_path / "whole.db")
    monkeypatch.setattr(index_module, "BATCH_REVISIONS", 4)
    indexed(tmp_path / "models", path)
    assert content(path) == content(tmp_path / "whole.db")


def write_all(folder: Path, releases: list[tuple[str, Files]]) -> Path:
    for name, files in releases:
        write(folder, name, files)
    return folder


def test_many_workers_write_the_same_bytes_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_all(tmp_path / "models", random_releases(5, 30))
    monkeypatch.setattr(index_module, "BATCH_REVISIONS", 20)
    update_history(open_source(str(folder)), tmp_path / "1.db", workers=1)
    update_history(open_source(str(folder)), tmp_path / "2.db", workers=2)
    with ThreadPoolExecutor(3) as pool:
        update_history(open_source(str(folder)), tmp_path / "3.db", executor=pool)
        assert pool.submit(int).result() == 0, "an executor that was lent is not shut down"
    assert tables(tmp_path / "1.db") == tables(tmp_path / "2.db") == tables(tmp_path / "3.db")
    assert (tmp_path / "1.db").read_bytes() == (tmp_path / "3.db").read_bytes()


def test_an_earlier_release_is_inserted_in_its_place(tmp_path: Path, path: Path) -> None:
    releases = random_releases(7, 12)
    folder = tmp_path / "models"
    write_all(folder, [*releases[:5], *releases[7:]])
    indexed(folder, path)
    write_all(folder, releases)
    assert indexed(folder, path) == IndexResult(7, path_revisions(path, 6), "1.5.0", "1.11.0", reindexed=5)
    indexed(folder, tmp_path / "whole.db")
    assert content(path) == content(tmp_path / "whole.db")


def path_revisions(path: Path, number: int) -> int:
    """Return how many revisions, and ends of APIs, there are from a release on."""
    found = tables(path)["revision"]
    began = sum(row[1] >= number for row in found)
    ended = {(row[0], row[2]) for row in found if row[2]} - {(row[0], row[1]) for row in found}
    return int(began + sum(number <= end for _, end in ended))


def test_a_release_with_changed_content_is_read_again(tmp_path: Path, path: Path) -> None:
    releases = random_releases(8, 6)
    folder = write_all(tmp_path / "models", releases)
    given = [replace(release, state_id=f"{release.name} as it was") for release in open_source(str(folder)).releases()]
    update_history(MemorySource(given), path)
    shutil.rmtree(folder)
    releases[3] = "1.3.0", {("omega", "2020-01-01"): {"service-2.json": json.dumps(small_model()).encode()}}
    write_all(folder, releases)
    again = [replace(release, state_id=f"{release.name} as it was") for release in open_source(str(folder)).releases()]
    again[3] = replace(again[3], state_id="another commit")
    assert update_history(MemorySource(again), path).reindexed == 3
    update_history(MemorySource(again), tmp_path / "whole.db")
    assert content(path) == content(tmp_path / "whole.db")
    assert update_history(MemorySource(again), path) == IndexResult()
    with_less = [replace(release, state_id="") for release in again]
    assert update_history(MemorySource(with_less), path) == IndexResult(), (
        "a source that cannot tell does not claim that anything changed"
    )


def test_elements_that_only_a_dropped_release_had_are_dropped(tmp_path: Path, path: Path) -> None:
    given = []
    for name, service in (("1.0", "alpha"), ("1.1", "beta")):
        put(tmp_path / "models", name, small_model(), service)
    for release in open_source(str(tmp_path / "models")).releases():
        given.append(replace(release, state_id="first"))
    update_history(MemorySource(given), path)
    shutil.rmtree(tmp_path / "models" / "1.1")
    put(tmp_path / "models", "1.1", small_model(), "gamma")
    again = [replace(each, state_id=each.name) for each in open_source(str(tmp_path / "models")).releases()]
    update_history(MemorySource([given[0], again[1]]), path)
    assert History(path).services == ("alpha", "gamma")


def test_a_release_before_others_that_the_source_lacks_is_refused(tmp_path: Path, path: Path) -> None:
    releases = random_releases(9, 4)
    indexed(write_all(tmp_path / "new", releases[2:]), path)
    before = tables(path)
    with pytest.raises(SourceError, match=r"release 1\.0\.0 belongs before 1\.2\.0, which this source does not have"):
        indexed(write_all(tmp_path / "old", releases[:2]), path)
    assert tables(path) == before


def test_an_index_leaves_one_file_with_everything_added(tmp_path: Path, path: Path) -> None:
    releases = random_releases(11, 12)
    folder = tmp_path / "models"
    for count in (5, 9, 12):
        indexed(write_all(folder, releases[:count]), path)
        assert [each.name for each in tmp_path.glob("h.db*")] == ["h.db"]
    write_all(folder, random_releases(11, 15))
    with closing(sqlite3.connect(path)) as other:
        assert len(other.execute("SELECT * FROM release").fetchall()) == 12
        indexed(folder, path)
        shutil.copy(path, tmp_path / "copy.db")
    assert History(tmp_path / "copy.db").newest.name == "1.14.0", "also while someone else has it open"


def test_threads_continue_where_an_index_ended(tmp_path: Path, path: Path) -> None:
    folder = tmp_path / "models"
    indexed(write_all(folder, random_releases(18, 10)), path)
    write_all(folder, random_releases(18, 25))
    with ThreadPoolExecutor(3) as pool:
        update_history(open_source(str(folder)), path, executor=pool)
    indexed(folder, tmp_path / "whole.db")
    assert content(path) == content(tmp_path / "whole.db")


def test_a_source_with_only_the_newest_releases_goes_on_where_the_file_ends(tmp_path: Path, path: Path) -> None:
    releases = random_releases(10, 9)
    indexed(write_all(tmp_path / "old", releases[:6]), path)
    indexed(write_all(tmp_path / "new", releases[6:]), path)
    indexed(write_all(tmp_path / "all", releases), tmp_path / "whole.db")
    assert content(path) == content(tmp_path / "whole.db")


# -- APIs that are added and removed


def test_an_api_version_that_vanishes_and_comes_back_has_two_lives(models: Path, path: Path) -> None:
    for release, there in (("1.0", True), ("1.1", False), ("1.2", True)):
        put(models, release, small_model(), "other")
        if there:
            put(
                models,
                release,
                small_model(Request=structure(Tags="String")),
                "svc",
                paginators={"pagination": {"Call": {}}},
            )
    indexed(models, path)
    history = History(path)
    assert since(history, "svc")[0].spans == ((1, 2), (3, 4))
    assert since(history, "svc", ["Call", "Tags"])[0].spans == ((1, 2), (3, 4))
    assert since(history, "svc", ["paginator", "Call"])[0].spans == ((1, 2), (3, 4))
    assert [len(r.files) for r in open_source(str(path)).releases()] == [2, 1, 2]


def test_a_service_under_another_name_is_another_service(models: Path, path: Path) -> None:
    put(models, "1.0", small_model(), "runtime.sagemaker")
    put(models, "1.1", small_model(), "sagemaker-runtime")
    indexed(models, path)
    history = History(path)
    assert since(history, "runtime.sagemaker")[0].spans == ((1, 2),)
    assert since(history, "sagemaker-runtime")[0].spans == ((2, 3),)


def test_names_that_differ_by_case_are_different_names(models: Path, path: Path) -> None:
    put(models, "1.0", small_model(Request=structure(name="String"), request={"type": "string", "enum": ["A", "a"]}))
    put(models, "1.1", small_model(Request=structure(Name="String"), request={"type": "string", "enum": ["a"]}))
    indexed(models, path)
    found = lifetimes(path)
    assert found["member", "Request$name"] == [(1, 2)]
    assert found["member", "Request$Name"] == [(2, None)]
    assert found["enum-value", "request$A"] == [(1, 2)]
    assert found["enum-value", "request$a"] == [(1, None)]
    assert since(History(path), "svc", ["Call", "Name"])[0].spans == ((2, 3),)


# -- invalid models


def test_malformed_old_models_are_indexed_with_what_they_say(models: Path, path: Path) -> None:
    odd = small_model(Request={"type": "structure", "members": {"A": {"shape": "Small"}}, "required": ["B"]})
    odd["shapes"]["Small"] = {"type": "integer", "min": "1", "max": "10"}
    put(models, "1.0", odd)
    put(models, "1.1", {**odd, "shapes": {**odd["shapes"], "Small": {"type": "integer", "min": 1}}})
    indexed(models, path)
    ((*_, data, _), _) = models_of(path)
    assert parse(data) == parse(json.dumps(odd).encode())
    assert since(History(path), "svc", ["Call", "A"])[0].required.spans == ()


@pytest.mark.parametrize("number", [2**63, 2**64 - 1, 2**64, -(2**63) - 1, 10**30, 1e300, -0.0])
def test_large_numbers_stay_what_they_are(models: Path, path: Path, number: float, tmp_path: Path) -> None:
    def model(max_: float, text: str) -> Any:
        return small_model(Number={"type": "long", "documentation": text, "max": max_, "default": [max_]})

    put(models, "1.0", model(5, "one"))
    put(models, "1.1", model(number, "two"))
    put(models, "1.2", model(number, "three"))
    put(models, "1.3", json.dumps(model(number, "three"), separators=(",", ":")).encode())
    indexed(models, path)
    for release, *_, data, _ in models_of(path):
        given = (models / release / "svc" / "2020-01-01" / "service-2.json").read_bytes()
        assert repr(parse(data).shapes["Number"]) == repr(parse(given).shapes["Number"])
    put(models, "1.4", model(number, "four"))
    indexed(models, path)
    indexed(models, tmp_path / "whole.db")
    assert content(path) == content(tmp_path / "whole.db")


def test_the_last_of_two_equal_keys_counts(models: Path, path: Path) -> None:
    text = json.dumps(small_model(Twice={"type": "string", "min": 1}), indent=2)
    twice = text.replace('"type": "string",\n', '"type": "string",\n      "min": 0,\n')
    assert twice != text
    put(models, "1.0", twice.encode())
    put(models, "1.1", text.encode())
    indexed(models, path)
    assert [parse(data).shapes["Twice"].traits["min"] for *_, data, _ in models_of(path)] == [1, 1]
    doubled = text.replace('  "shapes": {', '  "shapes": {\n    "Twice": {"type": "blob"},')
    put(models, "1.2", doubled.encode())
    indexed(models, path)
    assert [parse(data).shapes["Twice"].type for *_, data, _ in models_of(path)] == ["string"] * 3


def test_hostile_names_and_words_come_back_as_they_were(models: Path, path: Path) -> None:
    names = [
        "{{ x }}",
        "<script>",
        "a\nb",
        "\u202e",
        "../..",
        "a$b",
        "a#b()",
        "'; DROP TABLE release; --",
        "\u0000",
        "é",
    ]
    given = small_model(
        Request=structure(**dict.fromkeys(names, "String")),
        Kind={"type": "string", "enum": names, "documentation": "\u0000 <b>"},
        **{name: {"type": "string"} for name in names},
    )
    put(models, "1.0", given)
    indexed(models, path)
    ((*_, data, _),) = models_of(path)
    assert parse(data) == parse(json.dumps(given).encode())
    assert [row for row in lifetimes(path) if row[0] == "enum-value"] == sorted(
        ("enum-value", f"Kind${name}") for name in names
    )


def test_a_member_that_is_called_documentation_is_no_documentation(models: Path, path: Path) -> None:
    inner = {"shape": "String", "documentation": "Its own."}
    given = small_model(
        Request={"type": "structure", "members": {"documentation": inner, "Other": inner}, "documentation": ""},
        documentation={"type": "string", "documentation": "Of the shape."},
    )
    given["operations"]["documentation"] = {"name": "documentation", "examples": [{"documentation": "x"}, [], {}]}
    put(models, "1.0", given)
    put(models, "1.1", {**given, "documentation": "Of the service."})
    indexed(models, path)
    old, new = (parse(data) for *_, data, _ in models_of(path))
    assert old == parse(json.dumps(given).encode())
    assert new.documentation == "Of the service."


def test_a_model_that_cannot_be_read_is_named_and_what_came_before_is_kept(
    models: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "BATCH_REVISIONS", 1)
    put(models, "1.0", small_model())
    put(models, "1.1", small_model(Tags={"type": "list"}))
    with pytest.raises(ModelError, match=r"1\.1/svc/.*: /shapes/Tags: a list without a 'member'"):
        indexed(models, path)
    assert [row[1] for row in tables(path)["release"]] == ["1.0"]
    put(models, "1.1", small_model(Tags={"type": "list", "member": {"shape": "String"}}))
    assert indexed(models, path).releases == 1


# -- files that are not a history


def test_introductions_are_kept_even_those_written_later(models: Path, path: Path) -> None:
    def introductions() -> dict[str, str]:
        return {each.name: each.introduction for each in open_source(str(path)).releases()}

    for release in ("1.0", "1.1"):
        put(models, release, small_model(Request=structure(**{f"V{release[-1]}": "String"})))
        (models / release / "release.json").write_text(json.dumps({"release": release}))
    (models / "1.0" / "notes.md").write_text("The *first*.\n")
    indexed(models, path)
    assert introductions() == {"1.0": "The *first*.", "1.1": ""}
    (models / "1.1" / "notes.md").write_text("The *second*.\n")
    assert indexed(models, path).releases == 0
    assert introductions() == {"1.0": "The *first*.", "1.1": "The *second*."}
    (models / "1.0" / "notes.md").write_text("The *very* first.\n")
    (models / "1.1" / "notes.md").unlink()
    indexed(models, path)
    assert introductions() == {"1.0": "The *very* first.", "1.1": "The *second*."}, "silence takes nothing back"
    with HistoryWriter(path) as writer, writer.transaction():
        writer.delete_releases_from(2)
    assert introductions() == {"1.0": "The *very* first."}
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE introduction SET text = x'00'")
    with pytest.raises(SourceError, match="column 'text' has the wrong type"):
        introductions()


def test_a_file_that_is_not_a_history_is_left_alone(models: Path, tmp_path: Path) -> None:
    put(models, "1.0", small_model())
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE mine (x)")
    connection.close()
    text = tmp_path / "text.db"
    text.write_text("not a database, but longer than a header of one")
    for file in (other, text):
        before = file.read_bytes()
        for run in (indexed, lambda folder, path: rebuild_history(open_source(str(folder)), path)):
            if file is other and run is not indexed:
                continue
            with pytest.raises(SourceError, match=file.name):
                run(models, file)
        assert file.read_bytes() == before


def test_a_damaged_file_or_one_of_another_schema_says_how_to_rebuild_it(models: Path, path: Path) -> None:
    put(models, "1.0", small_model())
    indexed(models, path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    for look in (lambda: History(path), lambda: indexed(models, path)):
        with pytest.raises(SourceError, match=r"schema 999, not .*--rebuild"):
            look()
    rebuild_history(open_source(str(models)), path)
    assert len(History(path).releases) == 1
    data = bytearray(path.read_bytes())
    data[5000:20000] = b"\xff" * 15000
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"damaged.*--rebuild"):
        list(models_of(path))


def test_a_rebuild_that_fails_leaves_the_old_file(models: Path, path: Path) -> None:
    put(models, "1.0", small_model())
    indexed(models, path)
    before = path.read_bytes()
    put(models, "1.1", b"{")
    with pytest.raises(ModelError):
        rebuild_history(open_source(str(models)), path)
    assert path.read_bytes() == before


# -- killed


DRIVER = """
import sys
from pathlib import Path
from docgen.history import index
from docgen.locate import open_source
index.BATCH_REVISIONS = 3
folder, path, workers = sys.argv[1:]
source = open_source(folder)
source.releases()
print("ready", flush=True)
index.update_history(source, Path(path), workers=int(workers))
"""


STEPS = DRIVER.replace("workers=int(workers))", "progress=lambda _: (print('busy', flush=True), sys.stdin.readline()))")
"""Waits at each step of its progress until it reads a line."""


class Killed:
    """Runs of an index that may be killed before they end."""

    def __init__(self, folder: Path, path: Path, driver: str = STEPS) -> None:
        self.command = [sys.executable, "-c", driver, str(folder), str(path), "1"]

    def after(self, steps: int, seconds: float) -> bool:
        """Start a run and kill it `seconds` after some steps; return whether it was still running."""
        with subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            for _ in range(steps):
                if process.stdout.readline() != b"busy\n":  # it has ended
                    break
                with suppress(OSError):
                    process.stdin.write(b"go\n")
                    process.stdin.flush()
            time.sleep(seconds)
            process.kill()
        assert process.returncode in (0, -signal.SIGKILL)
        return process.returncode != 0


def test_a_history_killed_at_any_moment_has_whole_releases_and_can_continue(tmp_path: Path) -> None:
    releases = random_releases(11, 40)
    folder = write_all(tmp_path / "models", releases)
    first: dict[int, Rows] = {0: {}}

    def of_first(count: int) -> Rows:
        """Return the rows of an undisturbed index of the first `count` releases."""
        if count not in first:
            whole = tmp_path / f"{count}.db"
            update_history(MemorySource([*open_source(str(folder)).releases()[:count]]), whole)
            first[count] = content(whole)
        return first[count]

    chance, kills, seen, run = random.Random(12), 0, set(), 0  # noqa: S311
    while kills < (200 if FULL else 25):
        run += 1
        path = tmp_path / f"killed{run}.db"
        runs = Killed(folder, path)
        while runs.after(chance.randrange(20), chance.uniform(0, 0.02)):
            kills += 1
            found = content(path) if path.exists() else {}
            count = len(found.get("release", ()))
            seen.add(count)
            assert found == of_first(count), f"killed {kills} times, {count} releases"
            if count:
                history = History(path)
                assert history.newest.name == f"1.{count - 1}.0"
                history.reader.close()
        assert not [each.name for each in tmp_path.glob(f"killed{run}.db*") if each != path], "one file again"
        assert content(path) == of_first(40)
    print(f"{kills} kills, {run} files, after {sorted(seen)} releases")
    assert len(seen) > 5, "kills between releases, not only before and after all"


def test_a_rebuild_that_is_killed_leaves_the_old_file_and_can_be_made_again(tmp_path: Path, path: Path) -> None:
    folder = write_all(tmp_path / "models", random_releases(13, 30))
    indexed(folder, path)
    before = content(path)
    runs = Killed(folder, path, STEPS.replace("index.update_history(", "index.rebuild_history("))
    for steps in (0, 1, 20):
        runs.after(steps, 0.01)
        assert content(path) == before
    rebuild_history(open_source(str(folder)), path)
    assert content(path) == before
    assert [each.name for each in tmp_path.glob("h.db*")] == ["h.db"]


def test_a_rebuild_replaces_the_old_file_in_one_step(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_all(tmp_path / "models", random_releases(13, 3))
    indexed(folder, path)
    replace_file = Path.replace

    def replacing(new: Path, old: Path) -> Path:
        assert (old, old.exists()) == (path, True)
        return replace_file(new, old)

    monkeypatch.setattr(Path, "replace", replacing)
    rebuild_history(open_source(str(folder)), path)
    assert not path.with_name("h.db.new").exists()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes where Linux shows them")
def test_workers_do_not_outlive_a_run_that_was_killed(tmp_path: Path, path: Path) -> None:
    folder = write_all(tmp_path / "models", random_releases(14, 60))
    driver = DRIVER.replace("BATCH_REVISIONS = 3", "BATCH_REVISIONS = 1000").replace(
        "workers=int(workers))", "workers=2, progress=lambda _: (print('busy', flush=True), sys.stdin.read()))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", driver, str(folder), str(path), "2"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == [b"ready\n", b"busy\n"]
        children = children_of(process.pid)
        assert len(children) >= 2
        process.kill()
    wait_until(lambda: not any(map(alive, children)))


def children_of(process: int) -> list[int]:
    numbers = (int(each.name) for each in Path("/proc").iterdir() if each.name.isdecimal())
    return [number for number in numbers if state_and_parent(number)[1:] == [str(process)] and alive(number)]


def state_and_parent(process: int) -> list[str]:
    """Return the state of a process and its parent, or an empty list if there is no such process."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return []


def alive(process: int) -> bool:
    return state_and_parent(process)[:1] not in ([], ["Z"])


# -- two at once


def test_a_second_index_waits_and_says_so_and_readers_see_the_state_before(tmp_path: Path, path: Path) -> None:
    releases = random_releases(15, 8)
    folder = write_all(tmp_path / "models", releases[:4])
    indexed(folder, path)
    write_all(folder, releases)
    go, busy = tmp_path / "go", tmp_path / "busy"
    wait = f"Path({str(busy)!r}).touch(), [time.sleep(0.01) for _ in iter(Path({str(go)!r}).exists, True)]"
    driver = "import time" + DRIVER.replace("workers=int(workers))", f"progress=lambda _: ({wait}))")
    command = [sys.executable, "-m", "docgen", "index", str(folder), "-o", str(path)]
    with subprocess.Popen(
        [sys.executable, "-c", driver, str(folder), str(path), "1"], stdout=subprocess.DEVNULL
    ) as first:
        wait_until(busy.exists)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as second:
            assert second.stderr is not None
            line = second.stderr.readline()
            assert line == f"docgen: {path}: waiting for another docgen process to finish writing\n"
            assert History(path).newest.name == "1.3.0"
            assert since(History(path), History(path).services[0])
            go.touch()
            out, error = second.communicate(timeout=PATIENCE)
            assert (second.returncode, out, error) == (0, f"{path}: up to date\n", "")
        assert first.wait(PATIENCE) == 0
    indexed(folder, tmp_path / "whole.db")
    assert content(path) == content(tmp_path / "whole.db")


def test_two_indexes_that_start_at_once_make_one_history(tmp_path: Path, path: Path) -> None:
    folder = write_all(tmp_path / "models", random_releases(16, 20))
    command = [sys.executable, "-c", DRIVER, str(folder), str(path), "1"]
    runs = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [run.wait(PATIENCE) for run in runs] == [0, 0, 0]
    indexed(folder, tmp_path / "whole.db")
    assert content(path) == content(tmp_path / "whole.db")


def test_a_history_that_is_created_while_it_is_opened_is_a_history(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Another process commits the first tables between two queries of the check of the header."""

    def create() -> None:
        with HistoryWriter(path) as writer, writer.transaction():
            pass

    creation = threading.Thread(target=create)

    class SlowConnection(GuardedConnection):
        def execute(self, statement: str, values: Any = (), /) -> sqlite3.Cursor:
            if statement == "PRAGMA user_version" and not creation.ident:
                monkeypatch.setattr(database, "GuardedConnection", GuardedConnection)
                creation.start()
                creation.join(1)
            return super().execute(statement, values)

    monkeypatch.setattr(database, "GuardedConnection", SlowConnection)
    database.connect(path, write=True).close()
    creation.join(PATIENCE)
    database.connect(path, write=False).close()


OPENER = """
import sys
from pathlib import Path
from docgen.history.writer import HistoryWriter

for _ in range(100):
    HistoryWriter(Path(sys.argv[1])).close()
"""


def test_processes_that_open_and_close_a_history_wait_for_each_other(path: Path) -> None:
    runs = [subprocess.Popen([sys.executable, "-c", OPENER, str(path)]) for _ in range(6)]
    assert [run.wait(PATIENCE) for run in runs] == [0] * 6


def test_ctrl_c_is_clean(tmp_path: Path, path: Path) -> None:
    folder = write_all(tmp_path / "models", random_releases(17, 20))
    driver = """
import sys
from docgen.history import index
from docgen.cli import main
show = index.IndexProgress
index.IndexProgress = lambda *a: (print("busy", flush=True), sys.stdin.readline(), show(*a))[2]
sys.exit(main(sys.argv[1:]))
"""
    command = [sys.executable, "-c", driver, "index", str(folder), "-o", str(path), "--jobs", "2"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"busy\n"
        run.send_signal(signal.SIGINT)
        _, error = run.communicate(timeout=PATIENCE)
    assert (run.returncode, error) == (130, b"")
    assert indexed(folder, path).releases == 20


def test_a_first_index_that_fails_leaves_no_empty_file(tmp_path: Path) -> None:
    model = tmp_path / "models" / "1.0" / "svc" / "2020-01-01" / "service-2.json"
    model.parent.mkdir(parents=True)
    model.write_text('{"shapes": 7}')
    with pytest.raises(DocgenError):
        update_history(open_source(str(tmp_path / "models")), tmp_path / "h.db")
    assert [path.name for path in tmp_path.iterdir()] == ["models"]
