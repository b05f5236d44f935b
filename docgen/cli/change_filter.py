"""Which changes `docgen diff` and `docgen notes` list: of a severity, and on a watchlist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docgen.cli.compared_releases import ComparedReleases
from docgen.errors import UsageError
from docgen.files import read_utf8

if TYPE_CHECKING:
    from pathlib import Path

    from docgen.diff.delta import ServiceDelta
    from docgen.rules.change import Change
    from docgen.rules.watchlist import Watchlist
    from docgen.sources.release import Release


@dataclass(slots=True)
class CountingChangeFilter:
    """Selects changes by severity and watchlist, and counts those that it omits.

    Attributes:
        min_severity: The label of the mildest severity that is listed; empty for all.
        watchlist: What the reader watches, or None for everything.
        services: The services to compare; empty for all.
        below_severity: How many changes were milder than `min_severity`.
        unwatched_changes: How many changes of watched services are not on the watchlist.
        unwatched_services: The services that changed and are not on the watchlist.

    """

    min_severity: str = ""
    watchlist: Watchlist | None = None
    services: tuple[str, ...] = ()
    below_severity: int = 0
    unwatched_changes: int = 0
    unwatched_services: set[str] = field(default_factory=set)

    def __call__(self, delta: ServiceDelta, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """Return the changes of a service that are listed, and count the others."""
        from docgen.pages.notes.changelog import changes_at_least

        watched = changes if self.watchlist is None else self.watchlist.select(delta, changes)
        self.unwatched_changes += _count_unsuppressed(changes) - _count_unsuppressed(watched)
        selected = changes_at_least(watched, self.min_severity)
        self.below_severity += _count_unsuppressed(watched) - _count_unsuppressed(selected)
        return selected

    @property
    def omission_note(self) -> str:
        """A sentence that says what was omitted; empty if nothing was."""
        from docgen.wording import counted

        parts = []
        if self.below_severity:
            parts.append(f"{counted(self.below_severity, 'change')} below {self.min_severity}")
        if self.unwatched_changes:
            parts.append(f"{counted(self.unwatched_changes, 'other change')} of these services")
        if self.unwatched_services:
            parts.append(f"{counted(len(self.unwatched_services), 'other service')} that changed")
        return f"Omitted: {', '.join(parts)}." if parts else ""


def create_filter(
    compared: ComparedReleases,
    services: Sequence[str],
    min_severity: str,
    watchlist_file: str | None,
    code: Sequence[Path] = (),
) -> CountingChangeFilter:
    """Make the filter for a comparison.

    Args:
        compared: The releases to compare.
        services: The services to compare; empty for all.
        min_severity: The label of the mildest severity that is listed; empty for all.
        watchlist_file: The path of a watchlist, if one is given.
        code: Files and folders of Python code, if only what reaches it is listed.

    Raises:
        UsageError: If the watchlist cannot be read, or a line of it names nothing that exists; or if there are both a
            watchlist and code.
        SourceError: If the code cannot be read.

    """
    if watchlist_file is not None and code:
        raise UsageError("--watchlist and --used-by are mutually exclusive")
    known = compared.history.services if compared.history else _service_names(compared)
    watchlist: Watchlist
    if code:
        from docgen.cli.used_by import read_used_elements

        watchlist = read_used_elements(code, compared.history)
    elif watchlist_file is not None:
        from docgen.rules.watchlist import Watchlist, parse_watchlist

        watchlist = Watchlist(parse_watchlist(read_utf8(watchlist_file), watchlist_file))
        watchlist.check_names(watchlist_file, known, lambda service: _known_operations(compared, service))
    else:
        return CountingChangeFilter(min_severity, services=tuple(services))
    watched = watchlist.matching_services([name for name in known if not services or name in services])
    changed = {name for name in _changed_service_names(compared) if not services or name in services}
    nothing = ("",)  # no service has this name; an empty tuple would select all
    return CountingChangeFilter(
        min_severity, watchlist, tuple(watched) or nothing, unwatched_services=changed.difference(watched)
    )


def _count_unsuppressed(changes: Sequence[Change]) -> int:
    return sum(not change.rule.suppressed for change in changes)


def _service_names(compared: ComparedReleases) -> list[str]:
    return sorted({*compared.old.services(), *compared.new.services()})


def _known_operations(compared: ComparedReleases, service: str) -> list[str]:
    """Return the operations that a service has in either release, or ever had in the history."""
    if compared.history:
        return list(compared.history.operations(service))
    from docgen.model.parse import parse

    files = [file for file in (side.latest_model(service) for side in (compared.old, compared.new)) if file]
    return sorted({name for file in files for name in parse(file.read(), file.location).operations})


def _changed_service_names(compared: ComparedReleases) -> set[str]:
    """Return the services that were added or removed, or that have a changed file."""
    if compared.history and compared.releases:
        return set(compared.history.changed_services(*compared.release_numbers))
    names = _service_names(compared)
    return {name for name in names if _service_digest(compared.old, name) != _service_digest(compared.new, name)}


def _service_digest(release: Release, service: str) -> object:
    file = release.latest_model(service)
    return None if file is None else (file.digest(), *(sibling.digest() for sibling in file.siblings.values()))
