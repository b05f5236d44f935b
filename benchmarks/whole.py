"""Time `docgen build` of a whole site, relative to reading the same models and writing the same bytes.

    python benchmarks/whole.py history.db [--last N] [--formats F,F] [--jobs N]

The floor reads the model of every revision as docgen does, compares nothing, and copies the files of the build, byte
for byte, into another folder: in one process, in the same run. The build is a separate program, and so is a second
build, which finds nothing to do. CPU seconds include all descendants of a program; memory is their common peak (Linux
only).
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from history import Cost, docgen, show

from docgen.compare.model_reader import ModelReader
from docgen.locate import open_source
from docgen.sources.release import ModelFile


def main() -> None:
    """Run the benchmark and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("history", help="a history file, as `docgen index` makes it")
    parser.add_argument("--last", type=int, help="only the newest N releases (default: all)")
    parser.add_argument("--formats", default="html,markdown,json", help="formats (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one a CPU)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare(options, Path(folder))


def compare(options: argparse.Namespace, folder: Path) -> None:
    """Run all measurements, one after the other."""
    site, copy = folder / "site", folder / "copy"
    chosen = [f"--last={options.last}"] if options.last else []
    command = ["build", "--source", options.history, "--history", options.history, *chosen, "--output", site]
    command += ["--formats", options.formats, f"--jobs={options.jobs}"]
    built = docgen(*command)
    revisions = list(read(options.history, options.last))
    floor = timed(lambda: read_all(revisions)), timed(lambda: write_all(site, copy))
    both = Cost(sum(cost.wall for cost in floor), sum(cost.cpu for cost in floor), 0)
    print(f"{len(revisions):,} revisions of models")
    count(site)
    for what, cost in (("reading the models", floor[0]), ("writing the bytes", floor[1]), ("docgen build", built)):
        show(what, cost, both)
    show("again, nothing new", docgen(*command), both)


def read(history: str, last: int | None) -> Iterator[ModelFile]:
    """Yield each model that a build of the releases reads, once, service by service."""
    releases = open_source(history).releases()
    chains: dict[tuple[str, str], dict[str, ModelFile]] = {}
    for release in releases[-last - 1 :] if last else releases:
        for file in release.files:
            chains.setdefault((file.service, file.api_version), {}).setdefault(file.digest(), file)
    for chain in chains.values():
        yield from chain.values()


def read_all(revisions: list[ModelFile]) -> None:
    """Read the models in order."""
    series, service = ModelReader(), ""
    for file in revisions:
        if file.service != service:
            series, service = ModelReader(), file.service
        series.read_service(file)


def write_all(site: Path, copy: Path) -> None:
    """Write the same files to another folder."""
    for folder, _, names in os.walk(site):
        target = copy / Path(folder).relative_to(site)
        target.mkdir(parents=True)
        for name in names:
            (target / name).write_bytes((Path(folder) / name).read_bytes())


def count(site: Path) -> None:
    """Print what the build wrote, by kind of file."""
    sizes: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    for path in site.rglob("*"):
        if path.is_file():
            sizes[path.suffix] += path.stat().st_size
            numbers[path.suffix] += 1
    for suffix, size in sizes.most_common():
        print(f"{numbers[suffix]:>9,} files {suffix or '(none)':<10} {size / 1e6:9,.1f} MB")


def timed(do: Callable[[], object]) -> Cost:
    """Run a function in this process and return its cost."""
    wall, cpu = time.perf_counter(), time.process_time()
    do()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu, 0)


if __name__ == "__main__":
    main()
