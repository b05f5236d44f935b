"""The site's script in a browser, used by keyboard, from a server and from a folder; the console stays empty."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Browser, serve_folder, start_browser
from conftest import FULL, newest_models_in

from docgen.history.history import History
from docgen.history.index import update_history
from docgen.locate import open_source
from docgen.model.parse import parse
from docgen.pages.index.site_index import NOT_FOUND_PAGE, NotFound
from docgen.pages.search.entries import search_entries
from docgen.pages.search.files import search_files
from docgen.render.templates import render_page_file
from docgen.rules.watchlist import parse_watchlist
from docgen.site.build import build_site

pytestmark = pytest.mark.slow

SCHEMES = ["http", "file"]

SHAPES: dict[str, Any] = {
    "Name": {"type": "string"},
    "Size": {"type": "string", "enum": ["small", "very-large"]},
    "Tag": {"type": "structure", "members": {"Key": {"shape": "Name"}, "Value": {"shape": "Name"}}},
    "Tags": {"type": "list", "member": {"shape": "Tag"}},
    "Inner": {"type": "structure", "members": {f"Part{n}": {"shape": "Name"} for n in range(12)}},
    "Busy": {"type": "structure", "members": {"Reason": {"shape": "Name"}}, "exception": True},
    "Done": {"type": "structure", "members": {"Id": {"shape": "Name"}}},
}
TITLES = {"kettle": "Kettle Service", "toaster": "Toaster"}

# A page with every element that the script looks for.
HOOKS = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Hooks</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; script-src 'self'">
<link rel="stylesheet" href="static/site.css"><script src="static/site.js"></script></head>
<body><header class="top"><a href="index.html">Home</a><div id="search" data-root=""></div></header>
<main id="main"><h1>Hooks</h1>
<p><a rel="prev" href="?page=prev">Before</a> <a rel="next" href="?page=next">After</a></p>
<ul class="tl">
<li id="one"><p>1.1</p><ul class="what">
<li id="a" data-service="s3" data-severity="breaking safe" data-kind="operation">Buckets</li>
<li id="b" data-service="ec2" data-severity="safe" data-kind="member">Instances</li></ul></li>
<li id="two"><p>1.0</p><ul class="what">
<li id="c" data-service="ec2" data-severity="dangerous" data-kind="member">Images</li></ul></li>
</ul>
<pre><code>call(
<del>  Old='string',
</del><span aria-hidden="true">+ </span>New='string',
)</code></pre>
<ul><li id="request.A"><details><summary>A</summary><p id="request.A.B">B</p></details></li></ul>
</main></body></html>
"""

VISIBLE = "return [...document.querySelectorAll('main li[id]')].filter(e => e.checkVisibility()).map(e => e.id)"
LIVE = "return document.querySelector('.live').textContent"
HITS = "return [...document.querySelectorAll('#hits li')].map(e => e.querySelector('b').textContent)"
FOCUS = "return document.activeElement.id"
AT = "return location.pathname.split('/site/')[1] + location.hash"


def service(release: int) -> dict[str, Any]:
    """Return a model that gains something with each release."""
    shapes = json.loads(json.dumps(SHAPES))
    members = {"Name": {"shape": "Name"}, "Inner": {"shape": "Inner"}, "Size": {"shape": "Size"}}
    if release > 0:
        members["Tags"] = {"shape": "Tags", "documentation": "<p>Labels for your bookkeeping.</p>"}
    if release > 1:
        shapes["Inner"]["members"]["Late"] = {"shape": "Name"}
    shapes["Input"] = {"type": "structure", "members": members}
    call = {"input": {"shape": "Input"}, "output": {"shape": "Done"}, "errors": [{"shape": "Busy"}]}
    operations = {
        "BoilWater": {**call, "documentation": "<p>Brings water to a simmer.</p>"},
        "DescribeHeatingElements": call,
        "StopBoiling": {"errors": [{"shape": "Busy"}]},
    }
    return {"metadata": {"apiVersion": "2020-02-02"}, "operations": operations, "shapes": shapes}


