"""For code scanning: SARIF 2.1.0 (OASIS standard)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from docgen import __version__
from docgen.printable import json_text
from docgen.requires.report import wording
from docgen.requires.report.problems import RULES, Problem, problems
from docgen.requires.result import Result

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def log(result: Result) -> str:
    """Return the result as a SARIF log of one run."""
    found = list(problems(result))
    rules = list(dict.fromkeys(problem.rule for problem in found))
    driver = {"name": "docgen", "version": __version__, "rules": [_sarif_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(problem, rules.index(problem.rule)) for problem in found],
        "properties": {"headline": wording.headline(result)},
    }
    sarif = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json_text(json.dumps(sarif, ensure_ascii=False, indent=2)) + "\n"


def _sarif_rule(rule: str) -> dict[str, Any]:
    return {"id": rule, "shortDescription": {"text": rule.replace("-", " ")}, "fullDescription": {"text": RULES[rule]}}


def _sarif_result(problem: Problem, index: int) -> dict[str, Any]:
    path = quote(problem.file, safe="/")
    uri = f"file://{path}" if path.startswith("/") else path
    region = {"startLine": problem.line, "startColumn": problem.column}
    return {
        "ruleId": problem.rule,
        "ruleIndex": index,
        "level": "error" if problem.fails else "note",
        "message": {"text": problem.message.replace("[", "\\[")},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}],
    }
