"""The change notes of a service in a release: its operations, its changes, and their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from math import inf
from typing import Any

from markupsafe import Markup

from docgen.diff.additions import Additions, operation_additions
from docgen.diff.delta import Kind, ServiceDelta
from docgen.model.python_view import python_view
from docgen.model.syntax import AWS_PACKAGES
from docgen.pages.notes.change_data import change_data
from docgen.pages.notes.documentation_diff import DocumentationDiff, documentation_diff
from docgen.pages.notes.official_summary import unannounced_breaking_note
from docgen.pages.operation.view import (
    MAX_CHANGE_BLOCK_IN_NOTES,
    ChangeBlock,
    OperationView,
    operation_head_data,
    operation_view,
    syntax_and_rows_data,
    updated_operation_view,
)
from docgen.pages.registry import PageKind, register_page
from docgen.pages.sentences import page_description
from docgen.render.addresses import html_id, operation_folder, service_path
from docgen.render.pictures.change_bar import change_bar
from docgen.rules.change import Change
from docgen.rules.classify import classify
from docgen.rules.grouping import (
    ChangeGroup,
    GroupedChanges,
    count_by_severity,
    group_by_operation,
    is_shown_as_addition,
)
from docgen.rules.service_changes import ChangeSelector
from docgen.sources.release import Release
from docgen.sources.release_summaries import official_summary
from docgen.wording import natural_key

NO_METHODS = "no API methods"

MAX_OPEN_OPERATIONS, MAX_OPEN_SIZE = 3, 24_000
"""Operations up to which all are open, and estimated bytes of HTML up to which the first ones are open."""

_FRAME_SIZE = 2_000
"""Bytes of HTML of the headings, links and changes of an operation, for `MAX_OPEN_SIZE`."""


@dataclass(frozen=True, slots=True)
class NotesContext:
    """What the change notes of a service say about its release.

    Attributes:
        release: Name of the release.
        previous: Name of the release before.
        package: Name of the package, such as `botocore`.
        date: Date of the release (`2019-01-21`), or empty.
        summary: Official summary of the service, or empty.
        full_summary: Everything that the notes of a range say about it, if `summary` is only a part.
        summaries_known: Whether the release has official notes.
    """

    release: str
    previous: str
    package: str = ""
    date: str = ""
    summary: str = ""
    full_summary: str = ""
    summaries_known: bool = False

    @classmethod
    def of_service(cls, service: str, old: Release, new: Release, releases: Sequence[Release] = ()) -> NotesContext:
        """Return the context of a service that changed between two releases.

        Args:
            service: SDK name of the service.
            old: The release before.
            new: The release.
            releases: The releases after `old`, up to `new`, whose official notes count; by default those of `new`.
        """
        summary = official_summary(releases or (new,), service)
        return cls(new.name, old.name, new.package, new.date or "", *summary)


@dataclass(frozen=True, slots=True)
class ServiceNotes:
    """The change notes of a service in a release.

    Attributes:
        package: Name of the package, such as `botocore`.
        release: Name of the release.
        previous: Name of the release before.
        date: Date of the release (`2019-01-21`), or empty.
        service: SDK name of the service.
        api_version: API version of the new model.
        title: Full name of the service.
        summary: Official summary of the service, or empty.
        summaries_known: Whether the release has official notes.
        operations: New operations, then updated ones, each in model order.
        removed: Removed operations, each with its changes.
        grouped_changes: The changes, by operation, shared or service-wide.
        changes: All changes.
        with_documentation_diffs: Whether the text format shows documentation changes word by word.
        root: Relative link to the root of the site.
        referenced_operations: Operations with a reference page.
        previous_release_page: Name of the release before, if it has a page.
        next_release_page: Name of the release after, if it has a page.
        releases_by_fingerprint: The releases of each change, by its fingerprint, if the notes span several releases.
        is_split: Whether each operation has a page of its own.
        full_summary: Everything that the notes of a range say about the service, if `summary` is only a part of it.
        folders: Folders of operations whose names differ only by case.
        has_python_client: Whether botocore can call the service, so that boto3 is worth a word.
    """

    package: str
    release: str
    previous: str
    date: str
    service: str
    api_version: str
    title: str
    summary: str
    summaries_known: bool
    operations: tuple[OperationView, ...]
    removed: tuple[tuple[str, tuple[ChangeGroup, ...]], ...]
    grouped_changes: GroupedChanges
    changes: tuple[Change, ...]
    with_documentation_diffs: bool = False
    root: str = ""
    referenced_operations: frozenset[str] = frozenset()
    previous_release_page: str = ""
    next_release_page: str = ""
    releases_by_fingerprint: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """In which release changes happened, by their fingerprints, where that is known and there are several."""
    is_split: bool = False
    full_summary: str = ""
    folders: Mapping[str, str] = field(default_factory=dict)
    has_python_client: bool = True

    @property
    def new_count(self) -> int:
        """Number of new operations."""
        return sum(o.status == "new" for o in self.operations)

    @property
    def updated_count(self) -> int:
        """Number of updated operations."""
        return len(self.operations) - self.new_count

    @property
    def counts_text(self) -> str:
        """Number of operations in words: `1 new, 2 updated API methods`."""
        numbers = {"new": self.new_count, "updated": self.updated_count, "removed": len(self.removed)}
        parts = [f"{number:,} {word}" for word, number in numbers.items() if number]
        return (
            f"{', '.join(parts)} API {'method' if sum(numbers.values()) == 1 else 'methods'}" if parts else NO_METHODS
        )

    @property
    def heading(self) -> str:
        """The documented heading: `2019/01/21 - Amazon AppStream - 3 updated api methods`."""
        numbers = {"new": self.new_count, "updated": self.updated_count, "removed": len(self.removed)}
        counts = " ".join(f"{number} {word}" for word, number in numbers.items() if number) or "no"
        return f"{self.date.replace('-', '/') or self.release} - {self.title} - {counts} api methods"

    @property
    def has_content(self) -> bool:
        """Whether there are changes other than documentation and suppressed ones."""
        return bool(self.operations or self.removed or self.grouped_changes.service_wide or self.grouped_changes.shared)

    @property
    def severity_counts(self) -> dict[str, int]:
        """Number of changes of each severity, worst first, without suppressed ones."""
        return count_by_severity(self.changes)

    @property
    def unannounced_breaking(self) -> str:
        """Note about a breaking change that the official notes omit, or empty."""
        official_text = (self.full_summary or self.summary) if self.summaries_known else None
        return unannounced_breaking_note(official_text, self.changes)

    @property
    def documentation_diffs(self) -> Iterator[DocumentationDiff]:
        """The changed documentation, word by word."""
        return map(documentation_diff, self.grouped_changes.documentation_changes)

    def operation_timeline(self, operation: str) -> Iterator[str]:
        """Yield what was added to an operation and when, newest first: `Added in 1.31.81: Tags, Name`."""
        gained: dict[str, list[str]] = {}
        # Notes of one release know of no others: to look through all changes for each operation took minutes.
        for change in self.changes if self.releases_by_fingerprint else ():
            release = next(reversed(self.releases_by_fingerprint.get(change.fingerprint, ())), None)
            if release is not None and operation in change.all_operations and is_shown_as_addition(change):
                gained.setdefault(release, []).append(_gained_name(change, operation))
        for release, names in sorted(gained.items(), key=lambda item: natural_key(item[0]), reverse=True):
            added = ", ".join(name for name in dict.fromkeys(names) if name)
            yield f"Added in {release}{f': {added}' if added else ''}"

    @property
    def open_count(self) -> int:
        """How many operations are open at first: all if there are few, else the first ones up to a limit of size."""
        if len(self.operations) <= MAX_OPEN_OPERATIONS:
            return len(self.operations)
        sizes = accumulate(self._shown_size(view) for view in self.operations)
        return max(1, sum(size <= MAX_OPEN_SIZE for size in sizes))

    def _shown_size(self, view: OperationView) -> int:
        """Estimate how many bytes of HTML an operation takes on the page."""
        if not self.is_split:
            return _FRAME_SIZE + view.html_size_estimate
        block = view.change_block if self.shows_change_block(view) else None
        return _FRAME_SIZE + (block.character_count if block else 0)

    @property
    def change_bar(self) -> Markup:
        """A bar of how much changed, by severity."""
        return change_bar(self.severity_counts.items())

    def shows_change_block(self, view: OperationView) -> bool:
        """Tell whether the page shows what an operation gained; if notes are split, a long block is on its own page."""
        block = view.change_block
        return block is not None and not (self.is_split and block.character_count > MAX_CHANGE_BLOCK_IN_NOTES)

    def link(self, operation: str) -> str | None:
        """Return the link to an operation, on this page or to its reference, or None."""
        if any(o.name == operation for o in self.operations):
            return f"#{html_id(operation)}"
        return self.reference_href(operation) or None

    def reference_href(self, operation: str) -> str:
        """Return the link to the reference of an operation, or empty."""
        if operation not in self.referenced_operations:
            return ""
        folder = operation_folder(operation, self.folders)
        return f"{self.root}{service_path(self.service, inner=f'{folder}/index')}.html"


def service_notes(delta: ServiceDelta, context: NotesContext, select: ChangeSelector | None = None) -> ServiceNotes:
    """Return the change notes of a service.

    Args:
        delta: The comparison of its models.
        context: What the notes say about the release.
        select: Selects the changes to show; operations without any are left out.
    """
    changes = classify(delta)
    shown = {*delta.old.operations, *delta.new.operations}
    if select is not None:
        changes = select(delta, changes)
        shown = {
            name for change in changes if change.delta.kind is not Kind.DOCUMENTATION for name in change.all_operations
        }
    additions = {name: gained for name, gained in operation_additions(delta).items() if name in shown}
    grouped = group_by_operation(changes)
    removed = [name for name in delta.old.operations if name not in delta.new.operations and name in shown]
    return ServiceNotes(
        package=context.package,
        release=context.release,
        previous=context.previous,
        date=context.date,
        service=delta.service,
        api_version=delta.new.api_version,
        title=delta.new.full_name or delta.service,
        summary=context.summary,
        summaries_known=context.summaries_known,
        operations=tuple(
            view if context.package in AWS_PACKAGES else replace(view, see_also_url=None)
            for view in _changed_operations(delta, context, additions, grouped)
            if view.name in shown
        ),
        removed=tuple((name, grouped.by_operation.get(name, ())) for name in removed),
        grouped_changes=grouped,
        changes=changes,
        full_summary=context.full_summary,
        has_python_client=delta.new.has_python_client,
    )


def _changed_operations(
    delta: ServiceDelta,
    context: NotesContext,
    additions_by_operation: Mapping[str, Additions],
    grouped_changes: GroupedChanges,
) -> Iterator[OperationView]:
    """Yield new operations, then those with additions or changes, each in model order.

    Both models are shown as the new release of botocore customizes them, so that only changes of models have marks.
    """
    before, new = (
        python_view(each, delta.service, context.package, context.release) for each in (delta.old, delta.new)
    )
    same = _unchanged_shapes(delta)
    for name, operation in new.operations.items():
        if name not in delta.old.operations:
            yield operation_view(new, operation, status="new")
    for name, operation in new.operations.items():
        causes = grouped_changes.by_operation.get(name, ())
        if name in delta.old.operations and (name in additions_by_operation or causes):
            old = before, before.operations[name]
            view = updated_operation_view(old, (new, operation), same, additions_by_operation.get(name))
            yield replace(view, change_groups=causes, shared_change_groups=grouped_changes.shared_by(name))


def _unchanged_shapes(delta: ServiceDelta) -> frozenset[str]:
    """Return the shapes in which nothing changed but documentation, at any depth."""
    differing = delta.pairs_containing(
        pair
        for pair, deltas in delta.pair_deltas.items()
        if any(delta.kind is not Kind.DOCUMENTATION for delta in deltas)
    )
    return frozenset(old for old, new in delta.contained_pairs if old == new and (old, new) not in differing)


def _gained_name(change: Change, operation: str) -> str:
    """Return what an operation gained: a path in it, with the value if that is new; empty for the operation itself."""
    delta = change.delta
    if delta.kind is Kind.OPERATION:
        return ""
    if delta.kind in (Kind.INPUT, Kind.OUTPUT):
        return "a request" if delta.kind is Kind.INPUT else "a response"
    verdict = next(each for each in change.verdicts if operation in each.operations)
    if not (path := verdict.paths.get(operation)):
        return delta.element_id.local.replace("$", ".")
    value = f" {delta.element_id.member}" if delta.kind is Kind.ENUM_VALUE else ""
    return f"{verdict.direction}.{path}{value}"


def notes_data(notes: ServiceNotes) -> dict[str, Any]:
    """Return change notes as JSON."""
    return {
        "package": notes.package,
        "release": notes.release,
        "previous": notes.previous,
        "date": notes.date or None,
        "service": notes.service,
        "api_version": notes.api_version,
        "title": notes.title,
        "heading": notes.heading,
        "summary": notes.summary or None,
        "new_count": notes.new_count,
        "updated_count": notes.updated_count,
        "operations": [
            updated_operation_data(
                view, f"{operation_folder(view.name, notes.folders)}/index.json", MAX_CHANGE_BLOCK_IN_NOTES
            )
            if notes.is_split
            else updated_operation_data(view)
            for view in notes.operations
        ],
        "removed": [name for name, _ in notes.removed],
        "severity_counts": notes.severity_counts,
        "unannounced_breaking": notes.unannounced_breaking or None,
        "changes": [{**change_data(change), **_releases_of_change(notes, change)} for change in notes.changes],
    }


def _releases_of_change(notes: ServiceNotes, change: Change) -> dict[str, list[str]]:
    """Return the releases of a change, if the notes span several releases."""
    releases = notes.releases_by_fingerprint.get(change.fingerprint)
    return {"releases": list(releases)} if releases else {}


def _own_page(notes: ServiceNotes, view: OperationView) -> str:
    """Return the JSON file with the syntax and rows of an operation, relative to the notes."""
    return f"{operation_folder(view.name, notes.folders)}/index.json"


def updated_operation_data(
    view: OperationView, reference_path: str = "", max_change_block: float = inf
) -> dict[str, Any]:
    """Return an operation of change notes as JSON.

    Args:
        view: The operation.
        reference_path: The file with its syntax and rows, which are then left out.
        max_change_block: Characters above which the change block is left out; the marks of rows say the same.
    """
    changes = (
        _change_block_data(view.change_block)
        if view.change_block and view.change_block.character_count <= max_change_block
        else None
    )
    rest = {"detail_page": reference_path} if reference_path else syntax_and_rows_data(view)
    return {"status": view.status, "changes": changes, **operation_head_data(view), **rest}


def _change_block_data(block: ChangeBlock) -> dict[str, str]:
    return {side: text for side, (_, text) in zip(block.sides.split(", "), block.literals, strict=True)}


def _notes_description(notes: ServiceNotes) -> str:
    return page_description(f"{notes.heading}.", notes.summary)


def _notes_date(notes: ServiceNotes) -> str:
    return notes.date


NOTES_PAGE = register_page(
    PageKind(
        "notes",
        ServiceNotes,
        data=notes_data,
        description=_notes_description,
        date=_notes_date,
        link=ServiceNotes.link,
    )
)
