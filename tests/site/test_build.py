"""Building a site: releases in, pages out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from markdown_it import MarkdownIt
from referencing import Registry, Resource
from small_models import small_model

from docgen import schema
from docgen.locate import open_source
from docgen.site.build import build_site

ROOT = Path(__file__).parent.parent.parent
GOLDEN = Path(__file__).parent.parent / "golden"
NOTES = "releases/1.12.83/appstream/index"

GOLDEN_PAGES = [
    *(f"{path}.{end}" for path in ("index", NOTES) for end in ("html", "md", "txt", "json")),
    *(f"services/appstream/CreateStack/index.{end}" for end in ("html", "md", "txt", "json")),
    *(f"releases/2019/01/index.{end}" for end in ("html", "md", "txt", "json")),
    "breaking/index.html",
    "lifecycle/index.html",
    "llms.txt",
    "releases/index.html",
    "releases/1.12.82/index.html",
    "releases/1.12.83/index.html",
    "releases/1.12.83/index.md",
    "robots.txt",
    "services/index.html",
    "services/appstream/history/index.html",
    "services/appstream/index.html",
    "services/appstream/index.json",
    "services/appstream/index.md",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site of the example models."""
    output = tmp_path_factory.mktemp("site")
    build_site(open_source(str(ROOT / "models")), output)
    return output


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("name", GOLDEN_PAGES)
def test_a_page_is_as_reviewed(name: str, site: Path, update_golden: bool) -> None:
    golden = GOLDEN / name
    actual = (site / name).read_text(encoding="utf-8")
    if update_golden:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(actual, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == actual


def test_the_notes_open_as_the_documented_page_does(site: Path) -> None:
    text = (site / f"{NOTES}.txt").read_text(encoding="utf-8")
    assert text.startswith(
        "Amazon AppStream\n\n2019/01/21 - Amazon AppStream - 3 updated api methods\n\n"
        "Changes  Update appstream client to latest version\n\n"
        "CreateFleet (updated) Link ¶\nChanges (request)\n{'Tags': {'string': 'string'}}\n\n"
    )
    assert re.findall(r"^(\w+) \(updated\)", text, re.MULTILINE) == ["CreateFleet", "CreateImageBuilder", "CreateStack"]


def test_every_link_and_every_anchor_of_the_site_leads_somewhere(site: Path) -> None:
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    ids = {path: set(re.findall(r'\bid="([^"]*)"', text)) for path, text in pages.items()}
    followed = 0
    for path, text in pages.items():
        assert len(re.findall(r'\bid="', text)) == len(ids[path]), f"{path} says an id twice"
        for href in re.findall(r'\bhref="([^"]*)"', text):
            if re.match(r"[a-z]+:", href):
                continue
            target, _, fragment = href.partition("#")
            target = target.removeprefix("/") if path.name == "404.html" else target
            leads = (path.parent / target).resolve() if target else path.resolve()
            assert leads.is_file(), f"{path}: {href}"
            if fragment:
                assert fragment in ids[leads], f"{path}: {href}"
            followed += 1
    assert followed > 100


SCHEMAS = {
    "index.json": "site-index",
    "releases/index.json": "release-catalog",
    "releases/2*/*/index.json": "timeline",
    "releases/1*/index.json": "release-index",
    "releases/1*/*/index.json": "notes",
    "breaking/index.json": "timeline",
    "dangerous/index.json": "timeline",
    "services/index.json": "service-catalog",
    "services/*/index.json": "service-index",
    "services/*/history/index.json": "timeline",
    "services/*/[A-Z]*/index.json": "operation",
    "services/*/types/index.json": "type-index",
    "services/*/types/*/index.json": "type",
    "lifecycle/index.json": "lifecycle-index",
    "rules/index.json": "rule-index",
    "rules/*/index.json": "rule",
    "severities/index.json": "severities",
}


def test_every_json_file_obeys_its_published_schema(site: Path) -> None:
    published = {path.name: json.loads(path.read_bytes()) for path in (site / "schema").iterdir()}
    assert published == {f"{name}.schema.json": schema.load_schema(name) for name in schema.PUBLISHED_SCHEMAS}
    registry = Registry().with_resources((each["$id"], Resource.from_contents(each)) for each in published.values())
    left = {path for path in site.rglob("*.json") if path.name == "index.json"}
    for pattern, name in SCHEMAS.items():
        found = set(site.glob(pattern))
        assert found
        left -= found
        checker = Draft202012Validator(
            published[f"{name}.schema.json"], format_checker=FormatChecker(), registry=registry
        )
        for path in sorted(found):
            checker.validate(json.loads(path.read_bytes()))
    assert not left


def test_markdown_becomes_no_html_but_its_own(site: Path) -> None:
    render = MarkdownIt("commonmark", {"html": False}).render
    for path in site.rglob("*.md"):
        html = render(path.read_text(encoding="utf-8"))
        tags = set(re.findall(r"</?([a-z0-9]+)", html))
        assert tags <= {"h1", "h2", "h3", "p", "ul", "ol", "li", "a", "code", "pre", "em", "strong", "blockquote"}, path


def test_a_second_build_writes_nothing(site: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*")}
    number = len(files(site)) - 1  # the manifest is not a page
    assert build_site(open_source(str(ROOT / "models")), site).endswith(f"; 0 files written, {number} unchanged")
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*")} == before


def test_fewer_formats_remove_the_pages_of_the_others(site: Path, tmp_path: Path) -> None:
    build_site(open_source(str(ROOT / "models")), tmp_path)
    assert files(tmp_path) == files(site)
    line = build_site(open_source(str(ROOT / "models")), tmp_path, ["json"])
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".json"}
    left = len(files(tmp_path))
    assert f", {len(files(site)) - left} removed" in line


@pytest.mark.parametrize("seed", ["0", "1", "42"])
def test_the_same_models_give_the_same_bytes_whatever_the_hash_seed(seed: str, site: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    command = [sys.executable, "-m", "docgen", "build", "--output", str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT, env=environment, capture_output=True)
    assert files(tmp_path) == files(site)


def test_a_hostile_operation_name_cannot_leave_the_output_directory(tmp_path: Path) -> None:
    model = json.loads((ROOT / "models/1.12.83/appstream/2016-12-01/service-2.json").read_bytes())
    model["operations"]["../../../escaped"] = model["operations"].pop("CreateStack")
    source = tmp_path / "models" / "1.0" / "zoo" / "2020-01-01"
    source.mkdir(parents=True)
    (source / "service-2.json").write_text(json.dumps(model))
    build_site(open_source(str(tmp_path / "models")), tmp_path / "output")
    assert {path.name for path in tmp_path.iterdir()} == {"models", "output"}
    (folder,) = (tmp_path / "output/services/zoo").glob("operation.*")
    assert folder.name == f"operation.{'.2e_.2e_.2f_' * 3}escaped"
    assert "<h1>../../../escaped</h1>" in (folder / "index.html").read_text(encoding="utf-8")


def test_new_services_new_versions_and_vanished_operations(tmp_path: Path) -> None:
    """A release that adds a service, an API version of an existing one, and an operation."""
    for release, service, api_version, operations in (
        ("1.0", "zoo", "2020-01-01", ["Feed", "Pet"]),
        ("1.1", "zoo", "2020-01-01", ["Feed", "Wash"]),
        ("1.1", "zoo", "2021-01-01", ["Feed", "Pet", "Sing"]),
        ("1.1", "park", "2021-01-01", ["Walk"]),
    ):
        folder = tmp_path / "models" / release / service / api_version
        folder.mkdir(parents=True)
        (folder / "service-2.json").write_text(json.dumps(small_model(service, api_version, operations)))
    build_site(open_source(str(tmp_path / "models")), tmp_path / "out", ["json"])
    out = tmp_path / "out" / "releases" / "1.1"

    def changed(path: str) -> list[tuple[str, str]]:
        return [(o["operation"], o["status"]) for o in json.loads((out / path).read_bytes())["operations"]]

    assert changed("park/index.json") == [("Walk", "new")]
    assert changed("zoo/2020-01-01/index.json") == [("Wash", "new")]
    assert changed("zoo/index.json") == [("Sing", "new")], "a new API version is compared with the one used until then"
    history = json.loads((tmp_path / "out/services/zoo/index.json").read_bytes())["history"]
    assert [(m["path"], m["counts_text"]) for m in history] == [
        ("releases/1.1/zoo/index", "1 new API method"),
        ("releases/1.1/zoo/2020-01-01/index", "1 new, 1 removed API methods"),
    ]


# -- a folder with other people's files


def built(output: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "docgen", "build", "--formats", "text", "--output", str(output), *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_folder_that_holds_other_things_and_no_site_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "thesis.txt").write_text("mine")
    done = built(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"docgen: {tmp_path}: not a site of docgen, and 'src' is there"
        " (choose another folder, or use --into-existing)\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["src", "thesis.txt"]


def test_a_folder_that_may_be_shared_is_and_from_then_on_is_known(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    assert built(tmp_path, "--into-existing").returncode == 0
    assert built(tmp_path).returncode == 0
    (tmp_path / "more.txt").write_text("mine")
    assert built(tmp_path).returncode == 0
    assert {(tmp_path / name).read_text() for name in ("thesis.txt", "more.txt")} == {"mine"}


def test_a_folder_with_what_hosts_of_pages_want_there_is_taken(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in (".git/config", ".nojekyll", "CNAME"):
        (tmp_path / name).write_text("mine")
    assert built(tmp_path).returncode == 0
    assert (tmp_path / "CNAME").read_text() == "mine"


def test_update_asks_too_before_it_works(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/thesis.txt").write_text("mine")
    options = ["--history", str(tmp_path / "h.db"), "--output", str(tmp_path / "site")]
    command = [sys.executable, "-m", "docgen", "update", str(ROOT / "models"), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--into-existing" in done.stderr
    assert not (tmp_path / "h.db").exists()


@pytest.mark.parametrize("shard_size", [20, 100_000])
def test_a_rebuilt_site_equals_a_new_one_after_names_differ_only_by_case(
    shard_size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docgen.pages.search.files.MAX_SHARD_SIZE", shard_size)

    def write_model(service: str, *operations: str) -> None:
        named = {
            name: {"name": name, "input": {"shape": "In"}, "documentation": f"<p>Calls {name}.</p>"}
            for name in operations
        }
        folder = tmp_path / "data" / service / "2020-01-01"
        folder.mkdir(parents=True, exist_ok=True)
        members = {name: {"shape": "Text"} for name in ("Straw", "Egg", f"Of{service}")}
        shapes = {"In": {"type": "structure", "members": members}, "Text": {"type": "string"}}
        model = {"metadata": {}, "operations": named, "shapes": shapes}
        (folder / "service-2.json").write_text(json.dumps(model), encoding="utf-8")

    def pages(folder: Path) -> dict[str, bytes]:
        build_site(open_source(str(tmp_path / "data")), folder, ["html", "json"])
        return {name: content for name, content in files(folder).items() if name != ".docgen-manifest.json"}

    write_model("barn", "GetCow")
    write_model("yard", "GetHen", "Gethen")
    first = pages(tmp_path / "site")
    assert first == pages(tmp_path / "site")
    write_model("barn", "GetCow", "Getcow")
    write_model("yard", "GetHen")
    again = pages(tmp_path / "site")
    assert again == pages(tmp_path / "new")
    assert [name for name in again if "barn" in name and "etcow" in name.lower()]
    assert "static/search/s-barn.js" in again
    assert ("static/search/n-o.js" in again or "static/search/n-ofbarn______.js" in again) == (shard_size == 20)
