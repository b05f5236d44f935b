"""What search engines read: sitemaps (sitemaps.org, protocol 0.9) and robots.txt. Both need the address of the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import escape

from docgen.render.addresses import address_of

MAX_ADDRESSES = 50_000
"""Addresses in one sitemap: what the protocol allows."""

_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def sitemaps(url: str, pages: Iterable[tuple[str, str]], limit: int = MAX_ADDRESSES) -> Iterator[tuple[str, str]]:
    """`sitemap.xml` for pages given as path and date (or nothing), as file name and text.

    Where there are more than `limit`, it is an index of `sitemap-1.xml` and so on. `url` ends with a slash.
    """
    entries = [_entry(address_of(path, url), date) for path, date in sorted(pages)]
    if len(entries) <= limit:
        yield "sitemap.xml", _document("urlset", entries)
        return
    names: list[str] = []
    for start in range(0, len(entries), limit):
        names.append(f"sitemap-{len(names) + 1}.xml")
        yield names[-1], _document("urlset", entries[start : start + limit])
    parts = [f"<sitemap><loc>{escape(url + name)}</loc></sitemap>" for name in names]
    yield "sitemap.xml", _document("sitemapindex", parts)


def robots(url: str = "") -> str:
    """`robots.txt`: all may read everything, and where the sitemap is if the address of the site is known."""
    return "User-agent: *\nAllow: /\n" + (f"\nSitemap: {url}sitemap.xml\n" if url else "")


def _entry(address: str, date: str) -> str:
    modified = f"<lastmod>{escape(date)}</lastmod>" if date else ""
    return f"<url><loc>{escape(address)}</loc>{modified}</url>"


def _document(name: str, entries: Iterable[str]) -> str:
    lines = "\n".join(entries)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} {_NAMESPACE}>\n{lines}\n</{name}>\n'
