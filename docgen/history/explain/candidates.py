"""The places that an error message fits: those with exactly the members, or most of the values, that it lists.

Messages rarely name a service or an operation, but they list what stands at a place. The whole history is asked which
places ever had that: one pass over the names, then only the shapes that remain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from docgen.history.elements import decode
from docgen.history.history import History
from docgen.history.path_history import Places, Slot
from docgen.history.reader import Api
from docgen.history.release_sets import Spans, union
from docgen.model.names import method_name

_ASKED = 300
"""Names of one list that the file is asked for; the rest are compared afterwards."""


Call = tuple[str, str]
"""Service and operation."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A place in a request, and the releases in which it has exactly the names that a message lists."""

    service: str
    operation: str
    steps: tuple[str, ...]
    names: frozenset[str]
    exact: Spans

    @property
    def call(self) -> Call:
        """Service and operation."""
        return self.service, self.operation


def fits(
    history: History,
    path: Sequence[str],
    known: Sequence[str],
    *,
    whole: bool,
    services: Collection[str] = (),
    calls: Iterable[Call] | None = None,
) -> list[Fit]:
    """The places at `path` of a request that list these names in some release: exactly, if any do, else among others.

    `calls` are the services and operations to look at; without them all are, of some services or of the whole history.
    """
    wanted = frozenset(known)
    if calls is None:
        calls = sorted(set(_search(history, path, wanted, services)))
    there = [fit for call in calls if (fit := _fit(history, *call, path, wanted)) is not None]
    exact = [fit for fit in there if fit.exact] if whole else []
    return exact or there


def _search(history: History, path: Sequence[str], wanted: frozenset[str], services: Collection[str]) -> Iterator[Call]:
    """The calls whose request has a place at `path` where a shape stands that once had all these names."""
    apis = {api.id: api for api in history.reader.apis() if not services or api.service in services}
    shapes: dict[int, set[str]] = {}
    for number, shape in _holders(history, wanted, apis if services else ()):
        shapes.setdefault(number, set()).add(shape)
    for number in sorted(shapes):
        api = apis[number]
        spans = dict(history.apis.of(api.service)).get(api, ())
        if spans:
            for operation in _reaching(history, api, spans, path, shapes[number]):
                yield api.service, operation


def _holders(history: History, wanted: Collection[str], apis: Collection[int]) -> list[tuple[int, str]]:
    """The shapes that once had all of the members: API and shape. Of some APIs, or with none given of all."""
    asked = sorted(wanted, key=lambda name: (-len(name), name))[:_ASKED]
    among = f"api IN ({_marks(apis)}) AND" if apis else ""
    return history.reader.rows(
        "SELECT api, substr(id, 1, instr(id, '$') - 1) AS shape FROM lifetime "  # noqa: S608 - only question marks
        f"WHERE {among} kind = 'member' AND substr(id, instr(id, '$') + 1) IN ({_marks(asked)}) "
        "GROUP BY api, shape HAVING count(DISTINCT id) = ? ORDER BY api, shape",
        *apis,
        *asked,
        len(asked),
    )


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


def _reaching(history: History, api: Api, spans: Spans, path: Sequence[str], shapes: set[str]) -> Iterator[str]:
    """The operations that have one of the shapes at a path of their request."""
    inputs: dict[str, set[str]] = {}
    for name, content in history.reader.rows(
        "SELECT name, content FROM element WHERE api = ? AND kind = 'operation' ORDER BY name", api.id
    ):
        target = decode(content).get("input", {}).get("shape")
        if target is not None:
            inputs.setdefault(name, set()).add(target)
    if not path:
        yield from (name for name, targets in inputs.items() if targets & shapes)
        return
    holding = {
        id.partition("$")[0]
        for (id,) in history.reader.rows(
            "SELECT DISTINCT id FROM lifetime WHERE api = ? AND kind = 'member' AND substr(id, instr(id, '$') + 1) = ?",
            api.id,
            path[0],
        )
    }
    places = Places(history, api, spans)
    for name, targets in inputs.items():
        if targets & holding and {slot.target for slot in follow(places, name, path)[1]} & shapes:
            yield name


