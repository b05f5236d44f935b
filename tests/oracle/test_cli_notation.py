"""Commands of the AWS CLI compared with the CLI's own help, for twenty services. Needs the package `awscli`.

Run it with `uv run --with awscli`, or install `awscli` with docgen. It is not a dependency of the tests, because it
pins other versions of the same packages.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from docgen.model.notations.aws_cli import cli_command, has_cli_command
from docgen.model.parse import parse

clidriver = pytest.importorskip("awscli.clidriver")

SERVICES = """
appstream bedrock-runtime cloudformation cloudfront dynamodb ec2 ecs events glue iam kms lambda logs rds route53 s3api
secretsmanager sns sqs stepfunctions
""".split()

CUSTOMIZED = {
    "--max-items": "the CLI pages by itself: its own option replaces that of the operation",
    "--min-count": "--count of the CLI replaces both",
    "--max-count": "--count of the CLI replaces both",
    "--distribution-config": "optional beside options of the CLI's own",
    "--invalidation-batch": "optional beside options of the CLI's own",
    "--storage": "optional beside options of the CLI's own",
    "--code": "optional beside --zip-file",
    "--content": "optional beside --zip-file",
    "--zip-file": "of the CLI alone",
    "--disable-api-termination": "of modify-instance-attribute, which keeps the plain name",
    "--outfile": "of create-virtual-mfa-device alone",
    "<outfile>": "of select-object-content, which has no bytes in its response",
    "--priv-launch-key": "of the CLI alone",
}

SECOND_COMMANDS = {"add-option-to-option-group", "remove-option-from-option-group"}
"""Second commands for operations that also have a command of their own name, or would have one."""


@pytest.mark.parametrize("command", SERVICES)
def test_commands_are_those_of_the_help(command: str) -> None:
    driver = clidriver.create_clidriver()
    service_command = driver._get_command_table()[command]
    service_name = service_command._service_name
    raw = driver.session.get_component("data_loader").load_service_model(service_name, "service-2")
    service = parse(json.dumps(raw).encode())
    table = service_command._get_command_table()
    commands = [command for command in table.values() if isinstance(command, clidriver.ServiceOperation)]
    assert {found._operation_model.name for found in commands} == {
        name for name, operation in service.operations.items() if has_cli_command(service_name, service, operation)
    }
    counts: Counter[str] = Counter()
    for found in commands:
        shown = cli_command(service_name, service, service.operations[found._operation_model.name])
        if found.name in SECOND_COMMANDS:
            continue
        synopsis, *blocks = shown.split("\n\n--")
        assert synopsis.splitlines()[0] == f"aws {command} {found.name}"
        lines = [line.strip() for line in synopsis.splitlines()[1:]]
        expected = dict(help_of(found))
        for line in {*lines} ^ {*expected}:
            assert line.strip("[]").split()[0] in CUSTOMIZED, (command, found.name, line)
        values = without_space("".join(block.partition(":\n")[2] for block in blocks if is_documented(block, expected)))
        assert values == without_space(
            "".join(text for line, text in expected.items() if option_of(line) not in CUSTOMIZED)
        )
        counts["same" if lines == [*expected] else "customized"] += 1
    print(f"\n{command}: {dict(counts)}")


def is_documented(block: str, expected: dict[str, str]) -> bool:
    option = "--" + re.split(r"[,:]", block)[0]
    return option not in CUSTOMIZED and option in {option_of(line) for line in expected}


def option_of(line: str) -> str:
    return line.strip("[]").split()[0]


def without_space(text: str) -> str:
    return re.sub(r"\s+", "", text)


def help_of(command: Any) -> Iterator[tuple[str, str]]:
    """Yield each option of a command as in its synopsis, and the forms of its value as in the CLI's help."""
    help_command = command.create_help_command()
    handler = pytest.importorskip("awscli.clidocs").OperationDocumentEventHandler(help_command)
    new_document = pytest.importorskip("awscli.bcdoc.restdoc").ReSTDocument
    documented = {
        getattr(argument, "_serialized_name", "")
        for argument in help_command.arg_table.values()
        if not getattr(argument, "_UNDOCUMENTED", False)
    }
    for name, argument in help_command.arg_table.items():
        if name == "generate-cli-skeleton" or (
            getattr(argument, "_operation_model", None) is None and name != "outfile"
        ):
            continue
        if getattr(argument, "_UNDOCUMENTED", False) and argument._serialized_name in documented:
            continue  # a second name, which the help does not have
        help_command.doc = new_document()
        handler.doc_synopsis_option(arg_name=name, help_command=help_command)
        line = help_command.doc.getvalue().decode().strip()
        if not line:
            continue  # the other half of a switch
        help_command.doc = new_document()
        if argument.group_name is None and name != "outfile":
            handler.doc_option_example(name, help_command, event_name=f"docs.x.{command.name}.{command.name}")
        text = re.sub(r"Where valid.*?(?=JSON Syntax|$)", "", help_command.doc.getvalue().decode(), flags=re.DOTALL)
        yield line, re.sub(r"(?:Shorthand |JSON )?Syntax\s*::", "", text)
