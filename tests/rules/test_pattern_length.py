"""The lengths of the texts that patterns match, compared with Python's own parser of patterns."""

from __future__ import annotations

import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from math import inf
from pathlib import Path
from typing import Any

import pytest
from change_support import changes, model, structure
from conftest import models_in

from docgen.rules.pattern_length import ANY_LENGTH, limits_length_only, matched_lengths


@pytest.mark.parametrize(
    ("pattern", "lengths"),
    [
        ("", (0, 0)),
        ("[a-z]{1,64}", (1, 64)),
        ("^(ab|c)+?d?$", (1, inf)),
        ("(?s).{0,120}", (0, 120)),
        (r"\p{L}\u0041\x20[]a]", (4, 4)),
        ("(?=.{4,255}$)(a|bc){2}", (2, 4)),
        ("[a-z&&[^b]]{3}", (3, 3)),
        (r"(a)\1", ANY_LENGTH),
        ("(a", ANY_LENGTH),
        ("a)", ANY_LENGTH),
        ("[a", ANY_LENGTH),
        ("(" * 5000, ANY_LENGTH),
        ("{3}", (0, 0)),
    ],
)
def test_lengths_of_a_pattern(pattern: str, lengths: tuple[float, float]) -> None:
    assert matched_lengths(pattern) == lengths


def python_lengths(pattern: str) -> tuple[float, float] | None:
    """Return the shortest and longest match according to Python's `re`, or None if it cannot parse the pattern."""
    parser: Any = vars(re)["_parser"]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            low, high = parser.parse(pattern).getwidth()
    except (re.error, OverflowError, RecursionError):
        return None
    return low, inf if high >= 2**32 - 2 else high


def patterns_in(wheel: Path) -> Iterator[str]:
    for _, _, data in models_in(wheel):
        for text in re.findall(r'"pattern":\s*("(?:[^"\\]|\\.)*")', data.decode()):
            yield json.loads(text)


@pytest.mark.slow
def test_lengths_of_real_patterns_are_those_that_python_finds(botocore_wheel: Callable[[str], Path]) -> None:
    counts: Counter[str] = Counter()
    for pattern in sorted(set(patterns_in(botocore_wheel("1.44.5")))):
        theirs, ours = python_lengths(pattern), matched_lengths(pattern)
        if theirs is None:
            counts["unread"] += 1
            continue
        assert ours[0] <= theirs[0], pattern
        assert theirs[1] <= ours[1], pattern
        counts["same" if ours == theirs else "looser"] += 1
    print(f"\n{dict(counts)}")
    assert counts["same"] > 4_000
    assert counts["looser"] < 30


@pytest.mark.parametrize("pattern", ["(?s).{0,120}", r"[\s\S]*", r"^[\w\W]{3}$", "(?s)^.+$"])
def test_patterns_that_limit_only_the_length(pattern: str) -> None:
    assert limits_length_only(pattern)


def names(**traits: Any) -> bytes:
    return model(In=structure(Name="Text"), Out=structure(Name="Text"), Text={"type": "string", **traits})


def test_limits_that_moved_into_the_pattern_are_no_change() -> None:
    found = changes(names(min=1, max=120), names(pattern="(?s).{1,120}"))
    assert {change.rule.id for change in found} == {"redundant-trait-changed"}


def test_limits_that_a_new_pattern_keeps_are_not_called_looser() -> None:
    found = changes(names(min=1, max=120), names(pattern="[a-z]{3,100}"))
    shown = [change for change in found if not change.rule.suppressed]
    assert [change.rule.id for change in shown] == ["request-pattern-added"]


def test_limits_that_a_new_pattern_loosens_are_reported() -> None:
    found = changes(names(min=1, max=120), names(pattern="[a-z]*"))
    assert {change.rule.id for change in found} == {
        "request-pattern-added",
        "response-max-increased",
        "response-min-decreased",
    }
