"""Two models that are almost alike: facts, changes, notes, the reference and reports, in every format."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from cases.rules import CASES
from rule_support import Case

from docgen.check.reports import render_report as report
from docgen.check.verdict import CheckedService, CheckPolicy, evaluate
from docgen.diff.compare import find_deltas
from docgen.model.parse import parse
from docgen.model.validation import model_problems
from docgen.pages.notes.service_notes import NotesContext, service_notes
from docgen.pages.operation.reference import operation_reference
from docgen.pages.registry import page_of
from docgen.pages.search.entries import search_entries
from docgen.render.formats import FORMATS
from docgen.render.templates import render_page
from docgen.rules.classify import classify
from docgen.rules.profiles import PROFILES
from docgen.rules.rule import Severity
from fuzz import forms, value_or_line
from fuzz.edits import Choices, edited

_MICRO = Path(__file__).parent.parent / "data" / "micro" / "service-2.json"
OF_REPORTS = {
    "text": forms.read_text,
    "markdown": forms.read_markdown,
    "json": forms.read_json,
    "sarif": forms.read_json,
    "github": forms.read_text,
    "junit": forms.read_xml,
}


@cache
def _cases() -> list[Case]:
    micro: dict[str, Any] = json.loads(_MICRO.read_bytes())
    used = ("metadata", "operations", "shapes")
    small = {key: dict(list(micro[key].items())[:400]) for key in used}
    small["operations"] = dict(list(micro["operations"].items())[:6])
    return [*(case for case in CASES.values() if isinstance(case, Case)), Case((), small, small)]


def seeds() -> list[bytes]:
    """Return bytes that choose the pair and its edits."""
    number = len(_cases())
    return [bytes([number * 7 * step % 256, step, *range(step * 5, step * 5 + 40)]) for step in range(30)]


def target(data: bytes) -> None:
    """Let the bytes choose a pair of models, edits of both, and the output."""
    choices = Choices(data)
    case = _cases()[choices.number(len(_cases()))]
    kind = choices.number(8)
    new = edited(case.new, choices)
    old = edited(new, choices, 6) if choices.number(2) else edited(case.old, choices)
    with value_or_line():
        _compare(old, new, kind)
    for problem in model_problems(new, "new.json"):
        assert str(problem).isprintable()


def _compare(old: Any, new: Any, kind: int) -> None:
    before, after = (parse(json.dumps(each).encode()) for each in (old, new))
    delta = find_deltas(before, after, "zoo")
    changes = classify(delta)
    for change in changes:
        assert change.message.strip()
        change.fingerprint.encode("ascii")
    if kind < len(FORMATS):
        name = list(FORMATS)[kind]
        notes = service_notes(delta, NotesContext("2.0", "1.0", summary="Says {{ x }} <b>."))
        forms.READERS[name](render_page(page_of(notes, "notes"), name, standalone=True))
        for operation in list(after.operations.values())[:3]:
            page = page_of(operation_reference(after, operation, "zoo"), "x")
            forms.READERS[name](render_page(page, name, standalone=True))
    elif kind == len(FORMATS):
        forms.read_json(json.dumps(search_entries(after, "zoo"), ensure_ascii=False))
    else:
        options = CheckPolicy(
            profile=sorted(PROFILES)[kind % len(PROFILES)], min_severity=Severity.DOCS, suggest_bump=True
        )
        found = evaluate([CheckedService("zoo", "2020-01-01", changes)], options, "1", "2")
        for name, read in OF_REPORTS.items():
            read(report(found, name))
