"""Which models of two releases belong together, and which services and API versions were added or removed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from docgen.errors import UsageError
from docgen.model.parse import parse
from docgen.model.service import Service
from docgen.rules.change import Change
from docgen.rules.releases import classify_release
from docgen.sources.release import ModelFile, Release
from docgen.sources.sdk_extras import base_file


def model_pairs(
    old: Release, new: Release, services: Collection[str] = ()
) -> Iterator[tuple[ModelFile | None, ModelFile]]:
    """Pair every model of a release with its counterpart in an older one.

    Args:
        old: The older release.
        new: The newer release.
        services: The services to pair; empty for all.

    Yields:
        The older model, or None for a new service, and the newer one; where one release is a single file,
        only the models that `pair_single_model` finds.

    """
    if old.is_single_file or new.is_single_file:
        yield pair_single_model(old, new, services)
        return
    for file in new.files:
        if not services or file.service in services:
            yield old.counterpart(file), file


def pair_single_model(old: Release, new: Release, services: Collection[str] = ()) -> tuple[ModelFile, ModelFile]:
    """Pair the models of two releases where at least one is a single file.

    A single file may not tell the name of its service: it is the first of `services`, or else the name that the other
    release uses. Both models get that name.

    Raises:
        UsageError: If the other release has no such service.

    """
    if old.is_single_file and new.is_single_file:
        before, after = _only_model(old, services), _only_model(new, services)
        return before, replace(after, service=next(iter(services), after.service))
    single, release = (_only_model(old, services), new) if old.is_single_file else (_only_model(new, services), old)
    name = next(iter(services), single.service)
    other = release.find_model(name, single.api_version) or release.latest_model(name)
    if other is None:
        raise UsageError(f"{release.location}: no service {name!r}, which {single.location} is of (use --service NAME)")
    other = replace(other, file=base_file(other.file))  # a single file comes without the extras of SDKs
    single = replace(single, service=other.service, api_version=other.api_version)
    return (single, other) if old.is_single_file else (other, single)


def _only_model(release: Release, services: Collection[str]) -> ModelFile:
    """Return the model of a single file: its only one, or the first of `services` if it has several, as in Smithy."""
    if len(release.files) == 1:
        return release.files[0]
    found = next((file for name in services if (file := release.latest_model(name)) is not None), None)
    if found is None:
        names = ", ".join(release.services())
        raise UsageError(f"{release.location}: {len(release.files)} services (--service {names})")
    return found


def release_changes(old: Release | None, new: Release, services: Collection[str] = ()) -> tuple[Change, ...]:
    """Return the added and removed services and API versions; none for a first release or a single file."""
    if old is None or old.is_single_file or new.is_single_file:
        return ()
    return service_additions_and_removals(old, new, services)


def service_additions_and_removals(old: Release, new: Release, services: Collection[str] = ()) -> tuple[Change, ...]:
    """Return the services and API versions that only one release has, among the named services or all of them."""
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
