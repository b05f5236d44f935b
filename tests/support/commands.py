"""Run docgen in a separate process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def docgen(
    *arguments: str, stdin: bytes | None = None, cwd: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run docgen; decode its output as UTF-8 whatever the locale."""
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
    """Run a command that must fail with a usage error; return its one-line message."""
    done = docgen(*arguments, stdin=stdin)
    assert done.returncode == 2, done.stdout
    assert done.stdout == ""
    assert done.stderr.startswith("docgen: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.removeprefix("docgen: ").rstrip("\n")
