"""A folder in which every command in the README and in `docs/` runs without a network.

It is a checkout on a branch that removes something and upgrades boto3. A small botocore is there as a git repository,
as wheels for pip, and as a history. Its releases are named like botocore's, and its models contain what the pages ask
for.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from git_repository import Repository
from rule_support import model, op, struct

from docgen.history.index import update_history
from docgen.locate import open_source

ROOT = Path(__file__).parent.parent.parent
MODELS = ROOT / "models"
APPSTREAM = "appstream/2016-12-01/service-2.json"
CLONED = "https://github.com/boto/"
TRACEBACK = """\
Traceback (most recent call last):
  File "fleet.py", line 3, in <module>
botocore.exceptions.ParamValidationError: Parameter validation failed:
Unknown parameter in input: "Tags", must be one of: {}
"""
CODE = """\
import boto3
boto3.client("appstream").create_fleet(Name="algebra", Tags={"owner": "school"})
"""

Files = dict[str, Any]
"""The files of a release, by their path below `botocore/data`."""


def releases() -> dict[str, tuple[str, Files]]:
    """Return the date and the files of each release of the small botocore, oldest first."""
    old, new = (json.loads((MODELS / release / APPSTREAM).read_bytes()) for release in ("1.12.82", "1.12.83"))
    older = json.loads(json.dumps(old))
    del older["shapes"]["CreateFleetRequest"]["members"]["ImageArn"]
    return {
        "1.10.57": ("2018-07-12", {APPSTREAM: older}),
        "1.10.58": ("2018-07-13", {APPSTREAM: old}),
        "1.12.82": ("2019-01-18", {APPSTREAM: old}),
        "1.12.83": ("2019-01-21", {APPSTREAM: new}),
        "1.34.0": ("2023-12-13", {APPSTREAM: new, **_others(1)}),
        "1.40.0": ("2025-07-31", {APPSTREAM: new, **_others(2)}),
        "1.42.1": ("2025-12-02", {APPSTREAM: new, **_others(3)}),
        "1.42.70": ("2026-03-17", {APPSTREAM: new, **_others(4)}),
        "1.43.0": ("2026-04-29", {APPSTREAM: new, **_others(5)}),
        "1.43.60": ("2026-07-30", {APPSTREAM: new, **_others(6)}),
        "1.43.67": ("2026-08-07", {APPSTREAM: new, **_others(7)}),
    }


def _others(number: int) -> Files:
    """Return five more services. Each number adds something; some numbers also break something."""
    runtimes = {"type": "string", "enum": [f"python3.{n + 8}" for n in range(number)]}
    time = "String" if number in (3, 4) else "Timestamp"
    state = struct({"Name": "String"})
    shapes = {"Instances": {"type": "list", "member": {"shape": "Instance"}}, "Instance": struct({"State": "State"})}
    grown = {f"Extra{n}": "String" for n in range(number)}
    waiter = {"operation": "DescribeTable", "delay": 20, "maxAttempts": 25, "acceptors": []}
    return {
        "dynamodb/2012-08-10/service-2.json": model(DescribeTable=op({"TableName!": "String"}, {"Table": "String"})),
        "dynamodb/2012-08-10/waiters-2.json": {"version": 2, "waiters": {"TableExists": waiter}},
        "ec2/2016-11-15/service-2.json": model(
            RunInstances=op({"MinCount!": "Integer", **grown}, {"Instances": "Instances"}),
            shapes={**shapes, "State": state},
        ),
        "lambda/2015-03-31/service-2.json": model(
            CreateFunction=op({"Runtime": "Runtime"}, {"FunctionArn": "String"}), shapes={"Runtime": runtimes}
        ),
        "s3/2006-03-01/service-2.json": model(GetObject=op({"Bucket!": "String"}, {"Expires": time})),
        "sqs/2012-11-05/service-2.json": model(
            SendMessage=op({"QueueUrl!": "String"}, {"MessageId": "String"}),
            SendMessageBatch=op({"QueueUrl!": "String", **grown}),
            metadata={"protocol": "json" if number > 2 else "query"},
        ),
    }


@dataclass(frozen=True)
class World:
    """A repository, wheels, a history and a `docgen` command: made once, and copied for each page."""

    place: Path

    @classmethod
    def make(cls, place: Path) -> World:
        """Create everything in an empty folder."""
        repository = Repository(place / "botocore")
        for name, (day, files) in releases().items():
            shutil.rmtree(repository.path / "botocore", ignore_errors=True)
            for file, content in files.items():
                repository.write(f"botocore/data/{file}", json.dumps(content, indent=2).encode())
            repository.commit(name, when=f"{day}T18:00:00Z")
            _wheel(place / "wheels", name, files)
        update_history(open_source(repository.spec), place / "history.db")
        _sdk_for_go(place / "aws-sdk-go")
        runs = op({"Admin": "String"}, {"InstanceId": "String"})
        _wheel(place / "wheels", "1.17.0", {"computing/1.0/service-2.json": model(RunInstances=runs)}, "nifcloud")
        (place / "botocore.git").symlink_to(repository.path / ".git")
        for name, command in {"docgen": "-m docgen ", "python": ""}.items():
            program = place / "bin" / name
            program.parent.mkdir(exist_ok=True)
            program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {command}"$@"\n')
            program.chmod(0o755)
        return cls(place)

    def environment(self, folder: Path) -> dict[str, str]:
        """Return an environment in which git and pip find only what `make` created, whatever address they get."""
        settings = folder.parent / f"{folder.name}.gitconfig"
        settings.write_text(f'[url "{self.place}/"]\n\tinsteadOf = {CLONED}\n', encoding="utf-8")
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DOCGEN_", "PIP_", "GIT_"))},
            "PATH": f"{self.place / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder.parent / f"{folder.name}.home"),
            "COLUMNS": "80",
            "SOURCE_DATE_EPOCH": "1795000000",
            "DOCGEN_CACHE": str(folder.parent / f"{folder.name}.cache"),
            "GIT_CONFIG_GLOBAL": str(settings),
            "GIT_CONFIG_NOSYSTEM": "1",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.place / "wheels"),
        }

    def fill(self, folder: Path, *, history: bool) -> None:
        """Fill the folder in which a page's commands run; with `history`, add a history of botocore."""
        _checkout(folder)
        shutil.copytree(self.place / "wheels", folder / "wheels")
        shutil.copy(folder / "wheels" / "botocore-1.43.67-py3-none-any.whl", folder)
        for repository in ("botocore", "aws-sdk-go"):
            (folder / repository).symlink_to(self.place / repository)
        broken = json.loads((folder / "service-2.json").read_bytes())
        del broken["shapes"]["Tags"]["key"]
        _write(folder / "broken" / "service-2.json", broken)
        pizza = (ROOT / "tests" / "data" / "smithy" / "pizza.json").read_text(encoding="utf-8")
        (folder / "pizza.json").write_text(pizza, encoding="utf-8")
        (folder / "broken" / "pizza.json").write_text(
            pizza.replace('pizza#Count"', 'pizza#Cuont"', 1), encoding="utf-8"
        )
        shutil.copytree(ROOT / "tests" / "data" / "smithy" / "harbor", folder / "harbor")
        with gzip.open(folder / "service-2.json.gz", "wb") as packed:
            packed.write((folder / "service-2.json").read_bytes())
        shutil.copytree(folder / "models/1.12.83/appstream", folder / "site-packages/botocore/data/appstream")
        names = json.loads((MODELS / "1.12.82" / APPSTREAM).read_bytes())["shapes"]["CreateFleetRequest"]["members"]
        (folder / "traceback.txt").write_text(TRACEBACK.format(", ".join(names)), encoding="utf-8")
        (folder / "src").mkdir()
        (folder / "src" / "start.py").write_text(CODE, encoding="utf-8")
        if history:
            shutil.copy(self.place / "history.db", folder)


