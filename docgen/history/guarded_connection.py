"""A connection to a SQLite file that anyone may have made: what SQLite may do with it, and for how long."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

MAX_VALUE_BYTES = 96 << 20
"""The largest value that SQLite reads or makes. The largest model is 64 MiB, and its JSON is stored as text."""

STEPS_PER_CALL = 100_000
"""Steps of SQLite's virtual machine between two calls of the progress handler, about a millisecond."""

MIN_STEPS = 5_000_000
"""Steps that any statement may take."""

STEPS_PER_BYTE = 20
"""Further steps per byte of the file. A row takes about ten to read and fifty to sort, and has at least eight bytes.

A damaged or hostile tree can lead to the same page from many places, so a small file can have billions of rows.
"""

_LIMITS = {
    "SQLITE_LIMIT_LENGTH": MAX_VALUE_BYTES,
    "SQLITE_LIMIT_SQL_LENGTH": 1 << 20,
    "SQLITE_LIMIT_EXPR_DEPTH": 100,
    "SQLITE_LIMIT_COMPOUND_SELECT": 10,
    "SQLITE_LIMIT_ATTACHED": 0,
    "SQLITE_LIMIT_TRIGGER_DEPTH": 1,
}


class GuardedConnection(sqlite3.Connection):
    """A connection that trusts nothing in the file, and stops a statement that runs away."""

    _steps_left = MIN_STEPS
    _max_steps = MIN_STEPS

    def guard(self, path: Path, *, write: bool) -> None:
        """Set the limits for the file at `path`. A writer may also take steps for what it adds."""
        for name, value in _LIMITS.items():
            self.setlimit(getattr(sqlite3, name), value)
        set_config = getattr(self, "setconfig", None)  # since Python 3.12
        if set_config is not None:
            set_config(getattr(sqlite3, "SQLITE_DBCONFIG_DEFENSIVE", 0), True)
        super().execute("PRAGMA trusted_schema = OFF")
        super().execute("PRAGMA cell_size_check = ON")
        size = 0
        for file in (path, path.with_name(f"{path.name}-wal")):
            with suppress(OSError):
                size += file.stat().st_size
        self._max_steps = MIN_STEPS + STEPS_PER_BYTE * (size if not write else max(size, 1 << 30))
        self.set_progress_handler(self._count_steps, STEPS_PER_CALL)

    def execute(self, statement: str, values: Any = (), /) -> sqlite3.Cursor:
        """Run a statement, which may take as many steps as the size of the file allows."""
        self._steps_left = self._max_steps
        return super().execute(statement, values)

    def _count_steps(self) -> bool:
        self._steps_left -= STEPS_PER_CALL
        return self._steps_left <= 0
