"""Untrusted lock and requirements files: reading any of them returns versions or nothing.

The first byte of an input chooses the name of the file; the rest is its content, and that of a file that it includes.
"""

from __future__ import annotations

from pathlib import Path

from packaging.version import Version

from docgen.errors import SourceError
from docgen.requires.declared import declared_in, decoded
from fuzz import value_or_line

NAMES = (
    *(
        "requirements.txt",
        "uv.lock",
        "poetry.lock",
        "Pipfile.lock",
        "pyproject.toml",
        "Pipfile",
        "setup.cfg",
        "setup.py",
    ),
    *("environment.yml", "constraints.in"),
)
CONTENTS = (
    b"-r other.txt\nboto3==1.9.82 --hash=sha256:aa\nbotocore>=1.12,<2\n",
    b'[[package]]\nname = "boto3"\nversion = "1.9.82"\n',
    b'[[package]]\nname = "botocore"\nversion = "1.12.82"\n',
    b'{"default": {"boto3": {"version": "==1.9.82"}}}',
    b'[project]\ndependencies = ["boto3>=1.9", "botocore~=1.12"]\n[tool.poetry.dependencies]\nboto3 = "^1.9"\n',
    b'[packages]\nboto3 = {version = "*"}\n',
    b"[options]\ninstall_requires =\n    boto3>=1.9\n",
    b'setup(install_requires=["boto3>=1.9", "botocore"])\n',
    b"dependencies:\n  - boto3=1.9.82=py310\n  - pip:\n    - botocore>=1.12\n",
    b"boto3>=1.9,!=1.9.5 ; python_version > '3'\n-c requirements.txt\n",
)


def seeds() -> list[bytes]:
    """Return a file of each kind."""
    return [bytes([number]) + content for number, content in enumerate(CONTENTS)]


def target(data: bytes) -> None:
    """Read the file, which is also the file that it includes."""
    path = Path("project", NAMES[data[0] % len(NAMES)] if data else NAMES[0])

    def load(file: Path) -> str:
        if len(file.parts) > 4:
            raise SourceError(f"{file}: not here")
        return decoded(data[1:])

    with value_or_line():
        for each in declared_in(path, load):
            assert each.package in ("boto3", "botocore")
            assert not each.lowest or str(Version(each.lowest))
            assert each.line >= 1
