"""`build.json`: which docgen built a site, and from which models, so that anyone can check it or build it again.

It contains no path and no time: the same docgen makes the same file from the same models on any machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from docgen import __version__
from docgen.printable import json_text
from docgen.resources import program_digest
from docgen.site.fingerprints import Fingerprints
from docgen.site.output_options import OutputFile, OutputOptions
from docgen.site.plan import SitePlan
from docgen.sources.release import MODEL_FILENAME, ModelFile

BUILD_FILE = "build.json"


def build_record(plan: SitePlan, options: OutputOptions, *, has_history: bool) -> OutputFile:
    """Return the path and the contents of the file."""
    lines = _DigestLines(plan.fingerprints)
    releases = [release for release in (plan.previous, *plan.releases) if release is not None]
    record: dict[str, Any] = {
        "docgen": {"version": __version__, "digest": program_digest()},
        "formats": list(options.formats),
        "site_url": options.url or None,
        "templates_digest": plan.fingerprints.template_digest or None,
        "has_history": has_history,
        "package": plan.latest.package or None,
        "services": sorted(plan.services) or None,
        "releases": [
            {
                "release": release.name,
                "date": release.date,
                "has_page": release is not plan.previous,
                "digest": lines.digest(file for file in release.files if plan.includes(file.service)),
            }
            for release in releases
        ],
    }
    return BUILD_FILE, json_text(json.dumps(record, ensure_ascii=False, indent=2)).encode() + b"\n"


class _DigestLines:
    """The lines of the files of a model, made once: releases share most models."""

    def __init__(self, fingerprints: Fingerprints) -> None:
        self._fingerprints = fingerprints
        self._cache: dict[int, bytes] = {}

    def digest(self, files: Iterable[ModelFile]) -> str:
        """Return the SHA-256 of the lines `ID PATH` of all files, sorted by path; ids are those of git."""
        ordered = sorted(files, key=lambda file: (file.service, file.api_version))
        return sha256(b"".join(map(self.lines, ordered))).hexdigest()

    def lines(self, file: ModelFile) -> bytes:
        """Return a line for a model and for each of its sibling files."""
        if id(file) not in self._cache:
            model, siblings = self._fingerprints.file_digests(file) or ("", {})
            ids = sorted({MODEL_FILENAME: model, **siblings}.items())
            lines = (f"{digest} {file.service}/{file.api_version}/{name}\n" for name, digest in ids)
            self._cache[id(file)] = "".join(lines).encode()
        return self._cache[id(file)]
