"""What code uses, as a watchlist for other commands, and as JSON that obeys `docgen/schema/uses.schema.json`."""

from __future__ import annotations

from typing import Any

from docgen.model.paths import MemberPath
from docgen.printable import visible_line
from docgen.rules.code_lines import code_line_data, code_lines_text
from docgen.rules.watchlist import WatchPattern
from docgen.upgrades.used import UsedCode
from docgen.wording import counted


def watch_file_text(used: UsedCode) -> str:
    """Return the watchlist: one line for each element, with a comment that names the first lines of code."""
    patterns = [pattern for pattern in used.elements.patterns if "#" not in pattern.value]
    rows = [
        (visible_line(str(pattern)), visible_line(code_lines_text(pattern.code, with_remarks=False)))
        for pattern in patterns
    ]
    lines = [f"# What the code uses: {counted(len(rows), 'element')}, from {counted(used.files, 'file')}."]
    if used.unresolved:
        lines.append(f"# {counted(used.unresolved, 'call')} could be of several services, and count for none.")
    return "\n".join([*lines, *(f"{named}  # {code}" for named, code in rows)]) + "\n"


def uses_data(used: UsedCode) -> dict[str, Any]:
    """Return the watchlist as plain values."""
    return {
        "files": used.files,
        "elements": [_element_data(pattern) for pattern in used.elements.patterns],
        "unresolved": used.unresolved,
        "warnings": list(used.warnings),
    }


def _element_data(pattern: WatchPattern) -> dict[str, Any]:
    kind, _, name = pattern.entry.partition(":")
    return {
        "service": pattern.service,
        "operation": pattern.operation or None,
        "direction": pattern.direction or None,
        "path": str(MemberPath(pattern.path)) or None,
        "value": pattern.value or None,
        "entry": {"kind": kind, "name": name} if kind else None,
        "only": pattern.only,
        "lines": [code_line_data(line) for line in pattern.code],
    }
