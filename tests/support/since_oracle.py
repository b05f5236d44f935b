"""The oracle for `docgen since`: walks every path of an operation in every release, one release after the other.

Shares no code with docgen, and carries only the result from one release to the next. A model is the parsed JSON of a
`service-2.json`; a path is a tuple of steps, each a member's name, `[]`, `{key}` or `{value}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Model = Mapping[str, Any]
Path = tuple[str, ...]
Spans = tuple[tuple[int, int], ...]

DIRECTIONS = {"request": "input", "response": "output"}
REPEATS = 2
"""How often a shape may occur on a listed path: a recursive shape is opened once more, and no further."""


def path_text(path: Path) -> str:
    """Return a path as people write it: `Instances[].State.Name`."""
    written = ""
    for step in path:
        written += step if step[0] in "[{" or not written else f".{step}"
    return written


def spans(numbers: Sequence[int]) -> Spans:
    """Return ascending numbers as half-open spans (first, end): each ends before the first missing number."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number:
            found[-1] = (found[-1][0], number + 1)
        else:
            found.append((number, number + 1))
    return tuple(found)


def paths(model: Model, operation: str, direction: str) -> Iterator[tuple[Path, Path]]:
    """Yield every path of an operation's input or output, the empty one first, with the shapes that enclose it."""
    top = model["operations"][operation].get(DIRECTIONS[direction])
    if top is not None:
        yield from _below(model, top["shape"], (), ())


def _below(model: Model, name: str, path: Path, around: Path) -> Iterator[tuple[Path, Path]]:
    yield path, around
    if around.count(name) < REPEATS:
        for step, inner, _ in slots(model["shapes"][name]):
            yield from _below(model, inner["shape"], (*path, step), (*around, name))


def slots(shape: Model) -> Iterator[tuple[str, Model, bool]]:
    """Yield each step from a shape to an inner one, with its reference and whether it is required."""
    if shape["type"] == "structure":
        for name, inner in shape.get("members", {}).items():
            yield name, inner, name in shape.get("required", [])
    elif shape["type"] == "list":
        yield "[]", shape["member"], False
    elif shape["type"] == "map":
        yield "{key}", shape["key"], False
        yield "{value}", shape["value"], False


def find_reference(model: Model, operation: str, direction: str, path: Path) -> tuple[Model, bool] | None:
    """Return the reference at a path and whether it is required, or None.

    A member's name also matches inside lists and map values, because questions may leave those steps out.
    """
    there: Model | None = model["operations"].get(operation, {}).get(DIRECTIONS[direction])
    required = False
    for step in path:
        if there is None:
            return None
        shape = model["shapes"][there["shape"]]
        while step[0] not in "[{" and shape["type"] in ("list", "map"):
            shape = model["shapes"][shape["member" if shape["type"] == "list" else "value"]["shape"]]
        there = None
        for name, inner, must in slots(shape):
            if name == step:
                there, required = inner, must
    return None if there is None else (there, required)


def values(model: Model, there: Model) -> list[str]:
    """Return the values of the enum at a reference, also inside lists and map values."""
    found: list[str] = []
    while True:
        shape = model["shapes"][there["shape"]]
        enum = there["enum"] if "enum" in there else shape.get("enum", [])
        found += [value for value in enum if value not in found]
        if shape["type"] not in ("list", "map"):
            return found
        there = shape["member" if shape["type"] == "list" else "value"]


def is_deprecated(model: Model, there: Model) -> bool:
    """Return whether a reference is deprecated: its own trait counts, or else that of its shape."""
    own = there["deprecated"] if "deprecated" in there else model["shapes"][there["shape"]].get("deprecated")
    return bool(own)


class OperationLifespans:
    """The lifespans of everything in one operation. `models` has the model of each release, or None."""

    def __init__(self, operation: str, models: Sequence[Model | None]) -> None:
        there: list[int] = []
        self.members: dict[tuple[str, Path], tuple[list[int], list[int], list[int]]] = {}
        self.values: dict[tuple[str, Path, str], list[int]] = {}
        self.recursive = False
        self.errors: dict[str, list[int]] = {}
        self.targets: dict[tuple[str, Path], set[str]] = {}
        """The shapes that ever were at a path: several if one was renamed."""
        distinct = {id(model): model for model in models if model is not None and operation in model["operations"]}
        for model in distinct.values():
            for direction in DIRECTIONS:
                for path, around in paths(model, operation, direction):
                    self.recursive |= len(set(around)) < len(around)
                    self.members.setdefault((direction, path), ([], [], []))
        for number, now in enumerate(models, start=1):
            if now is None or operation not in now["operations"]:
                continue
            there.append(number)
            for error in dict.fromkeys(error["shape"] for error in now["operations"][operation].get("errors", [])):
                self.errors.setdefault(error, []).append(number)
            for state in self._states(now, operation):
                self._note(number, *state)
        self.there = spans(there)

    def _states(self, model: Model, operation: str) -> list[tuple[str, Path, bool, bool, list[str]]]:
        """Return the state of every path in a model. Cached, because successive releases often share a model."""
        if getattr(self, "_model", None) is not model:
            self._model = model
            self._cached_states = []
            for direction, path in self.members:
                at = find_reference(model, operation, direction, path)
                if at is not None:
                    there, required = at
                    self.targets.setdefault((direction, path), set()).add(there["shape"])
                    self._cached_states.append(
                        (direction, path, required, is_deprecated(model, there), values(model, there))
                    )
        return self._cached_states

    def _note(self, number: int, direction: str, path: Path, required: bool, deprecated: bool, enum: list[str]) -> None:
        present, must, marked = self.members[direction, path]
        present.append(number)
        if required:
            must.append(number)
        if deprecated:
            marked.append(number)
        for value in enum:
            self.values.setdefault((direction, path, value), []).append(number)
