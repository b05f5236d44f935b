"""The service model as plain data: what an API is, with nothing about how it is shown.

Shapes are referred to by name: a model is a graph with cycles, and names keep it printable, comparable and cheap to
build. Every reference (`{"shape": N, ...}`) is a `Member`: a structure's member, a list's `member`, a map's `key` and
`value`, or an operation's input, output and errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

CONTAINER_TYPES = frozenset(("structure", "list", "map"))
"""The types of the shapes that have members."""

URI_LABEL = re.compile(r"\{[^{}]*\}")
"""A label in the `requestUri` of an operation: `{Bucket}`, or `{Key+}` for one that may contain slashes."""


@dataclass(frozen=True, slots=True)
class Member:
    """A named reference to a shape, with the traits of the reference itself.

    Attributes:
        name: The member's name; `member` in a list, `key` or `value` in a map, `input`, `output` or `error` in an
            operation.
        target: The name of the shape.
        traits: Every key of the reference except `shape` and `documentation`, and `required: True` where the structure
            lists the member as required.
        documentation: None if the reference has none, so that the shape's own applies. An empty string hides the
            shape's.
    """

    name: str
    target: str
    traits: Mapping[str, Any] = field(default_factory=dict)
    documentation: str | None = None

    @property
    def required(self) -> bool:
        """Whether the structure that contains the member requires it."""
        return self.traits.get("required") is True


@dataclass(frozen=True, slots=True)
class Shape:
    """A named type. A list has the member `member`, a map has `key` and `value`, a scalar type has no members."""

    name: str
    type: str
    members: Mapping[str, Member] = field(default_factory=dict)
    traits: Mapping[str, Any] = field(default_factory=dict)
    documentation: str = ""
    _targets: tuple[str, ...] | None = field(default=None, init=False, repr=False, compare=False)
    _identity_pairs: tuple[tuple[str, str], ...] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the shapes that the members target, each once. Cached, because revisions share shapes."""
        if self._targets is None:
            found = tuple(dict.fromkeys([member.target for member in self.members.values()])) if self.members else ()
            object.__setattr__(self, "_targets", found)
            return found
        return self._targets

    @property
    def identity_pairs(self) -> tuple[tuple[str, str], ...]:
        """The pairs of shapes that two versions contain where both have this same object: each target with itself."""
        if self._identity_pairs is None:
            found = tuple([(target, target) for target in self.targets])
            object.__setattr__(self, "_identity_pairs", found)
            return found
        return self._identity_pairs


@dataclass(frozen=True, slots=True)
class DescribedShape(Shape):
    """A shape that an SDK describes in its own way: `type` is the type to show, `example` what a syntax block shows."""

    example: str = "..."


@dataclass(frozen=True, slots=True)
class PythonCall:
    """What botocore does to the call of an operation in code.

    Attributes:
        unwritten: The parameters that are not part of the call as botocore documents it.
        hidden: The parameters that are not documented, by their names in the model.
        aliases: Other names of the method.
        has_method: Whether clients have a method for the operation.
    """

    unwritten: frozenset[str] = frozenset()
    hidden: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    has_method: bool = True


_MODEL_CALL = PythonCall()


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation. `name` is its key in the model, which SDKs use; the name on the wire is `traits["name"]`.

    `call` differs from the default only in a `docgen.model.python_view`.
    """

    name: str
    input: Member | None
    output: Member | None
    errors: tuple[Member, ...] = ()
    traits: Mapping[str, Any] = field(default_factory=dict)
    documentation: str = ""
    call: PythonCall = _MODEL_CALL

    @property
    def deprecated(self) -> bool:
        """Whether the model marks the operation as deprecated."""
        return bool(self.traits.get("deprecated"))


@dataclass(frozen=True, slots=True)
class Service:
    """One service at one API version: the content of a `service-2.json`."""

    metadata: Mapping[str, Any]
    operations: Mapping[str, Operation]
    shapes: Mapping[str, Shape]
    traits: Mapping[str, Any] = field(default_factory=dict)
    documentation: str = ""
    missing_errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Errors that operations name, but whose shapes the model does not have, by operation. Nothing else has them."""
    _walk_caches: dict[tuple[str, bool], dict[Any, Any]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """See `docgen.model.walk_cache`."""

    @property
    def has_python_client(self) -> bool:
        """Whether botocore can call the service: a Smithy model outside AWS has no endpoint that it knows."""
        return not self.traits.get("smithy") or "endpointPrefix" in self.metadata

    @property
    def api_version(self) -> str:
        """The date that names this version of the API, such as `2016-12-01`."""
        return str(self.metadata.get("apiVersion", ""))

    @property
    def full_name(self) -> str:
        """The name of the service in prose, such as `Amazon AppStream`."""
        return str(self.metadata.get("serviceFullName", ""))

    def shape(self, member: Member) -> Shape:
        """Return the shape that `member` targets."""
        return self.shapes[member.target]

    def documentation_of(self, member: Member) -> str:
        """Return the effective documentation of `member`: its own, else its target's, as botocore merges references."""
        if member.documentation is not None:
            return member.documentation
        return self.shapes[member.target].documentation

    def trait(self, member: Member, name: str) -> Any:
        """Return the effective trait of `member`: its own, else its target's, else None."""
        if name in member.traits:
            return member.traits[name]
        return self.shapes[member.target].traits.get(name)


EMPTY_SERVICE = Service({}, {}, {})
"""A service without operations or shapes, for a version that does not exist."""


def http_of(operation: Operation) -> Mapping[str, Any]:
    """Return the HTTP binding of an operation (`method`, `requestUri`, `responseCode`); empty if it has none."""
    found = operation.traits.get("http")
    return found if isinstance(found, Mapping) else {}


def endless_lists(item_shapes: Mapping[str, str]) -> Iterator[str]:
    """Find lists that contain only each other, which no value can satisfy.

    A list of itself does not count: it has a documented form.

    Args:
        item_shapes: The name of every list shape, with the name of the shape of its items.

    Yields:
        One name for each such circle of lists.
    """
    finished: set[str] = set()
    for start in item_shapes:
        trail: dict[str, None] = {}
        name: str | None = start
        while name is not None and name not in finished and name not in trail:
            trail[name] = None
            item = item_shapes.get(name)
            name = item if item != name else None
        if name is not None and name in trail:
            yield name
        finished.update(trail)
