"""How a browser shows the pages: from a server and from a folder, wide and narrow, light and dark, and printed.

The pages are those of the example models, of a site with a page of many operations, and two standalone pages. The
limits are those of WCAG 2.2: no horizontal scrolling at 320 CSS pixels, a contrast of 4.5, and focus that is never
hidden.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from browser import Browser, serve_folder, start_browser
from browser_site import DEPTH, OPEN_ALL, PAGES
from waiting import wait_until

pytestmark = pytest.mark.slow


STANDALONE = ("compared", "alone", "deep")
SCRIPTED = ("compare", "compare an operation")
WIDTHS = {"phone": 320, "larger phone": 360, "screen": 1280}
FRAGMENTS = {
    "notes": ("CreateFleet", "CreateStack", "CreateFleet.request.VpcConfig.SubnetIds"),
    "many": ("Ping", "LookDeeper"),
    "apart": ("request.A.B.C.D.F", "response-syntax"),
    "operation": ("response", "request.VpcConfig.SubnetIds"),
    "alone": ("request.A.B.C.D.F",),
}


# Every visible text whose contrast to the nearest background behind it is below 4.5. Colours have no alpha here except
# "transparent"; a colour with alpha would count as 0 and be found.
TOO_FAINT = """
const channels = colour => colour.match(/[\\d.]+/g).map(Number);
const luminance = colour => {
  const [r, g, b] = channels(colour).map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const clear = colour => channels(colour)[3] === 0;
const behind = element => {
  const colour = getComputedStyle(element).backgroundColor;
  if (!clear(colour)) return colour;
  return element.parentElement ? behind(element.parentElement) : "rgb(255, 255, 255)";
};
const contrast = (one, two) => {
  if (channels(one).length > 3 || channels(two).length > 3) return 0;
  const [dark, light] = [luminance(one), luminance(two)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};
const faint = [];
let seen = 0;
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const element = texts.currentNode.parentElement;
  if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
  seen += 1;
  const ratio = contrast(getComputedStyle(element).color, behind(element));
  if (ratio < 4.5) faint.push(`${texts.currentNode.data.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
}
return [seen, faint];
"""

# The text of the page that takes no space in the layout.
WITHOUT_ROOM = """
const range = document.createRange(), hidden = [];
const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const element = texts.currentNode.parentElement;
  if (!texts.currentNode.data.trim() || element.closest(arguments[0] + ", button, label")) continue;
  range.selectNodeContents(texts.currentNode);
  if (![...range.getClientRects()].some(box => box.width > 0 && box.height > 0) || !element.checkVisibility())
    hidden.push(texts.currentNode.data.trim().slice(0, 40));
}
return hidden;
"""

NOT_PRINTED = (
    ".toc, .permalink, .filters, .turn, .letters, .words, .calls > :not(:checked) + label + div, title, "
    "[data-compare]:not(.one) .single, .one .many, .plain"
)

# The position of the first line of a fragment's target, and the lowest position that something may cover.
TARGET = """
const target = document.getElementById(arguments[0]), bar = document.querySelector(".top");
const line = target.querySelector("a") || target, box = line.getBoundingClientRect();
const covered = bar && getComputedStyle(bar).position === "sticky" ? bar.getBoundingClientRect().bottom : 0;
const name = target.matches(".permalink") ? target.closest("details").querySelector("summary") : target;
const hit = document.elementFromPoint(box.left + 2, box.top + box.height / 2);
let closed = 0;
for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) closed += !fold.open;
return {closed, hit: !!hit && target.contains(hit), top: name.getBoundingClientRect().top, bottom: box.bottom, covered,
  height: innerHeight};
"""

# Elements that scroll and are not tab stops.
UNREACHABLE = """
const scrolls = element => element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight;
return [...document.body.querySelectorAll("*")]
  .filter(element => /auto|scroll/.test(getComputedStyle(element).overflow) && scrolls(element) && element.tabIndex < 0)
  .map(element => element.outerHTML.slice(0, 80));
"""

OUTLINE = """
return {lang: document.documentElement.lang, title: document.title,
  mains: document.querySelectorAll("main, [role=main]").length,
  headings: [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(heading => +heading.tagName[1]),
  unnamed: [...document.querySelectorAll("nav")].filter(nav => !nav.ariaLabel).length};
"""

# Removes everything that the site's script adds to a page.
UNDO = """
delete document.documentElement.dataset.theme;
const added = "button:not(.menu), dialog, .toc .added, section.added, .copies, .tools, div.filters, .live, #q, #hits";
for (const each of document.querySelectorAll(added)) each.remove();
document.querySelector("#search")?.removeAttribute("role");
document.querySelector("main > .toc [aria-current]")?.removeAttribute("aria-current");
for (const item of document.querySelectorAll(".item")) {
  item.classList.remove("item");
  if (!item.className) item.removeAttribute("class");
}
"""

# What an attack on a reader would try.
INTRUDE = """
const add = (name, attributes, text) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(text || "");
  document.body.append(element);
};
add("style", {}, "body { margin: 99px }");
add("script", {}, "document.title = 'ran'");
add("script", {src: "https://stolen.example/stolen.js"});
add("img", {src: "https://stolen.example/stolen.png"});
add("iframe", {src: "https://stolen.example/stolen.html"});
add("p", {style: "margin: 99px"}, "x");
add("link", {rel: "stylesheet", href: "data:text/css,body{margin:99px}"});
"""


@pytest.fixture(scope="module")
def addresses(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the addresses of the pages by scheme."""
    with serve_folder(folder) as address:
        yield {"http": address, "file": folder.as_uri()}


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start one browser for all tests."""
    with start_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(window: Browser) -> Browser:
    """Return the browser in its initial state."""
    window.reset()
    return window


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_page_loads_only_its_style_sheet_and_script_without_complaints(
    scheme: str, page: str, browser: Browser, addresses: dict[str, str]
) -> None:
    address = f"{addresses[scheme]}/{PAGES[page]}"
    browser.open(address)
    site = "zoo/site" if PAGES[page].startswith("zoo/") else PAGES[page].partition("/")[0]
    static = f"{addresses[scheme]}/{site}/static"
    files = ("icon.svg", "site.css", "site.js")
    own = [f"{static}/{name}" for name in files if page not in STANDALONE]

    def of_versions(asked: set[str]) -> list[str]:
        return [each for each in asked if "/compare/c" in each]

    found = browser.wait_for_requests(lambda asked: asked >= set(own) and (page not in SCRIPTED or of_versions(asked)))
    asked = sorted(found - {address})
    frames = [each for each in asked if each.endswith("/nav.html")]
    versions = of_versions(found)
    assert bool(versions) == (page in SCRIPTED)
    assert [each for each in asked if each not in frames + versions] == own
    assert len(frames) == (page not in STANDALONE)
    assert browser.console() == []
    assert browser.script("return getComputedStyle(document.body).marginTop") == "0px", "no style sheet was applied"


def test_a_long_name_does_not_make_the_left_pane_scroll_sideways(browser: Browser, addresses: dict[str, str]) -> None:
    browser.resize(260)  # of the pane beside a page
    browser.open(f"{addresses['http']}/many/services/nav.html")
    fill = """
        const link = document.querySelector("li a"), [name, note] = [link.firstChild, link.querySelector(".mut")];
        name.data = "longname".repeat(arguments[0]);
        note.textContent = "A long title ".repeat(9);
        return [document.documentElement.scrollWidth, Math.round(link.getBoundingClientRect().height / 20)];
    """
    assert browser.script(fill, 2) == [260, 1], "the name is on one line, the title is cut"
    width, lines = browser.script(fill, 9)
    assert (width, lines > 2) == (260, True), "the name has several lines"


@pytest.mark.parametrize("page", ["notes", "alone"])
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_the_policy_refuses_all_that_the_page_does_not_need(
    scheme: str, page: str, browser: Browser, addresses: dict[str, str]
) -> None:
    browser.open(f"{addresses[scheme]}/{PAGES[page]}")
    browser.requests()
    title = browser.script("return document.title")
    browser.script(INTRUDE)
    browser.settle()
    assert [address for address in browser.requests() if "stolen" in address] == []
    assert browser.script("return document.title") == title
    assert browser.script("return getComputedStyle(document.body).marginTop") == "0px"
    assert browser.script("return getComputedStyle(document.body.querySelector(':scope > p')).marginTop") != "99px"
    console: list[str] = []

    def refusals() -> int:
        console.extend(browser.console())
        return sum("Content Security Policy" in line for line in console)

    wait_until(lambda: refusals() >= 7, lambda: "\n".join(console))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_does_not_scroll_sideways(width: str, page: str, browser: Browser, addresses: dict[str, str]) -> None:
    browser.resize(WIDTHS[width])
    browser.open(f"{addresses['http']}/{PAGES[page]}")
    for change in ("", OPEN_ALL, "document.documentElement.style.fontSize = '200%'"):
        browser.script(change)
        browser.settle()
        if width == "screen" or "200%" not in change:
            assert browser.script("return document.documentElement.scrollWidth") <= WIDTHS[width], change


def test_far_down_a_phone_still_has_room_for_words(browser: Browser, addresses: dict[str, str]) -> None:
    browser.resize(320)
    browser.open(f"{addresses['http']}/{PAGES['deep']}")
    browser.script(OPEN_ALL)
    widths = browser.script("return [...document.querySelectorAll('.row')].map(row => row.clientWidth)")
    assert len(widths) == DEPTH
    assert min(widths) > 160, "half of the window is lines"


@pytest.mark.parametrize("page", PAGES)
def test_what_scrolls_by_itself_can_be_reached_from_the_keyboard(
    page: str, browser: Browser, addresses: dict[str, str]
) -> None:
    browser.resize(320)
    browser.open(f"{addresses['http']}/{PAGES[page]}")
    browser.script(OPEN_ALL)
    assert browser.script(UNREACHABLE) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_one_title_its_landmarks_and_headings_in_order(
    page: str, browser: Browser, addresses: dict[str, str]
) -> None:
    browser.open(f"{addresses['http']}/{PAGES[page]}")
    outline = browser.script(OUTLINE)
    headings = outline["headings"]
    assert (outline["lang"], outline["mains"], outline["unnamed"]) == ("en", 1, 0)
    assert outline["title"]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(headings)), headings


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out(scheme: str, page: str, browser: Browser, addresses: dict[str, str]) -> None:
    browser.emulate_media(prefers_color_scheme=scheme)
    browser.open(f"{addresses['http']}/{PAGES[page]}#{FRAGMENTS.get(page, ('main',))[-1]}")
    browser.script(OPEN_ALL)
    seen, faint = browser.script(TOO_FAINT)
    assert seen > 10
    assert faint == []
    dark = browser.script("return getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert dark == (scheme == "dark")


@pytest.mark.parametrize("page", ["index", "judged", "compared"])
@pytest.mark.parametrize(("system", "theme"), [("light", "dark"), ("dark", "light")])
def test_a_theme_that_was_chosen_goes_before_that_of_the_system(
    system: str, theme: str, page: str, browser: Browser, addresses: dict[str, str]
) -> None:
    # no transition between two colours
    browser.emulate_media(prefers_color_scheme=system, prefers_reduced_motion="reduce")
    browser.open(f"{addresses['http']}/{PAGES[page]}")
    browser.script(f"document.documentElement.dataset.theme = {theme!r}")
    browser.script(OPEN_ALL)
    light = browser.script("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert light == (theme == "light")
    assert browser.script(TOO_FAINT)[1] == []


@pytest.mark.parametrize("width", [500, 640, 767, 768, 1100, 1440])
def test_a_bar_that_stays_covers_no_more_than_a_target_keeps_clear_of(
    width: int, browser: Browser, addresses: dict[str, str]
) -> None:
    browser.resize(width)
    browser.open(f"{addresses['http']}/{PAGES['index']}")
    bar = "const bar = document.querySelector('.top'); return getComputedStyle(bar).position === 'sticky' "
    high = browser.script(bar + "? bar.offsetHeight : 0")
    clear = browser.script("return parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop)")
    assert high <= clear
    assert (high > 0) == (width >= 768)


def test_a_picture_begins_on_the_left_and_loses_its_oldest_part_where_it_is_too_wide(
    browser: Browser, addresses: dict[str, str]
) -> None:
    edges = """
        const main = document.querySelector("main");
        const html = `<figure class="pic"><svg width="${arguments[0]}" height="9"></svg></figure>`;
        main.insertAdjacentHTML("beforeend", html);
        const [figure, picture] = [main.lastChild, main.lastChild.firstChild].map(each => each.getBoundingClientRect());
        return [picture.left - figure.left, figure.right - picture.right];
    """
    for width in (360, 768, 1280):
        browser.resize(width)
        browser.open(f"{addresses['http']}/{PAGES['service']}")
        left, right = browser.script(edges, 200)
        assert (left, right > 0) == (0, True)
        left, right = browser.script(edges, 2000)
        assert (left < 0, right) == (True, 0)


def test_two_sides_stand_below_each_other_where_there_is_no_room(browser: Browser, addresses: dict[str, str]) -> None:
    """A line that is the same on both sides appears once; a line that differs appears twice."""
    pairs = "return [...document.querySelectorAll('.pair:not(.head)')].map(pair => "
    seen = pairs + "[...pair.children].filter(side => side.checkVisibility()).length)"
    browser.open(f"{addresses['http']}/{PAGES['compared']}")
    browser.script(OPEN_ALL)
    assert set(browser.script(seen)) == {2}
    browser.resize(320)
    marks = browser.script(pairs + "pair.querySelectorAll('.del, .ins').length)")
    assert browser.script(seen) == [max(number, 1) for number in marks]


@pytest.mark.parametrize(("page", "fragment"), [(page, each) for page, all_ in FRAGMENTS.items() for each in all_])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_link_to_a_place_opens_what_hides_it_and_shows_it(
    width: str, page: str, fragment: str, browser: Browser, addresses: dict[str, str]
) -> None:
    browser.resize(WIDTHS[width])
    browser.open(f"{addresses['http']}/{PAGES[page]}#{fragment}")
    target = browser.script(TARGET, fragment)
    assert target["closed"] == 0
    assert target["top"] >= target["covered"], "the bar lies over it"
    assert target["bottom"] <= target["height"], "it is below the window"
    assert target["hit"], "something lies over it"


def test_operations_are_folded_where_they_are_many(browser: Browser, addresses: dict[str, str]) -> None:
    count = "return [document.querySelectorAll('.op').length, document.querySelectorAll('.op[open]').length]"
    browser.open(f"{addresses['http']}/{PAGES['many']}")
    assert browser.script(count) == [63, 12]
    browser.open(f"{addresses['http']}/{PAGES['many']}#LookDeeper")
    assert browser.script(count) == [63, 13]
    browser.open(f"{addresses['http']}/{PAGES['notes']}")
    assert browser.script(count) == [3, 3]


@pytest.mark.parametrize("page", PAGES)
def test_the_first_tab_reaches_the_skip_link_which_leads_to_the_content(
    page: str, browser: Browser, addresses: dict[str, str]
) -> None:
    browser.open(f"{addresses['http']}/{PAGES[page]}")
    browser.press("Tab")
    box = "const box = document.activeElement.getBoundingClientRect(); return [box.left, box.top, box.width]"
    assert browser.script("return document.activeElement.className") == "skip"
    assert min(browser.script(box)) > 0, "it has the focus and is not seen"
    browser.press("Enter")
    browser.wait_for("return location.hash", "#main")
    browser.press("Tab")
    if page not in ("first release", "lifecycle"):  # there is nothing to reach in it
        assert browser.script("return !!document.activeElement.closest('main')")


def test_a_folded_part_opens_and_closes_from_the_keyboard(browser: Browser, addresses: dict[str, str]) -> None:
    browser.open(f"{addresses['http']}/{PAGES['many']}")
    browser.script("document.querySelector('.op > summary').focus()")
    for opened in (False, True):
        browser.press("Enter")
        assert browser.script("return document.activeElement.parentElement.open") is opened
    browser.press("Tab")
    assert browser.script("return document.activeElement.getAttribute('href')") == "#Ping"


def test_a_notation_is_chosen_from_the_keyboard_without_scripts_and_kept_with_them(
    browser: Browser, addresses: dict[str, str]
) -> None:
    shown = "return [...document.querySelectorAll('.calls > div')].map(each => each.checkVisibility())"
    focus = "document.querySelector('.calls > :checked').focus()"
    browser.open(f"{addresses['http']}/{PAGES['operation']}")
    browser.script("localStorage.removeItem('call')")
    for allowed in (False, True):
        browser.allow_scripts(allowed)
        browser.open(f"{addresses['http']}/{PAGES['operation']}")
        assert browser.script(shown) == [True, False, False, False]
        browser.script(focus)
        browser.press("ArrowRight")
        assert browser.script(shown) == [False, True, False, False]
    browser.open(f"{addresses['http']}/site/services/appstream/CreateStack/index.html")
    assert browser.script(shown) == [False, True, False, False]
    assert browser.script("return document.querySelector('.calls > :checked').value") == "cli"
    browser.open(f"{addresses['http']}/{PAGES['operation']}#in0")
    assert browser.script(shown) == [True, True, False, False], "a link to a line of the documented block shows it"
    browser.script("localStorage.removeItem('call')")


@pytest.mark.parametrize("page", [page for page in PAGES if page not in SCRIPTED])
def test_a_page_says_the_same_where_scripts_are_off(page: str, browser: Browser, addresses: dict[str, str]) -> None:
    texts = []
    for allowed in (True, False):
        browser.allow_scripts(allowed)
        browser.open(f"{addresses['http']}/{PAGES[page]}")
        if allowed:
            browser.script(UNDO)
        document = browser.command("DOM.getDocument", depth=0)["root"]["nodeId"]
        texts.append(browser.command("DOM.getOuterHTML", nodeId=document)["outerHTML"])
    assert texts[0] == texts[1]
    assert len(re.findall("<script", texts[1])) == (page not in STANDALONE)
    assert not re.search(r"\son[a-z]+=", texts[1])


@pytest.mark.parametrize("page", PAGES)
def test_print_shows_what_is_folded(page: str, browser: Browser, addresses: dict[str, str]) -> None:
    browser.open(f"{addresses['http']}/{PAGES[page]}")
    browser.emulate_media("print")
    browser.settle()
    assert browser.script(WITHOUT_ROOM, NOT_PRINTED) == []
    browser.emulate_media()
    folded = sheets(browser)
    browser.script(OPEN_ALL)
    assert sheets(browser) == folded


def sheets(browser: Browser) -> int:
    """Return the number of sheets of paper that the page needs."""
    return len(re.findall(rb"/Type\s*/Page\b", b64decode(browser.command("Page.printToPDF")["data"])))
