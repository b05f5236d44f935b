"""Expressions as terms, and the places in them that may be uses."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from docgen.requires.code import Function, Module
from docgen.requires.scope import Ref, State, either_of, is_key
from docgen.requires.terms import (
    NOTHING,
    Argument,
    Attr,
    Call,
    Const,
    Element,
    Event,
    External,
    FunctionRef,
    Global,
    Guard,
    Item,
    Mapping,
    Param,
    Self,
    Sequence,
    Term,
    Test,
    Union,
)

MAKERS = frozenset("client resource create_client get_paginator get_waiter paginate wait can_paginate".split())
"""Methods of sessions and clients that are no operations."""

_PRESIGNED = frozenset({"generate_presigned_url", "generate_presigned_post"})
_OPERATORS = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_BUILTINS = frozenset(dir(builtins))
_RETURN_THEIR_ARGUMENT = frozenset(
    {"list", "tuple", "set", "sorted", "reversed", "iter", "frozenset", "deepcopy", "copy"}
)


@dataclass(slots=True)
class Names:
    """The names that make an expression worth a look: methods of operations, and services."""

    methods: frozenset[str]
    services: frozenset[str]


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


class Expressions:
    """Turns the expressions of one scope into terms; statements are `statements.Statements`."""

    def __init__(self, scope: Scope, names: Names, lines: list[str]) -> None:
        self.scope = scope
        self.module = scope.module
        self.names = names
        self.lines = lines

    # --- entry points ---

    def expression(self, node: ast.expr | None) -> Term:
        """The term of an expression, which may be a dict that still grows."""
        if node is None:
            return NOTHING
        handler = _HANDLERS.get(type(node))
        return handler(self, node) if handler else self.children(node)

    def value(self, node: ast.expr | None) -> Term:
        """The term of an expression as it is now."""
        term = self.expression(node)
        return self.scope.state.snapshot(term) if isinstance(term, (Ref, Union)) else term

    def children(self, node: ast.AST) -> Term:
        """Look into an expression whose own value says nothing."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expression(child)
        return NOTHING

    def column(self, line: int, offset: int) -> int:
        """The column in characters, from 1, of a byte offset."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return offset + 1 if text.isascii() else len(text.encode()[:offset].decode(errors="replace")) + 1

    def emit(self, term: Term, line: int, column: int, *, named: bool = True) -> None:
        """Keep a place that may be a use; `named` says whether the name of what is called is written there."""
        self.module.events.append(Event(term, line, column, self.scope.guards, named))

    # --- names ---

    def _name(self, node: ast.Name) -> Term:
        return self.lookup(node.id)

    def lookup(self, name: str) -> Term:
        """What a name means here."""
        scope: Scope | None = self.scope
        while scope is not None:
            if not scope.is_module or scope is self.scope:
                found = scope.state.names.get(name)
                if found is not None:
                    return found if scope is self.scope else scope.state.snapshot(found)
            scope = scope.outer
        return self.global_name(name)

    def global_name(self, name: str) -> Term:
        """A module-level name, or a builtin."""
        bound = self.module.names.get(name)
        if bound is None and not self.module.stars:
            return External(f"builtins.{name}") if name in _BUILTINS else NOTHING
        if bound and len(bound) == 1 and isinstance(bound[0], External):
            return bound[0]
        self.module.references.add(name)
        return Global(self.module.name, name)

    def attribute(self, node: ast.Attribute) -> Term:
        """An attribute that is read, not called."""
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

    def end_of(self, node: ast.Attribute) -> tuple[int, int]:
        """Where the name of an attribute is written."""
        line = node.end_lineno or node.lineno
        return line, self.column(line, (node.end_col_offset or 0) - len(node.attr.encode()))

    # --- literals ---

    def _constant(self, node: ast.Constant) -> Term:
        if isinstance(node.value, (str, int, float, bool)) or node.value is None:
            return Const(node.value, node.lineno, self.column(node.lineno, node.col_offset))
        return NOTHING

    def _joined(self, node: ast.JoinedStr) -> Term:
        return self.children(node)

    def _mapping(self, node: ast.Dict) -> Term:
        return self.scope.state.new_dict(self._entries(zip(node.keys, node.values, strict=True)))

    def _entries(self, pairs: Any) -> tuple[Argument, ...]:
        found = []
        for key, value in pairs:
            at = value if key is None else key
            column = self.column(at.lineno, at.col_offset)
            found.append(
                Argument(
                    None if key is None else self.value(key),
                    self.expression(value),
                    at.lineno,
                    column,
                    self.scope.guards,
                )
            )
        return tuple(found)

    def _sequence(self, node: ast.List | ast.Tuple | ast.Set) -> Term:
        items: list[Term] = []
        for item in node.elts:
            if isinstance(item, ast.Starred):
                items.append(Element(self.value(item.value)))
            else:
                items.append(self.expression(item))
        if isinstance(node, ast.List):
            return self.scope.state.new_list(tuple(items))
        return Sequence(tuple(self.scope.state.snapshot(item) for item in items))

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Term:
        guards = self.scope.guards
        self._generators(node.generators)
        item = self.value(node.elt)
        self.scope.guards = guards
        return Sequence((item,))

    def _dict_comprehension(self, node: ast.DictComp) -> Term:
        guards = self.scope.guards
        self._generators(node.generators)
        entries = self._entries([(node.key, node.value)])
        if (source := _filtered_items(node)) is not None:
            entries = (replace(entries[0], key=None, value=self.value(source)),)
        self.scope.guards = guards
        return self.scope.state.new_dict(entries)

    def _generators(self, generators: list[ast.comprehension]) -> None:
        for each in generators:
            self.bind(each.target, Element(self.value(each.iter)))
            for test in each.ifs:
                self.expression(test)
                self.scope.guards = (*self.scope.guards, *self.conditions(test, True))

    # --- operators ---

    def either(self, node: ast.BoolOp) -> Term:
        """`a or b` is one of both; `b` is read only where `a` was false."""
        guards = self.scope.guards
        found = []
        for value in node.values:
            found.append(self.value(value))
            self.scope.guards = (*self.scope.guards, *self.conditions(value, isinstance(node.op, ast.And), found[-1]))
        self.scope.guards = guards
        return Test("or" if isinstance(node.op, ast.Or) else "and", tuple(found))

    def _conditional(self, node: ast.IfExp) -> Term:
        guards = self.scope.guards
        test = self.value(node.test)
        self.scope.guards = (*guards, *self.conditions(node.test, True, test))
        chosen = self.value(node.body)
        self.scope.guards = (*guards, *self.conditions(node.test, False, test))
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
        """`one | other` of dicts, or of types."""
        if isinstance(left, (Mapping, Global, Attr, Call, Param, Test, Union)) or isinstance(right, Mapping):
            column = self.column(node.lineno, node.col_offset)
            entries = (Argument(None, side, node.lineno, column, self.scope.guards) for side in (left, right))
            return self.scope.state.new_dict(tuple(entries))
        return either_of(left, right)

    def conditions(self, node: ast.expr, holds: bool, term: Term | None = None) -> tuple[Guard, ...]:
        """The guards that a test is where it came out true or false."""
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

    # --- subscripts ---

    def _subscript(self, node: ast.Subscript) -> Term:
        base = self.expression(node.value)
        if isinstance(node.slice, ast.Slice):
            self.children(node.slice)
            return self.scope.state.snapshot(base)
        return self.item(base, self.value(node.slice), node.slice)

    def item(self, base: Term, key: Term, node: ast.expr) -> Term:
        """What is read under a key."""
        state = self.scope.state
        if isinstance(base, Ref) and base.is_dict and isinstance(key, Const):
            values = [entry.value for entry in state.dicts.get(base.id, ()) if is_key(entry.key, key.value)]
            if values:
                return either_of(*values)
        term = Item(state.snapshot(base), key)
        if not isinstance(key, Const) or isinstance(key.value, str):
            self.emit(term, node.lineno, self.column(node.lineno, node.col_offset))
        return term

    # --- others ---

    def lambda_(self, node: ast.Lambda) -> Term:
        """A function without a name."""
        raise NotImplementedError

    def bind(self, target: ast.expr, term: Term) -> None:
        """Give a name, an attribute or a key a value."""
        raise NotImplementedError

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
        """A call that is no method of a literal dict or list."""
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
        """`getattr(client, "create_fleet")`; with a default it is a guard of its own."""
        term = Attr(base, str(key.value))
        guards = self.scope.guards
        if default:
            self.scope.guards = (*guards, Guard(term))
        if key.value in self.names.methods:
            self.emit(term, key.line, key.column)
        self.scope.guards = guards
        return Test("or", (term, *default)) if default else term

    def _keyword(self, node: ast.keyword) -> Argument:
        column = self.column(node.lineno, node.col_offset)
        key = None if node.arg is None else Const(node.arg, node.lineno, column)
        return Argument(key, self.value(node.value), node.lineno, column, self.scope.guards)

    def is_interesting(self, call: Call, name: str) -> bool:
        """Whether the call may make or use a client."""
        if name in self.names.methods or name in MAKERS or name in _PRESIGNED:
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

    def copied(self, term: Term) -> Term:
        """A copy of a dict is a new one that may grow."""
        if isinstance(term, Mapping):
            return self.scope.state.new_dict(term.entries)
        return term

    def method_of_literal(self, node: ast.Call, name: str, base: Term) -> Term | None:
        """A method of a dict or a list that is being built here; None for all other calls."""
        if name in ("get", "pop") and node.args and not isinstance(base, External):
            return self._read_or_removed(node, name, base)
        refs = [each for each in (base.options if isinstance(base, Union) else (base,)) if isinstance(each, Ref)]
        if not refs:
            return None
        method = _METHODS.get((refs[0].is_dict, name))
        if method is None:
            return None
        for ref in refs:
            result = method(self, node, ref)
        return result

    def _read_or_removed(self, node: ast.Call, name: str, base: Term) -> Term | None:
        key, *others = [self.value(each) for each in node.args]
        if name == "pop" and not isinstance(key, Const):
            return Element(self.scope.state.snapshot(base))
        if isinstance(key, Const) and not isinstance(key.value, str):
            return Element(self.scope.state.snapshot(base)) if name == "pop" else None
        for each in node.keywords:
            others.append(self.value(each.value))
        found = self.item(base, key, node.args[0])
        if name == "pop" and isinstance(base, Ref) and isinstance(key, Const):
            self.scope.state.remove(base, key.value)
        found = self.scope.state.snapshot(found)
        return either_of(found, *others) if others else found

    def _update(self, node: ast.Call, ref: Ref) -> Term:
        column = self.column(node.lineno, node.col_offset)
        spread = [Argument(None, self.value(each), node.lineno, column, self.scope.guards) for each in node.args]
        self.scope.state.extend(ref, *spread, *(self._keyword(each) for each in node.keywords))
        return NOTHING

    def _setdefault(self, node: ast.Call, ref: Ref) -> Term:
        key, *default = node.args
        value = self.expression(default[0]) if default else NOTHING
        known = self.value(key)
        present = [
            e.value for e in self.scope.state.dicts[ref.id] if isinstance(known, Const) and is_key(e.key, known.value)
        ]
        self.set_item(ref, known, value, key)
        return either_of(*present, value) if present else value

    def set_item(self, ref: Ref, key: Term, value: Term, node: ast.expr) -> None:
        """`params["Tags"] = …`."""
        column = self.column(node.lineno, node.col_offset)
        self.scope.state.extend(ref, Argument(key, value, node.lineno, column, self.scope.guards))

    def _append(self, node: ast.Call, ref: Ref) -> Term:
        self.scope.state.extend(ref, *(self.expression(each) for each in node.args))
        return NOTHING

    def _extend(self, node: ast.Call, ref: Ref) -> Term:
        self.scope.state.extend(ref, *(Element(self.value(each)) for each in node.args))
        return NOTHING

    def _copy(self, node: ast.Call, ref: Ref) -> Term:
        state = self.scope.state
        return (
            state.new_dict(state.dicts.get(ref.id, ())) if ref.is_dict else state.new_list(state.lists.get(ref.id, ()))
        )


_METHODS: dict[tuple[bool, str], Callable[[Expressions, ast.Call, Ref], Term]] = {
    (True, "update"): Expressions._update,
    (True, "setdefault"): Expressions._setdefault,
    (True, "copy"): Expressions._copy,
    (False, "append"): Expressions._append,
    (False, "add"): Expressions._append,
    (False, "extend"): Expressions._extend,
    (False, "copy"): Expressions._copy,
}

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


def _filtered_items(node: ast.DictComp) -> ast.expr | None:
    """The dict of which `{k: v for k, v in d.items() if v}` is a part; None for other comprehensions."""
    match node:
        case ast.DictComp(
            key=ast.Name(id=key),
            value=ast.Name(id=value),
            generators=[
                ast.comprehension(
                    target=ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=second)]),
                    iter=ast.Call(func=ast.Attribute(value=source, attr="items")),
                )
            ],
        ) if (key, value) == (first, second):
            return source
    return None


def _last_name(term: Term) -> str:
    """The name of the method that a term is, perhaps."""
    match term:
        case Attr(name=name):
            return name
        case Union(options=terms) | Test(operands=terms):
            return next(filter(None, map(_last_name, terms)), "")
        case Call(function=External(name="functools.partial"), positional=(first, *_)):
            return _last_name(first)
    return ""


def _may_be_client(term: Term, names: Names) -> bool:
    """Whether a term looks like a client, so that methods that no service has are worth a look."""
    match term:
        case Call(function=External(name=name) | Attr(name=name)):
            return name.rpartition(".")[2] in MAKERS
        case Global(name=name) | Attr(name=name):
            return "client" in name.lower() or name in names.services
        case Union(options=terms) | Test(operands=terms):
            return any(_may_be_client(each, names) for each in terms)
    return False


def _may_guard(term: Term) -> bool:
    """Whether a condition could be about versions, methods or services."""
    if isinstance(term, Test):
        return any(_may_guard(each) for each in term.operands)
    if isinstance(term, (Call, FunctionRef, Global, Attr, Param, External)):
        return True
    parts = term.options if isinstance(term, Union) else term.items if isinstance(term, Sequence) else ()
    return any(_may_guard(each) for each in parts)


__all__ = ["MAKERS", "Expressions", "Names", "Scope", "Self"]
