"""Files for search engines: sitemaps (sitemaps.org, protocol 0.9) and robots.txt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import escape

from docgen.render.addresses import page_url

MAX_SITEMAP_URLS = 50_000
"""URLs in one sitemap, as the protocol limits them."""

_SITEMAP_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def sitemap_files(
    base_url: str, pages: Iterable[tuple[str, str]], limit: int = MAX_SITEMAP_URLS
) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each sitemap.

    Args:
        base_url: The URL of the site, ending with a slash.
        pages: The path of each page without extension, and its date (`YYYY-MM-DD`) or an empty string.
        limit: How many URLs a sitemap may have. If there are more pages, `sitemap.xml` is an index of `sitemap-1.xml`
            and so on.
    """
    entries = [_sitemap_entry(page_url(path, base_url), date) for path, date in sorted(pages)]
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
    """Return `robots.txt`, which allows everything, and names the sitemap if the URL of the site is known."""
    return "User-agent: *\nAllow: /\n" + (f"\nSitemap: {base_url}sitemap.xml\n" if base_url else "")


def _sitemap_entry(url: str, date: str) -> str:
    modified = f"<lastmod>{escape(date)}</lastmod>" if date else ""
    return f"<url><loc>{escape(url)}</loc>{modified}</url>"


def _sitemap_document(name: str, entries: Iterable[str]) -> str:
    lines = "\n".join(entries)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} {_SITEMAP_NAMESPACE}>\n{lines}\n</{name}>\n'
