"""What parts are made from, each as one short name: the same name, the same pages."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from docgen.resources import program_digest
from docgen.site.jobs import OutputOptions
from docgen.sources.release import ModelFile


class Fingerprints:
    """Names what parts are made from. The program and the look are in every name: another docgen makes all anew."""

    def __init__(self, output_options: OutputOptions) -> None:
        templates = folder_digest(output_options.templates) if output_options.templates is not None else ""
        self._base = orjson.dumps([program_digest(), output_options.formats, output_options.url, templates])
        self._digest_cache: dict[int, tuple[ModelFile, list[Any]]] = {}

    def of_values(self, *values: Any) -> str:
        """The name of plain values (records as `pages.as_json` gives them)."""
        return sha256(self._base + orjson.dumps(values)).hexdigest()[:32]

    def file_digests(self, file: ModelFile | None) -> list[Any] | None:
        """What a model and the files beside it are called by content; worked out once."""
        if file is None:
            return None
        found = self._digest_cache.get(id(file))
        if found is None:
            model, siblings = file.digests()
            found = self._digest_cache[id(file)] = file, [model, dict(siblings)]
        return found[1]


def folder_digest(folder: Path) -> str:
    """A name for everything in a folder."""
    digest = sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()
