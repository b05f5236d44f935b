"""Which releases have an element? `docgen since` finds it from the terms of a user.

    since SERVICE                                    the service
    since SERVICE OPERATION [request|response] PATH  a member; of the request, if no direction is given
    since SERVICE OPERATION PATH VALUE               a value of an enum
    since SERVICE OPERATION error NAME               an error of an operation
    since SERVICE error|paginator|waiter NAME        an error, paginator or waiter of the service
    since SERVICE Shape$Member                       an element id without its service
    since SERVICE [OPERATION] NAME [VALUE]           a member or a value by its name, wherever it is

A name is looked for at any depth only if nothing is at the path that it would be. Names are spelled as in the model, in
boto3 or in the AWS CLI, in any case. `*` and `?` are wildcards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from docgen.errors import UsageError
from docgen.history.database import reporting_corruption
from docgen.history.history import History
from docgen.history.nested_names import NestedNames, References
from docgen.history.path_history import PathHistory, releases_of
from docgen.history.python_names import CLIENT_ATTRIBUTES, TRANSFER_METHODS, method_name_row, releases_with
from docgen.history.release_sets import ReleaseSet, intersection, union
from docgen.model.customizations import Customization, renamed_parameters
from docgen.model.element_id import ElementId
from docgen.model.names import find_operation, method_name
from docgen.model.paths import PATH_DIRECTIONS, MemberPath, extend_path
from docgen.wording import (
    close_names,
    listed_with_and,
    matches_wildcards,
    natural_key,
    normalize_name,
    with_suggestions,
)

_KIND_SPELLINGS = {
    "error": ("error", "errors", "exception", "exceptions"),
    "paginator": ("paginator", "paginators"),
    "waiter": ("waiter", "waiters"),
}
_WILDCARDS = frozenset("*?")
_QUALIFIED = re.compile(r"([A-Za-z0-9_-]+)[.:]([A-Za-z_*?][\w.$*?\[\]{}-]*)")


class Condition(NamedTuple):
    """The releases in which an element is deprecated or required, and the message of the model, or empty."""

    spans: ReleaseSet
    message: str = ""


class Answer(NamedTuple):
    """An element and the releases that have it, by number.

    Attributes:
        service: The service.
        operation: The operation, or empty for elements of the whole service.
        kind: service, operation, input, output, member, enum-value, error, paginator, waiter or shape.
        direction: request, response or error for what an operation reaches, else empty.
        path: The path in the direction, or the name or id of the element.
        value: The value of an enum, or empty.
        spans: The releases that have the element. The last span decides since when.
        deprecated: When it was deprecated.
        required: When it was required.
        model_spans: If the question had a name that botocore gives the element in code, and `spans` are those of this
            name: the releases that have the element under the name of the model.
        same_at: If the question gave a name without the path to it: the other elements of this name that have the same
            life, each as its qualified name. None if the question gave the path.

    """

    service: str
    operation: str
    kind: str
    direction: str
    path: str
    value: str
    spans: ReleaseSet
    deprecated: Condition = Condition(())
    required: Condition = Condition(())
    model_spans: ReleaseSet = ()
    same_at: tuple[tuple[str, ...], ...] | None = None

    @property
    def since(self) -> int:
        """The first release of the last span, from which the element has been present without a gap."""
        return self.spans[-1][0]

    def until(self, history: History) -> int | None:
        """Return the release that removed the element; None if the newest release has it."""
        end = self.spans[-1][1]
        return None if end == history.end else end

    @property
    def qualified_name(self) -> tuple[str, ...]:
        """The terms that name the element: (`appstream`, `CreateFleet`, `request`, `Tags`)."""
        qualifier = self.kind if self.kind in ("error", "paginator", "waiter") else self.direction
        return tuple(filter(None, (self.service, self.operation, qualifier, self.path, self.value)))


def since(history: History, service: str, terms: Sequence[str] = (), *, needs_path: bool = False) -> tuple[Answer, ...]:
    """Find the elements that a user means, and the releases that have them.

    Args:
        history: The history file.
        service: The name of a service, in any case.
        terms: What to find in it, as the module describes; nothing for the service itself.
        needs_path: Whether members count only at the path that the terms give.

    Returns:
        At least one answer. With wildcards there may be several, and for a name without its path, there is one for each
        life that elements of this name have.

    Raises:
        UsageError: No release has such an element. The message suggests similar names.
        SourceError: The file is damaged.

    """
    with reporting_corruption(history.reader.path):
        service, terms = _split_service(history, service, terms)
        query = _Query(history, history.find_service(service), needs_path=needs_path)
        return tuple(query.answers([term for term in terms if term]))


def _split_service(history: History, name: str, terms: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Split what is written as one word: `s3.get_object` as in Python, `s3:GetObject` as in a policy."""
    found = _QUALIFIED.fullmatch(name)
    if found is None or history.reader.apis(name):
        return name, terms
    return found[1], (found[2], *terms)


