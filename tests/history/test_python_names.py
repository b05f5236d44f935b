"""Both names of what botocore renames: `since` accepts and shows them, and `requires` reports the one in the model."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import AliasConflictParameterError, ParamValidationError
from botocore.session import Session

from docgen.cli import main
from docgen.history.explain.explain import explain_report
from docgen.history.explain.messages import parse_report
from docgen.history.explain.report import explanations_text
from docgen.history.facts.archive import BUNDLED_FACTS
from docgen.history.history import History


def docgen(*arguments: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "docgen", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("terms", "lines"),
    [
        (
            ("logs", "create_export_task", "fromTime"),
            [
                "logs CreateExportTask request from",
                "  since botocore 1.4.7 (2016-03-24), boto3 1.4.4",
                "  boto3 calls it fromTime since botocore 1.4.7; the model says from, since 1.2.4",
            ],
        ),
        (
            ("logs", "create_export_task", "from"),
            [
                "  since botocore 1.2.4 (2015-09-17), boto3 1.2.0",
                "  boto3 calls it fromTime since botocore 1.4.7; the model says from",
            ],
        ),
        (
            ("ec2", "describe_hosts", "Filters[].Name"),
            [
                "ec2 DescribeHosts request Filter[].Name",
                "  since botocore 1.4.7 (2016-03-24), boto3 1.4.4",
                "  since 1.3.9 with the earlier name of the method or parameter",
            ],
        ),
        (
            ("cloudwatch", "get_otel_enrichment"),
            [
                "  since botocore 1.42.95 (2026-04-23), boto3 1.42.95",
                "  boto3 calls it get_otel_enrichment since botocore 1.42.95, get_o_tel_enrichment since 1.42.82",
            ],
        ),
        (
            ("cloudwatch", "get_o_tel_enrichment"),
            [
                "cloudwatch GetOTelEnrichment",
                "  since botocore 1.42.82 (2026-04-02), boto3 1.42.82",
                "  boto3 calls it get_otel_enrichment since botocore 1.42.95, get_o_tel_enrichment in any release",
            ],
        ),
        (
            ("polly", "StartSpeechSynthesisStream"),
            ["  boto3 has no method for it since botocore 1.42.72: it needs HTTP/2"],
        ),
        (
            ("glacier", "list_vaults", "accountId"),
            ["  since botocore 0.81.0: boto3 sends -, the account of the credentials, unless you give this."],
        ),
    ],
)
def test_since_accepts_and_shows_both_names(terms: tuple[str, ...], lines: list[str], tmp_path: Path) -> None:
    printed = docgen("since", *terms, folder=tmp_path).splitlines()
    assert set(lines) <= set(printed), printed


def test_json_has_the_path_in_python(tmp_path: Path) -> None:
    def only_answer(*terms: str) -> Any:
        (found,) = json.loads(docgen("since", *terms, "--format", "json", folder=tmp_path))["answers"]
        return found

    assert only_answer("ec2", "DescribeHosts", "Filters.Name")["python_path"] == "Filters.Name"
    assert "python_path" not in only_answer("ec2", "DescribeHosts", "MaxResults")
    method = only_answer("cloudwatch", "get_otel_enrichment")
    assert (method["since"], method["model_since"]) == ("1.42.95", "1.42.82")
    assert "model_since" not in only_answer("cloudwatch", "get_o_tel_enrichment")


def raised(call: Callable[[Any], object], service: str, kind: type[Exception]) -> str:
    """Return botocore's message for a call that fails."""
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    client = Session().create_client(service, "us-east-1", endpoint_url="https://example.com", **keys)
    with pytest.raises(kind) as caught:
        call(client)
    return str(caught.value)


