"""The layout of the package: imports go one way, pure rooms have no side effects, and names are unique."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

from rooms import ROOMS

import docgen

PACKAGE = Path(docgen.__file__).parent


PURE = ["model", "diff", "rules", "pages"]
"""Rooms that only compute: they never use files, processes, the network or the clock."""

OUTSIDE = {
    "os",
    "pathlib",
    "shutil",
    "subprocess",
    "tempfile",
    "socket",
    "urllib.request",
    "time",
    "datetime",
    "random",
}

MAX_LOOSE_MODULES = 8
MAX_SHARED_NAMES = 0.03
"""The share of functions and classes with the name of one in another module: readers should not have to ask which."""


def modules() -> dict[str, list[Path]]:
    """Return the files of each room."""
    found: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if not name.startswith("__"):
            found.setdefault(name, []).append(path)
    return found


def imports(path: Path) -> set[str]:
    """Return every module that a file imports, also inside functions."""
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


def test_every_room_has_its_place_in_the_order() -> None:
    assert sorted(modules()) == sorted(ROOMS)


def test_few_modules_are_outside_a_room() -> None:
    loose = [path.name for path in PACKAGE.glob("*.py") if not path.name.startswith("__")]
    assert len(loose) <= MAX_LOOSE_MODULES, loose


def test_imports_go_one_way() -> None:
    for name, paths in modules().items():
        allowed = {*ROOMS[: ROOMS.index(name)], name}
        for path in paths:
            inner = {module.split(".")[1] for module in imports(path) if module.startswith("docgen.")}
            assert inner - {"__version__"} <= allowed, f"{path.name} imports {sorted(inner - allowed)}"


def test_rooms_that_compute_touch_nothing_outside() -> None:
    for name in PURE:
        for path in modules()[name]:
            assert not imports(path) & OUTSIDE, path


def test_every_module_and_every_public_name_has_a_docstring() -> None:
    for paths in modules().values():
        for path in paths:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            assert ast.get_docstring(tree), path
            for node in tree.body:
                if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                    assert ast.get_docstring(node), f"{path.name}: {node.name}"


def test_functions_and_classes_have_names_of_their_own() -> None:
    places = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("__"):
                places[node.name].add(str(path.relative_to(PACKAGE)))
    total = sum(len(paths) for paths in places.values())
    shared = {name: sorted(paths) for name, paths in sorted(places.items()) if len(paths) > 1}
    count = sum(len(paths) for paths in shared.values())
    listed = "\n".join(f"{name}: {', '.join(paths)}" for name, paths in shared.items())
    assert count <= MAX_SHARED_NAMES * total, f"{count} of {total} names are shared between modules:\n{listed}"
