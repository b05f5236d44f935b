"""Error messages of SDKs: the names that they report as missing or unknown.

    parse_report(text) -> ErrorReport

The text is whatever people paste: a traceback, a log, a line of JSON with escapes, a page with curly quotes. Every
pattern starts with fixed words and limits its repetitions, so no text takes long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from docgen.model.paths import ITEM, MemberPath

MAX_TEXT_LENGTH = 1 << 20
"""The most characters that are read. The longest real message, with hundreds of errors, is far shorter."""

MAX_PROBLEMS = 50
"""The most distinct errors that are explained."""

MAX_NAMES = 2000
"""The most names in one list. The longest real list, of all services, has some 500."""


@dataclass(frozen=True, slots=True)
class SdkProblem:
    """One name that an SDK does not know, or one that it misses.

    Attributes:
        kind: parameter, required, attribute, exception, service, value, waiter or paginator.
        name: The unknown or missing name.
        path: Its path in the request.
        known_names: The valid names that the message lists.
        is_complete: Whether it lists all of them.
        owner: The class of the client or the operation, if the message names it.
        group: A number that the errors of one call share.
    """

    kind: str
    name: str
    path: tuple[str, ...] = ()
    known_names: tuple[str, ...] = ()
    is_complete: bool = False
    owner: str = ""
    group: int = 0


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """The problems in a text, and its hints at the call.

    Attributes:
        problems: The problems in text order.
        omitted_count: How many more there are than `MAX_PROBLEMS`.
        called_names: Names that are called, such as `create_fleet` in `client.create_fleet(`.
        quoted_names: Short words in quotes, such as `appstream` in `client("appstream")`.
    """

    problems: tuple[SdkProblem, ...]
    omitted_count: int = 0
    called_names: frozenset[str] = frozenset()
    quoted_names: frozenset[str] = field(default=frozenset())


_NAME = r"[\w.:/\-]{1,200}"
_LIST = rf"{_NAME}(?:,\s{{1,80}}{_NAME}){{0,{MAX_NAMES}}}(?:,?\s?…)?"
_PATH = r'(?P<path>[^\n"]{1,300}?)'
_ADDRESS = r"(?: at 0x[0-9A-Fa-f]{1,16})?"
_ENUM = r"failed to satisfy constraint: (?:Member must satisfy constraint: \[)?Member must satisfy enum value set: "

_PATTERNS = {
    "parameter": rf'Unknown parameter in {_PATH}: "(?P<name>[^"\n]{{1,200}})", must be one of: ?(?P<known>{_LIST})?',
    "required": rf'Missing required parameter in {_PATH}: "(?P<name>[^"\n]{{1,200}})"',
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
_COMPILED_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _PATTERNS.items()}
_EXCEPTIONS_SUFFIX = "Exceptions"
"""The suffix of the class of `client.exceptions`, after the class of the client."""

_OPERATION_PATTERN = re.compile(r"when calling the (\w{1,200}) operation")
_CALL_PATTERN = re.compile(r"\.([a-z]\w{1,100})\(")
_QUOTED_PATTERN = re.compile(r"""["']([a-z0-9][a-z0-9.\-]{0,60})["']""")
_QUOTE_TRANSLATION = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\r": "\n"})
_ESCAPES = {"\\n": "\n", '\\"': '"', "\\'": "'", "&quot;": '"', "&#39;": "'", "&#x27;": "'", "&gt;": ">", "&lt;": "<"}


def parse_report(text: str) -> ErrorReport:
    """Find the problems in a text. The report is empty if the text has no known message."""
    text = text[:MAX_TEXT_LENGTH].translate(_QUOTE_TRANSLATION)
    for written, meant in _ESCAPES.items():
        text = text.replace(written, meant)
    seen: dict[SdkProblem, SdkProblem] = {}
    for problem in _grouped_problems(text):  # a traceback may say the same twice
        seen.setdefault(replace(problem, group=0), problem)
    problems = list(seen.values())
    return ErrorReport(
        tuple(problems[:MAX_PROBLEMS]),
        max(len(problems) - MAX_PROBLEMS, 0),
        frozenset(_CALL_PATTERN.findall(text)),
        frozenset(_QUOTED_PATTERN.findall(text)),
    )


def _grouped_problems(text: str) -> Iterator[SdkProblem]:
    """The problems in text order. Those with only white space between them belong to one call."""
    matches = [
        (found.start(), kind, found) for kind, pattern in _COMPILED_PATTERNS.items() for found in pattern.finditer(text)
    ]
    operations = [(found.start(), found[1]) for found in _OPERATION_PATTERN.finditer(text)]
    end, block, at, operation = 0, 0, 0, ""
    for start, kind, found in sorted(matches, key=lambda each: each[:2]):
        if start < end:
            continue  # within another message
        block += bool(text[end:start].strip())
        while at < len(operations) and operations[at][0] < start:
            operation = operations[at][1]
            at += 1
        yield from _problems_of_match(kind, found, operation, block)
        if kind != "value":
            operation = ""  # of another error, further up
        end = found.end()


def _problems_of_match(kind: str, match: re.Match[str], operation: str, group: int) -> Iterator[SdkProblem]:
    said = {key: value or "" for key, value in match.groupdict().items()}
    name, of = said.get("name", ""), said.get("of", "")
    match kind:
        case "parameter" | "required":
            path = said["path"].strip()
            steps = MemberPath() if path == "input" else MemberPath.parse(path)
            known, whole = _split_names(said.get("known", ""))
            yield SdkProblem(kind, name, steps, known, whole, group=group)
        case "value" | "expected":
            path_steps = _parse_service_path(said["path"])
            known = tuple(dict.fromkeys(_split_values(said["known"])))
            for value in _rejected_values(name, known):
                yield SdkProblem("value", value, path_steps, known, True, operation if kind == "value" else "", group)
        case "attribute" if of.endswith(_EXCEPTIONS_SUFFIX) or (said["type"] and _is_exception_name(name)):
            yield SdkProblem("exception", name, owner=of.removesuffix(_EXCEPTIONS_SUFFIX), group=group)
        case _:
            known, whole = _split_names(said.get("known", ""))
            yield SdkProblem(kind, name, (), known, whole, of, group)


def _split_names(text: str) -> tuple[tuple[str, ...], bool]:
    """The names of a list, and whether it is complete: people shorten long lists to `Name, Tags, ...`."""
    names = re.split(r",\s{1,80}", text) if text else []
    cut = bool(names) and (names[-1].endswith(("..", "…")) or len(names) > MAX_NAMES)
    kept = (name.rstrip("….:") for name in names)
    return tuple(dict.fromkeys(name for name in kept if name)), bool(names) and not cut


def _split_values(text: str) -> Iterable[str]:
    """The values of a list as services and tools write it, with commas or spaces, with or without quotes."""
    parts = text.split(",") if "," in text else text.split()
    stripped = (part.strip().strip("\"'") for part in parts)
    return (part for part in stripped if part)


def _rejected_values(name: str, known_values: tuple[str, ...]) -> list[str]:
    """The rejected values. A service may quote a whole list in which one value is invalid."""
    if name.startswith("[") and name.endswith("]"):
        return [value for value in _split_values(name[1:-1]) if value not in known_values] or [name]
    return [name]


def _parse_service_path(text: str) -> MemberPath:
    """A path as services write it: `launchTemplate.1.member.instanceType` has numbers for the items of lists."""
    segments = (ITEM if segment.isdigit() else segment for segment in MemberPath.parse(text))
    return MemberPath(segment for segment in segments if segment != "member")


def _is_exception_name(name: str) -> bool:
    return name[:1].isupper() and "_" not in name
