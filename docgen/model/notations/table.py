"""The table of notations, by the names that `docgen show --notation` accepts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from docgen.errors import UsageError
from docgen.model.notations.aws_cli import cli_command, has_cli_command
from docgen.model.notations.http import http_request
from docgen.model.notations.javascript import javascript_call
from docgen.model.service import Operation, Service
from docgen.model.syntax import AWS_PACKAGES, operation_syntax


@dataclass(frozen=True, slots=True)
class Notation:
    """A way to show a request.

    Attributes:
        title: What readers call it.
        language: The name of its language in Markdown.
        write: Returns the request, from the SDK name of the service, the service and the operation.
        is_of_aws: Whether only services of AWS can be called like this.
    """

    title: str
    language: str
    write: Callable[[str, Service, Operation], str]
    is_of_aws: bool


def _boto3_call(_service_name: str, service: Service, operation: Operation) -> str:
    return operation_syntax(service, operation).request_syntax


def _http_request(_service_name: str, service: Service, operation: Operation) -> str:
    return http_request(service, operation)


NOTATIONS: Mapping[str, Notation] = {
    "boto3": Notation("boto3", "python", _boto3_call, is_of_aws=False),
    "cli": Notation("AWS CLI", "sh", cli_command, is_of_aws=True),
    "js": Notation("JavaScript", "javascript", javascript_call, is_of_aws=True),
    "http": Notation("HTTP", "http", _http_request, is_of_aws=False),
}


def is_of_aws(service: Service, package: str) -> bool:
    """Return whether a service is one of AWS, by the package that contains its model and the model's metadata."""
    return package in AWS_PACKAGES and "endpointPrefix" in service.metadata


def notations_of(service: Service, package: str) -> tuple[str, ...]:
    """Return the names of the notations that suit a service, the usual one first."""
    if is_of_aws(service, package):
        return tuple(NOTATIONS)
    return ("boto3", "http") if service.has_python_client else ("http", "boto3")


def notation_title(notation: str, service: Service, package: str) -> str:
    """Return what readers call a notation: boto3 has the services of AWS, and others are called like it in Python."""
    is_foreign = notation == "boto3" and not is_of_aws(service, package)
    return "Python" if is_foreign else NOTATIONS[notation].title


def request_in_notation(notation: str, service_name: str, service: Service, operation: Operation, package: str) -> str:
    """Return the request of an operation in a notation of `NOTATIONS`.

    Raises:
        UsageError: The notation is one of AWS, and the service is not.
        ModelError: The request is too large to show.
    """
    found = NOTATIONS[notation]
    if found.is_of_aws and not is_of_aws(service, package):
        raise UsageError(f"{service_name}: no request for {found.title}, because this is not a service of AWS")
    if notation == "cli" and not has_cli_command(service_name, service, operation):
        raise UsageError(f"{service_name}: the AWS CLI has no command for {operation.name}")
    return found.write(service_name, service, operation)
