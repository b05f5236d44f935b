"""Writing pages: only what changed, no file of others, and complete after a kill at any moment."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from docgen.errors import OutputError
from docgen.site.publish import filesystem
from docgen.site.publish.manifest import MANIFEST_FILENAME
from docgen.site.publish.publication import PublishResult, open_publication, publish
from docgen.site.publish.staging import STAGE_FOLDER

SITE = {"index.html": b"<h1>Start</h1>", "sqs/index.html": b"<h1>sqs</h1>", "sqs/ops/send.html": b"<h1>send</h1>"}


def pages(root: Path) -> dict[str, bytes]:
    """Return every file in `root` except the manifest, by path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != MANIFEST_FILENAME
    }


def put(root: Path, site: Mapping[str, bytes]) -> PublishResult:
    return publish(root, site.items())


def problem(root: Path, site: Mapping[str, bytes]) -> str:
    """Return the one-line error of publishing `site`; check that it changed nothing on disk."""
    before = pages(root) if root.is_dir() else None
    with pytest.raises(OutputError) as caught:
        put(root, site)
    if before is not None:
        assert pages(root) == before
        assert not (root / STAGE_FOLDER).exists()
    assert "\n" not in str(caught.value)
    return str(caught.value)


# -- what changes on disk


def test_pages_are_written_and_counted(tmp_path: Path) -> None:
    root = tmp_path / "new" / "output"
    assert put(root, SITE) == PublishResult(written=3, unchanged=0, removed=0)
    assert pages(root) == SITE
    assert sorted(path.name for path in root.iterdir()) == [MANIFEST_FILENAME, "index.html", "sqs"]


def test_nothing_is_touched_where_nothing_changed(tmp_path: Path) -> None:
    put(tmp_path, SITE)
    everything = [tmp_path, *tmp_path.rglob("*")]
    for path in everything:
        os.utime(path, (1, 1))
    assert put(tmp_path, SITE) == PublishResult(written=0, unchanged=3, removed=0)
    changed = {path.name for path in everything if path.stat().st_mtime != 1}
    assert changed <= {tmp_path.name}  # its time changes with the stage


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    put(tmp_path, SITE)
    os.utime(tmp_path / "index.html", (1, 1))
    assert put(tmp_path, {**SITE, "sqs/index.html": b"new"}) == PublishResult(written=1, unchanged=2, removed=0)
    assert (tmp_path / "index.html").stat().st_mtime == 1
    assert (tmp_path / "sqs/index.html").read_bytes() == b"new"


def test_a_page_of_the_same_size_that_changed_is_written(tmp_path: Path) -> None:
    put(tmp_path, {"a.txt": b"one"})
    assert put(tmp_path, {"a.txt": b"two"}).written == 1
    assert pages(tmp_path) == {"a.txt": b"two"}


