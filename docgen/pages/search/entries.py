"""What can be found in a service: its operations, members, enum values, errors, and the words said of them.

`search_entries` makes plain data from one service, which can be kept and made in any process; `shards` merges those
of all services into the files that the site's script loads. A member of a structure that is used in many places has
one record, with the place that a reader should see first; the graph, the bare skeleton of the model, lets the script
work out all other places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any, NamedTuple, TypedDict

from docgen.model.service import Member, Operation, Service
from docgen.render.addresses import id_of

MEMBER, VALUE, ERROR = range(3)
"""Kinds of names: a member of a request, response or error; a value of an enum; an error."""

SPOKEN = 600
"""Characters of a documentation string in which its first sentence is looked for."""

FEW = 2
"""Members of one service that a word of documentation leads to, those nearest to the top."""

_TAG = re.compile(r"<[^<>]*>")
_SENTENCE = re.compile(r"(?<=[.!?])\s")
_WORD = re.compile(r"[a-z][a-z0-9]{2,23}")
_COMMON = frozenset(
    """
    about after again all also always and any are because been before being between both but can cannot could does each
    either every for from has have having her here how into its itself may might more most must not only other our out
    over own same see should some such than that the their them then there these they this those through under until
    use used uses using via was were what when where which while who will with within without would you your
    """.split()
)

Node = int | list[Any] | dict[str, list[str]]
"""A shape of the graph: 0 is nothing to be found; a structure is `[name, target, name, target, ...]`; an enum is
`{"e": values}`. Lists and maps stand for what they hold, or are `[key, value]` where both can be found."""


class Record(NamedTuple):
    """A name, how many operations have it, and the place that shows it best: an operation and an anchor on its page."""

    kind: int
    name: str
    operation: int
    anchor: str
    operations: int


class Entries(TypedDict):
    """What can be found in one service; JSON can carry it. Operations are numbered A to Z.

    `roots` has for each operation the anchors of its request, response and errors, each with its node of `nodes`.
    `words` has for each word of documentation the operations that are described with it, and the places of members
    that are: operation and anchor.
    """

    service: str
    title: str
    operations: list[str]
    roots: list[list[Any]]
    nodes: list[Node]
    names: list[Record]
    words: dict[str, tuple[list[int], list[tuple[int, str]]]]


class Place(NamedTuple):
    """A name at a place of an operation; `said` is the documentation there, None where that is not known."""

    kind: int
    name: str
    anchor: str
    depth: int
    said: str | None


def search_entries(service: Service, name: str) -> Entries:
    """What can be found in `service`, whose SDK name is `name`."""
    graph = _Graph(service)
    operations = sorted(service.operations, key=_as_scripts_sort)
    roots = [graph.roots(service.operations[each]) for each in operations]
    best: dict[tuple[int, str], tuple[tuple[bool, int, int], int, Place]] = {}
    counts: dict[tuple[int, str], int] = {}
    for number, root in enumerate(roots):
        seen = set()
        for side, place in graph.places(service.operations[operations[number]], root):
            key = place.kind, place.name
            if key not in seen:
                seen.add(key)
                counts[key] = counts.get(key, 0) + 1
            rank = side == 2, place.depth, side
            if key not in best or rank < best[key][0]:
                best[key] = rank, number, place
    found = sorted(best.items())
    return Entries(
        service=name,
        title=service.full_name or name,
        operations=operations,
        roots=roots,
        nodes=graph.nodes,
        names=[Record(*key, number, place.anchor, counts[key]) for key, (_, number, place) in found],
        words=_words([service.operations[each] for each in operations], [entry for _, entry in found]),
    )


def _as_scripts_sort(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _words(
    operations: Sequence[Operation], members: Sequence[tuple[tuple[bool, int, int], int, Place]]
) -> dict[str, tuple[list[int], list[tuple[int, str]]]]:
    found: dict[str, tuple[list[int], list[tuple[int, str]]]] = {}
    for number, operation in enumerate(operations):
        for word in words(operation.documentation):
            found.setdefault(word, ([], []))[0].append(number)
    for _, number, place in sorted(members, key=lambda entry: entry[0]):
        for word in words(first_sentence(place.said or "")):
            listed = found.setdefault(word, ([], []))[1]
            if len(listed) < FEW:
                listed.append((number, place.anchor))
    return {word: found[word] for word in sorted(found)}


def first_sentence(documentation: str) -> str:
    """The first sentence of a documentation string, as text; only good for finding."""
    return _SENTENCE.split(_text(documentation[:SPOKEN]).strip(), maxsplit=1)[0]


def words(documentation: str) -> list[str]:
    """The words of a documentation string by which it can be found, each once, A to Z."""
    return sorted(set(_WORD.findall(_text(documentation).lower())) - _COMMON)


def _text(documentation: str) -> str:
    return unescape(_TAG.sub(" ", documentation)) if "<" in documentation or "&" in documentation else documentation


class _Graph:
    """The skeleton of a service: what its operations reach, with names and nothing else."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.nodes: list[Node] = [0]
        self.said: dict[int, list[str | None]] = {}
        self.numbers: dict[tuple[str, tuple[str, ...] | None], int] = {}

    def roots(self, operation: Operation) -> list[Any]:
        """Where an operation begins: anchors, each with the number of its node."""
        request = 0 if operation.input is None else self.sent(operation.input)
        response = 0 if operation.output is None else self.node(operation.output)
        errors = [part for error in operation.errors for part in (f"error.{id_of(error.target)}", self.node(error))]
        return ["request", request, "response", response, *errors]

    def sent(self, member: Member) -> int:
        """The number of an input: pages do not list what is in an event stream that is sent."""
        number = self.node(member)
        shape = self.service.shape(member)
        streams = {each.name for each in shape.members.values() if self.service.trait(each, "eventstream")}
        content = self.nodes[number]
        if not streams or not isinstance(content, list):
            return number
        named = zip(content[::2], content[1::2], strict=True)
        inner = [part for name, target in named for part in (name, 0 if name in streams else target)]
        without = self._kept((shape.name, ("sent",)), inner)
        self.said[without] = self.said[number]
        return without

    def node(self, member: Member) -> int:
        """The number of what `member` targets; all that lies below it has one too when this returns."""
        waiting: list[tuple[int, Member]] = []
        number = self._number(member, waiting)
        while waiting:
            structure, part = waiting.pop()
            shape = self.service.shape(part)
            inner = shape.members.values()
            self.nodes[structure] = [piece for each in inner for piece in (each.name, self._number(each, waiting))]
            self.said[structure] = [self.service.documentation_of(each) for each in inner]
        return number

    def _number(self, member: Member, waiting: list[tuple[int, Member]]) -> int:
        shape = self.service.shape(member)
        parts: list[int] = []
        around = set()
        while shape.type in ("list", "map") and shape.name not in around:
            around.add(shape.name)
            if shape.type == "map" and self.service.shape(shape.members["key"]).type == "string":
                parts.append(self._plain(shape.members["key"], waiting))
            member = shape.members["member" if shape.type == "list" else "value"]
            shape = self.service.shape(member)
        parts.append(self._plain(member, waiting))
        found = [part for part in parts if part]
        if len(found) < 2:
            return found[0] if found else 0
        return self._kept(("map", tuple(map(str, found))), found)

    def _plain(self, member: Member, waiting: list[tuple[int, Member]]) -> int:
        shape = self.service.shape(member)
        if shape.type == "structure":
            if self.service.trait(member, "document"):
                return 0
            key = shape.name, None
            if key not in self.numbers:
                waiting.append((self._kept(key, []), member))
            return self.numbers[key]
        values = self.service.trait(member, "enum")
        if shape.type == "string" and isinstance(values, list) and values:
            values = tuple(str(value) for value in values)
            return self._kept(("", values), {"e": list(values)})
        return 0

    def _kept(self, key: tuple[str, tuple[str, ...] | None], node: Node) -> int:
        if key not in self.numbers:
            self.numbers[key] = len(self.nodes)
            self.nodes.append(node)
        return self.numbers[key]

    def places(self, operation: Operation, roots: Sequence[Any]) -> Iterator[tuple[int, Place]]:
        """Every name of an operation, with its side; the members of a structure where it comes first on that side."""
        begins = list(zip(roots[::2], roots[1::2], strict=True))
        for side, (anchor, node) in enumerate(begins[:2]):
            for place in self._below(node, anchor):
                yield side, place
        for (anchor, node), error in zip(begins[2:], operation.errors, strict=True):
            yield 2, Place(ERROR, error.target, anchor, 0, self.service.documentation_of(error))
            for place in self._below(node, anchor):
                yield 2, place._replace(anchor=anchor)

    def _below(self, root: int, anchor: str) -> Iterator[Place]:
        seen = {root}
        level = [self._members(root, anchor)]
        while level:
            step = next(level[-1], None)
            if step is None:
                level.pop()
                continue
            name, target, said, at = step
            yield Place(MEMBER, name, at, len(level), said)
            depth = len(level)
            for node in self._parts(target):
                content = self.nodes[node]
                if isinstance(content, dict):
                    for value in content["e"]:
                        yield Place(VALUE, value, at, depth, None)
                elif node not in seen:
                    seen.add(node)
                    level.append(self._members(node, at))

    def _parts(self, node: int) -> Sequence[int]:
        content = self.nodes[node]
        if isinstance(content, list) and content and isinstance(content[0], int):
            return content
        return (node,) if node else ()

    def _members(self, node: int, anchor: str) -> Iterator[tuple[str, int, str | None, str]]:
        content = self.nodes[node]
        if isinstance(content, list):
            for name, target, said in zip(content[::2], content[1::2], self.said.get(node, ()), strict=False):
                yield name, target, said, f"{anchor}.{id_of(name)}"
