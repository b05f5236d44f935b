"""The picture of costs in the docs is drawn from the measurements in the benchmarks folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_picture_is_drawn_from_the_points(tmp_path: Path) -> None:
    drawn = tmp_path / "curves.svg"
    script = ROOT / "benchmarks" / "picture.py"
    subprocess.run([sys.executable, script, ROOT / "benchmarks" / "points.json", drawn], check=True)
    assert drawn.read_bytes() == (ROOT / "docs" / "curves.svg").read_bytes()
