"""The resources of boto3, from the table that `tests/support/boto3_resources.py` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SERVICE_RESOURCE = "ServiceResource"
"""The type of what `boto3.resource` returns."""

COLLECTION_SUFFIXES = ("CollectionManager", "Collection")


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A type of boto3's resources.

    Attributes:
        name: Its name, such as `Bucket`.
        shape: The shape of its data, or empty.
        attributes: The names of its attributes, each with the operation that it calls, or None.
    """

    name: str
    shape: str
    attributes: Mapping[str, str | None]


@cache
def resource_types() -> Mapping[str, Mapping[str, ResourceType]]:
    """Return the types of resources of each service that has any, by name."""
    table = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return {
        service: {name: ResourceType(name, content["shape"], content["attributes"]) for name, content in types.items()}
        for service, types in table.items()
    }


def types_with_attribute(service: str, attribute: str) -> list[str]:
    """Return the types of resources of a service that have an attribute, that of `boto3.resource` first."""
    types = resource_types().get(service, {})
    found = [name for name, type_ in types.items() if attribute in type_.attributes]
    return sorted(found, key=lambda name: (name != SERVICE_RESOURCE, name))


def is_collection(type_name: str) -> bool:
    """Return whether a class is that of a collection, such as `instancesCollectionManager`."""
    return type_name.endswith(COLLECTION_SUFFIXES)
