"""What docgen reads from others, fed with anything: every input ends in a value, or in a `DocgenError` of one line.

    python tests/fuzz/run.py all --runs 100000 --seed 1

A target is a module `target_*.py` with `seeds()`, which gives inputs to start from, and `target(data)`, which raises
whatever must not happen. With atheris installed the search goes by coverage, else by `mutate`.

| module    | job                                                                        |
|-----------|----------------------------------------------------------------------------|
| `run`     | the runner: how often, how long an input may take, how much memory          |
| `mutate`  | bytes from other bytes                                                     |
| `edits`   | models from other models: what the bytes choose is done to decoded JSON     |
| `forms`   | each output format, read back by a parser of its own                       |
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from docgen.errors import DocgenError

MAX_LINE = 20_000
"""Characters of an error: 2,000 of which each may have to be escaped."""


@contextmanager
def value_or_line() -> Iterator[None]:
    """What is inside may raise a `DocgenError`, if that is one line that can be printed."""
    try:
        yield
    except DocgenError as error:
        line = str(error)
        assert line, "an error that says nothing"
        assert line.isprintable(), repr(line)
        assert len(line) <= MAX_LINE, f"an error of {len(line)} characters: {line[:200]}"
