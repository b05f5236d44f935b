"""An untrusted manifest of an output folder: it names files that docgen may delete."""

from __future__ import annotations

from docgen.site.publish.manifest import MANIFEST_FILENAME, read_manifest, write_manifest
from docgen.site.publish.page_paths import is_page_path
from fuzz import value_or_line
from fuzz.scratch import folder

_SHA = "ab" * 32


def seeds() -> list[bytes]:
    """Return manifests, full and empty."""
    return [
        b'{"format": 2, "complete": true, "folders": ["a", "a/b"], "pages": {"a/b/index.html": ["%s"]}, "parts": '
        b'{"p": {"fingerprint": "x", "pages": {"a/b/index.html": 12}, "metadata": [1, {"a": null}]}}}' % _SHA.encode(),
        b'{"format": 2, "complete": false, "folders": [], "pages": {"index.json": []}}',
        b'{"format": 2}',
    ]


def target(data: bytes) -> None:
    """Read the manifest; if that succeeds, it must survive writing and reading again."""
    home = folder() / "site"
    home.mkdir(exist_ok=True)
    (home / MANIFEST_FILENAME).write_bytes(data)
    with value_or_line():
        manifest = read_manifest(home)
        for path in (
            *manifest.page_digests,
            *manifest.folders,
            *(page for part in manifest.parts.values() for page in part.page_sizes),
        ):
            assert is_page_path(path)
            assert ".." not in path.split("/")
        write_manifest(home, folder(), manifest)
        assert read_manifest(home) == manifest
