"""Every figure of docs/speed.md, each from a program of its own: user CPU seconds, memory, and ratios to a floor.

    python benchmarks/table.py --history history.db [--repo BOTOCORE] [--source package:botocore] [--only NAME ...]

Programs run in one process and write to a memory file system if there is one. The floor is decoding the JSON of all
models of the newest release, measured again before each row: compare ratios, because seconds depend on the machine and
on what else it does. A program that takes longer than `--timeout` is stopped, and its row says so. `--json FILE` keeps
the figures, from which `picture.py` draws; rows that the file has and that are not measured again stay in it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import botocore

from docgen.locate import open_source
from docgen.sources.limits import unpack_json

WARM = 15
"""How often a short command runs; the median counts."""

ROWS = {
    "reference": ("reference of a release, HTML + Markdown + search", 30.0),
    "changed": ("the same, one service changed", 1.5),
    "last100": ("--last 100, HTML + Markdown + JSON, with history", 65.0),
    "whole": ("whole site, HTML + Markdown + JSON, with history", 240.0),
    "unchanged": ("whole site, nothing changed", 3.0),
    "index": ("index of the whole history", 50.0),
    "notes": ("notes --last 100", 3.0),
    "diff": ("diff 1.43.0..1.43.67, grouped by release", 3.0),
    "history-all": ("history ec2 '*' --last 1", 6.0),
    "history": ("history ec2", 3.0),
    "since": ("since, warm", 0.065),
}
"""What each row measures, and the user CPU seconds that it may take."""


class StoppedError(Exception):
    """A program took longer than it may."""


class Used(NamedTuple):
    """What a program used: user CPU seconds, and the most megabytes at one time."""

    seconds: float
    megabytes: float


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--history", required=True, type=Path, help="a history file of all releases")
    parser.add_argument("--repo", help="git repository with models, for the row of the index")
    parser.add_argument("--source", default="package:botocore", help="for the reference (default: %(default)s)")
    parser.add_argument("--only", action="append", default=[], choices=ROWS, help="only this row (repeatable)")
    parser.add_argument("--python", default=sys.executable, help="measure this interpreter (default: the running one)")
    parser.add_argument("--timeout", type=float, default=3600.0, help="seconds for each program (default: 3600)")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    options = parser.parse_args()
    memory = Path("/dev/shm")  # noqa: S108 - a memory file system, where there is one
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        figures = read_figures(options.json)
        for name, measure in measures(options, Path(folder)).items():
            if (options.only and name not in options.only) or (name == "index" and not options.repo):
                continue
            words, target = ROWS[name]
            floor = decoding_floor(options.source)
            try:
                used = measure()
            except StoppedError:
                print(f"{words:<50} stopped after {options.timeout:g} s (at most {target:g} s)", flush=True)
                continue
            ratio = used.seconds / floor
            cost = f"{used.seconds:8.2f} s {used.megabytes:7,.0f} MB {ratio:8.2f} x {floor:.2f} s"
            print(f"{words:<50} {cost}  (at most {target:g} s)", flush=True)
            figures[name] = {"seconds": used.seconds, "megabytes": used.megabytes, "floor": floor, "target": target}
            if options.json:
                options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def read_figures(path: Path | None) -> dict[str, dict[str, float]]:
    """Return the figures of earlier runs in a file, by row."""
    return json.loads(path.read_text(encoding="utf-8")) if path is not None and path.exists() else {}


def measures(options: argparse.Namespace, folder: Path) -> dict[str, Callable[[], Used]]:
    """Return what measures each row."""
    history, preset = str(options.history), ("--preset", "keep-a-changelog")  # the other one has a longest text
    whole = ("build", "--source", history, "--history", history, "--formats", "html,markdown,json", "--jobs", "1")
    return {
        "reference": lambda: run(
            options, "build", "--source", options.source, *reference_options(folder / "reference")
        ),
        "changed": lambda: one_service_changed(options, folder / "changed"),
        "last100": lambda: run(options, *whole, "--last", "100", "--output", str(folder / "last100")),
        "whole": lambda: run(options, *whole, "--output", str(folder / "whole")),
        "unchanged": lambda: again(options, *whole, "--output", str(folder / "whole")),
        "index": lambda: run(options, "index", f"git:{options.repo}", "-o", str(folder / "new.db"), "--jobs", "1"),
        "notes": lambda: run(options, "notes", "--source", history, "--last", "100", *preset),
        "diff": lambda: run(options, "diff", "1.43.0..1.43.67", "--source", history, "--group-by", "release"),
        "history-all": lambda: run(options, "history", "ec2", "*", "--last", "1", "--history", history),
        "history": lambda: run(options, "history", "ec2", "--history", history),
        "since": lambda: warm(options, "since", "--history", history, "appstream", "create_fleet", "Tags"),
    }


def again(options: argparse.Namespace, *arguments: str) -> Used:
    """Run docgen into a folder that has the result already; the first run counts only if it was not measured."""
    if not Path(arguments[-1]).exists():
        run(options, *arguments)
    return run(options, *arguments)


def reference_options(output: Path) -> tuple[str, ...]:
    """Return the options of a build of a reference alone."""
    return "--formats", "html,markdown", "--jobs", "1", "--last", "1", "--output", str(output)


def one_service_changed(options: argparse.Namespace, folder: Path) -> Used:
    """Build the reference of a copy of botocore's data, change one model, and measure the second build."""
    data = shutil.copytree(Path(botocore.__file__).parent / "data", folder / "data")
    build = "build", "--source", str(data), *reference_options(folder / "site")
    run(options, *build)
    (model,) = data.glob("sqs/*/service-2.json*")
    content = unpack_json(model.read_bytes(), str(model))
    model.unlink()
    changed = content.replace(b'"documentation":"<p>', b'"documentation":"<p>Changed. ', 1)
    model.with_name("service-2.json").write_bytes(changed)
    return run(options, *build)


def run(options: argparse.Namespace, *arguments: str) -> Used:
    """Run docgen with some arguments and measure it; its output is not shown."""
    process = subprocess.Popen([options.python, "-m", "docgen", *arguments], stdout=subprocess.DEVNULL)
    timer = threading.Timer(options.timeout, process.kill)
    timer.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode == -signal.SIGKILL:
        raise StoppedError
    if process.returncode:
        raise SystemExit(f"docgen {' '.join(arguments)}: exit code {process.returncode}")
    return Used(usage.ru_utime, usage.ru_maxrss / 1024)


def warm(options: argparse.Namespace, *arguments: str) -> Used:
    """Run docgen several times and return the median."""
    all_used = [run(options, *arguments) for _ in range(WARM)]
    return Used(*(statistics.median(column) for column in zip(*all_used, strict=True)))


def decoding_floor(source: str) -> float:
    """Return the CPU seconds for decoding the models of the newest release."""
    models = [file.read() for file in open_source(source).releases()[-1].latest_models()]
    started = time.process_time()
    for data in models:
        json.loads(data)
    return time.process_time() - started


if __name__ == "__main__":
    main()
