"""Releases from a package index: `pypi:botocore==1.12.83`, `pypi:botocore>=1.43.60`, `pypi:botocore`.

Archives are kept in the cache folder and read in place, so each is fetched once, and a release that is named exactly
and is there needs no network. Of many releases each is fetched when something of it is asked for.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import SourceError
from docgen.files import cache_folder
from docgen.sources.archives.common import TAR_SUFFIXES, ZIP_SUFFIXES, archive_release
from docgen.sources.limits import check_spec_length, error_reason
from docgen.sources.pypi import pip
from docgen.sources.release import MODEL_FILENAME, LazyRelease, Release

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

PYPI_PREFIX = "pypi:"

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PackageSpec:
    """What a user's words name: a package, spelt canonically, and its versions; `exact` where that can be only one."""

    location: str
    package: str
    specifier: SpecifierSet
    exact_version: Version | None = None

    @property
    def allows_prereleases(self) -> bool:
        """Whether pre-releases count: only where one is named, as pip has it."""
        return bool(self.specifier.prereleases)


def parse_package_spec(spec: str) -> PackageSpec:
    """Take `pypi:NAME[SPECIFIER][@RELEASE]` apart, which is a requirement of PEP 508; raises `SourceError`."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    check_spec_length(spec)
    text, at, release = spec.removeprefix(PYPI_PREFIX).partition("@")
    examples = f"{PYPI_PREFIX}botocore==1.12.83, '{PYPI_PREFIX}botocore>=1.43.60', {PYPI_PREFIX}botocore"
    ours = f"{spec}: not a name and versions ({examples})"
    try:
        found = Requirement(
            f"{text},=={release}" if at and _has_specifier(text) else f"{text}{'==' * bool(at)}{release}"
        )
    except ValueError:  # InvalidRequirement, or up to packaging 22 InvalidSpecifier
        raise SourceError(ours) from None
    if found.url or found.marker or found.extras:
        raise SourceError(ours)
    return PackageSpec(
        spec, canonicalize_name(found.name), found.specifier, _single_exact_version(found.specifier, spec, ours)
    )


def _has_specifier(text: str) -> bool:
    return any(mark in text for mark in "<>=!~")


def _single_exact_version(specifier: SpecifierSet, spec: str, usage_message: str) -> Version | None:
    from packaging.version import InvalidVersion, Version

    for each in specifier:
        if each.operator in ("==", "===") and not each.version.endswith(".*"):
            try:
                version = Version(each.version)
            except InvalidVersion:
                raise SourceError(usage_message) from None
            if not specifier.contains(version, prereleases=True):
                raise SourceError(f"{spec}: no version is all of {specifier}")
            return version
    return None


def pypi_releases(spec: PackageSpec) -> tuple[Release, ...]:
    """The releases that `wanted` names, oldest first; without versions, the newest. Raises `SourceError`."""
    folder = cache_folder("pypi")
    if spec.exact_version is not None:
        return (
            _release_from_archive(
                spec, spec.exact_version, folder, _cached_archives(spec, folder).get(spec.exact_version)
            ),
        )
    found = _matching_versions(spec)
    if not str(spec.specifier):
        found = found[-1:]
    kept = _cached_archives(spec, folder)
    if len(found) == 1:
        return (_release_from_archive(spec, found[0], folder, kept.get(found[0])),)
    missing = sum(version not in kept for version in found)
    if missing:
        _LOG.info("%d releases of %s, %d not fetched yet: each is when it is read", len(found), spec.package, missing)
    return tuple(_lazy_release(spec, version, folder, kept.get(version)) for version in found)


def _matching_versions(spec: PackageSpec) -> list[Version]:
    there = _available_versions(spec)
    found = list(spec.specifier.filter(there))
    if not found:
        raise SourceError(_no_version_message(spec, there))
    return found


def _no_version_message(spec: PackageSpec, available: tuple[Version, ...]) -> str:
    """That there is no such release, with what there is: all in all, and around the one that was named."""
    if not available:
        return f"{spec.location}: no release of {spec.package} at all"
    has = f"there are {available[0]} to {available[-1]}" if len(available) > 1 else f"there is only {available[0]}"
    exact = spec.exact_version
    around: list[Version] = []
    if exact is not None:
        around = [v for v in available if v < exact][-1:] + [v for v in available if v > exact][:1]
    near = f"; next to it: {' and '.join(map(str, around))}" if len(available) > 1 and around else ""
    return f"{spec.location}: no such release ({has}{near})"


def _lazy_release(spec: PackageSpec, version: Version, folder: Path, archive: Path | None) -> Release:
    place = f"{PYPI_PREFIX}{spec.package}=={version}"
    look = partial(_release_from_archive, replace(spec, location=place), version, folder, archive)
    return LazyRelease.of(str(version), place, spec.package, look)


def _release_from_archive(spec: PackageSpec, version: Version, folder: Path, archive: Path | None) -> Release:
    """One release, from its archive at `path` or else from the index."""
    archive = archive or _download_version(spec, version, folder)
    found = archive_release(archive)
    if found is None:
        raise SourceError(
            f"{spec.location}: no {MODEL_FILENAME} in {archive.name} (is it a package that carries models?)"
        )
    return replace(found, name=str(version), package=spec.package)


def _download_version(spec: PackageSpec, version: Version, folder: Path) -> Path:
    _LOG.info("fetching %s %s", spec.package, version)
    try:
        return pip.download_archive(spec.package, version, folder, spec.location)
    except pip.NotInIndexError:
        there = _available_versions(spec)
        if version in there:  # but nothing of it that fits this machine
            raise
        raise SourceError(_no_version_message(spec, there)) from None


def _available_versions(spec: PackageSpec) -> tuple[Version, ...]:
    return pip.list_versions(spec.package, spec.location, prereleases=spec.allows_prereleases)


def _cached_archives(spec: PackageSpec, folder: Path) -> dict[Version, Path]:
    """The archives that are in the cache folder; a wheel before a source package."""
    found: dict[Version, Path] = {}
    try:
        paths = sorted(folder.iterdir(), key=lambda path: (path.name.endswith(".whl"), path.name))
    except OSError as error:
        raise SourceError(f"{folder}: {error_reason(error)}") from None
    for path in paths:
        version = pip.version_from_filename(path.name, spec.package)
        if version is not None and path.name.endswith(ZIP_SUFFIXES + TAR_SUFFIXES):
            found[version] = path
    return found
