"""Output on a real terminal: colours, width, the pager, the overview of `diff`; and plain output in a pipe."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import threading
from pathlib import Path
from shutil import which

import pytest
from commands import ROOT, docgen
from terminals import on_terminal, plain
from waiting import PATIENCE, wait_until

from docgen.cli import progress
from docgen.cli.parser import COMMANDS
from docgen.cli.progress import progress_on_terminal
from docgen.cli.streams import print_message
from docgen.terminal.progress import track
from docgen.terminal.styled import Screen, screen_text, styled, styled_line
from docgen.terminal.wrapping import columns, cropped, wrapped

CHECK = ("check", "1.12.83", "1.12.82")


@pytest.mark.parametrize(
    ("options", "environment", "coloured"),
    [
        ([], {}, True),
        (["--color", "never"], {}, False),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ([], {"TERM": "dumb"}, False),
        (["--color=always"], {"NO_COLOR": "1", "TERM": "dumb"}, True),
    ],
)
def test_options_then_variables_decide_on_colours(
    options: list[str], environment: dict[str, str], coloured: bool
) -> None:
    code, text = on_terminal(*CHECK, *options, variables=environment)
    assert code == 1
    assert ("\x1b[1;31mbreaking\x1b[0m" in text) is coloured
    assert ("\x1b" in text) is coloured


@pytest.mark.parametrize(
    ("options", "environment", "coloured"),
    [
        ((), {}, False),
        (("--color", "always"), {}, True),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "0"}, False),
    ],
)
def test_a_pipe_is_plain_unless_colours_are_asked_for(
    options: tuple[str, ...], environment: dict[str, str], coloured: bool
) -> None:
    text = docgen(*options, *CHECK, **environment).stdout  # type: ignore[arg-type]
    assert ("\x1b[1;31mbreaking\x1b[0m" in text) is coloured
    assert plain(text) == docgen(*CHECK).stdout


@pytest.mark.parametrize("command", [("since", "appstream", "create_fleet", "*"), ("help", "diff"), CHECK])
@pytest.mark.parametrize("width", [80, 160])
def test_lines_fit_the_terminal_and_break_between_words(command: tuple[str, ...], width: int) -> None:
    _, text = on_terminal(*command, columns=width)
    _, wide = on_terminal(*command, columns=400)
    assert max(len(line) for line in plain(text).splitlines()) <= width
    if command[0] != "help":
        words = re.sub(r"(?<=[/.])\s+", "", plain(wide)).split()
        assert set(plain(text).split()) - {"…"} <= {
            *words,
            *(part for word in words for part in re.split("(?<=[/.])", word)),
        }


def test_diff_is_one_screen_on_a_terminal_and_the_documented_page_elsewhere() -> None:
    arguments = ("diff", "1.12.82", "1.12.83")
    code, text = on_terminal(*arguments)
    assert code == 0
    lines = plain(text).splitlines()
    assert lines[0] == "botocore 1.12.82 (2019-01-18) → 1.12.83 (2019-01-21): 3 safe in 1 service"
    assert "  safe       CreateFleet         request gained Tags" in lines
    assert len(lines) <= 24
    page = docgen(*arguments).stdout
    for more in (("--full",), ("--format", "text")):
        assert " ".join(plain(on_terminal(*arguments, *more)[1]).split()) == " ".join(page.split())
    assert json.loads(on_terminal(*arguments, "--format", "json")[1])["release"] == "1.12.83"


def test_an_overview_gives_a_risk_two_lines_and_fits_the_screen() -> None:
    arguments = ("diff", "1.12.83", "1.12.82")
    for rows, width in ((24, 80), (24, 60), (16, 40)):
        lines = plain(on_terminal(*arguments, rows=rows, columns=width)[1]).splitlines()
        assert len(lines) <= rows - 1
        assert max(map(len, lines)) <= width
        risks = [number for number, line in enumerate(lines) if line.startswith("  breaking ")]
        assert risks
        column = lines[risks[0]].index("CreateFleet", lines[risks[0]].index("CreateFleet") + 1)
        message = " ".join(line[column:].strip() for line in lines[risks[0] : risks[1]])
        assert message.replace(". ", ".") == ("CreateFleetRequest.Tags was removed" if width > 40 else "CreateFleet…")


def test_what_is_longer_than_the_screen_goes_to_the_pager(tmp_path: Path) -> None:
    pager = f"sh -c 'cat > {tmp_path}/paged; echo paged'"
    code, text = on_terminal("rules", variables={"PAGER": pager})
    assert (code, text) == (0, "paged\n")
    assert (tmp_path / "paged").read_text(encoding="utf-8").split() == docgen("rules").stdout.split()
    code, text = on_terminal("rules", "--no-pager", variables={"PAGER": pager})
    assert text.split() == docgen("rules").stdout.split()
    assert "paged" not in on_terminal("since", "appstream", "create_fleet", variables={"PAGER": pager})[1]
    assert on_terminal("rules", variables={"PAGER": "no-such-program-here"})[1].count("\n") > 100


def test_leaving_the_pager_early_changes_no_exit_code(tmp_path: Path) -> None:
    code, _ = on_terminal(*CHECK, "--severity", "docs", rows=10, variables={"PAGER": "head -n 1"})
    assert code == 1


def test_an_error_shows_the_line_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "ignores.toml").write_text(
        '[[ignore]]\nrule = "operation-removed"\nid = "*"\nreason = "x"\n\n[[ignore]]\nrule = "oepration-removed"\n'
        'id = "*"\nreason = "y"\n'
    )
    code, text = on_terminal(*CHECK, "--ignore-file", str(tmp_path / "ignores.toml"), columns=400)
    assert code == 2
    assert plain(text).splitlines()[-3:] == [
        f"  --> {tmp_path}/ignores.toml:7:9",
        '7 | rule = "oepration-removed"',
        "  |         ^^^^^^^^^^^^^^^^^",
    ]
    assert len(docgen(*CHECK, "--ignore-file", str(tmp_path / "ignores.toml")).stderr.splitlines()) == 1
    (tmp_path / "service-2.json").write_text('{\n  "metadata": {},\n  "shapes" {}\n}\n')
    code, text = on_terminal("show", "service-2", "--source", str(tmp_path / "service-2.json"), columns=160)
    assert code == 2
    assert plain(text).splitlines()[-2:] == ['3 |   "shapes" {}', "  |            ^"]


def test_a_problem_of_a_model_shows_its_line(tmp_path: Path) -> None:
    model = tmp_path / "service-2.json"
    head = '{"apiVersion": "2020-01-01", "endpointPrefix": "x", "serviceFullName": "X"}'
    operation = '{"name": "A", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "Nope"}}'
    model.write_text(f'{{\n  "metadata": {head},\n  "operations": {{"A": {operation}}},\n  "shapes": {{}}\n}}\n')
    column = len('  "operations": {"A": ') + operation.index('"shape"') + 1
    code, text = on_terminal("validate", str(model), columns=200)
    assert code == 2
    assert plain(text).splitlines()[-3:-1] == [
        f"  --> {model}:3:{column}",
        f'3 |   "operations": {{"A": {operation}}},',
    ]
    assert plain(text).splitlines()[-1].endswith(f"| {' ' * (column - 1)}^^^^^^^")
    assert len(docgen("validate", str(model)).stdout.splitlines()) == 1


def test_a_wait_for_the_keyboard_is_announced() -> None:
    keys = b'Unknown parameter in input: "Tags", must be one of: Name, ImageName\n\x04'
    code, text = on_terminal("explain", keys=keys)
    assert code == 0
    assert text.startswith("docgen: paste the error message or traceback, then press Ctrl-D\n") or "paste" in plain(
        text
    )
    assert "1.12.83" in text
    code, text = on_terminal("show", "x", "--source", "-", keys=b"{}\n" + b"\x04" * 4)
    assert code == 2
    assert "docgen: reading a model from standard input (end with Ctrl-D)" in plain(text)


MISTAKES = {
    ("sinse",): "no command 'sinse' (did you mean since?)",
    ("diff", "--formt", "json", "a", "b"): "diff: unrecognized arguments: --formt (did you mean --format?)",
    ("diff", "a", "b", "--format", "jsn"): "diff: argument --format: no such value: 'jsn' (did you mean json?)",
    ("since",): "since: SERVICE: missing (docgen help since)",
    ("--colour", "x"): "help: unrecognized arguments: --colour (did you mean --color?)",
    ("help", "chek"): "no help on 'chek' (did you mean check?)",
    ("diff", "a.whl", "b.whl"): "a.whl: no such file, and no release of ",
    ("diff", "1.12.8", "1.12.83"): "no release '1.12.8' (did you mean 1.12.83 or 1.12.82? It has 1.12.82 to 1.12.83)",
    ("since", "s4"): "no service 's4' in any release (did you mean s3?)",
}


@pytest.mark.parametrize("words", MISTAKES, ids=" ".join)
def test_a_mistake_is_one_line_with_what_was_meant(words: tuple[str, ...]) -> None:
    done = docgen(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert MISTAKES[words] in done.stderr.splitlines()[-1]


def test_docgen_alone_shows_commands_by_purpose() -> None:
    done = docgen()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == docgen("--help").stdout == docgen("help").stdout
    groups = re.findall(r"^(\w+):$", done.stdout, re.MULTILINE)
    assert groups == ["ask", "compare", "publish", "maintain"]
    for name in COMMANDS:
        assert f"\n  {name} " in done.stdout
    assert docgen("help", "since").stdout == docgen("since", "--help").stdout


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_completion_script_is_understood_by_the_shell(shell: str, tmp_path: Path) -> None:
    if which(shell) is None:
        pytest.skip(f"{shell} is not here")
    script = tmp_path / "completion"
    script.write_text(docgen("completion", shell).stdout, encoding="utf-8")
    subprocess.run([shell, "-n", str(script)], check=True)
    if shell == "bash":
        for words, completed in COMPLETIONS.items():
            ask = f'source "$0"; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _shtab_docgen'
            done = subprocess.run(
                ["bash", "-c", f'{ask}; echo "${{COMPREPLY[@]}}"', str(script)],
                capture_output=True,
                text=True,
                check=True,
                cwd=ROOT,
            )
            assert done.stdout.split() == completed, words


COMPLETIONS = {
    "docgen di": ["diff"],
    "docgen since apps": ["appstream", "appsync"],
    "docgen build --service apps": ["appstream", "appsync"],
    "docgen index mod": ["models"],
    "docgen since s3 --format j": ["json"],
}


# --- progress ---


class Terminal(io.StringIO):
    """A standard error that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_is_shown_with_its_true_total_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setattr(progress, "_DELAY", 0.01)
    with progress_on_terminal():
        for number in track(range(4), "services"):
            if number == 2:
                wait_until(lambda: "2 of 4 services" in terminal.getvalue())
        print_message("a message between")
    shown = terminal.getvalue()
    assert "2 of 4 services" in shown
    assert "a message between" in shown
    assert shown.rpartition("services")[2].count("\x1b[2K")  # the line is erased


