"""The public API is small, cheap to import, and as in `tests/data/api.txt`, so every change of it is reviewed."""

from __future__ import annotations

import inspect
import shutil
import subprocess
import sys
from difflib import unified_diff
from pathlib import Path

import api_check
import pytest
from api_text import api_lines
from git_repository import Repository
from packaging.version import Version

import docgen

DESCRIPTION = Path(__file__).parent.parent / "data" / "api.txt"
HEAVY = (
    "typing",
    "jinja2",
    "orjson",
    "jsonschema",
    "sqlite3",
    "json",
    "pathlib",
    "dataclasses",
    "docgen.model.service",
    "docgen.locate",
)


def test_the_public_api_is_as_described(update_golden: bool) -> None:
    now = "\n".join(api_lines()) + "\n"
    if update_golden:
        DESCRIPTION.write_text(now, encoding="utf-8")
    before = DESCRIPTION.read_text(encoding="utf-8")
    changed = "\n".join(unified_diff(before.splitlines(), now.splitlines(), "described", "is", n=0, lineterm=""))
    assert now == before, (
        f"the public API changed: say so in CHANGELOG.md, then\n"
        f"`tests/run tests/project/test_api.py --update-golden`\n{changed}"
    )


def test_every_public_name_says_what_it_is_and_where_else_it_is_used_it_is_the_same() -> None:
    from docgen.diff.compare import find_deltas
    from docgen.site.build import build_site

    for name in docgen.__all__:
        value = getattr(docgen, name)
        assert inspect.getdoc(value), name
        assert name in dir(docgen)
    assert docgen.find_deltas is find_deltas
    assert docgen.build_site is build_site
    assert not hasattr(docgen, "nothing")


def test_no_public_name_is_that_of_a_module_which_would_take_its_place() -> None:
    package = Path(docgen.__file__).parent
    inside = {path.stem for path in package.iterdir() if path.is_dir() or path.suffix == ".py"}
    assert not inside & set(docgen.__all__)


def test_importing_docgen_imports_nothing_else_and_takes_no_time() -> None:
    code = (
        "import sys, time; before = set(sys.modules); start = time.process_time(); import docgen\n"
        "print(time.process_time() - start, *sorted(set(sys.modules) - before))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split()
        for _ in range(5)
    ]
    assert not set(HEAVY) & set(runs[0][1:]), runs[0]
    assert min(float(seconds) for seconds, *_ in runs) < 0.020


# --- compared with the last release ---


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Create a repository with the current docgen, named 0.9.0."""
    made = Repository(tmp_path / "repository")
    package = Path(docgen.__file__).parent
    shutil.copytree(package, made.path / "docgen", ignore=shutil.ignore_patterns("__pycache__"))
    edit(made, "__init__.py", f'__version__ = "{docgen.__version__}"', '__version__ = "0.9.0"')
    made.commit()
    return made


def edit(repository: Repository, file: str, old: str, new: str) -> None:
    path = repository.path / "docgen" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_without_a_release_there_is_nothing_to_compare_with(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository("tag", "vnext")
    assert api_check.main(repository.path) == 0
    assert capsys.readouterr().out.startswith("api: no tag v* here")


def test_what_the_last_release_promised_is_kept_until_a_version_that_may_break(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository("tag", "v0.9.0")
    edit(repository, "cli/arguments.py", "def read_options(", "def internal(")
    edit(repository, "model/service.py", "def trait(self, member", "def trait(self, new: int = 0, *, member")
    edit(repository, "__init__.py", '    "ModelFile",\n', "")
    edit(repository, "locate.py", "def open_source(spec: str)", "def open_source(spec: str, way: str)")
    assert api_check.main(repository.path) == 1
    output = capsys.readouterr().out
    for broken in ("open_source(way): Parameter was added as required", "ModelFile: Public object was removed"):
        assert broken in output
    assert "Service.trait" in output
    assert "read_options" not in output
    assert str(repository.path.parent) not in output
    edit(repository, "__init__.py", '__version__ = "0.9.0"', '__version__ = "0.10.0"')
    assert api_check.main(repository.path) == 0
    assert "0.10.0 may break, and does" in capsys.readouterr().out


def test_an_addition_breaks_nobody(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    repository("tag", "v0.9.0")
    edit(repository, "locate.py", "def open_source(spec: str)", 'def open_source(spec: str, way: str = "")')
    assert api_check.main(repository.path) == 0
    assert capsys.readouterr().out == "api: 0.9.0 keeps what v0.9.0 promised\n"


def test_the_newest_release_is_that_of_the_greatest_version(repository: Repository) -> None:
    for tag in ("v0.9.0", "v0.10.0", "v0.2.0", "vnext"):
        repository("tag", tag)
    assert api_check.newest_tag(repository.path) == "v0.10.0"


@pytest.mark.parametrize(
    ("old", "new", "may"),
    [("0.1.0", "0.1.9", False), ("0.1.0", "0.2.0", True), ("1.1.0", "1.9.0", False), ("1.9.0", "2.0.0", True)],
)
def test_which_versions_may_break(old: str, new: str, may: bool) -> None:
    assert api_check.may_break(Version(old), Version(new)) is may
