"""The verdict without a command line: what fails, what is ignored, what is listed, and at which location."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from time import process_time
from typing import Any

import pytest
from findings import RULE_BY_SEVERITY, change, locate, one_of_each, report
from jsonschema import Draft202012Validator
from rule_support import model, op, read

from docgen import schema
from docgen.check.json_lines import find_lines
from docgen.check.patterns import check_patterns, matches_pattern
from docgen.check.suppressions import Ignore, IgnoreMatcher, baseline_text, parse_baseline, parse_ignores
from docgen.check.verdict import Bump, CheckedService, CheckPolicy, CheckReport, FileLocation, evaluate
from docgen.diff.compare import find_deltas
from docgen.errors import UsageError
from docgen.rules.classify import RULES, classify
from docgen.rules.rule import Severity


def listed_ids(found: CheckReport) -> list[str]:
    return [finding.id for finding in found.findings]


def test_the_examples_have_the_severities_that_they_stand_for() -> None:
    for severity, rule in RULE_BY_SEVERITY.items():
        assert RULES[rule].severity is severity


@pytest.mark.parametrize("level", [*Severity, None])
def test_what_is_at_or_above_the_level_fails_and_is_listed(level: Severity | None) -> None:
    found = report(fail_on=level, min_severity=Severity.BREAKING)
    failing = [severity for severity in Severity if level is not None and severity >= level]
    assert found.failures == len(failing)
    assert found.verdict == ("failed" if failing else "passed")
    assert {finding.severity for finding in found.findings} == {*failing, Severity.BREAKING}
    assert len(found.findings) + len(found.unlisted) == 4
    assert found.severity_counts == dict.fromkeys(Severity, 1)


def test_findings_are_sorted_worst_first_then_by_service_then_as_they_came() -> None:
    many = CheckedService("ark", "1", [change(RULE_BY_SEVERITY[Severity.DANGEROUS], f"ark#{name}") for name in "zab"])
    found = report(one_of_each("zoo"), many, one_of_each("bay"), min_severity=Severity.DANGEROUS)
    dangerous = RULE_BY_SEVERITY[Severity.DANGEROUS]
    assert listed_ids(found) == [
        "bay#operation-removed",
        "zoo#operation-removed",
        "ark#z",
        "ark#a",
        "ark#b",
        f"bay#{dangerous}",
        f"zoo#{dangerous}",
    ]


def test_the_profile_decides_the_severity() -> None:
    pattern = CheckedService("zoo", "1", [change("request-enum-value-removed", "zoo#Colour$RED")])
    assert report(pattern, profile="api").failures == 1
    in_python = report(pattern, profile="boto3")
    assert in_python.failures == 0
    assert [finding.severity for finding in in_python.findings] == [Severity.DANGEROUS]


def test_suppressed_changes_count_only_if_the_profile_makes_them_severe() -> None:
    noise = CheckedService("zoo", "1", [change("shape-removed", "zoo#Inner")])
    assert sum(report(noise, min_severity=Severity.DOCS).severity_counts.values()) == 0
    assert report(noise, profile="typed").failures == 1


def test_only_and_except_take_rules_and_elements() -> None:
    assert listed_ids(report(only=("operation-*",), min_severity=Severity.DOCS)) == [
        "zoo#operation-removed",
        "zoo#operation-added",
    ]
    assert listed_ids(report(only=("zoo#*-removed",), min_severity=Severity.DOCS)) == ["zoo#operation-removed"]
    assert listed_ids(report(exclude=("zoo#*", "operation-added"), min_severity=Severity.DOCS)) == []
    assert listed_ids(report(only=("operation-*",), exclude=("operation-added",), min_severity=Severity.DOCS)) == [
        "zoo#operation-removed"
    ]


def test_a_pattern_that_can_match_no_rule_is_refused() -> None:
    check_patterns(["operation-*", "nothing#at*all", "operation-removed"], RULES, "--only")
    with pytest.raises(UsageError, match=r"--only: no rule 'operation-remove' \(did you mean operation-removed"):
        check_patterns(["operation-remove"], RULES, "--only")


# --- ignores ----------------------------------------------------------------------------------------------------------

REMOVED = Ignore("operation-removed", "zoo#*", "announced in March")


def test_an_ignore_excuses_what_it_covers_and_nothing_else() -> None:
    found = report(ignores=(REMOVED,))
    assert found.verdict == "passed"
    assert [(each.finding.id, each.ignore) for each in found.ignored] == [("zoo#operation-removed", REMOVED)]
    assert found.severity_counts[Severity.BREAKING] == 0
    assert found.unused_ignores == ()


def test_an_ignore_that_covers_nothing_is_reported() -> None:
    found = report(ignores=(replace(REMOVED, id="zoo#Gone()"),))
    assert found.failures == 1
    assert [ignore.id for ignore in found.unused_ignores] == ["zoo#Gone()"]


def test_an_ignore_for_a_service_that_was_not_compared_is_not_called_unused() -> None:
    assert report(ignores=(replace(REMOVED, id="ark#*"),)).unused_ignores == ()
    assert len(report(ignores=(replace(REMOVED, id="*o#Gone"),)).unused_ignores) == 1


def test_an_ignore_that_filters_keep_from_its_change_is_not_called_unused() -> None:
    assert report(ignores=(REMOVED,), exclude=("operation-removed",)).unused_ignores == ()


def test_an_ignore_holds_until_its_last_day_is_over() -> None:
    ending = replace(REMOVED, expires="2027-01-31")
    assert report(ignores=(ending,), today="2027-01-31").failures == 0
    late = report(ignores=(ending,), today="2027-02-01")
    assert late.failures == 1
    assert late.expired_ignores == (ending,)
    assert late.unused_ignores == ()


def test_an_id_that_is_pasted_as_it_is_always_matches_itself() -> None:
    id = "zoo#Colour$[not] a *class*?"
    strange = CheckedService("zoo", "1", [change("operation-removed", id)])
    assert report(strange, ignores=(Ignore("operation-removed", id, "x"),)).failures == 0
    assert report(strange, ignores=(Ignore("*", "*", "x"),)).failures == 0
    assert report(strange, ignores=(Ignore("*", "zoo#[a-c]*", "x"),)).failures == 1


def test_a_pattern_that_is_far_too_long_is_refused_at_once() -> None:
    started = process_time()
    with pytest.raises(UsageError, match="--only: no rule"):
        check_patterns(["[a*" * 5_000], RULES, "--only")
    assert process_time() - started < 0.3


def test_ignores_are_read_from_toml() -> None:
    text = """
    [[ignore]]
    rule = "response-member-removed"
    id = "appstream#Fleet$*"
    reason = "Never filled."
    expires = 2027-01-31

    [[ignore]]
    rule = "*"
    id = "zoo#*"
    reason = "A test service."
    """
    assert parse_ignores(text, "i.toml", RULES) == (
        Ignore("response-member-removed", "appstream#Fleet$*", "Never filled.", "2027-01-31"),
        Ignore("*", "zoo#*", "A test service."),
    )
    assert parse_ignores("", "i.toml", RULES) == ()


ENTRY = '[[ignore]]\nrule = "operation-removed"\nid = "zoo#*"\nreason = "x"\n'
BAD_IGNORES = {
    "not TOML": ("= 3", "i.toml:1:1: not TOML: "),
    "another table": ("[ignores]\na = 1", "i.toml: unexpected 'ignores'"),
    "one table, not a list": ("[ignore]\nrule = 'x'", "i.toml: unexpected 'ignore'"),
    "a list of something else": ("ignore = [1]", "i.toml: entry 1: not a table"),
    "an unknown rule": (ENTRY.replace("removed", "remover"), "entry 1: no rule 'operation-remover' (did you mean"),
    "an unknown key": (ENTRY + "expire = 2027-01-01", "entry 1: unknown key 'expire'"),
    "no reason": (ENTRY.replace('"x"', '"  "'), "entry 1: no 'reason' (give the reason)"),
    "no rule": (ENTRY.replace("rule =", "#"), "entry 1: no 'rule' (write \"*\" for any)"),
    "no id": (ENTRY + ENTRY.replace("id =", "#"), "entry 2: no 'id'"),
    "a day in quotes": (ENTRY + 'expires = "2027-01-31"', "entry 1: 'expires' is not a day"),
    "a moment": (ENTRY + "expires = 2027-01-31T00:00:00", "entry 1: 'expires' is not a day"),
    "a number": (ENTRY + "expires = 2027", "entry 1: 'expires' is not a day"),
}


@pytest.mark.parametrize("case", BAD_IGNORES)
def test_an_ignore_that_could_silently_mean_nothing_is_refused(case: str) -> None:
    text, expected = BAD_IGNORES[case]
    with pytest.raises(UsageError) as error:
        parse_ignores(text, "i.toml", RULES)
    assert expected in str(error.value)


# --- baseline ---------------------------------------------------------------------------------------------------------


def test_a_baseline_of_what_is_accepted_lets_it_pass_and_nothing_else() -> None:
    first = report(min_severity=Severity.DOCS)
    text = baseline_text(first.baseline_changes())
    again = report(baseline=parse_baseline(text, "b.json"))
    assert (
        again.verdict,
        len(again.in_baseline),
        again.stale_baseline_entries,
        sum(again.severity_counts.values()),
    ) == (
        "passed",
        4,
        0,
        0,
    )
    more = CheckedService("zoo", "1", [*one_of_each().changes, change("operation-removed", "zoo#Other()")])
    assert listed_ids(report(more, baseline=parse_baseline(text, "b.json"))) == ["zoo#Other()"]


def test_a_baseline_looks_at_the_fingerprint_and_never_at_words() -> None:
    text = baseline_text([change("operation-removed", "zoo#A()", "one sentence", "ab" * 32)])
    same = CheckedService("zoo", "1", [change("operation-removed", "zoo#A()", "another sentence", "ab" * 32)])
    assert report(same, baseline=parse_baseline(text, "b.json")).failures == 0
    other = CheckedService("zoo", "1", [change("operation-removed", "zoo#A()", "one sentence", "cd" * 32)])
    found = report(other, baseline=parse_baseline(text, "b.json"))
    assert (found.failures, found.stale_baseline_entries) == (1, 1)


def test_a_baseline_is_sorted_and_obeys_its_schema_and_knows_each_change_once() -> None:
    changes = [change("operation-removed", f"zoo#{name}()") for name in "bca"]
    text = baseline_text([*changes, *changes])
    assert text == baseline_text(reversed(changes))
    content = json.loads(text)
    Draft202012Validator(schema.load_schema("baseline")).validate(content)
    assert [entry["id"] for entry in content["changes"]] == ["zoo#a()", "zoo#b()", "zoo#c()"]
    assert parse_baseline(baseline_text([]), "b.json") == frozenset()


BAD_BASELINES = {
    "not JSON": ("{", "b.json: not JSON"),
    "nesting without an end": ("[" * 100_000, "b.json: not JSON"),
    "something else": ("[]", "b.json: not a baseline of docgen"),
    "a later layout": ('{"baseline": 2, "changes": []}', "b.json: not a baseline of docgen"),
    "no list": ('{"baseline": 1, "changes": {}}', "b.json: no list of 'changes'"),
    "no fingerprint": ('{"baseline": 1, "changes": [{"rule": "x"}]}', "b.json: change 1: no 'fingerprint'"),
}


@pytest.mark.parametrize("case", BAD_BASELINES)
def test_a_damaged_baseline_is_refused(case: str) -> None:
    text, expected = BAD_BASELINES[case]
    with pytest.raises(UsageError) as error:
        parse_baseline(text, "b.json")
    assert expected in str(error.value)


# --- bump -------------------------------------------------------------------------------------------------------------


def test_the_bump_follows_the_worst_change() -> None:
    def bump(*severities: Severity) -> Bump | None:
        return report(
            CheckedService("zoo", "1", [change(RULE_BY_SEVERITY[each], "zoo#A") for each in severities]),
            suggest_bump=True,
        ).bump

    assert bump() is Bump.PATCH
    assert bump(Severity.DOCS) is Bump.PATCH
    assert bump(Severity.DOCS, Severity.SAFE) is Bump.MINOR
    assert bump(Severity.DANGEROUS) is Bump.MINOR
    assert bump(Severity.DOCS, Severity.BREAKING) is Bump.MAJOR
    assert report().bump is None


def test_accepted_changes_still_count_for_the_suggested_bump() -> None:
    assert report(ignores=(Ignore("*", "*", "agreed"),), suggest_bump=True).bump is Bump.MAJOR
    assert len(report().baseline_changes()) == 2  # what is listed
    known = parse_baseline(baseline_text(report().baseline_changes()), "b.json")
    assert report(baseline=known, suggest_bump=True).bump is Bump.MAJOR
    assert report(exclude=("operation-removed",), suggest_bump=True).bump is Bump.MINOR


# --- locations --------------------------------------------------------------------------------------------------------

TEXT = """{
  "a": {"b/c": 1,
    "d": [
      {"e": "x: {\\"[\\\\"},
      2, [
        3]
    ]},
  "~": null
}
"""


def test_lines_of_pointers() -> None:
    expected = {
        "/a": 2,
        "/a/b~1c": 2,
        "/a/d": 3,
        "/a/d/0": 4,
        "/a/d/0/e": 4,
        "/a/d/1": 5,
        "/a/d/2": 5,
        "/a/d/2/0": 6,
        "/~0": 8,
    }
    assert find_lines(TEXT, expected) == expected


def test_a_pointer_that_leads_nowhere_is_at_its_nearest_ancestor() -> None:
    assert find_lines(TEXT, ["/a/d/7/x", "/a/gone", "/gone", ""]) == {"/a/d/7/x": 3, "/a/gone": 2, "/gone": 1, "": 1}


def test_every_element_of_a_real_model_has_its_line() -> None:
    raw = model(Ping=op({"A!": "String"}, {"B": "Integer"}), Pong=op({"C": "Blob"}))
    lines = json.dumps(raw, indent=1).splitlines()

    def pointers(value: Any, at: str) -> dict[str, Any]:
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        found = {at: value}
        for key, each in items:
            found |= pointers(each, f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}")
        return found

    every = pointers(raw, "")
    del every[""]
    for pointer, line in find_lines("\n".join(lines), every).items():
        name = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        assert name.isdecimal() or lines[line - 1].lstrip().startswith(json.dumps(name)), pointer


def test_a_located_report_is_the_same_but_for_the_places() -> None:
    found = report()
    placed = locate(found, lambda finding: FileLocation("service-2.json", len(finding.id)))
    assert listed_ids(placed) == listed_ids(found)
    assert placed.findings[0].location == FileLocation("service-2.json", len("zoo#operation-removed"))


# --- the example of the ignore file is one ----------------------------------------------------------------------------


def test_the_docstring_of_ignores_shows_a_file_that_can_be_read() -> None:
    from docgen.check import suppressions

    assert suppressions.__doc__ is not None
    example = "\n".join(line[4:] for line in suppressions.__doc__.splitlines() if line.startswith("    "))
    assert len(parse_ignores(example, "i.toml", RULES)) == len(tomllib.loads(example)["ignore"]) == 1


def test_real_changes_pass_through() -> None:
    old = read(model(Ping=op({"A": "String"}, {"B": "String"})))
    new = read(model(Ping=op({"A!": "String"}, {"B": "String", "C": "String"})))
    found = evaluate(
        [CheckedService("zoo", "1", classify(find_deltas(old, new, "zoo")))], CheckPolicy(suggest_bump=True)
    )
    assert listed_ids(found) == ["zoo#PingRequest$A"]
    assert (found.failures, found.bump) == (1, Bump.MAJOR)


def test_ignores_are_found_as_if_each_were_compared_with_each_change() -> None:
    rules, ids = (
        ("*", "operation-*", "operation-added"),
        ("zoo#A", "zoo#*", "zoo#A[b]", "*A*", "z?o#B", "zoo#B", "*" * 1_001),
    )
    ignores = tuple(Ignore(rule, id, "x") for rule in rules for id in ids)
    matcher = IgnoreMatcher(ignores)
    for rule in ("operation-added", "operation-removed", "member-added"):
        for id in ("zoo#A", "zoo#A[b]", "zoo#Ab", "zoo#B", "ark#A", "*" * 1_001):
            expected = [
                number
                for number, ignore in enumerate(ignores)
                if matches_pattern(rule, ignore.rule) and matches_pattern(id, ignore.id)
            ]
            assert sorted(matcher.numbers(rule, id)) == expected
            assert matcher.first(rule, id) == (ignores[expected[0]] if expected else None)


def test_each_change_is_compared_with_at_most_a_thousand_wildcards() -> None:
    entry = '[[ignore]]\nrule = "*"\nid = "zoo#A{}{}"\nreason = "x"\n'
    assert len(parse_ignores("".join(entry.format(n, "") for n in range(1_001)), "i.toml", RULES)) == 1_001
    with pytest.raises(UsageError, match="more than 1,000 entries with wildcards"):
        parse_ignores("".join(entry.format(n, "*") for n in range(1_001)), "i.toml", RULES)
