"""Releases in git: repositories that git itself makes here, complete and damaged, friendly and hostile."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from git_repository import AUTHOR, MODEL, SQS, Repository, files, releases

from docgen.cli import main
from docgen.errors import SourceError
from docgen.sources.git import objects
from docgen.sources.git.spec import GitSpec, parse_git_spec
from docgen.sources.release import has_summaries


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Use a separate cache, and fail if processes are left behind."""
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path / "cache"))
    for name, value in AUTHOR.items():
        monkeypatch.setenv(name, value)
    yield
    objects._close_object_readers()
    objects._OBJECT_READERS.clear()


def names(spec: str) -> list[str]:
    return [release.name for release in releases(spec)]


def problem(spec: str, look: Callable[[str], object] = releases) -> str:
    """Return the one-line error."""
    try:
        found = look(spec)
    except SourceError as error:
        line = str(error)
        assert "\n" not in line
        return line
    raise AssertionError(found)


def read(spec: str) -> list[bytes]:
    return [file.read() for file in files(spec)]


# -- releases


def test_tags_that_are_versions_are_releases_in_the_order_of_versions(repository: Repository) -> None:
    for number, tag in enumerate(("1.10.0", "1.9.0", "1.9.1", "nightly", "1.9.2rc1", "last-good", "v2")):
        repository.put(sqs=MODEL + b" " * number)
        repository.commit(tag, annotated=bool(number % 2), when=f"2019-01-{number + 1:02}T23:30:00-02:00")
    found = releases(repository.spec)
    assert [release.name for release in found] == ["1.9.0", "1.9.1", "1.10.0", "2"]
    assert [release.date for release in found] == ["2019-01-03", "2019-01-04", "2019-01-02", "2019-01-08"], "in UTC"
    assert {release.package for release in found} == {"botocore"}
    assert [len(file.read()) - len(MODEL) for release in found for file in release.files] == [1, 2, 0, 6]
    assert found[0].state_id == repository("rev-parse", "1.9.0^{commit}")
    assert found[0].summaries is None


def test_a_patch_release_of_an_old_line_stands_by_its_number_not_by_its_day(repository: Repository) -> None:
    for tag, when in (("1.0.0", "2019-01-01"), ("2.0.0", "2020-01-01"), ("1.0.1", "2021-01-01")):
        repository.put(sqs=MODEL)
        repository.commit(tag, when=f"{when}T00:00:00Z")
    assert [(release.name, release.date) for release in releases(repository.spec)] == [
        ("1.0.0", "2019-01-01"),
        ("1.0.1", "2021-01-01"),
        ("2.0.0", "2020-01-01"),
    ]


def test_where_a_release_has_two_tags_the_plain_one_counts(repository: Repository) -> None:
    repository.put(sqs=MODEL)
    repository.commit("v1.0")
    repository.put(sqs=MODEL + b"\n")
    plain = repository.commit("1.0")
    repository.commit("v1.2.3")
    assert [(release.name, release.location) for release in releases(repository.spec)] == [
        ("1.0", f"{repository.spec}@1.0"),
        ("1.2.3", f"{repository.spec}@v1.2.3"),
    ]
    assert releases(repository.spec)[0].state_id == plain


def test_a_tag_of_a_tag_is_a_release_too(repository: Repository) -> None:
    repository.put(sqs=MODEL)
    commit = repository.commit("inner", annotated=True)
    repository("tag", "-a", "-m", "again", "1.0", "inner")
    (release,) = releases(repository.spec)
    assert (release.name, release.state_id, release.date) == ("1.0", commit, "2019-01-21")


def test_a_tag_of_a_file_or_a_folder_is_no_release(repository: Repository) -> None:
    repository.put(sqs=MODEL)
    repository.commit("1.0")
    repository("tag", "2.0", f"HEAD:{SQS}")
    repository("tag", "3.0", "HEAD:botocore")
    assert names(repository.spec) == ["1.0"]


def test_the_user_chooses_tags_by_a_pattern(repository: Repository) -> None:
    repository.put(sqs=MODEL)
    for tag in ("1.0", "sdk-1.1", "sdk-1.2", "v3", "sdk/4"):
        repository.commit(tag)
    assert names(f"{repository.spec}#tags=sdk-*") == ["sdk-1.1", "sdk-1.2"]
    assert names(f"{repository.spec}#tags=v*") == ["3"]
    assert "no tag that is a version" in problem(f"{repository.spec}#tags=nothing*")


