"""Releases from a package index: `pypi:botocore==1.12.83`, `pypi:botocore>=1.43.60`, `pypi:botocore`.

Archives are kept in the cache folder and read in place. Each is downloaded once, and an exact version in the cache
needs no network. In a range, each release is downloaded when it is first needed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import SourceError, error_reason
from docgen.files import cache_folder
from docgen.sources.archives.common import TAR_SUFFIXES, ZIP_SUFFIXES, archive_release
from docgen.sources.limits import check_spec_length
from docgen.sources.pypi import pip
from docgen.sources.release import MODEL_FILENAME, LazyRelease, Release

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

PYPI_PREFIX = "pypi:"

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PackageSpec:
    """A package and its versions, parsed from `pypi:NAME[SPECIFIER]`.

    Attributes:
        location: The source as the user typed it, for messages.
        package: The canonical name of the package.
        specifier: The versions, as in a requirement (PEP 440).
        exact_version: The version, if only one can match, or None.
    """

    location: str
    package: str
    specifier: SpecifierSet
    exact_version: Version | None = None

    @property
    def allows_prereleases(self) -> bool:
        """Whether pre-releases count: only if the specifier names one, as in pip."""
        return bool(self.specifier.prereleases)


def parse_package_spec(spec: str) -> PackageSpec:
    """Parse `pypi:NAME[SPECIFIER][@RELEASE]`, which is a requirement of PEP 508; raise `SourceError`."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    check_spec_length(spec)
    text, separator, release = spec.removeprefix(PYPI_PREFIX).partition("@")
    examples = f"{PYPI_PREFIX}botocore==1.12.83, '{PYPI_PREFIX}botocore>=1.43.60', {PYPI_PREFIX}botocore"
    usage_message = f"{spec}: not a package with versions ({examples})"
    try:
        requirement = Requirement(
            f"{text},=={release}" if separator and _has_specifier(text) else f"{text}{'==' * bool(separator)}{release}"
        )
    except ValueError:  # InvalidRequirement, or up to packaging 22 InvalidSpecifier
        raise SourceError(usage_message) from None
    if requirement.url or requirement.marker or requirement.extras:
        raise SourceError(usage_message)
    return PackageSpec(
        spec,
        canonicalize_name(requirement.name),
        requirement.specifier,
        _single_exact_version(requirement.specifier, spec, usage_message),
    )


def _has_specifier(text: str) -> bool:
    return any(mark in text for mark in "<>=!~")


def _single_exact_version(specifier: SpecifierSet, spec: str, usage_message: str) -> Version | None:
    from packaging.version import InvalidVersion, Version

    for clause in specifier:
        if clause.operator in ("==", "===") and not clause.version.endswith(".*"):
            try:
                version = Version(clause.version)
            except InvalidVersion:
                raise SourceError(usage_message) from None
            if not specifier.contains(version, prereleases=True):
                raise SourceError(f"{spec}: no version satisfies {specifier}")
            return version
    return None


def pypi_releases(spec: PackageSpec) -> tuple[Release, ...]:
    """Return the releases that `spec` names, oldest first; without a version, the latest. Raise `SourceError`."""
    folder = cache_folder("pypi")
    if spec.exact_version is not None:
        return (
            _release_from_archive(
                spec, spec.exact_version, folder, _cached_archives(spec, folder).get(spec.exact_version)
            ),
        )
    versions = _matching_versions(spec)
    if not str(spec.specifier):
        versions = versions[-1:]
    cached = _cached_archives(spec, folder)
    if len(versions) == 1:
        return (_release_from_archive(spec, versions[0], folder, cached.get(versions[0])),)
    missing = sum(version not in cached for version in versions)
    if missing:
        _LOG.info("%d releases of %s, %d to be downloaded on demand", len(versions), spec.package, missing)
    return tuple(_lazy_release(spec, version, folder, cached.get(version)) for version in versions)


def _matching_versions(spec: PackageSpec) -> list[Version]:
    available = _available_versions(spec)
    matching = list(spec.specifier.filter(available))
    if not matching:
        raise SourceError(_no_version_message(spec, available))
    return matching


def _no_version_message(spec: PackageSpec, available: tuple[Version, ...]) -> str:
    """Return the message that no version matches, with the range of those available and the nearest ones."""
    if not available:
        return f"{spec.location}: no release of {spec.package} at all"
    available_text = (
        f"there are {available[0]} to {available[-1]}" if len(available) > 1 else f"there is only {available[0]}"
    )
    exact = spec.exact_version
    nearest: list[Version] = []
    if exact is not None:
        nearest = [v for v in available if v < exact][-1:] + [v for v in available if v > exact][:1]
    nearest_text = f"; next to it: {' and '.join(map(str, nearest))}" if len(available) > 1 and nearest else ""
    return f"{spec.location}: no such release ({available_text}{nearest_text})"


def _lazy_release(spec: PackageSpec, version: Version, folder: Path, archive: Path | None) -> Release:
    location = f"{PYPI_PREFIX}{spec.package}=={version}"
    load = partial(_release_from_archive, replace(spec, location=location), version, folder, archive)
    return LazyRelease.of(str(version), location, spec.package, load)


def _release_from_archive(spec: PackageSpec, version: Version, folder: Path, archive: Path | None) -> Release:
    """Return one release from its archive; download the archive if it is not there."""
    archive = archive or _download_version(spec, version, folder)
    try:
        release = archive_release(archive)
    except SourceError as error:
        raise SourceError(f"{error} (remove {archive} to download it again)") from None
    if release is None:
        raise SourceError(f"{spec.location}: no {MODEL_FILENAME} in {archive.name} (is it a package with models?)")
    if not _is_of_package(release.package, spec.package) or not _is_version(release.name, version):
        found = f"{archive.name} holds {release.package} {release.name}"
        raise SourceError(f"{spec.location}: {found} (remove {archive} to download it again)")
    return replace(release, name=str(version), package=spec.package)


def _is_of_package(name: str, package: str) -> bool:
    from packaging.utils import canonicalize_name

    return canonicalize_name(name) == package


def _is_version(text: str, version: Version) -> bool:
    """Return whether a text is a spelling of `version`."""
    from packaging.version import InvalidVersion, Version

    try:
        return Version(text) == version
    except InvalidVersion:
        return False


def _download_version(spec: PackageSpec, version: Version, folder: Path) -> Path:
    _LOG.info("downloading %s %s", spec.package, version)
    try:
        return pip.download_archive(spec.package, version, folder, spec.location)
    except pip.NotInIndexError:
        available = _available_versions(spec)
        if version in available:  # but no archive of it fits this machine
            raise
        raise SourceError(_no_version_message(spec, available)) from None


def _available_versions(spec: PackageSpec) -> tuple[Version, ...]:
    return pip.list_versions(spec.package, spec.location, prereleases=spec.allows_prereleases)


def _cached_archives(spec: PackageSpec, folder: Path) -> dict[Version, Path]:
    """Return the archives in the cache folder by version. Wheels take precedence over sdists."""
    archives: dict[Version, Path] = {}
    try:
        paths = sorted(folder.iterdir(), key=lambda path: (path.name.endswith(".whl"), path.name))
    except OSError as error:
        raise SourceError(f"{folder}: {error_reason(error)}") from None
    for path in paths:
        version = pip.version_from_filename(path.name, spec.package)
        if version is not None and path.name.endswith(ZIP_SUFFIXES + TAR_SUFFIXES):
            archives[version] = path
    return archives
