"""Processes that tests interrupt with Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def interruptible(command: list[str], **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """Start `command` so that SIGINT ends it, and kill it when the block ends.

    A process inherits an ignored SIGINT, for example from a shell that started the tests in the background. Python
    then never raises `KeyboardInterrupt`, and a test that waits for it would hang.
    """
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # handlers are not inherited: the child gets the default
    try:
        running = subprocess.Popen(command, **options)
    finally:
        signal.signal(signal.SIGINT, before)
    with running:
        try:
            yield running
        finally:
            running.kill()
