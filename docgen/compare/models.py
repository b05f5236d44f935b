"""From releases and model files to facts: which files belong together, what differs, what was added or removed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from docgen.diff.compare import find_deltas
from docgen.diff.delta import ServiceDelta
from docgen.errors import UsageError
from docgen.model.parse import parse
from docgen.model.service import Service
from docgen.model.strict_json import MAX_SIBLING_NESTING, load_json
from docgen.rules.change import Change
from docgen.rules.releases import classify_release
from docgen.sources.release import ModelFile, Release


def pair_models(old: Release, new: Release, services: Collection[str]) -> tuple[ModelFile, ModelFile]:
    """The two models to compare where at least one is a file by itself, under the name of the new one.

    A file by itself may not know its service's name: it is what `--service` says, or else what the other side
    calls it.
    """
    if old.is_single_file and new.is_single_file:
        before, after = _only_model(old, services), _only_model(new, services)
        return before, replace(after, service=next(iter(services), after.service))
    single, release = (_only_model(old, services), new) if old.is_single_file else (_only_model(new, services), old)
    name = next(iter(services), single.service)
    other = release.find_model(name, single.api_version) or release.latest_model(name)
    if other is None:
        raise UsageError(f"{release.location}: no service {name!r}, which {single.location} is of (use --service NAME)")
    single = replace(single, service=other.service, api_version=other.api_version)
    return (single, other) if old.is_single_file else (other, single)


def _only_model(release: Release, services: Collection[str]) -> ModelFile:
    """The model in a file by itself: the only one, or of several services (Smithy) the one that is named."""
    if len(release.files) == 1:
        return release.files[0]
    found = next((file for name in services if (file := release.latest_model(name)) is not None), None)
    if found is None:
        names = ", ".join(release.services())
        raise UsageError(f"{release.location}: {len(release.files)} services (--service {names})")
    return found


def compare_models(old: ModelFile | None, new: ModelFile, *, with_siblings: bool = True) -> ServiceDelta | None:
    """What differs between two models, and `beside` them; None where the files are the same.

    Without an old one everything is new. Raises `ModelError` and `SourceError`.
    """
    if old is new:
        return None
    data, siblings = new.read(), _read_siblings(new if with_siblings else None)
    earlier, old_siblings = old.read() if old is not None else None, _read_siblings(old if with_siblings else None)
    if data == earlier and old_siblings == siblings:
        return None
    after = parse(data, new.location)
    before = Service(after.metadata, {}, {}) if old is None or earlier is None else parse(earlier, old.location)
    decoded = (_parse_siblings(file, texts) for file, texts in ((old, old_siblings), (new, siblings)))
    return find_deltas(before, after, new.service, old_siblings=next(decoded), new_siblings=next(decoded))


def _read_siblings(file: ModelFile | None) -> dict[str, bytes]:
    """The sibling files of a model, not decoded: most are the same as before."""
    return {name: sibling.read() for name, sibling in sorted(file.siblings.items())} if file is not None else {}


def _parse_siblings(file: ModelFile | None, contents: Mapping[str, bytes]) -> dict[str, Any]:
    return (
        {name: load_json(text, file.siblings[name].location, MAX_SIBLING_NESTING) for name, text in contents.items()}
        if file
        else {}
    )


def service_additions_and_removals(old: Release, new: Release, services: Collection[str] = ()) -> tuple[Change, ...]:
    """The services and API versions that were added or removed between two releases, for all or the named services."""
    before, after = _api_versions(old, services), _api_versions(new, services)
    models = _newest_models(old, before.keys() - after.keys()), _newest_models(new, after.keys() - before.keys())
    return classify_release(before, after, *models)


def _api_versions(release: Release, services: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in release.files:
        if not services or file.service in services:
            found.setdefault(file.service, []).append(file.api_version)
    return found


def _newest_models(release: Release, services: Iterable[str]) -> dict[str, Service]:
    files = (release.latest_model(service) for service in sorted(services))
    return {file.service: parse(file.read(), file.location) for file in files if file is not None}
