"""The lists of a large operation with the members of each shape listed once, made without listing them everywhere.

Nine operations of AWS have 55,000 rows each, and a page shows 2,200 of them. Here only those are made; how many there
would be in all is counted, shape by shape.
"""

from __future__ import annotations

from docgen.model.names import method_name
from docgen.model.operation_walk import MAX_DEPTH, MAX_ROWS, OperationWalk
from docgen.model.rows import RowWalk
from docgen.model.service import Member, Operation, Service, Shape
from docgen.model.syntax import OperationSyntax
from docgen.model.walk_cache import walk_cache


def folded_syntax(service: Service, operation: Operation, max_rows: int, min_folded: int) -> OperationSyntax | None:
    """Return the lists of an operation, without the rows below a shape that was listed before on the same side.

    Rows that lack the rows below them have `omits_children`. There are no syntax blocks: `operation_syntax` has them.

    Args:
        service: The service.
        operation: The operation.
        max_rows: How many rows request and response may have together to be listed in full.
        min_folded: The fewest rows below a row that are left out.

    Returns:
        The lists, or None if all rows can be listed, or if they are too many even for `operation_syntax`.
    """
    sides = ((operation.input, True), (operation.output, False))
    counts = [_RowCounter(service, operation, root, is_request=is_request).count() for root, is_request in sides]
    if max(counts) > MAX_ROWS or sum(counts) <= max_rows:
        return None
    request, response = [
        _FoldedRowWalk(service, operation, root, is_request=is_request, min_folded=min_folded)
        for root, is_request in sides
    ]
    return OperationSyntax(
        method=method_name(operation.name),
        request_syntax="",
        parameters=tuple(request.rows()),
        response_syntax=None if operation.output is None else "",
        response=tuple(response.rows()),
        event_stream=response.event_stream is not None,
        is_folded=True,
    )


def request_row_count(service: Service, operation: Operation) -> int:
    """Return the number of rows of a request if all are listed; more than `MAX_ROWS` if there are more."""
    return _RowCounter(service, operation, operation.input, is_request=True).count()


def row_count(service: Service, operation: Operation) -> int:
    """Return how many rows request and response of an operation have together, counted shape by shape.

    It is more than `MAX_ROWS` if they are too many to show, or nest too deep.
    """
    sides = ((operation.input, True), (operation.output, False))
    return sum(_RowCounter(service, operation, root, is_request=is_request).count() for root, is_request in sides)


class _FoldedRowWalk(RowWalk):
    """The walk that lists the members of each shape once."""

    def __init__(
        self, service: Service, operation: Operation, root: Member | None, *, is_request: bool, min_folded: int
    ) -> None:
        super().__init__(service, operation, root, is_request=is_request)
        self.min_folded = min_folded
        self.listed_shapes: set[str] = set()

    def leaves_out_children(self, shape: Shape, path: str, counterpart: Member | None) -> bool:
        """Return whether the rows below are listed already, and too many to list them again."""
        if self._rows_below(shape, self.min_folded) < self.min_folded:
            return False
        if shape.name in self.listed_shapes:
            return True
        self.listed_shapes.add(shape.name)
        return False

    def _rows_below(self, shape: Shape, enough: int) -> int:
        """Return the number of rows below a shape; counting stops when there are enough."""
        count = len(shape.members)
        if count >= enough:
            return count
        self.open_shapes.add(shape.name)
        for member in _members_with_rows_below(shape):
            target = self.shapes[member.target]
            if target.members and target.name not in self.open_shapes and not self.is_opaque_structure(member, target):
                count += self._rows_below(target, enough - count)
                if count >= enough:
                    break
        self.open_shapes.discard(shape.name)
        return count


class _RowCounter(OperationWalk):
    """Counts the rows of a full list. What is below a shape outside of all recursion is counted once."""

    def __init__(self, service: Service, operation: Operation, root: Member | None, *, is_request: bool) -> None:
        super().__init__(service, operation, root, is_request=is_request)
        self.known: dict[str, tuple[int, int]] = walk_cache(service, "row counts", is_request=is_request)

    def count(self) -> int:
        """Return the number of rows; more than `MAX_ROWS` if there are more, or if they nest too deep."""
        if self.root is None:
            return 0
        shape = self.shapes[self.root.target]
        if not shape.members or (not self.is_request and self.is_opaque_structure(self.root, shape)):
            return 0 if self.is_request else 1
        rows, depth, _ = self._below(shape, 0)
        deepest = depth - 1 if self.is_request else depth
        return MAX_ROWS + 1 if deepest > MAX_DEPTH else rows + (not self.is_request)

    def _below(self, shape: Shape, level: int) -> tuple[int, int, bool]:
        """Return the rows below a shape, their levels, and whether both depend on the shapes around it."""
        found = self.known.get(shape.name)
        if found is not None:
            return (*found, False)
        if level > MAX_DEPTH:
            return MAX_ROWS + 1, 1, True
        self.open_shapes.add(shape.name)
        rows, levels, depends = len(shape.members), 1, False
        for member in _members_with_rows_below(shape):
            if rows > MAX_ROWS:
                break
            target = self.shapes[member.target]
            if target.name in self.open_shapes:
                depends = True
            elif target.members and not self.is_opaque_structure(member, target):
                below, deeper, is_dependent = self._below(target, level + 1)
                rows += below
                levels = max(levels, deeper + (2 if shape.type == "map" else 1))
                depends = depends or is_dependent
        self.open_shapes.discard(shape.name)
        if not depends:
            self.known[shape.name] = rows, levels
        return rows, levels, depends


def _members_with_rows_below(shape: Shape) -> list[Member]:
    """Return the members of a shape whose own members are listed, too: all but the key of a map."""
    return [member for name, member in shape.members.items() if shape.type != "map" or name != "key"]
