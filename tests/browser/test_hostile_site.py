"""A site of hostile models in a real browser: no page runs its content or attempts what its policy forbids.

Names are those of `test_bombs`; documentation is from `data/hostile.txt`. Every page is opened and unfolded, and
everything in it is clicked. A policy violation is an event, and the strings call `MARK` when they run. To prove that
both would be noticed, the raw strings are also tested, in a page with our policy and in one without.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Browser, serve_folder, start_browser
from hostile_models import HOSTILE
from markup_support import hostile
from rule_support import model, op, struct

from docgen.cli import main
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.locate import open_source
from docgen.site.build import build_site

pytestmark = pytest.mark.slow

WATCH = """
window.violations = []; window.marks = 0;
window.MARK = window.alert = window.x = () => { window.marks += 1; };
addEventListener("securitypolicyviolation", event =>
  window.violations.push(`${event.effectiveDirective}: ${event.blockedURI}: ${event.sample}`));
addEventListener("click", event => {
  const link = event.target.closest && event.target.closest("a[href]");
  if (link && link.protocol !== "javascript:") event.preventDefault();
}, true);
"""

PROVOKE = """
for (const fold of document.querySelectorAll("details")) fold.open = true;
for (const element of document.querySelectorAll("body, body *")) {
  for (const name of ["mouseover", "mouseenter", "focus", "error", "load", "toggle", "begin", "pointerdown"])
    element.dispatchEvent(new Event(name));
  if (element.click && !element.closest("summary, .top")) element.click();
}
"""

SEEN = """
const frames = [...document.querySelectorAll("iframe")].filter(each => each.contentDocument);
const windows = [window, ...frames.map(each => each.contentWindow)];
return {violations: windows.flatMap(each => each.violations || []),
        marks: windows.reduce((sum, each) => sum + (each.marks || 0), 0), text: document.body.innerText};
