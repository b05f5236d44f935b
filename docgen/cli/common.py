"""What commands share: how one is declared, what a user's words for a source mean, printing pages."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from docgen.errors import UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    from docgen.render.page import Page
    from docgen.sources.release import Release, Source

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

PAGE_FORMATS = ("text", "markdown", "html", "json")
SEVERITIES = ("breaking", "dangerous", "safe", "docs")
SEVERITY_HELP = f"only changes from this one on: {', '.join(SEVERITIES)}"

SOURCE_HELP = """A source of models is a folder of releases (models/), a wheel or an sdist, a folder of those,
releases of a package index ("pypi:botocore>=1.43.60", fetched with pip), tags of a git repository
(git:PATH), an installed package (package:botocore), an unpacked data folder, a history.db,
a service-2.json or .json.gz, or - for standard input. SOURCE@RELEASE picks one release of several."""


def add_command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    help_: str,
    epilog: str = SOURCE_HELP,
) -> argparse.ArgumentParser:
    """Declare a command that `run` runs; its help ends with `epilog`: what a source is, if it takes one."""
    command = commands.add_parser(
        name,
        help=help_,
        description=f"{help_[0].upper()}{help_[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command


def add_format_option(parser: argparse.ArgumentParser) -> None:
    """Declare `--format`."""
    parser.add_argument("--format", choices=PAGE_FORMATS, default="text", help="default: text")


def add_parallel_options(parser: argparse.ArgumentParser) -> None:
    """Declare who works."""
    affinity = getattr(os, "sched_getaffinity", None)
    default = len(affinity(0)) if affinity else os.cpu_count() or 1
    parser.add_argument(
        "--jobs", metavar="N", type=positive_int, default=default, help="processes (default: one a CPU)"
    )
    parser.add_argument("--executor", metavar="URL", help="a cluster that works instead: dask://HOST:PORT")


@contextmanager
def open_executor(options: argparse.Namespace) -> Iterator[Executor | None]:
    """The cluster that is named, if one is. Its workers are in another folder, so what is named becomes absolute."""
    if options.executor is None:
        yield None
        return
    from docgen.cluster import dask_executor
    from docgen.locate import absolute_spec

    with dask_executor(options.executor) as made:
        for name in ("source", "history", "templates"):
            if value := getattr(options, name, None):
                setattr(options, name, absolute_spec(value))
        yield made


def add_templates_option(parser: argparse.ArgumentParser) -> None:
    """Declare `--templates`."""
    parser.add_argument("--templates", metavar="DIR", help="templates that stand in for docgen's own, file by file")


def templates_folder(options: argparse.Namespace) -> Path | None:
    """The folder of templates that is named, if one is."""
    from pathlib import Path

    from docgen.resources import check_template_folder

    return None if options.templates is None else check_template_folder(Path(options.templates))


def positive_int(text: str) -> int:
    """A number of things, for `argparse`."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1")
    return number


def absolute_url(text: str) -> str:
    """The absolute address of a site, for `argparse`; it ends with a slash."""
    from urllib.parse import urlsplit

    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError(f"{text} is not an address such as https://docs.example.com/api/")
    return text.rstrip("/") + "/"


def open_source_or_examples(spec: str | None) -> Source:
    """The source that a user names, or the example models."""
    from docgen.locate import open_source
    from docgen.resources import data_folder

    return open_source(spec if spec is not None else str(data_folder("models")))


def find_release_pair(options: argparse.Namespace) -> tuple[Release, Release]:
    """OLD and NEW; every service that was asked for is in one of them, unless they are files by themselves."""
    from docgen.locate import find_release

    if options.old == options.new == "-":
        raise UsageError("-: standard input cannot be both OLD and NEW")
    default = open_source_or_examples(options.source)
    old, new = find_release(options.old, default), find_release(options.new, default)
    check_services(options.service, (old, new))
    return old, new


def check_services(names: Iterable[str], releases: Sequence[Release]) -> None:
    """Raise `UsageError` for a service that is in none of these releases, unless one is a file by itself."""
    known = {service for release in releases for service in release.services()}
    for name in () if any(release.is_single_file for release in releases) else names:
        if name not in known:
            places = " or ".join(dict.fromkeys(release.name for release in releases))
            raise unknown_name_error(name, known, f"no service {name!r} in {places}")


def with_release_notes(release: Release, file: str | None) -> Release:
    """The release with its own words from a file, if one is given."""
    if file is None:
        return release
    from pathlib import Path

    from docgen.sources.release_metadata import apply_release_notes

    return apply_release_notes(Path(file), release)


def print_pages(pages: Iterable[Page], format_: str) -> int:
    """Print pages one after the other; returns how many there were."""
    from docgen.render.templates import render_page

    number = 0
    for number, page in enumerate(pages, start=1):
        print("\n" * (number > 1) + render_page(page, format_, standalone=True), end="")
    return number


def terminal_settings() -> tuple[int, bool]:
    """The width for text, and whether it may have colours (https://no-color.org)."""
    from shutil import get_terminal_size

    width = min(max(get_terminal_size((80, 24)).columns, 40), 120)
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not sys.stdout.isatty()
    return width, not plain


def configure_logging() -> None:
    """Have sources say what they leave out, and on a terminal also what takes them long, such as a download."""
    import logging

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("docgen: %(message)s"))
    logger = logging.getLogger("docgen")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO if sys.stderr.isatty() else logging.WARNING)


def discard_stdout() -> None:
    """Whoever reads us has seen enough; Python would complain once more when it closes the stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def unknown_name_error(name: str, known: Iterable[str], problem: str) -> UsageError:
    """The error for a name that is not known, with those that come closest."""
    from docgen.wording import with_suggestions

    return UsageError(with_suggestions(name, known, problem))
