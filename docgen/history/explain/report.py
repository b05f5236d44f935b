"""Explanations in words and as JSON: what is missing, which release has it, and the command that installs one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote
from typing import Any

from docgen.history.boto3_versions import PACKAGE, boto3_release
from docgen.history.explain.verdicts import Explanation
from docgen.history.history import History
from docgen.history.release_sets import Spans, intersection
from docgen.history.since import as_data
from docgen.history.since_output import answer_lines, name, release, span_lines

Bounds = tuple[int, int | None]

_NOT_CHECKED = (
    "botocore sends any value: whoever refused this one checks values by a list of its own, "
    "and a newer botocore does not change that"
)


def text(history: History, explanations: Sequence[Explanation]) -> str:
    """Explanations as lines of text, and at the end for all of them: what is in use, and what to install."""
    blocks = ["\n".join(_block(history, each)) + "\n" for each in explanations]
    last = []
    if spans := in_use(history, explanations):
        package = history.newest.package or "release"
        ranges = " or ".join(name(history, a) + (f" to {name(history, b - 1)}" if b - 1 > a else "") for a, b in spans)
        last.append(f"In use: {package} {ranges}, which alone have exactly the names that are listed\n")
    if command := install(history, explanations):
        last.append(f"Install: {command}\n")
    return "\n".join([*blocks, "".join(last)] if last else blocks)


def data(history: History, explanations: Sequence[Explanation]) -> dict[str, Any]:
    """Explanations as JSON."""
    return {
        "explanations": [_data(history, each) for each in explanations],
        "in_use": _ranges(history, in_use(history, explanations)),
        "install": install(history, explanations) or None,
    }


def in_use(history: History, explanations: Sequence[Explanation]) -> Spans:
    """The releases that all the messages can come from; none if they do not tell, or contradict each other."""
    everything: Spans = ((1, history.end),)
    found = everything
    for explanation in explanations:
        if explanation.fits:
            found = intersection(found, explanation.fits)
    return () if found == everything else found


def install(history: History, explanations: Sequence[Explanation]) -> str:
    """The command that installs what all the explanations ask for; empty if none asks, or if they contradict."""
    found = [bounds for each in explanations if (bounds := each.bounds(history)) is not None]
    if not found:
        return ""
    first = max(start for start, _ in found)
    until = min((end for _, end in found if end is not None), default=None)
    if until is not None and until <= first:
        return ""
    return _pip(history, (first, until))


def _pip(history: History, bounds: Bounds) -> str:
    """The words for pip: boto3's release where it is known, because that is what people install."""
    first, until = bounds
    stored = history.release(first)
    if not stored.package:
        return ""
    boto3 = boto3_release(stored.package, stored.name)
    if boto3 and until is None:
        return f"pip install 'boto3>={boto3}'"
    below = f",<{name(history, until)}" if until is not None else ""
    beside = "boto3 " if stored.package == PACKAGE and until is not None else ""
    return f"pip install {beside}{quote(f'{stored.package}>={stored.name}{below}')}"


def _block(history: History, explanation: Explanation) -> Iterator[str]:
    yield _title(explanation)
    yield from (f"  {line}" for line in _lines(history, explanation))


def _title(explanation: Explanation) -> str:
    problem = explanation.problem
    kind = {"attribute": "method", "required": "required parameter"}.get(problem.kind, problem.kind)
    where = " ".join(explanation.about) if explanation.places == 1 else ""
    if where and problem.kind == "required" and explanation.verdict == "required":
        return where
    return f"{where}: no {kind} {problem.name!r}" if where else f"no {kind} {problem.name!r}"


def _lines(history: History, explanation: Explanation) -> Iterator[str]:
    there = explanation.spelling in explanation.problem.known
    newest = release(history, history.newest.number)
    match explanation.verdict:
        case "misspelt":
            has = "that is there" if there else f"no release up to {newest} has {explanation.problem.name!r}"
            yield f"a misspelling of {explanation.spelling!r}: {has}"
        case "absent":
            yield f"no release up to {newest} has it"
        case "unclear":
            yield "nothing in this history fits (say where it is from: --service, --operation)"
    if not there:
        yield from _answers(history, explanation)
    elif explanation.places > 1:
        yield f"in all {explanation.places:,} places that fit"
    if explanation.problem.kind == "value" and explanation.answers:
        yield _NOT_CHECKED


def _answers(history: History, explanation: Explanation) -> Iterator[str]:
    answers = explanation.answers
    if explanation.places == len(answers) == 1 and not explanation.spelling:
        yield from answer_lines(history, answers[0])
        return
    if explanation.places > 1:
        yield f"{explanation.places:,} places fit (say which is meant: --service, --operation)"
    for answer in answers:
        yield f"{' '.join(answer.words)}: {'; '.join(span_lines(history, answer))}"
    if explanation.places > len(answers) > 0:
        yield f"and {explanation.places - len(answers):,} more"


def _data(history: History, explanation: Explanation) -> dict[str, Any]:
    problem = explanation.problem
    bounds = explanation.bounds(history)
    return {
        "problem": problem.kind,
        "name": problem.name,
        "verdict": explanation.verdict,
        "about": list(explanation.about),
        "spelling": explanation.spelling or None,
        "answers": [as_data(history, each) for each in explanation.answers],
        "places": explanation.places,
        "in_use": _ranges(history, explanation.fits),
        "install": (_pip(history, bounds) or None) if bounds else None,
    }


def _ranges(history: History, spans: Spans) -> list[dict[str, str]]:
    return [{"first": name(history, start), "last": name(history, end - 1)} for start, end in spans]
