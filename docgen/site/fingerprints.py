"""Cache keys for the parts of a site. The same fingerprint means the same pages."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import astuple
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from docgen.files import sha256_of_entries, sha256_of_file
from docgen.history.history import History
from docgen.resources import program_digest
from docgen.site.output_options import OutputOptions
from docgen.sources.release import LazySource, ModelFile, Source
from docgen.sources.selection import ReleaseSelection


class Fingerprints:
    """Computes fingerprints. Each covers the program and the output options, so a new docgen rebuilds all pages."""

    def __init__(self, output_options: OutputOptions) -> None:
        templates = output_options.templates
        self.template_digest = "" if templates is None else sha256_of_entries(_folder_entries(templates))
        branding = output_options.branding
        looks = branding.title, branding.accent, branding.icon, branding.footer, branding.home, branding.notations
        logo = sha256_of_file(branding.logo) if branding.logo else ""
        self._base = orjson.dumps(
            [program_digest(), output_options.formats, output_options.url, self.template_digest, *looks, logo]
        )
        self._digest_cache: dict[int, tuple[ModelFile, list[Any]]] = {}

    def of_values(self, *values: Any) -> str:
        """Return the fingerprint of a part that is built from these values, which must be plain JSON."""
        return sha256(self._base + orjson.dumps(values)).hexdigest()[:32]

    def of_run(
        self,
        source: Source,
        history: History | None,
        selection: ReleaseSelection,
        services: Collection[str],
        shard: tuple[int, int] | None,
    ) -> str:
        """Return the fingerprint of a whole run, or empty for a source that is more than one file."""
        sole_file = source.sole_file if isinstance(source, LazySource) else None
        if sole_file is None:
            return ""
        paths = [sole_file] if history is None else [sole_file, history.reader.path]
        digests = {path: sha256_of_file(path) for path in paths}
        values = [digests[path] for path in paths], astuple(selection), sorted(services), shard
        return self.of_values("run", *values)

    def file_digests(self, file: ModelFile | None) -> list[Any] | None:
        """Return the content digests of a model and its siblings, as plain JSON. They are computed once."""
        if file is None:
            return None
        cached = self._digest_cache.get(id(file))
        if cached is None:
            model, siblings = file.digests()
            cached = self._digest_cache[id(file)] = file, [model, dict(siblings)]
        return cached[1]


def _folder_entries(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield path.relative_to(folder).as_posix(), path.read_bytes()
