"""What is kept of a scanned file: names, functions and classes as terms, and the places that may be uses."""

from __future__ import annotations

from dataclasses import dataclass, field

from docgen.requires.terms import Call, Event, Term


@dataclass(slots=True, eq=False)
class Function:
    """A function, a method or a lambda."""

    id: str
    name: str
    module: str
    class_id: str = ""
    parameters: tuple[str, ...] = ()
    annotations: dict[str, Term] = field(default_factory=dict)
    defaults: dict[str, Term] = field(default_factory=dict)
    decorators: tuple[str, ...] = ()
    returned: list[Term] = field(default_factory=list)
    yielded: list[Term] = field(default_factory=list)
    return_annotation: Term | None = None

    @property
    def is_property(self) -> bool:
        """Whether reading the attribute calls it."""
        return any(name.rpartition(".")[2].endswith("property") for name in self.decorators)

    @property
    def is_static(self) -> bool:
        """Whether its first parameter is an ordinary argument, although it is defined in a class."""
        return "staticmethod" in self.decorators


@dataclass(slots=True, eq=False)
class Class:
    """A class. `attributes` has the assignments in its body and its methods."""

    id: str
    name: str
    module: str
    bases: tuple[Term, ...] = ()
    attributes: dict[str, list[Term]] = field(default_factory=dict)
    annotations: dict[str, Term] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Module:
    """A file. `name` is its dotted path in the scanned folder; `cells` are the first lines of a notebook's cells."""

    name: str
    file: str
    names: dict[str, list[Term]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, Class] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    cells: tuple[tuple[int, int], ...] = ()
    warnings: tuple[str, ...] = ()
    lines: int = 0
