"""Conditions: the guards that they add, and the expressions that depend on them."""

from __future__ import annotations

import ast

from docgen.requires.containers import Containers
from docgen.requires.scope import either_of, with_guards
from docgen.requires.terms import (
    NOTHING,
    Attr,
    Call,
    External,
    FunctionRef,
    Global,
    Guard,
    Param,
    Sequence,
    Term,
    Test,
    Union,
)

_OPERATORS = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


class Conditions(Containers):
    """Follows code that runs only under a condition."""

    def either(self, node: ast.BoolOp) -> Term:
        """Return the term of `a or b`, which is one of both; `b` is evaluated only if `a` was false."""
        guards = self.scope.guards
        found = []
        for value in node.values:
            found.append(self.value(value))
            more = self.conditions(value, isinstance(node.op, ast.And), found[-1])
            self.scope.guards = with_guards(self.scope.guards, more)
        self.scope.guards = guards
        return Test("or" if isinstance(node.op, ast.Or) else "and", tuple(found))

    def _conditional(self, node: ast.IfExp) -> Term:
        guards = self.scope.guards
        test = self.value(node.test)
        self.scope.guards = with_guards(guards, self.conditions(node.test, True, test))
        chosen = self.value(node.body)
        self.scope.guards = with_guards(guards, self.conditions(node.test, False, test))
        other = self.value(node.orelse)
        self.scope.guards = guards
        return either_of(chosen, other)

    def _compare(self, node: ast.Compare) -> Term:
        left = self.value(node.left)
        rest = [self.value(each) for each in node.comparators]
        return Test(_OPERATORS[type(node.ops[0])], (left, rest[0])) if len(rest) == 1 else NOTHING

    def _unary(self, node: ast.UnaryOp) -> Term:
        term = self.value(node.operand)
        return Test("not", (term,)) if isinstance(node.op, ast.Not) else NOTHING

    def conditions(self, node: ast.expr, holds: bool, term: Term | None = None) -> tuple[Guard, ...]:
        """Return the guards of the code that runs if a test is true or false."""
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return self.conditions(inner, not holds)
            case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) is holds:
                return tuple(guard for value in values for guard in self.conditions(value, holds))
            case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
                return (Guard(never_runs=holds),)
            case ast.Constant():
                return ()
        quiet = self.module.events
        self.module.events = []
        found = self.value(node) if term is None else term
        self.module.events = quiet
        return (Guard(found, holds),) if _may_guard(found) else ()


def _may_guard(term: Term) -> bool:
    """Return whether a condition could be about versions, methods or services."""
    if isinstance(term, Test):
        return any(_may_guard(each) for each in term.operands)
    if isinstance(term, (Call, FunctionRef, Global, Attr, Param, External)):
        return True
    parts = term.options if isinstance(term, Union) else term.items if isinstance(term, Sequence) else ()
    return any(_may_guard(each) for each in parts)
