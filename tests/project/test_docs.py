"""The README and `docs/` are true: lists are complete, commands run, output is as printed, links work."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from docs_world import ROOT, World
from reference_pages import RENEW, pages, parsers
from rooms import ROOMS

from docgen.cli.parser import make_parser
from docgen.locate import open_source
from docgen.rules.classify import RULES
from docgen.rules.profiles import MARKED_PROFILES
from docgen.rules.rule import Severity

DOCS = ROOT / "docs"
SCALE = "docs/scale.md"
"""Its commands need runners or a cluster. The tests of shards and of `--executor` run them."""
PAGES = ("README.md", *sorted(f"docs/{path.name}" for path in DOCS.glob("*.md") if path.name != "scale.md"))
OTHERS = ("CONTRIBUTING.md", "SECURITY.md", "models/README.md", "docgen/history/HISTORY.md", SCALE)

BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FILES = ("toml", "jinja", "jinja2", "python", "conf")
"""A block in one of these languages is the file that the text before it names last."""

NOT_RUN = {
    "python3 -m venv .venv": "installs docgen from a clone, as test_packaging.py and `.ci/run wheel` do",
    ".venv/bin/docgen build": "runs what that installs: tests/project/test_readme.py runs it from the checkout",
    "tests/run": "runs these tests",
    "python3 -m pip install git+https://github.com/OWNER/docgen@REF": "has a place holder",
    "docgen serve": "runs until it is stopped: what tests/site/test_preview.py does",
}
"""Commands, by their beginning, that no test here runs, and why. The parser still has to accept those of docgen."""

EXIT_CODES = {
    "docgen check --against main service-2.json": 1,
    "docgen check --against main service-2.json --fail-on dangerous --profile boto3 --except 'operation-*'": 1,
    "docgen check --against main service-2.json --suggest-bump --format json": 1,
    "docgen check 1.12.82 1.12.83 --profile boto3 --fail-on safe": 1,
    "docgen check 1.12.83 1.12.82 --source models --only 'appstream#CreateFleet*'  # would a downgrade break us?": 1,
    "docgen check 1.12.83 1.12.82 --used-by fleets.py": 1,
    "docgen requires start_class.py --all": 1,
    "docgen requires start_class.py --format github": 1,
    "docgen requires start_class.py --format json": 1,
    "docgen validate broken/pizza.json": 2,
    "docgen validate broken/service-2.json": 2,
}
"""Commands that are shown because they fail. All others exit with 0."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, without its indentation, and the last name in the text before it."""

    language: str
    text: str
    name: str


@cache
def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> Iterator[Block]:
    text = read(page)
    for found in BLOCK.finditer(text):
        names = re.findall(r"`([\w./-]+\.\w+)`", text[: found.start()])
        lines = [line.removeprefix(found[1]) for line in found[3].splitlines(keepends=True)]
        yield Block(found[2], "".join(lines), names[-1] if names else "")


def commands(block: Block) -> list[str]:
    """Return the commands of a block: shell lines, a terminal session, a crontab, a job of GitHub Actions."""
    match block.language:
        case "sh":
            return block.text.splitlines()
        case "console":
            return re.findall(r"^\$ (.*)$", block.text, re.MULTILINE)
        case "cron":
            return [line.split(maxsplit=5)[5] for line in block.text.splitlines()]
        case "yaml":
            return re.findall(r"^ *- run: (docgen .*)$", block.text, re.MULTILINE)
    return []


def reason_not_to_run(command: str) -> str:
    return next((reason for start, reason in NOT_RUN.items() if command.startswith(start)), "")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World.make(tmp_path_factory.mktemp("world"))


# --- lists ---


