"""Runs pip, and stops it before it starts a program of a package.

pip gets the metadata of an sdist by running it (setup.py, or the build backend of pyproject.toml), even if it only
downloads it. By then it has the archive and has verified its hash, which is all that docgen needs. pip starts such
programs as processes, which Python reports to audit hooks, so the hook here stops pip at that point.

`docgen.sources.pypi.pip` runs this file as a script: `python -P pip_guard.py PARENT REPORT ARGUMENT...`. It imports
nothing from docgen, and ends with the process PARENT. If pip is stopped, REPORT gets the program that pip tried to run
and the archive that it read last.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import threading
import time

STOPPED_EXIT_CODE = 86
"""The exit code if pip was stopped. pip's own exit codes are at most 23."""

_ARCHIVE_SUFFIXES = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")

_HARMLESS_PROGRAMS = ("keyring", "lsb_release", "rustc", "uname")
"""System programs that pip runs, for passwords and for its User-Agent."""

_PROCESS_EVENTS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "os.fork")


class _AuditHook:
    """Stops pip when it starts a program, and records the archive that it read last."""

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
        """Record an archive that is opened for reading."""
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


def _end_with(parent: int) -> None:
    """End this process when its parent is dead: a killed parent cannot end it."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with, args=(int(sys.argv[1]),), daemon=True).start()
    sys.addaudithook(_AuditHook(sys.argv[2]))
    sys.argv[:3] = ["pip"]
    runpy.run_module("pip", run_name="__main__", alter_sys=True)
