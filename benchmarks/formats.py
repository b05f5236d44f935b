"""Compare services that are published in both formats, such as botocore's and AWS's Smithy models of the same day.

    pip download botocore==1.37.23 --no-deps
    python benchmarks/formats.py botocore-1.37.23-py3-none-any.whl git:api-models-aws@56c8953e

Prints how many operations have the same request and response syntax, the first lines of those that differ, and what
`docgen check` finds between both formats. Models that cannot be read are listed and skipped. botocore's sdk-extras are
not merged, because Smithy models lack them.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from difflib import unified_diff

from docgen.compare.model_reader import ModelReader
from docgen.errors import DocgenError
from docgen.locate import find_release
from docgen.model.parse import parse
from docgen.model.service import Operation, Service
from docgen.model.syntax import operation_syntax
from docgen.rules.classify import classify
from docgen.sources.release import ModelFile, Release
from docgen.sources.sdk_extras import MergedFile

SHOWN = 4
"""The number of printed lines of a difference."""


@dataclass(slots=True)
class Result:
    """Counts, operations that differ, and models that cannot be read."""

    services: int = 0
    quiet: int = 0
    syntax: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def main(old: str, new: str) -> None:
    """Compare two sources and print the result."""
    result = Result()
    for before, after in _shared(find_release(old), find_release(new)):
        try:
            _compare(before, after, result)
        except DocgenError as error:
            result.unread.append(str(error))
    print(*result.differences, sep="\n")
    print(*(f"not read: {line}" for line in result.unread), sep="\n")
    print(f"{result.services} services, {result.quiet} without any change")
    print("syntax:", dict(result.syntax.most_common()))
    print("changes:", dict(sorted(result.severities.items())))


def _shared(old: Release, new: Release) -> Iterator[tuple[ModelFile, ModelFile]]:
    for after in new.files:
        before = old.find_model(after.service, after.api_version)
        if before is not None:
            yield _as_published(before), after


def _as_published(model: ModelFile) -> ModelFile:
    return replace(model, file=model.file.base) if isinstance(model.file, MergedFile) else model


def _compare(before: ModelFile, after: ModelFile, result: Result) -> None:
    old, new = (parse(file.read(), file.location) for file in (before, after))
    result.services += 1
    for name, operation in old.operations.items():
        if name in new.operations:
            _compare_syntax(after.service, (old, operation), (new, new.operations[name]), result)
        else:
            result.syntax["missing"] += 1
            result.differences.append(f"{after.service} {name}: missing")
    delta = ModelReader(strict=True).compare(before, after)
    changes = () if delta is None else [each for each in classify(delta) if not each.rule.suppressed]
    result.severities.update(each.rule.severity.name.lower() for each in changes)
    result.quiet += not changes


def _compare_syntax(
    service: str, old: tuple[Service, Operation], new: tuple[Service, Operation], result: Result
) -> None:
    before, after = _lines(*old), _lines(*new)
    if before == after:
        result.syntax["equal"] += 1
    elif _unordered(before) == _unordered(after):
        result.syntax["another order"] += 1
    else:
        result.syntax["different"] += 1
        changed = unified_diff(before, after, lineterm="", n=0)
        lines = [line for line in changed if not line.startswith(("---", "+++", "@@"))]
        result.differences.append(f"{service} {old[1].name}: {' '.join(lines[:SHOWN])}")


def _lines(service: Service, operation: Operation) -> list[str]:
    syntax = operation_syntax(service, operation)
    return [*syntax.request_syntax.split("\n"), *(syntax.response_syntax or "no response").split("\n")]


def _unordered(lines: list[str]) -> list[str]:
    return sorted(line.rstrip(",") for line in lines)


if __name__ == "__main__":
    main(*sys.argv[1:3])
