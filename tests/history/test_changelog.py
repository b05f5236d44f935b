"""`docgen history`, and `docgen diff` over a range: what changed when, the same in every format."""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from history_support import small_model, structure
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from docgen import schema
from docgen.cli import main
from docgen.diff.compare import find_deltas
from docgen.diff.delta import Kind
from docgen.errors import UsageError
from docgen.history.changelog import service_changelog
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.release_steps import release_steps
from docgen.history.reversals import FactsBetween
from docgen.history.snapshots import ModelSnapshots
from docgen.locate import open_source
from docgen.model.parse import ModelParser
from docgen.model.service import Shape
from docgen.resources import data_folder
from docgen.rules.change import Change
from docgen.rules.classify import classify, classify_shown
from docgen.rules.watchlist import Watchlist, parse_watchlist

APPSTREAM = data_folder("models") / "1.12.82" / "appstream" / "2016-12-01" / "service-2.json"
REAL = os.environ.get("DOCGEN_HISTORY_FULL", "")
FORMATS = ("text", "markdown", "html", "json")

Run = Callable[..., str]


def put(folder: Path, release: str, date: str, model: dict[str, Any], service: str = "appstream") -> None:
    path = folder / release / service / "2016-12-01" / "service-2.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(model, indent=2))
    summaries = {service: "Update appstream client to latest version"}
    about = {"release": release, "date": date, "package": "botocore", "summaries": summaries}
    (folder / release / "release.json").write_text(json.dumps(about))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write releases: a member is removed and restored, the protocol too, a shape is renamed, a value is added."""
    folder = tmp_path_factory.mktemp("life") / "models"
    model = json.loads(APPSTREAM.read_bytes())
    shapes = model["shapes"]
    request = shapes["CreateFleetRequest"]["members"]
    put(folder, "1.0.0", "2024-01-01", model)
    request["Note"] = {"shape": "String"}
    model["metadata"]["protocol"] = "query"
    put(folder, "1.1.0", "2024-01-08", model)
    del request["Note"]
    model["metadata"]["protocol"] = "json"
    put(folder, "1.2.0", "2024-01-10", model)
    request["Note"] = {"shape": "String"}
    shapes["Kind"] = {**shapes.pop("FleetType"), "enum": ["ALWAYS_ON", "ON_DEMAND", "ELASTIC"]}
    for shape in shapes.values():
        for member in shape.get("members", {}).values():
            if member["shape"] == "FleetType":
                member["shape"] = "Kind"
    put(folder, "1.3.0", "2024-02-01", model)
    shapes["CreateFleetRequest"]["required"].remove("InstanceType")
    request["InstanceType"]["documentation"] = "Said otherwise."
    shapes["Fleet"]["members"]["Arn"]["shape"] = "Integer"
    model["operations"]["DropFleet"] = {**copy.deepcopy(model["operations"]["CreateFleet"]), "name": "DropFleet"}
    put(folder, "1.4.0", "2024-02-02", model)
    return folder


@pytest.fixture(scope="module")
def database(folder: Path) -> Path:
    path = folder.parent / "history.db"
    update_history(open_source(str(folder)), path)
    return path


@pytest.fixture
def run(database: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs a command over the history and returns its output."""

    def run(command: str, *words: str, code: int = 0) -> str:
        place = ["--history"] if command == "history" else ["--source"]
        assert main([command, *words, *place, str(database)]) == code
        done = capsys.readouterr()
        return done.err if code else done.out

    return run


def validator(name: str) -> Draft202012Validator:
    resources = [(s["$id"], Resource.from_contents(s)) for s in map(schema.load_schema, schema.PUBLISHED_SCHEMAS)]
    return Draft202012Validator(schema.load_schema(name), registry=Registry().with_resources(resources))


