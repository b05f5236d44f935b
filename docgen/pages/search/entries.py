"""What the search finds in a service: operations, members, enum values, errors, and words of their documentation.

`search_entries` returns plain data of one service; `docgen.pages.search.files` merges those of all services. A member
of a shape that is used in many places has one record, with its best location. The script of the site derives the other
locations from a graph of the shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import unescape
from typing import Any, NamedTuple, TypedDict

from docgen.model.service import Member, Operation, Service
from docgen.render.addresses import NO_FOLDERS, html_id, operation_folder

MEMBER, VALUE, ERROR = range(3)
"""Kinds of names: a member of a request, response or error; a value of an enum; an error."""

TYPE = 4
"""A type with a page, whose record has the folder of that page as its anchor, and no operation (-1)."""

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

    `folders` has the folders of operations that are not called like them.
    `roots` has for each operation the anchors of its request, response and errors, each with its node of `nodes`.
    `words` has for each word of documentation the operations that are described with it, and the places of members
    that are: operation and anchor.
    """

    service: str
    title: str
    operations: list[str]
    folders: dict[str, str]
    roots: list[list[Any]]
    nodes: list[GraphNode]
    names: list[NameRecord]
    words: dict[str, tuple[list[int], list[tuple[int, str]]]]


Location = str | tuple["Location", str]
"""Where a name is: an anchor, or a location and the name of a member there. Few are needed as text."""


class NameOccurrence(NamedTuple):
    """The best location of a name. `rank` is the lower the better; `documentation` is None if unknown."""

    rank: int
    operation: int
    location: Location
    documentation: str | None

    @property
    def anchor(self) -> str:
        """The HTML id of the location."""
        location, names = self.location, []
        while not isinstance(location, str):
            location, name = location
            names.append(html_id(name))
        return ".".join([location, *reversed(names)])


NameKey = tuple[int, str]
"""Kind and text of a name."""

_DEPTH_RANK, _ERROR_RANK = 4, 1 << 32
"""A name in an error is worse than any other, then a deeper one is; then one of a response, which has rank 1."""


def search_entries(
    service: Service,
    service_name: str,
    folders: Mapping[str, str] = NO_FOLDERS,
    types: Iterable[tuple[str, str, int]] = (),
) -> SearchEntries:
    """Return what the search finds in a service.

    Args:
        service: The model.
        service_name: SDK name of the service.
        folders: Folders of operations whose names differ only by case.
        types: Name, folder and number of operations of each type with a page.
    """
    graph = _ShapeGraph(service)
    operations = sorted(service.operations, key=_javascript_sort_key)
    roots = [graph.operation_roots(service.operations[each]) for each in operations]
    best: dict[NameKey, NameOccurrence] = {}
    counts: dict[NameKey, int] = {}
    for number, root in enumerate(roots):
        graph.add_names(number, service.operations[operations[number]], root, best, counts)
    found = sorted(best.items(), key=lambda item: item[0])
    return SearchEntries(
        service=service_name,
        title=service.full_name or service_name,
        operations=operations,
        folders={name: folder for name in operations if (folder := operation_folder(name, folders)) != name},
        roots=roots,
        nodes=graph.nodes,
        names=[
            *(NameRecord(*key, place.operation, place.anchor, counts[key]) for key, place in found),
            *(NameRecord(TYPE, name, -1, folder, count) for name, folder, count in types),
        ],
        words=_word_index([service.operations[each] for each in operations], [entry for _, entry in found]),
    )


