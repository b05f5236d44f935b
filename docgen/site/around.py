"""What belongs to a site as a whole and costs next to nothing: its style, script and schemas, feeds, sitemaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from docgen import pages, schema
from docgen.pages import ReleaseRecord, ServiceLine
from docgen.render import render, render_feed, script, style_sheet
from docgen.site.jobs import File, Look
from docgen.sources import Release


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
        missing = render(pages.not_found_page(look.url), "html", standalone=True, templates=look.templates)
        yield "404.html", missing.encode()
        yield "robots.txt", pages.robots(look.url).encode()
        for feed in pages.feeds(newest.package, records, {line.service: line.title for line in lines}):
            for path, text in render_feed(feed, look.url, look.templates):
                yield path, text.encode()
        if look.url:
            for name, text in pages.sitemaps(look.url, dates.items()):
                yield name, text.encode()
    if "markdown" in look.formats:
        index = pages.site_index(newest.package, newest.name, records, lines)
        yield "llms.txt", render(pages.machines_page(index, "llms"), "markdown", templates=look.templates).encode()
    if "json" in look.formats:
        for name in schema.PUBLISHED:
            yield f"schema/{name}.schema.json", schema.text(name).encode()
