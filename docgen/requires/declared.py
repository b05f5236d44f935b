"""The versions of boto3 and botocore that a project declares, in every kind of file that declares versions."""

from __future__ import annotations

import ast
import configparser
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from docgen.errors import SourceError
from docgen.files import open_regular, parse_toml, read_bounded, real_path, toml_problem
from docgen.requires.scan import parse_python
from docgen.requires.tree import files

PACKAGES = ("boto3", "botocore")

_LOWER_BOUNDS = frozenset({">=", ">", "~=", "==", "==="})
_CONDA = re.compile(r"""^\s*-\s*["']?(boto3|botocore)\b\s*([^"'#\s\[]*(?:\s*[<>=!~][^"'#\[]*)?)""")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_MAX_INCLUDES = 50

MAX_DECLARING_BYTES = 16 << 20
"""The largest file that is read, in bytes. The locks of large projects have a few million."""

Line = tuple[int, str, str]
"""A line number, a package, and its version specifier (PEP 440)."""

Load = Callable[[Path], str]
"""Returns the text of a file; raises `OSError`, `ValueError` or `SourceError` if it cannot be read."""

Reader = Callable[[Path, Load], Iterator[Line]]


@dataclass(frozen=True, slots=True)
class Declaration:
    """The declaration of a package in one line. `lowest` is the oldest version that it allows, or "" for any."""

    file: str
    line: int
    package: str
    text: str
    lowest: str
    locked: bool

    def allows_less_than(self, version: str) -> bool:
        """Return whether the declaration locks a version that is too old, or has a lower bound that is."""
        return bool(self.lowest and version) and Version(self.lowest) < Version(version)


def declarations(paths: Sequence[Path]) -> tuple[Declaration, ...]:
    """Return the declarations in the paths and, for each, in the parent folders up to its repository."""
    found: dict[tuple[str, int, str], Declaration] = {}
    seen: set[Path] = set()
    for path in (file for start in paths for file in _files(start)):
        if real_path(path) in seen:
            continue
        seen.add(real_path(path))
        file = _relative(path)
        for line, package, specifier in _read(path):
            declaration = _declaration(path, file, line, package, specifier)
            found.setdefault((declaration.file, line, declaration.text), declaration)
    return tuple(sorted(found.values(), key=lambda each: (each.file, each.line, each.package)))


def _declaration(path: Path, file: str, line: int, package: str, specifier: str) -> Declaration:
    lowest = lower_bound(specifier)
    is_lock = path.suffix == ".lock" or path.name == "Pipfile.lock"
    locked = is_lock or (specifier.startswith("==") and "*" not in specifier and "," not in specifier)
    return Declaration(file, line, package, f"{package}{specifier}", lowest, locked)


def _relative(path: Path) -> str:
    """Return the path of a file for messages: relative to the current folder if the file is in it."""
    found, here = real_path(path), Path.cwd()
    return found.relative_to(here).as_posix() if found.is_relative_to(here) else path.as_posix()


def lower_bound(specifier: str) -> str:
    """Return the oldest version that a specifier allows, or "" if it has no bound or is invalid."""
    try:
        bounds = [each for each in SpecifierSet(specifier) if each.operator in _LOWER_BOUNDS]
        versions = [Version(each.version.removesuffix(".*")) for each in bounds]
    except ValueError:  # InvalidSpecifier and InvalidVersion are
        return ""
    return str(max(versions)) if versions else ""


# --- files ---


def _files(start: Path) -> Iterator[Path]:
    """Yield the files in a folder that may declare versions, then those in its parent folders."""
    if start.is_dir():
        yield from (
            path
            for path in files(start, (".toml", ".txt", ".cfg", ".py", ".lock", ".yml", ".yaml", "Pipfile"))
            if _reader(path)
        )
    folder = real_path(start) if start.is_dir() else real_path(start).parent
    while not (folder / ".git").exists() and folder.parent != folder:
        folder = folder.parent
        yield from _shown(folder)
    if not start.is_dir():
        yield from _shown(start.parent)


def _shown(folder: Path) -> Iterator[Path]:
    try:
        names = sorted(folder.iterdir())
    except OSError:
        return
    yield from (path for path in names if path.is_file() and _reader(path))


def _reader(path: Path) -> Reader | None:
    """Return the reader of a file, or None if it declares nothing."""
    if path.suffix == ".txt":
        named = path.name.startswith(("requirements", "constraints")) or path.name.endswith(
            ("requirements.txt", "constraints.txt")
        )
        return _requirements if named or path.parent.name == "requirements" else None
    return _READERS.get(path.name)


def _read(path: Path) -> list[Line]:
    reader = _reader(path)
    return [] if reader is None else _lines(path, reader, _text)


_UNREADABLE = (OSError, ValueError, SyntaxError, RecursionError, MemoryError, configparser.Error, SourceError)


