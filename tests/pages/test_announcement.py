"""Release notes to publish: their content, headings, length and wording."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from cases.rules import CASES
from history_support import put, small_model, structure
from markdown_it import MarkdownIt
from markdown_it.token import Token

from docgen.cli import main
from docgen.cli import notes as cli
from docgen.compare.releases import period_name
from docgen.history.index import update_history
from docgen.locate import open_source
from docgen.pages.notes.changelog_lines import FIXED, HEADINGS, changelog_heading
from docgen.rules.classify import RULES
from docgen.terminal.styled import Screen

ROOT = Path(__file__).parent.parent.parent
GOLDEN = Path(__file__).parent.parent / "golden" / "notes"
HOSTILE = "</summary></details>\n# Owned [x](https://evil.example) <script>alert(1)</script> {{ 7 * 7 }} @all \u202e"
INTRODUCTION = (
    "Read *this* first.\n\n## Why\n\n<b>Not bold</b> ![pixel](https://evil.example/p.png) [home](https://x.example)\n"
)


def write_release_json(folder: Path, release: str, date: str, **summaries: str) -> None:
    metadata = {"package": "botocore", "release": release, "date": date, "summaries": summaries}
    (folder / release / "release.json").write_text(json.dumps(metadata), encoding="utf-8")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Index five releases of two services, over two months and two minor releases; some have words of the publisher."""
    folder = tmp_path_factory.mktemp("notes") / "models"
    first = small_model(
        Request=structure(Name="String", Size="String"),
        Response=structure(Kind="Kind", Old="String"),
        Kind={"type": "string", "enum": ["a"]},
    )
    first["metadata"]["serviceFullName"] = "First Service"
    other = small_model()
    gains, breaks, words, more = (copy.deepcopy(first) for _ in range(4))
    gains["shapes"]["Request"]["members"] |= {"Tags": {"shape": "String"}, "Color": {"shape": "String"}}
    breaks["shapes"]["Request"]["members"] = dict(gains["shapes"]["Request"]["members"])
    del breaks["shapes"]["Response"]["members"]["Old"]
    breaks["shapes"]["Kind"]["enum"] = ["a", "b"]
    words = copy.deepcopy(breaks)
    words["operations"]["Call"]["documentation"] = "<p>Calls.</p>"
    more = copy.deepcopy(words)
    more["operations"]["Call"]["deprecated"] = True
    more["operations"] |= {"Ask": {"name": "Ask"}, "Tell": {"name": "Tell"}}
    for release, date, model in (
        ("1.0.8", "2024-01-30", first),
        ("1.0.9", "2024-01-31", gains),
        ("1.1.0", "2024-02-01", breaks),
        ("1.1.1", "2024-02-02", words),
        ("1.1.2", "2024-03-04", more),
    ):
        put(folder, release, model, "first")
        if release != "1.0.8":
            put(folder, release, other, "second")
        write_release_json(folder, release, date, first=f"What {release} says.")
    (folder / "1.1.0" / "notes.md").write_text(INTRODUCTION, encoding="utf-8")
    return folder


@pytest.fixture
def run(history: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str, source: Path = history) -> str:
        capsys.readouterr()
        assert main(["notes", *arguments, "--source", str(source)]) == 0
        return capsys.readouterr().out

    return run


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert main(["notes", *arguments]) == 2
    out, error = capsys.readouterr()
    assert not out
    assert error.count("\n") == 1
    return error


def tokens(text: str) -> list[Token]:
    found = MarkdownIt("commonmark").parse(text)
    return [inner for token in found for inner in (token, *(token.children or ()))]


def headings(text: str) -> list[str]:
    found = MarkdownIt("commonmark").parse(text)
    return [found[at + 1].content for at, token in enumerate(found) if token.type == "heading_open"]


# --- content ---


@pytest.mark.parametrize("preset", cli.PRESETS)
def test_the_notes_of_the_example_are_as_reviewed(
    preset: str, update_golden: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["notes", "1.12.83", "--preset", preset]) == 0
    compare(f"example-{preset}.md", capsys.readouterr().out, update_golden)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("whole-github", ("..",)),
        ("months-github", ("..", "--group-by", "month")),
        ("releases-keep-a-changelog", ("..", "--preset", "keep-a-changelog", "--site-url", "https://x.example/api")),
        ("minor-keep-a-changelog", ("..", "--preset", "keep-a-changelog", "--group-by", "minor")),
    ],
)
def test_the_notes_of_a_made_history_are_as_reviewed(
    name: str, arguments: tuple[str, ...], run: Any, update_golden: bool
) -> None:
    text = run(*arguments)
    compare(f"{name}.md", text, update_golden)
    assert text == run(*arguments)


