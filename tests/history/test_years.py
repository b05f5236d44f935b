"""What each year added to a service and removed from it, compared with an independent count over all releases."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from git_repository import Repository
from rule_support import model, op

from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.years import changes_by_year
from docgen.locate import open_source

STATES = {
    "1.0": ("2020-01-01", {"Ping": op({"A": "String"})}),
    "1.1": ("2020-06-01", {"Ping": op({"A": "String", "B": "String"}), "Pong": op({})}),
    "1.2": ("2021-01-01", {"Ping": op({"B": "String", "C": "String"})}),
    "1.3": ("2022-01-01", {"Ping": op({"A": "String", "B": "String", "C": "String"}), "Pong": op({})}),
}


def test_years_are_those_of_the_releases_that_changed_names(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    for name, (day, operations) in STATES.items():
        repository.write("botocore/data/yard/2020-01-01/service-2.json", json.dumps(model(**operations)).encode())
        repository.commit(name, when=f"{day}T12:00:00Z")
    update_history(open_source(repository.spec), tmp_path / "history.db")
    history = History(tmp_path / "history.db")
    found = {year.year: year for year in changes_by_year(history, "yard", 4)}
    names = [(set(operations), members_of(operations)) for _, operations in STATES.values()]
    expected: Counter[tuple[str, str]] = Counter()
    for (before, after), (day, _) in zip(itertools.pairwise(names), list(STATES.values())[1:], strict=True):
        for kind, old, new in (("operations", before[0], after[0]), ("members", before[1], after[1])):
            expected[day[:4], f"{kind}_added"] += len(new - old)
            expected[day[:4], f"{kind}_removed"] += len(old - new)
    assert {(year, field): getattr(found[year], field) for year, field in expected} == expected
    assert [year.year for year in changes_by_year(history, "yard", 2)] == ["2020"]


def members_of(operations: Mapping[str, Any]) -> set[str]:
    """Return the members of all structures of a small model, with the names of their structures."""
    shapes = model(**operations)["shapes"]
    return {f"{name}${member}" for name, shape in shapes.items() for member in shape.get("members", {})}