def _javascript_sort_key(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _word_index(
    operations: Sequence[Operation], members: Sequence[NameOccurrence]
) -> dict[str, tuple[list[int], list[tuple[int, str]]]]:
    found: dict[str, tuple[list[int], list[tuple[int, str]]]] = {}
    for number, operation in enumerate(operations):
        for word in _terms(operation.documentation):
            found.setdefault(word, ([], []))[0].append(number)
    for place in sorted(members, key=lambda place: place.rank):
        anchor = ""
        for word in _terms(searchable_sentence(place.documentation)) if place.documentation else ():
            listed = found.setdefault(word, ([], []))[1]
            if len(listed) < MAX_MEMBERS_OF_WORD:
                anchor = anchor or place.anchor
                listed.append((place.operation, anchor))
    return {word: found[word] for word in sorted(found)}


def searchable_sentence(documentation: str) -> str:
    """Return the first sentence of a documentation string as text, good enough for searching."""
    return _SENTENCE_END.split(_searchable_text(documentation[:SENTENCE_SEARCH_LIMIT]).strip(), maxsplit=1)[0]


def search_terms(documentation: str) -> list[str]:
    """Return the words by which a documentation string is found, each once, A to Z."""
    return sorted(_terms(documentation))


def _terms(documentation: str) -> set[str]:
    return set(_WORD.findall(_searchable_text(documentation).lower())) - _STOP_WORDS


def _searchable_text(documentation: str) -> str:
    return (
        unescape(_HTML_TAG.sub(" ", documentation)) if "<" in documentation or "&" in documentation else documentation
    )


_Occurrence = tuple[NameKey, int, Location, str | None]
"""A name at a location: the rank of that, the location, and the documentation, if known."""

_NodeMember = tuple[NameKey, str | None, Sequence[int]]


class _ShapeGraph:
    """The names that the operations of a service reach, as a graph."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.nodes: list[GraphNode] = [0]
        self.documentation: dict[int, list[str | None]] = {}
        self.node_numbers: dict[tuple[str, tuple[str, ...] | None], int] = {}
        self.node_members: dict[int, list[_NodeMember]] = {}

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
        without = self._add_node((member.target, ("sent",)), inner)
        self.documentation[without] = self.documentation[number]
        return without

    def shape_node(self, member: Member) -> int:
        """Return the node of the shape that a member targets, after creating all nodes below it."""
        waiting: list[tuple[int, Member]] = []
        number = self._target_node(member, waiting)
        while waiting:
            structure, part = waiting.pop()
            shape = self.service.shape(part)
            self.nodes[structure] = [
                piece for name, each in shape.members.items() for piece in (name, self._target_node(each, waiting))
            ]
            self.documentation[structure] = [self.service.documentation_of(each) for each in shape.members.values()]
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
            key = member.target, None
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

    def add_names(
        self,
        number: int,
        operation: Operation,
        roots: Sequence[Any],
        best: dict[NameKey, NameOccurrence],
        counts: dict[NameKey, int],
    ) -> None:
        """Count every name of an operation, and keep its location if it is the best so far.

        Args:
            number: The number of the operation.
            operation: The operation.
            roots: What `operation_roots` returns for it.
            best: The best location of each name.
            counts: The number of operations that have each name.
        """
        seen: set[NameKey] = set()
        for key, rank, location, documentation in self._occurrences(operation, roots):
            if key not in seen:
                seen.add(key)
                counts[key] = counts.get(key, 0) + 1
            found = best.get(key)
            if found is None or rank < found.rank:
                best[key] = NameOccurrence(rank, number, location, documentation)

    def _occurrences(self, operation: Operation, roots: Sequence[Any]) -> Iterator[_Occurrence]:
        """Yield every name of an operation; members of a structure only where it first appears."""
        begins = list(zip(roots[::2], roots[1::2], strict=True))
        for side, (anchor, node) in enumerate(begins[:2]):
            yield from self._occurrences_below(node, anchor, side)
        yield from self._other_names(operation)
        for (anchor, node), error in zip(begins[2:], operation.errors, strict=True):
            yield (ERROR, error.target), _ERROR_RANK, anchor, self.service.documentation_of(error)
            for key, rank, _, documentation in self._occurrences_below(node, anchor, _ERROR_RANK):
                yield key, rank, anchor, documentation

    def _other_names(self, operation: Operation) -> Iterator[_Occurrence]:
        """Yield the earlier names of a method, and the names in the model of parameters that Python calls otherwise.

        Parameters that are not documented have only a name in the model.
        """
        for name in operation.call.aliases:
            yield (MEMBER, name), _DEPTH_RANK, "request", None
        members = self.service.shape(operation.input).members if operation.input else {}
        for name, member in members.items():
            if member.name != name:
                documentation = self.service.documentation_of(member)
                yield (MEMBER, member.name), _DEPTH_RANK, ("request", name), documentation
        for name in operation.call.hidden:
            yield (MEMBER, name), _DEPTH_RANK, "request", None

    def _occurrences_below(self, root: int, anchor: str, side_rank: int) -> Iterator[_Occurrence]:
        seen = {root}
        level: list[tuple[Iterator[_NodeMember], Location]] = [(iter(self._node_members(root)), anchor)]
        rank = side_rank + _DEPTH_RANK
        while level:
            members, around = level[-1]
            member = next(members, None)
            if member is None:
                level.pop()
                rank -= _DEPTH_RANK
                continue
            key, documentation, inner_nodes = member
            location = around, key[1]
            yield key, rank, location, documentation
            opened = 0
            for node in inner_nodes:
                content = self.nodes[node]
                if isinstance(content, dict):
                    for value in content["e"]:
                        yield (VALUE, value), rank, location, None
                elif node not in seen:
                    seen.add(node)
                    level.append((iter(self._node_members(node)), location))
                    opened += _DEPTH_RANK
            rank += opened

    def _inner_nodes(self, node: int) -> Sequence[int]:
        content = self.nodes[node]
        if isinstance(content, list) and content and isinstance(content[0], int):
            return content
        return (node,) if node else ()

    def _node_members(self, node: int) -> list[_NodeMember]:
        """Return the members of a structure: each as a name, with its documentation and the nodes that it holds."""
        if node not in self.node_members:
            content = self.nodes[node]
            documented = self.documentation.get(node, ()) if isinstance(content, list) else ()
            pairs = zip(content[::2], content[1::2], strict=True) if documented and isinstance(content, list) else ()
            self.node_members[node] = [
                ((MEMBER, name), documentation, self._inner_nodes(target))
                for (name, target), documentation in zip(pairs, documented, strict=True)
            ]
        return self.node_members[node]
