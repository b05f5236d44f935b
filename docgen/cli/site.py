"""What `docgen build` and `docgen update` have in common: the options of a site, and writing it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from docgen.cli.arguments import (
    PAGE_FORMATS,
    ParallelOptions,
    absolute_url,
    add_parallel_options,
    add_service_option,
    add_templates_option,
    check_services,
    read_options,
    template_folder,
)
from docgen.errors import UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from docgen.history.history import History
    from docgen.render.branding import Branding
    from docgen.sources.release import Source
    from docgen.sources.selection import ReleaseSelection


class SiteOptions(NamedTuple):
    """How a site is written; `site_url` ends with a slash, or is empty."""

    output: Path
    into_existing: bool
    services: tuple[str, ...]
    site_url: str
    formats: tuple[str, ...]
    templates: Path | None
    parallel: ParallelOptions
    config: Path | None

    @classmethod
    def parse(cls, namespace: argparse.Namespace) -> SiteOptions:
        """Make the options; raises `UsageError` for an unknown format or a folder without templates."""
        parallel = read_options(ParallelOptions, namespace)
        templates = template_folder(namespace.templates)
        return read_options(
            cls,
            namespace,
            services=tuple(namespace.services),
            site_url=namespace.site_url or "",
            formats=parse_formats(namespace.formats),
            templates=None if templates is None else Path(parallel.absolute(str(templates))),
            parallel=parallel,
        )


def add_site_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that `SiteOptions` is made from."""
    parser.add_argument(
        "-o", "--output", metavar="DIR", type=Path, default=Path("output"), help="output folder (default: output)"
    )
    parser.add_argument(
        "--into-existing",
        action="store_true",
        help="write into a folder that holds other files and is not a docgen site",
    )
    add_service_option(parser)
    parser.add_argument(
        "--site-url",
        metavar="URL",
        type=absolute_url,
        help="public URL of the site; adds a sitemap and canonical links",
    )
    parser.add_argument(
        "--formats",
        metavar="LIST",
        default=",".join(PAGE_FORMATS),
        help="comma-separated page formats (default: %(default)s)",
    )
    add_templates_option(parser)
    parser.add_argument(
        "--config",
        metavar="FILE",
        type=Path,
        help="TOML file with the title, colour, logo and texts of the site (default: docgen.toml, if it exists)",
    )
    add_parallel_options(parser)


def parse_formats(text: str) -> tuple[str, ...]:
    """Return the formats in a comma-separated list; raises `UsageError`."""
    formats = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in formats:
        if name not in PAGE_FORMATS:
            raise UsageError(f"--formats: no format {name!r} (choose from {', '.join(PAGE_FORMATS)})")
    if not formats:
        raise UsageError(f"--formats: none given (choose from {', '.join(PAGE_FORMATS)})")
    return formats


def write_site(
    options: SiteOptions,
    source: Source,
    selection: ReleaseSelection,
    history: History | None,
    executor: Executor | None,
    *,
    shard: tuple[int, int] | None = None,
    reuse_from: Sequence[Path] = (),
) -> str:
    """Build a site, showing progress; returns the line that says what was done."""
    from docgen.site.build import build_site

    if options.services:
        previous, selected = selection.select(source.releases())
        check_services(options.services, [each for each in (previous, *selected[:1], *selected[-1:]) if each])
    return build_site(
        source,
        options.output,
        options.formats,
        selection=selection,
        history=history,
        url=options.site_url,
        templates=options.templates,
        services=options.services,
        shard=shard,
        reuse_from=reuse_from,
        max_workers=options.parallel.jobs,
        executor=executor,
        into_existing=options.into_existing,
        branding=_branding(options.config),
    )


def _branding(config: Path | None) -> Branding | None:
    """Return the branding of the site from `--config`, or from a `docgen.toml` here; raises `UsageError`."""
    from docgen.cli.branding_file import read_branding

    path = config or Path("docgen.toml")
    return read_branding(path) if config is not None or path.is_file() else None
