"""Release notes to publish: a range of releases for people who decide whether to upgrade, in Markdown alone.

What a page of change notes tells in full is told here in lines (`headed`), and what only documents is counted. Where a
text must be short, it is made again with fewer lines (`STEPS`), and says how many are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from docgen.pages.notes.changelog_lines import Line, grouped, lines_of
from docgen.pages.notes.rollup import tally
from docgen.pages.sentences import counted
from docgen.rules.grouping import Moment, is_generic, silence
from docgen.rules.rule import Severity

FOLDED = 12
"""Lines of a service from which on those that nobody has to mind are folded away."""

STEPS: tuple[tuple[Severity, int], ...] = (
    (Severity.SAFE, 0),
    (Severity.DANGEROUS, 0),
    (Severity.BREAKING, 0),
    *((Severity.BREAKING, most) for most in (400, 200, 100, 50, 20)),
)
"""How notes get shorter: from which severity on changes are listed, and how many lines and services (0: all)."""


@dataclass(frozen=True, slots=True)
class ServiceLines:
    """What a section tells of a service. `breaking` counts what stands at the top of the section already."""

    service: str
    title: str
    summaries: tuple[str, ...]
    silences: tuple[str, ...]
    lines: tuple[Line, ...]
    breaking: int
    hidden: int

    @property
    def groups(self) -> tuple[tuple[str, tuple[Line, ...]], ...]:
        """The lines that are always shown, below their headings."""
        return grouped(line for line in self.lines if not self._is_long or line.severity != "safe")

    @property
    def folded(self) -> tuple[tuple[str, tuple[Line, ...]], ...]:
        """The lines that are folded away, because they are many and nobody has to mind them."""
        return grouped(line for line in self.lines if self._is_long and line.severity == "safe")

    @property
    def folded_number(self) -> str:
        """How many changes are folded away, in words."""
        return counted(sum(line.number for _, lines in self.folded for line in lines), "safe change")

    @property
    def _is_long(self) -> bool:
        return len(self.lines) >= FOLDED


@dataclass(frozen=True, slots=True)
class Section:
    """A release or a period. `introductions` are the user's own Markdown, `reworded` services by title and number."""

    name: str
    title: str
    date: str
    path: str
    introductions: tuple[str, ...]
    breaking: tuple[Line, ...]
    more_breaking: int
    services: tuple[ServiceLines, ...]
    more_services: int
    reworded: tuple[tuple[str, int], ...]
    remarks: tuple[Line, ...]
    tally: str
    hidden: int = 0

    @property
    def headings(self) -> tuple[tuple[str, tuple[Line, ...]], ...]:
        """All lines below their headings, breaking ones first."""
        return grouped([*self.breaking, *(line for service in self.services for line in service.lines)])

    @property
    def documentation(self) -> str:
        """How much documentation changed, in words; nothing if none did."""
        number = sum(each for _, each in self.reworded)
        return f"{counted(number, 'description')} of {counted(len(self.reworded), 'service')}" if number else ""


