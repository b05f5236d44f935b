"""Services and API versions that were added or removed between two releases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from docgen.diff.delta import Delta, Kind, ServiceDelta
from docgen.model.element_id import ElementId
from docgen.model.service import EMPTY_SERVICE, Service
from docgen.rules.change import Change
from docgen.rules.classify import classify_delta
from docgen.rules.comparison import ComparisonContext
from docgen.rules.context import DeltaInContext

_NAME_WORD = re.compile(r"[^-_. ]+")


def classify_release(
    old: Mapping[str, Iterable[str]],
    new: Mapping[str, Iterable[str]],
    old_models: Mapping[str, Service] | None = None,
    new_models: Mapping[str, Service] | None = None,
) -> tuple[Change, ...]:
    """Find the services and API versions that were added or removed between two releases.

    Args:
        old: The names of the services of the old release, with their API versions.
        new: Those of the new release.
        old_models: Models of removed services. They show renames (same service id, endpoint and operations) and whether
            a removal was announced; without them renames are recognised by name only.
        new_models: Models of added services.

    Returns:
        The changes, worst first.
    """
    release = _ReleaseComparison(old, new, old_models or {}, new_models or {})
    return tuple(sorted(release.changes(), key=lambda change: -change.rule.severity))


class _ReleaseComparison:
    def __init__(
        self,
        old: Mapping[str, Iterable[str]],
        new: Mapping[str, Iterable[str]],
        old_models: Mapping[str, Service],
        new_models: Mapping[str, Service],
    ) -> None:
        self.old = {name: sorted(versions) for name, versions in sorted(old.items())}
        self.new = {name: sorted(versions) for name, versions in sorted(new.items())}
        self.models = old_models, new_models

    def changes(self) -> Iterator[Change]:
        removed = [name for name in self.old if name not in self.new]
        added = [name for name in self.new if name not in self.old]
        renamed = dict(self.renamed_services(removed, added))
        for name in removed:
            yield self.service_change(name, name, renamed.get(name))
        for name in added:
            if name not in renamed.values():
                yield self.service_change(name, None, name)
        for name, versions in self.new.items():
            before = self.old.get(name, versions)
            for version in sorted({*before} ^ {*versions}):
                sides = (version if version in before else None), (version if version in versions else None)
                yield self.service_change(name, *sides, trait="api-version")

    def renamed_services(self, removed: list[str], added: list[str]) -> Iterator[tuple[str, str]]:
        """Yield pairs of a removed and an added service that are the same."""
        remaining = list(added)
        for name in removed:
            found = next((other for other in remaining if self.is_same_service(name, other)), None)
            if found is not None:
                remaining.remove(found)
                yield name, found

    def is_same_service(self, old: str, new: str) -> bool:
        if sorted(_NAME_WORD.findall(old)) == sorted(_NAME_WORD.findall(new)):
            return True
        before, after = self.models[0].get(old), self.models[1].get(new)
        if before is None or after is None:
            return False
        shared = len(before.operations.keys() & after.operations.keys())
        similar = shared >= 0.8 * max(len(before.operations), len(after.operations), 1)
        keys = ("serviceId", "endpointPrefix")
        return similar and any(before.metadata.get(key) == after.metadata.get(key) is not None for key in keys)

    def service_change(self, service: str, old: str | None, new: str | None, trait: str = "") -> Change:
        id = ElementId(service, old or new) if trait else ElementId(service)
        renamed = not trait and old is not None and new is not None
        delta = Delta(str(id), Kind.SERVICE, old, None if renamed else new, None, None, trait, carrier="release")
        model = self.models[0].get(service, EMPTY_SERVICE)
        comparison = ComparisonContext(
            ServiceDelta(service, model, self.models[1].get(service, EMPTY_SERVICE), {}, {}, {})
        )
        action = "renamed" if renamed else "added" if old is None else "removed"
        addition = Delta(str(new), Kind.SERVICE, None, new, None, None, carrier="release")
        return classify_delta(
            DeltaInContext(delta, action, comparison, related=(addition,) if renamed else ()), service
        )
