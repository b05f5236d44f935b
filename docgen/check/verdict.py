"""From changes to a verdict. Every format is a rendering of the one `Report`, and decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from docgen.check.ignores import Ignore
from docgen.check.patterns import matches_any, matches_pattern, service_of
from docgen.rules.change import Change
from docgen.rules.rule import Rule, Severity


class Bump(StrEnum):
    """The part of a version number that has to grow (semver.org)."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How strict the gate is.

    `profile` says who looks, `fail_on` from which severity on a change fails the check (None: never), `show` from which
    on it is listed; the others are counted. What fails is always listed. `only` and `but` are patterns of rules or
    elements (`patterns`). `today` decides which ignores have expired. `bump`: whether a version bump is suggested.
    """

    profile: str = "api"
    fail_on: Severity | None = Severity.BREAKING
    min_severity: Severity = Severity.DANGEROUS
    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    baseline: frozenset[str] = frozenset()
    today: str = ""
    suggest_bump: bool = False


@dataclass(frozen=True, slots=True)
class CheckedService:
    """A service at one API version that was compared, and what came of it, in the order of `classify`."""

    service: str
    api_version: str
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class FileLocation:
    """A line of a file of the new version. The path is POSIX; line 0: the file as a whole."""

    file: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """A change as the gate sees it: its severity in the chosen profile, and whether it fails the check."""

    service: str
    api_version: str
    severity: Severity
    fails: bool
    change: Change
    location: FileLocation | None = None

    @property
    def rule(self) -> Rule:
        """The rule that caught it."""
        return self.change.rule

    @property
    def id(self) -> str:
        """The element: `appstream#CreateFleetRequest$Tags`."""
        return self.change.delta.id


@dataclass(frozen=True, slots=True)
class IgnoredFinding:
    """A finding that an ignore lets pass."""

    finding: Finding
    ignore: Ignore


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What the gate has to say.

    `findings` are listed: worst first, then by service, then in the order of the model. `counts` has every severity and
    counts the listed and the others; neither the ignored nor those in the baseline. `known` are the latter, `gone` is
    how many entries of the baseline no longer occur. `uncompared` are places that are new, with nothing to be compared
    with. `bump` is None unless asked for.
    """

    old: str
    new: str
    options: CheckOptions
    services: tuple[str, ...]
    findings: tuple[Finding, ...]
    unlisted: tuple[Finding, ...]
    ignored: tuple[IgnoredFinding, ...] = ()
    in_baseline: tuple[Finding, ...] = ()
    stale_baseline_entries: int = 0
    unused_ignores: tuple[Ignore, ...] = ()
    expired_ignores: tuple[Ignore, ...] = ()
    uncompared: tuple[str, ...] = ()
    bump: Bump | None = None
    counts: Mapping[Severity, int] = field(default_factory=dict)

    @property
    def failures(self) -> int:
        """How many findings fail the check."""
        return sum(finding.fails for finding in self.findings)

    @property
    def verdict(self) -> str:
        """`passed` or `failed`."""
        return "failed" if self.failures else "passed"

    def with_locations(self, locate: Callable[[Finding], FileLocation | None]) -> CheckReport:
        """The report with the place of every listed finding."""
        return replace(self, findings=tuple(replace(each, location=locate(each)) for each in self.findings))

    def baseline_changes(self) -> tuple[Change, ...]:
        """What a baseline has to know so that none of this is told again: what is listed, and what was known before."""
        return tuple(finding.change for finding in (*self.findings, *self.in_baseline))


def evaluate(checked: Iterable[CheckedService], options: CheckOptions, old: str = "", new: str = "") -> CheckReport:
    """The verdict on what was compared; `old` and `new` are what readers call the two sides.

    Noise (rules that are `suppressed`) has no part in it, unless it is dangerous in the profile. An ignore
    is unused if it covers nothing in the services that were compared, and is not called so where only other
    services could have needed it: one file serves many checks.
    """
    checked = tuple(checked)
    every = _worst_first(finding for each in checked for finding in _findings(each, options))
    looked_at = [finding for finding in every if _is_selected(finding, options)]
    holding = [ignore for ignore in options.ignores if not ignore.is_expired(options.today)]
    excused = {id(finding): ignore for finding in looked_at if (ignore := _matching_ignore(finding, holding))}
    blamed = [finding for finding in looked_at if id(finding) not in excused]
    known = tuple(finding for finding in blamed if finding.change.fingerprint in options.baseline)
    active = [finding for finding in blamed if finding.change.fingerprint not in options.baseline]
    services = tuple(sorted({each.service for each in checked}))
    return CheckReport(
        old=old,
        new=new,
        options=options,
        services=services,
        findings=tuple(finding for finding in active if _is_listed(finding, options)),
        unlisted=tuple(finding for finding in active if not _is_listed(finding, options)),
        ignored=tuple(IgnoredFinding(f, excused[id(f)]) for f in looked_at if id(f) in excused),
        in_baseline=known,
        stale_baseline_entries=len(options.baseline.difference(finding.change.fingerprint for finding in every)),
        unused_ignores=tuple(ignore for ignore in holding if _is_unused(ignore, every, services)),
        expired_ignores=tuple(ignore for ignore in options.ignores if ignore.is_expired(options.today)),
        bump=_suggested_bump(looked_at) if options.suggest_bump else None,
        counts=_count_by_severity(active),
    )


def _findings(checked: CheckedService, options: CheckOptions) -> Iterable[Finding]:
    for change in checked.changes:
        severity = change.severity_in(options.profile)
        if change.rule.suppressed and severity <= Severity.SAFE:
            continue
        fails = options.fail_on is not None and severity >= options.fail_on
        yield Finding(checked.service, checked.api_version, severity, fails, change)


def _worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Worst first, then by service; sorting is stable, so the order of the model stays within that."""
    return sorted(findings, key=lambda each: (-each.severity, each.service, each.api_version))


def _is_selected(finding: Finding, options: CheckOptions) -> bool:
    names = finding.rule.id, finding.id
    return (not options.only or matches_any(options.only, *names)) and not matches_any(options.exclude, *names)


def _matching_ignore(finding: Finding, ignores: Iterable[Ignore]) -> Ignore | None:
    return next((ignore for ignore in ignores if ignore.covers(finding.rule.id, finding.id)), None)


def _is_unused(ignore: Ignore, findings: Iterable[Finding], services: Iterable[str]) -> bool:
    if not any(matches_pattern(service, service_of(ignore.id)) for service in services):
        return False
    return not any(ignore.covers(finding.rule.id, finding.id) for finding in findings)


def _is_listed(finding: Finding, options: CheckOptions) -> bool:
    return finding.fails or finding.severity >= options.min_severity


def _count_by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    found = Counter(finding.severity for finding in findings)
    return {severity: found[severity] for severity in sorted(Severity, reverse=True)}


def _suggested_bump(findings: Iterable[Finding]) -> Bump:
    """Breaking: major. Dangerous or safe, which is where additions are: minor. Only documentation, or nothing: patch.

    What is ignored or in the baseline counts: an excuse lets a change pass, but callers feel it all the same.
    """
    worst = max((finding.severity for finding in findings), default=Severity.DOCS)
    if worst is Severity.BREAKING:
        return Bump.MAJOR
    return Bump.PATCH if worst is Severity.DOCS else Bump.MINOR
