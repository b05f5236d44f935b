"""A folder of models with links of every kind: nothing outside the folder is ever read.

The input is a list of links of two bytes each: the place of the link and its target.
"""

from __future__ import annotations

import os
import shutil
from itertools import count
from pathlib import Path

from docgen.locate import open_source
from fuzz import value_or_line
from fuzz.scratch import folder

_NUMBERS = count()
_SECRET = b'{"secret": 1, "metadata": {}, "operations": {}, "shapes": {}}'
_PLACES = (
    *("1.0", "1.0/release.json", "1.0/notes.md", "1.0/sqs", "1.0/sqs/2012-11-05", "1.0/sqs/2012-11-05/service-2.json"),
    *("1.0/sqs/2012-11-05/a-1.json", "2.0", "data", "service-2.json", "release.json", "x.json", "models", "x.whl"),
)
_TARGETS = (
    "..",
    ".",
    "../secret",
    "../secret/file",
    "../secret/file.json",
    "1.0",
    "/",
    "loop",
    "1.0/sqs",
    "../models-b",
)


def seeds() -> list[bytes]:
    """Return each link by itself."""
    return [bytes([place, target]) for place in range(len(_PLACES)) for target in range(len(_TARGETS))]


def target(data: bytes) -> None:
    """Read every file of the folder."""
    home = folder() / f"links-{next(_NUMBERS)}"
    model = home / "models" / "1.0" / "sqs" / "2012-11-05" / "service-2.json"
    for path in (model, home / "secret" / "file.json", home / "secret" / "file", home / "models-b" / "release.json"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b'{"metadata": {}}' if path is model else _SECRET)
    try:
        for at in range(0, min(len(data) - 1, 8), 2):
            _link(home / "models" / _PLACES[data[at] % len(_PLACES)], _TARGETS[data[at + 1] % len(_TARGETS)], home)
        with value_or_line():
            for release in open_source(str(home / "models")).releases():
                assert "secret" not in release.introduction
                for file in release.files:
                    for each in (file, *file.siblings.values()):
                        with value_or_line():
                            assert b"secret" not in each.read(), each.location
    finally:
        shutil.rmtree(home)


def _link(path: Path, to: str, home: Path) -> None:
    if not Path(os.path.realpath(path.parent)).is_relative_to(home) or not path.parent.is_dir():
        return
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.symlink_to(to if to.startswith("/") else home / "models" / to)
