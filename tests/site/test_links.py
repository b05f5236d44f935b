"""Every link of a site leads somewhere, no page loads or runs what it must not, and shared files are small.

`DOCGEN_FULL=1 tests/run tests/site/test_links.py -s` checks the reference of a whole release of botocore, and prints
its figures.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import FULL
from site_links import check_site

from docgen.locate import open_source
from docgen.site.build import build_site

RIGHT = """<!doctype html><html lang="en"><head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'">
<title>x</title></head><body><h1 id="here">x</h1><a href="#here">x</a>%s</body></html>"""
WRONG = {
    '<a href="#there">x</a>': "index.html has no #there",
    '<a href="other.html">x</a>': "other.html is no file",
    '<a href="static/">x</a>': "static/ is a folder",
    '<a href="../x.html">x</a>': "../x.html leads out of the site",
    '<a href="/x.html">x</a>': "/x.html leads out of the site",
    '<a href="javascript:x()" rel="noopener">x</a>': "javascript:x() is not of http, https, mailto",
    '<a href="https://other.example/">x</a>': "https://other.example/ without noopener",
    '<img src="https://other.example/x.png" alt="x">': "loads https://other.example/x.png",
    '<img src="//other.example/x.png" alt="x">': "loads //other.example/x.png",
    '<p id="here">x</p>': "two of id 'here'",
    '<p style="color:red">x</p>': "attribute style",
    '<p onclick="x()">x</p>': "attribute onclick",
    "<style>p{}</style>": "<style>",
    '<script src="x.js">x()</script>': "script in the page",
    "<script></script>": "script without a file",
}


@pytest.mark.parametrize("site", ["site", "many"])
def test_links_lead_somewhere_and_pages_hold_nothing_foreign(site: str, folder: Path) -> None:
    report = check_site(folder / site)
    assert report.wrong == []
    assert (report.pages > 20, report.twins >= report.pages - 3, report.links > 500) == (True, True, True), str(report)


def test_a_page_for_what_is_missing_leads_to_the_site_by_its_address(tmp_path: Path) -> None:
    url = "https://docs.example.com/api/"
    build_site(open_source(str(Path(__file__).parent.parent.parent / "models")), tmp_path, ["html"], url=url)
    assert check_site(tmp_path, url=url).wrong == []
    (tmp_path / "releases/index.html").unlink()
    assert "404.html: releases/index.html is no file" in check_site(tmp_path, url=url).wrong
    assert "404.html: api/releases/index.html is no file" in check_site(tmp_path).wrong, "at the root of another site"


def test_pages_that_stand_alone_lead_to_themselves_or_elsewhere(folder: Path, tmp_path: Path) -> None:
    for name in ("alone.html", "compared.html", "deep.html"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    assert check_site(tmp_path, standalone=True).wrong == []


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_found(wrong: str, tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static/index.html").write_text(RIGHT % "", encoding="utf-8")
    (tmp_path / "x.js").write_text("", encoding="utf-8")
    (tmp_path / "index.html").write_text(RIGHT % wrong, encoding="utf-8")
    assert f"index.html: {WRONG[wrong]}" in check_site(tmp_path).wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[x](other.md)", "other.md is no file"),
        ("<b>x</b>", "HTML: <b>"),
        ("![x](https://other.example/x.png)", "loads https://other.example/x.png"),
    ],
)
def test_what_is_wrong_in_markdown_is_found(text: str, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text(text, encoding="utf-8")
    assert f"index.md: {wrong}" in check_site(tmp_path).wrong


def test_a_page_without_a_policy_is_found(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><title>x</title>", encoding="utf-8")
    assert check_site(tmp_path).wrong == ["index.html: no policy"]


def test_what_all_pages_load_is_small_and_asks_for_nothing_else(folder: Path) -> None:
    style, script = (folder / "site/static" / name for name in ("site.css", "site.js"))
    assert style.stat().st_size < 25_000
    assert script.stat().st_size < 30_000
    for word in ("url(", "@import", "@font-face"):
        assert word not in style.read_text(encoding="utf-8")
    for word in ("http:", "https:", "import", "eval", "innerHTML"):
        assert word not in script.read_text(encoding="utf-8")


def test_pages_of_the_example_are_light(folder: Path) -> None:
    report = check_site(folder / "site")
    assert report.size(0.5) < 15_000, str(report)
    assert report.size(0.95) < 60_000, str(report)
    assert report.size(1) < 500_000, str(report)


@pytest.mark.skipif(not FULL, reason="20,000 pages take minutes: DOCGEN_FULL=1")
def test_every_link_of_a_whole_release_leads_somewhere(tmp_path: Path) -> None:
    build_site(open_source("package:botocore"), tmp_path, ["html", "markdown"])
    report = check_site(tmp_path, workers=2, largest_twin=200_000)
    print(f"\n{report}")
    assert report.wrong == []
    assert report.pages > 19_000
