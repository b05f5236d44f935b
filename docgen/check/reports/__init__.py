"""The report of a check in several formats. Each format only renders the `CheckReport`.

| module      | for                                                                             |
|-------------|---------------------------------------------------------------------------------|
| `text`      | a terminal                                                                      |
| `markdown`  | a comment on a pull request                                                     |
| `json`      | programs: JSON with the schema `docgen/schema/check.schema.json`                |
| `sarif`     | code scanning: SARIF 2.1.0                                                      |
| `github`    | annotations on the lines of a pull request: workflow commands of GitHub Actions |
| `junit`     | the test results of any CI server: JUnit XML                                    |
| `sentences` | the sentences that the formats share                                            |

A new format is a module with a function `render(report)`, and its name in `FORMATS`. The command line imports this
package for its help, so it imports nothing else of docgen.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docgen.check.verdict import CheckReport

FORMATS = ("text", "markdown", "json", "sarif", "github", "junit")
"""The formats, which are the names of their modules."""


def render_report(report: CheckReport, format_: str, *, width: int = 80, colour: bool = False) -> str:
    """The report in a format of `FORMATS`, with a newline at its end.

    Args:
        report: The report.
        format_: A name in `FORMATS`.
        width: The maximum length of lines in the format `text`.
        colour: Whether the format `text` has ANSI colours.

    """
    if format_ == "text":
        from docgen.check.reports import text

        return text.render(report, width, colour)
    rendered: str = import_module(f"docgen.check.reports.{format_}").render(report)
    return rendered
