"""`docgen explain` on errors that no version of an API explains, on messages without quotation marks, and on files."""

from __future__ import annotations

import builtins
import io
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import botocore.exceptions
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ProfileNotFound, SSLError

from docgen.cli import main
from docgen.errors import UsageError
from docgen.history.explain.explain import explain_report
from docgen.history.explain.lost_quotes import MAX_LENGTH
from docgen.history.explain.messages import MAX_TEXT_LENGTH, parse_report
from docgen.history.explain.other_errors import cause_of, other_errors
from docgen.history.explain.report import explanations_text
from docgen.history.facts.archive import BUNDLED_FACTS
from docgen.history.history import History

PARAMETER = 'Unknown parameter in input: "Tags", must be one of: Name, ImageName'
METHOD = "'AppStream' object has no attribute 'tag_resource'"
METHOD_ANSWER = "appstream: no method 'tag_resource'\n  since botocore 1.8.15 (2017-12-15), boto3 1.5.1\n"


@pytest.fixture(scope="module")
def facts() -> History:
    return History(BUNDLED_FACTS)


def explain_text(facts: History, text: str, **options: Any) -> str:
    return explanations_text(facts, explain_report(facts, parse_report(text, **options)))


def client_error(code: str, operation: str, message: str = "no") -> str:
    return f"botocore.exceptions.ClientError: {ClientError({'Error': {'Code': code, 'Message': message}}, operation)}"


# -- errors that no version explains


