"""The pages besides notes and reference, from a folder of releases without a history."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from small_models import small_model
from zoo_models import build_zoo

from docgen import schema
from docgen.history.history import History
from docgen.locate import open_source
from docgen.site.build import build_site
from docgen.sources.selection import ReleaseSelection

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site of the example models."""
    output = tmp_path_factory.mktemp("site")
    build_site(open_source(str(ROOT / "models")), output, ["html"])
    return output


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site of a zoo, whose elements are added and removed."""
    folder = tmp_path_factory.mktemp("zoo")
    build_site(open_source(str(life(folder / "models"))), folder / "out")
    return folder / "out"


def check_schema(name: str, data: object) -> None:
    """Check JSON data against its published schema."""
    registry = Registry().with_resources(
        (each["$id"], Resource.from_contents(each)) for each in map(schema.load_schema, schema.PUBLISHED_SCHEMAS)
    )
    Draft202012Validator(schema.load_schema(name), format_checker=FormatChecker(), registry=registry).validate(data)


def life(folder: Path) -> Path:
    """Write four releases: an operation, a member and a service are deprecated and removed; the last restores one."""
    member = {
        "In": {"type": "structure", "members": {"Old": {"shape": "S", "deprecated": True}}},
        "S": {"type": "string"},
    }
    for release, date, services in (
        ("1.0", "2020-01-31", {"zoo": ["Feed", "Pet", "Wash"], "park": ["Walk"]}),
        ("1.1", "2020-02-01", {"zoo": ["Feed", "Wash"], "park": ["Walk"]}),
        ("1.2", "2020-02-03", {"zoo": ["Feed"]}),
        ("1.3", "2021-01-01", {"zoo": ["Feed", "Wash"]}),
    ):
        (folder / release).mkdir(parents=True)
        (folder / release / "release.json").write_text(
            json.dumps({"release": release, "package": "zoos", "date": date})
        )
        for service, operations in services.items():
            model = small_model(service, "2020-01-01", operations)
            if release != "1.0":
                feed = {
                    "name": "Feed",
                    "input": {"shape": "In"},
                    "deprecated": True,
                    "deprecatedMessage": "Use <Wash>.",
                }
                model |= {"operations": {**model["operations"], **({"Feed": feed} if "Feed" in operations else {})}}
                model["shapes"] = member
            versions = folder / release / service / "2020-01-01"
            versions.mkdir(parents=True)
            (versions / "service-2.json").write_text(json.dumps(model))
            if service == "zoo":
                (versions / "waiters-2.json").write_text(json.dumps(WAITERS))
    return folder


FEED = {"name": "Feed", "input": {"shape": "In"}, "deprecated": True, "deprecatedMessage": "Use <Wash>."}
SHAPES = {
    "In": {"type": "structure", "members": {"Old": {"shape": "S", "deprecated": True}}},
    "S": {"type": "string"},
}
WAITERS = {
    "version": 2,
    "waiters": {
        "Fed": {
            "operation": "Feed",
            "delay": 5,
            "maxAttempts": 9,
            "acceptors": [
                {"state": "success", "matcher": "pathAll", "argument": "Hungry", "expected": False},
                {"state": "failure", "matcher": "error", "expected": "NoFood"},
            ],
        }
    },
}


def test_deprecations_and_removals_are_listed_without_a_history(zoo: Path) -> None:
    of_zoo = json.loads((zoo / "lifecycle/zoo/index.json").read_bytes())
    check_schema("lifecycle", of_zoo)
    unknown = {"since": None, "since_date": None}
    assert of_zoo["deprecated_operations"] == [{"operation": "Feed", "path": None, "message": "Use <Wash>.", **unknown}]
    assert of_zoo["deprecated_members"] == [{"operation": "Feed", "path": "request.Old", "message": None, **unknown}]
    removal = {
        "name": "Pet",
        "last_release": "1.0",
        "last_release_date": None,
        "removed_in": "1.1",
        "removed_in_date": "2020-02-01",
    }
    assert of_zoo["removals"] == [removal], "Wash came back"
    overall = json.loads((zoo / "lifecycle/index.json").read_bytes())
    check_schema("lifecycle-index", overall)
    assert [(each["name"], each["last_release"], each["removed_in"]) for each in overall["removed_services"]] == [
        ("park", "1.1", "1.2")
    ]
    assert "Use &lt;Wash&gt;." in (zoo / "lifecycle/zoo/index.html").read_text()
    for page, text in (("services/park", "removed in <b>1.2</b>"), ("services/zoo/Pet", "removed in <b>1.1</b>")):
        assert text in (zoo / page / "index.html").read_text(), "an address that was there leads to a word on it"
        check_schema("removed", json.loads((zoo / page / "index.json").read_bytes()))


def test_months_severities_and_neighbours(zoo: Path) -> None:
    def releases_on(path: str) -> list[str]:
        return [each["release"] for each in json.loads((zoo / path / "index.json").read_bytes())["releases"]]

    assert releases_on("releases/2020/02") == ["1.2", "1.1"]
    assert (releases_on("releases/2020/01"), releases_on("releases/2021/01")) == (["1.0"], ["1.3"])
    assert releases_on("breaking") == ["1.2", "1.1"]
    assert releases_on("services/zoo/history") == ["1.3", "1.2", "1.1"]
    release = (zoo / "releases/1.1/index.html").read_text()
    assert re.findall(r'<a rel="(\w+)" href="([^"]*)"', release) == [
        ("prev", "../1.0/index.html"),
        ("next", "../1.2/index.html"),
    ]
    notes = (zoo / "releases/1.2/zoo/index.html").read_text()
    assert '<a href="../../../services/zoo/index.html">Reference and history of' in notes
    home = (zoo / "index.html").read_text()
    assert home.index(">1.3<") < home.index(">1.2<") < home.index(">1.0<")
    assert 'data-service="zoo" data-severity="breaking' in home


def test_a_release_without_notes_says_whether_documentation_changed_or_nothing_here(tmp_path: Path) -> None:
    for release, operations, words in (
        ("1.0", ["Walk"], "A zoo."),
        ("1.1", ["Walk"], "A <b>large</b> zoo."),
        ("1.2", ["Walk", "Run"], "A <b>large</b> zoo."),
    ):
        for service, model in (
            ("park", small_model("park", "2020-01-01", operations)),
            ("zoo", {**small_model("zoo", "2020-01-01", ["Feed"]), "documentation": words}),
        ):
            versions = tmp_path / "models" / release / service / "2020-01-01"
            versions.mkdir(parents=True)
            (versions / "service-2.json").write_text(json.dumps(model))
    site = tmp_path / "site"
    build_site(open_source(str(tmp_path / "models")), site, services=["zoo"])
    first = "The first release of this source: nothing to compare it with."
    words, nothing = "Only documentation changed, in 1 service.", "Nothing changed in the services of this site."
    for release, notes in (("1.0", first), ("1.1", words), ("1.2", nothing)):
        for format in ("html", "md", "txt"):
            assert notes in (site / f"releases/{release}/index.{format}").read_text(), (release, format)
    for page in ("index", "releases/undated/1/index"):
        text = (site / f"{page}.html").read_text()
        lines = re.findall('<p class="(?:quiet )?t">(.*)</p>', text)
        assert [re.sub("<[^>]*>", "", line) for line in lines if "changed in" in line] == [
            "Nothing changed in 1.2.",
            "Only documentation changed in 1.1.",
        ]
        assert text.count(first) == 1
        for format in ("md", "txt"):
            text = (site / f"{page}.{format}").read_text()
            assert [text.count(notes) for notes in (first, words, nothing)] == [1, 1, 1], (page, format)
        reworded = [each["documentation_only"] for each in json.loads((site / f"{page}.json").read_bytes())["releases"]]
        assert reworded == [[], [{"service": "zoo", "title": "Zoo", "text_count": 1}], []]
    data = json.loads((site / "releases/1.1/index.json").read_bytes())
    check_schema("release-index", data)
    assert data["documentation_only"] == [{"service": "zoo", "title": "Zoo", "text_count": 1}]
    page = (site / "releases/1.1/index.html").read_text()
    assert "<summary>Documentation only: 1 service</summary>" in page
    assert 'content="1.1. Only documentation changed, in 1 service."' in page
    build_site(open_source(str(tmp_path / "models")), site)
    both = (site / "releases/1.2/index.html").read_text()
    assert "1 service changed" in both
    assert "Nothing" not in both
    assert page == (site / "releases/1.1/index.html").read_text(), "another service says nothing of this release"


def test_an_operation_has_its_waiters_and_a_service_too(zoo: Path) -> None:
    operation = (zoo / "services/zoo/Feed/index.md").read_text()
    assert "client.get_waiter('fed')" in operation
    assert "- Polls every 5 seconds, up to 9 times\n  - success if every Hungry is false" in operation
    assert '<a href="Feed/index.html#waiters">Feed</a>' in (zoo / "services/zoo/index.html").read_text()


def test_the_address_of_the_site_makes_a_sitemap_canonical_links_and_cards(tmp_path: Path) -> None:
    url = "https://docs.example.com/api/"
    source = open_source(str(ROOT / "models"))
    build_site(source, tmp_path, url=url)
    robots = (tmp_path / "robots.txt").read_text()
    assert robots == f"User-agent: *\nAllow: /\n\nSitemap: {url}sitemap.xml\n"
    addresses = ElementTree.parse(tmp_path / "sitemap.xml").getroot()  # noqa: S314 - our own
    places = [(each[0].text, each[1].text if len(each) > 1 else None) for each in addresses]
    html = {path.parent.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("index.html")}
    assert {place for place, _ in places} == {url + (f"{each}/" if each != "." else "") for each in html}
    assert (f"{url}releases/1.12.83/appstream/", "2019-01-21") in places
    page = (tmp_path / "releases/1.12.83/appstream/index.html").read_text()
    assert f'<link rel="canonical" href="{url}releases/1.12.83/appstream/">' in page
    assert f'<meta property="og:url" content="{url}releases/1.12.83/appstream/">' in page
    assert '<meta property="og:title" content="Amazon AppStream: API changes in botocore 1.12.83">' in page
    assert f'<meta property="og:image" content="{url}static/card.png">' in page
    assert (tmp_path / "static/card.png").read_bytes().startswith(b"\x89PNG")
    assert '<a href="/api/releases/index.html">' in (tmp_path / "404.html").read_text()


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        (0, ""),  # the first release of a service is no change of it
        (2, ""),
        (1, "After 1.1 and before the releases of this site, 1 release changed Zoo."),
    ],
)
def test_a_service_counts_the_changes_before_the_releases_of_the_site(last: int, sentence: str, tmp_path: Path) -> None:
    build_zoo(tmp_path, ["html"])
    source, history = open_source(str(tmp_path / "models")), History(tmp_path / "history.db")
    build_site(source, tmp_path / "last", ["html"], history=history, selection=ReleaseSelection(last=last))
    page = (tmp_path / "last/services/zoo/index.html").read_text()
    assert re.findall(r"After [^<]* changed Zoo\.", page) == [sentence] * bool(sentence)


def test_without_an_address_no_page_refers_to_one(site: Path) -> None:
    assert not (site / "sitemap.xml").exists()
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert 'rel="canonical"' not in text
        assert "og:" not in text


def test_every_page_says_what_it_is_about(site: Path) -> None:
    found = {}
    for path in site.rglob("index.html"):
        match = re.search(r'<meta name="description" content="([^"]+)">', path.read_text(encoding="utf-8"))
        assert match, path
        found[path] = match[1]
        assert len(match[1]) <= 250
    titles = [re.search(r"<title>([^<]+)</title>", path.read_text(encoding="utf-8")) for path in found]
    assert len({title[1] for title in titles if title}) == len(titles), "two pages have one title"
