"""Sources of releases: every kind, and every way in which one can be broken or hostile."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import os
import pickle
import shutil
import stat
import struct
import subprocess
import sys
import tarfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from wheels import METADATA, MODEL, MODEL_PATH, WHEEL_NAME, Members, write_wheel

from docgen.errors import SourceError
from docgen.locate import find_release, open_source
from docgen.resources import data_folder
from docgen.sources import limits
from docgen.sources.names import is_valid_name
from docgen.sources.release import ModelFile, Release, service_summary
from docgen.sources.release_metadata import apply_release_notes

PAGINATORS = b'{"pagination": {}}'
SDIST = "botocore-1.12.83.tar.gz"


def put(path: Path, content: bytes = MODEL) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def tar_member(name: str, content: bytes = MODEL, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = len(content) if kind == tarfile.REGTYPE else 0
    info.type, info.linkname, info.mtime = kind, link, 1548110994
    return info


def tar_bytes(members: Iterable[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return plain.getvalue()


def sdist(folder: Path, members: Members = ((MODEL_PATH, MODEL),), name: str = SDIST) -> Path:
    info = ("PKG-INFO", METADATA[1])
    content = tar_bytes((tar_member(f"botocore-1.12.83/{n}", c), c) for n, c in (*members, info))
    return put(folder / name, gzip.compress(content, compresslevel=1))


def problem(spec: object) -> str:
    """List and read everything in `spec`; return the one-line error."""
    with pytest.raises(SourceError) as caught:
        read_all(spec)
    line = str(caught.value)
    assert "\n" not in line
    assert str(spec).partition("@")[0] in line
    return line


def read_all(spec: object) -> list[bytes]:
    return [file.read() for release in open_source(str(spec)).releases() for file in release.files]


def only(spec: object) -> Release:
    (release,) = open_source(str(spec)).releases()
    return release


def git_name(content: bytes) -> str:
    """Return the id that git itself gives a file with this content."""
    done = subprocess.run(["git", "hash-object", "--stdin"], input=content, capture_output=True, check=True)
    return done.stdout.decode().strip()


def names(release: Release) -> list[tuple[str, str]]:
    return [(file.service, file.api_version) for file in release.files]


# -- kinds of source


def test_a_models_folder_has_a_release_per_folder_with_its_date_and_summaries(tmp_path: Path) -> None:
    metadata = {"package": "botocore", "release": "1.9.0", "date": "2018-02-26", "summaries": {"sqs": "New."}}
    put(tmp_path / "1.9.0" / "release.json", json.dumps(metadata).encode())
    put(tmp_path / "1.9.0" / "sqs" / "2012-11-05" / "service-2.json")
    put(tmp_path / "1.10.0" / "sqs" / "2012-11-05" / "service-2.json.gz", gzip.compress(MODEL))
    put(tmp_path / "README.md", b"not a release")
    put(tmp_path / "notes" / "README.md", b"not a release either")
    old, new = open_source(str(tmp_path)).releases()
    assert (old.name, old.date, old.package, old.summaries) == ("1.9.0", "2018-02-26", "botocore", {"sqs": "New."})
    assert (new.name, new.date, new.package, new.summaries) == ("1.10.0", None, "", None)
    assert old.files[0].digest() == new.files[0].digest() == git_name(MODEL)


def test_one_release_of_a_models_folder_is_a_source(tmp_path: Path) -> None:
    put(tmp_path / "1.9.0" / "release.json", b'{"release": "1.9.0"}')
    put(tmp_path / "1.9.0" / "sqs" / "2012-11-05" / "service-2.json")
    assert names(only(tmp_path / "1.9.0")) == [("sqs", "2012-11-05")]


def test_a_models_folder_without_any_release_json_is_one(tmp_path: Path) -> None:
    for release in ("1.10.0", "1.9.0"):
        put(tmp_path / release / "sqs" / "2012-11-05" / "service-2.json")
    assert [release.name for release in open_source(str(tmp_path)).releases()] == ["1.9.0", "1.10.0"]


def test_siblings_are_kept_by_their_name_without_gz(tmp_path: Path) -> None:
    folder = tmp_path / "1.0.0" / "sqs" / "2012-11-05"
    put(folder / "service-2.json.gz", gzip.compress(MODEL))
    put(folder / "paginators-1.json.gz", gzip.compress(PAGINATORS))
    put(folder / "service-2.sdk-extras.json", b"{}")
    put(folder / ".DS_Store", b"?")
    (file,) = only(tmp_path).files
    assert sorted(file.siblings) == ["paginators-1.json", "service-2.sdk-extras.json"]
    assert file.siblings["paginators-1.json"].read() == PAGINATORS


def test_a_data_folder_is_one_release_called_like_the_folder(tmp_path: Path) -> None:
    put(tmp_path / "mine" / "sqs" / "2012-11-05" / "service-2.json")
    assert only(tmp_path / "mine").name == "mine"


@pytest.mark.parametrize("inside", ["", "botocore", "botocore/data"])
def test_an_unpacked_wheel_knows_its_release(tmp_path: Path, inside: str) -> None:
    put(tmp_path / MODEL_PATH)
    put(tmp_path / METADATA[0], METADATA[1])
    release = only(tmp_path / inside)
    assert (release.name, release.package, names(release)) == ("1.12.83", "botocore", [("appstream", "2016-12-01")])


def test_a_wheel_is_read_in_place(tmp_path: Path) -> None:
    extra = (MODEL_PATH.replace("service-2", "paginators-1"), PAGINATORS)
    path = write_wheel(tmp_path, [(MODEL_PATH, MODEL), extra, METADATA, ("botocore/data/endpoints.json", b"{}")])
    release = only(path)
    assert (release.name, release.date, release.package) == ("1.12.83", "2019-01-21", "botocore")
    (file,) = release.files
    assert file.location == f"{path}!{MODEL_PATH}"
    assert file.read() == MODEL
    assert file.siblings["paginators-1.json"].read() == PAGINATORS
    assert os.listdir(tmp_path) == [WHEEL_NAME]


def test_an_sdist_is_read_in_place(tmp_path: Path) -> None:
    release = only(sdist(tmp_path))
    assert (release.name, release.date, release.package) == ("1.12.83", "2019-01-21", "botocore")
    (file,) = release.files
    assert file.location.endswith(f"{SDIST}!botocore-1.12.83/{MODEL_PATH}")
    assert file.read() == MODEL


def test_an_sdist_may_be_packed_with_bzip2(tmp_path: Path) -> None:
    member = tar_member(f"botocore-1.12.83/{MODEL_PATH}")
    path = put(tmp_path / "botocore-1.12.83.tar.bz2", bz2.compress(tar_bytes([(member, MODEL)])))
    assert (only(path).name, only(path).files[0].read()) == ("1.12.83", MODEL)


def test_models_packed_inside_an_archive_are_unpacked(tmp_path: Path) -> None:
    for path in (
        write_wheel(tmp_path, [(f"{MODEL_PATH}.gz", gzip.compress(MODEL))]),
        sdist(tmp_path, [(MODEL_PATH, MODEL)]),
    ):
        assert only(path).files[0].read() == MODEL


def test_without_metadata_the_archive_is_called_like_its_file(tmp_path: Path) -> None:
    release = only(write_wheel(tmp_path, [(MODEL_PATH, MODEL)]))
    assert (release.name, release.package, release.date) == ("1.12.83", "botocore", None)
    assert only(write_wheel(tmp_path, [(MODEL_PATH, MODEL)], "old.zip")).name == "old"


@pytest.mark.parametrize("day", [(1980, 1, 1), (2016, 1, 1), (2020, 2, 2)])
def test_dates_that_build_tools_make_up_are_no_dates(tmp_path: Path, day: tuple[int, int, int]) -> None:
    path = tmp_path / WHEEL_NAME
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in ((MODEL_PATH, MODEL), METADATA):
            archive.writestr(zipfile.ZipInfo(name, (*day, 0, 0, 0)), content)
    assert only(path).date is None


def test_a_folder_of_archives_has_a_release_each_and_skips_what_has_no_models(tmp_path: Path) -> None:
    sdist(tmp_path)
    write_wheel(tmp_path, [(MODEL_PATH, MODEL)], "botocore-1.9.0-py2.py3-none-any.whl")
    write_wheel(tmp_path, [("jmespath/__init__.py", b"")], "jmespath-1.1.0-py3-none-any.whl")
    assert [release.name for release in open_source(str(tmp_path)).releases()] == ["1.9.0", "1.12.83"]


def test_of_a_wheel_and_an_sdist_of_one_release_the_wheel_counts(tmp_path: Path) -> None:
    sdist(tmp_path)
    path = write_wheel(tmp_path)
    assert only(tmp_path).location == str(path)


def test_two_wheels_of_one_release_are_refused(tmp_path: Path) -> None:
    write_wheel(tmp_path)
    write_wheel(tmp_path, name="botocore-1.12.83-1-py2.py3-none-any.whl")
    assert "release 1.12.83 occurs twice" in problem(tmp_path)


def test_an_installed_package_is_found_without_importing_it() -> None:
    code = (
        "import sys; from docgen.locate import open_source; r, = open_source('package:botocore').releases();"
        "print(r.name, r.package, r.latest_model('sqs').read()[:1], 'botocore' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    from importlib.metadata import version

    assert done.stdout.split() == [version("botocore"), "botocore", "b'{'", "False"]


@pytest.mark.parametrize("package", ["nothing_of_that_name", "no-name", "a.b", ""])
def test_a_package_that_is_not_installed_is_reported(package: str) -> None:
    assert "not installed in the environment" in problem(f"package:{package}")


def test_a_package_without_models_is_reported() -> None:
    assert "no service-2.json in" in problem("package:json")


def test_a_single_file_is_named_by_the_folders_it_lies_in(tmp_path: Path) -> None:
    release = only(put(tmp_path / "1.12.83" / "sqs" / "2012-11-05" / "service-2.json"))
    assert (release.name, names(release)) == ("1.12.83", [("sqs", "2012-11-05")])


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("old.json", MODEL, ("old", "app-stream", "2016-12-01")),
        ("new/service-2.json.gz", gzip.compress(MODEL, mtime=0), ("new", "app-stream", "2016-12-01")),
        ("a.json", b'{"metadata": {"apiVersion": "2012-11-05", "uid": "sqs-2012-11-05"}}', ("a", "sqs", "2012-11-05")),
        ("a.json", b'{"metadata": {"endpointPrefix": "../../etc"}}', ("a", "a", "unknown")),
        ("a.json", b'{"metadata": 1}', ("a", "a", "unknown")),
        ("a.json", b"broken", ("a", "a", "unknown")),
        ("a.json", b"[" * 100_000, ("a", "a", "unknown")),
        ("~.json", b"", ("model", "service", "unknown")),
    ],
)
def test_a_file_elsewhere_is_named_by_its_metadata(
    tmp_path: Path, name: str, content: bytes, expected: tuple[str, str, str]
) -> None:
    release = only(put(tmp_path / name, content))
    (file,) = release.files
    assert (release.name, file.service, file.api_version) == expected


def test_a_model_can_come_through_standard_input() -> None:
    code = (
        "from docgen.locate import open_source; s = open_source('-');"
        "print(s.releases()[0].name, s.releases()[0].files[0].read())"
    )
    command = [sys.executable, "-c", code]
    for data in (MODEL, gzip.compress(MODEL)):
        done = subprocess.run(command, input=data, capture_output=True, check=True)
        assert done.stdout.decode().split(" ", 1) == ["stdin", f"{MODEL!r}{os.linesep}"]


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="no /dev/fd here")
def test_a_model_can_come_through_a_pipe_that_the_shell_made() -> None:
    reader, writer = os.pipe()
    os.write(writer, MODEL)
    os.close(writer)
    try:
        assert only(f"/dev/fd/{reader}").files[0].read() == MODEL
    finally:
        os.close(reader)


# -- choosing a release


def test_a_release_of_a_source_is_chosen_with_an_at_sign(tmp_path: Path) -> None:
    for release in ("1.9.0", "1.10.0"):
        put(tmp_path / release / "sqs" / "2012-11-05" / "service-2.json")
    assert only(f"{tmp_path}@1.9.0").name == "1.9.0"
    assert find_release(f"{tmp_path}@1.9.0").name == "1.9.0"
    assert find_release(str(tmp_path)).name == "1.10.0"
    assert "no release '2' (has 1.9.0 to 1.10.0)" in problem(f"{tmp_path}@2")


def test_a_path_with_an_at_sign_that_exists_wins(tmp_path: Path) -> None:
    put(tmp_path / "x@y" / "sqs" / "2012-11-05" / "service-2.json")
    assert only(tmp_path / "x@y").name == "models"
    assert find_release(f"{tmp_path}/x@y@models").files


def test_a_bare_name_is_a_release_of_the_default_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "models" / "1.9.0" / "sqs" / "2012-11-05" / "service-2.json")
    put(tmp_path / "1.9.0" / "sns" / "2010-03-31" / "service-2.json")
    put(tmp_path / "1.9.1" / "sns" / "2010-03-31" / "service-2.json")
    monkeypatch.chdir(tmp_path)
    default = open_source("models")
    assert find_release("1.9.0", default).services() == ("sqs",)
    assert find_release("./1.9.0", default).services() == ("sns",)
    assert find_release("1.9.1", default).services() == ("sns",)
    with pytest.raises(SourceError, match=r"models: no release '1\.9\.2'"):
        find_release("1.9.2", default)


def test_a_file_does_not_need_the_default_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "old.json")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_release("old.json", open_source("empty")).name == "old"


def test_releases_are_ordered_as_versions_and_else_by_the_numbers_in_them(tmp_path: Path) -> None:
    for name in ("1.10.0", "1.9.0", "1.9.0rc1", "1.9.0.post1"):
        put(tmp_path / "a" / name / "sqs" / "2012-11-05" / "service-2.json")
    for name in ("run-10", "run-9", "10-run"):
        put(tmp_path / "b" / name / "sqs" / "2012-11-05" / "service-2.json")
    in_a, in_b = ([r.name for r in open_source(str(tmp_path / x)).releases()] for x in "ab")
    assert in_a == ["1.9.0rc1", "1.9.0", "1.9.0.post1", "1.10.0"]
    assert in_b == ["10-run", "run-9", "run-10"]


def test_the_newest_api_version_is_the_greatest_name(tmp_path: Path) -> None:
    for version in ("2014-05-31", "2020-05-31", "2019-03-26"):
        put(tmp_path / "cloudfront" / version / "service-2.json")
    put(tmp_path / "sqs" / "2012-11-05" / "service-2.json")
    release = only(tmp_path)
    latest = release.latest_model("cloudfront")
    assert latest is not None
    assert latest.api_version == "2020-05-31"
    assert release.latest_model("nothing") is None
    assert release.services() == ("cloudfront", "sqs")
    assert [file.api_version for file in release.latest_models()] == ["2020-05-31", "2012-11-05"]
    assert release.find_model("cloudfront", "2019-03-26") is not None
    assert release.find_model("cloudfront", "2019-03-27") is None


@pytest.mark.parametrize(
    "make",
    [write_wheel, sdist, lambda folder: put(folder / "s" / "2016-12-01" / "service-2.json")],
    ids=["wheel", "sdist", "folder"],
)
def test_a_model_file_can_be_sent_to_another_process(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    make(tmp_path)
    (file,) = only(tmp_path).files
    sent: ModelFile = pickle.loads(pickle.dumps(file))  # noqa: S301
    assert sent == file
    assert sent.read() == MODEL


# -- what is broken or hostile


def test_an_unknown_name_is_one_line() -> None:
    assert "no such file or folder" in problem("nothing/of/that/name")


@pytest.mark.parametrize("spec", ["", "@", "a\0b", "x" * 5000, "@1.0.0"])
def test_strange_names_are_one_line(spec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError):
        open_source(spec).releases()


def test_an_empty_folder_and_an_archive_without_models_are_reported(tmp_path: Path) -> None:
    assert "no releases here" in problem(tmp_path)
    assert "no service-2.json in it" in problem(write_wheel(tmp_path, [("a.py", b"")]))


def test_a_file_that_is_not_a_source_is_reported(tmp_path: Path) -> None:
    assert "not a .json" in problem(put(tmp_path / "notes.txt"))


EARLIER = {
    "sqs/2012-11-05.normal.json": MODEL,
    "sqs/2012-11-05.paginators.json": PAGINATORS,
    "sqs/2012-11-05.waiters.json": b'{"version": 2, "waiters": {}}',
    "s3/2006-03-01.api.json": MODEL,
    "s3/2006-03-01.waiters.json": b'{"waiters": {"__default__": {}}}',
    "sns/2010-03-31.json": b'{"operations": []}',  # before 0.64.0: another form
    "_retry.json": b"{}",
}
"""Files in `data/aws/`, named as in botocore before 0.107.0."""


def earlier_in_a_folder(folder: Path) -> Path:
    for name, content in EARLIER.items():
        put(folder / "botocore" / "data" / "aws" / name, content)
    return folder


def earlier_in_a_wheel(folder: Path) -> Path:
    return write_wheel(folder, [(f"botocore/data/aws/{name}", content) for name, content in EARLIER.items()])


def earlier_in_git(folder: Path) -> str:
    earlier_in_a_folder(folder)
    for command in ("init -q", "add .", "-c user.name=N -c user.email=E commit -qm M", "tag 0.106.0"):
        subprocess.run(["git", "-C", str(folder), *command.split()], check=True)
    return f"git:{folder}"


@pytest.mark.parametrize("make", [earlier_in_a_folder, earlier_in_a_wheel, earlier_in_git])
def test_models_in_the_layout_before_0_107_0_are_found_as_in_the_present_one(
    make: Callable[[Path], object], tmp_path: Path
) -> None:
    (release,) = open_source(str(make(tmp_path))).releases()
    assert [(file.service, file.api_version, sorted(file.siblings)) for file in release.files] == [
        ("s3", "2006-03-01", ["waiters-1.json"]),
        ("sqs", "2012-11-05", ["paginators-1.json", "waiters-2.json"]),
    ]
    assert {file.read() for file in release.files} == {MODEL}


def test_models_before_0_64_0_are_refused_with_the_reason(tmp_path: Path) -> None:
    path = write_wheel(tmp_path, [("botocore/data/aws/sqs/2012-11-05.json", b"{}")])
    assert "use botocore 0.64.0 or newer" in problem(path)


BROKEN_RELEASES = {
    "[]": "expected a JSON object",
    "{": "not JSON",
    "\udcff": "not UTF-8",
    '{"package": "botocore"}': "no 'release'",
    '{"release": 1}': "'release' is not a string",
    '{"release": "1.0.1"}': "but its folder is '1.0.0'",
    '{"release": "1.0.0", "package": null}': "'package' is not a string",
    '{"release": "1.0.0", "date": "20190121"}': "'date' is '20190121', not a date",
    '{"release": "1.0.0", "date": "2019-02-30"}': "not a date",
    '{"release": "1.0.0", "date": 2019}': "'date' is not a string",
    '{"release": "1.0.0", "summaries": []}': "'summaries' is not an object",
    '{"release": "1.0.0", "summaries": {"sqs": 1}}': "'summaries' is not an object",
    '{"release": "1.0.0", "sumaries": {}}': "unknown key 'sumaries'",
    "[" * 100_000: "not JSON",
}


@pytest.mark.parametrize("content", BROKEN_RELEASES)
def test_a_broken_release_json_is_one_line(tmp_path: Path, content: str) -> None:
    path = put(tmp_path / "1.0.0" / "release.json", content.encode(errors="surrogateescape"))
    line = problem(tmp_path)
    assert line.startswith(str(path))
    assert BROKEN_RELEASES[content] in line


@pytest.mark.parametrize("service", ["has space", "-rf", "_x", "ü", "a%2f"])
def test_names_that_cannot_be_in_a_page_path_are_refused(tmp_path: Path, service: str) -> None:
    where = f"data/{service}/2016-12-01/service-2.json"
    put(tmp_path / where)
    archive = write_wheel(tmp_path, [(f"botocore/{where}", MODEL)])
    assert "cannot name a service" in problem(tmp_path / "data")
    assert "cannot name a service" in problem(archive)
    assert "cannot name a service" in problem(sdist(tmp_path, [(f"botocore/{where}", MODEL)]))


def test_a_bad_api_version_or_release_name_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "sqs" / "20 12" / "service-2.json")
    assert "cannot name an API version" in problem(tmp_path)
    put(tmp_path / "m" / "one two" / "sqs" / "2012-11-05" / "service-2.json")
    assert "cannot name a release" in problem(tmp_path / "m")


def test_a_model_that_is_there_packed_and_not_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "sqs" / "2012-11-05" / "service-2.json")
    put(tmp_path / "sqs" / "2012-11-05" / "service-2.json.gz", gzip.compress(MODEL))
    assert "duplicate of" in problem(tmp_path)


PACKED = gzip.compress(MODEL)
BROKEN_GZIPS = {
    "cut": (PACKED[:-12], "ends early"),
    "cut in the checksum": (PACKED[:-2], "ends early"),
    "cut in the header": (PACKED[:4], "ends early"),
    "wrong checksum": (PACKED[:-8] + bytes(4) + PACKED[-4:], "incorrect data check"),
    "wrong byte": (PACKED[:12] + b"\xff\xff\xff" + PACKED[15:], "damaged gzip data"),
    "something behind": (PACKED + b"more", "4 more bytes after the end"),
    "a second stream behind": (PACKED + PACKED, "more bytes after the end"),
}


@pytest.mark.parametrize("how", BROKEN_GZIPS)
def test_damaged_gzip_data_is_one_line(tmp_path: Path, how: str) -> None:
    content, message = BROKEN_GZIPS[how]
    assert message in problem(put(tmp_path / "m.json.gz", content))
    put(tmp_path / "d" / "sqs" / "2012-11-05" / "service-2.json.gz", content)
    assert message in problem(tmp_path / "d")
    assert message in problem(write_wheel(tmp_path, [(f"{MODEL_PATH}.gz", content)]))
    assert message in problem(sdist(tmp_path, [(f"{MODEL_PATH}.gz", content)]))


def peak_memory(code: str, *arguments: object) -> tuple[str, float]:
    """Run `code`; return its output and its peak memory in MiB beyond that of Python itself."""
    resource = pytest.importorskip("resource")
    assert resource
    program = (
        "import resource, sys\n"
        "from docgen.errors import SourceError\n"
        "from docgen.locate import open_source\n"
        "import docgen.sources.archives.tar, docgen.sources.archives.zip\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"try:\n    {code}\nexcept SourceError as error:\n    print(error)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)\n"
    )
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    *output, memory = done.stdout.splitlines()
    return "\n".join(output), float(memory)


READ_ALL = "[file.read() for r in open_source(sys.argv[1]).releases() for file in r.files]"


def test_a_gzip_bomb_costs_little_memory(tmp_path: Path) -> None:
    small = gzip.compress(bytes(300 << 20))
    assert len(small) < 1 << 20
    specs = [put(tmp_path / "m.json.gz", small), write_wheel(tmp_path, [(f"{MODEL_PATH}.gz", small)])]
    for spec in [*specs, sdist(tmp_path, [(f"{MODEL_PATH}.gz", small)])]:
        output, memory = peak_memory(READ_ALL, spec)
        assert "bomb" in output or "larger than 64 MiB" in output
        assert memory < 250


def test_a_bomb_as_a_member_costs_little_memory(tmp_path: Path) -> None:
    zeros = bytes(100 << 20)
    for spec in (write_wheel(tmp_path, [(MODEL_PATH, zeros)]), sdist(tmp_path, [(MODEL_PATH, zeros)])):
        output, memory = peak_memory(READ_ALL, spec)
        assert "larger than 64 MiB" in output
        assert memory < 50


def test_a_tar_of_nothing_but_zeros_behind_its_end_stops(tmp_path: Path) -> None:
    start = gzip.compress(tar_bytes([(tar_member(f"botocore-1.12.83/{MODEL_PATH}"), MODEL)]))
    path = put(tmp_path / SDIST, start + gzip.compress(bytes(1 << 20)) * 100)
    output, memory = peak_memory(f"docgen.sources.archives.tar.MAX_ARCHIVE_BYTES = 1 << 24; {READ_ALL}", path)
    assert "more than 16 MiB unpacked" in output
    assert memory < 50


def test_a_tar_header_that_asks_for_gigabytes_gets_none(tmp_path: Path) -> None:
    info = tarfile.TarInfo("header")
    info.type, info.size = tarfile.XHDTYPE, 4 << 30
    header = info.tobuf(tarfile.GNU_FORMAT)
    output, memory = peak_memory(READ_ALL, put(tmp_path / SDIST, gzip.compress(header + bytes(100 << 20))))
    assert "a header of" in output
    assert memory < 50


def test_too_many_members_and_too_large_totals_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [(f"a/{number}", b"") for number in range(30)]
    monkeypatch.setattr("docgen.sources.archives.common.MAX_ARCHIVE_MEMBERS", 20)
    assert "more than 20 members" in problem(write_wheel(tmp_path, many))
    assert "more than 20 members" in problem(sdist(tmp_path, many))
    monkeypatch.setattr("docgen.sources.archives.common.MAX_ARCHIVE_BYTES", 1 << 20)
    large = [(f"a/{number}", os.urandom(1 << 18)) for number in range(5)]
    assert "more than 1 MiB unpacked" in problem(write_wheel(tmp_path, large, "a-1-py3-none-any.whl"))
    assert "more than 1 MiB unpacked" in problem(sdist(tmp_path, large, "a-1.tar.gz"))


def test_a_zip_directory_of_tens_of_megabytes_is_not_read(tmp_path: Path) -> None:
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    directory = entry * (300_000)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65535, 65535, len(directory), 0, 0)
    output, memory = peak_memory(READ_ALL, put(tmp_path / WHEEL_NAME, directory + end))
    assert "too many members" in output
    assert memory < 80


def test_a_large_file_that_is_no_bomb_is_read(tmp_path: Path) -> None:
    content = json.dumps({"documentation": os.urandom(1 << 20).hex() * 5}).encode()
    assert only(put(tmp_path / "m.json.gz", gzip.compress(content))).files[0].read() == content
    assert only(sdist(tmp_path, [(MODEL_PATH, content)])).files[0].read() == content


def test_a_file_of_spaces_in_an_sdist_is_read(tmp_path: Path) -> None:
    content = b"{" + b" " * (3 << 20) + b"}"
    assert only(sdist(tmp_path, [(MODEL_PATH, content)])).files[0].read() == content


def damaged_zips(folder: Path) -> dict[str, tuple[bytes, str]]:
    whole = write_wheel(folder, [(MODEL_PATH, MODEL * 50)]).read_bytes()
    at = whole.index(MODEL_PATH.encode()) + len(MODEL_PATH)
    central = whole.index(b"PK\1\2")
    encrypted = bytearray(whole)
    encrypted[6] |= 1
    encrypted[central + 8] |= 1
    method = bytearray(whole)
    method[8] = method[central + 10] = 12
    return {
        "cut": (whole[: len(whole) // 2], "not a readable ZIP file"),
        "empty": (b"", "not a readable ZIP file"),
        "wrong byte": (whole[: at + 9] + b"\xff\xff\xff" + whole[at + 12 :], "not a readable ZIP file"),
        "wrong checksum": (
            whole[: central + 16] + b"\1\2\3\4" + whole[central + 20 :],
            "Bad CRC-32",
        ),
        "encrypted": (bytes(encrypted), "encrypted"),
        "another method": (bytes(method), "unsupported compression method 12"),
        "wrong name inside": (whole.replace(b"appstream", b"appstreem", 1), "differ"),
    }


@pytest.mark.parametrize(
    "how", ["cut", "empty", "wrong byte", "wrong checksum", "encrypted", "another method", "wrong name inside"]
)
def test_a_damaged_or_strange_zip_is_one_line(tmp_path: Path, how: str) -> None:
    content, message = damaged_zips(tmp_path)[how]
    assert message in problem(put(tmp_path / WHEEL_NAME, content))


def test_a_zip_that_is_cut_or_changed_anywhere_gives_one_line_or_the_right_bytes(tmp_path: Path) -> None:
    whole = write_wheel(tmp_path).read_bytes()
    for at in range(0, len(whole), 5):
        for content in (whole[:at], whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]):
            path = put(tmp_path / WHEEL_NAME, content)
            with suppress(SourceError):
                assert set(read_all(path)) <= {MODEL}


def test_a_tar_that_is_cut_anywhere_is_one_line(tmp_path: Path) -> None:
    whole = sdist(tmp_path).read_bytes()
    for at in range(len(whole)):
        problem(put(tmp_path / SDIST, whole[:at]))


def test_a_tar_that_is_changed_anywhere_gives_one_line_or_the_right_bytes(tmp_path: Path) -> None:
    whole = sdist(tmp_path).read_bytes()
    for at in range(0, len(whole), 3):  # a run of zeros may be copied from another place, and gives the same result
        with suppress(SourceError):
            assert read_all(put(tmp_path / SDIST, whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])) == [MODEL]


def test_a_damaged_tar_header_is_not_taken_for_the_end(tmp_path: Path) -> None:
    plain = bytearray(
        tar_bytes([(tar_member(f"botocore-1.12.83/botocore/data/{s}/1/service-2.json"), MODEL) for s in "ab"])
    )
    plain[1024 + 5] ^= 1
    assert "damaged" in problem(put(tmp_path / SDIST, gzip.compress(plain)))
    assert "damaged" in problem(put(tmp_path / SDIST, gzip.compress(plain[:1024])))


def test_members_with_hostile_names_are_no_models_and_reach_no_disk(tmp_path: Path) -> None:
    hostile = ["../../evil", "/etc/evil", "C:\\evil", "..\\evil", "a/../../evil", "evil\0x", "", "botocore/data"]
    members = [(name, b"evil") for name in hostile] + [(MODEL_PATH, MODEL)]
    before = sorted(tmp_path.parent.rglob("*"))
    for path in (write_wheel(tmp_path, members), sdist(tmp_path, [m for m in members if m[0]])):
        assert names(only(path)) == [("appstream", "2016-12-01")]
    assert len(sorted(tmp_path.parent.rglob("*"))) == len(before) + 2


def test_dots_for_a_service_are_refused(tmp_path: Path) -> None:
    for path in (
        write_wheel(tmp_path, [("botocore/data/../../service-2.json", MODEL)]),
        sdist(tmp_path, [("botocore/data/../../service-2.json", MODEL)]),
    ):
        assert "cannot name a service" in problem(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    twice = [(MODEL_PATH, MODEL), (MODEL_PATH, b"{}")]
    assert "two members" in problem(write_wheel(tmp_path, twice))
    assert "two members" in problem(sdist(tmp_path, twice))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_in_a_tar_are_refused_as_models(tmp_path: Path, kind: bytes) -> None:
    first = tar_member("botocore-1.12.83/secret")
    info = tar_member(f"botocore-1.12.83/{MODEL_PATH}", kind=kind, link="/etc/passwd")
    content = tar_bytes([(first, MODEL), (info, b"")])
    assert "a link or a device" in problem(put(tmp_path / SDIST, gzip.compress(content)))


def test_links_in_a_zip_are_refused_as_models(tmp_path: Path) -> None:
    path = tmp_path / WHEEL_NAME
    info = zipfile.ZipInfo(MODEL_PATH)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert "a link or a device" in problem(path)


def test_of_models_in_several_folders_the_packages_own_count(tmp_path: Path) -> None:
    other = f"botocore/vendored/{MODEL_PATH}"
    path = write_wheel(tmp_path, [(other.replace("appstream", "sqs"), MODEL), (MODEL_PATH, MODEL), METADATA])
    assert "several folders" in problem(path)
    path = write_wheel(tmp_path, [(MODEL_PATH.replace("botocore", "tests"), MODEL), (MODEL_PATH, MODEL), METADATA])
    assert names(only(path)) == [("appstream", "2016-12-01")]


def test_an_archive_that_changes_while_it_is_read_is_reported(tmp_path: Path) -> None:
    path = write_wheel(tmp_path)
    release = only(path)
    write_wheel(tmp_path, [(MODEL_PATH, MODEL * 2)])
    with pytest.raises(SourceError, match="changed while"):
        release.files[0].read()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_in_a_folder_does_not_make_docgen_wait(tmp_path: Path) -> None:
    put(tmp_path / "1.0.0" / "sqs" / "2012-11-05" / "service-2.json")
    os.mkfifo(tmp_path / "1.0.0" / "sqs" / "2012-11-05" / "paginators-1.json")
    os.mkfifo(tmp_path / "1.0.0" / "release.json")
    os.mkfifo(tmp_path / "one.json")
    assert list(only(tmp_path / "1.0.0").files[0].siblings) == []
    assert "not a regular file" in problem(tmp_path / "one.json")
    (tmp_path / "endless.json").symlink_to("/dev/zero")
    assert "not a regular file" in problem(tmp_path / "endless.json")


def test_links_in_a_folder_are_followed_to_files(tmp_path: Path) -> None:
    real = put(tmp_path / "d" / ".store" / "abc")
    link = tmp_path / "d" / "sqs" / "2012-11-05" / "service-2.json"
    link.parent.mkdir(parents=True)
    link.symlink_to(real)
    (tmp_path / "d" / "sns").mkdir()
    (tmp_path / "d" / "sns" / "loop").symlink_to(tmp_path / "d")
    assert only(tmp_path / "d").files[0].read() == MODEL


@pytest.mark.parametrize("name", ["service-2.json", "extra-1.json", "release.json", "notes.md", "sqs", "2012-11-05"])
def test_no_link_leads_out_of_a_folder(name: str, tmp_path: Path) -> None:
    release = tmp_path / "m" / "1.0.0"
    put(release / "sqs" / "2012-11-05" / "service-2.json")
    put(release / "release.json", b'{"release": "1.0.0"}')
    secret = tmp_path / "m-secret"  # in the parent folder, with a name that begins in the same way
    put(secret / "file", MODEL)
    put(secret / "2012-11-05" / "service-2.json", MODEL)
    place = {"release.json": release, "notes.md": release, "sqs": release, "2012-11-05": release / "sqs"}
    link = place.get(name, release / "sqs" / "2012-11-05") / name
    if link.is_dir():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    target = {"sqs": secret, "2012-11-05": secret / "2012-11-05"}.get(name, secret / "file")
    link.symlink_to(target)
    with pytest.raises(SourceError, match="a link that leads out of the folder") as error:
        [file.digests() for file in only(tmp_path / "m").files]
    assert str(tmp_path / "m" / "1.0.0") in str(error.value)


def test_no_link_to_an_archive_leads_out_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    packed = write_wheel(tmp_path)
    (tmp_path / "m" / packed.name).symlink_to(packed)
    assert "a link that leads out of the folder" in problem(tmp_path / "m")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user who is refused something")
def test_a_file_that_may_not_be_read_is_one_line(tmp_path: Path) -> None:
    for path in (put(tmp_path / "m.json"), write_wheel(tmp_path), sdist(tmp_path), put(tmp_path / "d" / "x").parent):
        path.chmod(0)
        assert "Permission denied" in problem(path)
    (tmp_path / "d").chmod(0o700)


# -- notes


BARE = Release("1.12.83", "a.whl", package="botocore")


def test_notes_in_botocores_own_format_are_taken(tmp_path: Path) -> None:
    entries = [
        {"category": "``sqs``", "description": "First.", "type": "api-change"},
        {"category": "ec2", "description": "Bare.", "type": "api-change"},
        {"category": "``sqs``", "description": "Second.", "type": "api-change"},
        {"category": "s3", "description": "Not about the API.", "type": "enhancement"},
    ]
    path = put(tmp_path / "1.12.83.json", json.dumps(entries).encode())
    release = apply_release_notes(path, BARE)
    assert release.summaries == {"ec2": "Bare.", "s3 (enhancement)": "Not about the API.", "sqs": "First. Second."}
    assert service_summary(release, "sqs") == "First. Second."
    assert service_summary(release, "appstream") == ""


def test_notes_in_our_own_format_bring_the_date_too(tmp_path: Path) -> None:
    path = put(tmp_path / "r.json", b'{"release": "1.12.83", "date": "2019-01-21", "summaries": {"sqs": "New."}}')
    release = apply_release_notes(path, BARE)
    assert (release.date, release.package, release.summaries) == ("2019-01-21", "botocore", {"sqs": "New."})


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("1.12.82.json", "[]", "notes of release 1.12.82, but a.whl is release 1.12.83"),
        ("x.json", '{"release": "1.12.82"}', "notes of release 1.12.82"),
        ("x.json", '[{"category": "sqs"}]', "entry 0 needs"),
        ("x.json", "[1]", "entry 0 needs"),
        ("x.json", '"text"', "expected a JSON object"),
        ("gone.json", None, "No such file"),
    ],
)
def test_notes_that_are_not_for_this_release_are_refused(
    tmp_path: Path, name: str, content: str | None, message: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        apply_release_notes(path, BARE)


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        (Release("1.5.12", "", package="botocore"), ""),
        (Release("1.5.13", "", package="botocore"), "Update sqs client to latest version"),
        (Release("1.20.26", "", package="botocore"), "Update sqs client to latest version"),
        (Release("1.20.27", "", package="botocore"), ""),
        (Release("1.12.83", "", package="other"), ""),
        (Release("1.12.83", "", package="botocore", summaries={}), ""),
        (Release("latest", "", package="botocore"), ""),
    ],
)
def test_botocores_habit_stands_in_for_notes_only_while_it_lasted(release: Release, expected: str) -> None:
    assert service_summary(release, "sqs") == expected


# -- real packages


@pytest.mark.parametrize(
    ("version", "date", "models", "services"),
    [
        ("1.0.0", "2015-06-22", 56, 48),
        ("1.12.83", "2019-01-21", 200, 170),
        ("1.44.5", "2026-11-17", 472, 439),
    ],
)
def test_real_wheels_are_read(
    botocore_wheel: Callable[[str], Path], version: str, date: str, models: int, services: int
) -> None:
    release = only(botocore_wheel(version))
    assert (release.name, release.date, release.package) == (version, date, "botocore")
    assert (len(release.files), len(release.services())) == (models, services)
    assert all(file.read().startswith(b"{") for file in release.files)


def test_an_sdist_is_read_in_time_linear_in_its_size(tmp_path: Path) -> None:
    content = b'{"documentation": "' + os.urandom(5_000).hex().encode() + b'"}'
    members = [(f"botocore/data/s{number}/2016-12-01/service-2.json", content) for number in range(2_000)]
    release = only(sdist(tmp_path, members))
    started = time.process_time()
    assert all(file.read() == content for file in reversed(release.files))
    assert time.process_time() - started < 20  # one second; to unpack from the start for each file would take minutes


def test_the_limits_are_far_above_real_data(botocore_wheel: Callable[[str], Path]) -> None:
    with zipfile.ZipFile(botocore_wheel("1.12.83")) as archive:
        infos = archive.infolist()
    assert max(info.file_size for info in infos) * 10 < limits.MAX_JSON_BYTES
    assert max(info.file_size / max(1, info.compress_size) for info in infos) * 5 < limits.MAX_UNPACK_RATIO
    assert len(infos) * 10 < limits.MAX_ARCHIVE_MEMBERS
    assert sum(info.file_size for info in infos) * 5 < limits.MAX_ARCHIVE_BYTES


def test_the_folders_that_come_with_docgen_are_found() -> None:
    assert data_folder("models").is_dir()
    assert data_folder("templates").is_dir()
    with pytest.raises(SourceError, match="install docgen again"):
        data_folder("nothing")


def test_names_that_are_too_long_are_refused_and_forgotten() -> None:
    tracemalloc.start()
    try:
        assert not any(is_valid_name(f"{'x' * 100_000}{number}") for number in range(300))
        assert tracemalloc.get_traced_memory()[0] < 3_000_000
    finally:
        tracemalloc.stop()
    assert is_valid_name("x" * 200)
    assert not is_valid_name("x" * 201)
