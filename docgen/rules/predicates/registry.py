"""The registry of predicates, by the names that rows of the rule table use."""

from __future__ import annotations

from collections.abc import Callable

from docgen.rules.context import DeltaInContext

Predicate = Callable[[DeltaInContext], bool]

PREDICATES: dict[str, Predicate] = {}
"""Every predicate by its name in the rule table."""


def predicate(function: Predicate) -> Predicate:
    """Register a function under its own name, with dashes for underscores."""
    PREDICATES[function.__name__.replace("_", "-")] = function
    return function
