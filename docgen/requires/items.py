"""Values under keys, and values from iteration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from docgen.requires.context import Context
from docgen.requires.facts import RESPONSE
from docgen.requires.joining import Joining, unique
from docgen.requires.terms import (
    Argument,
    Element,
    Item,
)
from docgen.requires.values import (
    NOTHING_KNOWN,
    Dict,
    Foreign,
    List,
    Literal,
    PackageVersion,
    Pages,
    Pair,
    Response,
    Value,
    Values,
)
from docgen.requires.values import (
    Iterable as IterableValue,
)


class Items(Joining):
    """Evaluates subscripts and iteration of responses, dicts and lists."""

    def _item(self, term: Item, context: Context) -> Values:
        keys = self.values(term.key, context)
        bases = self.values(term.base, context)
        return unique(found for base in bases for found in self.item_of(base, keys, context)) or NOTHING_KNOWN

    def item_of(self, base: Value, keys: Values, context: Context) -> Values:
        """Return the values under a key of one value."""
        match base:
            case Response():
                return self.in_response(base, keys)
            case Dict():
                return self.in_dict(base, keys)
            case Pair(items=items):
                numbers = [key.value for key in keys if isinstance(key, Literal) and isinstance(key.value, int)]
                return tuple(value for n in numbers if -len(items) <= n < len(items) for value in items[n])
            case List(term=sequence):
                number = keys[0].value if len(keys) == 1 and isinstance(keys[0], Literal) else None
                if isinstance(number, int) and -len(sequence.items) <= number < len(sequence.items):
                    return self.values(sequence.items[number], base.context)
                return self.elements(base)
            case IterableValue(items=items):
                return items
            case PackageVersion():
                return (base,)
            case Foreign():
                return (base,)
        return NOTHING_KNOWN

    def in_response(self, base: Response, keys: Values) -> Values:
        """Return a member of a response, or an item of a list or map in it."""
        shape = self.facts.shape(base.service, base.operation, RESPONSE, base.path)
        if shape is None:
            return NOTHING_KNOWN
        if "structure" in shape.types:
            names = [key.value for key in keys if isinstance(key, Literal)]
            known = [name for name in names if isinstance(name, str) and name in shape.members]
            return tuple(replace(base, path=(*base.path, name)) for name in known) or NOTHING_KNOWN
        step = "[]" if "list" in shape.types else "{value}" if "map" in shape.types else ""
        if step == "[]" and any(isinstance(key, Literal) and isinstance(key.value, str) for key in keys):
            return NOTHING_KNOWN
        return (replace(base, path=(*base.path, step)),) if step else NOTHING_KNOWN

    def in_dict(self, base: Dict, keys: Values) -> Values:
        """Return the values under a key, or all values if the key is unknown."""
        wanted = {key.value for key in keys if isinstance(key, Literal)}
        every: list[Value] = []
        matching: list[Value] = []
        for key, argument in self.entries(base):
            values = self.values(argument.value, base.context) if argument.key is not None else ()
            every += values
            if not wanted or wanted & {each.value for each in key if isinstance(each, Literal)}:
                matching += values
        return unique(matching or every)

    def entries(self, base: Dict, depth: int = 0) -> Iterable[tuple[Values, Argument]]:
        """Yield the entries of a dict with the values of their keys, including those of `**other`."""
        for argument in base.term.entries:
            if argument.key is not None:
                yield self.values(argument.key, base.context), argument
            elif depth < 8:
                for value in self.values(argument.value, base.context):
                    if isinstance(value, Dict):
                        yield from self.entries(value, depth + 1)

    def _element(self, term: Element, context: Context) -> Values:
        return (
            unique(found for base in self.values(term.base, context) for found in self.elements(base)) or NOTHING_KNOWN
        )

    def elements(self, base: Value) -> Values:
        """Return the values from iteration over one value."""
        match base:
            case Response():
                shape = self.facts.shape(base.service, base.operation, RESPONSE, base.path)
                is_list = shape is not None and "list" in shape.types
                return (replace(base, path=(*base.path, "[]")),) if is_list else NOTHING_KNOWN
            case Pages(paginator=pages):
                return (Response(pages.service, pages.operation, (), pages.certain),)
            case List(term=sequence):
                return self.either(sequence.items, base.context)
            case Dict():
                return unique(value for key, _ in self.entries(base) for value in key)
            case IterableValue(items=items):
                return items
            case PackageVersion() | Foreign():
                return (base,)
        return NOTHING_KNOWN
