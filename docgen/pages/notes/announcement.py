"""Release notes to publish, in Markdown: a range of releases for people who decide whether to upgrade.

Every change is one line, and documentation is only counted. If the text would be too long, `SHORTENING_STEPS` says
which lines are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from docgen.pages.notes.changelog import severity_counts_text
from docgen.pages.notes.changelog_lines import ChangelogLine, changelog_lines, lines_by_heading
from docgen.pages.notes.official_summary import unannounced_breaking_note
from docgen.pages.registry import PageKind, register_page
from docgen.render.addresses import release_path
from docgen.rules.rule import Severity
from docgen.rules.service_changes import ServiceChanges
from docgen.sources.official_notes import SdkNote, is_generic_summary
from docgen.wording import counted

FOLD_SAFE_LINES_FROM = 12
"""Fewest lines of a service for which safe changes are folded."""

SHORTENING_STEPS: tuple[tuple[Severity, int], ...] = (
    (Severity.SAFE, 0),
    (Severity.DANGEROUS, 0),
    (Severity.BREAKING, 0),
    *((Severity.BREAKING, most) for most in (400, 200, 100, 50, 20)),
)
"""How notes get shorter: the minimum severity, and the most lines and services (0 means all)."""


@dataclass(frozen=True, slots=True)
class ServiceSection:
    """A service in a section.

    Attributes:
        service: SDK name of the service.
        title: Full name of the service.
        summaries: Official summaries, newest first.
        unannounced_breaking: Notes about breaking changes that the official notes omit.
        lines: The changes, without breaking ones.
        breaking_count: Number of breaking changes, which are at the top of the section.
        hidden_count: Number of changes that are not listed.
    """

    service: str
    title: str
    summaries: tuple[str, ...]
    unannounced_breaking: tuple[str, ...]
    lines: tuple[ChangelogLine, ...]
    breaking_count: int
    hidden_count: int

    @property
    def visible_by_heading(self) -> tuple[tuple[str, tuple[ChangelogLine, ...]], ...]:
        """The lines that are always visible, by heading."""
        return lines_by_heading(line for line in self.lines if not self._is_long or line.severity != "safe")

    @property
    def folded_by_heading(self) -> tuple[tuple[str, tuple[ChangelogLine, ...]], ...]:
        """The safe lines that are folded, by heading."""
        return lines_by_heading(line for line in self.lines if self._is_long and line.severity == "safe")

    @property
    def folded_count_text(self) -> str:
        """Number of folded changes, in words."""
        return counted(sum(line.change_count for _, lines in self.folded_by_heading for line in lines), "safe change")

    @property
    def _is_long(self) -> bool:
        return len(self.lines) >= FOLD_SAFE_LINES_FROM


@dataclass(frozen=True, slots=True)
class AnnouncementSection:
    """A release or a period, with its services. `introductions` are Markdown texts of the publisher."""

    name: str
    title: str
    date: str
    path: str
    introductions: tuple[str, ...]
    breaking: tuple[ChangelogLine, ...]
    more_breaking_count: int
    services: tuple[ServiceSection, ...]
    more_service_count: int
    documentation_changes: tuple[tuple[str, int], ...]
    documentation_lines: tuple[ChangelogLine, ...]
    counts_text: str
    hidden_count: int = 0

    @property
    def lines_by_heading(self) -> tuple[tuple[str, tuple[ChangelogLine, ...]], ...]:
        """All lines by heading, breaking changes first."""
        return lines_by_heading([*self.breaking, *(line for service in self.services for line in service.lines)])

    @property
    def documentation_counts_text(self) -> str:
        """How much documentation changed, in words, or empty."""
        number = sum(each for _, each in self.documentation_changes)
        return (
            f"{counted(number, 'description')} of {counted(len(self.documentation_changes), 'service')}"
            if number
            else ""
        )


@dataclass(frozen=True, slots=True)
class Announcement:
    """Release notes of a range. `introductions` are those Markdown texts that belong to no section."""

    package: str
    previous: str
    release: str
    date: str
    has_headings: bool
    sections: tuple[AnnouncementSection, ...]
    counts_text: str
    introductions: tuple[str, ...] = ()
    omission_note: str = ""
    shortening_note: str = ""
    sdk_notes: tuple[SdkNote, ...] = ()


@dataclass(frozen=True, slots=True)
class AnnouncementInput:
    """What release notes are made of.

    Attributes:
        package: Name of the package.
        previous: Name of the release before the range.
        release: Name of the last release of the range.
        service_changes: Changes of services, oldest release first.
        introductions: Markdown text by release. Such a release is listed even if it changed nothing.
        dates: Date of each release, or empty, oldest first.
        omission_note: Sentence about what a filter left out, or empty.
        sdk_notes: Official notes on the SDK itself, by release, oldest first.
    """

    package: str
    previous: str
    release: str
    service_changes: tuple[ServiceChanges, ...]
    introductions: Mapping[str, str]
    dates: Mapping[str, str]
    omission_note: str = ""
    sdk_notes: Mapping[str, tuple[SdkNote, ...]] = field(default_factory=dict)

    def restrict_to(self, *, release: str = "", service: str = "") -> AnnouncementInput:
        """Return the input for one release or one service."""
        selected = tuple(
            each for each in self.service_changes if release in ("", each.release) and service in ("", each.service)
        )
        kept = {release} if release else {each.release for each in selected}
        texts = {name: text for name, text in self.introductions.items() if name in kept}
        if not release:
            return replace(self, service_changes=selected, introductions=texts, sdk_notes={})
        sdk_notes = {name: notes for name, notes in self.sdk_notes.items() if name == release}
        names = list(self.dates)
        previous = names[names.index(release) - 1]
        return replace(
            self,
            service_changes=selected,
            introductions=texts,
            release=release,
            previous=previous,
            sdk_notes=sdk_notes,
        )


def build_announcement(
    content: AnnouncementInput, by: str, period_of: Callable[[str, str, str], str], shortening_step: int = 0
) -> Announcement:
    """Return release notes, newest section first (services A to Z).

    Args:
        content: The changes and texts to write about.
        by: What a section is, such as `release` or `service`; empty for one section without a heading.
        period_of: Returns the name of the section for a release, its date and a service.
        shortening_step: Index into `SHORTENING_STEPS`.
    """
    groups: dict[str, list[ServiceChanges]] = {}
    texts: dict[str, list[str]] = {}
    for release_changes in content.service_changes:
        groups.setdefault(
            period_of(release_changes.release, release_changes.date, release_changes.service) if by else "", []
        ).append(release_changes)
    by_time = by not in ("", "service")
    places = {release: index for index, release in enumerate(content.dates)}
    newest: dict[str, int] = {}
    for release in sorted(content.introductions, key=lambda name: places[name], reverse=True):
        name = period_of(release, content.dates[release], "") if by_time else ""
        texts.setdefault(name, []).append(content.introductions[release])
        newest[name] = max(newest.get(name, 0), places[release])
    for name, selected in groups.items():
        newest[name] = max(newest.get(name, 0), *(places[release_changes.release] for release_changes in selected))
    order = sorted({*groups, *(texts if by_time else ())}, key=lambda name: (-newest[name], name) if by_time else name)
    shortness = SHORTENING_STEPS[shortening_step]
    sections = tuple(
        _build_section(name, groups.get(name, []), texts.get(name, []) if by_time else (), content, by, shortness)
        for name in order
    )
    hidden = sum(section.hidden_count for section in sections)
    return Announcement(
        package=content.package,
        previous=content.previous,
        release=content.release,
        date=content.dates.get(content.release, ""),
        has_headings=bool(by),
        sections=sections,
        counts_text=_counts_across_services(content.service_changes),
        sdk_notes=tuple(_labelled_sdk_notes(content)),
        introductions=() if by_time else tuple(texts.get("", ())),
        omission_note=content.omission_note,
        shortening_note=f"{counted(hidden, 'change')} not listed: the notes would be too long." if hidden else "",
    )


def _labelled_sdk_notes(content: AnnouncementInput) -> Iterator[SdkNote]:
    """Yield the notes on the SDK itself, newest first, each with its release if there are several."""
    for release, notes in reversed(list(content.sdk_notes.items())):
        for note in notes:
            yield note if len(content.sdk_notes) == 1 else note._replace(topic=f"{release}: {note.topic}")


def _build_section(
    name: str,
    service_changes: Sequence[ServiceChanges],
    texts: Sequence[str],
    content: AnnouncementInput,
    by: str,
    shortening: tuple[Severity, int],
) -> AnnouncementSection:
    least, most = shortening
    releases = list(dict.fromkeys(release_changes.release for release_changes in service_changes))
    several = len(releases) > 1
    of_service = _changes_by_service(service_changes)
    lines = {service: tuple(changelog_lines(found, several)) for service, found in sorted(of_service.items())}
    breaking = tuple(line for found in lines.values() for line in found if line.severity == "breaking")
    sections = (_service_section(of_service[service], found, several, least) for service, found in lines.items())
    services = [section for section in sections if section is not None]
    shown, kept = (services[:most], breaking[:most]) if most else (services, breaking)
    more = breaking[len(kept) :]
    hidden = sum(section.hidden_count for section in services) + sum(line.change_count for line in more)
    hidden += sum(line.change_count for section in services[len(shown) :] for line in section.lines)
    remarks = [line for found in lines.values() for line in found if line.severity == "docs"]
    if least > Severity.SAFE:
        hidden += len(remarks)
        remarks = []
    is_release = by == "release"
    return AnnouncementSection(
        name=name,
        title=_section_title(name, service_changes, releases, by),
        date=content.dates.get(name, "") if is_release else "",
        path=release_path(name) if is_release else "",
        introductions=tuple(texts),
        breaking=kept,
        more_breaking_count=len(more),
        services=tuple(shown),
        more_service_count=len(services) - len(shown),
        documentation_changes=tuple(_documentation_changes(of_service)),
        documentation_lines=tuple(remarks),
        counts_text=_counts_across_services(service_changes),
        hidden_count=hidden,
    )


def _changes_by_service(service_changes: Iterable[ServiceChanges]) -> dict[str, list[ServiceChanges]]:
    by_service: dict[str, list[ServiceChanges]] = {}
    for release_changes in service_changes:
        by_service.setdefault(release_changes.service, []).append(release_changes)
    return by_service


def _section_title(name: str, service_changes: Sequence[ServiceChanges], releases: Sequence[str], by: str) -> str:
    """Return the title after the name of a section: that of the service, or the releases of a period."""
    if by == "service":
        return service_changes[0].title if service_changes and service_changes[0].title != name else ""
    if by in ("", "release") or not releases:
        return ""
    return f"{releases[0]} to {releases[-1]}" if len(releases) > 1 else releases[0] if releases[0] != name else ""


def _service_section(
    service_changes: Sequence[ServiceChanges],
    lines: Sequence[ChangelogLine],
    with_release: bool,
    min_severity: Severity,
) -> ServiceSection | None:
    """Return the section of a service, or None if only documentation changed."""
    reported = [line for line in lines if line.severity != "docs"]
    if not reported:
        return None
    others = [line for line in reported if line.severity != "breaking"]
    listed_lines = tuple(line for line in others if Severity[line.severity.upper()] >= min_severity)
    first = service_changes[-1]
    return ServiceSection(
        service=first.service,
        title=next(
            (
                release_changes.title
                for release_changes in reversed(service_changes)
                if release_changes.title != first.service
            ),
            first.service,
        ),
        summaries=tuple(
            dict.fromkeys(
                _summary_line(each, with_release) for each in reversed(service_changes) if _has_specific_summary(each)
            )
        ),
        unannounced_breaking=tuple(
            dict.fromkeys(
                _unannounced_breaking_line(each, with_release)
                for each in reversed(service_changes)
                if _unannounced_breaking_line(each, with_release)
            )
        ),
        lines=listed_lines,
        breaking_count=sum(line.change_count for line in reported) - sum(line.change_count for line in others),
        hidden_count=sum(line.change_count for line in others) - sum(line.change_count for line in listed_lines),
    )


def _has_specific_summary(changes: ServiceChanges) -> bool:
    return bool(changes.summary and changes.changes) and not is_generic_summary(changes.summary)


def _summary_line(changes: ServiceChanges, with_release: bool) -> str:
    return f"{changes.release}: {changes.summary}" if with_release else changes.summary


def _unannounced_breaking_line(changes: ServiceChanges, with_release: bool) -> str:
    note = unannounced_breaking_note(changes.announced_text, changes.changes)
    return f"{changes.release}: {note}" if note and with_release else note


def _documentation_changes(of_service: Mapping[str, Sequence[ServiceChanges]]) -> Iterator[tuple[str, int]]:
    for selected in of_service.values():
        number = sum(release_changes.documentation_change_count for release_changes in selected)
        if number:
            yield selected[-1].title, number


def _counts_across_services(service_changes: Iterable[ServiceChanges]) -> str:
    """Return the number of changes in words: `2 breaking, 1 safe in 3 services`."""
    found = list(service_changes)
    with_changes = [release_changes for release_changes in found if release_changes.changes]
    changes = [change for release_changes in with_changes for change in release_changes.changes]
    number = len({release_changes.service for release_changes in with_changes})
    if not changes:
        return "only documentation" if found else "no changes"
    return f"{severity_counts_text(changes)} in {counted(number, 'service')}"


def _no_announcement_data(_: Announcement) -> Mapping[str, Any]:
    return {}


ANNOUNCEMENT_PAGES = {
    preset: register_page(
        PageKind(f"announcement-{preset}", Announcement, data=_no_announcement_data, formats=("markdown",))
    )
    for preset in ("github", "keep-a-changelog")
}
"""The kind of page of each preset of `docgen notes`. They exist in Markdown only; a roll-up has the same as JSON."""
