"""A site with an operation that is too large to list: everything is built, and the page says what it leaves out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from docgen.cli import main
from docgen.resources import data_folder

COUNT, LINKS = 120, 5
"""The number of structures, and of others in which each one occurs: their full list would never end."""

NOTE = "Each structure is listed only where it occurs first"


def tangle(extra: str = "") -> dict[str, Any]:
    """Return a service whose structures all contain others, recursively; `extra` is an additional member."""
    shapes: dict[str, Any] = {"Text": {"type": "string"}}
    for index in range(COUNT):
        inner = {f"To{step}": {"shape": f"Knot{(index * 7 + step * step + 1) % COUNT}"} for step in range(LINKS)}
        shapes[f"Knot{index}"] = {"type": "structure", "members": {"Label": {"shape": "Text"}, **inner}}
    if extra:
        shapes["Knot3"]["members"][extra] = {"shape": "Text"}
    shapes["Untie"] = {"type": "structure", "members": {"First": {"shape": "Knot0"}}}
    shapes["Count"] = {"type": "structure", "members": {"Name": {"shape": "Text"}}}
    http = {"method": "POST", "requestUri": "/"}
    return {
        "metadata": {"apiVersion": "2020-01-01", "protocol": "json", "serviceFullName": "Rope Service"},
        "operations": {name: {"name": name, "http": http, "input": {"shape": name}} for name in ("Untie", "Count")},
        "shapes": shapes,
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dense")
    for release, example, extra in (("1.0.0", "1.12.82", ""), ("1.0.1", "1.12.83", "Colour")):
        model = folder / "models" / release / "rope" / "2020-01-01" / "service-2.json"
        model.parent.mkdir(parents=True)
        model.write_text(json.dumps(tangle(extra)))
        shutil.copytree(str(data_folder("models") / example / "appstream"), folder / "models" / release / "appstream")
    out = folder / "site"
    assert main(["build", "--source", str(folder / "models"), "--output", str(out), "--jobs", "1"]) == 0
    return out


def test_everything_else_is_built(site: Path) -> None:
    for page in ("services/appstream/CreateFleet", "releases/1.0.1/appstream", "services/rope/Count"):
        for format_ in ("html", "json", "md", "txt"):
            text = (site / page / f"index.{format_}").read_text(encoding="utf-8")
            assert text
            assert NOTE not in text


@pytest.mark.parametrize("format_", ["html", "md", "txt", "json"])
def test_the_page_of_the_operation_says_what_it_leaves_out(site: Path, format_: str) -> None:
    text = (site / "services" / "rope" / "Untie" / f"index.{format_}").read_text(encoding="utf-8")
    assert NOTE in text


def test_every_structure_is_listed_once(site: Path) -> None:
    page = json.loads((site / "services" / "rope" / "Untie" / "index.json").read_text(encoding="utf-8"))
    parts = [json.loads(path.read_text(encoding="utf-8")) for path in (site / "services/rope/Untie").glob("*/*.json")]
    rows = [*page["parameters"], *(row for part in parts for row in part["rows"])]
    labels = {row["path"] for row in rows if row["name"] == "Label"}
    assert len(labels) == COUNT


def test_the_notes_tell_what_was_added(site: Path) -> None:
    notes = (site / "releases" / "1.0.1" / "rope" / "index.txt").read_text(encoding="utf-8")
    assert "1 updated api methods" in notes
    assert "'Colour': 'string'" in notes
