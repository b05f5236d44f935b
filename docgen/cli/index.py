"""`docgen index`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from docgen.cli.arguments import (
    SOURCE_HELP,
    ParallelOptions,
    add_history_option,
    add_parallel_options,
    add_releases_by_option,
    add_timeout_option,
    open_source_or_examples,
    read_options,
    set_runner,
    source_with_git_options,
)
from docgen.cli.output import print_text
from docgen.cli.streams import print_message
from docgen.errors import UsageError
from docgen.terminal.progress import progress_of

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from docgen.history.history import History


class IndexOptions(NamedTuple):
    """The options of `docgen index`."""

    source: str | None
    history: Path
    rebuild: bool
    verify: bool
    export: Path | None
    facts: Path | None
    parallel: ParallelOptions

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> IndexOptions:
        """Make the options; raises `UsageError` if nothing is left to do, or for the name of an export."""
        source, parallel = source_with_git_options(namespace), read_options(ParallelOptions, namespace)
        options = read_options(cls, namespace, source=source, parallel=parallel)
        if not (options.source or options.export or options.facts or options.verify):
            raise UsageError("SOURCE: missing (may be omitted with --verify, --export or --facts)")
        if options.rebuild and not options.source:
            raise UsageError("SOURCE: missing (required with --rebuild)")
        if options.export and not options.export.name.endswith((".json", ".json.gz")):
            raise UsageError(f"{options.export}: --export writes .json or .json.gz")
        return options


def add_index_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen index`."""
    parser.epilog = SOURCE_HELP
    parser.add_argument(
        "source",
        metavar="SOURCE",
        nargs="?",
        help="source of the releases (may be omitted with --verify, --export or --facts)",
    )
    add_releases_by_option(parser)
    add_history_option(parser, "-o")
    add_parallel_options(parser)
    parser.add_argument("--rebuild", action="store_true", help="rebuild the file from scratch")
    parser.add_argument("--verify", action="store_true", help="verify the integrity of the existing file first")
    parser.add_argument(
        "--export", metavar="FILE", type=Path, help="export when each element existed, to .json or .json.gz"
    )
    parser.add_argument(
        "--facts", metavar="FILE", type=Path, help="write the names and versions of all elements as a facts file"
    )
    add_timeout_option(parser)
    set_runner(parser, IndexOptions.parse, run_index)


def run_index(options: IndexOptions) -> int:
    """Verify, update and export a history file, as far as the options ask; prints a line for each."""
    from docgen.history.history import History

    if options.verify and not options.rebuild:
        _verify_history(options.history)
    path = options.history
    if options.source:
        parallel = options.parallel
        with parallel.open_executor() as executor:
            path = Path(parallel.absolute(str(path)))
            source = parallel.absolute(options.source)
            print_text(update_history_file(source, path, parallel.jobs, executor, from_scratch=options.rebuild))
    if options.export:
        _export_history(History(path), options.export)
    if options.facts:
        _write_facts(History(path), options.facts)
    return 0


def update_history_file(
    spec: str, path: Path, jobs: int, executor: Executor | None, *, from_scratch: bool = False
) -> str:
    """Index new releases, showing progress.

    Args:
        spec: The source of the releases.
        path: The history file; created if missing.
        jobs: The number of processes.
        executor: A cluster that does the work instead.
        from_scratch: Whether to rebuild an existing file.

    Returns:
        One line that says what was done.

    """
    from docgen.history.index import rebuild_history, update_history
    from docgen.wording import counted

    index = rebuild_history if from_scratch else update_history
    with progress_of("releases") as show:
        result = index(
            open_source_or_examples(spec),
            path,
            workers=jobs,
            executor=executor,
            progress=lambda progress: show(progress.done, progress.total),
            on_wait=lambda: _report_lock_wait(path),
        )
    if not result.releases:
        return f"{path}: up to date"
    again = f", {result.reindexed:,} of them again" if result.reindexed else ""
    added = f"{counted(result.releases, 'release')} added{again}: {result.first} to {result.newest}"
    return f"{path}: {added}, {result.revisions:,} revisions of models"


def _report_lock_wait(path: Path) -> None:
    print_message(f"{path}: waiting for another docgen process to finish writing")


def _verify_history(path: Path) -> None:
    from docgen.history.reader import HistoryReader

    with HistoryReader(path) as reader:
        reader.check_integrity()
    print_text(f"{path}: no damage found")


def _export_history(history: History, path: Path) -> None:
    from docgen.files import write_atomically
    from docgen.history.export import export_history, gzip_chunks
    from docgen.wording import counted

    chunks = export_history(history)
    write_atomically(path, gzip_chunks(chunks) if path.suffix == ".gz" else chunks)
    print_text(f"{path}: {counted(len(history.services), 'service')} in {counted(len(history.releases), 'release')}")


def _write_facts(history: History, path: Path) -> None:
    from docgen.files import write_atomically
    from docgen.history.facts.archive import facts_of_history

    data = facts_of_history(history)
    write_atomically(path, [data])
    print_text(f"{path}: facts up to {history.newest.package} {history.newest.name}, {len(data):,} bytes")
