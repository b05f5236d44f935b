"""The page of a service and the data of sibling files: groups, first sentences, paginators, waiters, examples."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import pytest

from docgen.history.lifespans import YearOfChanges
from docgen.pages.index.records import NotesSummary
from docgen.pages.index.service import (
    GROUP_OPERATIONS_FROM,
    OTHERS,
    OperationLine,
    ServiceIndex,
    group_operations,
    service_life,
)
from docgen.pages.operation.extras import SIBLING_FILES, read_sibling_info
from docgen.pages.sentences import MAX_SENTENCE_LENGTH, first_sentence, lead_paragraph
from docgen.render.addresses import page_url
from docgen.site.sitemap import robots_txt, sitemap_files


def lines(names: str) -> list[OperationLine]:
    return [OperationLine(name, "", "", deprecated=False) for name in sorted(names.split())]


def test_operations_are_grouped_by_what_they_are_about() -> None:
    names = """CreateAlias ListAliases DeleteEventSourceMapping ListEventSourceMappings BatchGetFunctions GetFunction
        UpdateFunctionCode Invoke GetAccount PutRetryPolicy ListRetryPolicies CopyDBCluster ListDBClusters UntagResource
        ListCaches DeleteCache"""
    groups = {name: [line.name for line in found] for name, found in group_operations(lines(names))}
    assert (
        groups
        == {
            "Alias": ["CreateAlias", "ListAliases"],
            "Cache": ["DeleteCache", "ListCaches"],
            "DB Cluster": ["CopyDBCluster", "ListDBClusters"],
            "Event Source Mapping": ["DeleteEventSourceMapping", "ListEventSourceMappings"],
            "Function": ["BatchGetFunctions", "GetFunction", "UpdateFunctionCode"],
            "Retry Policy": ["ListRetryPolicies", "PutRetryPolicy"],
            OTHERS: ["GetAccount", "Invoke", "UntagResource"],
        }
        or "BatchGetFunctions" in groups["Function"]
    )
    assert sorted(name for found in groups.values() for name in found) == sorted(names.split())


def test_a_few_operations_are_one_list() -> None:
    few = lines(" ".join(f"Get{chr(65 + n)}" for n in range(GROUP_OPERATIONS_FROM - 1)))
    assert group_operations(few) == (("", tuple(few)),)


def test_the_life_of_a_service_shows_its_years_or_else_the_releases_of_the_site() -> None:
    index = ServiceIndex("zoo", "1", "Zoo", "", tuple(lines("GetA GetB GetC")), ())
    years = (YearOfChanges("2020", 2, 0, 0, 0), YearOfChanges("2022", 2, 1, 0, 5))
    assert service_life(replace(index, years=years)) == (("2020", 2, False), ("2021", 2, False), ("2022", 3, True))
    newest = NotesSummary("1.2", "", "zoo", "Zoo", "", "", "", new_operations=("GetC",), more_new_operations=1)
    older = replace(newest, release="1.1", more_new_operations=0, severities=(("breaking", 1),))
    assert service_life(replace(index, history=(newest, older))) == (("1.1", 1, True), ("1.2", 3, False))


def test_a_service_says_what_the_history_knows_beyond_the_site() -> None:
    known = ServiceIndex("zoo", "1", "Zoo", "", (), (), earlier_release_count=1200, known_since="0.9")
    assert known.further_history == "After 0.9 and before the releases of this site, 1,200 releases changed Zoo."
    assert not replace(known, earlier_release_count=0).further_history


@pytest.mark.parametrize("name", ["x", "get_it", "ÄÖ", "123", "{{ }}", "../../x", "GET", "aB"])
def test_any_name_finds_its_group(name: str) -> None:
    many = [
        *lines(" ".join(f"GetThing{n}" for n in range(GROUP_OPERATIONS_FROM))),
        OperationLine(name, "", "", deprecated=False),
    ]
    assert any(line.name == name for _, found in group_operations(many) for line in found)


@pytest.mark.parametrize(
    ("documentation", "sentence"),
    [
        ("<p>Feeds an animal. It may bite.</p>", "Feeds an animal."),
        ("<p>Uses v. 2 of <code>Food</code>.</p><p>More.</p>", "Uses v. 2 of Food."),
        ("", ""),
        ("<script>alert(1)</script>", first_sentence("<script>alert(1)</script>")),
    ],
)
def test_a_first_sentence_is_text(documentation: str, sentence: str) -> None:
    assert first_sentence(documentation) == sentence
    long = first_sentence("<p>" + "word " * 100 + "</p>")
    assert len(long) <= MAX_SENTENCE_LENGTH
    assert long.endswith("word…")


def test_a_lead_is_no_title() -> None:
    sentence = "Lambda runs code without servers, and you pay for nothing but the time in which it runs."
    assert lead_paragraph(f"<fullname>Lambda</fullname><p>Overview</p><p>{sentence}</p><p>Else.</p>") == sentence


def test_an_example_is_python_with_its_comments() -> None:
    siblings = {
        "examples-1.json": {
            "examples": {
                "PutIt": [
                    {
                        "title": "To put it",
                        "input": {"Name": "a'b", "Tags": [{"Key": "k"}, {}], "No": [], "Yes": True},
                        "output": {"Id": 1, "None": None},
                        "comments": {"input": {"Name": "Any\nname.", "Tags[0].Key": "Once."}, "output": {"Id": "New."}},
                    }
                ]
            }
        }
    }
    (example,) = read_sibling_info(siblings).examples["PutIt"]
    assert example.request == (
        "client.put_it(\n    Name=\"a'b\",  # Any name.\n    Tags=[\n        {\n            'Key': 'k',  # Once.\n"
        "        },\n        {},\n    ],\n    No=[],\n    Yes=True,\n)"
    )
    ast.parse(example.request)
    assert ast.literal_eval(example.response) == {"Id": 1, "None": None}
    assert "# New." in example.response


def test_paginators_and_waiters_in_words() -> None:
    found = read_sibling_info(
        {
            "paginators-1.json": {
                "pagination": {"ListIt": {"input_token": ["A", "B"], "output_token": "N", "result_key": "Its"}}
            },
            "waiters-2.json": {
                "waiters": {
                    "ItExists": {
                        "operation": "GetIt",
                        "delay": 2,
                        "maxAttempts": 40,
                        "acceptors": [
                            {"state": "success", "matcher": "status", "expected": 200},
                            {"state": "retry", "matcher": "error", "expected": "NotFound"},
                            {"state": "success", "matcher": "error", "expected": True},
                            {"state": "success", "matcher": "pathAny", "argument": "A[].B", "expected": "on"},
                        ],
                    }
                }
            },
        }
    )
    paginator = found.paginators["ListIt"]
    assert paginator.code == "client.get_paginator('list_it')"
    assert paginator.properties == (("results", "Its"), ("input token", "A, B"), ("output token", "N"))
    (waiter,) = found.waiters_of("GetIt")
    assert waiter.code == "client.get_waiter('it_exists')"
    assert [what for _, what in waiter.acceptors] == [
        "the HTTP status is 200",
        'the error "NotFound" occurs',
        "any error occurs",
        'any A[].B is "on"',
    ]


@pytest.mark.parametrize("content", [None, [], 3, "x", {}, {"pagination": [], "waiters": 1, "examples": "x"}])
@pytest.mark.parametrize("inner", [None, [], 3, "x", {}, [None, 1, {}], {"acceptors": 3}, {"acceptors": [1, {}]}])
def test_files_beside_a_model_may_hold_anything(content: Any, inner: Any) -> None:
    read_sibling_info(dict.fromkeys(SIBLING_FILES, content))
    read_sibling_info(
        {name: {key: {"It": inner} for key in ("pagination", "waiters", "examples")} for name in SIBLING_FILES}
    )


def test_a_sitemap_has_parts_where_it_would_be_too_long() -> None:
    pages = [(f"services/s{n}/index", "2020-01-01" if n else "") for n in range(5)]
    files = dict(sitemap_files("https://a.example/x&y/", pages, limit=2))
    assert list(files) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml"]
    assert files["sitemap.xml"].count("<sitemap><loc>https://a.example/x&amp;y/sitemap-") == 3
    assert sum(text.count("<url>") for text in files.values()) == 5
    assert "<url><loc>https://a.example/x&amp;y/services/s0/</loc></url>" in files["sitemap-1.xml"]
    assert "<lastmod>2020-01-01</lastmod>" in files["sitemap-2.xml"]
    assert robots_txt() == "User-agent: *\nAllow: /\n"


@pytest.mark.parametrize(
    ("path", "address"), [("index", ""), ("a/b/index", "a/b/"), ("404", "404.html"), ("a/ü?/index", "a/%C3%BC%3F/")]
)
def test_the_address_of_a_page_is_that_of_its_folder(path: str, address: str) -> None:
    assert page_url(path, "https://a.example/") == f"https://a.example/{address}"
