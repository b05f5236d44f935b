"""No Python process that docgen starts imports a module from the current folder, which may be any checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docgen.resources import data_folder

MODULES = (
    *("pip.py", "venv.py", "ensurepip.py", "multiprocessing.py", "runpy.py", "concurrent.py", "docgen/__init__.py"),
    *("docgen/__main__.py", "orjson.py", "jinja2.py", "sitecustomize.py", "packaging.py", "json.py", "sqlite3.py"),
)


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """Write a checkout with models, and with modules that leave a mark when they are imported."""
    checkout = tmp_path / "checkout"
    for name in MODULES:
        path = checkout / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"open({str(tmp_path / 'trace')!r}, 'a').write({name!r} + '\\n')\nraise SystemExit(0)\n")
    shutil.copytree(str(data_folder("models")), checkout / "models")
    return checkout


def environment(**variables: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONSAFEPATH")}
    return {**inherited, **variables}


def docgen() -> str:
    """Return the path of the installed program."""
    path = Path(sys.executable).parent / "docgen"
    if not path.exists():
        pytest.skip("docgen is not installed as a program")
    return str(path)


def test_workers_import_nothing_from_the_current_folder(planted: Path, tmp_path: Path) -> None:
    program = tmp_path / "program" / "run.py"
    program.parent.mkdir()
    program.write_text(
        "from docgen.workers import worker_pool\n"
        "if __name__ == '__main__':\n"
        "    with worker_pool(2) as pool:\n"
        "        print(list(pool.map_ordered(len, ['a', 'bc', 'def'])))\n"
    )
    done = subprocess.run(
        [sys.executable, program], cwd=planted, env=environment(), capture_output=True, text=True, check=False
    )
    assert not (tmp_path / "trace").exists()
    assert (done.returncode, done.stdout, done.stderr) == (0, "[1, 2, 3]\n", "")


def test_pip_is_not_that_of_the_current_folder(planted: Path, tmp_path: Path) -> None:
    links = tmp_path / "links"
    links.mkdir()
    settings = environment(PIP_NO_INDEX="1", PIP_FIND_LINKS="../links", DOCGEN_CACHE=str(tmp_path / "cache"))
    command = [docgen(), "fetch", "pypi:nothing-here==1.0"]
    done = subprocess.run(command, cwd=planted, env=settings, capture_output=True, text=True, check=False)
    assert not (tmp_path / "trace").exists()
    assert done.returncode == 2
    assert "pypi:nothing-here==1.0" in done.stderr


def test_the_build_of_a_preview_is_docgen_itself(planted: Path) -> None:
    command = [docgen(), "serve", "../site", "--port", "0", "--build", "--source", "models", "--jobs", "1"]
    with subprocess.Popen(command, cwd=planted, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert any(re.search(r"http://127.0.0.1:\d+", line) for line in process.stdout)
            assert (planted.parent / "site" / "index.html").exists()
        finally:
            process.kill()
    assert not (planted.parent / "trace").exists()
