"""Time parsing and comparing two releases, relative to reading their JSON.

    python benchmarks/compare.py OLD NEW

OLD and NEW are sources with one release each, such as two wheels. Prints the ten slowest services and the total.
"""

from __future__ import annotations

import argparse
import json
import time
from itertools import pairwise
from typing import NamedTuple

from docgen.diff.additions import operation_additions
from docgen.diff.compare import find_deltas
from docgen.locate import find_release
from docgen.model.parse import parse
from docgen.sources.release import ModelFile


class Measured(NamedTuple):
    """CPU seconds of each step for one service, and the number of facts."""

    service: str
    read: float
    parse: float
    diff: float
    literal: float
    facts: int

    def __str__(self) -> str:
        steps = (self.read, self.parse, self.diff, self.literal)
        times = "".join(f"{1e3 * step:9.1f}" for step in steps)
        ratios = (self.parse / self.read, self.diff / self.read, sum(steps[1:]) / self.read)
        return f"{self.service:26}{times}{self.facts:9}" + "".join(f"{ratio:9.1f}" for ratio in ratios)


def measure(before: ModelFile, after: ModelFile) -> Measured | None:
    """Time the steps for one service; return None if its model is the same in both releases."""
    old, new = before.read(), after.read()
    if old == new:
        return None
    clock = [time.process_time()]
    json.loads(old)
    json.loads(new)
    clock.append(time.process_time())
    models = parse(old, before.location), parse(new, after.location)
    clock.append(time.process_time())
    delta = find_deltas(*models, after.service)
    clock.append(time.process_time())
    operation_additions(delta)
    clock.append(time.process_time())
    read, parsed, compared, written = (b - a for a, b in pairwise(clock))
    return Measured(after.service, read, parsed, compared, written, len(list(delta)))


def main() -> None:
    """Run the benchmark and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    options = parser.parse_args()
    old, new = find_release(options.old), find_release(options.new)
    pairs = ((old.latest_model(file.service), file) for file in new.latest_models())
    rows = [row for before, after in pairs if before and (row := measure(before, after))]
    read, parsed, compared, written = (sum(column) for column in zip(*(row[1:5] for row in rows), strict=True))
    total = Measured("all", read, parsed, compared, written, sum(row.facts for row in rows))
    rows.sort(key=lambda row: -row.diff)
    print(f"{old.name} -> {new.name}: {len(rows)} changed models; CPU ms, and all of it against reading")
    titles = ("read", "parse", "diff", "literal", "facts", "parse/r", "diff/r", "all/r")
    print(f"{'service':26}" + "".join(f"{title:>9}" for title in titles))
    for row in (*rows[:10], total):
        print(row)


if __name__ == "__main__":
    main()
