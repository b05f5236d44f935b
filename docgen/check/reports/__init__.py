"""The gate's report in the formats that people and machines read. Each lays out the one list and decides nothing.

| module     | for                                                                             |
|------------|---------------------------------------------------------------------------------|
| `text`     | a terminal                                                                      |
| `markdown` | a comment on a pull request                                                     |
| `json`     | programs: JSON that obeys `docgen/schema/check.schema.json`                     |
| `sarif`    | code scanning: SARIF 2.1.0                                                      |
| `github`   | annotations on the lines of a pull request: workflow commands of GitHub Actions |
| `junit`    | the test results of any CI server: JUnit XML                                    |
| `sentences` | the sentences that they share                                                  |

A new format is a module with a `render(report)` and its name in `FORMATS`.
"""

from __future__ import annotations

from importlib import import_module

from docgen.check.verdict import CheckReport

FORMATS = {
    "text": "text",
    "markdown": "markdown",
    "json": "json",
    "sarif": "sarif",
    "github": "github",
    "junit": "junit",
}
"""The formats and their modules."""


def render_report(report: CheckReport, format_: str, *, width: int = 80, colour: bool = False) -> str:
    """The report in a format of `FORMATS`, with a newline at its end; width and colour are for `text`."""
    if format_ == "text":
        from docgen.check.reports import text

        return text.render(report, width, colour)
    laid_out: str = import_module(f"docgen.check.reports.{FORMATS[format_]}").render(report)
    return laid_out
