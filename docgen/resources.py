"""The data files that belong to docgen: templates and example models.

An installed docgen carries them inside the package. In a checkout, `templates/` and `models/` lie at the top level of
the project, outside the package. `data_folder` is the only place that knows this.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import SourceError, UsageError
from docgen.files import sha256_of_entries
from docgen.wording import with_suggestions

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


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
    """Yield the path and the content of every file, except caches and the data of an installed docgen."""
    while pending:
        path, entry = pending.pop()
        if entry.is_dir():
            children = sorted(entry.iterdir(), key=lambda child: child.name)
            pending += [
                (f"{path}/{child.name}", child) for child in children if child.name not in ("__pycache__", "_data")
            ]
        else:
            yield path, entry.read_bytes()


BUILTIN_PREFIX = "docgen/"
"""Begins the name of a template that comes with docgen, even if the user overrides it."""


def template_source(name: str, folder: Path | None) -> str:
    """Return the source of a template.

    Args:
        name: The format and the name, such as `html/notes.html.j2`. `html/docgen/notes.html.j2` always names the
            template that comes with docgen, so that a template can extend the one that it overrides.
        folder: A folder of templates that override those of docgen.

    Raises:
        TemplateNotFound: (of Jinja) if there is no such template.
        UsageError: If the template of the user cannot be read.
    """
    from jinja2 import TemplateNotFound

    format_folder, _, inner = name.partition("/")
    if folder is not None and not inner.startswith(BUILTIN_PREFIX) and ".." not in inner.split("/"):
        override = folder / format_folder / inner
        if override.is_file():
            try:
                return override.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(f"{override}: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None
    builtin = data_folder("templates") / format_folder
    for part in inner.removeprefix(BUILTIN_PREFIX).split("/"):
        builtin = builtin / part
    if not builtin.is_file():
        raise TemplateNotFound(inner)
    return builtin.read_text(encoding="utf-8")


def check_template_folder(folder: Path) -> Path:
    """Return `folder`; raise `UsageError` if it has no templates, or one that no page would ever use."""
    builtin = {entry.name: entry for entry in data_folder("templates").iterdir() if entry.is_dir()}
    if not any((folder / name).is_dir() for name in builtin):
        raise UsageError(f"{folder}: no templates here (expected folders: {', '.join(sorted(builtin))})")
    for name, entry in builtin.items():
        _check_template_names(folder, name, {template.name for template in entry.iterdir()})
    return folder


def _check_template_names(folder: Path, format_folder: str, known_names: set[str]) -> None:
    """Reject names that neither docgen nor another template of the user mentions: a typo would be ignored silently."""
    files = [path for path in (folder / format_folder).rglob("*.j2") if path.is_file()]
    names = sorted(path.relative_to(folder / format_folder).as_posix() for path in files)
    for name in names:
        if name not in known_names and not any(
            name in template_source(f"{format_folder}/{other}", folder) for other in names
        ):
            raise UsageError(
                f"{folder / format_folder}: {with_suggestions(name, known_names, f'no page uses {name!r}')}"
            )