def test_stale_pages_go_with_the_folders_that_were_made_for_them(tmp_path: Path) -> None:
    put(tmp_path, SITE)
    assert put(tmp_path, {"index.html": SITE["index.html"]}) == PublishResult(written=0, unchanged=1, removed=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == [MANIFEST_FILENAME, "index.html"]


def test_a_folder_that_was_there_before_stays(tmp_path: Path) -> None:
    (tmp_path / "sqs").mkdir()
    put(tmp_path, SITE)
    put(tmp_path, {})
    assert [path.name for path in (tmp_path / "sqs").iterdir()] == []


def test_a_folder_with_something_else_in_it_stays(tmp_path: Path) -> None:
    put(tmp_path, SITE)
    (tmp_path / "sqs" / "mine.txt").write_bytes(b"mine")
    assert put(tmp_path, {}).removed == 3
    assert pages(tmp_path) == {"sqs/mine.txt": b"mine"}


def test_a_page_can_become_a_folder_and_back(tmp_path: Path) -> None:
    flat, deep = {"sqs": b"page"}, {"sqs/a/b.html": b"page"}
    for site in (flat, deep, flat, deep):
        put(tmp_path, site)
        assert pages(tmp_path) == site


def test_what_others_put_there_survives(tmp_path: Path) -> None:
    mine = {".gitignore": b"*\n", ".git/config": b"[core]", "CNAME": b"docs", "sqs/mine.txt": b"mine"}
    for name, content in mine.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    put(tmp_path, SITE)
    assert pages(tmp_path) == {**mine, **SITE}
    put(tmp_path, {})
    assert pages(tmp_path) == mine


def test_a_file_of_someone_else_in_the_way_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    put(tmp_path, {"index.html": b"old"})
    (tmp_path / "zzz.html").write_bytes(b"mine")
    line = problem(tmp_path, {"index.html": b"new", "zzz.html": b"page"})
    assert f"{tmp_path / 'zzz.html'}: docgen did not write this file" in line


def test_a_file_of_someone_else_with_the_very_bytes_is_no_problem(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(SITE["index.html"])
    assert put(tmp_path, SITE) == PublishResult(written=2, unchanged=1, removed=0)


def test_a_page_that_was_edited_is_made_again(tmp_path: Path) -> None:
    put(tmp_path, SITE)
    (tmp_path / "index.html").write_bytes(b"edited")
    assert put(tmp_path, SITE) == PublishResult(written=1, unchanged=2, removed=0)
    assert pages(tmp_path) == SITE


def test_a_page_that_was_deleted_is_made_again(tmp_path: Path) -> None:
    put(tmp_path, SITE)
    shutil.rmtree(tmp_path / "sqs")
    assert put(tmp_path, SITE) == PublishResult(written=2, unchanged=1, removed=0)


def test_an_edited_stale_page_is_kept_and_reported_and_then_belongs_to_its_editor(tmp_path: Path) -> None:
    put(tmp_path, SITE)
    (tmp_path / "sqs/index.html").write_bytes(b"edited")
    less = {"index.html": SITE["index.html"]}
    assert put(tmp_path, less) == PublishResult(written=0, unchanged=1, removed=1, kept_edited=("sqs/index.html",))
    assert pages(tmp_path) == {**less, "sqs/index.html": b"edited"}
    assert put(tmp_path, less).kept_edited == ()
    assert "did not write this file" in problem(tmp_path, SITE)


def test_pages_get_the_permissions_of_the_users_umask(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        put(tmp_path, SITE)
    finally:
        os.umask(before)
    assert (tmp_path / "index.html").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / MANIFEST_FILENAME).stat().st_mode & 0o777 == 0o644


def test_the_manifest_lists_what_was_written_in_order(tmp_path: Path) -> None:
    put(tmp_path, dict(reversed(SITE.items())))
    manifest = json.loads((tmp_path / MANIFEST_FILENAME).read_text(encoding="utf-8"))
    assert manifest == {
        "format": 2,
        "complete": True,
        "folders": ["sqs", "sqs/ops"],
        "pages": {path: [hashlib.sha256(content).hexdigest()] for path, content in SITE.items()},
        "parts": {},
    }
    assert list(manifest["pages"]) == sorted(SITE)


def test_the_output_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    put(tmp_path / "link", SITE)
    assert pages(tmp_path / "real") == SITE
    assert (tmp_path / "link").is_symlink()


def test_pages_are_taken_one_by_one_and_not_kept(tmp_path: Path) -> None:
    class Page(bytes):
        alive = 0

        def __new__(cls, content: bytes) -> Page:
            cls.alive += 1
            return super().__new__(cls, content)

        def __del__(self) -> None:
            Page.alive -= 1

    most = 0

    def site() -> Iterator[tuple[str, bytes]]:
        nonlocal most
        for number in range(200):
            yield f"p{number}.html", Page(b"%d" % number)
            most = max(most, Page.alive)

    assert publish(tmp_path, site()).written == 200
    assert most <= 2


def test_thousands_of_pages_take_seconds(tmp_path: Path) -> None:
    site = {f"s{number % 50}/p{number}.html": b"%d" % number for number in range(5000)}
    started = time.process_time()
    put(tmp_path, site)
    put(tmp_path, site)
    put(tmp_path, {})
    assert time.process_time() - started < 30


# -- parts


def build(root: Path, parts: Mapping[str, tuple[str, Mapping[str, bytes]]]) -> tuple[list[str], PublishResult]:
    """Publish parts, each with a fingerprint and pages; return the keys of those that were built, and the counts."""
    made = []
    with open_publication(root) as run:
        for key, (fingerprint, site) in parts.items():
            if run.reuse_part(key, fingerprint) is None:
                made.append(key)
                run.add_part(key, fingerprint, site.items(), {"pages": len(site)})
    return made, run.result


A, B = {"a/x.html": b"ax", "a/y.html": b"ay"}, {"b/x.html": b"bx"}


def test_a_part_made_from_the_same_is_not_made_again(tmp_path: Path) -> None:
    assert build(tmp_path, {"a": ("1", A), "b": ("1", B)}) == (["a", "b"], PublishResult(3, 0, 0))
    manifest = (tmp_path / MANIFEST_FILENAME).read_bytes()
    assert build(tmp_path, {"a": ("1", A), "b": ("1", B)}) == ([], PublishResult(0, 3, 0))
    assert (tmp_path / MANIFEST_FILENAME).read_bytes() == manifest
    assert build(tmp_path, {"a": ("2", A), "b": ("1", B)}) == (["a"], PublishResult(0, 3, 0))
    assert build(tmp_path, {"b": ("1", B)}) == ([], PublishResult(0, 1, 2))
    assert pages(tmp_path) == B
    with open_publication(tmp_path) as run:
        part = run.reuse_part("b", "1")
    assert part is not None
    assert part.metadata == {"pages": 1}
    assert run.result == PublishResult(0, 1, 0)


@pytest.mark.parametrize("harm", ["gone", "longer", "link", "folder"])
def test_a_part_with_a_missing_page_is_built_again(tmp_path: Path, harm: str) -> None:
    build(tmp_path, {"a": ("1", A), "b": ("1", B)})
    page = tmp_path / "a" / "x.html"
    page.unlink()
    if harm == "longer":
        page.write_bytes(b"edited")
    elif harm == "link":
        page.symlink_to("y.html")
    elif harm == "folder":
        shutil.rmtree(tmp_path / "a")
    assert build(tmp_path, {"a": ("1", A), "b": ("1", B)})[0] == ["a"]
    assert pages(tmp_path) == {**A, **B}


def test_a_part_behind_a_link_is_not_taken_for_ours(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    build(root, {"a": ("1", A)})
    (root / "a").rename(elsewhere)
    (root / "a").symlink_to(elsewhere)
    with pytest.raises(OutputError, match="does not write through links"):
        build(root, {"a": ("1", A)})


def test_a_page_in_two_parts_is_refused(tmp_path: Path) -> None:
    build(tmp_path, {"a": ("1", A)})
    with pytest.raises(OutputError, match="two pages have this path"):
        build(tmp_path, {"a": ("1", A), "b": ("1", A)})
    assert build(tmp_path, {"a": ("1", A)})[0] == []


def test_a_part_whose_making_fails_leaves_the_site_and_what_is_known_of_it(tmp_path: Path) -> None:
    build(tmp_path, {"a": ("1", A)})
    with pytest.raises(OutputError, match="not a valid page path"), open_publication(tmp_path) as run:
        run.add_part("a", "2", {"a/x.html": b"new", "../y": b"new"}.items(), None)
    assert build(tmp_path, {"a": ("1", A)}) == ([], PublishResult(0, 2, 0))


def test_a_part_whose_pages_were_being_moved_at_a_kill_is_made_again(tmp_path: Path) -> None:
    code = """
import os, sys
from pathlib import Path
from docgen.site.publish.publication import open_publication
replaced = 0
real = os.replace
def replace(source, target):
    global replaced
    replaced += 1
    if replaced == 3:  # after the manifest and one page
        os._exit(9)
    return real(source, target)
os.replace = replace
with open_publication(Path(sys.argv[1])) as run:
    assert run.reuse_part("b", "1")
    run.add_part("a", "2", [("a/x.html", b"AX"), ("a/y.html", b"AY")], None)
"""
    build(tmp_path, {"a": ("1", A), "b": ("1", B)})
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 9
    assert pages(tmp_path)["a/x.html"] + pages(tmp_path)["a/y.html"] == b"AXay"
    assert build(tmp_path, {"a": ("1", A), "b": ("1", B)})[0] == ["a"]
    assert pages(tmp_path) == {**A, **B}


# -- what is not allowed


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "/etc/passwd", "../x", "a/../x", "a//b", "a/", "./a", ".", "..", ".gitignore", "a/.hidden"),
        *(
            "a\\b",
            "C:x",
            "a b",
            "a\0",
            "a\n",
            "ä",
            "-x",
            "_x",
            "a.",
            "a./b",
            "%2e",
            "~",
            MANIFEST_FILENAME,
            f"{STAGE_FOLDER}/0",
        ),
    ],
)
def test_paths_that_are_not_plain_are_refused(tmp_path: Path, path: str) -> None:
    assert "not a valid page path" in problem(tmp_path / "out", {"a.html": b"", path: b""})


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ("EC2.html", "ec2.html", "differs from EC2.html only by case"),
        ("a/B/c.html", "A/b/c.html", "only by case"),
        ("a", "a/b", "a/b: in a folder that has the name of the page a"),
        ("a/b/c", "a", "a: a page with the name of the folder of a/b/c"),
        ("A", "a/b", "in a folder that has the name of the page A"),
    ],
)
def test_pages_that_would_be_one_file_somewhere_are_refused(tmp_path: Path, one: str, other: str, message: str) -> None:
    assert message in problem(tmp_path, {one: b"1", other: b"2"})


