"""Models whose names and texts attack every format."""

from __future__ import annotations

from fuzz.edits import NAMES

HOSTILE = (*NAMES[:-1], "N\u0430me\u200b", "\u2028", "\u2066x", "\x9b31m", "{{ self }}{# #}", "'; DROP TABLE x; --")
"""Names and documentation that a format might mistake for markup."""
