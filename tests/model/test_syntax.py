"""The documented format, rule by rule: a model of a small observatory, and what botocore documents about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from docgen.model.operation_walk import MAX_DEPTH
from docgen.model.parse import parse
from docgen.model.service import Service
from docgen.model.syntax import OperationSyntax, operation_syntax

MICRO = Path(__file__).parent.parent / "data" / "micro"
SERVICE = parse((MICRO / "service-2.json").read_bytes(), "micro")
GOLDEN = {
    record["operation"]: record
    for record in map(json.loads, (MICRO / "golden.jsonl").read_text(encoding="utf-8").splitlines())
}


def test_the_golden_answers_are_botocores() -> None:
    import make_golden

    model = json.loads((MICRO / "service-2.json").read_bytes())
    assert make_golden.golden(model) == (MICRO / "golden.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SERVICE.operations)
def test_an_operation_is_documented_as_botocore_documents_it(name: str) -> None:
    ours = operation_syntax(SERVICE, SERVICE.operations[name])
    golden = GOLDEN[name]
    assert ours.method == golden["method"]
    compile(ours.request_syntax, name, "eval")
    assert with_bare_names(ours.request_syntax) == golden["request_syntax"]
    assert ours.response_syntax == golden["response_syntax"]
    assert ours.event_stream == golden["event_stream"]
    assert rows(ours, "parameters") == golden_rows(golden, "parameters")
    assert rows(ours, "response") == golden_rows(golden, "response")


def with_bare_names(call: str) -> str:
    """Return a call with `from=` for `**{'from': }`, as botocore writes names that are keywords of Python."""
    lines = []
    for line in call.split("\n"):
        name, is_quoted, value = line.removeprefix("    **{'").partition("': ")
        if line.startswith("    **{'") and is_quoted:
            lines.append(f"    {name}={value.replace('},', ',')}")
        else:
            lines.append("    }" if line == "    }}" else line)
    return "\n".join(lines)


def rows(syntax: OperationSyntax, side: str) -> list[tuple[Any, ...]]:
    return [(r.path, r.name, r.type, r.required, r.depth) for r in getattr(syntax, side)]


def golden_rows(golden: dict[str, Any], side: str) -> list[tuple[Any, ...]]:
    return [(r["path"], r["name"], r["type"], r["required"], r["depth"]) for r in golden[side]]


def chain(length: int) -> Service:
    """Return a model whose input nests `length` structures."""
    shapes: dict[str, Any] = {
        f"S{i}": {"type": "structure", "members": {"M": {"shape": f"S{i + 1}"}}} for i in range(length)
    }
    shapes[f"S{length}"] = {"type": "string"}
    operations = {"Ping": {"input": {"shape": "S0"}}}
    return parse(json.dumps({"metadata": {}, "operations": operations, "shapes": shapes}).encode())


def test_nesting_is_bounded_and_the_rest_is_listed() -> None:
    service = chain(MAX_DEPTH // 2)
    syntax = operation_syntax(service, service.operations["Ping"])
    assert (len(syntax.parameters), syntax.is_shortened) == (MAX_DEPTH // 2, False)
    for length in (MAX_DEPTH + 2, 5_000):
        service = chain(length)
        syntax = operation_syntax(service, service.operations["Ping"])
        assert syntax.is_shortened
        assert len(syntax.parameters) == MAX_DEPTH + 1
        assert syntax.parameters[-1].recursive


def test_an_explosion_of_shared_shapes_lists_each_shape_once() -> None:
    shapes: dict[str, Any] = {
        f"S{i}": {"type": "structure", "members": {m: {"shape": f"S{i + 1}"} for m in ("A", "B", "C", "D")}}
        for i in range(40)
    }
    shapes["S40"] = {"type": "string"}
    operations = {"Ping": {"input": {"shape": "S0"}}}
    service = parse(json.dumps({"metadata": {}, "operations": operations, "shapes": shapes}).encode())
    syntax = operation_syntax(service, service.operations["Ping"])
    assert syntax.is_shortened
    listed = [row.shape for row in syntax.parameters if row.shape != "S40" and not row.recursive]
    assert listed == [f"S{i}" for i in range(1, 40)]
    assert len(syntax.parameters) == 4 * 40


def test_a_payload_is_a_stream_only_in_the_operation_that_sends_it() -> None:
    shapes = {
        "Streamed": {"type": "structure", "payload": "Body", "members": {"Body": {"shape": "Bytes"}}},
        "Around": {"type": "structure", "members": {"Inside": {"shape": "Streamed"}}},
        "Bytes": {"type": "blob"},
    }
    operations = {
        name: {"name": name, "input": {"shape": target}, "output": {"shape": target}}
        for name, target in (("First", "Around"), ("Second", "Streamed"), ("Third", "Around"))
    }
    data = json.dumps({"metadata": {}, "operations": operations, "shapes": shapes}).encode()
    service = parse(data, "streams")
    in_turn = [operation_syntax(service, operation) for operation in service.operations.values()]
    service = parse(data, "streams")
    in_reverse = [operation_syntax(service, service.operations[name]) for name in ("Third", "Second", "First")]
    assert in_turn == list(reversed(in_reverse))
    first, second, _ = [syntax.parameters[-1] for syntax in in_turn]
    assert first.type == "bytes"
    assert first.details is None
    assert second.type == "bytes or seekable file-like object"
    assert second.details is not None
    assert second.details.is_streaming
