"""Draw the cost curves of `curve.py --json` as one SVG.

python benchmarks/picture.py points.json curves.svg
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

WIDTH, HEIGHT, MARGIN = 260, 170, 44
"""The size of one chart, and the margin for its axes."""

CHARTS = (
    ("releases", "revisions", "notes: revisions", 1),
    ("services", "operations", "operations", 1),
    ("rows", "rows", "thousand rows", 1000),
)
"""The curve, the count on its x axis, the label of that axis, and its unit."""

Point = Mapping[str, float]


def main(source: str, target: str) -> None:
    """Read the points from one file and write the picture to another."""
    curves = json.loads(Path(source).read_text(encoding="utf-8"))
    charts = [chart(curves[name], key, label, unit, index) for index, (name, key, label, unit) in enumerate(CHARTS)]
    width, height = len(CHARTS) * (WIDTH + MARGIN + 16), HEIGHT + 2 * MARGIN
    style = "text{font:12px sans-serif;fill:#57606a}.a{stroke:#8c959f}.l{stroke:#0969da;fill:none}.p{fill:#0969da}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        "<title>Seconds of CPU against revisions, operations and rows</title>",
        f"<style>{style}</style>",
        *charts,
        "</svg>",
    ]
    Path(target).write_text("\n".join(lines) + "\n", encoding="utf-8")


def chart(points: Sequence[Point], key: str, label: str, unit: int, index: int) -> str:
    """Return one chart: CPU seconds over a count, with both axes from zero."""
    points = sorted(points, key=lambda point: point[key])
    most_x, most_y = rounded_up(points[-1][key]), rounded_up(max(point["seconds"] for point in points))
    places = [
        (round(WIDTH * point[key] / most_x, 1), round(HEIGHT - HEIGHT * point["seconds"] / most_y, 1))
        for point in points
    ]
    dots = "".join(f'<circle class="p" cx="{x}" cy="{y}" r="3"/>' for x, y in places)
    return (
        f'<g transform="translate({MARGIN + index * (WIDTH + MARGIN + 16)},{MARGIN // 2})">'
        f'<path class="a" fill="none" d="M0 0V{HEIGHT}H{WIDTH}"/>'
        f'<polyline class="l" points="{" ".join(f"{x},{y}" for x, y in places)}"/>{dots}'
        f'<text x="-6" y="10" text-anchor="end">{most_y:g} s</text><text x="-6" y="{HEIGHT}" text-anchor="end">0</text>'
        f'<text x="{WIDTH}" y="{HEIGHT + 18}" text-anchor="end">{most_x / unit:,g} {escape(label)}</text></g>'
    )


def rounded_up(number: float) -> float:
    """Return the next number with only one digit other than zero: 7.2 gives 8, 1,340 gives 2,000."""
    step = 1.0
    while step * 10 <= number:
        step *= 10
    while step > number:
        step /= 10
    return step * -(-number // step)


if __name__ == "__main__":
    main(*sys.argv[1:3])
