"""Arguments that several commands share, and the values made from them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from docgen.cli.output import configure_logging
from docgen.errors import UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from importlib.resources.abc import Traversable

    from docgen.history.history import History
    from docgen.sources.release import Release, Source

PAGE_FORMATS = ("text", "markdown", "html", "json")
"""The names of `docgen.render.formats.FORMATS`, repeated so that `--help` imports little; a test compares them."""

SEVERITIES = ("breaking", "dangerous", "safe", "docs")
"""The labels of `docgen.rules.rule.Severity`, worst first, repeated for the same reason."""

GROUPINGS = ("release", "day", "week", "month", "minor", "service")
"""The values of `--group-by`; `docgen.compare.releases.period_name` names the groups."""

DEFAULT_HISTORY = "history.db"

UNNAMED_HISTORY = Path(DEFAULT_HISTORY)
"""The value of `--history` if neither the option nor `$DOCGEN_HISTORY` names a file, see `history_or_facts`."""

SOURCE_HELP = """SOURCE is one of: a folder of releases (models/); a wheel or sdist, or a folder of them;
"pypi:botocore>=1.43.60" (downloaded with pip); git:PATH or git:URL (tags of a repository);
package:botocore (installed); an unpacked data folder; a history.db; a service-2.json or
.json.gz; - for standard input. SOURCE@RELEASE selects one release."""

ELEMENT_HELP = """Elements may be spelled as in the model or as in Python:

  appstream                                a service
  appstream create_fleet                   an operation
  appstream CreateFleet Tags               a parameter of its request
  ec2 run_instances response 'Instances[].State.Name'
                                           a member of its response; [] is optional
  dynamodb ConditionCheck                  a name without its path, at any depth
  lambda CreateFunction Runtime 'python3*' values of an enum; * and ? are wildcards
  s3 GetObject error NoSuchKey             an error of an operation
  dynamodb waiter TableExists              a waiter; likewise paginator"""

OptionsT = TypeVar("OptionsT")


def set_runner(
    parser: argparse.ArgumentParser,
    parse_options: Callable[[argparse.Namespace], OptionsT],
    run: Callable[[OptionsT], int],
    *,
    logs: bool = True,
) -> None:
    """Set what a command does with its namespace.

    Args:
        parser: The parser of the command.
        parse_options: Makes the options from the namespace.
        run: Takes the options; returns the exit code.
        logs: Whether the command may log anything. One that does not starts faster, without `logging`.

    """

    def run_command(namespace: argparse.Namespace) -> int:
        if getattr(namespace, "timeout", None):
            from docgen.workers import TIMEOUT_VARIABLE

            os.environ[TIMEOUT_VARIABLE] = f"{namespace.timeout:g}"  # also for processes that the command starts
        if logs:
            configure_logging()
        return run(parse_options(namespace))

    parser.set_defaults(run=run_command)


def read_options(options_type: type[OptionsT], namespace: argparse.Namespace, **values: Any) -> OptionsT:
    """Fill options from the arguments that have the names of their fields.

    Args:
        options_type: A `NamedTuple`.
        namespace: What argparse read.
        values: Fields that are not taken from the namespace.
    """
    names = options_type.__annotations__
    return options_type(**{name: getattr(namespace, name) for name in names if name not in values}, **values)


# --- one function for each shared argument ---


def add_source_option(parser: argparse.ArgumentParser, *, names_releases: bool = False) -> None:
    """Add `--source`; with `names_releases` it is where the command looks up the releases that are named."""
    role = "source in which release names are looked up" if names_releases else "source of the models"
    parser.add_argument("--source", metavar="SOURCE", help=f"{role} (default: the bundled example models)")
    add_timeout_option(parser)


def add_timeout_option(parser: argparse.ArgumentParser) -> None:
    """Add `--timeout`, which every command has that may wait for a server."""
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=positive_seconds,
        help="how long a server may be silent (default: $DOCGEN_TIMEOUT, or 120 for git, 15 for pip, 10 for a cluster)",
    )


def add_releases_by_option(parser: argparse.ArgumentParser) -> None:
    """Add `--releases-by` and `--package`, which `source_with_git_options` adds to the source."""
    parser.add_argument(
        "--releases-by",
        choices=("tag", "commit", "day"),
        help="what is a release of a git repository (default: tags, or days if no tag has models)",
    )
    parser.add_argument(
        "--package",
        metavar="NAME",
        help="package whose releases a git repository has (default: as its folders or project files say)",
    )


def add_service_option(parser: argparse.ArgumentParser) -> None:
    """Add `--service`, which can be repeated; its dest is `services`."""
    parser.add_argument(
        "--service",
        dest="services",
        metavar="SERVICE",
        action="append",
        default=[],
        help="only this service (repeatable)",
    )


def add_change_filter_options(parser: argparse.ArgumentParser) -> None:
    """Add `--severity`, `--watchlist` and `--used-by`."""
    add_severity_option(parser)
    parser.add_argument(
        "--watchlist", metavar="FILE", help="list only what FILE names, one SERVICE [OPERATION [PATH]] per line"
    )
    add_used_by_option(parser)


def add_code_paths_argument(parser: argparse.ArgumentParser) -> None:
    """Add `PATH...`, the Python code that a command reads; its dest is `paths`."""
    parser.add_argument(
        "paths", metavar="PATH", nargs="+", type=Path, help="Python files, notebooks, or folders of them"
    )


def add_used_by_option(parser: argparse.ArgumentParser) -> None:
    """Add `--used-by`, which can be repeated."""
    parser.add_argument(
        "--used-by",
        metavar="PATH",
        type=Path,
        action="append",
        default=[],
        help="list only what reaches this Python code, with its lines (a file or a folder; repeatable)",
    )


def add_severity_option(parser: argparse.ArgumentParser, default: str = "") -> None:
    """Add `--severity`."""
    parser.add_argument(
        "--severity",
        metavar="LEVEL",
        choices=SEVERITIES,
        default=default,
        help=f"minimum severity to list: {', '.join(SEVERITIES[:-1])} or {SEVERITIES[-1]}",
    )


def add_format_option(parser: argparse.ArgumentParser, formats: Sequence[str] = PAGE_FORMATS) -> None:
    """Add `--format`."""
    parser.add_argument("--format", choices=formats, default="text", help="output format (default: text)")


def add_templates_option(parser: argparse.ArgumentParser) -> None:
    """Add `--templates`."""
    parser.add_argument(
        "--templates", metavar="DIR", help="folder of templates that override docgen's own, file by file"
    )


def add_history_option(parser: argparse.ArgumentParser, *aliases: str) -> None:
    """Add `--history`; `aliases` are further names of the option."""
    parser.add_argument(
        *aliases,
        "--history",
        dest="history",
        metavar="FILE",
        type=Path,
        default=Path(os.environ["DOCGEN_HISTORY"]) if os.environ.get("DOCGEN_HISTORY") else UNNAMED_HISTORY,
        help=f"history file (default: $DOCGEN_HISTORY, or {DEFAULT_HISTORY})",
    )


def add_element_arguments(parser: argparse.ArgumentParser) -> None:
    """Add SERVICE and ELEMENT, which name an element of a history."""
    parser.epilog = ELEMENT_HELP
    parser.add_argument("service", metavar="SERVICE", help="SDK name, such as appstream")
    parser.add_argument(
        "element",
        metavar="ELEMENT",
        nargs="*",
        default=[],
        help="operation, parameter, enum value, error, waiter or paginator",
    )
    parser.set_defaults(extra_dest="element")


# --- parallel work ---


class ParallelOptions(NamedTuple):
    """What does the work: a number of processes (`jobs`), or the cluster at the URL `executor`."""

    jobs: int
    executor: str | None

    def absolute(self, spec: str) -> str:
        """Return the source or path, made absolute for a cluster: its workers run in another folder."""
        from docgen.locate import absolute_spec

        return spec if self.executor is None else absolute_spec(spec)

    @contextmanager
    def open_executor(self) -> Iterator[Executor | None]:
        """Connect to the cluster, if one is named; raises `UsageError`."""
        if self.executor is None:
            yield None
            return
        from docgen.cluster import dask_executor

        with dask_executor(self.executor) as executor:
            yield executor


def add_parallel_options(parser: argparse.ArgumentParser) -> None:
    """Add `--jobs` and `--executor`, the fields of `ParallelOptions`."""
    add_jobs_option(parser)
    parser.add_argument("--executor", metavar="URL", help="run the work on a cluster instead: dask://HOST:PORT")


def add_jobs_option(parser: argparse.ArgumentParser) -> None:
    """Add `--jobs`."""
    affinity = getattr(os, "sched_getaffinity", None)
    parser.add_argument(
        "-j",
        "--jobs",
        metavar="N",
        type=positive_int,
        default=len(affinity(0)) if affinity else os.cpu_count() or 1,
        help="number of processes (default: one per CPU)",
    )


# --- types for argparse ---


def positive_int(text: str) -> int:
    """Parse a number of things, as a type for argparse."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive integer")
    return number


