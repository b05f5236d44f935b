"""Examples of code that note what each line uses: `# operation StopFleet 1.3.0; parameter Name 1.3.0 guarded`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docgen.requires.code import Module
from docgen.requires.facts import Facts
from docgen.requires.follower import Names
from docgen.requires.resolve import Requirement, resolve
from docgen.requires.scan import scan_bytes
from docgen.requires.uses import Use

FOLDER = Path(__file__).parent.parent / "requires" / "examples"
MARK = "  #> "


@dataclass(frozen=True, slots=True)
class Example:
    """Code and what each of its lines uses."""

    file: str
    title: str
    code: str
    expected: tuple[tuple[int, str], ...]
    floor: str


def examples() -> Iterator[Example]:
    """Yield every example of every file."""
    for path in sorted(FOLDER.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("=== ")[1:]:
            head, *lines = block.rstrip("\n").split("\n")
            title, _, floor = head.partition(" | ")
            split = [line.partition(MARK) for line in lines]
            code = "\n".join(code for code, _, _ in split)
            expected = [
                (number, use)
                for number, (_, _, uses) in enumerate(split, start=1)
                for use in filter(None, uses.split("; "))
            ]
            yield Example(path.stem, title, code, tuple(sorted(expected)), floor)


def requirement_of(code: str, facts: Facts) -> Requirement:
    """Return what a piece of code requires."""
    module = Module("example", "example.py")
    scan_bytes(code.encode(), module, Names(frozenset(facts.methods), facts.services), notebook=False)
    assert not module.warnings
    return resolve([module], facts)


def use_text(use: Use, facts: Facts) -> str:
    """Return a use in the notation of the examples."""
    since = facts.release(use.since).name if use.since else "never"
    where = f"{use.service} " if use.kind == "service" or use.service == "depots" else ""
    name = ".".join(filter(None, (use.operation, use.path))) + (f"={use.value}" if use.value else "")
    flags = ("" if use.certain else " inferred") + (" guarded" if use.guarded else "")
    return f"{use.kind} {where}{name}".strip() + f" {since}{flags}"


def lowest_text(requirement: Requirement) -> str:
    """Return the lowest release in the notation of the examples."""
    if requirement.conflict:
        return "conflict"
    return requirement.floor.name if requirement.floor else "none"
