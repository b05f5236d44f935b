"""Text as HTML, without the cost of a `Markup` for each name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

MAX_CACHED_NAME = 80
"""Longest text whose HTML is kept, in characters. Pages repeat names, and few other texts."""


def escape_text(text: str) -> str:
    """Return a text as HTML, as `markupsafe.escape` does, without the price of a `Markup`."""
    if text.isalnum():
        return text
    if len(text) <= MAX_CACHED_NAME:
        return _escape_name(text)
    return _replace_special(text)


def _replace_special(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("'", "&#39;").replace('"', "&#34;")


_escape_name = lru_cache(maxsize=8192)(_replace_special)


def escape_address(address: str) -> str:
    """Return what `escape_text` returns, in less time for what rarely repeats and rarely has a special character."""
    return _replace_special(address) if _SPECIAL.search(address) else address


_SPECIAL = re.compile("[&<>\"']")


def escape_output(value: Any) -> str:
    """Return what a template prints, as HTML; `Markup` is HTML already."""
    kind = type(value)
    if kind is str:  # as `escape_text` says, without another call
        if value.isalnum():
            return value  # type: ignore[no-any-return]
        return _escape_name(value) if len(value) <= MAX_CACHED_NAME else _replace_special(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    return str(value) if kind is int else escape(value)
