"""Samples: Python that parses, and calls that the service's own validation accepts."""

from __future__ import annotations

import ast
import datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from docgen.locate import open_source
from docgen.model.parse import parse
from docgen.model.strict_json import load_json
from docgen.model.syntax import operation_syntax
from docgen.pages.operation.extras import Paginator, Waiter
from docgen.pages.operation.samples import call, error_handling, page_loop, required_arguments, wait_call

ROOT = Path(__file__).parent.parent.parent
FILES = [
    *(file for file in open_source(str(ROOT / "models")).releases()[-1].latest_models()),
]
MICRO = (ROOT / "tests" / "data" / "micro" / "service-2.json").read_bytes()


def arguments_of(sample: str) -> dict[str, Any]:
    """Return the arguments of a call as Python values, by name."""
    (statement,) = ast.parse(sample).body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    statement.value.func = ast.Name("dict", ast.Load())
    names = {"datetime": datetime.datetime, "dict": dict}
    code = compile(ast.fix_missing_locations(ast.Expression(statement.value)), "sample", "eval")
    values: dict[str, Any] = eval(code, names)  # noqa: S307 - our own sample
    return values


def test_a_minimal_call_of_every_kind_of_member_is_python() -> None:
    service = parse(MICRO)
    for operation in service.operations.values():
        syntax = operation_syntax(service, operation)
        values = arguments_of(call(f"client.{syntax.method}", required_arguments(syntax.parameters)))
        assert set(values) >= {row.name for row in syntax.parameters if row.required and row.depth == 0}


@pytest.mark.parametrize("model", [file.read() for file in FILES])
def test_a_minimal_call_has_all_that_is_required(model: bytes) -> None:
    service = parse(model)
    known = ServiceModel(load_json(model, "model"), "service")
    checked = 0
    for operation in service.operations.values():
        syntax = operation_syntax(service, operation)
        values = arguments_of(call(f"client.{syntax.method}", required_arguments(syntax.parameters)))
        shape = known.operation_model(operation.name).input_shape
        if shape is None:
            assert values == {}
            continue
        problems = ParamValidator().validate(values, shape)._errors
        kinds = {kind for kind, _, _ in problems}
        assert "missing required field" not in kinds, (operation.name, values, problems)
        assert kinds <= {"invalid length", "invalid range", "empty input"}, (operation.name, problems)
        checked += 1
    assert checked >= 3


def test_samples_are_python() -> None:
    arguments = ("    Name='string',", "    Tags={", "        'a': 'b',", "    },")
    waiter = Waiter("FleetStarted", "DescribeFleets", "5", "40", ())
    samples = [
        page_loop(Paginator("ListFleets", (), "Fleets"), arguments),
        page_loop(Paginator("ListFleets", (), "Fleets[].Name"), ()),
        page_loop(Paginator("ListFleets", (), ""), arguments[:1]),
        wait_call(waiter, arguments),
        error_handling("create_fleet", ["A", "B", "not a name", "C", "D", "E"], arguments),
    ]
    for sample in samples:
        ast.parse(sample)
    assert samples[0].startswith("paginator = client.get_paginator('list_fleets')\nfor page in paginator.paginate(\n")
    assert samples[1].endswith(".search('Fleets[].Name'):\n    print(item)")
    assert "client.exceptions.D" in samples[4]
    assert "not a name" not in samples[4]
    assert error_handling("ping", ["not a name"], ()) == ""
