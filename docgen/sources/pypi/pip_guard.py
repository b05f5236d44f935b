"""Runs pip, and ends it before it would start a program of a package.

pip asks a source package for its metadata by running it (setup.py, or what pyproject.toml names), even where it is
only to download it. By then it has the archive and has compared its hash, and that is all that docgen wants. pip
starts every such program as a process, which Python announces to audit hooks, so this one ends pip there.

Run by `docgen.sources.pypi.pip` as a script: `python -P guard.py REPORT ARGUMENT...`. It imports nothing of
docgen. REPORT is the file that says, where pip was ended, at which program, and which archive it had read last.
"""

from __future__ import annotations

import json
import os
import runpy
import sys

STOPPED_EXIT_CODE = 86
"""The exit code where pip was ended; pip itself has none above 23."""

_ARCHIVE_SUFFIXES = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")

_HARMLESS_PROGRAMS = ("keyring", "lsb_release", "rustc", "uname")
"""What pip asks of the system: passwords, and what it is (the last two words of its User-Agent among them)."""

_PROCESS_EVENTS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "os.fork")


class _AuditHook:
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
        """Remember an archive that is read."""
        if isinstance(path, (str, bytes)) and isinstance(mode, str) and "r" in mode:
            name = os.fsdecode(path)
            if name.lower().endswith(_ARCHIVE_SUFFIXES):
                self.last_archive = name

    def stop_pip(self, program: str) -> None:
        """End pip at once: nothing of it is cleaned up, the archive least of all."""
        said = {"program": program, "archive": os.path.abspath(self.last_archive) if self.last_archive else ""}
        with open(self.report_path, "w", encoding="utf-8") as stream:
            json.dump(said, stream)
        os._exit(STOPPED_EXIT_CODE)


def _is_harmless(program: str) -> bool:
    name = os.path.basename(program)
    # On a system with musl instead of glibc, pip asks the loader for its version.
    return os.path.splitext(name)[0].lower() in _HARMLESS_PROGRAMS or name.startswith("ld-musl-")


if __name__ == "__main__":
    sys.addaudithook(_AuditHook(sys.argv[1]))
    sys.argv[:2] = ["pip"]
    runpy.run_module("pip", run_name="__main__", alter_sys=True)
