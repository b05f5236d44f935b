"""The sentences that several formats share. Names are from untrusted models: shown, they keep to one line."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.check.ignores import Ignore
from docgen.check.verdict import Finding, Report
from docgen.rules.rule import Severity

NAMED = 3
"""Affected operations that are named; the others are counted. JSON and SARIF name all."""


def visible(text: str) -> str:
    r"""The text in one line of printable characters: whatever else is in it is written `\xNN`."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def level(report: Report) -> str:
    """The name of the severity from which on the check fails."""
    return report.options.fail_on.word if report.options.fail_on is not None else "none"


def verdict(report: Report) -> str:
    """The verdict as a sentence."""
    if report.options.fail_on is None:
        return "Passed: nothing is asked to fail (--fail-on none)."
    if report.failing:
        at_least = "" if report.options.fail_on is Severity.BREAKING else " or worse"
        return f"Failed: {count(report.failing, 'change')} {be(report.failing)} {level(report)}{at_least}."
    return f"Passed: nothing {level(report)}."


def be(number: int) -> str:
    """The verb that goes with a number."""
    return "is" if number == 1 else "are"


def count(number: int, noun: str) -> str:
    """The number with its noun, in singular or plural."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def counts(report: Report) -> str:
    """How many changes of which severity, how many were excused, how many services were looked at."""
    found = ", ".join(f"{number:,} {severity.word}" for severity, number in report.counts.items())
    excused = [
        f"{len(report.ignored):,} ignored" if report.ignored else "",
        f"{len(report.known):,} in the baseline" if report.known else "",
    ]
    compared = f"{count(len(report.services), 'service')} compared"
    return "; ".join(filter(None, (found, *excused, compared)))


def notes(report: Report) -> Iterator[str]:
    """What else there is to know: one sentence each."""
    if report.options.profile != "api":
        yield f"Severities are those of the profile {report.options.profile}."
    if report.bump is not None:
        yield f"Suggested bump: {report.bump}."
    if report.unlisted:
        mildest = min(finding.severity for finding in report.unlisted)
        yield f"Counted, not listed: {count(len(report.unlisted), 'change')} (--show {mildest.word} lists them)."
    if report.gone:
        entries = count(report.gone, "entry").replace("entrys", "entries")
        yield f"{entries} of the baseline no longer occur{'s' * (report.gone == 1)} (write it anew)."
    for place in report.uncompared:
        yield f"New, so there is nothing to compare it with: {visible(place)}"
    for ignore in report.unused_ignores:
        yield f"Unused ignore: {_ignore(ignore)}"
    for ignore in report.expired_ignores:
        yield f"Ignore expired on {ignore.expires}: {_ignore(ignore)}"


def operations(finding: Finding) -> str:
    """The operations that are affected, with a path where one says more than the name; empty if there is none."""
    affected = finding.change.operations
    if not affected:
        return ""
    named = [_operation(finding, name) for name in affected[:NAMED]]
    more = len(affected) - len(named)
    if more:
        named.append(f"{more:,} more")
    return visible(" and ".join((", ".join(named[:-1]), named[-1])) if len(named) > 1 else named[0])


def place(finding: Finding) -> str:
    """The file and the line, or an empty string."""
    if finding.place is None:
        return ""
    return visible(f"{finding.place.file}:{finding.place.line}" if finding.place.line else finding.place.file)


def _operation(finding: Finding, name: str) -> str:
    path = finding.change.paths.get(name)
    return f"{name} ({path})" if path else name


def _ignore(ignore: Ignore) -> str:
    return visible(f"{ignore.rule} {ignore.id} ({ignore.reason})")
