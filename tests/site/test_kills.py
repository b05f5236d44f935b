"""`docgen build` and `docgen update`, killed at any moment or disturbed in other ways: the site is always consistent.

At any moment, each page is the complete page of the old or of the new site, and the manifest lists the files that
exist. The next run finishes the work; then all bytes are those of an undisturbed run.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import FULL
from history_support import content, random_releases, write
from killed_runs import ROOT, Site, docgen, finished, one_line, site

from docgen.site.publish.manifest import MANIFEST_FILENAME
from docgen.site.publish.staging import STAGE_FOLDER

KILLS = 200 if FULL else 12
OLD, NEW = 5, 8
"""The number of releases before and after."""


def build(history: Path, output: Path, *more: object) -> subprocess.Popen[str]:
    return docgen(
        "build", "--source", history, "--output", output, "--formats", "html,markdown", "--jobs", 2, *more
    )  # fmt: skip


def update(source: Path, history: Path, output: Path) -> subprocess.Popen[str]:
    options = ("--history", history, "--output", output, "--formats", "html,markdown", "--jobs", 2, "--last", 4)
    return docgen("update", source, *options)


@dataclass
class World:
    """The inputs, and the results of undisturbed runs: before and after, of a build and of an update."""

    folder: Path
    sources: dict[str, Path] = field(default_factory=dict)
    histories: dict[str, Path] = field(default_factory=dict)
    built: dict[str, Site] = field(default_factory=dict)
    updated: dict[str, Site] = field(default_factory=dict)
    seconds: float = 0.0
    """The duration of a build, and so the period in which to kill it."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("world"))
    releases = random_releases(5, NEW)
    for name, count in (("old", OLD), ("new", NEW)):
        source, history = made.folder / f"{name}-source", made.folder / f"{name}.db"
        for release, files in releases[:count]:
            write(source, release, files)
        output = made.folder / f"{name}-updated"
        assert finished(update(source, history, output))[0] == 0
        made.sources[name], made.histories[name], made.updated[name] = source, history, site(output)
        output = made.folder / f"{name}-built"
        started = time.monotonic()
        assert finished(build(history, output))[0] == 0
        made.seconds = time.monotonic() - started
        made.built[name] = site(output)
    assert made.built["old"] != made.built["new"]
    return made


def write_site(pages: Site, folder: Path) -> None:
    """Write these files to the folder, and one file that is not docgen's."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in {**pages, "mine.txt": b"mine"}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def assert_consistent(folder: Path, old: Site, new: Site) -> str:
    """Check that each page is old or new and in the manifest; return the state of the site."""
    found = site(folder)
    assert found.pop("mine.txt") == b"mine"
    manifest = json.loads(found.pop(MANIFEST_FILENAME))
    for name, data in found.items():
        assert data in (old.get(name), new.get(name)), f"{name} is neither old nor new"
        assert hashlib.sha256(data).hexdigest() in manifest["pages"][name], f"the manifest does not know {name}"
    if manifest["complete"]:
        assert found.keys() == manifest["pages"].keys()
    whole = {state: {name: data for name, data in pages.items() if name != MANIFEST_FILENAME} for state, pages in
             (("old", old), ("new", new))}  # fmt: skip
    state = next((state for state, pages in whole.items() if found == pages), "between")
    return state if manifest["complete"] else f"{state}, under way"


def without_run(pages: Site) -> Site:
    """Return the files, with a manifest that does not identify the run that wrote it.

    Its fingerprint includes the bytes of the history, which differ between two SQLite files with the same content.
    """
    manifest = json.loads(pages[MANIFEST_FILENAME])
    del manifest["run"]
    return {**pages, MANIFEST_FILENAME: json.dumps(manifest).encode()}


def kill(process: subprocess.Popen[str], group: bool) -> bool:
    """Kill the leader or the whole process group; return whether the leader was still running."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL) if group else process.kill()
    code, _, error = finished(process)
    assert code in (0, -signal.SIGKILL), error
    return code != 0


