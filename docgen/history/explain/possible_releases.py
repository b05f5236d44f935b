"""Which releases a message can come from: those that have exactly the names which it lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from docgen.history.elements import decode
from docgen.history.history import History
from docgen.history.reader import Span
from docgen.history.release_sets import Spans, intersection, union


def releases_with_services(history: History, known: Sequence[str]) -> Spans:
    """The releases that have exactly these services."""
    present: dict[str, list[tuple[int, int]]] = {}
    for api in history.reader.apis():
        present.setdefault(api.service, [])
    services = {api.id: api.service for api in history.reader.apis()}
    for number, span, _ in history.reader.revisions():
        present[services[number]].append(history.apis.ends(span))
    return _exactly(history, {name: union(spans) for name, spans in present.items()}, known)


def releases_with_errors(history: History, service: str, known: Sequence[str]) -> Spans:
    """The releases in which a service has exactly these exceptions."""
    found: list[tuple[int, int]] = []
    for api, spans in history.apis.of(service):
        shapes: dict[str, list[tuple[int, int]]] = {}
        for name, since, until, content in history.reader.rows(
            "SELECT name, since, until, content FROM element "
            "WHERE api = ? AND kind = 'shape' AND content LIKE '%\"exception\":true%'",
            api.id,
        ):
            if decode(content).get("exception"):
                shapes.setdefault(name, []).append(history.apis.ends(Span(since, until)))
        found += intersection(_exactly(history, {name: union(each) for name, each in shapes.items()}, known), spans)
    return union(found)


def _exactly(history: History, present: Mapping[str, Spans], known: Sequence[str]) -> Spans:
    """The releases in which all of the known things are there and nothing else."""
    wanted = set(known)
    if not wanted <= present.keys():
        return ()
    change: Counter[int] = Counter()
    for name, spans in present.items():
        for start, end in spans:
            # Each wanted one counts one up, each other one far down: the sum is their number only where it fits.
            weight = 1 if name in wanted else -len(present) - 1
            change[start] += weight
            change[end] -= weight
    found, total = [], 0
    points = sorted({*change, history.end})
    for start, end in pairwise(points):
        total += change[start]
        if total == len(wanted):
            found.append((start, end))
    return union(found)
