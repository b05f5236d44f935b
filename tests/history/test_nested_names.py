"""`docgen since` with a name in place of a path, answered from the facts in the package."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from history_support import put, small_model, structure

from docgen.cli import main
from docgen.errors import UsageError
from docgen.history import nested_names
from docgen.history.facts.archive import BUNDLED_FACTS
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.since import since
from docgen.history.since_output import answer_data, answers_text
from docgen.locate import open_source
from docgen.schema import load_schema

NAME = "ReturnValuesOnConditionCheckFailure"


@pytest.fixture(scope="module")
def facts() -> History:
    return History(BUNDLED_FACTS)


def lives(facts: History, service: str, *words: str) -> dict[str, tuple[str, int]]:
    """Return the element of each answer with its first release, and the number of other places."""
    return {
        " ".join(answer.qualified_name[1:]): (facts.release(answer.since).name, len(answer.same_at or ()))
        for answer in since(facts, service, words)
    }


def test_a_name_that_several_operations_have_is_answered_once_for_each_life(facts: History) -> None:
    assert lives(facts, "dynamodb", NAME) == {
        f"DeleteItem request {NAME}": ("1.29.164", 5),
        f"TransactWriteItems request TransactItems[].ConditionCheck.{NAME}": ("1.12.54", 3),
    }


@pytest.mark.parametrize("name", [NAME, NAME.lower(), "return-values-on-condition-check-failure", "*ConditionCheckF*"])
def test_a_name_in_an_operation_may_be_spelt_in_any_way(facts: History, name: str) -> None:
    assert lives(facts, "dynamodb", "TransactWriteItems", name) == {
        f"TransactWriteItems request TransactItems[].ConditionCheck.{NAME}": ("1.12.54", 3)
    }


def test_a_name_may_follow_another_or_have_a_value(facts: History) -> None:
    path = f"TransactWriteItems request TransactItems[].Put.{NAME}"
    assert lives(facts, "dynamodb", f"Put.{NAME}") == {path: ("1.12.54", 0)}
    assert lives(facts, "dynamodb", f"Put.{NAME}", "ALL_OLD") == {f"{path} ALL_OLD": ("1.12.54", 0)}
    assert lives(facts, "lambda", "CreateFunction", "python3.12") == {
        "CreateFunction request Runtime python3.12": ("1.32.0", 1)
    }


def test_values_are_found_by_wildcards(facts: History) -> None:
    found = lives(facts, "lambda", "python3*")
    assert list(found)[:5] == [f"Runtime$python3.{minor}" for minor in (6, 7, 8, 9, 10)]
    assert found["Runtime$python3.12"] == ("1.32.0", 0)
    assert all(" " not in name for name in lives(facts, "s3", "Get*"))  # operations come first


def test_a_name_is_a_member_before_it_is_a_value(facts: History) -> None:
    answers = since(facts, "ec2", ["InstanceType"])
    assert {answer.kind for answer in answers} == {"member"}
    assert answers[0].direction == "request"


@pytest.mark.parametrize(
    ("service", "words"),
    [("dynamodb", NAME), ("dynamodb", "Expected"), ("wafv2", "Statement"), ("emr", "Configurations"), ("s3", "ETag")],
)
def test_every_place_has_the_life_that_its_path_has(facts: History, service: str, words: str) -> None:
    for answer in since(facts, service, [words]):
        for name in (answer.qualified_name, *(answer.same_at or ())):
            (alone,) = since(facts, name[0], name[1:])
            assert (alone.spans, alone.qualified_name, alone.same_at) == (answer.spans, name, None)


def test_a_place_that_is_reached_through_its_own_shape_is_listed_once(facts: History) -> None:
    paths = [name for answer in since(facts, "emr", ["RunJobFlow", "Configurations"]) for name in answer.same_at or ()]
    assert len(paths) == len(set(paths))
    assert not any(name[-1].count("Configurations") > 2 for name in paths)


def test_the_text_counts_what_it_does_not_list(facts: History) -> None:
    few = answers_text(facts, since(facts, "dynamodb", [NAME]))
    assert "  the same for 5 other places:\n    ExecuteStatement request Return" in few
    assert "more" not in few
    many = since(facts, "ec2", ["InstanceType"])
    lines = answers_text(facts, many).splitlines()
    assert len(lines) < 100
    assert lines[-1].startswith("and ")
    assert lines[-1].endswith(f"with {len(many) - 10} other lives (give the path)")
    assert any(line.startswith("    and ") and line.endswith(" more") for line in lines)


def test_the_data_obeys_the_schema(facts: History) -> None:
    answers = [answer_data(facts, answer) for answer in since(facts, "ec2", ["DryRun"])]
    jsonschema.Draft202012Validator(load_schema("since-answers")).validate({"answers": answers})
    assert len(answers[0]["same_at"]) == 50
    assert answers[0]["same_at_left_out"] > 0


def test_too_many_places_are_refused(facts: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nested_names, "MAX_PLACES", 100)
    with pytest.raises(UsageError, match="'InstanceType' is in too many places \\(give the operation, or the path\\)"):
        since(facts, "ec2", ["InstanceType"])


def test_an_operation_without_a_service_names_the_services_that_have_it(facts: History) -> None:
    with pytest.raises(UsageError, match=r"it is an operation of bedrock-runtime: name both, bedrock-runtime Converse"):
        since(facts, "Converse")
    with pytest.raises(UsageError, match=r"it is an operation of \S+, \S+, \S+, \S+, \S+ and \d{3} more: name both"):
        since(facts, "tag_resource")


def test_the_command_asks_a_history_in_the_same_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = small_model(Request=structure(Outer="Outer"), Outer=structure(Inner="String"))
    put(tmp_path / "models", "1.0.0", model, "brain")
    update_history(open_source(str(tmp_path / "models")), tmp_path / "h.db")
    assert main(["since", "brain", "inner", "--history", str(tmp_path / "h.db"), "--format", "json"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)["answers"]
    assert (answer["operation"], answer["path"], answer["same_at"]) == ("Call", "Outer.Inner", [])
