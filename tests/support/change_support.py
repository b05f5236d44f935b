"""Small models and the changes between them."""

from __future__ import annotations

import json
from typing import Any

from docgen.diff.compare import find_deltas
from docgen.model.parse import parse
from docgen.rules.change import Change
from docgen.rules.classify import classify

_STRING = {"type": "string"}


def model(operations: tuple[str, ...] = ("Ping", "Pong"), **shapes: Any) -> bytes:
    """Return the bytes of a model whose operations all have the input `In` and the output `Out`."""
    operation = {
        "name": "Ping",
        "http": {"method": "POST", "requestUri": "/"},
        "input": {"shape": "In"},
        "output": {"shape": "Out"},
    }
    known = {"In": {"type": "structure", "members": {}}, "Out": {"type": "structure", "members": {}}, "S": _STRING}
    return json.dumps(
        {"metadata": {"apiVersion": "1"}, "operations": dict.fromkeys(operations, operation), "shapes": known | shapes}
    ).encode()


def structure(documentation: str = "", **members: str) -> dict[str, Any]:
    """Return a structure: its members by name, each with the name of its target."""
    return {
        "type": "structure",
        "members": {name: {"shape": target} for name, target in members.items()},
        "documentation": documentation,
    }


def changes(old: bytes, new: bytes) -> tuple[Change, ...]:
    """Return the changes between two models of the service `zoo`."""
    return classify(find_deltas(parse(old), parse(new), "zoo"))
