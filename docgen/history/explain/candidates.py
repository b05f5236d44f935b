"""The request paths and the releases that fit the names in an error message.

Messages rarely name a service or an operation, but they list the names that are valid at a path, in a client or in an
SDK. One query over all names of the history finds the shapes that ever had them; then only those are followed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from docgen.history.history import History
from docgen.history.path_history import PathHistory, ReferenceSpan
from docgen.history.queries import Api
from docgen.history.release_sets import ReleaseSet, intersection, union
from docgen.model.customizations import renamed_parameters
from docgen.model.paths import ITEM, VALUE, is_index
from docgen.wording import normalize_name

ServiceOperation = tuple[str, str]
"""Service and operation."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A path in a request that may be the one an error message is about.

    Attributes:
        service: The service.
        operation: The operation.
        path: The path in its request, as steps: (`Tags`, `[]`).
        member_names: All members that any release has there, and the names that botocore gives them.
        exact_releases: The releases that have exactly the members that the message lists.

    """

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
    """Find the operations that have all the members in some release, at a path of their request.

    Args:
        history: The history file.
        path: The path as the message writes it: (`Tags`, `[]`).
        known_names: The members that the message lists.
        is_complete: Whether it lists all of them. Then candidates with exactly these members are preferred.
        services: Search only these services; all, if there are none.
        operations: Consider only these operations; None searches.

    """
    names = frozenset(known_names)
    if operations is None:
        operations = sorted(set(_search_operations(history, path, names, services)))
    candidates = [
        candidate
        for operation in operations
        if (candidate := _match_candidate(history, *operation, path, names)) is not None
    ]
    exact = [candidate for candidate in candidates if candidate.exact_releases] if is_complete else []
    return exact or candidates


def _search_operations(
    history: History, path: Sequence[str], known_names: frozenset[str], services: Collection[str]
) -> Iterator[ServiceOperation]:
    """Yield the operations whose request leads at `path` to a shape that once had all the members."""
    apis = {api.id: api for api in history.reader.apis() if not services or api.service in services}
    shapes: dict[int, set[str]] = {}
    for api_id, shape in history.reader.shapes_with_members(known_names, apis if services else ()):
        shapes.setdefault(api_id, set()).add(shape)
    for api_id in sorted(shapes):
        api = apis[api_id]
        spans = dict(history.apis.default_spans(api.service)).get(api, ())
        if spans:
            for operation in _operations_reaching(history, api, spans, path, shapes[api_id]):
                yield api.service, operation


def _operations_reaching(
    history: History, api: Api, spans: ReleaseSet, path: Sequence[str], shapes: set[str]
) -> Iterator[str]:
    """Yield the operations whose request leads at `path` to one of the shapes."""
    inputs: dict[str, set[str]] = {}
    for name, _, operation in history.reader.versions_of_kind(api.id, "operation"):
        target = operation.get("input", {}).get("shape")
        if target is not None:
            inputs.setdefault(name, set()).add(target)
    if not path:
        yield from (name for name, targets in inputs.items() if targets & shapes)
        return
    containers = history.reader.shapes_with_member(api.id, path[0]).keys()
    paths = PathHistory(history, api, spans)
    for name, targets in inputs.items():
        if targets & containers and {span.target for span in follow_message_path(paths, name, path)[1]} & shapes:
            yield name


def _match_candidate(
    history: History, service: str, operation: str, path: Sequence[str], known_names: frozenset[str]
) -> Candidate | None:
    """Return the candidate of an operation; None if it never had the members at `path`."""
    exact: list[tuple[int, int]] = []
    names: set[str] = set()
    steps: tuple[str, ...] = ()
    has_names = False
    for api, spans in history.apis.default_spans(service):
        api_steps, references = follow_message_path(PathHistory(history, api, spans), operation, path)
        for reference in references:
            for start, end, shape in history.apis.element_versions(api, "shape", reference.target):
                start, end = reference.clamp(start, end)
                if start < end and shape.get("type") == "structure":
                    members = set(shape.get("members", ()))
                    names |= members
                    steps = api_steps
                    has_names = has_names or members >= known_names
                    exact += [(start, end)] if members == known_names else []
    renamed = {} if steps else renamed_parameters(service, operation)
    names |= {name for name, row in renamed.items() if row.parameter in names}
    return Candidate(service, operation, steps, frozenset(names), union(exact)) if has_names else None


def follow_message_path(
    paths: PathHistory, operation: str, path: Sequence[str]
) -> tuple[tuple[str, ...], list[ReferenceSpan]]:
    """Follow a path of a message through a request.

    Args:
        paths: The paths of an API.
        operation: The operation.
        path: The path as messages write it. Maps have keys in it: (`Tags`, `Owner`).

    Returns:
        The path as docgen writes it, (`Tags`, `{value}`), and the references there. Both are empty if nothing is there.

    """
    references = paths.root_references(operation, "request")
    steps: list[str] = []
    for segment in path:
        for step in (ITEM,) if is_index(segment) else (segment, VALUE):
            inner = paths.child_references(references, step)
            if inner:
                references, steps = inner, [*steps, step]
                break
        else:
            if not steps or steps[-1] != VALUE:  # a map key may contain dots
                return (), []
    return tuple(steps), references


def model_spelling(paths: PathHistory, operation: str, path: Sequence[str]) -> tuple[str, ...]:
    """Return the model's spelling of a path as services write it: `VpcConfig.SubnetIds` for `vpcConfig.subnetIds`."""
    references = paths.root_references(operation, "request")
    segments: list[str] = []
    for segment in path:
        if not is_index(segment):
            names = {normalize_name(name): name for name in paths.member_names(references)}
            segment = names.get(normalize_name(segment), segment)
        inner = paths.child_references(references, ITEM if is_index(segment) else segment)
        references, segments = inner or references, [*segments, segment]
    return tuple(segments)


