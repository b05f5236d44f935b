"""`docgen build`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from docgen.cli.common import FORMATS, command, source
from docgen.errors import UsageError

if TYPE_CHECKING:
    from docgen.cli.common import Commands


def add(commands: Commands) -> None:
    """Declare the command."""
    build = command(commands, "build", _build, "write change notes of every release, and the reference of the newest")
    build.add_argument("--source", metavar="SRC", help="where the models come from (default: the example models)")
    build.add_argument("--output", metavar="DIR", default="output", help="folder to write to (default: output)")
    build.add_argument("--formats", metavar="F,F", default=",".join(FORMATS), help="default: %(default)s")


def _build(options: argparse.Namespace) -> int:
    from pathlib import Path

    from docgen.build import build

    formats = [name.strip() for name in options.formats.split(",") if name.strip()]
    for name in formats:
        if name not in FORMATS:
            raise UsageError(f"--formats: no format {name!r} (there are {', '.join(FORMATS)})")
    if not formats:
        raise UsageError(f"--formats: none given (there are {', '.join(FORMATS)})")
    print(build(source(options.source), Path(options.output), formats))
    return 0