@dataclass(frozen=True, slots=True)
class Announcement:
    """Release notes of a range.

    `headed` says whether its sections have headings, `shortened` what is not listed. `introductions` are the user's own
    Markdown where it does not belong to one section.
    """

    package: str
    previous: str
    release: str
    date: str
    headed: bool
    sections: tuple[Section, ...]
    tally: str
    introductions: tuple[str, ...] = ()
    left_out: str = ""
    shortened: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What release notes are made of: moments, oldest first, and what releases say by themselves.

    `introductions` has Markdown by release, `dates` the day of each release (or nothing); a release with an
    introduction is told of even if nothing happened in it.
    """

    package: str
    previous: str
    release: str
    moments: tuple[Moment, ...]
    introductions: Mapping[str, str]
    dates: Mapping[str, str]
    left_out: str = ""

    def only(self, *, release: str = "", service: str = "") -> Told:
        """What is told of a release alone, or of a service alone."""
        moments = tuple(
            each for each in self.moments if release in ("", each.release) and service in ("", each.service)
        )
        kept = {release} if release else {each.release for each in moments}
        texts = {name: text for name, text in self.introductions.items() if name in kept}
        if not release:
            return replace(self, moments=moments, introductions=texts)
        names = list(self.dates)
        previous = names[names.index(release) - 1]
        return replace(self, moments=moments, introductions=texts, release=release, previous=previous)


def announcement(told: Told, by: str, period_of: Callable[[str, str, str], str], step: int = 0) -> Announcement:
    """The release notes of what is told, newest section first (services A to Z), as short as `STEPS[step]` says.

    `period_of` names the section of a release, its date and a service; without `by` there is one section.
    """
    groups: dict[str, list[Moment]] = {}
    texts: dict[str, list[str]] = {}
    for moment in told.moments:
        groups.setdefault(period_of(moment.release, moment.date, moment.service) if by else "", []).append(moment)
    by_time = by not in ("", "service")
    places = {release: at for at, release in enumerate(told.dates)}
    newest: dict[str, int] = {}
    for release in sorted(told.introductions, key=lambda each: places[each], reverse=True):
        name = period_of(release, told.dates[release], "") if by_time else ""
        texts.setdefault(name, []).append(told.introductions[release])
        newest[name] = max(newest.get(name, 0), places[release])
    for name, moments in groups.items():
        newest[name] = max(newest.get(name, 0), *(places[moment.release] for moment in moments))
    order = sorted({*groups, *(texts if by_time else ())}, key=lambda name: (-newest[name], name) if by_time else name)
    shortness = STEPS[step]
    sections = tuple(
        _section(name, groups.get(name, []), texts.get(name, []) if by_time else (), told, by, shortness)
        for name in order
    )
    hidden = sum(section.hidden for section in sections)
    return Announcement(
        package=told.package,
        previous=told.previous,
        release=told.release,
        date=told.dates.get(told.release, ""),
        headed=bool(by),
        sections=sections,
        tally=_tally(told.moments),
        introductions=() if by_time else tuple(texts.get("", ())),
        left_out=told.left_out,
        shortened=f"{counted(hidden, 'change')} not listed: the notes would be too long." if hidden else "",
    )


def _section(
    name: str, moments: Sequence[Moment], texts: Sequence[str], told: Told, by: str, shortness: tuple[Severity, int]
) -> Section:
    least, most = shortness
    releases = list(dict.fromkeys(moment.release for moment in moments))
    several = len(releases) > 1
    of_service: dict[str, list[Moment]] = {}
    for moment in moments:
        of_service.setdefault(moment.service, []).append(moment)
    lines = {service: tuple(lines_of(found, several)) for service, found in sorted(of_service.items())}
    breaking = tuple(line for found in lines.values() for line in found if line.severity == "breaking")
    made = (_service(of_service[service], found, several, least) for service, found in lines.items())
    services = [each for each in made if each is not None]
    shown = services[:most] if most else services
    kept = breaking[:most] if most else breaking
    more = breaking[len(kept) :]
    hidden = sum(each.hidden for each in shown) + sum(line.number for line in more)
    hidden += sum(each.hidden + sum(line.number for line in each.lines) for each in services[len(shown) :])
    remarks = [line for found in lines.values() for line in found if line.severity == "docs"]
    if least > Severity.SAFE:
        hidden += len(remarks)
        remarks = []
    is_release = by == "release"
    return Section(
        name=name,
        title=_title(name, moments, releases, by),
        date=told.dates.get(name, "") if is_release else "",
        path=f"releases/{name}/index" if is_release else "",
        introductions=tuple(texts),
        breaking=kept,
        more_breaking=len(more),
        services=tuple(shown),
        more_services=len(services) - len(shown),
        reworded=tuple(_reworded(of_service)),
        remarks=tuple(remarks),
        tally=_tally(moments),
        hidden=hidden,
    )


def _title(name: str, moments: Sequence[Moment], releases: Sequence[str], by: str) -> str:
    """What stands behind the name of a section: the title of the service, or the releases of a period."""
    if by == "service":
        return moments[0].title if moments and moments[0].title != name else ""
    if by in ("", "release") or not releases:
        return ""
    return f"{releases[0]} to {releases[-1]}" if len(releases) > 1 else releases[0] if releases[0] != name else ""


def _service(moments: Sequence[Moment], lines: Sequence[Line], several: bool, least: Severity) -> ServiceLines | None:
    """What is told of a service; None where only documentation changed."""
    told = [line for line in lines if line.severity != "docs"]
    if not told:
        return None
    others = [line for line in told if line.severity != "breaking"]
    listed_ = tuple(line for line in others if Severity[line.severity.upper()] >= least)
    first = moments[-1]
    return ServiceLines(
        service=first.service,
        title=next((moment.title for moment in reversed(moments) if moment.title != first.service), first.service),
        summaries=tuple(dict.fromkeys(_summary(each, several) for each in reversed(moments) if _says(each))),
        silences=tuple(dict.fromkeys(_silence(each, several) for each in reversed(moments) if _silence(each, several))),
        lines=listed_,
        breaking=sum(line.number for line in told) - sum(line.number for line in others),
        hidden=sum(line.number for line in others) - sum(line.number for line in listed_),
    )


def _says(moment: Moment) -> bool:
    return bool(moment.summary and moment.changes) and not is_generic(moment.summary)


def _summary(moment: Moment, several: bool) -> str:
    return f"{moment.release}: {moment.summary}" if several else moment.summary


def _silence(moment: Moment, several: bool) -> str:
    said = silence(moment.summary if moment.summaries_known else None, moment.changes)
    return f"{moment.release}: {said}" if said and several else said


def _reworded(of_service: Mapping[str, Sequence[Moment]]) -> Iterator[tuple[str, int]]:
    for moments in of_service.values():
        number = sum(moment.reworded for moment in moments)
        if number:
            yield moments[-1].title, number


def _tally(moments: Iterable[Moment]) -> str:
    """`2 breaking, 1 safe in 3 services`."""
    found = list(moments)
    told = [moment for moment in found if moment.changes]
    changes = [change for moment in told for change in moment.changes]
    number = len({moment.service for moment in told})
    if not changes:
        return "nothing but documentation" if found else "nothing to tell"
    return f"{tally(changes)} in {counted(number, 'service')}"