def test_one_path_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="two pages"):
        publish(tmp_path, [("a.html", b"1"), ("a.html", b"1")])


def test_a_page_whose_name_changes_only_in_case_is_written_again(tmp_path: Path) -> None:
    put(tmp_path, {"EC2.html": b"same"})
    assert put(tmp_path, {"ec2.html": b"same"}) == PublishResult(written=1, unchanged=0, removed=1)
    assert pages(tmp_path) == {"ec2.html": b"same"}


def test_a_link_to_a_folder_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    root = tmp_path / "out"
    root.mkdir()
    (root / "sqs").symlink_to(tmp_path / "outside")
    assert f"{root / 'sqs'}: a link" in problem(root, SITE)
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_page_replaced_by_a_link_is_made_again_and_the_links_target_stays(tmp_path: Path) -> None:
    root, secret = tmp_path / "out", tmp_path / "secret"
    secret.write_bytes(b"secret")
    put(root, SITE)
    (root / "index.html").unlink()
    (root / "index.html").symlink_to(secret)
    put(root, SITE)
    assert pages(root) == SITE
    assert not (root / "index.html").is_symlink()
    assert secret.read_bytes() == b"secret"


def test_a_link_of_someone_else_in_the_way_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "out"
    root.mkdir()
    (root / "index.html").symlink_to(tmp_path / "nowhere")
    assert "did not write this file" in problem(root, SITE)
    assert not (tmp_path / "nowhere").exists()


