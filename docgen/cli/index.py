"""`docgen index` and `docgen since`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.cli.common import add_jobs, command, executor
from docgen.cli.progress import bar
from docgen.errors import UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from docgen.cli.common import Commands
    from docgen.history.history import History

HISTORY = "history.db"
WITHOUT = "without checksums (`docgen index SOURCE` adds them)"
ELEMENTS = """Elements are named as in a model or as in Python:

  appstream                                   a service
  appstream create_fleet                      an operation
  appstream CreateFleet Tags                  a parameter of its request
  ec2 run_instances response 'Instances[].State.Name'
                                              a member of its response; [] may be left out
  lambda CreateFunction Runtime 'python3*'    values of an enum; * and ? stand for any letters
  s3 GetObject error NoSuchKey                an error of an operation
  dynamodb waiter TableExists                 a waiter; likewise paginator"""


def add(commands: Commands) -> None:
    """Declare the commands."""
    index = command(commands, "index", _index, "read the history of an API into one file, or bring that up to date")
    index.add_argument("source", metavar="SOURCE", nargs="?", help="where the releases come from")
    add_history(index, "-o", "--output")
    add_jobs(index)
    index.add_argument("--rebuild", action="store_true", help="make the file anew, whatever is there")
    index.add_argument("--check", action="store_true", help="first read all of the file that is there for damage")
    index.add_argument("--export", metavar="FILE", help="write since and until of everything, as .json or .json.gz")

    since = command(commands, "since", _since, "say which release has an element, and since when", ELEMENTS)
    since.add_argument("service", metavar="SERVICE", help="SDK name, such as appstream")
    since.add_argument("element", metavar="ELEMENT", nargs="*", help="an operation, what is in it, or a waiter")
    add_history(since)
    since.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def add_history(declared: argparse.ArgumentParser, *also: str) -> None:
    """Declare which history file a command asks or fills; `also` are other names of the option."""
    default = os.environ.get("DOCGEN_HISTORY") or HISTORY
    told = f"default: $DOCGEN_HISTORY, or {HISTORY}"
    declared.add_argument(*also, "--history", dest="history", metavar="FILE", default=default, help=told)


def open_history(options: argparse.Namespace) -> History:
    """The history file that a command asks."""
    from docgen.history.history import History

    return History(Path(options.history))


def _index(options: argparse.Namespace) -> int:
    path = Path(options.history)
    if not (options.source or options.export or options.check):
        raise UsageError("SOURCE: missing (it may be left out where a history is only checked or exported)")
    if options.rebuild and not options.source:
        raise UsageError("SOURCE: missing (the history is made anew from it)")
    target = Path(options.export) if options.export else None
    if target and not target.name.endswith((".json", ".json.gz")):
        raise UsageError(f"{target}: --export writes .json or .json.gz")
    if options.check and not options.rebuild:
        _check(path)
    if options.source:
        with executor(options) as cluster:
            path = Path(options.history)
            print(bring_up_to_date(options.source, path, options.jobs, cluster, anew=options.rebuild))
    if target:
        _export(open_history(options), target)
    return 0


def _check(path: Path) -> None:
    from docgen.history.reader import Reader

    with Reader(path) as reader:
        reader.check()
        told = "whole" if reader.has_checksums else f"whole, as far as can be told {WITHOUT}"
    print(f"{path}: {told}")


def _export(history: History, path: Path) -> None:
    from docgen.history.export import export, packed
    from docgen.pages.sentences import counted
    from docgen.site.publish.filesystem import write_file

    pieces = export(history)
    write_file(path, packed(pieces) if path.suffix == ".gz" else pieces)
    print(f"{path}: {counted(len(history.services), 'service')} in {counted(len(history.releases), 'release')}")


def bring_up_to_date(spec: str, path: Path, jobs: int, executor: Executor | None, *, anew: bool = False) -> str:
    """Index what is new, with a bar for who waits; returns a line that says what was done."""
    from docgen.cli.common import source
    from docgen.history.index import index, rebuild
    from docgen.pages.sentences import counted

    run = rebuild if anew else index
    with bar("releases") as show:
        done = run(
            source(spec),
            path,
            workers=jobs,
            executor=executor,
            progress=lambda progress: show(progress.done, progress.total),
            waiting=_tell_waiting(path),
        )
    if not done.releases:
        return f"{path}: up to date"
    again = f", {done.forgotten:,} of them again" if done.forgotten else ""
    added = f"{counted(done.releases, 'release')} added{again}: {done.first} to {done.newest}"
    return f"{path}: {added}, {done.revisions:,} revisions of models"


def _since(options: argparse.Namespace) -> int:
    import json

    from docgen.history.since import as_data, since
    from docgen.history.since_output import answer_text

    history = open_history(options)
    answers = since(history, options.service, options.element)
    if options.format == "json":
        print(json.dumps({"answers": [as_data(history, each) for each in answers]}, ensure_ascii=False, indent=2))
    else:
        print("\n".join(answer_text(history, each) for each in answers), end="")
    return 0


def _tell_waiting(path: Path) -> Callable[[], None]:
    return lambda: print(f"docgen: {path}: another docgen is writing to it; waiting for it to end", file=sys.stderr)
