"""Two revisions of a model in a checkout."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from check_files import write
from git_repository import Repository
from rule_support import model, op

MORE = model(Ping=op({"A": "String", "B": "String"}), metadata={"serviceId": "Zoo"})


LESS = model(Ping=op({}), metadata={"serviceId": "Zoo"})


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "work")


def put(repository: Repository, release: str, raw: Mapping[str, Any], **siblings: Any) -> Path:
    """Write a release with one model to `models`, with a `release.json` like those of the example models.

    Return its path.
    """
    folder = repository.path / "models" / release
    file = write(folder / "zoo/2020-01-01", raw, **siblings)
    (folder / "release.json").write_text(json.dumps({"release": release}))
    return file