def test_releases_before_the_first_one_with_models_are_passed_over(repository: Repository) -> None:
    repository.write("botocore/data/aws/sqs/2012-11-05.json", b"{}")
    repository.commit("0.1.0")
    repository.put(sqs=MODEL)
    repository.commit("0.2.0")
    repository("rm", "-r", "--quiet", "botocore")
    repository.commit("0.3.0")
    found = releases(repository.spec)
    assert [(release.name, len(release.files)) for release in found] == [("0.2.0", 1), ("0.3.0", 0)]


def test_one_revision_is_a_release_by_any_name_that_git_knows(repository: Repository) -> None:
    repository.put(sqs=MODEL)
    commit = repository.commit("v1.0", annotated=True)
    repository.put(sqs=MODEL + b"\n")
    head = repository.commit()
    repository("branch", "feature/x")
    for rev, name, identity in (
        ("v1.0", "1.0", commit),
        ("1.0", "1.0", commit),
        ("main", "main", head),
        (head, head, head),
        (head[:10], head[:10], head),
        ("HEAD~1", commit[:12], commit),
        ("feature/x", head[:12], head),
    ):
        (release,) = releases(f"{repository.spec}@{rev}")
        assert (release.name, release.state_id) == (name, identity), rev
        assert len(release.files) == 1


@pytest.mark.parametrize(
    "rev", ["2.0", "-x", "--upload-pack=x", "nothing here", "HEAD:botocore", "a\nb", "\udcff", "x" * 1_000]
)
def test_a_revision_that_is_not_there_is_said_to_be_so(repository: Repository, rev: str) -> None:
    repository.put(sqs=MODEL)
    repository.commit("1.0")
    line = problem(f"{repository.spec}@{rev}")
    assert "no revision" in line
    assert "newest tag: 1.0" in line
    assert read(f"{repository.spec}@1.0") == [MODEL], "and the next question is answered"


# -- the paths of models


@pytest.mark.parametrize(
    "where", ["botocore/data", "awscli/botocore/data", "data", "models", "ibm_botocore/data", "src/sdk/data", ""]
)
def test_models_are_found_where_packages_keep_them(repository: Repository, where: str) -> None:
    folder = f"{where}/sqs/2012-11-05".lstrip("/")
    repository.write(f"{folder}/service-2.json")
    repository.write(f"{folder}/paginators-1.json", b'{"pagination": {}}')
    repository.write(f"{folder}/README.md", b"not JSON")
    repository.write("docs/data/readme.json", b"{}")
    repository.commit("1.0")
    (release,) = releases(repository.spec)
    (file,) = release.files
    assert (file.service, file.api_version, list(file.siblings)) == ("sqs", "2012-11-05", ["paginators-1.json"])
    assert file.location == f"{repository.path}@1.0:{folder}/service-2.json"
    folders = where.split("/")
    assert release.package == ("awscli" if folders[0] == "awscli" else folders[-2] if len(folders) > 1 else "")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pyproject.toml", b'[project]\nname = "awscli"\n'),
        ("setup.cfg", b"[metadata]\nname = awscli\n"),
        ("setup.py", b"setup(\n    name='awscli',\n)\n"),
    ],
)
def test_a_package_that_has_botocore_inside_is_named_by_its_project(
    repository: Repository, name: str, content: bytes
) -> None:
    repository.write("awscli/botocore/data/sqs/2012-11-05/service-2.json")
    repository.write(name, content)
    repository.commit("2.0.0")
    repository.write(name, b"[[ not a project")
    repository.commit("2.0.1")
    assert [release.package for release in releases(repository.spec)] == ["awscli", "awscli"]
    assert [release.package for release in releases(f"{repository.spec}#package=aws-cli")] == ["aws-cli"] * 2
    assert "cannot name a package" in problem(f"{repository.spec}#package=a%20b")


