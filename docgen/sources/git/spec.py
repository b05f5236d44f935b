"""What a user's words name in git: a repository or its address, perhaps a revision or a folder, which tags count."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from docgen.errors import SourceError
from docgen.sources.limits import check_spec_length

GIT_PREFIX = "git:"

_REMOTE_ADDRESS = re.compile(r"[a-z][a-z0-9+]*://[^/]*/.+|[^/@:]+@[^/:]+:.+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class GitSpec:
    """What a user's words name: a repository, perhaps one revision of it, where models lie in it, which tags count."""

    location: str
    repository: str
    rev: str = ""
    folder: str = ""
    tag_pattern: str = ""

    @property
    def is_remote(self) -> bool:
        """Whether the repository is somewhere else, and a copy of it in the cache folder is read."""
        return _REMOTE_ADDRESS.fullmatch(self.repository) is not None and not os.path.isdir(self.repository)


def parse_git_spec(spec: str) -> GitSpec:
    """Take `git:PATH[@REV][#subdirectory=FOLDER&tags=PATTERN]` apart; raises `SourceError`."""
    check_spec_length(spec)
    text = spec.removeprefix(GIT_PREFIX)
    text, _, fragment = (text, "", "") if os.path.isdir(text) else text.partition("#")
    options = dict(parse_qsl(fragment, keep_blank_values=True))
    for name in options.keys() - {"subdirectory", "tags"}:
        raise SourceError(f"{spec}: unknown option {name!r} (there are subdirectory=FOLDER and tags=PATTERN)")
    repository, rev = _split_rev(text)
    folder = options.get("subdirectory", "").strip("/")
    return GitSpec(f"{GIT_PREFIX}{text}", repository, rev, folder, options.get("tags", ""))


def _split_rev(text: str) -> tuple[str, str]:
    if os.path.isdir(text):
        return text, ""
    at = text.rfind("@")
    while at > 0:
        front, rev = text[:at], text[at + 1 :]
        # `git@host:path` is no revision of `git`: what stands before the @ must be a place by itself.
        if rev and (os.path.isdir(front) or _REMOTE_ADDRESS.fullmatch(front)):
            return front, rev
        at = text.rfind("@", 0, at)
    return text, ""
