"""What a row says beyond its type, in words, HTML and JSON: limits, pattern, default, values, and how it is sent."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Any

from docgen.model.row_details import RowDetails
from docgen.render.markup.plain import code_span, escape_markdown, trusted_markup

MAX_INLINE_VALUES = 12
"""Values of an enum that are listed openly; more are folded, and listed once on a page."""

MAX_CACHED_DETAILS = 4096
"""Details of rows that each format keeps as text. Operations share types, and nine of ten rows repeat details."""

_UNITS = {
    "blob": ("byte", "bytes"),
    "list": ("item", "items"),
    "map": ("entry", "entries"),
    "string": ("character", "characters"),
}


def detail_words(details: RowDetails) -> tuple[str, ...]:
    """Return what a row says beyond its type in words, without values and pattern."""
    words = []
    if limits := limit_words(details):
        words.append(limits)
    if details.default is not None:
        words.append(f"default {_literal(details.default)}")
    if details.is_union:
        words.append("union: exactly one member")
    if details.is_streaming:
        words.append("streamed")
    if details.is_token:
        words.append("filled in if not given")
    if details.is_sensitive:
        words.append("sensitive")
    return tuple(words)


def details_html(details: RowDetails | None, same_values_href: str = "") -> str:
    """Return what `write_details` returns, for templates."""
    return trusted_markup(write_details(details, same_values_href))


def write_details(details: RowDetails | None, same_values_href: str = "") -> str:
    """Return limits, pattern and values of a row as HTML.

    Args:
        details: What the row says beyond its type.
        same_values_href: Link to the row that lists the same values, if this one does not.
    """
    if details is None:
        return ""
    kinds = _kinds(details)
    if same_values_href or float in kinds:
        return _details_html(details, same_values_href)
    return _repeated_details_html(details, kinds)


def _kinds(details: RowDetails) -> tuple[type, ...]:
    """Return the types of the numbers, without which 1 and True are the same details; -0.0 and 0.0 always are."""
    return type(details.minimum), type(details.maximum), type(details.default)


@lru_cache(maxsize=MAX_CACHED_DETAILS)
def _repeated_details_html(details: RowDetails, kinds: tuple[type, ...]) -> str:
    return _details_html(details)


def _details_html(details: RowDetails, same_values_href: str = "") -> str:
    parts = []
    facts = [escape(word) for word in detail_words(details)]
    if details.pattern:
        facts.append(f"pattern <code>{escape(details.pattern)}</code>")
    if facts:
        parts.append(f'<p class="t">{" · ".join(facts)}</p>\n')
    if same_values_href:
        parts.append(f'<p class="t"><a href="{escape(same_values_href)}">{len(details.values):,} values</a></p>\n')
    elif details.values:
        parts.append(_values_html(details))
    return "".join(parts)


def details_markdown(details: RowDetails | None, same_values: str = "", values_href: str = "") -> str:
    """Return limits, pattern and values of a row as CommonMark that continues its line.

    Args:
        details: What the row says beyond its type.
        same_values: Anchor of the row that lists the same values, if this one does not.
        values_href: Link to the page that lists the values, if they are too many for here.
    """
    if details is None:
        return ""
    kinds = _kinds(details)
    if same_values or values_href or float in kinds:
        return _details_markdown(details, same_values, values_href)
    return _repeated_details_markdown(details, kinds)


@lru_cache(maxsize=MAX_CACHED_DETAILS)
def _repeated_details_markdown(details: RowDetails, kinds: tuple[type, ...]) -> str:
    return _details_markdown(details)


def _details_markdown(details: RowDetails, same_values: str = "", values_href: str = "") -> str:
    facts = [escape_markdown(word) for word in detail_words(details)]
    if details.pattern:
        facts.append(f"pattern {code_span(details.pattern)}")
    if same_values:
        facts.append(f"values as in {code_span(same_values)}")
    elif values_href:
        facts.append(f"[{len(details.values):,} values](<{values_href}>)")
    elif details.values:
        values = (
            code_span(value) + (f" (since {escape_markdown(since)})" if since else "")
            for value, since in details.dated_values
        )
        facts.append(f"values {', '.join(values)}")
    return "; " + "; ".join(facts) if facts else ""


def values_html(details: RowDetails) -> str:
    """Return the values of an enum as HTML, each with its release, for templates."""
    return trusted_markup(f'<p class="vals">{_chips_html(details)}</p>\n')


def _values_html(details: RowDetails) -> str:
    chips = _chips_html(details)
    if len(details.values) <= MAX_INLINE_VALUES:
        return f'<p class="vals">{chips}</p>\n'
    count = f"{len(details.values):,}"
    return f'<details class="fold"><summary>{count} values</summary><p class="vals">{chips}</p></details>\n'


def _chips_html(details: RowDetails) -> str:
    return " ".join(
        f"<code>{escape(value)}</code>"
        if not since
        else f'<code data-since="{escape(since)}">{escape(value)} <small>{escape(since)}</small></code>'
        for value, since in details.dated_values
    )


def limit_words(details: RowDetails) -> str:
    """Return the limits in words: `1 to 255 characters`, `at most 50 items`, `at least 1`; empty if there are none."""
    low, high = details.minimum, details.maximum
    if low == 0 and high is None:
        return ""
    one, many = _UNITS.get(details.kind, ("", ""))
    if low is None and high is None:
        return ""
    if high is None:
        number, text = low, f"at least {_grouped(low)}"
    elif low is None or (low == 0 and many):
        number, text = high, f"at most {_grouped(high)}"
    elif low == high:
        number, text = low, f"exactly {_grouped(low)}"
    else:
        number, text = high, f"{_grouped(low)} to {_grouped(high)}"
    unit = one if number == 1 else many
    return f"{text} {unit}" if unit else text


def _grouped(number: Any) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"


def _literal(value: Any) -> str:
    return repr(value)


def details_data(details: RowDetails, same_values: str = "") -> dict[str, Any]:
    """Return details as JSON; keys that say nothing are left out. Many values are listed only once in a file."""
    data: dict[str, Any] = {}
    limits = {"minimum": details.minimum, "maximum": details.maximum, "pattern": details.pattern or None}
    if any(limit is not None for limit in limits.values()):
        data["constraints"] = {name: limit for name, limit in limits.items() if limit is not None}
    if details.default is not None:
        data["default"] = details.default
    if same_values:
        data["same_values"] = same_values
    elif details.values:
        data["values"] = [{"value": value, "since": since or None} for value, since in details.dated_values]
    flags = {
        "union": details.is_union,
        "streaming": details.is_streaming,
        "idempotency_token": details.is_token,
        "sensitive": details.is_sensitive,
    }
    return data | {name: True for name, flag in flags.items() if flag}
