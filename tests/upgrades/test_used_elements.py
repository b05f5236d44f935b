"""Which changes of a model affect code, in which lines, and whether these lines certainly break."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from docgen.cli import main
from docgen.diff.compare import find_deltas
from docgen.diff.delta import ServiceDelta
from docgen.locate import open_source
from docgen.model.parse import parse
from docgen.requires.facts import HistoryFacts
from docgen.rules.change import Change
from docgen.rules.classify import classify
from docgen.rules.watchlist import Watchlist, parse_watchlist
from docgen.schema import load_schema
from docgen.upgrades.used import UsedElements, read_used_code
from docgen.upgrades.watch_file import watch_file_text

CODE = """\
import boto3
fleets = boto3.client("fleets")

def make(config, **more):
    made = fleets.create_fleet(Name="a", State="RUNNING", Tags=[{"Key": "k", "Value": "v"}])
    print(made["Fleet"]["State"])
    fleets.create_fleet(State=config["state"], Config=config)
    fleets.stop_fleet(**more)
    for page in fleets.get_paginator("describe_fleets").paginate(Names=["a"]):
        for fleet in page["Fleets"]:
            print(fleet["Owner"]["Id"], fleet.get("Labels"))
    fleets.get_waiter("fleet_stopped").wait(Names=["a"])
    try:
        fleets.tag_resource(Arn="a")
    except AttributeError:
        pass
    except fleets.exceptions.FleetBusy:
        pass

def infer(client):
    client.export_fleet(Name="a")
