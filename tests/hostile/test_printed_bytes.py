"""No command prints, and no page contains, a character that controls a terminal, ends a line or reverses a text.

Models, release notes and a history are made of such characters. Every command prints them, and every byte is checked.
"""

from __future__ import annotations

import json
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rule_support import model, op, ref

from docgen.agents.answers import Answers
from docgen.agents.bounds import MAX_ITEMS, MAX_TEXT
from docgen.cli import main
from docgen.printable import json_text, json_utf8, visible_text, visible_utf8
from docgen.terminal.styled import STYLES

STEERING = (
    "\x1b[31mred\x1b[0m",  # colour
    "\x1b]0;title\x07",  # OSC: the title of the window
    "\x1b]8;;http://evil.example\x1b\\link",  # OSC: a link
    "a\r\nb",
    "over\rwritten",
    "\x9b31m",  # C1: CSI in one character
    "\x85next",
    "\u202eesrever\u202c",
    "\u2066isolated\u2069",
    "\u200emark\u200f\u061c",
    "\u2028line\u2029paragraph",
    "\x00\x07\x08\x7f",
    "\ufeffbom",
    "\U000e0041tag",
    "::error::forged",
)
WORDS = " ".join(STEERING)
ENUM = {"type": "string", "enum": [f"e{word}" for word in STEERING]}


