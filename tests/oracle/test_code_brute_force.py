"""The lines of code that an upgrade breaks, compared with a search of raw JSON that shares no code with docgen.

The code is generated: it calls every operation of some services of a new botocore with every parameter, and reads every
member of the response, each in a line of its own. The "upgrade" is to a botocore that is eight years older, so that
thousands of lines break.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import newest_models_in

from docgen.diff.delta import Kind
from docgen.history.facts.archive import BUNDLED_FACTS
from docgen.locate import open_source
from docgen.requires.facts import HistoryFacts
from docgen.rules.rule import Severity
from docgen.upgrades.judge import CodeJudge
from docgen.upgrades.used import read_used_code

OLD, NEW = "1.44.5", "1.12.83"
SERVICES = ("appstream", "sqs", "lambda", "dynamodb", "ecs", "s3", "codebuild", "glue")
DEPTH = 3

Model = dict[str, Any]


def python_name(operation: str) -> str:
    """Return the method name of an operation, like botocore's `xform_name` for these services."""
    partial = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", operation.replace("ACL", "Acl"))
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", partial).lower()


def members(model: Model, shape: str) -> dict[str, str]:
    """Return the members of a structure and their targets; nothing for shapes without fixed members."""
    found = model["shapes"][shape]
    return (
        {name: member["shape"] for name, member in found.get("members", {}).items()}
        if found["type"] == "structure"
        else {}
    )


class Code:
    """Lines of code, and those that the new model cannot run."""

    def __init__(self, service: str, old: Model, new: Model | None) -> None:
        self.old, self.new = old, new or {"operations": {}, "shapes": {}}
        self.lines = ["import boto3", f"client = boto3.client({service!r})", ""]
        self.broken: set[int] = set()
        for name, operation in old["operations"].items():
            if not operation.get("deprecated"):
                self.call(name, operation)

    def add(self, text: str, *, is_there: bool) -> None:
        """Add a line; `is_there` says whether the new model can run it."""
        self.lines.append(text)
        if not is_there:
            self.broken.add(len(self.lines))

    def call(self, name: str, operation: Model) -> None:
        """Add a function that calls an operation."""
        other = self.new["operations"].get(name)
        self.lines += [f"def call_{python_name(name)}(value):"]
        self.add(f"    got = client.{python_name(name)}(", is_there=other is not None)
        before, after = ((each or {}).get("input", {}).get("shape", "") for each in (operation, other))
        # botocore validates no parameters of an operation without an input.
        self.parameters(before, after, "        ", DEPTH, top=True, exists=other is not None and bool(after))
        self.lines.append("    )")
        before, after = ((each or {}).get("output", {}).get("shape", "") for each in (operation, other))
        self.read(before, after, "    got", DEPTH, exists=other is not None)
        self.lines.append("")

    def parameters(self, old: str, new: str, indent: str, depth: int, *, top: bool, exists: bool) -> None:
        """Add the keys of a structure, one per line."""
        known = members(self.new, new) if new else {}
        for key, target in (members(self.old, old) if old else {}).items():
            if not key.isidentifier() or key in ("from", "return", "None", "in", "is", "global", "import"):
                continue
            # What is inside something missing breaks with it, at its line.
            is_there = not exists or key in known
            opening = f"{key}=" if top else f"{key!r}: "
            if depth > 1 and members(self.old, target):
                self.add(f"{indent}{opening}{{", is_there=is_there)
                inner = known.get(key, "")
                self.parameters(target, inner, indent + "    ", depth - 1, top=False, exists=exists and key in known)
                self.lines.append(f"{indent}}},")
            else:
                self.add(f"{indent}{opening}value,", is_there=is_there)

    def read(self, old: str, new: str, place: str, depth: int, *, exists: bool) -> None:
        """Add statements that read each member of a structure, one per line."""
        known = members(self.new, new) if new else {}
        for key, target in (members(self.old, old) if old else {}).items():
            is_there = not exists or key in known
            self.add(f"{place}[{key!r}]", is_there=is_there)
            if depth > 1 and is_there:
                self.read(target, known.get(key, ""), f"{place}[{key!r}]", depth - 1, exists=exists)


@pytest.fixture(scope="module")
def models(botocore_wheel: Callable[[str], Path]) -> list[dict[str, Model]]:
    found = []
    for version in (OLD, NEW):
        raw = newest_models_in(botocore_wheel(version))
        found.append({service: json.loads(raw[service]) for service in SERVICES if service in raw})
    return found


def reached(file: Path, botocore_wheel: Callable[[str], Path], service: str) -> Iterator[tuple[Kind, bool, set[int]]]:
    """Yield for each breaking change that reaches the code: its kind, whether it is a removal, and the lines."""
    judge = CodeJudge(read_used_code([file], HistoryFacts(BUNDLED_FACTS)).elements)
    old, new = (open_source(str(botocore_wheel(version))).releases()[0] for version in (OLD, NEW))
    for checked in judge.compare(old, new, (service,)):
        for change in (each.ranked("boto3") for each in checked.changes):
            if change.severity_in("boto3") is Severity.BREAKING:
                lines = {line.line for line in change.code if line.is_sure}
                is_gone = change.delta.old is not None and (change.delta.new is None or change.related != ())
                yield change.delta.kind, is_gone, lines


@pytest.mark.parametrize("service", SERVICES)
def test_exactly_the_lines_that_use_removed_elements_break(
    service: str, models: list[dict[str, Model]], botocore_wheel: Callable[[str], Path], tmp_path: Path
) -> None:
    old, new = models[0][service], models[1].get(service)
    code = Code(service, old, new)
    file = tmp_path / "calls.py"
    file.write_text("\n".join(code.lines) + "\n")
    compile(file.read_text(), "calls.py", "exec")
    gone: set[int] = set()
    for kind, is_gone, lines in reached(file, botocore_wheel, service):
        if is_gone and kind in (Kind.MEMBER, Kind.OPERATION, Kind.INPUT, Kind.OUTPUT):
            gone |= lines
    assert len(code.broken) > 10
    named = {number: code.lines[number - 1].strip() for number in sorted(code.broken ^ gone)}
    assert not named, (len(code.broken), len(gone), named)
