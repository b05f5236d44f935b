"""All scanned modules together: the targets of dotted names, inheritance, and the callers of functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from docgen.requires.code import Class, Function, Module
from docgen.requires.terms import Attr, Call, ClassRef, External, FunctionRef, Global, Term

_CALL_THEIR_ARGUMENT = frozenset(
    {"submit", "partial", "to_thread", "run_in_executor", "retry", "apply_async", "apply", "call_soon", "run_sync"}
)


class Program:
    """The scanned modules, by name."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self.modules = {module.name: module for module in modules}
        self.functions: dict[str, Function] = {}
        self.classes: dict[str, Class] = {}
        for module in self.modules.values():
            self.functions.update(module.functions)
            self.classes.update(module.classes)
        self._found: dict[str, tuple[str, str] | None] = {}
        self._ancestors: dict[str, tuple[str, ...]] = {}
        self._descendants: dict[str, tuple[str, ...]] = {}

    # --- names ---

    @cached_property
    def _by_last_part(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.modules:
            found.setdefault(name.removesuffix(".__init__").rpartition(".")[2], []).append(name)
        return found

    def module(self, dotted: str) -> str:
        """Return the scanned module that an import of this name loads, or "".

        A folder of the scan may be a package of any name, so either name may end with the other.
        """
        wanted = dotted.split(".")
        best, most = "", 0
        for name in self._by_last_part.get(wanted[-1], ()):
            parts = name.removesuffix(".__init__").split(".")
            common = min(len(parts), len(wanted))
            if parts[-common:] == wanted[-common:] and common > most and _fits(parts, wanted, common):
                best, most = name, common
        return best

    def find(self, dotted: str) -> tuple[str, str] | None:
        """Return the scanned module that a dotted name leads to and the remaining name in it, or None."""
        if dotted not in self._found:
            self._found[dotted] = self._find(dotted)
        return self._found[dotted]

    def _find(self, dotted: str) -> tuple[str, str] | None:
        parts = dotted.split(".")
        for length in range(len(parts), 0, -1):
            if module := self.module(".".join(parts[:length])):
                return module, ".".join(parts[length:])
        return None

    # --- classes ---

    def ancestors(self, class_id: str) -> tuple[str, ...]:
        """Return a class and the scanned classes that it inherits from, nearest first."""
        if class_id not in self._ancestors:
            found = [class_id]
            for each in found:
                owner = self.classes.get(each)
                for base in owner.bases if owner else ():
                    inherited = self.class_of(base)
                    if inherited and inherited not in found:
                        found.append(inherited)
            self._ancestors[class_id] = tuple(found)
        return self._ancestors[class_id]

    def class_of(self, term: Term, depth: int = 0) -> str:
        """Return the id of the scanned class that a term names, or ""."""
        match term:
            case ClassRef(id=id):
                return id
            case Global(module=module, name=name):
                return self._class_named(module, name, depth)
            case External(name=dotted) if found := self.find(dotted):
                return self._class_named(*found, depth)
        return ""

    def _class_named(self, module: str, name: str, depth: int) -> str:
        if depth > 8:
            return ""
        for term in self.modules[module].names.get(name, ()):
            if found := self.class_of(term, depth + 1):
                return found
        return ""

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """The classes that inherit directly from each class."""
        found: dict[str, list[str]] = {}
        for id, owner in self.classes.items():
            for base in owner.bases:
                if parent := self.class_of(base):
                    found.setdefault(parent, []).append(id)
        return found

    def descendants(self, class_id: str) -> tuple[str, ...]:
        """Return the classes that inherit from a class, directly or indirectly."""
        if class_id not in self._descendants:
            found: dict[str, None] = {}
            waiting = [class_id]
            while waiting:
                for child in self.children.get(waiting.pop(), ()):
                    if child not in found and child != class_id:
                        found[child] = None
                        waiting.append(child)
            self._descendants[class_id] = tuple(found)
        return self._descendants[class_id]

    # --- calls ---

    @cached_property
    def _calls(self) -> dict[str, list[tuple[str, Call]]]:
        found: dict[str, list[tuple[str, Call]]] = {}
        for module in self.modules.values():
            for call in module.calls:
                for each in (call, *_passed_on(call)):
                    if name := last_name(each.function):
                        found.setdefault(name, []).append((module.name, each))
        return found

    def calls(self, name: str) -> Iterator[tuple[str, Call]]:
        """Yield the calls of anything with this name, each with its module."""
        yield from self._calls.get(name, ())


def _passed_on(call: Call) -> Iterator[Call]:
    """Yield the calls that arguments imply: `submit(run, client)` calls `run(client)`."""
    if last_name(call.function) in _CALL_THEIR_ARGUMENT:
        for number, term in enumerate(call.positional[:2]):
            if isinstance(term, (Attr, Global, External, FunctionRef)):
                yield Call(term, call.positional[number + 1 :], call.keywords, call.line, call.column)


def last_name(term: Term) -> str:
    """Return the last name of a term that is called."""
    match term:
        case Attr(name=name) | Global(name=name):
            return name
        case External(name=dotted):
            return dotted.rpartition(".")[2]
        case FunctionRef(id=id) | ClassRef(id=id):
            return id.rpartition(":")[2].rpartition(".")[2]
    return ""


def _fits(parts: list[str], wanted: list[str], common: int) -> bool:
    """Return whether so short a match is meaningful: `json` is not the scanned `tools/json.py`."""
    return common == len(wanted) == len(parts) or common > 1
