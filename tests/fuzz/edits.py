"""Derives models from other models: bytes choose edits of decoded JSON, so most results are still models."""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from typing import Any, TypeVar

T = TypeVar("T")

NAMES = (
    "Name", "name", "N\u0430me", "NAME", "a/b", "..", "../../x", "", "\0", "two\nlines", "\u202eemaN", "a b", " a",
    "{{ 7 * 7 }}", "{% raw %}", "{# #}", "<script>alert(1)</script>", "</style><b>", "`a`", "|", "*a*",
    "[x](javascript:x)", "- a", "# a", "=1+1", "@SUM(1)", '"', "'", "\\", "]]>", "<!--", "&amp;", "::error::x",
    "---\na: 1", "%0A", "a$b", "a#b", "a.b", "a[]", "{key}", "\ufffe", "\x1b[31m", "é", "e\u0301", "x" * 300,
    "__class__", "$ref", "~1", "0",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 1e300, 2**63, 10**30, "", "x", [], {}, [None], [[]], {"": ""}, {"shape": "String"},
    ["a", "a"], "2020-01-01", "structure", "list", "map", "string", "blob", "timestamp", "long", "rest-json", "query",
    [1, "1", None], {"a": {"b": {"c": []}}}, "<p>Text <code>x</code> <a href=\"javascript:x\">y</a></p>", "<ul><li>",
    *NAMES,
)  # fmt: skip
KEYS = (
    "shape", "type", "members", "member", "key", "value", "required", "enum", "documentation", "deprecated", "errors",
    "input", "output", "http", "location", "locationName", "min", "max", "pattern", "sensitive", "box", "union",
    "document", "eventstream", "event", "streaming", "exception", "error", "fault", "flattened", "jsonvalue",
    "idempotencyToken", "deprecatedMessage", "payload", "hostLabel", "endpoint", "requestUri", "authtype", "synthetic",
    "metadata", "operations", "shapes", "apiVersion", "serviceFullName", "uid", "protocol", "protocols", "serviceId",
)  # fmt: skip


class Choices:
    """Choices made by bytes, one after the other. After the last byte, the first option is always chosen."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    @property
    def left(self) -> bool:
        """Return whether bytes are left."""
        return self.at < len(self.data)

    def number(self, below: int) -> int:
        """Return a number from 0 to `below` - 1."""
        size = 1 if below <= 256 else 2
        piece = self.data[self.at : self.at + size]
        self.at += size
        return int.from_bytes(piece, "big") % below

    def one(self, of: Sequence[T]) -> T:
        """Return one of several values."""
        return of[self.number(len(of))]


def edited(model: Any, choices: Choices, most: int = 12) -> Any:
    """Return a copy of decoded JSON with up to `most` edits."""
    found = json.loads(json.dumps(model))
    for _ in range(choices.number(most)):
        _edit(found, choices)
        if not choices.left:
            break
    return found


def _edit(top: Any, choices: Choices) -> None:
    """Go down to a container, and edit one of its entries."""
    node = top
    for _ in range(choices.number(7)):
        inner = [each for each in (node.values() if isinstance(node, dict) else node) if isinstance(each, (dict, list))]
        inner = [each for each in inner if each]
        if not inner:
            break
        node = choices.one(inner)
    if isinstance(node, list):
        _edit_list(node, choices)
    else:
        _edit_object(top, node, choices)


def _edit_list(node: list[Any], choices: Choices) -> None:
    at = choices.number(len(node) or 1)
    match choices.number(4):
        case 0 if node:
            del node[at]
        case 1:
            node.insert(at, deepcopy(choices.one(VALUES)))
        case 2 if node:
            node.append(deepcopy(node[at]))
        case _:
            node.reverse()


def _edit_object(top: Any, node: dict[str, Any], choices: Choices) -> None:
    names = list(node) or [""]
    name = choices.one(names)
    match choices.number(8):
        case 0:
            node.pop(name, None)
        case 1:
            node[name] = deepcopy(choices.one(VALUES))
        case 2:
            node[choices.one(NAMES)] = deepcopy(node.get(name))
        case 3:
            node[choices.one(KEYS)] = deepcopy(choices.one(VALUES))
        case 4:
            node[choices.one(NAMES)] = node.pop(name, None)
        case 5:
            _retarget(top, node, choices)
        case 6:
            node[name] = node.pop(name, None)
        case _:
            node[name] = deepcopy(node.get(choices.one(names)))


def _retarget(top: Any, node: dict[str, Any], choices: Choices) -> None:
    shapes = top.get("shapes") if isinstance(top, dict) else None
    target = choices.one(list(shapes)) if isinstance(shapes, dict) and shapes else "Gone"
    if "shape" in node:
        node["shape"] = target
    elif "members" in node and isinstance(node["members"], dict):
        node["members"][choices.one(NAMES)] = {"shape": target}
    else:
        node[choices.one(KEYS)] = {"shape": target}