def hostile(members: int) -> dict[str, Any]:
    """Return a model whose names contain control characters; the first `members` names are parameters."""
    names = {f"m{word}": ref("Kind", documentation=f"<p>{word}</p>") for word in STEERING[:members]}
    operations = {f"Op{word}": op(names, {"Out": "String"}, documentation=f"<b>{WORDS}</b>") for word in STEERING[:4]}
    return model(
        {"Kind": ENUM},
        {"serviceId": f"Zoo {WORDS}", "serviceFullName": WORDS, "serviceAbbreviation": WORDS},
        {"documentation": f"<p>{WORDS}</p>"},
        Ping=op(names, documentation=f"<p>{WORDS}</p>", deprecated=True, deprecatedMessage=WORDS),
        **operations,
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write two releases and their history."""
    root = tmp_path_factory.mktemp("steering")
    for release, members in (("1.0", len(STEERING)), ("1.1", 6)):
        folder = root / "models" / release
        (folder / "zoo/2020-01-01").mkdir(parents=True)
        raw = hostile(members)
        if release == "1.0":
            raw["operations"].pop(f"Op{STEERING[1]}")
            raw["shapes"]["Kind"] = {**ENUM, "enum": ENUM["enum"][:9]}
        (folder / "zoo/2020-01-01/service-2.json").write_text(json.dumps(raw))
        summaries = {"zoo": f"api-change:``zoo``: {WORDS}"}
        text = json.dumps({"release": release, "date": "2026-01-01", "package": "botocore", "summaries": summaries})
        (folder / "release.json").write_text(text)
        (folder / "notes.md").write_text(f"Words {WORDS}\n", encoding="utf-8")
    quoted = json.dumps(WORDS)
    (root / "ignores.toml").write_text(f"[[ignore]]\nrule = {quoted}\nid = '*'\nreason = 'x'\n", encoding="utf-8")
    (root / "watchlist").write_text(f"zoo\nzoo {STEERING[6]} # {STEERING[5]}\n", encoding="utf-8")
    code = f"import boto3\nboto3.client('zoo').ping(**{{{f'm{STEERING[0]}'!r}: 1}})  # {STEERING[0]} {STEERING[5]}\n"
    (root / "uses.py").write_text(code, encoding="utf-8")
    (root / f"uses{STEERING[0]}{STEERING[6]}.py").write_text(code, encoding="utf-8")
    (root / "bad.py").write_text(f"{STEERING[0]} = (", encoding="utf-8")
    cell = {"cell_type": "code", "source": [code]}
    (root / "uses.ipynb").write_text(json.dumps({"cells": [cell, {**cell, "source": f"({WORDS}"}]}), encoding="utf-8")
    for project, version in (("locked", "1.0"), ("locked-new", "1.1")):
        (root / project).mkdir()
        words = f"botocore=={version}  # {STEERING[5]}\nbotocore=={version}.{STEERING[6]}\n-r {STEERING[0]}.txt\n"
        (root / project / "requirements.txt").write_text(words, encoding="utf-8")
        (root / project / "uses.py").write_text(code, encoding="utf-8")
    (root / "hostile.toml").write_text(f"[site]\naccent = {quoted}\n", encoding="utf-8")
    (root / "facts.zip").write_bytes(b"PK\x05\x06" + bytes(18) + WORDS.encode())
    _commit_lock(root)
    assert main(["index", str(root / "models"), "-o", str(root / "history.db")]) == 0
    return root


def _commit_lock(root: Path) -> None:
    """Create a repository in which a commit changes a lock file from one release to the next."""
    folder = root / "locked"
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-qm", "old")):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments], cwd=folder, check=True)
    (folder / "requirements.txt").write_bytes((root / "locked-new" / "requirements.txt").read_bytes())


def problems(data: bytes) -> Iterator[str]:
    """Yield characters that must not be printed, according to Unicode's categories and not to docgen's list."""
    for character in set(data.decode("utf-8")):
        category = unicodedata.category(character)
        bidi = unicodedata.bidirectional(character)
        is_steering = category in ("Cc", "Cs", "Zl", "Zp") or bidi in ("LRE", "RLE", "LRO", "RLO", "PDF")
        is_steering |= bidi in ("LRI", "RLI", "FSI", "PDI") or character in "\u200e\u200f\u061c\ufeff"
        is_steering |= 0xE0000 <= ord(character) < 0xE0080
        if is_steering and character not in "\n\t":
            yield f"U+{ord(character):04X}"


CHECK_LOCK = ("check", "--against", "HEAD", "--used-by", "locked", "--lock")
COMMANDS: list[list[str]] = [
    *(["diff", "1.0", "1.1", "--source", "models", "--format", name] for name in ("text", "markdown", "html", "json")),
    *(
        ["check", "1.0", "1.1", "--source", "models", "--severity", "docs", "--format", name]
        for name in ("text", "markdown", "json", "sarif", "github", "junit")
    ),
    *(["show", "zoo", "Ping", "--source", "models", "--format", name] for name in ("text", "markdown", "html", "json")),
    ["show", "zoo", "--source", "models"],
    ["notes", "--source", "models", "--last", "1"],
    ["notes", "--source", "models", "--last", "1", "--preset", "keep-a-changelog"],
    *(["since", "zoo", "Ping", "Kind", "e*", "--format", name] for name in ("text", "json")),
    *(["since", "zoo", "Ping", "*", "--format", name] for name in ("text", "json")),
    ["since", "zoo", "*"],
    ["since", "zoo", "Ping", f"m{STEERING[0]}"],
    ["since", WORDS],
    *(["history", "zoo", "*", "--format", name] for name in ("text", "markdown", "html", "json")),
    *(
        ["explain", f'Unknown parameter in input: "{word}", must be one of: a, b', "--service", "zoo", *options]
        for word in (f"m{STEERING[0]}", "\u202e\x9b31m")
        for options in ([], ["--format", "json"], ["--operation", "Ping"])
    ),
    ["explain", f"'Zoo' object has no attribute '{STEERING[2]}'", "--service", "zoo"],
    ["validate", "models"],
    ["validate", f"gone{STEERING[0]}"],
    ["check", "models", f"gone{STEERING[0]}"],
    ["diff", "1.0", f"1.{STEERING[7]}", "--source", "models"],
    ["show", f"zoo{STEERING[0]}", "--source", "models"],
    ["rules", f"rule{STEERING[0]}"],
    ["check", "1.0", "1.1", f"{STEERING[0]}", "--source", "models"],
    ["check", f"--{STEERING[5]}{STEERING[7]}", "1.0", "1.1"],
    [f"command{STEERING[0]}"],
    ["help", f"topic{STEERING[0]}"],
    ["diff", "1.0", "1.1", "--source", "models"],
    ["check", "1.0", "1.1", "--source", "models", "--ignore-file", "ignores.toml"],
    ["diff", "1.0", "1.1", "--source", "models", "--watchlist", "watchlist"],
    ["requires", "uses.py", "--all"],
    ["requires", f"gone{STEERING[0]}.py"],
    *(["requires", "uses.py", "locked", "--format", name] for name in ("text", "markdown", "json", "sarif", "github")),
    ["requires", f"uses{STEERING[0]}{STEERING[6]}.py", "bad.py", "--all"],
    ["requires", "bad.py"],
    ["requires", "uses.ipynb", "--format", "markdown"],
    *(["uses", "uses.py", f"uses{STEERING[0]}{STEERING[6]}.py", "--format", name] for name in ("text", "json")),
    ["uses", f"gone{STEERING[0]}"],
    *(
        [*CHECK_LOCK, "locked/requirements.txt", "--source", "models", "--severity", "docs", "--format", name]
        for name in ("text", "markdown", "json", "sarif", "github", "junit")
    ),
    ["check", "--against", f"v{STEERING[0]}", "--used-by", "locked", "--lock", "locked/requirements.txt"],
    [*CHECK_LOCK, f"gone{STEERING[5]}"],
    ["diff", "1.0", "1.1", "--source", "models", "--used-by", "uses.py"],
    ["history", "zoo", "--used-by", "uses.py"],
    *(["show", "zoo", "Ping", "--source", "models", "--notation", name] for name in ("cli", "js", "http")),
    *(["completion", shell] for shell in ("bash", "zsh", "tcsh", f"sh{STEERING[0]}")),
    ["help"],
    ["help", "check"],
    ["update", f"gone{STEERING[0]}.zip", "--facts"],
    ["update", "facts.zip", "--facts"],
    ["mcp", "--history", f"gone{STEERING[0]}.db"],
    ["build", "--source", "models", "--output", "site", "--config", "hostile.toml"],
    ["build", "--source", "models", "--output", "site", "--config", f"gone{STEERING[0]}.toml"],
    ["fetch", f"gone{STEERING[0]}"],
    ["index", "models", "-o", "history.db"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: ascii(" ".join(arguments))[1:60])
def test_a_command_prints_nothing_that_steers(
    world: Path, arguments: list[str], capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world)
    main(arguments)
    out, err = capfdbinary.readouterr()
    assert out or err
    assert sorted({*problems(out), *problems(err)}) == []
    assert b"Traceback" not in err
    if "github" in arguments:
        assert not [line for line in out.splitlines() if line.startswith(b"::error::forged")]


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: ascii(" ".join(arguments))[1:60])
def test_a_coloured_terminal_gets_colours_and_nothing_else_that_steers(
    world: Path, arguments: list[str], capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world)
    monkeypatch.setattr("docgen.cli.screen._is_terminal", lambda stream: True)
    monkeypatch.setattr("docgen.cli.progress._DELAY", 1e6)
    main(["--color", "always", *arguments])
    colours = re.compile("|".join(re.escape(f"\x1b[{code}m") for code in (*STYLES.values(), "0")).encode())
    out, err = (colours.sub(b"", data) for data in capfdbinary.readouterr())
    assert out or err
    assert sorted({*problems(out), *problems(err)}) == []
    assert b"Traceback" not in err


def test_what_agents_get_is_one_bounded_printable_line_for_each_field(world: Path) -> None:
    answers = Answers(world / "history.db")
    found = [
        answers.since("zoo", ["*"]),
        answers.since("zoo", ["Ping", "*"]),
        answers.explain("'Zoo' object has no attribute 'pong'", "zoo"),
        answers.operation("zoo", "Ping"),
        answers.search("p"),
        answers.changes("1.0", "1.1", severity="docs"),
        answers.requires((world / "uses.py").read_text(encoding="utf-8")),
    ]
    texts = list(_texts(found))
    assert any("\\x1b[31m" in text for text in texts)
    assert [text for text in texts if not text.isprintable() or len(text) > MAX_TEXT] == []


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts([*value, *value.values()])
    elif isinstance(value, list):
        assert len(value) <= max(MAX_ITEMS, 10)
        for inner in value:
            yield from _texts(inner)


def test_a_site_has_nothing_that_steers(world: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    options = ["--source", str(world / "models"), "--history", str(world / "history.db"), "--jobs", "1"]
    assert main(["build", *options, "--site-url", "https://docs.example/", "--output", str(site)]) == 0
    files = [path for path in site.rglob("*") if path.is_file() and path.suffix != ".png"]  # link previews
    assert len(files) > 50
    found = {path.relative_to(site).as_posix(): sorted(problems(path.read_bytes())) for path in files}
    assert {path: listed for path, listed in found.items() if listed} == {}


def test_notes_in_a_file_have_nothing_that_steers(world: Path, tmp_path: Path) -> None:
    assert main(["notes", "--source", str(world / "models"), "--last", "1", "-o", str(tmp_path / "n.md")]) == 0
    assert list(problems((tmp_path / "n.md").read_bytes())) == []


@pytest.mark.parametrize("text", [*STEERING, "\ud800", "plain\n\ttext", "§ “quotes” – ·", "日本語", "🙂", ""])
def test_a_page_in_utf8_says_what_its_text_says(text: str) -> None:
    for whole in (text, f"– {text} ·", text * 3):
        assert visible_utf8(whole) == visible_text(whole).encode()
    if text != "\ud800":
        document = json.dumps([text, "·"], ensure_ascii=False)
        assert json_utf8(document.encode()) == json_text(document).encode()


def test_every_unsafe_character_is_found_in_utf8() -> None:
    for code in range(0x110000):
        character = chr(code)
        if visible_text(character) != character:
            assert visible_utf8(f"a{character}é") == visible_text(f"a{character}é").encode()
