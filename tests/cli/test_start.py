"""Short commands import only what they need, because imports take longer than the work."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import ROOT, docgen

from docgen.cli.parser import COMMANDS, command_parser, make_parser
from docgen.history.facts.found import BUNDLED_FACTS

SLOW_TO_IMPORT = {
    "dataclasses",
    "inspect",
    "logging",
    "importlib.resources",
    "importlib.metadata",
    "difflib",
    "rich",
    "textwrap",
    "tempfile",
    "orjson",
    "packaging",
    "jinja2",
    "nh3",
    "docgen.model.service",
    "docgen.sources.release",
}
ROOMS_OF_SINCE = {"cli", "errors", "printable", "wording", "history", "model", "sources", "terminal", "files"}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("start") / "history.db"
    assert docgen("index", str(ROOT / "models"), "-o", str(path)).returncode == 0
    return path


RUN = """
import sys
from docgen.cli import main
try:
    code = main(sys.argv[1:])
except SystemExit as done:
    code = done.code
print(*sys.modules, sep="\\n")
sys.exit(code)
"""


def loaded_modules(*arguments: str) -> set[str]:
    """Return the modules that a command loads. The command must succeed."""
    command = [sys.executable, "-I", "-c", RUN, *arguments]
    done = subprocess.run(command, capture_output=True, check=True, text=True, cwd=ROOT / "docs")
    return set(done.stdout.splitlines())


def commands_in(modules: set[str]) -> Iterator[str]:
    yield from (name for name in COMMANDS if f"docgen.cli.{name}" in modules)


@pytest.mark.parametrize("words", [("create_fleet", "Tags"), ("CreateFleet",), ()])
def test_since_imports_only_what_it_needs(words: tuple[str, ...], history: Path) -> None:
    for path in (history, BUNDLED_FACTS):
        modules = loaded_modules("since", "appstream", *words, "--history", str(path))
        assert not modules & SLOW_TO_IMPORT, path
        assert list(commands_in(modules)) == ["since"]
        rooms = {name.split(".")[1] for name in modules if name.startswith("docgen.")}
        assert rooms <= ROOMS_OF_SINCE
    assert "zipfile" not in loaded_modules("since", "appstream", *words, "--history", str(history))


def test_since_imports_as_little_for_the_facts_that_docgen_carries() -> None:
    modules = loaded_modules("since", "appstream", "create_fleet", "Tags")
    assert not (modules - {"docgen.files"}) & SLOW_TO_IMPORT


def test_a_build_in_one_process_imports_nothing_to_start_others_and_no_client(tmp_path: Path) -> None:
    modules = loaded_modules(
        "build", "--source", str(ROOT / "models"), "--jobs", "1", "--output", str(tmp_path / "site")
    )
    assert not modules & {"concurrent.futures.process", "multiprocessing", "urllib.request", "http.client"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_imports_no_other_command(name: str) -> None:
    modules = loaded_modules(name, "--help")
    begins_with_another = {"update": ["update", "index"]}
    assert list(commands_in(modules)) == begins_with_another.get(name, [name])


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_alone_is_parsed_as_by_the_parser_of_all(name: str) -> None:
    (commands,) = (action for action in make_parser([name])._actions if action.choices and name in action.choices)
    assert commands.choices[name].format_help() == command_parser(name).format_help()  # type: ignore[index]
