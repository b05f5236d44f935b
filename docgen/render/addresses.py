"""Addresses of pages and of elements on them: HTML ids, folders of operations, URLs.

Names in current models need no quoting. Different names never share an id or a folder.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import PurePath
from urllib.parse import quote

MAX_FOLDER_LENGTH = 150
"""Longest name of a folder: some file systems allow only this many characters."""

RESERVED_FOLDERS = frozenset({"history"})
"""Folders next to those of operations, in lower case: some file systems ignore case."""

_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)

_UNSAFE_IN_ID = re.compile(r"[^\w.:$@!&'()*+,;=/?-]")
_PLAIN_FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_UNSAFE_IN_FOLDER_NAME = re.compile(r"[^A-Za-z0-9_-]")


def html_id(name: str) -> str:
    """Return the HTML id for a name. It needs no quoting in a link: blanks and delimiters of URLs are replaced."""
    return _UNSAFE_IN_ID.sub(lambda found: f"~{ord(found[0]):x}~", name)


def is_device_name(name: str) -> bool:
    """Return whether Windows takes a name for a device, with any extension: no file or folder can be called so."""
    return _DEVICE.fullmatch(name) is not None


def operation_folder(operation: str) -> str:
    """Return the folder of an operation's page: its name, unless that is no folder name or the site's own."""
    if (
        _PLAIN_FOLDER_NAME.fullmatch(operation)
        and operation.casefold() not in RESERVED_FOLDERS
        and not is_device_name(operation)
        and len(operation) <= MAX_FOLDER_LENGTH
    ):
        return operation
    name = "operation." + _UNSAFE_IN_FOLDER_NAME.sub(lambda found: f".{ord(found[0]):x}_", operation)
    return (
        name
        if len(name) <= MAX_FOLDER_LENGTH
        else f"operation.{sha256(operation.encode(errors='replace')).hexdigest()}"
    )


def page_url(path: str, base_url: str = "") -> str:
    """Return the URL of a page: that of its folder if the page is the index of one.

    Args:
        path: Path of the page from the root of the site, without extension.
        base_url: URL of the site, ending with a slash; without it the result is relative to the root.
    """
    folder, _, name = path.rpartition("/")
    inner = f"{folder}/" if folder else ""
    return base_url + quote(inner if name == "index" else f"{inner}{name}.html")


def location_header(folder: PurePath) -> str:
    """Return the value of a Location header that leads to a folder of a site: ASCII, without controls."""
    return f"/{quote(folder.as_posix().encode(errors='surrogateescape'))}/"


def relative_root(path: str) -> str:
    """Return the relative address of the site's root from the page at `path`, such as `../../`."""
    return "../" * path.count("/")


def notes_path(release: str, service: str, api_version: str = "") -> str:
    """Return the path of the notes of a service in a release, relative to the site's root, without extension.

    Give `api_version` only if it is not the latest one: its notes are in a subfolder.
    """
    return "/".join(filter(None, ("releases", release, service, api_version, "index")))
