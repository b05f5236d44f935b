"""A request as a command of the AWS CLI: its options, with the shorthand and the JSON form of structured values.

The form is that of the CLI's own help (`awscli.clidocs`, `awscli.argprocess`, 1.46): the synopsis, then for each option
with a structured value its shorthand syntax, where there is one, and its JSON syntax. Options that the CLI adds to
every command (`--output`, `--cli-input-json`, paging) are left out. Names that the CLI alone gives to options, such as
`--pipeline-version`, are in `cli_renames.txt`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from docgen.errors import ModelError
from docgen.model.customizations import service_aliases
from docgen.model.names import method_name
from docgen.model.notations.layout import double_quoted, new_line
from docgen.model.operation_walk import MAX_DEPTH, MAX_ROWS
from docgen.model.service import CONTAINER_TYPES, Member, Operation, Service, Shape
from docgen.printable import visible_line

_MAX_SHORTHAND_DEPTH = 3
"""Levels of members below an option that the shorthand syntax can express (`ParamShorthandDocGen._MAX_STACK`)."""

_MAX_JSON_SIZE = 4 * MAX_ROWS
"""Parts of the JSON syntax of an option."""

_COMMANDS = {"codedeploy": "deploy", "config": "configservice", "s3": "s3api"}
"""Services whose command has another name than the service."""

_REMOVED = {
    "ec2": frozenset({"ImportInstance", "ImportVolume"}),
    "emr": frozenset(
        """
        AddInstanceGroups AddJobFlowSteps DescribeCluster DescribeJobFlows ListBootstrapActions ListInstanceGroups
        RunJobFlow SetKeepJobFlowAliveWhenNoSteps SetTerminationProtection SetUnhealthyNodeReplacement
        SetVisibleToAllUsers TerminateJobFlows
        """.split()
    ),
    "ses": frozenset({"DeleteVerifiedEmailAddress", "ListVerifiedEmailAddresses", "VerifyEmailAddress"}),
}
"""Operations that the CLI leaves out, or replaces by commands of its own (`awscli.customizations.removals`, `emr`)."""

_WITH_EVENTS = frozenset({("s3", "SelectObjectContent")})
"""Operations with a stream of events that have a command all the same."""


class _TooComplexError(Exception):
    """The shorthand syntax cannot express a value."""


def cli_command(service_name: str, service: Service, operation: Operation) -> str:
    """Return the command that calls an operation, with its options.

    Args:
        service_name: The SDK name of the service, such as `appstream`.
        service: The service.
        operation: One of its operations.

    Raises:
        ModelError: The value of an option is too large to show.
    """
    options = () if operation.input is None else tuple(service.shape(operation.input).members.values())
    newest_name = service_aliases().get(service_name, service_name)
    tokens = [f"aws {_COMMANDS.get(newest_name, newest_name)} {kebab_case(operation.name)}"]
    is_ec2 = service.metadata.get("protocol") == "ec2"
    command = kebab_case(operation.name)
    names = {option.name: _option_name(service_name, command, kebab_case(option.name)) for option in options}
    tokens += [_synopsis(service_name, service, command, option, names[option.name], is_ec2) for option in options]
    if _has_streaming_output(service, operation):
        tokens.append("<outfile>")
    blocks = ["\n    ".join(map(visible_line, tokens))]
    for option in options:
        if not (is_ec2 and _wraps(service, option, "boolean")):
            blocks += _value_blocks(service, option, names[option.name])
    return "\n\n".join(blocks)


def has_cli_command(service_name: str, service: Service, operation: Operation) -> bool:
    """Return whether the CLI has a command for an operation: it has none for streams of events."""
    if operation.name in _REMOVED.get(service_name, ()):
        return False
    roots = [root for root in (operation.input, operation.output) if root is not None]
    has_events = any(
        service.trait(member, "eventstream") for root in roots for member in service.shape(root).members.values()
    )
    return not has_events or (service_name, operation.name) in _WITH_EVENTS


def kebab_case(name: str) -> str:
    """Return the CLI's spelling of an operation or a parameter: `CreateFleet` becomes `create-fleet`."""
    return method_name(name).replace("_", "-")


