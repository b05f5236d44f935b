"""Documentation changes for change notes: which words were added and removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from docgen.render.markup.text import to_text
from docgen.rules.change import Change

CONTEXT_WORDS = 15
"""Unchanged words that are shown on each side of a difference."""

MAX_DIFFED_WORDS = 2_000
"""Words of a documentation string up to which its differences are computed. Longer ones are shown in full."""


@dataclass(frozen=True, slots=True)
class DocumentationDiff:
    """A change of documentation, word by word.

    Attributes:
        id: The element, without its service.
        spans: Runs of words, each with its mark: "" if they are unchanged, `-` if removed, `+` if added.

    """

    id: str
    spans: tuple[tuple[str, str], ...]

    @property
    def shortened_spans(self) -> Iterator[tuple[str, str]]:
        """The spans with long unchanged ones shortened to the words next to a difference."""
        last = len(self.spans) - 1
        for index, (mark, text) in enumerate(self.spans):
            words = text.split(" ")
            before, after = CONTEXT_WORDS if index else 0, CONTEXT_WORDS if index < last else 0
            if mark or not last or len(words) <= before + after + 1:
                yield mark, text
                continue
            yield "", " ".join([*words[:before], "…", *words[len(words) - after :]])


def documentation_diff(change: Change) -> DocumentationDiff:
    """Compare the documentation before and after a change, word by word."""
    old, new = (to_text(text or "").split() for text in (change.delta.old, change.delta.new))
    return DocumentationDiff(change.delta.element_id.local or change.delta.id, tuple(_word_spans(old, new)))


def _word_spans(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the spans of two texts. Common start and end are split off first: most texts change in one place."""
    shorter = min(len(old), len(new))
    head = next((index for index in range(shorter) if old[index] != new[index]), shorter)
    shorter -= head
    tail = next((index for index in range(shorter) if old[-1 - index] != new[-1 - index]), shorter)
    ends = " ".join(old[:head]), " ".join(old[len(old) - tail :])
    if ends[0]:
        yield "", ends[0]
    yield from _diff_spans(old[head : len(old) - tail], new[head : len(new) - tail])
    if ends[1]:
        yield "", ends[1]


def _diff_spans(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    if max(len(old), len(new)) > MAX_DIFFED_WORDS:
        spans: Iterable[tuple[str, int, int, int, int]] = [("replace", 0, len(old), 0, len(new))]
    else:
        spans = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for kind, a, b, c, d in spans:
        if kind == "equal":
            yield "", " ".join(old[a:b])
            continue
        if a < b:
            yield "-", " ".join(old[a:b])
        if c < d:
            yield "+", " ".join(new[c:d])
