"""The GitHub Action runs nothing from the checkout, which may be anyone's pull request."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from action_runner import ACTION, PULL, ROOT, Runner

PLANTED = ("venv", "pip", "multiprocessing", "docgen", "ensurepip", "hatchling", "json", "runpy")


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """Write a folder of modules that leave a mark if they are imported."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    mark = f"open({str(tmp_path / 'imported')!r}, 'a').write(__name__ + '\\n')\n"
    for name in PLANTED:
        (folder / f"{name}.py").write_text(mark)
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(mark)
        (folder / name / "__main__.py").write_text(mark)
    shutil.copytree(ROOT / "models", folder / "models")
    return folder


def imported(folder: Path) -> str:
    mark = folder.parent / "imported"
    return mark.read_text() if mark.exists() else ""


def test_the_action_installs_docgen_without_the_modules_of_the_checkout(planted: Path, tmp_path: Path) -> None:
    runner = Runner(planted, tmp_path / "temp", {"path": "models"}, PULL)
    runner.environment["PIP_NO_INDEX"] = "1"  # pip starts, and finds nothing to install
    runner.environment["PIP_FIND_LINKS"] = ""
    done = runner.run(ACTION["runs"]["steps"][0])
    assert done.returncode != 0
    assert "No matching distribution" in done.stderr, done.stderr
    assert imported(planted) == ""


def test_every_step_of_the_action_is_safe() -> None:
    for step in ACTION["runs"]["steps"]:
        assert step["env"]["PYTHONSAFEPATH"] == "1", step["name"]
