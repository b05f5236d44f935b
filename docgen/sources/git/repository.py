"""Releases in a git repository: its tags, read from the object store, never from a checkout.

A repository is data here, whoever made it: `git_program` says what git may do in it. All 2,481 tags of botocore's
repository (13,135 folders of services, 13,445 of API versions) are listed in 2 s, and in 9 s if each answer is waited
for. Git itself reads the 11,424 models (5 GB) in 17 s of CPU time; that each is what its id says takes 3 s more.

| module        | job                                        |
|---------------|--------------------------------------------|
| `git_spec`    | what the user's words name                 |
| `git_program` | git, and what it may do                    |
| `git_objects` | folders, files and commits, by id          |
| `git_tags`    | releases, and where their models lie       |
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

from docgen.errors import SourceError
from docgen.files import cache_folder
from docgen.sources.git.program import run_git
from docgen.sources.git.spec import GitSpec
from docgen.sources.git.tags import TagReleases
from docgen.sources.release import MODEL_FILENAME, Release, sort_releases


def git_releases(spec: GitSpec) -> tuple[Release, ...]:
    """The releases that `spec` names, oldest first: tags with models, or one revision; raises `SourceError`."""
    directory = _find_git_dir(spec)
    listing = TagReleases(spec, directory)
    if spec.rev:
        return (listing.release(listing.resolve_revision(spec.rev)),)
    found = listing.release_tags()
    listing.prefetch(found)
    releases = sort_releases(map(listing.release, found))
    releases = listing.from_first_with_models(releases)
    if not releases:
        what = f"{len(found)} tags, none with" if found else "no tag that is a version"
        raise SourceError(f"{spec.location}: {what} */<service>/<API version>/{MODEL_FILENAME} (name a revision: @REV)")
    return releases


def _find_git_dir(spec: GitSpec) -> str:
    """Git's own folder of the repository, which an address has in our cache; raises `SourceError`."""
    if spec.is_remote:
        return str(_updated_clone(spec))
    if not os.path.isdir(spec.repository):
        raise SourceError(f"{spec.location}: no such folder (git:PATH, git:PATH@REV, or git:URL)")
    return run_git(spec.location, "-C", spec.repository, "rev-parse", "--absolute-git-dir").decode().strip()


def _updated_clone(spec: GitSpec) -> Path:
    """Our own copy of a repository that lies elsewhere, brought up to date."""
    name = hashlib.sha256(spec.repository.encode()).hexdigest()[:16]
    folder = cache_folder("git") / name
    if folder.is_dir():
        refs = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
        run_git(spec.location, "-C", str(folder), "fetch", "--quiet", "--prune", "origin", *refs, network=True)
        return folder
    part = cache_folder("git") / f"{name}.{os.getpid()}.part"
    try:
        run_git(spec.location, "clone", "--bare", "--quiet", "--", spec.repository, str(part), network=True)
        with suppress(OSError):  # another process was faster: its copy is as good
            part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder
