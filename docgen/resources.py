"""The data files that belong to docgen: templates and example models.

An installed docgen carries them inside the package. In a checkout, `templates/` and `models/` lie at the top level of
the project, outside the package. `data_folder` is the only place that knows this.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import SourceError
from docgen.files import sha256_of_entries

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_NOT_PROGRAM = frozenset({"__pycache__", "_data", "facts.zip"})
"""Caches, the data of an installed docgen, and facts, which no site shows."""


def data_folder(name: str) -> Traversable:
    """Return the folder `templates` or `models` that belongs to docgen.

    Raises `SourceError` if it is missing, which means that the installation is damaged.
    """
    from importlib.resources import files  # takes 15 ms to import; commands such as --help do not need it

    package = files("docgen")
    installed = package / "_data" / name
    if installed.is_dir():
        return installed
    checkout = Path(__file__).resolve().parent.parent / name
    if checkout.is_dir():
        return checkout
    raise SourceError(f"{package}: the folder {name!r} is missing (install docgen again)")


@cache
def program_digest() -> str:
    """Return a digest of docgen's code, tables and templates. Output can only differ between programs if this does."""
    from importlib.resources import files

    return sha256_of_entries(_walk([("docgen", files("docgen")), ("templates", data_folder("templates"))]))


def _walk(pending: list[tuple[str, Traversable]]) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the content of every file, except those of `_NOT_PROGRAM`."""
    while pending:
        path, entry = pending.pop()
        if entry.is_dir():
            children = sorted(entry.iterdir(), key=lambda child: child.name)
            pending += [(f"{path}/{child.name}", child) for child in children if child.name not in _NOT_PROGRAM]
        else:
            yield path, entry.read_bytes()
