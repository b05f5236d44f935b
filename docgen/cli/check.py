"""`docgen check`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from docgen.cli.common import (
    SEVERITIES,
    add_command,
    check_services,
    discard_stdout,
    find_release_pair,
    terminal_settings,
)
from docgen.errors import UsageError
from docgen.rules.profiles import PROFILES

if TYPE_CHECKING:
    from docgen.check.verdict import CheckOptions, CheckReport, FileLocation
    from docgen.cli.common import Commands
    from docgen.rules.change import Change
    from docgen.sources.release import Release

REPORT_FORMATS = ("text", "markdown", "json", "sarif", "github", "junit")


def add_check_command(commands: Commands) -> None:
    """Declare the command."""
    check = add_command(commands, "check", _run_check, "fail if a change may break those who call the service")
    check.usage = "docgen check [options] OLD NEW\n       docgen check [options] --against REV PATH [PATH ...]"
    check.add_argument(
        "places",
        metavar="OLD NEW",
        nargs="+",
        help="each a release of --source, or a source; with --against: files, folders",
    )
    check.add_argument("--against", metavar="REV", help="compare PATHs of a checkout with what this git revision has")
    check.add_argument("--source", metavar="SRC", help="where releases are looked up (default: the example models)")
    check.add_argument("--service", metavar="NAME", action="append", default=[], help="only this service (repeatable)")
    check.add_argument("--profile", choices=PROFILES, default="api", help="who looks at the changes (default: api)")
    check.add_argument(
        "--fail-on", choices=(*SEVERITIES, "none"), default="breaking", help="fail from here on (default: breaking)"
    )
    check.add_argument("--show", choices=SEVERITIES, default="dangerous", help="list from here on (default: dangerous)")
    check.add_argument(
        "--only", metavar="PATTERN", action="append", default=[], help="only these rules or elements (repeatable)"
    )
    check.add_argument(
        "--except", metavar="PATTERN", action="append", default=[], dest="but", help="all but these (repeatable)"
    )
    check.add_argument("--ignore", metavar="FILE", help="TOML: changes that may pass, each with its reason")
    check.add_argument("--baseline", metavar="FILE", help="JSON: changes that are known already")
    check.add_argument("--write-baseline", metavar="FILE", help="make one of what is listed now")
    check.add_argument("--suggest-bump", action="store_true", help="say whether the version grows: major, minor, patch")
    check.add_argument("--format", choices=REPORT_FORMATS, default="text", help="default: text")
    check.set_defaults(further=_accept_more_paths)


def _accept_more_paths(options: argparse.Namespace, extra: list[str]) -> bool:
    options.places += extra
    return True


def _run_check(options: argparse.Namespace) -> int:
    from docgen.check.reports import render_report

    report = _create_report(options)
    width, colour = terminal_settings()
    text = render_report(report, options.format, width=width, colour=colour)
    try:
        print(text, end="", flush=True)
    except BrokenPipeError:  # the verdict holds, whether or not all of it was read
        discard_stdout()
    return 1 if report.failures else 0


def _create_report(options: argparse.Namespace) -> CheckReport:
    """Everything that can go wrong goes wrong here, before anything is printed."""
    from dataclasses import replace

    from docgen.check.run import compare_releases
    from docgen.check.verdict import evaluate

    strictness = _check_options(options)
    pairs, names = _compared_pairs(options)
    comparisons = [compare_releases(old, new, options.service) for old, new in pairs if old is not None]
    dates = [new.date or "" for old, new in pairs if old is not None]
    strictness = replace(strictness, today=max(dates) if dates and all(dates) else _today())
    examined = [each for comparison in comparisons for each in comparison.services]
    report = evaluate(examined, strictness, *names)
    if options.write_baseline is not None:
        accepted = report.baseline_changes()
        _write_baseline(options.write_baseline, accepted)
        known = frozenset(change.fingerprint for change in accepted)
        report = evaluate(examined, replace(strictness, baseline=known), *names)
    places: dict[int, FileLocation] = {}
    for comparison in comparisons:
        places |= comparison.locations(comparison.own_findings(report.findings))
    report = replace(report, uncompared=tuple(new.location for old, new in pairs if old is None))
    return report.with_locations(lambda finding: places.get(id(finding)))


def _compared_pairs(options: argparse.Namespace) -> tuple[list[tuple[Release | None, Release]], tuple[str, str]]:
    """What is compared, and what the two sides are called."""
    from docgen.check.run import pairs_against_revision

    if options.against is None:
        if len(options.places) != 2:
            raise UsageError(f"check: {len(options.places)} given, expected OLD and NEW (or --against REV PATH...)")
        options.old, options.new = options.places
        old, new = find_release_pair(options)
        return [(old, new)], (old.name, new.name)
    if options.source is not None:
        raise UsageError("--source and --against: say one of them")
    pairs = [pair for place in options.places for pair in pairs_against_revision(place, options.against)]
    check_services(options.service, [release for pair in pairs for release in pair if release is not None])
    return pairs, (options.against, ", ".join(options.places))


def _check_options(options: argparse.Namespace) -> CheckOptions:
    """What the gate needs to know, of the command line and of the files that it names; all but the day."""
    from docgen.check.baseline import parse_baseline
    from docgen.check.ignores import parse_ignores
    from docgen.check.patterns import check_patterns
    from docgen.check.verdict import CheckOptions
    from docgen.rules.classify import RULES
    from docgen.rules.rule import Severity

    check_patterns(options.only, RULES, "--only")
    check_patterns(options.but, RULES, "--except")
    ignores, baseline = options.ignore, options.baseline
    return CheckOptions(
        profile=options.profile,
        fail_on=None if options.fail_on == "none" else Severity[options.fail_on.upper()],
        min_severity=Severity[options.show.upper()],
        only=tuple(options.only),
        exclude=tuple(options.but),
        ignores=() if ignores is None else parse_ignores(_read_text(ignores), ignores, RULES),
        baseline=frozenset() if baseline is None else parse_baseline(_read_text(baseline), baseline),
        suggest_bump=options.suggest_bump,
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

    from docgen.check.baseline import baseline_text
    from docgen.errors import OutputError

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
