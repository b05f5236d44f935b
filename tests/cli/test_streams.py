"""Exit codes in any state of the standard streams: 1 always means a finding."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from check_files import PING, write
from revisions import MORE

STATES = ("", "<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", "2>/dev/full", ">/dev/full", ">/dev/full 2>/dev/full")
FULL = {">/dev/full", ">/dev/full 2>/dev/full"}


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for name, raw in (("old", MORE), ("new", PING)):
        write(tmp_path / name / "zoo/2020-01-01", raw)
    return tmp_path


def run(folder: Path, state: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", "-c", f'exec "$0" -m docgen "$@" {state}', sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("state", STATES)
def test_an_exit_code_means_the_same_in_any_state_of_the_streams(models: Path, state: str) -> None:
    for new, code in (("old", 0), ("new", 1), ("gone", 2)):
        done = run(models, state, "check", "old", new)
        expected = 2 if state in FULL else code
        assert done.returncode == expected, (new, done)
        assert "Traceback" not in done.stderr
        if state == ">/dev/full" and code != 2:
            assert done.stderr == "docgen: standard output: No space left on device\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("command", [("rules",), ("--help",), ("validate", "old"), ("since", "x")])
def test_other_commands_never_exit_with_1(models: Path, command: tuple[str, ...]) -> None:
    for state in (">&- 2>&-", ">/dev/full", ">/dev/full 2>/dev/full"):
        done = run(models, state, *command)
        assert done.returncode in (0, 2), (state, done)
        assert "Traceback" not in done.stderr


def test_a_file_never_takes_the_place_of_a_closed_stream(models: Path) -> None:
    done = run(models, ">&- 2>&-", "check", "old", "new", "--write-baseline", "baseline.json")
    assert done.returncode == 0
    assert json.loads((models / "baseline.json").read_text())["baseline"] == 1


def test_a_reader_that_leaves_does_not_change_the_verdict(models: Path) -> None:
    script = 'set -o pipefail; "$0" -m docgen check old new --format json | true'
    done = subprocess.run(
        ["bash", "-c", script, sys.executable], cwd=models, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
