"""How much changed, as a bar: its length grows with the number of changes, its parts are their severities."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from docgen.render.pictures import SEVERITY_CLASSES

_STEP, _HEIGHT, _LEAST = 24, 8, 3


def change_bar(severities: Iterable[tuple[str, int]]) -> Markup:
    """Return the bar of a number of changes of each severity, worst first. Twice as many are one step longer."""
    counts = [(word, number) for word, number in severities if number]
    total = sum(number for _, number in counts)
    if not total:
        return Markup()
    room = _STEP * total.bit_length()
    lengths = [max(_LEAST, room * number // total) for _, number in counts]
    width = sum(lengths)
    parts = [f'<svg class="bar" viewBox="0 0 {width} {_HEIGHT}" width="{width}" height="{_HEIGHT}" aria-hidden="true">']
    start = 0
    for (word, _), length in zip(counts, lengths, strict=True):
        parts.append(f'<rect class="{SEVERITY_CLASSES[word]}" x="{start}" width="{length}" height="{_HEIGHT}"/>')
        start += length
    return Markup("".join(parts) + "</svg>")  # noqa: S704 - only numbers and our own words
