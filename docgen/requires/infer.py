"""Which service a call on an unknown object may be of: by the method's name, and by its keywords."""

from __future__ import annotations

from collections.abc import Iterable

from docgen.requires.facts import REQUEST, Facts, model_name
from docgen.requires.terms import Argument, Const

OWN_KEYWORDS = frozenset({"aws_retry"})
"""Keywords that wrappers of clients take for themselves: Ansible's."""


def candidates(facts: Facts, method: str, keywords: Iterable[Argument]) -> tuple[tuple[str, str], ...]:
    """The services and operations that have the method and all of its keywords; none where a keyword is missing.

    A call without keywords says too little: `copy()` and `query()` are methods of many things.
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
