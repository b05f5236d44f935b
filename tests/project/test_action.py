"""The GitHub Action and the pre-commit hooks, run without GitHub and pre-commit: their own scripts, in bash."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from action_runner import ACTION, PULL, ROOT, Runner
from check_files import PING, write
from conftest import CI, FULL
from git_repository import AUTHOR, Repository
from revisions import LESS, MORE, put
from rule_support import model, op
from wheels import write_wheel

HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Create what GitHub has: a main branch, and a pull request that main has left behind."""
    made = Repository(tmp_path / "origin")
    put(made, "1.9", MORE)
    made.commit()
    made("switch", "--quiet", "--create", "change")
    return made


def checkout(repository: Repository, tmp_path: Path) -> Path:
    """Create a clone as actions/checkout does for a pull request: one commit, its merge."""
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
    assert all("description" in declared for declared in (*ACTION["inputs"].values(), *ACTION["outputs"].values()))
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
    assert Path(runner.evaluate(ACTION["outputs"]["report"]["value"])).read_text() == summary


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


def test_outside_a_pull_request_the_default_branch_or_a_given_revision_is_compared(
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


# --- code -------------------------------------------------------------------------------------------------------------

CODE = b"""import boto3
boto3.client("appstream").create_fleet(Name="a", Tags={"b": "c"})
"""
BUMP = {**PULL, "event.pull_request.number": "7"}


@pytest.fixture
def upgraded(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Create a checkout of a pull request that changes the version of botocore, and wheels of both versions for pip."""
    for name in ("1.12.82", "1.12.83"):
        folder = tmp_path / "links"
        folder.mkdir(exist_ok=True)
        model = (ROOT / "models" / name / "appstream/2016-12-01/service-2.json").read_bytes()
        about = f"Metadata-Version: 2.1\nName: botocore\nVersion: {name}\n".encode()
        members = [("botocore/data/appstream/2016-12-01/service-2.json", model)]
        info = f"botocore-{name}.dist-info"
        tag = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        members += [(f"{info}/METADATA", about), (f"{info}/WHEEL", tag), (f"{info}/RECORD", b"")]
        write_wheel(folder, members, f"botocore-{name}-py3-none-any.whl")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "links"))
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path / "cache"))
    repository("switch", "--quiet", "main")
    repository.write("src/run.py", CODE)
    repository.write("requirements.txt", b"botocore==1.12.83\n")
    repository.commit()
    repository("switch", "--quiet", "change")
    repository("merge", "--quiet", "main")
    repository.write("requirements.txt", b"botocore==1.12.82\n")
    return checkout(repository, tmp_path)


class Comments(BaseHTTPRequestHandler):
    """The part of GitHub's API that handles comments: the action's and other people's."""

    written: ClassVar[list[tuple[str, str, str]]] = []
    known: ClassVar[list[dict[str, Any]]] = []

    def answer(self) -> None:
        if self.headers["Authorization"] != "Bearer secret":
            self.send_error(403)
            return
        data: Any = self.known
        if self.command != "GET":
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
            self.written.append((self.command, self.path, body))
            data = {"id": 12}
            self.known[:] = [*ANYBODY, {"id": 12, "body": body, "user": {"type": "Bot"}}]
        content = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = answer  # noqa: N815 - names of http.server

    def log_message(self, *_: object) -> None:
        """Log nothing."""


ANYBODY = [{"id": 11, "body": "<!-- docgen: upgrade -->", "user": {"type": "User"}}]


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Comments]]:
    """Serve comments, and point the action at the server."""
    Comments.written.clear()
    Comments.known[:] = ANYBODY
    with ThreadingHTTPServer(("127.0.0.1", 0), Comments) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("GITHUB_API_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("GITHUB_REPOSITORY", "o/r")
        yield Comments
        server.shutdown()
        thread.join()


def test_an_upgrade_is_judged_and_has_one_comment(upgraded: Path, tmp_path: Path, github: type[Comments]) -> None:
    inputs = {"used-by": "src", "comment": "true", "token": "secret"}
    runner = Runner(upgraded, tmp_path / "temp", inputs, BUMP)
    done = runner.check()
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=src/run.py,line=2,title=request-member-removed appstream#")
    report = Path(runner.evaluate(ACTION["outputs"]["upgrade"]["value"])).read_text()
    headline = "**botocore 1.12.83 → 1.12.82: 3 changes, 1 reaches your code, 1 breaks it.**"
    assert report.startswith(headline)
    assert (tmp_path / "temp/summary").read_text() == report
    ((method, path, body),) = github.written
    assert (method, path) == ("POST", "/repos/o/r/issues/7/comments")
    assert body == f"<!-- docgen: upgrade -->\n{report}"
    Runner(upgraded, tmp_path / "again", inputs, BUMP).check()
    assert [(method, path) for method, path, _ in github.written[1:]] == [("PATCH", "/repos/o/r/issues/comments/12")]


def test_a_comment_that_github_refuses_changes_no_verdict(
    upgraded: Path, tmp_path: Path, github: type[Comments]
) -> None:
    inputs = {"used-by": "src", "comment": "true", "token": "wrong"}
    done = Runner(upgraded, tmp_path / "temp", inputs, BUMP).check()
    assert done.returncode == 1
    assert done.stdout.startswith("::warning::docgen could not comment")
    assert not github.written


def test_without_an_upgrade_there_is_no_comment(upgraded: Path, tmp_path: Path, github: type[Comments]) -> None:
    (upgraded / "requirements.txt").write_text("botocore==1.12.83\n")
    inputs = {"used-by": "src", "lock": "requirements.txt", "comment": "true", "token": "secret"}
    done = Runner(upgraded, tmp_path / "temp", inputs, BUMP).check()
    assert (done.returncode, done.stderr) == (0, "")
    assert "no upgrade" in done.stdout
    assert not github.written


def test_declared_versions_are_checked(upgraded: Path, tmp_path: Path) -> None:
    done = Runner(upgraded, tmp_path / "temp", {"requires": "src"}, BUMP).check()
    assert done.returncode == 1
    assert "::error file=requirements.txt,line=1" in done.stdout
    (upgraded / "requirements.txt").write_text("botocore==1.12.83\n")
    done = Runner(upgraded, tmp_path / "again", {"requires": "src"}, BUMP).check()
    assert done.returncode == 0


def test_nothing_in_the_inputs_for_code_is_run(upgraded: Path, tmp_path: Path) -> None:
    hostile = f"$(touch {tmp_path}/ran) `touch {tmp_path}/ran` ; touch {tmp_path}/ran"
    for number, name in enumerate(("used-by", "requires", "lock")):
        done = Runner(upgraded, tmp_path / f"hostile{number}", {"used-by": "src", name: hostile}, BUMP).check()
        assert done.returncode == 2, (name, done)
    assert not (tmp_path / "ran").exists()


# --- pre-commit -------------------------------------------------------------------------------------------------------


def run_hook(repository: Repository, name: str, files: Sequence[str], *more: str) -> subprocess.CompletedProcess[str]:
    """Run a hook as pre-commit does: entry, arguments, and the files whose names match."""
    hook = HOOKS[name]
    command = shlex.split(hook["entry"])
    assert command[0] == "docgen"
    wanted = [file for file in files if re.search(hook["files"], file)]
    assert wanted, "the hook does not run"
    wanted = wanted if hook.get("pass_filenames", True) else []
    command = [sys.executable, "-m", *command, *(more or hook.get("args", ())), *wanted]
    environment = {**os.environ, **AUTHOR, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=repository.path, env=environment, capture_output=True, text=True, check=False)


def test_hooks_say_what_pre_commit_wants_to_know() -> None:
    for hook in HOOKS.values():
        assert {"id", "name", "description", "language", "entry", "files"} <= hook.keys()
        assert hook["language"] == "python"
        assert hook["require_serial"] is True


def test_a_commit_that_breaks_is_stopped_a_first_one_is_not(repository: Repository, tmp_path: Path) -> None:
    first = Repository(tmp_path / "first")
    write(first.path, PING)
    assert run_hook(first, "docgen-check", ["service-2.json"]).returncode == 0
    file = put(repository, "1.9", PING).relative_to(repository.path).as_posix()
    done = run_hook(repository, "docgen-check", [file, "README.md"])
    assert (done.returncode, done.stderr) == (1, "")
    assert "PingRequest.B was removed" in done.stdout
    repository.commit()
    assert run_hook(repository, "docgen-check", [file]).returncode == 0
    assert run_hook(repository, "docgen-check", [file], "--against", "main", "--").returncode == 1


def test_a_version_that_is_too_low_is_stopped(repository: Repository) -> None:
    repository.write("src/run.py", CODE)
    repository.write("requirements.txt", b"boto3>=1.9.82\n")
    done = run_hook(repository, "docgen-requires", ["src/run.py"])
    assert done.returncode == 1, done.stderr
    assert "too low, needed: boto3>=1.9.83" in done.stdout
    repository.write("requirements.txt", b"boto3>=1.9.83\n")
    for name in ("requirements.txt", "uv.lock", "a/pyproject.toml"):
        assert run_hook(repository, "docgen-requires", [name]).returncode == 0, name


def test_a_file_that_is_not_a_model_is_stopped(repository: Repository) -> None:
    file = repository.path / "service-2.json"
    shutil.copy(ROOT / "models/1.12.83/appstream/2016-12-01/service-2.json", file)
    assert run_hook(repository, "docgen-validate", ["service-2.json"]).returncode == 0
    file.write_text('{"metadata": {}}')
    assert run_hook(repository, "docgen-validate", ["service-2.json"]).returncode != 0


@pytest.mark.skipif(not shutil.which("pre-commit"), reason="pre-commit is not here")
def test_pre_commit_takes_the_file_of_hooks() -> None:
    subprocess.run(["pre-commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")], check=True)


def test_no_name_of_a_file_is_an_option_of_a_hook() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    taking_names = [hook for hook in hooks if hook.get("pass_filenames", True)]
    assert [hook["id"] for hook in taking_names] == ["docgen-check", "docgen-validate"]
    assert [hook["args"][-1] for hook in taking_names] == ["--", "--"]
