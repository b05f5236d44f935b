"""The result in the formats that people and machines read.

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

FORMATS = ("text", "markdown", "json", "sarif", "github")


def render_result(result: Result, format_: str, *, width: int = 80, colour: bool = False, every: bool = False) -> str:
    """The result in a format of `FORMATS`; width, colour and whether every use is listed are for `text`."""
    if format_ == "text":
        from docgen.requires.report.text import text

        return text(result, width, colour=colour, every=every)
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
