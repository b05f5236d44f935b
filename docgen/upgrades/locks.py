"""The versions of boto3 and botocore that a project uses, now and in a git revision.

Locks and requirements are untrusted, because anyone may have opened the pull request: they are read within limits,
never through links, and never outside the repository. Nothing in them is run, and only version numbers are taken from
them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from docgen.errors import SourceError, UsageError
from docgen.files import open_regular, read_bounded
from docgen.history.boto3_versions import least_botocore
from docgen.requires.declared import MAX_DECLARING_BYTES, Declaration, Load, declared_in, declaring_files, decoded
from docgen.sources.folder import is_inside
from docgen.sources.git.checkout import file_at_revision, top_folder

_MAX_NAMED_FILES = 3


@dataclass(frozen=True, slots=True)
class ProjectVersions:
    """The versions in one file.

    Attributes:
        file: The file, as messages show it.
        boto3: The version of boto3, or "".
        botocore: The version of botocore, or "".
        is_exact: Whether exactly these versions are installed; otherwise they are the lowest that may be.
        is_lock: Whether the file is a lock.
    """

    file: str
    boto3: str
    botocore: str
    is_exact: bool
    is_lock: bool

    @property
    def release(self) -> str:
        """The release of botocore: the one in the file, or the lowest that its boto3 requires, or ""."""
        return self.botocore or least_botocore(self.boto3)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The versions before and after."""

    old: ProjectVersions
    new: ProjectVersions

    @property
    def title(self) -> str:
        """The versions for readers: `boto3 1.34.51 → 1.34.131`."""
        if not self.is_change:
            return f"boto3 {self.new.boto3}" if self.new.boto3 else f"botocore {self.new.release}"
        if self.old.boto3 and self.new.boto3:
            return f"boto3 {self.old.boto3} → {self.new.boto3}"
        return f"botocore {self.old.release} → {self.new.release}"

    @property
    def is_change(self) -> bool:
        """Whether the two versions differ."""
        return self.old.release != self.new.release

    @property
    def note(self) -> str:
        """A sentence about what the versions leave open, or ""."""
        if not self.new.is_exact:
            return f"{self.new.file} locks no version: its lowest versions are compared."
        if not (self.old.botocore and self.new.botocore):
            return (
                f"{self.new.file} locks boto3 only: the lowest botocore that it requires is compared, "
                f"{self.old.release} and {self.new.release}."
            )
        return ""


def upgrade_of_lock(file: Path, revision: str) -> Upgrade:
    """Return the upgrade of one lock or requirements file.

    Args:
        file: The file in a checkout.
        revision: The git revision with its earlier state.

    Raises:
        SourceError: If the file or the revision cannot be read.
        UsageError: If the file names no version, or the revision lacks it.
    """
    new = _checked(_current(file), f"{file}")
    old = _earlier(file, revision)
    if old is None:
        raise UsageError(f"{file}: not in {revision}, nothing to compare with")
    return Upgrade(_checked(old, f"{file} in {revision}"), new)


def find_upgrade(places: Sequence[Path], revision: str) -> Upgrade:
    """Find the lock or requirements file of a project that changed, and return its upgrade.

    Args:
        places: Files and folders of the project's code. Files are searched in them and in their parents, within the
            repository.
        revision: The git revision to compare with.

    Returns:
        The upgrade of the file that changed, or an upgrade without a change. Locks take precedence over other files,
        and exact versions over lowest ones.

    Raises:
        SourceError: If the revision cannot be read, or a file that differs from it and may have been upgraded.
        UsageError: If no file names a version, or several files have different upgrades.
    """
    found, problems, in_doubt = [], [], []
    for file in _candidates(places):
        try:
            found += _upgrades_of(file, revision)
        except SourceError as error:
            problems.append(error)
            in_doubt += [error] if _is_replaced(file, revision) else []
    if not found and problems:
        raise (in_doubt or problems)[0]
    if not found:
        raise UsageError(f"no lock or requirements file here names a version that {revision} has too (use --lock FILE)")
    best = max(_rank(each) for each in found)
    if in_doubt and not best[0]:
        raise in_doubt[0]
    chosen = [each for each in found if _rank(each) == best]
    kinds = {(each.old.release, each.new.release): each for each in reversed(chosen)}
    if len(kinds) > 1 and best[0]:
        files = ", ".join(sorted(f"{each.new.file} ({each.title})" for each in kinds.values())[:_MAX_NAMED_FILES])
        raise UsageError(f"several upgrades (choose one with --lock FILE): {files}")
    return chosen[0]


