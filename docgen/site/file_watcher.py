"""Watches files for changes, by polling."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from threading import Event

from docgen.files import FileStamp, file_stamp
from docgen.site.publish.manifest import MANIFEST_FILENAME

POLL_INTERVAL = 0.3
"""Seconds between checks."""

FileStates = Mapping[str, FileStamp]
"""The stamp of each file, by path."""


def watch_files(
    paths: Iterable[Path], known_states: FileStates, on_change: Callable[[], object], stopped: Event
) -> None:
    """Call a function whenever a file is added, changed or removed.

    Args:
        paths: Files and folders to watch.
        known_states: Their states, as `file_states` returned them.
        on_change: The function to call.
        stopped: Set this to return.
    """
    watched = tuple(paths)
    while not stopped.wait(POLL_INTERVAL):
        current = file_states(watched)
        if current != known_states:
            known_states = current
            on_change()


def manifest_path(root: Path) -> Path:
    """Return the manifest of a site. It is written last when the site changes."""
    return root / MANIFEST_FILENAME


def file_states(paths: Iterable[Path]) -> FileStates:
    """Return the stamps of the files in `paths`, which may be files or folders."""
    states = {}
    for path in paths:
        for file in _iter_files(path):
            try:
                states[file] = file_stamp(file)
            except OSError:
                continue
    return states


def _iter_files(path: Path) -> Iterator[str]:
    if not path.is_dir():
        yield str(path)
    for parent, _, names in os.walk(path):
        for name in names:
            yield os.path.join(parent, name)
