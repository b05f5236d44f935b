"""The error messages of SDKs and tools as regular expressions, by what they report.

A blank in a pattern is any white space, because pastes wrap anywhere. Every pattern starts with fixed words and limits
its repetitions. The groups are named alike: `path` and `name` of the element, `known` for the list of valid names,
`of` for a class, a service or an operation.
"""

from __future__ import annotations

import re

MAX_NAMES = 2000
"""The most names in one list. The longest real list, of all services, has some 500."""

_NAME = r"[\w.:/\-]{1,200}"
_LIST = rf"{_NAME}(?:,\s{{0,80}}{_NAME}){{0,{MAX_NAMES}}}(?:,?\s?(?:…|\.{{2,3}}))?"
_ANY_QUOTE = r"""["'`]"""
_QUOTED = rf"""{_ANY_QUOTE}(?P<name>[^"'`\n]{{1,200}}){_ANY_QUOTE}"""
_PATH = r"""(?P<path>[^\n"'`,]{1,300}?)"""
_ADDRESS = r"(?: at 0x[0-9A-Fa-f]{1,16})?"
_BRACKETED = r"\[(?:(?P<known>[^\[\]{}]{0,100000})\]|(?P<cut>(?:[^\[\]{}\n]|\n(?=\S)){0,5000}))"
"""The values in brackets. A list that is cut off ends with its paragraph."""

_ONE_VALUE = r"""['"`][^'"`\n]{1,200}['"`]"""
_QUOTED_VALUES = rf"(?P<others>{_ONE_VALUE}(?:(?:\s?[,|]\s?|,?\s(?:or|and)\s){_ONE_VALUE}){{0,2000}})"
_GRID = r"(?P<known>[\w\-|\s]{0,60000}?)"
_CHOICE = r"argument (?P<of>command|operation|subcommand|service_name): "
_COMMAND = r"'(?P<name>[\w.\-]{1,200})'"
_PYTHON_TYPE = r"<(?:class|type) '[\w.]{1,100}'>"
_STUB = r"(?P<of>\w{1,200}?)(?P<type>Client|ServiceResource|Resource|Exceptions)"
_ATTRIBUTE = r"""["'`](?P<name>\w{1,200})["'`]"""

