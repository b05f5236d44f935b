"""Where the templates and the example models are: inside an installed docgen, else beside a checked-out one.

The top level of the project is fixed, so `templates/` and `models/` lie outside the package in a checkout; the
wheel carries them inside it. Whoever needs them asks here and nowhere else.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import SourceError, UsageError
from docgen.wording import with_suggestions

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def data_folder(name: str) -> Traversable:
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


@cache
def program_digest() -> str:
    """A name for this docgen: its code, its tables and its templates. What it makes can differ where this does."""
    from hashlib import sha256
    from importlib.resources import files

    digest = sha256()
    waiting = [("docgen", files("docgen")), ("templates", data_folder("templates"))]
    while waiting:
        name, place = waiting.pop()
        if place.is_dir():
            inner = sorted(place.iterdir(), key=lambda each: each.name)
            waiting += [(f"{name}/{each.name}", each) for each in inner if each.name not in ("__pycache__", "_data")]
        else:
            content = place.read_bytes()
            digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()


BUILTIN_PREFIX = "docgen/"
"""What opens the name of a template that is docgen's own, whatever the user has put in its place."""


def template_source(name: str, folder: Path | None) -> str:
    """The text of the template `name`, such as `html/notes.html.j2`: the one in `folder`, if it is there, else ours.

    `html/docgen/notes.html.j2` is always ours, so that a template can extend the one that it stands in for.
    Raises Jinja's `TemplateNotFound` where neither is there.
    """
    from jinja2 import TemplateNotFound

    kind, _, inner = name.partition("/")
    if folder is not None and not inner.startswith(BUILTIN_PREFIX) and ".." not in inner.split("/"):
        theirs = folder / kind / inner
        if theirs.is_file():
            try:
                return theirs.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(f"{theirs}: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None
    ours = data_folder("templates") / kind
    for part in inner.removeprefix(BUILTIN_PREFIX).split("/"):
        ours = ours / part
    if not ours.is_file():
        raise TemplateNotFound(inner)
    return ours.read_text(encoding="utf-8")


def check_template_folder(folder: Path) -> Path:
    """`folder` if it may hold templates; raises `UsageError` where none of it, or a file in it, could never be used."""
    kinds = {each.name: each for each in data_folder("templates").iterdir() if each.is_dir()}
    if not any((folder / kind).is_dir() for kind in kinds):
        raise UsageError(f"{folder}: no templates here (they lie in {', '.join(sorted(kinds))}, as docgen's own do)")
    for kind, ours in kinds.items():
        _check_template_names(folder, kind, {each.name for each in ours.iterdir()})
    return folder


def _check_template_names(folder: Path, format_folder: str, known_names: set[str]) -> None:
    """A mistyped name would change nothing, and nobody would say so. Another template of the user's may name a file."""
    files = [path for path in (folder / format_folder).rglob("*.j2") if path.is_file()]
    names = sorted(path.relative_to(folder / format_folder).as_posix() for path in files)
    for name in names:
        if name not in known_names and not any(
            name in template_source(f"{format_folder}/{other}", folder) for other in names
        ):
            raise UsageError(
                f"{folder / format_folder}: {with_suggestions(name, known_names, f'no page uses {name!r}')}"
            )
