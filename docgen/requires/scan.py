"""Reads files: Python and notebooks become `Module`s. Nothing is ever imported or run."""

from __future__ import annotations

import ast
import json
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docgen.errors import SourceError
from docgen.files import open_regular, read_bounded
from docgen.requires.code import Module
from docgen.requires.follower import Names, Scope
from docgen.requires.scope import EffortError, State
from docgen.requires.statements import Statements
from docgen.requires.terms import ClassRef, Param, Self, Sequence

MAX_CODE_SIZE, MAX_NOTEBOOK_SIZE = 4 << 20, 16 << 20
"""The largest files that are read, in bytes.

A syntax tree may take 600 times as much; notebooks may contain pictures.
"""

_CELL_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")
_ASSIGNED_MAGIC = re.compile(r"^(\s*[\w, ]+=\s*)[!%].*$")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read: its path, its path for messages, and its dotted name."""

    path: Path
    shown: str
    module: str


def scan(source: SourceFile, names: Names) -> Module:
    """Return the module of a file. If it cannot be read, the module is empty and has a warning."""
    module = Module(source.module, source.shown)
    notebook = source.path.suffix == ".ipynb"
    try:
        with open_regular(source.path, source.shown) as stream:
            data = read_bounded(stream, source.shown, MAX_NOTEBOOK_SIZE if notebook else MAX_CODE_SIZE)
    except SourceError as error:
        module.warnings = (str(error),)
        return module
    except OSError as error:
        module.warnings = (f"{source.shown}: {error.strerror}",)
        return module
    return scan_bytes(data, module, names, notebook=notebook)


def scan_bytes(data: bytes, module: Module, names: Names, *, notebook: bool) -> Module:
    """Fill a module from the bytes of its file."""
    body, lines = (_notebook if notebook else _python)(data, module)
    module.lines = len(lines)
    if body:
        try:
            _follow(body, module, names, lines)
        except RecursionError:
            module.warnings = (*module.warnings, f"{module.file}: nested too deeply")
        except EffortError:
            module.warnings = (*module.warnings, f"{module.file}: too much to follow, uses may be missing (divide it)")
    return module


def _python(data: bytes, module: Module) -> tuple[list[ast.stmt], list[str]]:
    """Return the statements and the lines of a Python file."""
    try:
        tree = parse_python(data)
    except SyntaxError as error:
        module.warnings = (f"{module.file}:{error.lineno or 1}: not Python: {error.msg}",)
        return [], []
    except (ValueError, RecursionError, MemoryError) as error:
        module.warnings = (f"{module.file}: not Python: {str(error) or type(error).__name__}",)
        return [], []
    text = data.decode("utf-8-sig", errors="replace")
    return tree.body, text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def parse_python(source: bytes | str) -> ast.Module:
    """Return the syntax tree of some code, without printing warnings; raise what `ast.parse` raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the scanned code, such as invalid escapes
        return ast.parse(source)


# --- notebooks ---


def _notebook(data: bytes, module: Module) -> tuple[list[ast.stmt], list[str]]:
    """Return the statements of all code cells, with line numbers that continue from cell to cell."""
    try:
        cells = json.loads(data)["cells"]
        sources = [_source(cell) for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        module.warnings = (f"{module.file}: not a notebook: {error}",)
        return [], []
    body: list[ast.stmt] = []
    lines: list[str] = []
    starts = []
    for number, text in enumerate(sources, start=1):
        if text is None:
            continue
        kept = _without_magics(text)
        starts.append((len(lines), number))
        try:
            tree = parse_python("\n".join(kept))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None) or 1
            message = f"{module.file}: cell {number}, line {line}: not Python: {getattr(error, 'msg', error)}"
            module.warnings = (*module.warnings, message)
        else:
            ast.increment_lineno(tree, len(lines))
            body += tree.body
        lines += kept
    module.cells = tuple(starts)
    return body, lines


def _source(cell: dict[str, Any]) -> str | None:
    """Return the text of a code cell, or None for other cells."""
    if cell.get("cell_type") != "code":
        return None
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(map(str, source))


def _without_magics(text: str) -> list[str]:
    """Return the lines of a cell with IPython's syntax replaced, so that lines keep their numbers."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].startswith("%%") and not lines[0].startswith(_CELL_MAGICS):
        return ["" for _ in lines]
    return [_without_magic(line) for line in lines]


def _without_magic(line: str) -> str:
    bare = line.lstrip()
    if bare.startswith(("%", "!", "?")) or (bare.endswith("?") and not bare.startswith("#")):
        return line[: len(line) - len(bare)] + "pass"
    return _ASSIGNED_MAGIC.sub(r"\1None", line)


# --- following ---


def _follow(body: list[ast.stmt], module: Module, names: Names, lines: list[str]) -> None:
    """Follow the module's statements, then the bodies of its functions."""
    later: list[tuple[Scope, ast.AST]] = []
    top = Scope(module, State(module.name))
    Statements(top, names, lines, later).block(body)
    for name, terms in module.names.items():
        module.names[name] = [top.state.snapshot(term) for term in terms]
    for scope, node in later:  # grows while functions inside functions are found
        _enter(scope, node, names, lines, later, top)


def _enter(
    scope: Scope, node: ast.AST, names: Names, lines: list[str], later: list[tuple[Scope, ast.AST]], top: Scope
) -> None:
    """Follow the body of a function."""
    outer = scope.outer or top
    scope.state = outer.state.inner()
    function = scope.function
    if function is None or not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return
    for name in function.parameters:
        scope.state.names[name] = Param(function.id, name)
    if function.class_id and function.parameters and not function.is_static:
        first = function.parameters[0]
        is_class = any(each.endswith("classmethod") for each in function.decorators) or function.name == "__new__"
        scope.state.names[first] = ClassRef(function.class_id) if is_class else Self(function.class_id)
    if node.args.vararg:
        scope.state.names[node.args.vararg.arg] = Sequence((Param(function.id, "*"),))
    if node.args.kwarg:
        scope.state.names[node.args.kwarg.arg] = Param(function.id, "**")
    statements = Statements(scope, names, lines, later)
    if isinstance(node, ast.Lambda):
        function.returned.append(statements.value(node.body))
    else:
        statements.block(node.body)
