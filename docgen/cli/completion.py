"""`docgen completion`: the completion script of a shell."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from docgen.cli.arguments import read_options, set_runner
from docgen.cli.streams import write_stdout

SHELLS = ("bash", "zsh", "tcsh")

EPILOG = """Add one of these lines to the file that your shell reads when it starts:

  eval "$(docgen completion bash)"       in ~/.bashrc
  eval "$(docgen completion zsh)"        in ~/.zshrc, after compinit
  docgen completion tcsh | source /dev/stdin    in ~/.tcshrc"""


class CompletionOptions(NamedTuple):
    """The options of `docgen completion`."""

    shell: str

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> CompletionOptions:
        """Make the options."""
        return read_options(cls, namespace)


def add_completion_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `docgen completion`."""
    parser.epilog = EPILOG
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))
    set_runner(parser, CompletionOptions.parse, run_completion)


def run_completion(options: CompletionOptions) -> int:
    """Print the script, made from the parsers of all commands."""
    import shtab

    from docgen.cli.parser import make_parser

    parser = make_parser()
    words = {"FILE": shtab.FILE, "PATH": shtab.FILE, "SOURCE": shtab.FILE, "DIR": shtab.DIRECTORY}
    names = " ".join(_known_services())
    function = f'_docgen_services() {{\n  compgen -W "{names}" -- "$1"\n}}'
    services = {"bash": "_docgen_services", "zsh": f"({names})", "preamble": {"bash": function}}
    _set_completions(parser, {**words, "SERVICE": services})
    write_stdout(shtab.complete(parser, shell=options.shell) + "\n")
    return 0


def _set_completions(parser: argparse.ArgumentParser, completions: Mapping[str, Any]) -> None:
    """Complete each argument of a parser and of its commands by what its metavar stands for."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _set_completions(command, completions)
        elif (word := str(action.metavar)) in completions:
            action.complete = completions[word]  # type: ignore[attr-defined] # where shtab looks for it


def _known_services() -> Sequence[str]:
    """Return the services in the facts, which the script lists."""
    from docgen.history.facts.found import newest_facts
    from docgen.history.history import History

    facts = newest_facts()
    return History(facts.path).services if facts else ()
