"""The values of parameters, from the arguments that callers pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from docgen.requires.code import Class, Function
from docgen.requires.context import TOP, Context
from docgen.requires.terms import Argument, Attr, Call, ClassRef, Const, Mapping, Param, Self, Term
from docgen.requires.values import (
    NOTHING_KNOWN,
    UNKNOWN,
    ClassValue,
    Client,
    Dict,
    Foreign,
    FunctionValue,
    Literal,
    Pages,
    PaginatorValue,
    Resource,
    Response,
    Value,
    Values,
    WaiterValue,
)

if TYPE_CHECKING:
    from docgen.requires.evaluate import Evaluator

MAX_CALLERS = 60
"""The most calls of one name that are examined, if the object called may be anything."""


class Callers:
    """Finds the calls of functions and their arguments."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.program = evaluator.program
        self._parameters: dict[tuple[str, str], Values] = {}
        self._calls: dict[str, list[tuple[str, Call, Context]]] = {}

    def parameter(self, term: Param) -> Values:
        """Return the values of a parameter; clients are uncertain if one caller is not understood."""
        key = term.function, term.name
        if key not in self._parameters:
            self._parameters[key] = NOTHING_KNOWN
            self._parameters[key] = self._parameter(term)
        return self._parameters[key]

    def _parameter(self, term: Param) -> Values:
        function = self.program.functions.get(term.function)
        if function is None:
            return NOTHING_KNOWN
        annotation = function.annotations.get(term.name)
        if annotation is not None:
            typed = [self.evaluator.instance(value) for value in self.evaluator.values(annotation)]
            if any(says_something(value) for value in typed):
                return tuple(typed)
        default = function.defaults.get(term.name)
        given = self.evaluator.values(default) if default is not None else ()
        passed = [
            values for module, values in self.passed(function, term.name) if self._counts(module, function, values)
        ]
        found = [value for values in passed for value in values]
        if not all(any(not is_unclear(value) for value in values) for values in passed):
            found = [_uncertain(value) for value in found]
        return tuple(dict.fromkeys((*given, *found))) or NOTHING_KNOWN

    def _counts(self, module: str, function: Function, values: Values) -> bool:
        """Return whether a caller counts. Tests often pass stand-ins for clients."""
        if not _is_test(module) or _is_test(function.module):
            return True
        return any(says_something(value) for value in values)

    def passed(self, function: Function, name: str) -> Iterator[tuple[str, Values]]:
        """Yield the values that each known caller passes for a parameter, with the caller's module."""
        names = list(function.parameters)
        if function.class_id and not function.is_static:
            names = names[1:]
        for module, call, context in self.calls(function):
            if name == "**":
                extra = tuple(each for each in call.keywords if not _is_one_of(each.key, names))
                yield module, (Dict(Mapping(extra, module), context),)
            elif name == "*":
                rest = call.positional[len(names) :]
                yield module, tuple(value for term in rest for value in self.evaluator.values(term, context))
            else:
                position = names.index(name) if name in names else len(call.positional)
                given = argument(call.positional, call.keywords, position, name)
                if given is not None:
                    yield module, self.evaluator.values(given, context)

    def calls(self, function: Function) -> list[tuple[str, Call, Context]]:
        """Return the calls that may be of a function, each with its module and the context of its `self`."""
        if function.id not in self._calls:
            self._calls[function.id] = list(self._find_calls(function))
        return self._calls[function.id]

    def _find_calls(self, function: Function) -> Iterator[tuple[str, Call, Context]]:
        name = function.name
        if name == "__init__":
            name = function.class_id.rpartition(":")[2].rpartition(".")[2]
        others = 0
        for module, call in self.program.calls(name):
            match call.function:
                case Attr(base=Self(class_id=id) | ClassRef(id=id)) if function.class_id:
                    if self._is_related(id, function.class_id):
                        yield module, call, self.evaluator.context("", {}, function.class_id, TOP)
                case _:
                    others += 1
                    if others <= MAX_CALLERS and self._is_call_of(call, function):
                        yield module, call, TOP

    def _is_related(self, caller: str, owner: str) -> bool:
        """Return whether one of two classes inherits from the other."""
        return caller in self.program.ancestors(owner) or owner in self.program.ancestors(caller)

    def _is_call_of(self, call: Call, function: Function) -> bool:
        for value in self.evaluator.values(call.function):
            match value:
                case FunctionValue(id=id) if id == function.id:
                    return True
                case ClassValue(id=id) if function.name == "__init__":
                    if function.class_id in self.program.ancestors(id):
                        return True
        return False

    def field(self, owner: Class, name: str) -> Values:
        """Return the values that callers pass for a field of a dataclass."""
        if "__init__" in owner.methods:
            return ()
        names = list(owner.annotations)
        found: list[Value] = []
        for _, call in self.program.calls(owner.name):
            if ClassValue(owner.id) in self.evaluator.values(call.function):
                given = argument(call.positional, call.keywords, names.index(name), name)
                found += self.evaluator.values(given) if given is not None else ()
        return tuple(found)


def argument(positional: tuple[Term, ...], keywords: tuple[Argument, ...], position: int, *names: str) -> Term | None:
    """Return the argument at a position, or with one of the names, or None."""
    if position < len(positional):
        return positional[position]
    return next((each.value for each in keywords if _is_one_of(each.key, names)), None)


def says_something(value: Value) -> bool:
    """Return whether a value is more than unknown, foreign or None."""
    return not is_unclear(value) and not (isinstance(value, Literal) and value.value is None)


def is_unclear(value: Value) -> bool:
    """Return whether a value could be anything."""
    return value is UNKNOWN or isinstance(value, Foreign)


def _is_test(module: str) -> bool:
    return any(part in ("test", "tests", "conftest") or part.startswith("test_") for part in module.split("."))


def _is_one_of(key: Term | None, names: tuple[str, ...] | list[str]) -> bool:
    return isinstance(key, Const) and key.value in names


def _uncertain(value: Value) -> Value:
    match value:
        case Client() | Resource() | PaginatorValue() | WaiterValue() | Response() if value.certain:
            return replace(value, certain=False)
        case Pages(paginator=paginator):
            return Pages(replace(paginator, certain=False))
    return value
