"""Argument vectors: whatever the words, a command ends with an exit code and at most one line of error.

The words are options and arguments of commands, in any order, and any others; file names in a commit become such words.
Everything happens in a folder of its own. Commands that start a server or use a network are left out.
"""

from __future__ import annotations

import io
import os
import re
from contextlib import redirect_stderr, redirect_stdout
from unittest.mock import patch

from docgen.cli import main
from fuzz.scratch import folder

_COMMANDS = ("check", "diff", "validate", "rules", "since", "history", "explain", "show", "notes", "requires", "index")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
"""The sequences that `--color always` adds. `tests/hostile/test_printed_bytes.py` checks that it adds no others."""
_FORBIDDEN = ("git:", "pypi:", "package:", "dask:", "/", "..", "-o", "--o", "-j", "--j", "--ex", "--w", "~", "-")


def seeds() -> list[bytes]:
    """Return argument vectors, one word per line."""
    return [
        b"check\na\nb",
        b"check\n--against\nHEAD\n--\n--write-baseline=x/service-2.json",
        b"check\n--only\n*\n--except\n[a\n--ignore-file\nx\n--baseline\ny\n1\n2",
        b"diff\n1.0..2.0\n--group-by\nday\n--severity\nsafe\n--operation\nX",
        b"since\ns3\nGetObject\n*\n--format\njson",
        b"history\nappstream\n--last\n1",
        b'explain\nUnknown parameter in input: "x", must be one of: a\n--service\ns3',
        b"rules\nrequest-member-removed\n--format\nmarkdown",
        b"validate\nx.json\n-\n",
        b"show\ns3\nGetObject\n--format\nhtml",
        b"notes\n--last\n3\n--preset\ngithub",
        b"requires\nx.py\n--all",
    ]


def target(data: bytes) -> None:
    """Run the command that the words form, if it can do no harm."""
    words = [word for word in data.decode("utf-8", "surrogateescape").split("\n") if "\0" not in word][:20]
    if not words or words[0] not in _COMMANDS or any(_is_harmful(word) for word in words[1:]):
        return
    out, err = io.StringIO(), io.StringIO()
    before = os.getcwd()
    os.chdir(folder())
    try:
        with redirect_stdout(out), redirect_stderr(err), patch("sys.stdin", io.TextIOWrapper(io.BytesIO(b""))):
            code = main(words)
    except SystemExit as error:  # argparse
        code = 2 if error.code else 0
    finally:
        os.chdir(before)
    assert code in (0, 1, 2), code
    assert code != 1 or words[0] in ("check", "requires"), words
    assert "Traceback" not in err.getvalue(), err.getvalue()
    for text in (_COLOUR.sub("", out.getvalue()), err.getvalue()):
        assert all(character.isprintable() or character in "\n\t\u00a0" for character in text), ascii(text)


def _is_harmful(word: str) -> bool:
    return word not in ("-", "--") and any(
        word.startswith(start) or f"={start}" in word or f"@{start}" in word for start in _FORBIDDEN if start != "-"
    )
