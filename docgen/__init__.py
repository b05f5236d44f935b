"""Change notes and a static API reference from versioned API models such as those of botocore.

The rooms of the package, in the order in which data passes through them:
`model` → `diff` → `rules` → `history` → `pages` → `compare` → `check`, `site` → `cli`. `sources` finds and reads
releases, and `render` turns pages into text.

The public API is `__all__`, which follows semantic versioning. Everything else may change in any release. Names are
imported when they are first used, so `import docgen` is fast.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers treat it as true; importing it from `typing` would take longer than all the rest
if TYPE_CHECKING:
    from docgen.diff.compare import find_deltas
    from docgen.diff.delta import Delta, ServiceDelta
    from docgen.errors import DocgenError, ModelError, OutputError, SourceError, UsageError
    from docgen.history.history import History
    from docgen.history.index import update_history
    from docgen.history.since import Answer, since
    from docgen.locate import find_release, open_source
    from docgen.model.parse import parse
    from docgen.model.service import Member, Operation, Service, Shape
    from docgen.rules.change import Change
    from docgen.rules.classify import classify
    from docgen.rules.rule import Rule, Severity
    from docgen.site.build import build_site
    from docgen.sources.release import ModelFile, Release, Source
    from docgen.sources.selection import ReleaseSelection

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Change",
    "Delta",
    "DocgenError",
    "History",
    "Member",
    "ModelError",
    "ModelFile",
    "Operation",
    "OutputError",
    "Release",
    "ReleaseSelection",
    "Rule",
    "Service",
    "ServiceDelta",
    "Severity",
    "Shape",
    "Source",
    "SourceError",
    "UsageError",
    "__version__",
    "build_site",
    "classify",
    "find_deltas",
    "find_release",
    "open_source",
    "parse",
    "since",
    "update_history",
]

_EXPORTS = {
    "diff.compare": ("find_deltas",),
    "diff.delta": ("Delta", "ServiceDelta"),
    "errors": ("DocgenError", "ModelError", "OutputError", "SourceError", "UsageError"),
    "history.history": ("History",),
    "history.index": ("update_history",),
    "history.since": ("Answer", "since"),
    "locate": ("find_release", "open_source"),
    "model.parse": ("parse",),
    "model.service": ("Member", "Operation", "Service", "Shape"),
    "rules.change": ("Change",),
    "rules.classify": ("classify",),
    "rules.rule": ("Rule", "Severity"),
    "site.build": ("build_site",),
    "sources.release": ("ModelFile", "Release", "Source"),
    "sources.selection": ("ReleaseSelection",),
}


if not TYPE_CHECKING:  # or type checkers would accept any name

    def __getattr__(name):
        from importlib import import_module

        for module, names in _EXPORTS.items():
            if name in names:
                globals()[name] = getattr(import_module(f"docgen.{module}"), name)
                return globals()[name]
        raise AttributeError(f"module 'docgen' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
