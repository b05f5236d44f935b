"""What belongs to a site as a whole and costs next to nothing: its style, script and schemas, feeds, sitemaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from docgen import schema
from docgen.pages.index.records import ReleaseRecord
from docgen.pages.index.timeline import ServiceLine, site_index
from docgen.pages.page import machines_page, not_found_page
from docgen.render.formats import render, render_feed, script, style_sheet
from docgen.site.feeds import feeds
from docgen.site.jobs import File, Look
from docgen.site.sitemap import robots, sitemaps
from docgen.sources.release import Release


def around(
    look: Look,
    newest: Release,
    records: Sequence[ReleaseRecord],
    lines: Sequence[ServiceLine],
    dates: Mapping[str, str],
) -> Iterator[File]:
    """The files, as path and content; `dates` has the date of every page, or nothing, by path without extension."""
    if "html" in look.formats:
        yield "static/site.css", style_sheet(look.templates).encode()
        yield "static/site.js", script(look.templates).encode()
        missing = render(not_found_page(look.url), "html", standalone=True, templates=look.templates)
        yield "404.html", missing.encode()
        yield "robots.txt", robots(look.url).encode()
        for feed in feeds(newest.package, records, {line.service: line.title for line in lines}):
            for path, text in render_feed(feed, look.url, look.templates):
                yield path, text.encode()
        if look.url:
            for name, text in sitemaps(look.url, dates.items()):
                yield name, text.encode()
    if "markdown" in look.formats:
        index = site_index(newest.package, newest.name, records, lines)
        yield "llms.txt", render(machines_page(index, "llms"), "markdown", templates=look.templates).encode()
    if "json" in look.formats:
        for name in schema.PUBLISHED:
            yield f"schema/{name}.schema.json", schema.text(name).encode()
