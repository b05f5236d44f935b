"""An untrusted history file: its names obey the grammar, its schema is docgen's, and nothing in it runs."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from history_support import put, small_model, structure
from killed_runs import one_line

from docgen.cli import main
from docgen.history import guarded_connection
from docgen.history.checksums import API_TABLES, RELEASE_TABLES, Checksums, update_checksums

COMMANDS = (
    ("index", "--verify", "-o", "{history}"),
    ("history", "svc", "--history", "{history}"),
    ("since", "svc", "Call", "Name", "--history", "{history}"),
    ("fetch", "{history}", "-o", "{folder}/models"),
    ("notes", "1.0.0..1.1.0", "--split-by", "service", "--source", "{history}", "-o", "{folder}/notes"),
    ("diff", "{history}@1.0.0", "{history}@1.1.0"),
    ("build", "--source", "{history}", "-o", "{folder}/site"),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    for number, members in enumerate(({"Name": "String"}, {"Name": "String", "Age": "String"})):
        request = structure(**members)
        put(folder / "models", f"1.{number}.0", small_model(Request=request), paginators={"pagination": {}})
        (folder / "models" / f"1.{number}.0" / "release.json").write_text(
            f'{{"release": "1.{number}.0", "package": "botocore", "date": "2030-01-0{number + 1}", '
            '"summaries": {"svc": "New age"}}'
        )
    assert main(["index", str(folder / "models"), "-o", str(folder / "h.db")]) == 0
    return folder / "h.db"


@pytest.fixture
def history(whole: Path, tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    return Path(shutil.copy(whole, tmp_path / "folder" / "evil.db"))


def forge(path: Path, *statements: str) -> None:
    """Run statements on a history, then update its checksums, as a careful attacker would."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        sums = Checksums()
        for table in (*RELEASE_TABLES, *API_TABLES):
            update_checksums(sums, table, connection.execute(f"SELECT * FROM {table}"))  # noqa: S608 - our own names
        connection.execute("DELETE FROM checksum")
        connection.executemany("INSERT INTO checksum VALUES (?, ?, ?)", [(*key, value) for key, value in sums.items()])
        connection.commit()


