"""What changed in an operation, in a few words: `+ Tags`, `Expires: string → timestamp`, `InstanceType + 6 values`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docgen.model.paths import without_containers
from docgen.pages.operation.row_diff import value_changes
from docgen.pages.operation.rows import OperationRows, RowEntry
from docgen.wording import counted, first_listed

MAX_BRIEF_CHANGES = 4
"""Changes of an operation that a line names; it counts the others."""

_NAMES_SHOWN = 2
"""Names at the end of a path that identify a row: `VpcConfig.SubnetIds`."""

_SIGNS = {"added": "+", "removed": "−"}


def brief_changes(rows: OperationRows) -> str:
    """Return the first changes of an operation and the number of others, or an empty text if no row has a mark.

    A change that request and response share is named once, and an added structure without its members.
    """
    changes = list(dict.fromkeys([*_brief_changes(rows.parameters), *_brief_changes(rows.response)]))
    return first_listed(changes, MAX_BRIEF_CHANGES)


def _brief_changes(entries: Iterable[RowEntry]) -> Iterator[str]:
    inside: int | None = None  # the depth of an added or removed row whose members follow
    for entry in entries:
        if inside is not None and entry.row.depth > inside:
            continue
        inside = entry.row.depth if entry.mark in _SIGNS else None
        if not entry.mark:
            continue
        name = ".".join(without_containers(entry.row.path).split(".")[-_NAMES_SHOWN:]) or "response"
        if entry.mark in _SIGNS:
            yield f"{_SIGNS[entry.mark]} {name}"
        else:
            yield from (f"{name}{words}" for words in _brief_differences(entry))


def _brief_differences(entry: RowEntry) -> Iterator[str]:
    old, new = entry.pair[:2]
    values = None
    if old and new and old.type == new.type and old.placeholder != new.placeholder:
        values = value_changes(old.placeholder, new.placeholder)
    if values is not None:
        for sign, names in zip("−+", values, strict=True):
            if names:
                yield f" {sign} {names[0] if len(names) == 1 else counted(len(names), 'value')}"
    for was, is_ in entry.differences[values is not None :]:
        yield f": {was} → {is_}"
