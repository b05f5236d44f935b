"""The official summary of a service in the release notes of an SDK: which breaking changes it omits."""

from __future__ import annotations

from collections.abc import Sequence

from docgen.pages.notes.announced import is_unannounced
from docgen.rules.change import Change
from docgen.rules.grouping import group_changes
from docgen.rules.rule import Severity
from docgen.sources.official_notes import is_generic_summary

MAX_MESSAGES = 3
"""Most breaking changes that the note lists; it counts the others."""


def unannounced_breaking_note(summary: str | None, changes: Sequence[Change]) -> str:
    """Return a note about the breaking changes that the official notes certainly omit, or "".

    Args:
        summary: What the official notes say about the service; "" if nothing, None if the notes are not known.
        changes: The changes of the service.
    """
    breaking = [change for change in changes if change.rule.severity is Severity.BREAKING]
    if not breaking or summary is None:
        return ""
    noun, verb_phrase = (
        ("a breaking change", "there is") if len(breaking) == 1 else (f"{len(breaking)} breaking changes", "there are")
    )
    if not summary:
        return f"The official notes do not mention this service; {verb_phrase} {noun}."
    if is_generic_summary(summary):
        return f"The official notes only say that something was updated; {verb_phrase} {noun}."
    omitted = [change for change in breaking if is_unannounced(summary, change)]
    if not omitted:
        return ""
    if len(omitted) == len(breaking):
        return (
            "The official notes do not mention this breaking change."
            if len(breaking) == 1
            else f"The official notes mention none of these {len(breaking):,} breaking changes."
        )
    groups = group_changes(omitted)
    messages = [group.message for group in groups[:MAX_MESSAGES]]
    if len(groups) > len(messages):
        messages.append(f"{len(groups) - len(messages):,} more")
    return f"Not in the official notes: {'; '.join(messages)}."
