"""The history of an API: an index of every release, kept up to date, and answers from it.

    index(source, path) -> Indexed          reads what is new, in one file

| module  | job                                                        |
|---------|------------------------------------------------------------|
| `chain` | the revisions of one API as rows: the unit of work         |
| `indexing` | which revisions are new, who reads them, when they are safe |
"""

from docgen.history.indexing import Done, index

__all__ = ["Done", "index"]
