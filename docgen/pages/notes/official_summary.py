"""The official summary of a service in the release notes of an SDK: whether it says anything, and what it omits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docgen.rules.change import Change
from docgen.rules.rule import Severity

_GENERIC_SUMMARY = re.compile(r"update \S+ (client|models?|command)?\s*to latest( version)?\.?", re.IGNORECASE)
# The words for breaking changes in the 223 release notes that were read to collect them.
_BREAKING_WORDS = re.compile(
    r"\b(break|breaking|remov\w*|delet\w* (?:the )?(?:api|operation|member|field|parameter)|deprecat\w*|renam\w*|"
    r"no longer|replac\w*|drop\w*|requir\w*|mandatory|chang\w+ (?:the )?type|retir\w*|sunset|discontinu\w*|"
    r"revert\w*)\b",
    re.IGNORECASE,
)


def unannounced_breaking_note(summary: str | None, changes: Sequence[Change]) -> str:
    """A note if the official summary of a release omits a breaking change, else "".

    Args:
        summary: What the official notes say about the service; "" if nothing, None if the notes are not known.
        changes: The changes of the service.

    """
    breaking = sum(change.rule.severity is Severity.BREAKING for change in changes)
    if not breaking or summary is None:
        return ""
    noun, there = ("a breaking change", "there is") if breaking == 1 else (f"{breaking} breaking changes", "there are")
    if not summary:
        return f"The official notes do not mention this service; {there} {noun}."
    if is_generic_summary(summary):
        return f"The official notes only say that something was updated; {there} {noun}."
    if not _BREAKING_WORDS.search(summary):
        return f"The official notes do not mention {noun}."
    return ""


def is_generic_summary(summary: str) -> bool:
    """Whether a summary says only that something was updated."""
    return _GENERIC_SUMMARY.fullmatch(" ".join(summary.split())) is not None