def test_a_folder_can_be_chosen_and_must_be_where_there_are_two(repository: Repository) -> None:
    repository.write("one/data/sqs/2012-11-05/service-2.json", MODEL)
    repository.write("two/data/s3/2006-03-01/service-2.json", MODEL + b" ")
    repository.commit("1.0")
    assert "one/data and two/data" in problem(repository.spec)
    assert [file.service for file in files(f"{repository.spec}#subdirectory=two/data")] == ["s3"]
    assert [file.service for file in files(f"{repository.spec}@1.0#subdirectory=/one/data/")] == ["sqs"]
    assert "none with" in problem(f"{repository.spec}#subdirectory=three")
    assert "unknown option 'folder'" in problem(f"{repository.spec}#folder=x")


def test_a_repository_without_tags_has_a_release_for_each_day(repository: Repository) -> None:
    repository.put(sqs=MODEL)
    repository.commit()
    (release,) = releases(repository.spec)
    assert release.name == release.date
    assert "no tag that is a version" in problem(f"{repository.spec}#releases-by=tag")
    assert "name a revision: @REV" in problem(f"{repository.spec}#releases-by=tag")


def test_an_empty_folder_and_a_folder_in_a_repository_are_told_from_each_other(tmp_path: Path) -> None:
    assert "no such folder" in problem(f"git:{tmp_path / 'nothing'}")
    assert "not a git repository" in problem(f"git:{tmp_path}")


def test_packed_models_are_unpacked_and_known_by_their_content(repository: Repository) -> None:
    repository.write(f"{SQS}.gz", gzip.compress(MODEL))
    repository.commit("1.0")
    repository("rm", "--quiet", f"{SQS}.gz")
    repository.put(sqs=MODEL)
    repository.commit("2.0")
    packed, plain = files(repository.spec)
    assert packed.read() == plain.read() == MODEL
    assert packed.digest() == plain.digest() == repository.blob(MODEL)
    repository.write(f"{SQS}.gz", gzip.compress(MODEL))
    repository.commit("3.0")
    assert "duplicate of" in problem(repository.spec, files)


def test_what_is_the_same_in_two_releases_is_the_same_object(repository: Repository) -> None:
    repository.put(sqs=MODEL)
    repository.commit("1.0")
    repository.write("botocore/data/s3/2006-03-01/service-2.json")
    repository.commit("1.1")
    old, new = releases(repository.spec)
    assert old.files[0] is new.find_model("sqs", "2012-11-05")


def test_a_repository_with_names_of_32_bytes_is_read_too(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "long", "--object-format=sha256")
    repository.put(sqs=MODEL)
    assert len(repository.commit("1.0")) == 64
    (file,) = files(repository.spec)
    assert file.read() == MODEL
    assert file.digest() == Repository(tmp_path / "short").blob(MODEL), "content has one id in every repository"


