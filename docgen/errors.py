"""What can go wrong, each said in one line: the place, the problem, then the way out if there is one.

    DocgenError
    ├── ModelError    a service model is malformed
    ├── SourceError   releases or model files cannot be found or read
    ├── UsageError    a command was asked for something that is not there
    └── OutputError   a page cannot be written

The command line prints the line and exits with 2; nothing else catches these.
"""

from __future__ import annotations

_MAX_HEAD_LENGTH, _MAX_TAIL_LENGTH = 1500, 500
"""Characters of a message that stay: it opens with the place and ends with the way out."""


class DocgenError(Exception):
    """A problem that the user can understand and mend; `str()` is the whole message."""

    def __str__(self) -> str:
        # Messages quote names from hostile files: keep them on one line, printable, and of a length that can be read.
        line = super().__str__()
        if len(line) > _MAX_HEAD_LENGTH + _MAX_TAIL_LENGTH:
            line = f"{line[:_MAX_HEAD_LENGTH]} … {line[-_MAX_TAIL_LENGTH:]}"
        return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in line)


class ModelError(DocgenError):
    """A service model is not one; the place is the file and a JSON pointer into it."""


class SourceError(DocgenError):
    """A source, a release or a model file is missing or unreadable."""


class UsageError(DocgenError):
    """The command's words name something that does not exist."""


class OutputError(DocgenError):
    """A page cannot be written, or may not be."""
