"""The pages of the types of one service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from docgen.history.first_seen import FirstSeenIndex
from docgen.history.type_history import type_history
from docgen.model.service import Service
from docgen.model.shared_shapes import notable_shapes, shapes_that_hold
from docgen.model.usage import ShapeUsage
from docgen.pages.index.records import NotesSummary
from docgen.pages.operation.rows import RowLocations, TypePage
from docgen.pages.registry import page_of
from docgen.pages.types.type_index import TYPES_FOLDER, TypeIndex, type_index
from docgen.pages.types.type_reference import type_reference
from docgen.render.addresses import folders_of_types, relative_root, service_path
from docgen.render.page import Page


class ServiceTypes:
    """The types of a service that have pages.

    Args:
        service: The model, as it is called from Python.
        service_name: SDK name of the service.
        folders: Folders of operations whose names differ only by case.
    """

    def __init__(self, service: Service, service_name: str, folders: Mapping[str, str]) -> None:
        self.service = service
        self.service_name = service_name
        self.folders = folders
        self.usage = ShapeUsage(service)
        self.shapes, self.rows_below = notable_shapes(service, self.usage)
        type_folders = folders_of_types(self.shapes)
        pages = {name: TypePage(name, type_folders[name]) for name in self.shapes}
        holders = shapes_that_hold(service, self.shapes)
        self.type_pages: Mapping[str, TypePage] = {shape: pages[name] for shape, name in holders.items()}

    @cached_property
    def index(self) -> TypeIndex:
        """The list of the types."""
        return type_index(self.service, self.service_name, self.shapes.values(), self.type_pages, self.usage)

    def search_names(self) -> list[tuple[str, str, int]]:
        """Return what the search finds: name, folder and number of operations of each type."""
        return [(line.page.name, line.page.folder, line.operation_count) for line in self.index.lines]

    def pages(
        self,
        locations: Mapping[str, RowLocations],
        first_seen: FirstSeenIndex | None,
        releases: Sequence[tuple[str, str]],
        notes_summaries: Sequence[NotesSummary],
    ) -> Iterator[Page]:
        """Yield the page of each type, and their list.

        Args:
            locations: Where the rows of each operation are.
            first_seen: Knows when elements appeared, or None.
            releases: Name and date of each release of the history, oldest first.
            notes_summaries: The change notes of the service on the site.
        """
        if not self.shapes:
            return
        path = service_path(self.service_name, inner=f"{TYPES_FOLDER}/index")
        yield page_of(replace(self.index, root=relative_root(path)), path)
        notes_paths = {summary.release: summary.path for summary in notes_summaries}
        ordered: list[TypePage | None] = [line.page for line in self.index.lines]
        neighbours = zip([None, *ordered], ordered, [*ordered[1:], None], strict=False)
        for before, type_page, after in neighbours:
            if type_page is None:
                continue
            view = type_reference(
                self.service,
                self.shapes[type_page.name],
                self.service_name,
                self.usage,
                self.type_pages,
                locations,
                self.rows_below,
                self.folders,
                first_seen.of_type if first_seen else None,
                releases,
                type_history(first_seen, type_page.name) if first_seen else (),
            )
            path = service_path(self.service_name, inner=f"{TYPES_FOLDER}/{type_page.folder}/index")
            view = replace(
                view,
                root=relative_root(path),
                notes_paths=notes_paths,
                previous_type=before,
                next_type=after,
            )
            yield page_of(view, path)
