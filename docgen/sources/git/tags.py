"""The tags of a git repository that are releases, and the models of each."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import partial
from itertools import islice
from typing import NamedTuple

from docgen.errors import SourceError
from docgen.sources.git.objects import FILE_MODES, TREE_MODES, GitBlob, TreeEntry, null_hint, object_reader
from docgen.sources.git.program import run_git
from docgen.sources.git.project import PackageNames
from docgen.sources.git.spec import GIT_PREFIX, GitSpec
from docgen.sources.layouts import (
    DATA_FOLDERS,
    FLAT_FOLDERS,
    MODEL_FILENAMES,
    VERSIONS_FOLDER,
    collect_model_files,
    versioned_filename,
)
from docgen.sources.limits import MAX_ARCHIVE_MEMBERS
from docgen.sources.names import is_release_name
from docgen.sources.release import LazyModelFiles, LazySummaries, ModelFile, Release, sort_releases
from docgen.sources.release_metadata import parse_changes_file

_LOG = logging.getLogger(__name__)
_USUAL_DATA_PATHS = (("botocore", "data"), ("awscli", "botocore", "data"))
_VERSION_TAG = re.compile(r"[vV]?([0-9]+(?:\.[0-9]+)*(?:[A-Za-z0-9.+-]*))")
_REF_FORMAT = "%(refname)%00%(objecttype)%00%(objectname)%00%(tree)%00%(committerdate:unix)"
_PEELED_FORMAT = "%(*objecttype)%00%(*objectname)%00%(*tree)%00%(*committerdate:unix)"


class ReleaseTag(NamedTuple):
    """A commit that is a release. `rev` is the user's name for it, `date` the day of the commit."""

    release_name: str
    rev: str
    commit_oid: str
    tree_oid: str
    date: str | None