class _Query:
    """Resolves the terms of a user in one service."""

    def __init__(self, history: History, service: str, *, needs_path: bool) -> None:
        self.history = history
        self.service = service
        self.needs_path = needs_path
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

    # --- the service and its own elements ---

    def service_answer(self) -> Answer:
        releases = union(span for paths in self.path_histories for span in paths.spans)
        if not releases:
            raise LookupError(f"no release has {self.service}")
        versions = self.history.apis.metadata_versions(self.service)
        deprecated = union((start, end) for start, end, metadata in versions if metadata.get("deprecated"))
        return Answer(self.service, "", "service", "", "", "", releases, Condition(deprecated))

    def answers_of_kind(self, kind: str, name: str) -> Iterator[Answer]:
        """Yield the errors, paginators or waiters of the service that `name` matches."""
        ids = [id for paths in self.path_histories for id in self.history.reader.ids(paths.api.id, kind)]
        known = dict.fromkeys(id.member or id.owner_name for id in map(ElementId.parse_local, ids))
        problem = f"{self.service}: no {kind} {name!r}"
        for match in self.match_names(name, known, problem, alternate_spelling=method_name):
            if kind == "error":
                releases = union(
                    span
                    for paths in self.path_histories
                    for operation in self.operations
                    for span in releases_of(paths.error_references(operation, match))
                )
            else:
                releases = self.history.apis.lifetime(self.service, f"{kind}:{match}", kind)
            if releases:
                yield Answer(self.service, "", kind, "", match, "", releases)

    def id_answer(self, id: str) -> Answer:
        """Return the answer for the element with this id, with or without its service."""
        name = id.removeprefix(f"{self.service}#")
        for kind in ("member", "enum-value", "operation", "error", "shape"):
            if releases := self.history.apis.lifetime(self.service, name, kind):
                return Answer(self.service, "", kind, "", name, "", releases)
        raise UsageError(f"{self.service}: no release has {name!r} (ids are spelled like CreateFleetRequest$Tags)")

    # --- operations and their elements ---

    def operation_answers(self, terms: list[str]) -> Iterator[Answer]:
        first, _, rest = terms[0].partition(".")
        if not self.find_operations(first) and (found := [*self.answers_without_operation(terms)]):
            yield from found
            return
        names = self.match_operations(first)
        terms = ([rest] if rest else []) + terms[1:]
        row = method_name_row(self.service, names[0], first)
        yield from self.answers_under_name(row, self.answers_in_operations(names, terms))

    def answers_under_name(self, row: Customization | None, answers: Iterable[Answer]) -> Iterator[Answer]:
        """Return the answers within the releases in which a name of botocore works; all of them if there is no row."""
        releases = releases_with(self.history, row) if row else ()
        return (_within(answer, releases) if row else answer for answer in answers)

    def answers_in_operations(self, names: list[str], terms: list[str]) -> Iterator[Answer]:
        """Yield the operations, or what the terms match in them. Raises `UsageError` if there is nothing."""
        if not terms:
            operations = [answer for name in names if (answer := self.operation_answer(name)) is not None]
            if not operations:
                raise UsageError(f"{self.service}: {names[0]} is only in API versions that SDKs never use by default")
            yield from operations
            return
        elements = [answer for name in names for answer in self.answers_in_operation(name, terms)]
        if not elements and not self.needs_path:
            elements = self.answers_by_name(names, terms)
        if not elements:
            raise UsageError(self.unknown_path_message(names, terms))
        yield from elements

    def answers_without_operation(self, terms: list[str]) -> Iterator[Answer]:
        """Yield the enum values of the service that the terms match, or else the members of any of its operations."""
        found = list(self.value_answers(terms[0])) if len(terms) == 1 else []
        if not found and not self.needs_path:
            found = self.answers_by_name(self.operations, terms)
        yield from found

    def value_answers(self, value: str) -> Iterator[Answer]:
        """Yield the enum values of the service that `value` matches: `python3.12` or `python3*` of Lambda."""
        ids = [id for paths in self.path_histories for id in self.history.reader.ids(paths.api.id, "enum-value")]
        names = {id: ElementId.parse_local(id).last_name for id in dict.fromkeys(ids)}
        matches = {value} if _WILDCARDS.isdisjoint(value) else set(self.match_names(value, set(names.values())))
        for id, name in sorted(names.items(), key=lambda each: natural_key(each[0])):
            if name in matches and self.history.apis.lifetime(self.service, id, "enum-value"):
                yield self.id_answer(id)

    def answers_by_name(self, operations: Sequence[str], terms: list[str]) -> list[Answer]:
        """Return what the terms match at any depth of operations: one answer for each life, the most common first."""
        given, rest = (terms[0], terms[1:]) if terms[0] in PATH_DIRECTIONS else ("", terms)
        first, *_ = MemberPath.parse(".".join(rest)) or ("",)
        if not first or first[0] in "[{":
            return []
        names = NestedNames(self.path_histories, self.match_names)
        found = [
            answer
            for name in dict.fromkeys((first, rest[0]))  # a value may have dots: `python3.12`
            for operation in operations
            for direction in ((given,) if given else PATH_DIRECTIONS)
            for path, references in names.places(name, self.roots(operation, direction))
            for answer in self.answers_below(operation, direction, rest, references, path)
        ]
        return _joined_lives([answer for answer in found if answer.kind == "member"] or found)

    def find_operations(self, name: str) -> list[str]:
        """Return the operations that `name` matches; empty if there are none."""
        if _WILDCARDS.isdisjoint(name):
            operation = find_operation(name, self.operations)
            return [] if operation is None else [operation]
        pattern = name.lower()
        return [
            operation
            for operation in self.operations
            if any(matches_wildcards(spelling.lower(), pattern) for spelling in (operation, method_name(operation)))
        ]

    def match_operations(self, name: str) -> list[str]:
        """Return the operations that `name` matches. Raises `UsageError` if there are none."""
        matches = self.find_operations(name)
        if not matches:
            raise UsageError(self.unknown_operation_message(name))
        return matches

    def operation_answer(self, name: str) -> Answer | None:
        """Return the answer for the operation; None if no SDK ever had it by default."""
        spans = [(paths, paths.operation_spans(name)) for paths in self.path_histories]
        return self.build_answer(name, "operation", "", "", "", spans)

    def answers_in_operation(self, operation: str, terms: list[str]) -> Iterator[Answer]:
        """Yield the elements of an operation that the terms match; nothing if no release has any."""
        if _kind_of_term(terms[0]) == "error" and len(terms) > 1:
            yield from self.error_answers(operation, terms[1:])
            return
        given, terms = (terms[0], terms[1:]) if terms[0] in PATH_DIRECTIONS else ("", terms)
        if not terms:
            yield from self.root_answers(operation, given)
            return
        for direction in (given,) if given else PATH_DIRECTIONS:
            answers = list(self.path_answers(operation, direction, terms))
            if answers:
                yield from answers
                return
        if not given and len(terms) == 1:
            yield from self.error_answers(operation, terms)

    def root_answers(self, operation: str, direction: str) -> Iterator[Answer]:
        """Yield the input or the output of an operation as a whole."""
        kind = "input" if direction == "request" else "output"
        answer = self.build_answer(operation, kind, direction, "", "", self.roots(operation, direction))
        if answer:
            yield answer

    def error_answers(self, operation: str, terms: list[str]) -> Iterator[Answer]:
        """Yield the errors of an operation that the first term matches, or their members."""
        name, _, rest = ".".join(terms).partition(".")
        known = sorted({error for paths in self.path_histories for error in paths.error_names(operation)})
        for error in self.match_names(name, known):
            references = [(paths, paths.error_references(operation, error)) for paths in self.path_histories]
            if not rest:
                answer = self.build_answer(operation, "error", "", error, "", references)
                yield from (answer,) if answer else ()
            for path, inner in self.match_path(references, MemberPath.parse(rest)) if rest else ():
                answer = self.build_answer(operation, "member", "error", f"{error}.{path}", "", inner)
                yield from (answer,) if answer else ()

    def path_answers(self, operation: str, direction: str, terms: list[str]) -> Iterator[Answer]:
        """Yield the members that the terms match, and the enum values that the last term matches."""
        row = self.renaming_row(operation, terms) if direction == "request" else None
        if row is not None:
            first = MemberPath((row.parameter, *MemberPath.parse(terms[0])[1:]))
            terms = [str(first), *terms[1:]]
        yield from self.answers_under_name(row, self.model_path_answers(operation, direction, terms))

    def model_path_answers(self, operation: str, direction: str, terms: list[str]) -> Iterator[Answer]:
        """Yield the members and enum values that the terms match, in the names of the model."""
        yield from self.answers_below(operation, direction, terms, self.roots(operation, direction))

    def answers_below(
        self, operation: str, direction: str, terms: list[str], roots: References, root_path: str = ""
    ) -> Iterator[Answer]:
        """Yield the members and enum values that the terms match below references, which are at `root_path`."""
        for path, references in self.match_path(roots, MemberPath.parse(".".join(terms)), root_path):
            answer = self.build_answer(operation, "member", direction, path, "", references)
            if answer:
                yield answer
        *parents, value = terms
        name, equals, assigned = value.partition("=")
        for names, wanted in ((parents, value), ([*parents, name], assigned) if equals else ([], "")):
            steps = MemberPath.parse(".".join(names))
            if wanted and (steps or root_path):
                places = self.match_path(roots, steps, root_path)
                yield from self.enum_value_answers(operation, direction, places, wanted)

    def renaming_row(self, operation: str, terms: list[str]) -> Customization | None:
        """Return the row of the first parameter of a path, if the path has its Python name: `fromTime` for `from`."""
        first, *_ = MemberPath.parse(terms[0]) or ("",)
        row = renamed_parameters(self.service, operation).get(first)
        roots = self.roots(operation, "request") if row else ()
        known = {name for paths, spans in roots for name in paths.member_names(spans)}
        return row if row and first not in known and row.parameter in known else None

    def enum_value_answers(
        self, operation: str, direction: str, places: Iterable[tuple[str, References]], value: str
    ) -> Iterator[Answer]:
        """Yield the values that `value` matches of the enums at paths."""
        for path, references in places:
            by_value: dict[str, References] = {}
            for paths, spans in references:
                for known, value_spans in paths.enum_values(spans).items():
                    by_value.setdefault(known, []).append((paths, value_spans))
            for match in self.match_names(value, by_value):
                answer = self.build_answer(operation, "enum-value", direction, path, match, by_value[match])
                if answer:
                    yield answer

    def roots(self, operation: str, direction: str) -> References:
        """Return the references to the input or the output of an operation."""
        return [(paths, paths.root_references(operation, direction)) for paths in self.path_histories]

    def match_path(
        self, references: References, steps: Sequence[str], path: str = ""
    ) -> Iterator[tuple[str, References]]:
        """Follow steps, which may have wildcards, from `references`. Yields each path and the references there."""
        if not steps:
            yield path, references
            return
        step, *rest = steps
        if step[0] in "[{":
            names: Iterable[str] = (step,)
        else:
            known = dict.fromkeys(name for paths, spans in references for name in paths.member_names(spans))
            names = self.match_names(step, known)
        for name in names:
            inner = [(paths, paths.child_references(spans, name)) for paths, spans in references]
            if any(spans for _, spans in inner):
                yield from self.match_path(inner, rest, extend_path(path, name))

    def build_answer(
        self, operation: str, kind: str, direction: str, path: str, value: str, references: References
    ) -> Answer | None:
        """Return the answer for the element at a path; None if no release has it."""
        spans = [span for _, found in references for span in found]
        releases = releases_of(spans)
        if not releases:
            return None
        deprecated, messages = [], {}
        for paths, found in references if kind != "enum-value" else ():
            deprecated += [(start, end) for start, end, trait in paths.effective_trait(found, "deprecated") if trait]
            messages.update(
                {start: text for start, _, text in paths.effective_trait(found, "deprecatedMessage") if text}
            )
        required = union((span.start, span.end) for span in spans if span.required and kind == "member")
        message = str(messages[max(messages)]) if messages else ""
        return Answer(
            self.service,
            operation,
            kind,
            direction,
            path,
            value,
            releases,
            Condition(union(deprecated), message),
            Condition(required),
        )

    # --- names ---

    def match_names(
        self, name: str, known_names: Iterable[str], problem: str = "", alternate_spelling: Callable[[str], str] = str
    ) -> list[str]:
        """Return the known names that `name` matches. Raises `UsageError` for none, if a `problem` is given."""
        names = list(known_names)
        pattern = name.lower()
        if _WILDCARDS.isdisjoint(name):
            matches = [known for known in names if known == name]
            if not matches:
                matches = [known for known in names if pattern in (known.lower(), alternate_spelling(known).lower())]
                matches = matches or _in_hyphens(name, names)
                del matches[1:]
        else:
            matches = [known for known in names if matches_wildcards(known.lower(), pattern)]
        if not matches and problem:
            raise UsageError(with_suggestions(name, names, problem))
        return matches

    def unknown_operation_message(self, name: str) -> str:
        """Return the message for an unknown operation, with shapes that have such a member, or similar names."""
        shapes: dict[str, None] = {}
        for paths in self.path_histories:
            shapes.update(self.history.reader.shapes_with_member(paths.api.id, name))
        problem = f"{self.service}: no operation {name!r} in any release"
        if name in CLIENT_ATTRIBUTES:
            return f"{problem} (every client has it, without an operation)"
        if self.service == "s3" and name in TRANSFER_METHODS:
            return f"{problem} (boto3 adds it to its clients of s3)"
        if shapes:
            return f"{problem} (it is a member of {', '.join(list(shapes)[:3])}; give the operation first)"
        if siblings := self.siblings_with_operation(name):
            return f"{problem} (it is an operation of {listed_with_and(siblings)})"
        names = [*self.operations, *map(method_name, self.operations)] if "_" in name else self.operations
        if close_names(name, names):
            return with_suggestions(name, names, problem)
        if members := close_names(name, self.member_names()):
            return f"{problem} (did you mean the member {' or '.join(members)}?)"
        return with_suggestions(name, self.operations, problem)

    def member_names(self) -> set[str]:
        """Return the names of all members that any shape of the service ever had."""
        ids = [id for paths in self.path_histories for id in self.history.reader.ids(paths.api.id, "member")]
        return {ElementId.parse_local(id).last_name for id in ids}

    def siblings_with_operation(self, name: str) -> list[str]:
        """Return the services of the same family that have an operation: `bedrock-runtime` for `bedrock`."""
        family, wanted = self.service.partition("-")[0], name.replace("_", "").lower()
        return [
            service
            for service, operation in self.history.reader.operations()
            if service.partition("-")[0] == family and operation.lower() == wanted
        ]

    def unknown_path_message(self, operations: list[str], terms: list[str]) -> str:
        """Return the message for an unknown element of an operation, with similar names at the last known path."""
        operation = operations[0]
        given, rest = (terms[0], terms[1:]) if terms[0] in PATH_DIRECTIONS else ("", terms)
        *parents, last = MemberPath.parse(".".join(rest)) or ("",)
        owner = operation if len(operations) == 1 else f"{len(operations)} operations"
        known: dict[str, None] = {}
        for direction in (given,) if given else PATH_DIRECTIONS:
            for _, references in self.match_path(self.roots(operation, direction), parents):
                for paths, spans in references:
                    known.update(paths.member_names(spans))
                    known.update(dict.fromkeys(paths.enum_values(spans)))
        if not rest:
            return f"{self.service} {owner}: no {given} in any release"
        element = ".".join(filter(None, (*parents, last)))
        problem = f"{self.service} {owner}: no {element!r} in any release"
        return with_suggestions(last, known, problem) if known else problem


