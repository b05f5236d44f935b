"""The answer as formats show it: the requirement, what is declared, and whether they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docgen.errors import SourceError
from docgen.requires.declared import Declaration, declarations
from docgen.requires.facts import Facts, KnownRelease
from docgen.requires.follower import Names
from docgen.requires.resolve import Requirement, resolve
from docgen.requires.resources import Resources, installed_resources
from docgen.requires.tree import read, sources
from docgen.requires.uses import Use
from docgen.workers import gc_paused


@dataclass(frozen=True, slots=True)
class Result:
    """What a code base needs and declares."""

    requirement: Requirement
    declared: tuple[Declaration, ...]
    facts: Facts
    files: int
    lines: int

    @property
    def too_low(self) -> tuple[Declaration, ...]:
        """The declarations that allow, or lock, a version that is too old."""
        floor = self.requirement.floor
        return tuple(each for each in self.declared if floor and each.allows_less_than(needed(floor, each.package)))

    @property
    def failing(self) -> bool:
        """Whether a declaration is too low, a name is in no release, or no release has everything."""
        return bool(self.too_low or self.requirement.unknown or self.requirement.conflict)

    def since(self, use: Use) -> KnownRelease | None:
        """The release since when a use exists; None if no release has it."""
        return self.facts.release(use.since) if use.since else None

    def near(self, use: Use) -> str:
        """The name that is spelled most like one that no release has; empty if none comes close."""
        from difflib import get_close_matches

        last = use.path.rpartition(".")[2] if use.kind in ("parameter", "response") else use.path or use.operation
        known = self.facts.names(use.service, use.operation, use.path.rpartition(".")[0], use.kind)
        found = get_close_matches(last or use.service, known, n=1)
        return found[0] if found else ""


def examine(paths: Sequence[Path], facts: Facts, jobs: int = 1, resources: Resources | None = None) -> Result:
    """Read a code base and work out what it needs. A file by itself that cannot be read is an error."""
    found = sources(paths)
    resources = resources or installed_resources()
    with gc_paused():
        modules = read(found, Names(frozenset(facts.methods), facts.services, resources.actions), jobs)
        alone = {path.as_posix() for path in paths if path.is_file()}
        for module in modules:
            if module.file in alone and module.warnings and not module.lines:
                raise SourceError(module.warnings[0])
        requirement = resolve(modules, facts, resources)
    return Result(requirement, declarations(paths), facts, len(modules), sum(module.lines for module in modules))


def needed(floor: KnownRelease, package: str) -> str:
    """The version of a package that a floor means; empty for a boto3 that is not known yet."""
    return floor.boto3 if package == "boto3" else floor.name
