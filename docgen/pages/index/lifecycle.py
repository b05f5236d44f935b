"""What is deprecated, and what is gone: per service, and in a table of all services.

What a model says of today stands here; since when, and what there was before, is known from a history (`Lived`), else
from the releases that a site tells of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from docgen.model.service import Service
from docgen.model.usage import WAYS, Usage, step, usage
from docgen.pages.index.records import Mention, ReleaseRecord


class When(NamedTuple):
    """A release by name and date; both are empty where nobody knows."""

    release: str = ""
    date: str = ""


class Deprecation(NamedTuple):
    """What is deprecated: an operation, or a member where an operation reaches it, with what the model says of it."""

    operation: str
    path: str
    message: str
    since: When


class Gone(NamedTuple):
    """What is no more: its name, the last release that had it, and the first that did not."""

    name: str
    last: When
    until: When


@dataclass(frozen=True, slots=True)
class Lived:
    """What a history says of a service: since when an id (`Ping`, `Shape$Member`) is deprecated, and what is gone."""

    deprecated: Mapping[str, When] = field(default_factory=dict)
    gone: tuple[Gone, ...] = ()


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What is deprecated in a service and what is gone from it."""

    service: str
    title: str
    operations: tuple[Deprecation, ...] = ()
    members: tuple[Deprecation, ...] = ()
    gone: tuple[Gone, ...] = ()
    root: str = ""

    @property
    def is_told(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.operations or self.members or self.gone)


class LifecycleLine(NamedTuple):
    """A service in the table: how much is deprecated and gone, and what became so last."""

    service: str
    title: str
    operations: int
    members: int
    gone: int


@dataclass(frozen=True, slots=True)
class LifecycleIndex:
    """All services with something deprecated or gone, and the services that are gone as a whole."""

    package: str
    newest: str
    services: tuple[LifecycleLine, ...]
    gone: tuple[Gone, ...]
    has_history: bool
    root: str = "../"


def lifecycle(service: Service, name: str, lived: Lived, removed: Iterable[Gone] = ()) -> Lifecycle:
    """The life of a service, seen from its newest model; `removed` is what notes told of, where there is no history."""
    found = lived.gone or tuple(removed)
    return Lifecycle(
        service=name,
        title=service.full_name or name,
        operations=tuple(
            Deprecation(o.name, "", _message(o.traits), lived.deprecated.get(o.name, When()))
            for o in service.operations.values()
            if o.deprecated
        ),
        members=tuple(_members(service, lived.deprecated)),
        gone=tuple(each for each in found if each.name not in service.operations),
    )


def lifecycle_line(life: Lifecycle) -> LifecycleLine:
    """The line of the table that leads to `life`."""
    return LifecycleLine(life.service, life.title, len(life.operations), len(life.members), len(life.gone))


def removed_operations(mentions: Sequence[Mention]) -> tuple[Gone, ...]:
    """What the notes of a service, oldest first, told to be gone; the last word on each counts."""
    found = {
        name: Gone(name, When(each.previous), When(each.release, each.date))
        for each in mentions
        for name in each.removed
    }
    return tuple(found[name] for name in sorted(found))


def removed_services(records: Sequence[ReleaseRecord], services: Iterable[str]) -> tuple[Gone, ...]:
    """The services that releases, oldest first, told to be gone and that did not come back."""
    dates = {record.release: record.date for record in records}
    there = set(services)
    found = {
        event.service: Gone(
            event.service, When(record.previous, dates.get(record.previous, "")), When(record.release, record.date)
        )
        for record in records
        for event in record.events
        if event.is_end and event.service not in there
    }
    return tuple(found[name] for name in sorted(found))


def _members(service: Service, since: Mapping[str, When]) -> Iterator[Deprecation]:
    """Every deprecated member once, by the operation that reaches it first; those that none reaches are left out."""
    uses: Usage | None = None
    for shape in service.shapes.values():
        for member in shape.members.values() if shape.type == "structure" else ():
            if not service.trait(member, "deprecated"):
                continue
            uses = uses or usage(service)
            for way in WAYS:
                for operation in uses.operations(shape.name, way)[:1]:
                    around = uses.path(operation, shape.name, way) or ""
                    message = str(service.trait(member, "deprecatedMessage") or "")
                    when = since.get(f"{shape.name}${member.name}", When())
                    yield Deprecation(operation, f"{way.value}.{step(around, shape, member.name)}", message, when)
                    break
                else:
                    continue
                break


def _message(traits: Mapping[str, Any]) -> str:
    return str(traits.get("deprecatedMessage") or "")


def lifecycle_data(life: Lifecycle) -> dict[str, Any]:
    """What is deprecated and gone in a service as JSON."""
    return {
        "service": life.service,
        "title": life.title,
        "operations": [_deprecation_data(each) for each in life.operations],
        "members": [_deprecation_data(each) for each in life.members],
        "gone": [_gone_data(each) for each in life.gone],
    }


def lifecycle_index_data(index: LifecycleIndex) -> dict[str, Any]:
    """The table of all services as JSON."""
    return {
        "package": index.package,
        "newest": index.newest,
        "services": [line._asdict() for line in index.services],
        "gone": [_gone_data(each) for each in index.gone],
    }


def _deprecation_data(each: Deprecation) -> dict[str, Any]:
    return {
        "operation": each.operation,
        "path": each.path or None,
        "message": each.message or None,
        "since": each.since.release or None,
        "since_date": each.since.date or None,
    }


def _gone_data(each: Gone) -> dict[str, Any]:
    return {
        "name": each.name,
        "last": each.last.release or None,
        "last_date": each.last.date or None,
        "until": each.until.release or None,
        "until_date": each.until.date or None,
    }
