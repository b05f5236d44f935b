"""The benchmarks run on the example models."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (("site.py", "models", "--service", "appstream", "--formats", "html"), "templates  "),
        (("search.py", "models"), "names.js"),
        (("compare.py", "models/1.12.82", "models/1.12.83"), "appstream"),
    ],
)
def test_a_benchmark_prints_its_results(arguments: tuple[str, ...], printed: str) -> None:
    program, *rest = arguments
    done = subprocess.run(
        [sys.executable, f"benchmarks/{program}", *rest],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert printed in done.stdout
