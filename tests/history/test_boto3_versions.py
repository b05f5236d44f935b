"""The table of boto3 versions: its answers, and that it agrees with boto3's own metadata."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path

import boto3_table
import pytest
from boto3_table import FILE, all_requirements, table
from packaging.version import Version

from docgen.history.boto3_versions import boto3_release, botocore_release_key, look_up_boto3, parse_table

CLONE = os.environ.get("DOCGEN_BOTO3", "")
"""A clone of boto3's repository, to check the whole table."""

WHEELS = os.environ.get("DOCGEN_BOTO3_WHEELS", "")
"""A folder of wheels of releases that the clone does not have yet."""

FACTS = {
    "1.13.26": "1.10.26",
    "1.19.27": "1.16.27",
    "1.12.83": "1.9.83",
    "1.34.116": "1.34.116",
    "1.41.6": "1.42.0",
    "1.42.0": "1.42.1",
    "1.42.1": "1.42.2",
    "1.42.2": "1.42.2",
    "1.43.127": "1.43.127",
    "1.44.8": "1.44.8",
    "1.3.20": "1.2.4",
    "1.0.0rc1": "0.0.22",
    "1.0.0b1": "0.0.19",
}
"""Releases of botocore, and the first boto3 whose setup.py requires at least that release."""

REQUIRED = {
    "0.0.18": "botocore>=1.0.0a3,<1.0.0b",
    "0.0.19": "botocore==1.0.0b1",
    "1.2.3": "botocore>=1.3.0,<1.4.0",
    "1.2.4": "botocore>=1.3.24,<1.4.0",
    "1.2.5": "botocore>=1.3.29,<1.4.0",
    "1.9.9": "botocore>=1.12.9,<1.13.0",
    "1.9.10": "botocore>=1.12.10,<1.13.0",
    "1.9.11": "botocore>=1.12.11,<1.13.0",
    "1.9.13": "botocore>=1.12.13,<1.13.0",
    "1.41.6": "botocore>=1.41.5,<1.42.0",
    "1.42.0": "botocore>=1.41.6,<1.43.0",
    "1.42.1": "botocore>=1.42.0,<1.43.0",
    "1.42.2": "botocore>=1.42.2,<1.43.0",
    "1.42.3": "botocore>=1.42.2,<1.43.0",
    "1.42.4": "botocore>=1.42.4,<1.43.0",
}


def repository(folder: Path, required: dict[str, str]) -> Path:
    """Create a repository with a tag for each release, in an unsorted order."""

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)

    folder.mkdir()
    git("init", "--quiet")
    for release, requirement in sorted(required.items()):
        (folder / "setup.py").write_text(f"requires = [\n    '{requirement}',\n    'jmespath>=0.7.1',\n]\n")
        git("add", "setup.py")
        git("commit", "--quiet", "--allow-empty", "--message", release)
        git("tag", release)
    git("tag", "not-a-release")
    return folder


def checked(clone: Path, wheels: Path | None = None) -> int:
    """Compare a table with the releases that it was made from; return the number of botocore releases."""
    made = parse_table(table(clone, wheels))
    required = all_requirements(clone, wheels)
    asked = {botocore for _, botocore in required}
    asked |= {Version(f"{v.major}.{v.minor}.{v.micro + n}") for v in asked for n in (1, 2)}
    for botocore in asked:
        key = botocore_release_key(str(botocore))
        assert key
        first = next((str(boto3) for boto3, least in required if least >= botocore), "")
        assert look_up_boto3(made, key) == first, botocore
    return len(asked)


@pytest.mark.parametrize("botocore", FACTS)
def test_the_first_boto3_that_requires_a_botocore_is_known(botocore: str) -> None:
    assert boto3_release("botocore", botocore) == FACTS[botocore]


def test_a_table_says_what_each_tag_of_a_repository_requires(tmp_path: Path) -> None:
    clone = repository(tmp_path / "boto3", REQUIRED)
    assert checked(clone) > 20
    assert table(clone).splitlines()[2:] == [
        "0.0.18 1.0.0a3 1",
        "0.0.19 1.0.0b1 1",
        "1.2.3 1.3.0 1",
        "1.2.4 1.3.24 1",
        "1.2.5 1.3.29 1",
        "1.9.9 1.12.9 3",
        "1.9.13 1.12.13 1",
        "1.41.6 1.41.5 1",
        "1.42.0 1.41.6 1",
        "1.42.1 1.42.0 1",
        "1.42.2 1.42.2 1",
        "1.42.4 1.42.4 1",
    ]


def test_releases_after_the_clone_come_from_their_wheels(tmp_path: Path) -> None:
    clone = repository(tmp_path / "boto3", REQUIRED)
    folder = tmp_path / "wheels"
    folder.mkdir()
    extra = "Requires-Dist: botocore[crt]>=1.21.0; extra == 'crt'\n"
    for boto3, required in (("1.42.5", "botocore (<1.43.0,>=1.42.5)"), ("1.43.0", "botocore<1.44.0,>=1.43.0")):
        with zipfile.ZipFile(folder / f"boto3-{boto3}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"boto3-{boto3}.dist-info/METADATA", f"Requires-Dist: {required}\n{extra}")
    assert checked(clone, folder) > 20
    assert table(clone, folder).splitlines()[-2:] == ["1.42.4 1.42.4 2", "1.43.0 1.43.0 1"]


def test_a_repository_that_says_something_else_is_refused(tmp_path: Path) -> None:
    back = repository(tmp_path / "a", {"1.0.0": "botocore>=1.3.0", "1.0.1": "botocore>=1.2.0"})
    with pytest.raises(SystemExit, match=r"boto3 1\.0\.1 requires botocore 1\.2\.0"):
        table(back)
    without = repository(tmp_path / "b", {"1.0.0": "urllib3"})
    with pytest.raises(SystemExit, match=r"0 requirements of botocore"):
        table(without)


def test_nothing_is_claimed_beyond_the_table_or_of_other_packages_and_odd_names() -> None:
    _, last, length = FILE.read_text().splitlines()[-1].split()
    end = Version(last)
    newest = f"{end.major}.{end.minor}.{end.micro + int(length) - 1}"
    assert boto3_release("botocore", newest)
    assert boto3_release("botocore", f"{end.major}.{end.minor}.{end.micro + int(length)}") == ""
    assert boto3_release("botocore", f"{end.major + 1}.0.0") == ""
    assert boto3_release("ibm-cos-sdk-core", "2.0.0") == ""
    assert boto3_release("", "1.12.83") == ""
    for odd in ("", "1.12", "1.12.83.4", "1.12.83\n", "v1.12.83", "1.12.x", "9" * 50):
        assert boto3_release("botocore", odd) == ""


def test_the_committed_table_is_in_order() -> None:
    lines = [line.split() for line in FILE.read_text().splitlines() if not line.startswith("#")]
    for which in (0, 1):
        versions = [Version(line[which]) for line in lines]
        assert versions == sorted(set(versions))
    assert FILE.read_text().startswith(boto3_table.HEAD)


@pytest.mark.skipif(not CLONE, reason="needs DOCGEN_BOTO3, a clone of boto3's repository")
def test_the_committed_table_is_what_the_repository_of_boto3_says() -> None:
    wheels = Path(WHEELS) if WHEELS else None
    assert table(Path(CLONE), wheels) == FILE.read_text()
    assert checked(Path(CLONE), wheels) > 2000