def test_stale_pages_behind_a_link_stay(tmp_path: Path) -> None:
    root = tmp_path / "out"
    put(root, SITE)
    (root / "sqs").rename(tmp_path / "moved")
    (root / "sqs").symlink_to(tmp_path / "moved")
    assert put(root, {"index.html": b"new"}).removed == 0
    assert set(pages(tmp_path / "moved")) == {"index.html", "ops/send.html"}
    assert (root / "sqs").is_symlink()


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sqs").write_bytes(b"mine")
    assert "a file where docgen needs a folder" in problem(tmp_path, SITE)


def test_a_folder_in_the_place_of_a_page_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.html").mkdir()
    (tmp_path / "index.html" / "mine").write_bytes(b"mine")
    assert "a folder where docgen needs to write a page" in problem(tmp_path, SITE)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_in_the_place_of_a_page_does_not_make_docgen_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "index.html")
    assert "did not write this file" in problem(tmp_path, SITE)


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", "null", "[" * 100_000, '{"format": 2}', '{"format": 2, "pages": [], "folders": []}'),
        '{"format": 2, "complete": true, "folders": [], "pages": {"../../victim": ["DIGEST"]}}',
        '{"format": 2, "complete": true, "folders": ["../x"], "pages": {}}',
        '{"format": 2, "complete": true, "folders": [1], "pages": {}}',
        '{"format": 2, "complete": true, "folders": [], "pages": {"a": ["x"]}}',
        '{"format": 2, "complete": true, "folders": [], "pages": {"a": [1]}}',
    ],
)
def test_a_manifest_that_is_damaged_or_hostile_is_refused(tmp_path: Path, content: str) -> None:
    root, victim = tmp_path / "a" / "out", tmp_path / "victim"
    root.mkdir(parents=True)
    victim.write_bytes(b"victim")
    digest = hashlib.sha256(b"victim").hexdigest()
    (root / MANIFEST_FILENAME).write_text(content.replace("DIGEST", digest), encoding="utf-8")
    assert "damaged" in problem(root, SITE)
    assert victim.read_bytes() == b"victim"
    (root / MANIFEST_FILENAME).unlink()  # its paths are not a site of docgen, which is checked after each test


