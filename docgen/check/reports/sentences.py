"""Sentences that the formats share. Names come from untrusted models, so they are escaped to stay on one line."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.check.suppressions import Ignore
from docgen.check.verdict import CheckReport, CodeSummary, Finding
from docgen.model.names import method_name
from docgen.printable import visible_line
from docgen.rules.change import Verdict, path_text
from docgen.rules.code_lines import code_lines_text
from docgen.rules.grouping import group_changes
from docgen.rules.rule import Severity
from docgen.wording import counted, listed

MAX_NAMED_OPERATIONS = 3
"""The number of affected operations to name; the others are counted. JSON and SARIF name all."""


def fail_on_label(report: CheckReport) -> str:
    """Return the label of the mildest severity that fails the check, or `none`."""
    return report.policy.fail_on.label if report.policy.fail_on is not None else "none"


def verdict_sentence(report: CheckReport) -> str:
    """Return the verdict as a sentence."""
    if report.code is not None:
        return _code_sentence(report, report.code)
    if report.policy.fail_on is None:
        return "Passed: no severity fails the check (--fail-on none)."
    if report.failures:
        at_least = "" if report.policy.fail_on is Severity.BREAKING else " or worse"
        changes = f"{counted(report.failures, 'change')} {_is_or_are(report.failures)}"
        return f"Failed: {changes} {fail_on_label(report)}{at_least}."
    return f"Passed: nothing {fail_on_label(report)}."


def _code_sentence(report: CheckReport, code: CodeSummary) -> str:
    """Count what reaches and breaks the code: `boto3 1.9.1 → 1.9.2: 412 changes, 3 reach your code, none breaks it`."""
    title, reaching = visible_line(code.title), len(report.findings) + len(report.unlisted)
    if report.old == report.new:
        return f"{title} as in the revision: no upgrade."
    if not reaching:
        return f"{title}: {counted(code.total, 'change')}, none reaches your code."
    verbs = ("reaches", "breaks") if reaching == 1 else ("reach", "breaks")
    broken = f"{report.failures:,} break" + ("s" if report.failures == 1 else "") if report.failures else "none breaks"
    if report.policy.fail_on not in (None, Severity.BREAKING):
        broken = (
            f"{report.failures or 'none'} {_is_or_are(max(report.failures, 1))} {fail_on_label(report)} or worse for"
        )
    return f"{title}: {counted(code.total, 'change')}, {reaching:,} {verbs[0]} your code, {broken} it."


def _is_or_are(number: int) -> str:
    """Return the verb for a number of things."""
    return "is" if number == 1 else "are"


def counts_text(report: CheckReport) -> str:
    """Return the number of changes of each severity, of accepted changes, and of compared services."""
    counts = ", ".join(f"{number:,} {severity.label}" for severity, number in report.severity_counts.items())
    accepted = [
        f"{len(report.ignored):,} ignored" if report.ignored else "",
        f"{len(report.in_baseline):,} in the baseline" if report.in_baseline else "",
    ]
    compared = "" if report.code else f"{counted(len(report.services), 'service')} compared"
    return "; ".join(filter(None, (counts, *accepted, compared)))


def note_sentences(report: CheckReport) -> Iterator[str]:
    """Yield further notes on the check, one sentence each."""
    if report.policy.profile != ("boto3" if report.code else "api"):
        yield f"Severities are those of the profile {report.policy.profile}."
    for note in report.code.notes if report.code else ():
        yield visible_line(note)
    if report.bump is not None:
        yield f"Suggested bump: {report.bump}."
    if left_out := len(report.findings) - len(report.shown):
        yield f"Not shown: {counted(left_out, 'more change')} (--limit 0 shows all)."
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
    """Return the affected operations, each with the path of the element if known; empty if there are none."""
    verdict = finding.change.verdict
    return visible_line(_named_operations(finding.service, verdict)) if verdict.operations else ""


def _named_operations(service: str, verdict: Verdict) -> str:
    named = [_operation_with_path(service, verdict, name) for name in verdict.operations[:MAX_NAMED_OPERATIONS]]
    more = len(verdict.operations) - len(named)
    if more:
        named.append(f"{more:,} more")
    return " and ".join((", ".join(named[:-1]), named[-1])) if len(named) > 1 else named[0]


def other_verdicts_text(finding: Finding) -> str:
    """Name the operations for which the change is less severe: `Safe for DescribeStacks.`; empty if there are none."""
    return visible_line(
        " ".join(
            f"{severity.label.capitalize()} for {_named_operations(finding.service, verdict)}."
            for severity, verdict in finding.other_verdicts
        )
    )


def code_text(finding: Finding) -> str:
    """Return the lines of code that a finding reaches; empty if no code was given."""
    return visible_line(code_lines_text(finding.change.code))


def capability_lines(report: CheckReport, most: int) -> tuple[str, ...]:
    """Return what is new in the operations that the code calls: at most `most` lines, and a count of the others."""
    groups = group_changes(finding.change for finding in report.code.capabilities) if report.code else ()
    lines = []
    for group in groups[:most]:
        names = group.change.all_operations
        where = listed([method_name(name) for name in names[:MAX_NAMED_OPERATIONS]], len(names[MAX_NAMED_OPERATIONS:]))
        lines.append(visible_line(f"{group.change.delta.element_id.service} {where}: {group.message}"))
    more = len(groups) - len(lines)
    return (*lines, *((f"{counted(more, 'more addition')} (--format json has all)",) if more else ()))


def location_text(finding: Finding) -> str:
    """Return the file and line of a finding, such as `models/service-2.json:12`; empty if unknown."""
    if finding.location is None:
        return ""
    return visible_line(
        f"{finding.location.file}:{finding.location.line}" if finding.location.line else finding.location.file
    )


def _operation_with_path(service: str, verdict: Verdict, name: str) -> str:
    path = path_text(service, verdict, name)
    return f"{name} ({path})" if path else name


def _ignore_text(ignore: Ignore) -> str:
    return visible_line(f"{ignore.rule} {ignore.id} ({ignore.reason})")
