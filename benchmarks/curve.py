"""Measure how the cost of `docgen build` grows over releases, services and rows: CPU seconds, memory, and a line fit.

    python benchmarks/curve.py --source history.db [--service NAME ...] [--last N] [--points N] [--formats F,F]

Three curves, of the named services or of all. Over releases: the notes of a growing number of the newest N releases.
Over services: the notes of N releases for a growing number of services, in an order that does not depend on their size.
Over rows: the same for one service at a time, from the smallest model to the largest. Each point is a separate process
that builds into an empty folder. Its results are counted in its JSON pages: operations in notes or in the reference,
and rows, which are parameters and members.

The slope of a line is the cost of one more; R² is the share of the variance that it explains. Memory is the peak of the
process.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from history import docgen

from docgen.locate import open_source
from docgen.site.publish.manifest import MANIFEST_FILENAME
from docgen.sources.release import ModelFile

ROW = {"path", "name", "type", "required"}
OPERATION = {"request_syntax", "response_syntax"}


class Point(NamedTuple):
    """One build: its input and its cost."""

    releases: int
    services: int
    revisions: int
    operations: int
    rows: int
    seconds: float
    megabytes: float


def main() -> None:
    """Run the benchmark and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", required=True, help="anything with many releases that docgen reads")
    parser.add_argument("--service", action="append", default=[], help="only these (default: all)")
    parser.add_argument("--last", type=int, default=100, help="releases at most (default: %(default)s)")
    parser.add_argument("--points", type=int, default=5, help="builds for each curve (default: %(default)s)")
    parser.add_argument("--formats", default="text,markdown,html,json", help="json among them (default: %(default)s)")
    parser.add_argument("--json", type=Path, help="write the points to this file, too, for picture.py")
    options = parser.parse_args()
    files = [
        file
        for file in open_source(options.source).releases()[-1].latest_models()
        if not options.service or file.service in options.service
    ]
    names = sorted((file.service for file in files), key=lambda name: sha256(name.encode()).digest())
    parts = range(1, options.points + 1)
    growing = [build(options, names, -(-options.last * part // options.points)) for part in parts]
    show("releases", growing, f"{len(names)} services, more and more releases")
    wider = [build(options, names[: -(-len(names) * part // options.points)], options.last) for part in parts]
    show("services", wider, f"{options.last} releases, more and more services")
    alone = [build(options, [name], options.last) for name in services_by_size(files, options.points)]
    show("rows", alone, f"{options.last} releases, one service at a time")
    if options.json:
        curves = {"releases": growing, "services": wider, "rows": alone}
        data = {name: [point._asdict() for point in each] for name, each in curves.items()}
        options.json.write_text(orjson.dumps(data, option=orjson.OPT_INDENT_2).decode() + "\n", encoding="utf-8")
    print("in short:")
    for what, points in (("revisions", growing), ("operations", wider), ("rows", alone)):
        print(f"  {slope(points, what, 'seconds', 's of CPU')}")


def services_by_size(files: Sequence[ModelFile], count: int) -> list[str]:
    """Return `count` services at even intervals from the smallest model to the largest."""
    sizes = sorted((len(file.read()), file.service) for file in files)
    indices = {round(at * (len(sizes) - 1) / max(1, count - 1)) for at in range(count)}
    return [sizes[index][1] for index in sorted(indices)]


def build(options: argparse.Namespace, services: Sequence[str], last: int) -> Point:
    """Build a site of some services in a separate process, and count what it built."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["build", "--source", options.source, "--last", str(last)]
        command += ["--output", folder, "--formats", options.formats, "--jobs", "1"]
        cost = docgen(*command, *(f"--service={name}" for name in services))
        parts = orjson.loads(Path(folder, MANIFEST_FILENAME).read_bytes())["parts"]
        revisions = sum(key.startswith("notes:") for key in parts)
        found = {"operations": 0, "rows": 0}
        for path in Path(folder).rglob("*.json"):
            if path.name != MANIFEST_FILENAME:
                count(orjson.loads(path.read_bytes()), found)
        return Point(last, len(services), revisions, **found, seconds=cost.cpu, megabytes=cost.memory / 1e6)


def count(value: Any, found: dict[str, int]) -> None:
    """Add the operations and the rows of a page to `found`."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            found["operations"] += each.keys() >= OPERATION
            found["rows"] += each.keys() >= ROW
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each


class Line(NamedTuple):
    """The cost of one more, and the share of the variance that the line explains."""

    slope: float
    fits: float


def fit(x: Sequence[float], y: Sequence[float]) -> Line:
    """Return the least-squares line."""
    try:
        return Line(statistics.linear_regression(x, y).slope, statistics.correlation(x, y) ** 2)
    except statistics.StatisticsError:  # all points are equal, so no line is better than another
        return Line(0.0, float("nan"))


def show(what: str, points: Sequence[Point], description: str) -> None:
    """Print a curve: its points, and the lines of seconds and of memory."""
    print(f"{what}: {description}")
    print("".join(f"{name:>12}" for name in Point._fields))
    for point in points:
        print("".join(f"{value:12,.1f}" if isinstance(value, float) else f"{value:12,}" for value in point))
    for field, unit in (("seconds", "s of CPU"), ("megabytes", "MB")):
        print(f"  {slope(points, what, field, unit)}")
    print(flush=True)


def slope(points: Sequence[Point], what: str, field: str, unit: str) -> str:
    """Return a sentence with the cost of one more."""
    line = fit([getattr(point, what) for point in points], [getattr(point, field) for point in points])
    many, one = (1000, "1,000 rows") if what == "rows" else (1, what.removesuffix("s"))
    return f"{many * line.slope:.4f} {unit} per {one}, R² {line.fits:.3f}"


if __name__ == "__main__":
    main()
