"""Questions about random elements, and their answers, which must be the same from a history and from facts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from docgen.errors import UsageError
from docgen.history.history import History
from docgen.history.since import since
from docgen.history.since_output import answer_data

Terms = tuple[str, ...]

TEXT_KEYS = ("summary", "deprecated_message")
"""The texts of answers that facts leave out."""


def random_questions(history: History, service: str, count: int, seed: int = 0) -> Iterator[Terms]:
    """Yield a question about the service, then about `count` random elements of all kinds."""
    generator = random.Random(f"{seed} {service}")  # noqa: S311 - the same each time
    yield ()
    reader = history.reader
    apis = reader.apis(service)
    ids = {
        kind: [id for api in apis for id in reader.ids(api.id, kind)]
        for kind in ("operation", "shape", "member", "enum-value", "error", "paginator", "waiter")
    }
    for _ in range(count):
        kind = generator.choice([kind for kind, found in ids.items() if found] or ["service"])
        if kind == "service":
            return
        id = generator.choice(ids[kind])
        if kind in ("paginator", "waiter"):
            yield kind, id.partition(":")[2]
        elif kind == "operation":
            yield from _questions_in(history, service, id.removesuffix("()"), generator)
        else:
            yield (id,)


def _questions_in(history: History, service: str, operation: str, generator: random.Random) -> Iterator[Terms]:
    yield (operation,)
    for direction in ("request", "response"):
        path: list[str] = []
        for _ in range(generator.randint(1, 4)):
            names = _names_below(history, service, operation, direction, path)
            if not names:
                break
            path.append(generator.choice(names))
            yield operation, direction, ".".join(path)
        if path:
            yield operation, direction, ".".join(path), "*"
    yield operation, "error", "*"


def _names_below(history: History, service: str, operation: str, direction: str, path: list[str]) -> list[str]:
    try:
        answers = since(history, service, (operation, direction, ".".join([*path, "*"])))
    except UsageError:
        return []
    return sorted({answer.path.split(".")[-1] for answer in answers if "[" not in answer.path and not answer.value})


def answers_without_texts(history: History, service: str, terms: Terms) -> Any:
    """Return the answers as JSON values without texts, or the error message."""
    try:
        answers = since(history, service, terms)
    except UsageError as error:
        return str(error)
    return [
        {key: value for key, value in answer_data(history, answer).items() if key not in TEXT_KEYS}
        for answer in answers
    ]
