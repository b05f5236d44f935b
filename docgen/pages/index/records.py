"""Records: what pages show of other pages.

Records contain plain values only. A site keeps them, so that index pages can be built without the pages they link to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from docgen.diff.delta import Kind
from docgen.pages.notes.service_notes import NO_METHODS, ServiceNotes
from docgen.rules.change import Change
from docgen.rules.grouping import ChangeGroup, only_use, use_label
from docgen.rules.rule import Severity
from docgen.sources.official_notes import is_generic_summary
from docgen.wording import counted

SEVERITY_WORDS = tuple(severity.label for severity in reversed(Severity))
"""Names of the severities, worst first."""

MAX_NOTABLE_CHANGES = 3
"""Most changes that a line of an index lists; it counts the others."""

MAX_SHAPES, MAX_ADDED_NAMES = 4, 6
"""Most shapes with additions that a line of an index lists, and most names of each; it counts the others."""

_VENDORS = ("Amazon ", "AWS ")

_NOTABLE_SEVERITIES = ("breaking", "dangerous")
_KIND_WORDS = {Kind.OPERATION: "operation", Kind.MEMBER: "member", Kind.ENUM_VALUE: "value", Kind.ERROR: "error"}


class NotableChange(NamedTuple):
    """A change that may need attention: its severity, its message, and its HTML id on the page of the notes."""

    severity: str
    message: str
    anchor: str


class ShapeAdditions(NamedTuple):
    """What a shape gained.

    Attributes:
        shape: Its name.
        names: Names of added members or values.
        more: How many more were added.
        operation: The only operation that uses it, or empty.
        path: Where that operation uses it, such as `request` or `response.Fleets[]`, or empty.
    """

    shape: str
    names: tuple[str, ...]
    more: int
    operation: str = ""
    path: str = ""

    @property
    def label(self) -> str:
        """What gained something, in words: the path in the operation if there is just one, else the shape."""
        return use_label(self.operation, self.path) or self.shape


class ServiceEvent(NamedTuple):
    """An added or removed service or API version: severity, message, service, whether no version is left."""

    severity: str
    message: str
    service: str
    is_removal: bool


class NotesVerdict(NamedTuple):
    """A breaking or dangerous change of notes: severity, message, its HTML id there, and the operations it affects.

    It names no operation if it affects the whole service.
    """

    severity: str
    message: str
    anchor: str
    operations: tuple[str, ...]


class DocumentationOnly(NamedTuple):
    """A service in which only documentation changed: SDK name, title, and number of changed texts."""

    service: str
    title: str
    text_count: int


@dataclass(frozen=True, slots=True)
class NotesSummary:
    """A line of an index: a service in a release.

    Attributes:
        release: Name of the release.
        date: Its date, or empty.
        service: SDK name of the service.
        title: Full name of the service.
        counts_text: Number of new, updated and removed operations, in words.
        summary: The official summary, or empty.
        path: Path of the change notes from the root of the site, without extension.
        severities: Number of changes of each severity, such as (`breaking`, 2), worst first, without zeros.
        kinds: What changed, such as `member-added`, sorted.
        notable_changes: The worst changes.
        more_notable_changes: How many more there are.
        new_operations: Names of new operations.
        more_new_operations: How many more there are.
        shape_additions: Shapes with additions.
        more_shape_additions: How many more there are.
        removed_operations: Names of all removed operations.
        previous: Name of the release before, or empty.
    """

    release: str
    date: str
    service: str
    title: str
    counts_text: str
    summary: str
    path: str
    severities: tuple[tuple[str, int], ...] = ()
    kinds: tuple[str, ...] = ()
    notable_changes: tuple[NotableChange, ...] = ()
    more_notable_changes: int = 0
    new_operations: tuple[str, ...] = ()
    more_new_operations: int = 0
    shape_additions: tuple[ShapeAdditions, ...] = ()
    more_shape_additions: int = 0
    removed_operations: tuple[str, ...] = ()
    previous: str = ""

    @property
    def change_count(self) -> int:
        """Number of changes, without those of documentation."""
        return sum(number for word, number in self.severities if word != Severity.DOCS.label)

    @property
    def worst_severity(self) -> str:
        """The worst severity, or empty."""
        return self.severities[0][0] if self.severities else ""

    @property
    def operation_counts_text(self) -> str:
        """Number of operations in words, or empty if none changed."""
        return "" if self.counts_text == NO_METHODS else self.counts_text

    @property
    def specific_summary(self) -> str:
        """The official summary, or empty if it only says that something was updated."""
        return "" if is_generic_summary(self.summary) else self.summary

    def has_severity(self, severity: str) -> bool:
        """Tell whether there is a change of this severity."""
        return any(word == severity for word, _ in self.severities)


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """A release in an index.

    Attributes:
        release: Name of the release.
        previous: Name of the release before, or empty.
        date: Date of the release, or empty.
        notes: A line for each service with change notes.
        events: Added and removed services and API versions.
        introduction: Markdown text of the publisher, or empty.
        documentation_only: Services without a line, because only their documentation changed.
    """

    release: str
    previous: str
    date: str
    notes: tuple[NotesSummary, ...] = ()
    events: tuple[ServiceEvent, ...] = ()
    introduction: str = ""
    documentation_only: tuple[DocumentationOnly, ...] = ()

    @property
    def is_quiet(self) -> bool:
        """Whether nothing changed but documentation."""
        return bool(self.previous) and not (self.notes or self.events)

    @property
    def service_names(self) -> tuple[str, ...]:
        """SDK names of the services that changed, in the order of the release."""
        events, notes = (event.service for event in self.events), (each.service for each in self.notes)
        return tuple(dict.fromkeys((*events, *notes)))

    @property
    def no_changes_note(self) -> str:
        """A sentence for a release without lines, or empty."""
        if self.notes or self.events:
            return ""
        if not self.previous:
            return "The first release of this source: nothing to compare it with."
        if self.documentation_only:
            return f"Only documentation changed, in {counted(len(self.documentation_only), 'service')}."
        return "Nothing changed in the services of this site."

    @property
    def severities(self) -> tuple[tuple[str, int], ...]:
        """Number of changes of each severity in all services, worst first, without zeros."""
        return sum_severities(
            [*(mention.severities for mention in self.notes), [(event.severity, 1) for event in self.events]]
        )


def short_title(title: str) -> str:
    """Return the name of a service without that of the vendor: `S3` for `Amazon S3`."""
    return next((title[len(vendor) :] for vendor in _VENDORS if title.startswith(vendor)), title) or title


ReleaseRun = tuple[ReleaseRecord, ...]
"""A release with changes, or releases without any in a row, which lists show in one line."""


def release_runs(records: Iterable[ReleaseRecord]) -> tuple[ReleaseRun, ...]:
    """Return releases in the given order; those in a row with no changes, or only of documentation, are together."""
    runs: list[list[ReleaseRecord]] = []
    for record in records:
        before = runs[-1][0] if runs else record
        is_same = bool(record.documentation_only) == bool(before.documentation_only)
        if runs and record.is_quiet and before.is_quiet and is_same:
            runs[-1].append(record)
        else:
            runs.append([record])
    return tuple(map(tuple, runs))


def summarize_notes(notes: ServiceNotes, path: str) -> NotesSummary:
    """Return the line of an index that links to the change notes at `path`."""
    changes = [change for change in notes.changes if not change.rule.suppressed]
    minded = list(_notable_changes(notes))
    gains = tuple(_shape_additions(changes))
    came = [view.name for view in notes.operations if view.status == "new"]
    return NotesSummary(
        release=notes.release,
        date=notes.date,
        service=notes.service,
        title=notes.title,
        counts_text=notes.counts_text,
        summary=notes.summary,
        path=path,
        severities=tuple((word, number) for word, number in notes.severity_counts.items() if number),
        kinds=tuple(sorted({kind for change in changes for kind in _change_kinds(change)})),
        notable_changes=tuple(minded[:MAX_NOTABLE_CHANGES]),
        more_notable_changes=len(minded[MAX_NOTABLE_CHANGES:]),
        new_operations=tuple(came[:MAX_ADDED_NAMES]),
        more_new_operations=len(came[MAX_ADDED_NAMES:]),
        shape_additions=gains[:MAX_SHAPES],
        more_shape_additions=len(gains[MAX_SHAPES:]),
        removed_operations=tuple(name for name, _ in notes.removed),
        previous=notes.previous,
    )


def notes_verdicts(notes: ServiceNotes) -> tuple[NotesVerdict, ...]:
    """Return the breaking and the dangerous changes, worst first. Those of the whole service name no operation."""
    arranged = notes.grouped_changes
    groups = {
        id(group): group
        for own in (arranged.service_wide, arranged.shared, *arranged.by_operation.values())
        for group in own
    }
    found: list[NotesVerdict] = []
    for group in groups.values():
        found.append(NotesVerdict(group.severity, group.message, group.anchor, tuple(group.change.operations)))
        for other in group.other_verdicts:
            label = other.rule.severity.label
            found.append(NotesVerdict(label, other.message, group.anchor, tuple(other.operations)))
    return tuple(each for severity in _NOTABLE_SEVERITIES for each in found if each.severity == severity)


def documentation_only(notes: ServiceNotes) -> DocumentationOnly | None:
    """Return how much documentation changed, or None if there are change notes or no documentation changed."""
    texts = notes.severity_counts["docs"]
    return DocumentationOnly(notes.service, notes.title, texts) if texts and not notes.has_content else None


def service_event(change: Change) -> ServiceEvent:
    """Return the event that a change of a whole service is."""
    delta = change.delta
    is_end = not delta.trait and delta.new is None
    return ServiceEvent(change.rule.severity.label, change.message, delta.element_id.service, is_end)


def record_to_json(value: Any) -> Any:
    """Return a record, or a part of one, as JSON values. Dataclasses become objects, named tuples arrays."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, tuple):
        return [record_to_json(each) for each in value]
    return {each.name: record_to_json(getattr(value, each.name)) for each in fields(value)}


