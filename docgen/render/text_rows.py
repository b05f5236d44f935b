"""Rows of an operation as text: the name with its type on one line, the documentation below it, no blank lines between.

Name (string, required; 1 to 100 characters)
    Identifies the stack.
Tags (list)
  [] (dict)
    Key (string, required)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from docgen.model.paths import VALUE
from docgen.model.rows import Row
from docgen.render.markup.text import to_text
from docgen.render.row_words import detail_words

_LEVEL = "  "
_DOCUMENTATION_INDENT = "    "


class TextRowWriter:
    """The filter `row_list` of text.

    Args:
        write_type: Returns a type as text.
    """

    def __init__(self, write_type: Callable[[str], str]) -> None:
        self.write_type = write_type

    def __call__(self, rows: Iterable[Row]) -> str:
        """Return rows as lines. The row of a whole response has no line, and its members begin at the left."""
        lines: list[str] = []
        top = 0
        for row in rows:
            if not row.path:
                top = 1
                continue
            # `Row.depth` has the value of a map below its key, here they are beside each other.
            indent = _LEVEL * (row.depth - top - row.path.count(VALUE))
            lines.append(f"{indent}{row.segment} ({self._words(row)})")
            deprecation = f"Deprecated: {' '.join(row.deprecated.split())}" if row.deprecated else ""
            text = "\n\n".join(filter(None, (deprecation, to_text(row.documentation))))
            lines += [f"{indent}{_DOCUMENTATION_INDENT}{line}" if line else "" for line in text.split("\n") if text]
        return "".join(f"{line}\n" for line in lines)

    def _words(self, row: Row) -> str:
        words = [self.write_type(row.type)]
        words += ["required"] if row.required else []
        words += ["deprecated"] if row.deprecated is not None else []
        words += ["recursive"] if row.recursive else []
        details = detail_words(row.details) if row.details else ()
        return "; ".join([", ".join(words), *details])