ENDPOINT = "https://x.example/"
ERRORS = {
    "a permission": (client_error("AccessDenied", "ListBuckets"), "ListBuckets: AccessDenied", "lack a permission"),
    "a permission of EC2": (client_error("UnauthorizedOperation", "RunInstances"), "RunInstances: Un", "permission"),
    "no credentials": (f"botocore.exceptions.NoCredentialsError: {NoCredentialsError()}", "NoCred", "aws configure"),
    "the words of the AWS CLI": ("Unable to locate credentials. You can configure", "Unable to", "no credentials"),
    "an expired token": (client_error("ExpiredToken", "PutObject"), "PutObject: ExpiredToken", "expired (log in"),
    "an expired token of another service": (client_error("ExpiredTokenException", "Query"), "Query: ", "have expired"),
    "an invalid token": (client_error("UnrecognizedClientException", "Query"), "Query: ", "does not accept the cred"),
    "an endpoint": (str(EndpointConnectionError(endpoint_url=ENDPOINT)), "Could not connect", "cannot be reached"),
    "an endpoint by its class": ("EndpointConnectionError", "EndpointConnectionError", "cannot be reached"),
    "a certificate": (str(SSLError(endpoint_url=ENDPOINT, error="x")), "SSL validation failed", "certificate"),
    "a profile": (str(ProfileNotFound(profile="me")), "The config profile (me)", "profile is missing"),
    "too many requests": (client_error("ThrottlingException", "Query"), "Query: Throttling", "too many requests"),
    "too many requests of EC2": (client_error("RequestLimitExceeded", "RunInstances"), "RunInst", "too many requests"),
    "a quota": (client_error("VpcLimitExceeded", "CreateVpc"), "CreateVpc: VpcLimit", "a quota of the account"),
    "a missing bucket": (client_error("NoSuchBucket", "PutObject"), "PutObject: NoSuchBucket", "does not exist"),
    "a missing instance": (client_error("InvalidInstanceID.NotFound", "StopInstances"), "StopIn", "does not exist"),
    "a failed condition": (client_error("ConditionalCheckFailedException", "PutItem"), "PutItem: ", "wrong state"),
    "a status": (client_error("404", "HeadObject", "Not Found"), "HeadObject: 404", "does not exist"),
    "a failure of the service": (client_error("InternalServerError", "Query"), "Query: ", "the service failed"),
    "any other code": (client_error("NoDrama", "Query"), "Query: NoDrama", "answered the call with this error"),
    "an upload": (
        f"boto3.exceptions.S3UploadFailedError: Failed to upload a to b: {client_error('AccessDenied', 'PutObject')}",
        "PutObject: AccessDenied",
        "lack a permission",
    ),
    "an upload alone": ("S3UploadFailedError", "S3UploadFailedError", "a transfer to or from S3 failed"),
    "XML": ("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", "AccessDenied", "permission"),
    "JSON": ('{"__type": "com.amazon#ThrottlingException", "message": "x"}', "ThrottlingException", "too many"),
    "one word": ("SignatureDoesNotMatch", "SignatureDoesNotMatch", "does not accept the credentials"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_an_error_that_no_version_explains_is_named_in_one_line(facts: History, case: str) -> None:
    text, title, about = ERRORS[case]
    first, second, *more = explain_text(facts, text).splitlines()
    assert first.startswith(title)
    assert second.startswith("  not about the version of the API: ")
    assert about in second
    assert more == []


def test_a_log_has_each_cause_once_for_each_operation(facts: History) -> None:
    log = "\n".join(client_error("AccessDenied", name) for name in ("ListBuckets", "GetObject", "ListBuckets"))
    titles = [line for line in explain_text(facts, log).splitlines() if line and not line.startswith(" ")]
    assert titles == ["ListBuckets: AccessDenied", "GetObject: AccessDenied"]


def test_what_a_version_explains_comes_first_and_is_no_other_error(facts: History) -> None:
    text = explain_text(facts, f"{METHOD}\n\n{client_error('AccessDenied', 'ListBuckets')}")
    assert text.startswith(METHOD_ANSWER)
    assert text.count("not about the version") == 1
    refused = client_error(
        "ValidationException",
        "CreateFunction",
        "1 validation error detected: Value 'python3.15' at 'runtime' failed to satisfy constraint: "
        "Member must satisfy enum value set: [python3.9, python3.10]",
    )
    text = explain_text(facts, refused)
    assert text.startswith("lambda CreateFunction request Runtime: no value 'python3.15'")
    assert "not about" not in text
    assert "not about" not in explain_text(facts, f"except NoCredentialsError:\n{METHOD}")


@pytest.mark.parametrize(
    "text",
    [
        "ModuleNotFoundError: No module named 'x'",
        "FileNotFoundError: [Errno 2] No such file or directory: 'x'",
        "pydantic_core._pydantic_core.ValidationError: 1 validation error for X",
        "NotImplementedError",
        "KeyError: 'Contents'",
        "nothing happened",
        "",
    ],
)
def test_an_error_of_another_library_is_none(text: str) -> None:
    assert parse_report(text).problems == ()


def test_every_exception_of_botocore_about_this_machine_or_its_network_has_a_cause() -> None:
    words = ("Credential", "Connect", "Timeout", "SSO", "Region", "Profile", "Proxy", "SSL", "Checksum", "Config")
    names = [
        name
        for name, value in vars(botocore.exceptions).items()
        if isinstance(value, type) and any(word in name for word in words) and not name.startswith("Unsupported")
    ]
    assert len(names) > 20
    missing = {name for name in names if not list(other_errors(f"botocore.exceptions.{name}: x", has_problems=False))}
    assert missing <= {
        *(
            "InvalidEndpointDiscoveryConfigurationError",
            "InvalidS3UsEast1RegionalEndpointConfigError",
            "WaiterConfigError",
        ),
        *("InvalidChecksumConfigError", "InvalidSTSRegionalEndpointsConfigError", "SSOError"),
    }
    assert not any(hasattr(builtins, name) for name in names if name != "ConnectionError")


def test_a_hostile_text_takes_no_time() -> None:
    for piece in ("A", "a.", "An error occurred (", "X ", "Unknown parameter in a", "Client", "<Code>a"):
        for length in (MAX_LENGTH, MAX_TEXT_LENGTH):
            start = time.process_time()
            parse_report((piece * length)[:length], may_lack_quotes=True)
            assert time.process_time() - start < 20
    assert cause_of("x" * 100_000).names == ""


# -- quotation marks that a shell removed


@pytest.mark.parametrize(
    ("quoted", "unquoted"),
    [
        (PARAMETER, "Unknown parameter in input: Tags, must be one of: Name, ImageName"),
        ('Unknown parameter in VpcConfig: "SubnetIds", must be one of:', "Unknown parameter in VpcConfig: SubnetIds"),
        ('Missing required parameter in input: "TableName"', "Missing required parameter in input: TableName"),
        (METHOD, "AttributeError: AppStream object has no attribute tag_resource"),
        ("Unknown service: 'bedrock'", "Unknown service: bedrock. Did you upgrade?"),
        ("'s3.Bucket' object has no attribute 'x'", "s3.Bucket object has no attribute x"),
        ("argument operation: Found invalid choice 'converse'", "argument operation: Found invalid choice converse"),
        ("The 'dynamodb' resource does not exist.", "The dynamodb resource does not exist."),
        (
            "Parameter 'a' and its alias 'b' were provided for operation C",
            "Parameter a and its alias b were provided for operation C",
        ),
        (
            "Value 'x1' at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [a, b]",
            "Value x1 at runtime failed to satisfy constraint: Member must satisfy enum value set: [a, b]",
        ),
        ("'x1' is not one of ['a', 'b']", "x1 is not one of [a, b]"),
        ('"S3Client" has no attribute "x"', "error: S3Client has no attribute x  [attr-defined]"),
        ("Instance of 'S3Client' has no 'x' member", "Instance of S3Client has no x member"),
    ],
)
def test_quotation_marks_that_a_shell_removed_are_restored(quoted: str, unquoted: str) -> None:
    assert not any(problem.name for problem in parse_report(unquoted).problems)
    (found,) = parse_report(unquoted, may_lack_quotes=True).problems
    (expected,) = parse_report(quoted).problems
    assert replace(found, group=0) == replace(expected, group=0)


def test_the_command_takes_words_as_one_message(capsys: pytest.CaptureFixture[str]) -> None:
    names = "must be one of: Name, ImageName, ImageArn, InstanceType, FleetType"
    words = f"Unknown parameter in input: Tags, {names}".split()
    assert main(["explain", *words, "--service", "appstream"]) == 0
    in_words = capsys.readouterr().out
    assert main(["explain", f'Unknown parameter in input: "Tags", {names}', "--service", "appstream"]) == 0
    assert in_words == capsys.readouterr().out
    assert in_words.startswith("appstream CreateFleet request: no parameter 'Tags'\n")
    assert main(["explain", "what", "is", "this"]) == 2
    assert "a shell removes quotation marks: give the message in quotes, or in a file" in capsys.readouterr().err
    assert main(["explain", "Unknown", "options:", "--x-y"]) == 2
    assert capsys.readouterr().err.endswith("unrecognized arguments: --x-y (put the message in quotes)\n")


# -- files


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run_command(*words: str) -> tuple[int, str, str]:
        code = main(["explain", *words])
        out, err = capsys.readouterr()
        return code, out, err

    return run_command


def test_the_message_may_be_in_a_file(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    log = tmp_path / "error.log"
    log.write_text(f"\ufeff2024-01-01 12:00:00 ERROR {METHOD}\n", encoding="utf-8")
    code, out, _ = run(str(log))
    assert (code, out[: len(METHOD_ANSWER)]) == (0, METHOD_ANSWER)
    assert run(str(log), "--format", "json")[0] == 0
    log.write_bytes(b"line\n" * MAX_TEXT_LENGTH + METHOD.encode())
    code, out, err = run(str(log))
    assert (code, out[: len(METHOD_ANSWER)]) == (0, METHOD_ANSWER)
    assert f"{log}: only the last 1 MiB are read\n" in err


def test_a_file_that_cannot_be_read_is_named(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    assert run(str(tmp_path / "no.log"))[2].startswith(f"docgen: {tmp_path / 'no.log'}: no such file, and no error mes")
    assert run(str(tmp_path))[2] == f"docgen: {tmp_path}: Is a directory\n"
    assert run("x" * 5000)[0] == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_named_pipe_is_refused_and_one_of_a_shell_is_read(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert run(str(tmp_path / "pipe"))[::2] == (2, f"docgen: {tmp_path / 'pipe'}: a named pipe (expected a file)\n")
    reader, writer = os.pipe()
    os.write(writer, METHOD.encode())
    os.close(writer)
    try:
        assert run(f"/dev/fd/{reader}")[1].startswith(METHOD_ANSWER)
    finally:
        os.close(reader)


def test_a_dash_is_standard_input(run: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(METHOD.encode())))
    assert run("-")[1].startswith(METHOD_ANSWER)


# -- which service is likeliest


def test_a_name_of_many_services_lists_the_likeliest_first(facts: History) -> None:
    lines = explain_text(facts, 'Missing required parameter in input: "TableName"').splitlines()
    assert [line.split()[0] for line in lines[2:7]] == ["dynamodb"] * 5
    assert lines[7].startswith("  and ")
    assert " of dynamodb, " in lines[7]
    assert " of glue, " in lines[7]


def test_a_service_that_the_text_names_is_the_only_one(facts: History) -> None:
    text = explain_text(facts, "boto3.client('athena')\n" + 'Missing required parameter in input: "TableName"')
    assert "dynamodb" not in text
    assert "athena" in text


def test_explanations_as_json_say_what_an_error_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "AccessDenied", "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["explanations"]
    assert (found["problem"], found["verdict"], found["name"]) == ("other", "unrelated", "AccessDenied")
    assert found["notes"] == [
        "not about the version of the API: the credentials lack a permission (check the policies of the caller, the "
        "resource and the account)"
    ]


def test_the_service_of_an_unknown_option_is_still_checked(facts: History) -> None:
    with pytest.raises(UsageError, match="no service 'appstreem'"):
        explain_report(facts, parse_report("AccessDenied"), "appstreem")