def non_negative_int(text: str) -> int:
    """Parse a number of things or zero, as a type for argparse."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is negative")
    return number


def positive_seconds(text: str) -> float:
    """Parse a number of seconds, as a type for argparse."""
    seconds = float(text)
    if not 0 < seconds < 1e9:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number of seconds")
    return seconds


def absolute_url(text: str) -> str:
    """Return the URL of a site, with a slash at its end, as a type for argparse."""
    from urllib.parse import urlsplit

    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError(f"{text} is not a URL such as https://docs.example.com/api/")
    return text.rstrip("/") + "/"


# --- values made from arguments ---


def template_folder(name: str | None) -> Path | None:
    """Return the folder given with `--templates`, or None; raises `UsageError` if it holds no templates."""
    if name is None:
        return None
    from docgen.render.templates import check_template_folder

    return check_template_folder(Path(name))


def source_with_git_options(namespace: argparse.Namespace) -> str | None:
    """Return the source that the user named, with `--releases-by` and `--package` added.

    Args:
        namespace: What argparse read, with `source`, `releases_by` and `package`.

    Raises:
        SourceError: If one of these options is given for a source that is not a git repository.
    """
    source: str | None = namespace.source
    for name, value in (("releases-by", namespace.releases_by), ("package", namespace.package)):
        if value is not None:
            from docgen.sources.git.spec import with_git_option

            source = with_git_option(source or "", name, value)
    return source


def open_source_or_examples(spec: str | None) -> Source:
    """Open a source, or the bundled example models by default; raises `SourceError`."""
    from docgen.locate import open_source
    from docgen.resources import data_folder

    return open_source(spec if spec is not None else str(data_folder("models")))


def announce_examples(spec: str | None, releases: Iterable[Release]) -> None:
    """Print a line if releases of the example models are used because no source (`spec`) was named.

    It is left out in a folder that has the example models itself, such as a checkout of docgen or its sdist.
    """
    from docgen.resources import data_folder

    if spec is None and any(releases) and _folder_names(Path("models")) != _folder_names(data_folder("models")):
        from docgen.cli.streams import print_message

        print_message("no --source: these are the example models that come with docgen")


def _folder_names(folder: Path | Traversable) -> list[str]:
    """Return the names of the folders in a folder, sorted; nothing if it cannot be read."""
    try:
        return sorted(each.name for each in folder.iterdir() if each.is_dir())
    except OSError:
        return []


def open_history_source(spec: str | None) -> History | None:
    """Open a source that is a history; return None for another kind of source."""
    from docgen.history.database import is_database
    from docgen.history.history import History

    path = Path(spec or "")
    return History(path) if spec and is_database(path) else None


def history_or_facts(path: Path, lacking: str = "") -> Path:
    """Return the history file that answers: `path`, or docgen's facts if no history was named and none exists here.

    Unless a history was named, a line on standard error says which releases the answer is from. For facts, it also says
    what they lack for this command.
    """
    if path is not UNNAMED_HISTORY:
        return path
    from docgen.cli.streams import print_message

    if path.exists():
        print_message(_extent(path))
        return path
    from docgen.history.facts.found import newest_facts

    facts = newest_facts()
    if facts is None:
        return path
    from docgen.history.facts.installed import newer_installed_version

    without = f"; without {lacking}" if lacking else ""
    installed = newer_installed_version(facts.path)
    newer = f", with your installed {installed}" if installed else ""
    print_message(f"facts up to {facts.newest}{newer} (no {DEFAULT_HISTORY} here{without})")
    return facts.path


def _extent(path: Path) -> str:
    """Return which releases and how many services a history has. A small one answers little."""
    from docgen.history.history import History
    from docgen.wording import counted

    history = History(path)
    first, last = history.release(1).name, history.newest.name
    releases = f"{history.newest.package} {first}" + (f" to {last}" if first != last else "")
    return f"answers from {path}: {releases.strip()}, {counted(len(history.services), 'service')}"


def check_services(names: Collection[str], releases: Sequence[Release]) -> None:
    """Raise `UsageError` for a service that none of the releases has, unless one of them is a single file."""
    if not names or any(release.is_single_file for release in releases):
        return
    known = {service for release in releases for service in release.services()}
    for name in names:
        if name not in known:
            release_names = " or ".join(dict.fromkeys(release.name for release in releases))
            raise unknown_name_error(name, known, f"no service {name!r} in {release_names}")


def unknown_name_error(name: str, known: Iterable[str], problem: str) -> UsageError:
    """Return the error for an unknown name, with the closest known ones."""
    from docgen.wording import with_suggestions

    return UsageError(with_suggestions(name, known, problem))
