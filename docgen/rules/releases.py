"""Services and API versions that come and go between two releases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from docgen.diff.facts import Delta, Kind, ServiceDelta
from docgen.model.service import Service
from docgen.rules.classify import Change, classify_delta
from docgen.rules.context import ComparisonContext, DeltaInContext

_NAME_WORD = re.compile(r"[^-_. ]+")
_EMPTY_SERVICE = Service({}, {}, {})


def classify_release(
    old: Mapping[str, Iterable[str]],
    new: Mapping[str, Iterable[str]],
    old_models: Mapping[str, Service] | None = None,
    new_models: Mapping[str, Service] | None = None,
) -> tuple[Change, ...]:
    """What came and went as a whole, worst first: `old` and `new` map the names of services to their API versions.

    The models of services that came or went may be given: with them a rename is recognised by what stayed (service id,
    endpoint, operations), and a removal that was announced. Without them only the names speak.
    """
    release = _ReleaseComparison(old, new, old_models or {}, new_models or {})
    return tuple(sorted(release.changes(), key=lambda each: -each.rule.severity))


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
        """Each service that went under the name of one that came, if they are the same."""
        left = list(added)
        for name in removed:
            found = next((other for other in left if self.is_same_service(name, other)), None)
            if found is not None:
                left.remove(found)
                yield name, found

    def is_same_service(self, old: str, new: str) -> bool:
        if sorted(_NAME_WORD.findall(old)) == sorted(_NAME_WORD.findall(new)):
            return True
        before, after = self.models[0].get(old), self.models[1].get(new)
        if before is None or after is None:
            return False
        shared = len(before.operations.keys() & after.operations.keys())
        alike = shared >= 0.8 * max(len(before.operations), len(after.operations), 1)
        keys = ("serviceId", "endpointPrefix")
        return alike and any(before.metadata.get(key) == after.metadata.get(key) is not None for key in keys)

    def service_change(self, service: str, old: str | None, new: str | None, trait: str = "") -> Change:
        id = f"{service}#{old or new}" if trait else service
        renamed = not trait and old is not None and new is not None
        delta = Delta(id, Kind.SERVICE, old, None if renamed else new, None, None, trait, carrier="release")
        model = self.models[0].get(service, _EMPTY_SERVICE)
        around = ComparisonContext(
            ServiceDelta(service, model, self.models[1].get(service, _EMPTY_SERVICE), {}, {}, {})
        )
        action = "renamed" if renamed else "added" if old is None else "removed"
        came = Delta(str(new), Kind.SERVICE, None, new, None, None, carrier="release")
        return classify_delta(DeltaInContext(delta, action, around, related=(came,) if renamed else ()), service)
