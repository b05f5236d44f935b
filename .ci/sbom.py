"""Writes a software bill of materials (CycloneDX 1.6) of a wheel: what `pip install --require-hashes` installs with it.

    python .ci/sbom.py dist/docgen-1.0-py3-none-any.whl requirements/runtime.txt

writes `dist/docgen-1.0.cdx.json`. The same input gives the same bytes: there is no clock and no path in it.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import uuid
from pathlib import Path
from typing import Any

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)(?: ; (?P<marker>[^\\]+?))? \\$", re.MULTILINE)
_NAMESPACE = uuid.UUID("7c0f4f0e-3f2e-5c57-9a43-0e1f7c1a0d11")


def bill_of_materials(wheel: Path, requirements: str) -> dict[str, Any]:
    """Return the document for a wheel and the text of a requirements file with hashes."""
    name, version = wheel.name.split("-")[:2]
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    components = [_component(match) for match in _PIN.finditer(requirements)]
    reference = f"pkg:pypi/{name}@{version}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, digest + requirements)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": reference,
                "name": name,
                "version": version,
                "purl": reference,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }
        },
        "components": components,
        "dependencies": [{"ref": reference, "dependsOn": [each["bom-ref"] for each in components]}],
    }


def _component(match: re.Match[str]) -> dict[str, Any]:
    reference = f"pkg:pypi/{match['name'].lower()}@{match['version']}"
    found = {
        "type": "library",
        "bom-ref": reference,
        "name": match["name"],
        "version": match["version"],
        "purl": reference,
    }
    if match["marker"]:
        found["properties"] = [{"name": "docgen:marker", "value": match["marker"].strip()}]
    return found


if __name__ == "__main__":
    path = Path(sys.argv[1])
    bill = bill_of_materials(path, Path(sys.argv[2]).read_text(encoding="utf-8"))
    target = path.with_name("-".join(path.name.split("-")[:2]) + ".cdx.json")
    target.write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")
    print(target)
