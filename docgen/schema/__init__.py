"""JSON Schemas (draft 2020-12) of the files that docgen reads and writes, as package data.

`docgen.model.validation` applies the schemas of files that docgen reads (`service-2`, `smithy-ast` and `release`).
These avoid `anyOf`, `oneOf`, `not` and recursion, so that every violation has one location and one reason.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

INPUT_SCHEMAS = ("release", "service-2")
"""The schemas of the files that docgen reads."""

PUBLISHED_SCHEMAS = tuple(
    sorted(
        name
        for file in resources.files(__name__).iterdir()
        if file.name.endswith(".schema.json")
        and (name := file.name.removesuffix(".schema.json")) not in (*INPUT_SCHEMAS, "since-answers")
    )
)
"""The schemas of the files that docgen writes. A site with JSON pages includes them."""


def load_schema(name: str) -> dict[str, Any]:
    """Return the schema `name`, such as `service-2` or `release`, as decoded JSON."""
    schema: dict[str, Any] = json.loads(schema_text(name))
    return schema


def schema_text(name: str) -> str:
    """Return the text of the schema `name` exactly as it is in the package."""
    return resources.files(__name__).joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
