"""`docgen check --lock`: the versions before and after, and the verdict, with git, pip and real wheels."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from git_repository import AUTHOR, Repository

from docgen.cli import main
from docgen.errors import SourceError, UsageError
from docgen.history.boto3_versions import boto3_release, least_botocore
from docgen.resources import data_folder
from docgen.schema import load_schema
from docgen.upgrades.locks import find_upgrade, upgrade_of_lock

CODE = """\
import boto3

appstream = boto3.client("appstream")
appstream.create_fleet(Name="a", ImageName="b", InstanceType="c", Tags={"d": "e"})
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Enter a repository of a project with one commit."""
    for name, value in AUTHOR.items():
        monkeypatch.setenv(name, value)
    made = Repository(tmp_path / "project")
    monkeypatch.chdir(made.path)
    made.write("src/run.py", CODE.encode())
    return made


def commit_upgrade(repository: Repository, files: dict[str, tuple[str, str]]) -> None:
    """Commit the old files, then write the new ones."""
    for name, (old, _) in files.items():
        repository.write(name, old.encode())
    repository.commit()
    for name, (_, new) in files.items():
        repository.write(name, new.encode())


UV = '[[package]]\nname = "boto3"\nversion = "{0}"\n\n[[package]]\nname = "botocore"\nversion = "{1}"\n'
PIPFILE = '{{"default": {{"botocore": {{"version": "=={1}"}},\n"boto3": {{"version": "=={0}"}}}}}}'

FORMATS = {
    "requirements.txt": "boto3=={0}\nbotocore=={1}\n",
    "requirements/prod.txt": "boto3=={0} --hash=sha256:aa\n",
    "deps.in": "botocore=={1}\n",
    "uv.lock": UV,
    "poetry.lock": UV,
    "pdm.lock": UV,
    "Pipfile.lock": PIPFILE,
    "pyproject.toml": '[project]\nname = "a"\ndependencies = ["boto3>={0}"]\n',
    "environment.yml": "dependencies:\n  - boto3={0}\n",
    "setup.cfg": "[options]\ninstall_requires =\n    boto3>={0}\n",
    "setup.py": 'setup(install_requires=["boto3>={0}"])\n',
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_file_that_declares_versions_gives_an_upgrade(name: str, repository: Repository) -> None:
    old, new = (FORMATS[name].format(*versions) for versions in (("1.9.82", "1.12.82"), ("1.9.90", "1.12.90")))
    commit_upgrade(repository, {name: (old, new)})
    found = upgrade_of_lock(Path(name), "HEAD")
    assert (found.old.release, found.new.release) == ("1.12.82", "1.12.90")
    assert found.title in ("boto3 1.9.82 → 1.9.90", "botocore 1.12.82 → 1.12.90")
    assert bool(found.note) == (
        name not in ("requirements.txt", "uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "deps.in")
    )


def test_files_that_are_included_count_as_they_were_too(repository: Repository) -> None:
    commit_upgrade(
        repository,
        {"requirements.txt": ("-r base.txt\n", "-r base.txt\n"), "base.txt": ("boto3==1.9.82\n", "boto3==1.9.83\n")},
    )
    assert upgrade_of_lock(Path("requirements.txt"), "HEAD").title == "boto3 1.9.82 → 1.9.83"


def test_the_file_that_changed_is_found_and_locks_go_first(repository: Repository) -> None:
    lock = UV.format("1.9.82", "1.12.82"), UV.format("1.9.83", "1.12.83")
    commit_upgrade(
        repository,
        {
            "pyproject.toml": ('[project]\ndependencies = ["boto3>=1.9"]\n',) * 2,
            "requirements.txt": ("boto3>=1.9.0\n", "boto3>=1.9.10\n"),
            "uv.lock": lock,
        },
    )
    found = find_upgrade([Path("src")], "HEAD")
    assert (found.new.file, found.title, found.note) == ("uv.lock", "boto3 1.9.82 → 1.9.83", "")


def test_without_a_change_of_versions_there_is_no_upgrade(repository: Repository) -> None:
    commit_upgrade(repository, {"requirements.txt": ("boto3==1.9.82\n", "boto3==1.9.82\nattrs\n")})
    assert not find_upgrade([Path("src")], "HEAD").is_change


def test_several_upgrades_have_to_be_chosen_from(repository: Repository) -> None:
    commit_upgrade(
        repository,
        {"a/uv.lock": (UV.format("1.9.1", "1.12.1"), UV.format("1.9.2", "1.12.2")),
         "b/uv.lock": (UV.format("1.9.1", "1.12.1"), UV.format("1.9.3", "1.12.3"))},
    )  # fmt: skip
    with pytest.raises(UsageError, match=r"several upgrades .*: a/uv.lock \(boto3 1.9.1 → 1.9.2\), b/uv.lock"):
        find_upgrade([Path()], "HEAD")


PROBLEMS = {
    "names no version": ({"requirements.txt": ("boto3\n", "boto3\n")}, "requirements.txt", "names no version of boto3"),
    "a version that is not one": (
        {"requirements.txt": ("botocore==1.0+evil\n", "botocore==1.0+evil\n")},
        "requirements.txt",
        "names no version of boto3",
    ),
    "not there": ({"a.txt": ("", "")}, "requirements.txt", "requirements.txt: No such file"),
    "not UTF-8": ({"requirements.txt": ("boto3==1\n", "\udcff")}, "requirements.txt", "requirements.txt: not UTF-8"),
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_what_cannot_be_read_is_one_line(
    problem: str, repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    files, lock, message = PROBLEMS[problem]
    for name, (old, _) in files.items():
        repository.write(name, old.encode())
    repository.commit()
    for name, (_, new) in files.items():
        repository.write(name, new.encode("utf-8", "surrogateescape"))
    assert main(["check", "--lock", lock, "--against", "HEAD", "--used-by", "src"]) == 2
    done = capsys.readouterr()
    assert done.out == ""
    assert message in done.err
    assert done.err.count("\n") == 1


def test_a_new_file_a_missing_file_and_an_unknown_revision_are_reported(repository: Repository) -> None:
    repository.commit()
    with pytest.raises(UsageError, match="no lock or requirements file"):
        find_upgrade([Path("src")], "HEAD")
    repository.write("requirements.txt", b"boto3==1.9.1\n")
    with pytest.raises(UsageError, match=r"requirements.txt: not in HEAD, nothing to compare with"):
        upgrade_of_lock(Path("requirements.txt"), "HEAD")
    with pytest.raises(SourceError, match="no revision 'nowhere'"):
        upgrade_of_lock(Path("requirements.txt"), "nowhere")


def test_a_link_leads_nowhere(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("boto3==1.9.1\n")
    repository.write("requirements.txt", b"boto3==1.9.0\n")
    repository.write("deps.txt", b"-r ../secret.txt\n")
    repository.commit()
    os.remove("requirements.txt")
    os.symlink(tmp_path / "secret.txt", "requirements.txt")
    with pytest.raises(SourceError, match="a link"):
        upgrade_of_lock(Path("requirements.txt"), "HEAD")
    with pytest.raises(UsageError, match="names no version"):
        upgrade_of_lock(Path("deps.txt"), "HEAD")


def test_code_behind_a_link_is_not_read(
    repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.py").write_text('import boto3\nboto3.client("sqs").send_message(QueueUrl="a")\n')
    os.symlink(tmp_path / "other.py", "src/link.py")
    os.symlink(tmp_path, "src/folder")
    os.mkfifo("src/pipe.py")
    assert main(["uses", "src"]) == 0
    done = capsys.readouterr()
    assert "sqs" not in done.out
    assert "appstream CreateFleet only" in done.out


@pytest.mark.parametrize("how", ["a link", "not UTF-8"])
def test_a_lock_that_can_no_longer_be_read_is_not_passed_over(repository: Repository, how: str) -> None:
    lock = repository.path / "requirements.txt"
    repository.write("pyproject.toml", b'[project]\ndependencies = ["boto3>=1.9.10"]\n')
    repository.write("vendored/requirements.txt", b"boto3==1.9.1 \xff")
    repository.write("other.txt", b"boto3==1.9.83\n")
    (repository.path / "link-requirements.txt").symlink_to("other.txt")
    repository.write(lock.name, b"boto3==1.9.82\n")
    repository.commit()
    assert not find_upgrade([Path()], "HEAD").is_change
    lock.unlink()
    if how == "a link":
        lock.symlink_to("other.txt")
    else:
        lock.write_bytes(b"boto3==1.9.83 \xff")
    with pytest.raises(SourceError, match=f"requirements.txt: {how}"):
        find_upgrade([Path()], "HEAD")


def test_a_file_called_like_a_release_is_not_that_release(repository: Repository, run: Run) -> None:
    commit_upgrade(repository, {"requirements.txt": ("botocore==1.12.82\n", "botocore==1.12.999\n")})
    shutil.copytree(str(data_folder("models") / "1.12.82"), "1.12.999", ignore=shutil.ignore_patterns("release.json"))
    code, _, err = run("--used-by", "src", "--source", "models")
    assert (code, "no release '1.12.999'" in err) == (2, True)
    shutil.rmtree("1.12.999")
    Path("1.12.82").write_text("[]")
    repository.write("requirements.txt", b"botocore==1.12.83\n")
    assert run("--used-by", "src", "--source", "models")[0] == 0


def test_the_botocore_of_every_boto3_in_the_table_is_the_one_that_leads_to_it() -> None:
    for minor, last in ((9, 150), (16, 60), (34, 130), (42, 60)):
        for patch in range(1, last):
            boto3 = f"1.{minor}.{patch}"
            botocore = least_botocore(boto3)
            first = boto3_release("botocore", botocore)
            assert tuple(map(int, first.split("."))) <= (1, minor, patch)
    assert least_botocore("1.9.83") == "1.12.83"
    assert least_botocore("1.99.1") == "1.99.1"
    assert least_botocore("0.0.0") == least_botocore("x") == ""


# --- end to end: git, pip, wheels of botocore ---


@pytest.fixture
def run(
    botocore_wheel: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Return a function that runs `docgen check` with a pip that finds only two real wheels."""
    links = tmp_path / "links"
    links.mkdir()
    for version in ("1.12.82", "1.12.83"):
        shutil.copy(botocore_wheel(version), links)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path / "cache"))

    def check(*arguments: str) -> tuple[int, str, str]:
        code = main(["check", "--against", "HEAD", "--used-by", "src", *arguments])
        done = capsys.readouterr()
        return code, done.out, done.err

    return check


