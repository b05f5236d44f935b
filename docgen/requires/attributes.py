"""Attributes: of sessions and clients, of scanned classes, of libraries."""

from __future__ import annotations

from collections.abc import Sequence as Sequence_

from docgen.requires import libraries
from docgen.requires.context import TOP, Context
from docgen.requires.follower import COLLECTION_METHODS
from docgen.requires.joining import Joining, is_factory_name, is_known, unique
from docgen.requires.terms import (
    Attr,
)
from docgen.requires.values import (
    NOTHING_KNOWN,
    Bound,
    ClassValue,
    Client,
    CollectionMethod,
    Dict,
    Exceptions,
    Factory,
    Foreign,
    FunctionValue,
    Instance,
    List,
    Meta,
    Method,
    ModuleValue,
    PackageVersion,
    Pages,
    Paginate,
    PaginatorValue,
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


class Attributes(Joining):
    """Evaluates attributes."""

    def _attribute(self, term: Attr, context: Context) -> Values:
        return unique(
            found for base in self.values(term.base, context) for found in self.attribute_of(base, term.name, context)
        )

    def attribute_of(self, base: Value, name: str, context: Context) -> Values:
        """Return the values of an attribute of one value."""
        match base:
            case Session() if name in ("client", "create_client", "resource"):
                return (Factory("resource" if name == "resource" else "client", is_sdk=True),)
            case Client():
                return (self.of_client(base, name),)
            case ResourceMethod() if name in COLLECTION_METHODS:
                return (CollectionMethod(base),)
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
        """Return the value of an attribute of a client."""
        if name == "exceptions":
            return Exceptions(client)
        return Meta(client) if name == "meta" else Method(client, name)

    def of_library(self, base: Foreign, dotted: str, name: str) -> Values:
        """Return the values of an attribute of a library, which may create sessions of AWS."""
        if dotted.partition(".")[0] in libraries.SDKS:
            return (libraries.meaning(dotted),)
        if is_factory_name(name) and not libraries.is_never_aws(base):
            return (Factory("resource" if name == "resource" else "client"),)
        return (Foreign(dotted),)

    def member(self, class_id: str, name: str, of_class: bool = False) -> Values:
        """Return the values of an object's attribute: its own, inherited, or those of subclasses."""
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
                found = self.called((bound,), context) if function.is_property else (bound,)
            if terms := owner.attributes.get(name):
                found = (*found, *self.either(terms, context))
            if name in owner.annotations and not any(map(is_known, found)):
                typed = self.values(owner.annotations[name], context)
                found = (*found, *(self.instance(value) for value in typed), *self.field(owner, name))
            if found:
                return found
        return ()

    def inherited(self, class_id: str, name: str) -> Values:
        """Return what an attribute may be if it comes from a base class in a library."""
        for each in self.program.ancestors(class_id):
            for base in self.program.classes[each].bases:
                for value in self.values(base):
                    if isinstance(value, (Session, Client, Resource)):
                        return self.attribute_of(value, name, TOP)
        return (Factory("client"),) if name == "client" else (Factory("resource"),) if name == "resource" else ()
