"""The result for reports: the requirement, the declarations, and whether they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from docgen.errors import SourceError
from docgen.files import real_path
from docgen.requires.code import Module
from docgen.requires.declared import Declaration, declarations
from docgen.requires.facts import Facts, KnownRelease
from docgen.requires.follower import Names
from docgen.requires.resolve import Requirement, resolve
from docgen.requires.resources import Resources, installed_resources
from docgen.requires.tree import read, sources
from docgen.requires.uses import Use
from docgen.workers import gc_paused

MAX_HINTS = 100
"""The most names without a release for which a similar name is searched."""


@dataclass(frozen=True)
class Result:
    """What a code base requires and declares.

    `needed` has, for each declaration, the version that its part of the code requires, or "" if any known version
    suffices.
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
        return tuple(filter(self.is_too_low, self.declared))

    def is_too_low(self, declaration: Declaration) -> bool:
        """Return whether a declaration allows, or locks, a version that is too old."""
        return declaration.allows_less_than(self.needed[declaration])

    @property
    def failing(self) -> bool:
        """Whether a declaration is too low, a name is in no release, or no release has everything."""
        return bool(self.too_low or self.requirement.unknown or self.requirement.conflict)

    def since(self, use: Use) -> KnownRelease | None:
        """Return the release since which a use exists, or None if no release has it."""
        return self.facts.release(use.since) if use.since else None

    def near(self, use: Use) -> str:
        """Return the existing name that is closest to a name without a release, or "".

        Only the first `MAX_HINTS` uses of such names have one.
        """
        if use not in self._hinted:
            return ""
        from difflib import get_close_matches

        last = use.path.rpartition(".")[2] if use.kind in ("parameter", "response") else use.path or use.operation
        known = self.facts.names(use.service, use.operation, use.path.rpartition(".")[0], use.kind)
        found = get_close_matches(last or use.service, known, n=1)
        return found[0] if found else ""

    @cached_property
    def _hinted(self) -> frozenset[Use]:
        return frozenset(self.requirement.unknown[:MAX_HINTS])


def examine(paths: Sequence[Path], facts: Facts, jobs: int = 1, resources: Resources | None = None) -> Result:
    """Read a code base and compute its result. It is an error if a file given by itself cannot be read."""
    requirement, modules = read_requirement(paths, facts, jobs, resources)
    declared = declarations(paths)
    needed = _needed(requirement, declared, facts)
    return Result(requirement, declared, needed, facts, len(modules), sum(module.lines for module in modules))


def read_requirement(
    paths: Sequence[Path], facts: Facts, jobs: int = 1, resources: Resources | None = None
) -> tuple[Requirement, list[Module]]:
    """Read a code base; return its requirement and its files.

    It is an error if a file given by itself cannot be read.
    """
    found = sources(paths)
    resources = resources or installed_resources()
    with gc_paused():
        modules = read(found, Names(frozenset(facts.methods), facts.services, resources.actions), jobs)
        alone = {path.as_posix() for path in paths if path.is_file()}
        for module in modules:
            if module.file in alone and module.warnings and not module.lines:
                raise SourceError(module.warnings[0])
        return resolve(modules, facts, resources), modules


def _needed(requirement: Requirement, declared: Sequence[Declaration], facts: Facts) -> dict[Declaration, str]:
    """Return the lowest version that each declaration must allow.

    Code belongs to the nearest parent folder that declares something, so each project of a repository has its own
    lowest version. If no code belongs to a folder, as with requirements of tests, all code counts.
    """
    folder_of = {file: _folder(file) for file in dict.fromkeys(each.file for each in declared)}
    needed: dict[str, int] = {}
    for use in requirement.uses if requirement.floor else ():
        if use.forces:
            needed[use.file] = max(needed.get(use.file, 0), use.since)
    lowest: dict[Path, int] = {}
    owners = frozenset(folder_of.values())
    for file, since in needed.items():
        owner = next((folder for folder in real_path(file).parents if folder in owners), None)
        if owner is not None:
            lowest[owner] = max(lowest.get(owner, 0), since)
    every = requirement.floor.number if requirement.floor else 0
    numbers = {each: lowest.get(folder_of[each.file], every) for each in declared}
    return {each: _version(facts.release(number), each) if number > 1 else "" for each, number in numbers.items()}


def _folder(file: str) -> Path:
    """Return the folder whose code the declarations of a file are for: for `requirements/dev.txt` the parent folder."""
    folder = real_path(file).parent
    return folder.parent if folder.name == "requirements" else folder


def _version(release: KnownRelease, declaration: Declaration) -> str:
    return release.boto3 if declaration.package == "boto3" else release.name
