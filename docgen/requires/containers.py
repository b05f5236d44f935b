"""Dicts and lists: literals, comprehensions, and the methods that extend them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from docgen.requires.follower import Follower
from docgen.requires.scope import Ref, either_of, is_key, with_guards
from docgen.requires.terms import (
    NOTHING,
    Argument,
    Const,
    Element,
    External,
    Item,
    Mapping,
    Sequence,
    Term,
    Union,
)


class Containers(Follower):
    """Follows dicts and lists while they are built."""

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
                self.scope.guards = with_guards(self.scope.guards, self.conditions(test, True))

    def method_of_literal(self, node: ast.Call, name: str, base: Term) -> Term | None:
        """Return the term of a method of a dict or a list that is being built here, or None for other calls."""
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
            entry.value
            for entry in self.scope.state.entries(ref)
            if isinstance(known, Const) and is_key(entry.key, known.value)
        ]
        self.set_item(ref, known, value, key)
        return either_of(*present, value) if present else value

    def set_item(self, ref: Ref, key: Term, value: Term, node: ast.expr) -> None:
        """Follow `params["Tags"] = …`."""
        column = self.column(node.lineno, node.col_offset)
        self.scope.state.extend(ref, Argument(key, value, node.lineno, column, self.scope.guards))

    def _append(self, node: ast.Call, ref: Ref) -> Term:
        self.scope.state.extend(ref, *(self.expression(each) for each in node.args))
        return NOTHING

    def _extend(self, node: ast.Call, ref: Ref) -> Term:
        self.scope.state.extend(ref, *(Element(self.value(each)) for each in node.args))
        return NOTHING

    def _copy(self, node: ast.Call, ref: Ref) -> Term:
        return self.scope.state.copied(ref)

    def item(self, base: Term, key: Term, node: ast.expr) -> Term:
        """Return the term of a subscript."""
        state = self.scope.state
        if isinstance(base, Ref) and base.is_dict and isinstance(key, Const):
            values = [entry.value for entry in state.entries(base) if is_key(entry.key, key.value)]
            if values:
                return either_of(*values)
        term = Item(state.snapshot(base), key)
        if not isinstance(key, Const) or isinstance(key.value, str):
            self.emit(term, node.lineno, self.column(node.lineno, node.col_offset))
        return term

    def copied(self, term: Term) -> Term:
        """Return a term for a copy: a copy of a dict is a new dict that may grow."""
        if isinstance(term, Mapping):
            return self.scope.state.new_dict(term.entries)
        return term

    def _keyword(self, node: ast.keyword) -> Argument:
        column = self.column(node.lineno, node.col_offset)
        key = None if node.arg is None else Const(node.arg, node.lineno, column)
        return Argument(key, self.value(node.value), node.lineno, column, self.scope.guards)


_METHODS: dict[tuple[bool, str], Callable[[Containers, ast.Call, Ref], Term]] = {
    (True, "update"): Containers._update,
    (True, "setdefault"): Containers._setdefault,
    (True, "copy"): Containers._copy,
    (False, "append"): Containers._append,
    (False, "add"): Containers._append,
    (False, "extend"): Containers._extend,
    (False, "copy"): Containers._copy,
}


def _filtered_items(node: ast.DictComp) -> ast.expr | None:
    """Return the dict `d` in `{k: v for k, v in d.items() if v}`, or None for other comprehensions."""
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
