"""Models whose operations name errors without a shape, as in the AWS SDK for JavaScript: the rest can still be read."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from commands import docgen
from history_support import put, small_model, structure

from docgen.history.as_source import history_releases
from docgen.history.index import update_history
from docgen.locate import open_source
from docgen.model.incremental import read_revision
from docgen.model.parse import parse
from docgen.model.validation import model_problems


def model(*, has_shape: bool, errors: tuple[str, ...] = ("OverLimit", "Gone")) -> dict[str, Any]:
    shapes = {"OverLimit": {**structure(), "exception": True}} if has_shape else {}
    made = small_model(Request=structure(Body="String"), **shapes)
    made["operations"]["Call"]["errors"] = [{"shape": name} for name in errors]
    return made


def content(**options: Any) -> bytes:
    return json.dumps(model(**options), indent=2).encode()


def test_an_error_without_a_shape_costs_its_row_and_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        service = parse(content(has_shape=True), "queue.normal.json")
    assert [error.target for error in service.operations["Call"].errors] == ["OverLimit"]
    assert service.missing_errors == {"Call": ("Gone",)}
    assert "queue.normal.json: no shape for 1 error (Gone), which docgen leaves out" in caplog.text
    assert any("Gone" in str(problem) for problem in model_problems(model(has_shape=True), "m"))


@pytest.mark.parametrize("order", [(True, False, True), (False, True, False)])
def test_an_error_is_listed_once_its_shape_exists(order: tuple[bool, ...], tmp_path: Path) -> None:
    revision = None
    for number, has_shape in enumerate(order):
        revision = read_revision(content(has_shape=has_shape), "m", revision)
        assert len(revision.service.operations["Call"].errors) == has_shape
        put(tmp_path / "models", f"1.{number}.0", model(has_shape=has_shape))
        assert revision.service == parse(content(has_shape=has_shape), "m")
    update_history(open_source(str(tmp_path / "models")), tmp_path / "h.db")
    for release, has_shape in zip(history_releases(tmp_path / "h.db"), order, strict=True):
        (file,) = release.files
        assert len(parse(file.read(), "m").operations["Call"].errors) == has_shape


def test_diff_and_show_document_the_rest(tmp_path: Path) -> None:
    old, new = tmp_path / "old.normal.json", tmp_path / "new.normal.json"
    old.write_bytes(content(has_shape=False))
    changed = model(has_shape=False)
    changed["shapes"]["Request"]["members"]["Extra"] = {"shape": "String"}
    new.write_text(json.dumps(changed))
    done = docgen("diff", str(old), str(new))
    assert done.returncode == 0
    assert "Extra" in done.stdout
    assert done.stderr.count("which docgen leaves out") == 2
    assert docgen("check", str(old), str(new)).returncode == 0