def notes_summary_from_json(data: Any) -> NotesSummary:
    """Return the line that `record_to_json` was given.

    Raises:
        TypeError, KeyError, ValueError: The data is no line of an index.
    """
    return NotesSummary(
        **{
            **data,
            "severities": tuple((str(word), int(number)) for word, number in data["severities"]),
            "kinds": tuple(data["kinds"]),
            "notable_changes": tuple(NotableChange(*each) for each in data["notable_changes"]),
            "new_operations": tuple(data["new_operations"]),
            "shape_additions": tuple(
                ShapeAdditions(shape, tuple(names), *rest) for shape, names, *rest in data["shape_additions"]
            ),
            "removed_operations": tuple(data["removed_operations"]),
        }
    )


def worst_notes_first(summaries: Iterable[NotesSummary]) -> tuple[NotesSummary, ...]:
    """Return lines by severity, worst first, then A to Z."""

    def weight(mention: NotesSummary) -> tuple[int, int, str, str]:
        word, number = mention.severities[0] if mention.severities else (SEVERITY_WORDS[-1], 0)
        bad = word in _NOTABLE_SEVERITIES
        return (
            SEVERITY_WORDS.index(word) if bad else len(_NOTABLE_SEVERITIES),
            -number if bad else 0,
            mention.title.lower(),
            mention.path,
        )

    return tuple(sorted(summaries, key=weight))