def test_a_manifest_of_a_newer_docgen_is_refused(tmp_path: Path) -> None:
    (tmp_path / MANIFEST_FILENAME).write_text('{"format": 3}', encoding="utf-8")
    assert "format 3 is not known" in problem(tmp_path, SITE)


# -- failures


def test_an_error_of_the_pages_leaves_the_site_as_it_was(tmp_path: Path) -> None:
    put(tmp_path, SITE)

    def site() -> Iterator[tuple[str, bytes]]:
        yield "index.html", b"new"
        raise FileNotFoundError("a template")

    with pytest.raises(FileNotFoundError, match="a template"):
        publish(tmp_path, site())
    assert pages(tmp_path) == SITE
    assert not (tmp_path / STAGE_FOLDER).exists()


def test_a_full_disk_is_one_line_and_leaves_the_site_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, SITE)
    real, calls = filesystem.create_file, iter(range(100))

    def full(path: Path, content: bytes, *, sync: bool = False) -> None:
        if next(calls) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, content, sync=sync)

    monkeypatch.setattr(filesystem, "create_file", full)
    assert "No space left on device" in problem(tmp_path, dict.fromkeys(SITE, b"new"))


def test_an_output_folder_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert str(tmp_path / "file") in problem(tmp_path / "file", SITE)
    assert str(tmp_path / "file") in problem(tmp_path / "file" / "out", SITE)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user who is refused something")
def test_a_folder_that_may_not_be_written_is_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert "Permission denied" in problem(tmp_path, SITE)
    finally:
        tmp_path.chmod(0o700)


def test_two_runs_at_once_are_refused_and_the_lock_goes_with_the_process(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from docgen.site.publish.publication import publish\n"
        "def site():\n    yield 'a.html', b'a'\n    print('inside', flush=True)\n    time.sleep(60)\n"
        "publish(Path(sys.argv[1]), site())"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "inside\n"
        with pytest.raises(OutputError, match="another docgen is writing here"):
            put(tmp_path, SITE)
        other.kill()
    assert put(tmp_path, SITE).written == 3
    assert pages(tmp_path) == SITE


# -- killed at any moment

ONE = {"index.html": b"one", "both.html": b"same", "a/x.html": b"one", "a/old/y.html": b"one", "swap": b"page"}
TWO = {"index.html": b"two", "both.html": b"same", "a/x.html": b"two", "b/c/z.html": b"two", "swap/in.html": b"two"}
THREE = {"index.html": b"three", "b/c/z.html": b"three", "a/old": b"page", "swap/in.html": b"two"}
MINE = {".gitignore": b"*\n", "a/mine.txt": b"mine"}

DIE_AT = """
import os, sys
from pathlib import Path
from docgen.site.publish import publication as publishing

left = int(sys.argv[2])

def dying(real):
    def call(*arguments, **options):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return real(*arguments, **options)
    return call

for name in ("open", "write", "unlink", "rmdir", "mkdir", "replace", "fsync"):
    setattr(os, name, dying(getattr(os, name)))
publishing.publish(Path(sys.argv[1]), eval(sys.argv[3]).items())
"""


def prepared(root: Path) -> Path:
    for name, content in MINE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    put(root, ONE)
    return root


def assert_whole(root: Path, site: Mapping[str, bytes]) -> None:
    put(root, site)
    assert pages(root) == {**MINE, **site}
    assert not (root / STAGE_FOLDER).exists()
    assert put(root, site) == PublishResult(written=0, unchanged=len(site), removed=0)
    folders = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_dir()}
    assert folders == {str(folder) for page in {**MINE, **site} for folder in Path(page).parents if folder.name}


