"""Infers the service of a call on an unknown object from the method's name and its keywords."""

from __future__ import annotations

from collections.abc import Iterable

from docgen.requires.facts import REQUEST, Facts, model_name
from docgen.requires.terms import Argument, Const

OWN_KEYWORDS = frozenset({"aws_retry"})
"""Keywords that wrappers of clients use for themselves: Ansible's."""


def candidates(facts: Facts, method: str, keywords: Iterable[Argument]) -> tuple[tuple[str, str], ...]:
    """Return the services and operations that have the method and all of its keywords; none if a keyword is missing.

    A call without keywords is too ambiguous: many objects have methods such as `copy()` and `query()`.
    """
    found = facts.methods.get(method, ())
    names = [str(each.key.value) for each in keywords if isinstance(each.key, Const)]
    names = [name for name in names if name not in OWN_KEYWORDS]
    if not found or not names:
        return ()
    return tuple(each for each in found if _takes(facts, *each, names))


def _takes(facts: Facts, service: str, operation: str, names: list[str]) -> bool:
    shape = facts.shape(service, operation, REQUEST, ())
    return shape is not None and all(
        model_name(service, operation, name, shape.members) in shape.members for name in names
    )
