r"""The words of an error message without what surrounds them in a paste: escapes, quoting, prefixes of lines, wrapping.

    plain_text('> Unknown parameter in input: \"A\"') -> 'Unknown parameter in input: "A"'

All of it happens in one step before any message is looked for, so the patterns of messages know nothing of it. Every
expression limits its repetitions, so no text takes long.
"""

from __future__ import annotations

import re
from itertools import pairwise

_CHARACTERS = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "\u00a0": " ", "\u202f": " "}
)
_ESCAPE_SEQUENCE = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]|\x1b\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)")
"""Colours and links of terminals."""

_BACKSLASHES = re.compile(r"""\\+(?:(?P<quote>["'`/])|u00(?P<code>[0-7][0-9A-Fa-f])|(?P<letter>[nrt]))""")
"""Escaped characters of JSON, also of JSON inside JSON."""

_ENTITY = re.compile(r"&(?:amp;){0,5}(?P<name>quot|apos|gt|lt|nbsp|#39|#x27|#34|#x22);")
_ENTITIES = {
    **dict.fromkeys(("quot", "#34", "#x22"), '"'),
    **dict.fromkeys(("apos", "#39", "#x27"), "'"),
    "gt": ">",
    "lt": "<",
    "nbsp": " ",
}

_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
_PREFIXES = (
    r"[>│┃╷╵╎┆]{1,20}[ ]?",  # quoted mail, boxes of Terraform
    r"\|[ ]{1,4}(?=\S)",
    r"E[ ]{2,}",  # pytest
    r"\#{1,6}[ ]{1,4}",
    r"//[ ]?",
    r"[\w.\-]{1,80}[_\-]\d{1,4}[ ]{1,40}\|[ ]?",  # docker compose: web_1  |
    r"\#\d{1,4}[ ]\d{1,6}\.\d{1,4}[ ]",  # docker build
    rf"\[?\d{{4}}[\-/]\d\d[\-/]\d\d[T ]{_CLOCK}[ ]?(?:Z|UTC|[+\-]\d\d:?\d\d)?\]?[ \t]{{0,8}}[|:\-]?[ \t]{{0,8}}",
    rf"\[?{_CLOCK}\]?[ \t]{{1,8}}",
    rf"[A-Z][a-z][a-z][ ][ \d]\d[ ]{_CLOCK}[ ][\w.\-]{{1,80}}[ ][\w./\-]{{1,80}}(?:\[\d{{1,9}}\])?:[ ]",  # syslog
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}[ \t]{1,4}",  # the request id in a log of Lambda
    r"\[[\w .:/@\-]{1,60}\]:?[ \t]{1,8}(?=\S)",  # [ERROR]
    r"(?:DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL)(?:[ ][:|\-]?|:)[ \t]{1,8}(?=\S)",
    r"std(?:out|err)[ ][FP][ ]",  # Kubernetes
    r"\#\#\[\w{1,20}\]",  # GitHub and Azure
)
_PREFIX = re.compile("|".join(f"(?:{prefix})" for prefix in _PREFIXES))
_MAX_PREFIXES = 8
_NAMED_COLUMN = re.compile(r"(?P<name>[\w.\-]{1,80})[ ]{1,40}\|[ ]?")

_TERMINAL_WIDTHS = range(40, 500)
_MESSAGE_START = re.compile(
    r"(?:Unknown|Missing required|Invalid(?: type for)?) parameter |Invalid (?:length|range|value) for "
)
"""The start of a message of botocore's validator, which writes one on each line, often several of one length."""

_USUAL_WIDTH = 80


def plain_text(text: str) -> str:
    """Return the text of a paste as the program printed it, as far as that can be known."""
    text = _ESCAPE_SEQUENCE.sub("", text.translate(_CHARACTERS))
    text = _ENTITY.sub(lambda match: _ENTITIES[match["name"]], text)
    text = _BACKSLASHES.sub(_unescaped, text)
    lines = [_without_prefixes(line.rstrip()) for line in _without_common_column(re.split(r"\r\n|\r|\n", text))]
    return "\n".join(_joined_lines(lines))


def _unescaped(match: re.Match[str]) -> str:
    if match["code"]:
        return chr(int(match["code"], 16))
    return match["quote"] or {"n": "\n", "r": "\n", "t": "\t"}[match["letter"]]


def _without_common_column(lines: list[str]) -> list[str]:
    """Return the lines without a name and a bar in front of each, as Docker Compose writes them."""
    filled = [line for line in lines if line.strip()]
    found = [_NAMED_COLUMN.match(line) for line in filled]
    names = {match["name"] if match else "" for match in found}
    if len(filled) < 2 or len(names) != 1 or "" in names:
        return lines
    return [_NAMED_COLUMN.sub("", line, count=1) for line in lines]


def _without_prefixes(line: str) -> str:
    """Return a line without quoting marks, time stamps, levels and names of containers in front of it."""
    start = len(line) - len(line.lstrip())
    for _ in range(_MAX_PREFIXES):
        match = _PREFIX.match(line, start)
        if match is None or not match[0]:
            break
        start = match.end()
        start += len(line[start:]) - len(line[start:].lstrip())
    return line[start:]


def _joined_lines(lines: list[str]) -> list[str]:
    """Return the lines, with those joined that a terminal broke in the middle of a word.

    A terminal breaks at one width: two lines of the greatest length in a row show it, or one of the usual width.
    """
    width = max(map(len, lines), default=0)
    full = [len(line) == width for line in lines]
    is_broken = any(first and second for first, second in pairwise(full)) or width == _USUAL_WIDTH
    if not is_broken or width not in _TERMINAL_WIDTHS:
        return lines
    joined: list[str] = []
    goes_on = False
    for line, is_full in zip(lines, full, strict=True):
        if goes_on and not _MESSAGE_START.match(line):
            joined[-1] += line
        else:
            joined.append(line)
        goes_on = is_full
    return joined
