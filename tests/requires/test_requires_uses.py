"""Uses found in pieces of code: every use in every line, its release, and whether it sets the lowest release."""

from __future__ import annotations

import pytest
from requires_examples import Example, examples, lowest_text, requirement_of, use_text

from docgen.requires.facts import Facts

EXAMPLES = list(examples())


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{example.file}: {example.title}" for example in EXAMPLES])
def test_an_example_uses_what_its_comments_say(example: Example, facts: Facts) -> None:
    requirement = requirement_of(example.code, facts)
    found = sorted((use.line, use_text(use, facts)) for use in requirement.uses)
    assert found == list(example.expected)
    assert lowest_text(requirement) == example.floor


def test_there_are_many_examples_and_each_has_its_own_title() -> None:
    titles = [(example.file, example.title) for example in EXAMPLES]
    assert len(titles) == len(set(titles)) >= 150


def test_columns_are_those_of_the_names_in_characters(facts: Facts) -> None:
    code = 'import boto3\nc = boto3.client("fleets")\nprint("ü"), c.create_fleet(State="PAUSED")\n'
    places = {(use.kind, use.column) for use in requirement_of(code, facts).uses if use.line == 3}
    assert places == {("operation", 15), ("parameter", 28), ("value", 34)}


def test_a_chain_over_lines_has_the_line_of_each_name(facts: Facts) -> None:
    code = 'import boto3\n(\n    boto3.client("fleets")\n    .describe_fleets()\n    ["Fleets"]\n)\n'
    assert [(use.kind, use.line) for use in requirement_of(code, facts).uses] == [
        ("service", 3),
        ("operation", 4),
        ("response", 5),
    ]


def test_a_renamed_parameter_shows_both_names(facts: Facts) -> None:
    code = 'import boto3\nboto3.client("ec2").describe_flow_logs(Filters=[])\n'
    assert requirement_of(code, facts).unknown[0].service == "ec2"  # the small history lacks this service


def test_what_fits_several_services_is_named_and_counts_for_none(facts: Facts) -> None:
    requirement = requirement_of('def tag(client):\n    client.tag_resource(Arn="a")\n', facts)
    assert requirement.uses == ()
    assert [(each.line, each.method, each.services) for each in requirement.unresolved] == [
        (2, "tag_resource", ("depots", "fleets"))
    ]


def test_code_that_refers_to_itself_endlessly_is_read(facts: Facts) -> None:
    code = """
import boto3
def a(x): return b(x)
def b(x): return a(x)
d = {}
d["d"] = d
c = a(c)
class A(A): pass
class B:
    x = property(lambda self: self.x)
B().x.stop_fleet(Name="a")
boto3.client("fleets").create_fleet(**d)
"""
    assert lowest_text(requirement_of(code, facts)) == "1.0.0"


def test_the_floor_is_the_first_release_where_everything_is_old(facts: Facts) -> None:
    floor = requirement_of('import boto3\nboto3.client("fleets")\n', facts).floor
    assert floor is not None
    assert floor.name == "1.0.0"
