"""Shows what is longer than the terminal in a pager, as git does: `$PAGER`, or `less` if there is one."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import suppress

from docgen.cli.screen import screen_height

_LESS_OPTIONS = "FRX"
"""As git sets them where `$LESS` does not: end if all fits on one screen, show colours, and leave the text there."""


class PagedOutput:
    """Output to a terminal: kept while it fits on the screen, and passed to the pager once it does not."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._kept: list[str] = []
        self._lines = 0
        self._process: subprocess.Popen[str] | None = None

    def write(self, text: str) -> None:
        """Take a text; raises `BrokenPipeError` if the reader has left the pager."""
        if self._process is None:
            self._kept.append(text)
            self._lines += text.count("\n")
            if self._lines < screen_height():
                return
            if not self._start():
                return
            text = self._take()
        assert self._process is not None and self._process.stdin is not None  # noqa: S101, PT018 - started above
        self._process.stdin.write(text)

    def flush(self) -> None:
        """Write out what is kept, without a pager: something else will be printed, or the command waits."""
        if self._process is None:
            sys.stdout.write(self._take())
            sys.stdout.flush()
        elif self._process.stdin is not None:
            self._process.stdin.flush()

    def close(self) -> None:
        """Write out what is kept, or wait until the reader leaves the pager."""
        if self._process is None:
            self.flush()
            return
        interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pager now
        try:
            assert self._process.stdin is not None  # noqa: S101 - a pipe
            with suppress(OSError):
                self._process.stdin.close()
            self._process.wait()
        finally:
            signal.signal(signal.SIGINT, interrupt)

    def _take(self) -> str:
        text = "".join(self._kept)
        self._kept.clear()
        return text

    def _start(self) -> bool:
        sys.stdout.flush()
        environment = {"LESS": _LESS_OPTIONS, **os.environ}
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the reader's own pager
                self._command, stdin=subprocess.PIPE, env=environment, encoding="utf-8", errors="backslashreplace"
            )
        except OSError:
            self._lines = -sys.maxsize  # do not try to start the pager again
        return self._process is not None


def find_pager() -> list[str]:
    """Return the words of the pager's command; none if it is not installed, or `$PAGER` is empty."""
    named = os.environ.get("PAGER")
    try:
        words = shlex.split("less" if named is None else named)
    except ValueError:
        return []
    return words if words and words != ["cat"] and shutil.which(words[0]) else []
