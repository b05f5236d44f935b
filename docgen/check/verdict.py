"""From changes to a verdict: a `CheckReport`, which the report formats only render."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from docgen.check.patterns import matches_any, matches_pattern, service_of
from docgen.check.suppressions import Ignore, IgnoreMatcher
from docgen.rules.change import Change, Verdict
from docgen.rules.rule import Rule, Severity
from docgen.sources.release import ModelFile


class Bump(StrEnum):
    """The part of a version number to increase (https://semver.org)."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"


@dataclass(frozen=True, slots=True)
class CheckPolicy:
    """How strict a check is.

    Attributes:
        profile: The audience whose impact is judged.
        fail_on: The minimum severity that fails the check; None if no severity does.
        min_severity: The minimum severity that is listed; milder changes are counted. Failures are always listed.
        only: Patterns for the rules or elements to check; empty for all.
        exclude: Patterns for rules or elements to skip.
        ignores: Accepted changes.
        baseline: Fingerprints of known changes.
        today: The day that decides which ignores have expired (`YYYY-MM-DD`).
        suggest_bump: Whether the report suggests a version bump.
        limit: How many findings a report shows, worst first; the others are counted. None shows all.

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
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class CheckedService:
    """A service at one API version, its changes in the order of `classify`, and its new model; None if removed."""

    service: str
    api_version: str
    changes: Sequence[Change]
    model: ModelFile | None = None


@dataclass(frozen=True, slots=True)
class FileLocation:
    """A line of a file of the new version. The path has slashes; line 0 is the file as a whole."""

    file: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """A change with its severity in the profile of the check, and whether it fails the check."""

    service: str
    api_version: str
    severity: Severity
    fails: bool
    change: Change
    model: ModelFile | None = None
    location: FileLocation | None = None
    profile: str = "api"

    @property
    def other_verdicts(self) -> tuple[tuple[Severity, Verdict], ...]:
        """The verdicts of the operations for which the change is not as bad, each with its severity in the profile."""
        return tuple(
            (verdict.severity_in(self.profile), verdict)
            for verdict in self.change.others
            if not verdict.rule.suppressed or verdict.severity_in(self.profile) > Severity.SAFE
        )

    @property
    def rule(self) -> Rule:
        """The rule that found the change."""
        return self.change.rule

    @property
    def id(self) -> str:
        """The id of the element, such as `appstream#CreateFleetRequest$Tags`."""
        return self.change.delta.id


@dataclass(frozen=True, slots=True)
class IgnoredFinding:
    """A finding that an ignore accepts."""

    finding: Finding
    ignore: Ignore


@dataclass(frozen=True, slots=True)
class CodeSummary:
    """The summary of a check of code, in which only changes that reach the code are findings.

    Attributes:
        title: The versions that are compared: `boto3 1.34.51 → 1.34.131`.
        total: How many changes there are, without those of documentation.
        capabilities: What is new in the operations that the code calls; empty unless requested.
        notes: Further notes, one sentence each.
    """

    title: str
    total: int
    capabilities: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The result of a check.

    Attributes:
        old: What reports call the older side.
        new: What reports call the newer side.
        policy: How strict the check was.
        services: The services that were compared, in alphabetical order.
        findings: The listed findings: worst first, then by service, then in the order of the model.
        unlisted: Findings that are milder than what is listed.
        ignored: Findings that an ignore accepts.
        in_baseline: Findings that the baseline has.
        stale_baseline_entries: How many entries of the baseline no longer occur.
        unused_ignores: Ignores that cover no finding.
        expired_ignores: Ignores that are no longer valid.
        uncompared: Locations of new releases that have no older one to compare with.
        changed_policy_files: The ignore and baseline files that differ from the revision, or that it does not have.
        bump: The suggested version bump; None unless requested.
        severity_counts: How many findings have each severity, worst first, listed or not; without the ignored ones and
            those in the baseline.
        code: The summary for code, if only changes that reach it are findings.

    """

    old: str
    new: str
    policy: CheckPolicy
    services: tuple[str, ...]
    findings: tuple[Finding, ...]
    unlisted: tuple[Finding, ...]
    ignored: tuple[IgnoredFinding, ...] = ()
    in_baseline: tuple[Finding, ...] = ()
    stale_baseline_entries: int = 0
    unused_ignores: tuple[Ignore, ...] = ()
    expired_ignores: tuple[Ignore, ...] = ()
    uncompared: tuple[str, ...] = ()
    changed_policy_files: tuple[str, ...] = ()
    bump: Bump | None = None
    severity_counts: Mapping[Severity, int] = field(default_factory=dict)
    code: CodeSummary | None = None

    @property
    def shown(self) -> tuple[Finding, ...]:
        """The findings within the limit of the policy."""
        return self.findings[: self.policy.limit]

    @property
    def failures(self) -> int:
        """How many findings fail the check."""
        return sum(finding.fails for finding in self.findings)

    @property
    def verdict(self) -> str:
        """`passed` or `failed`."""
        return "failed" if self.failures else "passed"

    def baseline_changes(self) -> tuple[Change, ...]:
        """Return the changes for a new baseline: the listed ones, and those of the old baseline that still occur."""
        return tuple(finding.change for finding in (*self.findings, *self.in_baseline))


def evaluate(checked: Iterable[CheckedService], policy: CheckPolicy, old: str = "", new: str = "") -> CheckReport:
    """Judge what was compared.

    Suppressed rules are left out unless they are dangerous in the profile. An ignore counts as unused only if the
    check compared a service that it could cover: one file of ignores serves many checks. A change that reaches code
    fails only if it breaks a line for sure.

    Args:
        checked: The services that were compared.
        policy: How strict the check is.
        old: What reports call the older side.
        new: What reports call the newer side.

    """
    checked = tuple(checked)
    findings = _worst_first(finding for service in checked for finding in _findings(service, policy))
    selected = [finding for finding in findings if _is_selected(finding, policy)]
    valid_ignores = [ignore for ignore in policy.ignores if not ignore.is_expired(policy.today)]
    matcher = IgnoreMatcher(valid_ignores)
    judged = [(finding, matcher.first(finding.rule.id, finding.id)) for finding in selected]
    unignored = [finding for finding, ignore in judged if ignore is None]
    active = [finding for finding in unignored if finding.change.fingerprint not in policy.baseline]
    services = tuple(sorted({service.service for service in checked}))
    return CheckReport(
        old=old,
        new=new,
        policy=policy,
        services=services,
        findings=tuple(finding for finding in active if _is_listed(finding, policy)),
        unlisted=tuple(finding for finding in active if not _is_listed(finding, policy)),
        ignored=tuple(IgnoredFinding(finding, ignore) for finding, ignore in judged if ignore is not None),
        in_baseline=tuple(finding for finding in unignored if finding.change.fingerprint in policy.baseline),
        stale_baseline_entries=len(policy.baseline.difference(finding.change.fingerprint for finding in findings)),
        unused_ignores=tuple(_unused_ignores(matcher, findings, services)),
        expired_ignores=tuple(ignore for ignore in policy.ignores if ignore.is_expired(policy.today)),
        bump=_suggested_bump(selected) if policy.suggest_bump else None,
        severity_counts=_count_by_severity(active),
    )


def _findings(checked: CheckedService, policy: CheckPolicy) -> Iterable[Finding]:
    for change in (change.ranked(policy.profile) for change in checked.changes):
        severity = change.severity_in(policy.profile)
        if change.rule.suppressed and severity <= Severity.SAFE:
            continue
        fails = policy.fail_on is not None and severity >= policy.fail_on
        if change.code:
            fails = fails and any(line.is_sure for line in change.code)
        yield Finding(
            checked.service, checked.api_version, severity, fails, change, checked.model, profile=policy.profile
        )


def _worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by severity, then by service; sorting is stable, so the order of the model is kept within that."""
    return sorted(findings, key=lambda each: (-each.severity, each.service, each.api_version))


def _is_selected(finding: Finding, policy: CheckPolicy) -> bool:
    names = finding.rule.id, finding.id
    return (not policy.only or matches_any(policy.only, *names)) and not matches_any(policy.exclude, *names)


def _unused_ignores(matcher: IgnoreMatcher, findings: Iterable[Finding], services: Iterable[str]) -> Iterator[Ignore]:
    """Yield the ignores that cover no finding, although they could cover one of these services."""
    used = {number for finding in findings for number in matcher.numbers(finding.rule.id, finding.id)}
    could_cover = cache(lambda pattern: any(matches_pattern(service, pattern) for service in services))
    for number, ignore in enumerate(matcher.ignores):
        if number not in used and could_cover(service_of(ignore.id)):
            yield ignore


def _is_listed(finding: Finding, policy: CheckPolicy) -> bool:
    return finding.fails or finding.severity >= policy.min_severity


def _count_by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    found = Counter(finding.severity for finding in findings)
    return {severity: found[severity] for severity in sorted(Severity, reverse=True)}


def _suggested_bump(findings: Iterable[Finding]) -> Bump:
    """Return major for breaking changes, minor for dangerous or safe ones such as additions, else patch.

    Ignored and known changes count as well: they affect callers even if the team accepts them.
    """
    worst = max((finding.severity for finding in findings), default=Severity.DOCS)
    if worst is Severity.BREAKING:
        return Bump.MAJOR
    return Bump.PATCH if worst is Severity.DOCS else Bump.MINOR
