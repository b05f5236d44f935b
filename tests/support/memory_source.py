"""A source of releases in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from docgen.sources.release import Release


@dataclass
class MemorySource:
    """A source of the releases in a list."""

    contents: list[Release] = field(default_factory=list)
    location: str = "memory"

    def releases(self) -> tuple[Release, ...]:
        return tuple(self.contents)
