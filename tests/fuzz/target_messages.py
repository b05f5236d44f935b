"""A pasted text that may contain error messages."""

from __future__ import annotations

from docgen.history.explain.messages import MAX_PROBLEMS, parse_report
from docgen.history.explain.patterns import MAX_NAMES

_MESSAGES = (
    'Parameter validation failed:\nUnknown parameter in input: "Tags", must be one of: Name, ImageName, Fleets\n'
    'Missing required parameter in input.Fleets[0]: "Arn"',
    "'AppStream' object has no attribute 'tag_resource'",
    "AttributeError: type object 'EC2Exceptions' has no attribute 'X'",
    "<botocore.errorfactory.EC2Exceptions object at 0x7f> object has no attribute 'Gone'. "
    "Valid exceptions are:\n A, B, C",
    "UnknownServiceError: Unknown service: 'bedrok'. Valid service names are: accessanalyzer, account, acm",
    "An error occurred (ValidationException) when calling the RunInstances operation: Value 't9' at 'instanceType' "
    "failed to satisfy constraint: Member must satisfy enum value set: [t2.micro, t3.micro]",
    "expected runtime to be one of [nodejs python3.9], got python3.99",
    "aws: error: argument operation: Invalid choice, valid choices are:\n\na-b  | c-d\n\nInvalid choice: 'e-f', maybe",
    "Invalid type for parameter A[0].B, value: 1, type: <class 'int'>, valid types: <class 'str'>",
    'Invalid length for parameter A, value: 0, valid min length: 1\n> "LambdaClient" has no attribute "x"',
    "at 'provider.runtime': must be equal to one of the allowed values [a, b",
    "Waiter does not exist: table_gone",
    "Operation cannot be paginated: list_things",
    '{"log": "Unknown parameter in input: \\"Tags\\", must be one of: A\\n"} client("s3").put_object(',
)


def seeds() -> list[bytes]:
    """Return one message of each kind."""
    return [text.encode() for text in _MESSAGES]


def target(data: bytes) -> None:
    """Read the text."""
    report = parse_report(data.decode("utf-8", "replace"))
    assert len(report.problems) <= MAX_PROBLEMS
    for problem in report.problems:
        assert problem.kind
        assert len(problem.known_names) <= MAX_NAMES + 1 or problem.kind == "value"