def _checkout(folder: Path) -> None:
    """Create a repository with models on `main`, an `origin` that has it too, and a branch that removes `Tags`."""
    repository = Repository(folder)
    shutil.copytree(MODELS, folder / "models")
    shutil.copy(MODELS / "1.12.83" / APPSTREAM, folder / "service-2.json")
    (folder / "requirements.txt").write_text("boto3==1.9.82\n", encoding="utf-8")
    repository.commit()
    origin = folder.parent / f"{folder.name}.origin"
    repository("clone", "--quiet", "--bare", str(folder), str(origin))
    repository("remote", "add", "origin", str(origin))
    repository("fetch", "--quiet", "origin")
    repository("switch", "--quiet", "--create", "tags")
    content = json.loads((folder / "service-2.json").read_bytes())
    del content["shapes"]["CreateFleetRequest"]["members"]["Tags"]
    _write(folder / "service-2.json", content)
    (folder / "requirements.txt").write_text("boto3==1.9.83\n", encoding="utf-8")
    repository.commit()


def _sdk_for_go(place: Path) -> None:
    """Create two releases of an SDK that keeps documentation apart from its models."""
    repository = Repository(place)
    repository.write("go.mod", b"module example.org/aws/aws-sdk-go\n")
    for release, number in (("v1.55.4", 1), ("v1.55.5", 2)):
        for path, content in _others(number).items():
            api = path.replace("service-2", "api-2")
            repository.write(f"models/apis/{api}", json.dumps(content).encode())
            if api != path:
                docs = {"service": "<p>A service.</p>", "operations": {}, "shapes": {}}
                repository.write(f"models/apis/{path.replace('service-2', 'docs-2')}", json.dumps(docs).encode())
        repository.commit(release)


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")


def _wheel(folder: Path, version: str, files: Files, package: str = "botocore") -> None:
    """Write a wheel that pip accepts and that contains only models."""
    folder.mkdir(exist_ok=True)
    about = f"{package}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{package}-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
        for file, content in files.items():
            archive.writestr(f"{package}/data/{file}", json.dumps(content))
