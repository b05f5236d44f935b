"""Smithy models are found like other models, and compared with models in botocore's format."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from docgen.check.validate import validate_paths
from docgen.cli import main
from docgen.compare.model_reader import ModelReader
from docgen.diff.delta import Delta
from docgen.errors import SourceError
from docgen.locate import open_source
from docgen.model.parse import parse
from docgen.model.smithy import read_documents
from docgen.sources.folder import DiskFile
from docgen.sources.release import ModelFile, Release
from docgen.sources.smithy_files import smithy_model

DATA = Path(__file__).parent.parent / "data" / "smithy"
DEPOT = DATA / "models" / "depot-plane" / "service" / "2031-04-01" / "depot-plane-2031-04-01.json"
LAID_OUT = "depot-plane/service/2031-04-01/depot-plane-2031-04-01.json"


def write(root: Path, *files: tuple[str, Path]) -> Path:
    """Write copies of files to a folder."""
    for name, source in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, root / name)
    return root


def services(release: Release) -> list[tuple[str, str, int]]:
    """Return the services, versions and numbers of operations of a release."""
    return [(f.service, f.api_version, len(parse(f.read(), f.location).operations)) for f in release.files]


def found(spec: object) -> list[tuple[str, str, int]]:
    (release,) = open_source(str(spec)).releases()
    return services(release)


DEPOT_FOUND = [("depot-plane", "2031-04-01", 9)]
PIZZA_FOUND = [("kitchen", "unknown", 2), ("pizzeria", "1.2", 1)]


@pytest.mark.parametrize(
    "name", [LAID_OUT, f"models/{LAID_OUT}", "depot-plane/2031-04-01/model.json", "depot.json", "models/depot.json"]
)
def test_a_model_is_found_in_every_layout_of_a_folder(name: str, tmp_path: Path) -> None:
    assert found(write(tmp_path, (name, DEPOT))) == DEPOT_FOUND


def test_a_packed_model_is_found_too(tmp_path: Path) -> None:
    path = tmp_path / f"{LAID_OUT}.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(DEPOT.read_bytes()))
    assert found(tmp_path) == DEPOT_FOUND
    assert found(path) == DEPOT_FOUND


def test_a_model_is_found_by_itself_and_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(DEPOT) == DEPOT_FOUND
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(DEPOT.read_bytes())))
    assert found("-") == DEPOT_FOUND


def test_several_services_in_a_file_are_several_services(tmp_path: Path) -> None:
    assert found(DATA / "pizza.json") == PIZZA_FOUND
    assert found(write(tmp_path, ("pizza.json", DATA / "pizza.json"))) == PIZZA_FOUND


def test_a_file_without_a_service_is_passed_over_among_others(tmp_path: Path) -> None:
    names = ("pizza.json", "library-1.0.json", "shapes-only.json")
    (tmp_path / "package.json").write_text('{"name": "smithy"}')
    (tmp_path / "broken.json").write_text('{"smithy": ')
    found_ = found(write(tmp_path, *((name, DATA / name) for name in names)))
    assert found_ == [PIZZA_FOUND[0], ("library", "2019-06-30", 2), PIZZA_FOUND[1]]


def test_a_file_without_a_service_is_refused_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    path = DATA / "shapes-only.json"
    assert main(["show", "any", "--source", str(path)]) == 2
    assert capsys.readouterr().err == f"docgen: {path}: no service in this Smithy model\n"


@pytest.mark.parametrize("path", sorted((DATA / "malformed").iterdir()), ids=lambda path: path.stem)
def test_a_malformed_model_ends_in_one_line(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "bad", "--source", str(path)]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"docgen: {path}: /")
    assert err.count("\n") == 1


@pytest.mark.parametrize("path", sorted((DATA / "malformed").iterdir()), ids=lambda path: path.stem)
def test_validate_names_the_file_and_the_place_of_a_fault(path: Path) -> None:
    (problem,) = validate_paths([str(path)])
    assert problem.location == str(path)
    assert problem.pointer.startswith("/")


def test_validate_finds_smithy_models_in_folders_and_archives(tmp_path: Path) -> None:
    assert list(validate_paths([str(DATA / "models"), str(DATA / "pizza.json"), str(DATA / "shapes-only.json")])) == []
    assert len(list(validate_paths([str(DATA / "malformed")]))) == 12
    write(tmp_path, ("aws-models/bad.json", DATA / "malformed" / "dangling-target.json"))
    (problem,) = validate_paths([str(zipped(tmp_path, "aws-models/bad.json"))])
    assert problem.pointer == "/shapes/example.bad#In/members/a~1b/target"


def test_botocore_s_model_is_taken_before_one_of_smithy(tmp_path: Path) -> None:
    folder = write(tmp_path, ("depot-plane/2031-04-01/model.json", DEPOT)) / "depot-plane" / "2031-04-01"
    model = {"metadata": {"apiVersion": "2031-04-01"}, "operations": {}, "shapes": {}}
    (folder / "service-2.json").write_text(json.dumps(model))
    assert found(tmp_path) == [("depot-plane", "2031-04-01", 0)]
    (file,) = open_source(str(tmp_path)).releases()[0].files
    assert file.siblings == {}


def zipped(root: Path, *names: str) -> Path:
    path = root / "models.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.write(root / name, f"project-1.0/{name}")
    return path


def tarred(root: Path, *names: str) -> Path:
    path = root / "project-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in names:
            archive.add(root / name, f"project-1.0/{name}")
    return path


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("name", [LAID_OUT, f"models/{LAID_OUT}", "codegen/aws-models/depot.json"])
def test_a_model_is_found_in_archives(name: str, pack: Callable[..., Path], tmp_path: Path) -> None:
    assert found(pack(write(tmp_path, (name, DEPOT)), name)) == DEPOT_FOUND


def git(folder: Path, *arguments: str, date: str = "2031-04-01T12:00:00+00:00") -> None:
    environment = {**os.environ, "GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date}
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True, env=environment)


def commit(folder: Path, date: str, tag: str = "") -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "x", date=f"{date}+00:00")
    if tag:
        git(folder, "tag", tag)


@pytest.mark.parametrize("name", [LAID_OUT, f"models/{LAID_OUT}", "aws-models/depot.json"])
def test_a_model_is_found_in_the_tags_of_a_repository(name: str, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    commit(write(tmp_path, (name, DEPOT)), "2031-04-01T12:00:00", "v1.0")
    commit(write(tmp_path, ("other.txt", DATA / "expected.txt")), "2031-04-02T12:00:00", "v1.1")
    one, two = open_source(f"git:{tmp_path}").releases()
    assert (one.name, services(one)) == ("1.0", DEPOT_FOUND)
    assert one.files[0] is two.files[0], "what is the same in both is one object"
    assert one.files[0].location.endswith(f"@v1.0:{name}")


def test_a_history_goes_on_from_one_format_to_the_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "models"
    old = source / "1.0" / "depot-plane" / "2031-04-01"
    old.mkdir(parents=True)
    for name, document in read_documents(DEPOT.read_bytes(), "").items():
        document.pop("smithy", None)
        (old / name).write_text(json.dumps(document))
    write(source / "2.0", (LAID_OUT, DEPOT))
    assert main(["index", str(source), "--history", str(tmp_path / "h.db")]) == 0
    capsys.readouterr()
    assert main(["since", "depot-plane", "list_parcels", "word", "--history", str(tmp_path / "h.db")]) == 0
    assert "since 1.0 or" in capsys.readouterr().out
    assert [services(release) for release in open_source(str(tmp_path / "h.db")).releases()] == [DEPOT_FOUND] * 2


def test_services_of_one_file_are_compared_each_with_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = DATA / "pizza.json", tmp_path / "pizza.json"
    new.write_text(old.read_text().replace('"cooks"', '"people"'))
    assert main(["check", str(old), str(new)]) == 1
    assert "2 services compared" in capsys.readouterr().out
    assert main(["check", str(old), str(new), "--service", "pizzeria"]) == 0
    assert main(["check", str(old), str(DEPOT)]) == 2
    assert "2 services (--service kitchen, pizzeria)" in capsys.readouterr().err


def test_a_change_is_shown_at_its_line_in_the_smithy_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(tmp_path, "init", "--quiet")
    path = write(tmp_path, ("pizza.json", DATA / "pizza.json")) / "pizza.json"
    commit(tmp_path, "2031-04-01T12:00:00")
    document = json.loads(path.read_text())
    document["shapes"]["example.pizza#BakeInput"]["members"]["id"]["traits"] = {"smithy.api#required": {}}
    path.write_text(json.dumps(document, indent=2))
    line = next(at for at, text in enumerate(path.read_text().splitlines(), 1) if '"id": {' in text)
    assert main(["check", "--against", "HEAD", str(path), "--format", "github"]) == 1
    assert f"pizza.json,line={line}," in capsys.readouterr().out


# --- one format compared with the other ---


def differences_from_smithy(change: Callable[[dict[str, Any]], None], tmp_path: Path) -> list[Delta]:
    """Return the differences between a changed model in botocore's format and the Smithy model that it comes from."""
    documents = read_documents(DEPOT.read_bytes(), "")
    model = documents["service-2.json"]
    del model["smithy"]
    change(model)
    for name, document in documents.items():
        (tmp_path / name).write_text(json.dumps(document))
    siblings = {name: DiskFile(tmp_path / name) for name in documents if name != "service-2.json"}
    old = ModelFile("depot-plane", "2031-04-01", DiskFile(tmp_path / "service-2.json"), siblings)
    delta = ModelReader(strict=True).compare(old, smithy_model("depot-plane", "2031-04-01", DiskFile(DEPOT)))
    return [] if delta is None else [each for each in delta if each.effective]