@pytest.mark.parametrize("name", ["commands.md", "rules.md", "formats.md", "library.md"])
def test_lists_are_what_the_program_has(name: str, update_golden: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("DOCGEN_HISTORY", "elsewhere.db")
    made = pages()[name]
    if update_golden:
        (DOCS / name).write_text(made, encoding="utf-8", newline="\n")
    assert (DOCS / name).read_text(encoding="utf-8") == made, f"docs/{name} is not what docgen has: `{RENEW}`"


# --- commands ---


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if any(map(commands, blocks(page)))])
def test_every_command_of_a_page_does_what_the_page_says(
    page: str, world: World, tmp_path: Path, update_golden: bool
) -> None:
    folder = tmp_path / "folder"
    world.fill(folder, history="docgen index models" not in read(page))
    environment = world.environment(folder)
    printed: dict[str, str] = {}
    shown = list(blocks(page))
    for block in shown:
        if block.language in FILES and block.name and not block.text.startswith(">>> "):
            (folder / block.name).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.name).write_text(block.text, encoding="utf-8")
    for command in (command for block in shown for command in commands(block)):
        if command.startswith("export "):
            name, _, value = command.removeprefix("export ").partition("=")
            environment[name] = value
        elif not reason_not_to_run(command):
            done = subprocess.run(
                ["bash", "-o", "pipefail", "-c", command.replace("/srv/", f"{folder}/srv/")],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            assert done.returncode == EXIT_CODES.get(command, 0), f"{command}\n{done.stderr}"
            assert "Traceback" not in done.stderr
            printed[command] = done.stdout
    if update_golden:
        _renew_sessions(page, printed)
        shown = list(blocks(page))
    if page == "README.md":
        printed["cat index.txt"] = (folder / "output/releases/1.12.83/appstream/index.txt").read_text(encoding="utf-8")
    for block in shown:
        if block.language in ("text", "console") and page != "docs/commands.md":
            for text in re.split(r"^\$ .*\n", block.text, flags=re.MULTILINE):
                assert any(text in output for output in printed.values()), f"no command of {page} prints this:\n{text}"


def _renew_sessions(page: str, printed: dict[str, str]) -> None:
    """Write the output of each command into the terminal sessions of a page."""
    text = read(page)
    for command, output in printed.items():
        session = re.compile(rf"^\$ {re.escape(command)}\n(?:(?!\$ |```).*\n)*", re.MULTILINE)
        if found := session.search(text):
            text = f"{text[: found.start()]}$ {command}\n{output}{text[found.end() :]}"
    (ROOT / page).write_text(text, encoding="utf-8", newline="\n")
    read.cache_clear()


def test_commands_listed_as_not_run_or_failing_exist() -> None:
    there = [command for page in PAGES for block in blocks(page) for command in commands(block)]
    assert len(there) > 60
    assert not [start for start in NOT_RUN if not any(command.startswith(start) for command in there)]
    assert set(EXIT_CODES) <= set(there)


@pytest.mark.parametrize("page", PAGES)
def test_the_parser_understands_every_command_that_is_shown(page: str) -> None:
    for command in (command for block in blocks(page) for command in commands(block)):
        if command.startswith("docgen "):
            words = shlex.split(command, comments=True)[1:]
            end = next((at for at, word in enumerate(words) if word in "|<>"), len(words))
            options, rest = make_parser().parse_known_args(words[:end])
            assert not any(word.startswith("-") for word in rest), command
            assert callable(options.run)


@pytest.mark.parametrize("page", [*PAGES, *OTHERS])
def test_commands_and_options_that_are_named_exist(page: str) -> None:
    for command in re.findall(r"`docgen ([a-z][^`]*)`", " ".join(BLOCK.sub("", read(page)).split())):
        name, *words = command.split()
        known = {option for action in parsers()[name]._actions for option in action.option_strings}
        assert {word for word in words if word.startswith("--")} <= known, command


def test_every_source_that_the_readme_names_is_read(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    world.fill(folder, history=True)
    (folder / "botocore-1.44.5-py3-none-any.whl").write_bytes(
        (folder / "wheels/botocore-1.43.67-py3-none-any.whl").read_bytes()
    )
    monkeypatch.chdir(folder)
    for name, value in world.environment(folder).items():
        monkeypatch.setenv(name, value)
    section = read("README.md").partition("\n## Sources\n")[2].partition("\n## ")[0]
    table = re.findall(r"^\| [^|]* \| (.*) \|$", section, re.MULTILINE)
    named = [name.strip("'") for row in table for name in re.findall(r"`([^`]+)`", row)]
    sources = [name for name in named if not name.startswith("pip ") and name != "-"]
    assert len(sources) >= 10
    for name in sources:
        assert open_source(name).releases(), name


# --- other claims ---


def test_what_a_workflow_gives_the_action_is_an_input_of_it() -> None:
    inputs = re.findall(r"^  ([a-z-]+):$", read("action.yml").partition("outputs:")[0], re.MULTILINE)
    given = [each for page in PAGES for each in re.findall(r"uses: OWNER/docgen@REF\n *with: \{(.*)\}", read(page))]
    assert len(given) == 3
    assert {part.partition(":")[0].strip() for each in given for part in each.split(",")} <= set(inputs)


def test_hooks_that_are_named_are_there() -> None:
    named = [name for page in PAGES for name in re.findall(r"\{id: ([\w-]+)\}", read(page))]
    assert len(named) == 3
    assert set(named) <= set(re.findall(r"^- id: (.*)$", read(".pre-commit-hooks.yaml"), re.MULTILINE))


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "SECURITY.md", "models/README.md", *PAGES])
def test_files_of_the_project_that_are_named_exist(page: str) -> None:
    named = re.findall(r"(?<![\w./-])(?:docgen|docs|tests|benchmarks|requirements)/[\w./-]*[\w*]", read(page))
    assert not [
        name for name in named if not name.endswith(".j2") and name != "docgen/NAME" and not any(ROOT.glob(name))
    ]


