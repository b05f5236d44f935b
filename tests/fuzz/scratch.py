"""A folder for files that docgen reads only from a disk; in memory if the system has such a place."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - files get names that nobody else has


@cache
def _kept() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None)


def folder() -> Path:
    """Return a folder of this process, which is deleted when the process ends."""
    return Path(_kept().name)
