"""Which elements of a model refer to each shape, kept up to date while releases change the model."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from docgen.model.file_layout import ElementKey


@dataclass(frozen=True, slots=True)
class AffectedElements:
    """The elements that a release changes, and all elements that lead to them in the model before or after.

    Attributes:
        operations: The names of operations.
        shapes: The names of shapes.
        omitted: The names of new shapes that are not reported as such.
    """

    operations: Collection[str]
    shapes: Collection[str]
    omitted: Collection[str] = ()


class Referrers:
    """For each shape, the operations and the shapes that refer to it."""

    def __init__(self) -> None:
        self._by_target: dict[str, set[ElementKey]] = {}

    def add(self, referrer: ElementKey, targets: Iterable[str]) -> None:
        """Add the references of an element."""
        by_target = self._by_target
        for target in targets:
            if target in by_target:
                by_target[target].add(referrer)
            else:
                by_target[target] = {referrer}

    def discard(self, referrer: ElementKey, targets: Iterable[str]) -> None:
        """Remove references that an element no longer has."""
        for target in targets:
            self._by_target[target].discard(referrer)

    def affected_by(self, changed: Iterable[ElementKey]) -> AffectedElements:
        """Return the changed elements and everything that leads to them."""
        operations: set[str] = set()
        shapes: set[str] = set()
        for kind, name in changed:
            if kind == "operation":
                operations.add(name)
            elif kind == "shape":
                shapes.add(name)
        pending = list(shapes)
        while pending:
            for kind, name in self._by_target.get(pending.pop(), ()):
                if kind == "operation":
                    operations.add(name)
                elif name not in shapes:
                    shapes.add(name)
                    pending.append(name)
        return AffectedElements(operations, shapes)