def compare(name: str, actual: str, update_golden: bool) -> None:
    golden = GOLDEN / name
    if update_golden:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(actual, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == actual


@pytest.mark.parametrize("preset", cli.PRESETS)
@pytest.mark.parametrize("by", ["release", "day", "week", "month", "minor", "service"])
def test_a_history_file_gives_the_same_notes_as_the_folder_that_it_is_of(
    preset: str, by: str, history: Path, run: Any, tmp_path: Path
) -> None:
    update_history(open_source(str(history)), tmp_path / "h.db")
    arguments = "1.1.0..1.1.2", "--preset", preset, "--group-by", by
    assert run(*arguments) == run(*arguments, source=tmp_path / "h.db")


def test_without_a_range_it_is_the_newest_release_and_one_release_is_compared_with_the_one_before(run: Any) -> None:
    assert run() == run("1.1.2") == run("1.1.1..1.1.2") == run("--last", "1")
    assert "compared with 1.0.9" in run("1.1.0")


def test_what_breaks_stands_first_and_once_with_what_to_do(run: Any) -> None:
    text = run("1.1.0")
    assert headings(text)[:3] == ["Why", "Breaking changes", "First Service"]
    assert text.count("Response.Old") == 1
    assert "Stop reading it." in text
    assert "1 breaking, see above." in text


def test_another_profile_has_other_severities(run: Any) -> None:
    ours, deployed = (run("1.1.0", "--profile", profile) for profile in ("api", "wire"))
    assert RULES["response-member-removed"].profiles["wire"] == "D"
    assert "1 breaking, 1 safe" in ours
    assert "1 dangerous, 1 safe" in deployed
    assert "Breaking changes" not in deployed


def test_documentation_alone_is_one_line_that_folds(run: Any) -> None:
    text = run("1.1.1")
    assert "only documentation." in text
    assert "<summary>Documentation only: 1 description of 1 service</summary>" in text
    assert "Documentation only: 1 description of 1 service." in run("1.1.1", "--preset", "keep-a-changelog")


HEADED = {
    "operation-added": "Added",
    "request-member-added": "Added",
    "response-enum-value-added": "Added",
    "waiter-added": "Added",
    "service-added": "Added",
    "request-member-became-required": "Changed",
    "request-max-removed": "Changed",
    "request-pattern-added": "Changed",
    "member-renamed": "Changed",
    "operation-renamed": "Changed",
    "service-renamed": "Changed",
    "member-undeprecated": "Changed",
    "member-deprecated": "Deprecated",
    "operation-deprecated": "Deprecated",
    "service-deprecated": "Deprecated",
    "operation-removed": "Removed",
    "response-member-removed": "Removed",
    "exception-removed": "Removed",
    "service-removed": "Removed",
    "sensitive-changed": "Security",
    "operation-auth-scheme-changed": "Security",
    "service-signature-version-changed": "Security",
}


@pytest.mark.parametrize("rule", HEADED)
def test_a_change_stands_below_the_heading_that_its_rule_means(rule: str) -> None:
    changes = [change for change in CASES[rule].changes() if change.rule.id == rule]
    assert {changelog_heading(change) for change in changes} == {HEADED[rule]}


def test_no_rule_says_that_something_was_fixed() -> None:
    headings = {changelog_heading(change) for case in CASES.values() for change in case.changes()}
    assert headings == set(HEADINGS) - {FIXED}


def test_notes_without_changes_say_so(run: Any) -> None:
    text = run("1.1.2", "--severity", "breaking")
    assert "compared with 1.1.1: no changes.\n" in text
    assert text.endswith("Omitted: 3 changes below breaking.\n")


def test_only_watched_and_chosen_services_are_listed(run: Any, tmp_path: Path) -> None:
    assert "First Service" not in run("..", "--service", "second")
    (tmp_path / "mine.txt").write_text("first Call request Tags\n")
    text = run("..", "--watchlist", str(tmp_path / "mine.txt"))
    assert "Tags" in text
    assert "Ask" not in text
    assert "Omitted:" in text


# --- roll-ups ---


@pytest.mark.parametrize(
    ("release", "name"),
    [("1.12.83", "1.12.x"), ("v2.3.4", "v2.3.x"), ("1.12", "1.12"), ("models", "models"), ("1.2.3rc1", "1.2.x")],
)
def test_a_minor_release_has_all_that_differ_in_the_last_number(release: str, name: str) -> None:
    assert period_name(release, "", "sqs", "minor") == name


def test_diff_rolls_up_by_minor_release_too(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "..", "--group-by", "minor", "--source", str(history), "--format", "json"]) == 0
    assert [each["title"] for each in json.loads(capsys.readouterr().out)["periods"]] == ["1.1.x", "1.0.x"]


