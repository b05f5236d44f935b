"""A parser for each format of the report."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NamedTuple
from xml.etree import ElementTree as ET

from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from docgen import schema
from docgen.printable import visible_line


class ReportContent(NamedTuple):
    """What a format reports: severity or level, rule and element of every finding, and the verdict if it has one."""

    findings: list[tuple[str, str, str]]
    verdict: str | None


def _text(text: str) -> ReportContent:
    found = re.findall(r"^(breaking|dangerous|safe|docs)  ([a-z0-9-]+)  (.*)$", text, re.MULTILINE)
    return ReportContent(found, text.splitlines()[-1].partition(":")[0].lower())


def _markdown(text: str) -> ReportContent:
    """Read as GitHub does: CommonMark with tables. Severity and rule are words; the element is code or text."""
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    rows = ET.fromstring(f"<div>{html}</div>").findall(".//tbody/tr")  # noqa: S314 - ours
    found = []
    for row in rows:
        severity, _, element, rule = ("".join(cell.itertext()) for cell in row)
        found.append((severity, rule, element))
    return ReportContent(found, text.removeprefix("**").partition(":")[0].lower())


def _json(text: str) -> ReportContent:
    content = json.loads(text)
    Draft202012Validator(schema.load_schema("check")).validate(content)
    assert content["failures"] == sum(finding["fails"] for finding in content["findings"])
    return ReportContent(
        [(each["severity"], each["rule"], visible_line(each["id"])) for each in content["findings"]],
        content["verdict"],
    )


def _sarif(text: str) -> ReportContent:
    (run,) = json.loads(text)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    found = []
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        ((name,),) = [[each["fullyQualifiedName"] for each in at["logicalLocations"]] for at in result["locations"]]
        found.append((result["properties"]["severity"], result["ruleId"], visible_line(name)))
    return ReportContent(found, run["properties"]["verdict"])


def _github(text: str) -> ReportContent:
    found = []
    for line in text.splitlines():
        # As the runner reads it: a line that starts with :: is a command, and its properties end at the next ::
        if match := re.fullmatch(r"::(error|warning|notice) (.*?)::(.*)", line):
            properties = dict(each.split("=", 1) for each in match[2].split(","))
            title = _unescaped(properties["title"])
            found.append((match[1], *title.split(" ", 1)))
        else:
            assert not line.lstrip().startswith("::")
    return ReportContent([(a, b, c) for a, b, c in found], text.splitlines()[-1].partition(":")[0].lower())


def _unescaped(text: str) -> str:
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def _junit(text: str) -> ReportContent:
    root = ET.fromstring(text)  # noqa: S314 - ours
    found = []
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.attrib["tests"]) == len(cases)
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        for case in cases:
            (inner,) = case
            severity = (inner.text or "").partition(":")[0]
            assert inner.get("type", severity) == severity
            found.append((severity, case.attrib["classname"], case.attrib["name"]))
    assert int(root.attrib["tests"]) == len(found)
    return ReportContent(found, "failed" if int(root.attrib["failures"]) else "passed")


READERS: dict[str, Callable[[str], ReportContent]] = {
    "text": _text,
    "markdown": _markdown,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
    "junit": _junit,
}
