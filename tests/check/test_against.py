"""`docgen check --against REV PATH`: files and folders of a checkout, compared with their state in git."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from check_files import PING, SHOWN_IGNORE, WAITERS, found, write
from commands import docgen
from git_repository import AUTHOR, Repository
from revisions import LESS, MORE, put

from docgen.locate import open_source
from docgen.sources.git.checkout import releases_at_revision
from docgen.sources.release import Release

ALONE: dict[str, Any] = {**AUTHOR}
"""An environment in which git ignores the user's configuration."""

LOST_A = ("request-member-removed", "zoo#PingRequest$A")
LOST_B = ("request-member-removed", "zoo#PingRequest$B")


def check(
    repository: Repository, *arguments: str, rev: str = "HEAD", below: str = "", **environment: str
) -> tuple[int, dict[str, Any]]:
    done = docgen(
        *("check", "--against", rev, *arguments, "--format", "json"),
        cwd=repository.path / below,
        **{**ALONE, **environment},
    )
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def refused(repository: Repository, *arguments: str) -> str:
    done = docgen("check", *arguments, cwd=repository.path, **ALONE)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done
    return done.stderr.removeprefix("docgen: ").rstrip("\n")


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_file_is_compared_with_its_path_in_the_revision_wherever_one_stands(repository: Repository) -> None:
    file = write(repository.path / "api", MORE)
    repository.commit()
    assert check(repository, "api/service-2.json")[0] == 0
    write(repository.path / "api", PING)
    for below, place in (("", "api/service-2.json"), ("api", "service-2.json"), ("api", str(file))):
        code, report = check(repository, place, below=below)
        assert (code, found(report), report["uncompared"]) == (1, [LOST_B], [])
        assert report["findings"][0]["location"]["file"] == os.path.relpath(file, repository.path / below)
    assert (report["old"], report["new"]) == ("HEAD", str(file))
    repository.commit()
    assert check(repository, "api/service-2.json")[0] == 0
    assert check(repository, "api/service-2.json", rev="HEAD~1")[0] == 1


def test_a_file_that_the_revision_does_not_have_is_reported_and_passes(repository: Repository) -> None:
    write(repository.path, PING)
    for is_empty in (True, False):  # a repository without a commit, then one without the file
        if not is_empty:
            repository("commit", "--quiet", "--allow-empty", "-m", "empty")
        code, report = check(repository, "service-2.json")
        assert (code, report["services"], report["uncompared"]) == (0, [], ["service-2.json"])
    done = docgen("check", "--against", "HEAD", "service-2.json", cwd=repository.path, **ALONE)
    assert "New, nothing to compare with: service-2.json\n" in done.stdout


def test_several_files_are_in_one_report_each_at_its_line(repository: Repository) -> None:
    for folder in ("one", "two"):
        write(repository.path / folder, MORE)
    repository.commit()
    write(repository.path / "one", PING)
    write(repository.path / "two", LESS)
    code, report = check(repository, "one/service-2.json", "two/service-2.json")
    assert code == 1
    places = sorted((finding["location"]["file"], finding["id"]) for finding in report["findings"])
    assert places == [
        ("one/service-2.json", LOST_B[1]),
        ("two/service-2.json", LOST_A[1]),
        ("two/service-2.json", LOST_B[1]),
    ]


def test_packed_files_are_read_on_both_sides(repository: Repository) -> None:
    packed = repository.path / "service-2.json.gz"
    packed.write_bytes(gzip.compress(json.dumps(MORE).encode()))
    repository.commit()
    packed.write_bytes(gzip.compress(json.dumps(PING).encode()))
    assert found(check(repository, "service-2.json.gz")[1]) == [LOST_B]


# --- folders of releases ----------------------------------------------------------------------------------------------


def test_an_edited_release_is_compared_with_itself_though_it_is_not_the_newest(repository: Repository) -> None:
    put(repository, "1.9", MORE)
    put(repository, "1.10", MORE)
    repository.commit()
    put(repository, "1.9", PING)
    code, report = check(repository, "models")
    assert (code, found(report)) == (1, [LOST_B])
    assert report["findings"][0]["location"]["file"] == "models/1.9/zoo/2020-01-01/service-2.json"