def test_an_upgrade_that_breaks_no_line_passes(repository: Repository, run: Run) -> None:
    commit_upgrade(
        repository, {"requirements.txt": ("boto3==1.9.82\nbotocore==1.12.82\n", "boto3==1.9.83\nbotocore==1.12.83\n")}
    )
    code, out, err = run("--lock", "requirements.txt")
    assert (code, out, err) == (0, "boto3 1.9.82 → 1.9.83: 16 changes, none reaches your code.\n", "")
    code, out, _ = run("--show", "safe")
    assert code == 0
    assert "  appstream create_fleet: CreateFleetRequest.Tags was added\n" in out


def test_a_downgrade_that_breaks_a_line_fails_and_names_it(repository: Repository, run: Run) -> None:
    commit_upgrade(repository, {"requirements.txt": ("botocore==1.12.83\n", "botocore==1.12.82\n")})
    code, out, _ = run()
    assert code == 1
    assert out.startswith("breaking  request-member-removed  appstream#CreateFleetRequest$Tags\n")
    assert "\n  Used: src/run.py:4\n" in out
    assert out.endswith("botocore 1.12.83 → 1.12.82: 16 changes, 1 reaches your code, 1 breaks it.\n")
    _, out, _ = run("--format", "markdown")
    assert out.startswith("**botocore 1.12.83 → 1.12.82: 16 changes, 1 reaches your code, 1 breaks it.**")
    assert "Used in src/run.py:4" in out
    _, out, _ = run("--format", "github")
    assert out.startswith(
        "::error file=src/run.py,line=4,title=request-member-removed appstream#CreateFleetRequest$Tags::"
    )
    _, out, _ = run("--format", "json", "--show", "safe")
    data = json.loads(out)
    jsonschema.Draft202012Validator(load_schema("check")).validate(data)
    assert (data["code"]["total"], data["code"]["reaching"], data["code"]["breaking"]) == (16, 1, 1)
    assert data["findings"][0]["code"][0]["line"] == 4
    for format_ in ("sarif", "junit"):
        assert "src/run.py" in run("--format", format_)[1]