def entry_lines(entries: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    return [(entry["release"], [change["message"] for change in entry["changes"]]) for entry in entries]


# --- lives ---


def test_an_element_has_its_own_life_through_renamed_shapes(run: Run) -> None:
    (life,) = json.loads(run("history", "appstream", "create_fleet", "FleetType", "--format", "json"))["changelogs"]
    assert life["element"] == ["appstream", "CreateFleet", "request", "FleetType"]
    assert entry_lines(life["entries"]) == [("1.3.0", ["The value ELASTIC was added to Kind"])]
    (life,) = json.loads(run("history", "appstream", "CreateFleet", "Note", "--format", "json"))["changelogs"]
    assert entry_lines(life["entries"]) == [
        ("1.3.0", ["CreateFleetRequest.Note was added"]),
        ("1.2.0", ["CreateFleetRequest.Note was removed"]),
        ("1.1.0", ["CreateFleetRequest.Note was added"]),
    ]
    (life,) = json.loads(run("history", "appstream", "CreateFleet", "InstanceType", "--format", "json"))["changelogs"]
    assert entry_lines(life["entries"]) == [("1.4.0", ["CreateFleetRequest.InstanceType is now optional"])]


def test_a_place_in_a_response_is_judged_as_one(run: Run) -> None:
    text = run("history", "appstream", "create_fleet", "response", "Fleet.Arn")
    assert "1.4.0 (2024-02-02): 1 breaking" in text
    assert "breaking: The type of Fleet.Arn changed from string to integer" in text
    assert "Note" not in text


def test_a_change_of_a_shape_names_the_only_operation_unless_the_change_log_is_about_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, box in enumerate((structure(Flag="String"), structure(Flag="String", Size="String"))):
        put(tmp_path / "models", f"1.0.{number}", "2024-01-01", small_model(Request=structure(Box="Box"), Box=box))
    update_history(open_source(str(tmp_path / "models")), tmp_path / "h.db")
    assert main(["history", "appstream", "--history", str(tmp_path / "h.db")]) == 0
    assert "  • safe: Box.Size was added (Box.Size)\n    Operation: Call\n" in capsys.readouterr().out
    assert main(["history", "appstream", "Call", "--history", str(tmp_path / "h.db")]) == 0
    text = capsys.readouterr().out
    assert "  • safe: Box.Size was added (Box.Size)\n" in text
    assert "Operation:" not in text


def test_an_operation_lists_its_own_changes_and_those_of_all_operations(run: Run) -> None:
    text = run("history", "appstream", "DropFleet")
    assert "DropFleet (drop_fleet) was added" in text
    assert "Since botocore 1.4.0 (2024-02-02)." in text
    assert "Note" not in text
    text = run("history", "appstream", "CreateFleet")
    assert re.findall(r"^(1\S+) \(", text, re.MULTILINE) == ["1.4.0", "1.3.0", "1.2.0", "1.1.0"]
    assert "The protocol of appstream changed from json to query" in text
    assert "DropFleet" not in text


def test_documentation_changes_are_listed_on_request(run: Run) -> None:
    words = ("history", "appstream", "create_fleet", "InstanceType")
    assert "otherwise" not in run(*words)
    assert "{+Said otherwise.+}" in run(*words, "--documentation")


def test_a_life_can_be_cut_to_the_worst_and_the_newest(run: Run) -> None:
    text = run("history", "appstream", "--severity", "breaking")
    assert " safe: " not in text
    assert "Update appstream client" in text
    text = run("history", "appstream", "--last", "1")
    assert "3 older releases are omitted." in text
    assert re.findall(r"^(1\S+) \(", run("history", "appstream", "--releases", "1.2.0..1.3.0"), re.MULTILINE) == [
        "1.3.0",
        "1.2.0",
    ]


def test_a_life_without_a_change_says_so(run: Run) -> None:
    assert "No release changed it." in run("history", "appstream", "CreateStack", "Name")


def test_a_life_is_the_same_in_every_format(run: Run) -> None:
    texts = {name: run("history", "appstream", "create_fleet", "--format", name) for name in FORMATS}
    document = json.loads(texts["json"])
    validator("changelog").validate(document)
    entries = document["changelogs"][0]["entries"]
    for name in ("text", "markdown", "html"):
        plain = texts[name].replace("\\", "")
        places = [plain.index(f"{entry['release']} ") for entry in entries]
        assert places == sorted(places)
        for entry in entries:
            assert all(change["message"] in plain for change in entry["changes"]), name
    assert "<script" not in texts["html"]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("appstreem",), "did you mean appstream?"),
        (("appstream", "CreateFleets"), "did you mean CreateFleet"),
        (("appstream", "CreateFleet", "Nope"), "no 'Nope' in any release"),
        (("appstream", "--releases", "9.9"), "no release '9.9'"),
        (("appstream", "--releases", "1.3.0..1.1.0"), "1.3.0 comes after 1.1.0"),
    ],
)
def test_history_refuses(run: Run, words: tuple[str, ...], problem: str) -> None:
    error = run("history", *words, code=2)
    assert problem in error
    assert error.count("\n") == 1