"""

LEAVES = re.compile("<!--|http-equiv|<base|<plaintext|<textarea|<title")
"""In strings that hide those after them, or leave the page."""

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def hostile_model(number: int) -> dict[str, Any]:
    """Return a model whose names and texts are all hostile, with more of them in each release."""
    words = "".join(f"<p>{each}</p>" for each in hostile()) + " ".join(HOSTILE)
    members = {name: {"shape": "String", "documentation": name} for name in HOSTILE}
    texts = {f"Said{at}": {"shape": "String", "documentation": each} for at, each in enumerate(hostile())}
    shapes = {
        "Kind": {"type": "string", "enum": [*HOSTILE, *hostile()[:20]][: 10 + 30 * number], "documentation": words},
        "Err": struct(exception=True, documentation=words),
        "Said": {"type": "structure", "members": texts, "documentation": words},
    }
    input_: dict[str, Any] = {"Kind": "Kind", **members, "Said": "Said"}
    gone = input_ if number != 2 else {"Kind": "Kind"}
    operations = {
        "Ping": op(gone, members, ["Err"], documentation=words),
        "Pong": op(input_, {}, documentation=words, deprecated=True, deprecatedMessage=words),
    }
    return model(
        shapes,
        {"serviceFullName": f"<script>MARK()</script>{HOSTILE[10]}", "serviceId": HOSTILE[12]},
        {"documentation": words},
        **(operations if number else {"Gone": op(gone, {}, documentation=words)}),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site, standalone pages, and pages with the raw strings."""
    made = tmp_path_factory.mktemp("hostile")
    beside = {"pagination": {name: {"input_token": name, "result_key": [name]} for name in ("Ping", *HOSTILE)}}
    for number in range(4):
        release = made / "models" / f"1.0.{number}"
        for service in ("zoo", "park")[: 1 + number % 2]:  # the first is always there, the second is not
            versions = release / service / "2020-01-01"
            versions.mkdir(parents=True)
            (versions / "service-2.json").write_text(json.dumps(hostile_model(number)), encoding="utf-8")
            (versions / "paginators-1.json").write_text(json.dumps(beside), encoding="utf-8")
        about = {"release": release.name, "package": "zoo", "date": f"2020-01-0{number + 1}"}
        summaries = {"zoo": " ".join(HOSTILE) + hostile()[0], "park": hostile()[1]}
        (release / "release.json").write_text(json.dumps({**about, "summaries": summaries}), encoding="utf-8")
        (release / "notes.md").write_text("\n\n".join(hostile()), encoding="utf-8")
    source = open_source(str(made / "models"))
    update_history(source, made / "history.db")
    url = "https://docs.example/site/"  # the links of 404.html begin at the root
    build_site(source, made / "site", ["html"], url=url, history=History(made / "history.db"))
    raw = "\n".join(f"<div>{each}</div>" for each in hostile() if not LEAVES.search(each))
    found = POLICY.search((made / "site" / "index.html").read_text(encoding="utf-8"))
    assert found
    for name, policy in (("refused", found[0]), ("allowed", "")):
        (made / f"{name}.html").write_text(f"<!doctype html><head>{policy}</head><body>{raw}</body>", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Serve the pages, and yield the address."""
    with serve_folder(folder) as found:
        yield found


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start a browser that watches every page from the beginning."""
    with start_browser(tmp_path_factory.mktemp("profile")) as window:
        window.command("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        yield window


def provoke(browser: Browser, address: str) -> dict[str, Any]:
    """Open a page and click everywhere in it; return what was observed, and the console messages."""
    browser.open(address)
    browser.script(PROVOKE)
    browser.settle()
    return {**browser.script(SEEN), "console": browser.console()}


def test_no_page_of_a_site_runs_anything_or_asks_for_what_its_policy_refuses(
    folder: Path, address: str, browser: Browser
) -> None:
    pages = sorted(path.relative_to(folder).as_posix() for path in folder.glob("site/**/*.html"))
    pages = [page for page in pages if page.count("/") < 3 or not page.startswith("site/rules/")]  # docgen's own
    assert len(pages) > 25
    panes = {f"{address}/{page}" for page in pages if page.endswith("/nav.html")}  # all of them are opened here
    assert len(panes) == 3
    versions = {f"{address}/{path.relative_to(folder)}" for path in folder.glob("site/services/*/compare/*.js")}
    for page in pages:
        seen = provoke(browser, f"{address}/{page}")
        assert (seen["violations"], seen["marks"], seen["console"]) == ([], 0, []), page
        assert seen["text"].strip()
        asked = {each for each in browser.requests()[1:] if not each.startswith(f"{address}/site/static/")}
        assert asked <= panes | versions, page


@pytest.mark.parametrize(
    "command",
    [
        ("show", "zoo", "Ping", "--source", "{models}"),
        ("diff", "1.0.1", "1.0.2", "--service", "zoo", "--source", "{models}"),
        ("diff", "1.0.0", "1.0.3", "--service", "zoo", "--source", "{models}", "--documentation"),
        ("diff", "1.0.1", "1.0.2", "--operation", "Ping", "--service", "zoo", "--source", "{models}"),
    ],
    ids=" ".join,
)
def test_no_single_page_runs_anything_or_asks_for_what_its_policy_refuses(
    command: tuple[str, ...], folder: Path, address: str, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [each.format(models=folder / "models") for each in command]
    assert main([*arguments, "--format", "html"]) == 0
    (folder / "alone.html").write_text(capsys.readouterr().out, encoding="utf-8")
    seen = provoke(browser, f"{address}/alone.html")
    assert (seen["violations"], seen["marks"], seen["console"]) == ([], 0, [])
    assert "MARK" in seen["text"]


def test_what_the_search_shows_is_as_harmless(address: str, browser: Browser) -> None:
    browser.open(f"{address}/site/index.html")
    browser.press("/")
    for words in ("script", "Said1", "MARK", "onerror"):
        browser.script("q.value = ''; q.focus(); document.querySelector('.live').textContent = ''")
        browser.type(words)
        browser.wait_for_search()
        assert browser.script("return document.querySelectorAll('#hits li').length") > 0
        browser.script(PROVOKE)
    seen = browser.script(SEEN)
    assert (seen["violations"], seen["marks"], browser.console()) == ([], 0, [])


def test_the_unescaped_strings_are_refused_by_our_policy_and_run_without_one(address: str, browser: Browser) -> None:
    refused, allowed = (provoke(browser, f"{address}/{name}.html") for name in ("refused", "allowed"))
    assert refused["marks"] == 0
    assert len(refused["violations"]) > 20
    assert allowed["marks"] > 20