def test_a_line_that_handles_the_difference_does_not_fail(repository: Repository, run: Run) -> None:
    guarded = (
        CODE.replace("appstream.create", "try:\n    appstream.create") + "except ParamValidationError:\n    pass\n"
    )
    repository.write(
        "src/run.py", guarded.replace("import boto3", "import boto3\nfrom botocore.exceptions import *").encode()
    )
    commit_upgrade(repository, {"requirements.txt": ("botocore==1.12.83\n", "botocore==1.12.82\n")})
    code, out, _ = run()
    assert code == 0
    assert "(guarded)" in out
    assert out.endswith("1 reaches your code, none breaks it.\n")


def test_code_that_uses_something_else_is_not_reached(repository: Repository, run: Run) -> None:
    repository.write("src/run.py", b'import boto3\nboto3.client("appstream").start_fleet(Name="a")\n')
    commit_upgrade(repository, {"requirements.txt": ("botocore==1.12.83\n", "botocore==1.12.82\n")})
    assert run()[:2] == (0, "botocore 1.12.83 → 1.12.82: 16 changes, none reaches your code.\n")


def test_releases_can_come_from_a_given_source(
    repository: Repository,
    run: Run,
    botocore_wheel: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PIP_FIND_LINKS")
    commit_upgrade(repository, {"requirements.txt": ("botocore==1.12.83\n", "botocore==1.12.82\n")})
    code, _, err = run()
    assert code == 2
    assert err.count("\n") == 1
    code, out, _ = run("--source", str(tmp_path / "links"), "--service", "appstream")
    assert code == 1
    assert out.endswith("3 changes, 1 reaches your code, 1 breaks it.\n")


def test_two_releases_are_judged_by_the_code_too(
    repository: Repository, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit()
    arguments = ["check", "1.12.83", "1.12.82", "--source", "models", "--used-by", "src"]
    assert main(arguments) == 1
    assert capsys.readouterr().out.endswith("1.12.83 → 1.12.82: 3 changes, 1 reaches your code, 1 breaks it.\n")


BROKEN_FILES = {
    "uv.lock": (
        "version = 1\n[[package]\n",
        "uv.lock:2:10: not TOML: Expected ']]' at the end of an array declaration",
    ),
    "pyproject.toml": ("[project\n", "pyproject.toml:1:9: not TOML: "),
    "Pipfile.lock": ('{"default": {,}}', "Pipfile.lock:1:14: not JSON: "),
}


@pytest.mark.parametrize("name", BROKEN_FILES)
@pytest.mark.parametrize("options", [("--lock",), ()], ids=["named", "found"])
def test_a_malformed_lock_is_an_error_with_the_place(
    name: str, options: tuple[str, ...], repository: Repository, run: Run
) -> None:
    content, problem = BROKEN_FILES[name]
    commit_upgrade(repository, {name: ("boto3==1.9.82\n", content)})
    code, out, err = run(*((*options, name) if options else ()))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert problem in err


MISUSE = {
    ("check",): "check: nothing to compare (docgen check OLD NEW, or docgen check --against REV PATH)",
    ("check", "1.12.83"): "check: 1 argument given (docgen check OLD NEW, or docgen check --against REV PATH)",
    ("check", "--against", "HEAD"): "PATH: missing",
    ("check", "--lock", "a.lock", "--against", "HEAD"): "--lock: needs --used-by PATH",
    ("check", "--lock", "a.lock", "--used-by", "."): "nothing to compare",
    ("check", "1", "2", "--show", "safe"): "--show: needs --used-by PATH",
    ("check", "1", "2", "--limit", "5", "--format", "json"): "--limit: only with --format text, github or sarif",
    ("check", "a", "--lock", "b", "--against", "HEAD", "--used-by", "."): "--lock: no further paths",
    ("diff", "1.12.82", "1.12.83", "--used-by", "nowhere"): "nowhere: no such file or folder",
    ("diff", "1.12.82", "1.12.83", "--used-by", ".", "--watchlist", "a"): "mutually exclusive",
}


@pytest.mark.parametrize("arguments", MISUSE)
def test_options_that_make_no_sense_are_refused(
    arguments: tuple[str, ...], repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(list(arguments)) == 2
    assert MISUSE[arguments] in capsys.readouterr().err
