"""What terms turn out to be once all files are known: names are followed across modules, calls into functions.

Functions are followed with the arguments of the call at hand; a parameter that is looked at by itself is what all known
callers pass. Every term is worked out once for each context.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Sequence as Sequence_
from dataclasses import replace
from typing import Any

from docgen.requires import libraries
from docgen.requires.calls import Calls
from docgen.requires.context import TOP, Context
from docgen.requires.facts import RESPONSE, Facts
from docgen.requires.program import Program
from docgen.requires.terms import (
    Argument,
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
    UNKNOWN,
    Bound,
    ClassValue,
    Client,
    Dict,
    Exceptions,
    Factory,
    Foreign,
    FunctionValue,
    Instance,
    List,
    Literal,
    Meta,
    Method,
    ModuleValue,
    PackageVersion,
    Pages,
    Paginate,
    PaginatorValue,
    Pair,
    Resource,
    ResourceMethod,
    Response,
    Session,
    Value,
    Values,
    Wait,
    WaiterValue,
)
from docgen.requires.values import (
    Iterable as IterableValue,
)

MAX_DEPTH = 60
"""Terms inside terms that are followed, so that generated code ends, too."""

MAX_VALUES = 40
"""Values that one term may have."""


class Evaluator:
    """Works out values; asks `facts` only for what stands in responses and for names of operations."""

    def __init__(self, program: Program, facts: Facts) -> None:
        self.program = program
        self.facts = facts
        self.calls = Calls(self)
        self._known: dict[tuple[int, int], Values] = {}
        self._kept: list[Any] = []  # terms and contexts are known by id, so they have to stay
        self._contexts: dict[Any, Context] = {}
        self._depth = 0

    def values(self, term: Term, context: Context = TOP) -> Values:
        """Everything that a term may be."""
        key = id(term), id(context)
        if key in self._known:
            return self._known[key]
        if self._depth > MAX_DEPTH:
            return NOTHING_KNOWN
        self._known[key] = ()  # what is met again while it is worked out adds nothing
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
        """The one context for a function, its arguments, and the context in which it was made."""
        key = function, tuple(arguments.items()), self_class, id(outer)
        if key not in self._contexts:
            self._contexts[key] = Context({**outer.arguments, **arguments}, self_class)
        return self._contexts[key]

    # --- names ---

    def _external(self, term: External, context: Context) -> Values:
        return self.dotted(term.name)

    def dotted(self, name: str) -> Values:
        """What an imported name is: something of the scanned code, or of a library."""
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
        """A module-level name of a scanned module."""
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

    def either(self, terms: Iterable[Term], context: Context) -> Values:
        """One of several; that one of them is unknown is not worth keeping beside what is known."""
        return unique(value for term in terms for value in self.values(term, context))

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

    # --- parts ---

    def _attribute(self, term: Attr, context: Context) -> Values:
        return unique(
            found for base in self.values(term.base, context) for found in self.attribute_of(base, term.name, context)
        )

    def attribute_of(self, base: Value, name: str, context: Context) -> Values:
        """An attribute of one value."""
        match base:
            case Session() if name in ("client", "create_client", "resource"):
                return (Factory("resource" if name == "resource" else "client", is_sdk=True),)
            case Client():
                return (self.of_client(base, name),)
            case Resource():
                meta = Meta(Client(base.service, base.certain))
                return (meta if name == "meta" else ResourceMethod(base, name),)
            case Meta(client=client) if name == "client":
                return (client,)
            case PaginatorValue() if name == "paginate":
                return (Paginate(base),)
            case WaiterValue() if name == "wait":
                return (Wait(base),)
            case Instance(class_id=id) | ClassValue(id=id):
                return self.member(id, name, isinstance(base, ClassValue))
            case ModuleValue(name=module):
                return self.module_name(module, name)
            case Foreign(name=dotted):
                return self.of_library(base, f"{dotted}.{name}", name)
            case Response() | Pages() | Dict() | List() | IterableValue() | PackageVersion():
                return (Bound(base, name),)
        return (Factory("resource" if name == "resource" else "client"),) if is_factory_name(name) else NOTHING_KNOWN

    def of_client(self, client: Client, name: str) -> Value:
        """An attribute of a client."""
        if name == "exceptions":
            return Exceptions(client)
        return Meta(client) if name == "meta" else Method(client, name)

    def of_library(self, base: Foreign, dotted: str, name: str) -> Values:
        """An attribute of something of a library, which may make sessions of AWS."""
        if dotted.partition(".")[0] in libraries.SDKS:
            return (libraries.meaning(dotted),)
        if is_factory_name(name) and not libraries.is_never_aws(base):
            return (Factory("resource" if name == "resource" else "client", libraries.may_be_aws(base)),)
        return (Foreign(dotted),)

    def member(self, class_id: str, name: str, of_class: bool = False) -> Values:
        """An attribute of an object: its own, inherited, or what the classes below it have."""
        found = self._member_in(self.program.ancestors(class_id), class_id, name)
        if not any(map(is_known, found)):
            for below in self.program.descendants(class_id):
                found = (*found, *self._member_in([below], below, name))
        if not found:
            found = self.inherited(class_id, name)
        return unique(found) or NOTHING_KNOWN

    def _member_in(self, classes: Sequence_[str], class_id: str, name: str) -> Values:
        context = self.context("", {}, class_id, TOP)
        for each in classes:
            owner = self.program.classes[each]
            found: Values = ()
            if method := owner.methods.get(name):
                function = self.program.functions[method]
                bound = FunctionValue(method, class_id, TOP)
                found = self.calls.function(bound, (), (), context) if function.is_property else (bound,)
            if terms := owner.attributes.get(name):
                found = (*found, *self.either(terms, context))
            if name in owner.annotations and not any(map(is_known, found)):
                typed = self.values(owner.annotations[name], context)
                found = (*found, *(self.instance(value) for value in typed), *self.calls.callers.field(owner, name))
            if found:
                return found
        return ()

    def inherited(self, class_id: str, name: str) -> Values:
        """What a base class of a library may bring."""
        for each in self.program.ancestors(class_id):
            for base in self.program.classes[each].bases:
                for value in self.values(base):
                    if isinstance(value, (Session, Client, Resource)):
                        return self.attribute_of(value, name, TOP)
        return (Factory("client"),) if name == "client" else (Factory("resource"),) if name == "resource" else ()

    def _item(self, term: Item, context: Context) -> Values:
        keys = self.values(term.key, context)
        bases = self.values(term.base, context)
        return unique(found for base in bases for found in self.item_of(base, keys, context)) or NOTHING_KNOWN

    def item_of(self, base: Value, keys: Values, context: Context) -> Values:
        """What stands under a key of one value."""
        match base:
            case Response():
                return self.in_response(base, keys)
            case Dict():
                return self.in_dict(base, keys)
            case Pair(items=items):
                numbers = [key.value for key in keys if isinstance(key, Literal) and isinstance(key.value, int)]
                return tuple(value for n in numbers if -len(items) <= n < len(items) for value in items[n])
            case List(term=sequence):
                number = keys[0].value if len(keys) == 1 and isinstance(keys[0], Literal) else None
                if isinstance(number, int) and -len(sequence.items) <= number < len(sequence.items):
                    return self.values(sequence.items[number], base.context)
                return self.elements(base)
            case IterableValue(items=items):
                return items
            case PackageVersion():
                return (base,)
            case Foreign():
                return (base,)
        return NOTHING_KNOWN

    def in_response(self, base: Response, keys: Values) -> Values:
        """A member of a response, or an item of a list or map in it."""
        shape = self.facts.shape(base.service, base.operation, RESPONSE, base.path)
        if shape is None:
            return NOTHING_KNOWN
        if "structure" in shape.types:
            names = [key.value for key in keys if isinstance(key, Literal)]
            known = [name for name in names if isinstance(name, str) and name in shape.members]
            return tuple(replace(base, path=(*base.path, name)) for name in known) or NOTHING_KNOWN
        step = "[]" if "list" in shape.types else "{value}" if "map" in shape.types else ""
        if step == "[]" and any(isinstance(key, Literal) and isinstance(key.value, str) for key in keys):
            return NOTHING_KNOWN
        return (replace(base, path=(*base.path, step)),) if step else NOTHING_KNOWN

    def in_dict(self, base: Dict, keys: Values) -> Values:
        """The values under a key; all values where the key is not known."""
        wanted = {key.value for key in keys if isinstance(key, Literal)}
        every: list[Value] = []
        matching: list[Value] = []
        for key, argument in self.entries(base):
            values = self.values(argument.value, base.context) if argument.key is not None else ()
            every += values
            if not wanted or wanted & {each.value for each in key if isinstance(each, Literal)}:
                matching += values
        return unique(matching or every)

    def entries(self, base: Dict, depth: int = 0) -> Iterable[tuple[Values, Argument]]:
        """The entries of a dict with the values of their keys; those of `**other` too."""
        for argument in base.term.entries:
            if argument.key is not None:
                yield self.values(argument.key, base.context), argument
            elif depth < 8:
                for value in self.values(argument.value, base.context):
                    if isinstance(value, Dict):
                        yield from self.entries(value, depth + 1)

    def _element(self, term: Element, context: Context) -> Values:
        return (
            unique(found for base in self.values(term.base, context) for found in self.elements(base)) or NOTHING_KNOWN
        )

    def elements(self, base: Value) -> Values:
        """What iteration over one value yields."""
        match base:
            case Response():
                shape = self.facts.shape(base.service, base.operation, RESPONSE, base.path)
                is_list = shape is not None and "list" in shape.types
                return (replace(base, path=(*base.path, "[]")),) if is_list else NOTHING_KNOWN
            case Pages(paginator=pages):
                return (Response(pages.service, pages.operation, (), pages.certain),)
            case List(term=sequence):
                return self.either(sequence.items, base.context)
            case Dict():
                return unique(value for key, _ in self.entries(base) for value in key)
            case IterableValue(items=items):
                return items
            case PackageVersion() | Foreign():
                return (base,)
        return NOTHING_KNOWN

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


def unique(values: Iterable[Value]) -> Values:
    """Each value once, and not too many."""
    return tuple(dict.fromkeys(values))[:MAX_VALUES]


def is_known(value: Value) -> bool:
    """Whether a value says anything."""
    return value is not UNKNOWN and not (isinstance(value, Literal) and value.value is None)


def is_factory_name(name: str) -> bool:
    """Whether an attribute of this name makes clients, whatever has it."""
    return name in ("client", "resource", "create_client")