def renamed() -> dict[str, Any]:
    """Return a model with a parameter that botocore renames."""
    members = {"from": {"shape": "Name"}, "to": {"shape": "Name"}}
    call = {"input": {"shape": "Input"}}
    shapes = {"Name": {"type": "string"}, "Input": {"type": "structure", "members": members}}
    return {"metadata": {"apiVersion": "2020-02-02"}, "operations": {"CreateExportTask": call}, "shapes": shapes}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site with a history, and a page with hooks for the script."""
    made = tmp_path_factory.mktemp("search")
    for number in range(3):
        for name, title in TITLES.items():
            model = service(number)
            model["metadata"]["serviceFullName"] = title
            if name == "toaster":
                model["operations"] = dict.fromkeys(("StopToasting", "history"), model["operations"]["StopBoiling"])
            path = made / "models" / f"1.{number}.0" / name / "2020-02-02" / "service-2.json"
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(model), encoding="utf-8")
    path = made / "models" / "1.2.0" / "logs" / "2020-02-02" / "service-2.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(renamed()), encoding="utf-8")
    source = open_source(str(made / "models"))
    update_history(source, made / "history.db")
    build_site(source, made / "site", history=History(made / "history.db"))
    (made / "site" / "hooks.html").write_text(HOOKS, encoding="utf-8")
    not_found = NOT_FOUND_PAGE.page(NotFound("/site/"), "404")
    for missing in ("services/kettel/BoilWatr", "releases/9.9.9/toaster", "nowhere/near"):  # as a server shows it
        (made / "site" / missing).mkdir(parents=True)
        (made / "site" / missing / "index.html").write_bytes(render_page_file(not_found, "html", with_style=True))
    return made


@pytest.fixture(scope="module")
def addresses(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the addresses of the site by scheme."""
    with serve_folder(folder) as address:
        yield {"http": f"{address}/site", "file": f"{folder.as_uri()}/site"}


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start one browser for all tests."""
    with start_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(window: Browser, addresses: dict[str, str]) -> Iterator[Browser]:
    """Return the browser in its initial state. At the end, fail on console messages and on requests to other hosts."""
    window.reset()
    for address in addresses.values():
        window.open(f"{address}/hooks.html")
        window.script("localStorage.clear()")
    window.open("about:blank")
    yield window
    assert window.console() == []
    assert [each for each in window.requests() if not each.startswith((*addresses.values(), "about:"))] == []


def search(browser: Browser, text: str, *first: str) -> list[str]:
    """Search by keyboard; wait until the first results have these names, and return all."""
    browser.press("/")
    assert browser.script(FOCUS) == "q"
    browser.type(text)
    browser.wait_for(HITS + f".slice(0, {len(first)})", list(first))
    browser.wait_for_search()
    hits: list[str] = browser.script(HITS)
    assert browser.script(LIVE) == f"Results: {len(hits)}"
    return hits


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("text", "first", "place"),
    [
        ("boilwater", "BoilWater", "services/kettle/BoilWater/index.html"),
        ("boil", "BoilWater", "services/kettle/BoilWater/index.html"),
        ("boil_water", "BoilWater", "services/kettle/BoilWater/index.html"),
        ("deschea", "DescribeHeatingElements", "services/kettle/DescribeHeatingElements/index.html"),
        ("boil watter", "BoilWater", "services/kettle/BoilWater/index.html"),
        ("dscribeheatingelemnts", "DescribeHeatingElements", "services/kettle/DescribeHeatingElements/index.html"),
        ("toaster stop", "StopToasting", "services/toaster/StopToasting/index.html"),
        ("toaster", "toaster", "services/toaster/index.html"),
        ("history", "history", "services/toaster/operation.history/index.html"),
        ("part7", "Part7", "services/kettle/BoilWater/index.html#request.Inner.Part7"),
        ("heating part7", "Part7", "services/kettle/DescribeHeatingElements/index.html#request.Inner.Part7"),
        ("very-large", "very-large", "services/kettle/BoilWater/index.html#request.Size"),
        ("busy", "Busy", "services/kettle/BoilWater/index.html#error.Busy"),
        ("simmer", "BoilWater", "services/kettle/BoilWater/index.html"),
        ("bookkeeping", "Tags", "services/kettle/BoilWater/index.html#request.Tags"),
        ("fromtime", "fromTime", "services/logs/CreateExportTask/index.html#request.fromTime"),
        ("from", "from", "services/logs/CreateExportTask/index.html#request.fromTime"),
    ],
)
def test_what_is_searched_for_comes_first_and_enter_opens_it_at_its_place(
    text: str, first: str, place: str, scheme: str, browser: Browser, addresses: dict[str, str]
) -> None:
    browser.open(f"{addresses[scheme]}/services/toaster/index.html")
    search(browser, text, first)
    browser.press("Enter")
    browser.wait_for(AT, place)
    browser.settle()
    if "#" in place:
        target = "document.getElementById(location.hash.slice(1))"
        assert browser.script(f"return {target}.checkVisibility() && {target}.matches(':target')")


def test_nothing_is_loaded_before_the_search_has_the_focus(browser: Browser, addresses: dict[str, str]) -> None:
    browser.open(f"{addresses['http']}/index.html")
    assert [each for each in browser.requests() if "/search/" in each] == []
    browser.press("/")
    names = f"{addresses['http']}/static/search/names.js"
    asked = browser.wait_for_requests(lambda asked: names in asked)
    assert [each for each in asked if "/search/" in each] == [names]


def test_arrows_choose_escape_ends_and_the_roles_say_so(browser: Browser, addresses: dict[str, str]) -> None:
    browser.open(f"{addresses['http']}/index.html")
    hits = search(browser, "stop", "StopBoiling", "StopToasting")
    box = "const q = document.querySelector('#q'); return "
    selected = "return document.querySelector('#hits [aria-selected=true]')?.id"
    assert browser.script(box + "[q.role, q.ariaExpanded, q.getAttribute('aria-controls')]") == [
        "combobox",
        "true",
        "hits",
    ]
    assert browser.script(selected) is None
    for key, wanted in (
        ("ArrowDown", 0),
        ("ArrowDown", 1),
        ("ArrowUp", 0),
        ("ArrowUp", len(hits) - 1),
        ("ArrowDown", 0),
    ):
        browser.press(key)
        assert browser.script(selected) == f"hit-{wanted}"
        assert browser.script(box + "q.getAttribute('aria-activedescendant')") == f"hit-{wanted}"
    browser.press("ArrowDown")
    browser.press("Escape")
    assert browser.script(HITS) == []
    assert browser.script(box + "[q.value, q.ariaExpanded, document.activeElement === q]") == ["", "false", False]
    search(browser, "stop", "StopBoiling", "StopToasting")
    browser.press("ArrowDown")
    browser.press("ArrowDown")
    browser.press("Enter")
    browser.wait_for(AT, "services/toaster/StopToasting/index.html")


def test_a_search_without_results_says_so(browser: Browser, addresses: dict[str, str]) -> None:
    for text in ("xyzzyplugh", "tags tags", "( )", "\U0001f600 \u202e", "__proto__", "constructor toString"):
        browser.open(f"{addresses['http']}/index.html")
        assert search(browser, text) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_theme_has_three_states_and_is_remembered(scheme: str, browser: Browser, addresses: dict[str, str]) -> None:
    background = "return getComputedStyle(document.body).backgroundColor"
    browser.emulate_media(prefers_color_scheme="dark")
    browser.open(f"{addresses[scheme]}/index.html")
    dark = browser.script(background)
    switch = "const b = document.querySelector('.top > button:last-child'); b.focus(); return b.ariaLabel"
    for state, is_dark in (("auto", True), ("light", False), ("dark", True), ("auto", True), ("light", False)):
        assert browser.script(switch) == f"Theme: {state}"
        assert (browser.script(background) == dark) is is_dark
        browser.press("Enter")
    browser.emulate_media(prefers_color_scheme="light")
    browser.open(f"{addresses[scheme]}/services/kettle/index.html")
    assert browser.script(switch) == "Theme: dark"
    assert browser.script(background) == dark


def test_the_theme_is_set_before_the_page_is_drawn(browser: Browser, addresses: dict[str, str]) -> None:
    browser.open(f"{addresses['http']}/index.html")
    assert browser.script("const s = document.querySelector('head script[src]'); return !s.defer && !s.async")


def test_a_page_without_a_memory_works(browser: Browser, addresses: dict[str, str]) -> None:
    forget = (
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }});"
    )
    added = browser.command("Page.addScriptToEvaluateOnNewDocument", source=forget)
    try:
        browser.open(f"{addresses['file']}/services/kettle/BoilWater/index.html")
        browser.script("document.querySelector('.top > button:last-child').click()")
        assert browser.script("return document.documentElement.dataset.theme") == "light"
        search(browser, "boil", "BoilWater")
    finally:
        browser.command("Page.removeScriptToEvaluateOnNewDocument", identifier=added["identifier"])


def test_copying_gives_the_code_as_it_is_now(browser: Browser, addresses: dict[str, str]) -> None:
    browser.command("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    browser.open(f"{addresses['http']}/hooks.html")
    browser.script("document.querySelector('.copies button').focus()")
    browser.press("Enter")
    browser.wait_for(LIVE, "Copied")
    copied = "navigator.clipboard.readText().then(text => { window.copied = text; })"
    browser.script(copied)
    browser.wait_for("return window.copied", "call(\nNew='string',\n)")


def test_every_block_of_code_has_a_button_with_a_name(browser: Browser, addresses: dict[str, str]) -> None:
    browser.open(f"{addresses['http']}/services/kettle/BoilWater/index.html")
    names = browser.script("return [...document.querySelectorAll('.copies button')].map(each => each.ariaLabel)")
    assert names == [
        "Copy minimal call: BoilWater: Request syntax",
        "Copy: BoilWater: Request syntax",
        "Copy: BoilWater: HTTP",
        "Copy: BoilWater: Response syntax",
        "Copy: BoilWater: Errors",
    ]
    blocks = "return [...document.querySelectorAll('main :is(pre, .src)')]"
    assert browser.script(f"{blocks}.every(e => !e.querySelector('button'))")


def test_all_folds_open_and_close_at_once(browser: Browser, addresses: dict[str, str]) -> None:
    browser.open(f"{addresses['http']}/services/kettle/BoilWater/index.html")
    browser.script("for (const d of document.querySelectorAll('details')) d.open = false")
    opened = "return [...new Set([...document.querySelectorAll('main details')].map(each => each.open))]"
    button = "const b = [...document.querySelectorAll('.tools button')].find(e => / all$/.test(e.textContent));"
    if browser.script(button + "return !b"):
        assert browser.script("return document.querySelectorAll('main details').length") < 2
        return
    for label, state in (("Expand all", True), ("Collapse all", False), ("Expand all", True)):
        assert browser.script(button + "b.focus(); return b.textContent") == label
        browser.press("Enter")
        assert browser.script(opened) == [state]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_link_into_a_folded_part_opens_it_now_and_later(
    scheme: str, browser: Browser, addresses: dict[str, str]
) -> None:
    opened = "return document.querySelector('details').open"
    browser.open(f"{addresses[scheme]}/hooks.html#request.A.B")
    browser.wait_for(opened, True)
    browser.open(f"{addresses[scheme]}/hooks.html")
    assert browser.script(opened) is False
    browser.script("location.hash = '#request.A.B'")
    browser.wait_for(opened, True)
    browser.open(f"{addresses[scheme]}/hooks.html#request.Elsewhere.A.B")
    browser.wait_for(opened, True)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_filters_stand_in_the_address_and_the_back_button_undoes_them(
    scheme: str, browser: Browser, addresses: dict[str, str]
) -> None:
    everything = ["one", "a", "b", "two", "c", "request.A"]
    choose = """
    const [field, value] = arguments;
    const labels = [...document.querySelectorAll('.filters label')];
    const made = labels.find(e => e.textContent.startsWith(field)).firstElementChild;
    made.value = value;
    made.dispatchEvent(new Event('input', {bubbles: true}));
    """
    browser.open(f"{addresses[scheme]}/hooks.html")
    assert browser.script(VISIBLE) == everything
    browser.script(choose, "service", "ec2")
    assert browser.script(VISIBLE) == ["one", "b", "two", "c", "request.A"]
    assert browser.script(LIVE) == "2 of 3 shown"
    browser.script(choose, "severity", "safe")
    assert browser.script(VISIBLE) == ["one", "b", "request.A"]
    assert browser.script("return location.search") == "?service=ec2&severity=safe"
    for shown in (["one", "b", "two", "c", "request.A"], everything):
        browser.step(-1)
        browser.wait_for(VISIBLE, shown)
    browser.step(1)
    browser.wait_for(VISIBLE, ["one", "b", "two", "c", "request.A"])
    browser.open(f"{addresses[scheme]}/hooks.html?severity=breaking&kind=operation")
    assert browser.script(VISIBLE) == ["one", "a", "request.A"]
    browser.open(f"{addresses[scheme]}/hooks.html?q=images")
    assert browser.script(VISIBLE) == ["two", "c", "request.A"]
    counted = "return document.querySelector('.filters output').textContent"
    assert browser.script(counted) == "1 of 3 shown"
    browser.script(choose, "containing", "nowhere")
    assert (browser.script(VISIBLE), browser.script(counted)) == (["request.A"], "Nothing found: all 3 are hidden")
    browser.script(choose, "containing", "")
    assert (browser.script(VISIBLE), browser.script(counted)) == (everything, "")


@pytest.mark.parametrize(
    ("missing", "first"),
    [
        ("services/kettel/BoilWatr/", "BoilWater"),
        ("releases/9.9.9/toaster/index.html", "toaster"),
        ("nowhere/near/", None),
    ],
)
def test_a_page_that_is_missing_guesses_what_was_meant(
    missing: str, first: str | None, browser: Browser, addresses: dict[str, str]
) -> None:
    browser.open(f"{addresses['http']}/{missing}")
    guess = "return document.querySelector('[data-guess] a')?.textContent ?? null"
    if first is not None:
        browser.wait_for(guess, first)
    assert browser.script("return document.querySelector('#guess').checkVisibility()") == (first is not None)
    browser.script("document.querySelector('main ul:last-of-type a').click()")
    browser.wait_for(AT, "index.html")


def test_the_page_for_what_is_missing_is_whole_in_a_folder(browser: Browser, addresses: dict[str, str]) -> None:
    folder = addresses["file"]
    browser.open(f"{folder}/404.html")
    seen = browser.script("""
        const visible = [...document.querySelectorAll("a, img, iframe")].filter(each => each.checkVisibility());
        return visible.map(each => [each.localName, each.href || each.src, each.naturalWidth !== 0]);
    """)
    assert all(asked.startswith(("file:", "data:")) for asked in browser.requests())
    assert all("file:///static/" in line for line in browser.console())  # where a server has the script and the icon
    assert {name for name, _, _ in seen} == {"a", "img"}
    assert all(loaded for _, _, loaded in seen)
    links = [href.removeprefix(f"{folder}/") for name, href, _ in seen if name == "a"]
    pages = ["index", "lifecycle/index", "releases/index", "rules/index", "services/index"]
    services = [f"services/{name}/index" for name in ("kettle", "logs", "toaster")]
    assert sorted({*links} - {"404.html#main"}) == sorted(f"{page}.html" for page in (*pages, *services))
    browser.script("[...document.querySelectorAll('.pane a')].find(each => each.textContent === 'kettle').click()")
    browser.wait_for(AT, "services/kettle/index.html")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_services_that_a_reader_follows_are_on_the_first_page_and_in_a_watchlist(
    scheme: str, browser: Browser, addresses: dict[str, str]
) -> None:
    panel = "return document.querySelector('.cards section:last-child').innerText.split('\\n').filter(Boolean)"
    watchlist = "return decodeURIComponent(document.querySelector('a[download]').href.split(',')[1])"
    press = "const made = document.querySelector('.tools button[aria-pressed]'); made.click(); return made.textContent"
    home = f"{addresses[scheme]}/index.html"
    browser.open(home)
    assert browser.script(panel)[-1].startswith("Nothing yet.")
    for name in ("toaster", "kettle"):
        browser.open(f"{addresses[scheme]}/services/{name}/index.html")
        assert browser.script(press) == "Following"
    browser.open(home)
    browser.wait_for("return document.querySelectorAll('.cards a[download]').length", 1)
    assert browser.script(panel) == [
        "You follow",
        "Kettle Service changed in 1.2.0",
        "Toaster",
        "For docgen: watchlist.txt",
    ]
    patterns = parse_watchlist(browser.script(watchlist), "watchlist.txt")
    assert [pattern.service for pattern in patterns] == ["kettle", "toaster"]
    browser.open(f"{addresses[scheme]}/services/kettle/index.html")
    assert browser.script(press) == "Follow"
    assert browser.script("return localStorage.follow") == "toaster"


def test_brackets_lead_to_the_changes_before_and_after(browser: Browser, addresses: dict[str, str]) -> None:
    for key, page in (("[", "prev"), ("]", "next")):
        browser.open(f"{addresses['http']}/hooks.html")
        browser.press(key)
        browser.wait_for("return location.search", f"?page={page}")


def test_keys_that_are_typed_into_a_field_are_text(browser: Browser, addresses: dict[str, str]) -> None:
    browser.open(f"{addresses['http']}/hooks.html")
    browser.press("/")
    for key in "[/]":
        browser.press(key)
    assert browser.script("return [location.search, document.querySelector('#q').value]") == ["", "[/]"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_a_version_does_not_have_yet_is_grey_and_says_so(
    scheme: str, browser: Browser, addresses: dict[str, str]
) -> None:
    page = f"{addresses[scheme]}/services/kettle/BoilWater/index.html"
    late = "return [...document.querySelectorAll('[id].younger')].map(e => e.id)"
    type_ = """
    const input = document.querySelector('.tools input');
    input.value = arguments[0];
    input.dispatchEvent(new Event('input', {bubbles: true}));
    """
    browser.open(page)
    assert browser.script(late) == []
    for version, wanted in (
        ("1.0", ["request.Inner.Late", "request.Tags"]),
        ("1.1.0", ["request.Inner.Late"]),
        ("1.2", []),
        ("1.10.0", []),
        ("nonsense", []),
        ("1.1", ["request.Inner.Late"]),
    ):
        browser.script(type_, version)
        assert browser.script(late) == wanted, version
    assert browser.script(LIVE) == "1 not in 1.1"
    chip = "return document.querySelector('.younger > .not-yet').textContent"
    assert browser.script(chip) == "not in 1.1"
    assert browser.script("return location.search") == "?since=1.1"
    assert browser.script("return document.querySelector('output').textContent") == "1 not in 1.1"
    assert browser.script("return [...document.querySelectorAll('.src .younger')].map(e => e.innerText.trim())") == [
        "'Late': 'string'  # since 1.2.0"
    ]
    assert browser.script("return [...document.querySelectorAll('datalist option')].map(e => e.value)") == [
        "1.2.0",
        "1.1.0",
    ]
    browser.script(type_, "banana")
    assert browser.script("return document.querySelector('output').textContent") == "“banana” is no version"
    assert browser.script("return document.querySelector('.tools input').validity.customError")
    assert browser.script("return location.search") == ""
    browser.script(type_, "1.1")
    browser.open(page.replace("BoilWater", "DescribeHeatingElements"))
    assert browser.script(late) == ["request.Inner.Late"]
    browser.open(f"{page}?since=1.0.0")
    assert browser.script(late) == ["request.Inner.Late", "request.Tags"]


def test_the_tab_key_reaches_all_that_the_script_adds(browser: Browser, addresses: dict[str, str]) -> None:
    browser.open(f"{addresses['http']}/services/kettle/BoilWater/index.html")
    stops = "button, input:not([type=radio]), input:checked, select"  # a group of radio buttons is one tab stop
    wanted = browser.script(f"return [...document.querySelectorAll('{stops}')].filter(e => e.checkVisibility()).length")
    reached = set()
    for _ in range(120):
        browser.press("Tab")
        element = "const e = document.activeElement; return e.matches('button, input, select') && "
        reached.add(browser.script(element + "[...document.querySelectorAll('*')].indexOf(e)"))
    assert len(reached - {False}) == wanted


def test_without_scripts_there_is_nothing_that_does_not_work(browser: Browser, addresses: dict[str, str]) -> None:
    browser.allow_scripts(False)
    browser.open(f"{addresses['http']}/services/kettle/BoilWater/index.html")
    document = browser.command("DOM.getDocument", depth=0)["root"]["nodeId"]
    html = browser.command("DOM.getOuterHTML", nodeId=document)["outerHTML"]
    for works in ('<button class="menu" popovertarget="pane"', '<input type="radio" name="call"'):  # need no script
        assert works in html
        html = html.replace(works, "")
    assert not any(f"<{name}" in html for name in ("button", "input", "select", "form"))


@pytest.mark.parametrize("width", [320, 768, 897, 1440])
def test_results_stay_in_the_window(width: int, browser: Browser, addresses: dict[str, str]) -> None:
    browser.resize(width)
    browser.open(f"{addresses['http']}/index.html")
    search(browser, "boil", "BoilWater")
    left, right = browser.script("const {left, right} = hits.getBoundingClientRect(); return [left, right]")
    assert (left >= 0, right <= width) == (True, True), (left, right)


# Searches, and returns the milliseconds until all results are shown, and their names.
TIMED = """
const [text, done] = arguments, input = document.querySelector("#q"), live = document.querySelector(".live");
live.textContent = "";
const start = performance.now();
const seen = new MutationObserver(() => {
  if (!live.textContent) return;
  seen.disconnect();
  const names = [...document.querySelectorAll("#hits b")].map(each => each.textContent);
  done([performance.now() - start, names]);
});
seen.observe(live, {childList: true});
input.value = text;
input.dispatchEvent(new Event("input"));
"""

QUERIES = {
    "runinst": "RunInstances",
    "dscribe instnces": "DescribeInstances",
    "createfleet tags": "Tags",
    "s3 put": "PutObject",
    "t2.micro": "t2.micro",
    "subnetids": "SubnetIds",
    "ResourceNotFoundException": "ResourceNotFoundException",
    "tag": "TagResource",
}


@pytest.mark.skipif(not FULL, reason="searches a whole release")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_query_over_a_whole_release_takes_less_than_100_ms(
    scheme: str, browser: Browser, addresses: dict[str, str], folder: Path, botocore_wheel: Callable[[str], Path]
) -> None:
    models = newest_models_in(botocore_wheel("1.44.5"))
    entries = [search_entries(parse(data), name) for name, data in models.items()]
    for path, content in search_files(entries, {}):
        made = folder / "site" / "full" / path
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_bytes(content)
    page = HOOKS.replace('data-root=""', 'data-root="full/"')
    (folder / "site" / "full.html").write_text(page, encoding="utf-8")
    browser.open(f"{addresses[scheme]}/full.html")
    browser.press("/")
    for text, first in QUERIES.items():
        tries = [browser.async_script(TIMED, text) for _ in range(5)]
        assert first in tries[0][1][:3], text
        assert min(milliseconds for milliseconds, _ in tries) < 100, text
