"""Follows the statements of a module in order: assignments, branches, guards, functions and classes.

Every branch is followed, loops twice (an iteration reads what the previous one assigned). The bodies of functions come
after the module's own statements, because that is when they run.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any

from docgen.requires.assignments import Assignments
from docgen.requires.definitions import last_name_of
from docgen.requires.follower import Names, Scope
from docgen.requires.scope import Ref, State, with_guards
from docgen.requires.terms import (
    Element,
    Entered,
    Guard,
    Term,
)

GUARDING_ERRORS = frozenset({"AttributeError", "ParamValidationError", "UnknownServiceError", "DataNotFoundError"})
"""Errors that an older botocore raises for missing elements."""

_ENDS_THE_PROGRAM = frozenset({"exit", "_exit", "abort", "fail_json", "fail_json_aws", "fail", "error"})


class Flow(Enum):
    """How a block ends."""

    FALLS = "goes on with the next statement"
    LEAVES = "returns, breaks or continues"
    RAISES = "raises, or ends the program"


class Statements(Assignments):
    """Follows the statements of one scope; `later` collects the functions that are found."""

    def __init__(self, scope: Scope, names: Names, lines: list[str], later: list[tuple[Scope, ast.AST]]) -> None:
        super().__init__(scope, names, lines, later)
        self.in_loop = False

    def block(self, body: Iterable[ast.stmt]) -> Flow:
        """Follow statements in order."""
        for statement in body:
            handler = _STATEMENTS.get(type(statement))
            if handler is None:
                self.children(statement)
                continue
            flow = handler(self, statement)
            if flow is not None and flow is not Flow.FALLS:
                return flow
        return Flow.FALLS

    # --- branches ---

    def _if(self, node: ast.If) -> Flow:
        test = self.value(node.test)
        guards, before = self.scope.guards, self.scope.state.copy()
        holds = self.conditions(node.test, True, None if _is_compound(node.test) else test)
        fails = self.conditions(node.test, False, None if _is_compound(node.test) else test)
        if not (node.orelse and _only_raises(node.orelse)):
            self.scope.guards = with_guards(guards, holds)
        self._without_absent_key(node.test, ast.NotIn, self.scope.state)
        self._without_absent_key(node.test, ast.In, before)
        first = self.block(node.body)
        after = self.scope.state
        self.scope.state = before
        self.scope.guards = guards if _only_raises(node.body) else with_guards(guards, fails)
        second = self.block(node.orelse)
        self.scope.guards = guards
        return self.meet([(first, after), (second, self.scope.state)], (holds, fails))

    def _without_absent_key(self, test: ast.expr, operator: type[ast.cmpop], state: State) -> None:
        """Remove the key from the dict in the branch where `"Tags" in params` is false."""
        match test:
            case ast.Compare(left=ast.Constant(value=key), ops=[op], comparators=[ast.Name(id=name)]):
                ref = self.scope.state.names.get(name)
                if isinstance(op, operator) and isinstance(ref, Ref) and ref.is_dict:
                    state.remove(ref, key)

    def meet(self, branches: list[tuple[Flow, State]], guards: tuple[tuple[Guard, ...], tuple[Guard, ...]]) -> Flow:
        """Continue after two branches. If one leaves, the test of the other guards the rest of the block."""
        (first, after), (second, otherwise) = branches
        if first is Flow.FALLS and second is Flow.FALLS:
            after.merge(otherwise)
            self.scope.state = after
            return Flow.FALLS
        if first is Flow.FALLS:
            self.scope.state = after
            self.scope.guards = with_guards(self.scope.guards, guards[0] if second is Flow.LEAVES else ())
            return Flow.FALLS
        self.scope.state = otherwise
        if second is Flow.FALLS:
            self.scope.guards = with_guards(self.scope.guards, guards[1] if first is Flow.LEAVES else ())
            return Flow.FALLS
        return Flow.RAISES if first is second is Flow.RAISES else Flow.LEAVES

    def inner_block(self, body: list[ast.stmt]) -> Flow:
        """Follow a block; the guards that it adds end with it."""
        guards = self.scope.guards
        flow = self.block(body)
        self.scope.guards = guards
        return flow

    def _for(self, node: ast.For | ast.AsyncFor) -> Flow:
        items = self.value(node.iter)
        return self._loop(node, Element(items), node.target)

    def _while(self, node: ast.While) -> Flow:
        test = self.value(node.test)
        guards = self.scope.guards
        self.scope.guards = with_guards(guards, self.conditions(node.test, True, test))
        self._loop(node, None, None)
        self.scope.guards = guards
        return Flow.FALLS

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, item: Term | None, target: ast.expr | None) -> Flow:
        before = self.scope.state.copy()
        outermost = not self.in_loop
        self.in_loop = True
        for _ in range(2):
            if item is not None and target is not None:
                self.bind(target, item)
            self.inner_block(node.body)
            if not outermost or not self.scope.state.grew_from(before):
                break
            self.scope.state.merge(before)
        if outermost:
            self.in_loop = False
        self.scope.state.merge(before)
        return self.inner_block(node.orelse)

    def _match(self, node: ast.Match) -> Flow:
        self.value(node.subject)
        before = self.scope.state.copy()
        ends = [before.copy()]
        for case in node.cases:
            self.scope.state = before.copy()
            if case.guard is not None:
                self.expression(case.guard)
            if self.inner_block(case.body) is Flow.FALLS:
                ends.append(self.scope.state)
        self.scope.state = ends[-1]
        for state in ends[:-1]:
            self.scope.state.merge(state)
        return Flow.FALLS

    def _try(self, node: ast.Try) -> Flow:
        guards, before = self.scope.guards, self.scope.state.copy()
        errors = frozenset(
            name for handler in node.handlers if not _only_raises(handler.body) for name in _names(handler.type)
        )
        if errors & GUARDING_ERRORS:
            self.scope.guards = with_guards(guards, (Guard(errors=errors & GUARDING_ERRORS),))
        flow = self.block(node.body)
        self.scope.guards = guards
        if flow is Flow.FALLS:
            flow = self.block(node.orelse)
        self.scope.guards = guards
        ends = [self.scope.state] if flow is Flow.FALLS else []
        before.merge(self.scope.state.copy())
        for handler in node.handlers:
            self.scope.state = before.copy()
            self.expression(handler.type)
            if self.inner_block(handler.body) is Flow.FALLS:
                ends.append(self.scope.state)
        self.scope.state = ends[0] if ends else before
        for state in ends[1:]:
            self.scope.state.merge(state)
        last = self.inner_block(node.finalbody)
        return last if last is not Flow.FALLS or ends else flow

    def _with(self, node: ast.With | ast.AsyncWith) -> Flow:
        guards = self.scope.guards
        for each in node.items:
            context = self.value(each.context_expr)
            if each.optional_vars is not None:
                self.bind(each.optional_vars, Entered(context))
            if isinstance(each.context_expr, ast.Call) and last_name_of(each.context_expr.func) == "suppress":
                errors = frozenset(name for argument in each.context_expr.args for name in _names(argument))
                self.scope.guards = with_guards(self.scope.guards, (Guard(errors=errors & GUARDING_ERRORS),))
        flow = self.block(node.body)
        self.scope.guards = guards
        return flow

    # --- ends ---

    def _return(self, node: ast.Return) -> Flow:
        term = self.value(node.value)
        if self.scope.function is not None:
            self.scope.function.returned.append(term)
        return Flow.LEAVES

    def _raise(self, node: ast.Raise) -> Flow:
        self.children(node)
        return Flow.RAISES

    def _leave(self, node: ast.stmt) -> Flow:
        return Flow.LEAVES

    def _expression_statement(self, node: ast.Expr) -> Flow:
        self.expression(node.value)
        return Flow.RAISES if _ends_the_program(node) else Flow.FALLS

    def _global(self, node: ast.Global) -> None:
        self.scope.globals.update(node.names)


_STATEMENTS: dict[type[ast.stmt], Callable[[Any, Any], Flow | None]] = {
    ast.Assign: Statements._assign,
    ast.AnnAssign: Statements._annotated,
    ast.AugAssign: Statements._augmented,
    ast.If: Statements._if,
    ast.For: Statements._for,
    ast.AsyncFor: Statements._for,
    ast.While: Statements._while,
    ast.Match: Statements._match,
    ast.Try: Statements._try,
    ast.TryStar: Statements._try,
    ast.With: Statements._with,
    ast.AsyncWith: Statements._with,
    ast.Return: Statements._return,
    ast.Raise: Statements._raise,
    ast.Break: Statements._leave,
    ast.Continue: Statements._leave,
    ast.Expr: Statements._expression_statement,
    ast.Delete: Statements._delete,
    ast.Import: Statements._import,
    ast.ImportFrom: Statements._import_from,
    ast.Global: Statements._global,
    ast.FunctionDef: Statements._function,
    ast.AsyncFunctionDef: Statements._function,
    ast.ClassDef: Statements._class,
}


def _is_compound(node: ast.expr) -> bool:
    return isinstance(node, (ast.BoolOp, ast.UnaryOp))


def _only_raises(body: list[ast.stmt]) -> bool:
    """Return whether a branch only reports that something is missing."""
    return bool(body) and (isinstance(body[-1], ast.Raise) or _ends_the_program(body[-1]))


def _ends_the_program(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and last_name_of(node.value.func) in _ENDS_THE_PROGRAM
        and (isinstance(node.value.func, ast.Attribute) or last_name_of(node.value.func) == "exit")
    )


def _names(node: ast.expr | None) -> list[str]:
    """Return the last names of the exceptions of a handler."""
    match node:
        case ast.Tuple(elts=items):
            return [last_name_of(item) for item in items]
        case None:
            return []
    return [last_name_of(node)]
