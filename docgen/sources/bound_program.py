"""Runs a program that ends with the process that started it, even if that process is killed.

Used as a script: `python -I -S bound_program.py PARENT PROGRAM ARGUMENT...`, where PARENT is the process id of docgen.
It imports nothing from docgen.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

POLL_SECONDS = 0.2
"""Seconds between two checks that the parent process still exists."""


def bound_command(command: Sequence[str]) -> list[str]:
    """Return the command that runs a command bound to this process."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


def _call_after_death(parent: int, function: Callable[[], object]) -> None:
    """Call a function as soon as this process has another parent, because the original one is dead."""
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    function()


def _run(parent: int, command: Sequence[str]) -> int:
    """Run a command, pass on signals, and return its exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to the command as well
    with subprocess.Popen(command) as process:  # noqa: S603 - chosen by docgen
        for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            signal.signal(number, lambda *_: process.terminate())
        threading.Thread(target=_call_after_death, args=(parent, process.terminate), daemon=True).start()
        code = process.wait()
    return 128 - code if code < 0 else code


if __name__ == "__main__":
    sys.exit(_run(int(sys.argv[1]), sys.argv[2:]))
