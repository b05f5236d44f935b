"""Names that ids, links and folders cannot contain, and operations with the name of one of the site's folders."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from portable_paths import wrong_paths, wrong_paths_of_site
from site_links import check_site
from small_models import small_model

from docgen.history.history import History
from docgen.history.index import update_history
from docgen.locate import open_source
from docgen.render.addresses import (
    folders_of_operations,
    html_id,
    notes_path,
    operation_folder,
    release_folder,
    service_folder,
)
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
        model = small_model("odd", "2020-01-01", operations[: 2 + 2 * release])
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
    report = check_site(site)
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


CLASHING = ("GetFoo", "GetFOO", "getfoo", "a b", "A B", "history", "HISTORY", "CON", "con", "Con", "x" * 200, "X" * 200)


def test_operations_that_differ_only_by_case_have_folders_of_their_own() -> None:
    folders = folders_of_operations(CLASHING)
    found = [operation_folder(name, folders) for name in CLASHING]
    assert wrong_paths(f"{folder}/index.html" for folder in found) == []
    assert {folder.casefold() for folder in found} & {"history", "con"} == set()
    assert folders == folders_of_operations(reversed(CLASHING))
    assert folders_of_operations(["CreateFleet", "DeleteFleet"], ["CreateFleets"]) == {}


def test_a_current_operation_keeps_its_folder_when_a_removed_one_has_the_same_letters() -> None:
    assert folders_of_operations(["CreateDataLake"], ["CreateDatalake"]) == {
        "CreateDatalake": "operation.CreateDatalake.41"
    }
    assert folders_of_operations(["CreateDatalake"], ["CreateDataLake"]) == {
        "CreateDataLake": "operation.CreateDataLake.441"
    }


NAMES_OF_FOLDERS = (
    *("zoo", "Zoo", "ZOO", "zOO", "service.zoo", "service.Zoo.1", "release.2", "index.html", "INDEX.md", "CON", "con"),
    *("aux.x", "1.0+local", "1.0+Local", "1.0RC1", "1.0rc1", "2019", "undated", "x" * 200, "X" * 200),
)


@pytest.mark.parametrize("folder_of", [service_folder, release_folder])
def test_the_folder_of_a_service_or_release_follows_from_its_name_alone(folder_of: Callable[[str], str]) -> None:
    folders = [folder_of(name) for name in NAMES_OF_FOLDERS]
    assert wrong_paths([*(f"{folder}/index.html" for folder in folders), "index.html", "index.md"]) == []
    assert len({folder.casefold() for folder in folders}) == len(NAMES_OF_FOLDERS)
    ordinary = ("appstream", "runtime.sagemaker", "s3", "1.12.83", "1.0rc1", "2.0.0.dev1", "2019-01-21")
    assert [folder_of(name) for name in ordinary] == list(ordinary)


def test_no_release_is_in_the_folder_of_a_year() -> None:
    assert release_folder("2019") == "release.2019"
    assert notes_path("2019", "01") == "releases/release.2019/01/index"


def _write_models(folder: Path, models: dict[str, dict[str, Any]]) -> str:
    for path, model in models.items():
        (folder / path).mkdir(parents=True)
        (folder / path / "service-2.json").write_text(json.dumps(model))
    return str(folder)


HARD_NAMES = {
    "1.0/zoo/2020-01-01": small_model("zoo", "2020-01-01", ["GetFoo", "Old", "CreateDatalake", "Nul", "a.", "a "]),
    "1.0/Zoo/2020-01-01": small_model("zoo", "2020-01-01", ["Same"]),
    "1.1/zoo/2020-01-01": small_model(
        "zoo", "2020-01-01", ["GetFoo", "GetFOO", "old", "CreateDataLake", "nul", "a.", "A "]
    ),
    "1.1/Zoo/2020-01-01": small_model("zoo", "2020-01-01", ["Same", "SAME"]),
    "1.1/index.html/2020-01-01": small_model("page", "2020-01-01", ["index.html", "INDEX.HTML"]),
    "1.1/CON/2020-01-01": small_model("console", "2020-01-01", ["CON"]),
    "1.1B/zoo/2020-01-01": small_model("zoo", "2020-01-01", ["GetFoo", "GetFOO", "oLd", "CreateDataLake"]),
    "1.1b/zoo/2020-01-01": small_model("zoo", "2020-01-01", ["GetFoo", "GetFOO", "Getfoo"]),
    "2019/zoo/2020-01-01": small_model("zoo", "2020-01-01", ["GetFoo", "GetFOO", "Getfoo", "new"]),
    "2019/Zoo/2020-01-01": small_model("zoo", "2020-01-01", ["Same", "SAME"]),
    "2019/index.html/2020-01-01": small_model("page", "2020-01-01", ["index.html"]),
    "2019/CON/2020-01-01": small_model("console", "2020-01-01", ["CON", "Con"]),
}


@pytest.mark.parametrize("with_history", [False, True])
def test_a_site_with_hard_names_works_on_every_system(with_history: bool, tmp_path: Path) -> None:
    source = open_source(_write_models(tmp_path / "models", HARD_NAMES))
    history = None
    if with_history:
        update_history(source, tmp_path / "h.db")
        source, history = open_source(str(tmp_path / "h.db")), History(tmp_path / "h.db")
    site = tmp_path / "site"
    build_site(source, site, history=history)
    assert wrong_paths_of_site(site) == []
    assert check_site(site).wrong == []  # also for old notes that link to operations which only changed case
    names = {name for path, model in HARD_NAMES.items() if "/zoo/" in path for name in model["operations"]}
    pages = [json.loads(page.read_text()) for page in site.glob("services/zoo/*/index.json")]
    found = [page["operation"] for page in pages if "operation" in page]
    assert sorted(found) == sorted(names)  # each has its own page, if it was removed as well
    data = json.loads((site / "services/zoo/index.json").read_text())
    assert [each["operation"] for each in data["operations"]] == ["GetFOO", "GetFoo", "Getfoo", "new"]
    again = tmp_path / "again"
    build_site(source, again, history=history)
    assert (site / ".docgen-manifest.json").read_bytes() == (again / ".docgen-manifest.json").read_bytes()


@pytest.mark.parametrize(
    ("paths", "problem"),
    [
        (["a/B/x", "a/b/y"], "a/b and a/B"),
        (["a/x", "A/x"], "a and A"),
        (["\u00e9", "e\u0301"], "\u00e9 and e\u0301"),
        (["a", "a/b"], "a and a"),
        (["x/nul.txt"], "x/nul.txt: 'nul.txt'"),
        (["x/COM1"], "x/COM1: 'COM1'"),
        (["a./b"], "a./b: 'a.'"),
        (["a /b"], "a /b: 'a '"),
        (["a:b"], "a:b: 'a:b'"),
        (["x" * 256], f"{'x' * 256}: '{'x' * 256}'"),
    ],
)
def test_the_check_of_paths_finds_what_some_system_refuses(paths: list[str], problem: str) -> None:
    assert problem in wrong_paths(paths)
    assert wrong_paths(["a/b", "a/c", "b/index.html"]) == []