def test_after_a_kill_at_any_step_the_next_run_completes_the_work(tmp_path: Path) -> None:
    for step in range(200):
        root = prepared(tmp_path / str(step))
        command = [sys.executable, "-c", DIE_AT, str(root), str(step), repr(TWO)]
        killed = subprocess.run(command, check=False).returncode
        assert killed in (0, 9)
        assert_whole(root, TWO)
        if not killed:
            break
    assert 20 < step < 199  # otherwise the steps were not counted


def test_after_a_kill_another_site_can_be_published_just_as_well(tmp_path: Path) -> None:
    for step in range(0, 200, 3):
        root = prepared(tmp_path / str(step))
        command = [sys.executable, "-c", DIE_AT, str(root)]
        killed = subprocess.run([*command, str(step), repr(TWO)], check=False).returncode
        subprocess.run([*command, str(step // 2), repr(ONE)], check=False)
        assert_whole(root, THREE)
        if not killed:
            break


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL here")
def test_a_run_killed_from_outside_at_a_random_moment_is_mended(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from docgen.site.publish.publication import publish\n"
        "number = 0\n"
        "while True:\n"
        "    names = [f'd{p % 7}/p{p}-{number % 3 if p % 2 else 0}.html' for p in range(200)]\n"
        "    publish(Path(sys.argv[1]), [(name, b'%d' % number * 99) for name in names])\n"
        "    number += 1\n"
        "    print(number, flush=True)\n"
    )
    root = prepared(tmp_path)
    chance = random.Random(1)  # noqa: S311 -- no secret, and the same moments in every run
    for _ in range(12):
        with subprocess.Popen([sys.executable, "-c", code, str(root)], stdout=subprocess.PIPE, text=True) as run:
            assert run.stdout is not None
            assert run.stdout.readline()
            time.sleep(chance.random() / 10)
            run.send_signal(signal.SIGKILL)
        if chance.random() < 0.5:
            assert_whole(root, chance.choice([ONE, TWO, THREE]))
    assert_whole(root, TWO)


def test_what_a_killed_run_left_is_swept_out_but_nothing_else(tmp_path: Path) -> None:
    (tmp_path / STAGE_FOLDER).mkdir()
    (tmp_path / STAGE_FOLDER / "12").write_bytes(b"half a pa")
    (tmp_path / STAGE_FOLDER / "mine.txt").write_bytes(b"mine")
    with pytest.raises(OutputError, match="not empty"):
        put(tmp_path, SITE)
    assert pages(tmp_path) == {f"{STAGE_FOLDER}/mine.txt": b"mine"}
    (tmp_path / STAGE_FOLDER / "mine.txt").unlink()
    put(tmp_path, SITE)
    assert pages(tmp_path) == SITE


def test_a_stage_that_is_a_link_is_not_swept(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "0").write_bytes(b"mine")
    root = tmp_path / "out"
    root.mkdir()
    (root / STAGE_FOLDER).symlink_to(tmp_path / "outside")
    with pytest.raises(OutputError):
        put(root, SITE)
    assert pages(tmp_path / "outside") == {"0": b"mine"}