# --- steps ---


def change_lines(changes: Iterator[Change] | tuple[Change, ...]) -> list[str]:
    return sorted(
        f"{each.rule.id} {each.message} {each.operations} {each.direction} {dict(each.paths)}"
        for each in changes
        if each.delta.kind is not Kind.DOCUMENTATION and not each.rule.suppressed
    )


def compare_all(history: History, service: str) -> int:
    """Compare every step with the whole models; return the number of changes."""
    number = 0
    for api, spans in history.apis.default_spans(service):
        for start, end in spans:
            tape = ModelSnapshots(history, api.id)
            found = {}
            for step in release_steps(tape, start, end):
                shown = change_lines(classify_shown(step.compare(service, with_new_shapes=False)))
                found[step.number] = change_lines(classify(step.compare(service)))
                assert shown == found[step.number], "what change logs do not list makes no difference"
            old, files = tape.model_at(start), tape.sibling_files(start)
            for _, span, _ in history.reader.revisions(api.id):
                if start < span.since < end:
                    new, beside = tape.model_at(span.since), tape.sibling_files(span.since)
                    expected = change_lines(
                        classify(find_deltas(old, new, service, old_siblings=files, new_siblings=beside))
                    )
                    assert found.get(span.since, []) == expected, history.release(span.since).name
                    old, files = new, beside
                    number += len(expected)
    return number


def test_steps_find_what_comparing_the_whole_models_finds(database: Path) -> None:
    assert compare_all(History(database), "appstream") > 5


@pytest.mark.skipif(not REAL, reason="needs DOCGEN_HISTORY_FULL, a history of botocore")
@pytest.mark.parametrize("service", ["sqs", "s3", "kafka", "lambda", "connect", "cloudwatch", "elasticache"])
def test_steps_of_real_services_find_what_comparing_the_whole_models_finds(service: str) -> None:
    assert compare_all(History(Path(REAL)), service) > 50


def test_new_shapes_are_not_built_to_say_that_they_are_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = json.loads(APPSTREAM.read_bytes())
    put(tmp_path / "models", "1.0.0", "2024-01-01", model)
    model["shapes"] |= {
        "PlainRequest": {"type": "structure", "members": {"Inner": {"shape": "Plain"}}},
        "Plain": {"type": "structure", "members": {}},
        "PlainException": {"type": "structure", "members": {}, "exception": True},
    }
    model["operations"]["Plain"] = {
        "name": "Plain",
        "http": {"method": "POST", "requestUri": "/"},
        "input": {"shape": "PlainRequest"},
        "errors": [{"shape": "PlainException"}],
    }
    put(tmp_path / "models", "1.1.0", "2024-01-02", model)
    update_history(open_source(str(tmp_path / "models")), tmp_path / "history.db")
    built: list[str] = []
    parse_shape = ModelParser.parse_shape

    def noted(parser: ModelParser, name: str, value: Any) -> Shape:
        built.append(name)
        return parse_shape(parser, name, value)

    monkeypatch.setattr(ModelParser, "parse_shape", noted)
    (changes,) = service_changelog(History(tmp_path / "history.db"), "appstream")
    assert [change.rule.id for change in changes.changes] == ["operation-added", "exception-added"]
    assert built == ["PlainException"]


