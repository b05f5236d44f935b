"""Hostile models: too many, too deep, too long, and names that are special in every format that they reach.

`forms` reads each output with a parser of its own. Small hostile strings are the subject of `test_markup` and
`test_reports`; here they pass through all commands, and the models are as large as possible.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from commands import docgen, refused
from conftest import FULL
from fuzz import forms, value_or_line
from fuzz.edits import KEYS
from fuzz.run import MAX_BYTES, guarded, limits
from fuzz.target_changes import OF_REPORTS
from hostile_models import HOSTILE
from rule_support import Case, model, op, struct

from docgen.check.reports import render_report as report
from docgen.check.verdict import CheckedService, CheckPolicy, evaluate
from docgen.cli import main
from docgen.diff.compare import find_deltas
from docgen.errors import DocgenError, ModelError, SourceError
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.reader import HistoryReader
from docgen.locate import open_source
from docgen.model.incremental import read_revision
from docgen.model.parse import parse
from docgen.pages.notes.service_notes import NotesContext, service_notes
from docgen.pages.operation.reference import operation_reference
from docgen.pages.registry import page_of
from docgen.pages.search.entries import search_entries
from docgen.render.formats import FORMATS
from docgen.render.templates import render_page
from docgen.rules.classify import classify
from docgen.rules.rule import Severity
from docgen.site.build import build_site
from docgen.sources.names import check_release_name
from docgen.sources.pypi.pip import parse_versions
from docgen.sources.pypi.releases import parse_package_spec

Raw = Mapping[str, Any]


# --- names and documentation: through every command and format --------------------------------------------------------


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write two releases of a service in which everything that may have any name has a hostile one."""
    home = tmp_path_factory.mktemp("bombs") / "models"
    words = " ".join(HOSTILE) + "<p>" + "</p><ul><li>".join(HOSTILE)
    members = {name: {"shape": "String", "documentation": name} for name in HOSTILE}
    members["All"] = {"shape": "String", "documentation": words}
    full = model(
        {"E": {"type": "string", "enum": list(HOSTILE)}, "Err": struct(exception=True, documentation=words)},
        {"serviceFullName": HOSTILE[10], "serviceId": HOSTILE[12]},
        Ping=op({"E": "E", **members}, members, ["Err"], documentation=words),
        Pong=op({"E": "E"}, {}, documentation=words, deprecated=True, deprecatedMessage=words),
    )
    none = model({"E": {"type": "string", "enum": ["x"]}}, Ping=op({"E": "E"}, {}), Gone=op({"E": "E"}, {}))
    for name in HOSTILE:
        full["shapes"][f"{name} of no one"] = struct()
        full["shapes"]["PingRequest"]["members"][f"{name}!"] = {"shape": f"{name} of no one", name: name}
    summaries = {"zoo": " ".join(HOSTILE)}
    for release, content, notes in (("1.0.0", none, {}), ("1.0.1", full, summaries), ("1.0.2", none, summaries)):
        folder = home / release / "zoo" / "2020-01-01"
        folder.mkdir(parents=True)
        (folder / "service-2.json").write_text(json.dumps(content))
        about = {"release": release, "package": "zoo", "summaries": notes}
        (home / release / "release.json").write_text(json.dumps(about))
    return home


