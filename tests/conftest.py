"""Shared fixtures and options: botocore wheels, downloaded once, and golden files that `--update-golden` rewrites."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from portable_paths import sites_below, wrong_paths_of_site

pytest_plugins = ["browser_site", "first_seen_releases", "requires_fixtures", "revisions"]
"""Modules of tests/support that define fixtures."""

FULL = bool(os.environ.get("DOCGEN_FULL"))
"""Whether the oracles check everything (`DOCGEN_FULL=1 pytest`) or a fixed sample."""

_MODEL = re.compile(r"botocore/data/([^/]+)/([^/]+)/service-2\.json(\.gz)?")

CI = bool(os.environ.get("CI"))

SLOW = {"browser", "hostile", "oracle"}
"""Test folders outside the quick lane."""

SLOW_FILES = {
    *("test_action.py", "test_against.py", "test_api.py", "test_check.py", "test_cluster.py", "test_compare.py"),
    *("test_docs.py", "test_explain.py", "test_index.py", "test_kills.py", "test_laws.py", "test_mcp.py"),
    *("test_check_lock.py", "test_installed.py", "test_packaging.py", "test_pypi.py", "test_rows.py"),
    *("test_explain_with_facts.py", "test_shards.py", "test_streams.py"),
}
"""Test files that start many processes, install packages, or compare whole releases: two thirds of the time."""


FIRST_FILES = (
    *("test_kills.py", "test_docs.py", "test_index.py", "test_bundled_facts.py", "test_http_notation.py"),
    *("test_botocore_syntax.py", "test_botocore_handlers.py", "test_laws.py", "test_specimens.py", "test_rows.py"),
    *("test_folded_rows.py", "test_flat_markup.py", "test_botocore_markup.py", "test_release_witnesses.py"),
)
"""Test files with few but long tests. They run first, so that no processor waits for them at the end."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files; review the difference")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in `SLOW` and `SLOW_FILES` as slow, before `-m` selects tests, and put long files first.

    Where tests run in several processes, each takes the next file (`--dist loadfile --no-loadscope-reorder`).
    """
    counts = Counter(item.path for item in items)
    ranks = {name: rank for rank, name in enumerate(FIRST_FILES)}
    items.sort(key=lambda item: (ranks.get(item.path.name, len(ranks)), -counts[item.path], item.path))
    for item in items:
        if item.path.parent.name in SLOW or item.path.name in SLOW_FILES:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep docgen's cache apart from that of the user, and of other processes that run tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCGEN_CACHE", str(tmp_path_factory.getbasetemp() / "docgen-cache"))
        yield


@pytest.fixture(autouse=True)
def _portable_sites(request: pytest.FixtureRequest) -> Iterator[None]:
    """Check that the paths of every site that a test leaves in its folder work on every system."""
    yield
    if (folder := request.node.funcargs.get("tmp_path")) is not None:
        for site in sites_below(folder):
            assert wrong_paths_of_site(site) == [], site


@pytest.fixture(scope="session")
def botocore_wheel() -> Callable[[str], Path]:
    """Return a function from a version, such as `"1.12.83"`, to the path of its botocore wheel in a cache folder."""
    return wheel


def wheel(version: str) -> Path:
    """Return the botocore wheel of `version`. If pip cannot download it, skip the test, or fail it on CI."""
    cache = Path(os.environ.get("DOCGEN_WHEELS") or Path.home() / ".cache" / "docgen-tests")
    for path in sorted(cache.glob(f"botocore-{version}-*.whl")):
        return path
    cache.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    with TemporaryDirectory(dir=cache) as folder:
        done = subprocess.run(
            [*command, "--dest", folder, f"botocore=={version}"], capture_output=True, text=True, check=False
        )
        for path in Path(folder).glob("*.whl"):
            return path.replace(cache / path.name)  # another process may be reading the cache, or do the same
    message = f"pip could not fetch botocore {version}: {done.stderr.strip()[-200:]}"
    raise (pytest.fail if CI else pytest.skip).Exception(message)


def models_in(wheel: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield the service, API version and JSON of every model in a botocore wheel. No code of docgen is used."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            match = _MODEL.fullmatch(name)
            if match:
                data = archive.read(name)
                yield match[1], match[2], gzip.decompress(data) if match[3] else data


def newest_models_in(wheel: Path) -> dict[str, bytes]:
    """Return the model of the newest API version of every service in a botocore wheel."""
    found: dict[str, tuple[str, bytes]] = {}
    for service, api_version, data in models_in(wheel):
        if service not in found or api_version > found[service][0]:
            found[service] = api_version, data
    return {service: data for service, (_, data) in sorted(found.items())}
