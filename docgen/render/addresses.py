"""Addresses of pages and of elements on them: HTML ids, folders, URLs.

This is the one place that turns a name into a part of an address. Names in current models stay as they are. Different
names never share an id or a folder, also on a system that ignores case or reserves some names.

| name                    | folder                                                                                     |
|-------------------------|--------------------------------------------------------------------------------------------|
| service, API version    | the name; in another form if it has upper-case letters, is reserved or is very long        |
| release                 | likewise; a `+` is replaced, too                                                           |
| operation, type         | the name; in another form if it is no plain name, is reserved, very long, or differs from  |
|                         | another operation or type of the service only by case                                      |

The other form starts with the kind, replaces letters that are not allowed by their code points, and ends with a number
whose bits tell which letters are upper-case: the service `Zoo` is at `service.Zoo.1`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import PurePath
from urllib.parse import quote

MAX_FOLDER_LENGTH = 150
"""Longest name of a folder: some file systems allow only this many characters."""

_RESERVED = re.compile(r"compare|history|types|[0-9]{4}-[0-9]{2}-[0-9]{2}", re.IGNORECASE)
"""Folders next to those of operations: comparisons, the history and the types of a service, and API versions."""

_PERIOD = re.compile(r"[0-9]{4}|undated")
"""Folders next to those of releases: years."""

_PAGE_EXTENSIONS = (".html", ".md", ".txt", ".json", ".atom", ".xml", ".js")
"""Names next to those of services and releases that end like this are pages."""

_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)

_UNSAFE_IN_ID = re.compile(r"[^\w.:$@!&'()*+,;=/?-]")
_LOWER_FOLDER_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9_-])?")
_PLAIN_FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_UNSAFE_IN_FOLDER_NAME = re.compile(r"[^A-Za-z0-9_-]")


def html_id(name: str) -> str:
    """Return the HTML id for a name. It needs no quoting in a link: blanks and delimiters of URLs are replaced."""
    if name.replace(".", "").isalnum():  # nearly all names and paths
        return name
    return _UNSAFE_IN_ID.sub(lambda found: f"~{ord(found[0]):x}~", name)


def is_device_name(name: str) -> bool:
    """Return whether Windows takes a name for a device, with any extension: no file or folder can be called so."""
    return _DEVICE.fullmatch(name) is not None


NO_FOLDERS: Mapping[str, str] = {}
"""For a service whose operations all have different names, however they are spelled."""


def operation_folder(operation: str, folders: Mapping[str, str] = NO_FOLDERS) -> str:
    """Return the folder of an operation's page: its name, unless that is no folder name or reserved.

    Args:
        operation: The name of the operation.
        folders: The folders of those operations of the service whose names differ only by case.
    """
    return folders[operation] if operation in folders else _element_folder("operation", operation)


@lru_cache(maxsize=8192)
def _element_folder(kind: str, name: str) -> str:
    if (
        _PLAIN_FOLDER_NAME.fullmatch(name)
        and not _RESERVED.fullmatch(name)
        and not is_device_name(name)
        and len(name) <= MAX_FOLDER_LENGTH
    ):
        return name
    return _limited(kind, name, _escape(name))


def folders_of_operations(current: Iterable[str], former: Iterable[str] = ()) -> dict[str, str]:
    """Return the folders of those operations of a service whose names differ only by case; for most, there are none.

    One operation of a group keeps its name: of the current ones the last from A to Z, and small letters are after
    capital ones.

    Args:
        current: The operations in the newest model.
        former: All others that ever were in the service.
    """
    names = set(current)
    return _folders_of_ambiguous_names("operation", sorted({*former} - names) + sorted(names))


def folders_of_types(types: Iterable[str]) -> dict[str, str]:
    """Return the folder of each of the types of a service. Of those that differ only by case, the last keeps its name.

    Args:
        types: The names of all types that have a page.
    """
    names = sorted(types)
    return {name: _element_folder("type", name) for name in names} | _folders_of_ambiguous_names("type", names)


def _folders_of_ambiguous_names(kind: str, names: Iterable[str]) -> dict[str, str]:
    """Return folders for all names but the last of each group that differs only by case."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(_element_folder(kind, name).casefold(), []).append(name)
    return {
        name: _limited(kind, name, f"{_escape(name)}.{_upper_case_bits(name)}")
        for group in groups.values()
        for name in group[:-1]
    }


def service_folder(service: str) -> str:
    """Return the folder of a service: its name, unless that has upper-case letters, is reserved or very long."""
    return _portable_folder("service", service)


def release_folder(release: str) -> str:
    """Return the folder of a release: its name, unless that is no folder name, has upper-case letters, or is taken."""
    return _portable_folder("release", release, taken=_PERIOD.fullmatch(release) is not None)


def _portable_folder(kind: str, name: str, *, taken: bool = False) -> str:
    """Return the folder of a name of a kind. It depends on the name alone, so that all pages agree about it."""
    if (
        _LOWER_FOLDER_NAME.fullmatch(name)
        and not taken
        and not name.startswith(f"{kind}.")
        and not name.endswith(_PAGE_EXTENSIONS)
        and not is_device_name(name)
        and len(name) <= MAX_FOLDER_LENGTH
    ):
        return name
    bits = _upper_case_bits(name)
    return _limited(kind, name, f"{_escape(name)}.{bits}" if bits != "0" else _escape(name))


def _escape(name: str) -> str:
    return _UNSAFE_IN_FOLDER_NAME.sub(lambda found: f".{ord(found[0]):x}_", name)


def _upper_case_bits(name: str) -> str:
    """Return a number in which a bit is 1 if the letter at its position is upper-case."""
    return f"{sum(1 << position for position, letter in enumerate(name) if 'A' <= letter <= 'Z'):x}"


def _limited(kind: str, name: str, escaped: str) -> str:
    folder = f"{kind}.{escaped}"
    if len(folder) <= MAX_FOLDER_LENGTH:
        return folder
    return f"{kind}.{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()}"


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
    version = _portable_folder("version", api_version) if api_version else ""
    return "/".join(filter(None, ("releases", release_folder(release), service_folder(service), version, "index")))


def release_path(release: str) -> str:
    """Return the path of the page of a release, relative to the site's root, without extension."""
    return f"releases/{release_folder(release)}/index"


def service_path(service: str, section: str = "services", inner: str = "index") -> str:
    """Return the path of a page of a service, relative to the site's root, without extension.

    Args:
        service: SDK name of the service.
        section: The folder with the services: `services` or `lifecycle`.
        inner: Path of the page in the folder of the service.
    """
    return f"{section}/{service_folder(service)}/{inner}"
