"""`docgen build`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from docgen.cli.common import (
    PAGE_FORMATS,
    absolute_url,
    add_command,
    add_parallel_options,
    add_templates_option,
    open_executor,
    open_source_or_examples,
    positive_int,
    templates_folder,
)
from docgen.cli.progress import progress_bar
from docgen.errors import UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from docgen.cli.common import Commands
    from docgen.history.history import History
    from docgen.sources.release import Source
    from docgen.sources.selection import ReleaseSelection


def add_build_command(commands: Commands) -> None:
    """Declare the command."""
    build = add_command(
        commands, "build", _run_build, "write change notes of every release, and the reference of the newest"
    )
    build.add_argument("--source", metavar="SRC", help="where the models come from (default: the example models)")
    build.add_argument("--releases", metavar="A..B", help="only the notes of these, and the reference of the last")
    build.add_argument("--last", metavar="N", type=positive_int, help="only the notes of the newest N releases")
    build.add_argument("--history", metavar="FILE", help="a history: the reference then says since when")
    build.add_argument("--shard", metavar="K/N", type=_parse_shard, help="only the K-th of N portions of the services")
    build.add_argument(
        "--parts", metavar="DIR", action="append", default=[], help="take over what the site in DIR has (repeatable)"
    )
    add_site_options(build)


def add_site_options(parser: argparse.ArgumentParser) -> None:
    """Declare how a site is written."""
    parser.add_argument("--output", metavar="DIR", default="output", help="folder to write to (default: output)")
    parser.add_argument(
        "--into-existing", action="store_true", help="write into a folder that holds other things and no site"
    )
    parser.add_argument("--service", metavar="NAME", action="append", default=[], help="only this one (repeatable)")
    parser.add_argument(
        "--url", metavar="URL", type=absolute_url, help="where the site will be: for a sitemap and its kind"
    )
    parser.add_argument("--formats", metavar="F,F", default=",".join(PAGE_FORMATS), help="default: %(default)s")
    add_templates_option(parser)
    add_parallel_options(parser)


def _run_build(options: argparse.Namespace) -> int:
    from pathlib import Path

    from docgen.sources.selection import ReleaseSelection

    chosen = ReleaseSelection(options.releases or "", options.last or 0)
    with open_executor(options) as cluster:
        history = _find_history(options)
        more = {"shard": options.shard, "reuse_from": [Path(each) for each in options.parts]}
        print(write_site(options, open_source_or_examples(options.source), chosen, history, cluster, **more))
    return 0


def _parse_shard(text: str) -> tuple[int, int]:
    """A portion, for `argparse`."""
    number, _, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 0 < int(number) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text} is not a portion such as 1/4")
    return int(number), int(count)


def write_site(
    options: argparse.Namespace,
    source: Source,
    selection: ReleaseSelection,
    history: History | None,
    executor: Executor | None,
    **build_arguments: Any,
) -> str:
    """Write a site as `add_site` lets the user say; returns the line that says what was done."""
    from pathlib import Path

    from docgen.site.build import build_site

    formats = parse_formats(options.formats)
    with progress_bar("parts of the site") as show:
        return build_site(
            source,
            Path(options.output),
            formats,
            selection=selection,
            history=history,
            url=options.url or "",
            templates=templates_folder(options),
            services=options.service,
            max_workers=options.jobs,
            executor=executor,
            into_existing=options.into_existing,
            progress=lambda progress: show(progress.done, progress.total),
            **build_arguments,
        )


def _find_history(options: argparse.Namespace) -> History | None:
    """The history that is named, or the source itself if it is one."""
    from pathlib import Path

    from docgen.history.database import is_database
    from docgen.history.history import History

    if options.history is not None:
        return History(Path(options.history))
    source = Path((options.source or "").rpartition("@")[0] or options.source or "")
    return History(source) if is_database(source) else None


def parse_formats(text: str) -> list[str]:
    """The formats that a user lists; raises `UsageError`."""
    formats = [name.strip() for name in text.split(",") if name.strip()]
    for name in formats:
        if name not in PAGE_FORMATS:
            raise UsageError(f"--formats: no format {name!r} (there are {', '.join(PAGE_FORMATS)})")
    if not formats:
        raise UsageError(f"--formats: none given (there are {', '.join(PAGE_FORMATS)})")
    return formats
