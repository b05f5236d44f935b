"""The releases in which botocore has each of its handlers, read from a clone: `python … CLONE` prints them.

Tests compare `docgen/model/customizations.toml` with it.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from packaging.version import Version

Spans = dict[str, list[tuple[str, str]]]
"""Each period of a handler: the first release with it, and the first release without it or ""."""

_RELEASE = re.compile(r"\d+\.\d+\.\d+")


def handlers_in(source: str) -> set[str]:
    """Return the entries of `BUILTIN_HANDLERS` as "event function", and aliases of parameters as "alias path name"."""
    found = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old sources have invalid escape sequences
        tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(getattr(each, "id", "") == "BUILTIN_HANDLERS" for each in node.targets):
            assert isinstance(node.value, ast.List)
            for entry in node.value.elts:
                assert isinstance(entry, ast.Tuple)
                event = entry.elts[0]
                name = str(event.value) if isinstance(event, ast.Constant) else ast.unparse(event)
                found.add(f"{name} {ast.unparse(entry.elts[1])}")
        elif isinstance(node, ast.FunctionDef) and node.name == "_add_parameter_aliases":
            found |= set(_aliases(node))
    return found


def _aliases(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                assert isinstance(key, ast.Constant)
                assert isinstance(value, ast.Constant)
                yield f"alias {key.value!s} {value.value!s}"


def handler_spans(clone: Path) -> tuple[Spans, list[str]]:
    """Return the spans of every handler in a clone of botocore, and its releases, oldest first."""
    releases = sorted(filter(_RELEASE.fullmatch, _git(clone, "tag").split()), key=Version)
    ids = _git(clone, "cat-file", "--batch-check", given="".join(f"{each}:botocore/handlers.py\n" for each in releases))
    known: dict[str, set[str]] = {}
    open_since: dict[str, str] = {}
    spans: Spans = {}
    for release, line in zip(releases, ids.splitlines(), strict=True):
        blob = line.split()[0]
        if " blob " not in line:
            continue
        if blob not in known:
            known[blob] = handlers_in(_git(clone, "cat-file", "blob", blob))
        for handler in open_since.keys() - known[blob]:
            spans.setdefault(handler, []).append((open_since.pop(handler), release))
        for handler in known[blob] - open_since.keys():
            open_since[handler] = release
    for handler, since in open_since.items():
        spans.setdefault(handler, []).append((since, ""))
    return spans, releases


def _git(clone: Path, *arguments: str, given: str = "") -> str:
    command = ["git", "-C", str(clone), *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=True, text=True).stdout


if __name__ == "__main__":
    for handler, found in sorted(handler_spans(Path(sys.argv[1]))[0].items()):
        print(handler, *(f"{since}..{until}" for since, until in found))
