"""The page that compares versions, in a browser: its lines and marks are those of `docgen diff --operation`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from browser import Browser, serve_folder, start_browser
from zoo_models import build_zoo

from docgen.compare.model_reader import ModelReader
from docgen.locate import open_source
from docgen.pages.operation.side_by_side import operation_comparison

pytestmark = pytest.mark.slow

RELEASES = ("1.1", "1.2", "1.3")
OPERATIONS = ("Feed", "List", "Wash", "types")

# The marks and texts of the lines on each side of the page.
LINES = """
const text = cell => {
  const copy = cell.cloneNode(true);
  copy.querySelectorAll(".sign, .words").forEach(each => each.remove());
  return copy.textContent;
};
return [...document.querySelectorAll(".sides")].map(box => [...box.querySelectorAll(".pair:not(.head)")].map(pair =>
  [...pair.children].map(cell => [cell.className, text(cell)])));
"""


# The values of enums with a line break between two letters.
BROKEN_WORDS = """
const range = document.createRange(), broken = [];
const texts = document.createTreeWalker(document.querySelector(".sides"), NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const text = texts.currentNode, tops = [];
  if (!text.data.startsWith("'") || !text.parentElement.checkVisibility()) continue;
  for (let n = 0; n < text.length; n++) {
    range.setStart(text, n);
    range.setEnd(text, n + 1);
    tops.push(range.getBoundingClientRect().top);
  }
  const isWord = n => /^\\w\\w$/.test(text.data.slice(n - 1, n + 1));
  if (tops.some((top, n) => n && top !== tops[n - 1] && isWord(n))) broken.push(text.data);
}
return broken;
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a folder with a site that has a history."""
    made = tmp_path_factory.mktemp("compare")
    build_zoo(made, ["html"])
    return made


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start one browser for all tests."""
    with start_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(window: Browser) -> Iterator[Browser]:
    """Return the browser in its initial state; fail if the console has messages at the end."""
    window.reset()
    yield window
    assert window.console() == []


def address(folder: Path, **query: str) -> str:
    page = (folder / "site" / "services" / "zoo" / "compare" / "index.html").as_uri()
    return f"{page}?{urlencode(query)}"


def shown(browser: Browser, folder: Path, operation: str, old: str, new: str) -> Any:
    browser.open(address(folder, operation=operation, **{"from": old, "to": new}))
    browser.wait_for("return document.querySelector('[role=status]')?.textContent", f"{old} and {new} compared")
    return browser.script(LINES)


def expected(folder: Path, operation: str, old: str, new: str) -> list[list[list[list[str]]]]:
    """Return the lines of the terminal in the form of the page."""
    releases = {release.name: release for release in open_source(str(folder / "models")).releases()}
    before, after = (releases[name].latest_model("zoo") for name in (old, new))
    assert after is not None
    delta = ModelReader().compare(before, after)
    assert delta is not None
    view = operation_comparison(delta, operation, old=old, new=new, dates=("", ""))
    names = {"=": ("", ""), "-": ("del", "none"), "+": ("none", "ins"), "~": ("del", "ins")}
    return [
        [[[names[line.mark][0], line.old], [names[line.mark][1], line.new]] for line in side.lines]
        for side in view.syntax_diffs
    ]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(("old", "new"), list(combinations(RELEASES, 2)))
def test_lines_and_marks_are_those_of_the_terminal(
    browser: Browser, folder: Path, operation: str, old: str, new: str
) -> None:
    if operation == "Wash" and (old, new) == ("1.1", "1.3"):
        pytest.skip("nothing to compare: both have the same")
    assert shown(browser, folder, operation, old, new) == expected(folder, operation, old, new)


def test_a_line_breaks_between_the_values_of_an_enum(browser: Browser, folder: Path) -> None:
    """None is broken in the middle of a word, on a phone too."""
    browser.resize(360)
    shown(browser, folder, "Feed", "1.1", "1.2")
    assert browser.script(BROKEN_WORDS) == []
    assert browser.script("return document.querySelectorAll('.sides wbr').length") > 10


def test_the_left_pane_marks_the_page_as_current(browser: Browser, folder: Path) -> None:
    with serve_folder(folder / "site") as server:
        browser.open(f"{server}/services/zoo/compare/index.html")
        pane = "document.querySelector('iframe').contentDocument"
        browser.wait_for(f"return {pane}.querySelector('[aria-current]')?.textContent", "Compare versions")
        browser.open("about:blank")


def test_a_service_lists_the_operations_that_changed(browser: Browser, folder: Path) -> None:
    browser.open(address(folder, **{"from": "1.1", "to": "1.2"}))
    browser.wait_for("return document.querySelector('[role=status]')?.textContent", "1.1 and 1.2 compared")
    listed = browser.script("return [...document.querySelectorAll('.ops li')].map(each => each.textContent)")
    assert listed == ["Feed", "List", "Wash removed"]
    broken = browser.script("return [...document.querySelectorAll('.causes li')].map(each => each.textContent)")
    assert "breaking Wash (wash) was removed 1.2" in broken
    assert browser.script("return document.querySelector('.plain').checkVisibility()") is False


def test_versions_can_be_chosen_with_the_keyboard_and_the_address_keeps_them(browser: Browser, folder: Path) -> None:
    browser.open(address(folder, operation="Wash"))
    browser.wait_for("return document.querySelector('[role=status]')?.textContent", "1.2 and 1.3 compared")
    browser.script("document.querySelector('[name=from]').select(); document.querySelector('[name=from]').focus()")
    browser.type("1.1.99")  # between two releases: uses the older one
    browser.press("Tab")
    browser.wait_for("return document.querySelector('[role=status]')?.textContent", "1.1.99 and 1.3 compared")
    assert browser.script("return location.search") == "?operation=Wash&from=1.1.99&to=1.3"
    browser.script("document.querySelector('[name=to]').select(); document.querySelector('[name=to]').focus()")
    browser.type("banana")
    browser.press("Tab")
    assert browser.script("return document.querySelector('[name=to]').matches(':invalid')") is True


def test_without_scripts_the_page_lists_the_notes(browser: Browser, folder: Path) -> None:
    browser.allow_scripts(False)
    browser.open(address(folder))
    browser.allow_scripts(True)
    assert browser.script("return document.querySelector('[data-compare]').checkVisibility()") is False
    assert browser.script("return document.querySelectorAll('.plain a').length") == 2


def test_the_page_works_from_a_server(browser: Browser, folder: Path) -> None:
    with serve_folder(folder / "site") as server:
        browser.open(f"{server}/services/zoo/compare/index.html?operation=Feed&from=1.1&to=1.3")
        browser.wait_for("return document.querySelector('[role=status]')?.textContent", "1.1 and 1.3 compared")
        assert browser.console() == []
        browser.open("about:blank")
