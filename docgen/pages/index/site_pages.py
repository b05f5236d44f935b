"""The pages of a site that are made of records alone, such as the first page, the months and the rules.

The module of such a page declares a function with `site_pages`. All modules of this package are searched for them.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import docgen.pages.index

if TYPE_CHECKING:
    from docgen.history.lifespans import Removal
    from docgen.pages.index.lifecycle import LifecycleLine
    from docgen.pages.index.records import ReleaseRecord
    from docgen.pages.index.service_catalog import ServiceLine


@dataclass(frozen=True, slots=True)
class SiteRecords:
    """What the pages of a site are made of.

    Attributes:
        package: Name of the package, such as `botocore`.
        latest_release: Name of the newest release.
        releases: Every release of the site, oldest first.
        services: Every service of the reference, A to Z.
        lifecycles: The services with something deprecated or removed.
        removed_services: The services that the newest release no longer has.
        has_history: Whether a history is known beyond the releases of the site.
    """

    package: str
    latest_release: str
    releases: tuple[ReleaseRecord, ...]
    services: tuple[ServiceLine, ...]
    lifecycles: tuple[LifecycleLine, ...] = ()
    removed_services: tuple[Removal, ...] = ()
    has_history: bool = False


SitePages = Callable[[SiteRecords], Iterable[tuple[str, Any]]]
"""Returns pages of a site as path and view; the view has fields that `record_to_json` takes."""

_SITE_PAGES: dict[str, SitePages] = {}


def site_pages(function: SitePages) -> SitePages:
    """Declare a function that returns pages of every site."""
    _SITE_PAGES[f"{function.__module__}.{function.__qualname__}"] = function
    return function


def all_site_pages(records: SiteRecords) -> Iterator[tuple[str, Any]]:
    """Yield path and view of every page that the modules of this package declare."""
    for module in pkgutil.iter_modules(docgen.pages.index.__path__):
        import_module(f"{docgen.pages.index.__name__}.{module.name}")
    for name in sorted(_SITE_PAGES):
        yield from _SITE_PAGES[name](records)
