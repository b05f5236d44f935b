"""Recognizing the minified models of the AWS SDK for JavaScript, which docgen refuses.

The `*.min.json` of that SDK keep what it needs to send requests: shapes have generated names or none, names of
operations are missing, strings have no type, and there is no documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MINIFIED = (
    "a minified model of the AWS SDK for JavaScript, without the names of its shapes "
    "(use the .normal.json in the repository of the SDK)"
)
"""Why such a model is refused."""


def is_minified(model: Mapping[str, Any]) -> bool:
    """Return whether a decoded model is minified: no operation has a name, and one defines its input in place."""
    operations = model.get("operations")
    found = list(operations.values()) if isinstance(operations, dict) else []
    if not all(isinstance(operation, dict) and "name" not in operation for operation in found):
        return False
    roots = (operation.get(slot) for operation in found for slot in ("input", "output"))
    return any(isinstance(root, dict) and "type" in root and "shape" not in root for root in roots)
