"""Finds the files of a tree, and reads them in several processes."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from docgen.errors import SourceError
from docgen.files import real_path
from docgen.requires.code import Module
from docgen.requires.follower import Names
from docgen.requires.scan import SourceFile, scan
from docgen.sources.folder import is_inside
from docgen.terminal.progress import progress_of, track
from docgen.workers import worker_pool

SUFFIXES = (".py", ".pyi", ".ipynb")
SKIPPED = frozenset(
    """__pycache__ node_modules site-packages venv env build dist htmlcov .git .hg .svn .tox .nox .venv .eggs
    .mypy_cache .ruff_cache .pytest_cache .ipynb_checkpoints""".split()
)
"""Folders that contain no code of the project."""

FEW_BYTES = 1_500_000
"""The size of all files up to which starting processes takes longer than it saves."""


def sources(paths: Sequence[Path]) -> list[SourceFile]:
    """Return every file to read once. A path that does not exist is an error."""
    found: dict[Path, SourceFile] = {}
    for path in paths:
        if not os.path.exists(path):
            raise SourceError(f"{path}: no such file or folder")
        root = _root(path if path.is_dir() else path.parent)
        for file in files(path, SUFFIXES):
            module = _module_name(real_path(file.parent) / file.name, root)
            found.setdefault(real_path(file), SourceFile(file, file.as_posix(), module))
    return list(_distinct(found.values()))


def _root(folder: Path) -> Path:
    """Return the folder from which a folder's modules are imported: the parent of its outermost package."""
    folder = real_path(folder)
    while (folder / "__init__.py").exists():
        folder = folder.parent
    return folder


def files(path: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Yield the files in a folder with these suffixes, sorted, or a file itself.

    Links do not lead out of the folder.
    """
    if path.is_file():
        yield path
        return
    root = os.path.realpath(path)
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not _is_environment(folder, name))
        for name in sorted(names):
            if name.endswith(suffixes) and _is_file_inside(found := Path(folder, name), root):
                yield found


def _is_file_inside(path: Path, root: str) -> bool:
    """Return whether a path is a file in the folder, after links are resolved: the scanned code is untrusted."""
    return path.is_file() and (not path.is_symlink() or is_inside(os.path.realpath(path), root))


def _is_environment(folder: str, name: str) -> bool:
    return Path(folder, name, "pyvenv.cfg").exists()


def _module_name(path: Path, root: Path) -> str:
    """Return the dotted name of a file, relative to the parent of its outermost package; a link keeps its own name."""
    inner = path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
    return ".".join(inner.with_suffix("").parts)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # a broken link, which `scan` reports
        return 0


def _distinct(found: Iterable[SourceFile]) -> Iterator[SourceFile]:
    """Yield the sources with distinct names of modules: two folders may each have a file of the same name."""
    names: set[str] = set()
    for source in found:
        name, number = source.module, 1
        while name in names:
            number += 1
            name = f"{source.module}@{number}"
        names.add(name)
        yield SourceFile(source.path, source.shown, name)


def read(found: Sequence[SourceFile], names: Names, jobs: int) -> list[Module]:
    """Return the modules of the files, in order."""
    size = sum(_size(source.path) for source in found)
    if jobs == 1 or size < FEW_BYTES:
        return [scan(source, names) for source in track(found, "files")]
    with worker_pool(jobs) as pool:
        jobs_ = [(chunk, names) for chunk in _chunks(found, jobs * 4)]
        read_ = []
        with progress_of("files") as advance:
            for done in pool.map_ordered(_scan_all, jobs_):
                read_ += [pickle.loads(each) for each in done]  # noqa: S301 - ours
                advance(len(read_), len(found))
    modules: dict[str, Module] = {module.file: module for module in read_}
    return [modules[source.shown] for source in found]


def _chunks(found: Sequence[SourceFile], count: int) -> list[list[SourceFile]]:
    """Split the files into chunks of about the same size, largest files first."""
    chunks: list[list[SourceFile]] = [[] for _ in range(min(count, len(found)))]
    sizes = [0] * len(chunks)
    for source in sorted(found, key=lambda source: _size(source.path), reverse=True):
        least = sizes.index(min(sizes))
        chunks[least].append(source)
        sizes[least] += _size(source.path)
    return chunks


def _scan_all(job: tuple[list[SourceFile], Names]) -> list[bytes]:
    found, names = job
    return [_packed(scan(source, names)) for source in found]


def _packed(module: Module) -> bytes:
    """Return the module in pickled form. If its expressions nest too deeply for that, it is left out."""
    try:
        return pickle.dumps(module, pickle.HIGHEST_PROTOCOL)
    except RecursionError:
        return pickle.dumps(Module(module.name, module.file, warnings=(f"{module.file}: nested too deeply",)))
