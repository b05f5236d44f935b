"""The GitHub Action and the pre-commit hooks, run as far as that goes without their hosts: their own words, in bash."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from action_runner import ACTION, PULL, ROOT, Runner
from check_files import PING, write
from conftest import CI, FULL
from git_repository import AUTHOR, Repository
from revisions import LESS, MORE, put
from rule_support import model, op

HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """What GitHub has: a main branch, and a pull request, which main has moved on from since."""
    made = Repository(tmp_path / "origin")
    put(made, "1.9", MORE)
    made.commit()
    made("switch", "--quiet", "--create", "change")
    return made


def checkout(repository: Repository, tmp_path: Path) -> Path:
    """A clone as actions/checkout makes it for a pull request: one commit, its merge."""
    repository.commit()
    repository("switch", "--quiet", "--detach", "main")
    repository("merge", "--quiet", "--no-ff", "-m", "Merge", "change")
    repository("update-ref", "refs/pull/7/merge", "HEAD")
    repository("switch", "--quiet", "main")
    put(repository, "1.10", model(Ping=op({"A": "String", "B": "String", "C": "String"}), New=op({})))
    repository.commit()
    clone = Repository(tmp_path / "clone")
    clone("remote", "add", "origin", f"file://{repository.path}")
    clone("fetch", "--quiet", "--depth", "1", "origin", "refs/pull/7/merge")
    clone("checkout", "--quiet", "FETCH_HEAD")
    return clone.path


def test_the_action_says_what_github_wants_to_know() -> None:
    assert {"name", "description", "inputs", "outputs", "runs", "branding"} <= ACTION.keys()
    assert ACTION["runs"]["using"] == "composite"
    assert all("description" in said for said in (*ACTION["inputs"].values(), *ACTION["outputs"].values()))
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"inputs\.([a-z-]+)", text)) == ACTION["inputs"].keys()
    steps = {step["id"]: step for step in ACTION["runs"]["steps"]}
    for step, output in re.findall(r"steps\.(\w+)\.outputs\.(\w+)", text):
        assert f'echo "{output}=' in steps[step]["run"]


def test_a_pull_request_is_compared_with_what_it_is_merged_into_and_nothing_newer(
    repository: Repository, tmp_path: Path
) -> None:
    put(repository, "1.9", PING)
    runner = Runner(checkout(repository, tmp_path), tmp_path / "temp", {"path": "models"}, PULL)
    done = runner.check()
    assert done.returncode == 1, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert line.startswith("::error file=models/1.9/zoo/2020-01-01/service-2.json,line=")
    assert "zoo#PingRequest$B" in line
    summary = (tmp_path / "temp/summary").read_text()
    assert summary.startswith("**Failed: 1 change is breaking.**")
    assert Path(runner.valued(ACTION["outputs"]["report"]["value"])).read_text() == summary


def test_a_harmless_pull_request_passes_and_has_a_summary_too(repository: Repository, tmp_path: Path) -> None:
    put(repository, "1.9.1", model(Ping=op({"A": "String", "B": "String"}), Pong=op({}), metadata={"serviceId": "Zoo"}))
    done = Runner(checkout(repository, tmp_path), tmp_path / "temp", {"path": "models"}, PULL).check()
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "temp/summary").read_text().startswith("**Passed: nothing breaking.**")


def test_level_options_and_several_paths_are_passed_on_and_nothing_in_them_is_run(
    repository: Repository, tmp_path: Path
) -> None:
    write(repository.path / "other", LESS)
    put(repository, "1.9", PING)
    clone = checkout(repository, tmp_path)
    inputs = {"path": "models other/service-2.json", "options": "--except request-* --profile api", "fail-on": "docs"}
    done = Runner(clone, tmp_path / "temp", inputs, PULL).check()
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing to compare with: other/service-2.json" in done.stdout
    for number, name in enumerate(("path", "against", "options", "fail-on")):
        hostile = {"path": "models", name: f"$(touch {tmp_path}/ran) `touch {tmp_path}/ran` ; touch {tmp_path}/ran"}
        done = Runner(clone, tmp_path / f"hostile{number}", hostile, PULL).check()
        assert done.returncode == 2, (name, done)
    assert not (tmp_path / "ran").exists()


def test_elsewhere_than_in_a_pull_request_it_is_the_default_branch_or_what_one_says(
    repository: Repository, tmp_path: Path
) -> None:
    put(repository, "1.9", PING)
    clone = checkout(repository, tmp_path)
    pushed = {"ref": "refs/heads/change", "event.repository.default_branch": "main"}
    done = Runner(clone, tmp_path / "temp", {"path": "models"}, pushed).check()
    assert done.returncode == 1
    assert "operation-removed" in done.stdout, "the newest release of main is not in this branch"
    done = Runner(clone, tmp_path / "more", {"path": "models", "against": "HEAD"}, pushed).check()
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not (CI or FULL), reason="installs docgen and what it needs, with pip")
def test_the_first_step_installs_docgen(repository: Repository, tmp_path: Path) -> None:
    runner = Runner(repository.path, tmp_path / "temp", {"path": "models"}, PULL)
    done = runner.run(ACTION["runs"]["steps"][0])
    assert done.returncode == 0, done.stderr
    command = [runner.known["steps.install.outputs.docgen"], "--version"]
    assert subprocess.run(command, capture_output=True, check=True, text=True).stdout.startswith("docgen ")


# --- pre-commit -------------------------------------------------------------------------------------------------------


def hook(repository: Repository, name: str, files: Sequence[str], *more: str) -> subprocess.CompletedProcess[str]:
    """Run a hook as pre-commit does: entry, arguments, the files whose names match."""
    said = HOOKS[name]
    command = shlex.split(said["entry"])
    assert command[0] == "docgen"
    wanted = [file for file in files if re.search(said["files"], file)]
    command = [sys.executable, "-m", *command, *(more or said.get("args", ())), *wanted]
    environment = {**os.environ, **AUTHOR, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=repository.path, env=environment, capture_output=True, text=True, check=False)


def test_hooks_say_what_pre_commit_wants_to_know() -> None:
    for said in HOOKS.values():
        assert {"id", "name", "description", "language", "entry", "files"} <= said.keys()
        assert said["language"] == "python"
        assert said["require_serial"] is True


def test_a_commit_that_breaks_is_stopped_a_first_one_is_not(repository: Repository, tmp_path: Path) -> None:
    first = Repository(tmp_path / "first")
    write(first.path, PING)
    assert hook(first, "docgen-check", ["service-2.json"]).returncode == 0
    file = put(repository, "1.9", PING).relative_to(repository.path).as_posix()
    done = hook(repository, "docgen-check", [file, "README.md"])
    assert (done.returncode, done.stderr) == (1, "")
    assert "PingRequest.B was removed" in done.stdout
    repository.commit()
    assert hook(repository, "docgen-check", [file]).returncode == 0
    assert hook(repository, "docgen-check", [file], "--against", "main", "--").returncode == 1


def test_a_model_that_is_none_is_stopped(repository: Repository) -> None:
    file = repository.path / "service-2.json"
    shutil.copy(ROOT / "models/1.12.83/appstream/2016-12-01/service-2.json", file)
    assert hook(repository, "docgen-validate", ["service-2.json"]).returncode == 0
    file.write_text('{"metadata": {}}')
    assert hook(repository, "docgen-validate", ["service-2.json"]).returncode != 0


@pytest.mark.skipif(not shutil.which("pre-commit"), reason="pre-commit is not here")
def test_pre_commit_takes_the_file_of_hooks() -> None:
    subprocess.run(["pre-commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")], check=True)
