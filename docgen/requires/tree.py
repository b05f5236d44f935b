"""The files of a tree: which are read, and reading them in several processes."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from docgen.errors import SourceError
from docgen.requires.code import Module
from docgen.requires.follower import Names
from docgen.requires.scan import SourceFile, scan
from docgen.workers import worker_pool

SUFFIXES = (".py", ".pyi", ".ipynb")
SKIPPED = frozenset(
    """__pycache__ node_modules site-packages venv env build dist htmlcov .git .hg .svn .tox .nox .venv .eggs
    .mypy_cache .ruff_cache .pytest_cache .ipynb_checkpoints""".split()
)
"""Folders that hold no code of the project."""

FEW_BYTES = 1_500_000
"""SourceFile below which starting processes takes longer than it saves."""


def sources(paths: Sequence[Path]) -> list[SourceFile]:
    """Every file to read, each once. A path that does not exist is an error."""
    found: dict[Path, SourceFile] = {}
    for path in paths:
        if not path.exists():
            raise SourceError(f"{path}: no such file or folder")
        root = _root(path if path.is_dir() else path.parent)
        for file in files(path, SUFFIXES):
            found.setdefault(
                file.resolve(), SourceFile(file, file.as_posix(), _module_name(file.resolve().relative_to(root)))
            )
    return list(_distinct(found.values()))


def _root(folder: Path) -> Path:
    """The folder from which the modules of a folder are imported: that above its outermost package."""
    folder = folder.resolve()
    while (folder / "__init__.py").exists():
        folder = folder.parent
    return folder


def files(path: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """The files below a folder whose names end so, sorted; a file stands for itself."""
    if path.is_file():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not _is_environment(folder, name))
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(suffixes))


def _is_environment(folder: str, name: str) -> bool:
    return Path(folder, name, "pyvenv.cfg").exists()


def _module_name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts)


def _distinct(found: Iterable[SourceFile]) -> Iterator[SourceFile]:
    """The sources with names of modules that differ: two folders may have a file each of the same name."""
    names: set[str] = set()
    for source in found:
        name, number = source.module, 1
        while name in names:
            number += 1
            name = f"{source.module}@{number}"
        names.add(name)
        yield SourceFile(source.path, source.shown, name)


def read(found: Sequence[SourceFile], names: Names, jobs: int) -> list[Module]:
    """The modules of the files, in order."""
    size = sum(source.path.stat().st_size for source in found if source.path.exists())
    if jobs == 1 or size < FEW_BYTES:
        return [scan(source, names) for source in found]
    with worker_pool(jobs) as pool:
        jobs_ = [(chunk, names) for chunk in _chunks(found, jobs * 4)]
        read_ = [pickle.loads(each) for done in pool.map_ordered(_scan_all, jobs_) for each in done]  # noqa: S301 - ours
    modules: dict[str, Module] = {module.file: module for module in read_}
    return [modules[source.shown] for source in found]


def _chunks(found: Sequence[SourceFile], count: int) -> list[list[SourceFile]]:
    """About as much source in each, largest files first."""
    chunks: list[list[SourceFile]] = [[] for _ in range(min(count, len(found)))]
    sizes = [0] * len(chunks)
    for source in sorted(found, key=lambda source: source.path.stat().st_size, reverse=True):
        least = sizes.index(min(sizes))
        chunks[least].append(source)
        sizes[least] += source.path.stat().st_size
    return chunks


def _scan_all(job: tuple[list[SourceFile], Names]) -> list[bytes]:
    found, names = job
    return [_packed(scan(source, names)) for source in found]


def _packed(module: Module) -> bytes:
    """The module as another process takes it; one whose expressions nest too deeply for that is left out."""
    try:
        return pickle.dumps(module, pickle.HIGHEST_PROTOCOL)
    except RecursionError:
        return pickle.dumps(Module(module.name, module.file, warnings=(f"{module.file}: nested too deeply",)))
