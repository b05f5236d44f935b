"""Resources of boto3: the operations that actions and collections call, from the data files of an installed boto3.

Without boto3, an action with the name of an operation (`Table.put_item`) is assumed to call it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docgen.model.names import method_name


@dataclass(frozen=True, slots=True)
class ResourceMember:
    """An attribute of a resource: the operation that it calls, the resource that it returns, or both."""

    operation: str
    type: str
    is_collection: bool = False


class Resources:
    """The resources of all services, from the data files in a folder."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._services: dict[str, Mapping[str, Any]] = {}

    def member(self, service: str, type_: str, name: str) -> ResourceMember | None:
        """Return an attribute of a resource, or None if it is data or unknown."""
        described = self._described(service)
        owner = described.get("resources", {}).get(type_, {}) if type_ else described.get("service", {})
        for key, is_collection in (("actions", False), ("hasMany", True), ("has", False)):
            for given, content in owner.get(key, {}).items():
                if name in (given, method_name(given)):
                    operation = content.get("request", {}).get("operation", "")
                    return ResourceMember(operation, content.get("resource", {}).get("type", ""), is_collection)
        return None

    @cached_property
    def actions(self) -> frozenset[str]:
        """The Python names of all actions of all resources."""
        folders = self._folder.glob("*/*/resources-1.json") if self._folder else ()
        found: set[str] = set()
        for service in {path.parent.parent.name for path in folders}:
            described = self._described(service)
            for owner in (described.get("service", {}), *described.get("resources", {}).values()):
                found.update(method_name(name) for name in owner.get("actions", ()))
        return frozenset(found)

    def _described(self, service: str) -> Mapping[str, Any]:
        if service not in self._services:
            self._services[service] = self._read(service)
        return self._services[service]

    def _read(self, service: str) -> Mapping[str, Any]:
        found = sorted(self._folder.glob(f"{service}/*/resources-1.json")) if self._folder else []
        try:
            content: Mapping[str, Any] = json.loads(found[-1].read_bytes()) if found else {}
        except (OSError, ValueError):
            return {}
        return content


@cache
def installed_resources() -> Resources:
    """Return the resources of the boto3 that is installed with docgen, without importing it."""
    spec = find_spec("boto3")
    folders = spec.submodule_search_locations if spec else None
    return Resources(Path(folders[0]) / "data" if folders else None)
