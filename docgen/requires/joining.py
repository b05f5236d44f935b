"""What working out terms shares: the abstract evaluator, and how values are gathered."""

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
"""Values that one term may have."""


class Joining:
    """What parts of the evaluator ask of each other."""

    program: Program
    facts: Facts

    def values(self, term: Term, context: Context = TOP) -> Values:
        """Everything that a term may be."""
        raise NotImplementedError

    def either(self, terms: Iterable[Term], context: Context) -> Values:
        """Everything that any of several terms may be."""
        return unique(value for term in terms for value in self.values(term, context))

    def module_name(self, module: str, name: str) -> Values:
        """A module-level name of a scanned module."""
        raise NotImplementedError

    def context(
        self, function: str, arguments: dict[tuple[str, str], Values], self_class: str, outer: Context
    ) -> Context:
        """The one context for a function, its arguments, and the context in which it was made."""
        raise NotImplementedError

    def called(self, functions: Values, context: Context) -> Values:
        """What calling any of some values without arguments returns."""
        raise NotImplementedError

    def field(self, owner: Class, name: str) -> Values:
        """What callers pass for a field of a dataclass."""
        raise NotImplementedError

    def instance(self, value: Value) -> Value:
        """An instance of an annotated type."""
        match value:
            case ClassValue(id=id):
                return Instance(id)
            case Client() | Resource() | PaginatorValue() | WaiterValue() | List() | Dict():
                return value
            case Session():
                return value
        return UNKNOWN


def unique(values: Iterable[Value]) -> Values:
    """Each value once, and not too many."""
    return tuple(dict.fromkeys(values))[:MAX_VALUES]


def is_known(value: Value) -> bool:
    """Whether a value says anything."""
    return value is not UNKNOWN and not (isinstance(value, Literal) and value.value is None)


def is_factory_name(name: str) -> bool:
    """Whether an attribute of this name makes clients, whatever has it."""
    return name in ("client", "resource", "create_client")
