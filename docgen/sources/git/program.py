"""The user's git, run on a repository that anyone may have made: what it prints, and no program that is named in there.

Of git's commands only those run that read refs and objects, without hooks, filters, replacements or fetching what is
missing, and no name in a repository becomes an argument.
"""

from __future__ import annotations

import os
import subprocess

from docgen.errors import SourceError

SAFE_OPTIONS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never")
"""Words that keep git from running what a repository names."""


def run_git(location: str, *arguments: str, network: bool = False) -> bytes:
    """What git prints; raises `SourceError` with what it complains of."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, a folder, an address behind `--`
            ["git", *SAFE_OPTIONS, *arguments],  # noqa: S607 - the user's git, wherever it is
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=git_environment(network=network),
        )
    except OSError as error:
        raise SourceError(f"git: {error.strerror} (install git)") from None
    except ValueError:
        raise SourceError(f"{location}: not a path") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["failed without a word"]
        last = next((line for line in said if line.startswith("fatal: ")), said[0])
        raise SourceError(f"{location}: git: {last.removeprefix('fatal: ')}")
    return done.stdout


def git_environment(*, network: bool) -> dict[str, str]:
    """Git's environment: no questions, no replaced objects, nothing fetched by a program that the repository names."""
    kept = {name: value for name, value in os.environ.items() if name not in _REPOSITORY_VARIABLES}
    return {
        **kept,
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        **({} if network else {"GIT_ALLOW_PROTOCOL": "none"}),
    }


_REPOSITORY_VARIABLES = frozenset(
    ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE")
)
"""What a hook's environment says of another repository than ours."""
