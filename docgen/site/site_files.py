"""The files of a site that are not pages of a service: style, script, schemas, feeds and sitemaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from docgen import schema
from docgen.pages.index.records import ReleaseRecord
from docgen.pages.index.service_catalog import ServiceLine
from docgen.pages.index.site_index import LLMS_PAGE, NOT_FOUND_PAGE, not_found, site_index
from docgen.render.pictures.card import card_png
from docgen.render.templates import CARD, render_page_file, site_icon, site_script, style_sheet
from docgen.site.feeds import render_feed, site_feeds
from docgen.site.output_options import OutputFile, OutputOptions
from docgen.site.sitemap import robots_txt, sitemap_files
from docgen.sources.release import Release


def common_files(
    output_options: OutputOptions,
    latest: Release,
    records: Sequence[ReleaseRecord],
    service_lines: Sequence[ServiceLine],
    page_dates: Mapping[str, str],
) -> Iterator[OutputFile]:
    """Yield the path and the content of each file.

    Args:
        output_options: How pages are rendered.
        latest: The latest release.
        records: What is known about each release, oldest first.
        service_lines: The services of the latest release.
        page_dates: The date of every page, or an empty string, by path without extension.
    """
    options = output_options
    if "html" in options.formats:
        yield "static/site.css", style_sheet(options.templates, options.branding).encode()
        yield "static/site.js", site_script(options.templates).encode()
        yield "static/icon.svg", site_icon(options.templates, options.branding.accent).encode()
        if options.branding.logo:
            yield options.branding.icon, options.branding.logo.read_bytes()
        missing = NOT_FOUND_PAGE.page(not_found(urlsplit(options.url).path or "/", service_lines), "404")
        yield (
            "404.html",
            render_page_file(missing, "html", with_style=True, templates=options.templates, branding=options.branding),
        )
        yield "robots.txt", robots_txt(options.url).encode()
        titles = {line.service: line.title for line in service_lines}
        for feed in site_feeds(latest.package, records, titles, options.branding.title):
            for path, text in render_feed(feed, options.url, options.templates):
                yield path, text.encode()
        if options.url:
            worst = [next((word for word, _ in record.severities), "") for record in records]
            yield CARD, card_png(worst, options.branding)
            for name, text in sitemap_files(options.url, page_dates.items()):
                yield name, text.encode()
    if "markdown" in options.formats:
        index = site_index(latest.package, latest.name, records, service_lines)
        contents = LLMS_PAGE.page(index, "llms")
        yield "llms.txt", render_page_file(contents, "markdown", templates=options.templates)
    if "json" in options.formats:
        for name in schema.PUBLISHED_SCHEMAS:
            yield f"schema/{name}.schema.json", schema.schema_text(name).encode()
