"""Validation of model files: what `docgen validate` reports."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from docgen.errors import DocgenError, ModelError, SourceError
from docgen.locate import open_source
from docgen.model.strict_json import MAX_NESTING, MAX_SIBLING_NESTING, load_json
from docgen.model.validation import ModelProblem, model_problems
from docgen.sources.folder import DiskFile
from docgen.sources.names import check_name
from docgen.sources.release import MODEL_FILENAME, File
from docgen.sources.sdk_extras import EXTRAS_SUFFIX, ExtrasPointers, MergedFile, base_file
from docgen.sources.sdk_layouts import (
    API_FILENAME,
    DOCS_FILENAME,
    DocumentedFile,
    docs_problems,
    flat_service,
    is_flat_name,
    is_normal_file,
)
from docgen.sources.smithy_files import find_services, origin
from docgen.terminal.progress import track

_MODEL_FILE_NAMES = tuple(name + packed for name in (MODEL_FILENAME, API_FILENAME) for packed in ("", ".gz"))
_API_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SIBLING_PREFIXES = ("paginators-", "waiters-", "examples-", "endpoint-rule-set-")
"""Prefixes of the sibling files of models in the format of botocore."""


def validate_paths(paths: Sequence[str]) -> Iterator[ModelProblem]:
    """Validate the service models in files, directories, wheels, sdists and `package:NAME`.

    Args:
        paths: Files, directories and sources, as the command line names them.

    Yields:
        The problems, file by file. A file that cannot be read is a problem too, and so is a path without a model.

    """
    for path in paths:
        count = 0
        try:
            for file in track(list(_model_files(path)), "models"):
                count += 1
                yield from _problems_of_name(path, file)
                yield from _problems_of_file(file)
        except SourceError as error:
            yield _problem_of_error(path, error)
        else:
            if not count:
                names = f"{MODEL_FILENAME}, {API_FILENAME} or *.normal.json"
                yield ModelProblem(path, "", f"no service model found, expected files called {names}, or Smithy models")


def _problems_of_name(folder: str, file: File) -> Iterator[ModelProblem]:
    """Yield the problem of a service's name, if no source accepts the name in the path of the model."""
    if not Path(file.location).is_relative_to(folder):
        return
    *_, service, version, name = ("", "", "", *Path(file.location).relative_to(folder).parts)
    service = flat_service(name) or (service if _API_VERSION.fullmatch(version) else "")
    try:
        check_name("service", service or "unnamed", file.location)
    except SourceError as error:
        yield _problem_of_error(file.location, error)


def _problems_of_file(file: File) -> Iterator[ModelProblem]:
    location = file.location
    try:
        data = base_file(file).read()
        nesting = MAX_NESTING if find_services(data, "") is None else MAX_SIBLING_NESTING
        model = load_json(data, location, nesting)
        if isinstance(file, DocumentedFile):
            docs = load_json(file.docs.read(), file.docs.location, MAX_SIBLING_NESTING)
            if problems := [ModelProblem(file.docs.location, *each) for each in docs_problems(docs)]:
                yield from problems
                return
        if isinstance(file, MergedFile):
            location = file.extras.location
            model = load_json(replace(file, is_model=False).read(), location, nesting)
    except (SourceError, ModelError) as error:
        yield _problem_of_error(location, error)
    else:
        yield from _problems_of_model(model, file)


def _problems_of_model(model: Mapping[str, Any], file: File) -> Iterator[ModelProblem]:
    """Yield the problems of a decoded model; those in the extras of SDKs have the location of that file."""
    pointers = ExtrasPointers({MODEL_FILENAME: file})
    for problem in model_problems(model, file.location):
        name, is_extras, pointer = (pointers.translate(problem.pointer) or "").partition("#")
        if is_extras and isinstance(file, MergedFile) and not name.startswith("/"):
            yield replace(problem, location=file.extras.location, pointer=pointer)
        else:
            yield problem


def _problem_of_error(location: str, error: DocgenError) -> ModelProblem:
    """Return the error as a problem of `location`, followed by the line and column if the message gives them."""
    line = str(error.args[0])
    position, _, message = line.removeprefix(location).partition(": ")
    return (
        ModelProblem(location + position, "", message)
        if line.startswith(location)
        else ModelProblem(location, "", line)
    )


def _model_files(path: str) -> Iterator[File]:
    """Yield every model file at or below `path`."""
    local = Path(path)
    if local.is_dir():
        yield from _model_files_in(local)
    elif local.name.endswith((".json", ".json.gz")):
        yield _with_extras(local)
    else:
        files = (_file_to_validate(file.file) for release in open_source(path).releases() for file in release.files)
        yield from dict.fromkeys(files)


def _file_to_validate(file: File) -> File:
    return file if isinstance(file, MergedFile | DocumentedFile) else origin(file)


def _with_extras(path: Path, root: str = "") -> File:
    """Return the file at `path`; a service model comes with the extras of SDKs or the documentation next to it."""
    names = [MODEL_FILENAME.removesuffix(".json") + EXTRAS_SUFFIX + packed for packed in ("", ".gz")]
    extras = next((found for name in names if (found := path.with_name(name)).is_file()), None)
    is_model = path.name in _MODEL_FILE_NAMES and extras is not None
    file = DiskFile(path, root)
    docs = path.with_name(path.name.replace(API_FILENAME, DOCS_FILENAME))
    if docs != path and docs.is_file():
        return DocumentedFile(file, DiskFile(docs, root))
    return MergedFile(file, DiskFile(extras, root), True) if is_model and extras is not None else file


def _model_files_in(folder: Path) -> Iterator[File]:
    """Yield every file with the name of a model in an SDK, and every other file that is a Smithy model."""
    root = os.path.realpath(folder)
    for path in sorted((*folder.rglob("*.json"), *folder.rglob("*.json.gz"))):
        if _has_model_name(path) or (not _has_sibling_name(path) and _is_smithy(DiskFile(path, root))):
            yield _with_extras(path, root)


def _has_model_name(path: Path) -> bool:
    return path.name in _MODEL_FILE_NAMES or is_normal_file(path.name)


def _has_sibling_name(path: Path) -> bool:
    return path.name.startswith(_SIBLING_PREFIXES) or is_flat_name(path.name)


def _is_smithy(file: File) -> bool:
    try:
        return find_services(file.read(), "") is not None
    except SourceError:
        return False
