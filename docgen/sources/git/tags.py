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
from docgen.sources.git.objects import FILE_MODES, TREE_MODES, GitBlob, TreeEntry, object_reader
from docgen.sources.git.program import run_git
from docgen.sources.git.spec import GIT_PREFIX, GitSpec
from docgen.sources.release import (
    MODEL_FILENAME,
    LazyModelFiles,
    LazySummaries,
    ModelFile,
    Release,
    collect_model_files,
    is_release_name,
    is_valid_name,
    sort_releases,
)
from docgen.sources.release_words import parse_changes_file

_LOG = logging.getLogger(__name__)
_USUAL_DATA_PATHS = (("botocore", "data"), ("awscli", "botocore", "data"))
_VERSION_TAG = re.compile(r"[vV]?([0-9]+(?:\.[0-9]+)*(?:[A-Za-z0-9.+-]*))")
_REF_FORMAT = "%(refname)%00%(objecttype)%00%(objectname)%00%(tree)%00%(committerdate:unix)"
_PEELED_FORMAT = "%(*objecttype)%00%(*objectname)%00%(*tree)%00%(*committerdate:unix)"


class ReleaseTag(NamedTuple):
    """A commit that is a release: its name, what the user calls it, its id, its tree, its day."""

    release_name: str
    rev: str
    commit_oid: str
    tree_oid: str
    date: str | None


