"""What search engines read: sitemaps (sitemaps.org, protocol 0.9) and robots.txt. Both need the address of the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import escape

from docgen.render.addresses import address_of

MAX_SITEMAP_URLS = 50_000
"""Addresses in one sitemap: what the protocol allows."""

_SITEMAP_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def sitemap_files(
    base_url: str, pages: Iterable[tuple[str, str]], limit: int = MAX_SITEMAP_URLS
) -> Iterator[tuple[str, str]]:
    """`sitemap.xml` for pages given as path and date (or nothing), as file name and text.

    Where there are more than `limit`, it is an index of `sitemap-1.xml` and so on. `url` ends with a slash.
    """
    entries = [_sitemap_entry(address_of(path, base_url), date) for path, date in sorted(pages)]
    if len(entries) <= limit:
        yield "sitemap.xml", _sitemap_document("urlset", entries)
        return
    names: list[str] = []
    for start in range(0, len(entries), limit):
        names.append(f"sitemap-{len(names) + 1}.xml")
        yield names[-1], _sitemap_document("urlset", entries[start : start + limit])
    parts = [f"<sitemap><loc>{escape(base_url + name)}</loc></sitemap>" for name in names]
    yield "sitemap.xml", _sitemap_document("sitemapindex", parts)


def robots_txt(base_url: str = "") -> str:
    """`robots.txt`: all may read everything, and where the sitemap is if the address of the site is known."""
    return "User-agent: *\nAllow: /\n" + (f"\nSitemap: {base_url}sitemap.xml\n" if base_url else "")


def _sitemap_entry(url: str, date: str) -> str:
    modified = f"<lastmod>{escape(date)}</lastmod>" if date else ""
    return f"<url><loc>{escape(url)}</loc>{modified}</url>"


def _sitemap_document(name: str, entries: Iterable[str]) -> str:
    lines = "\n".join(entries)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} {_SITEMAP_NAMESPACE}>\n{lines}\n</{name}>\n'
