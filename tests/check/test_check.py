"""`docgen check` as a pull request runs it: in a separate process, on files, folders, pipes and git."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from check_files import PING, SHOWN_IGNORE, WAITERS, found, write
from commands import ROOT, docgen, refused
from jsonschema import Draft202012Validator
from report_readers import READERS
from rule_support import model, op

from docgen import cli, schema
from docgen.check.reports import FORMATS
from docgen.cli.arguments import SEVERITIES
from docgen.rules.rule import Severity

OLD = ROOT / "models/1.12.82/appstream/2016-12-01/service-2.json"
NEW = ROOT / "models/1.12.83/appstream/2016-12-01/service-2.json"
TAGS = {f"appstream#{name}Request$Tags" for name in ("CreateFleet", "CreateImageBuilder", "CreateStack")}


def check(*arguments: str, **options: Any) -> tuple[int, dict[str, Any]]:
    """Run a check that must not fail with an error; return its exit code and JSON report."""
    done = docgen("check", *arguments, "--format", "json", **options)
    assert done.stderr == ""
    content = json.loads(done.stdout)
    Draft202012Validator(schema.load_schema("check")).validate(content)
    return done.returncode, content


def test_the_words_of_the_command_line_are_those_of_the_modules() -> None:
    assert set(FORMATS) == {path.stem for path in (ROOT / "docgen/check/reports").glob("*.py")} - {
        "__init__",
        "sentences",
    }
    assert tuple(severity.label for severity in sorted(Severity, reverse=True)) == SEVERITIES


# --- exit codes -------------------------------------------------------------------------------------------------------


def test_a_release_that_only_adds_passes() -> None:
    done = docgen("check", "1.12.82", "1.12.83")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Passed: nothing breaking.\n")


def test_a_release_that_removes_something_fails() -> None:
    code, report = check("1.12.83", "1.12.82")
    assert code == 1
    assert {id for _, id in found(report)} == TAGS
    assert (report["verdict"], report["failures"], report["severity_counts"]["breaking"]) == ("failed", 3, 3)


@pytest.mark.parametrize(("level", "code"), [("breaking", 0), ("dangerous", 0), ("safe", 1), ("docs", 1), ("none", 0)])
def test_the_level_decides(level: str, code: int) -> None:
    assert check("1.12.82", "1.12.83", "--fail-on", level)[0] == code
    assert check("1.12.83", "1.12.83", "--fail-on", level)[0] == 0


def test_every_format_reports_the_same_three_changes_and_exits_alike() -> None:
    expected = None
    for format_, read in READERS.items():
        done = docgen("check", str(NEW), str(OLD), "--format", format_)
        assert (done.returncode, done.stderr) == (1, "")
        reported = read(done.stdout)
        ids = [row[1:] for row in reported.findings]
        expected = expected or ids
        assert len(ids) == 3
        assert (ids, reported.verdict) == (expected, "failed"), format_
        quiet = docgen("check", str(OLD), str(NEW), "--format", format_)
        assert (quiet.returncode, read(quiet.stdout)) == (0, ([], "passed"))


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "a source that is not there": (("1.12.82", "no/where.json"), "no/where.json: no such file or folder"),
    "an unknown release": (("1.12.81", "1.12.83"), "no release '1.12.81'"),
    "an unknown service": (
        ("1.12.82", "1.12.83", "--service", "appstreem"),
        "no service 'appstreem' in 1.12.82 or 1.12.83 (did you mean appstream?)",
    ),
    "an unknown rule": (
        ("1.12.82", "1.12.83", "--only", "operation-remove"),
        "--only: no rule 'operation-remove' (did you mean operation-removed",
    ),
    "another unknown rule": (("1.12.82", "1.12.83", "--except", "x-*"), "--except: no rule 'x-*'"),
    "an ignore file that is not there": (("1.12.82", "1.12.83", "--ignore-file", "no.toml"), "no.toml: No such file"),
    "an ignore file that is a folder": (("1.12.82", "1.12.83", "--ignore-file", "tests"), "tests: Is a directory"),
    "an ignore file that is not TOML": (("1.12.82", "1.12.83", "--ignore-file", "LICENSE"), "LICENSE:2:41: not TOML"),
    "a baseline that is not there": (("1.12.82", "1.12.83", "--baseline", "no.json"), "no.json: No such file"),
    "a baseline that is a model": (("1.12.82", "1.12.83", "--baseline", str(OLD)), "not a baseline of docgen"),
    "a baseline that cannot be written": (
        ("1.12.83", "1.12.82", "--write-baseline", "no/such/folder.json"),
        "no/such/folder.json: No such file",
    ),
    "standard input twice": (("-", "-"), "standard input cannot be both OLD and NEW"),
    "a file that is no model": ((str(OLD), "models/1.12.82/release.json"), "release.json: "),
    "an empty pipe": (("-", str(NEW)), "standard input:1:1: not JSON"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("format_", ["text", "junit"])
def test_what_cannot_run_is_one_line_exit_code_2_and_nothing_on_standard_output(case: str, format_: str) -> None:
    arguments, expected = REFUSED[case]
    assert expected in refused("check", *arguments, "--format", format_, stdin=b"")


@pytest.mark.parametrize("option", [("--fail-on", "everything"), ("--profile", "java"), ("--format", "html")])
def test_invalid_values_of_options_exit_with_2(option: tuple[str, str]) -> None:
    done = docgen("check", "1.12.82", "1.12.83", *option)
    assert (done.returncode, done.stdout) == (2, "")


def test_an_ignore_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "i.toml").write_bytes(b'reason = "\xff"')
    assert "i.toml: not UTF-8 at byte 10" in refused(
        "check", "1.12.82", "1.12.83", "--ignore-file", str(tmp_path / "i.toml")
    )
    for text, problem in (("a = " + "[" * 50_000, "nested too deeply"), ("a" + ".a" * 100_000 + " = 1", "32 parts")):
        (tmp_path / "i.toml").write_text(text)
        assert problem in refused("check", "1.12.82", "1.12.83", "--ignore-file", str(tmp_path / "i.toml"))


def test_a_bug_in_docgen_is_not_taken_for_a_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("oops")

    monkeypatch.setattr("docgen.check.run.compare_releases", fail)
    assert cli.main(["check", "1.12.82", "1.12.83"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "RuntimeError: oops" in printed.err


def test_the_verdict_holds_where_the_reader_stops_reading() -> None:
    command = f"{sys.executable} -m docgen check 1.12.83 1.12.82 --severity docs --format json"
    script = f"{command} | head -c 10; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, cwd=ROOT, text=True, check=False)
    assert (done.returncode, done.stderr, len(done.stdout)) == (1, "", 10)


# --- what is compared -------------------------------------------------------------------------------------------------


def test_files_pipes_and_releases_give_the_same(tmp_path: Path) -> None:
    releases = check("1.12.83", "1.12.82")[1]
    for arguments, stdin in (
        ((str(NEW), str(OLD)), None),
        (("-", str(OLD)), NEW.read_bytes()),
        ((str(NEW), "-"), OLD.read_bytes()),
        ((f"{ROOT}/models@1.12.83", "1.12.82"), None),
        (("1.12.83", str(OLD)), None),
        ((str(NEW), "1.12.82"), None),
    ):
        code, report = check(*arguments, stdin=stdin)
        assert code == 1
        assert [(f["id"], f["fingerprint"]) for f in report["findings"]] == [
            (f["id"], f["fingerprint"]) for f in releases["findings"]
        ]
    script = f"{sys.executable} -m docgen check <(cat {NEW}) <(cat {OLD})"
    done = subprocess.run(["bash", "-c", script], capture_output=True, cwd=ROOT, text=True, check=False)
    assert (done.returncode, done.stdout.count("request-member-removed")) == (1, 3)


def test_folders_are_compared_with_all_that_lies_beside_the_models(tmp_path: Path) -> None:
    write(tmp_path / "old/zoo/2020-01-01", PING, waiters_2=WAITERS)
    write(tmp_path / "old/ark/2020-01-01", PING)
    write(tmp_path / "new/zoo/2020-01-01", PING)
    write(tmp_path / "new/bee/2021-01-01", PING)
    write(tmp_path / "new/zoo/2021-01-01", PING)
    code, report = check("old", "new", "--severity", "docs", cwd=tmp_path, PYTHONPATH=str(ROOT))
    assert code == 1
    rules = dict(found(report))
    assert rules["waiter-removed"] == "zoo#waiter:Ready"
    assert "service-api-version-added" in rules
    assert rules.keys() & {"service-removed", "service-renamed"}
    assert report["services"] == ["ark", "bee", "zoo"]
    only = check("old", "new", "--service", "zoo", cwd=tmp_path, PYTHONPATH=str(ROOT))[1]
    assert {finding["service"] for finding in only["findings"]} == {"zoo"}


def test_a_single_file_says_nothing_about_other_services_or_sibling_files(tmp_path: Path) -> None:
    write(tmp_path / "old/zoo/2020-01-01", PING, waiters_2=WAITERS)
    write(tmp_path / "old/ark/2020-01-01", PING)
    file = write(tmp_path / "work", PING)
    code, report = check(str(tmp_path / "old"), str(file), "--fail-on", "docs")
    assert (code, report["services"]) == (0, ["zoo"])


def test_a_file_without_a_known_service_needs_its_name(tmp_path: Path) -> None:
    write(tmp_path / "old/zoological-garden/2020-01-01", PING)
    file = write(tmp_path / "work", PING)
    old = str(tmp_path / "old")
    assert "no service 'zoo', which " in refused("check", old, str(file))
    code, report = check(old, str(file), "--service", "zoological-garden")
    assert (code, report["services"]) == (0, ["zoological-garden"])


def test_a_model_beside_a_damaged_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "old/zoo/2020-01-01", PING, waiters_2=WAITERS)
    write(tmp_path / "new/zoo/2020-01-01", PING)
    (tmp_path / "new/zoo/2020-01-01/waiters-2.json").write_text("{")
    assert "waiters-2.json:1:2: not JSON" in refused("check", str(tmp_path / "old"), str(tmp_path / "new"))


def test_findings_point_at_lines_of_the_new_file(tmp_path: Path) -> None:
    old = model(Ping=op({"A": "String", "B": "String"}), Gone=op({}))
    new = model(Ping=op({"A!": "String"}))
    write(tmp_path, old).rename(tmp_path / "old.json")
    lines = write(tmp_path, new).read_text().splitlines()
    report = check("old.json", "service-2.json", cwd=tmp_path, PYTHONPATH=str(ROOT))[1]
    shown = {f["id"].partition("#")[2]: lines[f["location"]["line"] - 1].strip() for f in report["findings"]}
    assert {f["location"]["file"] for f in report["findings"]} == {"service-2.json"}
    assert shown["Gone()"] == '"operations": {'
    assert shown["PingRequest$B"] == '"members": {'
    assert shown["PingRequest$A"] in ('"A": {', '"required": [', '"A"')


def test_findings_of_files_beside_the_model_point_at_those(tmp_path: Path) -> None:
    slow = json.loads(json.dumps(WAITERS))
    slow["waiters"]["Ready"]["maxAttempts"] = 1
    write(tmp_path / "old/zoo/2020-01-01", PING, waiters_2=WAITERS)
    write(tmp_path / "new/zoo/2020-01-01", PING, waiters_2=slow)
    report = check("old", "new", cwd=tmp_path, PYTHONPATH=str(ROOT))[1]
    (finding,) = report["findings"]
    assert finding["rule"] == "waiter-timeout-decreased"
    assert finding["location"] == {"file": "new/zoo/2020-01-01/waiters-2.json", "line": 7}


def test_two_wheels_are_checked_whole(botocore_wheel: Callable[[str], Path]) -> None:
    code, report = check(str(botocore_wheel("1.12.82")), str(botocore_wheel("1.12.83")), "--suggest-bump")
    assert len(report["services"]) > 140
    assert code == (1 if report["severity_counts"]["breaking"] else 0)
    assert report["suggested_bump"] == ("major" if code else "minor")


# --- what is ignored --------------------------------------------------------------------------------------------------

IGNORE = """\
[[ignore]]
rule = "request-member-removed"
id = "appstream#*$Tags"
reason = "Tags move to a call of their own."
"""


def test_ignores_accept_changes_and_unused_ones_are_reported(tmp_path: Path) -> None:
    file = tmp_path / "i.toml"
    file.write_text(f'{IGNORE}\n[[ignore]]\nrule = "*"\nid = "appstream#Nothing"\nreason = "x"\n')
    code, report = check("1.12.83", "1.12.82", "--ignore-file", str(file))
    assert (code, found(report), len(report["ignored"])) == (0, [], 3)
    assert {each["reason"] for each in report["ignored"]} == {"Tags move to a call of their own."}
    assert [each["id"] for each in report["unused_ignores"]] == ["appstream#Nothing"]
    text = docgen("check", "1.12.83", "1.12.82", "--ignore-file", str(file)).stdout
    assert "Unused ignore: * appstream#Nothing (x)\n" in text


def test_an_ignore_expires_by_the_date_of_the_release(tmp_path: Path) -> None:
    file = tmp_path / "i.toml"
    file.write_text(f"{IGNORE}expires = 2019-01-18\n")
    assert check("1.12.83", "1.12.82", "--ignore-file", str(file))[0] == 0
    file.write_text(f"{IGNORE}expires = 2019-01-17\n")
    code, report = check("1.12.83", "1.12.82", "--ignore-file", str(file))
    assert (code, len(report["expired_ignores"])) == (1, 1)


def test_where_the_new_side_has_no_date_an_ignore_expires_by_the_clock(tmp_path: Path) -> None:
    file = tmp_path / "i.toml"
    file.write_text(f"{IGNORE}expires = 2027-01-31\n")
    for moment, code in (("1801439999", 0), ("1801440000", 1)):  # the last second of that day, and the next
        assert check(str(NEW), str(OLD), "--ignore-file", str(file), SOURCE_DATE_EPOCH=moment)[0] == code
    file.write_text(f"{IGNORE}expires = 2001-01-01\n")
    assert check(str(NEW), str(OLD), "--ignore-file", str(file), SOURCE_DATE_EPOCH="")[0] == 1


def test_a_baseline_is_written_then_lets_what_is_known_pass(tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    code, report = check("1.12.83", "1.12.82", "--write-baseline", str(file))
    assert (code, report["in_baseline"], found(report)) == (0, 3, [])
    assert [path.name for path in tmp_path.iterdir()] == ["b.json"]
    Draft202012Validator(schema.load_schema("baseline")).validate(json.loads(file.read_bytes()))
    assert check("1.12.83", "1.12.82", "--baseline", str(file))[0] == 0
    before = file.read_bytes()
    assert check("1.12.83", "1.12.82", "--baseline", str(file), "--write-baseline", str(file))[0] == 0
    assert file.read_bytes() == before
    code, report = check("1.12.83", "1.12.83", "--baseline", str(file))
    assert (code, report["stale_baseline_entries"]) == (0, 3)


def test_patterns_choose_rules_and_elements() -> None:
    assert len(check("1.12.83", "1.12.82", "--only", "request-*")[1]["findings"]) == 3
    assert check("1.12.83", "1.12.82", "--only", "operation-*")[0] == 0
    one = check("1.12.83", "1.12.82", "--only", "appstream#CreateFleet*", "--except", "documentation-*")[1]
    assert found(one) == [("request-member-removed", "appstream#CreateFleetRequest$Tags")]


@pytest.mark.parametrize(("old", "new", "bump"), [("82", "83", "minor"), ("83", "82", "major"), ("83", "83", "patch")])
def test_a_bump_is_suggested_when_asked_for(old: str, new: str, bump: str) -> None:
    done = docgen("check", f"1.12.{old}", f"1.12.{new}", "--suggest-bump")
    assert f"Suggested bump: {bump}.\n" in done.stdout
    assert "bump" not in docgen("check", f"1.12.{old}", f"1.12.{new}").stdout


# --- terminals --------------------------------------------------------------------------------------------------------


def on_a_terminal(**environment: str) -> str:
    """Return what a check prints on a terminal."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "docgen", "check", "1.12.83", "1.12.82"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "PAGER": "cat", **environment}
    environment.pop("NO_COLOR", None) if not environment.get("NO_COLOR") else None
    with subprocess.Popen(command, stdout=theirs, cwd=ROOT, env=environment) as process:
        os.close(theirs)
        read = []
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # on Linux: the other end is closed
                break
            if not part:
                break
            read.append(part)
    os.close(ours)
    assert process.returncode == 1
    return b"".join(read).decode()