PATTERNS = {
    # botocore's validator
    "parameter": rf"Unknown parameter in {_PATH}: {_QUOTED}, must be one of:(?: (?P<known>{_LIST}))?",
    "required": rf"Missing required parameter in {_PATH}: {_QUOTED}",
    "type": rf"Invalid type for (?:document )?parameter {_PATH}, value: [^\n]{{0,500}}?, "
    r"type: <(?:class|type) '(?P<found>[\w.]{1,100})'>, "
    rf"valid types: (?P<known>{_PYTHON_TYPE}(?:, {_PYTHON_TYPE}){{0,9}})",
    "length": rf"Invalid length for parameter {_PATH}, value: (?P<found>\d{{1,12}}), valid "
    r"(?:min length:|range:) (?P<limit>\d{1,12})",
    "range": rf"Invalid (?:value|range) for parameter {_PATH}, value: (?P<found>-?[\d.e+]{{1,40}}), valid "
    r"(?:min value:|range:) (?P<limit>-?\d{1,20}(?:\.\d{1,20})?)",
    "union": r"Invalid number of parameters set for tagged union structure (?P<path>[^\n\"',]{1,300}?)\. "
    rf"Can only set one of the following keys: (?P<known>{_LIST})",
    "union-empty": r"Must set one of the following keys for tagged union\s{0,3}structure (?P<path>[^\n\"',:]{1,300}?): "
    rf"(?P<known>{_LIST})",
    "json": rf"Invalid parameter {_PATH} must be json serializable",
    "alias": r"Parameter '(?P<path>\w{1,100})' and its alias '(?P<name>\w{1,100})' were provided for operation "
    r"(?P<of>\w{1,200})",
    # clients and resources
    "resource": r"'(?P<of>[a-z][a-z0-9]{0,40})\.(?P<type>\w{1,100})(?:\.(?P<path>\w{1,100}))?' "
    rf"object has no attribute {_ATTRIBUTE}",
    "attribute": r"(?P<type>type object )?(?<!module\s)'(?P<of>\w{1,200})' (?:object )?has no attribute "
    rf"{_ATTRIBUTE}",
    "exception": rf"<botocore\.errorfactory\.(?P<of>\w{{1,200}}?)Exceptions object{_ADDRESS}> object has no attribute "
    rf"'?(?P<name>\w{{1,200}})'?(?:\.\s{{1,3}}Valid exceptions are:\s{{0,3}}(?P<known>{_LIST})?)?",
    # type checkers and linters: mypy, pyright, ty, pylint
    "stub": rf'"{_STUB}" has no attribute {_ATTRIBUTE}',
    "stub-class": rf'Cannot access (?:attribute|member) {_ATTRIBUTE} for (?:class|type) "(?:type\[)?{_STUB}\]?"',
    "stub-ty": rf"(?:Type|Object of type) [`'\"]{_STUB}[`'\"] has no attribute {_ATTRIBUTE}",
    "stub-pylint": r"Instance of '(?P<of>\w{1,200}?)(?P<type>Client|ServiceResource|Resource|Exceptions)?' has no "
    r"'(?P<name>\w{1,200})' member",
    "stub-keyword": rf'Unexpected keyword argument {_ATTRIBUTE} for "(?P<path>\w{{1,200}})" of '
    r'"(?P<of>\w{1,200}?)Client"',
    # services
    "service": r"Unknown service: u?'(?P<name>[^'\n]{1,200})'"
    rf"(?:[.,]\s{{1,3}}Valid service names are:\s{{0,3}}(?P<known>{_LIST})?)?",
    "old-service": r"Invalid value \('(?P<name>[\w.\-]{1,200})'\) for param service_name",
    "no-resource": r"The '(?P<name>[\w.\-]{1,100})' resource does not exist\.",
    "no-data": r"Unable to load data for: (?P<name>[\w\-]{1,100})(?:/[\d\-]{1,20}/(?P<path>[\w\-]{1,40})|(?=\s|$|/))",
    # the AWS CLI
    "choice": rf"{_CHOICE}[Ii]nvalid choice, valid choices are:{_GRID}(?:Invalid choice: {_COMMAND}|\n\n\n|$)",
    "found-choice": rf"{_CHOICE}Found invalid choice {_COMMAND}",
    "old-choice": rf"{_CHOICE}[Ii]nvalid choice: u?{_COMMAND}(?: \(choose from (?P<known>[^()]{{0,60000}}))?",
    "option": r"Unknown options: (?P<name>--[\w\-]{1,200})",
    "key": r"Error parsing parameter '?(?P<path>--[\w\-]{1,200})'?: Unknown key '(?P<name>[\w\-]{1,200})', "
    rf"valid choices are: (?P<known>{_LIST})",
    # values that services and tools refuse: Terraform, serverless, cfn-lint, JSON Schema, click, pydantic, Kubernetes
    "value": r"Value (?:'(?P<name>[^'\n]{0,500})' )?at '(?P<path>[^'\n]{1,500})' failed to satisfy constraint: "
    rf"(?:Member must satisfy constraint: \[)?Member must satisfy enum value set(?::\s{{0,3}}{_BRACKETED})?",
    "bare-value": rf"Member must satisfy enum value set:\s{{0,3}}{_BRACKETED}",
    "expected": rf"expected (?P<path>[\w.\-]{{1,200}}) to be one of {_BRACKETED}"
    r"""(?:,\s{1,3}got:?\s{1,3}["']?(?P<name>[^\s"']{1,200}))?""",
    "allowed": r"at '(?P<path>[\w.\-\[\]]{1,200})': (?:must|should) be equal to one of the allowed values "
    rf"{_BRACKETED}",
    "valid": r"must specify a valid value for (?P<path>[\w.]{1,200}) \((?P<name>[^()\n]{1,200})\)"
    rf"(?:[^\n\[]{{0,200}}?\s?Valid values are {_BRACKETED})?",
    "not-one": rf"'(?P<name>[^'\n]{{1,200}})' is not one of (?:{_BRACKETED}|{_QUOTED_VALUES})",
    "cloudformation": r"#/(?P<path>[\w/\-]{1,200}): (?P<name>[^\s\[\]]{1,200}) is not a valid enum value",
    "pydantic": rf"Input should be {_QUOTED_VALUES}"
    r"(?: \[type=\w{1,40}, input_value='(?P<name>[^'\n]{1,200})')?",
    "pydantic-1": rf"(?:unexpected value|value is not a valid enumeration member); permitted: {_QUOTED_VALUES}"
    r"(?: \(type=[\w.]{1,40}; given=(?P<name>[^;\n]{1,200});)?",
    "kubernetes": r'Unsupported value: "(?P<name>[^"\n]{1,200})": '
    rf"supported values: {_QUOTED_VALUES}",
    # waiters and paginators
    "waiter": r"Waiter does not exist: (?P<name>[\w.\-]{1,200})",
    "paginator": r"Operation cannot be paginated: (?P<name>[\w.\-]{1,200})",
}


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern in which every blank is any white space."""
    return re.compile(pattern.replace(" ", r"\s{1,80}"))
