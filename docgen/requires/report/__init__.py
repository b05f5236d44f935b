"""Formats the result for people and machines.

| module     | for                                                                             |
|------------|---------------------------------------------------------------------------------|
| `text`     | a terminal                                                                      |
| `markdown` | a comment on a pull request                                                     |
| `data`     | programs: JSON that obeys `docgen/schema/requires.schema.json`                  |
| `sarif`    | code scanning: SARIF 2.1.0                                                      |
| `github`   | annotations on the lines of a pull request: workflow commands of GitHub Actions |
| `wording`  | the sentences that they share                                                   |
"""

from __future__ import annotations

from docgen.requires.result import Result
from docgen.terminal.styled import Screen

FORMATS = ("text", "markdown", "json", "sarif", "github")


def render_result(result: Result, format_: str, screen: Screen | None = None, *, every: bool = False) -> str:
    """Return the result in a format of `FORMATS`. The screen, and whether to list every use, only affect `text`."""
    if format_ == "text":
        from docgen.requires.report.text import text

        return text(result, screen or Screen(), every=every)
    if format_ == "markdown":
        from docgen.requires.report.markdown import markdown

        return markdown(result)
    if format_ == "github":
        from docgen.requires.report.github import commands

        return commands(result)
    if format_ == "sarif":
        from docgen.requires.report.sarif import log

        return log(result)
    from docgen.requires.report.data import document

    return document(result)
