"""The page with every release, by year and month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from docgen.pages.index.periods import Period, period_data, release_periods
from docgen.pages.index.site_pages import SiteRecords, site_pages
from docgen.pages.registry import PageKind, register_page
from docgen.wording import counted


@dataclass(frozen=True, slots=True)
class ReleaseCatalog:
    """Every year with its months, newest first."""

    package: str
    years: tuple[tuple[str, tuple[Period, ...]], ...]
    release_count: int
    root: str = "../"


def release_catalog(package: str, periods: Sequence[Period]) -> ReleaseCatalog:
    """Return the catalog of all releases by year; periods are given newest first."""
    years = groupby(periods, lambda period: period.name.partition("/")[0])
    return ReleaseCatalog(
        package,
        tuple((year, tuple(months)) for year, months in years),
        sum(len(period.records) for period in periods),
    )


def release_catalog_data(catalog: ReleaseCatalog) -> dict[str, Any]:
    """Return all releases as JSON."""
    return {
        "package": catalog.package,
        "periods": [period_data(period) for _, periods in catalog.years for period in periods],
    }


def _release_catalog_description(catalog: ReleaseCatalog) -> str:
    return f"All {counted(catalog.release_count, 'release')} by month."


RELEASE_CATALOG_PAGE = register_page(
    PageKind("release-catalog", ReleaseCatalog, data=release_catalog_data, description=_release_catalog_description)
)


@site_pages
def _release_catalog_page(site: SiteRecords) -> Iterator[tuple[str, ReleaseCatalog]]:
    yield "releases/index", release_catalog(site.package, release_periods(site.releases))