# --- releases ---


def releases_with_exact_services(history: History, known_names: Sequence[str]) -> ReleaseSet:
    """Return the releases that have exactly these services."""
    services = {api.id: api.service for api in history.reader.apis()}
    spans: dict[str, list[tuple[int, int]]] = {service: [] for service in services.values()}
    for api_id, span, _ in history.reader.revisions():
        spans[services[api_id]].append(history.apis.bounds(span))
    return _releases_with_exactly(history, {name: union(found) for name, found in spans.items()}, known_names)


def releases_with_exact_exceptions(history: History, service: str, known_names: Sequence[str]) -> ReleaseSet:
    """Return the releases in which a service has exactly these exceptions."""
    releases: list[tuple[int, int]] = []
    for api, default_spans in history.apis.default_spans(service):
        spans: dict[str, list[tuple[int, int]]] = {}
        for name, span in history.reader.exception_shapes(api.id):
            spans.setdefault(name, []).append(history.apis.bounds(span))
        exact = _releases_with_exactly(history, {name: union(found) for name, found in spans.items()}, known_names)
        releases += intersection(exact, default_spans)
    return union(releases)


def _releases_with_exactly(
    history: History, spans_by_name: Mapping[str, ReleaseSet], known_names: Sequence[str]
) -> ReleaseSet:
    """Return the releases that have all of the known names and no others."""
    wanted = set(known_names)
    if not wanted <= spans_by_name.keys():
        return ()
    change: Counter[int] = Counter()
    for name, spans in spans_by_name.items():
        for start, end in spans:
            # A known name counts one up, any other far down, so the sum is right only for an exact match.
            weight = 1 if name in wanted else -len(spans_by_name) - 1
            change[start] += weight
            change[end] -= weight
    releases, total = [], 0
    for start, end in pairwise(sorted({*change, history.end})):
        total += change[start]
        if total == len(wanted):
            releases.append((start, end))
    return union(releases)