class TagReleases:
    """The tags of a repository with their models. Objects that several tags share are read once."""

    def __init__(self, spec: GitSpec, git_dir: str) -> None:
        self.spec = spec
        self.git_dir = git_dir
        self.objects = object_reader(git_dir)
        self.data_folders: list[tuple[str, str, str]] = []
        self.files_by_data_oid: dict[str, tuple[ModelFile, ...]] = {}
        self.data_folder_cache: dict[str, tuple[str, str] | None] = {}
        self.version_folders: dict[bytes, list[TreeEntry]] = {}
        self.nested_versions: set[TreeEntry] = set()
        self.version_files: dict[bytes, list[TreeEntry]] = {}
        self.files_by_service: dict[TreeEntry, tuple[ModelFile, ...]] = {}
        self.lookahead = 1
        self.package_names = PackageNames(self.objects)

    # --- releases ---

    def release_tags(self) -> list[ReleaseTag]:
        """Return the tags that are releases: versions, or those that match the user's pattern."""
        arguments = "for-each-ref", f"--format={_REF_FORMAT}%00{_PEELED_FORMAT}", "refs/tags"
        output = run_git(self.spec.location, "--git-dir", self.git_dir, *arguments)
        tags: dict[str, ReleaseTag] = {}
        for line in output.decode("utf-8", "surrogateescape").split("\n")[:-1]:  # a name may contain other line breaks
            name, *fields = line.split("\0")
            object_type, *commit_fields = fields[:4] if fields[0] == "commit" else fields[4:8]
            rev = name.removeprefix("refs/tags/")
            release = self.release_name(rev)
            if not release or (release in tags and rev != release):
                continue
            if object_type not in ("commit", "tag"):
                # Raises if it is a damaged commit that looks like a file.
                self.objects.read_object(name, rev, fields[0])
                continue
            # Some versions of git peel only one tag.
            commit = self.objects.resolve_commit(name) if object_type == "tag" else commit_fields
            if commit is not None:
                oid, tree, seconds = commit
                tags[release] = ReleaseTag(release, rev, oid, tree, _date_of_timestamp(seconds))
        return list(tags.values())

    def commits(self, by: str) -> list[ReleaseTag]:
        """Return the commits of the current branch that change models, oldest first: all, or the last of each day.

        A day (in UTC) is named `2031-04-01`. The commits of a day are named `2031-04-01.1`, `2031-04-01.2` and so on,
        so that further commits do not change names.
        """
        head = self.objects.resolve_commit("HEAD")
        newest = None if head is None else self.data_folder(head[1])
        if newest is None:
            return []
        wanted = "log", "--first-parent", "--reverse", "--format=%H%x00%T%x00%ct", "HEAD"
        lines = run_git(self.spec.location, "--git-dir", self.git_dir, *wanted).decode().splitlines()
        found: dict[str, ReleaseTag] = {}
        commits_of_day: dict[str, int] = {}
        before, day = None, ""
        for commit, tree, seconds in (line.split("\0") for line in lines):
            data = self.data_folder_at(newest[0], tree)
            day = max(day, _date_of_timestamp(seconds) or "")  # a clock may have been wrong
            content = None if data is None else (self.folders_in(data[1]), self.json_files_in(data[1]))
            if content is None or content == before or not day:
                continue
            before = content
            commits_of_day[day] = commits_of_day.get(day, 0) + 1
            name = day if by == "day" else f"{day}.{commits_of_day[day]}"
            found[name] = ReleaseTag(name, commit[:12], commit, tree, day)
        return list(found.values())

    def release_name(self, rev: str) -> str:
        """Return the name of the release that a tag marks, or an empty string."""
        match = _VERSION_TAG.fullmatch(rev)
        if self.spec.tag_pattern and not fnmatchcase(rev, self.spec.tag_pattern):
            return ""
        if match and is_release_name(match[1]) and (self.spec.tag_pattern or _is_final_version(match[1])):
            return match[1]
        return rev if self.spec.tag_pattern and is_release_name(rev) else ""

    def resolve_revision(self, rev: str) -> ReleaseTag:
        """Return the commit that `rev` names, in any form that git knows; raise `SourceError`."""
        for tag in (f"refs/tags/{rev}", f"refs/tags/v{rev}", rev):
            if rev.startswith("-"):
                break
            commit = self.objects.resolve_commit(tag)
            if commit is not None:
                oid, tree, seconds = commit
                name = self.release_name(rev) or (rev if is_release_name(rev) else oid[:12])
                return ReleaseTag(name, rev, oid, tree, _date_of_timestamp(seconds))
        newest = sort_releases(Release(tag.release_name, "") for tag in self.release_tags())[-1:]
        hint = f"newest tag: {newest[0].name}; run `git fetch --tags` for remote ones" if newest else ""
        hint = null_hint(rev) or hint
        raise SourceError(f"{self.spec.location}: no revision {rev!r}" + (f" ({hint})" if hint else ""))

    def release(self, tag: ReleaseTag) -> Release:
        """Return the release of a tag. Its files are listed when they are needed."""
        location = f"{self.spec.repository}@{tag.rev}"
        path, tree = self.data_folder(tag.tree_oid) or ("", "")
        if tree:
            self.data_folders.append((tree, location, path))
        return Release(
            name=tag.release_name,
            location=f"{GIT_PREFIX}{location}",
            date=tag.date,
            package=self.spec.package or self.package_names.find(tag.tree_oid, path, location),
            summaries=self.summaries(tag, location),
            files=LazyModelFiles(partial(self.model_files, tree, location, path)) if tree else (),
            state_id=tag.commit_oid,
        )

    def summaries(self, tag: ReleaseTag, location: str) -> LazySummaries | None:
        """Return the notes in `.changes/<release>.json`, loaded when needed, or None if there is no such folder.

        A malformed file is logged and ignored: nobody can change what is committed in a repository.
        """
        changes = self.objects.find_entry(tag.tree_oid, ".changes", TREE_MODES)
        if changes is None:
            return None

        def load() -> dict[str, str] | None:
            oid = self.objects.find_entry(changes, f"{tag.release_name}.json", FILE_MODES)
            label = f"{location}:.changes/{tag.release_name}.json"
            data = self.objects.read_object(oid, label) if oid else b"[]"
            try:
                return parse_changes_file(data, label)
            except SourceError as error:
                _LOG.warning("%s (the release is read without its notes)", error)
                return None

        return LazySummaries(load)

    # --- folders with models ---

    def prefetch(self, tags: Sequence[ReleaseTag]) -> None:
        """Read the folders that are needed first for all tags, in batches."""
        self.objects.prefetch_trees(tag.tree_oid for tag in tags)
        for parts in (tuple(filter(None, self.spec.folder.split("/"))),) if self.spec.folder else _USUAL_DATA_PATHS:
            level = [tag.tree_oid for tag in tags]
            for name in parts[:-1]:
                inner = (self.objects.find_entry(oid, name, TREE_MODES) for oid in level)
                level = [oid for oid in inner if oid is not None]
                self.objects.prefetch_trees(level)

    def data_folder(self, root_oid: str) -> tuple[str, str] | None:
        """Return the path and the id of the folder with the services in a commit's tree, or None. Cached."""
        if root_oid not in self.data_folder_cache:
            self.data_folder_cache[root_oid] = self.find_data_folder(root_oid)
        return self.data_folder_cache[root_oid]

    def data_folder_at(self, path: str, root_oid: str) -> tuple[str, str] | None:
        """Return the same as `data_folder`, with a fast path for models in the folder `path`."""
        oid = self.find_folder(root_oid, filter(None, path.split("/")))
        if oid is not None and self.has_models(oid):
            self.data_folder_cache[root_oid] = (path, oid)
        return self.data_folder(root_oid)

    def find_data_folder(self, root_oid: str) -> tuple[str, str] | None:
        """Find the folder with the services; raise `SourceError` if there are several."""
        if self.spec.folder:
            oid = self.find_folder(root_oid, self.spec.folder.split("/"))
            return None if oid is None else (self.spec.folder, oid)
        for parts in _USUAL_DATA_PATHS:
            oid = self.find_folder(root_oid, parts)
            if oid is not None:
                return "/".join(parts), oid
        candidates = dict(self.candidate_folders(root_oid))
        found = [each for each in candidates.items() if self.has_models(each[1])]
        found = found or [each for each in candidates.items() if self.flat_models(each[1], each[0], self.spec.location)]
        if len(found) > 1:
            names = " and ".join(path or "the root" for path, _ in found[:2])
            raise SourceError(
                f"{self.spec.location}: models in {names} (choose: {self.spec.location}#subdirectory=FOLDER)"
            )
        return found[0] if found else None

    def find_folder(self, oid: str | None, parts: Iterable[str]) -> str | None:
        """Return the id of the folder at a path, or None."""
        for name in parts:
            oid = None if oid is None else self.objects.find_entry(oid, name, TREE_MODES)
        return oid

    def candidate_folders(self, root_oid: str) -> Iterator[tuple[str, str]]:
        """Yield folders that may have models: the root, and folders with certain names up to three levels down."""
        yield "", root_oid
        candidate_names = {*DATA_FOLDERS, *FLAT_FOLDERS}
        level = [("", root_oid)]
        for _ in range(3):
            inner = (
                (f"{path}/{name.decode()}".lstrip("/"), child_oid.hex())
                for path, oid in level
                for name, child_oid in self.objects.folder_entries(self.objects.read_tree(oid))
            )
            children = list(islice(inner, MAX_ARCHIVE_MEMBERS))
            yield from ((path, oid) for path, oid in children if path.rpartition("/")[2] in candidate_names)
            level = children[:1000]

    def has_models(self, data_oid: str) -> bool:
        """Return whether any `<service>/<API version>/` in a folder has a model. Stops at the first one."""
        looked_at = 0
        without_models: set[bytes] = set()
        for service, service_oid in self.folders_in(data_oid):
            for version, version_oid in self.folders_in(service_oid.hex()):
                looked_at += 1
                if looked_at > MAX_ARCHIVE_MEMBERS:
                    raise self.too_many_files_error()
                if version_oid not in without_models:
                    if any(self.objects.find_entry(version_oid.hex(), name, FILE_MODES) for name in MODEL_FILENAMES):
                        return True
                    without_models.add(version_oid)
                if version == VERSIONS_FOLDER.encode() and self.has_versions(service.decode(), version_oid.hex()):
                    return True
        return False

    def has_versions(self, service: str, versions_oid: str) -> bool:
        """Return the same for the layout of aws/api-models-aws, where a folder has all versions of a service."""
        names = ((versioned_filename(service, name.decode()), oid) for name, oid in self.folders_in(versions_oid))
        return any(self.objects.find_entry(oid.hex(), name, FILE_MODES) for name, oid in names)

    def flat_models(self, tree_oid: str, path: str, location: str) -> tuple[ModelFile, ...]:
        """Return the Smithy models in a flat folder."""
        prefix = f"{location}:{path}/" if path else f"{location}:"
        entries = self.json_files_in(tree_oid)
        if len(entries) > MAX_ARCHIVE_MEMBERS:
            raise self.too_many_files_error()
        files = {name.decode(): self.blob(oid, prefix, name.decode()) for name, oid in entries}
        return collect_model_files((), files)

    def folders_in(self, tree_oid: str) -> list[TreeEntry]:
        """Return the folders in a folder."""
        return self.objects.folder_entries(self.objects.read_tree(tree_oid))

    def json_files_in(self, tree_oid: str) -> list[TreeEntry]:
        """Return the JSON files in a folder."""
        return self.objects.json_file_entries(self.objects.read_tree(tree_oid))

    def from_first_with_models(self, releases: Sequence[Release]) -> tuple[Release, ...]:
        """Drop the oldest releases, up to the first one with models: botocore's first ones had another layout."""
        start = next((index for index, release in enumerate(releases) if release.files), len(releases))
        self.lookahead = 1
        return tuple(releases[start:])

    # --- model files ---

    def model_files(self, data_oid: str, location: str, path: str) -> tuple[ModelFile, ...]:
        """Return the models of a release. Each call looks further ahead, to send requests in larger batches."""
        if data_oid not in self.files_by_data_oid:
            start = self.data_folders.index((data_oid, location, path))
            missing = [
                folder
                for folder in self.data_folders[start : start + self.lookahead]
                if folder[0] not in self.files_by_data_oid
            ]
            self.lookahead *= 2
            self.load_model_files(missing)
        return self.files_by_data_oid[data_oid]

    def load_model_files(self, data_folders: Sequence[tuple[str, str, str]]) -> None:
        """List the models of several releases: level by level, each folder once."""
        trees: dict[str, tuple[str, str]] = {}
        for data, place, path in data_folders:
            trees.setdefault(data, (place, path))
        services = {data: self.objects.folder_entries(raw) for data, raw in self.objects.read_trees(trees)}
        missing = {oid for found in services.values() for _, oid in found} - self.version_folders.keys()
        for oid, raw in self.objects.read_trees(each.hex() for each in missing):
            self.version_folders[bytes.fromhex(oid)] = self.objects.folder_entries(raw)
        self.open_versions_folders(missing)
        inner = {oid for each in missing for _, oid in self.version_folders[each]} - self.version_files.keys()
        for oid, raw in self.objects.read_trees(each.hex() for each in inner):
            self.version_files[bytes.fromhex(oid)] = self.objects.json_file_entries(raw)
        for data, found in services.items():
            self.check_file_count(found)
            place, path = trees[data]
            where = f"{place}:{path}/" if path else f"{place}:"
            files = [file for service in sorted(found) for file in self.service_model_files(service, where)]
            # The folder of a Smithy model may differ in name from its service.
            files.sort(key=lambda file: (file.service, file.api_version))
            self.files_by_data_oid[data] = tuple(files) or self.flat_models(data, path, place)

    def check_file_count(self, services: Iterable[TreeEntry]) -> None:
        """Raise `SourceError` if a release has too many files. A few small folders can contain each other often."""
        count = 0
        for _, folder in services:
            for _, inside in self.version_folders[folder]:
                count += 1 + len(self.version_files[inside])
                if count > MAX_ARCHIVE_MEMBERS:
                    raise self.too_many_files_error()

    def too_many_files_error(self) -> SourceError:
        """Return the error for a release with too many files and folders."""
        return SourceError(f"{self.spec.location}: more than {MAX_ARCHIVE_MEMBERS} files, too many for a release")

    def open_versions_folders(self, services: Iterable[bytes]) -> None:
        """Replace the one folder that contains all versions of a service, if it exists, by these versions."""
        name = VERSIONS_FOLDER.encode()
        nested = {oid for each in services for version, oid in self.version_folders[each] if version == name}
        trees = self.objects.read_trees(oid.hex() for oid in nested)
        below = {bytes.fromhex(oid): self.objects.folder_entries(raw) for oid, raw in trees}
        for each in services if below else ():
            folders = self.version_folders[each]
            inside = {entry for version, oid in folders if version == name for entry in below[oid]}
            self.nested_versions |= inside
            self.version_folders[each] = [*(entry for entry in folders if entry[0] != name), *sorted(inside)]

    def service_model_files(self, service: TreeEntry, prefix: str) -> tuple[ModelFile, ...]:
        """Return the models in the folder of one service, sorted by API version."""
        if service not in self.files_by_service:
            name, folder = service[0].decode(), service[1]
            self.files_by_service[service] = collect_model_files(
                (name, version.decode(), file.decode(), self.blob(oid, prefix, *path, file.decode()))
                for version, inside in self.version_folders[folder]
                for path in [(name, *self.versions_path((version, inside)), version.decode())]
                for file, oid in self.version_files[inside]
            )
        return self.files_by_service[service]

    def versions_path(self, version: TreeEntry) -> tuple[str, ...]:
        """Return the folder between a service and a version as a tuple, empty if there is none."""
        return (VERSIONS_FOLDER,) if version in self.nested_versions else ()

    def blob(self, oid: bytes, prefix: str, *names: str) -> GitBlob:
        """Return a file of this repository."""
        return GitBlob(self.git_dir, oid.hex(), prefix + "/".join(names))


def _is_final_version(name: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return not Version(name).is_prerelease
    except InvalidVersion:
        return False


def _date_of_timestamp(seconds: str) -> str | None:
    """Return the date of a Unix time in UTC, or None if it is out of range."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None
