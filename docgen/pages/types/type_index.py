"""The list of the types of a service that have pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from docgen.model.service import Service, Shape
from docgen.model.usage import ShapeUsage
from docgen.pages.operation.rows import TypePage
from docgen.pages.registry import PageKind, register_page
from docgen.pages.sentences import first_sentence, page_description
from docgen.pages.types.type_reference import TYPE_FORMATS, size_text, type_kind
from docgen.wording import counted

TYPES_FOLDER = "types"
"""Folder of the types, in that of their service."""


@dataclass(frozen=True, slots=True)
class TypeLine:
    """A type in the list: its page, what it is, its size and the number of its operations in words, one sentence."""

    page: TypePage
    kind: str
    size_text: str
    operation_count: int
    summary: str

    @property
    def facts(self) -> str:
        """Kind, size and use, in words."""
        return f"{self.kind}, {self.size_text}, {counted(self.operation_count, 'operation')}"


@dataclass(frozen=True, slots=True)
class TypeIndex:
    """The types of a service.

    Attributes:
        service: SDK name of the service.
        title: Full name of the service.
        lines: The types, A to Z.
        root: Relative link to the root of the site.
    """

    service: str
    title: str
    lines: tuple[TypeLine, ...]
    root: str = ""

    @property
    def groups(self) -> tuple[tuple[str, tuple[TypeLine, ...]], ...]:
        """Structures and enums with a heading each; those without lines are left out."""
        enums = tuple(line for line in self.lines if line.kind == "enum")
        others = tuple(line for line in self.lines if line.kind != "enum")
        return tuple((name, lines) for name, lines in (("Structures", others), ("Enums", enums)) if lines)


def type_index(
    service: Service,
    service_name: str,
    shapes: Iterable[Shape],
    type_pages: Mapping[str, TypePage],
    usage: ShapeUsage,
) -> TypeIndex:
    """Return the list of the types of a service.

    Args:
        service: The model.
        service_name: SDK name of the service.
        shapes: The types.
        type_pages: The types that have a page, by the name of a shape.
        usage: Which operations use the shapes of the service.
    """
    lines = (
        TypeLine(
            type_pages[shape.name],
            type_kind(shape),
            size_text(type_kind(shape), len(shape.members or shape.traits.get("enum", ()))),
            usage.operation_count(shape.name),
            first_sentence(shape.documentation),
        )
        for shape in shapes
    )
    ordered = tuple(sorted(lines, key=lambda line: (line.page.name.casefold(), line.page.name)))
    return TypeIndex(service_name, service.full_name or service_name, ordered)


def type_index_data(index: TypeIndex) -> dict[str, Any]:
    """Return the list as JSON."""
    return {
        "service": index.service,
        "title": index.title,
        "types": [
            {
                "type": line.page.name,
                "kind": line.kind,
                "operation_count": line.operation_count,
                "summary": line.summary,
                "path": f"{line.page.folder}/index",
            }
            for line in index.lines
        ],
    }


def _type_index_description(index: TypeIndex) -> str:
    return page_description(f"{index.title}: {counted(len(index.lines), 'type')} that operations share.")


TYPE_INDEX_PAGE = register_page(
    PageKind("type-index", TypeIndex, data=type_index_data, description=_type_index_description, formats=TYPE_FORMATS)
)