def _fit(history: History, service: str, operation: str, path: Sequence[str], wanted: frozenset[str]) -> Fit | None:
    """How a place fits: None if it never had the names."""
    exact: list[tuple[int, int]] = []
    names: set[str] = set()
    taken: tuple[str, ...] = ()
    fitting = False
    for api, spans in history.apis.of(service):
        steps, slots = follow(Places(history, api, spans), operation, path)
        for slot in slots:
            for start, end, shape in history.apis.versions(api, "shape", slot.target):
                start, end = slot.within(start, end)
                if start < end and shape.get("type") == "structure":
                    members = set(shape.get("members", ()))
                    names |= members
                    taken = steps
                    fitting = fitting or members >= wanted
                    exact += [(start, end)] if members == wanted else []
    return Fit(service, operation, taken, frozenset(names), union(exact)) if fitting else None


def follow(places: Places, operation: str, path: Sequence[str]) -> tuple[tuple[str, ...], list[Slot]]:
    """What stands at a path as messages write it, and that path as docgen does: `Tags[0]` is `Tags[]`."""
    slots = places.root(operation, "request")
    steps: list[str] = []
    for word in path:
        for step in ("[]",) if word[0] == "[" else (word, "{value}"):
            inner = places.step(slots, step)
            if inner:
                slots, steps = inner, [*steps, step]
                break
        else:
            if not steps or steps[-1] != "{value}":  # a key may hold dots
                return (), []
    return tuple(steps), slots


def spelt(places: Places, operation: str, path: Sequence[str]) -> tuple[str, ...]:
    """A path as services write it, in the model's words: `vpcConfig.subnetIds` may be `VpcConfig.SubnetIds`."""
    slots = places.root(operation, "request")
    words: list[str] = []
    for word in path:
        if word[0] != "[":
            names = {fold(name): name for name in places.names(slots)}
            word = names.get(fold(word), word)
        inner = places.step(slots, "[]" if word[0] == "[" else word)
        slots, words = inner or slots, [*words, word]
    return tuple(words)


def fold(name: str) -> str:
    """A name without what spellings differ in: `vpc_config`, `vpcConfig` and `VpcConfig` are one."""
    return re.sub(r"[\W_]", "", name).lower()


def operations_called(history: History, names: Collection[str], services: Collection[str]) -> list[Call]:
    """The calls of operations, in the model's spelling or Python's: of some services, or with none given of all."""
    found: dict[Call, None] = {}
    for service, operation in history.reader.rows(
        "SELECT DISTINCT api.service, element.name FROM api, element "
        "WHERE element.api = api.id AND element.kind = 'operation' ORDER BY api.service, element.name"
    ):
        if (not services or service in services) and (operation in names or method_name(operation) in names):
            found[service, operation] = None
    return list(found)


def enum_values(history: History, service: str, shape: str) -> set[str]:
    """The values that a shape ever had."""
    found = ids_of(history, service, "enum-value")
    return {id.partition("$")[2] for id in found if id.startswith(f"{shape}$")}


def enum_holders(history: History, known: Collection[str], services: Collection[str]) -> list[tuple[str, str, int]]:
    """The enums, of some services or of all, that share most values with a list: service, shape, how many."""
    asked = sorted(known)[:_ASKED]
    shared: Counter[tuple[str, str]] = Counter()
    for service, id in history.reader.rows(
        "SELECT DISTINCT api.service, lifetime.id FROM lifetime JOIN api ON api.id = lifetime.api "  # noqa: S608
        f"WHERE lifetime.kind = 'enum-value' AND substr(lifetime.id, instr(lifetime.id, '$') + 1) IN ({_marks(asked)})",
        *asked,
    ):
        if not services or service in services:
            shared[service, id.partition("$")[0]] += 1
    most = max(shared.values(), default=0)
    return sorted((service, shape, count) for (service, shape), count in shared.items() if count == most)


def ids_of(history: History, service: str, kind: str) -> list[str]:
    """The ids of a kind that a service ever had."""
    found = []
    for api, _ in history.apis.of(service):
        found += history.reader.rows("SELECT DISTINCT id FROM lifetime WHERE api = ? AND kind = ?", api.id, kind)
    return [id for (id,) in found]
