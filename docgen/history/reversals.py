"""What came and went, or changed and changed back, between two releases; and in which release each change happened.

Both are read off the facts that the history keeps between neighbouring revisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from docgen.diff.facts import Delta
from docgen.history.elements import decode
from docgen.history.history import History
from docgen.history.release_sets import union
from docgen.history.release_steps import steps
from docgen.history.snapshots import Tape
from docgen.pages.notes.service_notes import Select
from docgen.rules.classify import Change, classify
from docgen.rules.messages import value
from docgen.rules.rule import Severity

TOLD = frozenset(
    {"service", "operation", "input", "output", "error", "member", "type", "required", "enum", "enum-value", "trait"}
    | {"paginator", "waiter", "target"}
)
"""The kinds of facts that may flip; the rest is names, words and order."""

_NAMED = frozenset({"operation", "error", "member", "enum-value", "paginator", "waiter"})
"""The kinds that have a name as their value: it came or went."""

SHOWN = 5
"""Names that are told of those that turned together."""

Key = tuple[str, str, str, str]
"""What a fact is about: id without the service, kind, what carries it, trait."""


@dataclass(frozen=True, slots=True)
class Event:
    """One turn of a flip: in release `number` the value became `value`; None if it went."""

    number: int
    value: Any


@dataclass(frozen=True, slots=True)
class Flip:
    """What had a value again that it had before. `changes` are the turns as rules judge them; `before` the first value.

    `names` are those that turned together: the values of one enum, the members of one structure.
    """

    service: str
    kind: str
    trait: str
    names: tuple[str, ...]
    before: Any
    events: tuple[Event, ...]
    changes: tuple[Change, ...]

    @property
    def severity(self) -> Severity:
        """That of the worst turn; of a service that came and went, which no rule judges, the worst there is."""
        return max((change.rule.severity for change in self.changes), default=Severity.BREAKING)


class Between:
    """The facts of one service after release `old` up to release `new`, by number."""

    def __init__(self, history: History, service: str, old: int, new: int) -> None:
        self.history = history
        self.service = service
        self.old = old
        self.new = new
        self.apis = {
            api.id: spans
            for api, spans in history.apis.of(service)
            if any(start <= new and end > old for start, end in spans)
        }
        self.turns: dict[tuple[int, Key], list[tuple[int, Any, Any]]] = {}
        self.last: dict[tuple[str, str, str], int] = {}
        for api in self.apis:
            for since, *key, old_value, new_value in history.reader.rows(
                "SELECT since, id, kind, at, trait, old, new FROM fact"
                " WHERE api = ? AND since > ? AND since <= ? AND effective AND kind != 'documentation'"
                " ORDER BY since, position",
                api,
                old,
                new,
            ):
                id, kind, at, trait = key
                self.last[id, kind, trait] = max(since, self.last.get((id, kind, trait), 0))
                if kind in TOLD:
                    turns = self.turns.setdefault((api, (id, kind, at, trait)), [])
                    if not turns or turns[-1][0] != since:
                        turns.append((since, old_value, new_value))

    def happened(self, change: Change) -> int | None:
        """The release in which a change, found between the two ends, happened last; None if no fact says so."""
        numbers = [self.last.get((_name(d), d.kind.value, d.trait)) for d in (change.delta, *change.also)]
        return max((number for number in numbers if number is not None), default=None)

    def flips(self, select: Select | None = None) -> tuple[Flip, ...]:
        """What came and went, or changed and changed back, the worst first; of the changes that `select` chooses.

        What only documentation may feel is left out.
        """
        turned = {key: turns for key, turns in self.turns.items() if _returns(turns)}
        judged = self.judged({(api, turn[0]) for (api, _), turns in turned.items() for turn in turns}, select)
        groups: dict[tuple[Any, ...], list[tuple[int, Key]]] = {}
        for (api, key), turns in turned.items():
            _, kind, at, trait = key
            came = kind in _NAMED
            what = tuple((n, old is None if came else old, new is None if came else new) for n, old, new in turns)
            groups.setdefault((api, kind, at, trait, what), []).append((api, key))
        found = [*self.presence(), *filter(None, (self.flip(keys, turned, judged) for keys in groups.values()))]
        return tuple(sorted(found, key=lambda flip: (-flip.severity, flip.kind != "service", flip.events[0].number)))

    def flip(
        self,
        keys: list[tuple[int, Key]],
        turned: dict[tuple[int, Key], list[tuple[int, Any, Any]]],
        judged: dict[tuple[int, int, str, str, str], Change],
    ) -> Flip | None:
        """What some facts, which turned together, are as rules judge them; None if that is noise."""
        api, (_, kind, _, trait) = keys[0]
        turns = turned[keys[0]]
        changes = [judged.get((api, number, each, kind, trait)) for number, *_ in turns for _, (each, *_) in keys]
        told = tuple(change for change in changes if change is not None and not change.rule.suppressed)
        if all(change.rule.severity is Severity.DOCS for change in told):
            return None
        events = tuple(Event(number, _value(new)) for number, _, new in turns)
        names = tuple(each for _, (each, *_) in keys)
        return Flip(self.service, kind, trait, names, _value(turns[0][1]), events, told)

    def judged(
        self, wanted: set[tuple[int, int]], select: Select | None
    ) -> dict[tuple[int, int, str, str, str], Change]:
        """The changes of some revisions, by API, release, id, kind and trait."""
        found: dict[tuple[int, int, str, str, str], Change] = {}
        for api in sorted({api for api, _ in wanted}):
            tape = Tape(self.history, api)
            for start, end in self.apis[api]:
                first, last = max(start, self.old), min(end, self.new + 1)
                for step in steps(tape, first, last) if first < last else ():
                    if (api, step.number) in wanted:
                        compared = step.compare(self.service)
                        changes = classify(compared)
                        for change in changes if select is None else select(compared, changes):
                            for delta in (change.delta, *change.also):
                                found[api, step.number, _name(delta), delta.kind.value, delta.trait] = change
        return found

    def presence(self) -> Iterator[Flip]:
        """Whether the service itself came and went."""
        spans = union(span for spans in self.apis.values() for span in spans)
        was = any(start <= self.old < end for start, end in spans)
        turns = [(start, True) for start, _ in spans] + [(end, None) for _, end in spans]
        events = tuple(Event(*turn) for turn in sorted(turns, key=lambda t: t[0]) if self.old < turn[0] <= self.new)
        if len(events) > 1:
            yield Flip(self.service, "service", "", ("",), was or None, events, ())


def _returns(turns: Iterable[tuple[int, Any, Any]]) -> bool:
    """Whether a value comes back."""
    values: list[Any] = []
    for _, old, new in turns:
        values += [value for value in (old, new) if not values or values[-1] != value]
    return len(set(values)) < len(values)


def _value(text: str | None) -> Any:
    return None if text is None else decode(text)


def _name(delta: Delta) -> str:
    return delta.id.partition("#")[2]


def subject(flip: Flip) -> str:
    """What a flip is about, in words."""
    if flip.kind == "service":
        return flip.trait.removeprefix("metadata.") or "the service"
    containers = {name.rpartition("$")[0] for name in flip.names}
    if flip.kind in ("member", "enum-value") and len(flip.names) > 1 and len(containers) == 1:
        told = f"{_listed([name.rpartition('$')[2] for name in flip.names])} of {_spoken(containers.pop())}"
    else:
        told = _listed([_spoken(name) for name in flip.names])
    return f"{f'{flip.trait} of ' if flip.kind == 'trait' else _OF.get(flip.kind, '')}{told}"


_OF = {
    "type": "the type of ",
    "target": "what is behind ",
    "input": "the input of ",
    "output": "the output of ",
    "enum": "the closed set of ",
    "paginator": "the ",
    "waiter": "the ",
}


def _spoken(name: str) -> str:
    kind, colon, rest = name.partition(":")
    return f"{kind} {rest}" if colon and kind in _OF else name.replace("()$", ": ").replace("()", "").replace("$", ".")


def _listed(names: list[str]) -> str:
    more = f", … {len(names)} in all" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def turn(flip: Flip, event: Event) -> str:
    """What happened in one turn: `came`, `went`, `became json`, `became required`."""
    if flip.kind == "required":
        return "became required" if event.value else "became optional"
    if event.value is None or event.value is False:
        return "went"
    says_more = flip.kind in ("type", "target", "trait") or (flip.kind == "service" and flip.trait)
    return f"became {value(event.value)}" if says_more and event.value is not True else "came"
