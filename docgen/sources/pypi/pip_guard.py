"""Runs pip, and stops it before it would start a program of a package.

pip asks an sdist for its metadata by running it (setup.py, or the build backend of pyproject.toml), even to download
it only. By then it has the archive and has verified its hash, which is all that docgen needs. pip starts such programs
as processes, which Python announces to audit hooks, so the hook here stops pip at that point.

`docgen.sources.pypi.pip` runs this file as a script: `python -P pip_guard.py REPORT ARGUMENT...`. It imports nothing of
docgen. If pip is stopped, REPORT names the program that it tried to run and the archive that it had read last.
"""

from __future__ import annotations

import json
import os
import runpy
import sys

STOPPED_EXIT_CODE = 86
"""The exit code if pip was stopped. Those of pip itself are at most 23."""

_ARCHIVE_SUFFIXES = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")

_HARMLESS_PROGRAMS = ("keyring", "lsb_release", "rustc", "uname")
"""Programs of the system that pip runs, for passwords and for its User-Agent."""

_PROCESS_EVENTS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "os.fork")


class _AuditHook:
    """Stops pip when it starts a program, and remembers the archive that it read last."""

    def __init__(self, report_path: str) -> None:
        self.report_path = report_path
        self.last_archive = ""

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            self.remember_archive(*arguments[:2])
        elif event in _PROCESS_EVENTS:
            program = str(arguments[1 if event == "os.spawn" else 0]) if arguments else event
            if not _is_harmless(program):
                self.stop_pip(program)

    def remember_archive(self, path: object, mode: object) -> None:
        """Remember an archive that is opened for reading."""
        if isinstance(path, (str, bytes)) and isinstance(mode, str) and "r" in mode:
            name = os.fsdecode(path)
            if name.lower().endswith(_ARCHIVE_SUFFIXES):
                self.last_archive = name

    def stop_pip(self, program: str) -> None:
        """Stop pip at once, so that it does not delete what it downloaded."""
        report = {"program": program, "archive": os.path.abspath(self.last_archive) if self.last_archive else ""}
        with open(self.report_path, "w", encoding="utf-8") as stream:
            json.dump(report, stream)
        os._exit(STOPPED_EXIT_CODE)


def _is_harmless(program: str) -> bool:
    name = os.path.basename(program)
    # On systems with musl instead of glibc, pip runs the loader to get its version.
    return os.path.splitext(name)[0].lower() in _HARMLESS_PROGRAMS or name.startswith("ld-musl-")


if __name__ == "__main__":
    sys.addaudithook(_AuditHook(sys.argv[1]))
    sys.argv[:2] = ["pip"]
    runpy.run_module("pip", run_name="__main__", alter_sys=True)
