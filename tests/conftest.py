"""What tests share: real packages, fetched by name once, and goldens that rewrite themselves when asked."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest_plugins = ["browser_site", "first_seen_releases", "requires_fixtures", "revisions"]
"""Modules of tests/support that define fixtures."""

FULL = bool(os.environ.get("DOCGEN_FULL"))
"""Whether the oracles run over everything (`DOCGEN_FULL=1 pytest`), not only over a fixed part."""

_MODEL = re.compile(r"botocore/data/([^/]+)/([^/]+)/service-2\.json(\.gz)?")

CI = bool(os.environ.get("CI"))

SLOW = {"browser", "hostile", "oracle"}
"""Folders of tests that are outside the quick lane."""

SLOW_FILES = {
    *("test_action.py", "test_against.py", "test_api.py", "test_check.py", "test_cluster.py", "test_compare.py"),
    *("test_docs.py", "test_explain.py", "test_index.py", "test_kills.py", "test_laws.py", "test_packaging.py"),
    *("test_pypi.py", "test_rows.py", "test_shards.py", "test_streams.py"),
}
"""Files of tests that start many processes, install packages, or compare whole releases: two thirds of the time."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files; review the difference")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in `SLOW` and `SLOW_FILES` as slow, before `-m` selects tests."""
    for item in items:
        if item.path.parent.name in SLOW or item.path.name in SLOW_FILES:
            item.add_marker(pytest.mark.slow)


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


def models_in(wheel: Path) -> Iterator[tuple[str, str, bytes]]:
    """Every service model of a botocore wheel: service, API version, JSON. Read without any code of docgen's."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            match = _MODEL.fullmatch(name)
            if match:
                data = archive.read(name)
                yield match[1], match[2], gzip.decompress(data) if match[3] else data


def newest_models_in(wheel: Path) -> dict[str, bytes]:
    """The newest API version of every service of a botocore wheel."""
    found: dict[str, tuple[str, bytes]] = {}
    for service, api_version, data in models_in(wheel):
        if service not in found or api_version > found[service][0]:
            found[service] = api_version, data
    return {service: data for service, (_, data) in sorted(found.items())}
