"""Entries of the official notes are shown where they belong: with their service, or as a note on the SDK itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from change_support import model, structure

from docgen.cli import main

ENTRIES = [
    {"type": "feature", "category": "``shop``", "description": "Pong was removed; use Ping."},
    {"type": "feature", "category": "Python", "description": "End of support for Python 3.7"},
]


def _output(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    capsys.readouterr()
    assert main([str(argument) for argument in arguments]) == 0
    return capsys.readouterr().out


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """Write four releases of a service `toy`: Text gets limits in 1.0.1 and 1.0.3; 1.0.2 changes nothing."""
    for number, limit in enumerate((None, 20, 20, 10)):
        name = f"1.0.{number}"
        folder = tmp_path / "models" / name / "toy" / "2020-01-01"
        folder.mkdir(parents=True)
        text: dict[str, Any] = {"type": "string"} | ({"max": limit} if limit else {})
        (folder / "service-2.json").write_bytes(model(In=structure(Name="Text"), Text=text))
        summaries = {
            1: {"toy": "Name has a limit."},
            2: {"Python (feature)": "Python 3.7 is over", "toy (bugfix)": "Signs."},
        }
        notes = {"release": name, "package": "toys", "summaries": summaries.get(number, {})}
        (folder.parents[1] / "release.json").write_text(json.dumps(notes), encoding="utf-8")
    return tmp_path / "models"


def test_entries_of_other_types_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "1.0.1.json").write_text(json.dumps(ENTRIES), encoding="utf-8")
    for name, operations in (("old", ("Ping", "Pong")), ("new", ("Ping",))):
        content = json.loads(model(operations))
        content["metadata"]["serviceId"] = "Shop"
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    arguments = "diff", tmp_path / "old.json", tmp_path / "new.json", "--service", "shop"
    text = _output(capsys, *arguments, "--release-notes", tmp_path / "1.0.1.json")
    assert "Changes  Pong was removed; use Ping." in text
    assert "Python (feature): End of support for Python 3.7" in text
    assert "official notes" not in text


def test_the_notes_of_all_releases_of_a_range_count(releases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def claims_omission(*wanted: str) -> bool:
        return "do not mention this" in _output(capsys, "diff", *wanted, "--source", releases)

    assert not claims_omission("1.0.0..1.0.3")
    assert not claims_omission("1.0.0", "1.0.3")
    assert not claims_omission("1.0.0..1.0.3", "--severity", "breaking")
    assert "The official notes do not mention this service" in _output(
        capsys, "diff", "1.0.2..1.0.3", "--source", releases
    )


def test_notes_on_the_sdk_head_every_kind_of_page(releases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ("diff", "1.0.1..1.0.2"),
        ("diff", "1.0.0..1.0.3", "--group-by", "minor"),
        ("notes", "1.0.2"),
        ("notes", "1.0.0..1.0.3", "--preset", "keep-a-changelog"),
    ):
        text = _output(capsys, *arguments, "--source", releases)
        assert "The SDK itself" in text, arguments
        assert "Python 3.7 is over" in text, arguments
    data = json.loads(_output(capsys, "diff", "1.0.1..1.0.2", "--source", releases, "--format", "json"))
    assert [note["topic"] for note in data["sdk_notes"]] == ["Python", "toy"]


def test_a_history_and_a_site_keep_the_notes_on_the_sdk(
    releases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = tmp_path / "h.db"
    _output(capsys, "index", releases, "-o", history)
    wanted = "notes", "1.0.0..1.0.3"
    assert _output(capsys, *wanted, "--source", history) == _output(capsys, *wanted, "--source", releases)
    _output(capsys, "build", "--source", releases, "--output", tmp_path / "site", "--formats", "html")
    assert "Python 3.7 is over" in (tmp_path / "site/releases/1.0.2/index.html").read_text(encoding="utf-8")
