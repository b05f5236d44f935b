"""Names with letters that ids, links and folders cannot have; operations that are called like a folder of a site."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from site_links import check
from small_site import small

from docgen.locate import open_source
from docgen.render.addresses import html_id, operation_folder
from docgen.site.build import build_site
from docgen.site.publish.page_paths import is_page_path

ORDINARY = ("CreateFleet", "create_fleet", "x-amz-acl", "aws:kind", "$schema", "request.Tags.Key", "Größe")
ODD = ("a b", "a\tb", "a#b", "a%20b", "a~20~b", '"', "<i>", "[x]", "{key}x", "‮", "→", "\\", "^", "`", "|")
NAMES = (
    *ODD,
    "history",
    "CON",
    "aux",
    "Lpt1",
    "History-",
    "operation.history",
    "feed.atom",
    "-x",
    "x.",
    "é",
    "a/b",
    "..",
    "x" * 200,
    "y" * 200,
)


def test_ordinary_names_stay_as_they_are() -> None:
    assert [html_id(name) for name in ORDINARY] == list(ORDINARY)
    assert [operation_folder(name) for name in ("CreateFleet", "create_fleet", "Historic")] == [
        "CreateFleet",
        "create_fleet",
        "Historic",
    ]


def test_an_id_holds_nothing_that_an_id_or_a_link_cannot_have() -> None:
    ids = [html_id(name) for name in (*ODD, *ORDINARY)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[\w.:$@!&'()*+,;=/?~-]+", each) for each in ids)
    assert html_id("a b") == "a~20~b"


def test_a_folder_is_one_on_every_disk_and_no_two_names_have_the_same() -> None:
    folders = [operation_folder(name) for name in NAMES]
    assert all(is_page_path(f"services/x/{folder}/index.html") and len(folder) <= 150 for folder in folders)
    assert len({folder.casefold() for folder in folders}) == len(NAMES)
    assert "history" not in {folder.casefold() for folder in folders}
    assert operation_folder("HISTORY") == "operation.HISTORY"


@pytest.mark.parametrize("name", ["history", "History"])
def test_a_site_has_pages_for_odd_names_and_every_link_leads_there(name: str, tmp_path: Path) -> None:
    operations = [name, "Foo Bar", 'a"b<i>', "Plain"]
    for release in range(2):
        model = small("odd", "2020-01-01", operations[: 2 + 2 * release])
        shapes = {
            "In": {"type": "structure", "members": {each: {"shape": "S"} for each in ODD[: 2 + 20 * release]}},
            "S": {"type": "string"},
            "No Such Thing": {"type": "structure", "members": {}, "exception": True},
        }
        for operation in model["operations"].values():
            operation |= {"input": {"shape": "In"}, "errors": [{"shape": "No Such Thing"}], "deprecated": True}
            operation["documentation"] = f'<p>See <a>{name}</a>, <code>"Plain"</code> and <code>Foo Bar</code>.</p>'
        if release:
            model["operations"] = {
                each: operation for each, operation in model["operations"].items() if each != "Foo Bar"
            }
        model["shapes"] = shapes
        folder = tmp_path / "models" / f"1.{release}" / "odd" / "2020-01-01"
        folder.mkdir(parents=True)
        (folder / "service-2.json").write_text(json.dumps(model))
        waiter = {"operation": name, "delay": 1, "maxAttempts": 1, "acceptors": []}
        (folder / "waiters-2.json").write_text(json.dumps({"version": 2, "waiters": {"All Done": waiter}}))
    site = tmp_path / "site"
    build_site(open_source(str(tmp_path / "models")), site)
    report = check(site)
    assert report.wrong == []
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert re.findall(r'\b(?:id|href)="[^"]*\s[^"]*"', text) == [], page
    pages = {path.parent.name for path in (site / "services/odd").glob("*/index.html")}
    assert pages == {"history", f"operation.{name}", "operation.Foo.20_Bar", "operation.a.22_b.3c_i.3e_", "Plain"}
    assert "all changes" in (site / "services/odd/history/index.html").read_text(encoding="utf-8")
    assert f"<h1>{name}</h1>" in (site / f"services/odd/operation.{name}/index.html").read_text(encoding="utf-8")
    assert 'id="request.a~20~b"' in (site / "services/odd/Plain/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["con", "CON", "aux.html", "nul.tar.gz", "Com7", "LPT0.x"])
def test_no_page_has_the_name_of_a_device(name: str) -> None:
    assert not is_page_path(f"services/{name}/index.html")
    assert not is_page_path(name)
    assert is_page_path(f"services/{operation_folder(name)}/index.html")
    assert all(is_page_path(near) for near in (f"a{name}", name.partition(".")[0] + "s", "console", "com10"))
