"""Faults outside docgen: sources that disappear or are damaged, folders that cannot be written, a clock that jumps.

Each run ends with a one-line error or with the result of an undisturbed run, and keeps what was there before. Kills,
two runs at once and limits of size are in `test_kills` and `test_index`.
"""

from __future__ import annotations

import ctypes
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import FULL
from git_repository import Repository
from history_support import Files, content, random_releases, small_model, structure, write
from killed_runs import one_line, site
from memory_source import MemorySource
from wheels import METADATA, write_wheel

from docgen.cli import main
from docgen.errors import DocgenError, SourceError
from docgen.history import index as index_module
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.locate import open_source
from docgen.site.build import build_site
from docgen.site.publish.staging import STAGE_FOLDER
from docgen.sources.git import objects
from docgen.sources.release import Release

ROOT = Path(__file__).parent.parent.parent
RELEASES = random_releases(5, 8)


def write_all(folder: Path, releases: list[tuple[str, Files]] = RELEASES) -> Path:
    for name, files in releases:
        write(folder, name, files)
    return folder


def run(*arguments: object, **options: Any) -> tuple[int, str, str]:
    """Run a command in a separate process."""
    command = [sys.executable, "-m", "docgen", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, **options)
    return done.returncode, done.stdout, done.stderr


# --- a damaged repository ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a repository whose objects are in one pack."""
    repository = Repository(tmp_path_factory.mktemp("packed") / "repository")
    for name, files in RELEASES:
        shutil.rmtree(repository.path / "botocore", ignore_errors=True)
        for (service, api_version), inner in files.items():
            for file, data in inner.items():
                repository.write(f"botocore/data/{service}/{api_version}/{file}", data)
        repository.commit(name)
    repository("gc", "--quiet", "--aggressive")
    return repository.path


