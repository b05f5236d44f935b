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
from docgen.history.database import reporting_corruption
from docgen.history.history import History
from docgen.history.path_history import PathHistory, ReferenceSpan, releases_of
from docgen.history.release_sets import ReleaseSet, union
from docgen.model.element_id import ElementId
from docgen.model.names import find_operation, method_name
from docgen.model.paths import MemberPath
from docgen.wording import with_suggestions

DIRECTIONS = ("request", "response")
_KIND_SPELLINGS = {
    "error": ("error", "errors", "exception", "exceptions"),
    "paginator": ("paginator", "paginators"),
    "waiter": ("waiter", "waiters"),
}
_WILDCARDS = frozenset("*?")


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that holds of an element in some releases: `spans`, with what the model says to it then, or nothing."""

    spans: ReleaseSet
    message: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """When one element was there. Numbers are those of the history's releases; the last span is the one that counts."""

    service: str
    operation: str
    kind: str
    direction: str
    path: str
    value: str
    spans: ReleaseSet
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
    def qualified_name(self) -> tuple[str, ...]:
        """The element in words, from the service on: (`appstream`, `CreateFleet`, `request`, `Tags`)."""
        way = self.kind if self.kind in ("error", "paginator", "waiter") else self.direction
        return tuple(filter(None, (self.service, self.operation, way, self.path, self.value)))


def since(history: History, service: str, terms: Sequence[str] = ()) -> tuple[Answer, ...]:
    """The answers to a question: one, or with wildcards any number. Raises `UsageError`, with what comes close."""
    with reporting_corruption(history.reader.path):
        return tuple(_Query(history, history.find_service(service)).answers([word for word in terms if word]))


