"""`docgen requires`."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from docgen.cli.common import add_command, discard_stdout, positive_int, terminal_settings
from docgen.cli.index import add_history_option

if TYPE_CHECKING:
    from docgen.cli.common import Commands

FORMATS = ("text", "markdown", "json", "sarif", "github")
EPILOG = """Reads Python files and notebooks without importing or running them, and compares what they use with the
history of botocore. Declared versions are read from pyproject.toml, requirements files, setup.cfg, setup.py,
environment.yml and lock files. Exits with 1 if a declared version is too low, or a name is in no release."""


def add_requires_command(commands: Commands) -> None:
    """Declare the command."""
    requires = add_command(commands, "requires", _run_requires, "find the lowest boto3 that has what code uses", EPILOG)
    requires.add_argument("paths", metavar="PATH", nargs="+", help="Python files, notebooks, folders of them")
    add_history_option(requires)
    requires.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    requires.add_argument("--all", action="store_true", help="list every name that is used, not only the newest")
    requires.add_argument("--jobs", metavar="N", type=positive_int, default=_cpus(), help="default: one per CPU")


def _run_requires(options: argparse.Namespace) -> int:
    from pathlib import Path

    from docgen.requires.facts import HistoryFacts
    from docgen.requires.report import render_result
    from docgen.requires.result import examine

    result = examine([Path(path) for path in options.paths], HistoryFacts(Path(options.history)), options.jobs)
    for warning in result.requirement.warnings:
        print(f"docgen: {warning}", file=sys.stderr)
    width, colour = terminal_settings()
    text = render_result(result, options.format, width=width, colour=colour, every=options.all)
    try:
        print(text, end="", flush=True)
    except BrokenPipeError:  # the verdict holds, whether or not all of it was read
        discard_stdout()
    return 1 if result.failing else 0


def _cpus() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
