"""`docgen explain` on messages that people posted: the data of `tests/data/messages.json`, in the form of each tool.

`source` is the issue that reported the problem. The answers come from the history of all releases of botocore:

    DOCGEN_HISTORY_FULL=/path/to/history.db tests/run tests/history/test_explain_messages.py

Without that file, the history has two releases, and everything dates from the first one that has it.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from conftest import wheel
from history_support import put, small_model, structure
from packaging.version import Version

from docgen.errors import UsageError
from docgen.history.explain.boto3_resources import resource_types
from docgen.history.explain.explain import explain_report
from docgen.history.explain.messages import parse_report
from docgen.history.explain.plain_text import plain_text
from docgen.history.explain.report import explanations_data, explanations_text
from docgen.history.explain.spelling import known_or_closest_method
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.since import since
from docgen.locate import open_source

RELEASES = ("1.12.82", "1.43.67")
FULL = os.environ.get("DOCGEN_HISTORY_FULL", "")
MESSAGES: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "data" / "messages.json").read_text("utf-8"))
SERVICES = frozenset(
    service
    for each in MESSAGES
    for answer in each["answers"]
    for service in (*answer["subject"][:1], *(found[0] for found in answer["since"]))
)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    if FULL:
        return History(Path(FULL))
    folder = tmp_path_factory.mktemp("wheels")
    for release in RELEASES:
        with zipfile.ZipFile(wheel(release)) as whole, zipfile.ZipFile(folder / wheel(release).name, "w") as few:
            for name in whole.namelist():
                parts = name.split("/")
                is_model = parts[:2] == ["botocore", "data"] and (len(parts) == 3 or parts[2] in SERVICES)
                if ".dist-info" in name or is_model:
                    few.writestr(whole.getinfo(name), whole.read(name))
    path = folder / "history.db"
    update_history(open_source(str(folder)), path)
    return History(path)


def explained(history: History, message: str, service: str = "", operation: str = "") -> list[dict[str, Any]]:
    found = explain_report(history, parse_report(message), service, operation)
    assert explanations_text(history, found)
    explanations: list[dict[str, Any]] = explanations_data(history, found)["explanations"]
    return explanations


def first_release(since: str) -> str:
    """Return the first release of the history that has something added in `since`."""
    return since if FULL else next(release for release in RELEASES if Version(release) >= Version(since))


@pytest.mark.parametrize("number", range(len(MESSAGES)), ids=lambda number: MESSAGES[number]["source"])
def test_a_message_that_somebody_posted_is_answered(number: int, history: History) -> None:
    message, expected = MESSAGES[number]["message"], MESSAGES[number]["answers"]
    if "runtime.sagemaker" in message and not FULL:
        pytest.skip("was in releases between the two; see the test of aliases")
    found = explained(history, message)
    assert len(found) == len(expected)
    for actual, wanted in zip(found, expected, strict=True):
        if not FULL and wanted["problem"] == "parameter" and _is_older_than_the_history(wanted):
            assert actual["name"] == wanted["name"]  # no release of the small history has exactly the listed names
            continue
        spelling = actual["spelling"] or ""
        summary = (actual["problem"], actual["name"], actual["verdict"], spelling)
        assert summary == (wanted["problem"], wanted["name"], wanted["verdict"], wanted["spelling"])
        answers = {
            (each["service"], each["operation"] or "", each["path"] or "", each["value"] or "", each["since"])
            for each in actual["answers"]
        }
        assert answers == {(*names, first_release(release)) for *names, release in wanted["since"]}


def _is_older_than_the_history(wanted: dict[str, Any]) -> bool:
    return any(Version(release) < Version(RELEASES[0]) for *_, release in wanted["since"])


# --- quoting ---

LIST = 'Unknown parameter in input: "KeyType", must be one of: KeyName, DryRun, TagSpecifications'
PASTES = {
    "single quotes": LIST.replace('"', "'"),
    "a line break after the colon": LIST.replace("of: ", "of:\n"),
    "a quoted mail": "> " + LIST.replace("of: ", "of:\n> ").replace("DryRun, ", "DryRun,\n> "),
    "a mail that is quoted twice": ">> " + LIST.replace("of: ", "of:\n> > "),
    "pytest": "E   " + LIST.replace("of: ", "of:\nE         "),
    "Docker Compose": "web_1  | " + LIST.replace("of: ", "of:\nweb_1  | "),
    "Docker Compose, newer": "web  | " + LIST.replace("of: ", "of:\nweb  | "),
    "time stamps": "2026-11-24T12:00:00.123Z " + LIST.replace("of: ", "of:\n2026-11-24T12:00:00.124Z "),
    "a log": "2026-11-24 12:00:00,123 [ERROR] " + LIST.replace("of: ", "of:\n2026-11-24 12:00:00,124 [ERROR] "),
    "syslog": "Nov 24 12:00:00 host app[12]: " + LIST,
    "a log of Lambda": "[ERROR]\t2026-11-24T12:00:00.123Z\t0e2ea6bf-0a27-4a58-9f8e-9cdff724c5de\t" + LIST,
    "boxes": "│ " + LIST.replace("of: ", "of:\n│ "),
    "JSON": json.dumps({"msg": LIST}),
    "JSON in JSON": json.dumps({"log": json.dumps({"msg": LIST})}),
    "JSON in JSON in JSON": json.dumps([json.dumps({"log": json.dumps({"msg": LIST})})]),
    "JSON without ASCII quotes": json.dumps({"msg": LIST}).replace('\\"', "\\u0022"),
    "HTML": LIST.replace('"', "&quot;"),
    "HTML twice": LIST.replace('"', "&amp;quot;"),
    "curly quotes": LIST.replace(' "', " “").replace('",', "”,"),
    "colours": f"\x1b[31m{LIST}\x1b[0m",
    "a terminal of 50 columns": "\n".join(LIST[at : at + 50] for at in range(0, len(LIST), 50)) + "\n",
    "a terminal of 30 columns, in words": LIST.replace(" ", "\n"),
    "a list without blanks": LIST.replace(", D", ",D").replace(", T", ",T"),
}


@pytest.mark.parametrize("paste", PASTES)
def test_what_surrounds_a_message_does_not_matter(paste: str) -> None:
    (problem,) = parse_report(PASTES[paste]).problems
    assert (problem.kind, problem.name) == ("parameter", "KeyType")
    assert problem.known_names == ("KeyName", "DryRun", "TagSpecifications")
    assert problem.is_complete


def test_lines_that_end_by_chance_at_the_same_column_are_not_joined() -> None:
    text = "Traceback\n" + "x" * 50 + "\nValueError: Waiter does not exist: a_b\nDone.\n"
    assert plain_text(text) == text
    (problem,) = parse_report(text).problems
    assert problem.name == "a_b"


# --- boto3, its stubs and its resources ---


def test_the_table_of_resources_names_operations_and_shapes_of_the_models(history: History) -> None:
    for service in set(resource_types()) & set(history.services):
        operations = set(history.operations(service))
        for type_ in resource_types()[service].values():
            assert {operation for operation in type_.attributes.values() if operation} <= operations, type_.name


CLIENT_MESSAGES = [
    'a.py:5: error: "LambdaClient" has no attribute "create_function_url_config"  [attr-defined]',
    'a.py:5:8 - error: Cannot access attribute "create_function_url_config" for class "LambdaClient"',
    'a.py:5:8 - error: Cannot access member "create_function_url_config" for type "LambdaClient"',
    "error[unresolved-attribute]: Type `LambdaClient` has no attribute `create_function_url_config`",
    "a.py:5:0: E1101: Instance of 'LambdaClient' has no 'create_function_url_config' member (no-member)",
]


@pytest.mark.parametrize("message", CLIENT_MESSAGES)
def test_type_checkers_name_methods_like_python(message: str, history: History) -> None:
    (found,) = explained(history, message)
    assert (found["verdict"], found["subject"]) == ("added", ["lambda"])
    assert found["answers"][0]["operation"] == "CreateFunctionUrlConfig"


def test_mypy_names_an_unknown_parameter_with_its_method(history: History) -> None:
    (found,) = explained(
        history, 'a.py:1: error: Unexpected keyword argument "Tier" for "put_parameter" of "SSMClient"'
    )
    assert (found["verdict"], found["subject"]) == ("added", ["ssm", "PutParameter", "request"])


def test_data_of_a_resource_has_the_release_of_its_shape(history: History) -> None:
    (found,) = explained(history, "'ec2.Instance' object has no attribute 'metadata_options'")
    assert (found["verdict"], found["answers"][0]["path"]) == ("added", "Instance$MetadataOptions")


def test_a_collection_says_how_to_get_at_its_items(history: History) -> None:
    (found,) = explained(history, "'ec2.instancesCollectionManager' object has no attribute 'id'")
    assert "iterate over it" in found["notes"][0]


@pytest.mark.parametrize(
    ("name", "known", "spelling"),
    [
        ("get_buckets", ("get_bucket_cors", "list_buckets", "put_bucket_cors"), "list_buckets"),
        ("list_instances", ("list_images", "describe_instances"), "describe_instances"),
        ("remove_user", ("delete_user", "remove_user_tags"), "delete_user"),
        ("list_policy", ("list_policies", "list_polls"), "list_policies"),
        ("get_bucket_cor", ("get_bucket_cors", "list_buckets"), "get_bucket_cors"),
        ("quux", ("list_buckets",), ""),
    ],
)
def test_the_same_thing_with_another_verb_is_likelier(name: str, known: tuple[str, ...], spelling: str) -> None:
    assert known_or_closest_method(name, known) == spelling


# --- names that mean something else ---


def test_an_alias_of_a_service_never_leads_to_an_older_release(tmp_path: Path) -> None:
    for release, service in (("1.0.0", "runtime.sagemaker"), ("1.1.0", "sagemaker-runtime")):
        put(tmp_path, "0.9.0", small_model(), "other")
        put(tmp_path, release, small_model(), service)
    for release in ("0.9.0", "1.0.0", "1.1.0"):
        (tmp_path / release / "release.json").write_text(json.dumps({"release": release, "package": "botocore"}))
    update_history(open_source(str(tmp_path)), tmp_path / "h.db")
    history = History(tmp_path / "h.db")
    found = explain_report(history, parse_report("Unknown service: 'runtime.sagemaker'"))
    data = explanations_data(history, found)
    assert data["install"] == "pip install 'boto3>=1.0.0'"
    assert data["explanations"][0]["verdict"] == "added"


def test_an_operation_without_a_paginator_is_no_misspelling_of_another_service(history: History) -> None:
    (found,) = explained(history, "Operation cannot be paginated: list_secret_version_ids")
    assert found["verdict"] == "operation"
    assert found["subject"] == ["secretsmanager", "ListSecretVersionIds"]
    assert "NextToken" in found["notes"][0]


def test_services_are_named_where_more_fit_than_are_listed(history: History) -> None:
    message = 'Unknown parameter in input: "Tags", must be one of: Name, ...'
    (found,) = explained(history, message)
    assert found["candidates"] > len(found["answers"]) == 5
    text = explanations_text(history, explain_report(history, parse_report(message)))
    rest, *_ = (line for line in text.splitlines() if line.startswith("  and "))
    counts = {service: int(count) for count, service in re.findall(r"(\d+) of ([\w-]+)", rest)}
    assert list(counts) == found["other_services"][:12]
    assert rest.startswith(f"  and {found['candidates'] - 5} more: {counts[found['other_services'][0]]} of ")
    assert sum(counts.values()) < found["candidates"] - 5  # services without a place in the list
    assert rest.endswith(f" and {len(found['other_services']) - 12} more")


def test_similar_names_come_only_from_a_service_that_the_text_names(history: History) -> None:
    message = "Operation cannot be paginated: list_object"
    (alone,) = explained(history, message)
    assert (alone["verdict"], alone["spelling"]) == ("absent", None)
    (named,) = explained(history, f"boto3.client('s3').get_paginator\n{message}")
    assert (named["verdict"], named["spelling"]) == ("misspelled", "list_objects")


def test_a_method_of_a_related_client_is_named(history: History) -> None:
    (found,) = explained(history, "'Bedrock' object has no attribute 'converse'")
    assert found["verdict"] == "absent"
    assert "bedrock-runtime" in found["notes"][0]


# --- constraints of parameters ---


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Index a service whose constraints change: a shorter length, a larger number, another type."""
    folder = tmp_path_factory.mktemp("rules")
    for release, length, least, kind in (("1.0.0", 5, 1, "string"), ("1.1.0", 1, 3, "integer")):
        request = {**structure("Id", Id="Id", Count="Count", Kind="Kind", Pick="Pick")}
        shapes = {
            "Id": {"type": "string", "min": length},
            "Count": {"type": "integer", "min": least},
            "Kind": {"type": kind},
            "Pick": {**structure(A="String", B="String"), "union": True},
        }
        put(folder, release, small_model(Request=request, **shapes))
        (folder / release / "release.json").write_text(json.dumps({"release": release, "package": "botocore"}))
    update_history(open_source(str(folder)), folder / "h.db")
    return History(folder / "h.db")


