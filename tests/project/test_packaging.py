"""What is installed: pins that agree with `pyproject.toml`, and a wheel that contains exactly what it needs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import docgen

ROOT = Path(__file__).parent.parent.parent
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
LINE = re.compile(r"(?P<pin>[a-z0-9-]+==[A-Za-z0-9.]+)(?P<marker> ; [^\\]+)?(?P<hashes>( --hash=sha256:[0-9a-f]{64})+)")


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def declared(*groups: str) -> dict[str, Requirement]:
    """Return the runtime dependencies, or those of dependency groups, by name."""
    table = pyproject()
    if groups:
        lines = [line for group in groups for line in table["dependency-groups"][group]]
    else:
        lines = table["project"]["dependencies"]
    return {canonicalize_name(each.name): each for each in map(Requirement, lines)}


def lower_bound(requirement: Requirement) -> str:
    """Return the version in `name>=version` or `name==version`."""
    (bound,) = requirement.specifier
    assert bound.operator in (">=", "==")
    return bound.version


def lines(name: str) -> list[str]:
    """Return the logical lines of a requirements file."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return re.sub(r" *\\\n *", " ", text).splitlines()


def pins(name: str) -> dict[str, str]:
    """Return the version of every distribution in a requirements file."""
    return dict(line.split()[0].split("==") for line in lines(name))


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_line_is_a_version_with_hashes(path: Path) -> None:
    assert lines(path.name)
    assert [line for line in lines(path.name) if not LINE.fullmatch(line)] == []


def test_the_lowest_job_runs_with_the_lower_bounds() -> None:
    lowest = pins("lowest.txt")
    bounds = {name: lower_bound(each) for name, each in {**declared(), **declared("test")}.items()}
    assert {name: lowest.get(name) for name in bounds} == bounds


@pytest.mark.parametrize(
    ("name", "groups"), [("runtime.txt", ()), ("ci.txt", ()), ("ci.txt", ("test", "browser", "lint", "package"))]
)
def test_pins_are_allowed_by_what_is_declared(name: str, groups: tuple[str, ...]) -> None:
    pinned = pins(name)
    for dependency, requirement in declared(*groups).items():
        assert requirement.specifier.contains(pinned[dependency])


def test_ci_tests_what_a_user_installs() -> None:
    assert pins("runtime.txt").items() <= pins("ci.txt").items()


def test_a_build_needs_nothing_but_what_is_pinned() -> None:
    assert [str(declared("package")["hatchling"])] == pyproject()["build-system"]["requires"]


@pytest.mark.parametrize(("extra", "group"), [("dask", "cluster"), ("mcp", "mcp")])
def test_an_extra_is_what_the_tests_of_it_install(extra: str, group: str) -> None:
    assert pyproject()["project"]["optional-dependencies"][extra] == pyproject()["dependency-groups"][group]


def test_every_python_that_is_promised_is_tested_and_no_other() -> None:
    promised = [
        each.rpartition(" ")[2] for each in pyproject()["project"]["classifiers"] if re.search(r":: 3\.\d+$", each)
    ]
    oldest = int(promised[0].partition(".")[2])
    assert promised == [f"3.{minor}" for minor in range(oldest, oldest + len(promised))]
    assert pyproject()["project"]["requires-python"] == f">={promised[0]}"
    workflow = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    tests = workflow[workflow.index("\n  tests:") : workflow.index("\n  wheel:")]
    assert re.findall(r'python: "(3\.\d+)" }', tests) == promised
    coming = re.findall(r'python: "3\.(\d+)", coming: true }', tests)
    assert all(int(minor) == oldest + len(promised) for minor in coming)
    everywhere = set(re.findall(r'python: "(3\.\d+)" }', workflow)) | set(re.findall(r'version: "(.*)"', workflow))
    assert everywhere == set(promised)


def test_the_wheel_holds_the_package_its_data_and_nothing_else(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    name = f"docgen-{docgen.__version__}"
    with zipfile.ZipFile(tmp_path / f"{name}-py3-none-any.whl") as wheel:
        found = set(wheel.namelist())
    expected = {f"{name}.dist-info/{each}" for each in ("METADATA", "RECORD", "WHEEL", "entry_points.txt")}
    expected.add(f"{name}.dist-info/licenses/LICENSE")
    places = {"docgen": "docgen", "models": "docgen/_data/models", "templates": "docgen/_data/templates"}
    for folder, inside in places.items():
        files = (path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file())
        expected.update(f"{inside}/{path.as_posix()}" for path in files if "__pycache__" not in path.parts)
    assert found == expected
    assert {"docgen/py.typed", "docgen/schema/service-2.schema.json"} <= found
    assert {"docgen/_data/templates/html/base.html.j2", "docgen/_data/models/1.12.83/release.json"} <= found


def test_two_builds_at_other_times_in_other_folders_are_the_same_bytes(tmp_path: Path) -> None:
    left_out = shutil.ignore_patterns(".*", "dist", "output", "__pycache__")
    made = []
    for at, name in enumerate(("one", "another/place")):
        shutil.copytree(ROOT, tmp_path / name, ignore=left_out)
        for hidden in (
            ".gitignore",
            ".gitattributes",
            ".ci",
            ".pre-commit-hooks.yaml",
        ):  # the content of the sdist, and what defines it
            copy = shutil.copytree if (ROOT / hidden).is_dir() else shutil.copy
            copy(ROOT / hidden, tmp_path / name / hidden)
        for path in (tmp_path / name).rglob("*"):
            os.utime(path, (1_700_000_000 + at, 1_700_000_000 + at))
        command = [sys.executable, "-m", "hatchling", "build", "--directory", str(tmp_path / f"dist{at}")]
        subprocess.run(command, cwd=tmp_path / name, check=True, capture_output=True)
        made.append({path.name: path.read_bytes() for path in (tmp_path / f"dist{at}").iterdir()})
    assert len(made[0]) == 2
    assert made[0] == made[1]
