"""What tests share: real packages, fetched by name once, and goldens that rewrite themselves when asked."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

FULL = bool(os.environ.get("DOCGEN_FULL"))
"""Whether the oracles run over everything (`DOCGEN_FULL=1 pytest`), not only over a fixed part."""

CI = bool(os.environ.get("CI"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files; review the difference")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def botocore_wheel() -> Callable[[str], Path]:
    """`botocore_wheel("1.12.83")` is the path of that wheel, fetched by name with pip and kept in a cache folder."""
    return wheel


def wheel(version: str) -> Path:
    """The botocore wheel of `version`; skips the test where pip cannot get it, which on CI is a failure."""
    cache = Path(os.environ.get("DOCGEN_WHEELS") or Path.home() / ".cache" / "docgen-tests")
    for path in sorted(cache.glob(f"botocore-{version}-*.whl")):
        return path
    cache.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    done = subprocess.run(
        [*command, "--dest", str(cache), f"botocore=={version}"], capture_output=True, text=True, check=False
    )
    found = sorted(cache.glob(f"botocore-{version}-*.whl"))
    if not found:
        message = f"pip could not fetch botocore {version}: {done.stderr.strip()[-200:]}"
        pytest.fail(message) if CI else pytest.skip(message)
    return found[0]
