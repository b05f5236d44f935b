"""Definitions: imports, functions, classes, and the types in annotations."""

from __future__ import annotations

import ast

from docgen.requires.code import Class, Function
from docgen.requires.expressions import Expressions
from docgen.requires.follower import Names, Scope
from docgen.requires.scope import State, either_of
from docgen.requires.terms import (
    NOTHING,
    Argument,
    ClassRef,
    External,
    FunctionRef,
    Mapping,
    Sequence,
    Term,
    Typed,
)


class Definitions(Expressions):
    """Records the definitions of a module; the bodies of functions wait in `later`."""

    def __init__(self, scope: Scope, names: Names, lines: list[str], later: list[tuple[Scope, ast.AST]]) -> None:
        super().__init__(scope, names, lines)
        self.later = later

    def block(self, body: list[ast.stmt]) -> object:
        """Follow statements in order."""
        raise NotImplementedError

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            dotted = alias.name if alias.asname else alias.name.partition(".")[0]
            self._bind_name(alias.asname or dotted, External(dotted))

    def _import_from(self, node: ast.ImportFrom) -> None:
        package = self.package(node.level) if node.level else ""
        origin = ".".join(filter(None, (package, node.module or "")))
        for alias in node.names:
            if alias.name == "*":
                self.module.stars.append(origin)
            else:
                self._bind_name(alias.asname or alias.name, External(f"{origin}.{alias.name}"))

    def package(self, level: int) -> str:
        """Return the package that a relative import starts from."""
        parts = self.module.name.split(".")  # that of a package ends with `__init__`
        return ".".join(parts[: len(parts) - level])

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        decorators = tuple(_dotted(each) for each in node.decorator_list)
        for each in node.decorator_list:
            self.expression(each)
        made = self._declare(node.name, node.args, decorators)
        made.return_annotation = self.annotation(node.returns) if node.returns else None
        self._bind_name(node.name, FunctionRef(made.id))
        if self.scope.function is None and self.scope.class_id:
            owner = self.module.classes[self.scope.class_id]
            owner.methods[node.name] = made.id
            owner.attributes.pop(node.name, None)
        self.later.append((self.inner(made, node.name), node))

    def lambda_(self, node: ast.Lambda) -> Term:
        """Return the term of a lambda; its body is followed later, like others."""
        made = self._declare(f"<lambda:{node.lineno}:{node.col_offset}>", node.args, ())
        self.later.append((self.inner(made, made.name), node))
        return FunctionRef(made.id)

    def inner(self, made: Function, name: str) -> Scope:
        """Return the scope of a function's body."""
        scope = self.scope
        outer = None if scope.is_module else scope.outer if scope.function is None else scope
        return Scope(
            self.module,
            State(self.module.name, effort=scope.state.effort),
            guards=scope.guards,
            function=made,
            class_id=scope.class_id,
            outer=outer,
            qualified=f"{scope.qualified}{name}.",
        )

    def _declare(self, name: str, arguments: ast.arguments, decorators: tuple[str, ...]) -> Function:
        scope = self.scope
        id = f"{self.module.name}:{scope.qualified}{name}"
        given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        in_class = scope.class_id if scope.function is None else ""
        made = Function(id, name, self.module.name, in_class, tuple(each.arg for each in given), decorators=decorators)
        made.annotations = {each.arg: self.annotation(each.annotation) for each in given if each.annotation}
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs = list(zip(reversed(positional), reversed(arguments.defaults), strict=False))
        pairs += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
        made.defaults = {argument.arg: self.value(default) for argument, default in pairs}
        self.module.functions[id] = made
        return made

    def _class(self, node: ast.ClassDef) -> None:
        id = f"{self.module.name}:{self.scope.qualified}{node.name}"
        bases = tuple(self.value(base) for base in node.bases)
        for each in (*node.decorator_list, *(keyword.value for keyword in node.keywords)):
            self.expression(each)
        self.module.classes[id] = Class(id, node.name, self.module.name, bases)
        self._bind_name(node.name, ClassRef(id))
        outer = self.scope
        inside = None if outer.is_module else outer if outer.function is not None else outer.outer
        self.scope = Scope(
            self.module,
            State(self.module.name, effort=outer.state.effort),
            guards=outer.guards,
            class_id=id,
            outer=inside,
            qualified=f"{outer.qualified}{node.name}.",
        )
        self.block(node.body)
        self.scope = outer

    def annotation(self, node: ast.expr) -> Term:
        """Return the term of a type. A string is parsed as an expression."""
        match node:
            case ast.Constant(value=str(text)):
                try:
                    return self.annotation(ast.parse(text.strip(), mode="eval").body)
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    return NOTHING
            case ast.Name(id=name):
                return self.scope.state.snapshot(self.lookup(name))
            case ast.Attribute():
                return self._attribute_term(node)
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                return either_of(self.annotation(left), self.annotation(right))
            case ast.Subscript(value=outer, slice=inner):
                return self.generic(outer, inner)
        return NOTHING

    def generic(self, outer: ast.expr, inner: ast.expr) -> Term:
        """Return the term of a generic: `Optional[S3Client]`, `Annotated[S3Client, …]`, `list[…]` or `dict[str, …]`."""
        arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        match last_name_of(outer):
            case "Optional" | "Annotated" | "Final" | "ClassVar" | "Awaitable":
                return self.annotation(arguments[0])
            case "Union":
                return either_of(*(self.annotation(each) for each in arguments))
            case "Iterator" | "Generator" | "AsyncIterator" | "AsyncGenerator" | "Iterable":
                return Sequence((Typed(self.annotation(arguments[0])),))
            case "list" | "List" | "tuple" | "Tuple" | "set" | "Sequence":
                return Sequence(tuple(Typed(self.annotation(each)) for each in arguments))
            case "dict" | "Dict" | "Mapping" if len(arguments) == 2:
                return Mapping((Argument(NOTHING, Typed(self.annotation(arguments[1])), 0, 0),))
            case "Callable" if len(arguments) == 2:
                return NOTHING
        return NOTHING

    def _bind_name(self, name: str, term: Term) -> None:
        scope = self.scope
        if scope.is_module or name in scope.globals:
            self.module.names.setdefault(name, []).append(term if scope.is_module else scope.state.snapshot(term))
        elif scope.function is None and scope.class_id:
            found = self.module.classes[scope.class_id].attributes
            found.setdefault(name, []).append(scope.state.snapshot(term))
        scope.state.names[name] = term


def last_name_of(node: ast.expr) -> str:
    """Return the last name of an expression: `suppress` for `contextlib.suppress(…)`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=function):
            return last_name_of(function)
    return ""


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner, attr=name):
            return f"{_dotted(inner)}.{name}"
        case ast.Call(func=function):
            return _dotted(function)
    return ""