INVALID = {
    "a length that is no longer required": (
        "Invalid length for parameter Id, value: 1, valid min length: 5",
        ["Id has at least 5 characters or items until", "Id has at least 1 character or item since"],
        "pip install 'boto3>=1.1.0'",
    ),
    "a length that no release accepts": (
        "Invalid length for parameter Id, value: 0, valid min length: 5",
        ["Id has at least 5", "Id has at least 1", "upgrading does not help"],
        None,
    ),
    "a number": (
        "Invalid value for parameter Count, value: 2, valid min value: 3",
        ["Count is at least 1 until", "Count is at least 3 since", "upgrading does not help"],
        None,
    ),
    "a number in the words of older releases": (
        "Invalid range for parameter Count, value: 2, valid range: 3-inf",
        ["Count is at least 1 until", "Count is at least 3 since", "upgrading does not help"],
        None,
    ),
    "a type": (
        "Invalid type for parameter Kind, value: 1, type: <class 'int'>, valid types: <class 'str'>",
        ["Kind is string (str) until", "Kind is integer (int) since"],
        "pip install 'boto3>=1.1.0'",
    ),
    "a union": (
        "Invalid number of parameters set for tagged union structure Pick. "
        "Can only set one of the following keys: A, B.",
        ["Pick takes only one key in every release", "upgrading does not help"],
        None,
    ),
    "an empty union": (
        "Must set one of the following keys for tagged unionstructure Pick: A, B.",
        ["Pick takes only one key in every release", "upgrading does not help"],
        None,
    ),
    "a value that is not JSON": (
        "Invalid parameter Kind must be json serializable: Object of type set is not JSON serializable",
        ["the value must be JSON in every release", "upgrading does not help"],
        None,
    ),
}


