"""Fuzz targets for everything that docgen reads: each input gives a value or a one-line `DocgenError`.

    python tests/fuzz/run.py all --runs 100000 --seed 1

A target is a module `target_*.py` with `seeds()`, which returns inputs to start from, and `target(data)`, which raises
an error if docgen misbehaves. With atheris installed, coverage guides the search; without it, `mutate` does.

| module    | job                                                                        |
|-----------|----------------------------------------------------------------------------|
| `run`     | the runner, with limits on runs, time and memory                           |
| `mutate`  | derives bytes from other bytes                                             |
| `edits`   | derives models from other models: the bytes choose edits of decoded JSON   |
| `forms`   | a parser of its own for each output format                                 |
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from docgen.errors import DocgenError

MAX_LINE = 20_000
"""The most characters of an error: 2,000, which may all have to be escaped."""


@contextmanager
def value_or_line() -> Iterator[None]:
    """Allow the block to raise a `DocgenError`, if its message is one printable line."""
    try:
        yield
    except DocgenError as error:
        line = str(error)
        assert line, "an error that says nothing"
        assert line.isprintable(), repr(line)
        assert len(line) <= MAX_LINE, f"an error of {len(line)} characters: {line[:200]}"
