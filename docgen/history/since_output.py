"""Answers of `since` as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docgen.history.boto3_versions import boto3_release
from docgen.history.history import History
from docgen.history.since import Answer, Condition


def answer_text(history: History, answer: Answer) -> str:
    """An answer for a terminal: the element on the first line, then indented details."""
    return "\n".join((" ".join(answer.qualified_name), *(f"  {line}" for line in answer_lines(history, answer)))) + "\n"


def answer_lines(history: History, answer: Answer) -> Iterator[str]:
    """The details of an answer: since when, earlier spans, required, deprecated, and the official note."""
    yield from span_lines(history, answer)
    for start, end in answer.spans[:-1]:
        last = release_label(history, end - 1)
        yield f"earlier: {release_label(history, start)} to {last}, removed in {release_name(history, end)}"
    yield from _condition_lines(history, answer, answer.required, "required")
    yield from _condition_lines(history, answer, answer.deprecated, "deprecated")
    if answer.since > 1 and (summary := history.summary(answer.service, answer.since)):
        yield f"{release_name(history, answer.since)} says: {' '.join(summary.split())}"


def span_lines(history: History, answer: Answer) -> Iterator[str]:
    """Since when an element is present, and when it was removed, if it was."""
    start, end = answer.spans[-1]
    if start == 1:
        yield f"since {release_label(history, 1)} or earlier, where this history starts"
    else:
        yield f"since {release_label(history, start)}{_boto3_suffix(history, start)}"
    if end < history.end:
        yield f"removed in {release_label(history, end)}, last present in {release_label(history, end - 1)}"


def _condition_lines(history: History, answer: Answer, condition: Condition, label: str) -> Iterator[str]:
    for start, end in condition.spans:
        from_the_start = any(start == first for first, _ in answer.spans)
        when = "from the start" if from_the_start else f"since {release_label(history, start)}"
        has_ended = end < history.end and not any(end == removed for _, removed in answer.spans)
        until = f", until {release_label(history, end)}" if has_ended else ""
        message = f": {' '.join(condition.message.split())}" if condition.message else ""
        yield f"{label} {when}{until}{message}"


def release_label(history: History, number: int) -> str:
    """A release with its package and date, such as `botocore 1.12.83 (2019-01-21)`."""
    release = history.release(number)
    date = f" ({release.date})" if release.date else ""
    return f"{release.package} {release.name}{date}".strip()


def release_name(history: History, number: int) -> str:
    """The name of a release, such as `1.12.83`."""
    return history.release(number).name


def _boto3_suffix(history: History, number: int) -> str:
    """The first boto3 that requires a release, such as `, boto3 1.9.83`; empty if it is unknown."""
    release = history.release(number)
    boto3 = boto3_release(release.package, release.name)
    return f", boto3 {boto3}" if boto3 else ""


def answer_data(history: History, answer: Answer) -> dict[str, Any]:
    """An answer as JSON, see `since-answers.schema.json`."""
    first = history.release(answer.since)
    return {
        "service": answer.service,
        "operation": answer.operation or None,
        "kind": answer.kind,
        "direction": answer.direction or None,
        "path": answer.path or None,
        "value": answer.value or None,
        **_span_data(history, answer.spans[-1]),
        "since_boto3": boto3_release(first.package, first.name) or None,
        "is_first_release": answer.since == 1,
        "earlier": [_span_data(history, span) for span in answer.spans[:-1]],
        "summary": history.summary(answer.service, answer.since) or None,
        "deprecated": [_span_data(history, span) for span in answer.deprecated.spans],
        "deprecated_message": answer.deprecated.message or None,
        "required": [_span_data(history, span) for span in answer.required.spans],
    }


def _span_data(history: History, span: tuple[int, int]) -> dict[str, Any]:
    start, end = span
    first = history.release(start)
    removed = history.release(end) if end < history.end else None
    return {
        "since": first.name,
        "since_date": first.date,
        "until": removed.name if removed else None,
        "until_date": removed.date if removed else None,
    }
