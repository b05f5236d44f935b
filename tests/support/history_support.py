"""Support for tests of the history: random releases from a seed, and the rows of a history file."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from docgen.history.reader import HistoryReader

Model = dict[str, Any]
Files = dict[tuple[str, str], dict[str, bytes]]
"""The files of each service and API version."""

_TABLES = ("revision", "element", "documentation", "file", "lifetime", "fact", "checksum")


def small_model(**shapes: Any) -> Model:
    """Return a model with one operation; its request and response are the given shapes `Request` and `Response`."""
    given = {"Request": {"type": "structure", "members": {}}, "String": {"type": "string"}, **shapes}
    operation: Model = {"name": "Call", "input": {"shape": "Request"}}
    if "Response" in given:
        operation["output"] = {"shape": "Response"}
    return {"metadata": {"apiVersion": "2020-01-01"}, "operations": {"Call": operation}, "shapes": given}


def structure(required: str = "", **members: str) -> Model:
    """Return a structure with members that target the given shapes."""
    found: Model = {"type": "structure", "members": {name: {"shape": target} for name, target in members.items()}}
    return {**found, "required": required.split()} if required else found


def put(folder: Path, release: str, model: Any, service: str = "svc", api: str = "2020-01-01", **beside: Any) -> None:
    """Write a model and its sibling files (`paginators`, `waiters`) as a release in a folder."""
    names = {"model": "service-2", "paginators": "paginators-1", "waiters": "waiters-2"}
    where = folder / release / service / api
    where.mkdir(parents=True, exist_ok=True)
    for name, content in {"model": model, **beside}.items():
        data = content if isinstance(content, bytes) else json.dumps(content, indent=2).encode()
        (where / f"{names[name]}.json").write_bytes(data)


def write(folder: Path, release: str, files: Files) -> None:
    """Write all files of a release."""
    (folder / release).mkdir(parents=True, exist_ok=True)
    (folder / release / "release.json").write_text(json.dumps({"release": release, "package": "botocore"}))
    for (service, api_version), content in files.items():
        for name, data in content.items():
            path = folder / release / service / api_version / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


# -- random releases


def random_releases(seed: int, count: int) -> list[tuple[str, Files]]:
    """Return `count` releases; in each, some services are changed, added or removed at random."""
    chance = random.Random(seed)  # noqa: S311 - the same each time, which is the point
    models: dict[tuple[str, str], Model] = {}
    beside: dict[tuple[str, str], dict[str, Model]] = {}
    found = []
    for number in range(count):
        for _ in range(chance.randint(1, 3)):
            if not models or chance.random() < 0.25:
                _add_or_remove(chance, models, beside)
            else:
                key = chance.choice(sorted(models))
                models[key] = json.loads(json.dumps(models[key]))
                for _ in range(chance.randint(1, 4)):
                    _change(chance, models[key], beside[key])
        found.append((f"1.{number}.0", {key: _encode(chance, models[key], beside[key]) for key in models}))
    return found


def _add_or_remove(chance: random.Random, models: dict[tuple[str, str], Model], beside: Any) -> None:
    key = (
        chance.choice(["alpha", "beta", "gamma", "runtime.delta", "delta-runtime"]),
        f"20{chance.randint(18, 20)}-01-01",
    )
    if key in models and len(models) > 1:
        del models[key], beside[key]
    elif key not in models:
        models[key] = _new(key[1])
        beside[key] = {"paginators-1.json": {"pagination": {}}} if chance.random() < 0.5 else {}


def _new(api_version: str) -> Model:
    return {
        "version": "2.0",
        "metadata": {"apiVersion": api_version, "serviceFullName": "A Service"},
        "operations": {
            "Get": {"name": "Get", "documentation": "Gets.", "input": {"shape": "GetRequest"}, "errors": []}
        },
        "shapes": {
            "GetRequest": {"documentation": "Asks.", **structure(Name="String", Tree="Tree")},
            "String": {"type": "string", "documentation": "Text."},
            "Tree": {"type": "structure", "members": {"Inner": {"shape": "Trees"}, "Kind": {"shape": "Kind"}}},
            "Trees": {"type": "list", "member": {"shape": "Tree"}},
            "Kind": {"type": "string", "enum": ["a", "b"]},
            "Gone": {"type": "structure", "members": {}, "exception": True},
        },
    }


def _change(chance: random.Random, model: Model, beside: dict[str, Model]) -> None:
    """Make one random change to a model."""
    shapes, operations, word = model["shapes"], model["operations"], f"W{chance.randint(0, 30)}"
    structures = sorted(name for name, shape in shapes.items() if shape["type"] == "structure")
    members = shapes[chance.choice(structures)].setdefault("members", {})
    match chance.randint(0, 10):
        case 0:
            members[word] = {"documentation": f"Is {word}.", "shape": chance.choice(sorted(shapes))}
        case 1 if members:
            members.pop(chance.choice(sorted(members)))
        case 2:
            shapes.setdefault(word, structure(A="String", B="Kind"))
        case 3:
            _rename(model, chance.choice(sorted(shapes.keys() - {"String", "Kind"})), word)
        case 4:
            shapes["Kind"]["enum"] = sorted({*shapes["Kind"]["enum"]} ^ {word}) or ["a"]
        case 5:
            shapes[chance.choice(structures)]["documentation"] = f"Now {word}, {chance.random()}."
        case 6 if members:
            shapes[chance.choice(structures)]["required"] = [chance.choice(sorted(members))]
        case 7:
            name = chance.choice(structures)
            operations[word] = {"name": word, "input": {"shape": name}, "documentation": word, "errors": []}
        case 8 if len(operations) > 1:
            operations.pop(chance.choice(sorted(operations)))
        case 9:
            operations[chance.choice(sorted(operations))]["errors"] = [{"shape": chance.choice(structures)}]
        case 10:
            entries = beside.setdefault("paginators-1.json", {"pagination": {}})["pagination"]
            beside["paginators-1.json"] = {"pagination": {**entries, word: {"result_key": word}}}


def _rename(model: Model, old: str, new: str) -> None:
    """Rename a shape and all references to it."""
    if new not in model["shapes"]:
        changed = json.loads(json.dumps(model).replace(f'"shape": "{old}"', f'"shape": "{new}"'))
        changed["shapes"] = {new if name == old else name: shape for name, shape in changed["shapes"].items()}
        model.clear()
        model.update(changed)


def _encode(chance: random.Random, model: Model, beside: Mapping[str, Model]) -> dict[str, bytes]:
    """Return the files as bytes: mostly indented like botocore's, sometimes on one line."""
    indent = 2 if chance.random() < 0.95 else None
    return {
        "service-2.json": json.dumps(model, indent=indent).encode(),
        **{name: json.dumps(content).encode() for name, content in beside.items()},
    }


# -- the rows of a history


def tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for (name,) in names}  # noqa: S608


def content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row, sorted, with service and API version in place of an API's number.

    The result does not depend on how the file was made. Raise `SourceError` if a checksum is wrong.
    """
    found = tables(path)
    if not found:
        return {}
    with HistoryReader(path) as reader:
        reader.check_integrity()
    apis = {number: names for number, *names in found.pop("api")}
    for table in _TABLES:
        found[table] = sorted(((*apis.get(row[0], ()), *row[1:]) for row in found[table]), key=repr)
    found["api"] = sorted({row[:2] for row in found["revision"]})
    assert sorted(map(tuple, apis.values())) == found["api"], "an API that no release has"
    return found