class Killer:
    """Runs that are killed at random moments: half of them at any moment, half while pages are moved."""

    def __init__(self, seed: int, longest: float) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same moments in every run
        self.longest = longest
        self.kills = 0

    def run(self, start: Callable[[], subprocess.Popen[str]], output: Path) -> bool:
        """Start a run and kill it; return whether it was still running."""
        manifest = (output / MANIFEST_FILENAME).read_bytes()
        process = start()
        if self.chance.random() < 0.5:
            time.sleep(self.chance.uniform(0, self.longest))
        else:
            while process.poll() is None and (output / MANIFEST_FILENAME).read_bytes() == manifest:
                time.sleep(0.0005)
            time.sleep(self.chance.uniform(0, 0.01))
        killed = kill(process, group=self.chance.random() < 0.5)
        self.kills += killed
        return killed


def test_a_build_that_is_killed_leaves_a_true_site_and_the_next_finishes_it(world: World, tmp_path: Path) -> None:
    output, old, new = tmp_path / "site", world.built["old"], world.built["new"]

    def start() -> subprocess.Popen[str]:
        return build(world.histories["new"], output)

    killer = Killer(1, world.seconds)
    seen: Counter[str] = Counter()
    while killer.kills < KILLS // 2:
        write_site(old, output)
        while killer.run(start, output):
            seen[assert_consistent(output, old, new)] += 1
            if killer.kills == KILLS // 2 or killer.chance.random() < 0.2:
                break
        assert finished(start())[0] == 0
        assert site(output) == {**new, "mine.txt": b"mine"}
        assert not (output / STAGE_FOLDER).exists()
    print(f"{killer.kills} builds killed: {dict(seen)}")
    assert sum(seen.values()) == killer.kills


def test_an_update_that_is_killed_leaves_a_true_site_and_a_true_history(world: World, tmp_path: Path) -> None:
    output, history = tmp_path / "site", tmp_path / "history.db"
    old, new = world.updated["old"], world.updated["new"]
    expected = {name: content(path) for name, path in world.histories.items()}

    def start() -> subprocess.Popen[str]:
        return update(world.sources["new"], history, output)

    def reset() -> None:
        write_site(old, output)
        for path in tmp_path.glob("history.db*"):
            path.unlink()
        shutil.copy(world.histories["old"], history)

    killer = Killer(2, world.seconds)
    seen: Counter[str] = Counter()
    while killer.kills < KILLS // 2:
        reset()
        while killer.run(start, output):
            releases = len(content(history)["release"])
            seen[f"{releases} releases, site {assert_consistent(output, old, new)}"] += 1
            if killer.kills == KILLS // 2 or killer.chance.random() < 0.2:
                break
        code, _, error = finished(start())
        assert code == 0, error
        assert not [path.name for path in tmp_path.glob("history.db?*")]
        assert without_run(site(output)) == without_run({**new, "mine.txt": b"mine"})
        assert content(history) == expected["new"]
    print(f"{killer.kills} updates killed: {dict(seen)}")
    assert sum(seen.values()) == killer.kills


def test_a_first_build_that_is_killed_leaves_nothing_that_it_does_not_know(world: World, tmp_path: Path) -> None:
    output, new = tmp_path / "site", world.built["new"]
    chance = random.Random(3)  # noqa: S311
    for _ in range(20 if FULL else 1):
        process = build(world.histories["new"], output)
        while process.poll() is None and not (output / MANIFEST_FILENAME).exists():
            time.sleep(0.0005)
        time.sleep(chance.uniform(0, 0.02))
        kill(process, group=True)
        manifest = json.loads((output / MANIFEST_FILENAME).read_bytes())
        for name, data in site(output).items():
            assert name == MANIFEST_FILENAME or (data == new[name] and name in manifest["pages"])
        assert finished(build(world.histories["new"], output))[0] == 0
        assert site(output) == new
        shutil.rmtree(output)


