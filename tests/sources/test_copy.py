"""Releases copied into a folder: what is written, what is left alone, and that a copy is atomic."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from docgen import schema
from docgen.errors import DocgenError, OutputError, SourceError, UsageError
from docgen.locate import open_source
from docgen.sources.copy import copy_releases
from docgen.sources.release import Release

MODELS = Path(__file__).parent.parent.parent / "models"
PATH = "1.12.83/appstream/2016-12-01/service-2.json"


def releases(source: Path | str = MODELS) -> tuple[Release, ...]:
    return open_source(str(source)).releases()


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file in a folder, including hidden ones."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def docgen(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "docgen", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, check=False, encoding="utf-8")


def archive(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, text in members.items():
            file.writestr(zipfile.ZipInfo(name, (2019, 1, 21, 14, 0, 0)), text)
    return path


def test_what_is_fetched_is_what_the_models_folder_has(tmp_path: Path) -> None:
    lines = copy_releases(releases(), tmp_path / "new" / "models")
    assert lines[0].endswith("1.12.82: 1 service, 2 files")
    copied = tree(tmp_path / "new" / "models")
    assert copied == {name: data for name, data in tree(MODELS).items() if name != "README.md"}


def test_the_copy_is_a_source_that_says_the_same(tmp_path: Path) -> None:
    done = docgen("fetch", str(MODELS), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "models/1.12.82: 1 service, 2 files\nmodels/1.12.83: 1 service, 2 files\n"
    for one, other in zip(releases(tmp_path / "models"), releases(), strict=True):
        assert (one.name, one.date, one.package, one.summaries) == (
            other.name,
            other.date,
            other.package,
            other.summaries,
        )
        assert [file.digests() for file in one.files] == [file.digests() for file in other.files]
    noted = [docgen("diff", "1.12.82", "1.12.83", *more, cwd=tmp_path).stdout for more in ((), ("--source", "models"))]
    assert noted[0] == noted[1] != ""


def test_packed_files_are_unpacked_and_files_beside_a_model_come_with_it(tmp_path: Path) -> None:
    data = "botocore/data/sqs/2012-11-05/"
    members = {f"{data}service-2.json": "{}", f"{data}paginators-1.json": "[]", "botocore/data/sqs/readme.txt": "no"}
    wheel = archive(tmp_path / "botocore-1.2.3-py3-none-any.whl", members)
    copy_releases(releases(wheel), tmp_path / "models")
    assert tree(tmp_path / "models") == {
        "1.2.3/release.json": b'{\n  "package": "botocore",\n  "release": "1.2.3"\n}\n',
        "1.2.3/sqs/2012-11-05/service-2.json": b"{}",
        "1.2.3/sqs/2012-11-05/paginators-1.json": b"[]",
    }


def test_only_the_services_that_were_named_come_with_their_summaries(tmp_path: Path) -> None:
    source = tmp_path / "source" / "9.9"
    for service in ("s3", "sqs"):
        (source / service / "2012-11-05").mkdir(parents=True)
        (source / service / "2012-11-05" / "service-2.json").write_text("{}")
    metadata = {"release": "9.9", "summaries": {"s3": "New.", "sqs": "Old."}}
    (source / "release.json").write_text(json.dumps(metadata))
    copy_releases(releases(tmp_path / "source"), tmp_path / "models", ["sqs"])
    described = json.loads((tmp_path / "models/9.9/release.json").read_bytes())
    assert described == {"release": "9.9", "summaries": {"sqs": "Old."}}
    assert not (tmp_path / "models/9.9/s3").exists()
    with pytest.raises(UsageError, match=r"no service 'sqz' in .* \(did you mean sqs\?\)"):
        copy_releases(releases(tmp_path / "source"), tmp_path / "models", ["sqz"])


def test_what_is_written_obeys_the_schema(tmp_path: Path) -> None:
    from jsonschema import Draft202012Validator

    copy_releases(releases(), tmp_path)
    validator = Draft202012Validator(json.loads(schema.schema_text("release")))
    for release in releases():
        validator.validate(json.loads((tmp_path / release.name / "release.json").read_bytes()))


def test_the_same_again_is_nothing_to_do(tmp_path: Path) -> None:
    copy_releases(releases()[:1], tmp_path)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    lines = copy_releases(releases(), tmp_path)
    assert lines == (f"{tmp_path}/1.12.82: up to date", f"{tmp_path}/1.12.83: 1 service, 2 files")
    assert {path: path.stat().st_mtime_ns for path in times} == times


@pytest.mark.parametrize("name", ["1.12.83/mine.txt", PATH])
def test_a_folder_with_other_content_is_left_alone_and_nothing_is_copied(tmp_path: Path, name: str) -> None:
    shutil.copytree(MODELS / "1.12.83", tmp_path / "1.12.83")
    (tmp_path / name).write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(OutputError, match=r"1\.12\.83: exists with other content"):
        copy_releases(releases(), tmp_path)
    assert tree(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["1.12.83"]


def broken(tmp_path: Path) -> Path:
    """Write two releases; a member of the second has a wrong checksum."""
    folder = tmp_path / "source"
    folder.mkdir()
    for version in ("1.0", "1.1"):
        path = folder / f"botocore-{version}-py3-none-any.whl"
        archive(path, {"botocore/data/sqs/2012-11-05/service-2.json": "{}"})
    path.write_bytes(path.read_bytes().replace(b"service-2.json{}", b"service-2.json[]", 1))
    return folder


def single(tmp_path: Path) -> Path:
    return MODELS / PATH


@pytest.mark.parametrize(
    ("source", "kind", "problem"),
    [
        (broken, SourceError, "Bad CRC-32"),
        (single, UsageError, "a single model has no release"),
    ],
)
def test_if_one_release_cannot_be_copied_none_is(
    tmp_path: Path, source: Callable[[Path], Path], kind: type[DocgenError], problem: str
) -> None:
    with pytest.raises(kind, match=problem):
        copy_releases(releases(source(tmp_path)), tmp_path / "deep" / "models")
    assert not (tmp_path / "deep").exists()


def test_a_file_whose_name_is_not_plain_is_not_beside_a_model(tmp_path: Path) -> None:
    data = "botocore/data/sqs/2012-11-05/"
    files = {f"{data}service-2.json": "{}", f"{data}..\\x.json": "", f"{data}a b.json": "", f"{data}a.json": "{}"}
    packed = archive(tmp_path / "botocore-1.0-py3-none-any.whl", files)
    copy_releases(releases(packed), tmp_path / "models")
    inside = tmp_path / "models" / "1.0" / "sqs" / "2012-11-05"
    assert sorted(path.name for path in inside.iterdir()) == ["a.json", "service-2.json"]


def test_a_release_can_come_only_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"1\.12\.82 occurs twice"):
        copy_releases((*releases(), *releases()), tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_a_folder_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    done = docgen("fetch", str(MODELS), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "docgen: models: File exists\n"


def test_a_source_with_many_releases_needs_a_selection(tmp_path: Path) -> None:
    for number in range(21):
        (tmp_path / f"source/1.{number}/sqs/2012-11-05").mkdir(parents=True)
        (tmp_path / f"source/1.{number}/sqs/2012-11-05/service-2.json").write_text("{}")
    done = docgen("fetch", "source", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "docgen: source: 21 releases (choose with --releases A..B or --last N)\n"
    assert docgen("fetch", "source", "--last", "2", cwd=tmp_path).stdout.count("\n") == 2
    assert docgen("fetch", "source", "--releases", "1.3..1.5", cwd=tmp_path).stdout.count("\n") == 3
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == ["1.19", "1.20", "1.3", "1.4", "1.5"]
