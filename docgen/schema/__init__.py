"""JSON Schemas (draft 2020-12) of the files that docgen reads and writes, as package data.

`docgen.model.validation` applies those of what docgen reads (`service-2`, `release`). These use no `anyOf`,
`oneOf` or `not`, so that every violation has one location and one reason, and they are not recursive.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

PUBLISHED_SCHEMAS = (
    "baseline",
    "catalog",
    "change",
    "check",
    "comparison",
    "diff",
    "gone",
    "life",
    "lifecycle",
    "lifecycle-index",
    "notes",
    "operation",
    "part",
    "release-index",
    "releases",
    "rollup",
    "rule",
    "rules",
    "service-index",
    "since",
    "site-index",
    "timeline",
)
"""The schemas of the files that docgen writes; a site carries them."""


def load_schema(name: str) -> dict[str, Any]:
    """The schema called `name`, such as `service-2` or `release`."""
    schema: dict[str, Any] = json.loads(schema_text(name))
    return schema


def schema_text(name: str) -> str:
    """The schema called `name` as it lies on disk."""
    return resources.files(__name__).joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
