"""Releases in which elements appear one after the other."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from docgen.resources import data_folder

APPSTREAM = data_folder("models") / "1.12.82" / "appstream" / "2016-12-01" / "service-2.json"


def put(folder: Path, release: str, model: dict[str, Any], api_version: str = "2016-12-01") -> None:
    path = folder / release / "appstream" / api_version / "service-2.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(model, indent=2))


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """Write releases that add a tag map, remove it, restore it by another name, nest it, and change its API version."""
    folder = tmp_path / "models"
    model = json.loads(APPSTREAM.read_bytes())
    shapes = model["shapes"]
    put(folder, "1.0.0", model)
    shapes["Tags"] = {"type": "map", "key": {"shape": "String"}, "value": {"shape": "String"}}
    shapes["CreateFleetRequest"]["members"]["Tags"] = {"shape": "Tags"}
    put(folder, "1.1.0", model)
    del shapes["CreateFleetRequest"]["members"]["Tags"]
    put(folder, "1.2.0", model)
    shapes["Labels"] = shapes.pop("Tags")
    tags = {"shape": "Labels", "deprecated": True, "deprecatedMessage": "No."}
    shapes["CreateFleetRequest"]["members"]["Tags"] = tags
    shapes["Fleet"]["members"]["Tags"] = {"shape": "Labels"}
    put(folder, "1.3.0", model)
    shapes["Label"] = {"type": "structure", "members": {"Text": {"shape": "String"}, "Inner": {"shape": "Label"}}}
    shapes["Labels"]["value"] = {"shape": "Label"}
    put(folder, "1.4.0", model)
    put(folder, "1.5.0", copy.deepcopy(model), "2020-01-01")
    return folder
