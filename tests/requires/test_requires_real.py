"""Code for real services and releases: the last release without, and the first one with, what the code needs."""

from __future__ import annotations

import gzip
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from docgen.history.index import update_history
from docgen.locate import open_source
from docgen.requires.facts import HistoryFacts
from docgen.requires.result import examine

HERE = Path(__file__).parent
MODELS = HERE.parent.parent / "models"

NEEDS = {
    "balance": ("ecs", "1.35.65", "1.35.66", 14, "availabilityZoneRebalancing"),
    "findings": ("inspector2", "1.27.67", "1.27.68", 7, "filterCriteria.fixAvailable"),
    "accounts": ("organizations", "1.24.28", "1.24.29", 12, "AccountAlreadyClosedException"),
    "clusters": ("eks", "1.19.26", "1.19.27", 15, ""),
}
"""The service, the last release that is too old, the first that suffices, and the line and path that require it."""


def floor_of(name: str, history: Path) -> tuple[str, str, int, str]:
    """Return the lowest versions for a file: botocore, boto3, and what requires them."""
    code = history.parent / f"{name}.py"
    shutil.copy(HERE / "real" / f"{name}.txt", code)
    requirement = examine([code], HistoryFacts(history)).requirement
    assert requirement.floor is not None
    first = requirement.forced_by[0]
    return requirement.floor.name, requirement.floor.boto3, first.line, first.path


def extract(wheel: Path, service: str, folder: Path) -> None:
    """Write the models of one service of a wheel as a release in a folder."""
    release = wheel.name.split("-")[1]
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            parts = name.split("/")
            if parts[:3] == ["botocore", "data", service] and name.endswith((".json", ".json.gz")):
                data = archive.read(name)
                path = folder / release / "/".join(parts[2:]).removesuffix(".gz")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(gzip.decompress(data) if name.endswith(".gz") else data)
    about = {"release": release, "package": "botocore"}
    (folder / release / "release.json").write_text(json.dumps(about))


def test_the_example_models_are_enough_for_a_small_file(tmp_path: Path) -> None:
    update_history(open_source(str(MODELS)), tmp_path / "history.db")
    assert floor_of("chapel", tmp_path / "history.db") == ("1.12.83", "1.9.83", 16, "Tags")


@pytest.mark.slow
@pytest.mark.parametrize("name", NEEDS)
def test_real_code_needs_the_release_that_brought_what_it_uses(
    name: str, tmp_path: Path, botocore_wheel: Callable[[str], Path]
) -> None:
    service, before, first, line, path = NEEDS[name]
    for release in (before, first):
        extract(botocore_wheel(release), service, tmp_path / "models")
    update_history(open_source(str(tmp_path / "models")), tmp_path / "history.db")
    botocore, _, forced_line, forced_path = floor_of(name, tmp_path / "history.db")
    assert (botocore, forced_line, forced_path) == (first, line, path)
