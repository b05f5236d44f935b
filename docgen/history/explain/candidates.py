"""The places that an error message fits: those with exactly the members, or most of the values, that it lists.

Messages rarely name a service or an operation, but they list what stands at a place. The whole history is asked which
places ever had that: one pass over the names, then only the shapes that remain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from docgen.history.elements import decode_json
from docgen.history.history import History
from docgen.history.path_history import PathHistory, ReferenceSpan
from docgen.history.reader import Api
from docgen.history.release_sets import ReleaseSet, union
from docgen.model.element_id import ElementId
from docgen.model.names import method_name
from docgen.wording import normalize_name

_MAX_QUERIED_NAMES = 300
"""Names of one list that the file is asked for; the rest are compared afterwards."""


ServiceOperation = tuple[str, str]
"""Service and operation."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place in a request, and the releases in which it has exactly the names that a message lists."""

    service: str
    operation: str
    path: tuple[str, ...]
    member_names: frozenset[str]
    exact_releases: ReleaseSet

    @property
    def service_operation(self) -> ServiceOperation:
        """Service and operation."""
        return self.service, self.operation


def find_candidates(
    history: History,
    path: Sequence[str],
    known_names: Sequence[str],
    *,
    is_complete: bool,
    services: Collection[str] = (),
    operations: Iterable[ServiceOperation] | None = None,
) -> list[Candidate]:
    """The places at `path` of a request that list these names in some release: exactly, if any do, else among others.

    `calls` are the services and operations to look at; without them all are, of some services or of the whole history.
    """
    wanted = frozenset(known_names)
    if operations is None:
        operations = sorted(set(_search_operations(history, path, wanted, services)))
    there = [fit for call in operations if (fit := _match_candidate(history, *call, path, wanted)) is not None]
    exact = [fit for fit in there if fit.exact_releases] if is_complete else []
    return exact or there


def _search_operations(
    history: History, path: Sequence[str], known_names: frozenset[str], services: Collection[str]
) -> Iterator[ServiceOperation]:
    """The calls whose request has a place at `path` where a shape stands that once had all these names."""
    apis = {api.id: api for api in history.reader.apis() if not services or api.service in services}
    shapes: dict[int, set[str]] = {}
    for number, shape in _shapes_with_members(history, known_names, apis if services else ()):
        shapes.setdefault(number, set()).add(shape)
    for number in sorted(shapes):
        api = apis[number]
        spans = dict(history.apis.default_spans(api.service)).get(api, ())
        if spans:
            for operation in _operations_reaching(history, api, spans, path, shapes[number]):
                yield api.service, operation


def _shapes_with_members(
    history: History, member_names: Collection[str], api_ids: Collection[int]
) -> list[tuple[int, str]]:
    """The shapes that once had all of the members: API and shape. Of some APIs, or with none given of all."""
    asked = sorted(member_names, key=lambda name: (-len(name), name))[:_MAX_QUERIED_NAMES]
    among = f"api IN ({_placeholders(api_ids)}) AND" if api_ids else ""
    return history.reader.query(
        "SELECT api, substr(id, 1, instr(id, '$') - 1) AS shape FROM lifetime "  # noqa: S608 - only question marks
        f"WHERE {among} kind = 'member' AND substr(id, instr(id, '$') + 1) IN ({_placeholders(asked)}) "
        "GROUP BY api, shape HAVING count(DISTINCT id) = ? ORDER BY api, shape",
        *api_ids,
        *asked,
        len(asked),
    )


