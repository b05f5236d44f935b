"""Assignments to names, attributes and keys, and to several targets at once."""

from __future__ import annotations

import ast

from docgen.requires.code import Class
from docgen.requires.definitions import Definitions
from docgen.requires.scope import Ref, either_of
from docgen.requires.terms import (
    Argument,
    Attr,
    ClassRef,
    Const,
    Element,
    Item,
    Mapping,
    Self,
    Sequence,
    Term,
    Typed,
    Union,
)


class Assignments(Definitions):
    """Assigns terms to names, attributes and keys."""

    def _assign(self, node: ast.Assign) -> None:
        term = self.expression(node.value)
        for target in node.targets:
            self.bind(target, term)

    def _annotated(self, node: ast.AnnAssign) -> None:
        annotation = self.annotation(node.annotation)
        if isinstance(node.target, ast.Name) and self.scope.class_id and self.scope.function is None:
            self.module.classes[self.scope.class_id].annotations[node.target.id] = annotation
        elif isinstance(node.target, ast.Attribute) and (owner := self.owner(node.target)):
            owner.annotations[node.target.attr] = annotation
        term = self.expression(node.value) if node.value else None
        typed = Typed(annotation)
        if term is not None or self.scope.function is not None or self.scope.is_module:
            self.bind(node.target, typed if term is None else either_of(typed, self.scope.state.snapshot(term)))
        if isinstance(term, Ref):
            self.bind(node.target, term)

    def _augmented(self, node: ast.AugAssign) -> None:
        added = self.value(node.value)
        if isinstance(node.target, ast.Name):
            known = self.scope.state.names.get(node.target.id)
            if isinstance(known, Ref):
                column = self.column(node.lineno, node.col_offset)
                more = (
                    Argument(None, added, node.lineno, column, self.scope.guards) if known.is_dict else Element(added)
                )
                self.scope.state.extend(known, more)
        elif isinstance(node.target, ast.Subscript):
            self.bind(node.target, added)

    def bind(self, target: ast.expr, term: Term) -> None:
        """Assign a term to a name, an attribute or a key."""
        match target:
            case ast.Name(id=name):
                self._bind_name(name, term)
            case ast.Attribute():
                self._bind_attribute(target, term)
            case ast.Subscript():
                self._bind_item(target, term)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                self._unpack(targets, self.scope.state.snapshot(term))
            case ast.Starred(value=inner):
                self.bind(inner, term)

    def _bind_attribute(self, target: ast.Attribute, term: Term) -> None:
        owner = self.owner(target)
        if owner is not None:
            owner.attributes.setdefault(target.attr, []).append(self.scope.state.snapshot(term))
        if isinstance(target.value, ast.Name):
            self.scope.state.names[f"{target.value.id}.{target.attr}"] = term

    def owner(self, target: ast.Attribute) -> Class | None:
        """Return the class of this module whose instance gets an attribute, or None."""
        base = self.expression(target.value)
        match base:
            case Self(class_id=id) | ClassRef(id=id):
                return self.module.classes.get(id)
        return None

    def _bind_item(self, target: ast.Subscript, term: Term) -> None:
        base, key = self.expression(target.value), self.value(target.slice)
        refs = base.options if isinstance(base, Union) else (base,)
        for ref in refs:
            if isinstance(ref, Ref):
                if ref.is_dict:
                    self.set_item(ref, key, term, target.slice)
                continue
            self.grow_shared(ref, key, self.scope.state.snapshot(term), target.slice)

    def grow_shared(self, base: Term, key: Term, term: Term, node: ast.expr) -> None:
        """Set a key of a dict that a module or an object holds."""
        column = self.column(node.lineno, node.col_offset)
        more = Mapping((Argument(key, term, node.lineno, column, self.scope.guards),), self.module.name)
        match base:
            case Attr(base=Self(class_id=id) | ClassRef(id=id), name=name) if id in self.module.classes:
                self.module.classes[id].attributes.setdefault(name, []).append(more)
            case _ if (name := getattr(base, "name", "")) and getattr(base, "module", "") == self.module.name:
                self.module.names.setdefault(name, []).append(more)

    def _unpack(self, targets: list[ast.expr], term: Term) -> None:
        for number, target in enumerate(targets):
            if isinstance(term, Sequence) and len(term.items) == len(targets):
                self.bind(target, term.items[number])
            else:
                self.bind(target, Item(term, Const(number)))

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                base, key = self.expression(target.value), self.value(target.slice)
                if isinstance(base, Ref) and isinstance(key, Const):
                    self.scope.state.remove(base, key.value)
