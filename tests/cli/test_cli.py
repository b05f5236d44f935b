"""Commands as a person runs them: in a separate process, judged by their output and exit code."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import ROOT, docgen, refused
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from docgen import schema
from docgen.check.suppressions import parse_ignores
from docgen.cli import main
from docgen.cli.arguments import PAGE_FORMATS, SEVERITIES
from docgen.errors import UsageError
from docgen.files import read_utf8
from docgen.model.names import method_name
from docgen.render.formats import FORMATS
from docgen.rules.classify import RULES
from docgen.rules.rule import Severity

MODEL = ROOT / "models/1.12.83/appstream/2016-12-01/service-2.json"


@pytest.mark.parametrize("command", [(), ("build",), ("diff",), ("check",), ("show",), ("validate",), ("explain",)])
def test_help_is_there_and_imports_nothing_heavy(command: tuple[str, ...]) -> None:
    done = docgen(*command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("usage: docgen")
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "docgen", *command, "--help"],
        capture_output=True,
        cwd=ROOT,
        text=True,
        check=True,
    ).stderr
    heavy = ("jinja2", "jsonschema", "markdown_it", "nh3", "importlib.metadata", "zipfile", "tarfile", "packaging")
    assert [name for name in heavy if f"| {name}\n" in loaded.replace("|   ", "| ")] == []


def test_arguments_repeat_the_names_of_formats_and_severities() -> None:
    assert sorted(PAGE_FORMATS) == sorted(FORMATS)
    assert list(SEVERITIES) == [severity.label for severity in sorted(Severity, reverse=True)]


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_diff_prints_what_build_writes(format_: str) -> None:
    done = docgen("diff", "1.12.82", "1.12.83", "--service", "appstream", "--format", format_)
    assert done.returncode == 0
    assert done.stderr == ""
    golden = ROOT / "tests/golden/releases/1.12.83/appstream"
    if format_ == "html":
        assert "<style>" in done.stdout
        assert 'href="../' not in done.stdout
    else:
        end = {"text": "txt", "markdown": "md"}[format_]
        assert done.stdout == (golden / f"index.{end}").read_text(encoding="utf-8")


def test_diff_as_json_is_one_document_that_obeys_its_schema() -> None:
    done = docgen("diff", "1.12.82", "1.12.83", "--format", "json")
    document = json.loads(done.stdout)
    resources = [(s["$id"], Resource.from_contents(s)) for s in map(schema.load_schema, schema.PUBLISHED_SCHEMAS)]
    validator = Draft202012Validator(schema.load_schema("diff"), registry=Registry().with_resources(resources))
    validator.validate(document)
    golden = ROOT / "tests/golden/releases/1.12.83/appstream/index.json"
    assert document["services"] == [json.loads(golden.read_bytes())]
    document["services"][0]["operations"][0]["status"] = "odd"
    assert not validator.is_valid(document)


def test_diff_of_a_release_with_itself_has_nothing_to_print() -> None:
    done = docgen("diff", "1.12.83", "1.12.83")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "docgen: only documentation changed between 1.12.83 and 1.12.83\n"
    assert json.loads(docgen("diff", "1.12.83", "1.12.83", "--format", "json").stdout)["services"] == []


def test_diff_takes_two_files_and_a_pipe() -> None:
    old = ROOT / "models/1.12.82/appstream/2016-12-01/service-2.json"
    one = docgen("diff", str(old), str(MODEL), "--format", "json")
    two = docgen("diff", str(old), "-", "--format", "json", stdin=MODEL.read_bytes())
    assert one.returncode == two.returncode == 0
    for done in (one, two):
        (notes,) = json.loads(done.stdout)["services"]
        assert [o["changes"] for o in notes["operations"]] == [{"request": "{'Tags': {'string': 'string'}}"}] * 3
        added = [change for change in notes["changes"] if change["rule"] == "request-member-added"]
        assert {change["facts"][0]["id"].partition("#")[2] for change in added} == {
            "CreateFleetRequest$Tags",
            "CreateImageBuilderRequest$Tags",
            "CreateStackRequest$Tags",
        }
        assert notes["severity_counts"] == {"breaking": 0, "dangerous": 0, "safe": 3, "docs": 25}


def test_release_notes_give_the_date_and_the_summary(tmp_path: Path) -> None:
    notes = tmp_path / "notes.json"
    notes.write_text(json.dumps([{"type": "api-change", "category": "``appstream``", "description": "Tags, at last."}]))
    done = docgen("diff", "1.12.82", "1.12.83", "--release-notes", str(notes))
    assert "Changes  Tags, at last.\n" in done.stdout


@pytest.mark.parametrize("name", ["CreateFleet", "create_fleet", "createfleet"])
def test_show_takes_either_spelling(name: str) -> None:
    shown = json.loads(docgen("show", "appstream", name, "--format", "json").stdout)
    Draft202012Validator(schema.load_schema("operation")).validate(shown)
    assert (shown["service"], shown["api_version"]) == ("appstream", "2016-12-01")
    assert (shown["operation"], shown["method"]) == ("CreateFleet", method_name("CreateFleet"))
    assert shown["parameters"][0] | {"documentation": ""} == {
        "path": "Name",
        "name": "Name",
        "type": "string",
        "required": True,
        "deprecated": None,
        "since": None,
        "documentation": "",
        "constraints": {"pattern": "^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,100}$"},
    }
    assert [row["path"] for row in shown["response"][:3]] == ["", "Fleet", "Fleet.Arn"]


def test_show_without_an_operation_lists_all() -> None:
    heading, blank, *lines = docgen("show", "appstream").stdout.splitlines()
    assert heading == "Amazon AppStream (appstream, API version 2016-12-01: 3 operations)"
    assert blank == ""
    assert [line.split("  ")[0] for line in lines] == ["create_fleet", "create_image_builder", "create_stack"]
    assert lines[2] == "create_stack          Sets up a new stack."


def test_show_without_an_operation_prints_all_as_json_lines() -> None:
    lines = docgen("show", "appstream", "--format", "json").stdout.splitlines()
    assert [json.loads(line)["operation"] for line in lines] == ["CreateFleet", "CreateImageBuilder", "CreateStack"]


@pytest.mark.parametrize("options", [("--format", "markdown"), ("--format", "html"), ("--notation", "cli")])
def test_show_without_an_operation_refuses_what_shows_one(options: tuple[str, str]) -> None:
    done = docgen("show", "appstream", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("shows one operation (name it after the service)\n")


def test_show_picks_a_release_of_the_source() -> None:
    paths = {}
    for release in ("1.12.82", "1.12.83"):
        done = docgen("show", "appstream", "CreateStack", "--source", f"models@{release}", "--format", "json")
        paths[release] = {row["path"] for row in json.loads(done.stdout)["parameters"]}
    assert paths["1.12.83"] - paths["1.12.82"] == {"Tags", "Tags{key}", "Tags{value}"}


def test_validate_prints_nothing_for_a_valid_model() -> None:
    done = docgen("validate", "models")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_validate_prints_each_problem_and_exits_with_2(tmp_path: Path) -> None:
    model = json.loads(MODEL.read_bytes())
    del model["shapes"]["Tags"]["key"]
    model["operations"]["CreateStack"]["http"] = "POST /"
    path = tmp_path / "service-2.json"
    path.write_text(json.dumps(model))
    done = docgen("validate", str(path))
    assert done.returncode == 2
    lines = done.stdout.splitlines()
    assert [line.partition(": ")[2].partition(":")[0] for line in lines] == [
        "/operations/CreateStack/http",
        "/shapes/Tags",
    ]


REFUSED = {
    "an unknown service": (
        ("show", "appstreem"),
        "the example models (no --source): no service 'appstreem' (did you mean appstream?)",
    ),
    "an unknown operation": (
        ("show", "appstream", "create_flet"),
        "appstream: no operation 'create_flet' (did you mean CreateFleet?)",
    ),
    "an unknown release": (("diff", "1.12.81", "1.12.83"), "no release '1.12.81'"),
    "a third release": (("diff", "a", "b", "--service", "s", "c"), "expected OLD NEW, or A..B, A.., ..B, or --last N"),
    "a source that is not there": (("build", "--source", "nowhere"), "nowhere: no such file or folder"),
    "a format that is not there": (("build", "--formats", "html,pdf"), "--formats: no format 'pdf'"),
    "no format": (("build", "--formats", ","), "--formats: none given"),
    "a service in neither release": (
        ("diff", "1.12.82", "1.12.83", "--service", "ec2"),
        "no service 'ec2' in 1.12.82 or 1.12.83 (there is appstream)",
    ),
    "release notes that are not there": (
        ("diff", "1.12.82", "1.12.83", "--release-notes", "nowhere.json"),
        "nowhere.json",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_command_refuses(case: str) -> None:
    arguments, expected = REFUSED[case]
    assert expected in refused(*arguments)


HOSTILE: dict[str, tuple[bytes, str]] = {
    "a truncated gzip": (gzip.compress(MODEL.read_bytes())[:500], "gz"),
    "not JSON": (b"{", ":1:2: not JSON"),
    "not an object": (b"[]", "expected a JSON object"),
    "bad UTF-8": (b'{"\xff": 1}', "not UTF-8"),
    "duplicate keys": (b'{"a": 1, "a": 2}', "duplicate key"),
    "nesting without an end": (b"[" * 100_000, "nested deeper than 64 levels"),
    "a dangling shape": (
        MODEL.read_bytes().replace(b'"shape": "TagKey"', b'"shape": "Gone"'),
        'no shape is called "Gone"',
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_model_is_one_line_and_exit_code_2(case: str, tmp_path: Path) -> None:
    data, expected = HOSTILE[case]
    path = tmp_path / ("service-2.json.gz" if case.endswith("gzip") else "service-2.json")
    path.write_bytes(data)
    for arguments in (
        ("show", "x", "--source", str(path)),
        ("diff", str(MODEL), str(path)),
        ("build", "--source", str(path), "--output", str(tmp_path / "out")),
    ):
        if arguments[0] == "show":
            assert docgen(*arguments).returncode == 2
        else:
            assert expected in refused(*arguments)
    assert not [p for p in (tmp_path / "out").rglob("*") if p.is_file() and not p.name.startswith(".")]


def test_an_ascii_terminal_is_no_obstacle() -> None:
    done = docgen("diff", "1.12.82", "1.12.83", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "•" in done.stdout


def test_a_reader_that_stops_reading_is_no_error() -> None:
    command = f"{sys.executable} -m docgen show appstream CreateFleet | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, cwd=ROOT, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "plain"),
    [
        ("since appstream --format json create_fleet Tags", "since appstream create_fleet Tags --format json"),
        ("history appstream --names CreateFleet", "history appstream CreateFleet --names"),
        ("show appstream --format markdown create_fleet", "show appstream create_fleet --format markdown"),
    ],
)
def test_an_option_may_stand_before_the_last_names(
    command: str, plain: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command.split()) == 0
    shown = capsys.readouterr().out
    assert main(plain.split()) == 0
    assert capsys.readouterr().out == shown != ""


@pytest.mark.parametrize("command", ["diff", "check"])
def test_an_option_may_stand_between_two_releases(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "1.12.82", "--service", "appstream", "1.12.83"]) == 0
    between = capsys.readouterr().out
    assert main([command, "1.12.82", "1.12.83", "--service", "appstream"]) == 0
    assert capsys.readouterr().out == between


@pytest.mark.parametrize("words", [["rules", "--nothing"], ["show", "a", "b", "c"]])
def test_words_too_many_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert f"unrecognized arguments: {words[-1]}" in capsys.readouterr().err


EXAMPLES_NOTE = "docgen: no --source: these are the example models that come with docgen\n"


@pytest.mark.parametrize(
    "words",
    [
        ("diff", "1.12.82", "1.12.83"),
        ("diff", "--last", "1"),
        ("check", "1.12.82", "1.12.83"),
        ("notes", "1.12.83"),
        ("show", "appstream", "CreateFleet"),
        ("build", "-o", "site", "-j", "1"),
    ],
    ids=" ".join,
)
def test_the_example_models_are_never_used_silently(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(list(words)) == 0
    assert capsys.readouterr().err == EXAMPLES_NOTE
    assert main([*words, "--source", str(ROOT / "models"), *(["--into-existing"] if words[0] == "build" else [])]) == 0
    assert capsys.readouterr().err == ""


def test_two_sources_are_no_examples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["diff", str(ROOT / "models/1.12.82"), str(ROOT / "models/1.12.83")]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
@pytest.mark.parametrize(
    "words",
    [
        ("check", "1.12.82", "1.12.83", "--ignore-file", "PIPE"),
        ("check", "1.12.82", "1.12.83", "--baseline", "PIPE"),
        ("diff", "1.12.82", "1.12.83", "--watchlist", "PIPE"),
        ("diff", "1.12.82", "1.12.83", "--release-notes", "PIPE"),
        ("build", "--config", "PIPE", "-o", "SITE"),
        ("build", "--templates", "TEMPLATES", "-o", "SITE"),
        ("since", "s3", "--history", "PIPE"),
        ("explain", "PIPE"),
    ],
    ids=" ".join,
)
def test_a_pipe_that_nobody_writes_to_is_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    (tmp_path / "templates/html").mkdir(parents=True)
    os.mkfifo(tmp_path / "templates/html/notes.html.j2")
    places = {"PIPE": str(pipe), "SITE": str(tmp_path / "site"), "TEMPLATES": str(tmp_path / "templates")}
    done = docgen(*(places.get(word, word) for word in words))
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert any(reason in line for reason in ("a named pipe", "not a regular file", "not a history of docgen"))


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="no /dev/fd here")
def test_a_pipe_of_a_shell_is_read() -> None:
    reader, writer = os.pipe()
    os.write(writer, b'[[ignore]]\nrule = "operation-removed"\n')
    os.close(writer)
    with pytest.raises(UsageError, match=f"^/dev/fd/{reader}:1: entry 1: no 'id'"):
        parse_ignores(read_utf8(f"/dev/fd/{reader}"), f"/dev/fd/{reader}", RULES)
    os.close(reader)
