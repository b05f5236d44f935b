"""Small models for the cases of rules: written in a short notation, parsed like any other model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from docgen.diff.compare import find_deltas
from docgen.model.parse import parse
from docgen.model.service import Service
from docgen.rules.change import Change
from docgen.rules.classify import classify
from docgen.rules.releases import classify_release

SCALARS = {
    "String": "string",
    "Integer": "integer",
    "Long": "long",
    "Double": "double",
    "Boolean": "boolean",
    "Timestamp": "timestamp",
    "Blob": "blob",
}
"""Scalar shapes that are added to a model when a member refers to them by name."""

Members = Mapping[str, "str | Mapping[str, Any]"]
"""Members in the notation of cases: `{"Name!": "String"}`, with `!` for required, or a reference with its traits."""


def struct(members: Members | None = None, **traits: Any) -> dict[str, Any]:
    """Return a structure."""
    found: dict[str, Any] = {"type": "structure", "members": {}, **traits}
    for name, target in (members or {}).items():
        found["members"][name.removesuffix("!")] = ref(target) if isinstance(target, str) else dict(target)
        if name.endswith("!"):
            found.setdefault("required", []).append(name.removesuffix("!"))
    return found


def ref(target: str, **traits: Any) -> dict[str, Any]:
    """Return a reference with traits of its own."""
    return {"shape": target, **traits}


def op(
    input: Members | None = None,
    output: Members | None = None,
    errors: Sequence[str] = (),
    raw: Mapping[str, Any] | None = None,
    **traits: Any,
) -> dict[str, Any]:
    """Return an operation. Its input and output are new structures, or the references in `raw`."""
    return {"input": input, "output": output, "errors": errors, "traits": {**traits, **(raw or {})}}


def model(
    shapes: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    top: Mapping[str, Any] | None = None,
    **operations: Any,
) -> dict[str, Any]:
    """Return a model as JSON: `model(Ping={"Name!": "String"})` has the operation Ping and its shape PingRequest."""
    found: dict[str, Any] = {
        "metadata": {"protocol": "rest-json", "apiVersion": "2020-01-01", **(metadata or {})},
        "operations": {},
        "shapes": dict(shapes or {}),
        **(top or {}),
    }
    for name, each in operations.items():
        given = each if "traits" in each and "errors" in each else op(each)
        raw: dict[str, Any] = {"name": name, "http": {"method": "POST", "requestUri": "/"}, **given["traits"]}
        for slot, ending in (("input", "Request"), ("output", "Response")):
            if given[slot] is not None:
                raw[slot] = {"shape": name + ending}
                found["shapes"][name + ending] = struct(given[slot])
        if given["errors"]:
            raw["errors"] = [{"shape": error} for error in given["errors"]]
        found["operations"][name] = raw
    text = json.dumps(found)
    for name, type_ in SCALARS.items():
        if f'"shape": "{name}"' in text and name not in found["shapes"]:
            found["shapes"][name] = {"type": type_}
    return found


def read(raw: Mapping[str, Any]) -> Service:
    """Parse a model that is given as JSON."""
    return parse(json.dumps(raw).encode())


@dataclass(frozen=True)
class Case:
    """Two versions of a model and the ids of all rules that fire, sorted."""

    expected: tuple[str, ...]
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    old_siblings: Mapping[str, Any] = field(default_factory=dict)
    new_siblings: Mapping[str, Any] = field(default_factory=dict)

    def changes(self) -> tuple[Change, ...]:
        """Return the changes between both versions."""
        return classify(
            find_deltas(
                read(self.old), read(self.new), "zoo", old_siblings=self.old_siblings, new_siblings=self.new_siblings
            )
        )

    def changes_to_itself(self) -> tuple[Change, ...]:
        """Return the changes between the new version and itself."""
        return classify(
            find_deltas(
                read(self.new), read(self.new), "zoo", old_siblings=self.new_siblings, new_siblings=self.new_siblings
            )
        )


@dataclass(frozen=True)
class ReleaseCase:
    """Two releases: names of services with API versions, and the models of added and removed services."""

    expected: tuple[str, ...]
    old: Mapping[str, Sequence[str]]
    new: Mapping[str, Sequence[str]]
    old_models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    new_models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def changes(self) -> tuple[Change, ...]:
        """Return the changes between both releases."""
        return classify_release(self.old, self.new, _read(self.old_models), _read(self.new_models))

    def changes_to_itself(self) -> tuple[Change, ...]:
        """Return the changes between the new release and itself."""
        return classify_release(self.new, self.new, _read(self.new_models), _read(self.new_models))


def _read(models: Mapping[str, Mapping[str, Any]]) -> dict[str, Service]:
    return {name: read(raw) for name, raw in models.items()}
