"""`docgen mcp`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

from docgen.cli.arguments import add_history_option, history_or_facts, read_options, set_runner
from docgen.cli.streams import print_message
from docgen.errors import UsageError

EPILOG = """An editor or agent starts this command and talks to it over standard input and output. Its tools are since,
explain, operation, search, changes and requires. It needs the extra: pip install 'docgen[mcp]'."""


class McpOptions(NamedTuple):
    """The options of `docgen mcp`."""

    history: Path

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> McpOptions:
        """Make the options."""
        return read_options(cls, namespace)


def add_mcp_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen mcp`."""
    parser.epilog = EPILOG
    add_history_option(parser)
    set_runner(parser, McpOptions.parse, run_mcp)


def run_mcp(options: McpOptions) -> int:
    """Serve until standard input ends."""
    path = history_or_facts(options.history)
    try:
        from docgen.agents.server import create_server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "mcp":
            raise
        raise UsageError("mcp: the SDK is not installed (pip install 'docgen[mcp]')") from None
    server = create_server(path)
    if sys.stdin.isatty():
        print_message("waiting for an agent or editor on standard input (stop with Ctrl-C)")
    server.run("stdio")
    return 0
