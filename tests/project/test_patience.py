"""No test depends on how fast the machine is, or on what other tests do at the same time."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import conftest
import pytest

from docgen.files import cache_path

TESTS = Path(__file__).parent.parent
SHORTEST = 60
"""Seconds below which a limit may be reached on a busy machine."""
CLOCKS = {"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "time", "time_ns"}
"""Clocks of `time` that go on while other processes run. `process_time` does not."""
READERS = {
    "support/waiting.py": "waits",
    "hostile/test_peers_and_deaths.py": "compares with limits that end a wait",
    "oracle/test_since_brute_force.py": "prints a duration",
    "site/test_kills.py": "chooses when to kill",
}
"""Files that may read these clocks, and why."""


@cache
def sources() -> dict[str, ast.Module]:
    """Return the modules of the tests by path."""
    named = {path.relative_to(TESTS).as_posix(): path for path in sorted(TESTS.rglob("*.py"))}
    others = ("data/", "fuzz/", "requires/examples/", "requires/real/")
    return {name: ast.parse(path.read_bytes()) for name, path in named.items() if not name.startswith(others)}


def test_limits_are_long() -> None:
    assert [f"{name}:{line}" for name, tree in sources().items() for line in short_limits(tree)] == []


def short_limits(tree: ast.AST) -> Iterator[int]:
    """Yield the line of each call with a limit in seconds that is too short."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            limits = [each.value for each in node.keywords if each.arg == "timeout"]
            if isinstance(node.func, ast.Attribute) and node.func.attr in ("wait", "communicate"):
                limits += node.args
            for limit in limits:
                if isinstance(limit, ast.Constant) and isinstance(limit.value, int | float) and limit.value < SHORTEST:
                    yield node.lineno


def test_durations_are_measured_in_time_of_the_processor() -> None:
    found = {name for name, tree in sources().items() if reads_clock(tree)}
    assert sorted(found - READERS.keys()) == []
    assert sorted(READERS.keys() - found) == []


def reads_clock(tree: ast.AST) -> bool:
    """Whether a module uses one of `CLOCKS`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "time":
            if node.attr in CLOCKS and isinstance(node.ctx, ast.Load):
                return True
        elif isinstance(node, ast.ImportFrom) and node.module == "time" and {each.name for each in node.names} & CLOCKS:
            return True
    return False


def test_what_is_found_would_be_noticed() -> None:
    assert list(short_limits(ast.parse("run.wait(30)\nrun(x, timeout=5)\nrun.wait(PATIENCE)\nrun.wait(60)"))) == [1, 2]
    assert reads_clock(ast.parse("import time\ntime.monotonic()"))
    assert not reads_clock(ast.parse("import time\ntime.process_time()\ntime.sleep(1)"))


def test_the_cache_is_not_that_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert cache_path("facts").is_relative_to(tmp_path_factory.getbasetemp())


def test_a_wheel_is_in_the_cache_only_when_it_is_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pip copies it there bit by bit, and another process may look for it meanwhile."""

    def download(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        folder = Path(command[command.index("--dest") + 1])
        (folder / "botocore-0.0.1-py3-none-any.whl").write_bytes(b"half a wheel")
        assert not list(tmp_path.glob("botocore-*"))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setenv("DOCGEN_WHEELS", str(tmp_path))
    monkeypatch.setattr(subprocess, "run", download)
    path = conftest.wheel("0.0.1")
    assert (path.parent, path.read_bytes()) == (tmp_path, b"half a wheel")
    assert list(tmp_path.iterdir()) == [path]