def test_releases_without_a_package_have_headings_in_markdown_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "1.0.0", small_model())
    put(tmp_path, "1.0.1", small_model(Request=structure(Name="String")))
    assert main(["diff", "..", "--group-by", "minor", "--source", str(tmp_path), "--format", "markdown"]) == 0
    assert capsys.readouterr().out.startswith("# 1.0.0 to 1.0.1 by minor\n")
    assert main(["notes", "--source", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("**1.0.1**, compared with 1.0.0: 1 safe in 1 service.\n")


def test_each_release_and_each_service_can_have_its_file(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "notes"
    assert run("..", "--split-by", "release", "--output", str(folder)) == ""
    assert sorted(path.name for path in folder.iterdir()) == ["1.0.9.md", "1.1.0.md", "1.1.1.md", "1.1.2.md"]
    assert (folder / "1.1.0.md").read_text(encoding="utf-8") == run("1.1.0")
    run("..", "--split-by", "service", "-o", str(tmp_path / "services"))
    assert sorted(path.name for path in (tmp_path / "services").iterdir()) == ["first.md", "second.md"]
    run("1.1.0", "-o", str(tmp_path / "one.md"))
    assert (tmp_path / "one.md").read_text(encoding="utf-8") == run("1.1.0")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--split-by", "release"), "--split-by release: needs a folder"),
        (("1.12.84",), "no release '1.12.84' (did you mean 1.12.83 or 1.12.82?)"),
        (("1.12.82",), "1.12.82: the first release of this source"),
        (("1.12.83", "--last", "2"), "--last cannot be combined with a release or a range"),
        (("--service", "appstrem"), "no service 'appstrem' in 1.12.82 or 1.12.83 (did you mean appstream?)"),
        (("--introduction", "missing.md"), "missing.md: No such file"),
        (("-o", "missing/notes.md"), "missing/notes.md: No such file"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in refused(capsys, *arguments)


# --- length ---


def test_notes_that_are_too_long_are_shortened_step_by_step_and_say_so(
    history: Path, run: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = run("..")
    for gone, missing in (("Call gained Tags", "7 changes"),):
        assert gone in text
        monkeypatch.setattr(cli, "GITHUB_MAX_CHARACTERS", len(text) - 1)
        assert main(["notes", "..", "--source", str(history)]) == 0
        text, error = capsys.readouterr()
        assert len(text) <= cli.GITHUB_MAX_CHARACTERS
        assert gone not in text
        assert f"{missing} not listed: the notes would be too long." in text
        assert "Response.Old" in text, "what breaks stays longest"
        assert error.startswith(f"docgen: 1.1.2: {missing} not listed")
    monkeypatch.setattr(cli, "GITHUB_MAX_CHARACTERS", 100)
    assert "even when shortened" in refused(capsys, "..", "--source", str(history))


def test_a_change_that_breaks_another_operation_for_another_reason_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for release, ship in (("1.0.0", structure(name="String", length="String")), ("1.0.1", structure(name="String"))):
        model = small_model(Request=structure(ship="Ship"), Ship=ship, Ships=structure(flag="Ship"))
        model["operations"]["ListShips"] = {"name": "ListShips", "output": {"shape": "Ships"}}
        put(tmp_path, release, model)
    assert main(["notes", "1.0.1", "--source", str(tmp_path)]) == 0
    line = "Ship.length was removed (`ship.length`); operation Call; breaking for ListShips. Stop passing it.\n"
    assert line in capsys.readouterr().out
    monkeypatch.setattr("docgen.cli.diff.output_screen", lambda: Screen(80, is_terminal=True))
    assert main(["diff", "1.0.0", "1.0.1", "--source", str(tmp_path), "--no-pager"]) == 0
    rows = [line.split(maxsplit=2) for line in capsys.readouterr().out.splitlines() if line.startswith("  breaking")]
    assert rows == [
        ["breaking", "Call", "Ship.length was removed"],
        ["breaking", "ListShips", "Ship.length was removed"],
    ]


def test_lines_name_the_operations_of_shapes_that_gained_something(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shared = {"Box": structure(flag="String"), "Crate": structure(flag="String"), "Lid": structure(flag="String")}
    for release, grown in (("1.0.0", {}), ("1.0.1", {"Size": "String", "Weight": "String"})):
        shapes = {name: {**shape, "members": dict(shape["members"])} for name, shape in shared.items()}
        for name in shapes if grown else ():
            shapes[name] = structure(flag="String", **grown)
        model = small_model(Request=structure(Box="Box", Crate="Crate"), Result=structure(Lid="Lid"), **shapes)
        model["operations"]["Pack"] = {"name": "Pack", "input": {"shape": "Request"}, "output": {"shape": "Result"}}
        put(tmp_path, release, model)
    assert main(["notes", "1.0.1", "--source", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert "\n- Box, Crate, Pack response.Lid gained Size, Weight; 2 operations: Call, Pack.\n" in text


def test_many_changes_fold_and_very_many_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"S{number}" for number in range(3_500)]
    members = structure(**{f"M{name}": name for name in names})
    before = {name: structure() for name in names}
    gained = {name: structure(**{f"New{name}": "String"}) for name in names}
    for release, shapes in (("1.0.0", before), ("1.0.1", before | dict(list(gained.items())[:20])), ("1.0.2", gained)):
        put(tmp_path, release, small_model(Request=members, Response=members, **shapes))
    assert main(["notes", "1.0.1", "--source", str(tmp_path)]) == 0
    text, error = capsys.readouterr()
    assert "<summary>20 safe changes</summary>" in text
    assert not error
    assert main(["notes", "1.0.2", "--source", str(tmp_path)]) == 0
    text, error = capsys.readouterr()
    assert len(text) < cli.GITHUB_MAX_CHARACTERS
    assert "3,480 more changes, not listed." in text
    assert error.startswith("docgen: 1.0.2: 3,480 changes not listed")
    assert main(["notes", "1.0.2", "--source", str(tmp_path), "--preset", "keep-a-changelog"]) == 0
    assert capsys.readouterr().out.count("S3499.NewS3499 was added") == 1


# --- wording ---


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Index two releases whose names and texts all try to be headings, links or scripts."""
    folder = tmp_path_factory.mktemp("hostile") / "models"
    first = small_model(Request=structure(Name="String"), Kind={"type": "string", "enum": ["a"]})
    second = copy.deepcopy(first)
    second["metadata"]["serviceFullName"] = HOSTILE
    second["shapes"]["Request"]["members"] = {HOSTILE: {"shape": "String"}, "# x\n\n# y": {"shape": "Kind"}}
    second["shapes"]["Request"]["required"] = [HOSTILE]
    second["operations"][HOSTILE] = {"name": HOSTILE}
    second["operations"]["- [y](javascript:alert(1))"] = {"name": "y"}
    put(folder, "1.0.0", first)
    put(folder, "1.0.1", second)
    write_release_json(folder, "1.0.0", "2024-01-01")
    write_release_json(folder, "1.0.1", "2024-01-02", svc=f"Adds ``{HOSTILE}`` and {HOSTILE}.\n\n# More")
    return folder


@pytest.mark.parametrize("preset", cli.PRESETS)
@pytest.mark.parametrize("by", ["release", "service"])
def test_nothing_in_a_model_becomes_a_heading_a_link_or_html(preset: str, by: str, hostile: Path, run: Any) -> None:
    text = run("--preset", preset, "--group-by", by, source=hostile)
    found = tokens(text)
    assert not [token for token in found if token.type in ("link_open", "image", "html_inline", "fence", "code_block")]
    blocks = {token.content.strip() for token in found if token.type == "html_block"}
    ours = r"<details>\n<summary>[A-Za-z0-9: ]+</summary>|</details>"
    assert all(re.fullmatch(ours, block) for block in blocks), blocks
    assert {token.tag for token in found if token.type == "heading_open"} <= {"h1", "h2", "h3"}
    assert not any("Owned" in heading and "1.0.1" in heading for heading in headings(text))
    assert (
        len(headings(text))
        == {"github": {"release": 3, "service": 3}, "keep-a-changelog": {"release": 4, "service": 4}}[preset][by]
    )
    assert not any("@all" in token.content for token in found if token.type == "text"), "nobody is notified"
    assert "Owned" in text


def test_what_to_do_about_a_rule_is_markdown_of_words_and_code() -> None:
    for rule in RULES.values():
        kinds = {token.type for token in tokens(rule.fix)}
        assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "code_inline"}, rule.id


# --- the user's own words and templates ---


def test_the_example_of_the_documentation_changes_one_block(tmp_path: Path, run: Any) -> None:
    page = (ROOT / "docs" / "write-a-template.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```jinja2\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "markdown").mkdir()
    (tmp_path / "markdown/announcement-github.md.j2").write_text(example, encoding="utf-8")
    ours, theirs = run("1.1.0"), run("1.1.0", "--templates", str(tmp_path))
    assert theirs.startswith("## What changed for our team in 1.1.0\n\n")
    assert theirs.endswith(ours.partition("\n\n")[2])


def test_an_introduction_stands_in_the_notes_as_it_is(run: Any, tmp_path: Path) -> None:
    assert INTRODUCTION.rstrip() in run("1.1.0")
    by_release = run("..", "--group-by", "release")
    assert by_release.index("## 1.1.0") < by_release.index("Read *this* first.") < by_release.index("## 1.0.9")
    assert INTRODUCTION.rstrip() not in run("1.1.1")
    (tmp_path / "mine.md").write_bytes(b"\xef\xbb\xbfMine,\r\nof two lines.\r\n\r\n")
    assert "\n\nMine,\nof two lines.\n\n" in run("1.1.1", "--introduction", str(tmp_path / "mine.md"))


def test_an_introduction_that_is_no_text_or_too_long_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.md"
    file.write_bytes(b"abc\xff")
    assert refused(capsys, "--introduction", str(file)) == f"docgen: {file}: not UTF-8 at byte 3\n"
    file.write_bytes(b"a" * ((64 << 10) + 1))
    assert refused(capsys, "--introduction", str(file)).startswith(f"docgen: {file}: longer than 64 KiB")


def test_a_site_has_the_introduction_on_the_page_of_its_release_and_in_its_feed(history: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    assert main(["build", "--source", str(history), "--output", str(output), "--jobs", "1"]) == 0
    folder = output / "releases" / "1.1.0"
    html = (folder / "index.html").read_text(encoding="utf-8")
    assert "<p>Read <em>this</em> first.</p>\n<p><strong>Why</strong></p>" in html
    assert "&lt;b&gt;Not bold&lt;/b&gt; pixel" in html
    assert "evil.example" not in html
    assert '<a href="https://x.example">home</a>' in html
    assert INTRODUCTION.rstrip() in (folder / "index.md").read_text(encoding="utf-8")
    data = json.loads((folder / "index.json").read_bytes())
    assert data["introduction"] == INTRODUCTION.rstrip()
    other = json.loads((output / "releases/1.1.1/index.json").read_bytes())
    assert other["introduction"] is None
    entries = ElementTree.parse(output / "feed.atom").getroot().iter("{http://www.w3.org/2005/Atom}entry")  # noqa: S314
    matching = [entry for entry in entries if "Read <em>this</em>" in "".join(entry.itertext())]
    assert [entry.findtext("{http://www.w3.org/2005/Atom}title") for entry in matching] == ["botocore 1.1.0"]
    assert "Read <em>this" not in (output / "breaking/feed.atom").read_text(encoding="utf-8")


def test_a_release_that_is_fetched_keeps_the_introduction_that_was_written_by_hand(
    history: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["fetch", f"{history}@1.1.0", "--output", str(tmp_path / "aws")]
    assert main(command) == 0
    copied = tmp_path / "aws/1.1.0/notes.md"
    assert copied.read_text(encoding="utf-8") == INTRODUCTION
    copied.write_text("Mine.", encoding="utf-8")
    assert main(command) == 0
    assert "up to date" in capsys.readouterr().out
    assert copied.read_text(encoding="utf-8") == "Mine."


def test_operations_with_the_same_new_error_share_a_line_and_patterns_are_code(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    model = small_model(
        Request=structure(Name="Name"), Name={"type": "string", "pattern": "^[a-z]*$"}, Wrong=structure()
    )
    model["shapes"]["Wrong"]["exception"] = True
    call = model["operations"]["Call"]
    names = [f"Do{number}" for number in range(3)]
    model["operations"] |= {name: {**call, "name": name} for name in names}
    put(folder, "1.0.0", model)
    write_release_json(folder, "1.0.0", "2026-01-01")
    model["shapes"]["Name"]["pattern"] = "^[a-z]*|[0-9]*$"
    for name in names:
        model["operations"][name] = {**model["operations"][name], "errors": [{"shape": "Wrong"}]}
    put(folder, "1.1.0", model)
    write_release_json(folder, "1.1.0", "2026-01-02")
    target = tmp_path / "notes.md"
    run = ["notes", "1.1.0", "--source", str(folder), "--preset", "keep-a-changelog", "-o", str(target)]
    assert main(run) == 0
    text = target.read_text(encoding="utf-8")
    assert "3 operations can now raise Wrong: Do0, Do1, Do2." in text
    assert text.count("can now raise") == 1
    assert "`^[a-z]*$`" in text
    assert "`^[a-z]*|[0-9]*$`" in text