def test_a_new_release_is_compared_with_the_one_that_came_before_it(repository: Repository) -> None:
    put(repository, "1.9", PING)
    put(repository, "1.10", MORE)
    repository.commit()
    put(repository, "1.11", PING)
    assert found(check(repository, "models")[1]) == [LOST_B]
    put(repository, "1.11", MORE)
    put(repository, "1.9.1", PING)  # sorts after 1.9, which had no B either
    put(repository, "1.8", PING)
    code, report = check(repository, "models")
    assert (code, found(report), report["uncompared"]) == (0, [], ["models/1.8"])


def test_a_release_that_takes_the_place_of_the_newest_is_compared_with_it(repository: Repository) -> None:
    put(repository, "1.9", PING)
    put(repository, "1.10", MORE)
    repository.commit()
    os.rename(repository.path / "models/1.10", repository.path / "models/1.11")
    put(repository, "1.11", PING)
    assert found(check(repository, "models")[1]) == [LOST_B]


def test_a_newest_release_that_is_taken_back_is_compared_with_what_is_left(repository: Repository) -> None:
    put(repository, "1.9", PING)
    put(repository, "1.10", MORE)
    put(repository, "1.8", LESS)
    repository.commit()
    for release in ("1.8", "1.10"):  # nobody loses anything if an old one is removed
        repository("rm", "-r", "--quiet", f"models/{release}")
        assert found(check(repository, "models")[1]) == ([LOST_B] if release == "1.10" else [])


def test_a_folder_of_models_is_compared_with_all_that_lies_beside_them(repository: Repository) -> None:
    write(repository.path / "data/zoo/2020-01-01", PING, waiters_2=WAITERS)
    write(repository.path / "data/ark/2020-01-01", PING)
    repository.commit()
    (repository.path / "data/zoo/2020-01-01/waiters-2.json").unlink()
    repository("rm", "-r", "--quiet", "data/ark")
    for place, below in (("data", ""), (".", "data")):
        rules = dict(found(check(repository, place, below=below)[1]))
        assert rules["waiter-removed"] == "zoo#waiter:Ready"
        assert rules["service-removed"].startswith("ark")
    assert found(check(repository, "data", "--service", "zoo")[1]) == [("waiter-removed", "zoo#waiter:Ready")]


def test_ignores_and_baselines_are_for_all_that_is_compared(repository: Repository, tmp_path: Path) -> None:
    put(repository, "1.9", MORE)
    put(repository, "1.10", MORE)
    repository.commit()
    put(repository, "1.9", PING)
    put(repository, "1.11", LESS)
    assert len(check(repository, "models")[1]["findings"]) == 3
    baseline = str(tmp_path / "b.json")
    assert check(repository, "models", "--write-baseline", baseline)[0] == 0
    assert check(repository, "models", "--baseline", baseline)[0] == 0
    (tmp_path / "i.toml").write_text(SHOWN_IGNORE.replace("appstream#CreateFleetRequest", "zoo#PingRequest"))
    options = ("models", "--ignore-file", str(tmp_path / "i.toml"))
    assert check(repository, *options, SOURCE_DATE_EPOCH="1795000000")[0] == 0
    assert check(repository, *options, SOURCE_DATE_EPOCH="1805000000")[0] == 1


# --- what git is asked for --------------------------------------------------------------------------------------------


def test_a_repository_that_would_run_programs_is_only_read(repository: Repository, tmp_path: Path) -> None:
    write(repository.path, MORE)
    repository.write(".gitattributes", b"*.json filter=evil diff=evil\n")
    repository.commit()
    ran = tmp_path / "ran"
    for name in ("filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv", "core.fsmonitor", "core.pager"):
        repository("config", name, f"touch {ran}; cat")
    repository("config", "core.hooksPath", str(tmp_path))
    (tmp_path / "post-checkout").write_text(f"#!/bin/sh\ntouch {ran}\n")
    (tmp_path / "post-checkout").chmod(0o755)
    write(repository.path, PING)
    index = (repository.path / ".git/index").read_bytes()
    assert found(check(repository, "service-2.json")[1]) == [LOST_B]
    assert not ran.exists()
    assert (repository.path / ".git/index").read_bytes() == index


def test_in_a_hook_the_environment_of_git_leads_nowhere_else(repository: Repository, tmp_path: Path) -> None:
    write(repository.path, MORE)
    repository.commit()
    write(repository.path, PING)
    other = Repository(tmp_path / "other")
    there = {"GIT_DIR": str(other.path / ".git"), "GIT_INDEX_FILE": ".git/index", "GIT_WORK_TREE": str(other.path)}
    assert found(check(repository, "service-2.json", **there)[1]) == [LOST_B]


