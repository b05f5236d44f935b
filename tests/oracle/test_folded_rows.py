"""The rows of large operations, folded while they are listed, equal those of the full list, folded afterwards.

By default a fifth of the services is compared, with `DOCGEN_FULL=1` all.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from conftest import FULL

from docgen.locate import open_source
from docgen.model.folded_rows import folded_syntax
from docgen.model.parse import parse
from docgen.model.service import Operation, Service
from docgen.model.syntax import operation_syntax
from docgen.pages.operation.rows import MAX_FULL_ROWS, MIN_OMITTED_ROWS, OperationRows, operation_rows
from docgen.pages.operation.samples import lacks_required_rows, required_arguments

MANY = 60 if FULL else 8
"""Each release has more than this number of operations with more rows than a page lists in full."""


def check(service: Service, operation: Operation) -> bool:
    """Compare both ways; return whether the operation is large."""
    folded = folded_syntax(service, operation, MAX_FULL_ROWS, MIN_OMITTED_ROWS)
    full = operation_syntax(service, operation)
    size = len(full.parameters) + len(full.response)
    assert (folded is not None) == (size > MAX_FULL_ROWS and not full.is_shortened), operation.name
    if folded is None:
        return False
    assert (folded.method, folded.event_stream) == (full.method, full.event_stream)
    assert (folded.response_syntax is None) == (full.response_syntax is None)
    assert comparable(operation_rows(folded)) == comparable(operation_rows(full)), operation.name
    needed = full if lacks_required_rows(folded.parameters) else folded
    assert required_arguments(needed.parameters) == required_arguments(full.parameters), operation.name
    return True


def comparable(rows: OperationRows) -> list[Any]:
    """Return the entries without the mark of a row whose children were not built."""
    sides = []
    for side in (rows.parameters, rows.response):
        entries = []
        for entry in side:
            row = entry.row._replace(omits_children=False)
            old, new, *rest = entry.pair
            assert old is new is entry.row
            entries.append((*entry[2:], row, *rest))
        sides.append(entries)
    return [*sides, rows.is_plain, rows.changes_only]


def test_operations_of_a_release() -> None:
    large = 0
    for file in open_source("package:botocore").releases()[-1].latest_models():
        if not (FULL or zlib.crc32(file.service.encode()) % 5 == 0):
            continue
        service = parse(file.read(), file.location)
        large += sum([check(service, operation) for operation in service.operations.values()])
    assert large > MANY


def structure(**members: str) -> dict[str, Any]:
    return {"type": "structure", "members": {name: {"shape": shape} for name, shape in members.items()}}


def service_of(shapes: dict[str, Any]) -> Service:
    operations = {"Do": {"input": {"shape": "In"}, "output": {"shape": "Out"}}}
    return parse(json.dumps({"metadata": {}, "operations": operations, "shapes": shapes}).encode())


def test_lists_maps_recursion_and_documents() -> None:
    wide = {f"M{number}": "Item" for number in range(300)}
    shapes = {
        "In": structure(**wide, One="L", Two="L", Three="Map", Four="Map", Five="Document", Six="Tree", Seven="Tree"),
        "Out": structure(**wide, One="Small", Two="Small", Three="Nested", Four="Nested", Five="Tree"),
        "Item": structure(A="S", B="S", C="Small"),
        "Small": structure(A="S"),
        "L": {"type": "list", "member": {"shape": "Item"}},
        "Nested": {"type": "list", "member": {"shape": "L"}},
        "Map": {"type": "map", "key": {"shape": "S"}, "value": {"shape": "Item"}},
        "Tree": structure(Left="Tree", Right="Leaf", Value="S"),
        "Leaf": structure(Up="Tree", Item="Item"),
        "Document": {"type": "structure", "members": {"A": {"shape": "S"}}, "document": True},
        "S": {"type": "string"},
    }
    service = service_of(shapes)
    assert check(service, service.operations["Do"])


def test_an_operation_that_cannot_be_listed_in_full_is_left_to_the_full_walk() -> None:
    for shapes in (
        {f"D{n}": structure(**{f"M{m}": f"D{n + 1}" for m in range(10)}) for n in range(6)} | {"D6": structure(A="S")},
        {f"D{n}": structure(A=f"D{n + 1}", B="S") for n in range(130)} | {"D130": structure(A="S")},
    ):
        service = service_of(
            {
                **shapes,
                "In": structure(**{f"A{n}": "D0" for n in range(9)}),
                "Out": structure(A="S"),
                "S": {"type": "string"},
            }
        )
        assert not check(service, service.operations["Do"])
