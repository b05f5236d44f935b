"""Small service models."""

from __future__ import annotations

from typing import Any


def small_model(service: str, api_version: str, operations: list[str]) -> dict[str, Any]:
    return {
        "metadata": {"apiVersion": api_version, "serviceFullName": service.title()},
        "operations": {name: {"name": name, "http": {"method": "POST", "requestUri": "/"}} for name in operations},
        "shapes": {},
    }
