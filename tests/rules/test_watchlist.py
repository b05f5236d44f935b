"""Huge watchlists: equal lines count once, and the number of different ones is limited."""

from __future__ import annotations

import json

import pytest
from fuzz.run import limits
from rule_support import model, op

from docgen.diff.compare import find_deltas
from docgen.errors import UsageError
from docgen.model.parse import parse
from docgen.rules.classify import classify
from docgen.rules.watchlist import MAX_PATTERNS, Watchlist, parse_watchlist


def test_equal_lines_count_once() -> None:
    found = parse_watchlist("zoo Ping  # a\nzoo Ping\nzoo Pong\nzoo Ping\n", "watch")
    assert [(each.line, each.operation) for each in found] == [(1, "Ping"), (3, "Pong")]


def test_more_lines_than_anything_needs_are_one_line_of_error() -> None:
    text = "".join(f"zoo Ping A{number}\n" for number in range(MAX_PATTERNS + 1))
    with pytest.raises(UsageError, match=rf"^watch:{MAX_PATTERNS + 1}: more than 50,000 different lines"):
        parse_watchlist(text, "watch")


def test_what_a_watchlist_costs_does_not_grow_with_each_change() -> None:
    patterns = parse_watchlist("".join(f"zoo Ping A{number}\n" for number in range(20_000)), "watch")
    models = [model(Ping=op({f"M{number}": "String" for number in range(count)})) for count in (0, 2_000)]
    old, new = (parse(json.dumps(each).encode()) for each in models)
    delta = find_deltas(old, new, "zoo")
    changes = classify(delta)
    with limits(5):
        assert Watchlist(patterns).select(delta, changes) == ()


def test_each_service_is_compared_with_at_most_a_thousand_lines_with_wildcards() -> None:
    with pytest.raises(UsageError, match=r"^watch:1001: more than 1,000 different lines with wildcards"):
        parse_watchlist("".join(f"zoo a*{number}\n" for number in range(1_001)), "watch")
