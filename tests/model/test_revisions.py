"""Successive revisions cost in proportion to their changes, and give the same result as reading the whole files."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from docgen.diff.compare import find_deltas
from docgen.errors import ModelError
from docgen.history.index_job import RevisionJob, _RevisionIndexer
from docgen.model.file_layout import layout_change
from docgen.model.incremental import Revision, _IncrementalParser, read_revision

MICRO = Path(__file__).parent.parent / "data" / "micro" / "service-2.json"
Model = dict[str, Any]


def random_name(choices: random.Random, names: Any) -> Any:
    return choices.choice(sorted(names))


def add_shape(model: Model, choices: random.Random) -> None:
    kind = choices.choice(["structure", "list", "string"])
    shape: Model = {"type": kind, "documentation": f"<p>{choices.random()}</p>"}
    if kind == "structure":
        shape["members"] = {
            f"M{n}": {"shape": random_name(choices, model["shapes"])} for n in range(choices.randrange(4))
        }
    elif kind == "list":
        shape["member"] = {"shape": random_name(choices, model["shapes"])}
    name = f"{choices.choice('AMZ')}{choices.randrange(100)}é"
    items = [*model["shapes"].items()]
    items.insert(choices.randrange(len(items) + 1), (name, shape))
    model["shapes"] = dict(items)


def add_member(model: Model, choices: random.Random) -> None:
    name = random_name(choices, [name for name, shape in model["shapes"].items() if shape["type"] == "structure"])
    members = model["shapes"][name].setdefault("members", {})
    members[f"Extra{choices.randrange(9)}"] = {"shape": random_name(choices, model["shapes"])}


def retarget_member(model: Model, choices: random.Random) -> None:
    name = random_name(choices, [name for name, shape in model["shapes"].items() if shape.get("members")])
    member = model["shapes"][name]["members"][random_name(choices, model["shapes"][name]["members"])]
    member["shape"] = random_name(choices, model["shapes"])


def remove_shape(model: Model, choices: random.Random) -> None:
    text = json.dumps(model)
    unused = [name for name in model["shapes"] if f'"shape": {json.dumps(name)}' not in text]
    if unused:
        del model["shapes"][random_name(choices, unused)]


def remove_operation(model: Model, choices: random.Random) -> None:
    if len(model["operations"]) > 3:
        del model["operations"][random_name(choices, model["operations"])]


def copy_operation(model: Model, choices: random.Random) -> None:
    name = random_name(choices, model["operations"])
    model["operations"][f"{name}Copy"] = copy.deepcopy(model["operations"][name])


def reword(model: Model, choices: random.Random) -> None:
    section = model[choices.choice(["operations", "shapes"])]
    section[random_name(choices, section)]["documentation"] = f'<p>"{choices.random()}"\n  }},\n    "X": {{</p>'


def reorder(model: Model, choices: random.Random) -> None:
    section = choices.choice(["operations", "shapes"])
    items = [*model[section].items()]
    items.append(items.pop(choices.randrange(len(items))))
    model[section] = dict(items)


def change_own_keys(model: Model, choices: random.Random) -> None:
    model["metadata"]["signatureVersion"] = f"v{choices.randrange(9)}"


def change_type(model: Model, choices: random.Random) -> None:
    name = random_name(choices, [name for name, shape in model["shapes"].items() if "members" not in shape])
    model["shapes"][name] = {"type": choices.choice(["string", "integer", "structure", "boolean"])}


EDITS: tuple[tuple[Callable[[Model, random.Random], None], int], ...] = (
    (add_shape, 6),
    (add_member, 6),
    (retarget_member, 3),
    (remove_shape, 2),
    (remove_operation, 1),
    (copy_operation, 2),
    (reword, 6),
    (reorder, 1),
    (change_own_keys, 1),
    (change_type, 1),
)


def revisions(seed: int, count: int) -> Iterator[bytes]:
    """Yield files, each with a few changes to the one before; some of them are not valid."""
    choices = random.Random(seed)  # noqa: S311 - for tests
    model = json.loads(MICRO.read_bytes())
    yield json.dumps(model, indent=2).encode()
    for _ in range(count):
        changed = copy.deepcopy(model)
        for _ in range(choices.randrange(1, 5)):
            (edit,) = choices.choices([edit for edit, _ in EDITS], [weight for _, weight in EDITS])
            edit(changed, choices)
        yield (data := json.dumps(changed, indent=2, ensure_ascii=choices.random() < 0.1).encode())
        try:
            read_revision(data, "m")
        except ModelError:
            continue  # the next one follows the last valid one
        model = changed


def read_or_error(data: bytes, previous: Revision | None) -> Revision | str:
    try:
        return read_revision(data, "m", previous)
    except ModelError as error:
        return str(error)


@pytest.mark.parametrize("seed", range(2))
def test_a_revision_is_what_reading_the_whole_file_gives(seed: int) -> None:
    previous: Revision | None = None
    indexer = _RevisionIndexer(RevisionJob("micro", "2020-02-02", ()))
    quick = refused = 0
    for data in revisions(seed, 60):
        whole, found = read_or_error(data, None), read_or_error(data, previous)
        if isinstance(whole, str) or isinstance(found, str):
            assert found == whole
            refused += 1
            continue
        assert found.service == whole.service
        assert [*found.service.operations] == [*whole.service.operations]
        assert [*found.service.shapes] == [*whole.service.shapes]
        assert [*found.content.items()] == [*whole.content.items()]
        assert found.layout == whole.layout
        if previous is not None:
            before = previous.content
            assert {*found.changed} == {key for key, text in found.content.items() if before.get(key) != text}
            assert found.removed == tuple(key for key in before if key not in found.content)
            assert all(found.content[key] is before[key] for key in found.content.keys() - {*found.changed})
            again = _IncrementalParser("m", previous).parse_text(data)
            assert again is not None
            assert again.changed == found.changed
            quick += _IncrementalParser("m", previous).parse_changes(data) is not None
            every = find_deltas(previous.service, found.service, "micro")
            assert [*indexer.compare(previous, found, ({}, {}))] == [*every]
        previous = found
    assert quick > 20, "most revisions are read where they differ"
    assert refused < 30


def test_only_what_differs_is_decoded() -> None:
    model = json.loads(MICRO.read_bytes())
    before = read_revision(json.dumps(model, indent=2).encode(), "m")
    assert before.layout is not None
    first, *_, last = model["shapes"]
    del model["operations"][next(iter(model["operations"]))]
    model["shapes"][first]["documentation"] = "Changed."
    model["shapes"] = {"Aaa": {"type": "string"}, **model["shapes"], "Zzz": {"type": "string"}}
    change = layout_change(before.layout, json.dumps(model, indent=2).encode(), before.content)
    assert change is not None
    assert {("shape", "Aaa"), ("shape", first), ("shape", "Zzz")} <= change.values.keys()
    assert len(change.values) <= 6, "and what follows what was removed or added"
    assert change.added == (("shape", "Aaa"), ("shape", "Zzz"))
    assert [kind for kind, _ in change.removed] == ["operation"]
    assert ("shape", last) not in change.removed
