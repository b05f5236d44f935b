"""The README is true: its output is real, and it has every command and option."""

from __future__ import annotations

import doctest
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from reference_pages import parsers

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(?!console)(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
"""The language and text of each block. `test_docs.py` runs the terminal session at the top."""


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


PAGES = README + "".join(page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs").glob("*.md")))
OF_EVERY_COMMAND = ("-h", "--help", "--color", "--no-pager")


def test_every_command_and_option_is_documented() -> None:
    assert list(parsers()) == [
        *("since", "explain", "requires", "uses", "history", "mcp", "show"),
        *("diff", "notes", "check", "rules", "build", "update", "serve"),
        *("index", "fetch", "validate", "completion", "help"),
    ]
    lists = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for name, parser in parsers().items():
        assert re.search(rf"^docgen {name}\b", PAGES, re.MULTILINE), f"no page has an example of {name}"
        _, _, output = lists.partition(f"\n## docgen {name}\n")
        for action in parser._actions:
            for option in action.option_strings:
                assert option in output.partition("\n## ")[0] or option in OF_EVERY_COMMAND, f"{name} {option}"


def test_what_the_readme_does_with_the_library_gives_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "models", tmp_path / "models")
    monkeypatch.chdir(tmp_path)
    (session,) = (block for language, block in BLOCKS if language == "python")
    output: list[str] = []
    example = doctest.DocTestParser().get_doctest(session, {}, "README.md", "README.md", 0)
    results = doctest.DocTestRunner().run(example, out=output.append)
    assert results.attempted > 10
    assert results.failed == 0, "".join(output)