def refusals(path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[str]:
    """Yield the error of each command that must refuse a history without writing anything."""
    for command in COMMANDS:
        before = files_below(path.parent.parent)
        words = [word.format(history=path, folder=path.parent) for word in command]
        capsys.readouterr()
        code = main(words)
        out, err = capsys.readouterr()
        if code != 2:
            yield f"{command[0]}: {code}: {out}"
            continue
        assert out == "", command
        yield one_line(err)
        assert files_below(path.parent.parent) == before, command


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE release SET name = '../../../evil' WHERE number = 1",
        "UPDATE release SET name = '" + "9" * 10_000 + "' WHERE number = 1",
        "UPDATE release SET name = x'312e30' WHERE number = 1",
        "UPDATE release SET package = '../evil'",
        "UPDATE release SET package = x'00'",
        "UPDATE release SET date = x'323033302d30312d3031'",
        "UPDATE release SET date = 'soon'",
        "UPDATE api SET service = '../../evil'",
        "UPDATE api SET service = '/etc/evil'",
        "UPDATE api SET service = x'737663'",
        "UPDATE api SET api_version = '..'",
        "UPDATE api SET api_version = '2020-01-01.'",
    ],
)
def test_names_of_a_history_obey_the_grammar_of_all_sources(
    change: str, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forge(history, change)
    for line in refusals(history, capsys):
        assert "evil.db" in line
        assert "cannot name" in line or "not a date" in line or "wrong type" in line


@pytest.mark.parametrize(
    "change",
    ["UPDATE file SET name = '../../evil.json'", "UPDATE revision SET digest = 7", "UPDATE file SET digest = '../x'"],
)
def test_files_and_digests_of_a_history_are_checked(
    change: str, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forge(history, change)
    for command in (COMMANDS[0], COMMANDS[3]):
        assert main([word.format(history=history, folder=history.parent) for word in command]) == 2
        assert "evil.db" in one_line(capsys.readouterr().err)
    assert not list(history.parent.glob("**/evil.json"))


@pytest.mark.parametrize("kind", ["operation", "shape", "service", "other"])
def test_elements_of_another_kind_are_one_line(kind: str, history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forge(history, f"UPDATE element SET kind = '{kind}', name = name || kind")  # noqa: S608 - our own words
    for command in ("diff", "check"):
        assert main([command, f"{history}@1.0.0", f"{history}@1.1.0"]) == 2
        assert "evil.db: " in one_line(capsys.readouterr().err)


@pytest.mark.parametrize("content", ["1.5", "null", '{"input": []}'])
def test_code_is_judged_by_a_history_whose_elements_are_no_objects(
    content: str, history: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    forge(history, f"UPDATE element SET content = '{content}'")  # noqa: S608 - our own words
    (tmp_path / "code.py").write_text('import boto3\nboto3.client("svc").call(Name="a", Age="b")\n')
    assert main(["requires", str(tmp_path / "code.py"), "--history", str(history)]) == 2
    assert "evil.db: damaged" in one_line(capsys.readouterr().err)


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x, x, x FROM n"


@pytest.mark.parametrize(
    "statements",
    [
        ("DROP TABLE introduction", f"CREATE VIEW introduction AS {ENDLESS}"),
        ("DROP TABLE summary", "CREATE VIEW summary AS SELECT 1 release, 'x' service, zeroblob(900000000) text"),
        ("CREATE TRIGGER t AFTER INSERT ON release BEGIN DELETE FROM api; END",),
        ("CREATE TABLE other (x)",),
        ("CREATE INDEX other ON lifetime (abs(since))",),
        ("DROP VIEW since", f"CREATE VIEW since AS {ENDLESS}"),
        ("DROP TABLE introduction",),
        ("DROP TABLE introduction", "CREATE TABLE introduction (release INTEGER PRIMARY KEY, text TEXT NOT NULL, x)"),
    ],
)
def test_a_schema_that_is_not_ours_is_refused_before_any_query(
    statements: tuple[str, ...], history: Path, capsys: pytest.CaptureFixture[str], whole: Path
) -> None:
    with closing(sqlite3.connect(history)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    before = history.read_bytes()
    for line in refusals(history, capsys):
        assert "another schema than docgen writes" in line
    assert main(["index", str(whole.parent / "models"), "-o", str(history)]) == 2  # a writer looks first, too
    assert "another schema than docgen writes" in one_line(capsys.readouterr().err)
    assert history.read_bytes() == before


def test_a_statement_in_a_comment_or_a_string_is_no_part_of_the_comparison(history: Path) -> None:
    with closing(sqlite3.connect(history)) as connection:
        (sql,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'since'").fetchone()
        connection.execute("DROP VIEW since")
        connection.execute(sql.replace("'#' ||", "'#--' || (SELECT count(*) FROM fact) || '\n' ||"))
        connection.commit()
    assert main(["index", "--verify", "-o", str(history)]) == 2


def test_a_query_that_runs_away_ends(
    history: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded_connection, "MIN_STEPS", -(10**9))
    monkeypatch.setattr(guarded_connection, "STEPS_PER_CALL", 1)
    assert main(["index", "--verify", "-o", str(history)]) == 2
    assert "takes far longer than the size of the file allows" in one_line(capsys.readouterr().err)


def test_rows_that_share_one_large_value_are_refused(
    history: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docgen.history.columns.MIN_ANSWER_SIZE", -(10**9))
    assert main(["history", "svc", "--history", str(history)]) == 2
    assert "far larger than the file" in one_line(capsys.readouterr().err)


def test_a_valid_history_is_read(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forge(history)
    for command in COMMANDS[:-1]:
        assert main([word.format(history=history, folder=history.parent) for word in command]) == 0, command
