"""Finds the operations of each service whose names differ only by case: on some systems they would share a folder.

What matters is every name that a service ever had, because the page of a removed operation stays. In all of botocore
there are four such pairs. So names are looked up in the history if there is one, and models are read otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress
from functools import cached_property

import orjson

from docgen.history.as_source import IndexedFile
from docgen.history.history import History
from docgen.render.addresses import folders_of_operations
from docgen.sources.release import ModelFile, Release


class OperationAddresses:
    """The folders of operations that cannot have their own names.

    Args:
        history: A history of the releases, or None.
        releases: The releases of the site, oldest first.
        distinct: Digests of models whose operations are known to differ by more than case, so that they are not read.
        digest_of: Returns the digest of a model.
    """

    def __init__(
        self,
        history: History | None,
        releases: Sequence[Release],
        distinct: Container[str] = (),
        digest_of: Callable[[ModelFile], str] = ModelFile.digest,
    ) -> None:
        self._distinct = distinct
        self._digest_of = digest_of
        self._releases = releases
        self._history = history
        self._folders: dict[str, Mapping[str, str]] = {}

    def folders(self, service: str) -> Mapping[str, str]:
        """Return the folders of a service's operations whose names differ only by case."""
        if service not in self._folders:
            names = self._names_in_history.get(service)
            if names is None:
                files = self._files.get(service, ())
                if len(files) == 1 and self._digest_of(files[0]) in self._distinct:
                    self._folders[service] = {}
                    return {}
                names = {name for file in files for name in _names_of_operations(file)}
            found = folders_of_operations(names)
            latest = self._releases[-1].latest_model(service) if found else None
            if latest is not None:  # its operations keep their names before those that were removed
                found = folders_of_operations(_names_of_operations(latest), names)
            self._folders[service] = found
        return self._folders[service]

    @cached_property
    def _names_in_history(self) -> Mapping[str, set[str]]:
        """The names of all operations that the services in the history ever had; empty without a history."""
        history = self._history
        for files in self._files.values() if history is None else ():
            if isinstance(files[0].file, IndexedFile):
                history = History(files[0].file.history_path)
                break
        found: dict[str, set[str]] = {}
        for service, name in history.reader.operations() if history else ():
            found.setdefault(service, set()).add(name)
        return found

    @cached_property
    def _files(self) -> Mapping[str, list[ModelFile]]:
        """The models of each service, each once."""
        found: dict[str, dict[int, ModelFile]] = {}
        for release in self._releases:
            for file in release.files:
                found.setdefault(file.service, {})[id(file)] = file
        return {service: list(files.values()) for service, files in found.items()}


def _names_of_operations(file: ModelFile) -> list[str]:
    """Return the names in a model; none if it is malformed, which is reported when it is compared."""
    with suppress(ValueError, TypeError, KeyError):
        return [str(name) for name in orjson.loads(file.read())["operations"]]
    return []
