"""The tags of a git repository that are releases, and the models of each."""

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
from docgen.sources.release_metadata import parse_changes_file

_LOG = logging.getLogger(__name__)
_USUAL_DATA_PATHS = (("botocore", "data"), ("awscli", "botocore", "data"))
_VERSION_TAG = re.compile(r"[vV]?([0-9]+(?:\.[0-9]+)*(?:[A-Za-z0-9.+-]*))")
_REF_FORMAT = "%(refname)%00%(objecttype)%00%(objectname)%00%(tree)%00%(committerdate:unix)"
_PEELED_FORMAT = "%(*objecttype)%00%(*objectname)%00%(*tree)%00%(*committerdate:unix)"


class ReleaseTag(NamedTuple):
    """A commit that is a release. `rev` is what the user calls it, `date` the day of the commit."""

    release_name: str
    rev: str
    commit_oid: str
    tree_oid: str
    date: str | None


class TagReleases:
    """The tags of a repository with their models. Whatever several tags share is read once."""

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

    def release_name(self, rev: str) -> str:
        """Return the name of the release that a tag stands for, or an empty string."""
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
        hint = f" (newest tag: {newest[0].name}; run `git fetch --tags` for remote ones)" if newest else ""
        raise SourceError(f"{self.spec.location}: no revision {rev!r}{hint}")

    def release(self, tag: ReleaseTag) -> Release:
        """Return the release of a tag. Its files are listed when they are needed."""
        location = f"{self.spec.repository}@{tag.rev}"
        path, tree = self.data_folder(tag.tree_oid) or ("", "")
        if tree:
            self.data_folders.append((tree, location, path))
        parent = path.rpartition("/")[0].rpartition("/")[2] if path.endswith("data") else ""
        return Release(
            name=tag.release_name,
            location=f"{GIT_PREFIX}{location}",
            date=tag.date,
            package=parent if is_valid_name(parent) else "",
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
        """Return the path and the id of the folder with the services below a commit's tree, or None. Cached."""
        if root_oid not in self.data_folder_cache:
            self.data_folder_cache[root_oid] = self.find_data_folder(root_oid)
        return self.data_folder_cache[root_oid]

    def find_data_folder(self, root_oid: str) -> tuple[str, str] | None:
        """Find the folder with the services; raise `SourceError` if there are several."""
        if self.spec.folder:
            oid = self.find_folder(root_oid, self.spec.folder.split("/"))
            return None if oid is None else (self.spec.folder, oid)
        for parts in _USUAL_DATA_PATHS:
            oid = self.find_folder(root_oid, parts)
            if oid is not None:
                return "/".join(parts), oid
        matches = [(path, oid) for path, oid in self.candidate_folders(root_oid) if self.has_models(oid)]
        if len(matches) > 1:
            names = " and ".join(path or "the root" for path, _ in matches[:2])
            raise SourceError(
                f"{self.spec.location}: models in {names} (choose: {self.spec.location}#subdirectory=FOLDER)"
            )
        return matches[0] if matches else None

    def find_folder(self, oid: str | None, parts: Iterable[str]) -> str | None:
        """Return the id of the folder at a path, or None."""
        for name in parts:
            oid = None if oid is None else self.objects.find_entry(oid, name, TREE_MODES)
        return oid

    def candidate_folders(self, root_oid: str) -> Iterator[tuple[str, str]]:
        """Yield where models may be: the root, and folders called data or models up to three levels down."""
        yield "", root_oid
        level = [("", root_oid)]
        for _ in range(3):
            children = [
                (f"{path}/{name.decode()}".lstrip("/"), child_oid.hex())
                for path, oid in level
                for name, child_oid in self.objects.folder_entries(self.objects.read_tree(oid))
            ]
            yield from ((path, oid) for path, oid in children if path.rpartition("/")[2] in ("data", "models"))
            level = children[:1000]

    def has_models(self, data_oid: str) -> bool:
        """Return whether any `<service>/<API version>/` in a folder has a model. Stops at the first one."""
        for _, service in self.objects.folder_entries(self.objects.read_tree(data_oid)):
            for _, version in self.objects.folder_entries(self.objects.read_tree(service.hex())):
                if any(
                    self.objects.find_entry(version.hex(), name, FILE_MODES)
                    for name in (MODEL_FILENAME, f"{MODEL_FILENAME}.gz")
                ):
                    return True
        return False

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
        for data_oid, location, path in data_folders:
            trees.setdefault(data_oid, (location, path))
        services = {data_oid: self.objects.folder_entries(tree) for data_oid, tree in self.objects.read_trees(trees)}
        new_services = {oid for entries in services.values() for _, oid in entries} - self.version_folders.keys()
        for oid, tree in self.objects.read_trees(entry_oid.hex() for entry_oid in new_services):
            self.version_folders[bytes.fromhex(oid)] = self.objects.folder_entries(tree)
        new_versions = {
            oid for entry_oid in new_services for _, oid in self.version_folders[entry_oid]
        } - self.version_files.keys()
        for oid, tree in self.objects.read_trees(entry_oid.hex() for entry_oid in new_versions):
            self.version_files[bytes.fromhex(oid)] = self.objects.json_file_entries(tree)
        for data_oid, entries in services.items():
            location, path = trees[data_oid]
            prefix = f"{location}:{path}/" if path else f"{location}:"
            self.files_by_data_oid[data_oid] = tuple(
                file for service in sorted(entries) for file in self.service_model_files(service, prefix)
            )

    def service_model_files(self, service: TreeEntry, prefix: str) -> tuple[ModelFile, ...]:
        """Return the models in the folder of one service, sorted by API version."""
        if service not in self.files_by_service:
            name, folder = service[0].decode(), service[1]
            self.files_by_service[service] = collect_model_files(
                (name, version.decode(), file.decode(), self.blob(oid, prefix, name, version.decode(), file.decode()))
                for version, version_oid in self.version_folders[folder]
                for file, oid in self.version_files[version_oid]
            )
        return self.files_by_service[service]

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
