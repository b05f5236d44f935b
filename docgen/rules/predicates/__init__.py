"""Predicates: what a row of the rule table cannot state as data, asked about one delta in its context.

A row names predicates in `when`, with dashes: `has-no-members` is the function `has_no_members`. A predicate answers
no, and never fails, if the delta does not have what the predicate asks about.
"""

from __future__ import annotations

from docgen.rules.predicates import entries, meaning, members, operations, protocols, shapes
from docgen.rules.predicates.registry import PREDICATES, Predicate

__all__ = ["PREDICATES", "Predicate", "entries", "meaning", "members", "operations", "protocols", "shapes"]
