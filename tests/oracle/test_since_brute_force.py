r"""`docgen since` compared with an oracle that shares no code with docgen, on every path in real releases.

The full run reads every release of a clone of botocore, and queries a history of it (made first if none is given):

    DOCGEN_FULL=1 DOCGEN_HISTORY_REPO=/path/to/botocore.git [DOCGEN_HISTORY_FULL=/path/to/history.db] \
        tests/run tests/oracle/test_since_brute_force.py -s
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import time
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import since_oracle
from conftest import FULL, wheel
from since_oracle import Model, OperationLifespans

from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.since import Answer, since
from docgen.locate import open_source

ANSWERS = json.loads((Path(__file__).parent.parent / "data" / "since.json").read_text(encoding="utf-8"))["facts"]
REPOSITORY = os.environ.get("DOCGEN_HISTORY_REPO", "")
HISTORY = os.environ.get("DOCGEN_HISTORY_FULL", "")

RELEASES = ("1.5.0", "1.8.0", "1.12.82", "1.12.83", "1.16.0", "1.20.0", "1.23.0", "1.31.0", "1.43.67")
"""Releases that other tests download too, ten years apart."""

SERVICES = ("appmesh", "appstream", "dynamodb", "emr", "kinesis", "lambda", "sqs")
"""Recursive shapes (dynamodb, emr), renamed ones (lambda, appstream), shared ones, an old API version (lambda)."""

FULL_SERVICES = (*SERVICES, "cloudformation", "cloudfront", "kafka", "opsworks", "resource-groups", "sagemaker-runtime")
FULL_OPERATIONS = {"ec2": ("RunInstances", "CreateVolume", "DescribeInstances", "CreateFleet")}
"""Some operations of a service that has thousands."""

_MODEL = re.compile(r"botocore/data/([^/]+)/([^/]+)/service-2\.json")


@dataclass
class Figures:
    """Counts of what was compared."""

    operations: int = 0
    paths: int = 0
    values: int = 0
    errors: int = 0
    with_gaps: int = 0
    with_renamed_shapes: int = 0
    with_recursive_shapes: int = 0


# -- real releases, read without docgen


def in_wheels(services: Iterable[str]) -> dict[str, list[Model | None]]:
    """Return the default model of each service at each release; unchanged models are the same object."""
    found: dict[str, list[Model | None]] = {service: [] for service in services}
    for release in RELEASES:
        with zipfile.ZipFile(wheel(release)) as archive:
            newest: dict[str, str] = {}
            for name in archive.namelist():
                if (match := _MODEL.fullmatch(name.removesuffix(".gz"))) and match[1] in found:
                    newest[match[1]] = max(newest.get(match[1], ""), name)
            for service, models in found.items():
                models.append(_decoded(archive.read(newest[service])) if service in newest else None)
    return found


@cache
def _decoded(data: bytes) -> Any:
    return json.loads(gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data)


def in_git(services: Sequence[str]) -> tuple[list[str], dict[str, list[Model | None]]]:
    """Return the releases of a clone of botocore, and the default model of each service at each."""
    git = ["git", "--git-dir", REPOSITORY]
    tags = subprocess.run([*git, "tag"], capture_output=True, text=True, check=True).stdout.split()
    releases = sorted(
        (t for t in tags if re.fullmatch(r"[0-9]+(\.[0-9]+)+", t)), key=lambda t: [*map(int, t.split("."))]
    )
    found: dict[str, list[Model | None]] = {service: [] for service in services}
    names: list[str] = []
    with subprocess.Popen([*git, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for release in releases:
            listing = [*git, "ls-tree", "-r", release, *(f"botocore/data/{service}/" for service in services)]
            lines = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.splitlines()
            newest: dict[str, tuple[str, str]] = {}
            for line in lines:
                entry, _, name = line.partition("\t")
                if match := _MODEL.fullmatch(name):
                    newest[match[1]] = max(newest.get(match[1], ("", "")), (match[2], entry.split()[2]))
            if not names and not newest:
                continue
            names.append(release)
            for service, models in found.items():
                models.append(_blob(process, newest[service][1]) if service in newest else None)
    return names, found


_BLOBS: dict[str, Any] = {}


def _blob(process: subprocess.Popen[bytes], name: str) -> Any:
    if name not in _BLOBS:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{name}\n".encode())
        process.stdin.flush()
        size = int(process.stdout.readline().split()[2])
        _BLOBS[name] = json.loads(process.stdout.read(size + 1))
    return _BLOBS[name]


# -- comparing


def compare(history: History, service: str, operation: str, models: Sequence[Model | None], seen: Figures) -> None:
    """Ask about everything that an operation ever had."""
    lifespans = OperationLifespans(operation, models)
    if not lifespans.there:
        return
    (answer,) = since(history, service, [operation])
    assert answer.spans == lifespans.there, (service, operation)
    seen.operations += 1
    seen.with_renamed_shapes += any(len(names) > 1 for names in lifespans.targets.values())
    seen.with_recursive_shapes += lifespans.recursive
    for (direction, path), (present, required, deprecated) in lifespans.members.items():
        seen.paths += 1
        answer = only_answer(
            history, service, [operation, direction, *([since_oracle.path_text(path)] if path else [])]
        )
        at = service, operation, direction, since_oracle.path_text(path)
        assert answer.spans == since_oracle.spans(present), at
        assert answer.required.spans == since_oracle.spans(required), at
        assert answer.deprecated.spans == since_oracle.spans(deprecated), at
        seen.with_gaps += len(answer.spans) > 1
    enums: dict[tuple[str, since_oracle.Path], dict[str, since_oracle.Spans]] = {}
    for (direction, path, value), present in lifespans.values.items():
        enums.setdefault((direction, path), {})[value] = since_oracle.spans(present)
    for (direction, path), expected in enums.items():
        found = since(history, service, [operation, direction, since_oracle.path_text(path), "*"])
        enum = {each.value: each.spans for each in found if each.kind == "enum-value"}
        assert enum == expected, (service, operation, direction, path)
        seen.values += len(enum)
    for error, present in lifespans.errors.items():
        assert only_answer(history, service, [operation, "error", error]).spans == since_oracle.spans(present), (
            service,
            error,
        )
        seen.errors += 1


def only_answer(history: History, service: str, words: list[str]) -> Answer:
    """Return the only answer to a question."""
    (answer,) = since(history, service, words)
    return answer


def operations(service: str, models: Sequence[Model | None]) -> Iterator[str]:
    """Yield every operation that any release has, or the chosen ones of a large service."""
    ever = dict.fromkeys(name for model in models if model for name in model["operations"])
    yield from FULL_OPERATIONS.get(service, ever)


# -- the default run: a few wheels


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Index some services of some releases from their wheels."""
    folder = tmp_path_factory.mktemp("few")
    for release in RELEASES:
        with zipfile.ZipFile(wheel(release)) as archive:
            for name in archive.namelist():
                parts = name.split("/")
                if parts[:2] == ["botocore", "data"] and len(parts) == 5 and parts[2] in SERVICES:
                    path = folder / "models" / release / "/".join(parts[2:])
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(archive.read(name))
    update_history(open_source(str(folder / "models")), folder / "h.db")
    return History(folder / "h.db")


