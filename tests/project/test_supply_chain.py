"""What docgen's builds trust: actions by commit, packages by hash, and only the permissions they need."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
BY_COMMIT = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
FILES = [*WORKFLOWS, ROOT / "action.yml"]


def program(name: str) -> str | None:
    """Return the path of a linter: in Python's folder, or on the PATH."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_actions_are_named_by_their_commit(path: Path) -> None:
    used = re.findall(r"uses: *(.*)", path.read_text(encoding="utf-8"))
    assert used or path.name == "action.yml"
    assert [each for each in used if not BY_COMMIT.fullmatch(each)] == []


def test_one_action_has_one_commit() -> None:
    used = {each for path in FILES for each in re.findall(r"uses: *(.*)", path.read_text(encoding="utf-8"))}
    assert len({each.partition("@")[0] for each in used}) == len(used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_permissions_are_the_least(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] in ({}, {"contents": "read"})
    allowed = {"contents": "read", "id-token": "write", "attestations": "write"} if path.stem == "release" else {}
    for job in workflow["jobs"].values():
        assert job.get("permissions", {}).items() <= allowed.items()
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
            assert "secrets." not in str(step)
            assert "${{" not in step.get("run", "")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_workflow_runs_with_rights_on_the_code_of_a_stranger(path: Path) -> None:
    triggers = yaml.safe_load(path.read_text(encoding="utf-8"))[True]  # YAML 1.1 reads `on` as a boolean
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(triggers)


@pytest.mark.skipif(not program("zizmor"), reason="zizmor is not here")
def test_zizmor_finds_nothing() -> None:
    command = [str(program("zizmor")), "--offline", "--no-progress", "--persona", "regular", *map(str, FILES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(not program("actionlint"), reason="actionlint is not here")
def test_actionlint_finds_nothing() -> None:
    command = [str(program("actionlint")), "-shellcheck=", "-pyflakes=", *map(str, WORKFLOWS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_action_installs_and_builds_with_hashes_only() -> None:
    install = next(
        step for step in yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"] if step["id"] == "install"
    )
    lines = [line.strip() for line in install["run"].splitlines() if line.strip().startswith('"${install[@]}"')]
    assert all("--require-hashes" in line or "--no-deps --no-build-isolation" in line for line in lines)
    assert len(lines) == 3


def bill(tmp_path: Path, wheel: str = "docgen-1.2.3-py3-none-any.whl") -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("sbom", ROOT / ".ci/sbom.py")
    assert spec is not None
    assert spec.loader is not None
    sbom = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sbom)
    (tmp_path / wheel).write_bytes(b"a wheel")
    found: dict[str, Any] = sbom.bill_of_materials(
        tmp_path / wheel, (ROOT / "requirements/runtime.txt").read_text(encoding="utf-8")
    )
    return found


def test_the_bill_of_materials_lists_every_pin_and_is_the_same_every_time(tmp_path: Path) -> None:
    found = bill(tmp_path)
    pins = re.findall(r"(?m)^([\w.-]+)==(\S+)", (ROOT / "requirements/runtime.txt").read_text(encoding="utf-8"))
    assert [(each["name"], each["version"]) for each in found["components"]] == pins
    assert found["metadata"]["component"]["version"] == "1.2.3"
    (tmp_path / "again").mkdir()
    again = json.dumps(bill(tmp_path / "again"))
    assert again == json.dumps(found)
    assert str(tmp_path) not in again
