"""Explanations as text and as JSON: what is missing, which release has it, and the command that installs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote
from typing import Any

from docgen.history.boto3_versions import BOTOCORE, boto3_release
from docgen.history.explain.verdicts import Explanation
from docgen.history.history import History
from docgen.history.release_sets import ReleaseSet, intersection
from docgen.history.since_output import answer_data, answer_lines, release_label, release_name, span_lines
from docgen.wording import listed

ReleaseRange = tuple[int, int | None]
"""From a release number up to, not including, another one; None for no limit."""

_VALUES_NOT_CHECKED = (
    "botocore sends any value; the service or tool that rejected this one has its own list, "
    "so a newer botocore does not help"
)


_NAMED_SERVICES = 12
"""Services that are named if more elements match than are listed."""

_NOUNS = {
    "attribute": "method",
    "command": "operation",
    "required": "required parameter",
    "resource": "attribute",
}
_INVALID = {
    "type": "a value of another type",
    "length": "a value that is too short",
    "range": "a value that is too small",
    "union": "not exactly one key of a union",
    "json": "a value that is not JSON",
    "alias": "two names of one parameter",
}


def explanations_text(history: History, explanations: Sequence[Explanation]) -> str:
    """Return explanations for a terminal, and for all of them together: the installed release, and what to install."""
    blocks = ["\n".join(_explanation_text(history, each)) + "\n" for each in explanations]
    last = []
    if spans := common_releases(history, explanations):
        package = history.newest.package or "release"
        ranges = " or ".join(
            release_name(history, start) + (f" to {release_name(history, end - 1)}" if end - 1 > start else "")
            for start, end in spans
        )
        only = "version" if sum(end - start for start, end in spans) == 1 else "versions"
        last.append(f"You are running {package} {ranges} (the only {only} with exactly these names)\n")
    if command := install_command(history, explanations):
        last.append(f"Install: {command}\n")
    return "\n".join([*blocks, "".join(last)] if last else blocks)


def explanations_data(history: History, explanations: Sequence[Explanation]) -> dict[str, Any]:
    """Return explanations as JSON, together with the releases and the command for all of them."""
    return {
        "explanations": [_explanation_data(history, each) for each in explanations],
        "possible_releases": _release_ranges(history, common_releases(history, explanations)),
        "install": install_command(history, explanations) or None,
    }


def common_releases(history: History, explanations: Sequence[Explanation]) -> ReleaseSet:
    """Return the releases that all messages can come from; none if they leave it open or contradict each other."""
    all_releases: ReleaseSet = ((1, history.end),)
    common = all_releases
    for explanation in explanations:
        if explanation.possible_releases:
            common = intersection(common, explanation.possible_releases)
    return () if common == all_releases else common


def install_command(history: History, explanations: Sequence[Explanation]) -> str:
    """Return the command that installs a release that solves all problems; empty if there is no such release."""
    ranges = [found for explanation in explanations if (found := explanation.install_range(history)) is not None]
    if not ranges:
        return ""
    first = max(start for start, _ in ranges)
    until = min((end for _, end in ranges if end is not None), default=None)
    if until is not None and until <= first:
        return ""
    tool = all(explanation.problem.tool == "aws" for explanation in explanations)
    return _pip_command(history, (first, until), "awscli" if tool else "boto3")


def _pip_command(history: History, releases: ReleaseRange, dependent: str = "boto3") -> str:
    """Return the pip command for a range.

    It installs boto3 if its release is known, because most users depend on boto3. The releases of the AWS CLI are not
    known, so for its users pip has to choose one.
    """
    first, until = releases
    release = history.release(first)
    if not release.package:
        return ""
    boto3 = boto3_release(release.package, release.name)
    if boto3 and until is None and dependent == "boto3":
        return f"pip install 'boto3>={boto3}'"
    limit = f",<{release_name(history, until)}" if until is not None else ""
    is_needed = until is not None or dependent != "boto3"
    with_dependent = f"{dependent} " if release.package == BOTOCORE and is_needed else ""
    return f"pip install {with_dependent}{quote(f'{release.package}>={release.name}{limit}')}"


def _explanation_text(history: History, explanation: Explanation) -> Iterator[str]:
    yield _explanation_title(explanation)
    yield from (f"  {line}" for line in _explanation_lines(history, explanation))


def _explanation_title(explanation: Explanation) -> str:
    problem = explanation.problem
    subject = " ".join(explanation.subject) if explanation.candidate_count == 1 else ""
    if problem.kind == "resource" and not problem.name:
        return f"{subject}: no resource of boto3"
    if problem.kind == "other":
        return f"{problem.owner}: {problem.name}" if problem.owner else problem.name
    if problem.kind in _INVALID:
        return f"{subject or problem.name}: {_INVALID[problem.kind]}"
    if explanation.verdict == "listed":
        return f"{subject}: a value that is not in the list"
    if subject and problem.kind == "required" and explanation.verdict == "required":
        return subject
    kind = _NOUNS.get(problem.kind, problem.kind)
    return f"{subject}: no {kind} {problem.name!r}" if subject else f"no {kind} {problem.name!r}"


def _explanation_lines(history: History, explanation: Explanation) -> Iterator[str]:
    is_known = explanation.spelling in explanation.problem.known_names
    newest = release_label(history, history.newest.number)
    match explanation.verdict:
        case "misspelled":
            reason = (
                "your version has that" if is_known else f"no release up to {newest} has {explanation.problem.name!r}"
            )
            yield f"a misspelling of {explanation.spelling!r}: {reason}"
        case "absent":
            yield f"no release up to {newest} has it"
        case "no-match":
            yield "nothing in this history matches (narrow it with --service, --operation)"
    yield from explanation.notes
    if not is_known:
        yield from _candidate_lines(history, explanation)
    elif explanation.candidate_count > 1:
        yield f"in all {explanation.candidate_count:,} elements that match"
    if explanation.problem.kind == "value" and (explanation.answers or explanation.verdict == "listed"):
        yield _VALUES_NOT_CHECKED
    if explanation.verdict == "required" and _is_always_required(history, explanation):
        yield "upgrading does not help: pass it"


def _is_always_required(history: History, explanation: Explanation) -> bool:
    return all(answer.required.spans[-1][1] == history.end for answer in explanation.answers)


def _candidate_lines(history: History, explanation: Explanation) -> Iterator[str]:
    answers = explanation.answers
    if not answers and explanation.notes:
        return
    if explanation.candidate_count == len(answers) == 1 and not explanation.spelling:
        yield from answer_lines(history, answers[0])
        return
    if explanation.candidate_count > 1:
        yield f"{explanation.candidate_count:,} elements match (narrow them with --service, --operation)"
    for answer in answers:
        yield f"{' '.join(answer.qualified_name)}: {'; '.join(span_lines(history, answer))}"
    if explanation.candidate_count > len(answers) > 0:
        others = [f"{count:,} of {service}" for service, count in explanation.other_services]
        names = f": {listed(others[:_NAMED_SERVICES], max(len(others) - _NAMED_SERVICES, 0))}" if others else ""
        yield f"and {explanation.candidate_count - len(answers):,} more{names}"


def _explanation_data(history: History, explanation: Explanation) -> dict[str, Any]:
    problem = explanation.problem
    releases = explanation.install_range(history)
    return {
        "problem": problem.kind,
        "name": problem.name,
        "verdict": explanation.verdict,
        "subject": list(explanation.subject),
        "spelling": explanation.spelling or None,
        "answers": [answer_data(history, each) for each in explanation.answers],
        "candidates": explanation.candidate_count,
        "notes": list(explanation.notes),
        "other_services": [service for service, _ in explanation.other_services],
        "possible_releases": _release_ranges(history, explanation.possible_releases),
        "install": (install_command(history, [explanation]) or None) if releases else None,
    }


def _release_ranges(history: History, spans: ReleaseSet) -> list[dict[str, str]]:
    return [{"first": release_name(history, start), "last": release_name(history, end - 1)} for start, end in spans]
