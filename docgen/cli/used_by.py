"""What `--used-by` means: the code is read once, and its watchlist selects changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.cli.streams import print_message
from docgen.errors import UsageError

if TYPE_CHECKING:
    from docgen.history.history import History
    from docgen.upgrades.used import UsedElements


def read_used_elements(paths: Sequence[Path], history: History | None = None) -> UsedElements:
    """Return what the code below the paths uses, according to a history or else to the facts that docgen has.

    Prints a warning for each file that cannot be read.

    Raises:
        SourceError: A path does not exist, or a file by itself cannot be read.
        UsageError: There are no facts.
    """
    from docgen.history.facts.found import newest_facts
    from docgen.requires.facts import HistoryFacts
    from docgen.upgrades.used import read_used_code

    facts = None if history else newest_facts()
    path = history.reader.path if history else facts.path if facts else None
    if path is None:
        raise UsageError("--used-by: docgen has no facts (make a history: `docgen index SOURCE`)")
    used = read_used_code(paths, HistoryFacts(path))
    for warning in used.warnings:
        print_message(warning)
    return used.elements