# --- ranges ---


def test_reversals_within_a_range_are_listed(run: Run) -> None:
    text = run("diff", "1.0.0..1.4.0")
    assert "Reversed within the range" in text
    assert "appstream: CreateFleetRequest.Note\n    Came in 1.1.0, went in 1.2.0, came in 1.3.0" in text
    assert "appstream: protocol\n    Became query in 1.1.0, became json in 1.2.0" in text
    assert run("diff", "1.0.0", "1.4.0") == text
    assert "Reversed within" not in run("diff", "1.3.0", "1.4.0")
    assert "Became query in 1.1.0" in run("diff", "1.0.0..1.2.0"), "a change back to the earlier value is reported"


def test_each_change_says_in_which_release_it_happened(run: Run) -> None:
    text = run("diff", "1.2.0..1.4.0")
    assert "CreateFleetRequest.InstanceType is now optional (InstanceType) in 1.4.0" in text
    assert "Added in 1.3.0: request.Note" in text
    assert " in 1.4.0" not in run("diff", "1.3.0..1.4.0"), "there is but one"
    document = json.loads(run("diff", "1.0.0..", "--format", "json"))
    validator("diff").validate(document)
    named = [change["releases"] for change in document["services"][0]["changes"] if "releases" in change]
    assert {release for releases in named for release in releases} == {"1.3.0", "1.4.0"}
    assert {flip["trait"] for flip in document["reversals"]} >= {"metadata.protocol"}


def test_a_value_that_changed_several_times_names_all_of_its_releases(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = json.loads(APPSTREAM.read_bytes())
    request = model["shapes"]["CreateFleetRequest"]["members"]
    for minor, limit in enumerate((100, 90, 90, 50)):
        model["shapes"]["Name2"] = {"type": "string", "max": limit}
        request["Name"] = {"shape": "Name2"}
        if minor == 2:
            request["Note"] = {"shape": "String"}
        put(tmp_path / "models", f"1.{minor}.0", f"2024-01-0{minor + 1}", model)
    update_history(open_source(str(tmp_path / "models")), tmp_path / "history.db")
    assert main(["diff", "1.0.0..", "--source", str(tmp_path / "history.db")]) == 0
    text = capsys.readouterr().out
    assert "at most 50, not 100 (Name) in 1.1.0, 1.3.0" in text
    assert "Added in 1.2.0: request.Note" in text
    assert main(["diff", "1.0.0..", "--source", str(tmp_path / "history.db"), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    validator("diff").validate(document)
    (change,) = [each for each in document["services"][0]["changes"] if each["rule"] == "request-max-decreased"]
    assert change["releases"] == ["1.1.0", "1.3.0"]


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("release", ["1.4.0 (2024-02-02)", "1.3.0 (2024-02-01)", "1.2.0 (2024-01-10)", "1.1.0 (2024-01-08)"]),
        ("day", ["2024-02-02", "2024-02-01", "2024-01-10", "2024-01-08"]),
        ("week", ["2024-W05", "2024-W02"]),
        ("month", ["2024-02", "2024-01"]),
        ("minor", ["1.4.x", "1.3.x", "1.2.x", "1.1.x"]),
        ("service", ["appstream"]),
    ],
)
def test_a_range_is_rolled_up(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str], by: str, names: list[str]
) -> None:
    document = json.loads(run("diff", "1.0.0..1.4.0", "--group-by", by, "--format", "json"))
    validator("rollup").validate(document)
    assert [period["title"] for period in document["periods"]] == names
    assert main(["diff", "..", "--group-by", by, "--format", "json", "--source", str(folder)]) == 0
    other = json.loads(capsys.readouterr().out)
    assert other["severity_counts"] == document["severity_counts"]
    assert [period["releases"] for period in other["periods"]] == [p["releases"] for p in document["periods"]]
    messages = {c["message"] for p in document["periods"] for entry in p["entries"] for c in entry["changes"]}
    for name in ("text", "markdown", "html"):
        text = run("diff", "1.0.0..1.4.0", "--group-by", by, "--format", name).replace("\\", "")
        assert all(message in text for message in messages), name
        assert "Came in 1.1.0, went in 1.2.0, came in 1.3.0" in text


