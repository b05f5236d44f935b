"""Progress bars on standard error, if it is a terminal, for work that takes more than a second.

Bars are removed before anything else is printed on the same terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from docgen.terminal.progress import Advance, reporting_to

if TYPE_CHECKING:
    from threading import Timer

    from rich.progress import Progress, TaskID

_DELAY = 1.0
"""Seconds before bars are shown: shorter work needs none."""

_BAR_WIDTH = 30

_display: _Display | None = None


@contextmanager
def progress_on_terminal() -> Iterator[None]:
    """Show the progress of the work in the block."""
    global _display
    _display = _Display()
    try:
        with reporting_to(_display.show_task):
            yield
    finally:
        _display.end()
        _display = None


def end_progress() -> None:
    """Remove all bars for good: the command prints its result."""
    if _display is not None:
        _display.end()


@contextmanager
def progress_hidden() -> Iterator[None]:
    """Remove the bars while the block prints a message."""
    if _display is None:
        yield
        return
    with _display.lock:  # no bar appears beside the message
        progress = _display.progress
        if progress is not None:
            progress.stop()
        try:
            yield
        finally:
            if progress is not None:
                progress.start()


class _Task:
    """Work with its steps: how many are done, and how many there are."""

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self.done = self.total = 0
        self.id: TaskID | None = None


class _Display:
    """The bars of all work that is in progress, the outermost first. A timer shows them, in a thread of its own."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.progress: Progress | None = None
        self._tasks: list[_Task] = []
        self._timer: Timer | None = None
        self._has_ended = False

    @contextmanager
    def show_task(self, unit: str) -> Iterator[Advance]:
        """Show one more bar until the context ends."""
        task = _Task(unit)
        with self.lock:
            self._tasks.append(task)
            self._start_timer()

        def advance(done: int, total: int) -> None:
            with self.lock:
                task.done, task.total = done, total
                if self.progress is not None:
                    self._update(self.progress, task)

        try:
            yield advance
        finally:
            with self.lock:
                self._tasks.remove(task)
                if self.progress is not None and task.id is not None:
                    self.progress.remove_task(task.id)

    def end(self) -> None:
        """Remove all bars, and show none from now on."""
        with self.lock:
            self._has_ended = True
            if self._timer is not None:
                self._timer.cancel()
            progress, self.progress = self.progress, None
            if progress is not None:
                progress.stop()

    def _start_timer(self) -> None:
        if self._timer is None and not self._has_ended:
            from threading import Timer

            self._timer = Timer(_DELAY, self._show)
            self._timer.daemon = True
            self._timer.start()

    def _show(self) -> None:
        progress = _new_progress()
        with self.lock:
            if self._has_ended:
                return
            self.progress = progress
            for task in self._tasks:
                self._update(progress, task)
            progress.start()

    def _update(self, progress: Progress, task: _Task) -> None:
        total = task.total or None
        text = f"{task.done:,} of {task.total:,} {task.unit}" if total else task.unit
        if task.id is None:
            task.id = progress.add_task(task.unit, total=total, text=text)
        progress.update(task.id, completed=task.done, total=total, text=text)


def _new_progress() -> Progress:
    """Return the progress bars of rich, imported only here because most commands end before they need one."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from docgen.cli.screen import error_screen

    screen = error_screen()
    return Progress(
        BarColumn(_BAR_WIDTH),
        TextColumn("{task.fields[text]}", markup=False),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr, width=screen.width, force_terminal=True, no_color=not screen.colour),
        transient=True,
    )
