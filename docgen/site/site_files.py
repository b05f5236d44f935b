"""What belongs to a site as a whole and costs next to nothing: its style, script and schemas, feeds, sitemaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from docgen import schema
from docgen.pages.index.records import ReleaseRecord
from docgen.pages.index.timeline import ServiceLine, site_index
from docgen.pages.page import llms_page, not_found_page
from docgen.render.formats import render_feed, render_page, site_script, style_sheet
from docgen.site.feeds import site_feeds
from docgen.site.jobs import OutputFile, OutputOptions
from docgen.site.sitemap import robots_txt, sitemap_files
from docgen.sources.release import Release


def common_files(
    output_options: OutputOptions,
    latest: Release,
    records: Sequence[ReleaseRecord],
    service_lines: Sequence[ServiceLine],
    dates: Mapping[str, str],
) -> Iterator[OutputFile]:
    """The files, as path and content; `dates` has the date of every page, or nothing, by path without extension."""
    if "html" in output_options.formats:
        yield "static/site.css", style_sheet(output_options.templates).encode()
        yield "static/site.js", site_script(output_options.templates).encode()
        missing = render_page(
            not_found_page(output_options.url), "html", standalone=True, templates=output_options.templates
        )
        yield "404.html", missing.encode()
        yield "robots.txt", robots_txt(output_options.url).encode()
        for feed in site_feeds(latest.package, records, {line.service: line.title for line in service_lines}):
            for path, text in render_feed(feed, output_options.url, output_options.templates):
                yield path, text.encode()
        if output_options.url:
            for name, text in sitemap_files(output_options.url, dates.items()):
                yield name, text.encode()
    if "markdown" in output_options.formats:
        index = site_index(latest.package, latest.name, records, service_lines)
        yield "llms.txt", render_page(llms_page(index, "llms"), "markdown", templates=output_options.templates).encode()
    if "json" in output_options.formats:
        for name in schema.PUBLISHED_SCHEMAS:
            yield f"schema/{name}.schema.json", schema.schema_text(name).encode()
