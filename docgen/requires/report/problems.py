"""The problems, each with its file and line, for annotations and code scanning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from docgen.requires.report import wording
from docgen.requires.result import Result

RULES = {
    "version-too-low": "A declared version of boto3 or botocore is older than what the code uses.",
    "in-no-release": "The code uses a name that no release of botocore has.",
    "no-release-has-everything": "Two names that the code uses are in no release together.",
    "forces-the-version": "The code uses something new, which decides the lowest version.",
}
"""The rules of problems and their descriptions."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem to show at a line. It is an error only if it `fails`."""

    rule: str
    file: str
    line: int
    column: int
    message: str
    fails: bool


def problems(result: Result) -> Iterator[Problem]:
    """Yield all problems, errors first."""
    for each in result.too_low:
        first = wording.headline(result)
        yield Problem("version-too-low", each.file, each.line, 1, f"{wording.verdict(result, each)} ({first})", True)
    for use in result.requirement.unknown:
        yield Problem("in-no-release", use.file, use.line, use.column, wording.missing(result, use), True)
    for use in result.requirement.conflict or ():
        message = wording.headline(result)
        yield Problem("no-release-has-everything", use.file, use.line, use.column, message, True)
    for use in result.requirement.forced_by[:1]:
        since = result.facts.release(use.since)
        message = f"{use.service} {wording.element(use)} needs {wording.versions(since)}"
        yield Problem("forces-the-version", use.file, use.line, use.column, message, False)
