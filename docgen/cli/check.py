"""`docgen check`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from docgen.check.reports import DEFAULT_LIMITS, FORMATS
from docgen.cli.arguments import (
    SEVERITIES,
    SOURCE_HELP,
    add_format_option,
    add_service_option,
    add_source_option,
    add_used_by_option,
    check_services,
    non_negative_int,
    read_options,
    set_runner,
)
from docgen.cli.check_code import locked_releases, locked_upgrade, make_judge, with_code_summary
from docgen.cli.compared_releases import find_release_pair
from docgen.cli.output import print_report
from docgen.errors import UsageError
from docgen.files import read_utf8, write_utf8
from docgen.rules.profiles import PROFILES
from docgen.wording import counted

if TYPE_CHECKING:
    from docgen.check.verdict import CheckedService, CheckPolicy, CheckReport
    from docgen.sources.release import Release
    from docgen.upgrades.judge import CodeJudge
    from docgen.upgrades.locks import Upgrade

SEVERITIES_SUMMARY = """Severities (see docs/severities.md):
  breaking   code or requests that worked before now fail
  dangerous  some callers may fail, depending on how they use the API
  safe       everything that worked before still works
  docs       only documentation changed"""


class CheckOptions(NamedTuple):
    """The options of `docgen check`.

    `paths` is OLD and NEW, or with `against` files and folders of a checkout, or none if a lock is compared.
    """

    paths: tuple[str, ...]
    against: str | None
    source: str | None
    used_by: tuple[Path, ...]
    lock: Path | None
    show: str | None
    services: tuple[str, ...]
    profile: str
    fail_on: str
    severity: str
    only: tuple[str, ...]
    exclude: tuple[str, ...]
    ignore_file: str | None
    baseline: str | None
    write_baseline: Path | None
    suggest_bump: bool
    limit: int | None
    format: str

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> CheckOptions:
        """Make the options; raises `UsageError` if they contradict each other."""
        lists = {name: tuple(getattr(namespace, name)) for name in ("paths", "services", "only", "exclude", "used_by")}
        of_code = bool(lists["used_by"])
        defaults = {
            "profile": namespace.profile or ("boto3" if of_code else "api"),
            "severity": namespace.severity or ("safe" if of_code else "dangerous"),
        }
        options = read_options(cls, namespace, **lists, **defaults)
        if not of_code and (options.lock or options.show):
            raise UsageError(f"{'--lock' if options.lock else '--show'}: needs --used-by PATH")
        if options.limit is not None and options.format not in DEFAULT_LIMITS:
            raise UsageError("--limit: only with --format text, github or sarif")
        if options.lock and options.paths:
            raise UsageError(f"--lock: no further paths, but {options.paths[0]} is given")
        if options.compares_lock and options.against is None:
            raise UsageError("check: nothing to compare (expected OLD NEW, or --against REV)")
        if options.against is None and len(options.paths) != 2:
            given = f"{counted(len(options.paths), 'argument')} given" if options.paths else "nothing to compare"
            raise UsageError(f"check: {given} (docgen check OLD NEW, or docgen check --against REV PATH)")
        if options.against is not None and not options.paths and not of_code:
            raise UsageError("check: PATH: missing (a file or folder to compare with the revision)")
        if options.against is not None and options.source is not None and not options.compares_lock:
            raise UsageError("--source and --against are mutually exclusive")
        return options

    @property
    def compares_lock(self) -> bool:
        """Whether the releases to compare are those of a lock or requirements file."""
        return bool(self.used_by) and not self.paths


def add_check_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen check`."""
    parser.epilog = f"{SEVERITIES_SUMMARY}\n\n{SOURCE_HELP}"
    usages = ("OLD NEW", "--against REV PATH [PATH ...]", "--against REV [--lock FILE] --used-by PATH")
    parser.usage = "\n       ".join(f"docgen check [options] {usage}" for usage in usages)
    parser.add_argument(
        "paths",
        metavar="OLD NEW",
        nargs="*",
        help="two releases of --source, or two sources; with --against: files or folders of a checkout",
    )
    parser.add_argument("--against", metavar="REV", help="compare the given paths with this git revision")
    add_source_option(parser, names_releases=True)
    add_used_by_option(parser)
    parser.add_argument(
        "--lock",
        metavar="FILE",
        type=Path,
        help="with --against and --used-by: lock or requirements file whose boto3 or botocore changed "
        "(default: found near the code)",
    )
    parser.add_argument(
        "--show", choices=("safe",), help="with --used-by: list what is new in the operations that the code calls"
    )
    add_service_option(parser)
    _add_policy_options(parser)
    parser.add_argument(
        "--write-baseline", metavar="FILE", type=Path, help="write the listed changes to a baseline file"
    )
    add_format_option(parser, tuple(FORMATS))
    parser.set_defaults(extra_dest="paths")
    set_runner(parser, CheckOptions.parse, run_check)