class TagReleases:
    """The tags of a repository, and the model files below each; what is the same in two of them is found once."""

    def __init__(self, spec: GitSpec, git_dir: str) -> None:
        self.spec = spec
        self.git_dir = git_dir
        self.objects = object_reader(git_dir)
        self.data_folders: list[tuple[str, str, str]] = []
        self.files_by_data_oid: dict[str, tuple[ModelFile, ...]] = {}
        self.data_folder_cache: dict[str, tuple[str, str] | None] = {}
        self.version_folders: dict[bytes, list[TreeEntry]] = {}
        self.version_files: dict[bytes, list[TreeEntry]] = {}
        self.files_by_service: dict[TreeEntry, tuple[ModelFile, ...]] = {}
        self.lookahead = 1

    # --- releases ---

    def release_tags(self) -> list[ReleaseTag]:
        """The tags that are releases: versions, or what the user's pattern chooses."""
        wanted = "for-each-ref", f"--format={_REF_FORMAT}%00{_PEELED_FORMAT}", "refs/tags"
        lines = run_git(self.spec.location, "--git-dir", self.git_dir, *wanted)
        found: dict[str, ReleaseTag] = {}
        for line in lines.decode("utf-8", "surrogateescape").split("\n")[:-1]:  # a name may hold other line ends
            name, *fields = line.split("\0")
            kind, *said = fields[:4] if fields[0] == "commit" else fields[4:8]
            rev = name.removeprefix("refs/tags/")
            release = self.release_name(rev)
            if not release or (release in found and rev != release):
                continue
            if kind not in ("commit", "tag"):
                self.objects.read_object(name, rev, fields[0])  # a damaged commit may look like a file
                continue
            commit = self.objects.resolve_commit(name) if kind == "tag" else said  # some gits look only behind one tag
            if commit is not None:
                oid, tree, seconds = commit
                found[release] = ReleaseTag(release, rev, oid, tree, _date_of_timestamp(seconds))
        return list(found.values())

    def release_name(self, rev: str) -> str:
        """The release that a tag names; empty if none."""
        match = _VERSION_TAG.fullmatch(rev)
        if self.spec.tag_pattern and not fnmatchcase(rev, self.spec.tag_pattern):
            return ""
        if match and is_release_name(match[1]) and (self.spec.tag_pattern or _is_final_version(match[1])):
            return match[1]
        return rev if self.spec.tag_pattern and is_release_name(rev) else ""

    def resolve_revision(self, rev: str) -> ReleaseTag:
        """One revision, by any name that git knows."""
        for tag in (f"refs/tags/{rev}", f"refs/tags/v{rev}", rev):
            if rev.startswith("-"):
                break
            found = self.objects.resolve_commit(tag)
            if found is not None:
                commit, tree, seconds = found
                name = self.release_name(rev) or (rev if is_release_name(rev) else commit[:12])
                return ReleaseTag(name, rev, commit, tree, _date_of_timestamp(seconds))
        newest = sort_releases(Release(tag.release_name, "") for tag in self.release_tags())[-1:]
        hint = f" (newest tag: {newest[0].name}; `git fetch --tags` brings those of elsewhere)" if newest else ""
        raise SourceError(f"{self.spec.location}: no revision {rev!r}{hint}")

    def release(self, tag: ReleaseTag) -> Release:
        """A release; its files are looked up when they are asked for."""
        place = f"{self.spec.repository}@{tag.rev}"
        path, tree = self.data_folder(tag.tree_oid) or ("", "")
        if tree:
            self.data_folders.append((tree, place, path))
        parent = path.rpartition("/")[0].rpartition("/")[2] if path.endswith("data") else ""
        return Release(
            name=tag.release_name,
            location=f"{GIT_PREFIX}{place}",
            date=tag.date,
            package=parent if is_valid_name(parent) else "",
            summaries=self.summaries(tag, place),
            files=LazyModelFiles(partial(self.model_files, tree, place, path)) if tree else (),
            state_id=tag.commit_oid,
        )

    def summaries(self, tag: ReleaseTag, location: str) -> LazySummaries | None:
        """What `.changes/<release>.json` says, read when it is asked for; None where there is no such folder.

        A file that is not as it should be is told of, and then nobody knows: what lies in a repository stays there.
        """
        changes = self.objects.find_entry(tag.tree_oid, ".changes", TREE_MODES)
        if changes is None:
            return None

        def look() -> dict[str, str] | None:
            oid = self.objects.find_entry(changes, f"{tag.release_name}.json", FILE_MODES)
            where = f"{location}:.changes/{tag.release_name}.json"
            data = self.objects.read_object(oid, where) if oid else b"[]"
            try:
                return parse_changes_file(data, where)
            except SourceError as error:
                _LOG.warning("%s (the release is taken without its own words)", error)
                return None

        return LazySummaries(look)

    # --- where models lie ---

    def prefetch(self, tags: Sequence[ReleaseTag]) -> None:
        """Read the folders in which all tags are looked at first, many at a time."""
        self.objects.prefetch_trees(tag.tree_oid for tag in tags)
        for parts in (tuple(filter(None, self.spec.folder.split("/"))),) if self.spec.folder else _USUAL_DATA_PATHS:
            level = [tag.tree_oid for tag in tags]
            for name in parts[:-1]:
                inner = (self.objects.find_entry(oid, name, TREE_MODES) for oid in level)
                level = [oid for oid in inner if oid is not None]
                self.objects.prefetch_trees(level)

    def data_folder(self, root_oid: str) -> tuple[str, str] | None:
        """The folder with the services below a commit's tree: its path and its id; None if there is none."""
        if root_oid not in self.data_folder_cache:
            self.data_folder_cache[root_oid] = self.find_data_folder(root_oid)
        return self.data_folder_cache[root_oid]

    def find_data_folder(self, root_oid: str) -> tuple[str, str] | None:
        """The same, looked for; raises `SourceError` where there are several."""
        if self.spec.folder:
            oid = self.find_folder(root_oid, self.spec.folder.split("/"))
            return None if oid is None else (self.spec.folder, oid)
        for parts in _USUAL_DATA_PATHS:
            oid = self.find_folder(root_oid, parts)
            if oid is not None:
                return "/".join(parts), oid
        found = [(path, oid) for path, oid in self.candidate_folders(root_oid) if self.has_models(oid)]
        if len(found) > 1:
            names = " and ".join(path or "the root" for path, _ in found[:2])
            raise SourceError(
                f"{self.spec.location}: models in {names} (choose: {self.spec.location}#subdirectory=FOLDER)"
            )
        return found[0] if found else None

    def find_folder(self, oid: str | None, parts: Iterable[str]) -> str | None:
        """The folder that a path leads to; None if there is none."""
        for name in parts:
            oid = None if oid is None else self.objects.find_entry(oid, name, TREE_MODES)
        return oid

    def candidate_folders(self, root_oid: str) -> Iterator[tuple[str, str]]:
        """Where models may lie: the root, and folders called data or models up to three levels down."""
        yield "", root_oid
        level = [("", root_oid)]
        for _ in range(3):
            inner = [
                (f"{path}/{name.decode()}".lstrip("/"), inside.hex())
                for path, oid in level
                for name, inside in self.objects.folder_entries(self.objects.read_tree(oid))
            ]
            yield from ((path, oid) for path, oid in inner if path.rpartition("/")[2] in ("data", "models"))
            level = inner[:1000]

    def has_models(self, data_oid: str) -> bool:
        """Whether any `<service>/<API version>/` in a folder has a model; looks no further than it must."""
        for _, service in self.objects.folder_entries(self.objects.read_tree(data_oid)):
            for _, version in self.objects.folder_entries(self.objects.read_tree(service.hex())):
                if any(
                    self.objects.find_entry(version.hex(), name, FILE_MODES)
                    for name in (MODEL_FILENAME, f"{MODEL_FILENAME}.gz")
                ):
                    return True
        return False

    def from_first_with_models(self, releases: Sequence[Release]) -> tuple[Release, ...]:
        """The releases from the first one with models on: the oldest of botocore keep theirs in another layout."""
        start = next((at for at, release in enumerate(releases) if release.files), len(releases))
        self.lookahead = 1
        return tuple(releases[start:])

    # --- model files ---

    def model_files(self, data_oid: str, location: str, path: str) -> tuple[ModelFile, ...]:
        """The model files of a release. Who asks for many is served ahead: each time twice as many, at once."""
        if data_oid not in self.files_by_data_oid:
            at = self.data_folders.index((data_oid, location, path))
            wanted = [
                each for each in self.data_folders[at : at + self.lookahead] if each[0] not in self.files_by_data_oid
            ]
            self.lookahead *= 2
            self.load_model_files(wanted)
        return self.files_by_data_oid[data_oid]

    def load_model_files(self, data_folders: Sequence[tuple[str, str, str]]) -> None:
        """Find the model files of several releases: level by level, each folder once."""
        trees: dict[str, tuple[str, str]] = {}
        for data, place, path in data_folders:
            trees.setdefault(data, (place, path))
        services = {data: self.objects.folder_entries(raw) for data, raw in self.objects.read_trees(trees)}
        missing = {oid for found in services.values() for _, oid in found} - self.version_folders.keys()
        for oid, raw in self.objects.read_trees(each.hex() for each in missing):
            self.version_folders[bytes.fromhex(oid)] = self.objects.folder_entries(raw)
        inner = {oid for each in missing for _, oid in self.version_folders[each]} - self.version_files.keys()
        for oid, raw in self.objects.read_trees(each.hex() for each in inner):
            self.version_files[bytes.fromhex(oid)] = self.objects.json_file_entries(raw)
        for data, found in services.items():
            place, path = trees[data]
            where = f"{place}:{path}/" if path else f"{place}:"
            self.files_by_data_oid[data] = tuple(
                file for service in sorted(found) for file in self.service_model_files(service, where)
            )

    def service_model_files(self, service: TreeEntry, prefix: str) -> tuple[ModelFile, ...]:
        """The model files of one service's folder, sorted by API version."""
        if service not in self.files_by_service:
            name, folder = service[0].decode(), service[1]
            self.files_by_service[service] = collect_model_files(
                (name, version.decode(), file.decode(), self.blob(oid, prefix, name, version.decode(), file.decode()))
                for version, inside in self.version_folders[folder]
                for file, oid in self.version_files[inside]
            )
        return self.files_by_service[service]

    def blob(self, oid: bytes, prefix: str, *names: str) -> GitBlob:
        """A file of this repository."""
        return GitBlob(self.git_dir, oid.hex(), prefix + "/".join(names))


def _is_final_version(name: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return not Version(name).is_prerelease
    except InvalidVersion:
        return False


def _date_of_timestamp(seconds: str) -> str | None:
    """The day of a moment in UTC; None for one that no calendar has."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None
