"""Statements of a module, followed in order: assignments, branches, guards, functions and classes.

Every branch is followed, loops twice (what a turn assigns, the next one reads). The bodies of functions come after the
module's own statements, because that is when they run.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any

from docgen.requires.code import Class, Function
from docgen.requires.expressions import Expressions, Names, Scope
from docgen.requires.scope import Ref, State, either_of
from docgen.requires.terms import (
    NOTHING,
    Argument,
    Attr,
    ClassRef,
    Const,
    Element,
    Entered,
    External,
    FunctionRef,
    Guard,
    Item,
    Mapping,
    Self,
    Sequence,
    Term,
    Typed,
    Union,
)

GUARDING_ERRORS = frozenset({"AttributeError", "ParamValidationError", "UnknownServiceError", "DataNotFoundError"})
"""Errors that an older botocore raises for what it does not have."""

_ENDS_THE_PROGRAM = frozenset({"exit", "_exit", "abort", "fail_json", "fail_json_aws", "fail", "error"})


class Flow(Enum):
    """How a block ends."""

    FALLS = "goes on with the next statement"
    LEAVES = "returns, breaks or continues"
    RAISES = "raises, or ends the program"


class Statements(Expressions):
    """Follows the statements of one scope; `later` collects the functions that are met."""

    def __init__(self, scope: Scope, names: Names, lines: list[str], later: list[tuple[Scope, ast.AST]]) -> None:
        super().__init__(scope, names, lines)
        self.later = later
        self.in_loop = False

    def block(self, body: Iterable[ast.stmt]) -> Flow:
        """Follow statements, one after the other."""
        for statement in body:
            handler = _STATEMENTS.get(type(statement))
            if handler is None:
                self.children(statement)
                continue
            flow = handler(self, statement)
            if flow is not None and flow is not Flow.FALLS:
                return flow
        return Flow.FALLS

    # --- assignments ---

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
        """Give a name, an attribute or a key a value."""
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

    def _bind_name(self, name: str, term: Term) -> None:
        scope = self.scope
        if scope.is_module or name in scope.globals:
            self.module.names.setdefault(name, []).append(term if scope.is_module else scope.state.snapshot(term))
        elif scope.function is None and scope.class_id:
            found = self.module.classes[scope.class_id].attributes
            found.setdefault(name, []).append(scope.state.snapshot(term))
        scope.state.names[name] = term

    def _bind_attribute(self, target: ast.Attribute, term: Term) -> None:
        owner = self.owner(target)
        if owner is not None:
            owner.attributes.setdefault(target.attr, []).append(self.scope.state.snapshot(term))
        if isinstance(target.value, ast.Name):
            self.scope.state.names[f"{target.value.id}.{target.attr}"] = term

    def owner(self, target: ast.Attribute) -> Class | None:
        """The class of this module whose instance gets an attribute."""
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
        """A key of a dict that a module or an object holds."""
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

    # --- branches ---

    def _if(self, node: ast.If) -> Flow:
        test = self.value(node.test)
        guards, before = self.scope.guards, self.scope.state.copy()
        holds = self.conditions(node.test, True, None if _is_compound(node.test) else test)
        fails = self.conditions(node.test, False, None if _is_compound(node.test) else test)
        if not (node.orelse and _only_raises(node.orelse)):
            self.scope.guards = (*guards, *holds)
        self._without_absent_key(node.test, ast.NotIn, self.scope.state)
        self._without_absent_key(node.test, ast.In, before)
        first = self.block(node.body)
        after = self.scope.state
        self.scope.state = before
        self.scope.guards = guards if _only_raises(node.body) else (*guards, *fails)
        second = self.block(node.orelse)
        self.scope.guards = guards
        return self.meet([(first, after), (second, self.scope.state)], (holds, fails))

    def _without_absent_key(self, test: ast.expr, operator: type[ast.cmpop], state: State) -> None:
        """Where `"Tags" in params` is false, the dict does not have the key."""
        match test:
            case ast.Compare(left=ast.Constant(value=key), ops=[op], comparators=[ast.Name(id=name)]):
                ref = self.scope.state.names.get(name)
                if isinstance(op, operator) and isinstance(ref, Ref) and ref.is_dict:
                    state.remove(ref, key)

    def meet(self, branches: list[tuple[Flow, State]], guards: tuple[tuple[Guard, ...], tuple[Guard, ...]]) -> Flow:
        """Go on after two branches; where one left, the test of the other guards the rest of the block."""
        (first, after), (second, otherwise) = branches
        if first is Flow.FALLS and second is Flow.FALLS:
            after.merge(otherwise)
            self.scope.state = after
            return Flow.FALLS
        if first is Flow.FALLS:
            self.scope.state = after
            self.scope.guards += guards[0] if second is Flow.LEAVES else ()
            return Flow.FALLS
        self.scope.state = otherwise
        if second is Flow.FALLS:
            self.scope.guards += guards[1] if first is Flow.LEAVES else ()
            return Flow.FALLS
        return Flow.RAISES if first is second is Flow.RAISES else Flow.LEAVES

    def inner_block(self, body: list[ast.stmt]) -> Flow:
        """A block at whose end the guards that it found end, too."""
        guards = self.scope.guards
        flow = self.block(body)
        self.scope.guards = guards
        return flow

    def _for(self, node: ast.For | ast.AsyncFor) -> Flow:
        items = self.value(node.iter)
        return self._loop(node, Element(items), node.target)

    def _while(self, node: ast.While) -> Flow:
        test = self.value(node.test)
        guards = self.scope.guards
        self.scope.guards = (*guards, *self.conditions(node.test, True, test))
        self._loop(node, None, None)
        self.scope.guards = guards
        return Flow.FALLS

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, item: Term | None, target: ast.expr | None) -> Flow:
        before = self.scope.state.copy()
        outermost = not self.in_loop
        self.in_loop = True
        for _ in range(2):
            if item is not None and target is not None:
                self.bind(target, item)
            self.inner_block(node.body)
            if not outermost or not self.scope.state.grew_from(before):
                break
            self.scope.state.merge(before)
        if outermost:
            self.in_loop = False
        self.scope.state.merge(before)
        return self.inner_block(node.orelse)

    def _match(self, node: ast.Match) -> Flow:
        self.value(node.subject)
        before = self.scope.state.copy()
        ends = [before.copy()]
        for case in node.cases:
            self.scope.state = before.copy()
            if case.guard is not None:
                self.expression(case.guard)
            if self.inner_block(case.body) is Flow.FALLS:
                ends.append(self.scope.state)
        self.scope.state = ends[-1]
        for state in ends[:-1]:
            self.scope.state.merge(state)
        return Flow.FALLS

    def _try(self, node: ast.Try) -> Flow:
        guards, before = self.scope.guards, self.scope.state.copy()
        errors = frozenset(
            name for handler in node.handlers if not _only_raises(handler.body) for name in _names(handler.type)
        )
        if errors & GUARDING_ERRORS:
            self.scope.guards = (*guards, Guard(errors=errors & GUARDING_ERRORS))
        flow = self.block(node.body)
        self.scope.guards = guards
        if flow is Flow.FALLS:
            flow = self.block(node.orelse)
        self.scope.guards = guards
        ends = [self.scope.state] if flow is Flow.FALLS else []
        before.merge(self.scope.state.copy())
        for handler in node.handlers:
            self.scope.state = before.copy()
            self.expression(handler.type)
            if self.inner_block(handler.body) is Flow.FALLS:
                ends.append(self.scope.state)
        self.scope.state = ends[0] if ends else before
        for state in ends[1:]:
            self.scope.state.merge(state)
        last = self.inner_block(node.finalbody)
        return last if last is not Flow.FALLS or ends else flow

    def _with(self, node: ast.With | ast.AsyncWith) -> Flow:
        guards = self.scope.guards
        for each in node.items:
            context = self.value(each.context_expr)
            if each.optional_vars is not None:
                self.bind(each.optional_vars, Entered(context))
            if isinstance(each.context_expr, ast.Call) and _last(each.context_expr.func) == "suppress":
                errors = frozenset(name for argument in each.context_expr.args for name in _names(argument))
                self.scope.guards = (*self.scope.guards, Guard(errors=errors & GUARDING_ERRORS))
        flow = self.block(node.body)
        self.scope.guards = guards
        return flow

    # --- ends ---

    def _return(self, node: ast.Return) -> Flow:
        term = self.value(node.value)
        if self.scope.function is not None:
            self.scope.function.returned.append(term)
        return Flow.LEAVES

    def _raise(self, node: ast.Raise) -> Flow:
        self.children(node)
        return Flow.RAISES

    def _leave(self, node: ast.stmt) -> Flow:
        return Flow.LEAVES

    def _expression_statement(self, node: ast.Expr) -> Flow:
        self.expression(node.value)
        return Flow.RAISES if _ends_the_program(node) else Flow.FALLS

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                base, key = self.expression(target.value), self.value(target.slice)
                if isinstance(base, Ref) and isinstance(key, Const):
                    self.scope.state.remove(base, key.value)

    # --- definitions ---

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
        """The package that a relative import starts from."""
        parts = self.module.name.split(".")  # that of a package ends with `__init__`
        return ".".join(parts[: len(parts) - level])

    def _global(self, node: ast.Global) -> None:
        self.scope.globals.update(node.names)

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
        """A function without a name; its body comes later, like others."""
        made = self._declare(f"<lambda:{node.lineno}:{node.col_offset}>", node.args, ())
        self.later.append((self.inner(made, made.name), node))
        return FunctionRef(made.id)

    def inner(self, made: Function, name: str) -> Scope:
        """The scope of a function's body."""
        scope = self.scope
        outer = None if scope.is_module else scope.outer if scope.function is None else scope
        return Scope(
            self.module,
            State(self.module.name),
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
            State(self.module.name),
            guards=outer.guards,
            class_id=id,
            outer=inside,
            qualified=f"{outer.qualified}{node.name}.",
        )
        self.block(node.body)
        self.scope = outer

    def annotation(self, node: ast.expr) -> Term:
        """A type as a term; text is read as the expression that it holds."""
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
        """`Optional[S3Client]`, `Annotated[S3Client, …]`, `list[S3Client]`, `dict[str, S3Client]`."""
        arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        match _last(outer):
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


