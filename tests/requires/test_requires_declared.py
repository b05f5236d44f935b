"""Declared versions, in every file in which projects declare them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docgen.requires.declared import declarations, lower_bound

PYPROJECT = """
[project]
name = "x"
keywords = ["boto3"]
dependencies = [
    "requests",
    "boto3>=1.26",
]
[project.optional-dependencies]
aws = ["botocore[crt]>=1.29,<2"]
[dependency-groups]
test = ["boto3==1.28.0", {include-group = "lint"}]
[tool.uv]
constraint-dependencies = ["botocore<2"]
"""

POETRY = """
[tool.poetry.dependencies]
python = "^3.11"
boto3 = "^1.26"
botocore = { version = "~1.29.1", extras = ["crt"] }
[tool.poetry.group.dev.dependencies]
Boto3 = "1.27.3"
"""

SETUP_CFG = """
[options]
install_requires =
    requests
    boto3>=1.26  # clients
[options.extras_require]
aws = botocore>=1.29
"""

SETUP_PY = """
from setuptools import setup
NEEDS = ["boto3>=1.26"]
setup(name="boto3-helpers", install_requires=NEEDS, extras_require={"aws": ["botocore >= 1.29"]})
"""

LOCK = """
[[package]]
name = "boto3"
version = "1.26.1"

[[package]]
name = "other"
version = "9"
dependencies = [{ name = "botocore" }]
"""

PIPFILE_LOCK = """{
    "_meta": {"hash": {}},
    "default": {
        "boto3": {
            "version": "==1.26.1"
        }
    },
    "develop": {}
}
"""

CONDA = """
dependencies:
  - python=3.11
  - boto3=1.26
  - botocore >=1.29
  - pip:
    - "boto3==1.26.1"
