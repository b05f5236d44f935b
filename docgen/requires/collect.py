"""Turns the events of a module into its uses of the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from docgen.requires.callers import argument
from docgen.requires.calls import operation_of
from docgen.requires.code import Module
from docgen.requires.context import TOP
from docgen.requires.evaluate import Evaluator
from docgen.requires.facts import later_method_name
from docgen.requires.infer import candidates
from docgen.requires.parameters import Parameters
from docgen.requires.terms import Argument, Attr, Call, Const, Event, Item, Param, Test, Union
from docgen.requires.uses import Found
from docgen.requires.values import (
    UNKNOWN,
    Client,
    CollectionMethod,
    Exceptions,
    Factory,
    Method,
    Paginate,
    Partial,
    Resource,
    ResourceMethod,
    Response,
    Values,
    Wait,
)

_CLIENT_METHODS = frozenset(
    """can_paginate close get_paginator get_waiter generate_presigned_url generate_presigned_post upload_file
    download_file upload_fileobj download_fileobj copy exceptions meta waiter_names generate_db_auth_token
    generate_db_connect_auth_token generate_db_connect_admin_auth_token""".split()
)


class Collector(Parameters):
    """Finds the uses of modules, one after the other."""

    def __init__(self, evaluator: Evaluator) -> None:
        super().__init__(evaluator)
        self.unresolved: list[tuple[str, Event, str, tuple[str, ...]]] = []

    def collect(self, module: Module) -> Iterator[Found]:
        """Yield the uses of a module; the same use may occur twice."""
        self.module = module.name
        for event in module.events:
            match event.term:
                case Call() as call:
                    yield from self._call(event, call)
                case Attr() as attribute:
                    yield from self.attribute(event, attribute)
                case Item() as item:
                    yield from self.item(event, item)

    # --- services ---

    def services(self, event: Event, call: Call, functions: Values) -> Iterator[Found]:
        """Yield the services that a call creates clients of, at the place where their names are written."""
        given = [*call.positional, *(each.value for each in call.keywords)]
        literals = [term for term in given if isinstance(term, Const) and term.value in self.facts.services]
        is_factory = any(isinstance(value, Factory) for value in functions)
        is_sdk = all(isinstance(value, Factory) and value.is_sdk for value in functions)
        if not literals and not is_factory:
            return
        made = [
            value for value in self.evaluator.values(call) if isinstance(value, (Client, Resource)) and value.service
        ]
        for value in made:
            named = [literal for literal in literals if literal.value == value.service]
            if named:
                yield self.found(named[0], value.service, "service", (), value.certain, event)
            elif is_factory and _is_written_here(call) and (is_sdk or value.service in self.facts.services):
                yield self.found(event, value.service, "service", (), value.certain, event)

    # --- calls ---

    def _call(self, event: Event, call: Call) -> Iterator[Found]:
        functions = self.evaluator.values(call.function)
        yield from self.services(event, call, functions)
        clients = [value for value in functions if isinstance(value, Method)]
        if clients:
            yield from self.methods(event, call, clients)
        for value in functions:
            match value:
                case Paginate(paginator=found):
                    yield from self.parameters(found.service, found.operation, found.certain, call.keywords, event)
                case ResourceMethod() | CollectionMethod(collection=ResourceMethod()):
                    yield from self.of_resource(event, call, value)
                case Partial(functions=inner):
                    yield from self.passed_methods(event, call, inner)
                case Wait(waiter=waiter) if operation := self.facts.waiter_operation(waiter.service, waiter.name):
                    yield from self.parameters(waiter.service, operation, waiter.certain, call.keywords, event)
        if not clients:
            for term in call.positional:
                if isinstance(term, (Attr, Union, Test)):
                    yield from self.passed_methods(event, call, self.evaluator.values(term))
            if UNKNOWN in functions and isinstance(call.function, Attr):
                yield from self.inferred(event, call, call.function.name)

    def methods(self, event: Event, call: Call, methods: list[Method]) -> Iterator[Found]:
        """Yield a call of a method of clients of one or several services."""
        name = methods[0].name
        if name in ("get_paginator", "get_waiter", "generate_presigned_url"):
            for method in methods:
                yield from self.own_method(event, call, method.client, name)
            return
        operations = {
            method.client: operation_of(self.facts.methods.get(name, ()), method.client.service) for method in methods
        }
        for client, operation in operations.items():
            if operation:
                later = later_method_name(client.service, operation, name)
                uses = self.operation(event, client.service, operation, client.certain, call.keywords)
                yield from (replace(use, written=later) if use.kind == "operation" else use for use in uses)
        if any(operations.values()) or name in _CLIENT_METHODS or name.startswith("_"):
            return
        known = [client for client in operations if client.service]
        if known and all(client.certain for client in known) and len(known) == len(operations):
            for client in known:
                use = self.found(event, client.service, "operation", (), True, event)
                yield replace(use, operation=name)
        else:
            yield from self.inferred(event, call, name)

    def own_method(self, event: Event, call: Call, client: Client, name: str) -> Iterator[Found]:
        """Yield uses by text: paginators, waiters and presigned URLs."""
        term = argument(call.positional, call.keywords, 0, "operation_name", "waiter_name", "ClientMethod")
        named = self.evaluator.calls.literals(term, TOP)
        at = term if isinstance(term, Const) else event
        for each in named:
            matching = self.facts.methods.get(each, ())
            if not client.service and len(matching) == 1:
                client = Client(matching[0][0], False)
            operation = operation_of(matching, client.service)
            known = self.facts.waiter(client.service, each) if name == "get_waiter" and client.service else operation
            if not client.service or not (known or at is term):
                continue
            if name == "generate_presigned_url":
                yield from self.presigned(event, call, client, operation, at)
            else:
                kind = name.removeprefix("get_")
                yield self.found(at, client.service, kind, (known or each,), client.certain, event)

    def presigned(self, event: Event, call: Call, client: Client, operation: str, at: Event | Const) -> Iterator[Found]:
        """Yield the uses in `generate_presigned_url("get_object", Params={…})`."""
        if operation:
            use = self.found(at, client.service, "operation", (), client.certain, event)
            yield replace(use, operation=operation, is_open=True)
            params = argument(call.positional, call.keywords, 1, "Params")
            spread = () if params is None else (Argument(None, params, event.line, event.column),)
            yield from self.parameters(client.service, operation, client.certain, spread, event)

    def operation(
        self,
        event: Event,
        service: str,
        operation: str,
        certain: bool,
        keywords: tuple[Argument, ...],
        *,
        strict: bool = True,
    ) -> Iterator[Found]:
        """Yield an operation and its parameters."""
        if event.named:
            use = self.found(event, service, "operation", (), certain, event)
            yield replace(use, operation=operation, is_open=self.is_open(keywords))
        yield from self.parameters(service, operation, certain, keywords, event, strict=strict)

    def of_resource(self, event: Event, call: Call, value: ResourceMethod | CollectionMethod) -> Iterator[Found]:
        """Yield the operation of a resource's action, or of a collection that is listed."""
        method = value.collection if isinstance(value, CollectionMethod) else value
        if operation := self.evaluator.calls.operation_of_resource(method):
            owner = method.resource
            yield from self.operation(event, owner.service, operation, owner.certain, call.keywords, strict=False)

    def passed_methods(self, event: Event, call: Call, values: Values) -> Iterator[Found]:
        """Yield the uses in `submit(client.create_fleet, Name=…)`: keywords that the operation has belong to it."""
        for value in values:
            if isinstance(value, Method):
                client = value.client
                operation = operation_of(self.facts.methods.get(value.name, ()), client.service)
                if operation:
                    yield from self.parameters(
                        client.service, operation, client.certain, call.keywords, event, strict=False
                    )

    def inferred(self, event: Event, call: Call, name: str) -> Iterator[Found]:
        """Yield a call on something unknown, if exactly one service fits."""
        if call.positional:
            return
        found = candidates(self.facts, name, call.keywords)
        if len(found) == 1:
            yield from self.operation(event, *found[0], False, call.keywords)
        elif found:
            self.unresolved.append((self.module, event, name, tuple(service for service, _ in found)))

    # --- parameters ---

    # --- attributes and items ---

    def attribute(self, event: Event, term: Attr) -> Iterator[Found]:
        """Yield a method that is not called here, or an exception of a client."""
        for base in self.evaluator.values(term.base):
            match base:
                case Client(service=service, certain=certain) if service:
                    operation = operation_of(self.facts.methods.get(term.name, ()), service)
                    if operation:
                        use = self.found(event, service, "operation", (), certain, event)
                        yield replace(use, operation=operation, is_open=True)
                case Exceptions(client=client) if client.service and term.name != "ClientError":
                    yield self.found(event, client.service, "exception", (term.name,), client.certain, event)

    def item(self, event: Event, term: Item) -> Iterator[Found]:
        """Yield a member that is read from a response."""
        bases = [value for value in self.evaluator.values(term.base) if isinstance(value, Response)]
        if not bases:
            return
        keys = self.evaluator.values(term.key)
        for base in bases:
            for value in self.evaluator.in_response(base, keys):
                if isinstance(value, Response) and value.path[-1][0] not in "[{":
                    use = self.found(event, value.service, "response", value.path, value.certain, event)
                    yield replace(use, operation=value.operation)


def _is_written_here(call: Call) -> bool:
    """Return whether a factory's call names the service itself, by a loop or a constant, instead of its caller."""
    term = argument(call.positional, call.keywords, 0, "service_name", "service")
    return term is not None and not isinstance(term, Param)
