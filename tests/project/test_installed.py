"""docgen as installed: only the wheel, in a fresh environment and an empty folder, without a network."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
NO_NETWORK = {f"{name}_proxy": "http://127.0.0.1:9" for name in ("http", "https", "all")}
"""Proxies at an address that nobody serves, for systems that cannot block the network."""

CODE = 'import boto3\nboto3.client("appstream").create_fleet(Name="a", Tags={"b": "c"})\n'


class Installed:
    """A fresh environment and an empty folder."""

    def __init__(self, place: Path) -> None:
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(place / "dist")],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        venv.create(place / "environment", with_pip=False)
        folder = "Scripts" if os.name == "nt" else "bin"
        self.python = place / "environment" / folder / "python"
        (site,) = (place / "environment").rglob("site-packages")
        (wheel,) = (place / "dist").glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site)
        # The dependencies are those of these tests. Their .pth files, such as that of docgen's checkout, are ignored.
        (site / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
        self.site = site
        self.folder = place / "elsewhere"
        self.folder.mkdir()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DOCGEN_", "PYTHON", "PIP_"))},
            **NO_NETWORK,
            "HOME": str(place),
            "DOCGEN_CACHE": str(place / "cache"),
        }
        probe = ["unshare", "--map-root-user", "--net", "true"]
        alone = bool(shutil.which("unshare")) and not subprocess.run(probe, capture_output=True, check=False).returncode
        self.prefix = probe[:-1] if alone else []

    def __call__(self, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        command = [*self.prefix, str(self.python), "-P", "-m", "docgen", *arguments]
        return subprocess.run(
            command, cwd=folder or self.folder, env=self.environment, capture_output=True, encoding="utf-8", check=False
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"))


def test_it_is_the_wheel_that_runs(installed: Installed) -> None:
    done = subprocess.run(
        [installed.python, "-P", "-c", "import docgen; print(docgen.__file__)"],
        cwd=installed.folder,
        env=installed.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()).is_relative_to(installed.site)


QUESTIONS = {
    ("since", "appstream", "create_fleet", "Tags"): "since botocore 1.12.83 (2019-01-21), boto3 1.9.83",
    ("since", "bedrock-runtime", "converse"): "since botocore 1.34.116",
    ("explain", "'AppStream' object has no attribute 'tag_resource'"): "Install: pip install 'boto3>=",
    ("history", "appstream", "CreateFleet", "Tags"): "Since botocore 1.12.83",
    ("requires", "fleet.py"): "boto3>=1.9.83 (botocore>=1.12.83) because of fleet.py:2",
    ("uses", "fleet.py"): "appstream CreateFleet request Tags",
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_answers_at_once_without_a_network(question: tuple[str, ...], installed: Installed) -> None:
    (installed.folder / "fleet.py").write_text(CODE)
    done = installed(*question)
    assert done.returncode == 0, done.stderr
    assert QUESTIONS[question] in done.stdout
    assert done.stderr.startswith("docgen: facts up to botocore 1.")


def test_every_command_of_the_readme_works_without_a_clone(installed: Installed, tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"Try these on the example models:\n\n```sh\n(.*?)```", text, re.DOTALL)
    commands = [shlex.split(line, comments=True)[1:] for line in block.splitlines()]
    assert len(commands) > 9
    for command in commands:
        done = installed(*command, folder=tmp_path)
        assert done.returncode == 0, (command, done.stderr)
        assert "Traceback" not in done.stderr
    assert (tmp_path / "output" / "index.html").exists()
    assert (tmp_path / "history.db").exists()
