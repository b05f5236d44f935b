"""The history file: one SQLite database with every release, every revision of every model, and what differs.

`history.sql` is its schema, and says what each table holds. Here are the file and its rows; what they mean is for
`sources.indexed`, which reads releases out of them, and for `history`, which writes them and answers from them.
"""

from docgen.store.database import fits_together, is_database
from docgen.store.elements import decode, encode, join_documentation, split_documentation
from docgen.store.reader import Api, Reader, Span, Stored
from docgen.store.writer import Rows, Writer

__all__ = [
    "Api",
    "Reader",
    "Rows",
    "Span",
    "Stored",
    "Writer",
    "decode",
    "encode",
    "fits_together",
    "is_database",
    "join_documentation",
    "split_documentation",
]