# --- other disturbances -----------------------------------------------------------------------------------------------


def test_two_builds_at_once_leave_one_site(world: World, tmp_path: Path) -> None:
    output = tmp_path / "site"
    write_site(world.built["old"], output)
    done = [finished(each) for each in [build(world.histories["new"], output) for _ in range(2)]]
    assert 0 in [code for code, _, _ in done]
    for code, _, error in done:
        assert code == 0 or (code == 2 and "another docgen is writing here" in one_line(error))
    assert site(output) == {**world.built["new"], "mine.txt": b"mine"}


def test_two_updates_at_once_leave_one_site_and_one_history(world: World, tmp_path: Path) -> None:
    output, history = tmp_path / "site", tmp_path / "history.db"
    write_site(world.updated["old"], output)
    shutil.copy(world.histories["old"], history)
    done = [finished(each) for each in [update(world.sources["new"], history, output) for _ in range(2)]]
    assert 0 in [code for code, _, _ in done], done
    for code, _, error in done:
        assert code == 0 or (code == 2 and "another docgen is " in one_line(error))
    assert without_run(site(output)) == without_run({**world.updated["new"], "mine.txt": b"mine"})
    assert content(history) == content(world.histories["new"])


VANISHING = """
import shutil, sys
from contextlib import contextmanager
from docgen.cli import main
from docgen.site.publish import publication

source = sys.argv.pop(1)
staging_folder = publication._staging_folder

@contextmanager
def vanishing(root):
    with staging_folder(root):
        shutil.rmtree(source)
        yield

publication._staging_folder = vanishing
sys.exit(main())
"""
"""A build whose source is removed when all releases are listed and no page is built."""


def test_a_source_that_vanishes_midway_is_one_line_and_leaves_the_site(world: World, tmp_path: Path) -> None:
    output, source = tmp_path / "site", tmp_path / "source"
    write_site(world.built["old"], output)
    shutil.copytree(world.sources["new"], source)
    command = [sys.executable, "-c", VANISHING, str(source), "build", "--source", str(source), "--output", str(output),
               "--formats", "html,markdown", "--jobs", "2"]  # fmt: skip
    code, out, error = finished(
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    )
    assert (code, out) == (2, "")
    assert not source.exists()
    assert str(source) in one_line(error)
    assert site(output) == {**world.built["old"], "mine.txt": b"mine"}
    assert not (output / STAGE_FOLDER).exists()


def test_a_disk_that_takes_no_more_is_one_line_and_leaves_the_site(world: World, tmp_path: Path) -> None:
    output = tmp_path / "site"
    write_site(world.built["old"], output)
    longest = max(len(data) for name, data in world.built["new"].items() if name != MANIFEST_FILENAME)
    process = subprocess.Popen(
        [sys.executable, "-m", "docgen", "build", "--source", str(world.histories["new"]), "--output", str(output),
         "--formats", "html,markdown", "--jobs", "1"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (longest - 1, longest - 1)),
    )  # fmt: skip
    code, out, error = finished(process)
    assert (code, out) == (2, "")
    assert "File too large" in one_line(error)
    assert site(output) == {**world.built["old"], "mine.txt": b"mine"}


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder in which nothing can be created, even by root if the file system can be read-only."""
    folder = tmp_path / "site"
    folder.mkdir(mode=0o555)
    yield folder
    folder.chmod(0o755)


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="needs a user who is refused something")
def test_an_output_that_is_read_only_is_one_line(world: World, read_only: Path) -> None:
    code, out, error = finished(build(world.histories["new"], read_only))
    assert (code, out) == (2, "")
    assert "Permission denied" in one_line(error)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a file system that nobody can write to")
def test_an_output_where_nothing_can_be_made_is_one_line(world: World) -> None:
    code, out, error = finished(build(world.histories["new"], Path("/proc/self/task/site")))
    assert (code, out) == (2, "")
    one_line(error)
