"""The sentences that report changes: the arguments that the message of a rule may name in braces."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from docgen.diff.delta import Kind
from docgen.model.names import method_name
from docgen.model.protocol import to_number
from docgen.rules.context import SIZED_TYPES, DeltaInContext
from docgen.rules.predicates.entries import added_entries, removed_entries
from docgen.rules.rule import Rule
from docgen.wording import counted, listed, listed_with_and

MAX_VALUE_LENGTH = 120
"""Characters of a value that a message quotes."""

_SHOWN_BEFORE_DIFFERENCE = 40
_CERTAIN_CONFIDENCE = 0.85
_MAX_LISTED = 3
_MAX_SITUATIONS = 2
_MAX_ENUM_VALUES = 6
_CONTAINER_PHRASES = {"item": "the items of", "key": "the keys of", "value": "the values of"}
_MEASURE_PHRASES = {"string": "a length", "blob": "a size", "list": "an item count", "map": "an entry count"}


def format_message(rule: Rule, context: DeltaInContext) -> str:
    """Return the rule's sentence about a delta. It begins with a capital letter or with the name of an element."""
    text = rule.message.format_map(_MessageArguments(context))
    return f"T{text[1:]}" if text.startswith("the ") else text


class _MessageArguments(dict[str, str]):
    """Computes the arguments that a message names, on demand."""

    def __init__(self, context: DeltaInContext) -> None:
        super().__init__()
        self.context = context

    def __missing__(self, name: str) -> str:
        return ARGUMENTS[name](self.context)


def format_value(value: object) -> str:
    """Return a value for a message: strings without quotes, others as JSON, at most `MAX_VALUE_LENGTH` characters."""
    return _shortened(_value_text(value))


def format_values(old: object, new: object) -> tuple[str, str]:
    """Return two values for a message, as `format_value`; long ones are cut so that their first difference shows."""
    texts = _value_text(old), _value_text(new)
    same = next((at for at, (one, other) in enumerate(zip(*texts, strict=False)) if one != other), len(min(texts)))
    start = max(same - _SHOWN_BEFORE_DIFFERENCE, 0) if same > MAX_VALUE_LENGTH - _SHOWN_BEFORE_DIFFERENCE else 0
    before, after = (_shortened(f"…{text[start:]}" if start else text) for text in texts)
    return before, after


def _value_text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if value is None:
        text = "none"
    return " ".join(text.split()) if text.strip() else json.dumps(text)


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_VALUE_LENGTH else text[: MAX_VALUE_LENGTH - 1] + "…"


def name_with_method(name: str, context: DeltaInContext) -> str:
    """Return the name of an operation with its Python method, if that differs: `CreateFleet (create_fleet)`."""
    method = method_name(name)
    return name if method == name or not context.new_service.has_python_client else f"{name} ({method})"


def _subject_argument(context: DeltaInContext) -> str:
    match context.delta.carrier or context.kind.value:
        case "member" | "required":
            return _member_argument(context)
        case "item" | "key" | "value" as slot:
            return f"{_CONTAINER_PHRASES[slot]} {_shape_argument(context)}"
        case "shape":
            return _shape_by_occurrence(context)
        case "input" | "output" | "error" as slot:
            return f"the {slot} of {_operation_argument(context)}"
        case "operation" | "paginator":
            return _operation_argument(context)
        case "waiter":
            return f"the waiter {_waiter_argument(context)}"
        case "service":
            return _service_argument(context)
    return _shape_argument(context) or _service_argument(context)


def _shape_by_occurrence(context: DeltaInContext) -> str:
    """Return a shape, or its path if a member has a new target, because the new target itself did not change."""
    if context.kind is not Kind.TYPE and all(old == new for old, new in context.pairs):
        return _shape_argument(context)
    paths = context.occurrences
    if not paths:
        return _shape_argument(context)
    more = len(paths) - 1
    return paths[0] + (f" (and {counted(more, 'more place')})" if more else "")


def _shape_argument(context: DeltaInContext) -> str:
    return context.delta.element_id.owner or ""


def _member_argument(context: DeltaInContext) -> str:
    return f"{_shape_argument(context)}.{context.member_name or context.id_member}"


def _service_argument(context: DeltaInContext) -> str:
    return context.delta.element_id.service or "the service"


def _operation_argument(context: DeltaInContext) -> str:
    return name_with_method(context.operation or context.delta.element_id.owner_name, context)


def _method_argument(context: DeltaInContext) -> str:
    return method_name(context.operation or context.delta.element_id.owner_name)


def _waiter_argument(context: DeltaInContext) -> str:
    return name_with_method(context.delta.element_id.owner_name, context)


def _operations_argument(context: DeltaInContext) -> str:
    names = context.operations()
    shown = [name_with_method(name, context) for name in names[:_MAX_LISTED]]
    if len(names) > _MAX_LISTED:
        shown.append(f"{len(names) - _MAX_LISTED} more")
    return listed_with_and(shown) or "the service"


def _changed_argument(context: DeltaInContext) -> str:
    """Say what happened to a value, as it follows the value's name: `changed from a to b`."""
    old, new = context.delta.old, context.delta.new
    if isinstance(old, bool) or isinstance(new, bool):
        return f"changed: now {'yes' if new else 'no'}"
    if isinstance(old, dict) and isinstance(new, dict):
        return "changed" + _summary_difference(old, new)
    if context.kind in (Kind.DOCUMENTATION, Kind.EXAMPLE):
        return {"added": "was added", "removed": "was removed"}.get(context.action, "changed")
    match context.action:
        case "added":
            return f"was set: {format_value(new)}"
        case "removed":
            return f"was removed: {format_value(old)}"
    before, after = format_values(old, new)
    return f"changed from {before} to {after}"


