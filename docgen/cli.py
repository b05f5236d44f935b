"""The command line: arguments, the only print, the only exit code.

0 done; 1 `docgen check` found something at or above its level; 2 could not do it, said in one line on standard error.
Everything heavy is imported by the command that needs it, so that help comes at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from docgen import __version__
from docgen.errors import DocgenError, UsageError

if TYPE_CHECKING:
    from docgen.gate import Options, Report
    from docgen.model import Operation, Service
    from docgen.pages import Page
    from docgen.rules import Change
    from docgen.sources import Release, Source

FORMATS = ("text", "markdown", "html", "json")
REPORTS = ("text", "markdown", "json", "sarif", "github", "junit")
PROFILES = ("api", "wire", "typed", "boto3")
SEVERITIES = ("breaking", "dangerous", "safe", "docs")

_SOURCE = """A source of models is a folder of releases (models/), a wheel or an sdist, a folder of those,
an installed package (package:botocore), an unpacked data folder, a service-2.json or .json.gz,
or - for standard input. SOURCE@RELEASE picks one release of several."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not where a test or a program has put something else there
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except DocgenError as error:
        print(f"docgen: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        _stop_printing()
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception:
        # A mistake of docgen's. Python's own exit code for it is 1, which is what a check says of changes.
        sys.excepthook(*sys.exc_info())
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="docgen",
        description="Change notes and a static reference from versioned API models.",
        epilog=_SOURCE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"docgen {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    build = _command(commands, "build", _build, "write change notes of every release, and the reference of the newest")
    build.add_argument("--source", metavar="SRC", help="where the models come from (default: the example models)")
    build.add_argument("--output", metavar="DIR", default="output", help="folder to write to (default: output)")
    build.add_argument("--formats", metavar="F,F", default=",".join(FORMATS), help="default: %(default)s")

    diff = _command(commands, "diff", _diff, "print the change notes between two releases")
    diff.add_argument("old", metavar="OLD", help="a release of --source, or a source of its own")
    diff.add_argument("new", metavar="NEW", help="likewise")
    diff.add_argument("--service", metavar="NAME", action="append", default=[], help="only this service (repeatable)")
    diff.add_argument("--source", metavar="SRC", help="where releases are looked up (default: the example models)")
    diff.add_argument("--documentation", action="store_true", help="show in text how documentation was reworded")
    diff.add_argument("--release-notes", metavar="FILE", help="what the release says of itself: its date and summaries")
    _add_format(diff)

    check = _command(commands, "check", _check, "fail if a change may break those who call the service")
    check.add_argument("old", metavar="OLD", help="a release of --source, or a source of its own")
    check.add_argument("new", metavar="NEW", help="likewise")
    check.add_argument("--source", metavar="SRC", help="where releases are looked up (default: the example models)")
    check.add_argument("--service", metavar="NAME", action="append", default=[], help="only this service (repeatable)")
    check.add_argument("--profile", choices=PROFILES, default="api", help="who looks at the changes (default: api)")
    check.add_argument(
        "--fail-on", choices=(*SEVERITIES, "none"), default="breaking", help="fail from here on (default: breaking)"
    )
    check.add_argument("--show", choices=SEVERITIES, default="dangerous", help="list from here on (default: dangerous)")
    check.add_argument("--only", metavar="PATTERN", action="append", default=[], help="only these rules or elements")
    check.add_argument("--except", metavar="PATTERN", action="append", default=[], dest="but", help="all but these")
    check.add_argument("--ignore", metavar="FILE", help="TOML: changes that may pass, each with its reason")
    check.add_argument("--baseline", metavar="FILE", help="JSON: changes that are known already")
    check.add_argument("--write-baseline", metavar="FILE", help="make one of what is listed now")
    check.add_argument("--suggest-bump", action="store_true", help="say whether the version grows: major, minor, patch")
    check.add_argument("--format", choices=REPORTS, default="text", help="default: text")

    show = _command(commands, "show", _show, "print one operation's page, or every operation as JSON lines")
    show.add_argument("service", metavar="SERVICE", help="SDK name, such as appstream")
    show.add_argument("operation", metavar="OPERATION", nargs="?", help="CreateFleet or create_fleet")
    show.add_argument("--source", metavar="SRC", help="where the models come from (default: the example models)")
    _add_format(show)

    validate = _command(commands, "validate", _validate, "check service models against the schema")
    validate.add_argument("paths", metavar="PATH", nargs="+", help="a file, a folder or any other source")

    rules = _command(commands, "rules", _rules, "print the table of rules, or one with its reason and an example")
    rules.add_argument("id", metavar="ID", nargs="?", help="such as request-member-became-required")
    rules.add_argument("--format", choices=("text", "markdown", "json"), default="text", help="default: text")
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    help_: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name,
        help=help_,
        description=f"{help_[0].upper()}{help_[1:]}.",
        epilog=_SOURCE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command


def _add_format(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", choices=FORMATS, default="text", help="default: text")


def _build(options: argparse.Namespace) -> int:
    from pathlib import Path

    from docgen.build import build

    formats = [name.strip() for name in options.formats.split(",") if name.strip()]
    for name in formats:
        if name not in FORMATS:
            raise UsageError(f"--formats: no format {name!r} (there are {', '.join(FORMATS)})")
    if not formats:
        raise UsageError(f"--formats: none given (there are {', '.join(FORMATS)})")
    print(build(_source(options.source), Path(options.output), formats))
    return 0


def _diff(options: argparse.Namespace) -> int:
    import json
    from dataclasses import replace
    from itertools import chain

    from docgen.build import diff_data, release_index, release_notes
    from docgen.pages import notes_page, services_page

    old, new = _two_releases(options)
    new = _with_notes(new, options.release_notes)
    if options.format == "json":
        print(json.dumps(diff_data(old, new, options.service), ensure_ascii=False, indent=2))
        return 0
    index = release_index(old, new, services=options.service)
    notes = (replace(each, with_wordings=options.documentation) for each in release_notes(old, new, options.service))
    pages = chain([services_page(index, "services")] if index.causes else [], (notes_page(n, "notes") for n in notes))
    if not _print_pages(pages, options.format):
        print(f"docgen: nothing but documentation changed from {old.name} to {new.name}", file=sys.stderr)
    return 0


def _two_releases(options: argparse.Namespace) -> tuple[Release, Release]:
    """OLD and NEW; every service that was asked for is in one of them, unless they are files by themselves."""
    from docgen.sources import find_release

    if options.old == options.new == "-":
        raise UsageError("-: standard input cannot be both OLD and NEW")
    default = _source(options.source)
    old, new = find_release(options.old, default), find_release(options.new, default)
    known = {*old.services(), *new.services()}
    for name in () if old.single or new.single else options.service:
        if name not in known:
            raise _unknown(name, known, f"no service {name!r} in {old.name} or {new.name}")
    return old, new


def _check(options: argparse.Namespace) -> int:
    from docgen.reports import render

    report = _report(options)
    width, colour = _terminal()
    text = render(report, options.format, width=width, colour=colour)
    try:
        print(text, end="", flush=True)
    except BrokenPipeError:  # the verdict holds, whether or not all of it was read
        _stop_printing()
    return 1 if report.failing else 0


def _report(options: argparse.Namespace) -> Report:
    """Everything that can go wrong goes wrong here, before anything is printed."""
    from dataclasses import replace

    from docgen.check import compare
    from docgen.gate import judge

    strictness = _strictness(options)
    old, new = _two_releases(options)
    comparison = compare(old, new, options.service)
    strictness = replace(strictness, today=new.date or _today())
    report = judge(comparison.examined, strictness, old.name, new.name)
    if options.write_baseline is not None:
        accepted = report.accepted()
        _write_baseline(options.write_baseline, accepted)
        known = frozenset(change.fingerprint for change in accepted)
        report = judge(comparison.examined, replace(strictness, baseline=known), old.name, new.name)
    places = comparison.places(report.findings)
    return report.located(lambda finding: places.get(id(finding)))


def _strictness(options: argparse.Namespace) -> Options:
    """What the gate needs to know, of the command line and of the files that it names; all but the day."""
    from docgen.gate import Options, check_patterns, parse_baseline, parse_ignores
    from docgen.rules import RULES, Severity

    check_patterns(options.only, RULES, "--only")
    check_patterns(options.but, RULES, "--except")
    ignores, baseline = options.ignore, options.baseline
    return Options(
        profile=options.profile,
        fail_on=None if options.fail_on == "none" else Severity[options.fail_on.upper()],
        show=Severity[options.show.upper()],
        only=tuple(options.only),
        but=tuple(options.but),
        ignores=() if ignores is None else parse_ignores(_read_text(ignores), ignores, RULES),
        baseline=frozenset() if baseline is None else parse_baseline(_read_text(baseline), baseline),
        bump=options.suggest_bump,
    )


def _read_text(file: str) -> str:
    from pathlib import Path

    try:
        return Path(file).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: not UTF-8 at byte {error.start}") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: {getattr(error, 'strerror', None) or error}") from None


def _write_baseline(file: str, changes: Iterable[Change]) -> None:
    """Write the file as a whole or not at all."""
    from pathlib import Path

    from docgen.errors import OutputError
    from docgen.gate import baseline_text

    part = Path(f"{file}.part")
    try:
        part.write_text(baseline_text(changes), encoding="utf-8", newline="\n")
        part.replace(file)
    except (OSError, ValueError) as error:
        part.unlink(missing_ok=True)
        raise OutputError(f"{file}: {getattr(error, 'strerror', None) or error}") from None


def _today() -> str:
    """The day on which ignores are judged where the release has no date: `SOURCE_DATE_EPOCH`'s, else today, in UTC."""
    from datetime import UTC, datetime

    moment = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(moment), UTC) if moment.isdecimal() else datetime.now(UTC)
    return now.date().isoformat()


