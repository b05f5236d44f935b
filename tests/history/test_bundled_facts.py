"""Facts: the file, the answers from it, its updates, and the command line without a history."""

from __future__ import annotations

import io
import json
import shutil
import sys
import zipfile
from pathlib import Path

import pytest
from facts_oracle import answers_without_texts, random_questions
from history_support import put, random_releases, write

from docgen.cli import main
from docgen.errors import SourceError
from docgen.history.explain.explain import explain_report
from docgen.history.explain.messages import parse_report
from docgen.history.facts import found
from docgen.history.facts.archive import FactsArchive, facts_of_history
from docgen.history.facts.extend import extend_facts
from docgen.history.facts.reader import FactsReader
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.since import since
from docgen.locate import open_source

MAX_BYTES = 5 << 20
MODELS = Path(__file__).parent.parent.parent / "models"


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """Write a folder of releases that differ in many ways."""
    folder = tmp_path / "releases"
    for name, files in random_releases(3, 30):
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
            expected = answers_without_texts(history, service, terms)
            assert answers_without_texts(facts, service, terms) == expected, (service, terms)


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
    """The bundled facts know when an unknown parameter was added."""
    facts = History(found.BUNDLED_FACTS)
    report = parse_report('Unknown parameter in input: "Tags", must be one of: Name, ImageName, InstanceType')
    (explanation,) = explain_report(facts, report, "appstream", "CreateFleet")
    assert facts.release(explanation.answers[0].since).name == "1.12.83"


def test_values_are_found_alike_by_searching_documents_and_by_their_words() -> None:
    values = ("java8", "STANDARD_IA", "running", 'a"b', "\\", "é", "nothing", ":", ",", "Tags")
    searching, with_words = (History(found.BUNDLED_FACTS).reader for _ in range(2))
    assert isinstance(with_words, FactsReader)
    with_words._searched = 1_000
    answers = [searching.enum_value_ids([value]) for value in values]
    assert answers == [with_words.enum_value_ids([value]) for value in values]
    assert with_words._words
    assert [bool(answer) for answer in answers[:3]] == [True, True, True]


def test_the_bundled_facts_are_small_and_end_at_a_new_release() -> None:
    assert found.BUNDLED_FACTS.stat().st_size <= MAX_BYTES
    facts = History(found.BUNDLED_FACTS)
    assert facts.newest.package == "botocore"
    assert facts.newest.name >= "1.43.67"
    (answer,) = since(facts, "appstream", ["create_fleet", "Tags"])
    assert facts.release(answer.since).name == "1.12.83"


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("rds CopyDBSnapshot SourceRegion", "1.4.90"),
        ("docdb CreateDBCluster SourceRegion", "1.17.61"),
        ("neptune CopyDBClusterSnapshot SourceRegion", "1.12.0"),
    ],
)
def test_the_bundled_facts_have_what_sdks_add_to_models(words: str, first: str) -> None:
    facts = History(found.BUNDLED_FACTS)
    service, *element = words.split()
    (answer,) = since(facts, service, element)
    assert facts.release(answer.since).name == first


def test_the_bundled_facts_have_what_sdks_replace_in_models() -> None:
    versions = FactsArchive(found.BUNDLED_FACTS).service("s3")["2006-03-01"]["shape"]["Expires"]
    assert [content["type"] for _, _, content in versions] == ["timestamp"]


def test_what_facts_lack_is_reported_in_one_line() -> None:
    with pytest.raises(SourceError, match="facts have names and versions only"):
        History(found.BUNDLED_FACTS).reader.facts(1, 0, 1)