EXPORT = {"logGroupName": "a", "to": 2, "destination": "b"}
TYPE = "Invalid type for parameter {}, value: now, type: <class 'str'>, valid types: <class 'int'>"


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        (
            lambda: raised(lambda c: c.create_export_task(**EXPORT), "logs", ParamValidationError),
            [
                "logs CreateExportTask request from",
                "  boto3 calls it fromTime since botocore 1.4.7; the model says from",
            ],
        ),
        (
            lambda: raised(lambda c: c.create_export_task(fromTime="now", **EXPORT), "logs", ParamValidationError),
            [
                "logs CreateExportTask request from: a value of another type",
                "  boto3 calls the parameter fromTime since botocore 1.4.7; the model says from",
                "  from is long (int) in every release",
            ],
        ),
        (
            lambda: raised(
                lambda c: c.create_export_task(fromTime=1, **{"from": 1}, **EXPORT), "logs", AliasConflictParameterError
            ),
            [
                "logs CreateExportTask request from: two names of one parameter",
                "  from is the name of the model for fromTime",
                "  upgrading does not help: pass only fromTime",
            ],
        ),
        (
            lambda: TYPE.format("fromTime"),
            [
                "logs CreateExportTask request from: a value of another type",
                "  boto3 calls the parameter fromTime since botocore 1.4.7; the model says from",
            ],
        ),
        (
            lambda: 'Missing required parameter in input: "fromTime"',
            [
                "logs CreateExportTask request from",
                "  boto3 calls it fromTime since botocore 1.4.7; the model says from",
            ],
        ),
        (
            lambda: (
                'Unknown parameter in input: "returnFields", must be one of: cursor, expr, facet, filterQuery, '
                "highlight, partial, query, queryOptions, queryParser, return, size, sort, start, stats"
            ),
            [
                "cloudsearchdomain Search request: no parameter 'returnFields'",
                "  since botocore 1.4.7 (2016-03-24), boto3 1.4.4",
                "  boto3 calls it returnFields since botocore 1.4.7; the model says return, since 0.64.0",
            ],
        ),
        (
            lambda: 'Unexpected keyword argument "from_time" for "create_export_task" of "CloudWatchLogsClient"',
            ["  logs CreateExportTask request from: since botocore 1.4.7 (2016-03-24), boto3 1.4.4"],
        ),
        (
            lambda: (
                "client.put_bucket_acl(Bucket=b, ContentMD5=m)\n"
                'Unknown parameter in input: "ContentMD5", must be one of: ACL, AccessControlPolicy, Bucket'
            ),
            ["  since botocore 1.0.0: boto3 sends a checksum of the request by itself."],
        ),
        (
            lambda: "AttributeError: 'CloudWatch' object has no attribute 'get_otel_enrichment'",
            ["  since botocore 1.42.95 (2026-04-23), boto3 1.42.95", "Install: pip install 'boto3>=1.42.95'"],
        ),
        (
            lambda: "AttributeError: 'CloudWatch' object has no attribute 'get_o_tel_enrichment'",
            ["  since botocore 1.42.82 (2026-04-02), boto3 1.42.82", "Install: pip install 'boto3>=1.42.82'"],
        ),
    ],
)
def test_explain_accepts_and_shows_both_names(message: Callable[[], str], lines: list[str]) -> None:
    facts = History(BUNDLED_FACTS)
    printed = explanations_text(facts, explain_report(facts, parse_report(message()))).splitlines()
    assert set(lines) <= set(printed), printed


def test_changes_show_both_names(tmp_path: Path) -> None:
    for release, members in (("1.43.0", ["to"]), ("1.43.1", ["to", "from"])):
        shapes = {
            "Input": {"type": "structure", "required": members, "members": {m: {"shape": "Time"} for m in members}},
            "Time": {"type": "long"},
        }
        operations = {"CreateExportTask": {"input": {"shape": "Input"}}}
        model = {"metadata": {"apiVersion": "2014-03-28"}, "operations": operations, "shapes": shapes}
        path = tmp_path / "models" / release / "logs" / "2014-03-28" / "service-2.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(model))
    printed = docgen("diff", "1.43.0", "1.43.1", "--source", "models", folder=tmp_path)
    assert "Changes (request)\n{'fromTime': 'long'}\n" in printed
    assert "• breaking: Input.from was added and is required (from (fromTime in boto3))" in printed
    printed = docgen("check", "1.43.0", "1.43.1", "--source", "models", "--fail-on", "none", folder=tmp_path)
    assert "  In: CreateExportTask (from (fromTime in boto3))\n" in printed


def test_requires_reports_the_name_of_the_model(tmp_path: Path) -> None:
    code = "import boto3\nlogs = boto3.client('logs')\nlogs.create_export_task(fromTime=1)\n"
    code += "boto3.client('cloudwatch').get_o_tel_enrichment()\n"
    (tmp_path / "a.py").write_text(code)
    uses = json.loads(docgen("requires", "a.py", "--format", "json", folder=tmp_path))["uses"]
    assert {(use["path"], use["written"]) for use in uses if use["kind"] == "parameter"} == {("from", "fromTime")}
    assert "GetOTelEnrichment" in {use["operation"] for use in uses}


def test_requires_asks_for_the_release_that_knows_the_name_of_a_method(tmp_path: Path) -> None:
    code = "import boto3\ncloudwatch = boto3.client('cloudwatch')\ncloudwatch.get_o_tel_enrichment()\n"
    (tmp_path / "a.py").write_text(f"{code}cloudwatch.get_otel_enrichment()\n")
    uses = json.loads(docgen("requires", "a.py", "--format", "json", folder=tmp_path))["uses"]
    since = {(use["written"], use["since"]) for use in uses if use["kind"] == "operation"}
    assert since == {(None, "1.42.82"), ("get_otel_enrichment", "1.42.95")}


def test_explain_names_the_new_name_of_a_service_instead_of_an_old_release(tmp_path: Path) -> None:
    printed = docgen("explain", "UnknownServiceError: Unknown service: 'ssmsap'", folder=tmp_path)
    assert "ssmsap is called ssm-sap since botocore 1.29.13" in printed
    assert "<1.29.13" not in printed


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("s3", "upload_file"), "(boto3 adds it to its clients of s3)"),
        (("sqs", "get_paginator"), "(every client has it, without an operation)"),
    ],
)
def test_methods_without_an_operation_are_named_as_such(
    words: tuple[str, ...], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["since", *words]) == 2
    assert capsys.readouterr().err.endswith(f"{words[0]}: no operation {words[1]!r} in any release {reason}\n")
