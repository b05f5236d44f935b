"""Shared by expressions and statements: the scope, names, and recorded events."""

from __future__ import annotations

import ast
import builtins
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from docgen.requires.code import Function, Module
from docgen.requires.scope import Ref, State
from docgen.requires.terms import (
    NOTHING,
    Event,
    External,
    Global,
    Guard,
    Term,
    Union,
)

_BUILTINS = frozenset(dir(builtins))


COLLECTION_METHODS = frozenset({"all", "filter", "limit", "page_size", "pages"})
"""Methods of collections of boto3's resources."""


@dataclass(slots=True)
class Names:
    """The names that make an expression relevant: methods of operations, services, actions of resources."""

    methods: frozenset[str]
    services: frozenset[str]
    actions: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Scope:
    """A function, class body or module that is being followed."""

    module: Module
    state: State
    guards: tuple[Guard, ...] = ()
    function: Function | None = None
    class_id: str = ""
    outer: Scope | None = None
    globals: set[str] = field(default_factory=set)
    qualified: str = ""
    prefix: str = ""

    @property
    def is_module(self) -> bool:
        """Whether names that are assigned here are module-level."""
        return self.function is None and not self.class_id


class Follower:
    """Follows the code of one scope."""

    def __init__(self, scope: Scope, names: Names, lines: list[str]) -> None:
        self.scope = scope
        self.module = scope.module
        self.names = names
        self.lines = lines
        self._line, self._ends = 0, array("L")  # the end of each character, in bytes, of a line that is not ASCII

    def column(self, line: int, offset: int) -> int:
        """Return the column in characters, from 1, of a byte offset."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if text.isascii():
            return offset + 1
        if self._line != line:
            self._line, self._ends = line, array("L", accumulate(len(character.encode()) for character in text))
        return bisect_right(self._ends, offset) + 1

    def emit(self, term: Term, line: int, column: int, *, named: bool = True) -> None:
        """Record a place that may be a use; `named` says whether the name of what is called is written there."""
        self.module.events.append(Event(term, line, column, self.scope.guards, named))

    def lookup(self, name: str) -> Term:
        """Return the meaning of a name in this scope."""
        scope: Scope | None = self.scope
        while scope is not None:
            if not scope.is_module or scope is self.scope:
                found = scope.state.names.get(name)
                if found is not None:
                    return found if scope is self.scope else scope.state.snapshot(found)
            scope = scope.outer
        return self.global_name(name)

    def global_name(self, name: str) -> Term:
        """Return the term of a module-level name or a builtin."""
        bound = self.module.names.get(name)
        if bound is None and not self.module.stars and name in _BUILTINS:
            return External(f"builtins.{name}")
        if bound and len(bound) == 1 and isinstance(bound[0], External):
            return bound[0]
        return Global(self.module.name, name)

    def end_of(self, node: ast.Attribute) -> tuple[int, int]:
        """Return the line and column at which the name of an attribute is written."""
        line = node.end_lineno or node.lineno
        return line, self.column(line, (node.end_col_offset or 0) - len(node.attr.encode()))

    def children(self, node: ast.AST) -> Term:
        """Follow the parts of an expression whose own value is not tracked."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expression(child)
        return NOTHING

    def lambda_(self, node: ast.Lambda) -> Term:
        """Return the term of a lambda."""
        raise NotImplementedError

    def bind(self, target: ast.expr, term: Term) -> None:
        """Assign a term to a name, an attribute or a key."""
        raise NotImplementedError

    def expression(self, node: ast.expr | None) -> Term:
        """Return the term of an expression, which may be a dict that still grows."""
        raise NotImplementedError

    def value(self, node: ast.expr | None) -> Term:
        """Return the term of an expression as it is now."""
        term = self.expression(node)
        return self.scope.state.snapshot(term) if isinstance(term, (Ref, Union)) else term

    def conditions(self, node: ast.expr, holds: bool, term: Term | None = None) -> tuple[Guard, ...]:
        """Return the guards of the code that runs if a test is true or false."""
        raise NotImplementedError
