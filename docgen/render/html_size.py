"""Estimates of how much HTML `operation-macros.html.j2` renders, so that large pages can be split beforehand."""

from __future__ import annotations

_ROW_BYTES, _ID_BYTES, _LINE_BYTES, _UNCHANGED_ROW_BYTES, _VALUE_BYTES = 200, 2, 60, 40, 25


def estimated_row_bytes(
    *,
    depth: int,
    placeholder: str,
    anchor: str,
    same_as: str,
    documentation: str,
    is_unchanged: bool,
    pattern: str = "",
    value_count: int = 0,
) -> int:
    """Return roughly how many bytes of HTML a row of an operation takes, in its list and in the syntax block.

    Args:
        depth: Depth of the row in its list, which indents its lines of syntax.
        placeholder: Value of the row in the syntax block.
        anchor: HTML id of the row, which its links repeat.
        same_as: HTML id of the row with the same members, or empty.
        documentation: Documentation string of the row.
        is_unchanged: Whether the row is only named, as one of many that did not change.
        pattern: Its pattern, or empty.
        value_count: Number of values that it lists.
    """
    lines = 2 * (_LINE_BYTES + 4 * depth) + len(placeholder)
    if value_count:
        lines += len(placeholder) + _VALUE_BYTES * value_count
    if is_unchanged:
        return _UNCHANGED_ROW_BYTES + len(anchor) + lines // 2
    return _ROW_BYTES + _ID_BYTES * len(anchor) + 4 * len(same_as) + len(documentation) + len(pattern) + lines
