"""Models in the layouts of other SDKs of AWS: `api-2.json` with `docs-2.json`, and `*.normal.json` side by side."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from git_repository import Repository

from docgen.check.validate import validate_paths
from docgen.errors import ModelError, SourceError
from docgen.locate import open_source
from docgen.model.parse import parse
from docgen.sources.release import ModelFile

API: dict[str, Any] = {
    "version": "2.0",
    "metadata": {
        "apiVersion": "2020-01-01",
        "endpointPrefix": "yard",
        "protocol": "json",
        "serviceFullName": "Yard",
        "uid": "yard-2020-01-01",
    },
    "operations": {
        "Move": {"name": "Move", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "MoveRequest"}}
    },
    "shapes": {
        "Crate": {"type": "string"},
        "Crates": {"type": "list", "member": {"shape": "Crate"}},
        "Labels": {"type": "map", "key": {"shape": "Crate"}, "value": {"shape": "Crate"}},
        "MoveRequest": {"type": "structure", "members": {"Crates": {"shape": "Crates"}, "Labels": {"shape": "Labels"}}},
    },
}
DOCS: dict[str, Any] = {
    "version": "2.0",
    "service": "<p>Moves crates.</p>",
    "operations": {"Move": "<p>Moves some crates.</p>", "Gone": "<p>Not in the model.</p>"},
    "shapes": {
        "Crate": {
            "base": "<p>One crate.</p>",
            "refs": {
                "Crates$member": "<p>A crate to move.</p>",
                "Labels$key": "<p>The crate.</p>",
                "Labels$value": None,
                "Nothing$member": "<p>Not in the model.</p>",
            },
        },
        "Crates": {"base": None, "refs": {"MoveRequest$Crates": "<p>All crates.</p>"}},
        "Gone": {"base": "<p>Not in the model.</p>", "refs": {}},
    },
}


def as_bytes(content: Any) -> bytes:
    return json.dumps(content).encode()


def write(folder: Path, **contents: Any) -> Path:
    """Write JSON files. Their names are given with `_` for `-` and without a suffix."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / f"{name.replace('_', '-')}.json").write_text(json.dumps(content))
    return folder


def write_flat(folder: Path, *kinds: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for kind in kinds:
        content = API if kind in ("normal", "min") else {}
        (folder / f"yard.v2-2020-01-01.{kind}.json").write_text(json.dumps(content))
    return folder


def only_model(spec: object) -> ModelFile:
    [release] = open_source(str(spec)).releases()
    [model] = release.files
    return model


def problem(spec: object) -> str:
    with pytest.raises(SourceError) as caught:
        open_source(str(spec)).releases()
    return str(caught.value)


def test_documentation_is_where_botocore_has_it(tmp_path: Path) -> None:
    write(tmp_path / "apis" / "yard" / "2020-01-01", api_2=API, docs_2=DOCS, paginators_1={"pagination": {}})
    model = only_model(tmp_path / "apis")
    assert (model.service, model.api_version, sorted(model.siblings)) == ("yard", "2020-01-01", ["paginators-1.json"])
    service = parse(model.file.read())
    assert service.documentation == "<p>Moves crates.</p>"
    assert service.operations["Move"].documentation == "<p>Moves some crates.</p>"
    shapes = service.shapes
    assert shapes["Crate"].documentation == "<p>One crate.</p>"
    assert shapes["MoveRequest"].members["Crates"].documentation == "<p>All crates.</p>"
    assert shapes["Crates"].members["member"].documentation == "<p>A crate to move.</p>"
    assert shapes["Labels"].members["key"].documentation == "<p>The crate.</p>"
    assert shapes["Labels"].members["value"].documentation is None
    assert set(shapes) == set(API["shapes"])


def test_a_change_of_the_documentation_changes_the_digest(tmp_path: Path) -> None:
    folder = write(tmp_path / "yard" / "2020-01-01", api_2=API, docs_2=DOCS)
    before = only_model(tmp_path).file.digest()
    write(folder, docs_2=DOCS | {"service": "<p>Other words.</p>"})
    assert only_model(tmp_path).file.digest() != before


def test_a_model_without_documentation_is_a_model(tmp_path: Path) -> None:
    write(tmp_path / "yard" / "2020-01-01", api_2=API)
    assert parse(only_model(tmp_path).file.read()).documentation == ""


def test_the_model_of_botocore_goes_before_the_other(tmp_path: Path) -> None:
    write(tmp_path / "yard" / "2020-01-01", api_2=API, docs_2=DOCS, service_2=API | {"documentation": "Its own."})
    assert parse(only_model(tmp_path).file.read()).documentation == "Its own."


def test_documentation_that_is_no_json_is_an_error_of_its_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "yard" / "2020-01-01", api_2=API)
    (folder / "docs-2.json").write_text("{")
    with pytest.raises(ModelError, match=r"docs-2\.json"):
        only_model(tmp_path).file.read()
    [found] = validate_paths([str(tmp_path)])
    assert "docs-2.json" in str(found)


def test_models_side_by_side_have_siblings(tmp_path: Path) -> None:
    write_flat(tmp_path / "apis", "normal", "min", "paginators", "waiters2", "examples")
    model = only_model(tmp_path)
    assert (model.service, model.api_version) == ("yard.v2", "2020-01-01")
    assert model.file.location.endswith(".normal.json")
    assert sorted(model.siblings) == ["examples-1.json", "paginators-1.json", "waiters-2.json"]


def test_minified_models_alone_are_refused_with_the_way_out(tmp_path: Path) -> None:
    write_flat(tmp_path / "apis", "min", "paginators")
    assert "yard.v2-2020-01-01.min.json: a minified model" in problem(tmp_path / "apis")
    assert "use the .normal.json" in problem(tmp_path)


