"""What parts are made from, each as one short name: the same name, the same pages."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from docgen.resources import program_digest
from docgen.site.jobs import Look
from docgen.sources.release import ModelFile


class Fingerprints:
    """Names what parts are made from. The program and the look are in every name: another docgen makes all anew."""

    def __init__(self, look: Look) -> None:
        templates = folder_digest(look.templates) if look.templates is not None else ""
        self._base = orjson.dumps([program_digest(), look.formats, look.url, templates])
        self._digests: dict[int, tuple[ModelFile, list[Any]]] = {}

    def of(self, *said: Any) -> str:
        """The name of plain values (records as `pages.as_json` gives them)."""
        return sha256(self._base + orjson.dumps(said)).hexdigest()[:32]

    def files(self, file: ModelFile | None) -> list[Any] | None:
        """What a model and the files beside it are called by content; worked out once."""
        if file is None:
            return None
        found = self._digests.get(id(file))
        if found is None:
            model, siblings = file.digests()
            found = self._digests[id(file)] = file, [model, dict(siblings)]
        return found[1]


def folder_digest(folder: Path) -> str:
    """A name for everything in a folder."""
    digest = sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()
