"""Answers in words, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.history.boto3_versions import boto3_release
from docgen.history.history import History
from docgen.history.since import Answer, Condition


def answer_text(history: History, answer: Answer) -> str:
    """An answer as lines of text: what, since when, and whatever else there is to know."""
    return "\n".join((" ".join(answer.qualified_name), *(f"  {line}" for line in answer_lines(history, answer)))) + "\n"


def answer_lines(history: History, answer: Answer) -> Iterator[str]:
    """Since when, and whatever else there is to know, a line each."""
    yield from span_lines(history, answer)
    start = answer.since
    for first, gone in answer.spans[:-1]:
        last = release_label(history, gone - 1)
        yield f"there before: {release_label(history, first)} up to {last}, gone in {release_name(history, gone)}"
    yield from _condition_lines(history, answer, answer.required, "required")
    yield from _condition_lines(history, answer, answer.deprecated, "deprecated")
    if start > 1 and (summary := history.summary(answer.service, start)):
        yield f"{release_name(history, start)} says: {' '.join(summary.split())}"


def span_lines(history: History, answer: Answer) -> Iterator[str]:
    """Since when, and until when if it is gone."""
    start, end = answer.spans[-1]
    if start == 1:
        yield f"since {release_label(history, 1)} or before: this history starts there"
    else:
        yield f"since {release_label(history, start)}{_boto3_suffix(history, start)}"
    if end < history.end:
        last = release_label(history, end - 1)
        yield f"until {release_label(history, end)}, which has it no more; the last with it is {last}"


def _condition_lines(history: History, answer: Answer, condition: Condition, label: str) -> Iterator[str]:
    for start, end in condition.spans:
        from_the_start = any(start == first for first, _ in answer.spans)
        when = "from the start" if from_the_start else f"since {release_label(history, start)}"
        ended = end < history.end and not any(end == gone for _, gone in answer.spans)
        message = f": {' '.join(condition.message.split())}" if condition.message else ""
        yield f"{label} {when}{f', until {release_label(history, end)}' if ended else ''}{message}"


def release_label(history: History, number: int) -> str:
    """A release with its package and date: `botocore 1.12.83 (2019-01-21)`."""
    found = history.release(number)
    date = f" ({found.date})" if found.date else ""
    return f"{found.package} {found.name}{date}".strip()


def _boto3_suffix(history: History, number: int) -> str:
    """The first boto3 that requires at least a release, for behind it: `, boto3 1.9.83`."""
    found = history.release(number)
    boto3 = boto3_release(found.package, found.name)
    return f", boto3 {boto3}" if boto3 else ""


def release_name(history: History, number: int) -> str:
    """A release by its name alone."""
    return history.release(number).name