def test_contributing_lists_the_rooms_in_their_order() -> None:
    assert re.findall(r"^\| `docgen/(\w+)(?:\.py|/)` \|", read("CONTRIBUTING.md"), re.MULTILINE) == ROOMS


def headings(page: str) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    text = BLOCK.sub("", read(page))
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", [*PAGES, *OTHERS])
def test_links_lead_to_files_and_headings_that_are_there(page: str) -> None:
    for target in LINK.findall(BLOCK.sub("", read(page))):
        if "://" not in target:
            file, _, heading = target.partition("#")
            path = ((ROOT / page).parent / file).resolve() if file else ROOT / page
            assert path.exists(), f"{page}: {target}"
            if heading:
                assert heading in headings(str(path.relative_to(ROOT))), f"{page}: {target}"


def test_every_page_is_linked_from_the_readme() -> None:
    assert {f"docs/{path.name}" for path in DOCS.glob("*.md")} <= set(LINK.findall(read("README.md")))


def test_every_picture_is_shown_on_a_page_and_taken_by_the_script() -> None:
    taken = re.findall(r'Picture\("([\w.-]+)"', read("docs/make_screenshots.py"))
    there = {path.name for path in (DOCS / "images").iterdir()}
    shown = {Path(target).name for page in PAGES for target in LINK.findall(read(page)) if target.endswith(".webp")}
    assert set(taken) == there == shown
    contents = [(DOCS / "images" / name).read_bytes() for name in there]
    assert all(content[:4] + content[8:12] == b"RIFFWEBP" for content in contents)
    assert sum(map(len, contents)) < 600_000


def test_rules_that_are_examples_of_a_severity_have_that_severity() -> None:
    text = read("docs/severities.md")
    examples = [
        ("api", word, rules) for word, rules in re.findall(r"^- \*\*(\w+):\*\*(.*(?:\n  .*)*)", text, re.MULTILINE)
    ]
    for section in text.split("\n### ")[1:]:
        profile = section.partition("\n")[0]
        examples += [(profile, *row) for row in re.findall(r"^\| (\w+) \| (`[a-z].*) \|$", section, re.MULTILINE)]
    severities = [severity.label for severity in reversed(Severity)]
    assert [(profile, word) for profile, word, _ in examples] == [
        (profile, word) for profile in ("api", "api", *MARKED_PROFILES) for word in severities
    ]
    for profile, word, cell in examples:
        names = re.findall(r"`([a-z0-9-]+)`", cell)
        assert len(names) == 3
        assert [RULES[name].severity_in(profile).label for name in names] == [word] * 3, f"{profile}, {word}"


def test_no_long_sentence_occurs_twice() -> None:
    seen: dict[str, str] = {}
    for page in PAGES:
        if page.removeprefix("docs/") not in pages():
            prose = " ".join(re.sub(r"\|[-|]*\n", "\n", BLOCK.sub("", read(page))).split())
            for sentence in re.split(r"(?<=[.:;]) ", prose):
                if len(sentence.split()) > 8:
                    assert sentence not in seen, f"{page} and {seen[sentence]}: {sentence}"
                    seen[sentence] = page
