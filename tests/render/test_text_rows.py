"""`docgen show` as text: compact rows that an 80-column terminal can show, on models of the installed botocore."""

from __future__ import annotations

import re

import pytest
from commands import docgen
from terminals import on_terminal, plain

from docgen.model.rows import Row
from docgen.render.filters import FILTERS

ROLE = re.compile(r":\w+:`")


def show(*words: str) -> str:
    done = docgen("show", *words, "--source", "package:botocore")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_parameter_takes_a_line_and_its_documentation_the_next() -> None:
    lines = docgen("show", "appstream", "CreateStack").stdout.splitlines()
    at = lines.index("Parameters")
    assert lines[at + 1 : at + 12] == [
        "",
        "Name (string, required)",
        "    Identifies the stack.",
        "Description (string; at most 256 characters)",
        "    Free text shown to people who look at the stack.",
        "DisplayName (string; at most 100 characters)",
        "    A readable name for the stack, shown instead of its identifier.",
        "StorageConnectors (list)",
        "    Storage services that users find in their sessions.",
        "  [] (dict)",
        "      A storage service in which users keep files from one session to the next.",
    ]
    assert "  {key} (string; 1 to 128 characters)" in lines
    assert "  {value} (string; at most 256 characters)" in lines
    response = lines[lines.index("Response Structure") :]
    assert response[2] == "Stack (dict)"


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("bedrock-runtime", "Converse"),
        ("bedrock-runtime", "ConverseStream"),
        ("s3", "SelectObjectContent"),
        ("dynamodb", "TransactWriteItems"),
        ("ec2", "RunInstances"),
    ],
)
def test_no_role_of_restructuredtext_is_left_and_few_lines_are_blank(service: str, operation: str) -> None:
    text = show(service, operation)
    assert ROLE.findall(text) == []
    lines = text.splitlines()
    rows = [line for line in lines if re.fullmatch(r" *(?:\w+|\[\]|\{\w+\}) \([^()]*(?:\([^()]*\)[^()]*)*\)", line)]
    assert len(rows) > 5
    assert "\n\n\n" not in text


def test_a_terminal_gets_lines_of_its_width() -> None:
    shown = plain(on_terminal("show", "appstream", "CreateStack", "--no-pager", columns=80)[1])
    assert all(len(line) <= 80 for line in shown.splitlines() if "'|'" not in line)


def test_what_a_row_is_stands_in_its_brackets() -> None:
    row = Row("A", "A", ":ref:`document<document>`", True, 0, True, "", "S", "", deprecated="Use\n B.")
    assert (
        FILTERS["text"]["row_list"]([row]) == "A (document, required, deprecated, recursive)\n    Deprecated: Use B.\n"
    )
    assert FILTERS["text"]["row_list"]([]) == ""
