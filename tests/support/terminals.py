"""Runs docgen in a pseudo-terminal, as a person would."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

from commands import ROOT

SGR = re.compile(r"\x1b\[[0-9;]*m")
"""Escape sequences for colours and weights: the only ones that docgen writes in text."""

DOCGEN = """
import sys
from docgen.cli import main, progress
progress._DELAY = 3600.0
sys.exit(main())
"""
"""Shows no progress, which would appear in the output of a command that takes long on a busy machine."""


def on_terminal(
    *arguments: str,
    columns: int = 80,
    rows: int = 24,
    keys: bytes = b"",
    cwd: Path = ROOT,
    program: Sequence[str] = (sys.executable, "-c", DOCGEN),
    variables: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """Run a command whose streams are a terminal.

    Args:
        arguments: The arguments of the program.
        columns: The width of the terminal.
        rows: Its height.
        keys: What the person types.
        cwd: The folder in which the command runs.
        program: The program.
        variables: Variables to add. Those that control colours and pagers are not inherited.

    Returns:
        The exit code, and everything that was written to the terminal, with plain line ends.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    settings = termios.tcgetattr(theirs)
    settings[3] &= ~termios.ECHO
    termios.tcsetattr(theirs, termios.TCSANOW, settings)
    decisive = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "PAGER", "LESS")
    inherited = {name: value for name, value in os.environ.items() if name not in decisive}
    environment = {**inherited, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "PAGER": "", **(variables or {})}
    with subprocess.Popen(
        [*program, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, cwd=cwd, env=environment
    ) as process:
        os.close(theirs)
        if keys:
            os.write(ours, keys)
        received = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # on Linux: the other end is closed
                break
            if not part:
                break
            received += part
    os.close(ours)
    return process.returncode, received.decode().replace("\r\n", "\n")


def plain(text: str) -> str:
    """Return a text without colours."""
    return SGR.sub("", text)
