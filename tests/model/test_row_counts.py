"""The rows of operations, counted together, are those of each operation alone."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from docgen.locate import open_source
from docgen.model.folded_rows import row_count
from docgen.model.parse import parse
from docgen.model.service import Service


def counts_agree(service: Service) -> int:
    together = [row_count(service, operation) for operation in service.operations.values()]
    assert together == [row_count(replace(service), operation) for operation in service.operations.values()]
    return max(together, default=0)


def test_rows_of_the_examples() -> None:
    release = open_source("models").releases()[-1]
    assert sum(counts_agree(parse(file.read(), file.location)) > 0 for file in release.latest_models())


@pytest.mark.parametrize("seed", range(20))
def test_rows_of_shapes_that_contain_each_other(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test that can be repeated
    names = [f"Shape{number}" for number in range(12)]
    shapes: dict[str, Any] = {"Text": {"type": "string"}}
    for number, name in enumerate(names):
        later = [*names[number + 1 :], "Text"]
        targets = chance.choices(later, k=3) + chance.choices(names, k=chance.random() < 0.3)
        members: dict[str, Any] = {letter: {"shape": target} for letter, target in zip("ABCD", targets, strict=False)}
        members["A"]["document"] = chance.random() < 0.1
        shapes[name] = {
            "structure": {"type": "structure", "members": members},
            "list": {"type": "list", "member": {"shape": chance.choice(later)}},
            "map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": targets[-1]}},
        }[chance.choice(["structure", "structure", "list", "map"])]
    roots = [name for name in names if shapes[name]["type"] == "structure"]
    operations = {
        f"Call{number}": {side: {"shape": chance.choice(roots)} for side in ("input", "output")} for number in range(8)
    }
    model = {"metadata": {"apiVersion": "2020-01-01"}, "operations": operations, "shapes": shapes}
    assert counts_agree(parse(json.dumps(model).encode()))
