"""Error messages of SDKs: what they say is missing, found in any text that stands around them.

    parse(text) -> Report       no file, no history: only the words

The text is whatever people paste: a traceback, a log, a line of JSON with its escapes, a page with its quotes. Every
pattern opens with fixed words and has a limit on whatever may repeat, so that no text takes long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

MAX_TEXT = 1 << 20
"""Characters that are read. The longest real message, of ec2's RunInstances with a few hundred errors, is far below."""

MAX_PROBLEMS = 50
"""Errors that are explained, of those that differ."""

MAX_NAMES = 2000
"""Names in one list. The longest real one has some 500: the services."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that an SDK does not know.

    `kind` is parameter, required, attribute, exception, service, value, waiter or paginator; `name` what is not known;
    `path` where in the request; `known` what the message lists instead, `whole` whether it lists all of it; `of` the
    class of a client or the operation, if the message tells. Errors of one call share a `block`.
    """

    kind: str
    name: str
    path: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    whole: bool = False
    of: str = ""
    block: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What a text holds: problems in their order, how many more there were, and what else may tell the call.

    `calls` are names that are called in the text (`create_fleet` of `client.create_fleet(`), `quoted` short words in
    quotes (`appstream` of `client("appstream")`).
    """

    problems: tuple[Problem, ...]
    left_out: int = 0
    calls: frozenset[str] = frozenset()
    quoted: frozenset[str] = field(default=frozenset())


_NAME = r"[\w.:/\-]{1,200}"
_LIST = rf"{_NAME}(?:,\s{{1,80}}{_NAME}){{0,{MAX_NAMES}}}(?:,?\s?…)?"
_PLACE = r'(?P<path>[^\n"]{1,300}?)'
_ADDRESS = r"(?: at 0x[0-9A-Fa-f]{1,16})?"
_ENUM = r"failed to satisfy constraint: (?:Member must satisfy constraint: \[)?Member must satisfy enum value set: "

_PATTERNS = {
    "parameter": rf'Unknown parameter in {_PLACE}: "(?P<name>[^"\n]{{1,200}})", must be one of: ?(?P<known>{_LIST})?',
    "required": rf'Missing required parameter in {_PLACE}: "(?P<name>[^"\n]{{1,200}})"',
    "attribute": r"(?P<type>type object )?'(?P<of>\w{1,200})' (?:object )?has no attribute '(?P<name>\w{1,200})'",
    "exception": rf"<botocore\.errorfactory\.(?P<of>\w{{1,200}}?)Exceptions object{_ADDRESS}> object has no attribute "
    rf"'?(?P<name>\w{{1,200}})'?(?:\.\s{{1,3}}Valid exceptions are:\s{{0,3}}(?P<known>{_LIST})?)?",
    "service": r"Unknown service: u?'(?P<name>[^'\n]{1,200})'"
    rf"(?:[.,]\s{{1,3}}Valid service names are:\s{{0,3}}(?P<known>{_LIST})?)?",
    "value": rf"Value (?:'(?P<name>[^'\n]{{0,500}})' )?at '(?P<path>[^'\n]{{1,500}})' {_ENUM}"
    r"\[(?P<known>[^\[\]]{0,100000})\]",
    "expected": r"expected (?P<path>[\w.\-]{1,200}) to be one of \[(?P<known>[^\[\]]{0,100000})\]"
    r"""(?:,\s{1,3}got:?\s{1,3}["']?(?P<name>[^\s"']{1,200}))?""",
    "waiter": r"Waiter does not exist: (?P<name>[\w.\-]{1,200})",
    "paginator": r"Operation cannot be paginated: (?P<name>[\w.\-]{1,200})",
}
_FOUND = {kind: re.compile(pattern) for kind, pattern in _PATTERNS.items()}
_OF_EXCEPTIONS = "Exceptions"
"""What the class of `client.exceptions` has behind the class of the client."""

_OPERATION = re.compile(r"when calling the (\w{1,200}) operation")
_CALL = re.compile(r"\.([a-z]\w{1,100})\(")
_QUOTED = re.compile(r"""["']([a-z0-9][a-z0-9.\-]{0,60})["']""")
_STEP = re.compile(r"\[\d{1,9}\]|[^.\[\]]+")
_WRITTEN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\r": "\n"})
_ESCAPED = {"\\n": "\n", '\\"': '"', "\\'": "'", "&quot;": '"', "&#39;": "'", "&#x27;": "'", "&gt;": ">", "&lt;": "<"}


def parse(text: str) -> Report:
    """The problems that a text tells of; none if it holds no message that is known."""
    text = text[:MAX_TEXT].translate(_WRITTEN)
    for written, meant in _ESCAPED.items():
        text = text.replace(written, meant)
    seen: dict[Problem, Problem] = {}
    for problem in _in_blocks(text):  # a traceback may say the same twice
        seen.setdefault(replace(problem, block=0), problem)
    problems = list(seen.values())
    return Report(
        tuple(problems[:MAX_PROBLEMS]),
        max(len(problems) - MAX_PROBLEMS, 0),
        frozenset(_CALL.findall(text)),
        frozenset(_QUOTED.findall(text)),
    )


def _in_blocks(text: str) -> Iterator[Problem]:
    """The problems in their order; those with nothing between them but white space are of one call."""
    matches = [(found.start(), kind, found) for kind, pattern in _FOUND.items() for found in pattern.finditer(text)]
    operations = [(found.start(), found[1]) for found in _OPERATION.finditer(text)]
    end, block, at, operation = 0, 0, 0, ""
    for start, kind, found in sorted(matches, key=lambda each: each[:2]):
        if start < end:
            continue  # within another message
        block += bool(text[end:start].strip())
        while at < len(operations) and operations[at][0] < start:
            operation = operations[at][1]
            at += 1
        yield from _problems(kind, found, operation, block)
        if kind != "value":
            operation = ""  # of another error, further up
        end = found.end()


def _problems(kind: str, found: re.Match[str], operation: str, block: int) -> Iterator[Problem]:
    said = {key: value or "" for key, value in found.groupdict().items()}
    name, of = said.get("name", ""), said.get("of", "")
    match kind:
        case "parameter" | "required":
            path = said["path"].strip()
            steps = () if path == "input" else tuple(_STEP.findall(path))
            known, whole = _names(said.get("known", ""))
            yield Problem(kind, name, steps, known, whole, block=block)
        case "value" | "expected":
            path_steps = tuple(_request_steps(said["path"]))
            known = tuple(dict.fromkeys(_values(said["known"])))
            for value in _refused(name, known):
                yield Problem("value", value, path_steps, known, True, operation if kind == "value" else "", block)
        case "attribute" if of.endswith(_OF_EXCEPTIONS) or (said["type"] and _is_error(name)):
            yield Problem("exception", name, of=of.removesuffix(_OF_EXCEPTIONS), block=block)
        case _:
            known, whole = _names(said.get("known", ""))
            yield Problem(kind, name, (), known, whole, of, block)


def _names(text: str) -> tuple[tuple[str, ...], bool]:
    """The names of a list, and whether it is all of it: people shorten long ones to `Name, Tags, ...`."""
    names = re.split(r",\s{1,80}", text) if text else []
    cut = bool(names) and (names[-1].endswith(("..", "…")) or len(names) > MAX_NAMES)
    kept = (name.rstrip("….:") for name in names)
    return tuple(dict.fromkeys(name for name in kept if name)), bool(names) and not cut


def _values(text: str) -> Iterable[str]:
    """The values of a list as services and other tools write it: with commas or blanks, in quotes or without."""
    parts = text.split(",") if "," in text else text.split()
    stripped = (part.strip().strip("\"'") for part in parts)
    return (part for part in stripped if part)


def _refused(name: str, known: tuple[str, ...]) -> list[str]:
    """The values that were refused: a whole list is quoted where one of it was."""
    if name.startswith("[") and name.endswith("]"):
        return [value for value in _values(name[1:-1]) if value not in known] or [name]
    return [name]


def _request_steps(path: str) -> Iterator[str]:
    """A path as services write it: `launchTemplate.1.member.instanceType` goes through lists by number."""
    for step in _STEP.findall(path):
        if step.isdigit() or step[0] == "[":
            yield "[0]"
        elif step != "member":
            yield step


def _is_error(name: str) -> bool:
    return name[:1].isupper() and "_" not in name
