"""Validation of model files: what `docgen validate` reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from docgen.errors import DocgenError, ModelError, SourceError
from docgen.locate import open_source
from docgen.model.strict_json import load_json
from docgen.model.validation import ModelProblem, model_problems
from docgen.sources.folder import DiskFile
from docgen.sources.release import MODEL_FILENAME, File

_MODEL_FILE_NAMES = (MODEL_FILENAME, f"{MODEL_FILENAME}.gz")


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
            for file in _model_files(path):
                count += 1
                yield from _problems_of_file(file)
        except SourceError as error:
            yield _problem_of_error(path, error)
        else:
            if not count:
                yield ModelProblem(
                    path, "", f"no service model found, expected files called {' or '.join(_MODEL_FILE_NAMES)}"
                )


def _problems_of_file(file: File) -> Iterator[ModelProblem]:
    try:
        model = load_json(file.read(), file.location)
    except (SourceError, ModelError) as error:
        yield _problem_of_error(file.location, error)
    else:
        yield from model_problems(model, file.location)


def _problem_of_error(location: str, error: DocgenError) -> ModelProblem:
    """The error as a problem of `location`, which keeps a line and a column that follow it."""
    line = str(error.args[0])
    position, _, message = line.removeprefix(location).partition(": ")
    return (
        ModelProblem(location + position, "", message)
        if line.startswith(location)
        else ModelProblem(location, "", line)
    )


def _model_files(path: str) -> Iterator[File]:
    """Every model file at or below `path`."""
    local = Path(path)
    if local.is_dir():
        yield from map(DiskFile, sorted(file for name in _MODEL_FILE_NAMES for file in local.rglob(name)))
    elif local.name.endswith((".json", ".json.gz")):
        yield DiskFile(local)
    else:
        yield from (file for release in open_source(path).releases() for file in release.files)
