"""For a comment on a pull request: Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.requires.report import wording
from docgen.requires.report.text import rows
from docgen.requires.result import Result
from docgen.wording import counted


def markdown(result: Result) -> str:
    """The floor, what is wrong, and a table of the newest names."""
    parts = [[f"**{_escaped(wording.headline(result))}**"], list(_wrong(result)), list(_markdown_table(result))]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _wrong(result: Result) -> Iterator[str]:
    for each in result.declared:
        mark = "❌ " if each in result.too_low else ""
        yield f"- {mark}`{each.file}:{each.line}` {_escaped(wording.verdict(result, each))}"
    for use in result.requirement.unknown:
        yield f"- ❌ `{wording.location(use)}` {_escaped(wording.missing(result, use))}"


def _markdown_table(result: Result) -> Iterator[str]:
    listed, left = rows(result, every=False)
    if not listed:
        return
    yield "| where | service | used | botocore | date |"
    yield "|---|---|---|---|---|"
    for use in listed:
        if since := result.since(use):
            element = wording.element(use).replace("|", "\\|")
            yield f"| `{wording.location(use)}` | {use.service} | `{element}` | {since.name} | {since.date} |"
    if left:
        yield ""
        yield f"… and {counted(left, 'more name')}"


def _escaped(text: str) -> str:
    return "".join(f"\\{character}" if character in "\\`*_[]<>|" else character for character in text)