def test_colour_is_for_terminals_that_want_it() -> None:
    assert "\x1b[1;31mbreaking\x1b[0m" in on_a_terminal()
    assert "\x1b" not in on_a_terminal(NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(TERM="dumb")
    assert "\x1b" not in docgen("check", "1.12.83", "1.12.82").stdout


@pytest.mark.parametrize("columns", ["45", "100"])
def test_text_fits_the_terminal(columns: str) -> None:
    lines = docgen("check", "1.12.83", "1.12.82", COLUMNS=columns).stdout.splitlines()
    longest = max(len(line) for line in lines if "#" not in line and "/" not in line)
    assert int(columns) - 20 < longest <= int(columns)


# --- the example of the documentation ---------------------------------------------------------------------------------

EXAMPLE = """\
breaking  request-member-removed  appstream#CreateFleetRequest$Tags
  CreateFleetRequest.Tags was removed
  In: CreateFleet (Tags)
  Why: boto3 is stricter than the service: it rejects unknown parameters before
       it sends anything.
  Do: Stop passing it.
  At: service-2.json:262

1 breaking, 0 dangerous, 0 safe, 0 docs; 1 service compared.
Failed: 1 change is breaking.
"""


def git(*arguments: str, cwd: Path) -> bytes:
    settings = ("-c", "user.name=A Person", "-c", "user.email=person@example.com", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *settings, *arguments], cwd=cwd, check=True, capture_output=True).stdout


