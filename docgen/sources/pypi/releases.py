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
from docgen.sources.archives.common import TARS, ZIPS, archive_release
from docgen.sources.limits import check_spec, reason
from docgen.sources.pypi import pip
from docgen.sources.release import MODEL, LaterRelease, Release

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

PREFIX = "pypi:"

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a user's words name: a package, spelt canonically, and its versions; `exact` where that can be only one."""

    place: str
    name: str
    specifier: SpecifierSet
    exact: Version | None = None

    @property
    def pre(self) -> bool:
        """Whether pre-releases count: only where one is named, as pip has it."""
        return bool(self.specifier.prereleases)


def parse_wanted(spec: str) -> Wanted:
    """Take `pypi:NAME[SPECIFIER][@RELEASE]` apart, which is a requirement of PEP 508; raises `SourceError`."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    check_spec(spec)
    text, at, release = spec.removeprefix(PREFIX).partition("@")
    ours = f"{spec}: not a name and versions ({PREFIX}botocore==1.12.83, '{PREFIX}botocore>=1.43.60', {PREFIX}botocore)"
    try:
        found = Requirement(
            f"{text},=={release}" if at and _has_versions(text) else f"{text}{'==' * bool(at)}{release}"
        )
    except ValueError:  # InvalidRequirement, or up to packaging 22 InvalidSpecifier
        raise SourceError(ours) from None
    if found.url or found.marker or found.extras:
        raise SourceError(ours)
    return Wanted(spec, canonicalize_name(found.name), found.specifier, _exact(found.specifier, spec, ours))


def _has_versions(text: str) -> bool:
    return any(mark in text for mark in "<>=!~")


def _exact(specifier: SpecifierSet, spec: str, ours: str) -> Version | None:
    from packaging.version import InvalidVersion, Version

    for each in specifier:
        if each.operator in ("==", "===") and not each.version.endswith(".*"):
            try:
                version = Version(each.version)
            except InvalidVersion:
                raise SourceError(ours) from None
            if not specifier.contains(version, prereleases=True):
                raise SourceError(f"{spec}: no version is all of {specifier}")
            return version
    return None


def pypi_releases(wanted: Wanted) -> tuple[Release, ...]:
    """The releases that `wanted` names, oldest first; without versions, the newest. Raises `SourceError`."""
    folder = cache_folder("pypi")
    if wanted.exact is not None:
        return (_release(wanted, wanted.exact, folder, _kept(wanted, folder).get(wanted.exact)),)
    found = _fitting(wanted)
    if not str(wanted.specifier):
        found = found[-1:]
    kept = _kept(wanted, folder)
    if len(found) == 1:
        return (_release(wanted, found[0], folder, kept.get(found[0])),)
    missing = sum(version not in kept for version in found)
    if missing:
        _LOG.info("%d releases of %s, %d not fetched yet: each is when it is read", len(found), wanted.name, missing)
    return tuple(_later(wanted, version, folder, kept.get(version)) for version in found)


def _fitting(wanted: Wanted) -> list[Version]:
    there = _all(wanted)
    found = list(wanted.specifier.filter(there))
    if not found:
        raise SourceError(_none_fits(wanted, there))
    return found


def _none_fits(wanted: Wanted, there: tuple[Version, ...]) -> str:
    """That there is no such release, with what there is: all in all, and around the one that was named."""
    if not there:
        return f"{wanted.place}: no release of {wanted.name} at all"
    has = f"there are {there[0]} to {there[-1]}" if len(there) > 1 else f"there is only {there[0]}"
    exact = wanted.exact
    around: list[Version] = []
    if exact is not None:
        around = [v for v in there if v < exact][-1:] + [v for v in there if v > exact][:1]
    near = f"; next to it: {' and '.join(map(str, around))}" if len(there) > 1 and around else ""
    return f"{wanted.place}: no such release ({has}{near})"


def _later(wanted: Wanted, version: Version, folder: Path, path: Path | None) -> Release:
    place = f"{PREFIX}{wanted.name}=={version}"
    look = partial(_release, replace(wanted, place=place), version, folder, path)
    return LaterRelease.of(str(version), place, wanted.name, look)


def _release(wanted: Wanted, version: Version, folder: Path, path: Path | None) -> Release:
    """One release, from its archive at `path` or else from the index."""
    path = path or _download(wanted, version, folder)
    found = archive_release(path)
    if found is None:
        raise SourceError(f"{wanted.place}: no {MODEL} in {path.name} (is it a package that carries models?)")
    return replace(found, name=str(version), package=wanted.name)


def _download(wanted: Wanted, version: Version, folder: Path) -> Path:
    _LOG.info("fetching %s %s", wanted.name, version)
    try:
        return pip.download(wanted.name, version, folder, wanted.place)
    except pip.NotFoundError:
        there = _all(wanted)
        if version in there:  # but nothing of it that fits this machine
            raise
        raise SourceError(_none_fits(wanted, there)) from None


def _all(wanted: Wanted) -> tuple[Version, ...]:
    return pip.versions(wanted.name, wanted.place, pre=wanted.pre)


def _kept(wanted: Wanted, folder: Path) -> dict[Version, Path]:
    """The archives that are in the cache folder; a wheel before a source package."""
    found: dict[Version, Path] = {}
    try:
        paths = sorted(folder.iterdir(), key=lambda path: (path.name.endswith(".whl"), path.name))
    except OSError as error:
        raise SourceError(f"{folder}: {reason(error)}") from None
    for path in paths:
        version = pip.version_in(path.name, wanted.name)
        if version is not None and path.name.endswith(ZIPS + TARS):
            found[version] = path
    return found
