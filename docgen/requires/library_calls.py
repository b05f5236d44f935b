"""The results of library functions, and of methods of dicts, lists and responses, through which clients pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.requires import libraries
from docgen.requires.context import TOP, Context
from docgen.requires.terms import Argument, Const, Term
from docgen.requires.values import (
    NOTHING_KNOWN,
    Client,
    Dict,
    Foreign,
    List,
    Literal,
    Method,
    PackageVersion,
    Pages,
    Pair,
    Partial,
    Value,
    Values,
)
from docgen.requires.values import (
    Iterable as IterableValue,
)

if TYPE_CHECKING:
    from docgen.requires.evaluate import Evaluator

_KEEP_ELEMENTS = frozenset(
    {"filter", "sorted", "list", "tuple", "set", "reversed", "iter", "islice", "chain", "tqdm", "cycle"}
)
_RETURN_ARGUMENT = frozenset({"closing", "cast", "enter_context", "enter_async_context", "nullcontext", "wraps"})


class LibraryCalls:
    """Evaluates calls of anything but scanned functions and clients."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator

    def call_values(
        self,
        functions: Values,
        positional: tuple[Term, ...],
        keywords: tuple[Argument, ...],
        context: Context,
        name: str = "",
    ) -> Values:
        """Return everything that calling one of some values may return."""
        raise NotImplementedError

    def bound(self, owner: Value, name: str, positional: tuple[Term, ...], context: Context) -> Values:
        """Return the result of a method of a response, a dict or a list."""
        if isinstance(owner, PackageVersion) or name in ("copy", "build_full_result"):
            full = isinstance(owner, Pages) and name == "build_full_result"
            return self.evaluator.elements(owner) if full else (owner,)
        if name in ("items", "values"):
            values = self.every_value(owner)
            keys = self.evaluator.elements(owner) if isinstance(owner, Dict) else NOTHING_KNOWN
            return (IterableValue((Pair((keys, values)),) if name == "items" else values),)
        if name == "setdefault" or name == "get":
            keys = self.evaluator.values(positional[0], context) if positional else NOTHING_KNOWN
            return self.evaluator.item_of(owner, keys, context)
        if name == "pop":
            return self.evaluator.elements(owner)
        return NOTHING_KNOWN

    def every_value(self, owner: Value) -> Values:
        """Return the values of a dict, or of a map in a response."""
        return self.evaluator.item_of(owner, NOTHING_KNOWN, self.evaluator.context("", {}, "", TOP))

    def foreign(
        self, function: Foreign, positional: tuple[Term, ...], keywords: tuple[Argument, ...], context: Context
    ) -> Values:
        """Return the result of a library function."""
        name = function.name.rpartition(".")[2]
        found = self.helper(name, positional, keywords, context)
        if found is not None:
            return found
        made = self.named_client(name, positional, keywords, context, certain=libraries.may_be_aws(function))
        if made and not libraries.is_never_aws(function):
            return made
        return (function,)

    def unknown(
        self, positional: tuple[Term, ...], keywords: tuple[Argument, ...], context: Context, name: str
    ) -> Values:
        """Return the result of calling something unknown."""
        found = self.helper(name, positional, keywords, context)
        return found or self.named_client(name, positional, keywords, context, certain=False) or NOTHING_KNOWN

    def named_client(
        self,
        name: str,
        positional: tuple[Term, ...],
        keywords: tuple[Argument, ...],
        context: Context,
        *,
        certain: bool,
    ) -> Values:
        """Return the result of `get_client("s3")`: the name says that it is a client, and the argument is a service."""
        if "client" not in name.lower() and not name.lower().startswith("boto"):
            return ()
        given = [*positional[:2], *(each.value for each in keywords)]
        for term in given:
            if isinstance(term, Const) and term.value in self.evaluator.facts.services:
                return (Client(str(term.value), certain),)
        return ()

    def helper(
        self, name: str, positional: tuple[Term, ...], keywords: tuple[Argument, ...], context: Context
    ) -> Values | None:
        """Return the result of a standard library function through which clients and responses pass, or None."""
        if name == "version" and positional and (package := self.literals(positional[0], context)):
            return (PackageVersion(package[0]),) if package[0] in ("boto3", "botocore") else None
        if name == "field":
            return self.default(keywords, context)
        if not positional:
            return None
        first = self.evaluator.values(positional[0], context)
        if name in libraries.VERSION_PARSERS and (version := self.version(first, positional, context)):
            return version
        match name:
            case "partial":
                return (Partial(first, positional[1:], keywords),)
            case "enumerate":
                return (IterableValue((Pair((NOTHING_KNOWN, self.elements(first))),)),)
            case "zip":
                columns = tuple(self.elements(self.evaluator.values(term, context)) for term in positional)
                return (IterableValue((Pair(columns),)),)
            case "map" if len(positional) > 1:
                return NOTHING_KNOWN
            case "next" | "max" | "min" | "choice":
                return self.elements(first)
            case "filter" if len(positional) > 1:
                return (IterableValue(self.elements(self.evaluator.values(positional[1], context))),)
        if name in _KEEP_ELEMENTS:
            every = (self.elements(self.evaluator.values(term, context)) for term in positional)
            return (IterableValue(tuple(dict.fromkeys(value for values in every for value in values))),)
        if name in _RETURN_ARGUMENT:
            return self.evaluator.values(positional[-1], context)
        return self.wrapped(name, first, positional)

    def wrapped(self, name: str, first: Values, positional: tuple[Term, ...]) -> Values | None:
        """Return the result of a wrapper: a response for `submit(client.create_fleet, …)`, a method for `retry(…)`."""
        if any(isinstance(value, Method) for value in first):
            return (*first, *self.call_values(first, (), (), TOP))
        return None

    def default(self, keywords: tuple[Argument, ...], context: Context) -> Values | None:
        """Return the default of `field(default_factory=…)` of dataclasses, or None."""
        for each in keywords:
            if isinstance(each.key, Const) and each.key.value in ("default_factory", "factory", "default"):
                values = self.evaluator.values(each.value, context)
                return values if each.key.value == "default" else self.call_values(values, (), (), context)
        return None

    def version(self, first: Values, positional: tuple[Term, ...], context: Context) -> Values:
        """Return the version of an SDK, in whatever form it is compared."""
        every = [*first, *(value for term in positional[1:] for value in self.evaluator.values(term, context))]
        for value in every:
            if isinstance(value, PackageVersion):
                return (value,)
            if isinstance(value, List) and (found := self.elements((value,))) and isinstance(found[0], PackageVersion):
                return found
        return tuple(v for v in first if isinstance(v, Literal) and isinstance(v.value, str) and v.value[:1].isdigit())

    def elements(self, values: Values) -> Values:
        """Return the values from iteration over any of the values."""
        return tuple(dict.fromkeys(found for value in values for found in self.evaluator.elements(value)))

    def literals(self, term: Term | None, context: Context) -> list[str]:
        """Return the strings that a term may be."""
        values = self.evaluator.values(term, context) if term is not None else ()
        return [value.value for value in values if isinstance(value, Literal) and isinstance(value.value, str)]