def test_a_second_work_tree_and_a_path_with_odd_letters_are_found(repository: Repository, tmp_path: Path) -> None:
    folder = "a b/ü\tx\n'"
    write(repository.path / folder, MORE)
    repository.commit()
    repository("worktree", "add", "--quiet", str(tmp_path / "second"))
    write(tmp_path / "second" / folder, PING)
    second = Repository.__new__(Repository)
    second.path = tmp_path / "second"
    assert found(check(second, f"{folder}/service-2.json")[1]) == [LOST_B]


REFUSED = {
    "a revision that is not there": (("--against", "nix", "service-2.json"), "no revision 'nix' in its repository"),
    "a first push": (
        ("--against", "0" * 40, "service-2.json"),
        "(git writes zeros for a branch that is new or deleted: compare a new one with another branch",
    ),
    "words for git": (("--against=--help", "service-2.json"), "no revision '--help' in its repository"),
    "a tree": (("--against", "HEAD^{tree}", "service-2.json"), "no revision 'HEAD^{tree}'"),
    "a file that is gone": (
        ("--against", "HEAD", "gone.json"),
        "gone.json: no such file or folder (to check its removal, give the folder",
    ),
    "standard input": (("--against", "HEAD", "-"), "-: no such file or folder"),
    "a link in the revision": (("--against", "HEAD", "link.json"), "HEAD:link.json: a link there"),
    "a folder behind a link": (("--against", "HEAD", "way/zoo"), "HEAD:way: a link there"),
    "another source": (("--against", "HEAD", "service-2.json", "--source", "x"), "--source and --against"),
    "no path but OLD": (
        ("service-2.json",),
        "check: 1 argument given (docgen check OLD NEW, or docgen check --against REV PATH)",
    ),
    "three": (
        ("a", "b", "c"),
        "check: 3 arguments given (docgen check OLD NEW, or docgen check --against REV PATH)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_compared_is_reported_in_one_line(repository: Repository, case: str) -> None:
    write(repository.path, PING)
    (repository.path / "link.json").symlink_to("service-2.json")
    write(repository.path / "real/zoo/zoo/2020-01-01", PING)
    (repository.path / "way").symlink_to("real")
    repository.commit()
    for link in ("link.json", "way"):
        (repository.path / link).unlink()
    write(repository.path, PING).rename(repository.path / "link.json")
    write(repository.path, PING)
    write(repository.path / "way/zoo/zoo/2020-01-01", PING)
    arguments, expected = REFUSED[case]
    assert expected in refused(repository, *arguments)


@pytest.mark.parametrize("link", ["zoo/2020-01-01/extra-1.json", "zoo/2020-01-01/service-2.json", "zoo", "."])
def test_a_link_in_the_checkout_is_never_followed(repository: Repository, tmp_path: Path, link: str) -> None:
    for folder in ("models", "other"):
        write(repository.path / folder / "zoo/2020-01-01", PING)
        (repository.path / folder / "zoo/2020-01-01/extra-1.json").write_text('{"secret": 1}')
    repository.commit()
    path = repository.path / "models" / link
    path.rename(tmp_path / "moved")
    path.symlink_to(repository.path / "other" / link)
    assert "a link, which --against does not follow" in refused(repository, "--against", "HEAD", "models")


def test_outside_of_a_repository_git_says_so(tmp_path: Path) -> None:
    write(tmp_path, PING)
    done = docgen("check", "--against", "HEAD", "service-2.json", cwd=tmp_path, GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "not a git repository" in done.stderr


def test_archives_are_not_looked_for_in_git(repository: Repository) -> None:
    with zipfile.ZipFile(repository.path / "zoo-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("zoo/data/zoo/2020-01-01/service-2.json", json.dumps(PING))
    for place in ("zoo-1.0-py3-none-any.whl", "."):
        assert "--against compares models that are files" in refused(repository, "--against", "HEAD", place)


def test_every_layout_of_a_folder_is_found_in_a_revision_too(repository: Repository) -> None:
    write(repository.path / "plain/zoo/2020-01-01", PING, waiters_2=WAITERS)
    write(repository.path / "unpacked/botocore/data/zoo/2020-01-01", PING)
    (repository.path / "unpacked/botocore-1.2.3.dist-info").mkdir()
    (repository.path / "unpacked/botocore-1.2.3.dist-info/METADATA").write_text("x")
    put(repository, "1.9", MORE)
    write(repository.path / "models/1.10/zoo/2020-01-01", PING)
    write(repository.path / "undescribed/1.9/zoo/2020-01-01", PING)
    write(repository.path / "undescribed/1.10/zoo/2020-01-01", PING)
    repository.commit()

    def contents(releases: tuple[Release, ...]) -> list[Any]:
        files = [[(each.service, each.api_version, each.digests()) for each in release.files] for release in releases]
        return [(each.name, each.package, inside) for each, inside in zip(releases, files, strict=True)]

    for layout in ("plain", "unpacked", "unpacked/botocore", "unpacked/botocore/data", "models", "models/1.9",
                   "models/1.10", "undescribed"):  # fmt: skip
        folder = repository.path / layout
        assert contents(releases_at_revision(folder, "HEAD") or ()) == contents(open_source(str(folder)).releases()), (
            layout
        )


# --- a change cannot switch off its own check ---


def test_a_layout_that_hides_a_model_is_refused(repository: Repository) -> None:
    write(repository.path / "models/zoo/2020-01-01", MORE)
    repository.commit()
    write(repository.path / "models/zoo/2020-01-01", PING)
    assert check(repository, "models")[0] == 1
    write(repository.path / "models/z/zoo/2020-01-01", MORE)
    (repository.path / "models/z/release.json").write_text('{"release": "z"}')
    line = refused(repository, "--against", "HEAD", "models")
    assert line.startswith("models: laid out as a folder of releases, but in HEAD as a folder of services (")


@pytest.mark.parametrize(
    "place", ["models/zoo/service-2.json", "models/a/b/c/d/service-2.json.gz", "models/service-2.json"]
)
def test_a_model_that_is_in_nothing_compared_is_refused(repository: Repository, place: str) -> None:
    put(repository, "1.9", MORE)
    repository.commit()
    file = repository.path / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(b"{}") if place.endswith(".gz") else b"{}")
    line = refused(repository, "--against", "HEAD", "models")
    assert line == f"{place}: a model in none of the releases of models (move it, or give its folder)"


def test_a_file_does_not_become_a_folder_nor_a_folder_a_file(repository: Repository) -> None:
    file = write(repository.path / "api", MORE)
    write(repository.path / "models.json/zoo/2020-01-01", MORE)
    repository.commit()
    file.unlink()
    write(repository.path / "api/service-2.json/zoo/2020-01-01", PING)
    assert "a folder, but a file in HEAD" in refused(repository, "--against", "HEAD", "api/service-2.json")
    shutil.rmtree(repository.path / "models.json")
    (repository.path / "models.json").write_text(json.dumps(PING))
    assert "a file, but a folder in HEAD" in refused(repository, "--against", "HEAD", "models.json")


@pytest.mark.parametrize(
    "name", ["git:git@host:x", "pypi:botocore", "package:botocore", "models@1.9", "-", "--profile=x"]
)
def test_a_path_is_only_ever_a_path(repository: Repository, name: str) -> None:
    write(repository.path / name, MORE)
    repository.commit()
    write(repository.path / name, PING)
    done = docgen("check", "--against", "HEAD", "--", f"{name}/service-2.json", cwd=repository.path, **ALONE)
    assert (done.returncode, done.stderr) == (1, "")
    assert "PingRequest.B was removed" in done.stdout
    write(repository.path / name / "zoo/2020-01-01", MORE)
    (repository.path / name / "service-2.json").unlink()
    done = docgen("check", "--against", "HEAD", "--", name, cwd=repository.path, **ALONE)
    assert done.returncode == 0, done.stderr
    assert f"nothing to compare with: {name}" in done.stdout


def test_a_change_of_what_passes_is_reported(repository: Repository) -> None:
    file = write(repository.path / "api", MORE)
    ignores, baseline = repository.path / "ignores.toml", repository.path / "baseline.json"
    ignores.write_text("")
    baseline.write_text('{"baseline": 1, "changes": []}')
    repository.commit()
    options = ("api/service-2.json", "--ignore-file", "ignores.toml", "--baseline", "baseline.json")
    assert check(repository, *options)[1]["changed_policy_files"] == []
    write(repository.path / "api", PING)
    ignores.write_text('[[ignore]]\nrule = "*"\nid = "*"\nreason = "Trust me."\n')
    code, report = check(repository, *options)
    assert (code, report["changed_policy_files"]) == (0, ["ignores.toml"])
    done = docgen("check", "--against", "HEAD", *options, "--format", "markdown", cwd=repository.path, **ALONE)
    assert "Review ignores.toml: it decides what passes, and it differs from HEAD." in done.stdout.replace("\\", "")
    baseline.unlink()
    baseline.write_text('{"baseline": 1, "changes": [] }')
    assert check(repository, *options)[1]["changed_policy_files"] == ["ignores.toml", "baseline.json"]
    assert file.is_file()
    assert check(repository, *options[:1], "--ignore-file", os.devnull)[1]["changed_policy_files"] == []


ACCEPT_ALL = '[[ignore]]\nrule = "*"\nid = "*"\nreason = "Trust me."\n'


def plant_repository(folder: Path, place: Path) -> None:
    """Move the repository of a folder to a place where it looks like a bare one, and files like its checkout."""
    for entry in (folder / ".git").iterdir():
        entry.rename(place / entry.name)
    (folder / ".git").rmdir()
    (place / "config").write_text("[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\n")


@pytest.mark.parametrize("path", ["models", "models/zoo/2020-01-01/service-2.json"])
@pytest.mark.parametrize("is_bare", [True, False])
def test_a_repository_among_the_files_does_not_say_what_it_was(
    repository: Repository, path: str, is_bare: bool
) -> None:
    write(repository.path / "models/zoo/2020-01-01", MORE)
    repository.commit()
    shutil.rmtree(repository.path / "models")
    planted = Repository(repository.path / ("models" if path == "models" else os.path.dirname(path)))
    write(repository.path / "models/zoo/2020-01-01", PING)
    planted.commit()
    if is_bare:
        plant_repository(planted.path, planted.path)
    line = refused(repository, "--against", "main", path)
    assert ("in a repository that is among the files" if is_bare else "in a repository of its own inside of") in line


def test_a_service_in_a_repository_of_its_own_is_refused(repository: Repository) -> None:
    write(repository.path / "models/zoo/2020-01-01", MORE)
    inner = Repository(repository.path / "models/sub")
    write(inner.path / "2020-01-01", MORE)
    inner.commit()
    repository.commit()
    line = refused(repository, "--against", "main", "models")
    assert line == "models/sub: a repository of its own, which --against does not compare (run docgen there)"
    done = docgen("check", "--against", "main", "2020-01-01/service-2.json", cwd=inner.path, **ALONE)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("how", ["submodule", "bare", "link", "same"])
def test_what_passes_is_compared_whatever_takes_its_place(repository: Repository, how: str) -> None:
    folder = repository.path / "rules"
    for place in ("rules", "lenient"):
        (repository.path / place).mkdir()
        (repository.path / place / "ignores.toml").write_text(ACCEPT_ALL if place == "lenient" else "")
    write(repository.path / "api", PING)
    repository.commit()
    shutil.rmtree(folder)
    if how == "link":
        folder.symlink_to("lenient")
    else:
        inner = repository if how == "same" else Repository(folder)
        folder.mkdir(exist_ok=True)
        (folder / "ignores.toml").write_text("" if how == "same" else ACCEPT_ALL)
        if how != "same":
            inner.commit()
        if how == "bare":
            plant_repository(folder, folder)
    report = check(repository, "api/service-2.json", "--ignore-file", "rules/ignores.toml", rev="main")[1]
    assert report["changed_policy_files"] == ([] if how == "same" else ["rules/ignores.toml"])


def test_ignores_have_a_bound(repository: Repository) -> None:
    write(repository.path / "api", PING)
    repository.commit()
    (repository.path / "ignores.toml").symlink_to("/dev/zero")
    line = refused(repository, "--against", "main", "api/service-2.json", "--ignore-file", "ignores.toml")
    assert line == "ignores.toml: larger than 64 MiB"


def test_writing_a_baseline_follows_no_link(repository: Repository) -> None:
    write(repository.path / "api", MORE)
    repository.commit()
    target = repository.path / "target"
    target.write_text("mine")
    for name in ("baseline.json", "baseline.json.part", ".baseline.json.part"):
        (repository.path / name).symlink_to(target)
    assert check(repository, "api/service-2.json", "--write-baseline", "baseline.json")[0] == 0
    assert target.read_text() == "mine"
    assert not (repository.path / "baseline.json").is_symlink()
