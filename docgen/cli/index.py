"""`docgen index` and `docgen since`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.cli.common import add_command, add_parallel_options, open_executor
from docgen.cli.progress import progress_bar
from docgen.errors import UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from docgen.cli.common import Commands
    from docgen.history.history import History

DEFAULT_HISTORY = "history.db"
NO_CHECKSUMS = "without checksums (`docgen index SOURCE` adds them)"
ELEMENT_HELP = """Elements are named as in a model or as in Python:

  appstream                                   a service
  appstream create_fleet                      an operation
  appstream CreateFleet Tags                  a parameter of its request
  ec2 run_instances response 'Instances[].State.Name'
                                              a member of its response; [] may be left out
  lambda CreateFunction Runtime 'python3*'    values of an enum; * and ? stand for any letters
  s3 GetObject error NoSuchKey                an error of an operation
  dynamodb waiter TableExists                 a waiter; likewise paginator"""


def add_index_command(commands: Commands) -> None:
    """Declare the commands."""
    index = add_command(
        commands, "index", _run_index, "read the history of an API into one file, or bring that up to date"
    )
    index.add_argument("source", metavar="SOURCE", nargs="?", help="where the releases come from")
    add_history_option(index, "-o", "--output")
    add_parallel_options(index)
    index.add_argument("--rebuild", action="store_true", help="make the file anew, whatever is there")
    index.add_argument("--check", action="store_true", help="first read all of the file that is there for damage")
    index.add_argument("--export", metavar="FILE", help="write since and until of everything, as .json or .json.gz")

    since = add_command(commands, "since", _run_since, "say which release has an element, and since when", ELEMENT_HELP)
    since.add_argument("service", metavar="SERVICE", help="SDK name, such as appstream")
    since.add_argument("element", metavar="ELEMENT", nargs="*", help="an operation, what is in it, or a waiter")
    add_history_option(since)
    since.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def add_history_option(parser: argparse.ArgumentParser, *aliases: str) -> None:
    """Declare which history file a command asks or fills; `also` are other names of the option."""
    default = os.environ.get("DOCGEN_HISTORY") or DEFAULT_HISTORY
    told = f"default: $DOCGEN_HISTORY, or {DEFAULT_HISTORY}"
    parser.add_argument(*aliases, "--history", dest="history", metavar="FILE", default=default, help=told)


def open_history(options: argparse.Namespace) -> History:
    """The history file that a command asks."""
    from docgen.history.history import History

    return History(Path(options.history))


def _run_index(options: argparse.Namespace) -> int:
    path = Path(options.history)
    if not (options.source or options.export or options.check):
        raise UsageError("SOURCE: missing (it may be left out where a history is only checked or exported)")
    if options.rebuild and not options.source:
        raise UsageError("SOURCE: missing (the history is made anew from it)")
    target = Path(options.export) if options.export else None
    if target and not target.name.endswith((".json", ".json.gz")):
        raise UsageError(f"{target}: --export writes .json or .json.gz")
    if options.check and not options.rebuild:
        _verify_history(path)
    if options.source:
        with open_executor(options) as cluster:
            path = Path(options.history)
            print(update_history_file(options.source, path, options.jobs, cluster, from_scratch=options.rebuild))
    if target:
        _export_history(open_history(options), target)
    return 0


def _verify_history(path: Path) -> None:
    from docgen.history.reader import HistoryReader

    with HistoryReader(path) as reader:
        reader.check_integrity()
        told = "whole" if reader.has_checksums else f"whole, as far as can be told {NO_CHECKSUMS}"
    print(f"{path}: {told}")


def _export_history(history: History, path: Path) -> None:
    from docgen.files import write_atomically
    from docgen.history.export import export_history, gzip_chunks
    from docgen.wording import counted

    pieces = export_history(history)
    write_atomically(path, gzip_chunks(pieces) if path.suffix == ".gz" else pieces)
    print(f"{path}: {counted(len(history.services), 'service')} in {counted(len(history.releases), 'release')}")


def update_history_file(
    spec: str, path: Path, jobs: int, executor: Executor | None, *, from_scratch: bool = False
) -> str:
    """Index what is new, with a bar for who waits; returns a line that says what was done."""
    from docgen.cli.common import open_source_or_examples
    from docgen.history.index import rebuild_history, update_history
    from docgen.wording import counted

    run = rebuild_history if from_scratch else update_history
    with progress_bar("releases") as show:
        done = run(
            open_source_or_examples(spec),
            path,
            workers=jobs,
            executor=executor,
            progress=lambda progress: show(progress.done, progress.total),
            on_wait=_lock_wait_reporter(path),
        )
    if not done.releases:
        return f"{path}: up to date"
    again = f", {done.reindexed:,} of them again" if done.reindexed else ""
    added = f"{counted(done.releases, 'release')} added{again}: {done.first} to {done.newest}"
    return f"{path}: {added}, {done.revisions:,} revisions of models"


def _run_since(options: argparse.Namespace) -> int:
    import json

    from docgen.history.since import answer_data, since
    from docgen.history.since_output import answer_text

    history = open_history(options)
    answers = since(history, options.service, options.element)
    if options.format == "json":
        print(json.dumps({"answers": [answer_data(history, each) for each in answers]}, ensure_ascii=False, indent=2))
    else:
        print("\n".join(answer_text(history, each) for each in answers), end="")
    return 0


def _lock_wait_reporter(path: Path) -> Callable[[], None]:
    return lambda: print(f"docgen: {path}: another docgen is writing to it; waiting for it to end", file=sys.stderr)