# --- without a history ---


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a folder without a history, with an empty cache."""
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("DOCGEN_HISTORY", raising=False)
    return tmp_path


def test_an_unnamed_history_says_how_little_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    history_of(MODELS, tmp_path / "history.db")
    told = "docgen: answers from history.db: botocore 1.12.82 to 1.12.83, 1 service\n"
    assert main(["since", "appstream", "create_fleet", "Tags"]) == 0
    assert capsys.readouterr().err == told
    assert main(["since", "s3", "put_object"]) == 2
    assert capsys.readouterr().err.startswith(told)
    assert main(["since", "appstream", "create_fleet", "Tags", "--history", "history.db"]) == 0
    assert capsys.readouterr().err == ""
    (tmp_path / "code.py").write_text('import boto3\nboto3.client("s3")\n')
    assert main(["requires", "code.py"]) == 1
    assert capsys.readouterr().out.startswith("No release up to botocore 1.12.83 has anything that the code uses\n")


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
    assert output.err.startswith("docgen: answers from history.db: ")


@pytest.mark.usefixtures("empty_folder")
def test_change_logs_of_names_are_the_same_from_facts_and_from_a_history(
    releases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = history_of(releases, tmp_path / "h.db")
    facts_of(history, tmp_path / "facts.zip")
    for service in history.services:
        printed = []
        for name in ("h.db", "facts.zip"):
            assert main(["history", service, "--names", "--history", str(tmp_path / name)]) == 0
            printed.append(capsys.readouterr().out)
        assert printed[0] == printed[1]
        assert " was added" in printed[0]
    assert main(["history", "appstream", "CreateFleet", "--names"]) == 0
    output = capsys.readouterr()
    assert "1.12.83 (2019-01-21): 1 safe\n  • safe: CreateFleetRequest.Tags was added (Tags)\n" in output.out
    assert output.err.startswith("docgen: facts up to botocore 1.")
    assert "without" not in output.err


# --- updates ---


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
        (b"PK\x03\x04 and nothing else", "damaged"),
        ({"index.json": "[]"}, "not a facts file"),
        ({"index.json": json.dumps({"format": 99})}, "format 99"),
        ({"other.json": "{}"}, "damaged"),
    ],
)
def test_other_and_damaged_files_are_one_line(
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


def facts_with(folder: Path, releases: Path, **edits: bytes | None) -> Path:
    """Write a facts file with other documents; None removes one. `__` in a name stands for a slash."""
    history = history_of(releases, folder / "h.db")
    path = folder / "strange.zip"
    with zipfile.ZipFile(io.BytesIO(facts_of_history(history))) as whole:
        contents: dict[str, bytes | None] = {name: whole.read(name) for name in whole.namelist()}
    contents |= {name.replace("__", "/"): content for name, content in edits.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            if content is not None:
                archive.writestr(name, content)
    return path


ONE_SERVICE = json.dumps(
    {
        "format": 1,
        "package": "botocore",
        "releases": [["1.0", None]],
        "services": {"alpha": {"2020-01-01": [[1, None]]}},
    }
).encode()
ONE_ELEMENT = b"""api\t"2020-01-01"\t{"paginator":{},"waiter":{},"waits_for":{}}
shape\t"A"\t[[1,0,{}]]
"""
OTHERS = {f"service__{name}.txt": None for name in ("beta", "gamma", "runtime.delta", "delta-runtime")}

STRANGE_FACTS: dict[str, tuple[dict[str, bytes | None], str]] = {
    "more": ({"../evil.py": b"import os"}, "other documents than the index lists"),
    "less": ({"service__alpha.txt": None}, "other documents than the index lists"),
    "a bomb": ({"overview.json": b" " * (65 << 20)}, "is larger than 64 MiB"),
    "deep": ({"overview.json": b"[" * 100_000}, "nested too deeply"),
    "another version": ({"service__alpha.txt": b""}, "alpha has other API versions than the index"),
    "a line": ({"service__alpha.txt": b"shape\n"}, "damaged"),
    "an element": ({**OTHERS, "service__alpha.txt": ONE_ELEMENT, "index.json": ONE_SERVICE}, "span is malformed"),
}


@pytest.mark.parametrize("case", STRANGE_FACTS)
def test_facts_of_a_stranger_are_checked_before_they_are_taken(
    case: str, empty_folder: Path, releases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edits, problem = STRANGE_FACTS[case]
    assert main(["update", "--facts", str(facts_with(empty_folder, releases, **edits))]) == 2
    message = capsys.readouterr().err
    assert problem in message
    assert message.count("\n") == 1
    assert not (empty_folder / "cache" / "facts" / "facts.zip").exists()


@pytest.mark.parametrize("line", [b"[[1,0,{}]]", b"{not JSON", b"[" * 5_000, b"\xff", b'[[1,null,{"members":7}]]'])
@pytest.mark.parametrize("words", [("alpha", "A"), ("alpha", "Run", "A")])
def test_damage_of_one_element_names_the_way_out_of_facts(
    line: bytes, words: tuple[str, ...], empty_folder: Path, releases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = ONE_ELEMENT.partition(b"shape")[0]
    document += b'operation\t"Run"\t[[1,null,{"input":{"shape":"A"}}]]\nshape\t"A"\t%s\n' % line
    edits = {"index.json": ONE_SERVICE, "service__alpha.txt": document}
    path = facts_with(empty_folder, releases, **OTHERS, **edits)
    assert main(["since", *words, "--history", str(path)]) == 2
    error = capsys.readouterr().err
    assert f"{path}: damaged: " in error
    assert error.endswith(" (renew it: `docgen update --facts SOURCE`)\n")


def test_older_facts_replace_no_newer_ones(
    empty_folder: Path, releases: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found, "BUNDLED_FACTS", empty_folder / "none.zip")
    history_of(releases, Path("new.db"))
    shutil.rmtree(releases / "1.29.0")
    facts_of(history_of(releases, Path("old.db")), Path("old.zip"))
    cached = empty_folder / "cache" / "facts" / "facts.zip"
    assert main(["update", "--facts", "new.db"]) == 0
    newest = cached.read_bytes()
    for older in ("old.db", "old.zip"):
        assert main(["update", "--facts", older]) == 2
        assert f"{older}: ends at botocore 1.28.0, and {cached} at botocore 1.29.0" in capsys.readouterr().err
        assert cached.read_bytes() == newest
    assert main(["update", "--facts", "new.db"]) == 0


@pytest.mark.parametrize(
    ("releases_of_index", "problem"),
    [
        ([["9" * 10_000, None]], "cannot name a release"),
        ([["../1.0", None]], "cannot name a release"),
        ([["99.0", "2030-99-99"]], "not a date"),
        ([["99.0", None], ["99.0", None]], "releases is malformed"),
    ],
    ids=["10,000 digits", "a path", "no date", "twice"],
)
def test_names_of_releases_in_facts_of_a_stranger_obey_the_grammar(
    releases_of_index: list[list[str | None]],
    problem: str,
    empty_folder: Path,
    releases: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    index = json.dumps({**json.loads(ONE_SERVICE), "releases": releases_of_index}).encode()
    path = facts_with(empty_folder, releases, **OTHERS, **{"index.json": index})
    assert main(["update", "--facts", str(path)]) == 2
    assert problem in (message := capsys.readouterr().err)
    assert message.count("\n") == 1
    cached = empty_folder / "cache" / "facts" / "facts.zip"
    cached.parent.mkdir(parents=True, exist_ok=True)
    cached.write_bytes(path.read_bytes())
    assert main(["since", "appstream", "CreateFleet"]) == 0  # from the facts in the package


# --- an installed botocore that is newer ---


@pytest.fixture
def installed(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a botocore newer than the facts: appstream has more, zoo is new, all others are removed."""
    site = empty_folder / "lib" / "site-packages"
    model = json.loads((MODELS / "1.12.83/appstream/2016-12-01/service-2.json").read_bytes())
    members = model["shapes"]["CreateFleetRequest"]["members"]
    members["Colour"] = {"shape": "String"}
    model["operations"]["PaintFleet"] = {"name": "PaintFleet", "input": {"shape": "CreateFleetRequest"}}
    zoo = {"metadata": {"serviceId": "Zoo"}, "operations": {"Feed": {"name": "Feed"}}, "shapes": {}}
    for name, content in {"appstream/2016-12-01": model, "zoo/2020-01-01": zoo}.items():
        folder = site / "botocore" / "data" / name
        folder.mkdir(parents=True)
        (folder / "service-2.json").write_text(json.dumps(content))
    waiters = {"version": 2, "waiters": {"Fed": {"operation": "Feed"}}}
    (site / "botocore/data/zoo/2020-01-01/waiters-2.json").write_text(json.dumps(waiters))
    (site / "botocore-99.1.0.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(site)])
    return site


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["since", "appstream", "CreateFleet", "Colour"], "in your installed botocore 99.1.0, newer than these facts"),
        (["since", "appstream", "paint_fleet"], "in your installed botocore 99.1.0, newer than these facts"),
        (["since", "appstream", "CreateFleet", "Tags"], "since botocore 1.12.83 (2019-01-21)"),
        (["since", "zoo", "waiter", "Fed"], "in your installed botocore 99.1.0, newer than these facts"),
        (["since", "lambda", "Invoke"], "removed in your installed botocore 99.1.0, last present in botocore 1."),
        (["explain", "'AppStream' object has no attribute 'paint_fleet'"], "99.1.0"),
        (["explain", "'Zoo' object has no attribute 'feed'"], "99.1.0"),
        (["history", "appstream", "CreateFleet", "Colour"], "CreateFleetRequest.Colour was added"),
    ],
)
def test_a_newer_botocore_that_is_installed_extends_answers(
    command: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 0
    output = capsys.readouterr()
    assert expected in output.out
    assert ", with your installed 99.1.0 (" in output.err


@pytest.mark.usefixtures("installed")
def test_requires_knows_what_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    Path("fleet.py").write_text('import boto3\nboto3.client("appstream").paint_fleet(Name="a", Colour="red")\n')
    assert main(["requires", "fleet.py"]) == 0
    first = capsys.readouterr().out.partition("\n")[0]
    assert first == "botocore>=99.1.0 because of fleet.py:2, in your installed botocore, newer than these facts"


def test_facts_that_are_named_and_a_botocore_in_the_current_folder_are_left_alone(
    installed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = installed.parent.parent / "copy.zip"
    shutil.copy(found.BUNDLED_FACTS, copy)
    assert main(["since", "zoo", "--history", str(copy)]) == 2
    assert "no service 'zoo'" in capsys.readouterr().err
    monkeypatch.chdir(installed.parent)
    assert main(["since", "zoo"]) == 2
    (installed.parent / "site-packages" / "botocore-99.1.0.dist-info").rename(installed / "botocore-1.0.0.dist-info")
    monkeypatch.chdir(installed.parent.parent)
    assert main(["since", "zoo"]) == 2


def test_a_change_log_from_facts_does_not_judge_error_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "models"
    model = json.loads((MODELS / "1.12.83" / "appstream" / "2016-12-01" / "service-2.json").read_bytes())
    name = next(name for name, shape in model["shapes"].items() if shape.get("exception"))
    model["shapes"][name]["error"] = {"code": "Old", "httpStatusCode": 400}
    put(folder, "1.0.0", model)
    model["shapes"][name]["error"]["code"] = "New"
    put(folder, "1.1.0", model)
    history = history_of(folder, tmp_path / "h.db")
    facts_of(history, tmp_path / "facts.zip")
    assert main(["history", "svc", "--history", str(tmp_path / "h.db")]) == 0
    assert "error code" in capsys.readouterr().out
    assert main(["history", "svc", "--history", str(tmp_path / "facts.zip")]) == 0
    assert "error code" not in capsys.readouterr().out
