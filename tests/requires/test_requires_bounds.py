"""The cost of `requires` is proportional to the code; where it is not, a limit ends it with a one-line error."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fuzz.run import limits

from docgen.requires import resolve as resolving
from docgen.requires.code import Module
from docgen.requires.facts import Facts
from docgen.requires.follower import Names
from docgen.requires.result import examine
from docgen.requires.scan import scan_bytes
from docgen.requires.scope import MAX_GUARDS, Grown

NAMES = Names(frozenset({"put_object"}), frozenset({"s3"}))


def scanned(text: str) -> Module:
    """Return a module with this text."""
    return scan_bytes(text.encode(), Module("code", "code.py"), NAMES, notebook=False)


@pytest.mark.parametrize("line", ["d[k] = 1", "if a: d.update(k=1)", "if hasattr(c, 'f'): return"])
def test_a_dict_and_guards_grow_at_the_price_of_what_is_added(line: str) -> None:
    with limits(4):
        module = scanned("def f(a, c, k):\n d = {}\n" + f" {line}\n" * 25_000 + " c.put_object(**d)\n")
    assert module.warnings == ()
    assert all(len(event.guards) <= MAX_GUARDS for event in module.events)


def test_code_that_takes_the_square_of_its_size_ends_with_a_line() -> None:
    start = "import boto3\nboto3.client('s3').put_object()\n"
    with limits(20):
        module = scanned(start + "".join(f"try: x{n} = 1\nexcept KeyError: y{n} = 1\n" for n in range(5_000)))
    assert module.warnings == ("code.py: too much to follow, uses may be missing (divide it)",)
    assert module.events, "what was found before"


def test_one_file_has_a_bounded_number_of_uses(tmp_path: Path, facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolving, "MAX_USES", 3)
    lines = 'fleets.stop_fleet(Name="a")\n' * 5
    (tmp_path / "code.py").write_text(f'import boto3\nfleets = boto3.client("fleets")\n{lines}')
    found = examine([tmp_path / "code.py"], facts).requirement
    assert len(found.uses) == 3
    (warning,) = found.warnings
    assert warning.endswith("code.py: more than 3 uses, only these are read (divide it)")


def test_columns_of_one_long_line_that_is_not_ascii() -> None:
    with limits(20):
        module = scanned("'é';" + "a={};" * 20_000 + "c.put_object('ü');c.put_object()")
    first, second = module.events
    assert (first.column, second.column) == (100_007, 100_025)


def test_grown_sequences_are_what_tuples_would_be() -> None:
    chance = random.Random(7)  # noqa: S311
    known: list[tuple[Grown[object], tuple[object, ...]]] = [(Grown(), ())]
    for _ in range(500):
        grown, items = chance.choice(known)
        if chance.random() < 0.6:
            more = tuple(object() for _ in range(chance.randrange(3)))
            known.append((grown.and_more(more), (*items, *more)))
        else:
            other, others = chance.choice(known)
            mine = set(map(id, items))
            known.append((grown.joined(other), (*items, *(each for each in others if id(each) not in mine))))
        found, expected = known[-1]
        assert tuple(found) == expected
        assert len(found) == len(expected)
