"""Error messages of SDKs and tools: the names that they report as missing, unknown or invalid.

    parse_report(text) -> ErrorReport

The text is whatever people paste: a traceback, a log, JSON with escapes, a page with curly quotes, a quoted mail.
`plain_text` removes what surrounds the messages, `patterns` describes them, and this module turns them into problems.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from docgen.history.explain.lost_quotes import with_quotes
from docgen.history.explain.other_errors import other_errors
from docgen.history.explain.patterns import MAX_NAMES, PATTERNS, compile_pattern
from docgen.history.explain.plain_text import plain_text
from docgen.model.paths import ITEM, MemberPath

MAX_TEXT_LENGTH = 1 << 20
"""The most characters that are read. The longest real message, with hundreds of errors, is far shorter."""

MAX_PROBLEMS = 50
"""The most distinct errors that are explained."""

_MAX_CUT_VALUE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class SdkProblem:
    """One name or value that an SDK, a service or a tool refuses, or one that it misses.

    Attributes:
        kind: parameter, required, type, length, range, union, json, alias, attribute, exception, resource, service,
            command, option, key, value, waiter, paginator, or other: an error that no version of the API explains.
        name: The unknown, invalid or missing name or value; empty if the message does not give it.
        path: Its path in the request.
        known_names: The valid names that the message lists.
        is_complete: Whether it lists all of them.
        owner: The class of the client, the service of a resource, or the operation, if the message names it.
        owner_type: The type of a resource, the method of a client, or what was given: its type, length or value.
        limit: The least length or value that the message gives, or the valid types.
        tool: `aws` for the AWS CLI; empty for everything else.
        group: A number that the errors of one call share.
        about: What an error of the kind other is about.
    """

    kind: str
    name: str
    path: tuple[str, ...] = ()
    known_names: tuple[str, ...] = ()
    is_complete: bool = False
    owner: str = ""
    owner_type: str = ""
    limit: str = ""
    tool: str = ""
    group: int = 0
    about: str = ""


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """The problems in a text, and its hints at the call.

    Attributes:
        problems: The problems in text order.
        omitted_count: How many more there are than `MAX_PROBLEMS`.
        called_names: Names that are called, such as `create_fleet` in `client.create_fleet(`.
        quoted_names: Short words in quotes, such as `appstream` in `client("appstream")`, and other names of services.
        commands: The commands of the AWS CLI, such as (`lambda`, `publish-layer-version`).
        words: The words that follow a colon or an equals sign, such as `python3.12` in `runtime: python3.12`.
        resource_types: The services in resource types of CloudFormation, such as `Lambda` in `AWS::Lambda::Function`.
    """

    problems: tuple[SdkProblem, ...]
    omitted_count: int = 0
    called_names: frozenset[str] = frozenset()
    quoted_names: frozenset[str] = frozenset()
    commands: tuple[tuple[str, str], ...] = ()
    words: frozenset[str] = frozenset()
    resource_types: frozenset[str] = frozenset()


_COMPILED_PATTERNS = {kind: compile_pattern(pattern) for kind, pattern in PATTERNS.items()}
_EXCEPTIONS_SUFFIX = "Exceptions"
"""The suffix of the class of `client.exceptions`, after the class of the client."""

_OPERATION_PATTERN = re.compile(r"when calling the (\w{1,200}) operation")
_CALL_PATTERN = re.compile(r"\.([a-z]\w{1,100})\(")
_QUOTED_PATTERN = re.compile(r"""["']([a-z0-9][a-z0-9.\-]{0,60})["']""")
_SERVICE_PATTERN = re.compile(r"mypy_boto3_([a-z0-9_]{1,60})|\bdata/([a-z0-9.\-]{1,60})/\d{4}-\d\d-\d\d")
_COMMAND_PATTERN = re.compile(
    r"\baws2?(?:[ \t]{1,4}--[\w\-]{1,40}(?:[ =][^\s\-]\S{0,100})?){0,5}[ \t]{1,4}([a-z][a-z0-9\-]{1,60})[ \t]{1,4}"
    r"([a-z][a-z0-9\-]{2,100})"
)
_RESOURCE_TYPE_PATTERN = re.compile(r"\bAWS::(\w{1,40})::\w")
_WORD_PATTERN = re.compile(r"""[:=]\s{0,4}["']?([\w.\-]{2,60})["']?""")


def parse_report(text: str, *, may_lack_quotes: bool = False) -> ErrorReport:
    """Find the problems in a text.

    Args:
        text: The text. Only its first `MAX_TEXT_LENGTH` characters count.
        may_lack_quotes: Whether a shell may have removed the quotation marks around names.

    Returns:
        What the text reports. It is empty if the text has no known message.
    """
    text = plain_text(text[:MAX_TEXT_LENGTH])
    problems = _distinct_problems(text)
    if may_lack_quotes and not any(problem.name for problem in problems):
        text = with_quotes(text)
        problems = _distinct_problems(text)
    problems += [
        SdkProblem("other", error.name, owner=error.operation, group=-number, about=error.cause.sentence)
        for number, error in enumerate(other_errors(text, has_problems=bool(problems)), start=1)
    ]
    commands = tuple(dict.fromkeys(_COMMAND_PATTERN.findall(text)))
    services = {(name or path).replace("_", "-") for name, path in _SERVICE_PATTERN.findall(text)}
    return ErrorReport(
        tuple(problems[:MAX_PROBLEMS]),
        max(len(problems) - MAX_PROBLEMS, 0),
        frozenset(_CALL_PATTERN.findall(text)),
        frozenset({*_QUOTED_PATTERN.findall(text), *services}),
        commands,
        frozenset(_WORD_PATTERN.findall(text)),
        frozenset(_RESOURCE_TYPE_PATTERN.findall(text)),
    )


def _distinct_problems(text: str) -> list[SdkProblem]:
    """Return the problems in text order. A traceback may say the same twice."""
    seen: dict[SdkProblem, SdkProblem] = {}
    for problem in _grouped_problems(text):
        seen.setdefault(replace(problem, group=0), problem)
    return list(seen.values())


def _grouped_problems(text: str) -> Iterator[SdkProblem]:
    """Yield the problems in text order. Those with only white space between them belong to one call."""
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
        for problem in _problems_of_match(kind, found, operation):
            yield replace(problem, group=block)
        if kind != "value":
            operation = ""  # of another error, further up
        end = found.end()


def _problems_of_match(kind: str, match: re.Match[str], operation: str) -> Iterable[SdkProblem]:
    said = {key: value or "" for key, value in match.groupdict().items()}
    for kinds, make in _MAKERS.items():
        if kind in kinds:
            return make(kind, said)
    return _value_problems(kind, said, operation)


# --- the problems of each kind of message ---


def _request_problems(kind: str, said: dict[str, str]) -> Iterator[SdkProblem]:
    """Yield an unknown or missing parameter, or one that is not valid."""
    text = said["path"].strip()
    path = MemberPath() if text == "input" else MemberPath.parse(text)
    if kind in ("parameter", "required"):
        known, whole = _split_names(said.get("known", ""))
        yield SdkProblem(kind, said["name"], path, known, whole)
    elif kind in ("union", "union-empty"):
        known, whole = _split_names(said["known"])
        yield SdkProblem("union", _name_at(path), path, known, whole)
    else:
        limit = ", ".join(re.findall(r"'([\w.]+)'", said["known"])) if kind == "type" else said.get("limit", "")
        yield SdkProblem(kind, _name_at(path), path, limit=limit, owner_type=said.get("found", ""))


def _alias_problems(kind: str, said: dict[str, str]) -> Iterator[SdkProblem]:
    """Yield the problem of a call with two names of one parameter."""
    yield SdkProblem(kind, said["name"], known_names=(said["path"],), owner=said["of"])


def _name_at(path: tuple[str, ...]) -> str:
    """Return the name at the end of a path, with the brackets of a list behind it."""
    names = [at for at, segment in enumerate(path) if segment != ITEM]
    return str(MemberPath(path[names[-1] :])) if names else ""


def _client_problems(kind: str, said: dict[str, str]) -> Iterator[SdkProblem]:
    """Yield a method, an exception or an attribute of a resource that a Python object does not have."""
    name, of, type_ = said["name"], said["of"], said.get("type", "")
    if kind == "stub-keyword":
        yield SdkProblem("parameter", name, owner=of, owner_type=said["path"])
    elif kind == "resource":
        yield SdkProblem("resource", name, owner=of, owner_type=said["path"] or type_)
    elif type_ in ("ServiceResource", "Resource"):
        yield SdkProblem("resource", name, owner=of, owner_type="ServiceResource")
    elif kind == "exception" or type_ == _EXCEPTIONS_SUFFIX or of.endswith(_EXCEPTIONS_SUFFIX):
        known, whole = _split_names(said.get("known", ""))
        yield SdkProblem("exception", name, (), known, whole, of.removesuffix(_EXCEPTIONS_SUFFIX))
    elif type_ == "type object " and _is_exception_name(name):
        yield SdkProblem("exception", name, owner=of)
    else:
        yield SdkProblem("attribute", name, owner=of)


def _named_problems(kind: str, said: dict[str, str]) -> Iterator[SdkProblem]:
    """Yield a service, a resource, a waiter or a paginator that an SDK does not have."""
    known, whole = _split_names(said.get("known", ""))
    is_model = kind == "no-data" and said.get("path", "").startswith("service-")
    if kind in ("no-resource", "no-data") and not is_model:
        yield SdkProblem("resource", "", owner=said["name"])
    else:
        yield SdkProblem("service" if kind in ("old-service", "no-data") else kind, said["name"], (), known, whole)


def _command_problems(kind: str, said: dict[str, str]) -> Iterator[SdkProblem]:
    """Yield a command or an option that the AWS CLI does not have."""
    known = tuple(dict.fromkeys(re.findall(r"[a-z][a-z0-9\-]+", said.get("known", ""))))
    if kind == "option":
        yield SdkProblem("option", said["name"].strip("-"), tool="aws")
    elif kind == "key":
        names, whole = _split_names(said["known"])
        yield SdkProblem("key", said["name"], (said["path"].strip("-"),), names, whole, tool="aws")
    else:
        is_service = said["of"] in ("command", "service_name")
        yield SdkProblem("service" if is_service else "command", said.get("name", ""), (), known, tool="aws")


def _value_problems(kind: str, said: dict[str, str], operation: str) -> Iterator[SdkProblem]:
    """Yield the values that an enum does not have, according to a service or a tool."""
    if kind == "cloudformation":
        path = MemberPath(step for step in said["path"].split("/") if not step.isdigit())
    else:
        path = _parse_service_path(said.get("path", ""))
    if kind == "allowed":
        path = MemberPath(path[-1:])  # `provider.runtime` is a path in another file
    known = tuple(dict.fromkeys(_listed_values(said)))
    is_complete = bool(known) and not said.get("cut")
    for value in _rejected_values(said.get("name", ""), known):
        yield SdkProblem("value", value, path, known, is_complete, operation if kind == "value" else "")


_MAKERS: dict[tuple[str, ...], Callable[[str, dict[str, str]], Iterable[SdkProblem]]] = {
    ("parameter", "required", "type", "length", "range", "union", "union-empty", "json"): _request_problems,
    ("alias",): _alias_problems,
    (
        *("resource", "attribute", "exception"),
        *("stub", "stub-class", "stub-ty", "stub-pylint", "stub-keyword"),
    ): _client_problems,
    ("service", "old-service", "no-resource", "no-data", "waiter", "paginator"): _named_problems,
    ("choice", "found-choice", "old-choice", "option", "key"): _command_problems,
}


def _split_names(text: str) -> tuple[tuple[str, ...], bool]:
    """Return the names of a list, and whether it is complete: people shorten long lists to `Name, Tags, ...`."""
    names = re.split(r",\s{0,80}", text) if text else []
    cut = bool(names) and (names[-1].endswith(("..", "…")) or not names[-1] or len(names) > MAX_NAMES)
    kept = (name.strip().rstrip("….:") for name in names)
    return tuple(dict.fromkeys(name for name in kept if name)), bool(names) and not cut


def _listed_values(said: dict[str, str]) -> Iterator[str]:
    """Yield the values that a message lists, in whatever form."""
    if said.get("others"):
        yield from re.findall(r"""['"`]([^'"`\n]{1,200})['"`]""", said["others"])
    elif said.get("cut"):
        values = [value.rstrip(".… ") for value in _split_values(said["cut"])]
        yield from (value for value in values if value and len(value) <= _MAX_CUT_VALUE_LENGTH and " " not in value)
    else:
        yield from _split_values(said.get("known", ""))


def _split_values(text: str) -> Iterable[str]:
    """Return the values of a list as services and tools write it: with commas or spaces, with or without quotes."""
    parts = text.split(",") if "," in text else text.split()
    stripped = (part.strip().strip("\"'") for part in parts)
    return (part for part in stripped if part)


def _rejected_values(name: str, known_values: tuple[str, ...]) -> list[str]:
    """Return the rejected values. A service may quote a whole list in which one value is invalid."""
    if name.startswith("[") and name.endswith("]"):
        return [value for value in _split_values(name[1:-1]) if value not in known_values] or [name]
    return [name]


def _parse_service_path(text: str) -> MemberPath:
    """Parse a path as services write it: in `launchTemplate.1.member.instanceType` list items have numbers."""
    segments = (ITEM if segment.isdigit() else segment for segment in MemberPath.parse(text))
    return MemberPath(segment for segment in segments if segment != "member")


def _is_exception_name(name: str) -> bool:
    return name[:1].isupper() and "_" not in name
