"""The context of a call: the arguments with which a function is followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docgen.requires.values import Values


@dataclass(slots=True, eq=False)
class Context:
    """The arguments of the function that is followed, and the class of its `self`. Compared by identity."""

    arguments: dict[tuple[str, str], Values] = field(default_factory=dict)
    self_class: str = ""


TOP = Context()
"""Outside any call: parameters have the values that all their callers pass."""
