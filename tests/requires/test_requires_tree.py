"""Trees of files: modules that import each other, notebooks, files that cannot be read, several processes."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from docgen.errors import SourceError
from docgen.requires import tree
from docgen.requires.facts import Facts
from docgen.requires.resolve import Requirement
from docgen.requires.result import examine

MAKER = 'import boto3\nfleets = boto3.client("fleets")\ndef make(name):\n    return boto3.client(name)\n'
STOP = 'stop_fleet(Name="a")\n'


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files to a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def requirement(folder: Path, facts: Facts, jobs: int = 1) -> Requirement:
    """Return what the code in a folder requires."""
    return examine([folder], facts, jobs).requirement


def uses(found: Requirement) -> set[tuple[str, int, str, bool]]:
    """Return the file, line, kind and certainty of every use."""
    return {(Path(use.file).name, use.line, use.kind, use.certain) for use in found.uses}


IMPORTS = {
    "from a package": "from pkg.clients import fleets\nfleets." + STOP,
    "relative": "from .clients import fleets\nfleets." + STOP,
    "of the module": "from pkg import clients\nclients.fleets." + STOP,
    "relative, of the module": "from . import clients\nclients.fleets." + STOP,
    "under another name": "import pkg.clients as c\nc.fleets." + STOP,
    "dotted": "import pkg.clients\npkg.clients.fleets." + STOP,
    "with a star": "from pkg.clients import *\nfleets." + STOP,
    "of a function": 'from pkg.clients import make\nmake("fleets").' + STOP,
    "inside a function": "def run():\n    from pkg.clients import fleets; fleets." + STOP,
    "from the package itself": "from pkg import fleets\nfleets." + STOP,
}


@pytest.mark.parametrize("code", IMPORTS.values(), ids=IMPORTS)
def test_clients_are_followed_across_modules(code: str, tmp_path: Path, facts: Facts) -> None:
    write(tmp_path, {"pkg/__init__.py": "from .clients import fleets\n", "pkg/clients.py": MAKER, "pkg/run.py": code})
    for folder in (tmp_path, tmp_path / "pkg"):
        assert ("run.py", 2, "operation", True) in uses(requirement(folder, facts))


def test_a_class_inherits_from_another_module(tmp_path: Path, facts: Facts) -> None:
    base = 'import boto3\nclass Base:\n    def __init__(self):\n        self.fleets = boto3.client("fleets")\n'
    code = "from base import Base\nclass Yard(Base):\n    def run(self):\n        self.fleets." + STOP
    write(tmp_path, {"base.py": base, "yard.py": code})
    assert ("yard.py", 4, "operation", True) in uses(requirement(tmp_path, facts))


def test_callers_in_other_modules_say_what_a_parameter_is(tmp_path: Path, facts: Facts) -> None:
    stop = "def stop(client):\n    client." + STOP
    write(tmp_path, {"stop.py": stop, "run.py": MAKER + "from stop import stop\nstop(fleets)\n"})
    assert ("stop.py", 2, "operation", True) in uses(requirement(tmp_path, facts))


def test_parameters_are_reported_in_the_file_in_which_they_are_written(tmp_path: Path, facts: Facts) -> None:
    params = 'PARAMS = {\n    "Tags": [],\n}\n'
    code = MAKER + "from params import PARAMS\nfleets.create_fleet(**PARAMS)\n"
    write(tmp_path, {"params.py": params, "run.py": code})
    assert ("params.py", 2, "parameter", True) in uses(requirement(tmp_path, facts))


def test_an_import_cycle_ends(tmp_path: Path, facts: Facts) -> None:
    write(
        tmp_path, {"a.py": "from b import *\nfrom b import x\nx." + STOP, "b.py": "from a import *\nfrom a import x\n"}
    )
    assert requirement(tmp_path, facts).floor is None


def test_a_file_called_like_a_library_does_not_stand_in_for_it(tmp_path: Path, facts: Facts) -> None:
    write(tmp_path, {"tools/json.py": MAKER, "run.py": "import json\njson.fleets." + STOP})
    assert ("run.py", 2, "operation", True) not in uses(requirement(tmp_path, facts))


def notebook(*cells: str | list[str]) -> str:
    """Return a notebook with a Markdown cell, then code cells."""
    text = {"cell_type": "markdown", "metadata": {}, "source": ["fleets.create_fleet(Tags=[])"]}
    code: list[Any] = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    return json.dumps({"cells": [text, *code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_a_notebook_is_one_module_whose_lines_count_within_cells(tmp_path: Path, facts: Facts) -> None:
    cells: list[Any] = ['import boto3\nfleets = boto3.client("fleets")', ["# stop\n", "fleets.stop_fleet(Name='a')"]]
    write(tmp_path, {"n.ipynb": notebook(*cells)})
    found = [(use.cell, use.line, use.kind) for use in requirement(tmp_path, facts).uses]
    assert found == [(2, 2, "service"), (3, 2, "operation"), (3, 2, "parameter")]


def test_magics_are_passed_over(tmp_path: Path, facts: Facts) -> None:
    cells = [
        "%load_ext x\n!pip install boto3\nimport boto3\nfiles = !ls\nif files:\n    %time 1\nboto3?",
        "%%bash\nls (",
        '%%time\nboto3.client("fleets")',
    ]
    write(tmp_path, {"n.ipynb": notebook(*cells)})
    found = requirement(tmp_path, facts)
    assert [(use.cell, use.line) for use in found.uses] == [(4, 2)]
    assert found.warnings == ()


def test_a_cell_that_is_no_python_costs_a_warning_and_the_cell(tmp_path: Path, facts: Facts) -> None:
    write(tmp_path, {"n.ipynb": notebook("import (", 'import boto3\nboto3.client("fleets")')})
    found = requirement(tmp_path, facts)
    assert [use.cell for use in found.uses] == [3]
    assert "cell 2, line 1: not Python" in found.warnings[0]


BROKEN = {
    "no Python": ("a.py", b"import ("),
    "no text": ("a.py", b"\xff\xfe\x00"),
    "a null byte": ("a.py", b"x = '\0'"),
    "no notebook": ("a.ipynb", b"[]"),
    "no JSON": ("a.ipynb", b"{"),
    "deep": ("a.py", b"x = " + b"(" * 5000 + b")" * 5000),
}


@pytest.mark.parametrize(("name", "data"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_costs_a_warning_in_a_folder_and_is_an_error_by_itself(
    name: str, data: bytes, tmp_path: Path, facts: Facts
) -> None:
    (tmp_path / name).write_bytes(data)
    write(tmp_path, {"run.py": MAKER})
    found = requirement(tmp_path, facts)
    assert len(found.warnings) == 1
    assert found.floor is not None
    with pytest.raises(SourceError, match=r"a\.(py|ipynb)"):
        examine([tmp_path / name], facts)


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path, facts: Facts) -> None:
    with pytest.raises(SourceError, match="no such file"):
        examine([tmp_path / "nowhere"], facts)


def test_environments_and_caches_are_passed_over(tmp_path: Path, facts: Facts) -> None:
    names = [".venv/lib/a.py", "node_modules/a.py", "mine/a.py", ".git/a.py"]
    write(tmp_path, {**dict.fromkeys(names, MAKER), "mine/pyvenv.cfg": ""})
    assert requirement(tmp_path, facts).uses == ()


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path, facts: Facts) -> None:
    write(tmp_path, {"run.py": MAKER})
    assert len(examine([tmp_path, tmp_path / "run.py"], facts).requirement.uses) == 1


def test_several_processes_find_what_one_finds(tmp_path: Path, facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"m{n}.py": MAKER + f"from m{(n + 1) % 5} import fleets as f\nf." + STOP for n in range(5)}
    write(tmp_path, files)
    alone = requirement(tmp_path, facts)
    monkeypatch.setattr(tree, "FEW_BYTES", 0)
    assert requirement(tmp_path, facts, jobs=2) == alone
    assert len(alone.uses) == 15


def test_code_is_never_run(tmp_path: Path, facts: Facts) -> None:
    mark = tmp_path / "mark"
    write(tmp_path, {"run.py": f"open({str(mark)!r}, 'w')\n", "setup.py": f"open({str(mark)!r}, 'w')\n"})
    requirement(tmp_path, facts)
    assert not mark.exists()


def test_stand_ins_that_tests_pass_do_not_make_a_client_uncertain(tmp_path: Path, facts: Facts) -> None:
    stop = MAKER + "def stop(client):\n    client." + STOP + "stop(fleets)\n"
    imports = "from unittest.mock import Mock\nfrom stop import stop\n"
    test = imports + "def test_stop(stub):\n    stop(Mock())\n    stop(stub)\n"
    write(tmp_path, {"stop.py": stop, "tests/test_stop.py": test})
    assert ("stop.py", 6, "operation", True) in uses(requirement(tmp_path, facts))


HARD = {
    "a chain of calls": "x = 1\n" + "x = x.a(x)\n" * 3000,
    "a dict of itself": "d = {}\n" + "d[0] = d[1] = d[2] = d\n" + "e = {0: d, 1: d}\n" * 50 + "print(e)\n",
    "nested lists": "x = []\n" + "x = [x, x]\n" * 200 + "print(x)\n",
    "a long sum": "x = " + " + ".join(["'a'"] * 900) + "\n",
    "a long else": "if a:\n    pass\n" + "elif b:\n    c = {}\n" * 300 + "print(c)\n",
    "deep loops": "".join(f"{'    ' * n}for i{n} in x:\n" for n in range(15)) + "    " * 15 + "x = x + [i14]\n",
}


@pytest.mark.parametrize("code", HARD.values(), ids=HARD)
def test_code_that_is_hard_to_follow_costs_little(
    code: str, tmp_path: Path, facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"hard.py": code, "run.py": MAKER + "fleets." + STOP})
    started = time.process_time()
    assert ("run.py", 5, "operation", True) in uses(requirement(tmp_path, facts))
    monkeypatch.setattr(tree, "FEW_BYTES", 0)
    assert ("run.py", 5, "operation", True) in uses(requirement(tmp_path, facts, jobs=2))
    assert time.process_time() - started < 5


def test_broken_circular_and_outside_links_do_not_end_the_scan(tmp_path: Path, facts: Facts) -> None:
    run = "from maker import fleets\nfleets." + STOP
    code = write(tmp_path / "code", {"pkg/__init__.py": "", "pkg/run.py": run, "maker.py": MAKER})
    write(tmp_path / "elsewhere", {"maker.py": MAKER + 'make("fleets").' + STOP})
    links = {
        "pkg/shared.py": "../maker.py",
        "loop.py": "loop.py",
        "gone.py": "missing",
        "pkg/up": "..",
        "x.py": "/dev/zero",
    }
    for name, to in {**links, "requirements.txt": "loop.py", "out.py": "../elsewhere/maker.py"}.items():
        (code / name).symlink_to(to)
    for jobs in (1, 2):
        assert {name for name, *_ in uses(requirement(code, facts, jobs))} == {"run.py", "maker.py"}
    assert {name for name, *_ in uses(requirement(code / "out.py", facts))} == {"out.py"}  # naming it means it
    for name in ("loop.py", "x" * 300, "x" * 5000):
        with pytest.raises(SourceError, match="no such file or folder"):
            requirement(code / name, facts)


def test_code_that_is_too_large_is_reported(tmp_path: Path, facts: Facts) -> None:
    write(tmp_path, {"large.py": "a = 1\n" * (1 << 20), "small.py": 'import boto3\nboto3.client("fleets").' + STOP})
    found = requirement(tmp_path, facts)
    assert [warning.partition(":")[2] for warning in found.warnings] == [" larger than 4 MiB"]
    assert ("small.py", 2, "operation", True) in uses(found)
