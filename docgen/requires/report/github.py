"""For a pull request on GitHub: workflow commands, which Actions shows at the lines of code."""

from __future__ import annotations

from docgen.requires.report import wording
from docgen.requires.report.problems import Problem, problems
from docgen.requires.result import Result


def commands(result: Result) -> str:
    """Return the result as workflow commands, with its first line for the log."""
    return "\n".join([*map(_command, problems(result)), wording.headline(result)]) + "\n"


def _command(problem: Problem) -> str:
    properties = {
        "file": problem.file,
        "line": str(problem.line),
        "col": str(problem.column),
        "title": f"docgen requires: {problem.rule}",
    }
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{'error' if problem.fails else 'notice'} {written}::{_data(problem.message)}"


def _data(text: str) -> str:
    """Return the message of a command, escaped: a line break would end it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Return a property of a command, escaped: a colon or a comma would also end it."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
