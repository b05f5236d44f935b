"""Decides which uses a guard protects: those that are not newer than what the guard tests for.

A guard has a level: the number of the lowest release that can run the code under it. `hasattr(client, "converse")` has
the level of that operation, a test of `boto3.__version__` that of the version.
"""

from __future__ import annotations

from collections.abc import Iterable

from docgen.requires.calls import operation_of
from docgen.requires.context import TOP, Context
from docgen.requires.evaluate import Evaluator
from docgen.requires.terms import Attr, Call, Const, External, Global, Guard, Sequence, Term, Test, Union
from docgen.requires.uses import Found
from docgen.requires.values import UNKNOWN, Client, FunctionValue, Instance, List, Literal, Method, PackageVersion

ALWAYS = 1 << 30
"""The level of a condition that never holds: the code under it never runs, so every use is protected."""

_MAX_DEPTH = 12
_SWAPPED = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}


class Guards:
    """Decides whether uses are guarded."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.facts = evaluator.facts
        self._levels: dict[tuple[int, bool, int, str], int] = {}

    def protect(self, use: Found, since: int) -> bool:
        """Return whether any guard protects a use that exists since a release."""
        return any(self.protects(guard, use, since) for guard in use.guards)

    def protects(self, guard: Guard, use: Found, since: int) -> bool:
        """Return whether one guard protects a use."""
        if guard.never_runs:
            return True
        if guard.errors:
            return self.caught(guard.errors, use, since)
        if guard.condition is None or not since:
            return False
        return self.level(guard.condition, guard.holds, TOP, use.service) >= since

    def caught(self, errors: frozenset[str], use: Found, since: int) -> bool:
        """Return whether one of the handled errors is what an older botocore raises for a use."""
        if errors & {"UnknownServiceError", "DataNotFoundError"} and since <= start(self.facts.service(use.service)):
            return True
        if "AttributeError" in errors:
            if use.kind in ("operation", "exception"):
                return True
            if use.operation and since <= start(self.facts.operation(use.service, use.operation)):
                return True
        return "ParamValidationError" in errors and use.kind == "parameter"

    def level(self, term: Term, holds: bool, context: Context, service: str, depth: int = 0) -> int:
        """Return the lowest release that can run the code under a condition, or 0 if unknown."""
        key = id(term), holds, id(context), service
        if key not in self._levels:
            self._levels[key] = 0
            self._levels[key] = self._level(term, holds, context, service, depth) if depth < _MAX_DEPTH else 0
        return self._levels[key]

    def _level(self, term: Term, holds: bool, context: Context, service: str, depth: int) -> int:
        match term:
            case Test(op="not", operands=(inner,)):
                return self.level(inner, not holds, context, service, depth + 1)
            case Test(op="and" | "or" as op, operands=operands):
                levels = [self.level(each, holds, context, service, depth + 1) for each in operands]
                return max(levels) if (op == "and") is holds else min(levels)
            case Test(op=op, operands=(left, right)):
                return self.compared(op, left, right, holds, context, service, depth)
            case Const(value=value):
                return 0 if bool(value) is holds else ALWAYS
            case Call():
                return self._called(term, holds, context, service, depth)
            case Attr() | Global() | External() | Union():
                return self.named(term, holds, context, service, depth)
        return 0

    # --- names ---

    def named(self, term: Term, holds: bool, context: Context, service: str, depth: int) -> int:
        """Return the level of a variable that holds a condition, or of a method that may be missing."""
        if isinstance(term, Attr) and (level := self.method(term, service)):
            return level if holds else 0
        terms = list(self.definitions(term, context))
        if not terms or any(each is term for each in terms):
            return 0
        return min(self.level(each, holds, context, service, depth + 1) for each in terms)

    def method(self, term: Attr, service: str) -> int:
        """Return the first release that has a method of a client, or 0."""
        operations = self.facts.methods.get(term.name)
        if not operations:
            return 0
        for base in self.evaluator.values(term.base):
            owner = (
                base.service
                if isinstance(base, Client) and base.service
                else service
                if base in (UNKNOWN, Client(""))
                else ""
            )
            if owner and (operation := operation_of(operations, owner)):
                return start(self.facts.operation(owner, operation))
        return 0

    def definitions(self, term: Term, context: Context) -> Iterable[Term]:
        """Yield the terms that were assigned to a variable."""
        program = self.evaluator.program
        match term:
            case Union(options=options):
                yield from options
            case Global(module=module, name=name):
                yield from program.modules[module].names.get(name, ())
            case External(name=name) if found := program.find(name):
                yield from program.modules[found[0]].names.get(found[1], ())
            case Attr(base=base, name=name):
                for value in self.evaluator.values(base, context):
                    if isinstance(value, Instance):
                        for each in program.ancestors(value.class_id):
                            yield from program.classes[each].attributes.get(name, ())
                            if method := program.classes[each].methods.get(name):
                                yield from program.functions[method].returned

    # --- calls ---

    def _called(self, term: Call, holds: bool, context: Context, service: str, depth: int) -> int:
        function = term.function
        if isinstance(function, External) and function.name.startswith("builtins."):
            return self._builtin(function.name, term, holds, context, service, depth)
        level = 0
        for value in self.evaluator.values(function, context):
            match value:
                case Method(client=client, name="can_paginate") if holds:
                    for name in self.evaluator.calls.literals(term.positional[0] if term.positional else None, context):
                        operation = operation_of(self.facts.methods.get(name, ()), client.service)
                        level = start(self.facts.named(client.service, "paginator", operation))
                case FunctionValue(id=id):
                    level = self.returned(id, value, term, holds, context, service, depth)
        return level

    def _builtin(self, name: str, term: Call, holds: bool, context: Context, service: str, depth: int) -> int:
        if name in ("builtins.callable", "builtins.bool") and term.positional:
            return self.level(term.positional[0], holds, context, service, depth + 1)
        if name == "builtins.hasattr" and holds and len(term.positional) == 2:
            names = self.evaluator.calls.literals(term.positional[1], context)
            return max((self.method(Attr(term.positional[0], each), service) for each in names), default=0)
        return 0

    def returned(
        self, id: str, value: FunctionValue, term: Call, holds: bool, context: Context, service: str, depth: int
    ) -> int:
        """Return the level of a call to a function that returns a condition."""
        function = self.evaluator.program.functions[id]
        bound = self.evaluator.calls.bind(function, value, term.positional, term.keywords, context)
        inside = self.evaluator.context(id, bound, value.self_class, value.context or TOP)
        return min((self.level(each, holds, inside, service, depth + 1) for each in function.returned), default=0)

    # --- comparisons ---

    def compared(
        self, op: str, left: Term, right: Term, holds: bool, context: Context, service: str, depth: int
    ) -> int:
        """Return the level of `x is None`, `boto3.__version__ >= "1.34"` or `"converse" in dir(client)`."""
        if (
            isinstance(right, Const)
            and (right.value is None or isinstance(right.value, bool))
            and op in ("is", "is not", "==", "!=")
        ):
            same = op in ("is", "==")
            return self.level(left, holds is (same is bool(right.value)), context, service, depth + 1)
        if op in ("in", "not in"):
            return self.contained(left, right, context, service) if holds is (op == "in") else 0
        if package := self.package(left, context):
            return self._at_least(op, self.version(right, context), holds, package)
        if package := self.package(right, context):
            return self._at_least(_SWAPPED.get(op, op), self.version(left, context), holds, package)
        return 0

    def _at_least(self, op: str, version: str, holds: bool, package: str) -> int:
        if not version or op not in ((">=", ">", "==") if holds else ("<", "<=", "!=")):
            return 0
        return self.facts.number(version, package)

    def package(self, term: Term, context: Context) -> str:
        """Return the package whose version a term is, or ""."""
        for value in self.evaluator.values(term, context):
            if isinstance(value, PackageVersion):
                return value.package
            if isinstance(value, List):
                for item in self.evaluator.elements(value):
                    if isinstance(item, PackageVersion):
                        return item.package
        return ""

    def version(self, term: Term, context: Context) -> str:
        """Return the text of the version in a comparison: `"1.34"`, `(1, 34)`, `Version("1.34")`."""
        for value in self.evaluator.values(term, context):
            if isinstance(value, Literal) and isinstance(value.value, (str, int, float)):
                return str(value.value)
            if isinstance(value, List) and isinstance(value.term, Sequence):
                parts = [str(item.value) for item in value.term.items if isinstance(item, Const)]
                if parts:
                    return ".".join(parts)
        return ""

    def contained(self, left: Term, right: Term, context: Context, service: str) -> int:
        """Return the level of `"converse" in dir(client)` or `"eks" in session.get_available_services()`."""
        names = self.evaluator.calls.literals(left, context)
        if not isinstance(right, Call) or not names:
            return 0
        if isinstance(right.function, External) and right.function.name == "builtins.dir" and right.positional:
            return max(self.method(Attr(right.positional[0], name), service) for name in names)
        if isinstance(right.function, Attr) and right.function.name == "get_available_services":
            return max(start(self.facts.service(name)) for name in names)
        return 0


def start(spans: tuple[tuple[int, int], ...]) -> int:
    """Return the release since which something exists, or 0 if it never existed."""
    return spans[-1][0] if spans else 0
