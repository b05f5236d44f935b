"""Parameters: the keywords of a call, and everything inside their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from docgen.requires.context import TOP, Context
from docgen.requires.evaluate import Evaluator
from docgen.requires.facts import REQUEST, model_name
from docgen.requires.infer import OWN_KEYWORDS
from docgen.requires.terms import Argument, Const, Event, Mapping, Sequence, Term
from docgen.requires.uses import Found
from docgen.requires.values import (
    Dict,
    List,
    Literal,
)

_OF_BOTOCORE = frozenset({"PaginationConfig", "WaiterConfig"})
_MAX_NESTING = 16


class Parameters:
    """Finds the members and values that a call passes to an operation."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.facts = evaluator.facts
        self.module = ""

    def found(
        self, at: Event | Argument | Const, service: str, kind: str, path: tuple[str, ...], certain: bool, event: Event
    ) -> Found:
        """Return a use that is written at a place."""
        call = self.module, event.line, event.column
        return Found(self.module, at.line, at.column, service, "", path, kind, certain, guards=event.guards, call=call)

    def parameters(
        self,
        service: str,
        operation: str,
        certain: bool,
        arguments: Iterable[Argument],
        event: Event,
        *,
        strict: bool = True,
    ) -> Iterator[Found]:
        """Yield the keywords of a call, with everything inside their values."""
        call = self.module, event.line, event.column
        root = Found(self.module, 0, 0, service, operation, (), "parameter", certain, guards=event.guards, call=call)
        for each in arguments:
            if each.key is None:
                for value in self.evaluator.values(each.value):
                    if isinstance(value, Dict):
                        is_local = strict and isinstance(each.value, Mapping)
                        yield from self.members(
                            root, value.term.entries, value.context, value.term.module or self.module, is_local
                        )
            else:
                yield from self.members(root, (each,), TOP, self.module, strict)

    def is_open(self, arguments: Iterable[Argument], context: Context = TOP, depth: int = 0) -> bool:
        """Return whether a call may pass more than the code shows, because it unpacks something unknown."""
        for each in arguments:
            values = self.evaluator.values(each.value, context) if each.key is None else ()
            for value in values:
                if not isinstance(value, Dict) or depth > _MAX_NESTING:
                    return True
                if self.is_open(value.term.entries, value.context, depth + 1):
                    return True
        return False

    def members(
        self, root: Found, entries: Iterable[Argument], context: Context, module: str, strict: bool, depth: int = 0
    ) -> Iterator[Found]:
        """Yield the members of a structure that is given as a dict or as keywords."""
        shape = self.facts.shape(root.service, root.operation, REQUEST, root.path)
        if depth > _MAX_NESTING:
            return
        for each in entries:
            if each.key is None:
                for value in self.evaluator.values(each.value, context):
                    if isinstance(value, Dict):
                        inner, is_local = value.term, strict and isinstance(each.value, Mapping)
                        yield from self.members(
                            root, inner.entries, value.context, inner.module or module, is_local, depth + 1
                        )
                continue
            for key in self.evaluator.values(each.key, context):
                if isinstance(key, Literal) and isinstance(key.value, str):
                    yield from self.member(
                        root, each, key.value, shape.members if shape else frozenset(), context, module, strict, depth
                    )

    def member(
        self,
        root: Found,
        each: Argument,
        written: str,
        known: frozenset[str],
        context: Context,
        module: str,
        strict: bool,
        depth: int,
    ) -> Iterator[Found]:
        """Yield one member and everything inside its value."""
        name = written if root.path else model_name(root.service, root.operation, written, known)
        if (not root.path and (name in _OF_BOTOCORE or name in OWN_KEYWORDS)) or (name not in known and not strict):
            return
        use = replace(
            root,
            module=module,
            line=each.line,
            column=each.column,
            path=(*root.path, name),
            kind="parameter",
            written=written if written != name else "",
            guards=(*root.guards, *each.guards),
        )
        yield use
        if name in known:
            yield from self.inside(use, each.value, context, strict, depth + 1)

    def inside(self, use: Found, term: Term, context: Context, strict: bool, depth: int = 0) -> Iterator[Found]:
        """Yield everything inside a value, where `use` is the parameter that it is passed for."""
        if depth > _MAX_NESTING:
            return
        if isinstance(term, Const):
            at = replace(use, line=term.line, column=term.column) if term.line else use
            yield from self.value(at, term.value)
            return
        for value in self.evaluator.values(term, context):
            match value:
                case Literal(value=text):
                    yield from self.value(use, text)
                case Dict():
                    yield from self._in_dict(use, value, strict and isinstance(term, Mapping), depth)
                case List(term=sequence):
                    yield from self._in_list(use, sequence, value.context, strict and isinstance(term, Sequence), depth)

    def _in_dict(self, use: Found, value: Dict, strict: bool, depth: int) -> Iterator[Found]:
        shape = self.facts.shape(use.service, use.operation, REQUEST, use.path)
        if shape is None or shape.is_document:
            return
        module = value.term.module or use.module
        if "structure" in shape.types:
            yield from self.members(use, value.term.entries, value.context, module, strict, depth + 1)
        elif "map" in shape.types:
            for keys, each in self.evaluator.entries(value):
                at = replace(use, module=module, line=each.line, column=each.column, path=(*use.path, "{key}"))
                at = replace(at, guards=(*use.guards, *each.guards))
                for key in keys:
                    if isinstance(key, Literal):
                        yield from self.value(at, key.value)
                yield from self.inside(
                    replace(at, path=(*use.path, "{value}")), each.value, value.context, strict, depth + 1
                )

    def _in_list(self, use: Found, sequence: Sequence, context: Context, strict: bool, depth: int) -> Iterator[Found]:
        shape = self.facts.shape(use.service, use.operation, REQUEST, use.path)
        if shape is None or "list" not in shape.types:
            return
        at = replace(use, path=(*use.path, "[]"))
        for item in sequence.items:
            yield from self.inside(at, item, context, strict, depth + 1)

    def value(self, use: Found, text: object) -> Iterator[Found]:
        """Yield a value of an enum."""
        if not isinstance(text, str) or not text:
            return
        if self.facts.value(use.service, use.operation, REQUEST, use.path, text) is not None:
            yield replace(use, kind="value", value=text, written="")
