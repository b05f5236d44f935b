"""The shape of the program: imports go one way, and what computes does not touch the world."""

from __future__ import annotations

import ast
from pathlib import Path

import docgen

PACKAGE = Path(docgen.__file__).parent

ORDER = [
    "errors",
    "schema",
    "files",
    "workers",
    "model",
    "resources",
    "render",
    "cluster",
    "sources",
    "diff",
    "rules",
    "history",
    "locate",
    "pages",
    "compare",
    "check",
    "site",
    "cli",
]
"""Each room may import those before it."""

PURE = ["model", "diff", "rules", "pages"]
"""Rooms that compute: they never touch files, processes, the network or the clock."""

WORLD = {"os", "pathlib", "shutil", "subprocess", "tempfile", "socket", "urllib.request", "time", "datetime", "random"}


def modules() -> dict[str, list[Path]]:
    """The files of each module or package of docgen."""
    found: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if not name.startswith("__"):
            found.setdefault(name, []).append(path)
    return found


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                found.update(alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                found.add(module)
                if module == "docgen":
                    found.update(f"docgen.{alias.name}" for alias in names)
    return found


def test_every_module_has_its_place_in_the_order() -> None:
    assert sorted(modules()) == sorted(ORDER)


def test_imports_go_one_way() -> None:
    for name, paths in modules().items():
        allowed = {*ORDER[: ORDER.index(name)], name}
        for path in paths:
            inner = {module.split(".")[1] for module in imports(path) if module.startswith("docgen.")}
            assert inner - {"__version__"} <= allowed, f"{path.name} imports {sorted(inner - allowed)}"


def test_what_computes_does_not_touch_the_world() -> None:
    for name in PURE:
        for path in modules()[name]:
            assert not imports(path) & WORLD, path


def test_every_module_and_every_public_name_says_what_it_is() -> None:
    for paths in modules().values():
        for path in paths:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            assert ast.get_docstring(tree), path
            for node in tree.body:
                if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                    assert ast.get_docstring(node), f"{path.name}: {node.name}"
