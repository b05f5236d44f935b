"""`docgen explain` with the facts in the package, on messages in the form of many tools.

The messages in `tests/data/messages_for_facts.json` are like those that people posted. Their answers begin with the
given lines, which were reviewed one by one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from docgen.errors import UsageError
from docgen.history.explain.explain import explain_report
from docgen.history.explain.messages import parse_report
from docgen.history.explain.report import explanations_text
from docgen.history.facts.archive import BUNDLED_FACTS
from docgen.history.history import History

MESSAGES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "messages_for_facts.json").read_text("utf-8")
)
NEWEST = "1.44.8"
"""The newest release in the facts when the answers were reviewed."""


@pytest.fixture(scope="module")
def facts() -> History:
    return History(BUNDLED_FACTS)


@pytest.mark.parametrize("number", range(len(MESSAGES)))
def test_the_answer_is_the_one_that_was_read(number: int, facts: History) -> None:
    report = parse_report(MESSAGES[number]["message"])
    try:
        text = explanations_text(facts, explain_report(facts, report)) if report.problems else ""
    except UsageError as error:
        text = str(error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    expected = MESSAGES[number]["says"]
    known = [(one, other) for one, other in zip(lines, expected, strict=False) if NEWEST not in other]
    assert [one for one, _ in known] == [other for _, other in known]
    assert bool(lines) == bool(expected)
