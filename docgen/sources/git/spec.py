"""Parses a git source: a repository or its address, an optional revision or folder, and the tags that are releases."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from docgen.errors import SourceError
from docgen.sources.limits import check_spec_length
from docgen.sources.names import check_name

GIT_PREFIX = "git:"

RELEASES_BY = ("tag", "commit", "day")
"""What can be a release: a tag, a commit that changes models, or the last such commit of a day."""

_OPTIONS = {
    "subdirectory": "subdirectory=FOLDER",
    "tags": "tags=PATTERN",
    "package": "package=NAME",
    "releases-by": f"releases-by={'|'.join(RELEASES_BY)}",
}
_REMOTE_ADDRESS = re.compile(r"[a-z][a-z0-9+]*://[^/]*/.+|[^/@:]+@[^/:]+:.+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class GitSpec:
    """A git source as the user typed it.

    Attributes:
        location: The source without options, for messages.
        repository: A path, or the address of a remote repository.
        rev: The one revision to read, or empty for all releases.
        folder: The folder with the models, or empty to search for it.
        tag_pattern: Only tags that match this pattern are releases; empty for all that are versions.
        package: The name of the package; empty to take it from the repository.
        releases_by: One of `RELEASES_BY`; empty for tags if any has models, and days otherwise.
    """

    location: str
    repository: str
    rev: str = ""
    folder: str = ""
    tag_pattern: str = ""
    releases_by: str = ""
    package: str = ""

    @property
    def is_remote(self) -> bool:
        """Whether the repository is remote, so that a copy of it in the cache folder is read."""
        return _REMOTE_ADDRESS.fullmatch(self.repository) is not None and not os.path.isdir(self.repository)


def with_git_option(spec: str, name: str, value: str) -> str:
    """Return the source with another option, such as `releases-by`; raise `SourceError` if it is no git repository."""
    if not spec.startswith(GIT_PREFIX):
        raise SourceError(f"{spec}: --{name} is for git repositories ({GIT_PREFIX}PATH or {GIT_PREFIX}URL)")
    return f"{spec}{'&' if '#' in spec else '#'}{urlencode({name: value})}"


def parse_git_spec(spec: str) -> GitSpec:
    """Parse `git:PATH[@REV][#subdirectory=FOLDER&tags=PATTERN&releases-by=day]`; raise `SourceError`."""
    check_spec_length(spec)
    text = spec.removeprefix(GIT_PREFIX)
    text, _, fragment = (text, "", "") if os.path.isdir(text) else text.partition("#")
    options = dict(parse_qsl(fragment, keep_blank_values=True))
    for name in sorted(options.keys() - _OPTIONS.keys()):
        raise SourceError(f"{spec}: unknown option {name!r} (use {', '.join(_OPTIONS.values())})")
    by = options.get("releases-by", "")
    if by and by not in RELEASES_BY:
        raise SourceError(f"{spec}: releases-by={by!r}, expected one of {', '.join(RELEASES_BY)}")
    repository, rev = _split_rev(text)
    folder = options.get("subdirectory", "").strip("/")
    package = options.get("package", "")
    check_name("package", package, spec)
    return GitSpec(f"{GIT_PREFIX}{text}", repository, rev, folder, options.get("tags", ""), by, package)


def _split_rev(text: str) -> tuple[str, str]:
    if os.path.isdir(text):
        return text, ""
    position = text.rfind("@")
    while position > 0:
        repository, rev = text[:position], text[position + 1 :]
        # `git@host:path` is not a revision of `git`: the part before the @ must itself be a repository.
        if rev and (os.path.isdir(repository) or _REMOTE_ADDRESS.fullmatch(repository)):
            return repository, rev
        position = text.rfind("@", 0, position)
    return text, ""
