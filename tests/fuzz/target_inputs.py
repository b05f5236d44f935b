"""Files that users write: ignores, baselines, watchlists, release.json, and entries of `.changes`.

The first byte says which of them it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from docgen.check.patterns import check_patterns
from docgen.check.suppressions import parse_baseline, parse_ignores
from docgen.rules.classify import RULES
from docgen.rules.watchlist import parse_watchlist as read_watch
from docgen.sources.limits import unpack_json
from docgen.sources.pypi.pip import parse_versions
from docgen.sources.release_metadata import parse_changes_file, read_release_json
from fuzz import value_or_line


@dataclass(frozen=True)
class _Given:
    content: bytes
    location: str = "release.json"

    def read(self) -> bytes:
        return self.content

    def digest(self) -> str:
        return ""


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


_KINDS = (
    lambda data: parse_ignores(_text(data), "ignore.toml", RULES),
    lambda data: parse_baseline(_text(data), "baseline.json"),
    lambda data: read_watch(_text(data), "watch.txt"),
    lambda data: read_release_json(_Given(data)),
    lambda data: parse_changes_file(data, "1.0.json"),
    lambda data: check_patterns(_text(data).split("\n"), RULES, "--only"),
    lambda data: parse_versions(_text(data)),
    lambda data: unpack_json(data, "packed"),
)

_SEEDS = (
    b'[[ignore]]\nrule = "response-*"\nid = "appstream#Fleet$*"\nreason = "Why not."\nexpires = 2027-01-31\n',
    b'{"baseline": 1, "changes": [{"fingerprint": "' + b"ab" * 32 + b'", "rule": "x", "id": "a#B"}]}',
    b"s3\nec2 RunInstances\nlambda CreateFunction request Runtime # why\nsqs *Message* response a.b[]{key}\n",
    b'{"release": "1.2.3", "package": "botocore", "date": "2019-01-21", "summaries": {"s3": "New."}}',
    b'[{"type": "api-change", "category": "``s3``", "description": "New."}, {"type": "feature"}]',
    b"operation-removed\nappstream#*\nresponse-*",
    b'{"name": "botocore", "versions": ["1.0.0", "1.0.1rc1", "x"]}\nAvailable versions: 1.0, 2.0',
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xabV*JU\xb2R\xaaM\xe5\x02\x00\x9c\x93\xc5\x1c\n\x00\x00\x00",
)


def seeds() -> list[bytes]:
    """Return one file of each kind."""
    return [bytes([number]) + seed for number, seed in enumerate(_SEEDS)]


def target(data: bytes) -> None:
    """Read the file."""
    if data:
        with value_or_line():
            _KINDS[data[0] % len(_KINDS)](data[1:])