def run_command(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """Return the output of a command that runs in this process."""
    assert main(arguments) == code
    found = capsys.readouterr()
    assert found.err == ""
    return found.out


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("ends", [("1.0.0", "1.0.1"), ("1.0.1", "1.0.2")])
def test_notes_of_hostile_names_are_well_formed(
    releases: Path, format_: str, ends: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    for more in ((), ("--documentation",), ("--severity", "dangerous"), ("--group-by", "month")):
        forms.READERS[format_](
            run_command(capsys, "diff", *ends, "--source", str(releases), "--format", format_, *more)
        )


@pytest.mark.parametrize("format_", FORMATS)
def test_the_reference_of_hostile_names_is_well_formed(
    releases: Path, format_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = f"{releases}@1.0.1"
    forms.READERS[format_](run_command(capsys, "show", "zoo", "Ping", "--source", source, "--format", format_))


@pytest.mark.parametrize("format_", OF_REPORTS)
def test_reports_of_hostile_names_are_well_formed(
    releases: Path, format_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = "check", "1.0.1", "1.0.2", "--source", str(releases), "--severity", "docs", "--format", format_
    OF_REPORTS[format_](run_command(capsys, *command, code=1))


def test_a_site_of_hostile_names_is_well_formed_to_its_last_file(releases: Path, tmp_path: Path) -> None:
    """Pages, Markdown twins, feeds, search files, the sitemap: every file is parsed according to its suffix."""
    source, site = open_source(str(releases)), tmp_path / "site"
    update_history(source, tmp_path / "h.db")
    build_site(source, site, url="https://docs.example/api/", history=History(tmp_path / "h.db"))
    readers: dict[str, Callable[[str], Any]] = {
        ".html": lambda text: forms.read_html(re.sub(r"<script\b[^<]*></script>", "", text)),
        ".json": forms.read_json,
        ".md": forms.read_markdown,
        ".txt": forms.read_text,
        ".atom": forms.read_xml,
        ".xml": forms.read_xml,
    }
    read = set()
    for path in sorted(site.rglob("*")):
        if path.suffix in readers:
            try:
                readers[path.suffix](path.read_text(encoding="utf-8"))
            except (AssertionError, ElementTree.ParseError) as error:
                raise AssertionError(f"{path.relative_to(site)}: {error!r}") from error
            read.add(path.suffix)
    assert read == set(readers)


@pytest.mark.parametrize("name", ["../../x", "a/b", "", "\0", "two\nlines", "\u202e", "x" * 300])
def test_an_operation_whose_name_is_no_name_of_a_file_makes_no_file(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "models" / "1.0" / "zoo" / "2020-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(model(**{name: op({"A": "String"})})))
    refusal = None
    with value_or_line():
        try:
            build_site(open_source(str(tmp_path / "models")), tmp_path / "out", ["json"])
        except DocgenError as error:
            refusal = error
            raise
    assert (refusal is None) == bool(list((tmp_path / "out").rglob("index.json")))
    assert {path.name for path in tmp_path.iterdir()} <= {"models", "out"}


# --- values of the wrong type -----------------------------------------------------------------------------------------

ODD = (True, 10**30, "", [1, None], {"a": [["b"]], "code": 5, "httpStatusCode": []})
PLACES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "service": lambda raw: raw["metadata"],
    "operation": lambda raw: raw["operations"]["Ping"],
    "route": lambda raw: raw["operations"]["Ping"]["http"],
    "input": lambda raw: raw["operations"]["Ping"]["input"],
    "structure": lambda raw: raw["shapes"]["PingRequest"],
    "string": lambda raw: raw["shapes"]["S"],
    "member": lambda raw: raw["shapes"]["PingRequest"]["members"]["A"],
    "item": lambda raw: raw["shapes"]["L"]["member"],
}


@pytest.mark.parametrize("place", PLACES)
def test_a_trait_of_another_type_is_a_change_like_any_other(place: str) -> None:
    """Found by fuzzing: lists in place of texts, numbers in place of lists."""
    comparable = 0
    for key in dict.fromkeys((*KEYS, "auth", "protocols", "payload", "pattern", "timestampFormat", "xmlNamespace")):
        for value in ODD:
            old, new = _odd_base(), _odd_base()
            PLACES[place](new)[key] = value
            comparable += _is_comparable(Case((), new, old) if comparable % 2 else Case((), old, new))
    assert comparable > 100


def _odd_base() -> dict[str, Any]:
    shapes = {"S": {"type": "string", "pattern": "x"}, "L": {"type": "list", "member": {"shape": "S"}}}
    return model(shapes, Ping=op({"A": {"shape": "S", "location": "uri", "locationName": "A"}, "L": "L"}, {"L": "L"}))


def _is_comparable(case: Case) -> bool:
    """Return whether the two models can be compared and shown; otherwise one of them is refused."""
    delta = None
    with value_or_line():
        delta = find_deltas(parse(json.dumps(case.old).encode()), parse(json.dumps(case.new).encode()), "zoo")
        for change in classify(delta):
            assert change.message
        for operation in delta.new.operations.values():
            operation_reference(delta.new, operation, "zoo")
    return delta is not None


# --- too many, too deep, too long -------------------------------------------------------------------------------------


def _chain(size: int, inner: Callable[[str], Any]) -> Raw:
    shapes = {f"C{number}": inner(f"C{number + 1}") for number in range(size)}
    return model({**shapes, f"C{size}": {"type": "string"}}, Ping={"A": "C0"})


def _layers(size: int) -> Raw:
    """Return a model with 20 ** size paths."""
    inner = {f"L{i}": struct({f"M{j}": f"L{i + 1}" for j in range(20)}) for i in range(size)}
    return model({**inner, f"L{size}": struct()}, Ping={"A": "L0"})


SHARE = 1 if FULL else 100
"""The part of a bomb that is enough to see that its cost is proportional."""
MANY, LONG = 100_000 // SHARE, 10_000_000 // SHARE
SECONDS = 180 if FULL else 10
"""CPU seconds for one bomb in every format, on any machine. A quadratic step would take an hour."""

BOMBS: dict[str, Callable[[], Raw]] = {
    "lists in each other": lambda: _chain(MANY // 5, lambda to: {"type": "list", "member": {"shape": to}}),
    "structures in each other": lambda: _chain(MANY // 5, lambda to: struct({"A": to})),
    "a shape in itself": lambda: model({"R": struct({"A": "R", "B": "R"})}, Ping={"A": "R"}),
    "20 to the 60th paths": lambda: _layers(60),
    "100,000 members": lambda: model(Ping={f"M{number}": "String" for number in range(MANY)}),
    "100,000 required names that no member has": lambda: model(
        {"R": {"type": "structure", "required": [f"r{number}" for number in range(MANY)], "members": {}}},
        Ping={"A": "R"},
    ),
    "a million values": lambda: model(
        {"E": {"type": "string", "enum": [f"v{number}" for number in range(10 * MANY)]}}, Ping={"A": "E"}
    ),
    "entries of a list that is a trait": lambda: model(Ping=op({}, auth=[f"a{number}" for number in range(MANY)])),
    "20,000 operations": lambda: model(**{f"Op{number}": op({"A": "String"}) for number in range(MANY // 5)}),
    "10,000 errors": lambda: model(
        {f"E{number}": struct(exception=True) for number in range(MANY // 10)},
        Ping=op({}, {}, [f"E{number}" for number in range(MANY // 10)]),
    ),
    "a name of 10 MB": lambda: model(Ping={"N" * LONG: "String"}),
    "an operation of 10 MB": lambda: model(**{"P" * LONG: op({"A": "String"})}),
    "a shape's name of 10 MB": lambda: model({"S" * LONG: {"type": "string"}}, Ping={"A": "S" * LONG}),
    "a value of 10 MB": lambda: model({"E": {"type": "string", "enum": ["v" * LONG]}}, Ping={"A": "E"}),
    "a pattern of 10 MB": lambda: model({"D": {"type": "string", "pattern": "(" * LONG}}, Ping={"A": "D"}),
    "documentation of 10 MB": lambda: model(
        {"D": {"type": "string", "documentation": "<p>x" * 2_500_000}}, Ping={"A": "D"}
    ),
}


@pytest.mark.parametrize("name", [name for name in BOMBS if FULL or "paths" not in name])
def test_a_bomb_ends_in_pages_or_in_one_line(name: str) -> None:
    data = json.dumps(BOMBS[name]()).encode()
    with limits(SECONDS, MAX_BYTES * (4 if FULL else 1)):
        guarded(_run_every_step, data, SECONDS)


def _run_every_step(data: bytes) -> None:
    """Run each step of a command. If one refuses, its error is one line, and the others continue."""
    with value_or_line():
        empty, full = parse(json.dumps(model(Ping=op({}, auth=["b"] * MANY))).encode()), parse(data)
        for old, new in ((empty, full), (full, empty)):
            delta = find_deltas(old, new, "zoo")
            found = evaluate(
                [CheckedService("zoo", "1", classify(delta))], CheckPolicy(min_severity=Severity.DOCS), "1", "2"
            )
            for format_ in OF_REPORTS:
                report(found, format_)
            with value_or_line():
                page = page_of(service_notes(delta, NotesContext("2", "1")), "x")
                for format_ in FORMATS:
                    render_page(page, format_, standalone=True)
        for operation in list(full.operations.values())[:1]:
            with value_or_line():
                page = page_of(operation_reference(full, operation, "zoo"), "x")
                for format_ in FORMATS:
                    render_page(page, format_, standalone=True)
        search_entries(full, "zoo")


def test_a_bomb_is_one_line_of_a_command(tmp_path: Path) -> None:
    old, path = tmp_path / "old.json", tmp_path / "service-2.json"
    old.write_text(json.dumps(model(Ping={"B": "String"})))
    path.write_text(json.dumps(BOMBS["documentation of 10 MB"]()))
    assert len(refused("diff", str(old), str(path))) < 400
    for name in ("20 to the 60th paths", "lists in each other"):
        path.write_text(json.dumps(BOMBS[name]()))
        done = docgen("diff", str(old), str(path))
        assert (done.returncode, done.stderr) == (0, ""), "an operation that is too large is shortened"
        assert "more members than fit on a page" in done.stdout


# --- what else fuzzing found ------------------------------------------------------------------------------------------


def test_digits_without_an_end_are_no_number() -> None:
    digits = "9" * 4400
    with pytest.raises(SourceError, match="cannot name a release"):
        check_release_name(f"1.{digits}", "here")
    with pytest.raises(SourceError, match="characters are too many for a source"):
        parse_package_spec(f"pypi:zoo=={digits}")
    assert list(map(str, parse_versions(json.dumps({"versions": ["1.0", digits]})))) == ["1.0"]


@pytest.mark.parametrize("spec", ["git:" + "a@" * 30_000, "pypi:a" + ">=1," * 30_000])
def test_a_source_whose_name_has_no_end_is_refused_at_once(spec: str) -> None:
    def open_spec(data: bytes) -> None:
        open_source(data.decode()).releases()

    with limits(), pytest.raises(SourceError, match="characters are too many for a source"):
        guarded(open_spec, spec.encode())


def test_an_error_keeps_its_place_and_its_way_out_whatever_is_between() -> None:
    line = str(SourceError(f"here: {'x' * LONG} (say there)"))
    assert line.startswith("here: x")
    assert line.endswith("x (say there)")
    assert len(line) < 2100


def test_a_number_that_no_json_can_hold_is_refused() -> None:
    for number in (b"1e400", b"-1e999"):
        data = b'{"metadata": {"x": %s}, "operations": {}, "shapes": {}}' % number
        for read in (parse, read_revision):
            with pytest.raises(ModelError, match="is too large"):
                read(data, "here")


def test_a_history_whose_parts_do_not_fit_together_says_so(tmp_path: Path) -> None:
    """SQLite accepts it: the name of a shape was changed in one of two tables."""
    source, path = Path(__file__).parent.parent.parent / "models", tmp_path / "history.db"
    update_history(open_source(str(source)), path, workers=1)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE element SET content = replace(content, 'shape', 'sharp') WHERE kind = 'operation'")
    with (
        HistoryReader(path) as reader,
        pytest.raises(SourceError, match="table element of appstream 2016-12-01 does not match"),
    ):
        reader.check_integrity()
    assert "history.db: damaged: its content is inconsistent" in refused(
        "since", "appstream", "CreateFleet", "Tags", "--history", str(path)
    )
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM revision")
    assert "LookupError: no release has appstream" in refused("since", "appstream", "--history", str(path))
    content = path.read_bytes()
    path.write_bytes(content.replace(b"CREATE TABLE release", b"CREATE TABLE rel\xffase", 1))
    assert "history.db: damaged" in refused("since", "appstream", "--history", str(path))


def test_names_that_are_too_long_to_read_are_refused() -> None:
    for raw in (
        model(**{"P" * 1001: op({})}),
        model({"S" * 1001: struct()}, P=op({})),
        model(P={"M" * 1001: "String"}),
    ):
        with pytest.raises(ModelError, match="a name longer than 1,000 characters"):
            parse(json.dumps(raw).encode())
    parse(json.dumps(model(**{"P" * 980: op({"M" * 1000: "String"})})).encode())
