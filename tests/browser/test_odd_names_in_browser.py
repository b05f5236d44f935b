"""Names with characters that are special in addresses, in a browser: links, fragments and the search find the pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, serve_folder, start_browser
from small_models import small_model

from docgen.locate import open_source
from docgen.site.build import build_site

pytestmark = pytest.mark.slow

OPERATIONS = ["A#B", "100%", "50%25", "%", "#%", "a?b=c&d", "A/B", "CON", "GetFoo", "GetFOO", "ø ü", "%2e%2e"]
MEMBERS = ["x#y", "%", "%20", "a b", "?", "&amp;", "x" * 20 + "#%zz"]
SERVICES = ("zoo", "Zoo")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site with these operations and members, and two services that differ only by case."""
    folder = tmp_path_factory.mktemp("odd")
    for release in ("1.0", "1.1"):
        for service in SERVICES:
            model = small_model(service, "2020-01-01", OPERATIONS if release == "1.1" else OPERATIONS[:1])
            model["shapes"] = {
                "In": {"type": "structure", "members": {name: {"shape": "S"} for name in MEMBERS}},
                "S": {"type": "string"},
            }
            for operation in model["operations"].values():
                operation["input"] = {"shape": "In"}
            path = folder / "models" / release / service / "2020-01-01"
            path.mkdir(parents=True)
            (path / "service-2.json").write_text(json.dumps(model))
    build_site(open_source(str(folder / "models")), folder / "site", ["html"])
    return folder / "site"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with start_browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="module", params=["http", "file"])
def address(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    """Yield the address of the site, on a server and as a folder."""
    if request.param == "file":
        yield site.as_uri()
        return
    with serve_folder(site) as found:
        yield found


def heading(browser: Browser) -> str:
    return str(browser.script("return document.querySelector('h1').innerText"))


def test_every_operation_is_behind_its_link(address: str, browser: Browser) -> None:
    for folder in ("zoo", "service.Zoo.1"):
        start = f"{address}/services/{folder}/index.html"
        browser.open(start)
        links = browser.script(
            "return [...document.querySelectorAll('main a')].map(a => [a.textContent, a.href])"
            ".filter(([text, href]) => /services.[^/]*.[^/]*.index.html$/.test(href))"
        )
        found = dict(links)
        assert set(OPERATIONS) <= set(found)
        for name in OPERATIONS:
            browser.open(found[name])
            assert heading(browser) == name


def test_every_member_is_behind_its_anchor(address: str, browser: Browser) -> None:
    browser.open(f"{address}/services/zoo/GetFoo/index.html")
    ids = browser.script("return [...document.querySelectorAll('[id^=\"request.\"]')].map(each => each.id)")
    assert len(set(ids)) >= len(MEMBERS)
    for name in ids:
        browser.open("about:blank")
        browser.open(f"{address}/services/zoo/GetFoo/index.html#{name}")
        assert browser.script("return document.querySelector(':target')?.id") == name


@pytest.mark.parametrize("fragment", ["%", "#%", "%zz", "%E0%A4%A", "." * 20_000, "request.%00", "<i>"])
def test_no_fragment_stops_the_script_of_a_page(fragment: str, address: str, browser: Browser) -> None:
    browser.open("about:blank")
    browser.open(f"{address}/services/zoo/GetFoo/index.html#{fragment}")
    browser.press("/")
    assert browser.script("return document.activeElement.id") == "q"
    assert browser.console() == []


@pytest.mark.parametrize("name", ["100%", "A#B", "GetFOO", "CON"])
def test_the_search_leads_there(name: str, address: str, browser: Browser) -> None:
    browser.open(f"{address}/index.html")
    browser.press("/")
    browser.type(name)
    browser.wait_for_search()
    shown = browser.script("return [...document.querySelectorAll('#hits b')].map(each => each.textContent)")
    assert name in shown
    for _ in range(shown.index(name)):
        browser.press("ArrowDown")
    browser.press("Enter")
    browser.wait_for("return document.querySelector('h1')?.innerText", name)
    assert heading(browser) == name