@pytest.fixture(scope="module")
def undamaged(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return what an index of it contains."""
    path = tmp_path_factory.mktemp("whole") / "h.db"
    update_history(open_source(f"git:{packed}"), path)
    return content(path)


@pytest.fixture
def repository(packed: Path, tmp_path: Path) -> Iterator[Path]:
    """Copy the repository, to damage it; fail if a git process that reads it is left behind."""
    yield Path(shutil.copytree(packed, tmp_path / "repository"))
    objects._close_object_readers()
    objects._OBJECT_READERS.clear()


def pack_of(repository: Path, end: str = ".pack") -> Path:
    (path,) = (repository / ".git" / "objects" / "pack").glob(f"*{end}")
    path.chmod(0o644)
    return path


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_pack_that_ends_early_is_one_line_and_what_was_indexed_stays(
    part: float, repository: Path, tmp_path: Path
) -> None:
    path = tmp_path / "h.db"
    update_history(MemorySource(list(open_source(str(write_all(tmp_path / "models", RELEASES[:3]))).releases())), path)
    before = content(path)
    pack = pack_of(repository)
    os.truncate(pack, int(pack.stat().st_size * part))
    code, out, error = run("index", f"git:{repository}", "-o", path)
    assert (code, out) == (2, "")
    assert str(repository) in one_line(error)
    assert content(path) == before
    assert [each.name for each in tmp_path.glob("h.db*")] == ["h.db"]


@pytest.mark.parametrize("end", [".pack", ".idx"])
def test_a_flipped_bit_in_a_repository_is_one_line_or_changes_nothing(
    end: str, repository: Path, undamaged: Any, tmp_path: Path
) -> None:
    file, path = pack_of(repository, end), tmp_path / "h.db"
    data = file.read_bytes()
    chance, reported = random.Random(end), 0  # noqa: S311 - the same bits in every run
    for _ in range(400 if FULL else 30):
        damaged, at = bytearray(data), chance.randrange(len(data))
        damaged[at] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        objects._close_object_readers()
        objects._OBJECT_READERS.clear()
        path.unlink(missing_ok=True)
        problem = ""
        try:
            update_history(open_source(f"git:{repository}"), path)
        except DocgenError as error:
            problem = str(error)
            reported += 1
        assert str(repository) in problem if problem else content(path) == undamaged, f"byte {at}"
    assert reported > 20


def test_a_release_whose_commit_looks_like_a_file_is_not_passed_over(repository: Path) -> None:
    pack = pack_of(repository)
    data = bytearray(pack.read_bytes())
    assert data[12] >> 4 & 7 == 1, "the first object is a commit"
    data[12] ^= 0x20
    pack.write_bytes(data)
    with pytest.raises(SourceError, match=r"git cannot read 1\.7\.0 \(a partial or damaged copy: clone it again\)"):
        open_source(f"git:{repository}").releases()


# --- a source that disappears -----------------------------------------------------------------------------------------


def vanish_after(batches: int, take_away: Callable[[], object]) -> Callable[[object], None]:
    """Return a function that removes the source after `batches` progress reports of an index."""
    calls = iter(range(1000))

    def progress(_: object) -> None:
        if next(calls) == batches:
            take_away()

    return progress


def test_a_folder_that_vanishes_while_it_is_indexed_leaves_whole_releases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "BATCH_REVISIONS", 3)
    folder, path = write_all(tmp_path / "models"), tmp_path / "h.db"
    source = MemorySource(list(open_source(str(folder)).releases()))
    with pytest.raises(SourceError, match=str(folder)):
        update_history(source, path, progress=vanish_after(2, lambda: shutil.rmtree(folder)))
    kept = History(path).newest.number
    assert 0 < kept < len(RELEASES)
    write_all(folder)
    update_history(MemorySource(source.contents[:kept]), tmp_path / "kept.db")
    assert content(path) == content(tmp_path / "kept.db")
    update_history(open_source(str(folder)), path)
    update_history(open_source(str(folder)), tmp_path / "whole.db")
    assert content(path) == content(tmp_path / "whole.db")


@pytest.fixture
def wheels(tmp_path: Path) -> tuple[Path, list[Release]]:
    """Write a folder of wheels; return it with their releases, listed but not read."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for number in range(3):
        model = small_model(Request=structure(**{f"Member{number}": "String"}), Padding={"type": "string", "enum": []})
        model["shapes"]["Padding"]["enum"] = [random.Random(n).randbytes(8).hex() for n in range(200)]  # noqa: S311
        member = "botocore/data/svc/2020-01-01/service-2.json", json.dumps(model).encode()
        metadata = METADATA[0], METADATA[1].replace(b"1.12.83", f"1.{number}.0".encode())
        write_wheel(folder, (member, metadata), f"botocore-1.{number}.0-py3-none-any.whl")
    return folder, list(open_source(str(folder)).releases())


def test_a_wheel_that_is_cut_while_it_is_indexed_is_named(
    wheels: tuple[Path, list[Release]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "BATCH_REVISIONS", 1)
    folder, releases = wheels
    for release in releases:
        assert len(release.files) == 1
    path, cut = tmp_path / "h.db", folder / "botocore-1.2.0-py3-none-any.whl"
    with pytest.raises(SourceError, match=f"{cut}: changed while docgen was reading it"):
        update_history(
            MemorySource(releases), path, progress=vanish_after(0, lambda: os.truncate(cut, cut.stat().st_size // 2))
        )
    assert History(path).newest.name == "1.1.0"
    content(path)


@pytest.mark.parametrize("how", ["cut", "removed", "replaced"])
def test_a_wheel_that_changes_before_a_build_reads_it_leaves_the_site(
    how: str, wheels: tuple[Path, list[Release]], tmp_path: Path
) -> None:
    folder, releases = wheels
    output, last = tmp_path / "site", folder / "botocore-1.2.0-py3-none-any.whl"
    build_site(MemorySource(releases[:2]), output, ["markdown"])
    before = site(output)
    if how == "cut":
        os.truncate(last, last.stat().st_size // 2)
    elif how == "removed":
        last.unlink()
    else:
        last.write_bytes(b"PK" * 100)
    with pytest.raises(SourceError, match=str(last)):
        build_site(MemorySource(releases), output, ["markdown"])
    assert site(output) == before
    assert not (output / STAGE_FOLDER).exists()


# --- folders that cannot be written -----------------------------------------------------------------------------------


LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def unprivileged() -> None:
    """Drop root's right to write everywhere (CAP_DAC_OVERRIDE)."""
    if LIBC is not None:
        LIBC.prctl(24, 1, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder with a site and a history in which nothing can be created."""
    folder = tmp_path / "read-only"
    update_history(open_source(str(ROOT / "models")), folder / "h.db")
    assert main(["build", "--output", str(folder / "site"), "--formats", "markdown", "--last", "1"]) == 0
    inside = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in inside:
        path.chmod(0o555)
    (folder / "h.db").chmod(0o444)
    yield folder
    for path in inside:
        path.chmod(0o755)


@pytest.mark.skipif(sys.platform != "linux", reason="takes a right from root as Linux does")
def test_a_place_that_is_read_only_is_one_line_and_can_still_be_read(read_only: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in read_only.rglob("*") if path.is_file()}
    models = shutil.copytree(ROOT / "models", tmp_path / "models")
    write(models, "1.13.0", RELEASES[0][1])
    for command in (
        ("build", "--source", models, "--output", read_only / "site"),
        ("build", "--source", models, "--output", read_only / "new"),
        ("index", models, "-o", read_only / "h.db"),
        ("index", models, "-o", read_only / "h.db", "--rebuild"),
        ("index", models, "-o", read_only / "new.db"),
        ("index", "-o", read_only / "h.db", "--export", read_only / "since.json"),
        ("update", models, "--history", read_only / "h.db", "--output", tmp_path / "site"),
    ):
        code, _, error = run(*command, preexec_fn=unprivileged)
        assert code == 2, command
        assert str(read_only) in one_line(error)
    code, out, _ = run("since", "appstream", "CreateFleet", "--history", read_only / "h.db", preexec_fn=unprivileged)
    assert code == 0
    assert "CreateFleet" in out
    code, out, error = run("index", ROOT / "models", "-o", read_only / "h.db", "--verify", preexec_fn=unprivileged)
    assert (code, error) == (0, ""), "what is up to date need not be written"
    assert {path: path.read_bytes() for path in read_only.rglob("*") if path.is_file()} == before


FULL_DISK = """
disk=$1 python=$2 models=$3 old=$4 new=$5 copies=$6
mount -t tmpfs -o size=1500k none "$disk" || exit 99
"$python" -m docgen index "$old" -o "$disk/h.db" || exit 98
"$python" -m docgen build --source "$models" --output "$disk/site" --formats markdown --last 2 || exit 98
cp -r "$disk" "$copies/before"
"$python" -m docgen build --source "$models" --output "$disk/site" && exit 97
head -c 9000000 /dev/zero > "$disk/rest"
"$python" -m docgen index "$new" -o "$disk/h.db" && exit 97
cp -r "$disk" "$copies/after"
"""


@pytest.mark.skipif(not shutil.which("unshare"), reason="mounts a small disk as only Linux lets one")
def test_a_disk_that_is_full_is_one_line_and_leaves_site_and_history(tmp_path: Path) -> None:
    disk, copies = tmp_path / "disk", tmp_path / "copies"
    disk.mkdir()
    copies.mkdir()
    old, new = write_all(tmp_path / "old", RELEASES[:3]), write_all(tmp_path / "new")
    folders = disk, sys.executable, ROOT / "models", old, new, copies
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", FULL_DISK, "sh", *folders],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 99 or "unshare: " in done.stderr:
        pytest.skip("no small disk can be mounted here")
    assert done.returncode == 0, done
    lines = [line for line in done.stderr.splitlines() if not line.startswith("head: ")]
    assert len(lines) == 2
    assert "No space left on device" in one_line(f"{lines[0]}\n")
    assert "disk is full" in one_line(f"{lines[1]}\n")
    assert site(copies / "after" / "site") == site(copies / "before" / "site")
    assert content(copies / "after" / "h.db") == content(copies / "before" / "h.db")


# --- a clock that jumps -----------------------------------------------------------------------------------------------

JUMPING = """
import datetime, random, sys, time
chance = random.Random(sys.argv[1])
time.time = lambda: chance.uniform(0, 4e9)
time.time_ns = lambda: chance.randrange(10**18)
class Day(datetime.date):
    today = classmethod(lambda cls: cls.fromordinal(chance.randrange(1, 10**6)))
class Moment(datetime.datetime):
    now = classmethod(lambda cls, zone=None: cls.fromtimestamp(chance.uniform(0, 4e9), zone))
datetime.date, datetime.datetime = Day, Moment
from docgen.cli import main
sys.exit(main(sys.argv[2:]))
"""
FORMATS = ("--formats", "html,json", "--site-url", "https://x.example/")


def test_nothing_depends_on_the_clock(tmp_path: Path) -> None:
    made = []
    for zone, moment in (("Pacific/Kiritimati", 0), ("America/Adak", 4_000_000_000)):
        folder = tmp_path / str(moment)
        source = write_all(folder / "models")
        for path in sorted(source.rglob("*")):
            os.utime(path, (moment, moment))
        for command in (
            ("index", "models", "-o", "h.db"),
            ("build", "--source", "models", "--history", "h.db", "--output", "site", *FORMATS),
        ):
            done = subprocess.run(
                [sys.executable, "-c", JUMPING, str(moment), *command, *(("--jobs", "1"))],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), "TZ": zone},
                capture_output=True,
                text=True,
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, "")
        made.append((site(folder / "site"), (folder / "h.db").read_bytes()))
        for path in sorted(folder.rglob("*")):
            os.utime(path, (4_100_000_000 - moment, 4_100_000_000 - moment))
        again = "build", "--source", source, "--history", folder / "h.db", "--output", folder / "site", *FORMATS
        code, out, _ = run(*again)
        assert code == 0
        assert "; 0 files written" in out
    assert made[0] == made[1]
