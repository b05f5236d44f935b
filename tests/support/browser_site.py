"""The site that browser tests open, and its pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from zoo_models import build_zoo

from docgen.diff.compare import find_deltas
from docgen.locate import open_source
from docgen.model.parse import parse
from docgen.pages.operation.reference import operation_reference
from docgen.pages.operation.side_by_side import operation_comparison
from docgen.pages.registry import page_of
from docgen.render.templates import render_page
from docgen.site.build import build_site

ROOT = Path(__file__).parent.parent.parent


MICRO = Path(__file__).parent.parent / "data" / "micro" / "service-2.json"


PAGES = {
    "index": "site/index.html",
    "release": "site/releases/1.12.83/index.html",
    "first release": "site/releases/1.12.82/index.html",
    "service": "site/services/appstream/index.html",
    "notes": "site/releases/1.12.83/appstream/index.html",
    "operation": "site/services/appstream/CreateFleet/index.html",
    "many": "many/releases/1.1/micro/index.html",
    "apart": "many/releases/1.1/micro/LookDeeper/index.html",
    "many operations": "many/services/micro/index.html",
    "html": "many/services/micro/Html/index.html",
    "rules": "site/rules/index.html",
    "rule": "site/rules/response-member-removed/index.html",
    "judged": "many/releases/1.2/micro/index.html",
    "judged release": "many/releases/1.2/index.html",
    "releases": "site/releases/index.html",
    "month": "site/releases/2019/01/index.html",
    "undated": "many/releases/undated/1/index.html",
    "breaking": "many/breaking/index.html",
    "services": "many/services/index.html",
    "history": "many/services/micro/history/index.html",
    "lifecycle": "many/lifecycle/index.html",
    "lifecycle of a service": "many/lifecycle/micro/index.html",
    "type": "zoo/site/services/zoo/types/Animal/index.html",
    "compare": "zoo/site/services/zoo/compare/index.html",
    "compare an operation": "zoo/site/services/zoo/compare/index.html?operation=Feed",
    "compared": "compared.html",
    "alone": "alone.html",
    "deep": "deep.html",
}


DEPTH = 20  # as in quicksight's templates


OPEN_ALL = "for (const fold of document.querySelectorAll('details')) fold.open = true;"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build every page that the browser tests open."""
    made = tmp_path_factory.mktemp("pages")
    build_site(open_source(str(ROOT / "models")), made / "site")
    model = json.loads(MICRO.read_bytes())
    releases = (("1.0", {**model, "operations": {}}), ("1.1", model), ("1.2", broken_model(model)))
    for release, content in releases:
        versions = made / "models" / release / "micro" / "2020-02-02"
        versions.mkdir(parents=True)
        (versions / "service-2.json").write_text(json.dumps(content), encoding="utf-8")
    (made / "models" / "1.0" / "gone" / "2020-02-02").mkdir(parents=True)
    for release in ("1.0", "1.1"):
        versions = made / "models" / release / "gone" / "2020-02-02"
        versions.mkdir(parents=True, exist_ok=True)
        (versions / "service-2.json").write_text(json.dumps({**model, "operations": {}}), encoding="utf-8")
    build_site(open_source(str(made / "models")), made / "many")
    build_zoo(made / "zoo", ["html"])
    (made / "alone.html").write_text(standalone_page(MICRO.read_bytes(), "LookDeeper"), encoding="utf-8")
    (made / "compared.html").write_text(comparison_page(model, broken_model(model)), encoding="utf-8")
    (made / "deep.html").write_text(standalone_page(json.dumps(nested_model()).encode(), "Dig"), encoding="utf-8")
    return made


def broken_model(model: dict[str, Any]) -> dict[str, Any]:
    """Return the model with changes to the service, to shared shapes, and to a single operation."""
    changed: dict[str, Any] = json.loads(json.dumps(model))
    changed["metadata"]["protocol"] = "rest-json"
    del changed["operations"][next(iter(changed["operations"]))]
    for number, shape in enumerate(changed["shapes"].values()):
        if shape["type"] == "structure" and shape.get("members") and number % 3 == 0:
            shape["members"].popitem()
        if shape["type"] == "string":
            shape["max"] = 7
            shape["documentation"] = "<p>Other words than there were.</p>"
    return changed


def comparison_page(old: dict[str, Any], new: dict[str, Any]) -> str:
    """Return the page that `docgen diff --operation` prints for an operation of two models."""
    before, after = (parse(json.dumps(model).encode()) for model in (old, new))
    page = operation_comparison(find_deltas(before, after, "micro"), "LookDeeper", old="1.1", new="1.2", dates=("", ""))
    return render_page(page_of(page, "compare"), "html", standalone=True)


def standalone_page(model: bytes, operation: str) -> str:
    """Return the page that `docgen show` prints for an operation."""
    service = parse(model)
    page = page_of(operation_reference(service, service.operations[operation], "service"), "page")
    return render_page(page, "html", standalone=True)


def nested_model() -> dict[str, object]:
    """Return a model with deeply nested structures."""
    text = "<p>What people dig up that far down has to be read word by word.</p>"
    shapes: dict[str, object] = {
        f"Level{level}": {
            "type": "structure",
            "members": {f"LevelConfiguration{level}": {"shape": f"Level{level + 1}", "documentation": text}},
        }
        for level in range(DEPTH)
    }
    shapes[f"Level{DEPTH}"] = {"type": "string"}
    operation = {"name": "Dig", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "Level0"}}
    return {"metadata": {"apiVersion": "2020-01-01"}, "operations": {"Dig": operation}, "shapes": shapes}