def _placeholders(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


def _operations_reaching(
    history: History, api: Api, spans: ReleaseSet, path: Sequence[str], shapes: set[str]
) -> Iterator[str]:
    """The operations that have one of the shapes at a path of their request."""
    inputs: dict[str, set[str]] = {}
    for name, content in history.reader.query(
        "SELECT name, content FROM element WHERE api = ? AND kind = 'operation' ORDER BY name", api.id
    ):
        target = decode_json(content).get("input", {}).get("shape")
        if target is not None:
            inputs.setdefault(name, set()).add(target)
    if not path:
        yield from (name for name, targets in inputs.items() if targets & shapes)
        return
    holding = {
        ElementId.parse_local(id).owner
        for (id,) in history.reader.query(
            "SELECT DISTINCT id FROM lifetime WHERE api = ? AND kind = 'member' AND substr(id, instr(id, '$') + 1) = ?",
            api.id,
            path[0],
        )
    }
    places = PathHistory(history, api, spans)
    for name, targets in inputs.items():
        if targets & holding and {slot.target for slot in follow_message_path(places, name, path)[1]} & shapes:
            yield name


def _match_candidate(
    history: History, service: str, operation: str, path: Sequence[str], known_names: frozenset[str]
) -> Candidate | None:
    """How a place fits: None if it never had the names."""
    exact: list[tuple[int, int]] = []
    names: set[str] = set()
    taken: tuple[str, ...] = ()
    fitting = False
    for api, spans in history.apis.default_spans(service):
        steps, slots = follow_message_path(PathHistory(history, api, spans), operation, path)
        for slot in slots:
            for start, end, shape in history.apis.element_versions(api, "shape", slot.target):
                start, end = slot.clamp(start, end)
                if start < end and shape.get("type") == "structure":
                    members = set(shape.get("members", ()))
                    names |= members
                    taken = steps
                    fitting = fitting or members >= known_names
                    exact += [(start, end)] if members == known_names else []
    return Candidate(service, operation, taken, frozenset(names), union(exact)) if fitting else None


def follow_message_path(
    places: PathHistory, operation: str, path: Sequence[str]
) -> tuple[tuple[str, ...], list[ReferenceSpan]]:
    """What stands at a path as messages write it, and that path as docgen does: `Tags[0]` is `Tags[]`."""
    slots = places.root_references(operation, "request")
    steps: list[str] = []
    for word in path:
        for step in ("[]",) if word[0] == "[" else (word, "{value}"):
            inner = places.child_references(slots, step)
            if inner:
                slots, steps = inner, [*steps, step]
                break
        else:
            if not steps or steps[-1] != "{value}":  # a key may hold dots
                return (), []
    return tuple(steps), slots


def model_spelling(places: PathHistory, operation: str, path: Sequence[str]) -> tuple[str, ...]:
    """A path as services write it, in the model's words: `vpcConfig.subnetIds` may be `VpcConfig.SubnetIds`."""
    slots = places.root_references(operation, "request")
    words: list[str] = []
    for word in path:
        if word[0] != "[":
            names = {normalize_name(name): name for name in places.member_names(slots)}
            word = names.get(normalize_name(word), word)
        inner = places.child_references(slots, "[]" if word[0] == "[" else word)
        slots, words = inner or slots, [*words, word]
    return tuple(words)


def operations_by_name(history: History, names: Collection[str], services: Collection[str]) -> list[ServiceOperation]:
    """The calls of operations, in the model's spelling or Python's: of some services, or with none given of all."""
    found: dict[ServiceOperation, None] = {}
    for service, operation in history.reader.query(
        "SELECT DISTINCT api.service, element.name FROM api, element "
        "WHERE element.api = api.id AND element.kind = 'operation' ORDER BY api.service, element.name"
    ):
        if (not services or service in services) and (operation in names or method_name(operation) in names):
            found[service, operation] = None
    return list(found)


def shape_enum_values(history: History, service: str, shape: str) -> set[str]:
    """The values that a shape ever had."""
    found = lifetime_ids(history, service, "enum-value")
    ids = map(ElementId.parse_local, found)
    return {id.member for id in ids if id.owner == shape and id.member is not None}


def enums_sharing_values(
    history: History, known_values: Collection[str], services: Collection[str]
) -> list[tuple[str, str, int]]:
    """The enums, of some services or of all, that share most values with a list: service, shape, how many."""
    asked = sorted(known_values)[:_MAX_QUERIED_NAMES]
    shared: Counter[tuple[str, str]] = Counter()
    for service, id in history.reader.query(
        "SELECT DISTINCT api.service, lifetime.id FROM lifetime JOIN api ON api.id = lifetime.api "  # noqa: S608
        "WHERE lifetime.kind = 'enum-value' "
        f"AND substr(lifetime.id, instr(lifetime.id, '$') + 1) IN ({_placeholders(asked)})",
        *asked,
    ):
        if not services or service in services:
            shared[service, ElementId.parse_local(id).owner or ""] += 1
    most = max(shared.values(), default=0)
    return sorted((service, shape, count) for (service, shape), count in shared.items() if count == most)


def lifetime_ids(history: History, service: str, kind: str) -> list[str]:
    """The ids of a kind that a service ever had."""
    found = []
    for api, _ in history.apis.default_spans(service):
        found += history.reader.query("SELECT DISTINCT id FROM lifetime WHERE api = ? AND kind = ?", api.id, kind)
    return [id for (id,) in found]
