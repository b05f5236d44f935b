"""Run docgen in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def docgen(
    *arguments: str, stdin: bytes | None = None, cwd: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command; output is decoded as UTF-8 whatever the locale."""
    done = subprocess.run(
        [sys.executable, "-m", "docgen", *arguments],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def refused(*arguments: str, stdin: bytes | None = None) -> str:
    """The one line with which a command refuses."""
    done = docgen(*arguments, stdin=stdin)
    assert done.returncode == 2, done.stdout
    assert done.stdout == ""
    assert done.stderr.startswith("docgen: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.removeprefix("docgen: ").rstrip("\n")
