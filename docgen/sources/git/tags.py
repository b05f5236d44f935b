"""The tags of a git repository that are releases, and the model files below each."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import partial
from typing import NamedTuple

from docgen.errors import SourceError
from docgen.sources.git.objects import FILE, TREE, Entry, GitBlob, objects_of
from docgen.sources.git.program import run_git
from docgen.sources.git.spec import PREFIX, Spec
from docgen.sources.release import (
    MODEL,
    Later,
    LaterSummaries,
    ModelFile,
    Release,
    collect,
    in_order,
    is_name,
    is_release,
)
from docgen.sources.release_words import changes_summaries

_LOG = logging.getLogger(__name__)
_USUAL = (("botocore", "data"), ("awscli", "botocore", "data"))
_VERSION = re.compile(r"[vV]?([0-9]+(?:\.[0-9]+)*(?:[A-Za-z0-9.+-]*))")
_FORMAT = "%(refname)%00%(objecttype)%00%(objectname)%00%(tree)%00%(committerdate:unix)"
_PEELED = "%(*objecttype)%00%(*objectname)%00%(*tree)%00%(*committerdate:unix)"


class Tag(NamedTuple):
    """A commit that is a release: its name, what the user calls it, its id, its tree, its day."""

    release: str
    rev: str
    commit: str
    tree: str
    date: str | None


class Listing:
    """The tags of a repository, and the model files below each; what is the same in two of them is found once."""

    def __init__(self, spec: Spec, directory: str) -> None:
        self.spec = spec
        self.directory = directory
        self.objects = objects_of(directory)
        self.order: list[tuple[str, str, str]] = []
        self.files: dict[str, tuple[ModelFile, ...]] = {}
        self.folders: dict[str, tuple[str, str] | None] = {}
        self.seen: dict[bytes, list[Entry]] = {}
        self.inside: dict[bytes, list[Entry]] = {}
        self.model_files: dict[Entry, tuple[ModelFile, ...]] = {}
        self.ahead = 1

    # --- releases ---

    def tags(self) -> list[Tag]:
        """The tags that are releases: versions, or what the user's pattern chooses."""
        wanted = "for-each-ref", f"--format={_FORMAT}%00{_PEELED}", "refs/tags"
        lines = run_git(self.spec.place, "--git-dir", self.directory, *wanted)
        found: dict[str, Tag] = {}
        for line in lines.decode("utf-8", "surrogateescape").split("\n")[:-1]:  # a name may hold other line ends
            name, *fields = line.split("\0")
            kind, *said = fields[:4] if fields[0] == "commit" else fields[4:8]
            rev = name.removeprefix("refs/tags/")
            release = self.called(rev)
            if not release or (release in found and rev != release):
                continue
            if kind not in ("commit", "tag"):
                self.objects.blob(name, rev, fields[0])  # a damaged commit may look like a file
                continue
            commit = self.objects.commit(name) if kind == "tag" else said  # some gits look only behind one tag
            if commit is not None:
                oid, tree, seconds = commit
                found[release] = Tag(release, rev, oid, tree, _day(seconds))
        return list(found.values())

    def called(self, rev: str) -> str:
        """The release that a tag names; empty if none."""
        match = _VERSION.fullmatch(rev)
        if self.spec.tags and not fnmatchcase(rev, self.spec.tags):
            return ""
        if match and is_release(match[1]) and (self.spec.tags or _is_version(match[1])):
            return match[1]
        return rev if self.spec.tags and is_release(rev) else ""

    def revision(self, rev: str) -> Tag:
        """One revision, by any name that git knows."""
        for tag in (f"refs/tags/{rev}", f"refs/tags/v{rev}", rev):
            if rev.startswith("-"):
                break
            found = self.objects.commit(tag)
            if found is not None:
                commit, tree, seconds = found
                name = self.called(rev) or (rev if is_release(rev) else commit[:12])
                return Tag(name, rev, commit, tree, _day(seconds))
        newest = in_order(Release(tag.release, "") for tag in self.tags())[-1:]
        hint = f" (newest tag: {newest[0].name}; `git fetch --tags` brings those of elsewhere)" if newest else ""
        raise SourceError(f"{self.spec.place}: no revision {rev!r}{hint}")

    def release(self, tag: Tag) -> Release:
        """A release; its files are looked up when they are asked for."""
        place = f"{self.spec.repository}@{tag.rev}"
        path, tree = self.data(tag.tree) or ("", "")
        if tree:
            self.order.append((tree, place, path))
        parent = path.rpartition("/")[0].rpartition("/")[2] if path.endswith("data") else ""
        return Release(
            name=tag.release,
            place=f"{PREFIX}{place}",
            date=tag.date,
            package=parent if is_name(parent) else "",
            summaries=self.summaries(tag, place),
            files=Later(partial(self.files_of, tree, place, path)) if tree else (),
            identity=tag.commit,
        )

    def summaries(self, tag: Tag, place: str) -> LaterSummaries | None:
        """What `.changes/<release>.json` says, read when it is asked for; None where there is no such folder.

        A file that is not as it should be is told of, and then nobody knows: what lies in a repository stays there.
        """
        changes = self.objects.find(tag.tree, ".changes", TREE)
        if changes is None:
            return None

        def look() -> dict[str, str] | None:
            oid = self.objects.find(changes, f"{tag.release}.json", FILE)
            where = f"{place}:.changes/{tag.release}.json"
            data = self.objects.blob(oid, where) if oid else b"[]"
            try:
                return changes_summaries(data, where)
            except SourceError as error:
                _LOG.warning("%s (the release is taken without its own words)", error)
                return None

        return LaterSummaries(look)

    # --- where models lie ---

    def warm(self, tags: Sequence[Tag]) -> None:
        """Read the folders in which all tags are looked at first, many at a time."""
        self.objects.warm(tag.tree for tag in tags)
        for parts in (tuple(filter(None, self.spec.folder.split("/"))),) if self.spec.folder else _USUAL:
            level = [tag.tree for tag in tags]
            for name in parts[:-1]:
                inner = (self.objects.find(oid, name, TREE) for oid in level)
                level = [oid for oid in inner if oid is not None]
                self.objects.warm(level)

    def data(self, root: str) -> tuple[str, str] | None:
        """The folder with the services below a commit's tree: its path and its id; None if there is none."""
        if root not in self.folders:
            self.folders[root] = self.find_data(root)
        return self.folders[root]

    def find_data(self, root: str) -> tuple[str, str] | None:
        """The same, looked for; raises `SourceError` where there are several."""
        if self.spec.folder:
            oid = self.walk(root, self.spec.folder.split("/"))
            return None if oid is None else (self.spec.folder, oid)
        for parts in _USUAL:
            oid = self.walk(root, parts)
            if oid is not None:
                return "/".join(parts), oid
        found = [(path, oid) for path, oid in self.candidates(root) if self.has_models(oid)]
        if len(found) > 1:
            names = " and ".join(path or "the root" for path, _ in found[:2])
            raise SourceError(f"{self.spec.place}: models in {names} (choose: {self.spec.place}#subdirectory=FOLDER)")
        return found[0] if found else None

    def walk(self, oid: str | None, parts: Iterable[str]) -> str | None:
        """The folder that a path leads to; None if there is none."""
        for name in parts:
            oid = None if oid is None else self.objects.find(oid, name, TREE)
        return oid

    def candidates(self, root: str) -> Iterator[tuple[str, str]]:
        """Where models may lie: the root, and folders called data or models up to three levels down."""
        yield "", root
        level = [("", root)]
        for _ in range(3):
            inner = [
                (f"{path}/{name.decode()}".lstrip("/"), inside.hex())
                for path, oid in level
                for name, inside in self.objects.folders(self.objects.tree(oid))
            ]
            yield from ((path, oid) for path, oid in inner if path.rpartition("/")[2] in ("data", "models"))
            level = inner[:1000]

    def has_models(self, data: str) -> bool:
        """Whether any `<service>/<API version>/` in a folder has a model; looks no further than it must."""
        for _, service in self.objects.folders(self.objects.tree(data)):
            for _, version in self.objects.folders(self.objects.tree(service.hex())):
                if any(self.objects.find(version.hex(), name, FILE) for name in (MODEL, f"{MODEL}.gz")):
                    return True
        return False

    def with_models(self, releases: Sequence[Release]) -> tuple[Release, ...]:
        """The releases from the first one with models on: the oldest of botocore keep theirs in another layout."""
        start = next((at for at, release in enumerate(releases) if release.files), len(releases))
        self.ahead = 1
        return tuple(releases[start:])

    # --- model files ---

    def files_of(self, data: str, place: str, path: str) -> tuple[ModelFile, ...]:
        """The model files of a release. Who asks for many is served ahead: each time twice as many, at once."""
        if data not in self.files:
            at = self.order.index((data, place, path))
            wanted = [each for each in self.order[at : at + self.ahead] if each[0] not in self.files]
            self.ahead *= 2
            self.look(wanted)
        return self.files[data]

    def look(self, wanted: Sequence[tuple[str, str, str]]) -> None:
        """Find the model files of several releases: level by level, each folder once."""
        trees: dict[str, tuple[str, str]] = {}
        for data, place, path in wanted:
            trees.setdefault(data, (place, path))
        services = {data: self.objects.folders(raw) for data, raw in self.objects.trees(trees)}
        missing = {oid for found in services.values() for _, oid in found} - self.seen.keys()
        for oid, raw in self.objects.trees(each.hex() for each in missing):
            self.seen[bytes.fromhex(oid)] = self.objects.folders(raw)
        inner = {oid for each in missing for _, oid in self.seen[each]} - self.inside.keys()
        for oid, raw in self.objects.trees(each.hex() for each in inner):
            self.inside[bytes.fromhex(oid)] = self.objects.files(raw)
        for data, found in services.items():
            place, path = trees[data]
            where = f"{place}:{path}/" if path else f"{place}:"
            self.files[data] = tuple(file for service in sorted(found) for file in self.of_service(service, where))

    def of_service(self, service: Entry, where: str) -> tuple[ModelFile, ...]:
        """The model files of one service's folder, sorted by API version."""
        if service not in self.model_files:
            name, folder = service[0].decode(), service[1]
            self.model_files[service] = collect(
                (name, version.decode(), file.decode(), self.file(oid, where, name, version.decode(), file.decode()))
                for version, inside in self.seen[folder]
                for file, oid in self.inside[inside]
            )
        return self.model_files[service]

    def file(self, oid: bytes, where: str, *names: str) -> GitBlob:
        """A file of this repository."""
        return GitBlob(self.directory, oid.hex(), where + "/".join(names))


def _is_version(name: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return not Version(name).is_prerelease
    except InvalidVersion:
        return False


def _day(seconds: str) -> str | None:
    """The day of a moment in UTC; None for one that no calendar has."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None
