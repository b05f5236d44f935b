"""Answers of `since` as text and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from docgen.history.boto3_versions import boto3_release
from docgen.history.history import History
from docgen.history.since import Answer, Condition
from docgen.model.customizations import BOTOCORE, Customization, method_row, parameter_rows, python_path
from docgen.model.names import method_name
from docgen.model.paths import MemberPath
from docgen.wording import counted

_MAX_LIVES = 10
"""Lives of elements of one name that the text gives; it counts the others."""

_MAX_PLACES = 5
"""Other elements with the same life that the text names."""

_MAX_PLACES_IN_DATA = 50

_HTML_TAG = re.compile(r"</?[a-z]+>")


def answers_text(history: History, answers: Sequence[Answer]) -> str:
    """Return answers for a terminal. Those for a name without its path are limited."""
    is_limited = all(answer.same_at is not None for answer in answers)
    shown = answers[:_MAX_LIVES] if is_limited else answers
    text = "\n".join(answer_text(history, answer) for answer in shown)
    if more := answers[len(shown) :]:
        places = sum(1 + len(answer.same_at or ()) for answer in more)
        text += f"\nand {places:,} more, with {counted(len(more), 'other life', 'other lives')} (give the path)\n"
    return text


def answer_text(history: History, answer: Answer) -> str:
    """Return an answer for a terminal: the element on the first line, then indented details."""
    return "\n".join((" ".join(answer.qualified_name), *(f"  {line}" for line in answer_lines(history, answer)))) + "\n"


def answer_lines(history: History, answer: Answer) -> Iterator[str]:
    """Yield the details of an answer: since when, earlier spans, required, deprecated, and the official note."""
    yield from span_lines(history, answer)
    for start, end in answer.spans[:-1]:
        last = release_label(history, end - 1)
        yield f"earlier: {release_label(history, start)} to {last}, removed in {release_name(history, end)}"
    yield from _condition_lines(history, answer, answer.required, "required")
    yield from _condition_lines(history, answer, answer.deprecated, "deprecated")
    yield from _customization_lines(history, answer)
    came = _model_since(answer)
    if came > 1 and (summary := history.summary(answer.service, came)):
        yield f"{release_name(history, came)} says: {' '.join(summary.split())}"
    yield from _place_lines(answer)


def _place_lines(answer: Answer) -> Iterator[str]:
    """Yield lines with the other elements of the same name that have the same life."""
    if not answer.same_at:
        return
    yield f"the same for {counted(len(answer.same_at), 'other place', 'other places')}:"
    yield from (f"  {' '.join(name[1:])}" for name in answer.same_at[:_MAX_PLACES])
    if len(answer.same_at) > _MAX_PLACES:
        yield f"  and {len(answer.same_at) - _MAX_PLACES:,} more"


def span_lines(history: History, answer: Answer) -> Iterator[str]:
    """Say since when an element is present, and when it was removed, if it was."""
    start, end = answer.spans[-1]
    if start == 1:
        yield f"since {release_label(history, 1)} or earlier, where this history starts"
    elif history.release(start).is_installed:
        yield f"in {release_label(history, start)}, newer than these facts"
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


def _model_since(answer: Answer) -> int:
    """Return the first release that has the element, whatever its name."""
    return (answer.model_spans or answer.spans)[-1][0]


def _customization_lines(history: History, answer: Answer) -> Iterator[str]:
    """Say what botocore does to the element in code."""
    if history.release(answer.since).package != BOTOCORE:
        return
    lines = [*_method_lines(history, answer), *_parameter_lines(history, answer)]
    if answer.model_spans and not lines:
        since = release_name(history, _model_since(answer))
        lines.append(f"since {since} with the earlier name of the method or parameter")
    yield from lines


def _method_lines(history: History, answer: Answer) -> Iterator[str]:
    """Yield the names of a method, and whether clients have it."""
    alias = method_row(answer.service, answer.operation) if answer.kind == "operation" else None
    if alias:
        method = method_name(answer.operation)
        since = f"since {release_name(history, _model_since(answer))}" if answer.model_spans else "in any release"
        yield f"boto3 calls it {method} since botocore {alias.since}, {alias.alias} {since}"
    if answer.kind == "operation" and (missing := method_row(answer.service, answer.operation, "missing-method")):
        until = f" until {missing.until}" if missing.until else ""
        yield f"boto3 has no method for it since botocore {missing.since}{until}: it needs HTTP/2"


def _parameter_lines(history: History, answer: Answer) -> Iterator[str]:
    """Say what botocore does to a parameter or a member."""
    for row in _rows_about(answer):
        if row.kind == "renamed":
            since = f", since {release_name(history, _model_since(answer))}" if answer.model_spans else ""
            yield f"boto3 calls it {row.name} since botocore {row.since}; the model says {row.parameter}{since}"
        else:
            yield f"since botocore {row.since}: {_HTML_TAG.sub('', row.note)}"


def _rows_about(answer: Answer) -> Iterator[Customization]:
    """Yield the rows about the parameter or member that an answer is about, if it is at the top."""
    if answer.kind == "member" and len(MemberPath.parse(answer.path)) == 1:
        yield from parameter_rows(answer.service, answer.operation, answer.direction, answer.path)


def release_label(history: History, number: int) -> str:
    """Return a release with its package and date, such as `botocore 1.12.83 (2019-01-21)`."""
    release = history.release(number)
    date = f" ({release.date})" if release.date else ""
    your = "your installed " if release.is_installed else ""
    return f"{your}{release.package} {release.name}{date}".strip()


def release_name(history: History, number: int) -> str:
    """Return the name of a release, such as `1.12.83`."""
    return history.release(number).name


def _boto3_suffix(history: History, number: int) -> str:
    """Return the first boto3 that requires a release, such as `, boto3 1.9.83`; empty if it is unknown."""
    release = history.release(number)
    boto3 = boto3_release(release.package, release.name)
    return f", boto3 {boto3}" if boto3 else ""


def answer_data(history: History, answer: Answer) -> dict[str, Any]:
    """Return an answer as JSON, see `since-answers.schema.json`."""
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
        "summary": history.summary(answer.service, _model_since(answer)) or None,
        "deprecated": [_span_data(history, span) for span in answer.deprecated.spans],
        "deprecated_message": answer.deprecated.message or None,
        "required": [_span_data(history, span) for span in answer.required.spans],
        **({"python_path": python} if (python := _python_path_in(history, answer)) else {}),
        **_places_data(answer),
        **({"model_since": release_name(history, _model_since(answer))} if answer.model_spans else {}),
    }


def _places_data(answer: Answer) -> dict[str, Any]:
    """Return the other elements with the same life, if the question gave only a name."""
    if answer.same_at is None:
        return {}
    names = [" ".join(name) for name in answer.same_at[:_MAX_PLACES_IN_DATA]]
    return {"same_at": names, "same_at_left_out": len(answer.same_at) - len(names)}


def _python_path_in(history: History, answer: Answer) -> str:
    """Return the path of a request as Python writes it, where that differs; else empty."""
    is_in_request = answer.kind in ("member", "enum-value") and answer.direction == "request"
    if not is_in_request or history.release(answer.since).package != BOTOCORE:
        return ""
    return python_path(answer.service, answer.operation, answer.path)


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
