"""Reads the name of a repository's package from its project files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from configparser import ConfigParser, Error
from typing import Any

from docgen.files import parse_toml
from docgen.sources.git.objects import FILE_MODES, ObjectReader
from docgen.sources.names import is_valid_name

PROJECT_FILES = ("pyproject.toml", "setup.cfg", "setup.py", "package.json", "composer.json", "go.mod")
"""Files that name the package, in order of precedence."""

_MODULE_IN_GO = re.compile(r"^module\s+(?:\S+/)?([A-Za-z0-9][A-Za-z0-9._-]*)\s*$", re.MULTILINE)
_NAME_IN_SETUP = re.compile(r"""\bname\s*=\s*['"]([A-Za-z0-9][A-Za-z0-9._-]*)['"]""")


class PackageNames:
    """Finds the package that models belong to by their path. Files that several releases share are read once."""

    def __init__(self, objects: ObjectReader) -> None:
        self._objects = objects
        self._names: dict[tuple[str | None, ...], str] = {}

    def find(self, tree_oid: str, path: str, location: str) -> str:
        """Return the name of the package that has models at `path`, or "".

        The name is that of the folder with `data`, such as `botocore`. The AWS CLI has botocore inside its own package;
        it is named by its project files, and so are SDKs that keep models in another folder.

        Args:
            tree_oid: The root of a revision.
            path: The folder with the models, such as `awscli/botocore/data`.
            location: The location of the revision, for messages.
        """
        if not path.endswith("/data"):
            return self._project_name(tree_oid, location)
        *above, parent = path.removesuffix("/data").removeprefix("src/").split("/")
        name = (self._project_name(tree_oid, location) if above else "") or (
            above[0] if above and parent == "botocore" else parent
        )
        return name if is_valid_name(name) else ""

    def _project_name(self, tree_oid: str, location: str) -> str:
        oids = tuple(self._objects.find_entry(tree_oid, name, FILE_MODES) for name in PROJECT_FILES)
        if oids not in self._names:
            content = {
                name: self._objects.read_object(oid, f"{location}:{name}")
                for name, oid in zip(PROJECT_FILES, oids, strict=True)
                if oid is not None
            }
            self._names[oids] = project_name(content.get)
        return self._names[oids]


def project_name(read: Callable[[str], bytes | None]) -> str:
    """Return the name in the first project file that has one; "" if none has. Nothing is run.

    Args:
        read: Returns the content of a file at the root of the repository, or None if there is no such file.
    """
    for filename in PROJECT_FILES:
        content = read(filename)
        name = "" if content is None else _name_in(filename, content.decode("utf-8", "replace"))
        if name:
            return name
    return ""


def _name_in(filename: str, text: str) -> str:
    if filename in ("setup.py", "go.mod"):
        found = (_MODULE_IN_GO if filename == "go.mod" else _NAME_IN_SETUP).search(text)
        return found[1] if found else ""
    try:
        if filename.endswith(".json"):
            return _name_in_json(json.loads(text))
        if filename == "setup.cfg":
            parser = ConfigParser(interpolation=None)
            parser.read_string(text)
            return parser.get("metadata", "name", fallback="").strip()
        content = parse_toml(text)
    except (Error, ValueError, RecursionError):
        return ""
    project = content.get("project")
    name = project.get("name") if isinstance(project, dict) else None
    return name if isinstance(name, str) else ""


def _name_in_json(project: Any) -> str:
    """Return the name in a `package.json` or `composer.json` without its owner: `aws-sdk-php` for `aws/aws-sdk-php`."""
    name = project.get("name") if isinstance(project, dict) else None
    return name.rpartition("/")[2] if isinstance(name, str) else ""
