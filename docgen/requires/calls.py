"""The results of calls: clients from sessions, responses from clients, and what scanned functions return."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from docgen.model.customizations import service_aliases
from docgen.requires.callers import Callers, argument, says_something
from docgen.requires.code import Function
from docgen.requires.context import TOP, Context
from docgen.requires.infer import candidates
from docgen.requires.library_calls import LibraryCalls
from docgen.requires.program import last_name
from docgen.requires.resources import ResourceMember
from docgen.requires.terms import Argument, Attr, Call, Const, Term
from docgen.requires.values import (
    NOTHING_KNOWN,
    UNKNOWN,
    Bound,
    ClassValue,
    Client,
    CollectionMethod,
    Factory,
    Foreign,
    FunctionValue,
    Instance,
    Literal,
    Method,
    Pages,
    Paginate,
    PaginatorValue,
    Partial,
    Resource,
    ResourceMethod,
    Response,
    Session,
    Value,
    Values,
    WaiterValue,
)
from docgen.requires.values import (
    Iterable as IterableValue,
)

if TYPE_CHECKING:
    from docgen.requires.evaluate import Evaluator


class Calls(LibraryCalls):
    """Evaluates calls."""

    def __init__(self, evaluator: Evaluator) -> None:
        super().__init__(evaluator)
        self.callers = Callers(evaluator)

    def call(self, term: Call, context: Context) -> Values:
        """Return everything that a call may return."""
        functions = self.evaluator.values(term.function, context)
        if functions == NOTHING_KNOWN and isinstance(term.function, Attr):
            return self.inferred(term, term.function.name, context)
        found = self.call_values(functions, term.positional, term.keywords, context, last_name(term.function))
        return found or NOTHING_KNOWN

    def call_values(
        self,
        functions: Values,
        positional: tuple[Term, ...],
        keywords: tuple[Argument, ...],
        context: Context,
        name: str = "",
    ) -> Values:
        """Return everything that calling one of some values may return."""
        found: list[Value] = []
        for function in functions:
            found += self.call_value(function, positional, keywords, context, name)
        return tuple(dict.fromkeys(found))

    def call_value(
        self, function: Value, positional: tuple[Term, ...], keywords: tuple[Argument, ...], context: Context, name: str
    ) -> Values:
        """Return everything that calling one value may return."""
        match function:
            case FunctionValue():
                return self.function(function, positional, keywords, context)
            case ClassValue(id=id):
                return self.construct(id, positional, keywords, context)
            case Factory():
                return self.make(function, positional, keywords, context)
            case Method(client=client, name=method):
                return self.method(client, method, positional, keywords, context)
            case ResourceMethod():
                return self.of_resource(function)
            case CollectionMethod(collection=collection):
                return (IterableValue(self.of_resource(collection)),)
            case Paginate(paginator=paginator):
                return (Pages(paginator),)
            case Bound(owner=owner, name=method):
                return self.bound(owner, method, positional, context)
            case Partial(functions=functions):
                given = (*function.positional, *positional), (*function.keywords, *keywords)
                return self.call_values(functions, *given, context, name)
            case (
                Session() | Client() | Resource() | PaginatorValue() | WaiterValue()
            ):  # a type of the stubs, or `session_class()`
                return (function,)
            case Foreign():
                return self.foreign(function, positional, keywords, context)
            case Instance(class_id=id):
                method_values = self.evaluator.member(id, "__call__")
                return (
                    self.call_values(method_values, positional, keywords, context)
                    if method_values != NOTHING_KNOWN
                    else NOTHING_KNOWN
                )
        return self.unknown(positional, keywords, context, name)

    # --- clients ---

    def make(
        self, factory: Factory, positional: tuple[Term, ...], keywords: tuple[Argument, ...], context: Context
    ) -> Values:
        """Return a client or a resource for each named service."""
        service = argument(positional, keywords, 0, "service_name") or argument(positional, keywords, 9, "service")
        known = self.evaluator.facts.services
        literals = (
            [v.value for v in self.evaluator.values(service, context) if isinstance(v, Literal)] if service else []
        )
        names = [name for name in literals if isinstance(name, str) and (name in known or factory.is_sdk)]
        if factory.kind == "resource":
            return tuple(Resource(name, "", factory.certain) for name in names) or NOTHING_KNOWN
        return tuple(Client(name, factory.certain) for name in names) or (Client("", factory.certain),)

    def of_resource(self, method: ResourceMethod) -> Values:
        """Return the result of a resource's method: a resource, several, or a response."""
        resource, member = method.resource, self.member_of(method)
        if member and member.type:
            made = Resource(resource.service, member.type, resource.certain)
            return (made, IterableValue((made,))) if member.operation and not member.is_collection else (made,)
        if operation := self.operation_of_resource(method):
            return (Response(resource.service, operation, (), resource.certain),)
        return (Resource(resource.service, method.name, resource.certain),) if method.name[:1].isupper() else ()

    def member_of(self, method: ResourceMethod) -> ResourceMember | None:
        """Return what boto3's data files say about a method of a resource, or None."""
        resource = method.resource
        return self.evaluator.resources.member(resource.service, resource.type, method.name)

    def operation_of_resource(self, method: ResourceMethod) -> str:
        """Return the operation that a method of a resource calls, or "" if it calls none or is unknown."""
        if member := self.member_of(method):
            return member.operation
        return operation_of(self.evaluator.facts.methods.get(method.name, ()), method.resource.service)

    def method(
        self,
        client: Client,
        method: str,
        positional: tuple[Term, ...],
        keywords: tuple[Argument, ...],
        context: Context,
    ) -> Values:
        """Return the result of a client's method."""
        facts = self.evaluator.facts
        if method in ("get_paginator", "get_waiter"):
            names = self.literals(argument(positional, keywords, 0, "operation_name", "waiter_name"), context)
            if method == "get_waiter":
                return tuple(
                    WaiterValue(client.service, facts.waiter(client.service, n), client.certain) for n in names
                )
            return tuple(self.paginator(client, name) for name in names) or NOTHING_KNOWN
        if not client.service:
            return self._of_candidates(method, keywords)
        operation = operation_of(facts.methods.get(method, ()), client.service)
        return (Response(client.service, operation, (), client.certain),) if operation else NOTHING_KNOWN

    def paginator(self, client: Client, method: str) -> Value:
        """Return the paginator of a method. If the client's service is unknown, use the only service that has it."""
        found = self.evaluator.facts.methods.get(method, ())
        if not client.service and len(found) == 1:
            return PaginatorValue(*found[0], False)
        operation = operation_of(found, client.service)
        return PaginatorValue(client.service, operation, client.certain) if operation else UNKNOWN

    def inferred(self, term: Call, name: str, context: Context) -> Values:
        """Return the result of a call on an unknown object that only one service could answer."""
        if name in ("get_paginator", "get_waiter"):
            return self.method(Client("", False), name, term.positional, term.keywords, context)
        if term.positional:
            return self.unknown(term.positional, term.keywords, context, name)
        return self._of_candidates(name, term.keywords)

    def _of_candidates(self, name: str, keywords: tuple[Argument, ...]) -> Values:
        found = candidates(self.evaluator.facts, name, keywords)
        return (Response(*found[0], (), False),) if len(found) == 1 else NOTHING_KNOWN

    # --- scanned functions ---

    def function(
        self, value: FunctionValue, positional: tuple[Term, ...], keywords: tuple[Argument, ...], context: Context
    ) -> Values:
        """Return the result of a scanned function for these arguments."""
        function = self.evaluator.program.functions[value.id]
        bound = self.bind(function, value, positional, keywords, context)
        inside = self.evaluator.context(value.id, bound, value.self_class, value.context or TOP)
        if function.yielded:
            return (IterableValue(self.evaluator.either(function.yielded, inside)),)
        found = self.evaluator.either(function.returned, inside)
        if function.return_annotation is not None and not any(says_something(each) for each in found):
            typed = self.evaluator.values(function.return_annotation, TOP)
            found = (*found, *(self.evaluator.instance(each) for each in typed))
        return found or (Literal(None),)

    def bind(
        self,
        function: Function,
        value: FunctionValue,
        positional: tuple[Term, ...],
        keywords: tuple[Argument, ...],
        context: Context,
    ) -> dict[tuple[str, str], Values]:
        """Return the values of a function's parameters in one call. Without arguments, no parameter is bound."""
        names = list(function.parameters)
        if function.class_id and names and not function.is_static and value.self_class:
            names = names[1:]
        found: dict[tuple[str, str], Values] = {}
        for name, term in zip(names, positional, strict=False):
            found[function.id, name] = self.evaluator.values(term, context)
        for each in keywords:
            if isinstance(each.key, Const) and each.key.value in names:
                found[function.id, str(each.key.value)] = self.evaluator.values(each.value, context)
        if positional or keywords:
            for name, default in function.defaults.items():
                found.setdefault((function.id, name), self.evaluator.values(default, context))
        return found

    def construct(
        self, class_id: str, positional: tuple[Term, ...], keywords: tuple[Argument, ...], context: Context
    ) -> Values:
        """Return a new object. If its class inherits from a session, it is a session, too."""
        return (Instance(class_id),)


def operation_of(operations: Iterable[tuple[str, str]], service: str) -> str:
    """Return the operation of a service among those that share a method name, or ""."""
    name = service_aliases().get(service, service)
    return next((operation for owner, operation in operations if owner == name), "")
