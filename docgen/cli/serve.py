"""`docgen serve`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from docgen.cli.arguments import read_options, set_runner
from docgen.cli.output import print_text
from docgen.cli.streams import flush_stdout

if TYPE_CHECKING:
    from docgen.site.preview import PreviewServer

DEFAULT_PORT = 8000


class ServeOptions(NamedTuple):
    """The options of `docgen serve`; `build` is the options of `docgen build`, None for a site that is not built."""

    folder: Path
    port: int
    build: tuple[str, ...] | None

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> ServeOptions:
        """Make the options."""
        return read_options(cls, namespace, build=None if namespace.build is None else tuple(namespace.build))


def add_serve_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen serve`."""
    parser.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        type=Path,
        default=Path("output"),
        help="folder of the site (default: output)",
    )
    parser.add_argument(
        "--port", metavar="N", type=int, default=DEFAULT_PORT, help="port; 0 picks a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--build",
        metavar="...",
        nargs=argparse.REMAINDER,
        help="build DIR first and rebuild when templates or models change; all following arguments are options of "
        "`docgen build`",
    )
    set_runner(parser, ServeOptions.parse, run_serve)


def run_serve(options: ServeOptions) -> int:
    """Serve a site until interrupted; browsers reload when it changes, and it is built again when its inputs do."""
    from docgen.site.file_watcher import file_states, manifest_path, watch_files
    from docgen.site.preview import PreviewServer

    build = None if options.build is None else (*options.build, "--output", str(options.folder))
    inputs = [] if build is None else _build_inputs(build)
    states = file_states(inputs)  # taken now, so that what changes during the first build is built again
    if build is not None and not _build_in_subprocess(build) and not options.folder.is_dir():
        return 2
    with PreviewServer(options.folder, options.port) as server:
        manifest = [manifest_path(options.folder)]
        _start_thread(watch_files, manifest, file_states(manifest), lambda: _reload_pages(server), server.stopped)
        if build is not None:
            _start_thread(watch_files, inputs, states, lambda: _build_in_subprocess(build), server.stopped)
        print_text(f"{options.folder}: {server.url} (stop with Ctrl-C)")
        flush_stdout()
        server.serve_forever()
    return 0


def _reload_pages(server: PreviewServer) -> None:
    """Make open pages reload, unless a build is still moving its pages: it writes another manifest at its end."""
    from docgen.errors import OutputError
    from docgen.site.publish.manifest import read_manifest

    try:
        is_complete = read_manifest(server.root).complete
    except OutputError:
        is_complete = True  # the site is no longer docgen's
    if is_complete:
        server.reload_pages()


def _start_thread(target: Callable[..., object], *arguments: object) -> None:
    from threading import Thread

    Thread(target=target, args=arguments, daemon=True).start()


def _build_in_subprocess(arguments: Sequence[str]) -> bool:
    """Run `docgen build` in a new process, which sees the templates as they are now; returns whether it succeeded."""
    import subprocess

    from docgen.sources.bound_program import bound_command

    # -P: do not import docgen from the current folder, which may be a checkout of anything.
    command = [sys.executable, "-P", "-m", "docgen", "build", *arguments]
    return subprocess.run(bound_command(command), check=False).returncode == 0  # noqa: S603 - options of the user


def _build_inputs(arguments: Sequence[str]) -> list[Path]:
    """Return the files and folders that a build reads: docgen's own, and those that its options name."""
    from docgen.cli.parser import command_parser
    from docgen.resources import data_folder

    namespace = command_parser("build").parse_args(arguments)
    named = filter(None, (namespace.source, namespace.templates, namespace.history))
    return [Path(str(path)) for path in (data_folder("templates"), data_folder("models"), *named)]
