"""What clients are called and what they have beside methods: classes, other names of services, waiters, exceptions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from docgen.history.elements import decode
from docgen.history.explain.candidates import fold, ids_of
from docgen.history.history import History


def services_of_client(history: History, name: str) -> tuple[str, ...]:
    """The services whose client has a class of this name in some release: `AppStream`."""
    called: dict[str, dict[str, None]] = {}
    for service, metadata in _metadata(history):
        for spelling in _class_names(service, metadata):
            called.setdefault(spelling, {})[service] = None
    if name not in called:
        name = next((spelling for spelling in called if fold(spelling) == fold(name)), name)
    return tuple(called.get(name, ()))


def service_known_as(history: History, name: str) -> str:
    """The oldest service that has a name for anything but SDKs: `amp` is `aps` where requests are signed."""
    for service, metadata in _metadata(history):
        others = [metadata.get(key) for key in ("serviceId", "signingName", "endpointPrefix")]
        if fold(name) in {fold(str(each)) for each in (*others, *_class_names(service, metadata)) if each}:
            return service
    return ""


def _metadata(history: History) -> Iterator[tuple[str, Mapping[str, object]]]:
    """What services ever said of themselves, the oldest first."""
    for service, content in history.reader.rows(
        "SELECT api.service, element.content FROM api, element "
        "WHERE element.api = api.id AND element.kind = 'service' ORDER BY element.since, api.service"
    ):
        yield service, decode(content).get("metadata", {})


def _class_names(service: str, metadata: Mapping[str, object]) -> tuple[str, str]:
    """What botocore made a class name from: the short or the full name; of late the service's id."""
    full = metadata.get("serviceAbbreviation", metadata.get("serviceFullName", service))
    named = str(full).replace("Amazon", "").replace("AWS", ""), str(metadata.get("serviceId", service))
    return re.sub(r"\W+", "", named[0]), re.sub(r"\W+", "", named[1])


def named_beside(history: History, kind: str) -> list[tuple[str, str]]:
    """All waiters or paginators: service and name."""
    found = history.reader.rows(
        "SELECT DISTINCT api.service, lifetime.id FROM api, lifetime WHERE lifetime.api = api.id "
        "AND lifetime.id >= ?1 || ':' AND lifetime.id < ?1 || ';' ORDER BY api.service, lifetime.id",
        kind,
    )
    return [(service, id.partition(":")[2]) for service, id in found]


def error_names(history: History, service: str) -> set[str]:
    """The exceptions that operations of a service ever had."""
    return {id.rpartition("$")[2] for id in ids_of(history, service, "error")}
