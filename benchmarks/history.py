"""Time `docgen index` on a repository, relative to reading the same models with git and decoding them.

    python benchmarks/history.py --repo PATH [--jobs N] [--last N]
    python benchmarks/history.py --history FILE      # only the user time of commands that read a history

The floor is `git cat-file --batch` and `orjson.loads` over the distinct models of all releases, in as many processes as
`docgen index` uses. Both run as separate programs and are measured alike: wall-clock seconds, CPU seconds of the
program and its descendants, and their peak memory, sampled (Linux only; without pages of files, which git maps by the
gigabyte and the system reclaims at any time). The last releases are then removed from a copy and added again one by
one, as a nightly job adds them. Ratios hold on a busy machine if the load is steady.
"""

from __future__ import annotations

import argparse
import os
import resource
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


COMMANDS = (
    ("notes", "--last", "100", "--source", "{history}"),
    ("diff", "1.43.0..1.43.67", "--group-by", "release", "--source", "{history}"),
    ("history", "ec2", "--history", "{history}"),
    ("history", "ec2", "*", "--last", "1", "--history", "{history}"),
    ("since", "appstream", "create_fleet", "Tags", "--history", "{history}"),
    ("since", "appstream", "create_fleet", "Tags"),
)
"""Commands that read a history of botocore; the last one reads the facts in the package."""


class Cost(NamedTuple):
    """The cost of a program: wall-clock seconds, CPU seconds, bytes of memory."""

    wall: float
    cpu: float
    memory: int


def main() -> None:
    """Run the benchmark and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--history", type=Path, help="history of botocore, for the commands that read one")
    what.add_argument("--repo", help="git repository with models, such as a clone of botocore")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one a CPU)")
    parser.add_argument("--last", type=int, default=20, help="releases to add one by one (default: 20)")
    parser.add_argument("--floor", metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.floor:
        read_all(options.repo, Path(options.floor).read_text(encoding="ascii").split(), options.jobs)
        return
    if options.history:
        for command, seconds in command_times(options.history.absolute()):
            print(f"{seconds:8.2f} s  {command}")
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(options, Path(folder))


def command_times(history: Path, runs: int = 3) -> Iterator[tuple[str, float]]:
    """Yield commands that read a history, each with the least user time of some runs in seconds, including startup."""
    for words in COMMANDS:
        arguments = [word.format(history=history) for word in words]
        with tempfile.TemporaryDirectory() as folder:  # without a history.db
            times = [user_time([sys.executable, "-m", "docgen", *arguments], folder) for _ in range(runs)]
        yield (
            f"docgen {' '.join(word for word in words if not word.startswith(('--source', '--history', '{')))}",
            min(times),
        )


def user_time(command: Sequence[str], folder: str) -> float:
    """Return the user time of a command and its descendants. Raise an error if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def compare(options: argparse.Namespace, folder: Path) -> None:
    """Run all measurements, one after the other."""
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
    add_one_by_one(options, releases, path, folder)
    for question in QUESTIONS:
        ask(path, question)


def add_one_by_one(options: argparse.Namespace, releases: Sequence[Release], path: Path, folder: Path) -> None:
    """Remove the last releases from a copy, and add them again from a repository that gets them one by one."""
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
    """Tag a release in the repository."""
    path = repository / "refs" / "tags" / release.name
    path.write_text(f"{release.state_id}\n", encoding="ascii")


def ask(path: Path, question: Sequence[str]) -> None:
    """Ask one question many times, each time in a separate process."""
    seconds = [docgen("since", *question, "--history", path).wall for _ in range(WARM + 1)][1:]
    middle, most = 1e3 * statistics.median(seconds), 1e3 * max(seconds)
    print(f"{'docgen since':<24} {middle:7.0f} ms in the median, {most:.0f} ms at most: {' '.join(question)}")


# --- the floor ---


def distinct(releases: Sequence[Release]) -> list[str]:
    """Return the git ids of all distinct models, in order of first appearance."""
    return list(dict.fromkeys(file.digest() for release in releases for file in release.files))


def read_all(repository: str, oids: Sequence[str], jobs: int) -> None:
    """Read and decode models in several processes."""
    parts = [oids[at::jobs] for at in range(jobs)]
    with ProcessPoolExecutor(jobs) as pool:
        list(pool.map(partial(read, repository), parts))


def read(repository: str, oids: Sequence[str]) -> None:
    """Read and decode models with one git process."""
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
    """Send requests for models ahead of reading, so that neither side waits."""
    with stream as asked:  # type: ignore[attr-defined]
        asked.write("".join(f"{oid}\n" for oid in oids).encode())


# --- programs ---


def docgen(*arguments: object) -> Cost:
    """Run docgen and return its cost."""
    return run(sys.executable, "-m", "docgen", *map(str, arguments))


def run(*command: str) -> Cost:
    """Run a program and return its cost. Raise an error if it fails."""
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
    """Yield the memory of a program and its descendants, again and again."""
    found: list[int] = []
    ended = threading.Event()

    def look() -> None:
        while not found or not ended.wait(EVERY):
            found.append(sum(map(resident, process_tree(pid))))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def process_tree(pid: int) -> list[int]:
    """Return a process and its descendants."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [pid, *(each for child in children for each in process_tree(child))]


def resident(pid: int) -> int:
    """Return the memory of a process in bytes without mapped files.

    Pages shared after a fork count for each process.
    """
    try:
        _, pages, mapped, *_ = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return (int(pages) - int(mapped)) * os.sysconf("SC_PAGESIZE")


def git(repository: Path, *arguments: str) -> str:
    """Return the output of git."""
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def show(what: str, cost: Cost, floor: Cost) -> None:
    """Print a line of the table."""
    ratios = f"{cost.wall / floor.wall:5.2f} and {cost.cpu / floor.cpu:5.2f} times the floor"
    print(
        f"{what:<24} {cost.wall:7.2f} s, {cost.cpu:7.2f} s of CPU ({ratios}), {cost.memory / 1e6:,.0f} MB", flush=True
    )


def megabytes(path: Path) -> str:
    """Return the size of a file in megabytes."""
    return f"{path.stat().st_size / 1e6:7.1f} MB"


if __name__ == "__main__":
    main()