def sum_severities(counts: Iterable[Iterable[tuple[str, int]]]) -> tuple[tuple[str, int], ...]:
    """Return the sum of changes by severity, worst first, without zeros."""
    sums = dict.fromkeys(SEVERITY_WORDS, 0)
    for each in counts:
        for word, number in each:
            sums[word] += number
    return tuple((word, number) for word, number in sums.items() if number)


def _notable_changes(notes: ServiceNotes) -> Iterator[NotableChange]:
    """Yield the changes that may need attention, worst first, then in the order of the page."""
    arranged = notes.grouped_changes
    own = (cause for causes in arranged.by_operation.values() for cause in causes)
    causes: list[ChangeGroup] = [*arranged.service_wide, *arranged.shared, *own]
    for severity in _NOTABLE_SEVERITIES:
        for cause in causes:
            if cause.severity == severity:
                yield NotableChange(severity, cause.message, cause.anchor)


def _shape_additions(changes: Iterable[Change]) -> Iterator[ShapeAdditions]:
    """Yield added members and values by shape, without breaking and dangerous ones."""
    found: dict[str, list[str]] = {}
    uses: dict[str, set[tuple[str, str]]] = {}
    for change in changes:
        delta = change.delta
        minded = change.rule.severity.label in _NOTABLE_SEVERITIES
        if delta.kind in (Kind.MEMBER, Kind.ENUM_VALUE) and delta.old is None and not minded:
            shape, name = delta.element_id.owner or "", delta.element_id.member or ""
            found.setdefault(shape, []).append(name)
            uses.setdefault(shape, set()).add(only_use(change))
    for shape, names in found.items():
        use = next(iter(uses[shape])) if len(uses[shape]) == 1 else ("", "")
        yield ShapeAdditions(shape, tuple(names[:MAX_ADDED_NAMES]), len(names[MAX_ADDED_NAMES:]), *use)


