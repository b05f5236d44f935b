"""The sentences that several formats share. Names are from untrusted models: shown, they keep to one line."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.check.ignores import Ignore
from docgen.check.verdict import CheckReport, Finding
from docgen.rules.rule import Severity

MAX_NAMED_OPERATIONS = 3
"""Affected operations that are named; the others are counted. JSON and SARIF name all."""


def escape_unprintable(text: str) -> str:
    r"""The text in one line of printable characters: whatever else is in it is written `\xNN`."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def fail_on_word(report: CheckReport) -> str:
    """The name of the severity from which on the check fails."""
    return report.options.fail_on.label if report.options.fail_on is not None else "none"


def verdict_sentence(report: CheckReport) -> str:
    """The verdict as a sentence."""
    if report.options.fail_on is None:
        return "Passed: nothing is asked to fail (--fail-on none)."
    if report.failures:
        at_least = "" if report.options.fail_on is Severity.BREAKING else " or worse"
        changes = f"{count_noun(report.failures, 'change')} {is_or_are(report.failures)}"
        return f"Failed: {changes} {fail_on_word(report)}{at_least}."
    return f"Passed: nothing {fail_on_word(report)}."


def is_or_are(number: int) -> str:
    """The verb that goes with a number."""
    return "is" if number == 1 else "are"


def count_noun(number: int, noun: str) -> str:
    """The number with its noun, in singular or plural."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def counts_text(report: CheckReport) -> str:
    """How many changes of which severity, how many were excused, how many services were looked at."""
    found = ", ".join(f"{number:,} {severity.label}" for severity, number in report.counts.items())
    excused = [
        f"{len(report.ignored):,} ignored" if report.ignored else "",
        f"{len(report.in_baseline):,} in the baseline" if report.in_baseline else "",
    ]
    compared = f"{count_noun(len(report.services), 'service')} compared"
    return "; ".join(filter(None, (found, *excused, compared)))


def note_sentences(report: CheckReport) -> Iterator[str]:
    """What else there is to know: one sentence each."""
    if report.options.profile != "api":
        yield f"Severities are those of the profile {report.options.profile}."
    if report.bump is not None:
        yield f"Suggested bump: {report.bump}."
    if report.unlisted:
        mildest = min(finding.severity for finding in report.unlisted)
        yield f"Counted, not listed: {count_noun(len(report.unlisted), 'change')} (--show {mildest.label} lists them)."
    if report.stale_baseline_entries:
        entries = count_noun(report.stale_baseline_entries, "entry").replace("entrys", "entries")
        yield f"{entries} of the baseline no longer occur{'s' * (report.stale_baseline_entries == 1)} (write it anew)."
    for place in report.uncompared:
        yield f"New, so there is nothing to compare it with: {escape_unprintable(place)}"
    for ignore in report.unused_ignores:
        yield f"Unused ignore: {_ignore_text(ignore)}"
    for ignore in report.expired_ignores:
        yield f"Ignore expired on {ignore.expires}: {_ignore_text(ignore)}"


def operations_text(finding: Finding) -> str:
    """The operations that are affected, with a path where one says more than the name; empty if there is none."""
    affected = finding.change.operations
    if not affected:
        return ""
    named = [_operation_with_path(finding, name) for name in affected[:MAX_NAMED_OPERATIONS]]
    more = len(affected) - len(named)
    if more:
        named.append(f"{more:,} more")
    return escape_unprintable(" and ".join((", ".join(named[:-1]), named[-1])) if len(named) > 1 else named[0])


def location_text(finding: Finding) -> str:
    """The file and the line, or an empty string."""
    if finding.location is None:
        return ""
    return escape_unprintable(
        f"{finding.location.file}:{finding.location.line}" if finding.location.line else finding.location.file
    )


def _operation_with_path(finding: Finding, name: str) -> str:
    path = finding.change.paths.get(name)
    return f"{name} ({path})" if path else name


def _ignore_text(ignore: Ignore) -> str:
    return escape_unprintable(f"{ignore.rule} {ignore.id} ({ignore.reason})")