@pytest.mark.parametrize("case", INVALID)
def test_a_rule_of_the_validator_says_whether_another_release_helps(case: str, rules: History) -> None:
    message, notes, install = INVALID[case]
    (found,) = explained(rules, message)
    assert len(found["notes"]) == len(notes)
    assert all(actual.startswith(wanted) for actual, wanted in zip(found["notes"], notes, strict=True)), found["notes"]
    assert found["install"] == install


def test_a_missing_parameter_is_found_without_the_operation(rules: History) -> None:
    (found,) = explained(rules, 'Missing required parameter in input: "Id"')
    assert (found["verdict"], found["subject"]) == ("required", ["svc", "Call", "request", "Id"])
    text = explanations_text(rules, explain_report(rules, parse_report('Missing required parameter in input: "Id"')))
    assert "upgrading does not help: pass it" in text


# --- values of other tools ---

ENUM = "'java8', 'python2.7', 'provided' or 'go1.x'"
TOOL_MESSAGES = [
    "E3030 You must specify a valid value for Runtime (nodejs20.x). Valid values are ['java8', 'go1.x', 'provided'",
    "Error: expected runtime to be one of [java8 go1.x provided python2...",
    f"runtime\n  Input should be {ENUM} [type=literal_error, input_value='nodejs20.x', input_type=str]",
    "value is not a valid enumeration member; permitted: 'java8', 'go1.x' (type=type_error.enum; given=nodejs20.x;",
    "Error: Invalid value for '-r' / '--runtime': 'nodejs20.x' is not one of 'java8', 'go1.x', 'provided'.",
    'spec.runtime: Unsupported value: "nodejs20.x": supported values: "java8", "go1.x", "provided"',
    "AWS::Lambda::Function: Properties validation failed: #/Runtime: nodejs20.x is not a valid enum value",
]


@pytest.mark.parametrize("message", TOOL_MESSAGES)
def test_refusals_of_other_tools_name_the_enum(message: str, history: History) -> None:
    (found,) = explained(history, message)
    assert found["subject"][:2] == ["lambda", "Runtime"]
    if found["name"]:
        assert (found["name"], found["verdict"]) == ("nodejs20.x", "added")


# --- the AWS CLI ---


def test_since_takes_the_spelling_of_the_aws_cli(history: History) -> None:
    assert since(history, "lambda", ["publish-layer-version"])[0].operation == "PublishLayerVersion"
    assert since(history, "emr", ["run-job-flow", "ebs-root-volume-size"])[0].path == "EbsRootVolumeSize"


def test_the_command_line_in_the_text_names_the_operation(history: History) -> None:
    message = "$ aws --region us-east-1 lambda create-function --image-config x\n\nUnknown options: --image-config, x"
    (found,) = explained(history, message)
    assert (found["verdict"], found["subject"]) == ("added", ["lambda", "CreateFunction", "request"])


def test_a_command_that_no_service_has_is_refused_in_a_line(history: History) -> None:
    with pytest.raises(UsageError, match="nothing in this history matches"):
        explained(history, "Unknown options: --quux-quuux")