def _summary_difference(old: dict[str, object], new: dict[str, object]) -> str:
    """Return the differences between two summaries or small objects: ` (rules 16, now 19)`."""
    differ = [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key) and key != "digest"]
    shown = ", ".join(
        f"{key} {format_value(old.get(key))}, now {format_value(new.get(key))}" for key in differ[:_MAX_LISTED]
    )
    return f" ({shown})" if shown else ""


def _url_changes(context: DeltaInContext) -> str:
    """List the situations for which endpoint rules choose another URL, or the URLs and settings added or removed."""
    old, new = (value if isinstance(value, dict) else {} for value in (context.delta.old, context.delta.new))
    before, after = old.get("endpoints") or {}, new.get("endpoints") or {}
    if before:
        shown = [f"{label}: {_url_change(before[label], url)}" for label, url in list(after.items())[:_MAX_SITUATIONS]]
        more = len(after) - len(shown) + new.get("more", 0)
        return "; ".join([*shown, *([f"and {counted(more, 'more case')}"] if more else [])])
    parts = [
        f"{word} {noun}{_first_values(value[key])}"
        for key, noun in (("urls", ""), ("settings", "the setting "))
        for word, value in (("now", new), ("no longer", old))
        if value.get(key)
    ]
    return ", ".join(parts) or _changed_argument(context)


def _url_change(old: str | None, new: str | None) -> str:
    if old is None or new is None:
        return f"no longer {old}" if new is None else f"now {new}"
    return f"{new}, not {old}"


def _first_values(values: list[str]) -> str:
    return listed(list(map(format_value, values[:_MAX_LISTED])), len(values[_MAX_LISTED:]))


def _minimum_argument(context: DeltaInContext) -> str:
    """Say what a new minimum requires. A minimum of 1 refuses one value only: the empty one."""
    if to_number(context.delta.new) == 1 and context.value_type in SIZED_TYPES:
        only = ": only the empty string is refused now" if context.value_type == "string" else ""
        return f"can no longer be empty{only}"
    measure = _MEASURE_PHRASES.get(context.value_type, "a value")
    needed = f"now needs {measure} of at least {format_value(context.delta.new)}"
    return needed if context.action == "added" else f"{needed}, not {format_value(context.delta.old)}"


def _location_phrase(location: object) -> str:
    names = {None: "the body", "uri": "the path", "querystring": "the query string", "header": "a header"}
    return names.get(str(location) if location else None, f"the {location}")


def _old_argument(context: DeltaInContext) -> str:
    if context.kind is Kind.WAITER:
        return _wait_phrase(context, [d.old for d in (context.delta, *context.related)])
    if context.delta.trait == "pattern":
        return format_values(context.delta.old, context.delta.new)[0]
    return _enum_or_value(context, context.delta.old)


def _enum_or_value(context: DeltaInContext, value: object) -> str:
    """Return a value for a message; of a whole enum, the first values and a count."""
    if context.kind is not Kind.ENUM or not isinstance(value, list):
        return format_value(value)
    return listed(list(map(format_value, value[:_MAX_ENUM_VALUES])), len(value[_MAX_ENUM_VALUES:]))


def _new_argument(context: DeltaInContext) -> str:
    if context.kind is Kind.WAITER:
        return _wait_phrase(context, [d.new for d in (context.delta, *context.related)])
    if context.delta.trait == "pattern":
        return format_values(context.delta.old, context.delta.new)[1]
    return _enum_or_value(context, context.related[0].new if context.related else context.delta.new)


def _wait_phrase(context: DeltaInContext, values: list[object]) -> str:
    """Say how long a waiter waits, as far as its deltas show."""
    numbers = dict(zip((d.trait for d in (context.delta, *context.related)), values, strict=True))
    delay, attempts = to_number(numbers.get("delay")), to_number(numbers.get("maxAttempts"))
    if delay is not None and attempts is not None:
        return f"{_format_duration(delay * attempts)}, {attempts:g} times {_format_duration(delay)}"
    if attempts is not None:
        return f"{attempts:g} attempts"
    if delay is not None:
        return f"attempts {_format_duration(delay)} apart"
    return format_value(values[0])


def _format_duration(seconds: float) -> str:
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def _join_values(entries: Iterable[object]) -> str:
    return ", ".join(format_value(entry) for entry in entries)


ARGUMENTS: dict[str, Callable[[DeltaInContext], str]] = {
    "subject": _subject_argument,
    "shape": _shape_argument,
    "member": _member_argument,
    "service": _service_argument,
    "operation": _operation_argument,
    "method": _method_argument,
    "waiter": _waiter_argument,
    "operations": _operations_argument,
    "changed": _changed_argument,
    "old": _old_argument,
    "new": _new_argument,
    "is_now": lambda context: "is now" if context.confidence >= _CERTAIN_CONFIDENCE else "now seems to be",
    "added_or_removed": lambda context: "was removed" if context.action == "removed" else "was added",
    "old_location": lambda context: _location_phrase(context.delta.old),
    "new_location": lambda context: _location_phrase(context.delta.new),
    "old_operation": lambda context: name_with_method(str(context.delta.old), context),
    "new_operation": lambda context: name_with_method(str(context.related[0].new), context),
    "url_changes": _url_changes,
    "minimum": _minimum_argument,
    "trait": lambda context: context.delta.trait or context.kind.value,
    "key": lambda context: context.delta.trait.rpartition(".")[2],
    "measure": lambda context: _MEASURE_PHRASES.get(context.value_type, "a value"),
    "added_entries": lambda context: _join_values(added_entries(context)) or format_value(context.delta.new),
    "removed_entries": lambda context: _join_values(removed_entries(context)) or format_value(context.delta.old),
}
"""Every argument that the message of a rule may name."""
