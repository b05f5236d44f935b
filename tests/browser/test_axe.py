"""axe-core finds no violation of WCAG 2.2 A and AA on any page with all folds open, light and dark.

axe runs in an isolated world inside the page, so the page and its policy stay unchanged. Dark pages differ only in
colours, so only colours are checked there. Results that axe cannot decide are ignored: most are about contrast, which
test_site_in_browser.py measures.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

import pytest
from browser import Browser, serve_folder, skip_missing, start_browser
from browser_site import OPEN_ALL, PAGES

pytestmark = pytest.mark.slow

PACKAGE = "axe-playwright-python"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
TARGETS = ("target-size",)
COLOURS = ("color-contrast", "link-in-text-block")
FOUND = """
axe.run(document, {runOnly: %s, resultTypes: ["violations"]}).then(({violations, passes}) => JSON.stringify({
  passes: passes.length,
  violations: violations.flatMap(({id, nodes}) => nodes.map(({html, failureSummary}) =>
    `${id}: ${html.slice(0, 120)}: ${failureSummary.replace(/\\s+/g, " ")}`)),
}))
"""


@pytest.fixture(scope="module")
def axe() -> str:
    """Return the source of axe-core, from the package that includes it."""
    try:
        found = files(PACKAGE) or []
    except PackageNotFoundError:
        skip_missing(PACKAGE)
    (script,) = (each for each in found if each.name == "axe.min.js")
    return script.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start one browser for all tests."""
    with start_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Serve the pages, and yield the address."""
    with serve_folder(folder) as found:
        yield found


def violations(browser: Browser, axe: str, rules: tuple[str, ...] = TAGS) -> list[str]:
    """Return a line for each violation in the open page. Fail if no rule passed, because axe then did not run."""
    frame = browser.command("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = browser.command("Page.createIsolatedWorld", frameId=frame)["executionContextId"]
    browser.command("Runtime.evaluate", expression=axe, contextId=world)
    answer: dict[str, Any] = browser.command(
        "Runtime.evaluate",
        expression=FOUND % json.dumps(rules),
        contextId=world,
        awaitPromise=True,
        returnByValue=True,
    )
    result = json.loads(answer["result"]["value"])
    assert result["passes"] > 10 * (rules == TAGS)
    violations: list[str] = result["violations"]
    return violations


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_puts_up_no_barrier(scheme: str, page: str, window: Browser, address: str, axe: str) -> None:
    window.reset()
    window.emulate_media(prefers_color_scheme=scheme)
    window.open(f"{address}/{PAGES[page]}")
    window.script(OPEN_ALL)
    assert violations(window, axe, TAGS if scheme == "light" else COLOURS) == []


@pytest.mark.parametrize("page", PAGES)
def test_on_a_phone_targets_are_large_enough(page: str, window: Browser, address: str, axe: str) -> None:
    window.reset()
    window.resize(320)
    window.open(f"{address}/{PAGES[page]}")
    window.script(OPEN_ALL)
    assert violations(window, axe, TARGETS) == []


def test_breadcrumbs_on_several_lines_are_large_enough(window: Browser, address: str, axe: str) -> None:
    window.reset()
    window.open(f"{address}/{PAGES['type']}")
    window.script("document.querySelector('.crumbs').style.width = '9rem'")
    assert violations(window, axe, TARGETS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_search_puts_up_no_barrier(scheme: str, window: Browser, address: str, axe: str) -> None:
    window.reset()
    window.emulate_media(prefers_color_scheme=scheme)
    window.open(f"{address}/{PAGES['index']}")
    window.press("/")
    window.type("fleet")
    window.wait_for_search()
    assert window.script("return !!document.querySelector('#hits li')")
    window.press("ArrowDown")
    assert violations(window, axe) == []


def test_a_barrier_is_found(window: Browser, address: str, axe: str) -> None:
    window.reset()
    window.open(f"{address}/{PAGES['index']}")
    window.script("document.querySelector('main').append(document.createElement('button'))")
    assert [line.split(":")[0] for line in violations(window, axe)] == ["button-name"]
    assert window.console() == [], "the page's policy was touched"
