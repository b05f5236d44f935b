"""The answer as formats show it: the requirement, what is declared, and whether they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    """What a code base needs and declares.

    `needed` has for each declaration the version that its part of the code needs, empty where any known one will do.
    """

    requirement: Requirement
    declared: tuple[Declaration, ...]
    needed: Mapping[Declaration, str]
    facts: Facts
    files: int
    lines: int

    @property
    def too_low(self) -> tuple[Declaration, ...]:
        """The declarations that allow, or lock, a version that is too old."""
        return tuple(each for each in self.declared if each.allows_less_than(self.needed[each]))

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
    declared = declarations(paths)
    needed = _needed(requirement, declared, facts)
    return Result(requirement, declared, needed, facts, len(modules), sum(module.lines for module in modules))


def _needed(requirement: Requirement, declared: Sequence[Declaration], facts: Facts) -> dict[Declaration, str]:
    """The version that each declaration has to allow at least.

    Code belongs to the nearest folder above it that declares something, so that each project of a repository has a
    floor of its own. Where no code belongs to a folder, as with requirements of tests, all code counts.
    """
    folders = {each: _folder(each) for each in declared}
    lowest: dict[Path, int] = {}
    for use in requirement.uses if requirement.floor else ():
        if use.forces:
            above = Path(use.file).resolve().parents
            owner = next((folder for folder in above if folder in folders.values()), None)
            if owner is not None:
                lowest[owner] = max(lowest.get(owner, 0), use.since)
    every = requirement.floor.number if requirement.floor else 0
    numbers = {each: lowest.get(folder, every) for each, folder in folders.items()}
    return {each: _version(facts.release(number), each) if number > 1 else "" for each, number in numbers.items()}


def _folder(declaration: Declaration) -> Path:
    """The folder whose code a declaration is for: `requirements/dev.txt` is for that above."""
    folder = Path(declaration.file).resolve().parent
    return folder.parent if folder.name == "requirements" else folder


def _version(release: KnownRelease, declaration: Declaration) -> str:
    return release.boto3 if declaration.package == "boto3" else release.name
