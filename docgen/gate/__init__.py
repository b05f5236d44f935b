"""The gate: which changes stop a pull request, and which were excused. Pure: dates, texts and files come from outside.

    judge(changes, Options(fail_on=Severity.BREAKING, ignores=parse_ignores(text, "ignores.toml"))) -> Report

| module      | job                                                                          |
|-------------|------------------------------------------------------------------------------|
| `report`    | `Options` in, `Report` out: profile, filters, excuses, counts, verdict, bump |
| `patterns`  | what a rule pattern and an id pattern match                                  |
| `ignores`   | the file of excuses: TOML, each with a reason, perhaps with an end           |
| `baseline`  | the file of what is known already: JSON, fingerprints only                   |
"""

from docgen.gate.baseline import baseline_text, parse_baseline
from docgen.gate.ignores import Ignore, parse_ignores
from docgen.gate.patterns import check_patterns
from docgen.gate.report import Bump, Examined, Excused, Finding, Options, Place, Report, judge

__all__ = [
    "Bump",
    "Examined",
    "Excused",
    "Finding",
    "Ignore",
    "Options",
    "Place",
    "Report",
    "baseline_text",
    "check_patterns",
    "judge",
    "parse_baseline",
    "parse_ignores",
]
