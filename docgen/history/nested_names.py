"""Members and enum values by name, at any depth of a request or a response."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from docgen.errors import UsageError
from docgen.history.path_history import PathHistory, ReferenceSpan
from docgen.model.element_id import ElementId
from docgen.model.paths import ITEM, VALUE, extend_path

References = list[tuple[PathHistory, list[ReferenceSpan]]]
"""The references at one path, by API version."""

NameMatcher = Callable[[str, Collection[str]], Collection[str]]
"""Returns which of the known names a name may mean."""

MAX_PLACES = 10_000
"""The most places that are searched for one question. EC2 has a member called `Tags` in some 1,400 of them."""

_Shape = tuple[int, str]
"""An API by id, and the name of a shape."""


class NestedNames:
    """Finds the structures and the enums that have a name, wherever they are.

    Args:
        path_histories: The API versions of the service.
        match: Decides which names are meant.
    """

    def __init__(self, path_histories: Sequence[PathHistory], match: NameMatcher) -> None:
        self.path_histories = path_histories
        self.match = match
        self._users: dict[_Shape, set[_Shape]] | None = None
        self._reaching: dict[str, tuple[set[_Shape], set[_Shape]]] = {}
        self._count = 0

    def places(self, name: str, roots: References) -> Iterator[tuple[str, References]]:
        """Find the paths below `roots` at which a structure or an enum has the name, those near the top first.

        A path never leads twice through the same shape.

        Raises:
            UsageError: There are more than `MAX_PLACES` since this object was made.
        """
        having, reaching = self._shapes(name)
        waiting = [("", roots, frozenset[_Shape]())]
        while waiting:
            deeper = []
            for path, references, passed in waiting:
                targets = {(paths.api.id, span.target) for paths, spans in references for span in spans}
                if not targets & reaching or targets <= passed:
                    continue
                self._count += 1
                if self._count > MAX_PLACES:
                    raise UsageError(f"{name!r} is in too many places (give the operation, or the path)")
                if targets & having:
                    yield path, references
                for step in _steps(references):
                    inner = [(paths, paths.child_references(spans, step)) for paths, spans in references]
                    deeper.append((extend_path(path, step), inner, passed | targets))
            waiting = deeper

    def _shapes(self, name: str) -> tuple[set[_Shape], set[_Shape]]:
        """Return the shapes that ever had the name, and all from which a path leads to one of them."""
        if name not in self._reaching:
            having = {
                shape
                for kind in ("member", "enum-value")
                for paths in self.path_histories
                for shape in self._owners(paths, kind, name)
            }
            self._reaching[name] = having, self._closure(having)
        return self._reaching[name]

    def _owners(self, paths: PathHistory, kind: str, name: str) -> Iterator[_Shape]:
        ids = [ElementId.parse_local(id) for id in paths.history.reader.ids(paths.api.id, kind)]
        matching = set(self.match(name, dict.fromkeys(id.last_name for id in ids)))
        for id in ids:
            if id.owner is not None and id.last_name in matching:
                yield paths.api.id, id.owner

    def _closure(self, shapes: set[_Shape]) -> set[_Shape]:
        if self._users is None:
            self._users = _users_of_shapes(self.path_histories)
        found, waiting = set(shapes), list(shapes)
        while waiting:
            new = self._users.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found


def _users_of_shapes(path_histories: Sequence[PathHistory]) -> dict[_Shape, set[_Shape]]:
    """Return for each shape the shapes that ever referred to it."""
    users: dict[_Shape, set[_Shape]] = {}
    for paths in path_histories:
        for name, _, shape in paths.history.reader.versions_of_kind(paths.api.id, "shape"):
            for target in _shapes_in(shape):
                users.setdefault((paths.api.id, target), set()).add((paths.api.id, name))
    return users


def _shapes_in(shape: Any) -> Iterator[str]:
    for key in ("member", "value"):
        if shape.get("type") in ("list", "map") and key in shape:
            yield shape[key]["shape"]
    if shape.get("type") == "structure":
        yield from (reference["shape"] for reference in shape.get("members", {}).values())


def _steps(references: References) -> dict[str, None]:
    """Return the steps that lead on from references: members, items of lists and values of maps, oldest first."""
    steps: dict[str, None] = {}
    for paths, spans in references:
        for shape in paths.target_shapes(spans):
            match shape.get("type"):
                case "list":
                    steps[ITEM] = None
                case "map":
                    steps[VALUE] = None
                case "structure":
                    steps.update(dict.fromkeys(shape.get("members", {})))
    return steps
