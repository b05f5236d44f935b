"""Verdicts: what a fact means, for whom, and what to do about it. A table of rules and one interpreter."""
