"""A law: no command prints, and no page has, a character that steers a terminal, ends a line or reverses a text.

Models, release words and a history are made of such characters. Every command prints them, and every byte is examined.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from rule_support import model, op, ref

from docgen.cli import main

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
    """A model of names that steer, with the first `members` of them as parameters."""
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
    """A folder with two releases and their history."""
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
    assert main(["index", str(root / "models"), "-o", str(root / "history.db")]) == 0
    return root


def problems(data: bytes) -> Iterator[str]:
    """Characters that must not be printed. The rule is that of Unicode's categories, and not the list of docgen."""
    for character in set(data.decode("utf-8")):
        category = unicodedata.category(character)
        bidi = unicodedata.bidirectional(character)
        is_steering = category in ("Cc", "Cs", "Zl", "Zp") or bidi in ("LRE", "RLE", "LRO", "RLO", "PDF")
        is_steering |= bidi in ("LRI", "RLI", "FSI", "PDI") or character in "\u200e\u200f\u061c\ufeff"
        is_steering |= 0xE0000 <= ord(character) < 0xE0080
        if is_steering and character not in "\n\t":
            yield f"U+{ord(character):04X}"


COMMANDS = [
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
    ["requires", f"gone{STEERING[0]}.py"],
    ["fetch", f"gone{STEERING[0]}"],
    ["index", "models", "-o", "history.db"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: ascii(" ".join(arguments))[1:60])
def test_a_command_prints_nothing_that_steers(
    world: Path, arguments: list[str], capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world)
    with suppress(SystemExit):  # argparse has printed a message
        main(arguments)
    out, err = capfdbinary.readouterr()
    assert out or err
    assert sorted({*problems(out), *problems(err)}) == []
    assert b"Traceback" not in err
    if "github" in arguments:
        assert not [line for line in out.splitlines() if line.startswith(b"::error::forged")]


def test_a_site_has_nothing_that_steers(world: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    options = ["--source", str(world / "models"), "--history", str(world / "history.db"), "--jobs", "1"]
    assert main(["build", *options, "--site-url", "https://docs.example/", "--output", str(site)]) == 0
    files = [path for path in site.rglob("*") if path.is_file()]
    assert len(files) > 50
    found = {path.relative_to(site).as_posix(): sorted(problems(path.read_bytes())) for path in files}
    assert {path: listed for path, listed in found.items() if listed} == {}


def test_notes_in_a_file_have_nothing_that_steers(world: Path, tmp_path: Path) -> None:
    assert main(["notes", "--source", str(world / "models"), "--last", "1", "-o", str(tmp_path / "n.md")]) == 0
    assert list(problems((tmp_path / "n.md").read_bytes())) == []
