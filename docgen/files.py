"""Where docgen keeps what it fetched: below `$DOCGEN_CACHE`, else in the user's cache folder."""

from __future__ import annotations

import os
from pathlib import Path

from docgen.errors import SourceError


def cache_folder(name: str) -> Path:
    """The folder for one kind of thing, made if it is not there; raises `SourceError`."""
    own, cache = os.environ.get("DOCGEN_CACHE"), os.environ.get("XDG_CACHE_HOME")
    folder = (Path(own) if own else Path(cache or Path.home() / ".cache") / "docgen") / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SourceError(f"{folder}: {error.strerror} (DOCGEN_CACHE names another folder)") from None
    return folder
