"""The facts of a history give the same answers as the history, for random elements of every service.

By default, the history has a few releases. The full run takes a history of all releases:

    DOCGEN_FULL=1 DOCGEN_HISTORY_FULL=/path/to/history.db tests/run tests/oracle/test_facts_and_history.py -s
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import FULL
from facts_oracle import answers_without_texts, random_questions
from history_support import random_releases, write

from docgen.history.facts.archive import facts_of_history
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.locate import open_source

HISTORY = os.environ.get("DOCGEN_HISTORY_FULL", "")


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    if FULL and HISTORY:
        yield History(Path(HISTORY))
        return
    for name, files in random_releases(11, 20):
        write(tmp_path / "releases", name, files)
    update_history(open_source(str(tmp_path / "releases")), tmp_path / "h.db")
    yield History(tmp_path / "h.db")


def test_facts_answer_as_the_history(history: History, tmp_path: Path) -> None:
    path = tmp_path / "facts.zip"
    path.write_bytes(facts_of_history(history))
    facts = History(path)
    assert [release.name for release in facts.releases] == [release.name for release in history.releases]
    assert facts.services == history.services
    assert facts.reader.operations() == history.reader.operations()
    kinds: Counter[str] = Counter()
    for service in history.services:
        facts.reader.close()
        for terms in random_questions(history, service, 10):
            expected = answers_without_texts(history, service, terms)
            assert answers_without_texts(facts, service, terms) == expected, (service, terms)
            kinds.update(answer["kind"] for answer in expected if isinstance(answer, dict))
    print(dict(kinds))
    assert kinds
