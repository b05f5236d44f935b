"""`docgen serve`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from docgen.cli.common import add_command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from docgen.cli.common import Commands

DEFAULT_PORT = 8000


def add_serve_command(commands: Commands) -> None:
    """Declare the command."""
    serve = add_command(commands, "serve", _run_serve, "show a site in a browser, and again whenever it changes", "")
    serve.add_argument("folder", metavar="DIR", nargs="?", default="output", help="the site (default: output)")
    serve.add_argument("--port", metavar="N", type=int, default=DEFAULT_PORT, help="0 takes any (default: %(default)s)")
    serve.add_argument(
        "--build",
        metavar="...",
        nargs=argparse.REMAINDER,
        help="build DIR first, and again when templates or models change; what follows are options of docgen build",
    )


def _run_serve(options: argparse.Namespace) -> int:
    from functools import partial
    from pathlib import Path
    from threading import Thread

    from docgen.site.file_watcher import file_states, manifest_path, watch_files
    from docgen.site.preview import PreviewServer

    folder = Path(options.folder)
    builder = None if options.build is None else [*options.build, "--output", str(folder)]
    inputs = _build_inputs(builder) if builder is not None else []
    before = file_states(inputs)  # what changes while the first build runs is built as well
    if builder is not None and not _build_in_subprocess(builder) and not folder.is_dir():
        return 2
    with PreviewServer(folder, options.port) as server:
        pages = [manifest_path(folder)]
        Thread(
            target=watch_files, args=(pages, file_states(pages), server.reload_pages, server.stopped), daemon=True
        ).start()
        if builder is not None:
            again = partial(_build_in_subprocess, builder)
            Thread(target=watch_files, args=(inputs, before, again, server.stopped), daemon=True).start()
        print(f"{folder}: {server.url} (stop with Ctrl-C)", flush=True)
        server.serve_forever()
    return 0


def _build_in_subprocess(arguments: Sequence[str]) -> bool:
    """Build in a process of its own, which sees templates as they are now; what is wrong is said, and waited out."""
    import subprocess

    return subprocess.run([sys.executable, "-m", "docgen", "build", *arguments], check=False).returncode == 0  # noqa: S603


def _build_inputs(arguments: Sequence[str]) -> list[Path]:
    """What a build is made from: the templates, and the source if it lies on this disk."""
    from pathlib import Path

    from docgen.cli import make_parser
    from docgen.resources import data_folder

    options = make_parser().parse_args(["build", *arguments])
    named = [getattr(options, name, None) for name in ("source", "templates", "history")]
    defaults = [data_folder("templates"), data_folder("models")]
    return [Path(str(place)) for place in (*defaults, *filter(None, named))]