def test_a_pull_request_is_gated_as_the_documentation_shows(tmp_path: Path) -> None:
    path = tmp_path / "service-2.json"
    path.write_bytes(NEW.read_bytes())
    git("init", "--quiet", "--initial-branch=main", cwd=tmp_path)
    git("add", "service-2.json", cwd=tmp_path)
    git("commit", "--quiet", "--message", "The API", cwd=tmp_path)
    git("switch", "--quiet", "--create", "tags", cwd=tmp_path)
    command = f"{sys.executable} -m docgen check --against main service-2.json"

    def run(more: str = "") -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1795000000"}
        script = f"set -o pipefail; {command} {more}"
        return subprocess.run(
            ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    assert run().returncode == 0
    content = json.loads(path.read_bytes())
    del content["shapes"]["CreateFleetRequest"]["members"]["Tags"]
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")
    done = run()
    assert (done.returncode, done.stdout, done.stderr) == (1, EXAMPLE, "")

    (tmp_path / "ignores.toml").write_text(SHOWN_IGNORE, encoding="utf-8")
    assert run("--ignore-file ignores.toml").returncode == 0
    git("commit", "--quiet", "--all", "--message", "Fleets have no tags", cwd=tmp_path)
    assert run().returncode == 1
    git("switch", "--quiet", "main", cwd=tmp_path)
    assert run().returncode == 0


def test_the_documentation_shows_what_is_tested_here() -> None:
    page = (ROOT / "docs" / "gate-a-pull-request.md").read_text(encoding="utf-8")
    assert EXAMPLE in page
    assert SHOWN_IGNORE in page
    assert "\ndocgen check --against main service-2.json\n" in page
