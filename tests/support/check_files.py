"""Model files for `docgen check`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rule_support import model, op


def found(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(finding["rule"], finding["id"]) for finding in report["findings"]]


def write(folder: Path, raw: Mapping[str, Any], **siblings: Any) -> Path:
    """Write a model and its sibling files, and return the model's path. `waiters_2={...}` becomes `waiters-2.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "service-2.json").write_text(json.dumps(raw, indent=2))
    for name, content in siblings.items():
        (folder / f"{name.replace('_', '-')}.json").write_text(json.dumps(content, indent=2))
    return folder / "service-2.json"


PING = model(Ping=op({"A": "String"}), metadata={"serviceId": "Zoo"})


WAITERS = {"version": 2, "waiters": {"Ready": {"operation": "Ping", "delay": 5, "maxAttempts": 9, "acceptors": []}}}


SHOWN_IGNORE = """\
[[ignore]]
rule = "request-member-removed"
id = "appstream#CreateFleetRequest$*"
reason = "Announced in March; fleets are tagged with TagResource."
expires = 2027-01-31
"""
