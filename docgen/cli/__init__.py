"""The command line: parse arguments, run one command, print, return the exit code.

Exit codes: 0 for success; 1 if `docgen check` found a change that fails; 2 if docgen could not run, with one line on
standard error. Each command is a module of the same name with three parts: a `NamedTuple` of its options,
`add_<name>_arguments` and `run_<name>`. Only the command that runs is imported and declares its arguments, so short
commands start fast.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext, suppress

from docgen.cli.parser import parse_arguments
from docgen.cli.progress import progress_on_terminal
from docgen.cli.screen import choose_colour, error_screen
from docgen.cli.signals import interrupt_exit_code, interrupt_on_termination
from docgen.cli.streams import (
    close_pager,
    configure_streams,
    discard_stdout,
    flush_stdout,
    open_missing_streams,
    page_stdout,
    settle_streams,
)
from docgen.errors import DocgenError, error_reason

PAGED = frozenset(
    ("check", "diff", "explain", "help", "history", "notes", "requires", "rules", "show", "since", "uses")
)
"""The commands whose output may be longer than a screen, and is read from its beginning."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: The words after `docgen`; those of the process by default.

    Returns:
        The exit code.

    """
    open_missing_streams()
    configure_streams()
    interrupt_on_termination()
    try:
        namespace = parse_arguments(sys.argv[1:] if arguments is None else arguments)
        choose_colour(namespace.color)
        if namespace.pager and namespace.command in PAGED:
            page_stdout()
        with progress_on_terminal() if error_screen().is_terminal else nullcontext():
            code: int = namespace.run(namespace)
        flush_stdout()
        return code
    except DocgenError as error:
        return _report(error)
    except BrokenPipeError:
        discard_stdout()
        return 0
    except KeyboardInterrupt as interrupt:
        return interrupt_exit_code(interrupt)
    except OSError as error:
        # The system refuses something where no code expects it: a name that is too long, a disk that fails.
        return _report(DocgenError(f"{error.filename or 'system'}: {error_reason(error)}"))
    except MemoryError:
        return _report(DocgenError("not enough memory"))
    except Exception:
        # A bug in docgen. Python itself would exit with 1, which means "changes found" to the callers of `check`.
        with suppress(OSError, ValueError):
            sys.excepthook(*sys.exc_info())
        return 2
    finally:
        close_pager()
        settle_streams()


def _report(error: DocgenError) -> int:
    """Print an error, and return the exit code."""
    from docgen.cli.error_report import print_error

    print_error(error)
    return 2
