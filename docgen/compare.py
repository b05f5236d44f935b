"""From model files to facts: which two files belong together, and what differs between them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from docgen.diff import ServiceDelta, diff
from docgen.errors import UsageError
from docgen.model import Service, load_json, parse
from docgen.sources import ModelFile, Release


def pair(old: Release, new: Release, services: Collection[str]) -> tuple[ModelFile, ModelFile]:
    """The two models to compare where at least one is a file by itself, under the name of the new one.

    A file by itself may not know its service's name: it is what `--service` says, or else what the other side
    calls it.
    """
    if old.single and new.single:
        name = next(iter(services), new.files[0].service)
        return old.files[0], replace(new.files[0], service=name)
    single, release = (old.files[0], new) if old.single else (new.files[0], old)
    name = next(iter(services), single.service)
    other = release.find(name, single.api_version) or release.latest(name)
    if other is None:
        raise UsageError(f"{release.place}: no service {name!r}, which {single.place} is of (say --service NAME)")
    single = replace(single, service=other.service, api_version=other.api_version)
    return (single, other) if old.single else (other, single)


def compare_models(old: ModelFile | None, new: ModelFile, *, beside: bool = True) -> ServiceDelta | None:
    """What differs between two models, and `beside` them; None where the files are the same.

    Without an old one everything is new. Raises `ModelError` and `SourceError`.
    """
    data = new.read()
    earlier = old.read() if old is not None else None
    old_siblings, new_siblings = (_siblings(file) if beside else {} for file in (old, new))
    if data == earlier and old_siblings == new_siblings:
        return None
    after = parse(data, new.place)
    before = Service(after.metadata, {}, {}) if old is None or earlier is None else parse(earlier, old.place)
    return diff(before, after, new.service, old_siblings=old_siblings, new_siblings=new_siblings)


def _siblings(file: ModelFile | None) -> dict[str, Any]:
    """The files that lie beside a model, decoded."""
    if file is None:
        return {}
    return {name: load_json(sibling.read(), sibling.place) for name, sibling in sorted(file.siblings.items())}
