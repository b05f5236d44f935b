"""The oracle of `docgen since`: walks every path of an operation in every release, one release after the other.

Shares no code with docgen, and remembers nothing from one release to the next but the answer. A model is what
`json.loads` makes of a `service-2.json`; a path is a tuple of steps, each a member's name, `[]`, `{key}` or `{value}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Model = Mapping[str, Any]
Path = tuple[str, ...]
Spans = tuple[tuple[int, int], ...]

WAYS = {"request": "input", "response": "output"}
REPEATS = 2
"""How often a shape may stand on a path that is listed: a recursive one is opened once more, and no further."""


def text(path: Path) -> str:
    """A path as people write it: `Instances[].State.Name`."""
    said = ""
    for step in path:
        said += step if step[0] in "[{" or not said else f".{step}"
    return said


def spans(numbers: Sequence[int]) -> Spans:
    """Numbers in order as spans: each from a number up to, not including, the first one that is missing."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number:
            found[-1] = (found[-1][0], number + 1)
        else:
            found.append((number, number + 1))
    return tuple(found)


def paths(model: Model, operation: str, way: str) -> Iterator[tuple[Path, Path]]:
    """Every path of an operation's input or output, the empty one first, with the shapes around its end."""
    top = model["operations"][operation].get(WAYS[way])
    if top is not None:
        yield from _below(model, top["shape"], (), ())


def _below(model: Model, name: str, path: Path, around: Path) -> Iterator[tuple[Path, Path]]:
    yield path, around
    if around.count(name) < REPEATS:
        for step, inner, _ in slots(model["shapes"][name]):
            yield from _below(model, inner["shape"], (*path, step), (*around, name))


def slots(shape: Model) -> Iterator[tuple[str, Model, bool]]:
    """What a shape holds: each step, its reference, whether it is required."""
    if shape["type"] == "structure":
        for name, inner in shape.get("members", {}).items():
            yield name, inner, name in shape.get("required", [])
    elif shape["type"] == "list":
        yield "[]", shape["member"], False
    elif shape["type"] == "map":
        yield "{key}", shape["key"], False
        yield "{value}", shape["value"], False


def find(model: Model, operation: str, way: str, path: Path) -> tuple[Model, bool] | None:
    """The reference that stands at a path, and whether it is required; None if nothing does.

    A member's name reaches through lists and map values, as in a question that does not say them.
    """
    there: Model | None = model["operations"].get(operation, {}).get(WAYS[way])
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
    """The values of the enum at a reference, behind lists and map values too."""
    found: list[str] = []
    while True:
        shape = model["shapes"][there["shape"]]
        enum = there["enum"] if "enum" in there else shape.get("enum", [])
        found += [value for value in enum if value not in found]
        if shape["type"] not in ("list", "map"):
            return found
        there = shape["member" if shape["type"] == "list" else "value"]


def marked(model: Model, there: Model) -> bool:
    """Whether what stands at a reference is deprecated: the reference's word counts, else its shape's."""
    own = there["deprecated"] if "deprecated" in there else model["shapes"][there["shape"]].get("deprecated")
    return bool(own)


class Life:
    """Everything of one operation, release by release. `models` has each release's model, None where there is none."""

    def __init__(self, operation: str, models: Sequence[Model | None]) -> None:
        there: list[int] = []
        self.members: dict[tuple[str, Path], tuple[list[int], list[int], list[int]]] = {}
        self.values: dict[tuple[str, Path, str], list[int]] = {}
        self.recursive = False
        self.errors: dict[str, list[int]] = {}
        self.targets: dict[tuple[str, Path], set[str]] = {}
        """The shapes that ever stood at a path: several where one was renamed."""
        distinct = {id(model): model for model in models if model is not None and operation in model["operations"]}
        for model in distinct.values():
            for way in WAYS:
                for path, around in paths(model, operation, way):
                    self.recursive |= len(set(around)) < len(around)
                    self.members.setdefault((way, path), ([], [], []))
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
        """What one model says of every path; releases often have the very same model."""
        if getattr(self, "_of", None) is not model:
            self._of = model
            self._said = []
            for way, path in self.members:
                at = find(model, operation, way, path)
                if at is not None:
                    there, required = at
                    self.targets.setdefault((way, path), set()).add(there["shape"])
                    self._said.append((way, path, required, marked(model, there), values(model, there)))
        return self._said

    def _note(self, number: int, way: str, path: Path, required: bool, deprecated: bool, said: list[str]) -> None:
        present, must, gone = self.members[way, path]
        present.append(number)
        if required:
            must.append(number)
        if deprecated:
            gone.append(number)
        for value in said:
            self.values.setdefault((way, path, value), []).append(number)
