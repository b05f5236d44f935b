"""A small history for tests of `docgen requires`: eight releases, each with something new.

| release | brings                                                                                  |
|---------|-----------------------------------------------------------------------------------------|
| 1.0.0   | fleets: CreateFleet, DescribeFleets, PingFleet, RetireFleet, a paginator, a waiter       |
| 1.1.0   | CreateFleet.Tags                                                                         |
| 1.2.0   | the state PAUSED; modes are listed (any text was right before); PingFleet is gone         |
| 1.3.0   | StopFleet, the error FleetBusy, the owner of a fleet in responses                         |
| 1.4.0   | the waiter FleetStopped, the limit MEMORY; PingFleet is back                              |
| 1.5.0   | depots: ListDepots with a paginator, CreateDepot; both services get TagResource           |
| 1.6.0   | StopFleet.Force, zones of a configuration; RetireFleet is gone                            |
| 1.7.0   | ExportFleet, whose parameter is called `from`                                             |
"""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from history_support import Model, put, structure

from docgen.history.index import update_history
from docgen.locate import open_source
from docgen.requires.facts import HistoryFacts


def _operation(name: str, *, output: bool = False, errors: tuple[str, ...] = ()) -> Model:
    made: Model = {"name": name, "input": {"shape": f"{name}Request"}}
    if output:
        made["output"] = {"shape": f"{name}Result"}
    return {**made, "errors": [{"shape": error} for error in errors]}


def _error() -> Model:
    return {**structure(message="String"), "exception": True}


def _fleets() -> Model:
    """Return the service `fleets` as it is in 1.0.0."""
    shapes: Model = {
        "String": {"type": "string"},
        "Integer": {"type": "integer"},
        "Strings": {"type": "list", "member": {"shape": "String"}},
        "State": {"type": "string", "enum": ["RUNNING", "STOPPED"]},
        "Mode": {"type": "string"},
        "Config": structure(Size="Integer", Mode="Mode"),
        "Label": structure(Text="String"),
        "Labels": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Label"}},
        "LimitName": {"type": "string", "enum": ["CPU"]},
        "Limits": {"type": "map", "key": {"shape": "LimitName"}, "value": {"shape": "Integer"}},
        "Document": {"type": "structure", "members": {}, "document": True},
        "Fleet": structure(Name="String", State="State", Labels="Labels"),
        "Fleets": {"type": "list", "member": {"shape": "Fleet"}},
        "CreateFleetRequest": structure(
            Name="String", State="State", Config="Config", Labels="Labels", Limits="Limits", Extra="Document"
        ),
        "CreateFleetResult": structure(Fleet="Fleet"),
        "DescribeFleetsRequest": structure(Names="Strings", NextToken="String"),
        "DescribeFleetsResult": structure(Fleets="Fleets", NextToken="String"),
        "PingFleetRequest": structure(Name="String"),
        "RetireFleetRequest": structure(Name="String"),
        "FleetNotFound": _error(),
    }
    operations = {
        "CreateFleet": _operation("CreateFleet", output=True, errors=("FleetNotFound",)),
        "DescribeFleets": _operation("DescribeFleets", output=True),
        "PingFleet": _operation("PingFleet"),
        "RetireFleet": _operation("RetireFleet"),
    }
    return {"metadata": {"apiVersion": "2020-01-01"}, "operations": operations, "shapes": shapes}


def _depots() -> Model:
    """Return the service `depots` as it is in 1.5.0."""
    shapes: Model = {
        "String": {"type": "string"},
        "Depot": structure(Name="String"),
        "Depots": {"type": "list", "member": {"shape": "Depot"}},
        "ListDepotsRequest": structure(MaxResults="String", NextToken="String"),
        "ListDepotsResult": structure(Depots="Depots", NextToken="String"),
        "CreateDepotRequest": structure(DepotName="String"),
        "TagResourceRequest": structure(Arn="String"),
    }
    operations = {
        "ListDepots": _operation("ListDepots", output=True),
        "CreateDepot": _operation("CreateDepot"),
        "TagResource": _operation("TagResource"),
    }
    return {"metadata": {"apiVersion": "2020-01-01"}, "operations": operations, "shapes": shapes}


def _grow(fleets: Model, minor: int) -> None:
    """Change the service to its state in the next release."""
    shapes, operations = fleets["shapes"], fleets["operations"]
    match minor:
        case 1:
            shapes["Tag"] = structure(Key="String", Value="String")
            shapes["Tags"] = {"type": "list", "member": {"shape": "Tag"}}
            shapes["CreateFleetRequest"]["members"]["Tags"] = {"shape": "Tags"}
        case 2:
            shapes["State"]["enum"].append("PAUSED")
            shapes["Mode"]["enum"] = ["FAST", "SLOW"]
            del operations["PingFleet"]
        case 3:
            shapes["StopFleetRequest"] = structure(Name="String")
            shapes["FleetBusy"] = _error()
            operations["StopFleet"] = _operation("StopFleet", errors=("FleetBusy",))
            shapes["Owner"] = structure(Id="String")
            shapes["Fleet"]["members"]["Owner"] = {"shape": "Owner"}
        case 4:
            shapes["LimitName"]["enum"].append("MEMORY")
            operations["PingFleet"] = _operation("PingFleet")
        case 5:
            shapes["TagResourceRequest"] = structure(Arn="String")
            operations["TagResource"] = _operation("TagResource")
        case 6:
            shapes["StopFleetRequest"]["members"]["Force"] = {"shape": "String"}
            shapes["Config"]["members"]["Zones"] = {"shape": "Strings"}
            del operations["RetireFleet"]
        case 7:
            shapes["ExportFleetRequest"] = structure(Name="String")
            operations["ExportFleet"] = _operation("ExportFleet")


def make_history(folder: Path) -> Path:
    """Write the releases and index them; return the path of the history."""
    fleets = _fleets()
    for minor in range(8):
        _grow(fleets, minor)
        release = f"1.{minor}.0"
        waiters = {"FleetRunning": {"operation": "DescribeFleets"}}
        if minor >= 4:
            waiters["FleetStopped"] = {"operation": "DescribeFleets"}
        beside: dict[str, Any] = {
            "paginators": {"pagination": {"DescribeFleets": {}}},
            "waiters": {"version": 2, "waiters": waiters},
        }
        put(folder / "models", release, deepcopy(fleets), "fleets", **beside)
        if minor >= 5:
            pages: Any = {"pagination": {"ListDepots": {}}}
            put(folder / "models", release, _depots(), "depots", paginators=pages)
        about = {"release": release, "package": "botocore", "date": f"2020-0{minor + 1}-01"}
        (folder / "models" / release / "release.json").write_text(json.dumps(about))
    path = folder / "history.db"
    update_history(open_source(str(folder / "models")), path)
    return path


def make_facts(folder: Path) -> HistoryFacts:
    """Return the facts of the history."""
    return HistoryFacts(make_history(folder))
