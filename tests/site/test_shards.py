"""`docgen build --shard` and `--reuse`: a site built in shards, on machines that share nothing, is the same site."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from docs_world import ROOT
from history_support import random_releases, write
from killed_runs import docgen, finished

from docgen.errors import OutputError, UsageError
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.locate import open_source
from docgen.site.build import build_site
from docgen.site.jobs import BuiltPart, IndexJob, SiteJob
from docgen.site.plan import services_of_shard
from docgen.sources.selection import ReleaseSelection

SCALE = (ROOT / "docs/scale.md").read_text(encoding="utf-8")
FORMATS = ["html", "json"]
SHARDS = 3


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a history, its whole site, and its shards."""
    folder = tmp_path_factory.mktemp("world")
    for release, files in random_releases(5, 14):
        write(folder / "releases", release, files)
    update_history(open_source(str(folder / "releases")), folder / "history.db")
    build(folder, "whole")
    for number in range(1, SHARDS + 1):
        build(folder, f"shard{number}", shard=(number, SHARDS))
    return folder


def build(folder: Path, output: str, **options: object) -> dict[str, bytes]:
    """Build a site of the history in `folder`; return its files."""
    path = folder / "history.db"
    build_site(open_source(str(path)), folder / output, FORMATS, history=History(path), **options)  # type: ignore[arg-type]
    return tree(folder / output)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_shards_are_joined_to_the_same_site_without_reading_a_model(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[SiteJob] = []
    module = sys.modules["docgen.site.build"]
    run = module.run_site_job

    def record_job(job: SiteJob) -> list[BuiltPart]:
        asked.append(job)
        parts: list[BuiltPart] = run(job)
        return parts

    monkeypatch.setattr(module, "run_site_job", record_job)
    parts = [world / f"shard{number}" for number in range(1, SHARDS + 1)]
    assert build(world, "joined", reuse_from=parts) == tree(world / "whole")
    assert asked
    assert all(isinstance(job, IndexJob) for job in asked)


def test_the_documented_commands_join_shards_to_the_same_site(world: Path) -> None:
    (block,) = (
        block for block in re.findall(r"^```sh\n(.*?)^```$", SCALE, re.MULTILINE | re.DOTALL) if "shard" in block
    )
    for line in block.splitlines():
        program, *words = line.split()
        assert program == "docgen"
        command = [sys.executable, "-m", "docgen", *words, "--formats", ",".join(FORMATS), "--jobs", "1"]
        subprocess.run(command, cwd=world, check=True)
    assert tree(world / "site") == tree(world / "whole")


def test_what_a_shard_lacks_is_built(world: Path) -> None:
    page = next((world / "shard1/services").glob("*/Get/index.html"))
    content = page.read_bytes()
    page.write_bytes(content.replace(b"Get", b"Got", 1))
    try:
        assert build(world, "mended", reuse_from=[world / "shard1", world / "shard3"]) == tree(world / "whole")
    finally:
        page.write_bytes(content)


def test_parts_built_from_something_else_are_not_reused(world: Path) -> None:
    few = ReleaseSelection(last=5)
    assert build(world, "few", selection=few, reuse_from=[world / "whole"]) == build(world, "few-alone", selection=few)


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_shards_have_every_service_once_and_about_the_same_work(count: int) -> None:
    steps = Counter({f"service-{number:02}": number * number % 41 + 1 for number in range(40)})
    portions = [services_of_shard(number, count, steps) for number in range(1, count + 1)]
    assert sorted(service for portion in portions for service in portion) == sorted(steps)
    loads = [sum(steps[service] for service in portion) for portion in portions]
    assert max(loads) - min(loads) <= max(steps.values())


def test_a_shard_without_services_is_refused() -> None:
    with pytest.raises(UsageError, match=r"--shard 3/3: there are only 2 services"):
        services_of_shard(3, 3, Counter(a=5, b=1))


def test_a_folder_without_a_site_is_refused_and_nothing_is_written(world: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"releases: not a site of docgen .*copy hidden files, too"):
        build(world, "refused", reuse_from=[world / "releases"])
    assert not (world / "refused").exists()


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "1/", "/2", "a/b", "-1/2"])
def test_a_shard_is_a_number_and_a_count(text: str, tmp_path: Path) -> None:
    code, out, error = finished(docgen("build", f"--shard={text}", "--output", tmp_path / "site"))
    assert (code, out) == (2, "")
    assert f"{text} is not a shard such as 1/4" in error