def _lines(path: Path, reader: Reader, load: Load) -> list[Line]:
    try:
        return list(reader(path, load))
    except _UNREADABLE:
        return []  # other tools will report the file


def declared_in(path: Path, load: Load) -> tuple[Declaration, ...]:
    """Return the declarations in one file and the files that it includes.

    A file with an unknown name has requirements. Raises `SourceError` for a file that cannot be read.
    """
    reader = _reader(path)
    if reader is None or reader is _requirements:
        reader = _all_requirements
    try:
        if reader is _lock:
            parse_toml(load(path))  # the reader looks at lines alone, and a malformed file has any
        lines = list(reader(path, load))
    except SourceError:
        raise
    except _UNREADABLE as error:
        raise SourceError(_unreadable_message(path, error)) from None
    return tuple(_declaration(path, _relative(path), *line) for line in lines)


def _unreadable_message(path: Path, error: BaseException) -> str:
    """Return where a file is malformed, and how: `uv.lock:3:5: not TOML: Expected '=' after a key`."""
    if isinstance(error, json.JSONDecodeError):
        return f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}"
    if isinstance(error, SyntaxError):
        return f"{path}:{error.lineno or 1}: not Python: {error.msg}"
    if isinstance(error, RecursionError | MemoryError):
        return f"{path}: nested too deeply"
    if isinstance(error, configparser.Error):
        return f"{path}: not an INI file: {' '.join(str(error).split())}"
    return toml_problem(str(path), str(error))


def declaring_files(start: Path) -> Iterator[Path]:
    """Yield the files in a folder that may declare versions, then those in its parent folders."""
    yield from _files(start)


# --- requirements ---


def _requirements(path: Path, load: Load) -> Iterator[Line]:
    """Read a `requirements.txt`. Included files are read according to their names, or otherwise as requirements."""
    yield from _requirements_of(path, load, {os.path.abspath(path)}, includes_named=False)


def _all_requirements(path: Path, load: Load) -> Iterator[Line]:
    """Yield the lines of a `requirements.txt` and of all files that it includes."""
    yield from _requirements_of(path, load, {os.path.abspath(path)}, includes_named=True)


def _requirements_of(path: Path, load: Load, seen: set[str], *, includes_named: bool) -> Iterator[Line]:
    for number, line in enumerate(load(path).split("\n"), start=1):
        bare = re.sub(r"(^|\s)#.*$", "", line).strip().removesuffix("\\").strip()
        included = re.match(r"(?:-r|-c|--requirement|--constraint)[\s=]*(\S+)", bare)
        if included:
            other = path.parent / included[1]
            key = os.path.abspath(other)
            if key not in seen and len(seen) < _MAX_INCLUDES and (includes_named or _reader(other) is None):
                seen.add(key)
                with suppress(OSError, ValueError, SourceError):
                    inner = list(_requirements_of(other, load, seen, includes_named=includes_named))
                    yield from ((number, package, specifier) for _, package, specifier in inner)
        else:
            yield from _requirement(number, re.split(r"\s--", bare)[0])


def _requirement(line: int, text: str) -> Iterator[Line]:
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return
    if (name := canonicalize_name(requirement.name)) in PACKAGES:
        yield line, name, str(requirement.specifier)


# --- pyproject.toml, Pipfile ---


def _pyproject(path: Path, load: Load) -> Iterator[Line]:
    text = load(path)
    content, places = parse_toml(text), _Places(text)
    for requirement in _listed(content, ()):
        for _, package, specifier in _requirement(0, requirement):
            yield places.line_with(requirement), package, specifier
    places = _Places(text)
    for package, specifier in _tables(content, ()):
        yield places.line_of_key(package), canonicalize_name(package), _poetry(specifier)


def _listed(value: Any, keys: tuple[str, ...]) -> Iterator[str]:
    """Yield the requirements in lists of dependencies: PEP 621, groups (PEP 735), uv, pdm and hatch."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _listed(inner, (*keys, str(key)))
    elif isinstance(value, list) and any("dependenc" in key for key in keys):
        yield from (item for item in value if isinstance(item, str))


def _tables(value: Any, keys: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yield the requirements in tables by name: poetry and Pipfile."""
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        is_table = bool(keys) and (keys[-1] in ("packages", "dev-packages") or keys[-1].endswith("dependencies"))
        if is_table and canonicalize_name(str(key)) in PACKAGES and not isinstance(inner, list):
            yield str(key), inner
        else:
            yield from _tables(inner, (*keys, str(key)))


def _poetry(constraint: Any) -> str:
    """Return the specifier of a poetry constraint: `^1.26`, `~1.26`, `1.26`, `*`, `{version = "^1.26"}`."""
    text = str(constraint.get("version", "") if isinstance(constraint, dict) else constraint).strip()
    parts = [part.strip() for part in text.split(",")]
    return ",".join(_poetry_part(part) for part in parts if part not in ("", "*"))


