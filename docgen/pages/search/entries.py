"""What the search finds in a service: operations, members, enum values, errors, and words of their documentation.

`search_entries` returns plain data of one service; `docgen.pages.search.files` merges those of all services. A member
of a shape that is used in many places has one record, with its best location. The script of the site derives the other
locations from a graph of the shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any, NamedTuple, TypedDict

from docgen.model.service import Member, Operation, Service
from docgen.render.addresses import html_id

MEMBER, VALUE, ERROR = range(3)
"""Kinds of names: a member of a request, response or error; a value of an enum; an error."""

SENTENCE_SEARCH_LIMIT = 600
"""Characters of a documentation string that are searched for its first sentence."""

MAX_MEMBERS_OF_WORD = 2
"""Most members of a service that a word of documentation finds, those nearest to the top."""

_HTML_TAG = re.compile(r"<[^<>]*>")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")
_WORD = re.compile(r"[a-z][a-z0-9]{2,23}")
_STOP_WORDS = frozenset(
    """
    about after again all also always and any are because been before being between both but can cannot could does each
    either every for from has have having her here how into its itself may might more most must not only other our out
    over own same see should some such than that the their them then there these they this those through under until
    use used uses using via was were what when where which while who will with within without would you your
    """.split()
)

GraphNode = int | list[Any] | dict[str, list[str]]
"""A shape of the graph: 0 is nothing to be found; a structure is `[name, target, name, target, ...]`; an enum is
`{"e": values}`. Lists and maps stand for what they hold, or are `[key, value]` where both can be found."""


class NameRecord(NamedTuple):
    """A name: kind, text, operation and anchor of its best location, and number of operations that have it."""

    kind: int
    name: str
    operation: int
    anchor: str
    operations: int


class SearchEntries(TypedDict):
    """What can be found in one service; JSON can carry it. Operations are numbered A to Z.

    `roots` has for each operation the anchors of its request, response and errors, each with its node of `nodes`.
    `words` has for each word of documentation the operations that are described with it, and the places of members
    that are: operation and anchor.
    """

    service: str
    title: str
    operations: list[str]
    roots: list[list[Any]]
    nodes: list[GraphNode]
    names: list[NameRecord]
    words: dict[str, tuple[list[int], list[tuple[int, str]]]]


class NameOccurrence(NamedTuple):
    """A name at a location of an operation; `documentation` is None if unknown."""

    kind: int
    name: str
    anchor: str
    depth: int
    documentation: str | None


def search_entries(service: Service, service_name: str) -> SearchEntries:
    """Return what the search finds in a service, given its model and SDK name."""
    graph = _ShapeGraph(service)
    operations = sorted(service.operations, key=_javascript_sort_key)
    roots = [graph.operation_roots(service.operations[each]) for each in operations]
    best: dict[tuple[int, str], tuple[tuple[bool, int, int], int, NameOccurrence]] = {}
    counts: dict[tuple[int, str], int] = {}
    for number, root in enumerate(roots):
        seen = set()
        for side, place in graph.occurrences(service.operations[operations[number]], root):
            key = place.kind, place.name
            if key not in seen:
                seen.add(key)
                counts[key] = counts.get(key, 0) + 1
            rank = side == 2, place.depth, side
            if key not in best or rank < best[key][0]:
                best[key] = rank, number, place
    found = sorted(best.items())
    return SearchEntries(
        service=service_name,
        title=service.full_name or service_name,
        operations=operations,
        roots=roots,
        nodes=graph.nodes,
        names=[NameRecord(*key, number, place.anchor, counts[key]) for key, (_, number, place) in found],
        words=_word_index([service.operations[each] for each in operations], [entry for _, entry in found]),
    )


def _javascript_sort_key(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _word_index(
    operations: Sequence[Operation], members: Sequence[tuple[tuple[bool, int, int], int, NameOccurrence]]
) -> dict[str, tuple[list[int], list[tuple[int, str]]]]:
    found: dict[str, tuple[list[int], list[tuple[int, str]]]] = {}
    for number, operation in enumerate(operations):
        for word in search_terms(operation.documentation):
            found.setdefault(word, ([], []))[0].append(number)
    for _, number, place in sorted(members, key=lambda entry: entry[0]):
        for word in search_terms(searchable_sentence(place.documentation or "")):
            listed = found.setdefault(word, ([], []))[1]
            if len(listed) < MAX_MEMBERS_OF_WORD:
                listed.append((number, place.anchor))
    return {word: found[word] for word in sorted(found)}


def searchable_sentence(documentation: str) -> str:
    """Return the first sentence of a documentation string as text, good enough for searching."""
    return _SENTENCE_END.split(_searchable_text(documentation[:SENTENCE_SEARCH_LIMIT]).strip(), maxsplit=1)[0]


def search_terms(documentation: str) -> list[str]:
    """Return the words by which a documentation string is found, each once, A to Z."""
    return sorted(set(_WORD.findall(_searchable_text(documentation).lower())) - _STOP_WORDS)


def _searchable_text(documentation: str) -> str:
    return (
        unescape(_HTML_TAG.sub(" ", documentation)) if "<" in documentation or "&" in documentation else documentation
    )


class _ShapeGraph:
    """The names that the operations of a service reach, as a graph."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.nodes: list[GraphNode] = [0]
        self.documentation: dict[int, list[str | None]] = {}
        self.node_numbers: dict[tuple[str, tuple[str, ...] | None], int] = {}

    def operation_roots(self, operation: Operation) -> list[Any]:
        """Return the anchors of request, response and errors, each with the number of its node."""
        request = 0 if operation.input is None else self.request_node(operation.input)
        response = 0 if operation.output is None else self.shape_node(operation.output)
        errors = [
            part for error in operation.errors for part in (f"error.{html_id(error.target)}", self.shape_node(error))
        ]
        return ["request", request, "response", response, *errors]

    def request_node(self, member: Member) -> int:
        """Return the node of an input. Pages do not list the contents of event streams in requests."""
        number = self.shape_node(member)
        shape = self.service.shape(member)
        streams = {each.name for each in shape.members.values() if self.service.trait(each, "eventstream")}
        content = self.nodes[number]
        if not streams or not isinstance(content, list):
            return number
        named = zip(content[::2], content[1::2], strict=True)
        inner = [part for name, target in named for part in (name, 0 if name in streams else target)]
        without = self._add_node((shape.name, ("sent",)), inner)
        self.documentation[without] = self.documentation[number]
        return without

    def shape_node(self, member: Member) -> int:
        """Return the node of the shape that a member targets, after creating all nodes below it."""
        waiting: list[tuple[int, Member]] = []
        number = self._target_node(member, waiting)
        while waiting:
            structure, part = waiting.pop()
            shape = self.service.shape(part)
            inner = shape.members.values()
            self.nodes[structure] = [piece for each in inner for piece in (each.name, self._target_node(each, waiting))]
            self.documentation[structure] = [self.service.documentation_of(each) for each in inner]
        return number

    def _target_node(self, member: Member, pending: list[tuple[int, Member]]) -> int:
        shape = self.service.shape(member)
        parts: list[int] = []
        around = set()
        while shape.type in ("list", "map") and shape.name not in around:
            around.add(shape.name)
            if shape.type == "map" and self.service.shape(shape.members["key"]).type == "string":
                parts.append(self._leaf_node(shape.members["key"], pending))
            member = shape.members["member" if shape.type == "list" else "value"]
            shape = self.service.shape(member)
        parts.append(self._leaf_node(member, pending))
        found = [part for part in parts if part]
        if len(found) < 2:
            return found[0] if found else 0
        return self._add_node(("map", tuple(map(str, found))), found)

    def _leaf_node(self, member: Member, pending: list[tuple[int, Member]]) -> int:
        shape = self.service.shape(member)
        if shape.type == "structure":
            if self.service.trait(member, "document"):
                return 0
            key = shape.name, None
            if key not in self.node_numbers:
                pending.append((self._add_node(key, []), member))
            return self.node_numbers[key]
        values = self.service.trait(member, "enum")
        if shape.type == "string" and isinstance(values, list) and values:
            values = tuple(str(value) for value in values)
            return self._add_node(("", values), {"e": list(values)})
        return 0

    def _add_node(self, key: tuple[str, tuple[str, ...] | None], node: GraphNode) -> int:
        if key not in self.node_numbers:
            self.node_numbers[key] = len(self.nodes)
            self.nodes.append(node)
        return self.node_numbers[key]

    def occurrences(self, operation: Operation, roots: Sequence[Any]) -> Iterator[tuple[int, NameOccurrence]]:
        """Yield every name of an operation with its side; members of a structure only where it first appears."""
        begins = list(zip(roots[::2], roots[1::2], strict=True))
        for side, (anchor, node) in enumerate(begins[:2]):
            for place in self._occurrences_below(node, anchor):
                yield side, place
        for (anchor, node), error in zip(begins[2:], operation.errors, strict=True):
            yield 2, NameOccurrence(ERROR, error.target, anchor, 0, self.service.documentation_of(error))
            for place in self._occurrences_below(node, anchor):
                yield 2, place._replace(anchor=anchor)

    def _occurrences_below(self, root: int, anchor: str) -> Iterator[NameOccurrence]:
        seen = {root}
        level = [self._node_members(root, anchor)]
        while level:
            step = next(level[-1], None)
            if step is None:
                level.pop()
                continue
            name, target, documentation, location = step
            yield NameOccurrence(MEMBER, name, location, len(level), documentation)
            depth = len(level)
            for node in self._inner_nodes(target):
                content = self.nodes[node]
                if isinstance(content, dict):
                    for value in content["e"]:
                        yield NameOccurrence(VALUE, value, location, depth, None)
                elif node not in seen:
                    seen.add(node)
                    level.append(self._node_members(node, location))

    def _inner_nodes(self, node: int) -> Sequence[int]:
        content = self.nodes[node]
        if isinstance(content, list) and content and isinstance(content[0], int):
            return content
        return (node,) if node else ()

    def _node_members(self, node: int, anchor: str) -> Iterator[tuple[str, int, str | None, str]]:
        content = self.nodes[node]
        if isinstance(content, list):
            for name, target, documentation in zip(
                content[::2], content[1::2], self.documentation.get(node, ()), strict=False
            ):
                yield name, target, documentation, f"{anchor}.{html_id(name)}"
