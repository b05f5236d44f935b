"""What an expression means as far as its own file says: the language between reading files and joining them.

A term is created once for each expression and compared by identity: sharing a term is how two uses of one
variable stay the same thing. Terms cross process boundaries, so they hold names, never syntax trees. They are never
changed once made; they are not frozen because a tree of code has hundreds of thousands of them.
"""

from __future__ import annotations

from dataclasses import dataclass


class Term:
    """Any expression."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class Const(Term):
    """A literal, and where it is written."""

    value: str | int | float | bool | None
    line: int = 0
    column: int = 0


@dataclass(slots=True, eq=False)
class Unknown(Term):
    """An expression that says nothing about clients."""


@dataclass(slots=True, eq=False)
class External(Term):
    """A dotted name that an import brought, or a builtin (`builtins.len`)."""

    name: str


@dataclass(slots=True, eq=False)
class Global(Term):
    """A module-level name of a scanned module."""

    module: str
    name: str


@dataclass(slots=True, eq=False)
class Param(Term):
    """A parameter of a function, by the function's id."""

    function: str
    name: str


@dataclass(slots=True, eq=False)
class Self(Term):
    """An instance of a scanned class, by the class's id."""

    class_id: str


@dataclass(slots=True, eq=False)
class FunctionRef(Term):
    """A scanned function or lambda, by its id."""

    id: str


@dataclass(slots=True, eq=False)
class ClassRef(Term):
    """A scanned class, by its id."""

    id: str


@dataclass(slots=True, eq=False)
class Attr(Term):
    """An attribute."""

    base: Term
    name: str


@dataclass(slots=True, eq=False)
class Item(Term):
    """A subscript, or what `.get()` and `.pop()` return."""

    base: Term
    key: Term


@dataclass(slots=True, eq=False)
class Element(Term):
    """What iteration over a term yields."""

    base: Term


@dataclass(slots=True, eq=False)
class Entered(Term):
    """What a `with` statement binds."""

    base: Term


@dataclass(slots=True, eq=False)
class Typed(Term):
    """An instance of the type that an annotation names."""

    annotation: Term


@dataclass(slots=True, eq=False)
class Union(Term):
    """One of several, depending on the path that was taken."""

    options: tuple[Term, ...]


@dataclass(slots=True, eq=False)
class Argument:
    """A keyword argument or a key of a dict, and where its name is written. Without a key it is `**value`."""

    key: Term | None
    value: Term
    line: int
    column: int
    guards: tuple[Guard, ...] = ()


@dataclass(slots=True, eq=False)
class Call(Term):
    """A call; `line` and `column` are those of the function's last name."""

    function: Term
    positional: tuple[Term, ...]
    keywords: tuple[Argument, ...]
    line: int
    column: int


@dataclass(slots=True, eq=False)
class Mapping(Term):
    """A dict as it is where it is used, and the module in which its keys are written."""

    entries: tuple[Argument, ...]
    module: str = ""


@dataclass(slots=True, eq=False)
class Sequence(Term):
    """A list, tuple or set as it is where it is used, or a comprehension."""

    items: tuple[Term, ...]


@dataclass(slots=True, eq=False)
class Test(Term):
    """A condition: `op` is a comparison operator, `not`, `and` or `or`."""

    op: str
    operands: tuple[Term, ...]


@dataclass(slots=True, eq=False)
class Guard:
    """What has to hold where something is written: a condition, or that none of some errors is raised.

    `errors` are the names of handled exceptions, `condition` is what was tested and `holds` how it turned out.
    """

    condition: Term | None = None
    holds: bool = True
    errors: frozenset[str] = frozenset()
    never_runs: bool = False


@dataclass(slots=True, eq=False)
class Event:
    """A place in the code that may be a use: a call, an attribute, a subscript.

    A method that is called by another name is not `named` here.
    """

    term: Term
    line: int
    column: int
    guards: tuple[Guard, ...]
    named: bool = True


NOTHING = Unknown()
