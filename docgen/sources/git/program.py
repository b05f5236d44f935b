"""Runs the user's git on a repository that anyone may have made.

Only git commands that read refs and objects run, without hooks, filters, replacements or fetching missing objects. No
name in a repository becomes an argument, and no program that a repository names is started.
"""

from __future__ import annotations

import os
import subprocess

from docgen.errors import SourceError

SAFE_OPTIONS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never")
"""Options that keep git from running programs that a repository names."""


def run_git(location: str, *arguments: str, network: bool = False) -> bytes:
    """Run git and return what it prints to stdout.

    Args:
        location: Names the repository in messages.
        *arguments: The command and its arguments.
        network: Whether git may use the network.

    Raises:
        SourceError: With the message of git, if it fails.
    """
    try:
        result = subprocess.run(  # noqa: S603 - fixed arguments, a folder, an address after `--`
            ["git", *SAFE_OPTIONS, *arguments],  # noqa: S607 - the user's git, from PATH
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=git_environment(network=network),
        )
    except OSError as error:
        raise SourceError(f"git: {error.strerror} (install git)") from None
    except ValueError:
        raise SourceError(f"{location}: not a path") from None
    if result.returncode:
        lines = result.stderr.decode("utf-8", "replace").strip().splitlines() or ["failed without a message"]
        message = next((line for line in lines if line.startswith("fatal: ")), lines[0])
        raise SourceError(f"{location}: git: {message.removeprefix('fatal: ')}")
    return result.stdout


def git_environment(*, network: bool) -> dict[str, str]:
    """Return environment variables for git: no prompts, no replaced objects, no programs named by the repository."""
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
"""Variables that point git at another repository. Git sets them for hooks."""