def put(*keys: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Return a function that sets a value in a model; None removes it."""

    def change(model: dict[str, Any]) -> None:
        for key in keys[:-1]:
            model = model[key]
        if value is None:
            del model[keys[-1]]
        else:
            model[keys[-1]] = value

    return change


OPERATION = ("operations", "PutParcel")
INPUT = ("shapes", "PutParcelInput")
QUIET = {
    "nothing": put("version", value="2.0"),
    "no signing name": put("metadata", "signingName", value=None),
    "an abbreviation": put("metadata", "serviceAbbreviation", value="Depot"),
    "a name on the wire": put(*OPERATION, "name", value="PutParcel2031"),
    "a slash at the end": put(*OPERATION, "http", "requestUri", value="/b/{Bucket}/"),
    "the usual response code": put("operations", "Ping", "http", "responseCode", value=200),
    "a pattern without anchors": put("shapes", "ShelfId", "pattern", value="[a-z]+"),
    "no least length": put("shapes", "ShelfId", "min", value=None),
    "a box": put("shapes", "Weight", "box", value=True),
    "a fault of the sender": put("shapes", "BadWordError", "error", "senderFault", value=True),
    "white space": put("documentation", value="<p>Keeps\n   parcels.</p>\n"),
    "words of an output": put(*OPERATION, "output", "documentation", value="<p>A code.</p>"),
    "an exception without members": put("shapes", "ThrottledError", "members", value={}),
    "another order": put(*INPUT, "required", value=["body", "Bucket"]),
}
REAL = {
    "another signing name": put("metadata", "signingName", value="other"),
    "another URI": put(*OPERATION, "http", "requestUri", value="/c/{Bucket}"),
    "another pattern": put("shapes", "ShelfId", "pattern", value="^[A-Z]+$"),
    "another limit": put("shapes", "ShelfId", "max", value=35),
    "an optional member": put(*INPUT, "required", value=["Bucket"]),
    "no idempotency token": put(*INPUT, "members", "token", "idempotencyToken", value=None),
    "other words": put("documentation", value="<p>Keeps boxes.</p>"),
    "a member less": put(*INPUT, "members", "note", value=None),
}


def test_a_label_may_have_another_name_on_the_wire(tmp_path: Path) -> None:
    def change(model: dict[str, Any]) -> None:
        model["operations"]["PutParcel"]["http"]["requestUri"] = "/b/{bucketName}"
        model["shapes"]["PutParcelInput"]["members"]["Bucket"]["locationName"] = "bucketName"

    assert differences_from_smithy(change, tmp_path) == []


@pytest.mark.parametrize("name", QUIET)
def test_what_means_the_same_in_both_formats_is_no_change(name: str, tmp_path: Path) -> None:
    assert differences_from_smithy(QUIET[name], tmp_path) == []


@pytest.mark.parametrize("name", REAL)
def test_what_differs_in_the_api_is_one_change(name: str, tmp_path: Path) -> None:
    assert len(differences_from_smithy(REAL[name], tmp_path)) == 1


# --- repositories without tags ---


@pytest.fixture
def untagged(tmp_path: Path) -> Path:
    """Create four commits on two days: two on the first, one that changes no model, one on the second day."""
    git(tmp_path, "init", "--quiet")
    text = DEPOT.read_text()
    for day, words in (("2031-04-01T12", "a"), ("2031-04-01T13", "b"), ("2031-04-02T12", "b"), ("2031-04-03T12", "c")):
        path = write(tmp_path, (LAID_OUT, DEPOT)) / LAID_OUT
        path.write_text(text.replace("Keeps", words))
        (tmp_path / "README").write_text(day)
        commit(tmp_path, f"{day}:00:00")
    return tmp_path


def words(release: Release) -> str:
    (file,) = release.files
    return parse(file.read()).documentation


@pytest.mark.parametrize("option", ["", "#releases-by=day"])
def test_without_tags_each_day_on_which_models_changed_is_a_release(option: str, untagged: Path) -> None:
    releases = open_source(f"git:{untagged}{option}").releases()
    assert [(each.name, each.date) for each in releases] == [
        ("2031-04-01", "2031-04-01"),
        ("2031-04-03", "2031-04-03"),
    ]
    assert [words(each) for each in releases] == ["<p>b parcels.</p>", "<p>c parcels.</p>"]


def test_each_commit_that_changes_models_can_be_a_release(untagged: Path) -> None:
    releases = open_source(f"git:{untagged}#releases-by=commit").releases()
    assert [each.name for each in releases] == ["2031-04-01.1", "2031-04-01.2", "2031-04-03.1"]


def test_tags_are_releases_where_there_are_any(untagged: Path) -> None:
    git(untagged, "tag", "1.0")
    assert [each.name for each in open_source(f"git:{untagged}").releases()] == ["1.0"]
    assert len(open_source(f"git:{untagged}#releases-by=day").releases()) == 2


@pytest.mark.parametrize(
    ("option", "message"),
    [("releases-by=week", "expected one of tag, commit, day"), ("releases-by=tag", "no tag that is a version")],
)
def test_what_makes_no_release_is_refused(option: str, message: str, untagged: Path) -> None:
    with pytest.raises(SourceError, match=message):
        open_source(f"git:{untagged}#{option}").releases()


def test_a_site_shows_paginators_and_waiters(tmp_path: Path) -> None:
    models = write(tmp_path / "models", (LAID_OUT, DEPOT))
    site = tmp_path / "site"
    assert main(["build", "--source", str(models), "--output", str(site), "--formats", "markdown"]) == 0
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.md")))
    assert "`client.get_paginator('list_parcels')`" in text
    assert "waiter = client.get_waiter('parcels_there')\n" in text
    assert "- Polls every 5 seconds\n" in text, "Smithy has no limit of attempts"
