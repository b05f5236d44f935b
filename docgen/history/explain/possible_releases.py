"""Which releases a message can come from: those that have exactly the names which it lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from docgen.history.elements import decode_json
from docgen.history.history import History
from docgen.history.reader import Span
from docgen.history.release_sets import ReleaseSet, intersection, union


def releases_with_exact_services(history: History, known_names: Sequence[str]) -> ReleaseSet:
    """The releases that have exactly these services."""
    present: dict[str, list[tuple[int, int]]] = {}
    for api in history.reader.apis():
        present.setdefault(api.service, [])
    services = {api.id: api.service for api in history.reader.apis()}
    for number, span, _ in history.reader.revisions():
        present[services[number]].append(history.apis.bounds(span))
    return _releases_with_exactly(history, {name: union(spans) for name, spans in present.items()}, known_names)


def releases_with_exact_exceptions(history: History, service: str, known_names: Sequence[str]) -> ReleaseSet:
    """The releases in which a service has exactly these exceptions."""
    found: list[tuple[int, int]] = []
    for api, spans in history.apis.default_spans(service):
        shapes: dict[str, list[tuple[int, int]]] = {}
        for name, since, until, content in history.reader.query(
            "SELECT name, since, until, content FROM element "
            "WHERE api = ? AND kind = 'shape' AND content LIKE '%\"exception\":true%'",
            api.id,
        ):
            if decode_json(content).get("exception"):
                shapes.setdefault(name, []).append(history.apis.bounds(Span(since, until)))
        found += intersection(
            _releases_with_exactly(history, {name: union(each) for name, each in shapes.items()}, known_names), spans
        )
    return union(found)


def _releases_with_exactly(
    history: History, spans_by_name: Mapping[str, ReleaseSet], known_names: Sequence[str]
) -> ReleaseSet:
    """The releases in which all of the known things are there and nothing else."""
    wanted = set(known_names)
    if not wanted <= spans_by_name.keys():
        return ()
    change: Counter[int] = Counter()
    for name, spans in spans_by_name.items():
        for start, end in spans:
            # Each wanted one counts one up, each other one far down: the sum is their number only where it fits.
            weight = 1 if name in wanted else -len(spans_by_name) - 1
            change[start] += weight
            change[end] -= weight
    found, total = [], 0
    points = sorted({*change, history.end})
    for start, end in pairwise(points):
        total += change[start]
        if total == len(wanted):
            found.append((start, end))
    return union(found)