def test_what_takes_less_than_a_second_shows_no_bar_and_imports_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    assert progress._DELAY == 1
    monkeypatch.setattr(progress, "_DELAY", PATIENCE)
    with progress_on_terminal():
        assert list(track([1, 2], "services")) == [1, 2]
    assert terminal.getvalue() == ""


def test_bars_that_appear_when_the_work_ends_are_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that shows the bars is interrupted while it creates them."""
    calls: list[str] = []
    ending = threading.Thread(target=progress.end_progress)

    class Bars:
        def add_task(self, *_: object, **options: object) -> int:
            ending.start()
            ending.join(0.2)
            return 1

        def update(self, *_: object, **options: object) -> None:
            pass

        def start(self) -> None:
            calls.append("start")

        def stop(self) -> None:
            calls.append("stop")

    monkeypatch.setattr(progress, "_DELAY", 0.01)
    monkeypatch.setattr(progress, "_new_progress", Bars)
    with progress_on_terminal():
        for _ in track([1], "services"):
            wait_until(lambda: calls)
            ending.join()
    assert calls == ["start", "stop"]


# --- text ---


def test_a_line_breaks_between_words_and_long_names_after_slashes_and_full_stops() -> None:
    narrow = Screen(30, is_terminal=True)
    long = "At: models/1.12.82/appstream/2016-12-01/service-2.json:262 and more"
    lines = [line.plain for line in wrapped(long, narrow, "  ", "      ")]
    assert max(map(len, lines)) <= 30
    assert "".join(line.strip().replace(" ", "") for line in lines) == long.replace(" ", "")
    assert any(line.endswith("/") for line in lines)
    pipe = [line.plain for line in wrapped(long, Screen(30))]
    assert "models/1.12.82/appstream/2016-12-01/service-2.json:262" in pipe


def test_wrapping_loses_nothing_but_blanks() -> None:
    text = "  - Ein Wort, 漢字 und e\u0301 mehr: " + "wort " * 30
    for width in (40, 53, 80):
        lines = [line.plain for line in wrapped(text, Screen(width, is_terminal=True))]
        assert " ".join(" ".join(lines).split()) == " ".join(text.split())
        assert all(columns(line) <= width for line in lines)
        assert all(line.startswith("    ") for line in lines[1:])
    assert columns(cropped(text, 20).plain) <= 20


def test_styles_end_where_they_begin_and_hostile_text_is_shown() -> None:
    line = styled_line([styled("a\x1b[31mb", "breaking"), "c\x9b\u202e", styled("", "dim")])
    assert screen_text([line], Screen(colour=True)) == "\x1b[1;31ma\\x1b[31mb\x1b[0mc\\x9b\\x202e\n"
    assert screen_text([line], Screen()) == "a\\x1b[31mbc\\x9b\\x202e\n"