"""

Model = dict[str, Any]
Edit = Callable[[Model], object]


def shape(name: str, **members: Any) -> Edit:
    """Return an edit of the members of a shape; None removes one."""

    def edit(model: Model) -> None:
        found = model["shapes"][name]["members"]
        for member, target in members.items():
            if target is None:
                del found[member]
            else:
                found[member] = {"shape": target}

    return edit


def require(name: str, *members: str) -> Edit:
    return lambda model: model["shapes"][name].update(required=list(members))


def new_and_required(model: Model) -> None:
    model["shapes"]["CreateFleetRequest"]["members"]["Size"] = {"shape": "Integer"}
    model["shapes"]["CreateFleetRequest"]["required"] = ["Size"]


def enum(name: str, *values: str) -> Edit:
    return lambda model: model["shapes"][name].update(enum=list(values))


def without(section: str, name: str) -> Edit:
    return lambda model: model[section].pop(name)


CASES: dict[str, tuple[Edit, dict[str, list[str]]]] = {
    # names in code
    "a parameter that it passes": (
        shape("CreateFleetRequest", Tags=None),
        {"fleets#CreateFleetRequest$Tags": ["5"]},
    ),
    "a nested key": (shape("Tag", Value=None), {"fleets#Tag$Value": ["5"]}),
    "a member that it reads": (shape("Fleet", State=None), {"fleets#Fleet$State": ["6"]}),
    "a nested member in pages": (shape("Owner", Id=None), {"fleets#Owner$Id": ["11"]}),
    "a member read with get": (shape("Fleet", Labels=None), {"fleets#Fleet$Labels": ["11"]}),
    "an operation": (without("operations", "StopFleet"), {"fleets#StopFleet()": ["8"]}),
    "an operation under a guard": (without("operations", "TagResource"), {"fleets#TagResource()": ["14 guarded"]}),
    "an operation that is inferred": (
        without("operations", "ExportFleet"),
        {"fleets#ExportFleet()": ["21 inferred"]},
    ),
    "the type of a parameter": (shape("CreateFleetRequest", Name="Integer"), {"fleets#CreateFleetRequest$Name": ["5"]}),
    "an exception": (without("shapes", "FleetBusy"), {"fleets#FleetBusy": ["17"]}),
    # values
    "the value that it passes": (
        enum("State", "STOPPED", "PAUSED"),
        {"fleets#State$RUNNING": ["5", "7 passed on whole", "6 passed on whole"]},
    ),
    "another value, where one line passes a variable": (
        enum("State", "RUNNING", "PAUSED"),
        {"fleets#State$STOPPED": ["6 passed on whole", "7 passed on whole"]},
    ),
    "a value of a key that it does not use": (enum("LimitName", "CPU"), {}),
    # hidden in a variable
    "below a dict that it passes on": (shape("Config", Size=None), {"fleets#Config$Size": ["7 passed on whole"]}),
    "below a member that it passes on": (shape("Label", Text=None), {"fleets#Label$Text": ["11 passed on whole"]}),
    # required and not passed
    "a parameter that becomes required, and one call lacks": (
        require("CreateFleetRequest", "Tags"),
        {"fleets#CreateFleetRequest$Tags": ["7"]},
    ),
    "a parameter that becomes required, and all calls pass": (require("CreateFleetRequest", "State"), {}),
    "a new parameter that is required": (
        new_and_required,
        {"fleets#CreateFleetRequest$Size": ["5", "7"]},
    ),
    "a nested key that becomes required, and is there": (require("Tag", "Key"), {}),
    "a parameter that becomes required of a call that spreads something unknown": (
        require("StopFleetRequest", "Name"),
        {"fleets#StopFleetRequest$Name": ["8 passed on whole"]},
    ),
    "a parameter that becomes required of a paginator": (
        require("DescribeFleetsRequest", "NextToken"),
        {"fleets#DescribeFleetsRequest$NextToken": ["9 passed on whole", "12 passed on whole"]},
    ),
    # not used
    "a parameter that it does not pass": (shape("CreateFleetRequest", Limits=None), {}),
    "a member that it does not read": (shape("Fleet", Name=None), {}),
    "an operation that it does not call": (without("operations", "PingFleet"), {}),
    "something new": (shape("CreateFleetRequest", Colour="String"), {}),
    "something new below a dict that it passes on": (shape("Config", Colour="String"), {}),
    # the service
    "the protocol": (
        lambda model: model["metadata"].update(protocol="json"),
        {"fleets#metadata": ["2", "5", "6", "7", "8", "9", "10", "11", "12", "14 guarded", "17", "21 inferred"]},
    ),
}


@pytest.fixture(scope="module")
def used(history: Path, tmp_path_factory: pytest.TempPathFactory) -> UsedElements:
    path = tmp_path_factory.mktemp("code") / "run.py"
    path.write_text(CODE)
    return read_used_code([path], HistoryFacts(history)).elements


@pytest.fixture(scope="module")
def fleets(history: Path) -> Model:
    """Return the newest model of the service in full, from the history: facts have less."""
    file = open_source(str(history)).releases()[-1].latest_model("fleets")
    assert file is not None
    found: Model = json.loads(file.read())
    return found


def compared(old: Model, edit: Edit) -> tuple[ServiceDelta, tuple[Change, ...]]:
    new = deepcopy(old)
    edit(new)
    before, after = (parse(json.dumps(model).encode()) for model in (old, new))
    delta = find_deltas(before, after, "fleets")
    return delta, tuple(change for change in classify(delta) if not change.rule.suppressed)


def lines_by_element(changes: tuple[Change, ...]) -> dict[str, list[str]]:
    return {change.delta.id: [f"{line.line} {line.remark}".strip() for line in change.code] for change in changes}


@pytest.mark.parametrize("case", CASES)
def test_a_change_reaches_the_lines_that_use_the_element(case: str, used: UsedElements, fleets: Model) -> None:
    edit, expected = CASES[case]
    delta, changes = compared(fleets, edit)
    assert changes, "the edit changes nothing"
    found = lines_by_element(used.select(delta, changes))
    assert {id: sorted(lines) for id, lines in found.items()} == {id: sorted(lines) for id, lines in expected.items()}


@pytest.mark.parametrize("case", CASES)
def test_the_file_selects_at_least_what_the_code_does(
    case: str, used: UsedElements, fleets: Model, history: Path, tmp_path: Path
) -> None:
    edit, expected = CASES[case]
    delta, changes = compared(fleets, edit)
    path = tmp_path / "run.py"
    path.write_text(CODE)
    text = watch_file_text(read_used_code([path], HistoryFacts(history)))
    patterns = parse_watchlist(text, "watch")
    assert [str(pattern) for pattern in patterns] == [str(pattern) for pattern in used.patterns]
    assert set(expected) <= set(lines_by_element(Watchlist(patterns).select(delta, changes)))


def test_what_is_new_in_called_operations_is_listed_apart(used: UsedElements, fleets: Model) -> None:
    def grow(model: Model) -> None:
        shape("CreateFleetRequest", Colour="String")(model)
        shape("PingFleetRequest", Colour="String")(model)
        shape("Fleet", Colour="String")(model)

    delta, changes = compared(fleets, grow)
    assert {change.delta.id: change.operations for change in used.new_capabilities(delta, changes)} == {
        "fleets#CreateFleetRequest$Colour": ("CreateFleet",),
        "fleets#Fleet$Colour": ("CreateFleet", "DescribeFleets"),
    }
    assert not used.select(delta, changes)


def test_uses_prints_a_watchlist_and_json(
    history: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("run.py").write_text(CODE)
    arguments = ["uses", "run.py", "--history", str(history), "--jobs", "1"]
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "# What the code uses: 25 elements, from 1 file."
    assert "fleets CreateFleet request State = RUNNING  # run.py:5" in lines
    assert "fleets CreateFleet request Config  # run.py:7" in lines
    assert "fleets CreateFleet request Tags only  # run.py:5" in lines
    assert "fleets waiter FleetStopped  # run.py:12" in lines
    assert main([*arguments, "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(load_schema("uses")).validate(data)
    (config,) = [each for each in data["elements"] if each["path"] == "Config"]
    assert (config["only"], config["lines"][0]["line"], config["lines"][0]["whole"]) == (False, 7, True)
    (entry,) = [each["entry"] for each in data["elements"] if each["entry"] and each["entry"]["kind"] == "exception"]
    assert entry["name"] == "FleetBusy"
