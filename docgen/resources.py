"""Where the templates and the example models are: inside an installed docgen, else beside a checked-out one.

The top level of the project is fixed, so `templates/` and `models/` lie outside the package in a checkout; the
wheel carries them inside it. Whoever needs them asks here and nowhere else.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import SourceError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def data_dir(name: str) -> Traversable:
    """The folder called `name` (`templates` or `models`) that came with docgen.

    Raises `SourceError` where there is none, which means that the installation is damaged.
    """
    from importlib.resources import files  # 15 ms, and a command that shows its help needs none of it

    package = files("docgen")
    inside = package / "_data" / name
    if inside.is_dir():
        return inside
    beside = Path(__file__).resolve().parent.parent / name
    if beside.is_dir():
        return beside
    raise SourceError(f"{package}: no {name!r} folder came with docgen (install it again)")
