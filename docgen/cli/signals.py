"""A terminal that closes, or a system that stops a program, ends docgen as Ctrl-C does: it cleans up first."""

from __future__ import annotations

import signal
import threading
from types import FrameType

_NAMES = ("SIGTERM", "SIGHUP")


class TerminatedError(KeyboardInterrupt):
    """A signal asked the process to end; `signal_number` is its number."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.signal_number = signal_number


def interrupt_on_termination() -> None:
    """Raise `TerminatedError` in the main thread on SIGTERM and SIGHUP, unless they are ignored, as under nohup."""
    if threading.current_thread() is not threading.main_thread():
        return
    for name in _NAMES:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _raise_terminated)


def interrupt_exit_code(interrupt: KeyboardInterrupt) -> int:
    """Return the exit code of a shell for a program that a signal ended."""
    return 128 + getattr(interrupt, "signal_number", int(signal.SIGINT))


def _raise_terminated(number: int, _: FrameType | None) -> None:
    raise TerminatedError(number)
