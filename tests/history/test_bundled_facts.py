"""Facts: the file, the answers from it, how it is renewed, and what the command line does without a history."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from facts_oracle import answers_without_words, random_questions
from history_support import put, scripted, write

from docgen.cli import main
from docgen.errors import SourceError
from docgen.history.explain.explain import explain_report
from docgen.history.explain.messages import parse_report
from docgen.history.facts import found
from docgen.history.facts.archive import facts_of_history
from docgen.history.facts.extend import extend_facts
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.since import since
from docgen.locate import open_source

MAX_BYTES = 5 << 20


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """A folder of releases in which much changes."""
    folder = tmp_path / "releases"
    for name, files in scripted(3, 30):
        write(folder, name, files)
    return folder


def history_of(folder: Path, path: Path) -> History:
    update_history(open_source(str(folder)), path)
    return History(path)


def facts_of(history: History, path: Path) -> History:
    path.write_bytes(facts_of_history(history))
    return History(path)


def assert_same_answers(history: History, facts: History) -> None:
    assert facts.services == history.services
    assert facts.reader.operations() == history.reader.operations()
    for kind in ("paginator", "waiter"):
        assert facts.reader.waiters_or_paginators(kind) == history.reader.waiters_or_paginators(kind)
    for service in history.services:
        for terms in random_questions(history, service, 40):
            expected = answers_without_words(history, service, terms)
            assert answers_without_words(facts, service, terms) == expected, (service, terms)


def test_facts_answer_as_their_history(releases: Path, tmp_path: Path) -> None:
    history = history_of(releases, tmp_path / "h.db")
    assert_same_answers(history, facts_of(history, tmp_path / "facts.zip"))


def test_facts_have_the_lifetimes_of_their_history(releases: Path, tmp_path: Path) -> None:
    history = history_of(releases, tmp_path / "h.db")
    facts = facts_of(history, tmp_path / "facts.zip")
    numbers = {(api.service, api.api_version): api.id for api in facts.reader.apis()}
    for api in history.reader.apis():
        for kind in ("operation", "shape", "member", "enum-value", "error", "paginator", "waiter"):
            expected = history.reader.lifetimes_of_kind(api.id, kind)
            assert facts.reader.lifetimes_of_kind(numbers[api.service, api.api_version], kind) == expected, kind


def test_the_file_is_the_same_each_time(releases: Path, tmp_path: Path) -> None:
    history = history_of(releases, tmp_path / "h.db")
    assert facts_of_history(history) == facts_of_history(history)
    again = history_of(releases, tmp_path / "again.db")
    assert facts_of_history(again) == facts_of_history(history)


def test_newer_releases_extend_facts_to_those_of_the_whole_history(releases: Path, tmp_path: Path) -> None:
    older = tmp_path / "older"
    shutil.copytree(releases, older)
    for number in range(17, 30):
        shutil.rmtree(older / f"1.{number}.0")
    facts_of(history_of(older, tmp_path / "older.db"), tmp_path / "older.zip")
    data = extend_facts(tmp_path / "older.zip", open_source(str(releases)).releases())
    assert data is not None
    (tmp_path / "extended.zip").write_bytes(data)
    history = history_of(releases, tmp_path / "h.db")
    assert_same_answers(history, History(tmp_path / "extended.zip"))
    assert extend_facts(tmp_path / "extended.zip", open_source(str(releases)).releases()) is None


def test_facts_explain_as_their_history() -> None:
    """The bundled facts know when an unknown parameter came."""
    facts = History(found.BUNDLED_FACTS)
    report = parse_report('Unknown parameter in input: "Tags", must be one of: Name, ImageName, InstanceType')
    (explanation,) = explain_report(facts, report, "appstream", "CreateFleet")
    assert facts.release(explanation.answers[0].since).name == "1.12.83"


def test_the_bundled_facts_are_small_and_end_at_a_new_release() -> None:
    assert found.BUNDLED_FACTS.stat().st_size <= MAX_BYTES
    facts = History(found.BUNDLED_FACTS)
    assert facts.newest.package == "botocore"
    assert facts.newest.name >= "1.43.67"
    (answer,) = since(facts, "appstream", ["create_fleet", "Tags"])
    assert facts.release(answer.since).name == "1.12.83"


def test_what_facts_lack_is_said_in_one_line() -> None:
    with pytest.raises(SourceError, match="facts have names and versions only"):
        History(found.BUNDLED_FACTS).reader.facts(1, 0, 1)


# --- without a history ---


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a history, and an empty cache."""
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("DOCGEN_HISTORY", raising=False)
    return tmp_path


