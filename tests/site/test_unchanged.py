"""A second run over the same history reads the pages on disk and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from history_support import random_releases, write

from docgen.errors import OutputError
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.locate import open_source
from docgen.site import build
from docgen.site.build import build_site
from docgen.site.plan import SitePlan


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    for release, files in random_releases(3, 6):
        write(folder / "releases", release, files)
    update_history(open_source(str(folder / "releases")), folder / "history.db")
    make(folder, folder / "site")
    return folder


def make(world: Path, output: Path, **options: object) -> str:
    path = world / "history.db"
    formats = options.pop("formats", ["html", "json"])
    return build_site(open_source(str(path)), output, formats, history=History(path), **options)  # type: ignore[arg-type]


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of plans, one for each run that does not end earlier."""
    found: list[str] = []

    def record_plan(*arguments: Any) -> SitePlan:
        found.append("plan")
        return SitePlan(*arguments)

    monkeypatch.setattr(build, "SitePlan", record_plan)
    return found


@pytest.fixture
def site(world: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(world / "site", tmp_path / "site"))


def test_a_run_over_the_same_history_plans_nothing(world: Path, site: Path, planned: list[str]) -> None:
    pages = sum(path.is_file() for path in site.rglob("*")) - 1
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*")}
    line = make(world, site)
    assert line.endswith(f"; 0 files written, {pages} unchanged")
    assert " of change notes, reference of " in line
    assert planned == []
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*")} == before


def remove_page(site: Path) -> None:
    next(site.rglob("services/*/index.html")).unlink()


def lengthen_style(site: Path) -> None:
    with (site / "static/site.css").open("a") as stream:
        stream.write(" ")


def damage_manifest(site: Path) -> None:
    path = site / ".docgen-manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"complete": true', b'"complete": false'))


@pytest.mark.parametrize("harm", [remove_page, lengthen_style, damage_manifest])
def test_a_page_that_is_gone_or_was_edited_is_written_again(
    harm: Callable[[Path], None], world: Path, site: Path, planned: list[str]
) -> None:
    harm(site)
    make(world, site)
    assert planned == ["plan"]
    for path in (world / "site").rglob("*"):
        if path.is_file():
            assert (site / path.relative_to(world / "site")).read_bytes() == path.read_bytes()
    make(world, site)
    assert planned == ["plan"]


def test_a_folder_that_is_a_link_is_still_refused(world: Path, site: Path, tmp_path: Path) -> None:
    (site / "services").rename(tmp_path / "elsewhere")
    (site / "services").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="does not write through links"):
        make(world, site)


@pytest.mark.parametrize(
    "options", [{"formats": ["html"]}, {"url": "https://a.example/"}, {"shard": (1, 2)}, {"services": ["none"]}]
)
def test_other_options_are_another_run(options: dict[str, object], world: Path, site: Path, planned: list[str]) -> None:
    make(world, site, **options)
    assert planned == ["plan"]


def test_another_history_is_another_run(world: Path, tmp_path: Path, planned: list[str]) -> None:
    shutil.copytree(world / "releases", tmp_path / "releases")
    shutil.copy(world / "history.db", tmp_path / "history.db")
    shutil.copytree(world / "site", tmp_path / "site")
    for release, files in list(random_releases(3, 7))[6:]:
        write(tmp_path / "releases", release, files)
    update_history(open_source(str(tmp_path / "releases")), tmp_path / "history.db")
    assert "; 0 files written" not in make(tmp_path, tmp_path / "site")
    assert planned == ["plan"]


def test_releases_from_elsewhere_are_always_planned(world: Path, site: Path, planned: list[str]) -> None:
    for _ in range(2):
        build_site(open_source(str(world / "releases")), site, ["json"])
    assert planned == ["plan", "plan"]
