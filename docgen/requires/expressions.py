"""Turns expressions into terms, and finds the places in them that may be uses."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from docgen.requires.conditions import Conditions
from docgen.requires.follower import COLLECTION_METHODS, Names
from docgen.requires.scope import either_of, with_guards
from docgen.requires.terms import (
    NOTHING,
    Argument,
    Attr,
    Call,
    Const,
    Element,
    External,
    Global,
    Guard,
    Mapping,
    Param,
    Sequence,
    Term,
    Test,
    Union,
)

MAKERS = frozenset("client resource create_client get_paginator get_waiter paginate wait can_paginate".split())
"""Methods of sessions and clients that are not operations."""

_PRESIGNED = frozenset({"generate_presigned_url", "generate_presigned_post"})
_RETURN_THEIR_ARGUMENT = frozenset(
    {"list", "tuple", "set", "sorted", "reversed", "iter", "frozenset", "deepcopy", "copy"}
)


class Expressions(Conditions):
    """Turns the expressions of one scope into terms. Statements are followed by `statements.Statements`."""

    # --- entry points ---

    def expression(self, node: ast.expr | None) -> Term:
        """Return the term of an expression, which may be a dict that still grows."""
        if node is None:
            return NOTHING
        handler = _HANDLERS.get(type(node))
        return handler(self, node) if handler else self.children(node)

    # --- names ---

    def _name(self, node: ast.Name) -> Term:
        return self.lookup(node.id)

    def attribute(self, node: ast.Attribute) -> Term:
        """Return the term of an attribute that is read, not called."""
        term = self._attribute_term(node)
        if isinstance(term, Attr) and (node.attr in self.names.methods or node.attr[:1].isupper()):
            line, column = self.end_of(node)
            self.emit(term, line, column)
        return term

    def _attribute_term(self, node: ast.Attribute) -> Term:
        if isinstance(node.value, ast.Name):
            known = self.scope.state.names.get(f"{node.value.id}.{node.attr}")
            if known is not None:
                return known
        base = self.value(node.value)
        return External(f"{base.name}.{node.attr}") if isinstance(base, External) else Attr(base, node.attr)

    # --- literals ---

    def _constant(self, node: ast.Constant) -> Term:
        if isinstance(node.value, (str, int, float, bool)) or node.value is None:
            return Const(node.value, node.lineno, self.column(node.lineno, node.col_offset))
        return NOTHING

    def _joined(self, node: ast.JoinedStr) -> Term:
        return self.children(node)

    # --- operators ---

    def _binary(self, node: ast.BinOp) -> Term:
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.BitOr):
            return self.merged(node, left, right)
        if isinstance(node.op, ast.Add):
            if isinstance(left, Const) and isinstance(right, Const):
                both = left.value, right.value
                if isinstance(both[0], str) and isinstance(both[1], str):
                    return Const(both[0] + both[1], left.line, left.column)
            return Sequence((Element(left), Element(right)))
        return NOTHING

    def merged(self, node: ast.BinOp, left: Term, right: Term) -> Term:
        """Return the term of `one | other` for dicts or types."""
        if isinstance(left, (Mapping, Global, Attr, Call, Param, Test, Union)) or isinstance(right, Mapping):
            column = self.column(node.lineno, node.col_offset)
            entries = (Argument(None, side, node.lineno, column, self.scope.guards) for side in (left, right))
            return self.scope.state.new_dict(tuple(entries))
        return either_of(left, right)

    # --- subscripts ---

    def _subscript(self, node: ast.Subscript) -> Term:
        base = self.expression(node.value)
        if isinstance(node.slice, ast.Slice):
            self.children(node.slice)
            return self.scope.state.snapshot(base)
        return self.item(base, self.value(node.slice), node.slice)

    # --- others ---

    def _awaited(self, node: ast.Await) -> Term:
        return self.expression(node.value)

    def _yielded(self, node: ast.Yield) -> Term:
        term = self.value(node.value)
        if self.scope.function is not None:
            self.scope.function.yielded.append(term)
        return NOTHING

    def _yielded_from(self, node: ast.YieldFrom) -> Term:
        term = self.value(node.value)
        if self.scope.function is not None:
            self.scope.function.yielded.append(Element(term))
        return NOTHING

    def _walrus(self, node: ast.NamedExpr) -> Term:
        term = self.expression(node.value)
        self.bind(node.target, term)
        return term

    def _starred(self, node: ast.Starred) -> Term:
        return self.expression(node.value)

    # --- calls ---

    def _call(self, node: ast.Call) -> Term:
        function = node.func
        if isinstance(function, ast.Attribute):
            base = self.expression(function.value)
            done = self.method_of_literal(node, function.attr, base)
            if done is not None:
                return done
            target, (line, column) = self._called_attribute(function, base), self.end_of(function)
            name = function.attr
        else:
            target = self.value(function)
            line, column = function.lineno, self.column(function.lineno, function.col_offset)
            name = function.id if isinstance(function, ast.Name) else ""
        return self.called(node, target, name, line, column)

    def _called_attribute(self, node: ast.Attribute, base: Term) -> Term:
        if isinstance(node.value, ast.Name):
            known = self.scope.state.names.get(f"{node.value.id}.{node.attr}")
            if known is not None:
                return self.scope.state.snapshot(known)
        base = self.scope.state.snapshot(base)
        return External(f"{base.name}.{node.attr}") if isinstance(base, External) else Attr(base, node.attr)

    def called(self, node: ast.Call, target: Term, name: str, line: int, column: int) -> Term:
        """Return the term of a call that is not a method of a literal dict or list."""
        positional = tuple(
            Element(self.value(each.value)) if isinstance(each, ast.Starred) else self.value(each) for each in node.args
        )
        keywords = tuple(self._keyword(each) for each in node.keywords)
        external = target.name if isinstance(target, External) else ""
        if name in _RETURN_THEIR_ARGUMENT and len(positional) == 1 and external:
            return self.copied(positional[0]) if name in ("deepcopy", "copy") else positional[0]
        if external == "builtins.dict":
            spread = tuple(Argument(None, each, line, column, self.scope.guards) for each in positional)
            return self.scope.state.new_dict((*spread, *keywords))
        if external == "builtins.getattr" and len(positional) > 1 and isinstance(key := positional[1], Const):
            return self.dynamic_attribute(positional[0], key, positional[2:])
        call = Call(target, positional, keywords, line, column)
        if self.is_interesting(call, name):
            self.emit(call, line, column)
        elif not isinstance(node.func, ast.Attribute) and _last_name(target) in self.names.methods:
            self.emit(call, line, column, named=False)
        if positional or keywords:
            self.module.calls.append(call)
        return call

    def dynamic_attribute(self, base: Term, key: Const, default: tuple[Term, ...]) -> Term:
        """Return the term of `getattr(client, "create_fleet")`. A default makes it a guard of its own."""
        term = Attr(base, str(key.value))
        guards = self.scope.guards
        if default:
            self.scope.guards = with_guards(guards, (Guard(term),))
        if key.value in self.names.methods:
            self.emit(term, key.line, key.column)
        self.scope.guards = guards
        return Test("or", (term, *default)) if default else term

    def is_interesting(self, call: Call, name: str) -> bool:
        """Return whether the call may create or use a client."""
        if name in self.names.methods or name in MAKERS or name in _PRESIGNED:
            return True
        if name in COLLECTION_METHODS and isinstance(call.function, Attr) and isinstance(call.function.base, Attr):
            return True
        if name in self.names.actions and not call.positional:
            return True
        if isinstance(call.function, Attr) and _may_be_client(call.function.base, self.names) and "_" in name:
            return True
        for each in call.positional:
            if isinstance(each, Const) and each.value in self.names.services:
                return True
            if isinstance(each, Attr) and each.name in self.names.methods:
                return True
        values = [each.value for each in call.keywords]
        return any(isinstance(each, Const) and each.value in self.names.services for each in values)


_HANDLERS: dict[type[ast.expr], Callable[[Any, Any], Term]] = {
    ast.Name: Expressions._name,
    ast.Attribute: Expressions.attribute,
    ast.Constant: Expressions._constant,
    ast.Dict: Expressions._mapping,
    ast.List: Expressions._sequence,
    ast.Tuple: Expressions._sequence,
    ast.Set: Expressions._sequence,
    ast.ListComp: Expressions._comprehension,
    ast.SetComp: Expressions._comprehension,
    ast.GeneratorExp: Expressions._comprehension,
    ast.DictComp: Expressions._dict_comprehension,
    ast.BoolOp: Expressions.either,
    ast.IfExp: Expressions._conditional,
    ast.Compare: Expressions._compare,
    ast.UnaryOp: Expressions._unary,
    ast.BinOp: Expressions._binary,
    ast.Subscript: Expressions._subscript,
    ast.Lambda: lambda self, node: self.lambda_(node),
    ast.Await: Expressions._awaited,
    ast.Yield: Expressions._yielded,
    ast.YieldFrom: Expressions._yielded_from,
    ast.NamedExpr: Expressions._walrus,
    ast.Starred: Expressions._starred,
    ast.Call: Expressions._call,
}


def _last_name(term: Term) -> str:
    """Return the name of the method that a term may be, or ""."""
    match term:
        case Attr(name=name):
            return name
        case Union(options=terms) | Test(operands=terms):
            return next(filter(None, map(_last_name, terms)), "")
        case Call(function=External(name="functools.partial"), positional=(first, *_)):
            return _last_name(first)
    return ""


def _may_be_client(term: Term, names: Names) -> bool:
    """Return whether a term looks like a client, so that methods that no service has are also recorded."""
    match term:
        case Call(function=External(name=name) | Attr(name=name)):
            return name.rpartition(".")[2] in MAKERS
        case Global(name=name) | Attr(name=name):
            return "client" in name.lower() or name in names.services
        case Union(options=terms) | Test(operands=terms):
            return any(_may_be_client(each, names) for each in terms)
    return False
