"""`build.json`: what built a site, and from which input. Digests are recomputed with git and hashlib only."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import docgen
from docgen import schema
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.locate import open_source
from docgen.resources import program_digest
from docgen.site.build import build_site
from docgen.sources.selection import ReleaseSelection

MODELS = Path(__file__).parent.parent.parent / "models"


def record(source: str, site: Path, **options: Any) -> dict[str, Any]:
    """Return the `build.json` of a site."""
    build_site(open_source(source), site, ["json"], **options)
    content: dict[str, Any] = json.loads((site / "build.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema.load_schema("build")).validate(content)
    assert (site / "schema" / "build.schema.json").exists()
    return content


def digest_by_git(release: Path) -> str:
    """Return the output of `find | sort | git hash-object | sha256sum` for the models of a release."""
    files = sorted(path for path in release.glob("*/*/*.json"))
    ids = subprocess.run(["git", "hash-object", *files], capture_output=True, text=True, check=True).stdout.split()
    lines = "".join(f"{each} {path.relative_to(release)}\n" for each, path in zip(ids, files, strict=True))
    return hashlib.sha256(lines.encode()).hexdigest()


def test_a_site_says_who_made_it_and_from_what(tmp_path: Path) -> None:
    found = record(str(MODELS), tmp_path / "site")
    assert found["docgen"] == {"version": docgen.__version__, "digest": program_digest()}
    assert (found["package"], found["services"], found["has_history"]) == ("botocore", None, False)
    assert [each["release"] for each in found["releases"]] == ["1.12.82", "1.12.83"]
    assert [each["digest"] for each in found["releases"]] == [
        digest_by_git(MODELS / each["release"]) for each in found["releases"]
    ]


def test_the_record_names_no_place_and_is_the_same_from_any(tmp_path: Path) -> None:
    copy = tmp_path / "a folder of mine"
    shutil.copytree(MODELS, copy)
    update_history(open_source(str(copy)), tmp_path / "h.db")
    made = [
        record(str(MODELS), tmp_path / "1"),
        record(str(copy), tmp_path / "2"),
        {
            **record(str(tmp_path / "h.db"), tmp_path / "3", history=History(tmp_path / "h.db")),
            "has_history": False,
        },
    ]
    assert made[0] == made[1] == made[2]
    text = (tmp_path / "2" / "build.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert os.uname().nodename not in text


def test_a_byte_of_a_model_or_of_a_file_beside_it_changes_the_digest_of_its_release(tmp_path: Path) -> None:
    copy = tmp_path / "models"
    shutil.copytree(MODELS, copy)
    waiters = copy / "1.12.83" / "appstream" / "2016-12-01" / "waiters-2.json"
    waiters.write_text('{"version": 2, "waiters": {}}')
    before = record(str(copy), tmp_path / "site")["releases"]
    for name in ("service-2.json", waiters.name):
        path = copy / "1.12.83" / "appstream" / "2016-12-01" / name
        path.write_text(path.read_text() + "\n")
        after = record(str(copy), tmp_path / "site")["releases"]
        assert before[0] == after[0]
        assert before[1]["digest"] != after[1]["digest"]
        before = after


@pytest.mark.parametrize("service", ["appstream"])
def test_a_part_of_a_source_is_named(service: str, tmp_path: Path) -> None:
    selection = ReleaseSelection(last=1)
    found = record(str(MODELS), tmp_path / "site", services=[service], selection=selection)
    assert found["services"] == [service]
    assert [(each["release"], each["has_page"]) for each in found["releases"]] == [
        ("1.12.82", False),
        ("1.12.83", True),
    ]
