"""Which release has it? A question in a user's words, and its answers.

    since SERVICE                                    the service
    since SERVICE OPERATION [request|response] PATH  what stands there; a request is meant if nothing is said
    since SERVICE OPERATION PATH VALUE               a value of its enum
    since SERVICE OPERATION error NAME               an error of an operation
    since SERVICE error|paginator|waiter NAME        of the whole service
    since SERVICE Shape$Member                       a name of the model, as docgen's ids have it

Spellings are those of the model or of boto3, in any case; `*` and `?` stand for any letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from docgen.errors import UsageError
from docgen.history.boto3_versions import boto3_release
from docgen.history.database import fits_together
from docgen.history.history import History
from docgen.history.path_history import Places, Slot, spans_of
from docgen.history.release_sets import Spans, union
from docgen.model.names import closest, find_operation, method_name
from docgen.model.paths import words_of

WAYS = ("request", "response")
_OF_SERVICE = {
    "error": ("error", "errors", "exception", "exceptions"),
    "paginator": ("paginator", "paginators"),
    "waiter": ("waiter", "waiters"),
}
_WILD = frozenset("*?")


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that holds of an element in some releases: `spans`, with what the model says to it then, or nothing."""

    spans: Spans
    message: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """When one element was there. Numbers are those of the history's releases; the last span is the one that counts."""

    service: str
    operation: str
    kind: str
    way: str
    path: str
    value: str
    spans: Spans
    deprecated: Condition = Condition(())
    required: Condition = Condition(())

    @property
    def since(self) -> int:
        """The first release that has it without a gap up to the newest, or up to where it ended."""
        return self.spans[-1][0]

    def until(self, history: History) -> int | None:
        """The release that no longer has it; None if the newest has it."""
        end = self.spans[-1][1]
        return None if end == history.end else end

    @property
    def words(self) -> tuple[str, ...]:
        """The element in words, from the service on: (`appstream`, `CreateFleet`, `request`, `Tags`)."""
        way = self.kind if self.kind in ("error", "paginator", "waiter") else self.way
        return tuple(filter(None, (self.service, self.operation, way, self.path, self.value)))


def since(history: History, service: str, elements: Sequence[str] = ()) -> tuple[Answer, ...]:
    """The answers to a question: one, or with wildcards any number. Raises `UsageError`, with what comes close."""
    with fits_together(history.reader.path):
        return tuple(_Question(history, history.find_service(service)).answers([word for word in elements if word]))


