"""The syntax of the operations of a service in all releases, as the differences from version to version.

A version is written only where a shape that the operation reaches changed. The models of an API share what is the same
in successive releases, so the cost is that of the changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from docgen.history.history import History
from docgen.history.snapshots import ModelSnapshots
from docgen.model.customizations import customizations
from docgen.model.python_view import depends_on_other_operations, python_view
from docgen.model.service import Service, Shape


class AffectedOperations(NamedTuple):
    """A release that may change the syntax of operations.

    Attributes:
        number: Number of the release.
        service: The model as it is called from Python, or None if the release does not have the service.
        names: The operations.
    """

    number: int
    service: Service | None
    names: tuple[str, ...]


def affected_operations(
    history: History, service_name: str, package: str, last_number: int
) -> Iterator[AffectedOperations]:
    """Yield the releases that may change the syntax of an operation, oldest first, each with these operations.

    Args:
        history: The history.
        service_name: SDK name of the service.
        package: Name of the package with the models.
        last_number: The last release to look at.
    """
    reach = _Reach()
    for number, api_id, changed in _change_points(history, service_name, package, last_number):
        if api_id is None:
            yield AffectedOperations(number, None, reach.forget_all())
            continue
        snapshots, keys = changed
        names = reach.affected(snapshots, number, keys)
        if names:
            release = history.release(number).name
            if depends_on_other_operations(service_name, package, release):
                model = snapshots.model_at(number)
            else:
                model = reach.partial_model(snapshots, number, names)
            yield AffectedOperations(number, python_view(model, service_name, package, release), names)


_Changes = tuple[ModelSnapshots, frozenset[tuple[str, str]] | None]


def _change_points(
    history: History, service_name: str, package: str, last_number: int
) -> Iterator[tuple[int, int | None, _Changes]]:
    """Yield number, API and changed elements, which are None if any may differ; without API at the end of a service."""
    points: list[tuple[int, int, int]] = []
    snapshots: dict[int, ModelSnapshots] = {}
    changes: Mapping[int, tuple[tuple[str, str], ...]] = {}
    for api, spans in history.apis.default_spans(service_name):
        for start, end in spans:
            if start <= last_number:
                points.append((start, min(end, last_number + 1), api.id))
    points.sort()
    for index, (start, end, api_id) in enumerate(points):
        if api_id not in snapshots:
            snapshots.clear()  # one at a time: they are large
            snapshots[api_id] = ModelSnapshots(history, api_id)
            changes = snapshots[api_id].changes_by_release()
        behaviours = set(_behaviour_changes(history, service_name, package, start, end))
        for number in sorted({start, *behaviours, *(n for n in changes if start < n < end)}):
            keys = None if number == start or number in behaviours else frozenset(changes[number])
            yield number, api_id, (snapshots[api_id], keys)
        follower = points[index + 1][0] if index + 1 < len(points) else last_number + 1
        if end < follower:
            yield end, None, (snapshots[api_id], None)


def _behaviour_changes(history: History, service_name: str, package: str, start: int, end: int) -> Iterator[int]:
    """Yield the releases in which botocore starts or stops to treat the service otherwise."""
    if not customizations(service_name, package, history.newest.name) and not customizations(service_name, package, ""):
        return
    before = customizations(service_name, package, history.release(start).name)
    for number in range(start + 1, end):
        rows = customizations(service_name, package, history.release(number).name)
        if rows != before:
            yield number
        before = rows


_NO_USERS: frozenset[str] = frozenset()


class _Reach:
    """Which shapes each operation reached when it was last looked at, and the shapes that were built since then."""

    def __init__(self) -> None:
        self.shapes: dict[str, frozenset[str]] = {}
        self.users: dict[str, set[str]] = {}
        self.built: dict[str, Shape | None] = {}

    def affected(
        self, snapshots: ModelSnapshots, number: int, keys: Iterable[tuple[str, str]] | None
    ) -> tuple[str, ...]:
        """Return the operations that changed elements may affect; None means that anything may have changed."""
        unchanged: set[str] = set()  # operations that reach the same shapes as before
        if keys is None:
            names = {*self.shapes, *snapshots.element_names("operation")}
            self.built.clear()
        else:
            names = set()
            for key in keys:
                kind, name = key
                self.built.pop(name, None)
                if kind == "operation":
                    names.add(name)
                elif snapshots.target_names(key, number) == snapshots.target_names(key, number - 1):
                    unchanged |= self.users.get(name, _NO_USERS)
                else:
                    names |= self.users.get(name, _NO_USERS)
        for name in names:
            self.look_at(name, snapshots, number)
        return tuple(sorted(names | unchanged))

    def forget_all(self) -> tuple[str, ...]:
        """Forget all operations, and return their names."""
        names = tuple(sorted(self.shapes))
        self.shapes.clear()
        self.users.clear()
        return names

    def look_at(self, name: str, snapshots: ModelSnapshots, number: int) -> None:
        """Note what an operation reaches in a release."""
        for shape in self.shapes.pop(name, ()):
            self.users[shape].discard(name)
        pending = list(snapshots.target_names(("operation", name), number))
        if not snapshots.has_element(("operation", name), number):
            return
        reached = set(pending)
        while pending:
            for target in snapshots.target_names(("shape", pending.pop()), number):
                if target not in reached:
                    reached.add(target)
                    pending.append(target)
        self.shapes[name] = frozenset(reached)
        for shape in reached:
            self.users.setdefault(shape, set()).add(name)

    def partial_model(self, snapshots: ModelSnapshots, number: int, names: Iterable[str]) -> Service:
        """Return the model of a release with some operations and the shapes that they reach, without documentation."""
        operations = {
            name: operation
            for name in names
            if (operation := snapshots.operation(name, number, with_documentation=False)) is not None
        }
        built = self.built
        shapes = {}
        for name in sorted({shape for operation in operations for shape in self.shapes[operation]}):
            if name not in built:
                built[name] = snapshots.shape(name, number, with_documentation=False)
            if (shape := built[name]) is not None:
                shapes[name] = shape
        return replace(snapshots.bare_service(number, with_documentation=False), operations=operations, shapes=shapes)