class _Query:
    """Finds what a user's words mean in one service."""

    def __init__(self, history: History, service: str) -> None:
        self.history = history
        self.service = service
        self.path_histories = [PathHistory(history, api, spans) for api, spans in history.apis.default_spans(service)]
        self.operations = history.operations(service)

    def answers(self, terms: list[str]) -> Iterator[Answer]:
        if not terms:
            yield self.service_answer()
        elif (kind := _kind_of_term(terms[0])) and len(terms) > 1:
            yield from self.answers_of_kind(kind, ".".join(terms[1:]))
        elif "$" in terms[0] or "#" in terms[0] or terms[0].endswith("()"):
            yield self.id_answer(terms[0])
        else:
            yield from self.operation_answers(terms)

    # --- the service, and what it has as a whole ---

    def service_answer(self) -> Answer:
        there = union(span for place in self.path_histories for span in place.spans)
        if not there:
            raise LookupError(f"no release has {self.service}")
        metadata = self.history.apis.metadata_versions(self.service)
        gone = union((a, b) for a, b, said in metadata if said.get("deprecated"))
        return Answer(self.service, "", "service", "", "", "", there, Condition(gone))

    def answers_of_kind(self, kind: str, name: str) -> Iterator[Answer]:
        """An error, a paginator or a waiter."""
        ids = {}
        for place in self.path_histories:
            for id, of in self.history.reader.query(
                "SELECT DISTINCT id, kind FROM lifetime WHERE api = ? AND kind = ?", place.api.id, kind
            ):
                element = ElementId.parse_local(id)
                ids[element.member or element.owner_name] = of
        matching = self.match_names(name, ids, f"{self.service}: no {kind} {name!r}", alternate_spelling=method_name)
        for found in matching:
            if kind == "error":
                spans = union(
                    span
                    for place in self.path_histories
                    for operation in self.operations
                    for span in releases_of(place.error_references(operation, found))
                )
            else:
                spans = self.history.apis.lifetime(self.service, f"{kind}:{found}", kind)
            if spans:
                yield Answer(self.service, "", kind, "", found, "", spans)

    def id_answer(self, id: str) -> Answer:
        """A name of the model."""
        name = id.removeprefix(f"{self.service}#")
        for kind in ("member", "enum-value", "operation", "error", "shape"):
            if spans := self.history.apis.lifetime(self.service, name, kind):
                return Answer(self.service, "", kind, "", name, "", spans)
        raise UsageError(f"{self.service}: no release has {name!r} (ids are spelt like CreateFleetRequest$Tags)")

    # --- operations and what stands in them ---

    def operation_answers(self, terms: list[str]) -> Iterator[Answer]:
        first, _, rest = terms[0].partition(".")
        names = self.match_operations(first)
        terms = ([rest] if rest else []) + terms[1:]
        if not terms:
            whole = [answer for name in names if (answer := self.operation_answer(name)) is not None]
            if not whole:
                raise UsageError(f"{self.service}: {names[0]} is only in API versions that SDKs never took by default")
            yield from whole
            return
        found = [answer for name in names for answer in self.answers_in_operation(name, terms)]
        if not found:
            raise UsageError(self.unknown_path_message(names, terms))
        yield from found

    def match_operations(self, name: str) -> list[str]:
        if _WILDCARDS.isdisjoint(name):
            operation = find_operation(name, self.operations)
            if operation is not None:
                return [operation]
        else:
            folded = name.lower()
            found = [o for o in self.operations if any(fnmatchcase(n.lower(), folded) for n in (o, method_name(o)))]
            if found:
                return found
        raise UsageError(self.unknown_operation_message(name))

    def operation_answer(self, name: str) -> Answer | None:
        """The operation; None if no SDK ever had it by default."""
        return self.build_answer(
            name, "operation", "", "", "", [(place, place.operation_spans(name)) for place in self.path_histories]
        )

    def answers_in_operation(self, operation: str, terms: list[str]) -> Iterator[Answer]:
        """What the words mean within an operation; nothing if no release has it."""
        if _kind_of_term(terms[0]) == "error" and len(terms) > 1:
            yield from self.error_answers(operation, terms[1:])
            return
        way, terms = (terms[0], terms[1:]) if terms[0] in DIRECTIONS else ("", terms)
        if not terms:
            yield from self.root_answers(operation, way)
            return
        for each in (way,) if way else DIRECTIONS:
            found = list(self.path_answers(operation, each, terms))
            if found:
                yield from found
                return
        if not way and len(terms) == 1:
            yield from self.error_answers(operation, terms)

    def root_answers(self, operation: str, direction: str) -> Iterator[Answer]:
        at = [(place, place.root_references(operation, direction)) for place in self.path_histories]
        answer = self.build_answer(operation, "input" if direction == "request" else "output", direction, "", "", at)
        if answer:
            yield answer

    def error_answers(self, operation: str, terms: list[str]) -> Iterator[Answer]:
        name, _, rest = ".".join(terms).partition(".")
        known = {each: None for place in self.path_histories for each in place.error_names(operation)}
        for error in self.match_names(name, known):
            at = [(place, place.error_references(operation, error)) for place in self.path_histories]
            if not rest:
                answer = self.build_answer(operation, "error", "", error, "", at)
                yield from (answer,) if answer else ()
            for path, slots in self.match_path(at, MemberPath.parse(rest)) if rest else ():
                answer = self.build_answer(operation, "member", "error", f"{error}.{path}", "", slots)
                yield from (answer,) if answer else ()

    def path_answers(self, operation: str, direction: str, terms: list[str]) -> Iterator[Answer]:
        """Members, and with a last word that is one, values of an enum."""
        at = [(place, place.root_references(operation, direction)) for place in self.path_histories]
        for path, slots in self.match_path(at, MemberPath.parse(".".join(terms))):
            answer = self.build_answer(operation, "member", direction, path, "", slots)
            if answer:
                yield answer
        *parents, value = terms
        yield from self.enum_value_answers(operation, direction, at, parents, value)
        name, equals, value = value.partition("=")
        if equals:
            yield from self.enum_value_answers(operation, direction, at, [*parents, name], value)

    def enum_value_answers(
        self,
        operation: str,
        direction: str,
        references_by_api: list[tuple[PathHistory, list[ReferenceSpan]]],
        parent_terms: list[str],
        value: str,
    ) -> Iterator[Answer]:
        """The value of the enum at a path, if it is one."""
        for path, slots in (
            self.match_path(references_by_api, MemberPath.parse(".".join(parent_terms))) if parent_terms else ()
        ):
            values: dict[str, list[tuple[PathHistory, list[ReferenceSpan]]]] = {}
            for place, found in slots:
                for each, when in place.enum_values(found).items():
                    values.setdefault(each, []).append((place, when))
            for each in self.match_names(value, values):
                answer = self.build_answer(operation, "enum-value", direction, path, each, values[each])
                if answer:
                    yield answer

    def match_path(
        self, references_by_api: list[tuple[PathHistory, list[ReferenceSpan]]], steps: Sequence[str], path: str = ""
    ) -> Iterator[tuple[str, list[tuple[PathHistory, list[ReferenceSpan]]]]]:
        """Every place that the steps lead to from `at`, with its path."""
        if not steps:
            yield path, references_by_api
            return
        step, *rest = steps
        if step[0] in "[{":
            names: Iterable[str] = (step,)
        else:
            known = dict.fromkeys(name for place, slots in references_by_api for name in place.member_names(slots))
            names = self.match_names(step, known)
        for name in names:
            inner = [(place, place.child_references(slots, name)) for place, slots in references_by_api]
            if any(slots for _, slots in inner):
                below = f"{path}{name}" if name[0] in "[{" or not path else f"{path}.{name}"
                yield from self.match_path(inner, rest, below)

    def build_answer(
        self,
        operation: str,
        kind: str,
        direction: str,
        path: str,
        value: str,
        references_by_api: list[tuple[PathHistory, list[ReferenceSpan]]],
    ) -> Answer | None:
        """What is to be said of a place; None if nothing ever stood there."""
        slots = [slot for _, found in references_by_api for slot in found]
        spans = releases_of(slots)
        if not spans:
            return None
        deprecated, messages = [], {}
        for place, found in references_by_api if kind != "enum-value" else ():
            deprecated += [(a, b) for a, b, said in place.effective_trait(found, "deprecated") if said]
            messages.update({a: said for a, _, said in place.effective_trait(found, "deprecatedMessage") if said})
        required = union((slot.start, slot.end) for slot in slots if slot.required and kind == "member")
        message = str(messages[max(messages)]) if messages else ""
        return Answer(
            self.service,
            operation,
            kind,
            direction,
            path,
            value,
            spans,
            Condition(union(deprecated), message),
            Condition(required),
        )

    # --- names ---

    def match_names(
        self, name: str, known_names: Iterable[str], problem: str = "", alternate_spelling: Callable[[str], str] = str
    ) -> list[str]:
        """The known names that `name` means; raises `UsageError` with a `problem` if there are none."""
        names = list(known_names)
        if _WILDCARDS.isdisjoint(name):
            found = [each for each in names if each == name]
            if not found:
                found = [each for each in names if name.lower() in (each.lower(), alternate_spelling(each).lower())][:1]
        else:
            found = [each for each in names if fnmatchcase(each.lower(), name.lower())]
        if not found and problem:
            raise UsageError(with_suggestions(name, names, problem))
        return found

    def unknown_operation_message(self, name: str) -> str:
        """What to say where there is no such operation: those that come close, or what else is called so."""
        called = self.shapes_with_member(name)
        problem = f"{self.service}: no operation {name!r} in any release"
        if called:
            return f"{problem} (it is a member of {', '.join(called[:3])}: say the operation, too)"
        names = [*self.operations, *map(method_name, self.operations)] if "_" in name else self.operations
        return with_suggestions(name, names, problem)

    def shapes_with_member(self, name: str) -> list[str]:
        """The shapes that have a member of this name."""
        found: dict[str, None] = {}
        for place in self.path_histories:
            for (id,) in self.history.reader.query(
                "SELECT DISTINCT id FROM lifetime WHERE api = ? AND kind = 'member' AND id LIKE ? ESCAPE '!'",
                place.api.id,
                "%$" + re.sub("([%_!])", r"!\1", name),
            ):
                found[ElementId.parse_local(id).parent.local] = None
        return list(found)

    def unknown_path_message(self, operations: list[str], terms: list[str]) -> str:
        """What to say where an operation has nothing of the kind."""
        operation = operations[0]
        way, rest = (terms[0], terms[1:]) if terms[0] in DIRECTIONS else ("", terms)
        *parents, last = MemberPath.parse(".".join(rest)) or [""]
        of = operation if len(operations) == 1 else f"{len(operations)} operations"
        known: dict[str, None] = {}
        for each in (way,) if way else DIRECTIONS:
            at = [(place, place.root_references(operation, each)) for place in self.path_histories]
            for _, slots in self.match_path(at, parents):
                for place, found in slots:
                    known.update(place.member_names(found))
                    known.update(dict.fromkeys(place.enum_values(found)))
        if not rest:
            return f"{self.service} {of}: no {way} in any release"
        what = ".".join(filter(None, (*parents, last)))
        problem = f"{self.service} {of}: no {what!r} in any release"
        return with_suggestions(last, known, problem) if known else problem


def _kind_of_term(term: str) -> str:
    return next((kind for kind, words in _KIND_SPELLINGS.items() if term.lower() in words), "")


def answer_data(history: History, answer: Answer) -> dict[str, Any]:
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
        "direction": answer.direction or None,
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
