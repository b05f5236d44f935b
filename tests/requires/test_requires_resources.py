"""Resources of boto3, with data files as in an installed boto3 and without any."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from requires_examples import use_text

from docgen.requires.facts import Facts
from docgen.requires.resources import Resources
from docgen.requires.result import examine

DATA = {
    "service": {
        "actions": {"Launch": {"request": {"operation": "CreateFleet"}, "resource": {"type": "Fleet"}}},
        "has": {"Fleet": {"resource": {"type": "Fleet"}}},
        "hasMany": {"Fleets": {"request": {"operation": "DescribeFleets"}, "resource": {"type": "Fleet"}}},
    },
    "resources": {
        "Fleet": {"actions": {"Stop": {"request": {"operation": "StopFleet"}}}},
    },
}

START = 'import boto3\nfleets = boto3.resource("fleets")\n'

CODE = {
    "an action": (
        'fleets.Fleet("a").stop(Force="b")',
        ["operation StopFleet 1.3.0", "parameter StopFleet.Force 1.6.0"],
    ),
    "an action that makes a resource": (
        "fleets.launch(Tags=[]).stop()",
        ["operation CreateFleet 1.0.0", "operation StopFleet 1.3.0", "parameter CreateFleet.Tags 1.1.0"],
    ),
    "a collection": (
        'for fleet in fleets.fleets.filter(Names=["a"]):\n    fleet.stop()',
        ["operation DescribeFleets 1.0.0", "operation StopFleet 1.3.0", "parameter DescribeFleets.Names 1.0.0"],
    ),
    "all of a collection": (
        "[f.stop() for f in fleets.fleets.all()]",
        ["operation DescribeFleets 1.0.0", "operation StopFleet 1.3.0"],
    ),
    "what is data": ('fleets.Fleet("a").name.upper()', []),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write the data folder of a boto3."""
    path = tmp_path / "boto3" / "fleets" / "2020-01-01" / "resources-1.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(DATA))
    return tmp_path / "boto3"


def used(code: str, facts: Facts, folder: Path, data: Path | None) -> list[str]:
    """Return what code with a resource uses, apart from its service."""
    file = folder / "run.py"
    file.write_text(START + code + "\n")
    found = examine([file], facts, resources=Resources(data)).requirement.uses
    return sorted(use_text(use, facts) for use in found if use.kind != "service")


@pytest.mark.parametrize("name", CODE)
def test_a_resource_uses_operations(name: str, facts: Facts, tmp_path: Path, data: Path) -> None:
    code, expected = CODE[name]
    assert used(code, facts, tmp_path, data) == expected


def test_without_boto3_an_action_is_known_by_its_name(facts: Facts, tmp_path: Path) -> None:
    code = 'fleets.Fleet("a").stop_fleet(Force="b")'
    assert used(code, facts, tmp_path, None) == ["operation StopFleet 1.3.0", "parameter StopFleet.Force 1.6.0"]
    assert used('fleets.Fleet("a").stop()', facts, tmp_path, None) == []


def test_data_that_is_broken_is_none(facts: Facts, tmp_path: Path, data: Path) -> None:
    next(data.rglob("*.json")).write_text("{")
    assert used('fleets.Fleet("a").stop()', facts, tmp_path, data) == []
