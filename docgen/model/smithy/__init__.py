"""Smithy models: the JSON AST that Smithy's tools exchange, read as the same `Service` as a `service-2.json`.

    read_documents(data, location) -> {"service-2.json": …, "paginators-1.json": …, "waiters-2.json": …}
    read_service(data, location) -> Service

| module       | job                                                                       |
|--------------|---------------------------------------------------------------------------|
| `ast`        | the decoded file: shapes by id, references that resolve, errors with pointers |
| `mixins`     | shapes with the members and traits of their mixins                          |
| `closure`    | the operations of a service, those of its resources included                |
| `traits`     | Smithy traits as keys of a `service-2.json`                                  |
| `shapes`     | structures, unions, lists, maps and scalars, with their names                |
| `operations` | operations and how they travel                                              |
| `metadata`   | what the service says of itself                                             |
| `paginators`, `waiters` | the sibling files that botocore has for a model                  |
| `text`       | documentation: HTML as it is, CommonMark as HTML                            |
| `names`      | the name that SDKs know a service by                                        |
| `reader`     | puts them together                                                          |

The result is a `service-2.json` in memory rather than a `Service` made directly: so a history stores the same
elements whatever format they came from, and everything that reads models works unchanged.
"""

from docgen.model.smithy.ast import is_ast, read_ast
from docgen.model.smithy.names import service_name
from docgen.model.smithy.reader import FILES, read_documents, read_service

__all__ = ["FILES", "is_ast", "read_ast", "read_documents", "read_service", "service_name"]