def _rank(upgrade: Upgrade) -> tuple[bool, bool, bool]:
    return upgrade.is_change, upgrade.new.is_lock, upgrade.new.is_exact


def _candidates(places: Iterable[Path]) -> list[Path]:
    found: dict[str, Path] = {}
    for place in places:
        for file in declaring_files(place):
            found.setdefault(os.path.join(os.path.realpath(file.parent), file.name), file)
    return list(found.values())


def _is_replaced(file: Path, revision: str) -> bool:
    """Return whether the revision has a regular file, and the checkout another one or something else in its place."""
    try:
        earlier = file_at_revision(file, revision)
        if earlier is None or file.is_symlink():
            return earlier is not None
        with open_regular(file, str(file)) as stream:
            content = earlier.read()
            return stream.read(len(content) + 1) != content
    except SourceError:  # such as a link in the revision, too
        return not file.is_symlink()


def _upgrades_of(file: Path, revision: str) -> list[Upgrade]:
    """Return the upgrade of a file, if it names known versions then and now."""
    new = _current(file)
    old = _earlier(file, revision) if new is not None and new.release else None
    return [Upgrade(old, new)] if old is not None and new is not None and old.release else []


def _current(file: Path) -> ProjectVersions | None:
    top = os.path.realpath(top_folder(file.parent))

    def load(path: Path) -> str:
        place = os.path.abspath(path)
        if os.path.realpath(place) != os.path.join(os.path.realpath(os.path.dirname(place)), os.path.basename(place)):
            raise SourceError(f"{path}: a link, which --against does not follow (give its target instead)")
        if not is_inside(os.path.realpath(place), top):
            raise SourceError(f"{path}: outside the repository")
        with open_regular(path, str(path)) as stream:
            return _text_of(read_bounded(stream, str(path), MAX_DECLARING_BYTES), str(path))

    return _versions(file, load)


def _earlier(file: Path, revision: str) -> ProjectVersions | None:
    if file_at_revision(file, revision) is None:
        return None

    def load(path: Path) -> str:
        found = file_at_revision(path, revision)
        if found is None:
            raise SourceError(f"{path}: not in {revision}")
        return _text_of(found.read(), found.location)

    try:
        return _versions(file, load)
    except SourceError as error:
        named = str(error)
        raise SourceError(named if revision in named else f"{named} (in {revision})") from None


def _text_of(data: bytes, location: str) -> str:
    try:
        return decoded(data)
    except ValueError:
        raise SourceError(f"{location}: not UTF-8") from None


def _versions(file: Path, load: Load) -> ProjectVersions | None:
    """Return the versions in a file, or None if it names none. The file must exist."""
    load(file)
    named: dict[str, Declaration] = {}
    for each in declared_in(file, load):
        if _is_public(each.lowest) and (
            each.package not in named or Version(named[each.package].lowest) < Version(each.lowest)
        ):
            named[each.package] = each
    if not named:
        return None
    boto3, botocore = (named[name].lowest if name in named else "" for name in ("boto3", "botocore"))
    first = next(iter(named.values()))
    is_lock = file.suffix == ".lock" or file.name == "Pipfile.lock"
    return ProjectVersions(first.file, boto3, botocore, all(each.locked for each in named.values()), is_lock)


def _is_public(version: str) -> bool:
    """Return whether a version may be requested: it has no local part, and is written as versions are."""
    try:
        return bool(version) and Version(version).public == version
    except InvalidVersion:
        return False


def _checked(versions: ProjectVersions | None, location: str) -> ProjectVersions:
    if versions is None:
        raise UsageError(f"{location}: names no version of boto3 or botocore")
    if not versions.release:
        raise UsageError(f"{location}: the botocore of boto3 {versions.boto3} is unknown (lock botocore too)")
    return versions