def test_since_agrees_with_the_oracle_on_every_path_of_real_operations(few: History) -> None:
    seen = Figures()
    for service, models in in_wheels(SERVICES).items():
        for operation in operations(service, models):
            compare(few, service, operation, models, seen)
    print(seen)
    assert seen.operations >= 300
    assert seen.paths > 5_000
    assert seen.values > 1_000
    assert seen.errors > 500
    assert seen.with_renamed_shapes > 50
    assert seen.with_recursive_shapes > 10


def test_the_oracle_sees_what_a_wrong_answer_says(few: History) -> None:
    models = in_wheels(["sqs"])["sqs"]
    with pytest.raises(AssertionError):
        compare(few, "sqs", "SendMessage", [None, *models[1:]], Figures())


@pytest.mark.parametrize("fact", [fact for fact in ANSWERS if fact["service"] == "appstream"], ids=str)
def test_a_question_that_people_asked_in_public_is_answered_from_a_few_releases(
    few: History, fact: dict[str, str]
) -> None:
    assert first_release_with(few, fact) == fact["since"]


def first_release_with(history: History, fact: dict[str, str]) -> str:
    """Return the first release that has what a fact is about."""
    words = [fact.get("operation", ""), fact.get("path", ""), fact.get("enum_value", "")]
    return history.release(only_answer(history, fact["service"], words).since).name


# -- the full run: every release


@pytest.fixture(scope="module")
def all_releases(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Return a history of all releases."""
    if not (FULL and REPOSITORY):
        pytest.skip("needs DOCGEN_FULL=1 and DOCGEN_HISTORY_REPO, a clone of botocore")
    if HISTORY:
        return History(Path(HISTORY))
    path = tmp_path_factory.mktemp("all") / "h.db"
    update_history(open_source(f"git:{REPOSITORY}"), path, workers=os.cpu_count() or 1)
    return History(path)


def test_since_agrees_with_the_oracle_over_all_releases(all_releases: History) -> None:
    started, seen = time.monotonic(), Figures()
    names, found = in_git([*FULL_SERVICES, *FULL_OPERATIONS])
    assert names == [release.name for release in all_releases.releases]
    for service, models in found.items():
        for operation in operations(service, models):
            compare(all_releases, service, operation, models, seen)
    print(f"\n{len(names):,} releases, {len(_BLOBS):,} models, {seen}, {time.monotonic() - started:.0f} s")
    assert seen.operations >= 300


@pytest.mark.parametrize("fact", ANSWERS, ids=str)
def test_a_question_that_people_asked_in_public_is_answered_from_all_releases(
    all_releases: History, fact: dict[str, str]
) -> None:
    assert first_release_with(all_releases, fact) == fact["since"]
