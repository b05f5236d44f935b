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

STOPPED = 86
"""The exit code where pip was ended; pip itself has none above 23."""

_ARCHIVES = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")

_HARMLESS = ("keyring", "lsb_release", "rustc", "uname")
"""What pip asks of the system: passwords, and what it is (the last two words of its User-Agent among them)."""

_STARTS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "os.fork")


class _Guard:
    def __init__(self, report: str) -> None:
        self.report = report
        self.archive = ""

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            self.note(*arguments[:2])
        elif event in _STARTS:
            program = str(arguments[1 if event == "os.spawn" else 0]) if arguments else event
            if not _is_harmless(program):
                self.end(program)

    def note(self, path: object, mode: object) -> None:
        """Remember an archive that is read."""
        if isinstance(path, (str, bytes)) and isinstance(mode, str) and "r" in mode:
            name = os.fsdecode(path)
            if name.lower().endswith(_ARCHIVES):
                self.archive = name

    def end(self, program: str) -> None:
        """End pip at once: nothing of it is cleaned up, the archive least of all."""
        said = {"program": program, "archive": os.path.abspath(self.archive) if self.archive else ""}
        with open(self.report, "w", encoding="utf-8") as stream:
            json.dump(said, stream)
        os._exit(STOPPED)


def _is_harmless(program: str) -> bool:
    name = os.path.basename(program)
    # On a system with musl instead of glibc, pip asks the loader for its version.
    return os.path.splitext(name)[0].lower() in _HARMLESS or name.startswith("ld-musl-")


if __name__ == "__main__":
    sys.addaudithook(_Guard(sys.argv[1]))
    sys.argv[:2] = ["pip"]
    runpy.run_module("pip", run_name="__main__", alter_sys=True)
