"""Terms: the meaning of an expression as far as its own file shows it, before files are joined.

A term is created once for each expression and compared by identity: two uses of one variable share a term. Terms cross
process boundaries, so they contain names, never syntax trees. They are immutable by convention; they are not frozen,
because a tree of code has hundreds of thousands of them.
"""

from __future__ import annotations

from dataclasses import dataclass


class Term:
    """Any expression."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class Const(Term):
    """A literal and its position."""

    value: str | int | float | bool | None
    line: int = 0
    column: int = 0


@dataclass(slots=True, eq=False)
class Unknown(Term):
    """An expression that tells nothing about clients."""


@dataclass(slots=True, eq=False)
class External(Term):
    """A dotted name from an import, or a builtin (`builtins.len`)."""

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
    """The result of iteration over a term."""

    base: Term


@dataclass(slots=True, eq=False)
class Entered(Term):
    """The result of a `with` statement."""

    base: Term


@dataclass(slots=True, eq=False)
class Typed(Term):
    """An instance of an annotated type."""

    annotation: Term


@dataclass(slots=True, eq=False)
class Union(Term):
    """One of several terms, depending on the path taken."""

    options: tuple[Term, ...]


@dataclass(slots=True, eq=False)
class Argument:
    """A keyword argument or a key of a dict, with the position of its name. Without a key it is `**value`."""

    key: Term | None
    value: Term
    line: int
    column: int
    guards: tuple[Guard, ...] = ()


@dataclass(slots=True, eq=False)
class Call(Term):
    """A call; `line` and `column` are the position of the function's last name."""

    function: Term
    positional: tuple[Term, ...]
    keywords: tuple[Argument, ...]
    line: int
    column: int


@dataclass(slots=True, eq=False)
class Mapping(Term):
    """A dict in its state at the place of use, and the module in which its keys are written."""

    entries: tuple[Argument, ...]
    module: str = ""


@dataclass(slots=True, eq=False)
class Sequence(Term):
    """A list, tuple or set in its state at the place of use, or a comprehension."""

    items: tuple[Term, ...]


@dataclass(slots=True, eq=False)
class Test(Term):
    """A condition: `op` is a comparison operator, `not`, `and` or `or`."""

    op: str
    operands: tuple[Term, ...]


@dataclass(slots=True, eq=False)
class Guard:
    """What must hold at a place: a condition, or that none of some errors is raised.

    `errors` are the names of handled exceptions, `condition` is the tested term and `holds` its outcome.
    """

    condition: Term | None = None
    holds: bool = True
    errors: frozenset[str] = frozenset()
    never_runs: bool = False


@dataclass(slots=True, eq=False)
class Event:
    """A place in the code that may be a use: a call, an attribute, a subscript.

    It is not `named` if a method is called by another name.
    """

    term: Term
    line: int
    column: int
    guards: tuple[Guard, ...]
    named: bool = True


NOTHING = Unknown()
