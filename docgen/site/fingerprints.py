"""Cache keys for the parts of a site. The same fingerprint means the same pages."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from docgen.files import sha256_of_entries
from docgen.resources import program_digest
from docgen.site.output_options import OutputOptions
from docgen.sources.release import ModelFile


class Fingerprints:
    """Computes fingerprints. Each covers the program and the output options, so a new docgen rebuilds all pages."""

    def __init__(self, output_options: OutputOptions) -> None:
        templates = output_options.templates
        template_digest = "" if templates is None else sha256_of_entries(_folder_entries(templates))
        self._base = orjson.dumps([program_digest(), output_options.formats, output_options.url, template_digest])
        self._digest_cache: dict[int, tuple[ModelFile, list[Any]]] = {}

    def of_values(self, *values: Any) -> str:
        """Return the fingerprint of a part that is built from these values, which must be plain JSON."""
        return sha256(self._base + orjson.dumps(values)).hexdigest()[:32]

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
