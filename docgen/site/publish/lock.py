"""A lock on the output folder, so that one docgen writes to it at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docgen.errors import OutputError
from docgen.site.publish.filesystem import reporting_os_errors


@contextmanager
def site_lock(site_root: Path, display_path: Path) -> Iterator[None]:
    """Hold the lock of an output folder while the block runs.

    The system releases the lock when the process ends in any way, so a lock is never stale. `display_path` names the
    folder in messages. Raises `OutputError` if another process holds the lock.
    """
    with reporting_os_errors(display_path):
        handle = _open_lock(site_root)
    try:
        if not _try_lock(handle):
            raise OutputError(f"{display_path}: another docgen is writing here (wait for it to finish)")
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":  # folders cannot be opened there, so a file is locked instead

    def _open_lock(site_root: Path) -> int:
        return os.open(site_root / ".docgen-lock", os.O_RDWR | os.O_CREAT)

    def _try_lock(handle: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _open_lock(home: Path) -> int:
        return os.open(home, os.O_RDONLY | os.O_DIRECTORY)

    def _try_lock(handle: int) -> bool:
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # some network file systems have no locks: writing is better than failing
            return True
        return True
