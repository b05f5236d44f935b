"""Opinions: what a fact means, to whom, and what to do about it. A table of rules, and one interpreter.

    classify(diff(old, new, "appstream")) -> changes, worst first
    classify_release(old_names, new_names) -> what came and went as a whole

| module       | job                                                                            |
|--------------|--------------------------------------------------------------------------------|
| `table/`     | the rules: one TOML file for each group, one row for each rule                 |
| `rule`       | reads the table: `Rule`, `Severity`, profiles                                  |
| `fact`       | a delta with what stands around it: shapes, operation, direction               |
| `predicates` | the small questions that a row may ask in `when`                               |
| `patterns`   | whether a pattern is plainly looser than another                               |
| `renames`    | which of what went and came are one thing under two names                      |
| `messages`   | the arguments of the sentences                                                 |
| `classify`   | the interpreter: the first rule that catches a fact                            |
| `releases`   | services and API versions that come and go                                     |
| `text`       | the table for people: `docgen rules`                                           |

A new rule is one row in `table/` and one case in `tests/cases/rules.py`.
"""

from docgen.rules.classify import RULES, Change, as_felt, classify
from docgen.rules.releases import classify_release
from docgen.rules.rule import GROUPS, MARKS, PROFILES, RULESET, Rule, RuleError, Severity
from docgen.rules.text import as_data, example, rules_text
from docgen.usage import Direction

__all__ = [
    "GROUPS",
    "MARKS",
    "PROFILES",
    "RULES",
    "RULESET",
    "Change",
    "Direction",
    "Rule",
    "RuleError",
    "Severity",
    "as_data",
    "as_felt",
    "classify",
    "classify_release",
    "example",
    "rules_text",
]
