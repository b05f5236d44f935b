"""The page of a service: its operations by topic, its history, and other parts of its model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from docgen.history.lifespans import YearOfChanges
from docgen.model.names import method_name
from docgen.model.service import Service
from docgen.pages.index.lifecycle import Lifecycle, lifecycle_data
from docgen.pages.index.periods import MAX_PAGE_LINES
from docgen.pages.index.records import NotesSummary, feed_links, notes_summary_data
from docgen.pages.operation.extras import Paginator, SiblingInfo, Waiter
from docgen.pages.registry import PageKind, register_page
from docgen.pages.sentences import MAX_SENTENCE_LENGTH, first_sentence, lead_paragraph, page_description
from docgen.render.addresses import operation_folder
from docgen.render.markup.text import to_text
from docgen.render.pictures.life_chart import life_caption, life_chart
from docgen.render.pictures.spark_line import LifePoint
from docgen.wording import counted

MAX_LATEST_CHANGES = 10
"""Most changes on the page of a service; its history has all."""

FOLD_DESCRIPTION_ABOVE = 900
"""Characters above which a description is folded after its first paragraph."""

GROUP_OPERATIONS_FROM = 16
"""Fewest operations that are shown in groups."""

_NAME_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+|.", re.DOTALL)
OTHERS = "Others"

SHORT_SUMMARIES_ABOVE, MAX_SHORT_SUMMARY = 400, 72
"""Operations above which first sentences are shortened, and their length then: EC2 has 800 operations."""


@dataclass(frozen=True, slots=True)
class OperationLine:
    """An operation in a list: name, method, first sentence, and the release that added it, if known."""

    name: str
    method: str
    summary: str
    deprecated: bool
    since: str = ""


@dataclass(frozen=True, slots=True)
class ServiceIndex:
    """A service.

    Attributes:
        service: SDK name of the service.
        api_version: API version of the newest model.
        title: Full name of the service.
        documentation: Documentation string of the service.
        operations: The operations, A to Z.
        history: The change notes of the service, newest first.
        api_versions: All API versions, newest first.
        paginators: The paginators, A to Z.
        waiters: The waiters, A to Z.
        exceptions: The exceptions, A to Z, each with its first sentence.
        lifecycle: What is deprecated and removed, or None.
        releases_by_year: Number of releases of each year, newest first, if the history has pages for years.
        years: What each year added and removed, oldest first, if a history knows.
        earlier_release_count: Number of releases before those of the site that changed the service, if a history knows.
        known_since: The first release of the history that has the service, or empty.
        type_count: Number of types that have pages.
        changed_operations: The operations with several versions to compare, if a history knows.
        root: Relative link to the root of the site.
        folders: Folders of operations whose names differ only by case.
        has_python_client: Whether botocore can call the service, so that names in Python make sense.
    """

    service: str
    api_version: str
    title: str
    documentation: str
    operations: tuple[OperationLine, ...]
    history: tuple[NotesSummary, ...]
    api_versions: tuple[str, ...] = ()
    paginators: tuple[Paginator, ...] = ()
    waiters: tuple[Waiter, ...] = ()
    exceptions: tuple[tuple[str, str], ...] = ()
    lifecycle: Lifecycle | None = None
    releases_by_year: tuple[tuple[str, int], ...] = ()
    years: tuple[YearOfChanges, ...] = ()
    earlier_release_count: int = 0
    known_since: str = ""
    type_count: int = 0
    changed_operations: frozenset[str] = frozenset()
    root: str = ""
    folders: Mapping[str, str] = field(default_factory=dict)
    has_python_client: bool = True

    @property
    def feeds(self) -> tuple[tuple[str, str], ...]:
        """The feeds of the service, each with a label and a link."""
        return feed_links("breaking.atom")

    @property
    def life_chart(self) -> Markup | None:
        """The picture of `years`, or None for fewer than two years."""
        return life_chart(self.years)

    @property
    def life_caption(self) -> str:
        """What the picture shows, in words."""
        return life_caption(self.years)

    @property
    def lead(self) -> str:
        """First paragraph of a long description, as text; empty if the description is shown whole."""
        return lead_paragraph(self.documentation) if len(self.documentation) > FOLD_DESCRIPTION_ABOVE else ""

    @property
    def latest(self) -> tuple[NotesSummary, ...]:
        """The newest changes."""
        return self.history[:MAX_LATEST_CHANGES]

    @property
    def further_history(self) -> str:
        """What the history knows beyond the changes of the site, in words, or empty."""
        if not self.earlier_release_count:
            return ""
        releases = counted(self.earlier_release_count, "release")
        return f"After {self.known_since} and before the releases of this site, {releases} changed {self.title}."

    @property
    def groups(self) -> tuple[tuple[str, tuple[OperationLine, ...]], ...]:
        """The operations by topic; one group without a name if there are few."""
        return group_operations(self.operations)

    @property
    def operation_names(self) -> frozenset[str]:
        """Names of the operations."""
        return frozenset(line.name for line in self.operations)

    def link(self, operation: str) -> str | None:
        """Return the link to an operation, or None."""
        known = any(operation == line.name for line in self.operations)
        return f"{operation_folder(operation, self.folders)}/index.html" if known else None


def service_index(
    service: Service,
    service_name: str,
    history: Iterable[NotesSummary] = (),
    *,
    api_versions: Sequence[str] = (),
    sibling_info: SiblingInfo | None = None,
    lifecycle: Lifecycle | None = None,
    since: Mapping[str, str] | None = None,
    type_count: int = 0,
    changed_operations: frozenset[str] = frozenset(),
) -> ServiceIndex:
    """Return the page of a service.

    Args:
        service: The newest model.
        service_name: SDK name of the service.
        history: The change notes of the service, newest first.
        api_versions: All API versions.
        sibling_info: Paginators, waiters and examples.
        lifecycle: What is deprecated and removed.
        since: The release that added an operation, by its name.
        type_count: Number of types that have pages.
        changed_operations: The operations with several versions to compare.
    """
    mentions = tuple(history)
    ages = since or {}
    limit = MAX_SHORT_SUMMARY if len(service.operations) > SHORT_SUMMARIES_ABOVE else MAX_SENTENCE_LENGTH
    return ServiceIndex(
        service=service_name,
        api_version=service.api_version,
        title=service.full_name or service_name,
        documentation=service.documentation,
        operations=tuple(
            OperationLine(
                o.name, method_name(o.name), first_sentence(o.documentation, limit), o.deprecated, ages.get(o.name, "")
            )
            for _, o in sorted(service.operations.items())
        ),
        history=mentions,
        api_versions=tuple(sorted(api_versions, reverse=True)),
        paginators=tuple(p for _, p in sorted(sibling_info.paginators.items())) if sibling_info else (),
        waiters=tuple(sorted(sibling_info.waiters, key=lambda waiter: waiter.name)) if sibling_info else (),
        exceptions=tuple(
            (shape.name, first_sentence(shape.documentation))
            for _, shape in sorted(service.shapes.items())
            if shape.traits.get("exception")
        ),
        lifecycle=lifecycle if lifecycle is not None and lifecycle.has_content else None,
        releases_by_year=count_releases_by_year(mentions) if len(mentions) > MAX_PAGE_LINES else (),
        has_python_client=service.has_python_client,
        type_count=type_count,
        changed_operations=changed_operations,
    )


def service_life(index: ServiceIndex) -> tuple[LifePoint, ...]:
    """Return the number of operations of a service over time, oldest first: after each year, or after each release.

    Without a history, only the releases of the site are known.
    """
    if index.years:
        changes = list(_changes_of_years(index.years))
    else:
        changes = [
            (
                each.release,
                len(each.new_operations) + each.more_new_operations,
                len(each.removed_operations),
                each.has_severity("breaking"),
            )
            for each in reversed(index.history)
        ]
    points: list[LifePoint] = []
    count = len(index.operations)
    for label, added, removed, has_break in reversed(changes):
        points.append(LifePoint(label, count, has_break))
        count += removed - added
    return tuple(reversed(points))


def _changes_of_years(years: Sequence[YearOfChanges]) -> Iterator[tuple[str, int, int, bool]]:
    """Yield each year with the operations that it added and removed, and whether it removed anything at all."""
    by_year = {each.year: each for each in years}
    for number in range(int(years[0].year), int(years[-1].year) + 1):
        year = by_year.get(str(number), YearOfChanges(str(number), 0, 0, 0, 0))
        removals = year.operations_removed + year.members_removed
        yield year.year, year.operations_added, year.operations_removed, removals > 0


def count_releases_by_year(summaries: Iterable[NotesSummary]) -> tuple[tuple[str, int], ...]:
    """Return the number of releases of each year, newest first."""
    found: dict[str, set[str]] = {}
    for each in summaries:
        found.setdefault(each.date[:4], set()).add(each.release)
    return tuple((year, len(found[year])) for year in sorted(found, reverse=True) if year)


def group_operations(operations: Sequence[OperationLine]) -> tuple[tuple[str, tuple[OperationLine, ...]], ...]:
    """Return operations by the first noun of their names, A to Z: `CreateFleet` and `ListFleets` belong to `Fleet`.

    The name of a group has all words that its operations share. Operations without a group come last.
    """
    if len(operations) < GROUP_OPERATIONS_FROM:
        return (("", tuple(operations)),)
    found: dict[str, list[tuple[list[str], OperationLine]]] = {}
    for line in operations:
        nouns = _nouns_of(line.name)
        found.setdefault(nouns[0] if nouns else OTHERS, []).append((nouns, line))
    groups: list[tuple[str, tuple[OperationLine, ...]]] = []
    alone: list[OperationLine] = []
    for noun, lines in sorted(found.items()):
        if len(lines) < 2 or noun == OTHERS:
            alone += [line for _, line in lines]
        else:
            groups.append((" ".join(_common_words([nouns for nouns, _ in lines])), tuple(line for _, line in lines)))
    if alone:
        groups.append((OTHERS, tuple(sorted(alone, key=lambda line: line.name))))
    return tuple(groups)


def _nouns_of(operation: str) -> list[str]:
    words = _NAME_WORD.findall(operation)
    verbs = 2 if words[0] == "Batch" else 1
    return [_singular(word) for word in words[verbs:]]


def _common_words(names: Sequence[list[str]]) -> Iterator[str]:
    """Yield the words with which all names begin."""
    for words in zip(*names, strict=False):
        if len(set(words)) > 1:
            return
        yield words[0]


_SINGULAR_NOUNS = {"Alias", "Atlas", "Canvas", "Chaos", "Https", "Dns", "Sms", "Kms", "Ebs", "Aws"}


def _singular(noun: str) -> str:
    """Return a noun without its plural ending. Good enough for the name of a group."""
    if noun in _SINGULAR_NOUNS or noun.endswith(("ss", "us", "is")) or noun.isupper():
        return noun
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if noun.endswith(("sses", "tches", "shes", "xes")) or noun[:-2] in _SINGULAR_NOUNS:
        return noun[:-2]
    return noun.removesuffix("s")


def service_index_data(index: ServiceIndex) -> dict[str, Any]:
    """Return a service as JSON."""
    return {
        "service": index.service,
        "api_version": index.api_version,
        "api_versions": list(index.api_versions),
        "title": index.title,
        "documentation": to_text(index.documentation),
        "operations": [
            {
                "operation": line.name,
                "method": line.method,
                "summary": line.summary,
                "deprecated": line.deprecated,
                "since": line.since or None,
            }
            for line in index.operations
        ],
        "paginators": [paginator.name for paginator in index.paginators],
        "waiters": [waiter.name for waiter in index.waiters],
        "exceptions": [name for name, _ in index.exceptions],
        "lifecycle": lifecycle_data(index.lifecycle) if index.lifecycle else None,
        "years": [year._asdict() for year in index.years],
        "history": [notes_summary_data(summary) for summary in index.history],
    }


def _service_description(index: ServiceIndex) -> str:
    operations = counted(len(index.operations), "operation")
    return page_description(f"{index.title}: {operations}.", first_sentence(index.documentation))


SERVICE_PAGE = register_page(
    PageKind(
        "service",
        ServiceIndex,
        data=service_index_data,
        description=_service_description,
        link=ServiceIndex.link,
        schema="service-index",
    )
)
