"""Colours for answers whose lines are plain text: the element, its first release, what was removed."""

from __future__ import annotations

import re

from docgen.terminal.styled import Styled, styled, styled_line

_RELEASE = r"(?:[\w.-]+ )?\d[\w.+-]*"
_PARTS = (
    (re.compile(rf"(?<=^  since ){_RELEASE}"), "version"),
    (re.compile(r"(?<=, )boto3 \d[\w.]*$"), "version"),
    (re.compile(r"(?<=^  )(?:removed in|required|deprecated)\b"), "dangerous"),
)
"""What is coloured in an indented line, and how."""

_INSTALL = "Install: "


def highlighted_answer(line: str) -> Styled:
    """Return a line of an answer of `since` or `explain` with its styles; the words stay the same."""
    if line.startswith(_INSTALL):
        return _INSTALL + styled(line.removeprefix(_INSTALL), "command")
    if not line.startswith(" "):
        return styled(line, "title")
    found = sorted((match.span(), style) for pattern, style in _PARTS if (match := pattern.search(line)))
    parts: list[Styled | str] = []
    at = 0
    for (start, end), style in found:
        if start >= at:
            parts += [line[at:start], styled(line[start:end], style)]
            at = end
    return styled_line([*parts, line[at:]])
