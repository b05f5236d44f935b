"""The fuzz targets on a fixed number of inputs: just enough to show that a target is broken."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import FULL

pytest.importorskip("resource", reason="limits of time and memory are those of Unix")

from fuzz import mutate, run
from fuzz.target_inputs import target as read_input

RUNS = {
    "arguments": 150,
    "archives": 3000,
    "changes": 150,
    "facts": 150,
    "folder_links": 300,
    "history": 60,
    "history_rows": 150,
    "locks": 800,
    "markup": 150,
    "requests": 300,
    "specs": 800,
}
"""Runs of targets that take long; all others get `OTHERS`."""
OTHERS = 2500


@pytest.mark.parametrize("name", run.NAMES)
def test_a_target_finds_nothing(name: str) -> None:
    runs = RUNS.get(name, OTHERS)
    found = run.by_chance(name, runs * 100 if FULL else runs, seed=1)
    assert found.failed is None, f"{found.failed!r}\n{found.why}"
    assert found.runs >= runs


def test_every_seed_can_be_read_before_anything_is_changed() -> None:
    for name in run.NAMES:
        target, seeds = run.load(name)
        assert seeds
        with run.limits():
            for seed in seeds:
                run.guarded(target, seed)


def test_the_runner_starts_every_target_from_any_folder(tmp_path: Path) -> None:
    command = [sys.executable, run.__file__, "all", "--runs", "1", "--chance"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == list(run.NAMES)


def test_the_same_seed_gives_the_same_inputs() -> None:
    pool = run.load("inputs")[1]
    first, again, other = (
        [mutate.mutated(pool, random.Random(seed)) for _ in range(3)]  # noqa: S311 - the same each time
        for seed in (7, 7, 8)
    )
    assert first == again != other
    assert max(map(len, first)) <= mutate.MOST


def test_an_input_that_fails_is_found_with_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(data: bytes) -> None:
        if b"[" in data:
            raise KeyError("the mistake")
        read_input(data)

    monkeypatch.setattr(run, "load", lambda _: (fails, [b"\0", b"\1{}"]))
    found = run.by_chance("broken", 10_000, 1)
    assert found.failed is not None
    assert b"[" in found.failed
    assert "KeyError: 'the mistake'" in found.why


def test_an_input_that_takes_too_long_is_one_that_fails(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def hangs(_: bytes) -> None:
        while True:
            with suppress(Exception):  # the code under test may do this, and must not win
                time.process_time()

    monkeypatch.setattr(run, "load", lambda _: (hangs, [b""]))
    found = run.by_chance("slow", 5, 1, seconds=0.1)
    assert (found.runs, found.failed) == (1, b"")
    assert "more than 0.1 s of CPU" in found.why
    assert "in hangs" in capfd.readouterr().err


def test_an_input_that_takes_too_much_memory_is_one_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "load", lambda _: (lambda _: [bytes(2 * run.MAX_BYTES)], [b""]))
    assert "MemoryError" in run.by_chance("large", 5, 1).why
