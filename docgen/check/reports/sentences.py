"""Sentences that the formats share. Names come from untrusted models, so they are escaped to stay on one line."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.check.suppressions import Ignore
from docgen.check.verdict import CheckReport, Finding
from docgen.printable import visible_line
from docgen.rules.change import Verdict
from docgen.rules.rule import Severity
from docgen.wording import counted

MAX_NAMED_OPERATIONS = 3
"""The number of affected operations to name; the others are counted. JSON and SARIF name all."""


def fail_on_label(report: CheckReport) -> str:
    """The label of the minimum severity that fails the check, or `none`."""
    return report.policy.fail_on.label if report.policy.fail_on is not None else "none"


def verdict_sentence(report: CheckReport) -> str:
    """The verdict as a sentence."""
    if report.policy.fail_on is None:
        return "Passed: no severity fails the check (--fail-on none)."
    if report.failures:
        at_least = "" if report.policy.fail_on is Severity.BREAKING else " or worse"
        changes = f"{counted(report.failures, 'change')} {_is_or_are(report.failures)}"
        return f"Failed: {changes} {fail_on_label(report)}{at_least}."
    return f"Passed: nothing {fail_on_label(report)}."


def _is_or_are(number: int) -> str:
    """The verb for a number of things."""
    return "is" if number == 1 else "are"


def counts_text(report: CheckReport) -> str:
    """The number of changes of each severity, of accepted changes, and of compared services."""
    counts = ", ".join(f"{number:,} {severity.label}" for severity, number in report.severity_counts.items())
    accepted = [
        f"{len(report.ignored):,} ignored" if report.ignored else "",
        f"{len(report.in_baseline):,} in the baseline" if report.in_baseline else "",
    ]
    compared = f"{counted(len(report.services), 'service')} compared"
    return "; ".join(filter(None, (counts, *accepted, compared)))


def note_sentences(report: CheckReport) -> Iterator[str]:
    """Further notes on the check, one sentence each."""
    if report.policy.profile != "api":
        yield f"Severities are those of the profile {report.policy.profile}."
    if report.bump is not None:
        yield f"Suggested bump: {report.bump}."
    if report.unlisted:
        mildest = min(finding.severity for finding in report.unlisted)
        changes = counted(len(report.unlisted), "change")
        yield f"Counted, not listed: {changes} (--severity {mildest.label} lists them)."
    if report.stale_baseline_entries:
        entries = counted(report.stale_baseline_entries, "entry", "entries")
        verb = "occurs" if report.stale_baseline_entries == 1 else "occur"
        yield f"{entries} of the baseline no longer {verb} (rewrite it with --write-baseline)."
    for file in report.changed_policy_files:
        yield f"Review {visible_line(file)}: it decides what passes, and it differs from {visible_line(report.old)}."
    for location in report.uncompared:
        yield f"New, nothing to compare with: {visible_line(location)}"
    for ignore in report.unused_ignores:
        yield f"Unused ignore: {_ignore_text(ignore)}"
    for ignore in report.expired_ignores:
        yield f"Ignore expired on {ignore.expires}: {_ignore_text(ignore)}"


def operations_text(finding: Finding) -> str:
    """The affected operations, each with the path of the element if known; empty if there are none."""
    return visible_line(_named_operations(finding.change.verdict)) if finding.change.operations else ""


def _named_operations(verdict: Verdict) -> str:
    named = [_operation_with_path(verdict, name) for name in verdict.operations[:MAX_NAMED_OPERATIONS]]
    more = len(verdict.operations) - len(named)
    if more:
        named.append(f"{more:,} more")
    return " and ".join((", ".join(named[:-1]), named[-1])) if len(named) > 1 else named[0]


def other_verdicts_text(finding: Finding) -> str:
    """For which other operations the change is not as bad: `Safe for DescribeStacks.`; empty if there are none."""
    return visible_line(
        " ".join(
            f"{severity.label.capitalize()} for {_named_operations(verdict)}."
            for severity, verdict in finding.other_verdicts
        )
    )


def location_text(finding: Finding) -> str:
    """The file and line of a finding, such as `models/service-2.json:12`; empty if unknown."""
    if finding.location is None:
        return ""
    return visible_line(
        f"{finding.location.file}:{finding.location.line}" if finding.location.line else finding.location.file
    )


def _operation_with_path(verdict: Verdict, name: str) -> str:
    path = verdict.paths.get(name)
    return f"{name} ({path})" if path else name


def _ignore_text(ignore: Ignore) -> str:
    return visible_line(f"{ignore.rule} {ignore.id} ({ignore.reason})")
