"""Silent servers, changed copies, dying processes: each ends with a one-line error and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from git_repository import MODEL, Repository
from waiting import PATIENCE, wait_until

from docgen.cli import main
from docgen.errors import UsageError
from docgen.files import cache_folder, remove_litter, write_atomically
from docgen.locate import open_source
from docgen.sources.git.program import DEFAULT_TIMEOUT, git_environment, without_password


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def dead_process() -> int:
    command = [sys.executable, "-c", "import os; print(os.getpid())"]
    return int(subprocess.run(command, capture_output=True, check=True).stdout)


@pytest.mark.parametrize("option", [[], ["--timeout", "0.5"]])
def test_a_silent_git_server_has_a_limit(
    option: list[str], cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOCGEN_TIMEOUT", "1")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        started = time.monotonic()
        assert main(["fetch", f"git:git://127.0.0.1:{port}/x", *option]) == 2
        assert time.monotonic() - started < DEFAULT_TIMEOUT
    assert f"no answer for {option[1] if option else 1} s (--timeout SECONDS allows more)" in capsys.readouterr().err
    assert list((cache / "git").iterdir()) == []


def test_a_limit_that_is_no_number_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCGEN_TIMEOUT", "soon")
    with pytest.raises(UsageError, match="DOCGEN_TIMEOUT=soon: expected a number of seconds"):
        open_source("git:git://127.0.0.1:9/x").releases()


def test_a_silent_package_index_has_a_limit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.getsockname()[1]}/simple")
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_RETRIES", "1")
        monkeypatch.setenv("DOCGEN_TIMEOUT", "99")
        started = time.monotonic()
        assert main(["fetch", "pypi:botocore==1.0", "--timeout", "1"]) == 2
        assert time.monotonic() - started < 99
    assert "pip cannot reach the package index" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["0", "-1", "soon", "nan", "1e99"])
def test_a_limit_is_a_positive_number(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", "models", f"--timeout={text}"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def processes_that_mention(text: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and text in (entry / "cmdline").read_text(errors="replace"):
                found.append(int(entry.name))
    return found


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes as Linux shows them")
@pytest.mark.parametrize("kind", ["git", "pip"])
def test_no_child_outlives_docgen_when_it_is_killed(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with socket.create_server(("127.0.0.1", 0)) as server:  # accepts, and never answers
        port = server.getsockname()[1]
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{port}/simple")
        mark = f"git://127.0.0.1:{port}/x" if kind == "git" else f"orphan-of-{os.getpid()}==1"
        source = f"git:{mark}" if kind == "git" else f"pypi:{mark}"
        command = [sys.executable, "-P", "-m", "docgen", "fetch", source, "-o", str(tmp_path / "models")]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            connection, _ = server.accept()
            assert len(processes_that_mention(mark)) >= 2
            process.kill()
        wait_until(lambda: not processes_that_mention(mark))
        connection.close()


def test_the_configuration_of_a_copy_names_no_program(cache: Path, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    repository.put(sqs=MODEL)
    repository.commit("1.0")
    spec = f"git:file://{repository.path}"
    open_source(spec).releases()
    (copy,) = (cache / "git").iterdir()
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\ntouch {tmp_path}/ran\nexec git-upload-pack "$@"\n')
    program.chmod(0o755)
    for name in ("remote.origin.uploadpack", "core.sshCommand", "uploadpack.packObjectsHook"):
        subprocess.run(["git", "--git-dir", copy, "config", name, str(program)], check=True)
    repository.commit("2.0")
    assert [release.name for release in open_source(spec).releases()] == ["1.0", "2.0"]
    assert not (tmp_path / "ran").exists()
    assert str(program) not in (copy / "config").read_text()


def test_no_error_shows_a_password(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", "git:https://user:s3cret@127.0.0.1:9/x.git"]) == 2
    assert "s3cret" not in capsys.readouterr().err
    assert without_password("a https://u:p@h/x b ssh://t@h c") == "a https://h/x b ssh://h c"


def test_objects_of_a_push_are_found_in_a_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", "/quarantine")
    assert "GIT_OBJECT_DIRECTORY" not in git_environment(network=False)
    monkeypatch.setenv("GIT_QUARANTINE_PATH", "/quarantine")
    assert git_environment(network=False)["GIT_OBJECT_DIRECTORY"] == "/quarantine"


def test_the_cache_may_be_in_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DOCGEN_CACHE", "~/mine")
    monkeypatch.chdir(tmp_path)
    assert cache_folder("git") == tmp_path / "mine" / "git"
    assert not (tmp_path / "~").exists()


def test_writing_follows_no_link_that_was_planted(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("kept")
    for name in ("x.json", "x.json.part", f".x.json.{os.getpid()}.part"):
        (tmp_path / name).symlink_to("secret")
    write_atomically(tmp_path / "x.json", [b"1"])
    assert (tmp_path / "secret").read_text() == "kept"
    assert (tmp_path / "x.json").read_text() == "1"


def test_litter_of_processes_that_died_is_removed(tmp_path: Path) -> None:
    dead = dead_process()
    for name in (f".x.json.{dead}.new", f".other.{dead}.new"):
        (tmp_path / name).write_text("")
    write_atomically(tmp_path / "x.json", [b"1"])
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [f".other.{dead}.new", "x.json"]
    (tmp_path / f"abc.{dead}.part").mkdir()
    (tmp_path / f"abc.{dead}.part" / "file").write_text("")
    remove_litter(tmp_path, "", ".part")
    assert not (tmp_path / f"abc.{dead}.part").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_cleans_up_as_ctrl_c_does(number: signal.Signals, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"git:git://127.0.0.1:{server.getsockname()[1]}/x"
        command = [sys.executable, "-P", "-m", "docgen", "fetch", address, "-o", str(tmp_path / "models")]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            connection, _ = server.accept()
            process.send_signal(number)
            _, error = process.communicate(timeout=PATIENCE)
            connection.close()
    assert process.returncode == 128 + number
    assert error == ""
    assert list((tmp_path / "cache" / "git").iterdir()) == []
