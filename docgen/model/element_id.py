"""Element ids: the names that deltas, baselines and the history give to the elements of a service.

    appstream                          the service as a whole
    appstream#2016-12-01               one of its API versions
    appstream#metadata                 a section of its model: metadata, operations, shapes, endpoints, ...
    appstream#CreateFleet()            an operation
    appstream#CreateFleet()$Throttled  an error of an operation
    appstream#Fleet                    a shape
    appstream#Fleet$Arn                a member of a shape
    appstream#FleetState$RUNNING       a value of a shape's enum
    appstream#Fleet$State$RUNNING      a value of an enum that a member states itself
    appstream#waiter:FleetStarted      a waiter; likewise `paginator:` and `example:`

The grammar is `service ["#" owner ["$" member]]`. Only the first `#` and the first `$` separate, because enum values
may contain either.
"""

from __future__ import annotations

from typing import NamedTuple

_OPERATION_SUFFIX = "()"
_ENTRY_PREFIXES = ("paginator:", "waiter:", "example:")


class ElementId(NamedTuple):
    """The id of one element, in its parts. `str()` gives the text that `parse` accepts.

    Attributes:
        service: The SDK's name of the service, such as `appstream`; empty where the comparison had none.
        owner: `Fleet`, `CreateFleet()`, `waiter:FleetStarted`, `metadata` or an API version; None for the service
            itself.
        member: What follows the owner: a member, an error, or a value of an enum; None for the owner itself.
    """

    service: str
    owner: str | None = None
    member: str | None = None

    def __str__(self) -> str:
        return self.service if self.owner is None else f"{self.service}#{self.local}"

    @classmethod
    def parse(cls, text: str) -> ElementId:
        """Split the text of an id. Every text is an id: without a `#` it is that of a service."""
        service, mark, local = text.partition("#")
        return cls.parse_local(local, service) if mark else cls(service)

    @classmethod
    def parse_local(cls, text: str, service: str = "") -> ElementId:
        """Split an id that starts with its owner (`Fleet$Arn`), as the history stores the ids of one service."""
        owner, mark, member = text.partition("$")
        return cls(service, owner, member if mark else None)

    @classmethod
    def of_operation(cls, service: str, operation: str) -> ElementId:
        """Return the id of an operation, given its name in the model."""
        return cls(service, operation + _OPERATION_SUFFIX)

    @classmethod
    def of_entry(cls, service: str, kind: str, name: str) -> ElementId:
        """Return the id of a `paginator`, a `waiter` or an `example`."""
        return cls(service, f"{kind}:{name}")

    @property
    def local(self) -> str:
        """The id without its service: `Fleet$Arn`; empty for the service itself."""
        owner = self.owner or ""
        return owner if self.member is None else f"{owner}${self.member}"

    @property
    def owner_name(self) -> str:
        """The owner's name in the model: `CreateFleet` of `CreateFleet()`, `FleetStarted` of `waiter:FleetStarted`."""
        owner = self.owner or ""
        for prefix in _ENTRY_PREFIXES:
            if owner.startswith(prefix):
                return owner.removeprefix(prefix)
        return owner.removesuffix(_OPERATION_SUFFIX)

    @property
    def is_operation(self) -> bool:
        """Whether the owner is an operation."""
        return self.owner is not None and self.owner.endswith(_OPERATION_SUFFIX)

    @property
    def last_name(self) -> str:
        """The last part: `RUNNING` of `Fleet$State$RUNNING`, `Fleet` of `s#Fleet`, `CreateFleet()` of an operation."""
        return self.local.rpartition("$")[2]

    @property
    def parent(self) -> ElementId:
        """The id without its last part: `Fleet$State` of `Fleet$State$RUNNING`, the service of an owner."""
        container, mark, _ = self.local.rpartition("$")
        return ElementId.parse_local(container, self.service) if mark else ElementId(self.service)

    def child(self, member: str) -> ElementId:
        """Return the id of a member, an error or an enum value of this element."""
        return ElementId(self.service, self.owner, member if self.member is None else f"{self.member}${member}")

    def contains(self, other: ElementId) -> bool:
        """Return whether `other` is this element or a part of it."""
        return other.service == self.service and (other.local == self.local or other.local.startswith(f"{self.local}$"))
