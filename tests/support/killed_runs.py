"""Runs of docgen that are killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from docgen.site.publish.staging import STAGE_FOLDER

ROOT = Path(__file__).parent.parent.parent


Site = dict[str, bytes]


def docgen(*arguments: object) -> subprocess.Popen[str]:
    """Start docgen as the leader of a process group."""
    return subprocess.Popen(
        [sys.executable, "-m", "docgen", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate()
    return process.returncode, out, err


def site(folder: Path) -> Site:
    """Return the content of every file, except those of an unfinished run."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and STAGE_FOLDER not in path.parts
    }


def one_line(error: str) -> str:
    assert error.startswith("docgen: "), error
    assert error.count("\n") == 1, error
    return error
