"""The errors that docgen raises. Each message is one line: location, problem and, if there is one, the way out.

    DocgenError
    ├── ModelError    a service model is malformed
    ├── SourceError   releases or model files cannot be found or read
    ├── UsageError    an argument names something that does not exist
    └── OutputError   a file cannot be written

The command line prints the line to stderr and exits with 2. Nothing else catches these errors.
"""

from __future__ import annotations

from docgen.printable import visible_line

_MAX_HEAD_LENGTH, _MAX_TAIL_LENGTH = 1500, 500
"""Characters kept of a long message. It begins with the location and ends with the way out."""


class DocgenError(Exception):
    """Base class of all errors that docgen raises on purpose.

    `str(error)` is the complete message: one printable line, with the location, the problem and the way out.
    """

    def __str__(self) -> str:
        # Messages quote names from untrusted files. Keep them on one line, printable, and short enough to read.
        line = super().__str__()
        if len(line) > _MAX_HEAD_LENGTH + _MAX_TAIL_LENGTH:
            line = f"{line[:_MAX_HEAD_LENGTH]} … {line[-_MAX_TAIL_LENGTH:]}"
        return visible_line(line)


class ModelError(DocgenError):
    """A service model is malformed. The message has the file and a JSON pointer (RFC 6901) into it."""


class SourceError(DocgenError):
    """A source, a release or a model file is missing or cannot be read."""


class UsageError(DocgenError):
    """An argument names something that does not exist, or arguments contradict each other."""


class OutputError(DocgenError):
    """A file cannot be written, or docgen refuses to overwrite it because it belongs to someone else."""


def error_reason(error: BaseException) -> str:
    """Return what went wrong in the words of the operating system, without the path, which messages already have."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
