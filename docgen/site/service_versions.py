"""The page and the files that compare any two versions of the operations of one service."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from docgen.errors import ModelError
from docgen.history.history import History
from docgen.history.queries import StoredRelease
from docgen.history.syntax_lives import affected_operations
from docgen.model.folded_rows import row_count
from docgen.model.service import Operation, Service
from docgen.model.syntax import syntax_blocks
from docgen.pages.compare.compare_page import COMPARE_FOLDER, ComparePage
from docgen.pages.compare.version_files import Blocks, OperationVersions, version_script
from docgen.pages.index.records import NotesSummary, NotesVerdict
from docgen.pages.registry import page_of
from docgen.render.addresses import operation_folder, service_path
from docgen.render.page import Page
from docgen.site.output_options import OutputFile

MAX_COMPARED_VERSION_ROWS = 2_000
"""Rows of an operation up to which its versions are written. Nine operations of botocore have 55,000."""


class ServiceVersions:
    """All versions of the operations of a service.

    Args:
        history: The history.
        service_name: SDK name of the service.
        package: Name of the package with the models.
        last_number: Number of the newest release of the site.
        folders: Folders of operations whose names differ only by case.
        judged_releases: Names of the releases with breaking or dangerous changes on the site. The page knows them also
            where no syntax changed, as when a service moves to another protocol.
    """

    def __init__(
        self,
        history: History,
        service_name: str,
        package: str,
        last_number: int,
        folders: Mapping[str, str],
        judged_releases: Collection[str],
    ) -> None:
        self.service_name = service_name
        self.folders = folders
        self.operations: dict[str, OperationVersions] = {}
        self.releases: list[tuple[str, str]] = []
        judged = deque(release for release in history.releases if release.name in judged_releases)
        for number, service, names in affected_operations(history, service_name, package, last_number):
            while judged and judged[0].number <= number:
                if (earlier := judged.popleft()).number < number:
                    self._add_release(earlier)
            self._add_release(history.release(number))
            for name in names:
                versions = self.operations.setdefault(name, OperationVersions())
                operation = service.operations.get(name) if service else None
                if service is None or operation is None:
                    versions.add(len(self.releases) - 1, None)
                else:
                    blocks = _blocks(service, operation)
                    versions.add(len(self.releases) - 1, blocks, is_large=blocks is None)
        for release in judged:
            self._add_release(release)

    def _add_release(self, release: StoredRelease) -> None:
        self.releases.append((release.name, release.date or ""))

    @property
    def changed_operations(self) -> frozenset[str]:
        """The operations with more than one version."""
        return frozenset(name for name, versions in self.operations.items() if len(versions.records) > 1)

    def page(self, title: str, history: tuple[NotesSummary, ...]) -> Page:
        """Return the page that compares.

        Args:
            title: Full name of the service.
            history: The change notes of the service on the site, newest first.
        """
        names = tuple(sorted(name for name, versions in self.operations.items() if versions.records))
        releases = tuple(self.releases)
        view = ComparePage(self.service_name, title, history, names, releases, MAX_COMPARED_VERSION_ROWS)
        return page_of(view, service_path(self.service_name, inner=f"{COMPARE_FOLDER}/index"))

    def files(self, verdicts: Sequence[tuple[str, str, NotesVerdict]]) -> Iterator[OutputFile]:
        """Yield the files that the script of the page reads.

        Args:
            verdicts: Release, path of the notes, and verdict of each breaking or dangerous change on the site.
        """
        numbers = {name: index for index, (name, _) in enumerate(self.releases)}
        names = sorted(name for name, versions in self.operations.items() if versions.records)
        listed = [[name, operation_folder(name, self.folders), *self.operations[name].signed_indexes] for name in names]
        judged = [
            [numbers[release], each.severity, each.message, f"{path}.html#{each.anchor}", *each.operations]
            for release, path, each in verdicts
            if release in numbers
        ]
        yield self._file("c", [self.releases, listed, judged])
        for name in names:
            yield self._file(f"c-{operation_folder(name, self.folders)}", self.operations[name].records)

    def _file(self, name: str, value: Any) -> OutputFile:
        path = service_path(self.service_name, inner=f"{COMPARE_FOLDER}/{name}")
        return f"{path}.js", version_script(name, value)


def _blocks(service: Service, operation: Operation) -> Blocks | None:
    """Return the syntax of an operation, or None if it is too large."""
    if row_count(service, operation) > MAX_COMPARED_VERSION_ROWS:
        return None
    try:
        return syntax_blocks(service, operation)
    except ModelError:
        return None
