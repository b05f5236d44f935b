"""Explanations in words and as JSON: what is missing, which release has it, and the command that installs one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote
from typing import Any

from docgen.history.boto3_versions import BOTOCORE, boto3_release
from docgen.history.explain.verdicts import Explanation
from docgen.history.history import History
from docgen.history.release_sets import ReleaseSet, intersection
from docgen.history.since import answer_data
from docgen.history.since_output import answer_lines, release_label, release_name, span_lines

ReleaseRange = tuple[int, int | None]

_VALUES_NOT_CHECKED = (
    "botocore sends any value: whoever refused this one checks values by a list of its own, "
    "and a newer botocore does not change that"
)


def explanations_text(history: History, explanations: Sequence[Explanation]) -> str:
    """Explanations as lines of text, and at the end for all of them: what is in use, and what to install."""
    blocks = ["\n".join(_explanation_text(history, each)) + "\n" for each in explanations]
    last = []
    if spans := common_releases(history, explanations):
        package = history.newest.package or "release"
        ranges = " or ".join(
            release_name(history, a) + (f" to {release_name(history, b - 1)}" if b - 1 > a else "") for a, b in spans
        )
        last.append(f"In use: {package} {ranges}, which alone have exactly the names that are listed\n")
    if command := install_command(history, explanations):
        last.append(f"Install: {command}\n")
    return "\n".join([*blocks, "".join(last)] if last else blocks)


def explanations_data(history: History, explanations: Sequence[Explanation]) -> dict[str, Any]:
    """Explanations as JSON."""
    return {
        "explanations": [_explanation_data(history, each) for each in explanations],
        "in_use": _release_ranges(history, common_releases(history, explanations)),
        "install": install_command(history, explanations) or None,
    }


def common_releases(history: History, explanations: Sequence[Explanation]) -> ReleaseSet:
    """The releases that all the messages can come from; none if they do not tell, or contradict each other."""
    everything: ReleaseSet = ((1, history.end),)
    found = everything
    for explanation in explanations:
        if explanation.possible_releases:
            found = intersection(found, explanation.possible_releases)
    return () if found == everything else found


def install_command(history: History, explanations: Sequence[Explanation]) -> str:
    """The command that installs what all the explanations ask for; empty if none asks, or if they contradict."""
    found = [bounds for each in explanations if (bounds := each.install_range(history)) is not None]
    if not found:
        return ""
    first = max(start for start, _ in found)
    until = min((end for _, end in found if end is not None), default=None)
    if until is not None and until <= first:
        return ""
    return _pip_command(history, (first, until))


def _pip_command(history: History, releases: ReleaseRange) -> str:
    """The words for pip: boto3's release where it is known, because that is what people install."""
    first, until = releases
    stored = history.release(first)
    if not stored.package:
        return ""
    boto3 = boto3_release(stored.package, stored.name)
    if boto3 and until is None:
        return f"pip install 'boto3>={boto3}'"
    below = f",<{release_name(history, until)}" if until is not None else ""
    beside = "boto3 " if stored.package == BOTOCORE and until is not None else ""
    return f"pip install {beside}{quote(f'{stored.package}>={stored.name}{below}')}"


def _explanation_text(history: History, explanation: Explanation) -> Iterator[str]:
    yield _explanation_title(explanation)
    yield from (f"  {line}" for line in _explanation_lines(history, explanation))


def _explanation_title(explanation: Explanation) -> str:
    problem = explanation.problem
    kind = {"attribute": "method", "required": "required parameter"}.get(problem.kind, problem.kind)
    where = " ".join(explanation.subject) if explanation.candidate_count == 1 else ""
    if where and problem.kind == "required" and explanation.verdict == "required":
        return where
    return f"{where}: no {kind} {problem.name!r}" if where else f"no {kind} {problem.name!r}"


def _explanation_lines(history: History, explanation: Explanation) -> Iterator[str]:
    there = explanation.spelling in explanation.problem.known_names
    newest = release_label(history, history.newest.number)
    match explanation.verdict:
        case "misspelt":
            has = "that is there" if there else f"no release up to {newest} has {explanation.problem.name!r}"
            yield f"a misspelling of {explanation.spelling!r}: {has}"
        case "absent":
            yield f"no release up to {newest} has it"
        case "unclear":
            yield "nothing in this history fits (say where it is from: --service, --operation)"
    if not there:
        yield from _candidate_lines(history, explanation)
    elif explanation.candidate_count > 1:
        yield f"in all {explanation.candidate_count:,} places that fit"
    if explanation.problem.kind == "value" and explanation.answers:
        yield _VALUES_NOT_CHECKED


def _candidate_lines(history: History, explanation: Explanation) -> Iterator[str]:
    answers = explanation.answers
    if explanation.candidate_count == len(answers) == 1 and not explanation.spelling:
        yield from answer_lines(history, answers[0])
        return
    if explanation.candidate_count > 1:
        yield f"{explanation.candidate_count:,} places fit (say which is meant: --service, --operation)"
    for answer in answers:
        yield f"{' '.join(answer.qualified_name)}: {'; '.join(span_lines(history, answer))}"
    if explanation.candidate_count > len(answers) > 0:
        yield f"and {explanation.candidate_count - len(answers):,} more"


def _explanation_data(history: History, explanation: Explanation) -> dict[str, Any]:
    problem = explanation.problem
    bounds = explanation.install_range(history)
    return {
        "problem": problem.kind,
        "name": problem.name,
        "verdict": explanation.verdict,
        "about": list(explanation.subject),
        "spelling": explanation.spelling or None,
        "answers": [answer_data(history, each) for each in explanation.answers],
        "places": explanation.candidate_count,
        "in_use": _release_ranges(history, explanation.possible_releases),
        "install": (_pip_command(history, bounds) or None) if bounds else None,
    }


def _release_ranges(history: History, spans: ReleaseSet) -> list[dict[str, str]]:
    return [{"first": release_name(history, start), "last": release_name(history, end - 1)} for start, end in spans]
