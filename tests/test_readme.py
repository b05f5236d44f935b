"""The README says what is so: its output is real, and every command and option is in it."""

from __future__ import annotations

import doctest
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def docgen(*arguments: str, cwd: Path) -> str:
    command = [sys.executable, "-m", "docgen", *arguments]
    return subprocess.run(command, check=True, capture_output=True, cwd=cwd, encoding="utf-8").stdout


def test_the_first_command_prints_what_the_readme_shows(tmp_path: Path) -> None:
    (_, command), (_, printed), (_, page) = BLOCKS[:3]
    assert command.rstrip().endswith("docgen build")
    assert docgen("build", cwd=tmp_path) == printed
    assert (tmp_path / "output/releases/1.12.83/appstream/index.txt").read_text(encoding="utf-8").startswith(page)


def test_the_test_command_is_the_one_that_ci_calls() -> None:
    assert BLOCKS[3] == ("sh", "tests/run\n")
    assert "tests/run" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_command_and_option_is_told(tmp_path: Path) -> None:
    commands = re.findall(r"^    (\w+) ", docgen("--help", cwd=tmp_path), re.MULTILINE)
    assert commands == [
        *("build", "diff", "notes", "check", "show", "validate", "rules", "index", "since"),
        *("history", "explain", "update", "fetch", "serve"),
    ]
    for command in commands:
        assert f"docgen {command}" in README
        for option in re.findall(r"--[a-z-]+", docgen(command, "--help", cwd=tmp_path)):
            assert option in README or option in ("--help", "--output")


def test_what_the_readme_does_with_the_library_gives_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "models", tmp_path / "models")
    monkeypatch.chdir(tmp_path)
    (session,) = (block for language, block in BLOCKS if language == "python")
    told: list[str] = []
    example = doctest.DocTestParser().get_doctest(session, {}, "README.md", "README.md", 0)
    results = doctest.DocTestRunner().run(example, out=told.append)
    assert results.attempted > 10
    assert results.failed == 0, "".join(told)


def test_the_problem_that_the_readme_shows_is_printed_like_that(tmp_path: Path) -> None:
    import json

    model = json.loads((ROOT / "models/1.12.83/appstream/2016-12-01/service-2.json").read_bytes())
    del model["shapes"]["Tags"]["key"]
    (tmp_path / "service-2.json").write_text(json.dumps(model))
    command = [sys.executable, "-m", "docgen", "validate", "service-2.json"]
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, encoding="utf-8", check=False)
    assert done.stdout == next(block for _, block in BLOCKS if "/shapes/Tags" in block)
