"""The versions of boto3 and botocore that a project declares, in every file in which projects declare them."""

from __future__ import annotations

import ast
import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from docgen.requires.tree import files

PACKAGES = ("boto3", "botocore")

_LOWER_BOUNDS = frozenset({">=", ">", "~=", "==", "==="})
_CONDA = re.compile(r"""^\s*-\s*["']?(boto3|botocore)\b\s*([^"'#\s\[]*(?:\s*[<>=!~][^"'#\[]*)?)""")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_MAX_INCLUDES = 50

Line = tuple[int, str, str]
"""A line number, a package, and its version specifier (PEP 440)."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What one line says of a package. `lowest` is the oldest version that it allows; empty if it allows any."""

    file: str
    line: int
    package: str
    text: str
    lowest: str
    locked: bool

    def allows_less_than(self, version: str) -> bool:
        """Whether a version that is too old is locked, or allowed by a lower bound."""
        return bool(self.lowest and version) and Version(self.lowest) < Version(version)


def declarations(paths: Sequence[Path]) -> tuple[Declaration, ...]:
    """The declarations below the paths and, for each, in the folders above up to its repository."""
    found: dict[tuple[str, int, str], Declaration] = {}
    seen: set[Path] = set()
    for path in (file for start in paths for file in _files(start)):
        if path.resolve() in seen:
            continue
        seen.add(path.resolve())
        for line, package, specifier in _read(path, seen):
            declaration = _declaration(path, line, package, specifier)
            found.setdefault((declaration.file, line, declaration.text), declaration)
    return tuple(sorted(found.values(), key=lambda each: (each.file, each.line, each.package)))


def _declaration(path: Path, line: int, package: str, specifier: str) -> Declaration:
    lowest = lower_bound(specifier)
    is_lock = path.suffix == ".lock" or path.name == "Pipfile.lock"
    locked = is_lock or (specifier.startswith("==") and "*" not in specifier and "," not in specifier)
    return Declaration(_relative(path), line, package, f"{package}{specifier}", lowest, locked)


def _relative(path: Path) -> str:
    """How messages show a file: from the current folder, if it is below that."""
    found, here = path.resolve(), Path.cwd()
    return found.relative_to(here).as_posix() if found.is_relative_to(here) else path.as_posix()


def lower_bound(specifier: str) -> str:
    """The oldest version that a specifier allows; empty if there is no bound, or it cannot be read."""
    try:
        bounds = [each for each in SpecifierSet(specifier) if each.operator in _LOWER_BOUNDS]
        versions = [Version(each.version.removesuffix(".*")) for each in bounds]
    except ValueError:  # InvalidSpecifier and InvalidVersion are
        return ""
    return str(max(versions)) if versions else ""


# --- files ---


def _files(start: Path) -> Iterator[Path]:
    """The files below a folder that may declare something, then those in the folders above."""
    if start.is_dir():
        yield from (
            path
            for path in files(start, (".toml", ".txt", ".cfg", ".py", ".lock", ".yml", ".yaml", "Pipfile"))
            if _reader(path)
        )
    folder = start.resolve() if start.is_dir() else start.resolve().parent
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


def _reader(path: Path) -> Callable[[Path], Iterator[Line]] | None:
    """What reads a file; None if it declares nothing."""
    if path.suffix == ".txt":
        named = path.name.startswith(("requirements", "constraints")) or path.name.endswith(
            ("requirements.txt", "constraints.txt")
        )
        return _requirements if named or path.parent.name == "requirements" else None
    return _READERS.get(path.name)


def _read(path: Path, seen: set[Path]) -> list[Line]:
    reader = _reader(path)
    if reader is None:
        return []
    try:
        return list(reader(path))
    except (OSError, ValueError, SyntaxError, RecursionError, configparser.Error):
        return []  # a file that others complain of


# --- requirements ---


def _requirements(path: Path) -> Iterator[Line]:
    """`requirements.txt`. Files that it includes are read by their own name or, under any other, from here."""
    yield from _requirements_of(path, {path.resolve()})


def _requirements_of(path: Path, seen: set[Path]) -> Iterator[Line]:
    for number, line in enumerate(_text(path).split("\n"), start=1):
        bare = re.sub(r"(^|\s)#.*$", "", line).strip().removesuffix("\\").strip()
        included = re.match(r"(?:-r|-c|--requirement|--constraint)[\s=]*(\S+)", bare)
        if included:
            other = path.parent / included[1]
            if other.resolve() not in seen and len(seen) < _MAX_INCLUDES and other.is_file() and _reader(other) is None:
                seen.add(other.resolve())
                yield from ((number, package, specifier) for _, package, specifier in _requirements_of(other, seen))
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


