"""Shared by the evaluation of terms: the abstract evaluator, and how values are combined."""

from __future__ import annotations

from collections.abc import Iterable

from docgen.requires.code import Class
from docgen.requires.context import TOP, Context
from docgen.requires.facts import Facts
from docgen.requires.program import Program
from docgen.requires.terms import (
    Term,
)
from docgen.requires.values import (
    UNKNOWN,
    ClassValue,
    Client,
    Dict,
    Instance,
    List,
    Literal,
    PaginatorValue,
    Resource,
    Session,
    Value,
    Values,
    WaiterValue,
)

MAX_VALUES = 40
"""The most values of one term."""


class Joining:
    """The methods that the parts of the evaluator share."""

    program: Program
    facts: Facts

    def values(self, term: Term, context: Context = TOP) -> Values:
        """Return everything that a term may be."""
        raise NotImplementedError

    def either(self, terms: Iterable[Term], context: Context) -> Values:
        """Return everything that any of several terms may be."""
        return unique(value for term in terms for value in self.values(term, context))

    def module_name(self, module: str, name: str) -> Values:
        """Return the values of a module-level name of a scanned module."""
        raise NotImplementedError

    def context(
        self, function: str, arguments: dict[tuple[str, str], Values], self_class: str, outer: Context
    ) -> Context:
        """Return the one context for a function, its arguments, and the context in which it was created."""
        raise NotImplementedError

    def called(self, functions: Values, context: Context) -> Values:
        """Return everything that calling one of some values without arguments may return."""
        raise NotImplementedError

    def field(self, owner: Class, name: str) -> Values:
        """Return the values that callers pass for a field of a dataclass."""
        raise NotImplementedError

    def instance(self, value: Value) -> Value:
        """Return an instance of an annotated type."""
        match value:
            case ClassValue(id=id):
                return Instance(id)
            case Client() | Resource() | PaginatorValue() | WaiterValue() | List() | Dict():
                return value
            case Session():
                return value
        return UNKNOWN


def unique(values: Iterable[Value]) -> Values:
    """Return each value once, up to a limit."""
    return tuple(dict.fromkeys(values))[:MAX_VALUES]


def is_known(value: Value) -> bool:
    """Return whether a value is known."""
    return value is not UNKNOWN and not (isinstance(value, Literal) and value.value is None)


def is_factory_name(name: str) -> bool:
    """Return whether an attribute with this name creates clients, on any object."""
    return name in ("client", "resource", "create_client")
