"""Releases from a package index: the real pip, a local index, and once the index that the machine uses."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.utils import deep_merge
from conftest import CI, models_in, wheel

from docgen.errors import SourceError
from docgen.locate import find_release, open_source
from docgen.sources.pypi.pip import parse_versions
from docgen.sources.pypi.releases import parse_package_spec
from docgen.sources.release import Release
from docgen.sources.sdk_extras import REPLACED

BACKEND = """\
import os, pathlib
pathlib.Path(os.environ["MARKER"]).touch()
def get_requires_for_build_wheel(config_settings=None): return []
def prepare_metadata_for_build_wheel(folder, config_settings=None):
    info = pathlib.Path(folder, "source_models-1.0.dist-info")
    info.mkdir()
    info.joinpath("METADATA").write_text("Metadata-Version: 2.1\\nName: source-models\\nVersion: 1.0\\n")
    return info.name
"""
SETUP = 'import os, pathlib\npathlib.Path(os.environ["MARKER"]).touch()\nimport setuptools; setuptools.setup()\n'
PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
IN_TREE = {"pyproject.toml": PYPROJECT, "backend.py": BACKEND}


def model(version: str) -> bytes:
    return json.dumps({"metadata": {"apiVersion": "2016-12-01"}, "shapes": {}, "documentation": version}).encode()


def tiny_wheel(name: str, version: str, *, models: bool = True) -> tuple[str, bytes]:
    """Return the file name and the content of a wheel with metadata from 2019-01-21."""
    members = {f"{name}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"}
    members[f"{name}-{version}.dist-info/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    members[f"{name}-{version}.dist-info/RECORD"] = ""
    if models:
        members[f"{name}/data/appstream/2016-12-01/service-2.json"] = model(version).decode()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for member, text in members.items():
            archive.writestr(zipfile.ZipInfo(member, (2019, 1, 21, 14, 0, 0)), text)
    return f"{name}-{version}-py3-none-any.whl", content.getvalue()


def source_package(name: str, version: str, files: dict[str, str]) -> tuple[str, bytes]:
    content = io.BytesIO()
    members = {
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{name}/data/appstream/2016-12-01/service-2.json": model(version).decode(),
        "tests/data/appstream/2016-12-01/service-2.json": model("of a test").decode(),
        **files,
    }
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for member, text in members.items():
            info = tarfile.TarInfo(f"{name}-{version}/{member}")
            info.size, info.mtime = len(text.encode()), 1548110994
            archive.addfile(info, io.BytesIO(text.encode()))
    return f"{name}-{version}.tar.gz", content.getvalue()


@dataclass
class Index:
    """The content of the index, and the requests that it got."""

    files: dict[str, bytes] = field(default_factory=dict)
    pages: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def add(self, project: str, file: tuple[str, bytes], attributes: str = "", sha256: str = "") -> None:
        name, content = file
        self.files[name] = content
        digest = sha256 or hashlib.sha256(content).hexdigest()
        self.pages.setdefault(project, []).append(f'<a href="/files/{name}#sha256={digest}" {attributes}>{name}</a>')

    def fetched(self) -> list[str]:
        return [path.removeprefix("/files/") for path in self.asked if path.startswith("/files/")]

    def answer(self, path: str) -> bytes | None:
        self.asked.append(path)
        _, folder, name, *_ = [*path.split("/"), ""]
        page = self.pages.get(name)
        if folder == "simple":
            return None if page is None else f"<!DOCTYPE html><body>{''.join(page)}</body>".encode()
        return self.files.get(name)


def tiny_index() -> Index:
    index = Index()
    for version in ("1.0", "1.1", "1.2"):
        index.add("tiny-models", tiny_wheel("tiny_models", version))
    index.add("tiny-models", tiny_wheel("tiny_models", "1.9"), 'data-yanked="wrong"')
    index.add("tiny-models", tiny_wheel("tiny_models", "2.0rc1"))
    index.add("tiny-models", tiny_wheel("tiny_models", "1.1.1"), 'data-requires-python="&lt;3"')
    index.add("large-models", ("large_models-1.0-py3-none-any.whl", os.urandom(1 << 20)))
    index.add("without-models", tiny_wheel("without_models", "1.0", models=False))
    index.add("source-models", source_package("source_models", "1.0", IN_TREE))
    index.add("source-models", source_package("source_models", "2.0", {"setup.py": SETUP}))
    index.add("forged-models", source_package("forged_models", "1.0", IN_TREE), sha256="0" * 64)
    return index


@pytest.fixture(scope="module")
def served() -> Iterator[Index]:
    index = tiny_index()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = index.answer(self.path)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    index.url = f"http://127.0.0.1:{server.server_port}/simple"
    yield index
    server.shutdown()
    server.server_close()


@pytest.fixture
def index(served: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    """Make pip use only the local index; nothing is downloaded yet."""
    for name in [name for name in os.environ if name.startswith("PIP_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setenv("PIP_INDEX_URL", served.url)
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path / "cache"))
    served.asked.clear()
    return served


def only(spec: str) -> Release:
    (release,) = open_source(spec).releases()
    return release


def content_of(release: Release) -> bytes:
    (file,) = release.files
    return file.read()


def refused(spec: str) -> str:
    with pytest.raises(SourceError) as caught:
        [content_of(release) for release in open_source(spec).releases()]
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith(spec)
    return line.removeprefix(f"{spec}: ")


def cached_names(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "cache" / "pypi").iterdir())


def test_a_release_is_fetched_once_and_then_needs_no_network(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    release = only("pypi:tiny-models==1.1")
    assert (release.name, release.date, release.package) == ("1.1", "2019-01-21", "tiny-models")
    assert content_of(release) == model("1.1")
    assert index.fetched() == ["tiny_models-1.1-py3-none-any.whl"]
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    assert content_of(only("pypi:Tiny_Models==1.1.0")) == content_of(only("pypi:tiny-models@1.1")) == model("1.1")


def test_an_archive_in_the_cache_is_what_its_name_says(index: Index, tmp_path: Path) -> None:
    only("pypi:tiny-models==1.1")
    (archive,) = (tmp_path / "cache" / "pypi").iterdir()
    for name, version in (("tiny_models", "1.2"), ("tiny_models", "x"), ("other_models", "1.1")):
        archive.write_bytes(tiny_wheel(name, version)[1])
        expected = f"{archive.name} holds {name} {version} (remove {archive} to download it again)"
        assert refused("pypi:tiny-models==1.1") == expected
    archive.unlink()
    assert content_of(only("pypi:tiny-models==1.1")) == model("1.1")


def test_a_full_disk_is_one_line(index: Index, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(tmp_path / "cache")]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("only root may mount a small disk")
    try:
        assert refused("pypi:large-models==1.0") == (
            "pip: no space left on device (free some, or set DOCGEN_CACHE to another folder)"
        )
        assert cached_names(tmp_path) == []
    finally:
        subprocess.run(["umount", str(tmp_path / "cache")], check=True)


def test_only_releases_that_are_read_are_downloaded_and_no_yanked_ones(
    index: Index, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "docgen")
    releases = open_source("pypi:tiny-models>=1.1").releases()
    assert [release.name for release in releases] == ["1.1", "1.1.1", "1.2"]
    assert releases[0].location == "pypi:tiny-models==1.1"
    assert index.fetched() == []
    assert releases[-1].date == "2019-01-21"
    assert content_of(releases[-1]) == model("1.2")
    assert index.fetched() == ["tiny_models-1.2-py3-none-any.whl"]
    assert caplog.messages == [
        "3 releases of tiny-models, 3 to be downloaded on demand",
        "downloading tiny-models 1.2",
    ]


def test_a_release_for_another_python_can_be_read(index: Index) -> None:
    assert content_of(only("pypi:tiny-models==1.1.1")) == model("1.1.1")


def test_a_name_alone_is_the_newest_release_that_was_not_withdrawn(index: Index) -> None:
    assert find_release("pypi:tiny-models").name == "1.2"
    assert index.fetched() == ["tiny_models-1.2-py3-none-any.whl"]


def test_pre_releases_and_yanked_releases_can_be_named(index: Index) -> None:
    assert content_of(only("pypi:tiny-models==2.0rc1")) == model("2.0rc1")
    assert content_of(only("pypi:tiny-models==1.9")) == model("1.9")


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_nothing_of_a_source_package_is_run(
    version: str, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "marker"
    monkeypatch.setenv("MARKER", str(marker))
    release = only(f"pypi:source-models=={version}")
    assert (release.name, release.date) == (version, "2019-01-21")
    assert content_of(release) == model(version)
    assert cached_names(tmp_path) == [f"source_models-{version}.tar.gz"]
    assert not marker.exists()


def test_pip_by_itself_would_run_it(index: Index, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(tmp_path), "source-models==1.0"]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "MARKER": str(marker)})
    assert marker.exists()


def test_a_source_package_that_pip_finds_in_a_folder_is_not_run_either(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker, links = tmp_path / "marker", tmp_path / "links"
    links.mkdir()
    (links / "source_models-1.0.tar.gz").write_bytes(index.files["source_models-1.0.tar.gz"])
    monkeypatch.setenv("MARKER", str(marker))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    assert content_of(only("pypi:source-models==1.0")) == model("1.0")
    assert not marker.exists()
    assert [path.name for path in links.iterdir()] == ["source_models-1.0.tar.gz"]


def test_a_pip_in_the_current_folder_is_not_run(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pip.py").write_text("raise SystemExit('this is not pip')")
    monkeypatch.chdir(tmp_path)
    assert content_of(only("pypi:tiny-models==1.0")) == model("1.0")


def test_what_has_another_hash_than_the_index_says_is_refused(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARKER", str(tmp_path / "marker"))
    assert refused("pypi:forged-models==1.0").startswith("the download does not match the hash of the index")
    assert cached_names(tmp_path) == []
    assert not (tmp_path / "marker").exists()


def test_settings_for_installing_do_not_matter(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "constraints.txt").write_text("tiny-models==1.2\n")
    monkeypatch.setenv("PIP_CONSTRAINT", str(tmp_path / "constraints.txt"))
    monkeypatch.setenv("PIP_NO_BINARY", ":all:")
    monkeypatch.setenv("PIP_QUIET", "2")
    assert [release.name for release in open_source("pypi:tiny-models<1.1.5").releases()] == ["1.0", "1.1", "1.1.1"]
    assert content_of(only("pypi:tiny-models==1.0")) == model("1.0")


def test_two_at_once_fetch_the_same(index: Index, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "docgen", "fetch", "pypi:tiny-models==1.0", "--output"]
    running = [subprocess.Popen([*command, str(tmp_path / name)]) for name in ("one", "other")]
    assert [process.wait() for process in running] == [0, 0]
    assert cached_names(tmp_path) == ["tiny_models-1.0-py3-none-any.whl"]
    for name in ("one", "other"):
        assert (tmp_path / name / "1.0/appstream/2016-12-01/service-2.json").read_bytes() == model("1.0")


def test_a_missing_version_is_reported_with_the_existing_ones(index: Index) -> None:
    near = "no such release (there are 1.0 to 1.2; next to it: 1.1.1 and 1.2)"
    assert refused("pypi:tiny-models==1.1.5") == near
    assert refused("pypi:tiny-models>3") == "no such release (there are 1.0 to 1.2)"
    assert refused("pypi:without-models==1.0").startswith("no service-2.json in without_models-1.0-py3-none-any.whl")
    assert refused("pypi:tiny-modles").startswith("pip finds no such package (`pip index versions tiny-modles`")


def test_an_unreachable_index_is_reported(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    assert refused("pypi:tiny-models==1.0").startswith("pip cannot reach the package index")
    assert refused("pypi:tiny-models").startswith("pip cannot reach the package index")
    monkeypatch.setenv("PIP_RETRIES", "0")
    assert refused("pypi:tiny-models").startswith("pip cannot reach the package index"), "pip tells only of retries"


@pytest.mark.parametrize("section", ["global", "index"])
def test_an_unreachable_index_is_reported_if_a_file_forbids_retries(
    section: str, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip.conf").write_text(f"[{section}]\nretries = 0\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.delenv("PIP_RETRIES", raising=False)
    assert refused("pypi:tiny-modles").startswith("pip finds no such package")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    assert refused("pypi:tiny-models").startswith("pip cannot reach the package index")


@pytest.mark.parametrize(
    "spec",
    [
        "pypi:",
        "pypi:two words",
        "pypi:tiny-models[extra]",
        "pypi:tiny-models @ http://127.0.0.1/x.whl",
        "pypi:tiny-models; python_version > '3'",
        "pypi:tiny-models==",
        "pypi:tiny-models@",
        "pypi:--help",
        "pypi:../tiny-models",
        "pypi:tiny-models@1.0@1.1",
        "pypi:tiny-models~=1.43.0.*",
    ],
)
def test_what_is_not_a_name_with_versions_is_refused_at_once(spec: str) -> None:
    with pytest.raises(SourceError, match="not a package with versions"):
        open_source(spec)


def test_versions_that_exclude_each_other_are_refused() -> None:
    with pytest.raises(SourceError, match="no version satisfies"):
        open_source("pypi:tiny-models>2@1.0")


def test_an_exact_version_is_known_as_one() -> None:
    assert str(parse_package_spec("pypi:tiny-models>=1@1.0").exact_version) == "1.0"
    assert str(parse_package_spec("pypi:tiny-models===1.0").exact_version) == "1.0"
    assert parse_package_spec("pypi:tiny-models==1.*").exact_version is None
    assert parse_package_spec("pypi:tiny-models~=1.0").exact_version is None


def test_what_pip_lists_is_understood_in_both_of_its_forms() -> None:
    old = "botocore (1.10.0)\nAvailable versions: 1.10.0, 1.9.0, 1.9.0.post1, not-a-version\n  INSTALLED: 1.44.5\n"
    new = json.dumps({"name": "botocore", "versions": ["1.10.0", "1.9.0", "1.9.0.post1"], "latest": "1.10.0"})
    for printed in (old, new):
        assert [str(version) for version in parse_versions(printed)] == ["1.9.0", "1.9.0.post1", "1.10.0"]
    for printed in ("", "nothing", "[]", "{}", '{"versions": 1}'):
        assert parse_versions(printed) == ()


def without_replaced(value: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON object without the values that docgen keeps although extras replace them."""
    return {key: inner for key, inner in value.items() if key != REPLACED}


def test_a_release_of_botocore_comes_from_the_index_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = {(service, version): data for service, version, data in models_in(wheel("1.12.83"))}
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path))
    try:
        release = only("pypi:botocore==1.12.83")
    except SourceError as error:
        if "cannot reach" in str(error) and not CI:
            pytest.skip(str(error))
        raise
    assert (release.name, release.date, release.package) == ("1.12.83", "2019-01-21", "botocore")
    found = {(file.service, file.api_version): file.read() for file in release.files}
    with zipfile.ZipFile(wheel("1.12.83")) as archive:
        for name in archive.namelist():
            if name.endswith("/service-2.sdk-extras.json"):
                key = (name.split("/")[2], name.split("/")[3])
                merged = json.loads(expected.pop(key))
                deep_merge(merged, json.loads(archive.read(name))["merge"])
                assert json.loads(found.pop(key), object_hook=without_replaced) == merged
    assert found == expected
