"""The helpers for wording that every room uses."""

from __future__ import annotations

import random
from fnmatch import fnmatchcase

import pytest

from docgen.wording import (
    close_names,
    counted,
    did_you_mean,
    listed,
    listed_with_and,
    matches_wildcards,
    natural_key,
    normalize_name,
    with_suggestions,
)


def test_a_number_has_its_noun() -> None:
    assert [counted(number, "release") for number in (0, 1, 2481)] == ["0 releases", "1 release", "2,481 releases"]
    assert [counted(number, "entry", "entries") for number in (1, 2)] == ["1 entry", "2 entries"]


def test_names_are_listed() -> None:
    assert listed(["A", "B"]) == "A, B"
    assert listed(["A", "B"], 3) == "A, B and 3 more"
    assert [listed_with_and(names) for names in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == [
        "",
        "A",
        "A and B",
        "A, B and C",
    ]


def test_a_typo_gets_the_names_that_come_closest() -> None:
    assert did_you_mean("lamda", ["lambda", "s3"]) == "did you mean lambda?"
    assert did_you_mean("s4", ["ec2", "s3", "sts"]) == "did you mean s3?"
    assert did_you_mean("ces", ["ecs", "rds"]).startswith("did you mean ecs")
    assert did_you_mean("uptade", ["update", "build"]) == "did you mean update?"
    assert did_you_mean("createflet", ["CreateFleet", "DeleteFleet"]) == "did you mean CreateFleet?"
    assert did_you_mean("zzz", ["lambda"], "see the docs") == "see the docs"
    assert with_suggestions("lamda", ["s3", "lambda"], "no service") == "no service (did you mean lambda?)"


def test_no_suggestion_is_better_than_a_wrong_one() -> None:
    assert did_you_mean("nope", ["notes", "since", "serve"]) == ""
    assert did_you_mean("list", ["diff", "since", "explain"]) == ""


def test_a_name_is_suggested_once() -> None:
    assert close_names("s4", ["s3", "s3"]) == ["s3"]
    both = ["CreateFleet", "create_fleet"]
    assert close_names("create_flet", both) == ["create_fleet"]
    assert close_names("CreateFlet", both) == ["CreateFleet"]
    assert with_suggestions("zzz", ["s3", "s3"], "no service") == "no service (there is s3)"


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        (["s3"], "there is s3"),
        (["s3", "ec2"], "there are ec2, s3"),
        (list("abcdefg"), "there are a, b, c, d, e, … 7 in all"),
    ],
)
def test_an_unknown_name_gets_the_names_that_exist(known: list[str], shown: str) -> None:
    assert with_suggestions("zzz", known, "no service") == f"no service ({shown})"


def test_numbers_in_names_are_ordered_by_value() -> None:
    assert sorted(["1.10.0", "1.9.0", "1.9.0rc1"], key=natural_key) == ["1.9.0", "1.9.0rc1", "1.10.0"]


def test_spellings_of_one_name_are_equal() -> None:
    assert {normalize_name(name) for name in ("vpc_config", "VpcConfig", "VPC-Config", "vpc config")} == {"vpcconfig"}
    assert normalize_name(">=") != normalize_name("<=")


def test_wildcards_match_as_in_fnmatch() -> None:
    dice = random.Random(1)  # noqa: S311 - the same patterns each time
    for _ in range(5_000):
        pattern = "".join(dice.choices("ab[]!-*?", k=dice.randint(0, 8)))
        text = "".join(dice.choices("ab[]!-", k=dice.randint(0, 5)))
        assert matches_wildcards(text, pattern) == fnmatchcase(text, pattern), (text, pattern)


@pytest.mark.parametrize(
    "pattern", ["[" * 50_000, "]" + "[" * 50_000, "[!" * 50_000, "[]" * 20_000, "[a" * 20_000 + "]"]
)
def test_long_patterns_take_a_moment(pattern: str) -> None:
    assert not matches_wildcards("zoo", pattern)