def _change_kinds(change: Change) -> Iterator[str]:
    delta = change.delta
    if delta.kind is Kind.DOCUMENTATION:
        yield "documentation"
        return
    action = "added" if delta.old is None else "removed" if delta.new is None else "changed"
    if delta.kind in _KIND_WORDS:
        yield f"{_KIND_WORDS[delta.kind]}-{action}"
    else:
        yield "other"
    if delta.trait == "deprecated" and delta.new:
        yield "deprecated"


def release_record_data(record: ReleaseRecord) -> dict[str, Any]:
    """Return a release of an index as JSON."""
    return {
        "release": record.release,
        "previous": record.previous,
        "date": record.date or None,
        "events": [service_event_data(event) for event in record.events],
        "notes": [notes_summary_data(each) for each in record.notes],
        "documentation_only": documentation_only_data(record.documentation_only),
    }


def documentation_only_data(services: Iterable[DocumentationOnly]) -> list[dict[str, Any]]:
    """Return services in which only documentation changed as JSON."""
    return [each._asdict() for each in services]


def service_event_data(event: ServiceEvent) -> dict[str, Any]:
    """Return an added or removed service as JSON."""
    return {
        "severity": event.severity,
        "message": event.message,
        "service": event.service,
        "is_removal": event.is_removal,
    }


def notes_summary_data(summary: NotesSummary) -> dict[str, Any]:
    """Return a line of an index as JSON."""
    return {
        "release": summary.release,
        "previous": summary.previous,
        "date": summary.date or None,
        "service": summary.service,
        "title": summary.title,
        "counts_text": summary.counts_text,
        "severity_counts": dict(summary.severities),
        "kinds": list(summary.kinds),
        "summary": summary.summary or None,
        "notable_changes": [each._asdict() for each in summary.notable_changes],
        "shape_additions": [
            {
                "shape": each.shape,
                "operation": each.operation or None,
                "path": each.path or None,
                "names": list(each.names),
                "more": each.more,
            }
            for each in summary.shape_additions
        ],
        "path": summary.path,
    }


def feed_links(breaking_href: str) -> tuple[tuple[str, str], ...]:
    """Return the feeds of a page, each with a label and a link; that of breaking changes is at `breaking_href`."""
    return ("Feed", "feed.atom"), ("Feed of breaking changes", breaking_href)