"""

FILES = {
    "pyproject.toml": (
        PYPROJECT,
        ["7 boto3>=1.26 1.26", "10 botocore<2,>=1.29 1.29", "12 boto3==1.28.0 1.28.0 locked", "14 botocore<2 -"],
    ),
    "Pipfile": (
        '[packages]\nboto3 = ">=1.26"\n[dev-packages]\nbotocore = "*"\n',
        ["2 boto3>=1.26 1.26", "4 botocore -"],
    ),
    "setup.cfg": (SETUP_CFG, ["5 boto3>=1.26 1.26", "7 botocore>=1.29 1.29"]),
    "setup.py": (SETUP_PY, ["3 boto3>=1.26 1.26", "4 botocore>=1.29 1.29"]),
    "uv.lock": (LOCK, ["4 boto3==1.26.1 1.26.1 locked"]),
    "poetry.lock": (LOCK, ["4 boto3==1.26.1 1.26.1 locked"]),
    "pdm.lock": (LOCK, ["4 boto3==1.26.1 1.26.1 locked"]),
    "Pipfile.lock": (PIPFILE_LOCK, ["4 boto3==1.26.1 1.26.1 locked"]),
    "environment.yml": (CONDA, ["4 boto3==1.26.* 1.26", "5 botocore>=1.29 1.29", "7 boto3==1.26.1 1.26.1 locked"]),
    "requirements.txt": (
        "# boto3<1\nboto3 >= 1.26 ; python_version > '3.8'  # clients\nbotocore[crt]~=1.29.1 --hash=sha256:0\n",
        ["2 boto3>=1.26 1.26", "3 botocore~=1.29.1 1.29.1"],
    ),
    "requirements/dev.txt": ("boto3==1.26.1 \\\n    --hash=sha256:0\n", ["1 boto3==1.26.1 1.26.1 locked"]),
    "constraints.txt": ("boto3<2\n", ["1 boto3<2 -"]),
    "notes.txt": ("boto3==1.26.1\n", []),
    "tool.toml": (PYPROJECT, []),
}


def declared_lines(folder: Path, start: Path | None = None) -> list[str]:
    """Return the line, requirement and lower bound of every declaration."""
    return [
        f"{each.line} {each.text} {each.lowest or '-'}{' locked' if each.locked else ''}"
        for each in declarations([start or folder])
    ]


@pytest.mark.parametrize("name", FILES)
def test_a_file_declares_versions(name: str, tmp_path: Path) -> None:
    text, expected = FILES[name]
    (tmp_path / ".git").mkdir()
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    assert declared_lines(tmp_path) == expected


def test_poetry_has_its_own_constraints(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text(POETRY)
    found = {(each.package, each.lowest, each.locked) for each in declarations([tmp_path])}
    assert found == {("boto3", "1.26", False), ("botocore", "1.29.1", False), ("Boto3".lower(), "1.27.3", True)}


def test_included_files_are_read(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "requirements.txt").write_text("-r base.in\n-c pins.in\n-r requirements.txt\n-r missing.in\n")
    (tmp_path / "base.in").write_text("boto3>=1.26\n-r requirements.txt\n")
    (tmp_path / "pins.in").write_text("botocore==1.29.1\n")
    assert declared_lines(tmp_path) == ["1 boto3>=1.26 1.26", "2 botocore==1.29.1 1.29.1 locked"]


def test_folders_above_are_looked_at_up_to_the_repository(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("boto3==9\n")
    project = tmp_path / "project"
    (project / "src" / "pkg").mkdir(parents=True)
    (project / ".git").mkdir()
    (project / "requirements.txt").write_text("boto3>=1.26\n")
    (project / "src" / "pkg" / "a.py").write_text("")
    for start in (project, project / "src", project / "src" / "pkg" / "a.py"):
        assert declared_lines(project, start) == ["1 boto3>=1.26 1.26"]


BROKEN = {
    "pyproject.toml": "[",
    "setup.cfg": "x",
    "setup.py": "(",
    "Pipfile.lock": "{",
    "requirements.txt": "boto3 >>> 1\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_broken_declares_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(BROKEN[name])
    (tmp_path / ".git").mkdir()
    assert declared_lines(tmp_path) == []


OTHER_TYPES = {
    "Pipfile.lock": ["1", "[]", '"boto3"', "null", '{"default": 5}', '{"default": {"boto3": 5}}'],
    "pyproject.toml": [
        "project = 1",
        "tool = 1",
        "[project]\ndependencies = 5",
        "[project]\ndependencies = [5, [], {}]",
        "[project]\noptional-dependencies = 5",
        "[project.optional-dependencies]\na = 5",
        "[dependency-groups]\na = 5",
        "[dependency-groups]\na = [5]",
        "dependency-groups = 5",
        "[tool]\npoetry = 5",
        "[tool.poetry]\ndependencies = 5",
        "[tool.poetry]\ngroup = 5",
        "[tool.poetry.group]\na = 5",
        "[tool.poetry.dependencies]\nboto3 = [5]",
    ],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in OTHER_TYPES.items() for text in texts])
def test_a_file_with_values_of_other_types_declares_nothing(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    (tmp_path / ".git").mkdir()
    assert declared_lines(tmp_path) == []


def test_a_lock_has_the_first_line_that_names_the_package(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    entry = {"boto3": {"version": "==1.34.0"}}
    (tmp_path / "Pipfile.lock").write_text(json.dumps({"_meta": {}, "default": entry}, indent=4))
    assert declared_lines(tmp_path) == ["4 boto3==1.34.0 1.34.0 locked"]
    (tmp_path / "Pipfile.lock").write_text(json.dumps({"default": entry}, separators=(",", ":")))
    assert declared_lines(tmp_path) == ["1 boto3==1.34.0 1.34.0 locked"]


BOUNDS = {
    ">=1.26": "1.26",
    ">1.26,<2": "1.26",
    "~=1.26.1": "1.26.1",
    "==1.26.*": "1.26",
    "===1.26.1": "1.26.1",
    ">=1.20,>=1.26": "1.26",
    "<2": "",
    "!=1.26": "",
    "": "",
    "nonsense": "",
}


@pytest.mark.parametrize("specifier", BOUNDS)
def test_the_lower_bound_of_a_specifier(specifier: str) -> None:
    assert lower_bound(specifier) == BOUNDS[specifier]


def test_equal_requirements_have_lines_of_their_own(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    lists = "".join(f'g{number} = [\n"boto3>=1.{number % 2}"]\n' for number in range(4))
    tables = "".join(f"[tool.poetry.group.g{number}.dependencies]\nboto3 = '^1.26'\n" for number in range(3))
    (tmp_path / "pyproject.toml").write_text(f"[dependency-groups]\n{lists}{tables}")
    assert [each.line for each in declarations([tmp_path])] == [3, 5, 7, 9, 11, 13, 15]
