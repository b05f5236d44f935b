"""Compact notes: the life of one thing, newest first, and the roll-ups of a range of releases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from docgen.diff.facts import Kind
from docgen.pages.data import change_data
from docgen.rules.classify import Change
from docgen.rules.grouping import Cause, Moment, Wording, counts, sentences, silence, wording
from docgen.rules.rule import Severity


@dataclass(frozen=True, slots=True)
class Entry:
    """A moment as a page tells it."""

    moment: Moment

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What happened, each cause once, the worst first."""
        return sentences(self.moment.changes)

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """The documentation that changed, word by word, where it was asked for."""
        return tuple(wording(each) for each in self.moment.changes if each.delta.kind is Kind.DOCUMENTATION)

    @property
    def severities(self) -> dict[str, int]:
        """How many changes there are of each severity, the worst first."""
        return counts(self.moment.changes)

    @property
    def tally(self) -> str:
        """The counts in words: `2 breaking, 1 safe`."""
        return tally(self.moment.changes)

    @property
    def silence(self) -> str:
        """What to say where the release keeps quiet about a breaking change; else nothing."""
        return silence(self.moment.summary if self.moment.summaries_known else None, self.moment.changes)

    @property
    def dated(self) -> str:
        """`1.34.90 (2024-04-24)`."""
        return f"{self.moment.release} ({self.moment.date})" if self.moment.date else self.moment.release


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of what came and went: `went` in a release."""

    what: str
    release: str
    date: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Flips:
    """One thing that came and went, or changed and changed back. `before` is its value at the older end."""

    service: str
    severity: str
    subject: str
    ids: tuple[str, ...]
    kind: str
    trait: str
    before: Any
    turns: tuple[Turn, ...]

    @property
    def told(self) -> str:
        """`Came in 1.29.127, went in 1.29.128`."""
        text = ", ".join(f"{turn.what} in {turn.release}" for turn in self.turns)
        return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class LifePage:
    """The life of a service, an operation or an element. `words` name it; `started` says what stands before the first.

    `other` tells in a sentence what is left out, if anything.
    """

    package: str
    words: tuple[str, ...]
    title: str
    entries: tuple[Entry, ...]
    started: str
    other: str = ""
    root: str = ""

    @property
    def counts(self) -> str:
        """How many releases and changes there are, in words."""
        number = len(self.entries)
        told = tally(change for entry in self.entries for change in entry.moment.changes)
        return f"{number:,} {'release' if number == 1 else 'releases'}: {told}" if number else "No release changed it."

    @property
    def heading(self) -> str:
        """`sqs SendMessage request DelaySeconds`."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Period:
    """One heading of a roll-up, with its entries: by service, or of one service the newest first."""

    name: str
    releases: tuple[str, ...]
    entries: tuple[Entry, ...]

    @property
    def tally(self) -> str:
        """The counts of all entries in words."""
        return tally(change for entry in self.entries for change in entry.moment.changes)

    @property
    def span(self) -> str:
        """Its releases: `1.43.1 to 1.43.5`, or nothing where the name says it."""
        first, last = self.releases[0], self.releases[-1]
        return "" if last == first and first in self.name else first if first == last else f"{first} to {last}"


@dataclass(frozen=True, slots=True)
class RollupPage:
    """What changed in a range of releases, by `release`, `day`, `week`, `month` or `service`, or from end to end."""

    package: str
    previous: str
    release: str
    by: str
    periods: tuple[Period, ...]
    left_out: str = ""
    flips: tuple[Flips, ...] = ()
    counted: str = ""
    root: str = ""

    @property
    def tally(self) -> str:
        """The counts of all entries in words, and in how many services; or what was `counted` elsewhere."""
        if self.counted:
            return self.counted
        moments = [entry.moment for period in self.periods for entry in period.entries]
        services = len({moment.service for moment in moments})
        told = tally(change for moment in moments for change in moment.changes)
        return f"{told} in {services} {'service' if services == 1 else 'services'}" if moments else "nothing to tell"


def tally(changes: Iterable[Change]) -> str:
    """How many changes there are of each severity, in words: `2 breaking, 1 safe`."""
    told = ", ".join(f"{number:,} {word}" for word, number in counts(changes).items() if number)
    return told or "nothing but documentation"


def rollup(moments: Sequence[Moment], by: str, period_of: Callable[[Moment], str]) -> tuple[Period, ...]:
    """The periods of some moments, oldest moment first; the newest period stands first, services are A to Z."""
    groups: dict[str, list[Moment]] = {}
    for moment in moments:
        groups.setdefault(period_of(moment) if by else "", []).append(moment)
    found = [_made(name, group, by) for name, group in groups.items()]
    return tuple(sorted(found, key=lambda each: each.name) if by == "service" else reversed(found))


def _made(name: str, moments: list[Moment], by: str) -> Period:
    releases = tuple(dict.fromkeys(moment.release for moment in moments))
    newest = {release: -place for place, release in enumerate(releases)}
    ordered = sorted(moments, key=lambda moment: (moment.service, newest[moment.release]))
    if by == "release":
        name = f"{name} ({moments[0].date})" if moments[0].date else name
    return Period(name, releases, tuple(map(Entry, ordered)))


def at_least(changes: Iterable[Change], severity: str) -> tuple[Change, ...]:
    """The changes from a severity on; all, if none is named."""
    least = Severity[severity.upper()] if severity else Severity.DOCS
    return tuple(change for change in changes if change.rule.severity >= least)


def entry_data(entry: Entry) -> dict[str, Any]:
    """An entry as JSON."""
    moment = entry.moment
    return {
        "release": moment.release,
        "date": moment.date or None,
        "service": moment.service,
        "title": moment.title,
        "summary": moment.summary or None,
        "silence": entry.silence or None,
        "severities": entry.severities,
        "reworded": moment.reworded,
        "changes": [change_data(change) for change in moment.changes],
    }


def flips_data(flips: Flips) -> dict[str, Any]:
    """What came and went as JSON."""
    return {
        "service": flips.service,
        "ids": list(flips.ids),
        "kind": flips.kind,
        "trait": flips.trait or None,
        "severity": flips.severity,
        "message": f"{flips.subject}: {flips.told}",
        "before": flips.before,
        "turns": [
            {"release": turn.release, "date": turn.date or None, "what": turn.what, "value": turn.value}
            for turn in flips.turns
        ],
    }


def life_data(page: LifePage) -> dict[str, Any]:
    """A life as JSON."""
    return {
        "package": page.package,
        "element": list(page.words),
        "title": page.title,
        "started": page.started,
        "left_out": page.other or None,
        "entries": [entry_data(entry) for entry in page.entries],
    }


def rollup_data(page: RollupPage) -> dict[str, Any]:
    """A roll-up as JSON."""
    changes = [change for period in page.periods for entry in period.entries for change in entry.moment.changes]
    return {
        "package": page.package,
        "previous": page.previous,
        "release": page.release,
        "by": page.by or None,
        "severities": counts(changes),
        "periods": [
            {
                "name": period.name,
                "releases": list(period.releases),
                "entries": [entry_data(entry) for entry in period.entries],
            }
            for period in page.periods
        ],
        "flips": [flips_data(each) for each in page.flips],
        "left_out": page.left_out or None,
    }
