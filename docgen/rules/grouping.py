"""Changes as people read them: each cause once, in the place where a reader looks for it.

What one operation alone is affected by stands with that operation; what several share is told once, with their names,
and linked from each; what concerns the service as a whole stands above. Additions are in the documented block and not
told again. Documentation is counted and folded away. Noise (`suppressed` rules) is left to the JSON twin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from docgen.diff.facts import Kind
from docgen.render.markup.text import to_text
from docgen.rules.classify import Change
from docgen.rules.rule import Severity

CONTEXT_WORDS = 15
"""Words that stayed which are shown on each side of what was worded otherwise."""

MAX_DIFFED_WORDS = 2_000
"""Words of a documentation string up to which the differing ones are worked out; longer ones are shown whole."""

_GENERIC_SUMMARY = re.compile(r"update \S+ (client|models?|command)?\s*to latest( version)?\.?", re.IGNORECASE)
# Words with which release notes speak of what may break, in the 223 notes that were read for it.
_BREAKING_WORDS = re.compile(
    r"\b(break|breaking|remov\w*|delet\w* (?:the )?(?:api|operation|member|field|parameter)|deprecat\w*|renam\w*|"
    r"no longer|replac\w*|drop\w*|requir\w*|mandatory|chang\w+ (?:the )?type|retir\w*|sunset|discontinu\w*|"
    r"revert\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """What a page tells in one sentence: a change, or values that came to or went from one enum together."""

    changes: tuple[Change, ...]

    @property
    def change(self) -> Change:
        """The first of its changes; they differ in nothing but the value."""
        return self.changes[0]

    @property
    def anchor(self) -> str:
        """The id of its place on a page."""
        return f"change-{self.change.fingerprint[:12]}"

    @property
    def severity(self) -> str:
        """`breaking`, `dangerous`, `safe` or `docs`."""
        return self.change.rule.severity.label

    @property
    def message(self) -> str:
        """The sentence."""
        if len(self.changes) == 1:
            return self.change.message
        deltas = [change.delta for change in self.changes]
        came = deltas[0].old is None
        values = ", ".join(str(delta.new if came else delta.old) for delta in deltas)
        shape = deltas[0].id.partition("#")[2].partition("$")[0]
        what = f"added to {shape}" if came else f"removed from {shape}"
        return f"{len(deltas)} values were {what}: {values}"

    @property
    def example_path(self) -> str:
        """One path of the first operation that leads to the cause, or nothing."""
        for operation in self.change.operations[:1]:
            return self.change.paths.get(operation, "")
        return ""


@dataclass(frozen=True, slots=True)
class DocumentationDiff:
    """A documentation that changed: where, and the stretches of words that stayed, went (`-`) and came (`+`)."""

    id: str
    spans: tuple[tuple[str, str], ...]

    @property
    def shortened_spans(self) -> Iterator[tuple[str, str]]:
        """The stretches for people: of many words that stayed, those near what went and came."""
        last = len(self.spans) - 1
        for at, (mark, text) in enumerate(self.spans):
            words = text.split(" ")
            before, after = CONTEXT_WORDS if at else 0, CONTEXT_WORDS if at < last else 0
            if mark or not last or len(words) <= before + after + 1:
                yield mark, text
                continue
            yield "", " ".join([*words[:before], "…", *words[len(words) - after :]])


@dataclass(frozen=True, slots=True)
class GroupedChanges:
    """The changes of a service, each where it belongs; every list has the worst first."""

    service_wide: tuple[ChangeGroup, ...] = ()
    shared: tuple[ChangeGroup, ...] = ()
    by_operation: Mapping[str, tuple[ChangeGroup, ...]] = field(default_factory=dict)
    documentation_changes: tuple[Change, ...] = ()

    def shared_by(self, operation: str) -> tuple[ChangeGroup, ...]:
        """The shared causes that affect an operation."""
        return tuple(cause for cause in self.shared if operation in cause.change.operations)


@dataclass(frozen=True, slots=True)
class ServiceChanges:
    """What happened to a service in one release. `reworded` counts the documentation that changed besides."""

    release: str
    date: str
    package: str
    service: str
    title: str
    summary: str
    changes: tuple[Change, ...]
    summaries_known: bool = False
    documentation_change_count: int = 0


def group_changes(changes: Iterable[Change]) -> tuple[ChangeGroup, ...]:
    """Everything that changed but documentation and noise, additions too, each cause once, in the given order."""
    groups: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        if not (change.rule.suppressed or change.delta.kind is Kind.DOCUMENTATION):
            groups.setdefault(_group_key(change), []).append(change)
    return tuple(map(ChangeGroup, map(tuple, groups.values())))


def affects_all_operations(change: Change) -> bool:
    """Whether a change of the service as a whole may be felt by whoever calls any of its operations."""
    return change.delta.kind is Kind.SERVICE and change.rule.severity >= Severity.DANGEROUS


def group_by_operation(changes: Iterable[Change]) -> GroupedChanges:
    """Put each change where a reader looks for it."""
    service: list[ChangeGroup] = []
    shared: list[ChangeGroup] = []
    own: dict[str, list[ChangeGroup]] = {}
    wordings: list[Change] = []
    groups: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        if change.rule.suppressed:
            continue
        if change.delta.kind is Kind.DOCUMENTATION:
            wordings.append(change)
        elif not (change.rule.severity is Severity.DOCS or is_shown_as_addition(change)):
            groups.setdefault(_group_key(change), []).append(change)
    for cause in map(ChangeGroup, map(tuple, groups.values())):
        operations = cause.change.operations
        place = service if not operations else own.setdefault(operations[0], []) if len(operations) == 1 else shared
        place.append(cause)
    return GroupedChanges(
        tuple(service), tuple(shared), {name: tuple(causes) for name, causes in own.items()}, tuple(wordings)
    )


def _group_key(change: Change) -> tuple[object, ...]:
    """What is told together: values that came to one enum, or went from it; anything else alone."""
    delta = change.delta
    if delta.kind is not Kind.ENUM_VALUE or change.related:
        return (change.fingerprint,)
    return change.rule.id, delta.old is None, delta.id.rpartition("$")[0], change.operations


def is_shown_as_addition(change: Change) -> bool:
    """Whether the documented block says it already: an addition that takes nothing from anybody."""
    delta = change.delta
    shown = (Kind.OPERATION, Kind.INPUT, Kind.OUTPUT, Kind.MEMBER, Kind.ENUM_VALUE)
    return delta.old is None and delta.kind in shown and change.rule.severity <= Severity.SAFE


def count_by_severity(changes: Iterable[Change]) -> dict[str, int]:
    """How many changes there are of each severity, the worst first; noise is not counted."""
    found = {severity.label: 0 for severity in reversed(Severity)}
    for change in changes:
        if not change.rule.suppressed:
            found[change.rule.severity.label] += 1
    return found


def unannounced_breaking_note(summary: str | None, changes: Sequence[Change]) -> str:
    """What to say where the release's own summary keeps quiet about a breaking change; else nothing.

    None means that nobody knows the release's words: then there is nothing to say either.
    """
    breaking = sum(change.rule.severity is Severity.BREAKING for change in changes)
    if not breaking or summary is None:
        return ""
    what, there = ("a breaking change", "there is") if breaking == 1 else (f"{breaking} breaking changes", "there are")
    if not summary:
        return f"No word of this service came with the release; {there} {what}."
    if is_generic_summary(summary):
        return f"The release's own words say only that something was updated; {there} {what}."
    if not _BREAKING_WORDS.search(summary):
        return f"The release's own words do not mention {what}."
    return ""


def is_generic_summary(summary: str) -> bool:
    """Whether a summary says no more than that something was updated."""
    return _GENERIC_SUMMARY.fullmatch(" ".join(summary.split())) is not None


def documentation_diff(change: Change) -> DocumentationDiff:
    """A documentation change, word by word."""
    old, new = (to_text(text or "").split() for text in (change.delta.old, change.delta.new))
    return DocumentationDiff(change.delta.id.partition("#")[2] or change.delta.id, tuple(_word_spans(old, new)))


def _word_spans(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """What both have at either end is set aside first: most texts change in one place."""
    least = min(len(old), len(new))
    head = next((at for at in range(least) if old[at] != new[at]), least)
    least -= head
    tail = next((at for at in range(least) if old[-1 - at] != new[-1 - at]), least)
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
