"""What a name becomes where not every letter may stand: the id of a place on a page, and a folder of the site.

Names of today's models stay as they are. Of two different names neither becomes what the other does.
"""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import quote

MAX_FOLDER_LENGTH = 150
"""Letters of a folder's name at most: some disks have no longer ones."""

RESERVED_FOLDERS = frozenset({"history"})
"""Folders beside those of operations, in lower case: some disks do not tell case."""

_UNSAFE_IN_ID = re.compile(r"[^\w.:$@!&'()*+,;=/?-]")
_PLAIN_FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_UNSAFE_IN_FOLDER_NAME = re.compile(r"[^A-Za-z0-9_-]")


def html_id(name: str) -> str:
    """The id of what has a name, as it also stands in links: no blanks, no marks that an address gives a meaning."""
    return _UNSAFE_IN_ID.sub(lambda found: f"~{ord(found[0]):x}~", name)


def operation_folder(operation: str) -> str:
    """The folder of the page of an operation: its name, where that can be a folder and is none of the site's own."""
    if (
        _PLAIN_FOLDER_NAME.fullmatch(operation)
        and operation.casefold() not in RESERVED_FOLDERS
        and len(operation) <= MAX_FOLDER_LENGTH
    ):
        return operation
    name = "operation." + _UNSAFE_IN_FOLDER_NAME.sub(lambda found: f".{ord(found[0]):x}_", operation)
    return (
        name
        if len(name) <= MAX_FOLDER_LENGTH
        else f"operation.{sha256(operation.encode(errors='replace')).hexdigest()}"
    )


def address_of(path: str, url: str = "") -> str:
    """The address of a page from its path without extension: that of its folder, where it is the index of one."""
    folder, _, name = path.rpartition("/")
    inner = f"{folder}/" if folder else ""
    return url + quote(inner if name == "index" else f"{inner}{name}.html")


def relative_root(path: str) -> str:
    """Return the relative address of the site's root from the page at `path`, such as `../../`."""
    return "../" * path.count("/")


def notes_path(release: str, service: str, api_version: str = "") -> str:
    """Return the path of the notes of a service in a release, relative to the site's root, without extension.

    Give `api_version` only if it is not the latest one: its notes are in a subfolder.
    """
    return "/".join(filter(None, ("releases", release, service, api_version, "index")))
