"""The grammar of names in all sources: package, release, service, API version and file.

Names become parts of paths and of addresses. `Release` and `ModelFile` check their names when they are created, and the
history file checks its rows when they are read, so every source obeys the same grammar and no writer needs to check.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from docgen.errors import SourceError

MAX_NAME_LENGTH = 200

_PLAIN_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9_-])?")
_RELEASE_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,198}[A-Za-z0-9_+-])?")
_PACKAGE_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9_-])?|")

_GRAMMAR = {
    "release": (_RELEASE_NAME, "a release", "letters, digits and . _ + - only"),
    "package": (_PACKAGE_NAME, "a package", "letters, digits and . _ - only"),
    "service": (_PLAIN_NAME, "a service", "letters, digits and . _ - only"),
    "API version": (_PLAIN_NAME, "an API version", "letters, digits and . _ - only"),
    "file": (_PLAIN_NAME, "a file", "letters, digits and . _ - only"),
}


def check_name(kind: str, name: object, location: str) -> None:
    """Raise `SourceError`, which names `location`, if `name` is not text or not a valid name of this kind.

    Args:
        kind: What it names: `release`, `package` (which may be empty), `service`, `API version` or `file`.
        name: A value from a source.
        location: Where it comes from.
    """
    if not isinstance(name, str) or not _matches(kind, name):
        _, article_and_kind, allowed = _GRAMMAR[kind]
        shown = repr(name) if len(repr(name)) < 100 else f"{repr(name)[:60]}… ({len(repr(name)):,} characters)"
        raise SourceError(f"{location}: {shown} cannot name {article_and_kind} ({allowed}, at most 200)")


def _matches(kind: str, name: str) -> bool:
    return len(name) <= MAX_NAME_LENGTH and _obeys_grammar(kind, name)  # a name that is too long is not worth caching


@lru_cache(maxsize=65536)
def _obeys_grammar(kind: str, name: str) -> bool:
    return _GRAMMAR[kind][0].fullmatch(name) is not None


def check_release_name(name: str, location: str) -> str:
    """Return `name` if it is a valid release name; raise `SourceError` otherwise."""
    check_name("release", name, location)
    return name


def is_release_name(name: str) -> bool:
    """Return whether `name` is a valid release name."""
    return _matches("release", name)


def is_package_name(name: str) -> bool:
    """Return whether `name` is a valid package name."""
    return bool(name) and _matches("package", name)


def is_valid_name(name: str) -> bool:
    """Return whether `name` is a valid name of a service, an API version or a file."""
    return _matches("service", name)


def is_date(value: object) -> bool:
    """Return whether a value is a date in the form `YYYY-MM-DD`."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def check_date(value: object, location: str) -> None:
    """Raise `SourceError`, which names `location`, if a value is neither None nor a date."""
    if value is not None and not is_date(value):
        raise SourceError(f"{location}: 'date' is {value!r}, not a date in the form YYYY-MM-DD")
