"""The branding of a site: its title, colour, logo, footer, introduction and notations of requests.

They come from the table `[site]` of a `docgen.toml`. One colour is enough: it is made darker for the light theme and
lighter for the dark one until text in it can be read (WCAG 2.2, contrast 4.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT_TITLE = "API changes and reference"
DEFAULT_ACCENT = "#3a4fc4"
"""The accent colour of the style sheet and of the icon."""

_MIN_CONTRAST = 4.6
_LIGHT_GROUND, _DARK_GROUND = (255, 255, 255), (15, 19, 24)

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Branding:
    """The branding of a site.

    Attributes:
        title: Name of the site.
        accent: Colour of links and of what is current, as `#rrggbb`, or empty for docgen's own.
        logo: A picture for the bar and the browser's tab, or None for docgen's icon.
        footer: Markdown at the end of every page.
        home: Markdown at the top of the first page.
        notations: The notations of requests, the first one first; empty for those that suit each service.
    """

    title: str = DEFAULT_TITLE
    accent: str = ""
    logo: Path | None = None
    footer: str = ""
    home: str = ""
    notations: tuple[str, ...] = ()

    @property
    def icon(self) -> str:
        """Path of the icon from the root of the site."""
        return f"static/logo{self.logo.suffix}" if self.logo else "static/icon.svg"

    @property
    def style(self) -> str:
        """Rules that follow the style sheet, or an empty text."""
        if not self.accent:
            return ""
        colour = _parse_colour(self.accent)
        light, light_ground = _readable(colour, _LIGHT_GROUND, (0, 0, 0), 0.08)
        dark, dark_ground = _readable(colour, _DARK_GROUND, (255, 255, 255), 0.2)
        return f":root{{--accent:light-dark({light},{dark});--accentb:light-dark({light_ground},{dark_ground})}}\n"


DEFAULT_BRANDING = Branding()
"""The branding of a site without a `[site]` table."""


def _parse_colour(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _readable(colour: Colour, ground: Colour, towards: Colour, share: float) -> tuple[str, str]:
    """Return a colour that can be read on a ground and on its own tint of it, and the tint."""
    for step in range(21):
        text = _mix(towards, colour, step / 20)
        tint = _mix(text, ground, share)
        if min(_contrast(text, tint), _contrast(text, ground)) >= _MIN_CONTRAST:
            break
    return _hex(text), _hex(tint)


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
