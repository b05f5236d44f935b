"""Facts: what differs between two versions of a service model. No opinions, nothing about how it is shown.

    diff(old, new, "appstream") -> ServiceDelta, an iterable of Delta

| module    | job                                                    |
|-----------|--------------------------------------------------------|
| `facts`   | the kinds of facts, one fact, all facts of a service   |
| `compare` | the walk over pairs of shapes that finds them          |
"""

from docgen.diff.compare import diff, effective_enum, enum_of
from docgen.diff.facts import Delta, Kind, Pair, ServiceDelta

__all__ = ["Delta", "Kind", "Pair", "ServiceDelta", "diff", "effective_enum", "enum_of"]