class _Question:
    """Finds what a user's words mean in one service."""

    def __init__(self, history: History, service: str) -> None:
        self.history = history
        self.service = service
        self.places = [Places(history, api, spans) for api, spans in history.apis.of(service)]
        self.operations = history.operations(service)

    def answers(self, words: list[str]) -> Iterator[Answer]:
        if not words:
            yield self.of_service()
        elif (kind := _kind_of(words[0])) and len(words) > 1:
            yield from self.named(kind, ".".join(words[1:]))
        elif "$" in words[0] or "#" in words[0] or words[0].endswith("()"):
            yield self.of_id(words[0])
        else:
            yield from self.of_operations(words)

    # --- the service, and what it has as a whole ---

    def of_service(self) -> Answer:
        there = union(span for place in self.places for span in place.spans)
        if not there:
            raise LookupError(f"no release has {self.service}")
        metadata = self.history.apis.metadata(self.service)
        gone = union((a, b) for a, b, said in metadata if said.get("deprecated"))
        return Answer(self.service, "", "service", "", "", "", there, Condition(gone))

    def named(self, kind: str, name: str) -> Iterator[Answer]:
        """An error, a paginator or a waiter."""
        ids = {}
        for place in self.places:
            for id, of in self.history.reader.rows(
                "SELECT DISTINCT id, kind FROM lifetime WHERE api = ? AND kind = ?", place.api.id, kind
            ):
                ids[id.rpartition("$")[2].partition(":")[2] or id.rpartition("$")[2]] = of
        matching = self.match(name, ids, f"{self.service}: no {kind} {name!r}", spelling=method_name)
        for found in matching:
            if kind == "error":
                spans = union(
                    span
                    for place in self.places
                    for operation in self.operations
                    for span in spans_of(place.errors(operation, found))
                )
            else:
                spans = self.history.apis.lifetime(self.service, f"{kind}:{found}", kind)
            if spans:
                yield Answer(self.service, "", kind, "", found, "", spans)

    def of_id(self, id: str) -> Answer:
        """A name of the model."""
        name = id.removeprefix(f"{self.service}#")
        for kind in ("member", "enum-value", "operation", "error", "shape"):
            if spans := self.history.apis.lifetime(self.service, name, kind):
                return Answer(self.service, "", kind, "", name, "", spans)
        raise UsageError(f"{self.service}: no release has {name!r} (ids are spelt like CreateFleetRequest$Tags)")

    # --- operations and what stands in them ---

    def of_operations(self, words: list[str]) -> Iterator[Answer]:
        first, _, rest = words[0].partition(".")
        names = self.find_operations(first)
        words = ([rest] if rest else []) + words[1:]
        if not words:
            whole = [answer for name in names if (answer := self.of_operation(name)) is not None]
            if not whole:
                raise UsageError(f"{self.service}: {names[0]} is only in API versions that SDKs never took by default")
            yield from whole
            return
        found = [answer for name in names for answer in self.inside(name, words)]
        if not found:
            raise UsageError(self.near(names, words))
        yield from found

    def find_operations(self, name: str) -> list[str]:
        if _WILD.isdisjoint(name):
            operation = find_operation(name, self.operations)
            if operation is not None:
                return [operation]
        else:
            folded = name.lower()
            found = [o for o in self.operations if any(fnmatchcase(n.lower(), folded) for n in (o, method_name(o)))]
            if found:
                return found
        raise UsageError(self.no_operation(name))

    def of_operation(self, name: str) -> Answer | None:
        """The operation; None if no SDK ever had it by default."""
        return self.answer(name, "operation", "", "", "", [(place, place.operation(name)) for place in self.places])

    def inside(self, operation: str, words: list[str]) -> Iterator[Answer]:
        """What the words mean within an operation; nothing if no release has it."""
        if _kind_of(words[0]) == "error" and len(words) > 1:
            yield from self.error(operation, words[1:])
            return
        way, words = (words[0], words[1:]) if words[0] in WAYS else ("", words)
        if not words:
            yield from self.whole(operation, way)
            return
        for each in (way,) if way else WAYS:
            found = list(self.below(operation, each, words))
            if found:
                yield from found
                return
        if not way and len(words) == 1:
            yield from self.error(operation, words)

    def whole(self, operation: str, way: str) -> Iterator[Answer]:
        at = [(place, place.root(operation, way)) for place in self.places]
        answer = self.answer(operation, "input" if way == "request" else "output", way, "", "", at)
        if answer:
            yield answer

    def error(self, operation: str, words: list[str]) -> Iterator[Answer]:
        name, _, rest = ".".join(words).partition(".")
        known = {each: None for place in self.places for each in place.error_names(operation)}
        for error in self.match(name, known):
            at = [(place, place.errors(operation, error)) for place in self.places]
            if not rest:
                answer = self.answer(operation, "error", "", error, "", at)
                yield from (answer,) if answer else ()
            for path, slots in self.follow(at, words_of(rest)) if rest else ():
                answer = self.answer(operation, "member", "error", f"{error}.{path}", "", slots)
                yield from (answer,) if answer else ()

    def below(self, operation: str, way: str, words: list[str]) -> Iterator[Answer]:
        """Members, and with a last word that is one, values of an enum."""
        at = [(place, place.root(operation, way)) for place in self.places]
        for path, slots in self.follow(at, words_of(".".join(words))):
            answer = self.answer(operation, "member", way, path, "", slots)
            if answer:
                yield answer
        *parents, value = words
        yield from self.of_enum(operation, way, at, parents, value)
        name, equals, value = value.partition("=")
        if equals:
            yield from self.of_enum(operation, way, at, [*parents, name], value)

    def of_enum(
        self, operation: str, way: str, at: list[tuple[Places, list[Slot]]], parents: list[str], value: str
    ) -> Iterator[Answer]:
        """The value of the enum at a path, if it is one."""
        for path, slots in self.follow(at, words_of(".".join(parents))) if parents else ():
            values: dict[str, list[tuple[Places, list[Slot]]]] = {}
            for place, found in slots:
                for each, when in place.values(found).items():
                    values.setdefault(each, []).append((place, when))
            for each in self.match(value, values):
                answer = self.answer(operation, "enum-value", way, path, each, values[each])
                if answer:
                    yield answer

    def follow(
        self, at: list[tuple[Places, list[Slot]]], steps: Sequence[str], path: str = ""
    ) -> Iterator[tuple[str, list[tuple[Places, list[Slot]]]]]:
        """Every place that the steps lead to from `at`, with its path."""
        if not steps:
            yield path, at
            return
        step, *rest = steps
        if step[0] in "[{":
            names: Iterable[str] = (step,)
        else:
            known = dict.fromkeys(name for place, slots in at for name in place.names(slots))
            names = self.match(step, known)
        for name in names:
            inner = [(place, place.step(slots, name)) for place, slots in at]
            if any(slots for _, slots in inner):
                below = f"{path}{name}" if name[0] in "[{" or not path else f"{path}.{name}"
                yield from self.follow(inner, rest, below)

    def answer(
        self, operation: str, kind: str, way: str, path: str, value: str, at: list[tuple[Places, list[Slot]]]
    ) -> Answer | None:
        """What is to be said of a place; None if nothing ever stood there."""
        slots = [slot for _, found in at for slot in found]
        spans = spans_of(slots)
        if not spans:
            return None
        deprecated, messages = [], {}
        for place, found in at if kind != "enum-value" else ():
            deprecated += [(a, b) for a, b, said in place.effective(found, "deprecated") if said]
            messages.update({a: said for a, _, said in place.effective(found, "deprecatedMessage") if said})
        required = union((slot.start, slot.end) for slot in slots if slot.required and kind == "member")
        message = str(messages[max(messages)]) if messages else ""
        return Answer(
            self.service,
            operation,
            kind,
            way,
            path,
            value,
            spans,
            Condition(union(deprecated), message),
            Condition(required),
        )

    # --- names ---

    def match(
        self, name: str, known: Iterable[str], problem: str = "", spelling: Callable[[str], str] = str
    ) -> list[str]:
        """The known names that `name` means; raises `UsageError` with a `problem` if there are none."""
        names = list(known)
        if _WILD.isdisjoint(name):
            found = [each for each in names if each == name]
            if not found:
                found = [each for each in names if name.lower() in (each.lower(), spelling(each).lower())][:1]
        else:
            found = [each for each in names if fnmatchcase(each.lower(), name.lower())]
        if not found and problem:
            raise UsageError(closest(name, names, problem))
        return found

    def no_operation(self, name: str) -> str:
        """What to say where there is no such operation: those that come close, or what else is called so."""
        called = self.called(name)
        problem = f"{self.service}: no operation {name!r} in any release"
        if called:
            return f"{problem} (it is a member of {', '.join(called[:3])}: say the operation, too)"
        names = [*self.operations, *map(method_name, self.operations)] if "_" in name else self.operations
        return closest(name, names, problem)

    def called(self, name: str) -> list[str]:
        """The shapes that have a member of this name."""
        found: dict[str, None] = {}
        for place in self.places:
            for (id,) in self.history.reader.rows(
                "SELECT DISTINCT id FROM lifetime WHERE api = ? AND kind = 'member' AND id LIKE ? ESCAPE '!'",
                place.api.id,
                "%$" + re.sub("([%_!])", r"!\1", name),
            ):
                found[id.rpartition("$")[0]] = None
        return list(found)

    def near(self, operations: list[str], words: list[str]) -> str:
        """What to say where an operation has nothing of the kind."""
        operation = operations[0]
        way, rest = (words[0], words[1:]) if words[0] in WAYS else ("", words)
        *parents, last = words_of(".".join(rest)) or [""]
        of = operation if len(operations) == 1 else f"{len(operations)} operations"
        known: dict[str, None] = {}
        for each in (way,) if way else WAYS:
            at = [(place, place.root(operation, each)) for place in self.places]
            for _, slots in self.follow(at, parents):
                for place, found in slots:
                    known.update(place.names(found))
                    known.update(dict.fromkeys(place.values(found)))
        if not rest:
            return f"{self.service} {of}: no {way} in any release"
        what = ".".join(filter(None, (*parents, last)))
        problem = f"{self.service} {of}: no {what!r} in any release"
        return closest(last, known, problem) if known else problem


def _kind_of(word: str) -> str:
    return next((kind for kind, words in _OF_SERVICE.items() if word.lower() in words), "")


def as_data(history: History, answer: Answer) -> dict[str, Any]:
    """An answer as JSON, with releases by name and date."""

    def span(start: int, end: int) -> dict[str, Any]:
        first = history.release(start)
        gone = history.release(end) if end < history.end else None
        return {
            "since": first.name,
            "since_date": first.date,
            "until": gone.name if gone else None,
            "until_date": gone.date if gone else None,
        }

    first = history.release(answer.since)
    return {
        "service": answer.service,
        "operation": answer.operation or None,
        "kind": answer.kind,
        "direction": answer.way or None,
        "path": answer.path or None,
        "value": answer.value or None,
        **span(*answer.spans[-1]),
        "since_boto3": boto3_release(first.package, first.name) or None,
        "is_first_release": answer.since == 1,
        "earlier": [span(*each) for each in answer.spans[:-1]],
        "summary": history.summary(answer.service, answer.since) or None,
        "deprecated": [span(*each) for each in answer.deprecated.spans],
        "deprecated_message": answer.deprecated.message or None,
        "required": [span(*each) for each in answer.required.spans],
    }
