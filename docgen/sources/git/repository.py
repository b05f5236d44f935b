"""Releases in a git repository: its tags, read from the object store, never from a checkout.

A repository is untrusted data: `program` defines what git may do in it. Listing all 2,481 tags of botocore's repository
(13,135 folders of services, 13,445 of API versions) takes 2 s, and 9 s without batched requests. git itself reads the
11,424 models (5 GB) in 17 s of CPU time; verifying their ids takes 3 s more.

| module     | job                                                 |
|------------|-----------------------------------------------------|
| `spec`     | parses `git:REPOSITORY@REV`                         |
| `program`  | runs git                                            |
| `objects`  | reads folders, files and commits by id              |
| `tags`     | finds releases and the folders of their models      |
| `checkout` | reads files of a checkout as they are in a revision |
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

from docgen.errors import SourceError, error_reason
from docgen.files import cache_folder, remove_litter, write_atomically
from docgen.sources.git.program import run_git
from docgen.sources.git.spec import GitSpec
from docgen.sources.git.tags import TagReleases
from docgen.sources.release import MODEL_FILENAME, Release, sort_releases


def git_releases(spec: GitSpec) -> tuple[Release, ...]:
    """Return the releases that `spec` names, oldest first: tags with models, days, commits, or one revision.

    A repository whose tags have no models has one release for each day on which models changed. Raise `SourceError`.
    """
    git_dir = _find_git_dir(spec)
    tag_releases = TagReleases(spec, git_dir)
    if spec.rev:
        return (tag_releases.release(tag_releases.resolve_revision(spec.rev)),)
    tags = tag_releases.release_tags() if spec.releases_by in ("", "tag") else []
    tag_releases.prefetch(tags)
    releases = tag_releases.from_first_with_models(sort_releases(map(tag_releases.release, tags)))
    if not releases and not spec.tag_pattern and spec.releases_by != "tag":
        releases = tuple(map(tag_releases.release, tag_releases.commits(spec.releases_by or "day")))
    if not releases:
        what = f"{len(tags)} tags, none with" if tags else "no tag that is a version, and no commit with"
        layout = f"*/<service>/<API version>/{MODEL_FILENAME} or Smithy models"
        raise SourceError(f"{spec.location}: {what} {layout} (name a revision: @REV)")
    return releases


def _find_git_dir(spec: GitSpec) -> str:
    """Return the git directory of a repository, or of its copy in the cache folder; raise `SourceError`."""
    if spec.is_remote:
        return str(_updated_clone(spec))
    if not os.path.isdir(spec.repository):
        raise SourceError(f"{spec.location}: no such folder (git:PATH, git:PATH@REV, or git:URL)")
    return run_git(spec.location, "-C", spec.repository, "rev-parse", "--absolute-git-dir").decode().strip()


def _updated_clone(spec: GitSpec) -> Path:
    """Return docgen's copy of a remote repository, brought up to date."""
    name = hashlib.sha256(spec.repository.encode()).hexdigest()[:16]
    folder = cache_folder("git") / name
    if folder.is_dir():
        refs = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
        _reset_configuration(folder)
        command = ("fetch", "--progress", "--prune", "--no-recurse-submodules", "--", spec.repository, *refs)
        run_git(spec.location, "--git-dir", str(folder), *command, network=True)
        return folder
    remove_litter(folder.parent, "", ".part")
    partial = folder.parent / f"{name}.{os.getpid()}.part"
    try:
        run_git(spec.location, "clone", "--bare", "--progress", "--", spec.repository, str(partial), network=True)
        with suppress(OSError):  # another process was faster, and its copy is as good
            partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def _reset_configuration(folder: Path) -> None:
    """Reset the configuration of docgen's copy: git would run the programs that it names."""
    config = folder / "config"
    try:
        is_sha256 = "objectformat = sha256" in config.read_text(encoding="utf-8", errors="replace").lower()
    except OSError as error:
        raise SourceError(f"{config}: {error_reason(error)} (remove {folder})") from None
    extensions = "[extensions]\n\tobjectformat = sha256\n" if is_sha256 else ""
    text = f"[core]\n\trepositoryformatversion = {int(is_sha256)}\n\tbare = true\n{extensions}"
    write_atomically(config, [text.encode()])
