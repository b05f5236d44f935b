"""A zoo in three releases that add and remove members, values and an operation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docgen.history.history import History
from docgen.history.index import update_history
from docgen.locate import open_source
from docgen.model.shared_shapes import MIN_SHARED_ROWS, MIN_SHARED_VALUES
from docgen.site.build import build_site

VALUES = [f"kind-{number}" for number in range(MIN_SHARED_VALUES)]


def zoo(release: int) -> dict[str, Any]:
    """Return the model in a release: a structure, an enum, and two types whose names differ only by case."""
    members: dict[str, Any] = {f"M{number}": {"shape": "S"} for number in range(MIN_SHARED_ROWS)}
    animal = {**members, "Kind": {"shape": "Kind"}, "Mother": {"shape": "Animal"}, "Pen": {"shape": "Pen"}}
    animal |= {"Box": {"shape": "Box"}, "Twin": {"shape": "Box"}}
    required = ["M0"]
    if release > 1:
        animal["Tags"] = {"shape": "Tags"}
        required.append("M1")
    if release > 2:
        del animal["M2"]
        animal["M3"] = {"shape": "N", "deprecated": True}
    kinds = VALUES if release == 1 else [*VALUES[1:], "new"]
    shapes: dict[str, Any] = {
        "S": {"type": "string"},
        "N": {"type": "integer"},
        "Kind": {"type": "string", "enum": kinds},
        "Animal": {"type": "structure", "members": animal, "required": required, "documentation": "<p>An animal.</p>"},
        "Animals": {"type": "list", "member": {"shape": "Animal"}},
        "Pen": {"type": "structure", "members": {f"P{number}": {"shape": "S"} for number in range(6)}},
        "Box": {"type": "structure", "members": {f"B{number}": {"shape": "S"} for number in range(3)}},
        "Cage": {"type": "structure", "members": {"Size": {"shape": "N"}}},
        "Tags": {"type": "map", "key": {"shape": "S"}, "value": {"shape": "Cage"}},
        "kind": {"type": "structure", "members": members},
        "FeedIn": {"type": "structure", "members": {"Fed": {"shape": "Animal"}, "Like": {"shape": "kind"}}},
        "ListOut": {"type": "structure", "members": {"Found": {"shape": "Animals"}, "Like": {"shape": "kind"}}},
        "Sole": {"type": "structure", "members": members},
        "SoleOut": {"type": "structure", "members": {"One": {"shape": "Sole"}}},
    }
    return {
        "metadata": {"apiVersion": "2020-01-01", "serviceFullName": "Zoo"},
        "operations": {
            "Feed": {"name": "Feed", "input": {"shape": "FeedIn"}},
            "List": {"name": "List", "output": {"shape": "ListOut"}},
            "types": {"name": "types", "output": {"shape": "SoleOut"}},
            **({"Wash": {"name": "Wash", "input": {"shape": "Cage"}}} if release != 2 else {}),
        },
        "shapes": shapes,
    }


def build_zoo(folder: Path, formats: list[str]) -> Path:
    """Build a site and a history of the releases 1.1 to 1.3 in `folder`, and return the site's folder."""
    for number in (1, 2, 3):
        versions = folder / "models" / f"1.{number}" / "zoo" / "2020-01-01"
        versions.mkdir(parents=True)
        (versions / "service-2.json").write_text(json.dumps(zoo(number)))
        release = {"release": f"1.{number}", "package": "zoos", "date": f"2020-0{number}-01"}
        (versions.parent.parent / "release.json").write_text(json.dumps(release))
    source = open_source(str(folder / "models"))
    update_history(source, folder / "history.db")
    build_site(source, folder / "site", formats, history=History(folder / "history.db"), url="https://zoo.example/")
    return folder / "site"