_STATEMENTS: dict[type[ast.stmt], Callable[[Any, Any], Flow | None]] = {
    ast.Assign: Statements._assign,
    ast.AnnAssign: Statements._annotated,
    ast.AugAssign: Statements._augmented,
    ast.If: Statements._if,
    ast.For: Statements._for,
    ast.AsyncFor: Statements._for,
    ast.While: Statements._while,
    ast.Match: Statements._match,
    ast.Try: Statements._try,
    ast.TryStar: Statements._try,
    ast.With: Statements._with,
    ast.AsyncWith: Statements._with,
    ast.Return: Statements._return,
    ast.Raise: Statements._raise,
    ast.Break: Statements._leave,
    ast.Continue: Statements._leave,
    ast.Expr: Statements._expression_statement,
    ast.Delete: Statements._delete,
    ast.Import: Statements._import,
    ast.ImportFrom: Statements._import_from,
    ast.Global: Statements._global,
    ast.FunctionDef: Statements._function,
    ast.AsyncFunctionDef: Statements._function,
    ast.ClassDef: Statements._class,
}


def _is_compound(node: ast.expr) -> bool:
    return isinstance(node, (ast.BoolOp, ast.UnaryOp))


def _only_raises(body: list[ast.stmt]) -> bool:
    """Whether a branch does nothing but report that something is missing."""
    return bool(body) and (isinstance(body[-1], ast.Raise) or _ends_the_program(body[-1]))


def _ends_the_program(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and _last(node.value.func) in _ENDS_THE_PROGRAM
        and (isinstance(node.value.func, ast.Attribute) or _last(node.value.func) == "exit")
    )


def _last(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=function):
            return _last(function)
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


def _names(node: ast.expr | None) -> list[str]:
    """The last names of the exceptions of a handler."""
    match node:
        case ast.Tuple(elts=items):
            return [_last(item) for item in items]
        case None:
            return []
    return [_last(node)]