@pytest.mark.usefixtures("empty_folder")
@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["since", "appstream", "create_fleet", "Tags"], "since botocore 1.12.83"),
        (["history", "appstream", "CreateFleet", "Tags"], "Since botocore 1.12.83"),
        (["explain", "--service", "appstream", "'AppStream' object has no attribute 'tag_resource'"], "1.8.15"),
    ],
)
def test_commands_use_facts_where_no_history_is(
    command: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 0
    output = capsys.readouterr()
    assert expected in output.out
    assert output.err.startswith("docgen: facts up to botocore 1.")
    assert output.err.count("\n") == 1


@pytest.mark.usefixtures("empty_folder")
def test_requires_uses_facts(capsys: pytest.CaptureFixture[str]) -> None:
    Path("fleet.py").write_text('import boto3\nboto3.client("appstream").create_fleet(Tags={})\n')
    assert main(["requires", "fleet.py"]) == 0
    assert capsys.readouterr().out.startswith("boto3>=1.9.83 ")


@pytest.mark.usefixtures("empty_folder")
def test_a_history_that_is_named_must_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["since", "appstream", "--history", "history.db"]) == 2
    assert "history.db: no such file" in capsys.readouterr().err


@pytest.mark.usefixtures("empty_folder")
def test_the_examples_are_found_by_their_name_and_a_history_here_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", "models"]) == 0
    assert main(["since", "appstream", "create_fleet", "Tags"]) == 0
    output = capsys.readouterr()
    assert "1.12.83 says" in output.out
    assert not output.err


# --- renewal ---


def test_update_renews_facts_from_a_history_a_file_and_releases(
    empty_folder: Path, releases: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found, "BUNDLED_FACTS", empty_folder / "none.zip")
    first = empty_folder / "first"
    shutil.copytree(releases, first)
    shutil.rmtree(first / "1.29.0")
    cached = empty_folder / "cache" / "facts" / "facts.zip"
    assert main(["update", "--facts", str(releases)]) == 2
    assert "no facts to add releases to" in capsys.readouterr().err
    history_of(first, Path("first.db"))
    assert main(["update", "--facts", "first.db"]) == 0
    assert capsys.readouterr().out == f"{cached}: facts up to botocore 1.28.0\n"
    cached.rename("copy.zip")
    assert main(["update", "--facts", "copy.zip"]) == 0
    assert cached.read_bytes() == Path("copy.zip").read_bytes()
    assert main(["update", "--facts", str(releases)]) == 0
    assert capsys.readouterr().out.endswith(f"{cached}: facts up to botocore 1.29.0\n")
    assert main(["index", "first.db", "-o", "second.db", "--facts", "second.zip"]) == 0
    assert Path("second.zip").read_bytes() == Path("copy.zip").read_bytes()


def test_older_facts_in_the_cache_do_not_count(empty_folder: Path) -> None:
    put(empty_folder / "old", "0.1.0", {"metadata": {}, "operations": {}, "shapes": {}})
    (empty_folder / "cache" / "facts").mkdir(parents=True)
    facts_of(history_of(empty_folder / "old", empty_folder / "old.db"), empty_folder / "cache" / "facts" / "facts.zip")
    newest = found.newest_facts()
    assert newest is not None
    assert newest.path == found.BUNDLED_FACTS


# --- damage ---


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"PK\x03\x04 and no more", "damaged"),
        ({"index.json": "[]"}, "not a facts file"),
        ({"index.json": json.dumps({"format": 99})}, "format 99"),
        ({"other.json": "{}"}, "damaged"),
    ],
)
def test_other_and_damaged_files_cost_one_line(
    content: bytes | dict[str, str], problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "facts.zip"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in content.items():
                archive.writestr(name, text)
    assert main(["since", "appstream", "--history", str(path)]) == 2
    message = capsys.readouterr().err
    assert problem in message
    assert message.count("\n") == 1
