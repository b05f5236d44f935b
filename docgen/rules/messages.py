"""The sentences of changes: what a template's `{name}` stands for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from docgen.diff.facts import Kind
from docgen.model.names import method_name
from docgen.rules.context import Fact, number
from docgen.rules.predicates import gained, lost
from docgen.rules.rule import Rule

MAX_VALUE = 120
"""Characters of a value that a message quotes."""

_SURE = 0.85
_NAMED = 3
_CONTAINER = {"item": "the items of", "key": "the keys of", "value": "the values of"}
_MEASURES = {"string": "a length", "blob": "a size", "list": "an item count", "map": "an entry count"}


def message(rule: Rule, fact: Fact) -> str:
    """The rule's sentence about this fact."""
    return rule.message.format_map(_Arguments(fact))


class _Arguments(dict[str, str]):
    """Works out an argument when a template asks for it."""

    def __init__(self, fact: Fact) -> None:
        super().__init__()
        self.fact = fact

    def __missing__(self, name: str) -> str:
        return ARGUMENTS[name](self.fact)


def value(value: object) -> str:
    """A JSON value as a reader wants to see it: texts bare, the rest as JSON, at most `MAX_VALUE` characters."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if value is None:
        text = "none"
    text = " ".join(text.split()) if text.strip() else json.dumps(text)
    return text if len(text) <= MAX_VALUE else text[: MAX_VALUE - 1] + "…"


def called(name: str) -> str:
    """A name of the model and what Python calls it, where the two differ: `CreateFleet (create_fleet)`."""
    method = method_name(name)
    return name if method == name else f"{name} ({method})"


def _subject(fact: Fact) -> str:
    match fact.delta.at or fact.kind.value:
        case "member" | "required":
            return _member(fact)
        case "item" | "key" | "value" as slot:
            return f"{_CONTAINER[slot]} {_shape(fact)}"
        case "shape":
            return _placed(fact)
        case "input" | "output" | "error" as slot:
            return f"the {slot} of {_operation(fact)}"
        case "operation" | "paginator":
            return _operation(fact)
        case "waiter":
            return f"the waiter {_waiter(fact)}"
        case "service":
            return _service(fact)
    return _shape(fact) or _service(fact)


def _placed(fact: Fact) -> str:
    """A shape; by the place where it stands if that was retargeted: the new target has said so all along."""
    if fact.kind is not Kind.TYPE and all(old == new for old, new in fact.pairs):
        return _shape(fact)
    places = fact.places
    if not places:
        return _shape(fact)
    more = len(places) - 1
    return places[0] + (f" (and {more} more {'place' if more == 1 else 'places'})" if more else "")


def _shape(fact: Fact) -> str:
    return fact.delta.id.partition("#")[2].partition("$")[0]


def _member(fact: Fact) -> str:
    return f"{_shape(fact)}.{fact.slot or fact.element}"


def _service(fact: Fact) -> str:
    return fact.delta.id.partition("#")[0] or "the service"


def _operation(fact: Fact) -> str:
    return called(fact.operation or _shape(fact).removesuffix("()"))


def _method(fact: Fact) -> str:
    return method_name(fact.operation or _shape(fact).removesuffix("()"))


def _waiter(fact: Fact) -> str:
    return called(_shape(fact).rpartition(":")[2])


def _operations(fact: Fact) -> str:
    names = fact.operations()
    shown = [called(name) for name in names[:_NAMED]]
    if len(names) > _NAMED:
        shown.append(f"{len(names) - _NAMED} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown) or "the service"


def _changed(fact: Fact) -> str:
    """What became of a value, after its name: `changed from a to b`."""
    old, new = fact.delta.old, fact.delta.new
    if isinstance(old, bool) or isinstance(new, bool):
        return f"changed: now {'yes' if new else 'no'}"
    if isinstance(old, dict) and isinstance(new, dict):
        return "changed" + _counted(old, new)
    if fact.kind in (Kind.DOCUMENTATION, Kind.EXAMPLE):
        return {"added": "was added", "removed": "was removed"}.get(fact.action, "changed")
    match fact.action:
        case "added":
            return f"was set: {value(new)}"
        case "removed":
            return f"was removed: {value(old)}"
    return f"changed from {value(old)} to {value(new)}"


def _counted(old: dict[str, object], new: dict[str, object]) -> str:
    """What differs between two summaries or small objects: ` (rules 16, now 19)`."""
    differ = [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key) and key != "digest"]
    shown = ", ".join(f"{key} {value(old.get(key))}, now {value(new.get(key))}" for key in differ[:_NAMED])
    return f" ({shown})" if shown else ""


def _place(location: object) -> str:
    names = {None: "the body", "uri": "the path", "querystring": "the query string", "header": "a header"}
    return names.get(str(location) if location else None, f"the {location}")


def _old(fact: Fact) -> str:
    return _wait(fact, [d.old for d in (fact.delta, *fact.also)]) if fact.kind is Kind.WAITER else value(fact.delta.old)


def _new(fact: Fact) -> str:
    if fact.kind is Kind.WAITER:
        return _wait(fact, [d.new for d in (fact.delta, *fact.also)])
    return value(fact.also[0].new if fact.also else fact.delta.new)


def _wait(fact: Fact, values: list[object]) -> str:
    """How long a waiter waits, as far as its facts tell."""
    said = dict(zip((d.trait for d in (fact.delta, *fact.also)), values, strict=True))
    delay, attempts = number(said.get("delay")), number(said.get("maxAttempts"))
    if delay is not None and attempts is not None:
        return f"{_duration(delay * attempts)}, {attempts:g} times {_duration(delay)}"
    if attempts is not None:
        return f"{attempts:g} attempts"
    if delay is not None:
        return f"attempts {_duration(delay)} apart"
    return value(values[0])


def _duration(seconds: float) -> str:
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def _listed(entries: Iterable[object]) -> str:
    return ", ".join(value(entry) for entry in entries)


ARGUMENTS: dict[str, Callable[[Fact], str]] = {
    "subject": _subject,
    "shape": _shape,
    "member": _member,
    "service": _service,
    "operation": _operation,
    "method": _method,
    "waiter": _waiter,
    "operations": _operations,
    "changed": _changed,
    "old": _old,
    "new": _new,
    "is_now": lambda fact: "is now" if fact.confidence >= _SURE else "seems to be now",
    "came_or_went": lambda fact: "went" if fact.action == "removed" else "came",
    "old_place": lambda fact: _place(fact.delta.old),
    "new_place": lambda fact: _place(fact.delta.new),
    "old_operation": lambda fact: called(str(fact.delta.old)),
    "new_operation": lambda fact: called(str(fact.also[0].new)),
    "trait": lambda fact: fact.delta.trait or fact.kind.value,
    "key": lambda fact: fact.delta.trait.rpartition(".")[2],
    "measure": lambda fact: _MEASURES.get(fact.type, "a value"),
    "gained": lambda fact: _listed(gained(fact)) or value(fact.delta.new),
    "lost": lambda fact: _listed(lost(fact)) or value(fact.delta.old),
}
"""Every argument that a message may name."""
