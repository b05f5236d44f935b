"""The history of a repository: `docgen index` against reading the same models with git and decoding them.

    python benchmarks/history.py --repo PATH [--jobs N] [--last N]

The floor is `git cat-file --batch` and `orjson.loads` over the distinct models of all releases, in as many processes
as `docgen index` has. Both are programs of their own, measured alike: seconds on the clock, CPU seconds of the program
and all that it started, and the most memory that these had at one time, sampled (Linux only; without pages of files,
which git maps by the gigabyte and the system takes back as it likes). The last releases are then taken out of a copy
and added again one by one, as a nightly job adds them. Ratios hold on a busy machine if it is as busy throughout.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import orjson

from docgen.history.writer import HistoryWriter
from docgen.locate import open_source
from docgen.sources.release import Release

EVERY = 0.1
"""Seconds between two samples of memory."""
WARM = 15
"""How often a question is asked; the median counts."""
QUESTIONS = (
    ("appstream", "create_fleet", "Tags"),
    ("ec2", "RunInstances", "response", "Instances[].State.Name"),
    ("quicksight", "CreateDashboard", "Definition.Sheets.Visuals.BarChartVisual.VisualId"),
    ("lambda", "create_function", "Runtime", "python3*"),
)


class Cost(NamedTuple):
    """What a program took: seconds on the clock, CPU seconds, bytes of memory."""

    wall: float
    cpu: float
    memory: int


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repo", required=True, help="git repository with models, such as a clone of botocore")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one a CPU)")
    parser.add_argument("--last", type=int, default=20, help="releases to add one by one (default: 20)")
    parser.add_argument("--floor", metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.floor:
        read_all(options.repo, Path(options.floor).read_text(encoding="ascii").split(), options.jobs)
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(options, Path(folder))


def compare(options: argparse.Namespace, folder: Path) -> None:
    """Everything, one after the other."""
    releases = [release for release in open_source(f"git:{options.repo}").releases() if release.files]
    oids = distinct(releases)
    listed = folder / "oids"
    listed.write_text("\n".join(oids), encoding="ascii")
    print(f"{len(releases):,} releases, {releases[0].name} to {releases[-1].name}: {len(oids):,} distinct models")
    path = folder / "history.db"
    jobs = f"--jobs={options.jobs}"
    floor = run(sys.executable, __file__, f"--repo={options.repo}", jobs, f"--floor={listed}")
    show("the floor", floor, floor)
    show("docgen index", docgen("index", f"git:{options.repo}", "-o", path, jobs), floor)
    show("again, nothing new", docgen("index", f"git:{options.repo}", "-o", path, jobs), floor)
    print(f"{'history file':<24} {megabytes(path)}")
    exported = folder / "since.json.gz"
    show("--export", docgen("index", "-o", path, "--export", exported), floor)
    print(f"{'since.json.gz':<24} {megabytes(exported)}")
    one_by_one(options, releases, path, folder)
    for question in QUESTIONS:
        ask(path, question)


def one_by_one(options: argparse.Namespace, releases: Sequence[Release], path: Path, folder: Path) -> None:
    """Take the last releases out of a copy, and add them again from a repository that gets them one by one."""
    copy = folder / "copy.db"
    shutil.copyfile(path, copy)
    start = len(releases) - options.last + 1
    with HistoryWriter(copy) as writer, writer.transaction():
        writer.delete_releases_from(start)
    repository = folder / "growing.git"
    git(repository.parent, "init", "--quiet", "--bare", str(repository))
    place = Path(git(Path(options.repo), "rev-parse", "--absolute-git-dir"))
    (repository / "objects/info/alternates").write_text(f"{place / 'objects'}\n", encoding="utf-8")
    for release in releases[: start - 1]:
        tag(repository, release)
    git(repository, "pack-refs", "--all")
    costs = []
    for release in releases[start - 1 :]:
        tag(repository, release)
        costs.append(docgen("index", f"git:{repository}", "-o", copy, f"--jobs={options.jobs}"))
    for what, seconds in (("s", [cost.wall for cost in costs]), ("s of CPU", [cost.cpu for cost in costs])):
        middle, most = statistics.median(seconds), max(seconds)
        print(f"{'one release more':<24} {middle:7.2f} {what} in the median of {len(costs)}, {most:.2f} at most")


def tag(repository: Path, release: Release) -> None:
    """Let a repository have a release."""
    path = repository / "refs" / "tags" / release.name
    path.write_text(f"{release.state_id}\n", encoding="ascii")


def ask(path: Path, question: Sequence[str]) -> None:
    """Ask one question many times, each time in a program of its own."""
    seconds = [docgen("since", *question, "--history", path).wall for _ in range(WARM + 1)][1:]
    middle, most = 1e3 * statistics.median(seconds), 1e3 * max(seconds)
    print(f"{'docgen since':<24} {middle:7.0f} ms in the median, {most:.0f} ms at most: {' '.join(question)}")


# --- the floor ---


def distinct(releases: Sequence[Release]) -> list[str]:
    """The content names of all models, each once, in the order in which they came."""
    return list(dict.fromkeys(file.digest() for release in releases for file in release.files))


def read_all(repository: str, oids: Sequence[str], jobs: int) -> None:
    """Read and decode models, in several processes."""
    parts = [oids[at::jobs] for at in range(jobs)]
    with ProcessPoolExecutor(jobs) as pool:
        list(pool.map(partial(read, repository), parts))


def read(repository: str, oids: Sequence[str]) -> None:
    """Read and decode models with one git."""
    with subprocess.Popen(
        ["git", "-C", repository, "cat-file", "--batch"],  # noqa: S607 - the user's git
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - pipes, for mypy
        threading.Thread(target=feed, args=(process.stdin, oids), daemon=True).start()
        for _ in oids:
            size = int(process.stdout.readline().split()[2])
            orjson.loads(process.stdout.read(size))
            process.stdout.read(1)


def feed(stream: object, oids: Sequence[str]) -> None:
    """Ask for models ahead, so that nobody waits."""
    with stream as asked:  # type: ignore[attr-defined]
        asked.write("".join(f"{oid}\n" for oid in oids).encode())


# --- programs ---


def docgen(*arguments: object) -> Cost:
    """Run docgen."""
    return run(sys.executable, "-m", "docgen", *map(str, arguments))


def run(*command: str) -> Cost:
    """Run a program; raises where it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    with sampled(process.pid) as memory:
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    return Cost(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, max(memory, default=0))


@contextmanager
def sampled(pid: int) -> Iterator[list[int]]:
    """The memory of a program and all that it started, again and again."""
    found: list[int] = []
    ended = threading.Event()

    def look() -> None:
        while not found or not ended.wait(EVERY):
            found.append(sum(map(resident, family(pid))))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [pid, *(each for child in children for each in family(child))]


def resident(pid: int) -> int:
    """The bytes of memory that are a process's own; what several share counts for each."""
    try:
        _, pages, mapped, *_ = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return (int(pages) - int(mapped)) * os.sysconf("SC_PAGESIZE")


def git(repository: Path, *arguments: str) -> str:
    """What git prints."""
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def show(what: str, cost: Cost, floor: Cost) -> None:
    """A line of the table."""
    ratios = f"{cost.wall / floor.wall:5.2f} and {cost.cpu / floor.cpu:5.2f} times the floor"
    print(
        f"{what:<24} {cost.wall:7.2f} s, {cost.cpu:7.2f} s of CPU ({ratios}), {cost.memory / 1e6:,.0f} MB", flush=True
    )


def megabytes(path: Path) -> str:
    """The size of a file."""
    return f"{path.stat().st_size / 1e6:7.1f} MB"


if __name__ == "__main__":
    main()