def test_bare_repositories_and_worktrees_are_repositories(repository: Repository, tmp_path: Path) -> None:
    repository.put(sqs=MODEL)
    repository.commit("1.0")
    repository("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    repository("worktree", "add", "--quiet", str(tmp_path / "tree"), "HEAD")
    repository("clone", "--quiet", ".", str(tmp_path / "odd@name #1"))
    for path in ("bare.git", "tree", "repository/botocore", "odd@name #1"):
        assert read(f"git:{tmp_path / path}") == [MODEL], path
    assert read(f"git:{tmp_path / 'bare.git'}@1.0#subdirectory=botocore/data") == [MODEL]


def test_a_file_can_be_read_in_another_process(repository: Repository) -> None:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    repository.put(sqs=MODEL)
    repository.commit("1.0")
    (file,) = files(repository.spec)
    for method in ("spawn", "fork"):
        with ProcessPoolExecutor(1, mp_context=get_context(method)) as pool:
            assert pool.submit(file.read).result() == file.read() == MODEL


def test_thousands_of_releases_are_listed_with_few_questions(repository: Repository) -> None:
    lines = ["blob", "mark :1", f"data {len(MODEL)}", MODEL.decode()]
    for number in range(700):
        lines += [
            "commit refs/heads/main",
            f"mark :{number + 2}",
            f"committer t <t@e.invalid> {1500000000 + number} +0000",
        ]
        lines += ["data 0", f"M 644 :1 botocore/data/sqs{number % 40}/{2000 + number}-01-01/service-2.json"]
        lines += ["", f"reset refs/tags/1.{number}.0", f"from :{number + 2}", ""]
    repository("fast-import", "--quiet", data="\n".join(lines).encode())
    found = releases(repository.spec)
    assert [release.name for release in found] == [f"1.{number}.0" for number in range(700)]
    assert [len(release.files) for release in found] == list(range(1, 701))


# -- what a user types


@pytest.mark.parametrize(
    ("text", "repository", "rev"),
    [
        ("git:https://example.com/a/b.git", "https://example.com/a/b.git", ""),
        ("git:https://example.com/a/b.git@1.0", "https://example.com/a/b.git", "1.0"),
        ("git:https://user@example.com/a/b.git", "https://user@example.com/a/b.git", ""),
        ("git:https://user:word@example.com/a/b.git@v1", "https://user:word@example.com/a/b.git", "v1"),
        ("git:ssh://git@example.com/a/b.git", "ssh://git@example.com/a/b.git", ""),
        ("git:ssh://git@example.com:22/a/b.git@feature/x", "ssh://git@example.com:22/a/b.git", "feature/x"),
        ("git:git@example.com:a/b.git", "git@example.com:a/b.git", ""),
        ("git:git@example.com:a/b.git@1.0", "git@example.com:a/b.git", "1.0"),
        ("git:file:///a/b@1.0", "file:///a/b", "1.0"),
        ("git:.@1.0", ".", "1.0"),
        ("git:nowhere", "nowhere", ""),
    ],
)
def test_a_spec_is_a_place_and_perhaps_a_revision(text: str, repository: str, rev: str) -> None:
    assert parse_git_spec(text) == GitSpec(text, repository, rev)


# -- addresses


def test_an_address_is_cloned_into_the_cache_once_and_then_fetched(repository: Repository, tmp_path: Path) -> None:
    repository.put(sqs=MODEL)
    first = repository.commit("1.0")
    repository.commit("2.0")
    address = f"git:file://{repository.path}"
    assert names(address) == ["1.0", "2.0"]
    (copy,) = (tmp_path / "cache" / "git").iterdir()
    kept = copy.stat().st_ino
    repository("tag", "--delete", "2.0")
    repository.put(sqs=MODEL + b"\n")
    moved = repository.commit("3.0")
    repository("tag", "--force", "1.0", moved)
    assert [(release.name, release.state_id) for release in releases(address)] == [("1.0", moved), ("3.0", moved)]
    assert first != moved
    assert [copy] == list((tmp_path / "cache" / "git").iterdir())
    assert copy.stat().st_ino == kept
    assert read(f"{address}@main") == [MODEL + b"\n"]


def test_an_address_where_nothing_is_leaves_nothing_in_the_cache(tmp_path: Path) -> None:
    line = problem(f"git:file://{tmp_path}/nothing")
    assert line.startswith(f"git:file://{tmp_path}/nothing: git: ")
    assert list((tmp_path / "cache" / "git").iterdir()) == []


@pytest.mark.parametrize(
    "address", ["ext::sh -c touch% {}", "ext://sh -c touch% {}", "-oProxyCommand=touch {}@x:y", "fd::17/{}"]
)
def test_an_address_runs_no_program(tmp_path: Path, address: str) -> None:
    marker = tmp_path / "marker"
    problem(f"git:{address.format(marker)}")
    assert not marker.exists()


# -- incomplete copies


def test_a_partial_clone_says_what_is_missing_and_fetches_nothing(repository: Repository, tmp_path: Path) -> None:
    repository.put(sqs=MODEL)
    repository.commit("1.0")
    repository("config", "uploadpack.allowFilter", "true")
    for kind, missing in (("blob:none", "service-2.json"), ("tree:0", "a folder")):
        path = tmp_path / kind.replace(":", "")
        repository("clone", "--quiet", "--bare", f"--filter={kind}", f"file://{repository.path}", str(path))
        before = sorted(path.rglob("*"))
        line = problem(f"git:{path}", read)
        assert "a partial or damaged copy: clone it again" in line
        assert missing in line or kind == "tree:0"
        assert sorted(path.rglob("*")) == before
        assert problem(f"git:{path}", read) == line, "asked again, it answers again"


def test_a_reader_that_still_holds_the_error_can_ask_again(repository: Repository, tmp_path: Path) -> None:
    repository.put(sqs=MODEL)
    repository.commit("1.0")
    repository("config", "uploadpack.allowFilter", "true")
    path = tmp_path / "partial"
    repository("clone", "--quiet", "--bare", "--filter=tree:0", f"file://{repository.path}", str(path))
    try:
        read(f"git:{path}")
    except SourceError:
        with pytest.raises(SourceError):
            read(f"git:{path}")


def test_a_shallow_clone_has_the_releases_that_it_has(repository: Repository, tmp_path: Path) -> None:
    repository.put(sqs=MODEL)
    repository.commit("1.0")
    repository.put(sqs=MODEL + b"\n")
    repository.commit("2.0")
    path = tmp_path / "shallow"
    repository("clone", "--quiet", "--bare", "--depth=1", "--branch=2.0", f"file://{repository.path}", str(path))
    assert names(f"git:{path}") == ["2.0"]
    assert read(f"git:{path}") == [MODEL + b"\n"]
    assert "no revision '1.0'" in problem(f"git:{path}@1.0")


def test_a_damaged_object_is_said_to_be_damaged(repository: Repository) -> None:
    repository.put(sqs=MODEL)
    repository.commit("1.0")
    oid = repository("rev-parse", f"HEAD:{SQS}")
    path = repository.path / ".git" / "objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-8])
    line = problem(repository.spec, read)
    assert str(repository.path) in line
    assert "damaged" in line


def test_an_object_that_is_not_what_its_id_says_is_damaged(repository: Repository) -> None:
    repository.put(sqs=MODEL)
    repository.commit("1.0")
    objects = repository.path / ".git" / "objects"
    one, other = (
        objects / oid[:2] / oid[2:] for oid in (repository("rev-parse", f"HEAD:{SQS}"), repository.blob(b"{}"))
    )
    one.chmod(0o644)
    one.write_bytes(other.read_bytes())
    line = problem(repository.spec, read)
    assert "git cannot read" in line
    assert "service-2.json" in line


def test_without_git_one_line_says_so(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.put(sqs=MODEL)
    repository.commit("1.0")
    monkeypatch.setenv("PATH", "/nonexistent")
    assert problem(repository.spec) == "git: No such file or directory (install git)"
    done = subprocess.run(
        [sys.executable, "-m", "docgen", "index", repository.spec, "-o", "h.db"],
        capture_output=True,
        text=True,
        check=False,
        cwd=repository.path,
    )
    assert (done.returncode, done.stderr) == (2, "docgen: git: No such file or directory (install git)\n")


def test_the_environment_of_a_hook_means_no_other_repository(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.put(sqs=MODEL)
    repository.commit("1.0")
    other = Repository(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other.path / ".git" / "objects"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / "index"))
    assert names(repository.spec) == ["1.0"]


# -- releases according to maintainers


def test_what_a_release_says_is_read_from_its_changes(repository: Repository) -> None:
    entries = [
        {"category": "``sqs``", "type": "api-change", "description": "New.\n"},
        {"category": "sqs", "type": "api-change", "description": "And more."},
        {"category": "``s3``", "type": "enchancement", "description": "Not of the API."},
        {"category": "Parser", "type": "feature", "description": "Neither."},
    ]
    repository.put(sqs=MODEL)
    repository.write(".changes/1.0.json", json.dumps(entries).encode())
    repository.write(".changes/next-release/x.json", b"{}")
    repository.commit("v1.0")
    repository.commit("1.1")
    old, new = releases(repository.spec)
    assert old.summaries is not None
    assert dict(old.summaries) == {
        "Parser (feature)": "Neither.",
        "s3 (enhancement)": "Not of the API.",
        "sqs": "New. And more.",
    }
    assert new.summaries is not None
    assert dict(new.summaries) == {}, "a release without a file says nothing; where no release has one, no one knows"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[{", ":1:3: not JSON"),
        (b"{}", "not a list of changes"),
        (b'[{"type": 1}]', "entry 0 needs"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_broken_changes_are_named_once_and_the_release_goes_without(
    repository: Repository, content: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put(sqs=MODEL)
    repository.write(".changes/1.0.json", content)
    repository.commit("1.0")
    repository.write(".changes/1.1.json", b"[]")
    repository.commit("1.1")
    history = str(tmp_path / "h.db")
    assert main(["index", repository.spec, "--history", history]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"docgen: {repository.path}@1.0:.changes/1.0.json")
    assert message in line
    assert line.endswith(" (the release is read without its notes)")
    assert [has_summaries(release) for release in releases(history)] == [False, True]


# -- hostile repositories


def test_nothing_that_a_repository_names_is_run(repository: Repository, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho ran >> '{marker}'\ncat\n")
    program.chmod(0o755)
    repository.put(sqs=MODEL)
    repository.write(".gitattributes", b"* filter=f diff=f merge=f\n")
    repository.commit("1.0")
    for key in (
        *("core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "core.gitProxy"),
        *("core.alternateRefsCommand", "diff.external", "diff.f.textconv", "diff.f.command", "filter.f.smudge"),
        *("filter.f.clean", "filter.f.process", "gpg.program", "credential.helper", "uploadpack.packObjectsHook"),
        *(
            "remote.origin.uploadpack",
            "merge.f.driver",
            "interactive.diffFilter",
            "pager.cat-file",
            "trace2.eventTarget",
        ),
    ):
        repository("config", key, str(program))
    repository("config", "alias.cat-file", f"!{program}")
    repository("config", "alias.for-each-ref", f"!{program}")
    repository("config", "remote.origin.url", f"ext::{program}")
    repository("config", "remote.origin.promisor", "true")
    repository("config", "remote.origin.partialclonefilter", "blob:none")
    repository("config", "protocol.ext.allow", "always")
    repository("config", "core.hooksPath", str(tmp_path / "hooks"))
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc", "post-index-change", "fsmonitor-watchman"):
        (tmp_path / "hooks").mkdir(exist_ok=True)
        (tmp_path / "hooks" / hook).symlink_to(program)
        (repository.path / ".git" / "hooks" / hook).symlink_to(program)
    missing = repository.nested(
        "botocore/data/s3/2006-03-01", repository.tree(("100644", "blob", "1" * 40, "service-2.json"))
    )
    repository.release("2.0", missing)
    assert marker.exists(), "making it ran a hook: they work"
    marker.unlink()
    assert read(f"{repository.spec}@1.0") == [MODEL]
    assert names(repository.spec) == ["1.0", "2.0"]
    assert "git cannot read" in problem(repository.spec, read)
    assert "git: " in problem(f"git:file://{repository.path}"), "it cannot be copied whole"
    (repository.path / ".git" / "refs" / "tags" / "2.0").unlink()  # git itself would run a hook
    assert read(f"git:file://{repository.path}@1.0") == [MODEL], "a copy of it is as harmless"
    assert not marker.exists()


def test_replacement_objects_are_ignored(repository: Repository) -> None:
    repository.put(sqs=MODEL)
    commit = repository.commit("1.0")
    oid = repository("rev-parse", f"HEAD:{SQS}")
    repository("replace", oid, repository.blob(b"another"))
    other = repository("commit-tree", "-m", "other", repository.tree())
    repository("replace", commit, other)
    assert read(repository.spec) == [MODEL]


def test_tags_with_odd_names_are_no_releases_and_break_nothing(repository: Repository) -> None:
    repository.put(sqs=MODEL)
    commit = repository.commit("1.0")
    for name in ("1.1\u2028x", "1.2\u0085", "1.4;touch", "1.5$(x)", "$(1.6)", "1.7'\"", "-1.8", "@", "1.9@2"):
        repository("update-ref", f"refs/tags/{name}", commit)
    subprocess.run(["git", "-C", repository.path, "update-ref", b"refs/tags/2.0\xff", commit], check=True)
    repository("pack-refs", "--all")
    assert names(repository.spec) == ["1.0"]
    assert "1.0" in names(f"{repository.spec}#tags=*")
    assert len(releases(f"{repository.spec}@1.5$(x)")) == 1
    assert len(releases(f"{repository.spec}@1.9@2")) == 1


def test_folders_with_odd_names_are_passed_over(repository: Repository) -> None:
    blob = repository.blob(MODEL)
    version = repository.tree(("100644", "blob", blob, "service-2.json"), ("100644", "blob", blob, "../x.json"))
    good = repository.tree(("40000", "tree", version, "2012-11-05"), ("40000", "tree", version, "..\n"))
    odd = ("..", ".", ".git", "a\nb", "é", b"\xff", "-x", "a b", "x\u202e", "{{x}}", "<b>", "a\\b", "c/d", "Sqs ")
    data = repository.tree(*(("40000", "tree", good, name) for name in odd), ("40000", "tree", good, "sqs"))
    repository.release("1.0", repository.nested("botocore/data", data))
    (file,) = files(repository.spec)
    assert (file.service, file.api_version, dict(file.siblings)) == ("sqs", "2012-11-05", {})


def test_links_and_submodules_are_no_models(repository: Repository) -> None:
    blob = repository.blob(b"/etc/passwd")
    good = repository.blob(MODEL)
    version = repository.tree(("120000", "blob", blob, "service-2.json"))
    real = repository.tree(
        ("120000", "blob", blob, "paginators-1.json"),
        ("100755", "blob", good, "service-2.json"),
        ("160000", "commit", "2" * 40, "waiters-2.json"),
    )
    data = repository.tree(
        ("120000", "blob", blob, "ec2"),
        ("160000", "commit", "2" * 40, "iam"),
        ("40000", "tree", repository.tree(("40000", "tree", version, "2006-03-01")), "s3"),
        ("40000", "tree", repository.tree(("40000", "tree", real, "2012-11-05")), "sqs"),
    )
    repository.release("1.0", repository.nested("botocore/data", data))
    (file,) = files(repository.spec)
    assert (file.service, dict(file.siblings), file.read()) == ("sqs", {}, MODEL)
    linked = repository.tree(("120000", "blob", blob, "botocore"))
    repository.release("0.9", linked)
    assert names(repository.spec) == ["1.0"]


def test_an_entry_is_what_its_kind_says_whatever_its_name_looks_like(repository: Repository) -> None:
    repository.put(sqs=MODEL)
    repository.write("40000 botocore", b"a file whose name looks like the entry of a folder")
    repository.write("botocore/40000 data", b"another")
    repository.commit("1.0")
    assert read(repository.spec) == [MODEL]


def test_a_file_in_place_of_a_folder_and_a_folder_in_place_of_a_file_are_errors(repository: Repository) -> None:
    blob = repository.blob(MODEL)
    repository.release("1.0", repository.nested("botocore/data", repository.tree(("40000", "tree", blob, "sqs"))))
    assert "is a blob, not a tree" in problem(repository.spec, files)
    inner = repository.tree(("100644", "blob", repository.tree(), "service-2.json"))
    repository("tag", "--delete", "1.0")
    repository.release("2.0", repository.nested("botocore/data/sqs/2012-11-05", inner))
    assert "is a tree, not a blob" in problem(repository.spec, read)


def test_a_folder_that_is_too_large_is_refused(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "MAX_TREE_BYTES", 100_000)
    blob = repository.blob(MODEL)
    version = repository.tree(*(("100644", "blob", blob, f"x{number}.json") for number in range(4_000)))
    repository.release("1.0", repository.nested("botocore/data/sqs/2012-11-05", version))
    assert "which is too large" in problem(repository.spec, files)


def test_a_model_that_is_too_large_is_refused_before_it_is_read(repository: Repository) -> None:
    repository.put(sqs=b" " * (65 << 20))
    repository.commit("1.0")
    assert "larger than 64 MiB" in problem(repository.spec, read)
    repository("rm", "--quiet", SQS)
    repository.write(f"{SQS}.gz", gzip.compress(b" " * (60 << 20)))
    repository.commit("1.0.1")
    assert "expands more than" in problem(f"{repository.spec}@1.0.1", read)


def test_a_folder_that_holds_itself_many_times_over_is_not_walked(repository: Repository) -> None:
    tree = repository.tree(("100644", "blob", repository.blob(MODEL), "x.json"))
    for _ in range(12):
        tree = repository.tree(*(("40000", "tree", tree, f"d{number}") for number in range(10)))
    repository.release("1.0", tree)
    assert "none with" in problem(repository.spec)


def test_a_time_outside_the_calendar_is_no_date(repository: Repository) -> None:
    repository.put(sqs=MODEL)
    repository.commit()
    tree = repository("rev-parse", "HEAD^{tree}")
    raw = f"tree {tree}\nauthor t <t> 0 +0000\ncommitter t <t> 99999999999999 +0000\n\nx\n".encode()
    commit = repository("hash-object", "-w", "-t", "commit", "--literally", "--stdin", data=raw)
    repository("update-ref", "refs/tags/1.0", commit)
    assert releases(repository.spec)[0].date is None
    assert releases(f"{repository.spec}@1.0")[0].date is None