@cache
def _renames() -> Mapping[tuple[str, str, str], str]:
    """Return the CLI's own name of each renamed option, by service, command and option."""
    text = files(__package__).joinpath("cli_renames.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {(service, command, option): name for service, command, option, name in rows}


def _option_name(service_name: str, command: str, name: str) -> str:
    """Return the CLI's own name for an option, or `name` if it has none."""
    renames = _renames()
    return renames.get((service_name, command, name)) or renames.get((service_name, "*", name)) or name


def _synopsis(service_name: str, service: Service, command: str, option: Member, name: str, is_ec2: bool) -> str:
    """Return the option in the synopsis, in brackets if it may be omitted: tokens for idempotency are filled in."""
    is_switch = service.shape(option).type == "boolean" or (is_ec2 and _wraps(service, option, "boolean"))
    opposite = _option_name(service_name, command, f"no-{kebab_case(option.name)}") if is_switch else ""
    text = f"--{name} | --{opposite}" if is_switch else f"--{name} <value>"
    is_needed = option.required and not service.trait(option, "idempotencyToken")
    return text if is_needed else f"[{text}]"


def _has_streaming_output(service: Service, operation: Operation) -> bool:
    if operation.output is None:
        return False
    payload = service.trait(operation.output, "payload")
    member = service.shape(operation.output).members.get(payload) if isinstance(payload, str) else None
    return member is not None and service.shape(member).type == "blob"


def _value_blocks(service: Service, option: Member, option_name: str) -> Iterator[str]:
    """Yield the forms of a structured value, each with a heading."""
    shape = service.shape(option)
    if shape.type not in CONTAINER_TYPES or _wraps(service, option, "string"):
        return
    name = f"--{visible_line(option_name)}"
    item = service.shape(shape.members["member"]) if shape.type == "list" else None
    if item is not None and item.type not in CONTAINER_TYPES:
        placeholder = '"string"' if item.type == "string" else _scalar(service, shape.members["member"])
        yield f"{name}:\n    {placeholder} {placeholder} ..."
        return
    if not _contains_only_documents(service, option):
        shorthand = _shorthand(service, shape, item)
        if shorthand:
            yield f"{name}, shorthand:\n    {visible_line(shorthand)}"
    text = _JsonWriter(service, name).write(option)
    yield f"{name}, JSON:\n    {text}"


def _wraps(service: Service, option: Member, scalar_type: str) -> bool:
    """Return whether a value is a structure with only a `Value` of a type, which the CLI takes as that type."""
    shape = service.shape(option)
    is_wrapper = shape.type == "structure" and list(shape.members) == ["Value"]
    return is_wrapper and service.shape(shape.members["Value"]).type == scalar_type


def _shorthand(service: Service, shape: Shape, item: Shape | None) -> str:
    """Return the shorthand syntax of a structured value; empty if it is too deep for it."""
    try:
        if item is None:
            return _shorthand_value(service, shape, ())
        return f"{_shorthand_value(service, item, ())} ..."
    except _TooComplexError:
        return ""


def _shorthand_value(service: Service, shape: Shape, open_shapes: tuple[str, ...]) -> str:
    """Return the shorthand syntax of a value below the shapes that are open."""
    if len(open_shapes) > _MAX_SHORTHAND_DEPTH:
        raise _TooComplexError
    if shape.type == "structure":
        members = (member for member in shape.members.values() if not _contains_only_documents(service, member))
        inner = ",".join(_shorthand_member(service, member, open_shapes) for member in members)
        return f"{{{inner}}}" if open_shapes else inner
    if shape.type == "list":
        member = shape.members["member"]
        below = (*open_shapes, member.target)
        value = _shorthand_value(service, service.shape(member), below)
        is_nested = service.shape(member).type in CONTAINER_TYPES or len(below) > 2
        return f"[{value},{value}]" if is_nested else f"{value},{value}"
    if shape.type == "map":
        member = shape.members["value"]
        value = _shorthand_value(service, service.shape(member), (*open_shapes, member.target))
        inner = f"KeyName1={value},KeyName2={value}"
        return f"{{{inner}}}" if open_shapes else inner
    return shape.type


def _shorthand_member(service: Service, member: Member, open_shapes: tuple[str, ...]) -> str:
    if member.target in open_shapes:
        return "( ... recursive ... )"
    return f"{member.name}={_shorthand_value(service, service.shape(member), (*open_shapes, member.target))}"


def _contains_only_documents(service: Service, member: Member) -> bool:
    """Return whether a value is a document, or a list or map of documents, which only JSON can express."""
    seen: set[str] = set()
    shape = service.shape(member)
    while shape.type in ("list", "map") and shape.name not in seen:
        seen.add(shape.name)
        member = shape.members["member" if shape.type == "list" else "value"]
        shape = service.shape(member)
    return shape.type == "structure" and bool(service.trait(member, "document"))


def _scalar(service: Service, member: Member) -> str:
    shape = service.shapes[member.target]
    if shape.type == "string":
        enum = service.trait(member, "enum")
        return "|".join([double_quoted(value) for value in enum]) if enum else '"string"'
    return "true|false" if shape.type == "boolean" else visible_line(shape.type)


class _JsonWriter:
    """Writes the JSON syntax of one option. A shape inside itself is written once more, then marked as recursive."""

    def __init__(self, service: Service, option_name: str) -> None:
        self.service = service
        self.option_name = option_name
        self.parts: list[str] = []
        self.open_shapes: list[str] = []

    def write(self, option: Member) -> str:
        """Return the JSON syntax of the value of an option, its first line not indented."""
        self.value(option, 2)
        return "".join(self.parts)

    def value(self, member: Member, level: int) -> None:
        """Write a value whose lines are indented by `level`."""
        shape = self.service.shapes[member.target]
        if shape.type not in CONTAINER_TYPES:
            self.parts.append(_scalar(self.service, member))
            return
        if len(self.parts) > _MAX_JSON_SIZE or len(self.open_shapes) > MAX_DEPTH:
            raise ModelError(f"option {self.option_name}: too large to show")
        if self.open_shapes.count(shape.name) > 1:
            self.parts.append("{ ... recursive ... }" if shape.type == "structure" else "")
            return
        self.open_shapes.append(shape.name)
        if shape.type == "list":
            self.list_value(shape, level)
        elif shape.type == "map":
            self.map_value(shape, level)
        else:
            self.structure_value(member, shape, level)
        self.open_shapes.pop()

    def list_value(self, shape: Shape, level: int) -> None:
        """Write a list of one item and more."""
        item = shape.members["member"]
        if self.service.shape(item).type not in CONTAINER_TYPES:
            self.parts.append(f"[{_scalar(self.service, item)}, ...]")
            return
        self.parts.append("[" + new_line(level + 1))
        self.value(item, level + 1)
        self.parts.append(new_line(level + 1) + "..." + new_line(level) + "]")

    def map_value(self, shape: Shape, level: int) -> None:
        """Write a map of one entry and more."""
        self.parts.append(f"{{{_scalar(self.service, shape.members['key'])}: ")
        self.value(shape.members["value"], level + 2)
        self.parts.append(new_line(level + 1) + "...}")

    def structure_value(self, member: Member, shape: Shape, level: int) -> None:
        """Write a structure, or the sign of a document."""
        if self.service.trait(member, "document"):
            self.parts.append("{...}")
            return
        inner_line = new_line(level + 1)
        lead = "{" + inner_line
        for inner in shape.members.values():
            self.parts.append(f"{lead}{double_quoted(inner.name)}: ")
            self.value(inner, level + 1)
            lead = "," + inner_line
        self.parts.append(new_line(level) + "}" if shape.members else lead + new_line(level) + "}")
