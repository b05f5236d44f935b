"""For a comment on a pull request: Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from docgen.render.comment import fitting_comment
from docgen.render.markup.plain import code_span, escape_markdown
from docgen.requires.report import wording
from docgen.requires.report.text import rows
from docgen.requires.result import Result
from docgen.wording import counted

_PIPE = "\\|"
"""An escaped pipe, which would otherwise end a cell."""

_TABLE_HEAD = "| where | service | used | botocore | date |\n|---|---|---|---|---|"

_MAX_LINES = 1_000
"""The most lines of one list, because a comment has a size limit."""


def markdown(result: Result) -> str:
    """Return the lowest release, the problems, and a table of the newest names, short enough for a comment."""
    missing, declared = (
        list(islice(_missing_lines(result), _MAX_LINES)),
        list(islice(_version_lines(result), _MAX_LINES)),
    )
    used, left = list(_table_rows(result)), rows(result, every=False)[1]

    def compose(missing_shown: int, declared_shown: int, rows_shown: int) -> str:
        wrong = [
            *declared[:declared_shown],
            *_more(len(result.declared) - declared_shown, "more version"),
            *missing[:missing_shown],
            *_more(len(result.requirement.unknown) - missing_shown, "more name", " that no release has"),
        ]
        table = [_TABLE_HEAD, *used[:rows_shown]] if rows_shown else []
        if more := left + len(used) - rows_shown:
            table += ["", f"… and {counted(more, 'more name')}"]
        parts = [f"**{escape_markdown(wording.headline(result))}**"], wrong, table
        return "\n\n".join("\n".join(part) for part in parts if part) + "\n"

    return fitting_comment(compose, len(missing), len(declared), len(used))


def _more(number: int, noun: str, after: str = "") -> list[str]:
    return [f"- … and {counted(number, noun)}{after}"] if number else []


def _version_lines(result: Result) -> Iterator[str]:
    for each in sorted(result.declared, key=result.is_too_low, reverse=True):
        mark = "❌ " if result.is_too_low(each) else ""
        yield f"- {mark}{code_span(f'{each.file}:{each.line}')} {escape_markdown(wording.verdict(result, each))}"


def _missing_lines(result: Result) -> Iterator[str]:
    for use in result.requirement.unknown:
        yield f"- ❌ {code_span(wording.location(use))} {escape_markdown(wording.missing(result, use))}"


def _table_rows(result: Result) -> Iterator[str]:
    for use in rows(result, every=False)[0]:
        if since := result.since(use):
            place, element = code_span(wording.location(use)), code_span(wording.element(use))
            cells = (place, use.service, element, since.name, since.date)
            yield f"| {' | '.join(cell.replace('|', _PIPE) for cell in cells)} |"