def _pyproject(path: Path) -> Iterator[Line]:
    text = _text(path)
    lines = text.split("\n")
    for requirement in _listed(tomllib.loads(text), ()):
        for _, package, specifier in _requirement(0, requirement):
            yield _line_with(lines, requirement), package, specifier
    for package, specifier in _tables(tomllib.loads(text), ()):
        yield _line_with(lines, package, start=True), canonicalize_name(package), _poetry(specifier)


def _listed(value: Any, keys: tuple[str, ...]) -> Iterator[str]:
    """The requirements in lists of dependencies: PEP 621, groups (PEP 735), uv, pdm and hatch."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _listed(inner, (*keys, str(key)))
    elif isinstance(value, list) and any("dependenc" in key for key in keys):
        yield from (item for item in value if isinstance(item, str))


def _tables(value: Any, keys: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The requirements in tables by name: poetry and Pipfile."""
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        is_table = bool(keys) and (keys[-1] in ("packages", "dev-packages") or keys[-1].endswith("dependencies"))
        if is_table and canonicalize_name(str(key)) in PACKAGES and not isinstance(inner, list):
            yield str(key), inner
        else:
            yield from _tables(inner, (*keys, str(key)))


def _poetry(constraint: Any) -> str:
    """The specifier of a constraint of poetry: `^1.26`, `~1.26`, `1.26`, `*`, `{version = "^1.26"}`."""
    text = str(constraint.get("version", "") if isinstance(constraint, dict) else constraint).strip()
    parts = [part.strip() for part in text.split(",")]
    return ",".join(_poetry_part(part) for part in parts if part not in ("", "*"))


def _poetry_part(part: str) -> str:
    if part[0] in "^~" and part[1:2] != "=":
        return f">={part[1:].strip()}"
    return f"=={part}" if part[0].isdigit() else part.replace(" ", "")


def _line_with(lines: list[str], text: str, *, start: bool = False) -> int:
    """The line that has a text, or that starts with it as a key; 1 if none has."""
    for number, line in enumerate(lines, start=1):
        if start and re.match(rf"""\s*["']?{re.escape(text)}["']?\s*=""", line):
            return number
        if not start and (text in line or text.replace('"', '\\"') in line):
            return number
    return 1


# --- setup.cfg, setup.py ---


def _setup_cfg(path: Path) -> Iterator[Line]:
    parser = configparser.ConfigParser(interpolation=None)
    text = _text(path)
    parser.read_string(text)
    lines = text.split("\n")
    for section in parser.sections():
        for key, value in parser.items(section):
            if section == "options.extras_require" or (
                (section == "options" and key.endswith("_require")) or key.endswith("_requires")
            ):
                for each in value.split("\n"):
                    for _, package, specifier in _requirement(0, each.split("#")[0].strip()):
                        yield _line_with(lines, each.strip()), package, specifier


def _setup_py(path: Path) -> Iterator[Line]:
    """Requirements that are written as text; `setup.py` is not run."""
    for node in ast.walk(ast.parse(_text(path))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.lstrip().startswith(PACKAGES):
            yield from _requirement(node.lineno, node.value)


# --- locks ---


def _lock(path: Path) -> Iterator[Line]:
    """`uv.lock`, `poetry.lock` and `pdm.lock` name a package in one line and its version in the next."""
    package = ""
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if line.startswith("[["):
            package = ""
        elif found := re.match(r'name = "([^"]+)"', line):
            package = canonicalize_name(found[1])
        elif (found := re.match(r'version = "([^"]+)"', line)) and package in PACKAGES:
            yield number, package, f"=={found[1]}"


def _pipfile_lock(path: Path) -> Iterator[Line]:
    text = _text(path)
    lines = text.split("\n")
    for section in json.loads(text).values():
        for name, content in section.items() if isinstance(section, dict) else ():
            if name in PACKAGES and isinstance(content, dict) and isinstance(content.get("version"), str):
                number = next((n for n, line in enumerate(lines, start=1) if f'"{name}": {{' in line), 1)
                yield number, name, content["version"]


# --- conda ---


def _environment(path: Path) -> Iterator[Line]:
    """`environment.yml`: entries of its lists, those for pip, too."""
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if found := _CONDA.match(line):
            yield number, found[1], _conda(found[2].strip())


def _conda(text: str) -> str:
    """The specifier of a constraint of conda: `=1.26` means `1.26.*`, `=1.26.0=py310` names a build."""
    if text.startswith("=") and not text.startswith("=="):
        return f"=={text[1:].split('=')[0].removesuffix('.*')}.*"
    return f"=={text}" if text[:1].isdigit() else text.replace(" ", "")


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")


_READERS: dict[str, Callable[[Path], Iterator[Line]]] = {
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