def test_only_changes_of_the_chosen_severity_are_listed(run: Run) -> None:
    text = run("diff", "--last", "1", "--severity", "breaking")
    assert text.startswith("botocore 1.3.0 to 1.4.0: 1 breaking in 1 service\n")
    assert "changes below breaking." in text
    assert "DropFleet" not in text


def test_a_watch_list_keeps_to_what_it_names(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "watch"
    file.write_text("# mine\nappstream create_fleet InstanceType  # the size\n")
    text = run("diff", "1.3.0..1.4.0", "--watchlist", str(file))
    assert "InstanceType is now optional" in text
    assert "Fleet.Arn" not in text.partition("Response Structure")[0]
    assert "DropFleet" not in text
    assert re.search(r"Omitted: \d+ other changes of these services\.", text)
    file.write_text("appstream CreateStack\n")
    quiet = run("diff", "1.0.0..1.1.0", "--watchlist", str(file), "--group-by", "release", "--severity", "breaking")
    assert quiet.count("\n") < 8


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("appstreem", ":2: no service 'appstreem' (did you mean appstream?)"),
        ("appstream CreateFleets", ":2: appstream: no operation 'CreateFleets'"),
        ("appstream <b>", ":2: '<b>' is not a valid name"),
        ("appstream CreateFleet request", ":2: 'appstream CreateFleet request' has no path after 'request'"),
        ("", ": the watchlist is empty"),
    ],
)
def test_a_bad_line_of_a_watch_list_is_named(run: Run, tmp_path: Path, line: str, problem: str) -> None:
    (tmp_path / "watch").write_text(f"# first\n{line}\n")
    error = run("diff", "1.3.0..1.4.0", "--watchlist", str(tmp_path / "watch"), code=2)
    assert problem in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("1.0.0",), "expected OLD NEW, or A..B"),
        ((), "expected OLD NEW, or A..B"),
        (("1.3.0..1.1.0",), "1.3.0 comes after 1.1.0"),
        (("1.3.0..1.9",), "no release '1.9'"),
        (("1.0.0", "--last", "2"), "--last"),
        (("1.4.0", "1.0.0", "--group-by", "week"), "--group-by needs two releases"),
    ],
)
def test_diff_refuses_a_range(run: Run, words: tuple[str, ...], problem: str) -> None:
    assert problem in run("diff", *words, code=2)


def test_patterns_take_wildcards_and_either_spelling() -> None:
    watch = Watchlist(parse_watchlist("s3\nec2 run_*\n", "watch"))
    assert watch.matching_services(["ec2", "s3", "sqs"]) == ("ec2", "s3")
    assert watch.matches_operation("ec2", "RunInstances")
    assert not watch.matches_operation("ec2", "StopInstances")
    with pytest.raises(UsageError, match="watch:1"):
        parse_watchlist("s3 <x>", "watch")


@pytest.mark.skipif(not REAL, reason="needs DOCGEN_HISTORY_FULL, a history of botocore")
def test_sqs_flipped_five_times() -> None:
    history = History(Path(REAL))
    flips = FactsBetween(history, "sqs", 1, history.newest.number).reversals()
    (protocol,) = (flip for flip in flips if flip.trait == "metadata.protocol")
    names = [(event.value, history.release(event.number).name) for event in protocol.events]
    assert names == [
        ("json", "1.29.127"),
        ("query", "1.29.128"),
        ("json", "1.31.81"),
        ("query", "1.32.6"),
        ("json", "1.34.90"),
    ]
