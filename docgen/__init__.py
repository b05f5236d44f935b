"""docgen: change notes and a static reference from versioned API models.

Facts, then opinions, then pages: `model` → `diff` → `pages` → `render`. Each step takes plain data and returns
plain data; `sources`, `publish`, `build` and `cli` touch the world.

What `__all__` names is the public API, which changes as semantic versioning says; everything else may change in any
release. A name is imported when it is first asked for, so that `import docgen` costs nothing. Three functions are
called otherwise than where they are made, because a package of docgen has the name already.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it: importing `typing` for it takes longer than all the rest
if TYPE_CHECKING:
    from docgen.diff import Delta, ServiceDelta
    from docgen.diff import diff as find_deltas
    from docgen.errors import DocgenError, ModelError, OutputError, SourceError, UsageError
    from docgen.history.history import History
    from docgen.history.indexing import index as update_history
    from docgen.history.since import Answer, since
    from docgen.model import Member, Operation, Service, Shape, parse
    from docgen.rules import Change, Rule, Severity, classify
    from docgen.site.build import build as build_site
    from docgen.sources import Chosen, ModelFile, Release, Source, find_release, open_source

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Change",
    "Chosen",
    "Delta",
    "DocgenError",
    "History",
    "Member",
    "ModelError",
    "ModelFile",
    "Operation",
    "OutputError",
    "Release",
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

_PLACES = {
    "diff": ("Delta", "ServiceDelta", "find_deltas=diff"),
    "errors": ("DocgenError", "ModelError", "OutputError", "SourceError", "UsageError"),
    "history.history": ("History",),
    "history.indexing": ("update_history=index",),
    "history.since": ("Answer", "since"),
    "model": ("Member", "Operation", "Service", "Shape", "parse"),
    "rules": ("Change", "Rule", "Severity", "classify"),
    "site.build": ("build_site=build",),
    "sources": ("Chosen", "ModelFile", "Release", "Source", "find_release", "open_source"),
}


if not TYPE_CHECKING:  # or every name would be taken for one of ours

    def __getattr__(name):
        from importlib import import_module

        for module, names in _PLACES.items():
            for each in names:
                public, _, inner = each.partition("=")
                if public == name:
                    globals()[name] = getattr(import_module(f"docgen.{module}"), inner or public)
                    return globals()[name]
        raise AttributeError(f"module 'docgen' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
