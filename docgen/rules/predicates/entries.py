"""Predicates about lists of values, paginators and waiters."""

from __future__ import annotations

from typing import Any

from docgen.model.protocol import as_list, to_number
from docgen.rules.context import DeltaInContext, action_of
from docgen.rules.predicates.registry import predicate


def added_entries(context: DeltaInContext) -> list[Any]:
    """Return the entries that were added to a list."""
    old = as_list(context.delta.old)
    return [entry for entry in as_list(context.delta.new) if entry not in old]


def removed_entries(context: DeltaInContext) -> list[Any]:
    """Return the entries that were removed from a list."""
    new = as_list(context.delta.new)
    return [entry for entry in as_list(context.delta.old) if entry not in new]


@predicate
def entries_removed(context: DeltaInContext) -> bool:
    """Return whether an entry was removed from a list."""
    return bool(removed_entries(context))


@predicate
def first_entry_changed(context: DeltaInContext) -> bool:
    """Return whether both lists have a first entry, and the two differ."""
    old, new = as_list(context.delta.old), as_list(context.delta.new)
    return bool(old) and bool(new) and old[0] != new[0]


@predicate
def only_entries_added(context: DeltaInContext) -> bool:
    """Return whether a list that had entries still has all of them."""
    return bool(as_list(context.delta.old)) and not removed_entries(context)


@predicate
def acceptors_removed(context: DeltaInContext) -> bool:
    """Return whether a condition of a waiter was removed."""
    return action_of(context.delta) == "removed" or bool(removed_entries(context))


@predicate
def operation_added_or_removed(context: DeltaInContext) -> bool:
    """Return whether the operation of a paginator is in only one of the two versions."""
    return context.old_operation is None or context.new_operation is None


@predicate
def wait_shortened(context: DeltaInContext) -> bool:
    """Return whether a waiter gives up earlier than before."""
    ratio = 1.0
    for delta in (context.delta, *context.related):
        old, new = to_number(delta.old), to_number(delta.new)
        if not old or new is None:
            return False
        ratio *= new / old
    return ratio < 1


@predicate
def same_endpoints(context: DeltaInContext) -> bool:
    """Return whether two sets of endpoint rules have the same URLs and settings, and choose the same URLs."""
    old, new = context.delta.old, context.delta.new
    return same_urls(context) and all(key not in old and key not in new for key in ("urls", "settings"))


@predicate
def same_urls(context: DeltaInContext) -> bool:
    """Return whether two sets of endpoint rules choose the same URL for every region, with each setting."""
    return _differing_endpoints(context) == ({}, {})


@predicate
def only_endpoints_added(context: DeltaInContext) -> bool:
    """Return whether two sets of endpoint rules differ only where the old ones refused to choose a URL."""
    differing = _differing_endpoints(context)
    return (
        differing is not None and all(url is None for url in differing[0].values()) and "more" not in context.delta.new
    )


def _differing_endpoints(context: DeltaInContext) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the URLs by situation in which two sets of endpoint rules differ; None if they could not be evaluated."""
    old, new = context.delta.old, context.delta.new
    if not (isinstance(old, dict) and isinstance(new, dict) and "endpoints" in old and "endpoints" in new):
        return None
    return old["endpoints"], new["endpoints"]
