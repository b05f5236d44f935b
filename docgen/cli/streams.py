"""The standard streams in any state: closed, full, or a pipe that nobody reads.

An exit code means the same in all of them. What Python does by itself would not: it has no stream for a closed one, and
a stream that cannot be flushed makes it exit with 120.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from docgen.cli.progress import end_progress, progress_hidden
from docgen.cli.screen import error_screen
from docgen.errors import OutputError, error_reason
from docgen.printable import visible_line

if TYPE_CHECKING:
    from docgen.cli.pager import PagedOutput


def open_missing_streams() -> None:
    """Open the null device in place of each standard stream that is closed.

    Otherwise the next file that is opened would take its number, and messages would be written into that file.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            _open_null_device(number)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", errors="backslashreplace", closefd=False))


def _open_null_device(number: int) -> None:
    handle = os.open(os.devnull, os.O_RDWR)
    if handle != number:
        os.dup2(handle, number)
        os.close(handle)


def configure_streams() -> None:
    """Make the standard streams write UTF-8, whatever the locale, and escapes for what UTF-8 does not have."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a test or a program may have replaced the stream
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def print_message(message: str) -> None:
    """Print a message to standard error, on a terminal wrapped between words; do nothing if it cannot be written."""
    with suppress(OSError, ValueError), progress_hidden():
        screen = error_screen()
        if screen.is_terminal or screen.colour:
            from docgen.terminal.styled import screen_text, styled
            from docgen.terminal.wrapping import wrapped

            line = styled("docgen: ", "dim") + message
            sys.stderr.write(screen_text(wrapped(line, screen, next_indent="  "), screen))
            sys.stderr.flush()
        else:
            print(f"docgen: {visible_line(message)}", file=sys.stderr, flush=True)


_pager: PagedOutput | None = None


def page_stdout() -> None:
    """Show what is printed from now on in a pager, if standard output is a terminal, too small for it, and has one."""
    global _pager
    if sys.stdout.isatty():
        from docgen.cli.pager import PagedOutput, find_pager

        command = find_pager()
        _pager = PagedOutput(command) if command else None


def close_pager() -> None:
    """Print the rest, and wait for the reader of the pager to leave it."""
    global _pager
    pager, _pager = _pager, None
    if pager is not None:
        with suppress(OSError, ValueError):
            pager.close()


def write_stdout(text: str) -> None:
    """Write a text to standard output; raise `OutputError` if that fails, `BrokenPipeError` if nobody reads it."""
    if sys.stdout.isatty():
        end_progress()
    with _reporting_stdout_errors():
        (_pager or sys.stdout).write(text)


def flush_stdout() -> None:
    """Write out standard output; raise as `write_stdout` does."""
    with _reporting_stdout_errors():
        (_pager or sys.stdout).flush()


@contextmanager
def _reporting_stdout_errors() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        discard_stdout()
        raise OutputError(f"standard output: {error_reason(error)}") from None


def discard_stdout() -> None:
    """Redirect standard output to the null device after a failed write: Python flushes it once more at exit."""
    with suppress(OSError, ValueError):
        _redirect(sys.stdout.fileno())


def settle_streams() -> None:
    """Write out both streams; redirect one that fails to the null device, or Python would change the exit code."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                _redirect(stream.fileno())


def _redirect(number: int) -> None:
    handle = os.open(os.devnull, os.O_WRONLY)
    os.dup2(handle, number)
    os.close(handle)
