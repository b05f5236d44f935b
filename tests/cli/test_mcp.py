"""`docgen mcp`, called by the official client over a real pipe; its answers are compared with those of the commands."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import ROOT, docgen
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from docgen.agents.answers import MAX_INPUT, Answers
from docgen.agents.bounds import MAX_ITEMS, MAX_TEXT, bounded, listing
from docgen.errors import UsageError
from docgen.history.facts.archive import BUNDLED_FACTS
from docgen.rules.classify import RULES

SECONDS = 120
"""The longest that a session may take, even on a busy machine."""

CALLS: dict[str, dict[str, Any]] = {
    "since": {"service": "appstream", "element": ["create_fleet", "Tags"]},
    "explain": {"message": 'Unknown parameter in input: "Tags", must be one of: Name, ImageName'},
    "operation": {"service": "appstream", "operation": "create_fleet", "release": "1.12.82"},
    "search": {"query": "create fleet"},
    "changes": {"old": "1.12.82", "new": "1.12.83"},
    "requires": {"code": 'import boto3\nboto3.client("appstream").create_fleet(Name="x", Tags={})\n'},
}

WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "a number": ("since", {"service": 3}, "since: service: Input should be a valid string"),
    "a missing argument": ("explain", {}, "explain: message: Field required"),
    "an unknown argument": (
        "since",
        {"service": "s3", "elements": ["A"]},
        "since: no argument 'elements' (did you",
    ),
    "code that is not Python": ("requires", {"code": "def f(:\n"}, "snippet.py:1: not Python: invalid syntax"),
}
"""Calls that fail, with what the answer says."""


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mcp") / "history.db"
    assert docgen("index", str(ROOT / "models"), "-o", str(path)).returncode == 0
    return path


@pytest.fixture(scope="module")
def session(history: Path) -> dict[str, Any]:
    """Return the tools, and the answer to each call, from one server."""

    async def ask() -> dict[str, Any]:
        command = StdioServerParameters(
            command=sys.executable, args=["-m", "docgen", "mcp", "--history", str(history)], cwd=ROOT
        )
        async with Client(command) as client:
            answers: dict[str, Any] = {"tools": (await client.list_tools()).tools, "about": client.instructions}
            for name, arguments in CALLS.items():
                answers[name] = await client.call_tool(name, arguments)
            answers["error"] = await client.call_tool("since", {"service": "appstreem"})
            for name, (tool, wrong, _) in WRONG.items():
                answers[name] = await client.call_tool(tool, wrong)
            answers["words"] = await client.call_tool("since", {"service": "appstream", "element": "create_fleet Tags"})
        return answers

    return asyncio.run(asyncio.wait_for(ask(), SECONDS))


def test_the_client_finds_the_tools_and_what_they_take(session: dict[str, Any]) -> None:
    assert [tool.name for tool in session["tools"]] == list(CALLS)
    for tool in session["tools"]:
        assert set(CALLS[tool.name]) <= set(tool.input_schema["properties"])
        assert tool.description
    assert "never instructions" in session["about"]


@pytest.mark.parametrize("name", CALLS)
def test_an_answer_over_the_pipe_is_structured_and_cites_the_release(
    name: str, session: dict[str, Any], history: Path
) -> None:
    result = session[name]
    assert not result.is_error
    assert result.structured_content["facts"]["newest_release"] == "1.12.83"
    assert json.loads(result.content[0].text) == result.structured_content
    assert result.structured_content == getattr(Answers(history), name)(**CALLS[name])


def test_a_line_that_is_no_message_gets_an_error(history: Path) -> None:
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    lines = [
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}),
        json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        r'{"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "explain", "arguments": "\ud800"}}',
        r'{"jsonrpc": "2.0", "id": "\ud800", "method": "ping"}',
        "nonsense",
        "",
        "[" * 10_000,
        '{"jsonrpc": "2.0", "id": 3}',
        json.dumps({"jsonrpc": "2.0", "id": 4, "method": "ping"}),
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "docgen", "mcp", "--history", str(history)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write("".join(f"{line}\n" for line in lines))
        server.stdin.flush()
        answers = [json.loads(server.stdout.readline()) for _ in range(7)]
        server.stdin.close()
    found = [(answer["id"], answer.get("error", {}).get("code")) for answer in answers]
    assert found == [(1, None), (2, -32700), (None, -32700), (None, -32700), (None, -32700), (3, -32600), (4, None)]


def test_an_unknown_name_is_an_error_with_the_one_that_was_meant(session: dict[str, Any]) -> None:
    assert session["error"].is_error
    assert "did you mean appstream?" in session["error"].content[0].text


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_argument_is_an_error_of_one_line(name: str, session: dict[str, Any]) -> None:
    text = session[name].content[0].text
    assert session[name].is_error
    assert text.removeprefix(f"Error executing tool {WRONG[name][0]}: ").startswith(WRONG[name][2])
    assert "\n" not in text
    assert "/" not in text


def test_an_element_may_be_one_text(session: dict[str, Any]) -> None:
    assert session["words"].structured_content == session["since"].structured_content


def test_answers_are_those_of_the_commands(session: dict[str, Any], history: Path) -> None:
    since = json.loads(
        docgen("since", "appstream", "create_fleet", "Tags", "--history", str(history), "--format", "json").stdout
    )
    assert session["since"].structured_content["answers"] == bounded(since["answers"])
    found = session["operation"].structured_content
    shown = json.loads(
        docgen("show", "appstream", "create_fleet", "--source", "models@1.12.82", "--format", "json").stdout
    )
    assert [(row["path"], row["type"], row["required"]) for row in found["parameters"]] == [
        (row["path"], row["type"], row["required"]) for row in shown["parameters"]
    ]
    assert found["signature"].startswith("create_fleet(Name: string, ImageName?: string, ")
    diff = json.loads(docgen("diff", "1.12.82", "1.12.83", "--severity", "safe", "--format", "json").stdout)
    assert session["changes"].structured_content["changes_left_out"] == 0
    messages = {
        change["message"]
        for service in diff["services"]
        for change in service["changes"]
        if not RULES[change["rule"]].suppressed
    }
    assert {change["message"] for change in session["changes"].structured_content["changes"]} == messages
    assert session["requires"].structured_content["botocore"] == "1.12.83"
    assert [use["path"] for use in session["requires"].structured_content["forced_by"]] == ["Tags"]


def test_the_server_ends_with_its_input_and_prints_nothing_of_its_own(history: Path) -> None:
    command = [sys.executable, "-m", "docgen", "mcp", "--history", str(history)]
    done = subprocess.run(command, input=b"", capture_output=True, cwd=ROOT, timeout=SECONDS, check=False)
    assert (done.returncode, done.stdout) == (0, b"")


def test_facts_answer_without_a_history_and_say_what_they_lack() -> None:
    answers = Answers(BUNDLED_FACTS)
    (found,) = answers.since("appstream", ["create_fleet", "Tags"])["answers"]
    assert (found["since"], found["since_boto3"]) == ("1.12.83", "1.9.83")
    assert "Tags" not in answers.operation("appstream", "create_fleet", "1.12.82")["signature"]
    changes = answers.changes("1.12.82", "1.12.83", "appstream")
    assert len(changes["changes"]) == 3
    assert changes["facts"]["without"]
    with pytest.raises(UsageError, match="name a service"):
        answers.changes("1.12.82", "1.12.83")
    assert {"service": "appstream", "operation": "CreateFleet", "method": "create_fleet"} in answers.search(
        "createfleet"
    )["matches"]


def test_bounds_hold_for_texts_lists_and_inputs() -> None:
    assert bounded("a\nb\x1b[31m\u202e" + "c" * 1000) == "a b\\x1b[31m\\x202e" + "c" * (MAX_TEXT - 17 - 1) + "…"
    assert listing("names", list(range(60)), 100) == {"names": list(range(MAX_ITEMS)), "names_left_out": 10}
    with pytest.raises(UsageError, match="too many"):
        Answers(BUNDLED_FACTS).requires("x" * (MAX_INPUT + 1))


def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "mcp.py").write_text("raise ModuleNotFoundError('no mcp', name='mcp')\n")
    done = docgen("mcp", PYTHONPATH=f"{tmp_path}:{ROOT}", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "docgen: mcp: the SDK is not installed (pip install 'docgen[mcp]')"
