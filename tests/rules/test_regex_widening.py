"""Patterns that certainly match everything another pattern matches, checked with Python's `re` on texts of both."""

from __future__ import annotations

import json
import re
import time
import warnings
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from random import Random

import pytest
from conftest import FULL, models_in
from regex_texts import changed_pattern, random_pattern, texts_of

from docgen.rules.regex_widening import is_looser

EQUAL = [
    ("a|b", "(a|b)"),
    ("a|b", "^(a|b)$"),
    ("^a$|^b$", "(?:a|b)"),
    ("[0-9]{3}", r"\d{3}"),
    (r"[\-a]", "[a-]"),
    (r"a\/b", "a/b"),
    ("ml.m4|ml.m5|ml.c4", "ml.(m[45]|c4)"),
    ("[a-z][a-z]*", "[a-z]+"),
    ("(|a)", "a?"),
    ("((a)+)*", "a*"),
    (r"(\p{L}|\d)+", r"[0-9\p{L}]{1,}"),
    ("(ab|ac)?d", "(?:a[bc]|)d"),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal_patterns(one: str, other: str) -> None:
    assert is_looser(one, other)
    assert is_looser(other, one)


WIDER = [
    ("a", "a|b"),
    ("^a$", "^b$|^a$"),
    ("[a-z]{1,8}", "[a-z]{0,64}"),
    ("^[a-z]{8}$", "[a-z]{1,}"),
    ("a+", "a*"),
    ("a", r"[\s\S]*"),
    ("[a-z0-9-]*", "[a-zA-Z0-9-_]*"),
    (r"[\d.]+", r"[\w\.\-]+"),
    (r"x[\s]", r"x[a\s]"),
    ("x(a|b)", "x(a|b|c)"),
    ("x(y)", "x(y)?"),
    ("[a-z]", "[a-z0-9]"),
    ("[0-9a-f]{8}-[0-9a-f]{4}", "[0-9a-z-]{3,36}"),
    ("[a-z][a-z0-9]{0,62}", "[a-z0-9]{1,63}"),
    ("id-[0-9]{4}", "(arn:[a-z]+:)?id-[0-9]{4}"),
    ("(v1|v2)-x", "(v1|v2|v3|v31)-x"),
    ("[a-z]{2}-[a-z]+-[0-9]", "[a-z]{2}-([a-z]+-)+[0-9]"),
    ("(?!aws)[a-z]+", "[a-z]+"),
    ("(?!aws)[a-z]+", "(?!aws)[a-z0-9]+"),
    (r"[^\s,]+", r"[^\s,]*"),
    (r"\p{L}", r"[\p{L}\p{N}]"),
    (r"\s", r"[^,]"),
    (r"[\uD800\uDC00-\uD800\uDC10]", r"[\uD800\uDC00-\uDBFF\uDFFF]"),
]


@pytest.mark.parametrize(("old", "new"), WIDER)
def test_a_wider_pattern(old: str, new: str) -> None:
    assert is_looser(old, new)
    assert not is_looser(new, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a|b", "^a|b$"),
        ("a|b", "a|^b"),
        ("(?!a{1,8})b", "(?!a{1,64})b"),
        ("[{1,8}]", "[{1,64}]"),
        (r"a\{1,8}", r"a\{1,64}"),
        ("[a", "[a|b"),
        ("(a)\\1", "(b)|(a)\\1"),
        ("(a|b)\\1", "(a|b|c)\\1"),
        ("ab", "a*+ab"),
        ("ab", "(?>a|ab)b?"),
        ("(ab){2}", "(ab){3}"),
        ("(a+){2,3}", "a{3,}"),
        ("[a-z&&[^b]]", "[a-z&&[^c]]"),
        ("[a--b]", "[a--c]"),
        ("(?i)a", "(?i)a|b"),
        (r"\p{P}", "[^,]"),
        (r"[^\p{L}]", "[^a]"),
        (r"[^\p{L}]", r"[^\p{L}x]"),
        (r"\s", r"[ \t\n\x0b\f\r]"),
        (r"[^ \t\n\x0b\f\r]", r"\S"),
        (".", r"[^\r\n]"),
        (r"[^\n]", "."),
        (r"a\Z", r"(a|b)\Z"),
    ],
)
def test_a_pattern_that_is_not_certainly_wider(old: str, new: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not is_looser(old, new)


CLASSES = [
    *(
        "[a-z]",
        "[a-zA-Z]",
        "[0-9a-z-]",
        "[a-z0-9_-]",
        r"[\w]",
        r"[\w-]",
        r"[\d]",
        r"[\d\s]",
        r"[\s\S]",
        r"[^a]",
    ),
    *(
        "[+-]",
        "[+.-]",
        r"[\.-z]",
        r"[.-z]",
        r"[\x41-\x43]",
        "[A-C]",
        r"[\u0041]",
        "[A]",
        "[]a]",
        r"[\]a-c]",
        r"[a\-z]",
        "[az]",
    ),
]


@pytest.mark.parametrize("old", CLASSES)
def test_a_wider_class_matches_all_that_the_old_one_does(old: str) -> None:
    characters = [chr(code) for code in range(256)]
    matched = {each: {char for char in characters if re.fullmatch(each, char, re.ASCII)} for each in CLASSES}
    claimed = [new for new in CLASSES if is_looser(old, new)]
    assert old in claimed
    assert [new for new in claimed if not matched[old] <= matched[new]] == []


def test_a_pattern_is_as_wide_as_itself_even_if_it_cannot_be_read() -> None:
    for pattern in (r"\p{L", "(a", "[a", r"(a)\1", "a*+", "a" * 1_000_000):
        assert is_looser(pattern, f"^{pattern}$")


HOSTILE = [
    ("a" * 1_000_000, "a" * 1_000_000 + "|b"),
    ("(" * 1_000_000, "[" * 1_000_000),
    ("(" * 900 + "a" + ")" * 900, "(" * 900 + "[ab]" + ")" * 900),
    ("a?b?" * 400, "a?c?" * 400),
    ("[ab]*[bc]*" * 190 + "d", "[abc]*[abd]*" * 160),
    ("(aa|bb|cd)" * 180, "(ab|ba|cd|a[a-z])" * 115),
    ("(" * 30 + "a" + "b?c)*" * 30, "(" * 30 + "a" + "c?b)*" * 30),
    ("(" * 39 + "a" + "|b|cd)e?" * 39, "(" * 39 + "a" + "|bc|d)e?" * 39),
    ("|".join("ab" * i + "c" for i in range(40)), "|".join("ab" * i + "d" for i in range(40))),
]


def test_hostile_patterns_take_bounded_time() -> None:
    started = time.process_time()
    assert not any(is_looser(old, new) for old, new in HOSTILE)
    assert time.process_time() - started < 10


def is_valid_pattern(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def test_a_random_pattern_matches_all_texts_of_a_pattern_that_it_contains() -> None:
    """Every text of up to six letters is tried, on patterns that differ in one or two places."""
    texts = ["".join(each) for length in range(7) for each in product("abc", repeat=length)]
    random, claimed, wider = Random(1), 0, 0  # noqa: S311
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        for _ in range(10_000 if FULL else 200):
            old = random_pattern(random)
            new = changed_pattern(random, old)
            if not is_valid_pattern(old) or not is_valid_pattern(new):
                continue
            is_claimed = is_looser(old, new)
            matched, matches = re.compile(old).fullmatch, re.compile(new).fullmatch
            lost = next((text for text in texts if matched(text) and not matches(text)), None)
            assert lost is None or not is_claimed, (old, new, lost)
            claimed += is_claimed
            wider += lost is None
    assert claimed > wider / 2, (claimed, wider)


def patterns_of(wheel: Path) -> dict[tuple[str, str, str], str]:
    return {
        (service, version, name): shape["pattern"]
        for service, version, data in models_in(wheel)
        for name, shape in json.loads(data)["shapes"].items()
        if "pattern" in shape
    }


def changed_patterns(wheel: Callable[[str], Path], old: str, new: str) -> Iterator[tuple[str, str]]:
    before, after = patterns_of(wheel(old)), patterns_of(wheel(new))
    yield from sorted({(before[key], after[key]) for key in before.keys() & after.keys() if before[key] != after[key]})


@pytest.mark.slow
@pytest.mark.skipif(not FULL, reason="reads two pairs of releases (DOCGEN_FULL=1)")
@pytest.mark.parametrize(
    ("old_release", "new_release", "expected"), [("1.43.67", "1.44.8", 90), ("1.34.90", "1.38.0", 275)]
)
def test_real_patterns_match_texts_of_those_that_they_replace(
    botocore_wheel: Callable[[str], Path], old_release: str, new_release: str, expected: int
) -> None:
    random, claimed, tried = Random(2), 0, 0  # noqa: S311
    for old, new in changed_patterns(botocore_wheel, old_release, new_release):
        if not is_looser(old, new):
            continue
        claimed += 1
        if not is_valid_pattern(old) or not is_valid_pattern(new):
            continue
        matches = re.compile(new, re.ASCII).fullmatch
        for text in texts_of(old, random, 400):
            tried += 1
            assert matches(text), (old, new, text)
    print(f"\n{claimed} looser, {tried:,} texts")
    assert claimed >= expected
    assert tried > 250 * claimed
