"""Feeds conform to their standards, never change old entries, and describe changes in words."""

from __future__ import annotations

import copy
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from docgen.locate import open_source
from docgen.resources import data_folder
from docgen.site.build import build_site

ATOM = "{http://www.w3.org/2005/Atom}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT00:00:00Z")
IRI = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MODEL = json.loads((data_folder("models") / "1.12.82/appstream/2016-12-01/service-2.json").read_bytes())
HOSTILE = "<script>alert(1)</script> & \"']]> {{ 7 * 7 }} \u202e\x0b\ufffe"


def put(folder: Path, release: str, services: dict[str, Any], **metadata: Any) -> None:
    for name, model in services.items():
        path = folder / release / name / "2016-12-01" / "service-2.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(model))
    (folder / release / "release.json").write_text(json.dumps({"package": "botocore", "release": release, **metadata}))


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write four releases: a member is added, removed with hostile words, then a service is added, and one removed."""
    folder = tmp_path_factory.mktemp("feeds") / "models"
    more = copy.deepcopy(MODEL)
    more["shapes"]["CreateFleetRequest"]["members"]["Extra"] = {"shape": "String"}
    named = copy.deepcopy(MODEL)
    named["metadata"]["serviceFullName"] = HOSTILE
    named["shapes"]["CreateFleetRequest"]["members"]["<b>&x"] = {"shape": "String"}
    put(folder, "1.0.0", {"appstream": MODEL}, date="2019-01-18")
    put(folder, "1.0.1", {"appstream": more}, date="2019-01-21", summaries={"appstream": "Adds ``Extra`` to <fleets>."})
    put(folder, "1.0.2", {"appstream": named, "gone": MODEL}, summaries={"appstream": HOSTILE})
    put(folder, "1.0.3", {"appstream": named}, date="2019-02-01")
    return folder


def site(releases: Path, output: Path, **options: Any) -> Path:
    build_site(open_source(str(releases)), output, ["html"], **options)
    return output


def atom(path: Path) -> ElementTree.Element:
    return ElementTree.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 - our own


def text_of(element: ElementTree.Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


def files(output: Path, end: str) -> list[Path]:
    return sorted(path for path in output.rglob(f"*{end}") if path.stem in ("feed", "breaking"))


@pytest.mark.parametrize("url", ["", "https://docs.example/api/"])
def test_every_feed_has_what_atom_asks_for(releases: Path, tmp_path: Path, url: str) -> None:
    output = site(releases, tmp_path, url=url)
    found = files(output, ".atom")
    assert [path.relative_to(output).as_posix() for path in found] == [
        "breaking/feed.atom",
        "feed.atom",
        "services/appstream/breaking.atom",
        "services/appstream/feed.atom",
    ]
    ids = set()
    for path in found:
        feed = atom(path)
        assert feed.tag == f"{ATOM}feed"
        for element in (feed, *feed.iter(f"{ATOM}entry")):  # RFC 4287 4.1.1, 4.1.2: one of each
            for name in ("id", "title", "updated"):
                assert len(element.findall(f"{ATOM}{name}")) == 1
                assert text_of(element, name)
            assert IRI.fullmatch(text_of(element, "id"))
            assert DATE.fullmatch(text_of(element, "updated"))
            assert all(link.get("href", "").startswith(url) for link in element.findall(f"{ATOM}link"))
        assert feed.findtext(f"{ATOM}author/{ATOM}name") == "botocore"
        entries = [text_of(entry, "id") for entry in feed.iter(f"{ATOM}entry")]
        assert len(entries) == len(set(entries))
        ids.add(text_of(feed, "id"))
    assert len(ids) == len(found)


def test_addresses_lead_to_pages(releases: Path, tmp_path: Path) -> None:
    output = site(releases, tmp_path)
    for path in files(output, ".atom"):
        for link in atom(path).iter(f"{ATOM}link"):
            assert (path.parent / str(link.get("href"))).is_file()


def test_every_json_feed_has_what_version_1_1_asks_for(releases: Path, tmp_path: Path) -> None:
    for path in files(site(releases, tmp_path, url="https://docs.example/api/"), ".json"):
        feed = json.loads(path.read_text(encoding="utf-8"))
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["feed_url"] == f"https://docs.example/api/{path.relative_to(tmp_path).as_posix()}"
        assert feed["title"]
        for item in feed["items"]:
            assert item.keys() == {"id", "url", "title", "content_html", "date_published", "tags"}
            assert item["url"].startswith("https://docs.example/api/releases/")
            assert DATE.fullmatch(item["date_published"])


def test_both_kinds_say_the_same(releases: Path, tmp_path: Path) -> None:
    output = site(releases, tmp_path)
    for path in files(output, ".atom"):
        entries = list(atom(path).iter(f"{ATOM}entry"))
        items = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["items"]
        assert [(text_of(e, "id"), text_of(e, "content").strip()) for e in entries] == [
            (item["id"], item["content_html"].strip().replace("\u202e", r"\x202e"))  # JSON escapes it by itself
            for item in items
        ]


def test_entries_tell_the_change_newest_first(releases: Path, tmp_path: Path) -> None:
    entries = list(atom(site(releases, tmp_path) / "feed.atom").iter(f"{ATOM}entry"))
    titles = [text_of(entry, "title") for entry in entries]
    assert [re.search(r"1\.0\.\d", title)[0] for title in titles] == ["1.0.3", *["1.0.2"] * 3, "1.0.1"]  # type: ignore[index]
    content = text_of(entries[-1], "content")
    assert "<p>Adds <code>Extra</code> to &lt;fleets&gt;.</p>" in content
    assert "CreateFleet gained Extra" in content
    assert any(
        "<b>breaking</b>" in text_of(entry, "content") and "Extra" in text_of(entry, "content") for entry in entries
    )


def test_a_breaking_feed_has_only_what_breaks(releases: Path, tmp_path: Path) -> None:
    output = site(releases, tmp_path)
    whole = {text_of(e, "id"): e for e in atom(output / "feed.atom").iter(f"{ATOM}entry")}
    breaking = {text_of(e, "id") for e in atom(output / "breaking/feed.atom").iter(f"{ATOM}entry")}
    assert breaking == {
        id for id, e in whole.items() if any(c.get("term") == "breaking" for c in e.findall(f"{ATOM}category"))
    }
    assert 0 < len(breaking) < len(whole)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.add(tag)


def test_hostile_names_are_text_in_every_feed(releases: Path, tmp_path: Path) -> None:
    output = site(releases, tmp_path)
    seen = 0
    for path in files(output, ".atom"):
        for entry in atom(path).iter(f"{ATOM}entry"):
            tags = _Tags()
            tags.feed(text_of(entry, "content"))
            assert tags.found <= {"p", "ul", "li", "b", "code"}
            seen += "<script>alert(1)</script> & \"']]> {{ 7 * 7 }}" in text_of(entry, "title")
        assert (
            "49" not in path.read_text(encoding="utf-8").replace("-49", "").replace("49-", "")
            or "{{" in path.read_text()
        )
    assert seen


def test_ids_stay_when_releases_are_added_and_the_site_moves(releases: Path, tmp_path: Path) -> None:
    from docgen.sources.selection import ReleaseSelection

    now = atom(site(releases, tmp_path / "a") / "feed.atom")
    before = atom(
        site(releases, tmp_path / "b", selection=ReleaseSelection("..1.0.1"), url="https://moved.example/")
        / "feed.atom"
    )
    assert text_of(now, "id") == text_of(before, "id")
    entries = [text_of(entry, "id") for entry in before.iter(f"{ATOM}entry")]
    assert entries
    assert set(entries) < {text_of(entry, "id") for entry in now.iter(f"{ATOM}entry")}


def test_a_release_without_a_date_has_one_that_never_changes(releases: Path, tmp_path: Path) -> None:
    dates = {
        text_of(e, "updated")
        for e in atom(site(releases, tmp_path) / "feed.atom").iter(f"{ATOM}entry")
        if "1.0.2" in text_of(e, "title")
    }
    assert dates == {"1970-01-01T00:00:00Z"}


def test_pages_name_their_feeds(releases: Path, tmp_path: Path) -> None:
    output = site(releases, tmp_path)
    for page in ("index.html", "services/appstream/index.html"):
        html = (output / page).read_text(encoding="utf-8")
        hrefs = re.findall(
            r'<link rel="alternate" type="application/(?:atom\+xml|feed\+json)" [^>]*href="([^"]+)"', html
        )
        assert len(hrefs) == 4
        assert all(((output / page).parent / href).is_file() for href in hrefs)