def _joined_lives(answers: Iterable[Answer]) -> list[Answer]:
    """Return one answer for each life, with the other elements that have it: the most common life first."""
    by_life: dict[tuple[object, ...], list[Answer]] = {}
    for answer in answers:
        life = answer.value, answer.spans, answer.deprecated, answer.required.spans
        by_life.setdefault(life, []).append(answer)
    joined = []
    for same in by_life.values():
        distinct = {answer.qualified_name: answer for answer in same}
        first, *others = sorted(
            distinct.values(), key=lambda answer: (len(MemberPath.parse(answer.path)), answer.direction != "request")
        )
        joined.append(first._replace(same_at=tuple(other.qualified_name for other in others)))
    return sorted(joined, key=lambda answer: -len(answer.same_at or ()))


def _within(answer: Answer, releases: ReleaseSet) -> Answer:
    """Return the answer for a name that only some releases know; unchanged if none of those has the element."""
    spans = intersection(answer.spans, releases)
    if spans in ((), answer.spans):
        return answer
    deprecated, required = (
        each._replace(spans=intersection(each.spans, spans)) for each in (answer.deprecated, answer.required)
    )
    return answer._replace(spans=spans, deprecated=deprecated, required=required, model_spans=answer.spans)


def _in_hyphens(name: str, known_names: Iterable[str]) -> list[str]:
    """Return the known names that the AWS CLI writes as `name`: `ImageName` for `--image-name`."""
    if "-" not in name:
        return []
    normalized = normalize_name(name)
    return [known for known in known_names if normalize_name(known) == normalized]


def _kind_of_term(term: str) -> str:
    """Return the kind that a term selects: error, paginator or waiter; empty if it is a name."""
    return next((kind for kind, spellings in _KIND_SPELLINGS.items() if term.lower() in spellings), "")
