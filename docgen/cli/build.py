"""`docgen build`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from docgen.cli.common import FORMATS, add_jobs, add_templates, address, command, executor, positive, source, templates
from docgen.cli.progress import bar
from docgen.errors import UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from docgen.cli.common import Commands
    from docgen.history.history import History
    from docgen.sources.release import Source
    from docgen.sources.selection import Chosen


def add(commands: Commands) -> None:
    """Declare the command."""
    build = command(commands, "build", _build, "write change notes of every release, and the reference of the newest")
    build.add_argument("--source", metavar="SRC", help="where the models come from (default: the example models)")
    build.add_argument("--releases", metavar="A..B", help="only the notes of these, and the reference of the last")
    build.add_argument("--last", metavar="N", type=positive, help="only the notes of the newest N releases")
    build.add_argument("--history", metavar="FILE", help="a history: the reference then says since when")
    build.add_argument("--shard", metavar="K/N", type=_shard, help="only the K-th of N portions of the services")
    build.add_argument(
        "--parts", metavar="DIR", action="append", default=[], help="take over what the site in DIR has (repeatable)"
    )
    add_site(build)


def add_site(command: argparse.ArgumentParser) -> None:
    """Declare how a site is written."""
    command.add_argument("--output", metavar="DIR", default="output", help="folder to write to (default: output)")
    command.add_argument(
        "--into-existing", action="store_true", help="write into a folder that holds other things and no site"
    )
    command.add_argument("--service", metavar="NAME", action="append", default=[], help="only this one (repeatable)")
    command.add_argument(
        "--url", metavar="URL", type=address, help="where the site will be: for a sitemap and its kind"
    )
    command.add_argument("--formats", metavar="F,F", default=",".join(FORMATS), help="default: %(default)s")
    add_templates(command)
    add_jobs(command)


def _build(options: argparse.Namespace) -> int:
    from pathlib import Path

    from docgen.sources.selection import Chosen

    chosen = Chosen(options.releases or "", options.last or 0)
    with executor(options) as cluster:
        history = _history(options)
        more = {"shard": options.shard, "parts": [Path(each) for each in options.parts]}
        print(write_site(options, source(options.source), chosen, history, cluster, **more))
    return 0


def _shard(text: str) -> tuple[int, int]:
    """A portion, for `argparse`."""
    number, _, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 0 < int(number) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text} is not a portion such as 1/4")
    return int(number), int(count)


def write_site(
    options: argparse.Namespace,
    source: Source,
    chosen: Chosen,
    history: History | None,
    executor: Executor | None,
    **more: Any,
) -> str:
    """Write a site as `add_site` lets the user say; returns the line that says what was done."""
    from pathlib import Path

    from docgen.site.build import build

    formats = chosen_formats(options.formats)
    with bar("parts of the site") as show:
        return build(
            source,
            Path(options.output),
            formats,
            chosen=chosen,
            history=history,
            url=options.url or "",
            templates=templates(options),
            services=options.service,
            count=options.jobs,
            executor=executor,
            into_existing=options.into_existing,
            progress=lambda progress: show(progress.done, progress.total),
            **more,
        )


def _history(options: argparse.Namespace) -> History | None:
    """The history that is named, or the source itself if it is one."""
    from pathlib import Path

    from docgen.history.database import is_database
    from docgen.history.history import History

    if options.history is not None:
        return History(Path(options.history))
    source = Path((options.source or "").rpartition("@")[0] or options.source or "")
    return History(source) if is_database(source) else None


def chosen_formats(text: str) -> list[str]:
    """The formats that a user lists; raises `UsageError`."""
    formats = [name.strip() for name in text.split(",") if name.strip()]
    for name in formats:
        if name not in FORMATS:
            raise UsageError(f"--formats: no format {name!r} (there are {', '.join(FORMATS)})")
    if not formats:
        raise UsageError(f"--formats: none given (there are {', '.join(FORMATS)})")
    return formats
