"""For a comment on a pull request: Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.render.markup.plain import code_span, escape_markdown
from docgen.requires.report import wording
from docgen.requires.report.text import rows
from docgen.requires.result import Result
from docgen.wording import counted

_PIPE = "\\|"
"""A pipe in a cell, which would end it."""


def markdown(result: Result) -> str:
    """The floor, what is wrong, and a table of the newest names."""
    parts = [[f"**{escape_markdown(wording.headline(result))}**"], list(_wrong(result)), list(_markdown_table(result))]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _wrong(result: Result) -> Iterator[str]:
    for each in result.declared:
        mark = "❌ " if each in result.too_low else ""
        yield f"- {mark}{code_span(f'{each.file}:{each.line}')} {escape_markdown(wording.verdict(result, each))}"
    for use in result.requirement.unknown:
        yield f"- ❌ {code_span(wording.location(use))} {escape_markdown(wording.missing(result, use))}"


def _markdown_table(result: Result) -> Iterator[str]:
    listed, left = rows(result, every=False)
    if not listed:
        return
    yield "| where | service | used | botocore | date |"
    yield "|---|---|---|---|---|"
    for use in listed:
        if since := result.since(use):
            place, element = code_span(wording.location(use)), code_span(wording.element(use))
            cells = (place, use.service, element, since.name, since.date)
            yield f"| {' | '.join(cell.replace('|', _PIPE) for cell in cells)} |"
    if left:
        yield ""
        yield f"… and {counted(left, 'more name')}"
