"""The members of a type, row by row, as a page of its own lists them."""

from __future__ import annotations

from collections.abc import Container, Mapping

from docgen.model.rows import Row, RowWalk
from docgen.model.service import Member, Operation, Service, Shape

MAX_INNER_ROWS = 5
"""Most rows below a member that the page of a type lists; it links to an operation that lists more."""


def type_rows(
    service: Service,
    type_name: str,
    other_types: Container[str],
    rows_below: Mapping[str, int],
    *,
    is_request: bool,
) -> list[Row]:
    """Return the rows of a type, beginning with the whole. A row has `omits_children` if rows below it are left out.

    Args:
        service: The service.
        type_name: The name of a structure.
        other_types: The shapes whose members are not listed, because they have a page of their own.
        rows_below: The number of rows below each shape (`NotableShapes`).
        is_request: Whether requests contain the type: only in requests are members required.
    """
    return _TypeRowWalk(service, type_name, other_types, rows_below, is_request=is_request).rows()


MIN_REPEATED_ROWS = 3
"""Fewest rows below a member that are not repeated: one type of Security Hub has 80 members with the same filter."""


class _TypeRowWalk(RowWalk):
    """The walk that stops at shapes that are described elsewhere."""

    def __init__(
        self,
        service: Service,
        type_name: str,
        other_types: Container[str],
        rows_below: Mapping[str, int],
        *,
        is_request: bool,
    ) -> None:
        root = Member(type_name, type_name)
        super().__init__(service, Operation(type_name, root, None), root, is_request=is_request)
        self.other_types = other_types
        self.rows_below = rows_below
        self.listed_shapes: set[str] = set()

    def rows(self) -> list[Row]:
        """Return the rows, beginning with that of the type itself."""
        self.listed_rows.clear()
        if self.root is not None:
            self.add_rows(self.root, None, "", 0)
        return self.listed_rows

    def leaves_out_children(self, shape: Shape, path: str, counterpart: Member | None) -> bool:
        """Return whether the rows below a shape are left out."""
        if not path:
            return False
        if shape.name in self.other_types or self.rows_below[shape.name] > MAX_INNER_ROWS:
            return True
        is_listed = shape.name in self.listed_shapes
        self.listed_shapes.add(shape.name)
        return is_listed and self.rows_below[shape.name] >= MIN_REPEATED_ROWS