MINIFIED: dict[str, Any] = API | {
    "operations": {"Move": {"input": {"type": "structure", "members": {"Crates": {"shape": "S1"}, "Note": {}}}}},
    "shapes": {"S1": {"type": "list", "member": {}}},
}


def test_a_minified_model_is_known_by_its_content(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="a minified model"):
        parse(json.dumps(MINIFIED).encode())
    path = tmp_path / "yard.json"
    path.write_text(json.dumps(MINIFIED))
    [found] = validate_paths([str(path)])
    assert "a minified model" in str(found)
    parse(json.dumps(API | {"operations": {}}).encode())


@pytest.mark.parametrize("where", ["apis", "sdk/models/apis", "sdk/src/data"])
def test_archives_have_them_in_the_folders_of_sdks(tmp_path: Path, where: str) -> None:
    archive = tmp_path / "sdk-1.2.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(f"{where}/yard/2020-01-01/api-2.json", json.dumps(API))
        file.writestr(f"{where}/yard/2020-01-01/docs-2.json", json.dumps(DOCS))
    assert parse(only_model(archive).file.read()).documentation == "<p>Moves crates.</p>"


def test_an_archive_has_them_side_by_side(tmp_path: Path) -> None:
    archive = tmp_path / "sdk-1.2.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for kind in ("normal", "min", "paginators"):
            file.writestr(f"sdk/apis/yard-2020-01-01.{kind}.json", json.dumps(API if kind != "paginators" else {}))
    assert sorted(only_model(archive).siblings) == ["paginators-1.json"]


PROJECTS = {
    "go.mod": "// The module.\nmodule example.org/acme/yard-sdk-go\n\ngo 1.19\n",
    "package.json": '{"name": "yard-sdk-go"}',
    "composer.json": '{"name": "acme/yard-sdk-go"}',
}


@pytest.mark.parametrize("project", PROJECTS)
def test_a_repository_of_an_sdk_has_its_name_and_its_models(tmp_path: Path, project: str) -> None:
    repository = Repository(tmp_path / "sdk")
    repository.write("models/apis/yard/2020-01-01/api-2.json", as_bytes(API))
    repository.write("models/apis/yard/2020-01-01/docs-2.json", as_bytes(DOCS))
    repository.write(project, PROJECTS[project].encode())
    repository.commit("v1.2.0")
    [release] = open_source(f"git:{repository.path}").releases()
    assert (release.name, release.package) == ("1.2.0", "yard-sdk-go")
    [model] = release.files
    assert parse(model.file.read()).documentation == "<p>Moves crates.</p>"


def test_a_repository_has_them_side_by_side(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "sdk")
    for kind in ("normal", "min", "waiters2"):
        repository.write(f"apis/yard-2020-01-01.{kind}.json", as_bytes(API if kind != "waiters2" else {}))
    repository.commit("v2.0.0")
    assert sorted(only_model(f"git:{repository.path}").siblings) == ["waiters-2.json"]


MALFORMED_DOCS: dict[str, tuple[dict[str, Any], str]] = {
    "service": ({"service": ["text"]}, "/service: expected a string, found a list"),
    "operations": ({"operations": []}, "/operations: expected an object, found a list"),
    "an operation": ({"operations": {"a/b": {}}}, "/operations/a~1b: expected a string, found an object"),
    "shapes": ({"shapes": "text"}, "/shapes: expected an object, found a string"),
    "a shape": ({"shapes": {"Crate": "text"}}, "/shapes/Crate: expected an object, found a string"),
    "a base": ({"shapes": {"Crate": {"base": 1}}}, "/shapes/Crate/base: expected a string, found a number"),
    "references": ({"shapes": {"Crate": {"refs": []}}}, "/shapes/Crate/refs: expected an object, found a list"),
    "a reference": (
        {"shapes": {"Crate": {"refs": {"A$b": False}}}},
        "/shapes/Crate/refs/A$b: expected a string, found a boolean",
    ),
}


@pytest.mark.parametrize("case", MALFORMED_DOCS)
def test_documentation_of_another_type_is_an_error_at_its_place(case: str, tmp_path: Path) -> None:
    docs, expected = MALFORMED_DOCS[case]
    write(tmp_path / "yard" / "2020-01-01", api_2=API, docs_2=docs)
    with pytest.raises(ModelError) as raised:
        only_model(tmp_path).file.read()
    [found] = validate_paths([str(tmp_path)])
    assert str(found) == str(raised.value) == f"{tmp_path}/yard/2020-01-01/docs-2.json: {expected}"


def test_null_is_no_text(tmp_path: Path) -> None:
    docs = {"service": None, "operations": None, "shapes": {"Crate": None, "Crates": {"base": None, "refs": None}}}
    write(tmp_path / "yard" / "2020-01-01", api_2=API, docs_2=docs)
    assert parse(only_model(tmp_path).file.read()).documentation == ""
    assert not list(validate_paths([str(tmp_path)]))


@pytest.mark.parametrize(
    "path",
    ["my zoo-2020-01-01.normal.json", "more/-zoo-2020-01-01.normal.json", "my zoo/2020-01-01/service-2.json"],
)
def test_a_name_that_no_source_accepts_is_a_problem_of_its_file(path: str, tmp_path: Path) -> None:
    for name in (path, "yard/2020-01-01/service-2.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(as_bytes(API))
    [found] = validate_paths([str(tmp_path)])
    assert str(found).startswith(f"{tmp_path}/{path}: '")
    assert "cannot name a service" in str(found)
    assert not list(validate_paths([str(tmp_path / path)]))  # the name of one file by itself does not matter
