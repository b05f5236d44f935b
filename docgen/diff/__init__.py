"""Facts: what differs between two versions of a service model. No opinions, nothing about how it is shown.

    diff(old, new, "appstream") -> ServiceDelta, an iterable of Delta

| module     | job                                                                   |
|------------|-----------------------------------------------------------------------|
| `facts`    | the kinds of facts, one fact, all facts of a service                  |
| `values`   | which leaves of two JSON values differ; lists that are sets           |
| `effect`   | what references and their targets say together                        |
| `siblings` | the files beside a model: paginators, waiters, examples, endpoints    |
| `compare`  | the walk over pairs of shapes that finds the facts                    |
"""

from docgen.diff.compare import diff
from docgen.diff.effect import effective_enum, enum_of
from docgen.diff.facts import Delta, Kind, Pair, ServiceDelta

__all__ = ["Delta", "Kind", "Pair", "ServiceDelta", "diff", "effective_enum", "enum_of"]
