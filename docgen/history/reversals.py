"""Changes that were reversed between two releases, and the release in which each change happened.

Both come from the facts that the history stores between successive revisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from docgen.history.elements import decode_json
from docgen.history.history import History
from docgen.history.release_sets import union
from docgen.history.release_steps import release_steps
from docgen.history.snapshots import ModelSnapshots
from docgen.model.element_id import ElementId
from docgen.rules.change import Change
from docgen.rules.classify import classify
from docgen.rules.messages import format_value
from docgen.rules.rule import Severity
from docgen.rules.service_changes import ChangeSelector

REVERSIBLE_KINDS = frozenset(
    {"service", "operation", "input", "output", "error", "member", "type", "required", "enum", "enum-value", "trait"}
    | {"paginator", "waiter", "target"}
)
"""The kinds of facts that can be reversed. Others are about shape names, documentation and order."""

_NAME_KINDS = frozenset({"operation", "error", "member", "enum-value", "paginator", "waiter"})
"""The kinds whose value is a name, so they are added or removed but never change."""

MAX_LISTED_NAMES = 5
"""The most names that are listed of one reversal."""

FactKey = tuple[str, str, str, str]
"""The key of a fact: id without the service, kind, carrier, trait."""


@dataclass(frozen=True, slots=True)
class ReversalEvent:
    """One change of a reversal: the value since release `number`; None if it was removed."""

    number: int
    value: Any


@dataclass(frozen=True, slots=True)
class Reversal:
    """Elements that changed and then had an earlier value again.

    Attributes:
        service: The service.
        kind: The kind of the facts.
        trait: The trait that changed, or empty.
        names: The ids, without the service, that changed together, such as the members of one structure.
        before: The first value.
        events: The changes, oldest first.
        changes: The same as changes with a verdict.
    """

    service: str
    kind: str
    trait: str
    names: tuple[str, ...]
    before: Any
    events: tuple[ReversalEvent, ...]
    changes: tuple[Change, ...]

    @property
    def severity(self) -> Severity:
        """The worst severity of the changes; breaking for a service, which no rule judges."""
        return max((change.rule.severity for change in self.changes), default=Severity.BREAKING)


class FactsBetween:
    """The facts of one service after release `old` up to release `new`, by number."""

    def __init__(self, history: History, service: str, old: int, new: int) -> None:
        self.history = history
        self.service = service
        self.old = old
        self.new = new
        self.api_spans = {
            api.id: spans
            for api, spans in history.apis.default_spans(service)
            if any(start <= new and end > old for start, end in spans)
        }
        self.value_changes: dict[tuple[int, FactKey], list[tuple[int, Any, Any]]] = {}
        self.releases: dict[tuple[str, str, str], set[int]] = {}
        for api in self.api_spans:
            for since, id, kind, carrier, trait, old_value, new_value in history.reader.facts(api, old, new):
                self.releases.setdefault((id, kind, trait), set()).add(since)
                if kind in REVERSIBLE_KINDS:
                    turns = self.value_changes.setdefault((api, (id, kind, carrier, trait)), [])
                    if not turns or turns[-1][0] != since:
                        turns.append((since, old_value, new_value))

    def releases_of_change(self, change: Change) -> tuple[int, ...]:
        """Return the releases in which a change between the two ends happened, oldest first; empty without such a fact.

        A value may have changed several times, and the deltas of a merged change in different releases. Of a name,
        which can only be added or removed, the last time counts.
        """
        found: set[int] = set()
        for delta in (change.delta, *change.related):
            numbers = self.releases.get((delta.element_id.local, delta.kind.value, delta.trait), set())
            found |= {max(numbers)} if numbers and delta.kind.value in _NAME_KINDS else numbers
        return tuple(sorted(found))

    def reversals(self, select: ChangeSelector | None = None) -> tuple[Reversal, ...]:
        """Return the reversals, worst first, of the changes that `select` chooses, without those of severity docs."""
        turned = {key: turns for key, turns in self.value_changes.items() if _is_reversed(turns)}
        judged = self.classify_revisions(
            {(api, turn[0]) for (api, _), turns in turned.items() for turn in turns}, select
        )
        groups: dict[tuple[Any, ...], list[tuple[int, FactKey]]] = {}
        for (api, key), turns in turned.items():
            _, kind, at, trait = key
            came = kind in _NAME_KINDS
            what = tuple((n, old is None if came else old, new is None if came else new) for n, old, new in turns)
            groups.setdefault((api, kind, at, trait, what), []).append((api, key))
        found = [
            *self.service_reversals(),
            *filter(None, (self.build_reversal(keys, turned, judged) for keys in groups.values())),
        ]
        return tuple(sorted(found, key=lambda flip: (-flip.severity, flip.kind != "service", flip.events[0].number)))

    def build_reversal(
        self,
        keys: list[tuple[int, FactKey]],
        reversed_facts: dict[tuple[int, FactKey], list[tuple[int, Any, Any]]],
        changes_by_fact: dict[tuple[int, int, str, str, str], Change],
    ) -> Reversal | None:
        """Return the reversal of facts that changed together; None if its severity is docs."""
        api, (_, kind, _, trait) = keys[0]
        turns = reversed_facts[keys[0]]
        changes = [
            changes_by_fact.get((api, number, each, kind, trait)) for number, *_ in turns for _, (each, *_) in keys
        ]
        told = tuple(change for change in changes if change is not None and not change.rule.suppressed)
        if all(change.rule.severity is Severity.DOCS for change in told):
            return None
        events = tuple(ReversalEvent(number, _decode_value(new)) for number, _, new in turns)
        names = tuple(each for _, (each, *_) in keys)
        return Reversal(self.service, kind, trait, names, _decode_value(turns[0][1]), events, told)

    def classify_revisions(
        self, revisions: set[tuple[int, int]], select: ChangeSelector | None
    ) -> dict[tuple[int, int, str, str, str], Change]:
        """Return the changes of revisions, by API id, release number, id, kind and trait."""
        found: dict[tuple[int, int, str, str, str], Change] = {}
        for api in sorted({api for api, _ in revisions}):
            tape = ModelSnapshots(self.history, api, max(self.old, 1), self.new)
            numbers = {number for other, number in revisions if other == api}
            for start, end in self.api_spans[api]:
                first, last = max(start, self.old), min(end, self.new + 1)
                for step in release_steps(tape, first, last, only=numbers) if first < last else ():
                    compared = step.compare(self.service)
                    changes = classify(compared)
                    for change in changes if select is None else select(compared, changes):
                        for delta in (change.delta, *change.related):
                            found[api, step.number, delta.element_id.local, delta.kind.value, delta.trait] = change
        return found

    def service_reversals(self) -> Iterator[Reversal]:
        """Yield the reversal of the service itself, if it was added and removed."""
        spans = union(span for spans in self.api_spans.values() for span in spans)
        was = any(start <= self.old < end for start, end in spans)
        turns = [(start, True) for start, _ in spans] + [(end, None) for _, end in spans]
        events = tuple(
            ReversalEvent(*turn) for turn in sorted(turns, key=lambda t: t[0]) if self.old < turn[0] <= self.new
        )
        if len(events) > 1:
            yield Reversal(self.service, "service", "", ("",), was or None, events, ())


def _is_reversed(value_changes: Iterable[tuple[int, Any, Any]]) -> bool:
    """Return whether an earlier value returns."""
    values: list[Any] = []
    for _, old, new in value_changes:
        values += [value for value in (old, new) if not values or values[-1] != value]
    return len(set(values)) < len(values)


def _decode_value(text: str | None) -> Any:
    return None if text is None else decode_json(text)


def reversal_subject(reversal: Reversal) -> str:
    """Return what a reversal is about, such as `the type of Fleet.State`."""
    if reversal.kind == "service":
        return reversal.trait.removeprefix("metadata.") or "the service"
    ids = [ElementId.parse_local(name) for name in reversal.names]
    containers = {id.parent.local for id in ids}
    if reversal.kind in ("member", "enum-value") and len(reversal.names) > 1 and len(containers) == 1:
        members = _limited_list([id.last_name for id in ids])
        told = f"{members} of {_readable_name(containers.pop())}"
    else:
        told = _limited_list([_readable_name(name) for name in reversal.names])
    return f"{f'{reversal.trait} of ' if reversal.kind == 'trait' else _KIND_PREFIXES.get(reversal.kind, '')}{told}"


_KIND_PREFIXES = {
    "type": "the type of ",
    "target": "what is behind ",
    "input": "the input of ",
    "output": "the output of ",
    "enum": "the closed set of ",
    "paginator": "the ",
    "waiter": "the ",
}


def _readable_name(name: str) -> str:
    kind, colon, rest = name.partition(":")
    return (
        f"{kind} {rest}"
        if colon and kind in _KIND_PREFIXES
        else name.replace("()$", ": ").replace("()", "").replace("$", ".")
    )


def _limited_list(names: list[str]) -> str:
    more = f", … {len(names)} in all" if len(names) > MAX_LISTED_NAMES else ""
    return ", ".join(names[:MAX_LISTED_NAMES]) + more


def describe_event(reversal: Reversal, event: ReversalEvent) -> str:
    """Return what happened in one event: `came`, `went`, `became json`, `became required`."""
    if reversal.kind == "required":
        return "became required" if event.value else "became optional"
    if event.value is None or event.value is False:
        return "went"
    says_more = reversal.kind in ("type", "target", "trait") or (reversal.kind == "service" and reversal.trait)
    return f"became {format_value(event.value)}" if says_more and event.value is not True else "came"
