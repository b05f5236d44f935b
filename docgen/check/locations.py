"""Finds the line of each finding in the file of the new version."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from docgen.check.json_lines import find_lines
from docgen.check.verdict import CheckReport, FileLocation, Finding
from docgen.sources.folder import DiskFile
from docgen.sources.release import File
from docgen.sources.sdk_extras import base_file
from docgen.sources.smithy_files import SmithyFile, SmithyPointers


def with_locations(report: CheckReport) -> CheckReport:
    """Return the report with the location of each shown finding whose file is JSON on disk, or that reaches code.

    A removed element is shown where it was: at the nearest element around it that still exists.
    """
    smithy: dict[File, SmithyPointers] = {}
    targets = [_file_and_pointer(finding, smithy) for finding in report.shown]
    pointers: dict[DiskFile, set[str]] = {}
    for file, pointer in targets:
        if isinstance(file, DiskFile) and file.path.suffix != ".gz":
            pointers.setdefault(file, set()).add(pointer)
    lines = {file: find_lines(file.read().decode("utf-8-sig"), wanted) for file, wanted in pointers.items()}
    shown_paths = {file: _display_path(file.path) for file in lines}
    located = (
        replace(finding, location=FileLocation(shown_paths[file], lines[file][pointer]))
        if isinstance(file, DiskFile) and file in lines
        else replace(finding, location=_code_location(finding))
        for finding, (file, pointer) in zip(report.shown, targets, strict=True)
    )
    return replace(report, findings=(*located, *report.findings[len(targets) :]))


def _code_location(finding: Finding) -> FileLocation | None:
    """Return the first line of code that a finding reaches, or the whole file if it is a notebook."""
    first = next(iter(finding.change.code), None)
    return None if first is None else FileLocation(first.file, 0 if first.cell else first.line)


def _file_and_pointer(finding: Finding, smithy: dict[File, SmithyPointers]) -> tuple[File | None, str]:
    """Return the file of the new version that a finding is about, and the JSON pointer in it.

    `smithy` caches the pointers of the Smithy models that were read.
    """
    model, delta = finding.model, finding.change.delta
    pointer = delta.new_pointer if delta.new_pointer is not None else delta.old_pointer
    if model is None or pointer is None:
        return None if model is None else model.file, ""
    sibling, separator, pointer_in_sibling = pointer.partition("#")
    file: File | None = model.file
    if separator and not sibling.startswith("/"):
        file, pointer = model.siblings.get(sibling), pointer_in_sibling
    if file is not None:
        file = base_file(file)
    if isinstance(file, SmithyFile):
        shape, is_required, _ = pointer.partition("/required/")  # a list there, a trait of the member in Smithy
        pointer = f"{shape}/members/{delta.id.rpartition('$')[2]}" if is_required else pointer
        if file.ast not in smithy:
            smithy[file.ast] = SmithyPointers(file.ast)
        return file.ast, smithy[file.ast].find(pointer)
    return file, pointer


def _display_path(path: Path) -> str:
    """Return the path as reports show it: relative if the file is below the current folder, else absolute."""
    absolute, current = Path(os.path.abspath(path)), Path.cwd()
    return (absolute.relative_to(current) if absolute.is_relative_to(current) else absolute).as_posix()
