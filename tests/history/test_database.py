"""The history file in other hands: queried with any SQLite tool, damaged, on a full disk, interrupted with Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from commands import docgen
from waiting import PATIENCE, wait_until

from docgen.resources import data_folder

DOCUMENT = (Path(__file__).parent.parent.parent / "docgen/history/HISTORY.md").read_text(encoding="utf-8")
SQL = "".join(re.findall(r"^```sql\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL))
QUERIES = [query.strip() for query in SQL.split(";") if query.strip()]
SERVICES = 40


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the example models. Their first release has a member and a sibling file that the second one removes."""
    folder = tmp_path_factory.mktemp("releases") / "models"
    shutil.copytree(str(data_folder("models")), folder)
    path = folder / "1.12.82" / "appstream" / "2016-12-01" / "service-2.json"
    model = json.loads(path.read_bytes())
    model["shapes"]["CreateFleetRequest"]["members"]["Early"] = {"shape": "String"}
    path.write_text(json.dumps(model))
    path.with_name("paginators-1.json").write_text('{"pagination": {}}')
    return folder


@pytest.fixture(scope="module")
def whole(releases: Path) -> Path:
    """Index these releases."""
    path = releases.parent / "h.db"
    assert docgen("index", str(releases), "-o", str(path)).returncode == 0
    return path


@pytest.fixture
def history(whole: Path, tmp_path: Path) -> Path:
    """Copy the history, to damage it."""
    return Path(shutil.copy(whole, tmp_path / "h.db"))


