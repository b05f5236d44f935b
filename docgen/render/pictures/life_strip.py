"""The life of a member as a strip: absent, there, required, deprecated.

It reaches from the first release of the operation or type to the newest. Large operations have hundreds of strips, so
each takes few bytes. The badges next to it say the same in words.
"""

from __future__ import annotations

from markupsafe import Markup

STRIP_WIDTH = 48
_NOTHING = Markup()


def life_strip(start: int | None, required: int | None, deprecated: int | None) -> Markup:
    """Return the strip of a member.

    Args:
        start: Where it appeared, from 0 to `STRIP_WIDTH`, or None if it is as old as what contains it.
        required: Where it became required, or None if it never did or always was.
        deprecated: Where it was deprecated, or None.
    """
    if start is None and required is None and deprecated is None:
        return _NOTHING
    start = min(start or 0, STRIP_WIDTH - 1)
    paths = f'<path d="M{start} 3h{STRIP_WIDTH - start}"/>'
    for position, kind in ((required, ' class="q"'), (deprecated, "")):
        if position is not None:
            begin = max(start, min(position, STRIP_WIDTH - 1))
            paths += f'<path{kind} d="M{begin} 3h{STRIP_WIDTH - begin}"/>'
    svg = f'<svg class="strip" viewBox="0 0 {STRIP_WIDTH} 6" aria-hidden="true">{paths}</svg>'
    return Markup(svg)  # noqa: S704 - only numbers