def _poetry_part(part: str) -> str:
    if part[0] in "^~" and part[1:2] != "=":
        return f">={part[1:].strip()}"
    return f"=={part}" if part[0].isdigit() else part.replace(" ", "")


class _Places:
    """Finds the lines of texts that are in file order: each search starts after the previous match."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.line = 1

    def line_with(self, text: str) -> int:
        """Return the next line that contains a text, or else the first such line, or 1."""
        forms = (text, text.replace('"', '\\"'))
        for start in (self.position, 0):
            found = [at for form in forms if (at := self.text.find(form, start)) >= 0]
            if found:
                return self._moved_to(min(found), len(text))
        return 1

    def line_of_key(self, key: str) -> int:
        """Return the next line that starts with a key, or else the first such line, or 1."""
        pattern = re.compile(rf"""^[^\S\n]*["']?{re.escape(key)}["']?\s*=""", re.MULTILINE)
        found = pattern.search(self.text, self.position) or pattern.search(self.text)
        return self._moved_to(found.start(), len(key)) if found else 1

    def _moved_to(self, start: int, length: int) -> int:
        if start < self.position:
            self.position, self.line = 0, 1
        self.line += self.text.count("\n", self.position, start)
        self.position = start
        line = self.line
        self.line += self.text.count("\n", start, start + length)
        self.position = start + length
        return line


# --- setup.cfg, setup.py ---


def _setup_cfg(path: Path, load: Load) -> Iterator[Line]:
    parser = configparser.ConfigParser(interpolation=None)
    text = load(path)
    parser.read_string(text)
    places = _Places(text)
    for section in parser.sections():
        for key, value in parser.items(section):
            if section == "options.extras_require" or (
                (section == "options" and key.endswith("_require")) or key.endswith("_requires")
            ):
                for each in value.split("\n"):
                    for _, package, specifier in _requirement(0, each.split("#")[0].strip()):
                        yield places.line_with(each.strip()), package, specifier


def _setup_py(path: Path, load: Load) -> Iterator[Line]:
    """Yield the requirements that are literal strings; `setup.py` is not run."""
    for node in ast.walk(parse_python(load(path))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.lstrip().startswith(PACKAGES):
            yield from _requirement(node.lineno, node.value)


# --- locks ---


def _lock(path: Path, load: Load) -> Iterator[Line]:
    """Read a `uv.lock`, `poetry.lock` or `pdm.lock`, which name a package in one line and its version in the next."""
    package = ""
    for number, line in enumerate(load(path).split("\n"), start=1):
        if line.startswith("[["):
            package = ""
        elif found := re.match(r'name = "([^"]+)"', line):
            package = canonicalize_name(found[1])
        elif (found := re.match(r'version = "([^"]+)"', line)) and package in PACKAGES:
            yield number, package, f"=={found[1]}"


def _pipfile_lock(path: Path, load: Load) -> Iterator[Line]:
    text = load(path)
    content = json.loads(text)
    numbers = {name: _first_line(text, f'"{name}": {{') for name in PACKAGES}
    for section in content.values() if isinstance(content, dict) else ():
        for name, entry in section.items() if isinstance(section, dict) else ():
            if name in PACKAGES and isinstance(entry, dict) and isinstance(entry.get("version"), str):
                yield numbers[name], name, entry["version"]


def _first_line(text: str, part: str) -> int:
    """Return the number of the first line that contains `part`, or 1."""
    return text.count("\n", 0, max(text.find(part), 0)) + 1


# --- conda ---


def _environment(path: Path, load: Load) -> Iterator[Line]:
    """Read an `environment.yml`: the entries of its lists, including those for pip."""
    for number, line in enumerate(load(path).split("\n"), start=1):
        if found := _CONDA.match(line):
            yield number, found[1], _conda(found[2].strip())


def _conda(text: str) -> str:
    """Return the specifier of a conda constraint: `=1.26` means `1.26.*`, `=1.26.0=py310` names a build."""
    if text.startswith("=") and not text.startswith("=="):
        return f"=={text[1:].split('=')[0].removesuffix('.*')}.*"
    return f"=={text}" if text[:1].isdigit() else text.replace(" ", "")


def _text(path: Path) -> str:
    with open_regular(path, str(path)) as stream:
        return decoded(read_bounded(stream, str(path), MAX_DECLARING_BYTES))


def decoded(data: bytes) -> str:
    """Return the text of a file with line feeds as line ends; raise `ValueError`."""
    return data.decode("utf-8-sig").replace("\r\n", "\n")


_READERS: dict[str, Reader] = {
    "pyproject.toml": _pyproject,
    "Pipfile": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
    "uv.lock": _lock,
    "poetry.lock": _lock,
    "pdm.lock": _lock,
    "Pipfile.lock": _pipfile_lock,
    "environment.yml": _environment,
    "environment.yaml": _environment,
}