def refusal(path: Path, *arguments: str) -> str:
    """Return the one line with which a command refuses a file."""
    done = docgen(*arguments, cwd=path.parent, PYTHONPATH=str(Path(__file__).parent.parent.parent))
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def content(path: Path) -> Iterator[str]:
    """Yield everything in a history, and its views."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        yield from connection.iterdump()


# --- in any SQLite tool ---


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: " ".join(query.split())[:60])
def test_every_query_that_the_document_shows_finds_something(query: str, whole: Path) -> None:
    with closing(sqlite3.connect(f"file:{whole}?mode=ro", uri=True)) as connection:
        assert connection.execute(query).fetchall(), query


def test_every_table_and_view_is_in_the_document(whole: Path) -> None:
    with closing(sqlite3.connect(whole)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type <> 'index'")]
    assert len(names) == 14
    assert [name for name in names if f"`{name}`" not in DOCUMENT] == []


# --- damaged ---


def overwrite(path: Path, start: int, length: int = 64) -> None:
    with path.open("r+b") as stream:
        stream.seek(start)
        stream.write(b"\x5a" * length)


@pytest.mark.parametrize("command", [("index", "--verify"), ("since", "appstream"), ("index", "{releases}")])
def test_a_truncated_file_is_reported_with_the_command_that_rebuilds_it(
    command: tuple[str, ...], history: Path, releases: Path
) -> None:
    os.truncate(history, history.stat().st_size // 2)
    line = refusal(history, *(each.format(releases=releases) for each in command), "--history", "h.db")
    assert line.startswith("docgen: h.db: damaged: database disk image is malformed")
    assert "`docgen index SOURCE -o h.db --rebuild`" in line
    done = docgen("index", str(releases), "--history", str(history), "--rebuild")
    assert (done.returncode, done.stderr) == (0, "")
    assert "CreateFleet" in "".join(content(history))


def test_a_page_that_was_overwritten_is_found_by_check_before_anything_is_added(history: Path, releases: Path) -> None:
    with closing(sqlite3.connect(history)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'lifetime'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    overwrite(history, (page - 1) * size)
    before = history.read_bytes()
    for source in ((), (str(releases),)):
        assert "damaged: " in refusal(history, "index", *source, "--verify", "--history", "h.db")
    assert history.read_bytes() == before


def test_a_value_that_was_overwritten_is_no_traceback(history: Path) -> None:
    data = history.read_bytes()
    at = data.index(b'"CreateFleetRequest"')
    overwrite(history, at, 2)
    line = refusal(history, "since", "appstream", "CreateFleet", "Name", "--history", "h.db")
    assert "damaged" in line
    assert "--rebuild" in line


def test_a_letter_of_a_model_that_changed_by_itself_is_found(history: Path, tmp_path: Path) -> None:
    data = history.read_bytes()
    assert data.count(b'"CreateFleetRequest"') >= 1
    history.write_bytes(data.replace(b'"CreateFleetRequest"', b'"CreateFleetRequesu"', 1))
    with closing(sqlite3.connect(history)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "SQLite sees nothing wrong"
    found = "damaged: table element of appstream 2016-12-01 does not match its checksum"
    for command in (("index", "--verify"), ("build", "--output", "site"), ("history", "appstream")):
        line = refusal(history, *command, "--source" if command[0] == "build" else "--history", "h.db")
        assert line == f"docgen: h.db: {found} (rebuild it: `docgen index SOURCE -o h.db --rebuild`)\n"
    assert not (tmp_path / "site").exists() or not list((tmp_path / "site").iterdir())


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("release", "UPDATE release SET date = '2018-12-31' WHERE number = 2"),
        ("summary", "UPDATE summary SET text = upper(text)"),
        ("api of appstrean 2016-12-01", "UPDATE api SET service = 'appstrean'"),
        ("revision", "UPDATE revision SET digest = replace(digest, 'a', 'b')"),
        ("element", "DELETE FROM element WHERE name = 'Fleet'"),
        ("documentation", "UPDATE documentation SET since = 3 WHERE since = 2"),
        ("file", "UPDATE file SET name = 'x.json'"),
        ("lifetime", "UPDATE lifetime SET until = 2 WHERE until IS NULL AND id = 'CreateFleet()'"),
        ("lifetime", "UPDATE lifetime SET since = 2 WHERE id = 'CreateFleet()'"),
        ("fact", "UPDATE fact SET trait = 'requires' WHERE position = 0"),
        ("fact", "DELETE FROM checksum WHERE part = 'fact'"),
    ],
)
def test_whatever_changes_by_itself_is_found_by_check(part: str, change: str, history: Path) -> None:
    with closing(sqlite3.connect(history)) as connection:
        rows = connection.execute(change)
        assert rows.rowcount, "nothing changed"
        connection.commit()
    line = refusal(history, "index", "--verify", "--history", "h.db")
    assert f"damaged: table {part}" in line
    assert "does not match its checksum" in line


def test_damage_stays_visible_when_the_file_grows(history: Path, releases: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(history)) as connection:
        connection.execute("UPDATE fact SET carrier = 'elsewhere' WHERE position = 0")
        connection.commit()
    shutil.copytree(releases, tmp_path / "models")
    shutil.copytree(releases / "1.12.82", tmp_path / "models" / "1.12.84")
    path = tmp_path / "models" / "1.12.84" / "release.json"
    path.write_text(path.read_text().replace("1.12.82", "1.12.84"))
    done = docgen("index", str(tmp_path / "models"), "--history", str(history))
    assert (done.returncode, done.stderr) == (0, "")
    assert "table fact of appstream" in refusal(history, "index", "--verify", "--history", "h.db")


def test_a_file_of_an_older_schema_must_be_rebuilt(history: Path, releases: Path) -> None:
    with closing(sqlite3.connect(history)) as connection:
        connection.execute("PRAGMA user_version = 2")
    expected = (
        "docgen: h.db: written by another version of docgen "
        "(schema 2, not 4; rebuild it: `docgen index SOURCE -o h.db --rebuild`)\n"
    )
    for command in (("index", "--verify"), ("since", "appstream"), ("index", str(releases))):
        assert refusal(history, *command, "--history", "h.db") == expected
    assert docgen("index", str(releases), "--history", str(history), "--rebuild").returncode == 0
    assert docgen("since", "appstream", "--history", str(history)).returncode == 0


def test_check_says_that_a_file_is_whole_and_goes_on_to_index(history: Path, releases: Path) -> None:
    done = docgen("index", str(releases), "--verify", "--history", str(history))
    assert (done.returncode, done.stdout) == (0, f"{history}: no damage found\n{history}: up to date\n")


def test_something_else_of_that_name_is_never_replaced(tmp_path: Path, releases: Path) -> None:
    path = tmp_path / "h.db"
    path.write_text("my notes, which are longer than the header of a database, and which I want to keep" * 3)
    before = path.read_bytes()
    for option in ((), ("--rebuild",), ("--verify",)):
        line = refusal(path, "index", str(releases), *option, "--history", "h.db")
        assert "h.db: not a history of docgen" in line
        assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["h.db"]


# --- no room ---


def put_services(folder: Path, release: str, services: int) -> None:
    """Write a release with `services` services that differ only in name."""
    model = (data_folder("models") / "1.12.83" / "appstream" / "2016-12-01" / "service-2.json").read_bytes()
    for number in range(services):
        path = folder / release / f"service{number}" / "2016-12-01" / "service-2.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(model)


def test_a_full_disk_is_reported_and_leaves_the_previous_state(tmp_path: Path) -> None:
    put_services(tmp_path / "m", "1.0.0", 1)
    path = tmp_path / "h.db"
    assert docgen("index", str(tmp_path / "m"), "-o", str(path)).returncode == 0
    before = list(content(path))
    put_services(tmp_path / "m", "1.1.0", SERVICES)
    limit = path.stat().st_size * 2

    def limit_file_size() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "docgen", "index", "m", "-o", "h.db", "--jobs", "1"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, preexec_fn=limit_file_size
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("docgen: h.db: ")
    assert done.stderr.count("\n") == 1
    assert list(content(path)) == before
    assert docgen("index", str(tmp_path / "m"), "-o", str(path)).returncode == 0
    assert f"service{SERVICES - 1}" in "".join(content(path))


# --- Ctrl-C ---


def test_ctrl_c_ends_quietly_with_all_processes_and_keeps_whole_releases(tmp_path: Path) -> None:
    put_services(tmp_path / "m", "1.0.0", SERVICES)
    command = [sys.executable, "-m", "docgen", "index", "m", "-o", "h.db", "--jobs", "2"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    wait_until(lambda: len(group(process.pid)) >= 3 or process.poll() is not None)
    os.killpg(process.pid, signal.SIGINT)  # like a terminal, which signals all of them
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (130, b"", b"")
    wait_until(lambda: not group(process.pid))  # Python's own helper process ends when it notices
    path = tmp_path / "h.db"
    if path.exists():
        assert "service0" not in "".join(content(path))
    assert docgen("index", str(tmp_path / "m"), "-o", str(path)).returncode == 0


def group(leader: int) -> list[int]:
    """Return the processes of a group that have not ended."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if folder.name.isdecimal() and int(fields[2]) == leader and fields[0] != "Z":
            found.append(int(folder.name))
    return found
