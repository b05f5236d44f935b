"""Documentation as in a `service-2.json`: HTML on one line.

Smithy says that documentation is CommonMark; AWS's models hold HTML. Text with a tag in it is taken as HTML, in which
white space has no meaning; any other as CommonMark.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_SPACE = re.compile(r"[ \t\r\n]{2,}|[\t\r\n]")
_MARKUP = re.compile(r"[`*_\[#>~\\&]|\n[ \t]*\n|^[ \t]*(?:[-+]|[0-9]+[.)])[ \t]|<https?:", re.MULTILINE)


def as_html(documentation: str) -> str:
    """Return the documentation as HTML without line breaks. Plain text stays as it is."""
    if not _TAG.search(documentation) and _MARKUP.search(documentation.strip()):
        documentation = _commonmark().render(documentation)
    return _SPACE.sub(" ", documentation).strip()


@cache
def _commonmark() -> MarkdownIt:
    # Imported here because AWS's models need it for one string in thirty.
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False})
