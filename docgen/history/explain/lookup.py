"""What clients are called and what they have beside methods: classes, other names of services, waiters, exceptions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from docgen.history.elements import decode_json
from docgen.history.explain.candidates import lifetime_ids
from docgen.history.history import History
from docgen.model.element_id import ElementId
from docgen.wording import normalize_name


def services_by_client_class(history: History, class_name: str) -> tuple[str, ...]:
    """The services whose client has a class of this name in some release: `AppStream`."""
    called: dict[str, dict[str, None]] = {}
    for service, metadata in _service_metadata(history):
        for spelling in _client_class_names(service, metadata):
            called.setdefault(spelling, {})[service] = None
    if class_name not in called:
        class_name = next(
            (spelling for spelling in called if normalize_name(spelling) == normalize_name(class_name)), class_name
        )
    return tuple(called.get(class_name, ()))


def service_by_alias(history: History, alias: str) -> str:
    """The oldest service that has a name for anything but SDKs: `amp` is `aps` where requests are signed."""
    for service, metadata in _service_metadata(history):
        others = [metadata.get(key) for key in ("serviceId", "signingName", "endpointPrefix")]
        if normalize_name(alias) in {
            normalize_name(str(each)) for each in (*others, *_client_class_names(service, metadata)) if each
        }:
            return service
    return ""


def _service_metadata(history: History) -> Iterator[tuple[str, Mapping[str, object]]]:
    """What services ever said of themselves, the oldest first."""
    for service, content in history.reader.query(
        "SELECT api.service, element.content FROM api, element "
        "WHERE element.api = api.id AND element.kind = 'service' ORDER BY element.since, api.service"
    ):
        yield service, decode_json(content).get("metadata", {})


def _client_class_names(service: str, metadata: Mapping[str, object]) -> tuple[str, str]:
    """What botocore made a class name from: the short or the full name; of late the service's id."""
    full = metadata.get("serviceAbbreviation", metadata.get("serviceFullName", service))
    named = str(full).replace("Amazon", "").replace("AWS", ""), str(metadata.get("serviceId", service))
    return re.sub(r"\W+", "", named[0]), re.sub(r"\W+", "", named[1])


def waiters_or_paginators(history: History, kind: str) -> list[tuple[str, str]]:
    """All waiters or paginators: service and name."""
    found = history.reader.query(
        "SELECT DISTINCT api.service, lifetime.id FROM api, lifetime WHERE lifetime.api = api.id "
        "AND lifetime.id >= ?1 || ':' AND lifetime.id < ?1 || ';' ORDER BY api.service, lifetime.id",
        kind,
    )
    return [(service, id.partition(":")[2]) for service, id in found]


def exception_names(history: History, service: str) -> set[str]:
    """The exceptions that operations of a service ever had."""
    return {ElementId.parse_local(id).last_name for id in lifetime_ids(history, service, "error")}
