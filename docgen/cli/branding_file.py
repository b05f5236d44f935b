"""Reads the branding of a site from the table `[site]` of a `docgen.toml`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docgen.cli.svg import svg_problem
from docgen.errors import SourceError, UsageError
from docgen.files import open_regular, parse_toml, read_bounded
from docgen.model.notations.table import NOTATIONS
from docgen.render.branding import DEFAULT_ACCENT, Branding
from docgen.wording import with_suggestions

MAX_BYTES = 1 << 20
"""Size of the file."""

MAX_LOGO_BYTES = 200_000
LOGO_SUFFIXES = (".svg", ".png", ".webp", ".jpg")

MAX_TEXT_LENGTH = 20_000
"""Characters of a text, which may be on each of many thousand pages."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def read_branding(path: Path) -> Branding:
    """Return the table `[site]` of a TOML file; raise `UsageError` if it cannot be read or means nothing."""
    try:
        with open_regular(path, str(path)) as stream:
            content = parse_toml(read_bounded(stream, str(path), MAX_BYTES).decode())
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from None
    table = content.get("site", {})
    if not isinstance(table, dict):
        raise UsageError(f"{path}: 'site' is not a table (write [site])")
    for key, value in table.items():
        if key not in _READERS:
            raise UsageError(f"{path}: {with_suggestions(key, _READERS, f'[site] has no key {key!r}')}")
        if key != "notations" and (not isinstance(value, str) or not value.strip()):
            raise UsageError(f"{path}: {key} of [site] is not a string")
        if len(value) > MAX_TEXT_LENGTH:
            raise UsageError(f"{path}: {key} of [site] is longer than {MAX_TEXT_LENGTH:,} characters")
    return Branding(**{key: _READERS[key](path, value) for key, value in table.items()})


def _read_title(_: Path, text: str) -> str:
    return " ".join(text.split())


def _read_text(_: Path, text: str) -> str:
    return text.strip()


def _read_accent(path: Path, text: str) -> str:
    if not _COLOUR.fullmatch(text):
        raise UsageError(f"{path}: accent {text!r} is not a colour such as {DEFAULT_ACCENT}")
    return text.lower()


def _read_logo(path: Path, text: str) -> Path:
    folder = path.parent.resolve()
    try:
        logo = (folder / text).resolve()
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links form a loop (before Python 3.13)
        raise UsageError(f"{path}: logo {text!r}: {error}") from None
    if logo.suffix not in LOGO_SUFFIXES:
        raise UsageError(f"{path}: logo {text!r} is not a picture ({', '.join(LOGO_SUFFIXES)})")
    if not logo.is_relative_to(folder):
        raise UsageError(f"{path}: logo {text!r} is outside the folder of this file (copy it)")
    try:
        with open_regular(logo, logo.name) as stream:
            content = stream.read(MAX_LOGO_BYTES + 1)
            size = os.fstat(stream.fileno()).st_size
    except (SourceError, OSError) as error:
        raise UsageError(f"{path}: logo {text!r}: {error}") from None
    if len(content) > MAX_LOGO_BYTES:
        raise UsageError(f"{path}: logo {text!r} has {size:,} bytes (at most {MAX_LOGO_BYTES:,})")
    problem = svg_problem(content) if logo.suffix == ".svg" else ""
    if problem:
        raise UsageError(f"{path}: logo {text!r} {problem} (save it as a plain SVG, or as PNG)")
    return logo


def _read_notations(path: Path, names: Any) -> tuple[str, ...]:
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise UsageError(f"{path}: notations of [site] is not a list of names ({', '.join(NOTATIONS)})")
    for name in names:
        if name not in NOTATIONS:
            raise UsageError(f"{path}: {with_suggestions(name, NOTATIONS, f'[site] has no notation {name!r}')}")
    return tuple(dict.fromkeys(names))


_READERS: dict[str, Callable[[Path, Any], Any]] = {
    "title": _read_title,
    "accent": _read_accent,
    "logo": _read_logo,
    "footer": _read_text,
    "home": _read_text,
    "notations": _read_notations,
}
