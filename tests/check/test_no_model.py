"""`docgen check` refuses every file that is not a service model, changed or unchanged, new or old."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from commands import ROOT, docgen, refused
from history_support import put, small_model

MODEL = ROOT / "models/1.12.83/appstream/2016-12-01/service-2.json"
NO_MODELS = {
    "nothing": b"",
    "text": b"not json at all\n",
    "another object": b"{}",
    "a list": b"[]",
    "no shapes": b'{"metadata": {}, "operations": {}}',
    "shapes that are no object": b'{"metadata": {}, "operations": {}, "shapes": []}',
    "half a model": MODEL.read_bytes()[:1000],
}


@pytest.mark.parametrize("case", NO_MODELS)
def test_two_equal_files_that_are_no_models_do_not_pass(case: str, tmp_path: Path) -> None:
    for name in ("old.json", "new.json"):
        (tmp_path / name).write_bytes(NO_MODELS[case])
    line = refused("check", str(tmp_path / "old.json"), str(tmp_path / "new.json"))
    assert ".json" in line


@pytest.mark.parametrize("case", ["nothing", "text", "another object"])
def test_a_new_service_that_is_no_model_does_not_pass(case: str, tmp_path: Path) -> None:
    for release in ("1.0.0", "1.1.0"):
        put(tmp_path, release, small_model(), "good")
    put(tmp_path, "1.1.0", NO_MODELS[case], "bad")
    line = refused("check", "1.0.0", "1.1.0", "--source", str(tmp_path))
    assert "bad" in line


def test_a_new_file_of_a_pull_request_that_is_no_model_does_not_pass(tmp_path: Path) -> None:
    put(tmp_path, "models", small_model(), "good")
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "Add a model"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    put(tmp_path, "models", b"not json", "bad")
    done = docgen("check", "--against", "HEAD", "models", cwd=tmp_path)
    assert done.returncode == 2
    assert "bad" in done.stderr


@pytest.mark.parametrize("command", [("build",), ("update", "models")])
def test_a_misspelt_service_is_refused_with_the_near_miss_first(command: tuple[str, ...], tmp_path: Path) -> None:
    output = ("-o", str(tmp_path / "site"))
    history = ("--history", str(tmp_path / "h.db")) if command[0] == "update" else ()
    done = docgen(*command, *output, *history, "--service", "appstreem")
    assert done.returncode == 2
    assert "no service 'appstreem'" in done.stderr
    assert "did you mean appstream?" in done.stderr
    assert not (tmp_path / "site").exists()


def test_a_pattern_for_a_misspelt_service_is_refused() -> None:
    line = refused("check", "1.12.83", "1.12.82", "--only", "appstreem#*")
    assert line.endswith("no service 'appstreem' in 1.12.83 or 1.12.82 (did you mean appstream?)")
    assert docgen("check", "1.12.83", "1.12.82", "--only", "app*#*").returncode == 1


def test_a_model_that_did_not_change_passes() -> None:
    assert json.loads(docgen("check", str(MODEL), str(MODEL), "--format", "json").stdout)["verdict"] == "passed"
