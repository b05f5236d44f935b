"""The history of `requires_world`, made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from requires_world import make_history

from docgen.requires.facts import HistoryFacts


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of the history."""
    return make_history(tmp_path_factory.mktemp("requires"))


@pytest.fixture(scope="session")
def facts(history: Path) -> HistoryFacts:
    """Return the facts of the history."""
    return HistoryFacts(history)
