"""The page of a release: its change notes, and the services that it added or removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from docgen.pages.index.records import (
    DocumentationOnly,
    NotesSummary,
    ReleaseRecord,
    documentation_only_data,
    notes_summary_data,
    service_event,
    worst_notes_first,
)
from docgen.pages.notes.change_data import change_data, sdk_note_data
from docgen.pages.registry import PageKind, register_page
from docgen.pages.sentences import page_description
from docgen.render.pictures.change_bar import change_bar
from docgen.rules.change import Change
from docgen.rules.grouping import ChangeGroup
from docgen.sources.official_notes import SdkNote
from docgen.wording import counted


@dataclass(frozen=True, slots=True)
class ReleaseIndex:
    """A release with its change notes, and the services and API versions that it added or removed.

    Attributes:
        package: Name of the package, such as `botocore`.
        release: Name of the release.
        previous: Name of the release before, or empty.
        date: Date of the release, or empty.
        notes: A line for each service with change notes.
        changes: Changes of whole services.
        previous_release_page: Name of the release before, if it has a page.
        next_release_page: Name of the release after, if it has a page.
        root: Relative link to the root of the site.
        introduction: Markdown text of the publisher, or empty.
        documentation_only: Services in which only documentation changed.
        sdk_notes: Official notes on the SDK itself, and on services without change notes here.
    """

    package: str
    release: str
    previous: str
    date: str
    notes: tuple[NotesSummary, ...]
    changes: tuple[Change, ...] = ()
    previous_release_page: str = ""
    next_release_page: str = ""
    root: str = ""
    introduction: str = ""
    documentation_only: tuple[DocumentationOnly, ...] = ()
    sdk_notes: tuple[SdkNote, ...] = ()

    @property
    def sorted_notes(self) -> tuple[NotesSummary, ...]:
        """The lines that link to the change notes, worst first."""
        return worst_notes_first(self.notes)

    @property
    def record(self) -> ReleaseRecord:
        """What other pages show of the release."""
        events = tuple(service_event(change) for change in self.changes if not change.rule.suppressed)
        contents = self.sorted_notes, events, self.introduction, self.documentation_only
        return ReleaseRecord(self.release, self.previous, self.date, *contents)

    @property
    def change_bar(self) -> Markup:
        """A bar of how much changed, by severity."""
        return change_bar(self.record.severities)

    @property
    def change_groups(self) -> tuple[ChangeGroup, ...]:
        """Changes of whole services, worst first."""
        return tuple(ChangeGroup((change,)) for change in self.changes if not change.rule.suppressed)


def release_index_data(index: ReleaseIndex) -> dict[str, Any]:
    """Return a release as JSON."""
    return {
        "package": index.package,
        "release": index.release,
        "previous": index.previous,
        "date": index.date or None,
        "introduction": index.introduction or None,
        "changes": [change_data(change) for change in index.changes],
        "notes": [notes_summary_data(summary) for summary in index.notes],
        "documentation_only": documentation_only_data(index.documentation_only),
        "sdk_notes": [sdk_note_data(note) for note in index.sdk_notes],
    }


def _release_description(index: ReleaseIndex) -> str:
    name = f"{index.package} {index.release}"
    if not index.notes:
        return page_description(f"{name}.", index.record.no_changes_note)
    titles = ", ".join(summary.title for summary in index.sorted_notes)
    return page_description(f"{counted(len(index.notes), 'service')} changed in {name}:", titles)


def _release_date(index: ReleaseIndex) -> str:
    return index.date


RELEASE_PAGE = register_page(
    PageKind(
        "release",
        ReleaseIndex,
        data=release_index_data,
        description=_release_description,
        date=_release_date,
        schema="release-index",
    )
)

SERVICE_EVENTS_PAGE = register_page(
    PageKind("service-events", ReleaseIndex, data=release_index_data, schema="release-index")
)
"""Only the services and API versions that a release added or removed."""
