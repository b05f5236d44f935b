"""The bytes of a model: both readers agree, and any input leaves them working."""

from __future__ import annotations

import json
from pathlib import Path

from cases.rules import CASES
from rule_support import Case

from docgen.errors import ModelError
from docgen.model.incremental import Revision, read_revision
from docgen.model.parse import parse
from docgen.model.service import Service
from fuzz import value_or_line

_MICRO = Path(__file__).parent.parent / "data" / "micro" / "service-2.json"
_CASE = next(case.new for case in CASES.values() if isinstance(case, Case) and len(case.new["shapes"]) > 3)
_FIRST = (json.dumps({"metadata": {}, "operations": {}, "shapes": {"S": {"type": "string"}}}, indent=2)).encode()


def seeds() -> list[bytes]:
    """Return small models in every layout that occurs, and fragments that are hard to read."""
    cases = [case.new for case in CASES.values() if isinstance(case, Case)][::9]
    return [
        *(json.dumps(case).encode() for case in cases),
        *(json.dumps(case, indent=2).encode() for case in cases),
        _MICRO.read_bytes()[:4000],
        _FIRST,
        json.dumps(_CASE, indent=2).encode(),
        b'{"metadata":{"a":1e400,"b":"\\ud800","c":123456789012345678901234567890},"operations":{},"shapes":{}}',
        b'{\n  "metadata": {},\n  "operations": {\n    "A": {}\n  },\n  "shapes": {\n    "S": {"type": "x"}\n  }\n}',
    ]


def target(data: bytes) -> None:
    """Read as `parse` does, and as one of several successive revisions."""
    service = problem = None
    with value_or_line():
        try:
            service = parse(data)
        except ModelError as error:
            problem = error
            raise
    before = [read_revision(first, "first") for first in (_FIRST, json.dumps(_CASE, indent=2).encode())]
    for earlier in (None, *before):
        _check_agreement(data, earlier, service, problem)


def _check_agreement(data: bytes, before: Revision | None, service: Service | None, problem: ModelError | None) -> None:
    revision = None
    with value_or_line():
        try:
            revision = read_revision(data, "service model", before)
        except ModelError:
            assert service is None, "only read_next refuses it"
            raise
    if revision is None:
        return
    if service is None:
        assert "duplicate key" in str(problem), f"only parse refuses it: {problem}"
        return
    assert revision.service == service
    again = read_revision(data, "again", revision)
    assert again.service == service
    assert all(again.content[key] is content for key, content in revision.content.items())
