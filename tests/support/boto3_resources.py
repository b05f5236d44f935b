"""Write the table of boto3's resources that `docgen explain` reads, from a wheel of boto3.

    python tests/support/boto3_resources.py boto3-1.44.8-py3-none-any.whl

The table lists, for each service and resource type, the shape of the resource's data and its attributes. An attribute
maps to the operation that it calls, or to null if it is a reference, an identifier or a factory.
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from botocore import xform_name

TABLE = Path(__file__).parents[2] / "docgen" / "history" / "explain" / "boto3_resources.json"


def table_of_wheel(path: Path) -> dict[str, Any]:
    """Return the table: {service: {type: {"shape": ..., "attributes": {name: operation or null}}}}."""
    found: dict[str, Any] = {}
    with zipfile.ZipFile(path) as wheel:
        for name in sorted(wheel.namelist()):
            if name.endswith("/resources-1.json"):  # the newest API version comes last
                model = json.loads(wheel.read(name))
                types = {"ServiceResource": model["service"], **model.get("resources", {})}
                table = {type_: resource_data(resource) for type_, resource in sorted(types.items())}
                factories = dict.fromkeys(model.get("resources", {}))  # boto3 adds one for every type
                attributes = table["ServiceResource"]["attributes"]
                table["ServiceResource"]["attributes"] = dict(sorted({**factories, **attributes}.items()))
                found[name.split("/")[2]] = table
    return found


def resource_data(resource: dict[str, Any]) -> dict[str, Any]:
    """Return the shape and the attributes of one resource."""
    attributes: dict[str, str | None] = {}
    for name, action in resource.get("actions", {}).items():
        attributes[xform_name(name)] = action["request"]["operation"]
    for name, collection in resource.get("hasMany", {}).items():
        attributes[xform_name(name)] = collection["request"]["operation"]
    for name, reference in resource.get("has", {}).items():
        sources = {identifier["source"] for identifier in reference["resource"].get("identifiers", ())}
        attributes[xform_name(name) if sources == {"data"} else name] = None
    for name in resource.get("waiters", {}):
        attributes[f"wait_until_{xform_name(name)}"] = None
    for identifier in resource.get("identifiers", ()):
        attributes[xform_name(identifier["name"])] = None
    if "load" in resource:
        attributes.update(dict.fromkeys(("load", "reload"), resource["load"]["request"]["operation"]))
    return {"shape": resource.get("shape", ""), "attributes": dict(sorted(attributes.items()))}


def table_text(table: dict[str, Any]) -> str:
    """Return the table as JSON, with one resource per line."""
    lines = [
        f' "{service}": {{\n'
        + ",\n".join(f'  "{type_}": {json.dumps(content)}' for type_, content in types.items())
        + "\n }"
        for service, types in table.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    TABLE.write_text(table_text(table_of_wheel(Path(sys.argv[1]))))