def _terminal() -> tuple[int, bool]:
    """The width for text, and whether it may have colours (https://no-color.org)."""
    from shutil import get_terminal_size

    width = min(max(get_terminal_size((80, 24)).columns, 40), 120)
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not sys.stdout.isatty()
    return width, not plain


def _stop_printing() -> None:
    """Whoever reads us has seen enough; Python would complain once more when it closes the stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show(options: argparse.Namespace) -> int:
    from docgen.model import parse

    release = _source(options.source).releases()[-1]
    file = release.latest(options.service)
    if file is None:
        raise _unknown(options.service, release.services(), f"{release.place}: no service {options.service!r}")
    service = parse(file.read(), file.place)
    if options.operation is None:
        return _show_all(options.service, service)
    operation = _operation(service, options.operation, options.service)
    _print_pages([_reference(options.service, service, operation)], options.format)
    return 0


def _show_all(name: str, service: Service) -> int:
    import json

    for operation in service.operations.values():
        print(json.dumps(_reference(name, service, operation).data(), ensure_ascii=False))
    return 0


def _reference(name: str, service: Service, operation: Operation) -> Page:
    from docgen.pages import operation_page, reference_page

    return reference_page(operation_page(service, operation, name), operation.name)


def _rules(options: argparse.Namespace) -> int:
    from docgen.rules import rules_text

    print(rules_text(options.id, options.format), end="")
    return 0


def _validate(options: argparse.Namespace) -> int:
    from docgen.validate import validate_paths

    found = 0
    for problem in validate_paths(options.paths):
        print(problem)
        found += 1
    return 2 if found else 0


def _print_pages(pages: Iterable[Page], format_: str) -> int:
    """Print pages one after the other; returns how many there were."""
    from docgen.render import render

    number = 0
    for number, page in enumerate(pages, start=1):
        print("\n" * (number > 1) + render(page, format_, standalone=True), end="")
    return number


def _source(spec: str | None) -> Source:
    from docgen.resources import data_dir
    from docgen.sources import open_source

    return open_source(spec if spec is not None else str(data_dir("models")))


def _with_notes(release: Release, file: str | None) -> Release:
    if file is None:
        return release
    from pathlib import Path

    from docgen.sources import load_notes

    return load_notes(Path(file), release)


def _operation(service: Service, name: str, of: str) -> Operation:
    from docgen.names import find_operation

    found = find_operation(name, service.operations)
    if found is None:
        raise _unknown(name, service.operations, f"{of}: no operation {name!r}")
    return service.operations[found]


def _unknown(name: str, known: Iterable[str], problem: str) -> UsageError:
    """The error for a name that is not known, with those that come closest."""
    from docgen.names import closest

    return UsageError(closest(name, known, problem))
