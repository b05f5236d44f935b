"""Evaluates terms once all files are known: follows names across modules, and calls into functions.

Functions are followed with the arguments of the call at hand. A parameter by itself has the values that all known
callers pass. Every term is evaluated once for each context.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docgen.requires import libraries
from docgen.requires.attributes import Attributes
from docgen.requires.calls import Calls
from docgen.requires.code import Class
from docgen.requires.context import TOP, Context
from docgen.requires.facts import Facts
from docgen.requires.items import Items
from docgen.requires.joining import unique
from docgen.requires.program import Program
from docgen.requires.resources import Resources
from docgen.requires.terms import (
    Attr,
    Call,
    ClassRef,
    Const,
    Element,
    Entered,
    External,
    FunctionRef,
    Global,
    Item,
    Mapping,
    Param,
    Self,
    Sequence,
    Term,
    Test,
    Typed,
    Union,
)
from docgen.requires.values import (
    NOTHING_KNOWN,
    ClassValue,
    Dict,
    FunctionValue,
    Instance,
    List,
    Literal,
    ModuleValue,
    Value,
    Values,
)
from docgen.requires.values import (
    Iterable as IterableValue,
)

MAX_DEPTH = 60
"""The deepest nesting of terms that is followed, so that generated code also ends."""


class Evaluator(Items, Attributes):
    """Evaluates terms. Uses `facts` only for members of responses and for names of operations."""

    def __init__(self, program: Program, facts: Facts, resources: Resources) -> None:
        self.resources = resources
        self.program = program
        self.facts = facts
        self.calls = Calls(self)
        self._known: dict[tuple[int, int], Values] = {}
        self._kept: list[Any] = []  # terms and contexts are known by id, so they must stay alive
        self._contexts: dict[Any, Context] = {}
        self._depth = 0

    def values(self, term: Term, context: Context = TOP) -> Values:
        """Return everything that a term may be."""
        key = id(term), id(context)
        if key in self._known:
            return self._known[key]
        if self._depth > MAX_DEPTH:
            return NOTHING_KNOWN
        self._known[key] = ()  # a term inside itself adds nothing
        self._kept.append((term, context))
        self._depth += 1
        try:
            rule = _RULES.get(type(term))
            found = rule(self, term, context) if rule else NOTHING_KNOWN
        finally:
            self._depth -= 1
        self._known[key] = found = unique(found)
        return found

    def context(
        self, function: str, arguments: dict[tuple[str, str], Values], self_class: str, outer: Context
    ) -> Context:
        """Return the one context for a function, its arguments, and the context in which it was created."""
        key = function, tuple(arguments.items()), self_class, id(outer)
        if key not in self._contexts:
            self._contexts[key] = Context({**outer.arguments, **arguments}, self_class)
        return self._contexts[key]

    # --- names ---

    def _external(self, term: External, context: Context) -> Values:
        return self.dotted(term.name)

    def dotted(self, name: str) -> Values:
        """Return the meaning of an imported name, in the scanned code or in a library."""
        if name.partition(".")[0] not in libraries.SDKS and (found := self.program.find(name)):
            module, rest = found
            first, _, others = rest.partition(".")
            values: Values = self.module_name(module, first) if first else (ModuleValue(module),)
            for attribute in others.split(".") if others else ():
                values = unique(each for value in values for each in self.attribute_of(value, attribute, TOP))
            return values
        return (libraries.meaning(name),)

    def _global(self, term: Global, context: Context) -> Values:
        return self.module_name(term.module, term.name)

    def module_name(self, module: str, name: str) -> Values:
        """Return the values of a module-level name of a scanned module."""
        known = self.program.modules[module]
        terms = known.names.get(name)
        if terms:
            return self.either(terms, TOP)
        inner = self.program.module(f"{module.removesuffix('.__init__')}.{name}") if module.endswith("__init__") else ""
        if inner:
            return (ModuleValue(inner),)
        for star in known.stars:
            if (found := self.program.find(star)) and not found[1] and found[0] != module:
                values = self.module_name(found[0], name)
                if values != NOTHING_KNOWN:
                    return values
        return NOTHING_KNOWN

    def _parameter(self, term: Param, context: Context) -> Values:
        bound = context.arguments.get((term.function, term.name))
        return bound if bound is not None else self.calls.callers.parameter(term)

    def _self(self, term: Self, context: Context) -> Values:
        if context.self_class and term.class_id in self.program.ancestors(context.self_class):
            return (Instance(context.self_class),)
        return (Instance(term.class_id),)

    def _class(self, term: ClassRef, context: Context) -> Values:
        if context.self_class and term.id in self.program.ancestors(context.self_class)[1:]:
            return (ClassValue(context.self_class),)
        return (ClassValue(term.id),)

    def _function(self, term: FunctionRef, context: Context) -> Values:
        return (FunctionValue(term.id, "", context),)

    # --- structure ---

    def _union(self, term: Union, context: Context) -> Values:
        return self.either(term.options, context)

    def _test(self, term: Test, context: Context) -> Values:
        if term.op in ("or", "and"):
            return self.either(term.operands if term.op == "or" else term.operands[-1:], context)
        return (Literal(None),)

    def _constant(self, term: Const, context: Context) -> Values:
        return (Literal(term.value),)

    def _mapping(self, term: Mapping, context: Context) -> Values:
        return (Dict(term, context),)

    def _sequence(self, term: Sequence, context: Context) -> Values:
        return (List(term, context),)

    def _typed(self, term: Typed, context: Context) -> Values:
        return unique(self.instance(value) for value in self.values(term.annotation, context))

    # --- parts ---

    def _entered(self, term: Entered, context: Context) -> Values:
        found: list[Value] = []
        for base in self.values(term.base, context):
            if isinstance(base, IterableValue):
                found += base.items
            elif isinstance(base, Instance):
                method = self.member(base.class_id, "__enter__") or self.member(base.class_id, "__aenter__")
                found += self.calls.call_values(method, (), (), context) if method != NOTHING_KNOWN else [base]
            else:
                found.append(base)
        return unique(found)

    def called(self, functions: Values, context: Context) -> Values:
        """Return everything that calling one of some values without arguments may return."""
        return self.calls.call_values(functions, (), (), context)

    def field(self, owner: Class, name: str) -> Values:
        """Return the values that callers pass for a field of a dataclass."""
        return self.calls.callers.field(owner, name)

    def _call(self, term: Call, context: Context) -> Values:
        return self.calls.call(term, context)


_RULES: dict[type[Term], Callable[[Evaluator, Any, Context], Values]] = {
    External: Evaluator._external,
    Global: Evaluator._global,
    Param: Evaluator._parameter,
    Self: Evaluator._self,
    ClassRef: Evaluator._class,
    FunctionRef: Evaluator._function,
    Union: Evaluator._union,
    Test: Evaluator._test,
    Const: Evaluator._constant,
    Mapping: Evaluator._mapping,
    Sequence: Evaluator._sequence,
    Typed: Evaluator._typed,
    Attr: Evaluator._attribute,
    Item: Evaluator._item,
    Element: Evaluator._element,
    Entered: Evaluator._entered,
    Call: Evaluator._call,
}