def _add_policy_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that decide which changes fail and which are listed."""
    add = parser.add_argument
    add(
        "--profile",
        choices=PROFILES,
        help="judge impact for: api, wire, typed or boto3 (default: api; boto3 with --used-by)",
    )
    add(
        "--fail-on",
        choices=(*SEVERITIES, "none"),
        default="breaking",
        help="minimum severity that fails the check, or none (default: breaking)",
    )
    add(
        "--severity",
        choices=SEVERITIES,
        help="minimum severity to list (default: dangerous; safe with --used-by)",
    )
    add(
        "--only",
        metavar="PATTERN",
        action="append",
        default=[],
        help="check only rules or elements matching PATTERN (repeatable)",
    )
    add(
        "--except",
        dest="exclude",
        metavar="PATTERN",
        action="append",
        default=[],
        help="skip rules or elements matching PATTERN (repeatable)",
    )
    add("--ignore-file", metavar="FILE", help="TOML file of accepted changes, each with a reason")
    add("--baseline", metavar="FILE", help="JSON file of known changes, which are not reported")
    add(
        "--limit",
        metavar="N",
        type=non_negative_int,
        help="show at most N changes, worst first; 0 shows all (default: 1000; 25000 in sarif)",
    )
    add("--suggest-bump", action="store_true", help="suggest a semantic version bump: major, minor or patch")


def run_check(options: CheckOptions) -> int:
    """Print the report; returns 1 if a change fails the check."""
    from docgen.check.reports import render_report
    from docgen.workers import gc_paused

    with gc_paused():
        report = _create_report(options)  # everything that can fail happens before anything is printed
    print_report(lambda screen: render_report(report, options.format, screen), options.format)
    return 1 if report.failures else 0


def _create_report(options: CheckOptions) -> CheckReport:
    from docgen.check.locations import with_locations
    from docgen.check.patterns import named_services
    from docgen.check.run import compare_releases, require_models
    from docgen.check.verdict import evaluate

    policy = _read_policy(options)
    judge, upgrade = _read_code(options)
    pairs = _compared_pairs(options) if upgrade is None else locked_releases(upgrade, options.source)
    compared = [(old, new) for old, new in pairs if old is not None]
    check_services(named_services(policy.only), [release for pair in pairs for release in pair if release is not None])
    require_models(file for old, new in pairs if old is None for file in new.files)
    compare = compare_releases if judge is None else judge.compare
    checked = [service for old, new in compared for service in compare(old, new, options.services)]
    policy = replace(policy, today=_judgement_day([new for _, new in compared]))
    names = _side_names(options, compared) if upgrade is None else (upgrade.old.release, upgrade.new.release)
    report = evaluate(checked, policy, *names)
    if judge is not None:
        report = with_code_summary(report, judge, upgrade, pairs)
    if options.write_baseline is not None:
        report = _write_baseline(options.write_baseline, report, checked)
    return with_locations(
        replace(
            report,
            uncompared=tuple(new.location for old, new in pairs if old is None),
            changed_policy_files=_changed_policy_files(options),
        )
    )


def _read_code(options: CheckOptions) -> tuple[CodeJudge | None, Upgrade | None]:
    """Return the judge of the code, if code is given, and the upgrade of a lock, if one is compared."""
    if not options.used_by:
        return None, None
    upgrade = None
    if options.compares_lock:
        assert options.against is not None  # noqa: S101 - CheckOptions.parse checks
        upgrade = locked_upgrade(options.lock, options.used_by, options.against)
    return make_judge(options.used_by, options.profile, with_capabilities=options.show == "safe"), upgrade


def _changed_policy_files(options: CheckOptions) -> tuple[str, ...]:
    """Return the ignore and baseline files that differ from the revision: a change may not accept itself."""
    from docgen.check.revision import differs_from_revision

    files = [file for file in (options.ignore_file, options.baseline) if file is not None]
    return tuple(file for file in files if options.against and differs_from_revision(file, options.against))


def _write_baseline(path: Path, report: CheckReport, checked: Sequence[CheckedService]) -> CheckReport:
    """Write a baseline of the listed changes; returns the report that it leads to."""
    from docgen.check.suppressions import baseline_text
    from docgen.check.verdict import evaluate

    changes = report.baseline_changes()
    write_utf8(path, baseline_text(changes))
    policy = replace(report.policy, baseline=frozenset(change.fingerprint for change in changes))
    return replace(evaluate(checked, policy, report.old, report.new), code=report.code)


def _compared_pairs(options: CheckOptions) -> list[tuple[Release | None, Release]]:
    """Return the releases to compare, older and newer one; None for a newer one without a counterpart."""
    if options.against is None:
        old, new = options.paths
        return [find_release_pair(old, new, options.source, options.services)]
    from docgen.check.revision import pairs_against_revision

    pairs = [pair for path in options.paths for pair in pairs_against_revision(path, options.against)]
    check_services(options.services, [release for pair in pairs for release in pair if release is not None])
    return pairs


def _side_names(options: CheckOptions, compared: Sequence[tuple[Release, Release]]) -> tuple[str, str]:
    """Return what reports call the older and the newer side."""
    if options.against is not None:
        return options.against, ", ".join(options.paths)
    ((old, new),) = compared
    return old.name, new.name


def _finding_limit(options: CheckOptions) -> int | None:
    """Return how many findings the report shows; None for all of them."""
    if options.limit is None:
        return DEFAULT_LIMITS.get(options.format)
    return options.limit or None


def _read_policy(options: CheckOptions) -> CheckPolicy:
    """Return the policy without its day; reads the files that the options name."""
    from docgen.check.patterns import check_patterns
    from docgen.check.suppressions import parse_baseline, parse_ignores
    from docgen.check.verdict import CheckPolicy
    from docgen.rules.classify import RULES
    from docgen.rules.rule import Severity

    check_patterns(options.only, RULES, "--only")
    check_patterns(options.exclude, RULES, "--except")
    ignores, baseline = options.ignore_file, options.baseline
    return CheckPolicy(
        profile=options.profile,
        fail_on=None if options.fail_on == "none" else Severity[options.fail_on.upper()],
        min_severity=Severity[options.severity.upper()],
        only=options.only,
        exclude=options.exclude,
        ignores=() if ignores is None else parse_ignores(read_utf8(ignores), ignores, RULES),
        baseline=frozenset() if baseline is None else parse_baseline(read_utf8(baseline), baseline),
        suggest_bump=options.suggest_bump,
        limit=_finding_limit(options),
    )


def _judgement_day(releases: Sequence[Release]) -> str:
    """Return the day (`YYYY-MM-DD`) that decides which ignores have expired: that of the newest release.

    If a release has no date, it is that of `SOURCE_DATE_EPOCH` (https://reproducible-builds.org), or today in UTC.
    """
    from datetime import UTC, datetime

    dates = [release.date for release in releases]
    known = [day for day in dates if day]
    if known and len(known) == len(dates):
        return max(known)
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(seconds), UTC) if seconds.isdecimal() else datetime.now(UTC)
    return now.date().isoformat()
