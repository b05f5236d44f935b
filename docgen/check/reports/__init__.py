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
    from docgen.terminal.styled import Screen

FORMATS = ("text", "markdown", "json", "sarif", "github", "junit")
"""The formats, which are the names of their modules."""


DEFAULT_LIMITS = {"text": 1_000, "github": 1_000, "sarif": 25_000}
"""How many findings these formats show unless the policy says otherwise; GitHub refuses SARIF with more than 25,000.

Nobody reads 1,000 findings, and each takes a tenth of a millisecond and 300 bytes. JSON and JUnit have all, for
programs; Markdown has what fits a comment.
"""


def render_report(report: CheckReport, format_: str, screen: Screen | None = None) -> str:
    """Render the report in a format of `FORMATS`, with a newline at its end.

    Args:
        report: The report.
        format_: A name in `FORMATS`.
        screen: Where the format `text` is shown; by default a pipe.
    """
    if format_ == "text":
        from docgen.check.reports import text
        from docgen.terminal.styled import Screen

        return text.render(report, screen or Screen())
    rendered: str = import_module(f"docgen.check.reports.{format_}").render(report)
    return rendered
