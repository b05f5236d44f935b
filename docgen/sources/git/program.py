"""Runs the user's git on a repository that anyone may have made.

Only git commands that read refs and objects run, without hooks, filters, replacements or fetching missing objects. No
name in a repository becomes an argument, and no program that a repository names is started.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from errno import ENOENT
from queue import Empty, SimpleQueue
from threading import Thread

from docgen.errors import SourceError
from docgen.sources.bound_program import bound_command
from docgen.workers import peer_timeout

DEFAULT_TIMEOUT = 120.0
"""Seconds that a server may be silent."""

MAX_MESSAGE_BYTES = 64 << 10
"""The most bytes kept of git's output."""

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
    command = ["git", *SAFE_OPTIONS, *arguments]
    try:
        result = (
            _run_with_progress(command, location)
            if network
            else subprocess.run(  # noqa: S603 - fixed arguments, a folder
                command, capture_output=True, check=False, stdin=subprocess.DEVNULL, env=git_environment(network=False)
            )
        )
    except OSError as error:
        raise SourceError(f"git: {error.strerror} (install git)") from None
    except ValueError:
        raise SourceError(f"{location}: not a path") from None
    if result.returncode:
        lines = result.stderr.decode("utf-8", "replace").strip().splitlines() or ["failed without a message"]
        message = next((line for line in lines if line.startswith("fatal: ")), lines[0]).removeprefix("fatal: ")
        raise SourceError(without_password(f"{location}: git: {message}{_way_out(lines)}"))
    return result.stdout


def _run_with_progress(command: list[str], location: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command that prints its progress to stderr; end it if it prints nothing for longer than the timeout.

    If docgen is killed, git ends as well.
    """
    limit = peer_timeout(DEFAULT_TIMEOUT)
    if shutil.which(command[0]) is None:
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT))
    with subprocess.Popen(  # noqa: S603 - fixed arguments, a folder, an address after `--`
        bound_command(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=git_environment(network=True),
    ) as process:
        assert process.stderr is not None  # noqa: S101 - a pipe, for mypy
        chunks: SimpleQueue[bytes] = SimpleQueue()
        Thread(target=_read_chunks, args=(process.stderr.fileno(), chunks), daemon=True).start()
        printed = b""
        try:
            while chunk := chunks.get(timeout=limit):
                printed = (printed + chunk)[-MAX_MESSAGE_BYTES:]
        except Empty:
            raise SourceError(
                without_password(f"{location}: git: no answer for {limit:g} s (--timeout SECONDS allows more)")
            ) from None
        finally:
            if process.poll() is None and sys.exc_info()[0] is not None:
                process.terminate()  # git removes its unfinished files
        return subprocess.CompletedProcess(command, process.wait(), b"", printed.replace(b"\r", b"\n"))


def _read_chunks(descriptor: int, chunks: SimpleQueue[bytes]) -> None:
    while chunk := os.read(descriptor, 1 << 16):
        chunks.put(chunk)
    chunks.put(b"")


def without_password(text: str) -> str:
    """Return a text without the passwords and tokens of the addresses in it."""
    return _CREDENTIALS.sub(r"\1", text)


def _way_out(lines: list[str]) -> str:
    """Return the command that git suggests for a repository of another owner, in parentheses; empty if none."""
    command = next((line.strip() for line in lines if line.strip().startswith("git config --global --add safe.")), "")
    return f" (if you trust it: {command})" if command else ""


_CREDENTIALS = re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^/@\s]*@")


def git_environment(*, network: bool) -> dict[str, str]:
    """Return environment variables for git: no prompts, no replaced objects, no programs named by the repository."""
    kept = {name: value for name, value in os.environ.items() if name not in _REPOSITORY_VARIABLES}
    if "GIT_QUARANTINE_PATH" in os.environ:  # in a hook, the objects of a push are not in the repository yet
        kept |= {name: os.environ[name] for name in ("GIT_OBJECT_DIRECTORY",) if name in os.environ}
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
