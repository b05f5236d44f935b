"""Looking up the names in an error message: client classes, aliases of services, operations, enums, exceptions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping

from docgen.history.history import History
from docgen.model.customizations import method_aliases
from docgen.model.element_id import ElementId
from docgen.model.names import method_name
from docgen.wording import normalize_name


def services_by_client_class(history: History, class_name: str) -> tuple[str, ...]:
    """Return the services whose client class has this name in some release, such as `AppStream`."""
    services: dict[str, dict[str, None]] = {}
    for service, metadata in history.reader.service_metadata():
        for name in _client_class_names(service, metadata):
            services.setdefault(name, {})[service] = None
    if class_name not in services:
        normalized = normalize_name(class_name)
        class_name = next((name for name in services if normalize_name(name) == normalized), class_name)
    return tuple(services.get(class_name, ()))


def service_by_alias(history: History, alias: str) -> str:
    """Return the oldest service with another name outside SDKs, such as `amp` for `aps`; empty if there is none.

    Aliases are the service id, the signing name, the prefix of its endpoints and the names of client classes.
    """
    normalized = normalize_name(alias)
    for service, metadata in history.reader.service_metadata():
        names = [metadata.get(key) for key in ("serviceId", "signingName", "endpointPrefix")]
        names += _client_class_names(service, metadata)
        if normalized in {normalize_name(str(name)) for name in names if name}:
            return service
    return ""


def _client_class_names(service: str, metadata: Mapping[str, object]) -> tuple[str, str]:
    """Return the class names that botocore derives: from the short or full name, and later from the service id."""
    full_name = metadata.get("serviceAbbreviation", metadata.get("serviceFullName", service))
    short_name = str(full_name).replace("Amazon", "").replace("AWS", "")
    return re.sub(r"\W+", "", short_name), re.sub(r"\W+", "", str(metadata.get("serviceId", service)))


def waiters_or_paginators(history: History, kind: str) -> list[tuple[str, str]]:
    """Return all waiters or all paginators (`kind`) that any service ever had: service and name."""
    return [
        (service, ElementId.parse_local(id).owner_name) for service, id in history.reader.waiters_or_paginators(kind)
    ]


def exception_names(history: History, service: str) -> set[str]:
    """Return the exceptions that operations of a service ever had."""
    return {ElementId.parse_local(id).last_name for id in service_ids(history, service, "error")}


def operations_by_name(history: History, names: Collection[str], services: Collection[str]) -> list[tuple[str, str]]:
    """Return the operations with one of the names, as in the model or in Python: service and operation.

    Without `services`, return those of all services.
    """
    aliases = [row for name in names if (row := method_aliases().get(name))]
    aliased = {(row.service, operation) for row in aliases for operation in row.operations}
    return [
        (service, operation)
        for service, operation in history.reader.operations()
        if (not services or service in services)
        and (operation in names or method_name(operation) in names or (service, operation) in aliased)
    ]


def shape_enum_values(history: History, service: str, shape: str) -> set[str]:
    """Return the enum values that a shape ever had."""
    ids = map(ElementId.parse_local, service_ids(history, service, "enum-value"))
    return {id.member for id in ids if id.owner == shape and id.member is not None}


def enums_sharing_values(
    history: History, known_values: Collection[str], services: Collection[str]
) -> list[tuple[str, str, int]]:
    """Return the enums that share the most values with a list: service, shape, and how many values they share.

    Without `services`, return those of all services.
    """
    shared: Counter[tuple[str, str]] = Counter()
    for service, id in history.reader.enum_value_ids(known_values):
        if not services or service in services:
            shared[service, ElementId.parse_local(id).owner or ""] += 1
    most = max(shared.values(), default=0)
    return sorted((service, shape, count) for (service, shape), count in shared.items() if count == most)


def service_ids(history: History, service: str, kind: str) -> list[str]:
    """Return the ids of one kind that a service ever had, without the service."""
    return [id for api, _ in history.apis.default_spans(service) for id in history.reader.ids(api.id, kind)]
