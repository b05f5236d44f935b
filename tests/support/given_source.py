"""A source with the releases that a test gives it."""

from __future__ import annotations

from dataclasses import dataclass, field

from docgen.sources.release import Release


@dataclass
class Given:
    """A source of the given releases."""

    found: list[Release] = field(default_factory=list)
    location: str = "given"

    def releases(self) -> tuple[Release, ...]:
        return tuple(self.found)
